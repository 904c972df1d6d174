"""False: the conjunction of ten bits, wrong at one of the 1,024 corners."""

from proofcheck import Bits, Computes, Construction, Relation, Source, all_of, depth, inputs, network, relu

SOURCE = Source("planted fault", fidelity="ours")


def build(n):
    x = inputs(n, on=Bits)
    return network(relu(sum(x) - n + 1) + relu(sum(x[1:]) - x[0] - n + 2))


construction = Construction(
    title="AND",
    source=SOURCE,
    build=build,
    claims={
        "computes": Computes(lambda x: all_of(x), on=Bits, at=[10]),
        "depth": Relation(depth == 1, at=[10]),
    },
)
