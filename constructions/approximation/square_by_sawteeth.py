"""The square on [0, 1], to within exactly 4^-(m+1), by m sawteeth: depth logarithmic in the accuracy.

The tooth g(x) = 2x on [0, 1/2], 2 - 2x on [1/2, 1] is one neuron: g(x) = 2x - 4 relu(x - 1/2). Its s-fold composition g_s has
2^(s-1) teeth. Write h(x) = x - x^2. On both halves of [0, 1], 4 h(x) = g(x) + h(g(x)), so, m times,

    x^2 = x - h(x) = x - g_1(x)/4 - g_2(x)/16 - ... - g_m(x)/4^m - h(g_m(x))/4^m.

The network leaves the last term out. As 0 <= h <= 1/4, with h(0) = h(1) = 0 and h(1/2) = 1/4, its output f_m satisfies

    x^2 <= f_m(x) <= x^2 + 4^-(m+1).

The left is an equality where g_m is 0 or 1, at the multiples of 2^-m (f_m is the interpolant of the square there), and the right
where g_m is 1/2, halfway between them: the bound is attained, so no smaller one is true.

Each g_s needs the one before it, hence m hidden layers. All of g_s and of the partial sums are in [0, 1] (a partial sum is f_s), so
one neuron carries each of them past a layer: with that of the tooth 3 neurons, in the first layer 2.

The source states the error, and O(log(1/error)) for depth, weights and units. It counts the layers of inputs and outputs too,
so its depth is m + 2, and it counts the output as a unit; its g has a third neuron, which is 0 on [0, 1]. The numbers are ours.
"""

from fractions import Fraction
from itertools import pairwise

from proofcheck import (
    Approximates,
    Box,
    Computes,
    Construction,
    Points,
    Property,
    Relation,
    Source,
    ceil_log2,
    certified,
    depth,
    inputs,
    largest_weight,
    m,
    minimum,
    network,
    neurons,
    nonzeros,
    outputs_count,
    relu,
    square,
    width,
)


def build(m):
    x = inputs(on=Box(0, 1), name="x")
    tooth = total = relu(x)
    fold = relu(x - Fraction(1, 2))
    for s in range(1, m + 1):
        tooth = 2 * tooth - 4 * fold
        total = total - tooth / 4**s
        if s < m:
            tooth, fold, total = relu(tooth), relu(tooth - Fraction(1, 2)), relu(total)
    return network(total)


def error(m):
    """The largest distance from the square."""
    return Fraction(1, 4 ** (m + 1))


def steps(m):
    """What the derivation above goes through, for g_0 = x: the range of each g_s, 4 h(g_s) = g_(s+1) + h(g_(s+1)), h <= 1/4."""

    def of(x, y):
        teeth = [x]
        for _ in range(m):
            teeth.append(minimum(2 * teeth[-1], 2 - 2 * teeth[-1]))
        for g in teeth:
            yield g >= 0
            yield g <= 1
        for g, following in pairwise(teeth):
            yield 4 * (g - square(g)) == following + following - square(following)
        yield square(teeth[-1] - Fraction(1, 2)) >= 0

    return of


def knots(m):
    """The multiples of 2^-m in [0, 1]."""
    return Points(0, 1, Fraction(1, 2**m))


def midpoints(m):
    """What lies halfway between neighbouring knots."""
    half = Fraction(1, 2 ** (m + 1))
    return Points(half, 1 - half, 2 * half)


MANY = [*range(1, 17), 24, 32, 48, 64, 128]

construction = Construction(
    title="The square on [0, 1], to within 4^-(m+1) in depth m",
    source=Source(
        "Yarotsky, Error bounds for approximations with deep ReLU networks, Neural Networks 94, 2017",
        arxiv="1610.01145",
        statement="Proposition 2 and its proof: error 2^(-2m-2) with depth, weights and units O(m)",
        fidelity="after",
    ),
    build=build,
    claims={
        "within": Approximates(square, error=error, on=Box(0, 1), at=[*range(1, 9), 16], floor=certified, steps=steps),
        "from above": Property(lambda x, y: x**2 <= y, on=Box(0, 1), at=[*range(1, 9), 16], floor=certified, steps=steps),
        "attained": Computes(lambda m: lambda x: x**2 + error(m), on=midpoints, at=range(1, 13), floor=certified),
        "exact at the knots": Computes(square, on=knots, at=range(1, 13), floor=certified),
        "depth": Relation(depth == m, at=MANY, convention="hidden layers; the source counts inputs and outputs too, m + 2"),
        "rate": Relation(lambda m: 2 * depth + 2 == ceil_log2(1 / error(m)), at=MANY),
        "width": Relation(width == 3, at=MANY[1:]),
        "neurons": Relation(neurons == 3 * m - 1, at=MANY),
        "units": Relation(neurons + outputs_count == 3 * m, at=MANY, convention="the output counts as a unit, as in the source"),
        "nonzeros": Relation(nonzeros == 7 * m - 1, at=MANY[1:]),
        "weights": Relation(largest_weight <= 4, at=MANY),
    },
)
