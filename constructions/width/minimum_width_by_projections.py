"""Any Lipschitz function on the cube, to any accuracy in L^p, by a network of width exactly max(d_x, d_y, 2).

Let f: [0,1]^d_x -> [0,1]^d_y with |f_j(x) - f_j(y)| <= L max_i |x_i - y_i| (this is assumed of f, here and below), p >= 1
and eps > 0. Cut [0, 1] into K intervals [a_k, b_k], a_k = k/K, b_k = (k+1)/K - gap, b_{K-1} = 1: the *cells* are their
products. On each cell the network is constant. Write g = K gap <= 1/2.

*Error.* With d_y = 1 the network is f(z) on the cell with centre z; with d_y > 1 its outputs are the middles of the steps of
height 1/Q that the f_j(z) lie in, at most 1/(2Q) from them. A point of the cell is at most 1/(2K) from z in each coordinate.
So the network is within h = L/(2K) of f on the cells, h = L/(2K) + 1/(2Q) if d_y > 1. What the cells leave out has measure
1 - v with v = (1 - (K-1) gap)^d_x; there both lie in [0, 1] and the distance is at most 1. In the maximum norm over the outputs,

    ||f - network||_p^p <= h^p + 1 - v,    and by Bernoulli 1 - v <= d_x (K-1) gap < d_x g.

K >= L/(2s) (K >= L/s and Q >= 1/s if d_y > 1) and g <= s^p/d_x, where s^p = eps^p/2, make it at most eps^p: these are the
K, gap and Q that `resolution` gives. The claim "error" compares the left bound, with the measured volume v, with eps^p.

The network has three parts. Width d_x, or 2 if d_x = 1, then 2, then d_y, or 1. Write d = d_x.

*Squash.* With h affine, linear part a, and a.v != 0, the map x -> x where h(x) >= 0, else x - v h(x) / (a.v), is one hidden
layer of width d: the neurons relu(h) and relu(q_2), ..., relu(q_d) for affine q_m that do not change along v; they and h
determine x. The cells keep every q_m >= 0, so nothing is lost on them. For v = e_i take q_m = x_m: this is
x_i <- max(x_i, affine of the others) if a_i > 0, and min if a_i < 0.

*Encoder, d = 2.* M = max(3/gap, K (2K + 1)). Slab after slab, k = 0, ..., K-1, with c = b_k. Let L_t be the line
M (x_1 - c) = x_2 - t.

1. *Project* x_1 <- max(x_1, c): slab k falls onto x_1 = c as the K intervals [a_j, b_j], and so does what is stored, at x_2 >= 2.
2. For j = K-1, ..., 0 *lift* x_1 <- max(x_1, c + (x_2 - b_j)/M), which moves what lies above b_j on x_1 = c or on an earlier line
   to L_t, t = b_j, and *collapse* x_2 <- min(x_2, a_j + (M/g) (x_1 - c)): interval j becomes the point (c, a_j).
3. If k < K-1, lift all with t = -1 and *translate*: the squash with h = M (x_1 - c) - (x_2 + 2), v = (1, s), s = 2M/3, takes L_{-1}
   rigidly to L_{-2}, adding 2 to x_2. The sliver below slab k+1 is where the stored points wait.

In slabs to come x_1 >= c + gap and 0 <= x_2 <= 1, and M gap >= 3: no h is negative there. Lifted points are spared by the collapse:
at distance y - b_j >= gap above interval j the ratio (y - a_j)/(y - b_j) is at most 1/(K gap) = 1/g, for y >= 2 at most 2 <= 1/g.
Lower intervals lie below a_j. All lifts have the slope M, so lifting again puts all on one line and leaves x_2 alone. After a
translation x_1 - c = (x_2 + 2)/M <= (2K + 1)/M <= 1/K <= b_{k+1} - b_k, so the next projection catches every stored point. In the
end x_2 = k_2/K + 2 (K-1-k_1): a number for each cell, 1/K apart.

*Encoder, d > 2.* Levels i = 1, ..., d-1 with U_i = 2 K^(d-i) - 1, D_i = 2 K^(d-i-1), M_i = max(3/gap, K (U_i + 2)). Level i treats
coordinate i as above with x_d for x_2 and D_i for the 2 that is added; step 2 belongs to level d-1, the others lift what is stored
with t = 1, off the hyperplane x_i = c_i, and call level i+1. A move of level i has sum_{m<i} B_m (x_m - c_m) added to its h. That is
0 on the slabs at work. At any other point let m be the first index with x_m != c_m: then x_m >= c_m + gap and x_d <= 1, or
the point is parked, x_m = c_m + (x_d - 1)/M_m with x_d >= D_m. Where -h <= h_0 + h_1 x_d, it spares both if, with S the sum of
the B between m and i, B_m = max((h_0 + h_1 + S)/gap, M_m (h_0 + h_1 D_m + S)/(D_m - 1)). In the end
x_d = k_d/K + 2 sum_{i<d} (K-1-k_i) K^(d-1-i). d = 1 needs no encoder: two knots a cell.

*Memoriser*, width 2. p = min(max(u, u_0), u_last) - u_0 in two layers; then (p, r) with r the piecewise-linear interpolant of the
code's value, a layer for each knot: p <- relu(p - u_n + u_{n-1}), and r, kept as relu(r + C) - C with C so large that nothing is
lost, takes up the change of slope times the new p.

*Decoder*, width d_y. The value is an integer w, its digits in base Q are the outputs. For j < d_y with B = Q^(d_y-j), r = 0, and for
k = 1, ..., Q-1: r <- max(r, w + k - kB), r <- min(r, k); then r is the digit and w <- w - B r.

*Clip.* Two layers, the outputs to [0, 1]: on the cells they are there already, elsewhere this is what bounds the distance by 1.
"""

