"""Networks of width max(d_x, d_y, 2) with given values on the cells of the cube, in exact arithmetic.

[0, 1] is cut into `cells` intervals with slivers of width `gap` left out below the inner borders (`Cells(cells, gap)`); a cell
is a product of them, and on each the network is constant. Why each step is right is derived in the docstring of
constructions/width/minimum_width_by_projections.py; what a network computes is for claims about it to say.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import count, pairwise, product
from typing import Any

from proofcheck.domains import Box
from proofcheck.errors import UsageError
from proofcheck.exact import Number, rational
from proofcheck.networks.network import Network
from proofcheck.networks.trace import network
from proofcheck.networks.wire import Wire, inputs, relu

Cell = tuple[int, ...]
Values = Mapping[Cell, tuple[Fraction, ...]]
Knot = tuple[Fraction, Fraction]
Row = list[Fraction]


@dataclass(frozen=True)
class Steepness:
    """The constants of the encoder: M_i for each level, M/g of the collapse, and a factor to the B_m; smaller ones fail."""

    lines: tuple[Fraction, ...]
    collapse: Fraction
    spare: Fraction = Fraction(1)


def minimum_width_network(values: Values, gap: Number, base: int | None = None) -> Network:
    """The network [0, 1]^d_x -> [0, 1]^d_y that is `values[cell]` on each cell, and in [0, 1] everywhere.

    values: for every cell (k_1, ..., k_dx), 0 <= k_i < K with K >= 2, its d_y numbers in [0, 1]; with two or more each is the
    middle of one of `base` equal steps, as `cell_values` makes them. gap: 0 < gap <= 1/(2K). Raises UsageError for others.
    """
    table, cells, sliver = _checked(values), max(cell[-1] for cell in values) + 1, rational(gap)
    d_x, d_y = len(next(iter(table))), len(next(iter(table.values())))
    if set(table) != set(product(range(cells), repeat=d_x)) or cells < 2:
        raise UsageError(f"{len(table)} cells are given, expected all of {cells}^{d_x} with 2 or more along each coordinate")
    if not 0 < sliver <= Fraction(1, 2 * cells):
        raise UsageError(f"the gap is {sliver}, expected above 0 and at most 1/{2 * cells}, half of a cell")
    x = inputs(d_x, on=Box(0, 1), name="x")
    if len(set(table.values())) == 1:
        idle = relu(-sum(map(relu, x)))  # 0; a network reads its inputs
        return network([value + idle for value in next(iter(table.values()))])
    top = Fraction(1) if base is None or d_y == 1 else Fraction(base - 1)
    words = {cell: row[0] if d_y == 1 else _word(row, base or 0) for cell, row in table.items()}
    if d_x == 1:
        value = memorise(x[0], [(end, words[k,]) for k in range(cells) for end in _interval(k, cells, sliver)])
    else:
        value = memorise(encode(x, cells, sliver), sorted((code(cell, cells), word) for cell, word in words.items()))
    outputs = [top - relu(top - m) for m in map(relu, [value] if d_y == 1 else decode(value, int(top) + 1, d_y))]
    return network(outputs if d_y == 1 else [(m + Fraction(1, 2)) / (top + 1) for m in outputs])


def cell_values(function: Callable[[list[Fraction]], Sequence[Any]], d_x: int, cells: int, base: int | None = None) -> Values:
    """The values of a function, from d_x Fractions to exact numbers in [0, 1], at the centre of each cell.

    With two outputs or more each value is replaced by the middle of the one of `base` equal steps that it lies in.
    """
    found: dict[Cell, tuple[Fraction, ...]] = {}
    for cell in product(range(cells), repeat=d_x):
        row = tuple(rational(v) for v in function([Fraction(2 * k + 1, 2 * cells) for k in cell]))
        outside = next((v for v in row if not 0 <= v <= 1), None)
        if outside is not None:
            raise UsageError(
                f"the function is {outside} at the centre of the cell {cell}, expected a number from 0 to 1: rescale it"
            )
        if len(row) > 1:
            if base is None or base < 2:
                raise UsageError(f"the base is {base}, expected 2 or more for a function with {len(row)} outputs")
            row = tuple((min(base - 1, base * v // 1) + Fraction(1, 2)) / base for v in row)
        found[cell] = row
    return found


def resolution(lipschitz: Number, p: int, error: Number, d_x: int, d_y: int) -> tuple[int, Fraction, int]:
    """(cells, gap, base) that bring the L^p distance from a Lipschitz function [0, 1]^d_x -> [0, 1]^d_y to at most `error`.

    lipschitz: L with |f(x) - f(y)| <= L max_i |x_i - y_i| in each output. Half of error^p is for the cells, where the distance is
    at most L/(2 cells), plus 1/(2 base) if d_y > 1; half for what they leave out, where it is at most 1.
    """
    slope, allowed = rational(lipschitz), rational(error)
    if slope < 0 or p < 1 or allowed <= 0 or d_x < 1 or d_y < 1:
        raise UsageError("a resolution takes a Lipschitz constant from 0 on, p, d_x, d_y from 1 on, and an error above 0")
    share = Fraction(allowed**p) / 2
    cells = next(k for k in count(2) if (slope / (2 * k if d_y == 1 else k)) ** p <= share)
    base = next(q for q in count(2) if Fraction(1, q) ** p <= share)
    sliver = next(g for g in (Fraction(1, 2**i) for i in count(1)) if d_x * g <= share)
    return cells, sliver / cells, base


def code(cell: Cell, cells: int) -> Fraction:
    """The number that `encode` gives to a cell."""
    *upper, lowest = cell
    return Fraction(lowest, cells) + 2 * sum((cells - 1 - k) * int(cells ** (len(upper) - 1 - i)) for i, k in enumerate(upper))


def steepness(d: int, cells: int, gap: Fraction) -> Steepness:
    """The constants that the derivation asks for."""
    lines = tuple(max(3 / gap, Fraction(cells * (2 * cells ** (d - 1 - i) + 1))) for i in range(d - 1))
    return Steepness(lines, lines[-1] / (gap * cells))


def encode(x: Sequence[Wire], cells: int, gap: Fraction, constants: Steepness | None = None) -> Wire:
    """The number of the cell that x lies in, by layers of width d; x has d >= 2 coordinates. constants: of `steepness`."""
    d = len(x)
    constants = constants or steepness(d, cells, gap)
    steep, collapse, spare = constants.lines, constants.collapse, constants.spare
    low, high = zip(*(_interval(k, cells, gap) for k in range(cells)), strict=True)
    parked = [2 * cells ** (d - 2 - i) for i in range(d - 1)]  # D_i: what a translation adds to the last coordinate
    last = d - 1

    def functional(i: int, at: Sequence[Fraction], slope: Number, h1: int, constant: Number) -> tuple[Row, Fraction]:
        """slope (x_i - c_i) - h1 x_last + constant, with the multiples of x_m - c_m, m < i, that spare all slabs not at work."""
        a, b = [Fraction(0)] * d, constant - slope * at[i]
        a[i], a[last] = Fraction(slope), a[last] - h1
        h0, total = -b, Fraction(0)
        for m in reversed(range(i)):
            weight = spare * max((h0 + h1 + total) / gap, steep[m] * (h0 + h1 * parked[m] + total) / (parked[m] - 1))
            a[m], b, total = weight, b - weight * at[m], total + weight
        return a, b

    def squash(x: Sequence[Wire], h: tuple[Row, Fraction], i: int) -> list[Wire]:
        """x where h(x) >= 0; elsewhere x_i is changed to make h(x) = 0."""
        a, b = h
        value = relu(sum(s * t for s, t in zip(a, x, strict=True) if s) + b)
        kept: list[Any] = [relu(t) if m != i else t for m, t in enumerate(x)]
        kept[i] = (value - b - sum(s * t for m, (s, t) in enumerate(zip(a, kept, strict=True)) if m != i and s)) / a[i]
        return kept

    def translate(x: Sequence[Wire], i: int, at: Sequence[Fraction]) -> list[Wire]:
        """The points with M (x_i - c_i) = x_last + 1 move up by D_i, along the line that carries them."""
        slope, add = steep[i], parked[i]
        a, b = functional(i, at, slope, 1, -2)
        value = relu(sum(s * t for s, t in zip(a, x, strict=True) if s) + b)
        q = relu((1 + add) * x[last] - slope * add * x[i] + 2 * slope * add)
        kept = [relu(t) if m not in (i, last) else t for m, t in enumerate(x)]
        rest = value - b - sum(a[m] * kept[m] for m in range(i))  # slope x_i - x_last
        kept[last] = q - 2 * slope * add + add * rest  # (1 + add) x_last - slope add x_i + add (slope x_i - x_last)
        kept[i] = (rest + kept[last]) / slope
        return kept

    def level(x: Sequence[Wire], i: int, at: Sequence[Fraction]) -> Sequence[Wire]:
        for k in range(cells):
            here = [*at, high[k]]
            x = squash(x, functional(i, here, 1, 0, 0), i)
            if i < last - 1:
                x = level(squash(x, functional(i, here, steep[i], 1, 1), i) if k else x, i + 1, here)
            else:
                for j in reversed(range(cells)):
                    x = squash(x, functional(i, here, steep[i], 1, high[j]), i)
                    x = squash(x, functional(i, here, collapse, 1, low[j]), last)
            if k < cells - 1:
                x = translate(squash(x, functional(i, here, steep[i], 1, -1), i), i, here)
        return x

    return level(x, 0, [])[last]


def memorise(u: Wire, knots: Sequence[Knot]) -> Wire:
    """The piecewise-linear interpolant of `knots`, (u, value >= 0) in increasing order, constant outside: width 2.

    Some two values differ.
    """
    (first, value), last = knots[0], knots[-1][0]
    slopes = [(w - v) / (t - s) for (s, v), (t, w) in pairwise(knots)]
    p = last - first - relu(last - first - relu(u - first))
    start: Fraction = first
    r: Any = value + slopes[0] * p if slopes[0] else value
    for (t, w), before, after in zip(knots[1:-1], slopes, slopes[1:], strict=False):
        if before != after:
            shift = max(Fraction(0), -(w + before * (last - t)))
            kept = r if r is value else relu(r + shift) - shift
            p = relu(p - (t - start))
            r, start = kept + (after - before) * p, t
    result: Wire = r
    return result


def decode(w: Wire, base: int, d_y: int) -> list[Wire]:
    """The d_y digits of the integer w in the base: width d_y."""
    digits: list[Wire] = []
    for j in range(1, d_y):
        block = base ** (d_y - j)
        r: Any = 0
        for k in range(1, base):
            line = w + k - k * block
            above, w, digits = relu(r - line), relu(w), [relu(m) for m in digits]
            r = w + k - k * block + above
            below, w, digits = relu(k - r), relu(w), [relu(m) for m in digits]
            r = k - below
        w = w - block * r
        digits.append(r)
    return [*digits, w]


def _interval(k: int, cells: int, gap: Fraction) -> tuple[Fraction, Fraction]:
    return Fraction(k, cells), Fraction(k + 1, cells) - (gap if k < cells - 1 else 0)


def _checked(values: Values) -> Values:
    if not values:
        raise UsageError("no cell has a value: give one for each, as cell_values does")
    sizes = {(len(cell), len(row)) for cell, row in values.items()}
    if len(sizes) != 1 or min(next(iter(sizes))) < 1:
        raise UsageError("the cells or their values differ in length: give d_x coordinates and d_y numbers for each")
    exact = {cell: tuple(map(rational, row)) for cell, row in values.items()}
    outside = next(((cell, v) for cell, row in exact.items() for v in row if not 0 <= v <= 1), None)
    if outside is not None:
        raise UsageError(f"the value {outside[1]} of the cell {outside[0]} is not in [0, 1]: rescale the function")
    return exact


def _word(row: Sequence[Fraction], base: int) -> Fraction:
    """The number whose digits in the base are those of the steps that the values are the middles of."""
    digits = [v * base - Fraction(1, 2) for v in row]
    if base < 2 or any(m.denominator > 1 or not 0 <= m < base for m in digits):
        raise UsageError(f"the values {', '.join(map(str, row))} of a cell are not middles of {base} equal steps of [0, 1]")
    return sum((m * base ** (len(row) - 1 - j) for j, m in enumerate(digits)), Fraction(0))
