"""False between the grid points: a ramp is not a staircase."""

from proofcheck import Box, Computes, Construction, Relation, Source, depth, floor, inputs, network, relu

SOURCE = Source("planted fault", fidelity="ours")


def build(n):
    x = inputs(on=Box(0, n))
    return network(sum(relu(x - t + 1) - relu(x - t) for t in range(1, n + 1)))


construction = Construction(
    title="floor",
    source=SOURCE,
    build=build,
    claims={
        "computes": Computes(lambda x: floor(x), on=Box(0, 2), at=[2]),
        "depth": Relation(depth == 1, at=[2]),
    },
)
