"""Any Lipschitz function on the cube, to any accuracy in L^p, by a network of width exactly max(d_x, d_y, 2).

Cut [0, 1] into K intervals [a_k, b_k], a_k = k/K, b_k = (k+1)/K - gap (b_{K-1} = 1): the *cells* are their products, and
what they leave out has measure 1 - (1 - (K-1) gap)^d_x. On each cell the network is constant. Write d = d_x.

*Squash.* With h affine, linear part a, and a.v != 0, the map x -> x where h(x) >= 0, else x - v h(x) / (a.v), is one hidden
layer of width d: the neurons relu(h) and relu(q_2), ..., relu(q_d) for affine q_m that do not change along v; they and h
determine x. The cells keep every q_m >= 0, so nothing is lost on them. For v = e_i take q_m = x_m: this is
x_i <- max(x_i, affine) or x_i <- min(x_i, affine).

*Encoder, d = 2.* Slab after slab, k = 0, ..., K-1, with c = b_k: *project* x_1 <- max(x_1, c), so the slab falls onto the line
x_1 = c as K intervals. For j = K-1, ..., 0 *lift* what lies above b_j onto the steep line L_t: M (x_1 - c) = x_2 - t with t = b_j,
then *collapse* the j-th interval, x_2 <- min(x_2, a_j + (M/g) (x_1 - c)), to the point (c, a_j). Lift all that is collapsed to
L_{-1} and *translate* it along v = (1, s) to L_{-2}, which adds 2 to x_2; the gap below the next slab is where it waits.
In the end x_2 = k_2/K + 2 (K-1-k_1): a number for each cell, 1/K apart.

*Encoder, any d.* The same, recursively over coordinates: level i treats coordinate i as above and calls level i + 1 for each
slab; its functionals get multiples B_m of x_m - c_m, m < i, added, so large that they spare every point whose slab is not at
work. d = 1 needs no encoder.

*Memoriser*, width 2, state (p, r): r follows the piecewise-linear interpolant of the code's value, one knot a layer.
*Decoder*, width d_y: the value is one integer, its digits in base Q are the outputs; each is found by 2 (Q-1) steps
r <- max(r, ...), r <- min(r, k).

What follows, by hand and not checked here: if |f(x) - f(y)| <= L max_i |x_i - y_i|, the network is within L/(2K) + 1/(2K) of f
on the cells and, both lying in [0, 1], within 1 elsewhere, so the p-th power of its L^p distance from f is at most
((L + 1)/(2K))^p + 1 - (1 - (K-1) gap)^d_x, which tends to 0 with 1/K and K gap.
"""

from fractions import Fraction
from itertools import pairwise, product

from proofcheck import Box, Cells, Computes, Construction, Property, Relation, Source, all_of, d_x, d_y, inputs, maximum, network, parameter, relu, volume, where, width


def function(x, d_y):
    """The function to approximate, [0,1]^d_x -> [0,1]^d_y: the mean distance of the coordinates to j / d_y; Lipschitz constant 1."""
    return [sum(abs(t - Fraction(j, d_y)) for t in x) / len(x) for j in range(d_y)]


def squash(x, a, b, i):
    """x where a.x + b >= 0, else x_i is changed to make it so: one layer of width len(x)."""
    h = relu(sum(s * t for s, t in zip(a, x, strict=True) if s) + b)
    kept = [relu(t) if m != i else None for m, t in enumerate(x)]
    kept[i] = (h - b - sum(s * t for m, (s, t) in enumerate(zip(a, kept, strict=True)) if m != i and s)) / a[i]
    return kept


