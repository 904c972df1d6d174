"""All-pairs shortest paths by n relaxation stages, for every n: the least lengths of walks.

Stage k replaces every distance at once: D[i,j] becomes min(D[i,j], D[i,k] + D[k,j]), one neuron, since min(a, b) = a - relu(a - b).
On an array d of numbers >= 0, after n stages

* D is at most d, and satisfies the triangle inequality. A stage makes it true through k: D[i,k] and D[k,j] do not change at stage k,
  as D[k,k] >= 0. By induction along a walk from i to j, D[i,j] is then at most the length of every walk.
* D is at least every E <= d with the triangle inequality, with no premise on d: a stage takes minima of what is at least E.
* What a stage puts into D is always an entry of D or the sum of two that meet, so by induction the length of a walk.

The first and the third together say that D[i,j] is the least length of a walk from i to j with at least one edge; with walks=True the
two inductions over walks are part of what is certified for every n.
"""

from proofcheck import Computes, Construction, Everywhere, ForAll, Grows, NonNegative, Reals, Relation, Source, StageContract, Stages, Unrolls, certified, minimum, n, neurons, relu


def relaxed(direct, first, second):
    """min(direct, first + second)."""
    return direct - relu(direct - first - second)


def least_walks(d):
    """The least length of all walks from i to j of 1 to 2^n edges, doubling what they may use n times."""
    vertices = range(len(d))
    for _ in vertices:
        d = [[minimum(d[i][j], *(d[i][k] + d[k][j] for k in vertices)) for j in vertices] for i in vertices]
    return d


stages = Stages(NonNegative, relaxed)
signed = Stages(Reals, relaxed)

construction = Construction(
    title="All-pairs shortest paths by n stages, for every n",
    source=Source(
        "Kratsios, Zvigelsky, Hart, Quantifying the Limits of AI Reasoning, 2025",
        arxiv="2508.18526",
        statement="abstract: shortest paths by networks of cubic size",
        fidelity="after",
    ),
    build=stages.network,
    form="traced",
    claims={
        "least length of a walk": ForAll(
            stages,
            StageContract(
                walks=True,
                claims=[
                    Everywhere(lambda D, i, j: D[i, j] >= 0),
                    Everywhere(lambda D, d, i, j: D[i, j] <= d[i, j]),
                    Everywhere(lambda D, i, j, m: D[i, j] <= D[i, m] + D[m, j], finished="m"),
                ]
            ),
        ),
        "above every metric": ForAll(
            signed,
            StageContract(
                claims=[Everywhere(lambda D, E, i, j: D[i, j] >= E[i, j])],
                others=["E"],
                premises=[
                    Everywhere(lambda E, d, i, j: E[i, j] <= d[i, j]),
                    Everywhere(lambda E, i, j, m: E[i, j] <= E[i, m] + E[m, j]),
                ],
            ),
        ),
        "attained": ForAll(
            signed,
            StageContract(
                claims=[Everywhere(lambda D, d, i, j: D[i, j] <= d[i, j])],
                each=lambda new, direct, first, second: [(new - direct) * (new - first - second) == 0],
            ),
        ),
        "sizes": Grows(stages, neurons=(1,), depth=(1,), attained=True, exactly=lambda k, n: k * n**2),
        "is the family": Unrolls(stages, at=[*range(1, 7), 12]),
        "computes": Computes(least_walks, on=NonNegative, at=[1, 2, 3], floor=certified),
        "neurons": Relation(neurons == n**3, at=range(1, 13)),
    },
)