from fractions import Fraction
from itertools import product

from proofcheck import Box, Cells, Computes, Construction, Property, Relation, Source, all_of, cell_values, certified, d_x, d_y, established, maximum, minimum_width_network, on_cells, resolution, volume, width


def function(x, d_y):
    """The function to approximate: the mean distance of the coordinates to j / d_y, for each j; Lipschitz constant 1."""
    return [sum(abs(t - Fraction(j, d_y)) for t in x) / len(x) for j in range(d_y)]


def build(d_x, d_y, p, eps):
    cells, gap, base = resolution(1, p, eps, d_x, d_y)
    return minimum_width_network(cell_values(lambda x: function(x, d_y), d_x, cells, base), gap, base)


def good(d_x, d_y, p, eps):
    """The cells."""
    cells, gap, _ = resolution(1, p, eps, d_x, d_y)
    return Cells(cells, gap)


def on_the_cells(d_x, d_y, p, eps):
    """The statement: on a cell f at its centre, for d_y > 1 the middle of the step of height 1/Q that it lies in."""
    K, _, Q = resolution(1, p, eps, d_x, d_y)
    exact = {}
    for cell in product(range(K), repeat=d_x):
        centre = [(t + Fraction(1, 2)) / K for t in cell]
        exact[cell] = [sum(max(z - Fraction(j, d_y), Fraction(j, d_y) - z) for z in centre) / d_x for j in range(d_y)]
    stored = exact if d_y == 1 else {c: [(min(Q - 1, Q * y // 1) + Fraction(1, 2)) / Q for y in row] for c, row in exact.items()}
    return lambda x: on_cells(stored, x)


def measure(d_x, d_y, p, eps):
    """How much of the cube the cells cover."""
    K, gap, _ = resolution(1, p, eps, d_x, d_y)
    return volume == (1 - (K - 1) * gap) ** d_x


def error(d_x, d_y, p, eps):
    """What bounds the p-th power of the distance in L^p is at most eps^p."""
    K, _, Q = resolution(1, p, eps, d_x, d_y)
    near = Fraction(1, 2 * K) + (Fraction(1, 2 * Q) if d_y > 1 else 0)
    return near**p + 1 - volume <= Fraction(eps) ** p


SMALL = [(1, 1, 1, Fraction(1, 4)), (1, 2, 1, Fraction(1, 2)), (2, 1, 2, Fraction(1, 4)), (3, 3, 2, Fraction(3, 4)), (4, 1, 1, Fraction(1, 2))]
SIZES = [*SMALL, (2, 1, 1, Fraction(1, 8)), (2, 2, 1, Fraction(1, 2)), (2, 3, 1, Fraction(1, 2)), (3, 1, 1, Fraction(1, 3)), (3, 1, 1, Fraction(1, 4)), (4, 2, 2, Fraction(3, 4))]

LIPSCHITZ = "|f_j(x) - f_j(y)| <= 1 max_i |x_i - y_i| for the function f whose values at the centres are stored"

construction = Construction(
    title="Approximation in L^p by networks of width max(d_x, d_y, 2)",
    source=Source(
        "Kim, Min, Park, Minimum width for universal approximation using ReLU networks on compact domain, ICLR 2024",
        arxiv="2309.10402",
        statement="Theorem: the minimum width is max(d_x, d_y, 2); the construction here is not theirs, and that no less is enough is only cited",
        fidelity="ours",
    ),
    build=build,
    slack="between the cells the outputs are only claimed to lie in [0, 1]",
    claims={
        "exact on the cells": Computes(on_the_cells, on=good, at=SIZES, floor=certified),
        "bounded": Property(lambda x, y: all_of([v >= 0 for v in y] + [v <= 1 for v in y]), on=Box(0, 1), at=SIZES),
        "width": Relation(width == maximum(d_x, d_y, 2), at=SIZES),
        "measure": Relation(measure, on=good, at=SIZES),
        "error": Relation(error, on=good, at=SIZES, floor=established, assuming=LIPSCHITZ, convention="bounds the p-th power of the L^p distance"),
    },
)
