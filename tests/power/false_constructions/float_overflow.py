"""False in the rationals, true in float32: 2^24 + 1 - 2^24 is 1, not 0."""

from proofcheck import Computes, Construction, Integers, Relation, Source, depth, inputs, network, relu

SOURCE = Source("planted fault", fidelity="ours")


def build(n):
    x = inputs(on=Integers(0, n))
    return network(relu(x + 2**24) - relu(2**24 + 0 * x))


construction = Construction(
    title="absorbed",
    source=SOURCE,
    build=build,
    claims={
        "computes": Computes(lambda x: 0 * x, on=Integers(0, 1), at=[1]),
        "depth": Relation(depth == 1, at=[1]),
    },
)
