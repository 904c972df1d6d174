"""A quantised function on the cube by a network of width max(d_x + 1, d_y, 2).

Cut [0, 1] into 2^k intervals and give up a sliver of width gap below each inner border: the *cells* are the products of
what remains. On every cell the network is constant and equals a given table of k-bit values. Three parts, each exact:

*Encoder.* The staircase x -> floor(2^k x) / 2^k of one coordinate starts at y = 0 and climbs at each border t / 2^k:
first y <- max(y, l(x)) with the line l that rises from (t-1)/2^k to t/2^k across the sliver, then y <- min(y, t/2^k).
With max(y, l) = l + relu(y - l) and min(y, c) = c - relu(c - y) a step needs one neuron beside those that carry the
coordinates; coordinate after coordinate is replaced by its staircase q_i: width d_x + 1.
The code c = q_1 + 2^-k q_2 + 2^-2k q_3 + ... differs from cell to cell.

*Memoriser.* Width 2, state (c, y): start on the steep line through the first code's value, then for each further code
c_j with value v_j alternately y <- min(y, v_j - s (c - c_j)) and y <- max(y, v_j + s (c - c_j)). The slope s exceeds any
difference of values over any difference of codes, so each step sets y at c_j and disturbs no code before it; what it
does beyond c_j is overwritten. The value is one number too: v = u_1 + 2^-k u_2 + ..., with d_y digits of k bits.

*Decoder.* The staircase of v is u_1; 2^k (v - u_1) has the other digits. Step i keeps i - 1 digits and the pair
(v, y): width i + 1 <= d_y. No sliver matters here, because v lies on the grid.
"""

from fractions import Fraction
from itertools import pairwise, product

from proofcheck import Box, Cells, Computes, Construction, Relation, Source, certified, d_x, d_y, inputs, k, maximum, network, on_cells, relu, volume, width


def gap(k):
    """The width of a sliver: an eighth of an interval."""
    return Fraction(1, 8 * 2**k)


def passed(values):
    """Values >= 0, carried past a hidden layer by one neuron each."""
    return [relu(v) for v in values]


def staircase(x, others, k, sliver):
    """y = floor(2^k x) / 2^k on the cells, and the wires that x and `others` go on in: two layers for each inner border."""

    def line(t):
        return Fraction(t - 1, 2**k) + (x - Fraction(t, 2**k) + sliver) / (sliver * 2**k)

    y = 0
    for t in range(1, 2**k):
        above, (x, *others) = relu(y - line(t)), passed([x, *others])
        y = line(t) + above
        below, (x, *others) = relu(Fraction(t, 2**k) - y), passed([x, *others])
        y = Fraction(t, 2**k) - below
    return y, x, others


def memorise(c, codes, values):
    """The value at each of the increasing codes: one layer of two neurons for each code after the first."""
    nearest = min(b - a for a, b in pairwise(codes))
    slope = 2 * (max(values) - min(values) + 1) / nearest
    y = values[0] + slope * (c - codes[0])
    for j, (code, value) in enumerate(zip(codes[1:], values[1:], strict=True)):
        side = -1 if j % 2 == 0 else 1  # min with a falling line, max with a rising one
        beyond, c = relu(side * (y - value) - slope * (c - code)), relu(c)
        y = value + side * slope * (c - code) + side * beyond
    return y


def table(d_x, d_y, k):
    """The digits on each cell, for the Lipschitz function f_j(z) = (z_1 + ... + z_dx + j z_1) / (d_x + d_y) at its corner."""
    rows = {}
    for cell in product(range(2**k), repeat=d_x):
        z = [Fraction(t, 2**k) for t in cell]
        rows[cell] = [(sum(z) + j * z[0]) / (d_x + d_y) * 2**k // 1 for j in range(d_y)]
    return rows


def weigh(digits, k):
    """q_1 + 2^-k q_2 + 2^-2k q_3 + ..."""
    return sum(q * Fraction(1, 2 ** (k * i)) for i, q in enumerate(digits))


def build(d_x, d_y, k):
    x = inputs(d_x, on=Box(0, 1), name="x")
    done = []
    for i in range(d_x):
        digit, _, others = staircase(x[0], [*done, *x[1:]], k, gap(k))
        done, x = [*others[:i], digit], others[i:]
    points = sorted((weigh([Fraction(t, 2**k) for t in cell], k), weigh([Fraction(u, 2**k) for u in digits], k)) for cell, digits in table(d_x, d_y, k).items())
    value, digits = memorise(weigh(done, k), *zip(*points, strict=True)), []
    for _ in range(d_y - 1):
        digit, value, digits = staircase(value, digits, k, Fraction(1, 2 ** (k * d_y + 1)))
        value, digits = 2**k * (value - digit), [*digits, digit]
    return network([*digits, value])


def quantised(d_x, d_y, k):
    """The statement: on the cell of x the j-th output is the table's j-th value."""
    cells = product(range(2**k), repeat=d_x)
    function = {cell: [Fraction((sum(cell) + j * cell[0]) // (d_x + d_y), 2**k) for j in range(d_y)] for cell in cells}
    return lambda x: on_cells(function, x)


SIZES = [(1, 1, 1), (1, 1, 2), (1, 1, 3), (1, 1, 4), (1, 2, 2), (1, 3, 1), (2, 1, 1), (2, 1, 2), (2, 1, 3), (2, 2, 1), (2, 2, 2), (2, 4, 1), (3, 1, 2), (3, 2, 1), (4, 1, 1)]

construction = Construction(
    title="A quantiser of width max(d_x + 1, d_y, 2) by a coding scheme",
    source=Source(
        "Park, Yun, Lee, Shin, Minimum Width for Universal Approximation, ICLR 2021",
        arxiv="2006.08859",
        statement="Theorem 1: ReLU networks of width max(d_x + 1, d_y) are dense in L^p; coding scheme of its proof",
        fidelity="after",
    ),
    build=build,
    claims={
        "exact off the bad set": Computes(target=quantised, on=lambda d_x, d_y, k: Cells(2**k, gap(k)), at=SIZES, floor=certified),
        "width": Relation(width == maximum(d_x + 1, d_y, 2), at=SIZES),
        "measure": Relation(volume == (1 - (2**k - 1) * Fraction(1, 8) * 2 ** (0 - k)) ** d_x, at=SIZES, on=lambda d_x, d_y, k: Cells(2**k, gap(k))),
    },
)
