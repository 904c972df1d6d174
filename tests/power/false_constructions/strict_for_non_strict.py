"""False: relu(x) > 0 on [-1, 1]; only >= holds."""

from proofcheck import Box, Construction, Property, Relation, Source, depth, inputs, network, relu

SOURCE = Source("planted fault", fidelity="ours")


def build(n):
    return network(relu(inputs(on=Box(-1, 1))) * n)


construction = Construction(
    title="positive",
    source=SOURCE,
    build=build,
    claims={
        "positive": Property(lambda x, y: y > 0, at=[1]),
        "depth": Relation(depth == 1, at=[1]),
    },
)
