"""A depth of 47 where ceil(log2 n) is meant, at n = 2^47 + 1: in floats log2(n) is 47, but a tree over n leaves has depth 48."""

from proofcheck import (
    Computes,
    Construction,
    Instance,
    Reals,
    Relation,
    Source,
    ceil_log2,
    depth,
    inputs,
    maximum,
    network,
    parameter,
    relu,
)


def build(leaves):
    x = inputs(2)
    y = x[1] + relu(x[0] - x[1])
    for _ in range(46):
        y = relu(y) - relu(0 - y)
    return network(y)


construction = Construction(
    title="47 layers for 2^47 + 1 leaves",
    source=Source("none", fidelity="ours"),
    build=build,
    form="traced",
    claims={
        "computes": Computes(lambda x: maximum(*x), on=Reals, at=[Instance("trap", 1, leaves=2**47 + 1)]),
        "depth": Relation(depth == ceil_log2(parameter("leaves")), at=[Instance("trap", 1, leaves=2**47 + 1)]),
    },
)
