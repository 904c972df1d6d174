"""All-pairs shortest paths on n vertices, by n rounds of relaxation.

The input is the matrix of edge lengths, any numbers >= 0. Round k allows vertex k as an intermediate stop:

    d'_ij = min(d_ij, d_ik + d_kj) = d_ij - relu(d_ij - d_ik - d_kj),

which is the recurrence of Floyd and Warshall. Every d stays >= 0, so d_ij = relu(d_ij) passes the round through one
neuron: a round is one hidden layer of 2 n^2 neurons, and n rounds are 2 n^3 neurons in depth n.

The statement does not repeat the recurrence. It says what a shortest path is: the least length of all walks from i to
j without a repeated intermediate vertex (lengths are >= 0, so no other walk is shorter); for i = j, of all closed ones.
"""

from itertools import pairwise, permutations

from proofcheck import Computes, Construction, certified, NonNegative, Relation, Source, depth, inputs, minimum, n, network, neurons, nonzeros, relu, width


def build(n):
    d = inputs(n, n, on=NonNegative, name="d")
    for k in range(n):
        d = [[relu(d[i][j]) - relu(d[i][j] - d[i][k] - d[k][j]) for j in range(n)] for i in range(n)]
    return network(d)


def shortest_paths(d):
    vertices = range(len(d))

    def lengths(i, j):
        others = [v for v in vertices if v not in (i, j)]
        for stops in range(len(others) + 1):
            for between in permutations(others, stops):
                walk = (i, *between, j)
                yield sum(d[a][b] for a, b in pairwise(walk))

    return [[minimum(*lengths(i, j)) for j in vertices] for i in vertices]


def least_walks(n):
    """The statement for more vertices: the least length of all walks of 1 to 2^n edges, doubling what they may use n times."""

    def lengths(d):
        vertices = range(n)
        for _ in range(n):
            d = [[minimum(d[i][j], *(d[i][k] + d[k][j] for k in vertices)) for j in vertices] for i in vertices]
        return d

    return lengths


def walk_steps(n):
    """Why the recurrence gives that: with D^k for its rounds and S_t for the doublings,

    D^k >= S_k, as a round is part of a doubling; D^k_ij <= D^k_il + D^k_lj for each l < k, vertex l being allowed as a stop;
    with all of them allowed D^n is a metric, so D^n <= S_t for every t.
    """

    def relaxed(d, i, j, k):
        return d[i][j] if k in (i, j) else minimum(d[i][j], d[i][k] + d[k][j])

    def of(d, y):
        vertices = range(n)
        rounds, doublings = [d], [d]
        for k in vertices:
            last = rounds[-1]
            rounds.append([[relaxed(last, i, j, k) for j in vertices] for i in vertices])
        for _ in vertices:
            s = doublings[-1]
            doublings.append([[minimum(s[i][j], *(s[i][k] + s[k][j] for k in vertices)) for j in vertices] for i in vertices])
        pairs = [(i, j) for i in vertices for j in vertices]
        for k in vertices:
            yield from (rounds[k + 1][i][j] >= 0 for i, j in pairs)
            yield from (rounds[k + 1][i][j] <= rounds[k][i][j] for i, j in pairs)
            yield from (rounds[k + 1][i][j] <= d[i][j] for i, j in pairs)
            yield from (doublings[k + 1][i][j] <= rounds[k + 1][i][j] for i, j in pairs)
            for m in range(k + 1):
                yield from (rounds[k + 1][i][j] <= rounds[k + 1][i][m] + rounds[k + 1][m][j] for i, j in pairs)
        for t in range(n + 1):
            yield from (rounds[n][i][j] <= doublings[t][i][j] for i, j in pairs)

    return of


construction = Construction(
    title="All-pairs shortest paths with 2 n^3 neurons",
    source=Source(
        "Kratsios, Zvigelsky, Hart, Quantifying the Limits of AI Reasoning, 2025",
        arxiv="2508.18526",
        statement="abstract: shortest paths by networks of cubic size",
        fidelity="after",
    ),
    build=build,
    claims={
        "computes": Computes(shortest_paths, on=NonNegative, at=range(1, 5), floor=certified),
        "computes on five": Computes(shortest_paths, on=NonNegative, at=5),
        "least walks": Computes(least_walks, on=NonNegative, at=range(1, 7), floor=certified, steps=walk_steps),
        "neurons": Relation(neurons == 2 * n**3, at=range(1, 9)),
        "depth": Relation(depth == n, at=range(1, 9), convention="hidden layers"),
        "width": Relation(width == 2 * n**2, at=range(1, 9)),
        "nonzeros": Relation(nonzeros <= 8 * n**3 + 2 * n**2, at=range(1, 9)),
    },
)
