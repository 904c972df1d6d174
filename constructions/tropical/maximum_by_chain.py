"""The maximum of n reals, one number after another, for every n.

Keep the largest number so far: max(m, x) = x + relu(m - x), one neuron for each further number. The chain is a fold, and what
is claimed for every n is shown by induction: the state equals the maximum so far at the start, and a step keeps it so.
"""

from proofcheck import Computes, Construction, Contract, Fold, ForAll, Grows, Reals, Relation, Source, Unrolls, depth, largest, maximum, n, neurons, relu

chain = Fold(
    inputs={"x": Reals},
    first=1,
    start=lambda x: {"m": x},
    step=lambda m, x: {"m": x + relu(m - x)},
    outputs=lambda m: m,
)

construction = Construction(
    title="The maximum of n reals by a chain of n - 1 neurons",
    source=Source("folklore", statement="max(a, b) = b + relu(a - b)", fidelity="ours"),
    build=chain.network,
    form="traced",
    claims={
        "for every n": ForAll(
            chain,
            Contract(
                ghosts={"t": largest("x")},
                invariant=lambda m, t: [m == t],
                conclusion=lambda y, t: [y == t],
            ),
        ),
        "sizes": Grows(chain, neurons=(1, 0), depth=(1, 0), attained=True),
        "is the family": Unrolls(chain, at=[*range(1, 9), 64]),
        "computes": Computes(lambda x: maximum(*x), on=Reals, at=range(2, 9)),
        "depth": Relation(depth == n - 1, at=range(1, 65), convention="hidden layers; skips allowed"),
        "neurons": Relation(neurons == n - 1, at=range(1, 65)),
    },
)