def encode(x, cells, gap):
    """The number of the cell that x lies in; x has at least two coordinates."""
    d, low = len(x), [Fraction(t, cells) for t in range(cells)]
    high = [a + Fraction(1, cells) - gap for a in low[:-1]] + [Fraction(1)]
    parked = [2 * cells ** (d - 2 - i) for i in range(d - 1)]  # D_i: what a translation adds to the last coordinate
    steep = [max(3 / gap, Fraction(cells * (2 * cells ** (d - 1 - i) + 1))) for i in range(d - 1)]  # M_i
    collapse = steep[-1] / (gap * cells)
    last = d - 1

    def guarded(a, b, i, at, h0, h1):
        """The functional a.x + b of level i with the multiples of x_m - c_m that spare all slabs not at work."""
        total = 0
        a = list(a)
        for m in reversed(range(i)):
            weight = max((h0 + h1 + total) / gap, steep[m] * (h0 + h1 * parked[m] + total) / (parked[m] - 1))
            a[m], b, total = weight, b - weight * at[m], total + weight
        return a, b

    def unit(*entries):
        row = [Fraction(0)] * d
        for m, value in entries:
            row[m] = Fraction(value)
        return row

    def project(x, i, at):
        return squash(x, *guarded(unit((i, 1)), -at[i], i, at, at[i], 0), i)

    def lift(x, i, at, t):
        a, b = guarded(unit((i, steep[i]), (last, -1)), t - steep[i] * at[i], i, at, steep[i] * at[i] - t, 1)
        return squash(x, a, b, i)

    def flatten(x, i, at, bottom):
        a, b = guarded(unit((i, collapse), (last, -1)), bottom - collapse * at[i], i, at, collapse * at[i] - bottom, 1)
        return squash(x, a, b, last)

    def translate(x, i, at):
        slope, add = steep[i], parked[i]
        a, b = guarded(unit((i, slope), (last, -1)), -slope * at[i] - 2, i, at, slope * at[i] + 2, 1)
        h = relu(sum(s * t for s, t in zip(a, x, strict=True) if s) + b)
        q = relu((1 + add) * x[last] - slope * add * x[i] + 2 * slope * add)
        kept = [relu(t) if m not in (i, last) else None for m, t in enumerate(x)]
        rest = h - b - sum(a[m] * kept[m] for m in range(i))  # slope x_i - x_last
        kept[last] = q - 2 * slope * add + add * rest  # (1 + add) x_last - slope add x_i + add (slope x_i - x_last)
        kept[i] = (rest + kept[last]) / slope
        return kept

    def level(x, i, at):
        for k in range(cells):
            here = [*at, high[k]]
            x = project(x, i, here)
            if i == last - 1:
                for j in reversed(range(cells)):
                    x = flatten(lift(x, i, here, high[j]), i, here, low[j])
            else:
                x = level(lift(x, i, here, Fraction(1)) if k else x, i + 1, here)
            if k < cells - 1:
                x = translate(lift(x, i, here, Fraction(-1)), i, here)
        return x

    return level(x, 0, [])[last]


def code(cell, cells):
    """The number that `encode` gives to a cell."""
    *upper, lowest = cell
    return Fraction(lowest, cells) + 2 * sum((cells - 1 - t) * cells ** (len(upper) - 1 - i) for i, t in enumerate(upper))


def memorise(u, knots):
    """The piecewise-linear interpolant of `knots`, (u, value >= 0) in increasing order, constant outside: width 2."""
    (first, value), last = knots[0], knots[-1][0]
    slopes = [(w - v) / (t - s) for (s, v), (t, w) in pairwise(knots)]
    p = last - first - relu(last - first - relu(u - first))
    start, r = first, value + slopes[0] * p if slopes[0] else value
    for (t, w), before, after in zip(knots[1:-1], slopes, slopes[1:], strict=False):
        if before != after:
            shift = max(Fraction(0), -(w + before * (last - t)))
            kept = r if r is value else relu(r + shift) - shift
            p = relu(p - (t - start))
            r, start = kept + (after - before) * p, t
    return r


def decode(w, base, d_y):
    """The d_y digits of the integer w in the base: width d_y."""
    digits = []
    for j in range(1, d_y):
        block = base ** (d_y - j)
        r = 0
        for k in range(1, base):
            line = w + k - k * block
            top, w, digits = relu(r - line), relu(w), [relu(m) for m in digits]
            r = w + k - k * block + top
            below, w, digits = relu(k - r), relu(w), [relu(m) for m in digits]
            r = k - below
        w = w - block * r
        digits.append(r)
    return [*digits, w]


