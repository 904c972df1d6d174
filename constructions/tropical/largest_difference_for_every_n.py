"""The distance of two vectors in the maximum norm, max_i |a_i - b_i|, for every n: differences first, then a tournament.

|d| = 2 relu(d) - d is one neuron, and one more layer before a tournament of n numbers >= 0. The two parts are proved alone:
each number that the first puts out is >= 0 and has the square of a_i - b_i, so it is |a_i - b_i|; any tree of matches
over n numbers >= 0 gives the largest. Together they are proved because what the first puts out is what the second asks for.
"""

from proofcheck import (
    Computes,
    Construction,
    Contract,
    Fold,
    ForAll,
    Grows,
    NonNegative,
    Reals,
    Relation,
    Series,
    Source,
    Then,
    Tree,
    Unrolls,
    absolute,
    ceil_log2,
    depth,
    largest,
    maximum,
    n,
    neurons,
    relu,
)

differences = Fold(
    inputs={"a": Reals, "b": Reals},
    start=None,
    step=lambda a, b: {"z": 2 * relu(a - b) - (a - b)},
)
tournament = Tree(
    inputs={"z": NonNegative},
    leaf=lambda z: {"m": z},
    merge=lambda left, right: {"m": right.m + relu(left.m - right.m)},
    outputs=lambda m: m,
)
distance = Series(differences, tournament)


def build(n):
    return distance.network(n)


construction = Construction(
    title="The distance of two vectors of n reals in the maximum norm, by a layer and a tournament",
    source=Source(
        "Arora, Basu, Mianjy, Mukherjee, ICLR 2018", arxiv="1611.01491", statement="the max-of-n lemma", fidelity="after"
    ),
    build=build,
    form="traced",
    claims={
        "for every n and tree": ForAll(
            distance,
            Then(
                Contract(each=lambda z, a, b: [z >= 0, z**2 == (a - b) ** 2]),
                Contract(
                    ghosts={"t": largest("z")},
                    invariant=lambda m, t: [m == t],
                    conclusion=lambda y, t: [y == t],
                ),
            ),
        ),
        "sizes": Grows(
            distance, neurons=(1, 0, 1, 0, 0), depth=(0, 1, 1, 0), attained=True, exactly=(lambda n: n, lambda n: n - 1, lambda n: 2 * n - 1)
        ),
        "is the family": Unrolls(distance, at=[*range(1, 9), 64]),
        "computes": Computes(
            lambda a, b: maximum(*(absolute(p - q) for p, q in zip(a, b, strict=True))), on=Reals, at=range(1, 5)
        ),
        "depth": Relation(depth == 1 + ceil_log2(n), at=range(1, 65), convention="hidden layers; skips allowed"),
        "neurons": Relation(neurons == 2 * n - 1, at=range(1, 65)),
    },
)
