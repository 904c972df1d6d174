"""The maximum of n reals, by a knockout tournament.

Pair the numbers, keep the larger of each pair, repeat: a round is one hidden layer, since max(a, b) = b + relu(a - b).
"""

from proofcheck import Computes, Construction, Exact, Integers, Reals, Relation, Source, ceil_log2, certified, depth, inputs, maximum, n, network, relu


def build(n):
    x = inputs(n)
    while len(x) > 1:
        x = [b + relu(a - b) for a, b in zip(x[::2], x[1::2], strict=False)] + x[len(x) // 2 * 2 :]
    return network(x)


construction = Construction(
    title="The maximum of n reals in logarithmic depth",
    source=Source(
        "Arora, Basu, Mianjy, Mukherjee, ICLR 2018", arxiv="1611.01491", statement="the max-of-n lemma", fidelity="after"
    ),
    build=build,
    claims={
        "computes": Computes(lambda x: maximum(*x), on=Reals, at=[*range(2, 9), 16, 64, 256, 1024], floor=certified),
        "exact in float32": Exact("float32", on=Integers(-(2**20), 2**20), at=[2, 3, 4, 8]),
        "depth": Relation(depth == ceil_log2(n), at=range(2, 65)),
    },
)
