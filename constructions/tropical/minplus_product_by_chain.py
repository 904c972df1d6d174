"""The min-plus inner product min_i (a_i + b_i) of n pairs of reals, for every n.

Keep the least sum so far: min(m, s) = s - relu(s - m), one neuron for each further pair. An entry of the min-plus product of two
matrices is such an inner product, of a row and a column.
"""

from proofcheck import Computes, Construction, Contract, Fold, ForAll, Grows, Reals, Relation, Source, Unrolls, depth, least, minimum, n, neurons, relu

chain = Fold(
    inputs={"a": Reals, "b": Reals},
    first=1,
    start=lambda a, b: {"m": a + b},
    step=lambda m, a, b: {"m": a + b - relu(a + b - m)},
    outputs=lambda m: m,
)

construction = Construction(
    title="The min-plus inner product of n pairs by n - 1 neurons",
    source=Source("folklore", statement="min(a, b) = b - relu(b - a)", fidelity="ours"),
    build=chain.network,
    form="traced",
    claims={
        "for every n": ForAll(
            chain,
            Contract(
                ghosts={"t": least(lambda a, b: a + b)},
                invariant=lambda m, t: [m == t],
                conclusion=lambda y, t: [y == t],
            ),
        ),
        "sizes": Grows(chain, neurons=(1, 0), depth=(1, 0), attained=True),
        "is the family": Unrolls(chain, at=[*range(1, 9), 64]),
        "computes": Computes(
            lambda a, b: minimum(*(p + q for p, q in zip(a, b, strict=True))), on=Reals, at=range(2, 6)
        ),
        "depth": Relation(depth == n - 1, at=range(1, 65), convention="hidden layers; skips allowed"),
        "neurons": Relation(neurons == n - 1, at=range(1, 65)),
    },
)
