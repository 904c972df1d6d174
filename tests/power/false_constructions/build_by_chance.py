"""Not deterministic: each build draws another weight."""

import random

from proofcheck import Computes, Construction, Reals, Relation, Source, depth, inputs, maximum, network, relu

SOURCE = Source("planted fault", fidelity="ours")


def build(n):
    return network(relu(sum(inputs(n))) * random.randint(1, 10**9))


construction = Construction(
    title="by chance",
    source=SOURCE,
    build=build,
    claims={
        "computes": Computes(lambda x: maximum(sum(x), 0), on=Reals, at=[1]),
        "depth": Relation(depth == 1, at=[1]),
    },
)
