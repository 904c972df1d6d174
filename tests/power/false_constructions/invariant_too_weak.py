"""A maximum, with an invariant that says only that the state is at least the maximum: true, kept, and not enough."""

from proofcheck import Construction, Contract, Fold, ForAll, Reals, Relation, Source, Unrolls, largest, neurons, relu

chain = Fold({"x": Reals}, lambda x: {"m": x}, lambda m, x: {"m": x + relu(m - x)}, lambda m: m, first=1)

construction = Construction(
    title="A maximum with half an invariant",
    source=Source("none", fidelity="ours"),
    build=chain.network,
    form="traced",
    claims={
        "for every n": ForAll(
            chain, Contract(ghosts={"t": largest("x")}, invariant=lambda m, t: [m >= t], conclusion=lambda y, t: [y == t])
        ),
        "is the family": Unrolls(chain, at=[1, 2, 3]),
        "neurons": Relation(neurons >= 0, at=[1, 2, 3]),
    },
)
