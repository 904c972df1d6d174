"""Circular: the reference function evaluates what build builds."""

from proofcheck import Bits, Computes, Construction, Relation, Source, depth, inputs, network, reference, relu

SOURCE = Source("planted fault", fidelity="ours")


def build(n):
    return network(relu(sum(inputs(n, on=Bits)) - 1))


@reference
def target(x):
    return build(len(x))(x)[0]


construction = Construction(
    title="circular",
    source=SOURCE,
    build=build,
    claims={
        "computes": Computes(target, on=Bits, at=[3]),
        "depth": Relation(depth == 1, at=[3]),
    },
)
