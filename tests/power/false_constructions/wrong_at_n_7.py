"""False at one size only: if n == 7, a summand is missing."""

from proofcheck import Computes, Construction, Reals, Relation, Source, depth, inputs, maximum, network, relu

SOURCE = Source("planted fault", fidelity="ours")


def build(n):
    x = inputs(n)
    return network(sum(relu(a) for a in (x[1:] if n == 7 else x)), inputs=x)


construction = Construction(
    title="sum of positive parts",
    source=SOURCE,
    build=build,
    claims={
        "computes": Computes(lambda x: sum(maximum(a, 0) for a in x), on=Reals, at=range(1, 9)),
        "depth": Relation(depth == 1, at=range(1, 9)),
    },
)
