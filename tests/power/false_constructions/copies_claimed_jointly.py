"""Copies that share one stock: each leaves at most all of it, and so, it is claimed, do all of them together."""

from proofcheck import (
    Box,
    Construction,
    Contract,
    Each,
    Fold,
    ForAll,
    Parallel,
    Relation,
    Series,
    Source,
    Then,
    Unrolls,
    neurons,
    parameter,
    relu,
)

left = Fold({"x": Box(0, 1)}, lambda f: {"m": f}, lambda m, x: {"m": m - relu(m - x)}, lambda m: m, fixed={"f": Box(0, 1)})
total = Fold({"z": Box(0, 1)}, lambda: {"s": 0}, lambda s, z: {"s": s + z}, lambda s: s)
shares = Series(Parallel(left, shared=["f"]), total)
copies, steps = parameter("copies"), parameter("steps")


def build(copies, steps):
    return shares.network(copies, steps)


construction = Construction(
    title="Shares of one stock",
    source=Source("none", fidelity="ours"),
    build=build,
    form="traced",
    claims={
        "at most the stock": ForAll(
            shares,
            Then(
                Each(Contract(lambda y, f: [y >= 0, y <= f], invariant=lambda m, f: [m >= 0, m <= f])),
                Contract(lambda y: [y <= 1], invariant=lambda s: [s <= 1]),
            ),
        ),
        "is the family": Unrolls(shares, at=[(2, 2)]),
        "neurons": Relation(neurons == copies * steps, at=[(2, 2)]),
    },
)
