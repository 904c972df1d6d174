"""Each part is right: half of x, and the largest of numbers >= 0. But half of x need not be >= 0."""

from proofcheck import (
    Construction,
    Contract,
    Fold,
    ForAll,
    NonNegative,
    Reals,
    Relation,
    Series,
    Source,
    Then,
    Tree,
    Unrolls,
    largest,
    n,
    neurons,
    relu,
)

halves = Fold({"x": Reals}, None, lambda x: {"z": relu(x) - relu(-x) / 2})
top = Tree({"z": NonNegative}, lambda z: {"m": z}, lambda left, right: {"m": left.m + relu(right.m - left.m)}, lambda m: m)
both = Series(halves, top)


def build(n):
    return both.network(n)


construction = Construction(
    title="The largest half",
    source=Source("none", fidelity="ours"),
    build=build,
    form="traced",
    claims={
        "for every n": ForAll(
            both,
            Then(
                Contract(each=lambda z, x: [z >= x / 2]),
                Contract(lambda y, t: [y == t, y >= 0], {"t": largest("z")}, lambda m, t: [m == t, m >= 0]),
            ),
        ),
        "is the family": Unrolls(both, at=[2, 3]),
        "neurons": Relation(neurons == 3 * n - 1, at=[2, 3]),
    },
)
