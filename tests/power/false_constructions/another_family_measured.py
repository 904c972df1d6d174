"""What is claimed for every n is true of a chain of maxima, but the network that is measured is a chain of minima."""

from proofcheck import Construction, Contract, Fold, ForAll, Reals, Relation, Source, Unrolls, largest, n, neurons, relu

maxima = Fold({"x": Reals}, lambda x: {"m": x}, lambda m, x: {"m": x + relu(m - x)}, lambda m: m, first=1)
minima = Fold({"x": Reals}, lambda x: {"m": x}, lambda m, x: {"m": x - relu(x - m)}, lambda m: m, first=1)

construction = Construction(
    title="Maxima and minima mixed up",
    source=Source("none", fidelity="ours"),
    build=minima.network,
    form="traced",
    claims={
        "for every n": ForAll(
            maxima, Contract(ghosts={"t": largest("x")}, invariant=lambda m, t: [m == t], conclusion=lambda y, t: [y == t])
        ),
        "is the family": Unrolls(maxima, at=[2, 3]),
        "neurons": Relation(neurons == n - 1, at=[2, 3]),
    },
)