def values(d_x, d_y, cells, base):
    """For each cell the function at its centre: exactly when d_y = 1, otherwise its digits in the base."""
    rows = {}
    for cell in product(range(cells), repeat=d_x):
        exact = function([Fraction(2 * t + 1, 2 * cells) for t in cell], d_y)
        rows[cell] = exact if d_y == 1 else [min(base - 1, int(base * y)) for y in exact]
    return rows


def gap_for(cells):
    """The width of the slivers between the intervals."""
    return Fraction(1, 8 * cells)


def build(d_x, d_y, K):
    cells, base = K, K
    gap = gap_for(cells)
    x = inputs(d_x, on=Box(0, 1), name="x")
    table = {cell: sum(m * base ** (d_y - 1 - j) for j, m in enumerate(row)) for cell, row in values(d_x, d_y, cells, base).items()}
    if d_x == 1:
        ends = {t: (Fraction(t, cells), Fraction(t + 1, cells) - (gap if t < cells - 1 else 0)) for t in range(cells)}
        value = memorise(x[0], [(Fraction(end), Fraction(table[t,])) for t in range(cells) for end in ends[t]])
    else:
        value = memorise(encode(x, cells, gap), sorted((code(cell, cells), Fraction(w)) for cell, w in table.items()))
    return network([value] if d_y == 1 else [(m + Fraction(1, 2)) / base for m in decode(value, base, d_y)])


def on_the_cells(d_x, d_y, K):
    """The statement: on the cell of x the outputs are the middle of the step of height 1/K that the centre's values lie in."""
    exact = {}
    for cell in product(range(K), repeat=d_x):
        centre = [(t + Fraction(1, 2)) / K for t in cell]
        exact[cell] = [sum(max(z - Fraction(j, d_y), Fraction(j, d_y) - z) for z in centre) / d_x for j in range(d_y)]
    stored = exact if d_y == 1 else {c: [(min(K - 1, K * y // 1) + Fraction(1, 2)) / K for y in row] for c, row in exact.items()}

    def target(x):
        outputs = []
        for j in range(d_y):
            result = 0
            for cell, row in stored.items():
                inside = all_of([bound for t, xi in zip(cell, x, strict=True) for bound in (Fraction(t, K) <= xi, xi <= Fraction(t + 1, K))])
                result = where(inside, row[j], result)
            outputs.append(result)
        return outputs

    return target


SIZES = [(1, 1, 4), (1, 2, 3), (2, 1, 2), (2, 1, 3), (2, 2, 2), (2, 3, 2), (3, 1, 2)]

construction = Construction(
    title="Approximation in L^p by networks of width max(d_x, d_y, 2)",
    source=Source(
        "Kim, Min, Park, Minimum width for universal approximation using ReLU networks on compact domain, ICLR 2024",
        arxiv="2309.10402",
        statement="Theorem: the minimum width is max(d_x, d_y, 2); the construction here is not theirs",
        fidelity="ours",
    ),
    build=build,
    slack="between the cells the outputs are only claimed to lie in [0, 1]",
    claims={
        "exact on the cells": Computes(on_the_cells, on=lambda d_x, d_y, K: Cells(K, gap_for(K)), at=SIZES),
        "bounded": Property(lambda x, y: all_of([v >= 0 for v in y] + [v <= 1 for v in y]), on=Box(0, 1), at=SIZES),
        "width": Relation(width == maximum(d_x, d_y, 2), at=SIZES),
        "measure": Relation(volume == (1 - Fraction(1, 8) * (parameter("K") - 1) * parameter("K") ** (0 - 1)) ** d_x, at=SIZES, on=lambda d_x, d_y, K: Cells(K, gap_for(K))),
    },
)
