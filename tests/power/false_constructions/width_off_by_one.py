"""False: the width is n, not n - 1."""

from proofcheck import Computes, Construction, Reals, Relation, Source, inputs, maximum, n, network, relu, width

SOURCE = Source("planted fault", fidelity="ours")


def build(n):
    return network(sum(relu(x) for x in inputs(n)))


construction = Construction(
    title="sum of positive parts",
    source=SOURCE,
    build=build,
    claims={
        "computes": Computes(lambda x: sum(maximum(a, 0) for a in x), on=Reals, at=range(1, 4)),
        "width": Relation(width == n - 1, at=range(2, 9)),
    },
)
