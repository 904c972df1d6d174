"""Claims on grids of integers and words: division and remainders of negative numbers, overflow, ends of grids."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from proofcheck import Integers, Permutations, Points, Words, absolute, maximum, minimum, mod, sorted_terms, where
from proofcheck.networks import Network, inputs, network, relu, step
from tests.power.false_claims.rows import Row, approximated, bounded, computed, satisfied


def floor_half() -> Network:
    """floor(x / 2) for -4 <= x <= 5: a step at each even number."""
    x = inputs(on=Integers(-4, 5))
    return network(sum(step(x - t) for t in (-2, 0, 2, 4)) - 2)


def remainder() -> Network:
    """x mod 3 for -3 <= x <= 5."""
    x = inputs(on=Integers(-3, 5))
    return network(x + 3 - 3 * sum(step(x - t) for t in (0, 3)))


def successor(p: int) -> Network:
    """x + 1 modulo 2^p."""
    x = inputs(on=Words(p))
    return network(x + 1 - 2**p * step(x - 2**p + 1))


def shifted(amount: int | Fraction, on: Any) -> Network:
    """x + amount - amount, each sum in a neuron of its own."""
    x = inputs(on=on)
    return network(relu(x + amount) - relu(amount + 0 * x))


def scaled(weight: int, on: Any) -> Network:
    return network(relu(weight * inputs(on=on)))


def comparator(on: Any) -> Network:
    a, b = inputs(2, on=on)
    return network([a - relu(a - b), b + relu(a - b)])


def largest(n: int, on: Any) -> Network:
    x = inputs(n, on=on)
    best = x[0]
    for v in x[1:]:
        best = v + relu(best - v)
    return network(best)


def tooth(on: Any) -> Network:
    """A tooth on [0, 1]: 0 at every integer, 1/2 at 1/2."""
    x = inputs(on=on)
    return network(relu(x) - 2 * relu(x - Fraction(1, 2)) + relu(x - 1))


def square(m: int, on: Any) -> Network:
    """Yarotsky's interpolant of x^2 on [0, 1] with 2^m cells: x - sum of sawteeth / 4^s."""
    x = inputs(on=on)
    tooth, total = x, x
    for s in range(1, m + 1):
        tooth = 2 * relu(tooth) - 4 * relu(tooth - Fraction(1, 2))
        total = total - tooth / 4**s
    return network(total)


def chords(m: int, x: Any) -> Any:
    """The interpolant of x^2 with 2^m cells, as the largest of its chords."""
    step_ = Fraction(1, 2**m)
    return maximum(*(((2 * k + 1) * step_) * x - k * (k + 1) * step_**2 for k in range(2**m)))


SQUARE_ERROR = Fraction(1, 2**6)  # 2^(-2m - 2) for m = 2
TINY = Fraction(1, 2**60)
GRID = Points(0, 1, Fraction(1, 8))

ROWS: tuple[Row, ...] = (
    computed("division cuts towards 0", floor_half, lambda x: where(x < 0, -(-x // 2), x // 2), lambda x: x // 2),
    computed("division rounds up", floor_half, lambda x: -(-x // 2), lambda x: x // 2),
    computed(
        "the remainder of a negative number", remainder, lambda x: where(x < 0, -mod(-x, 3), mod(x, 3)), lambda x: mod(x, 3)
    ),
    computed("the remainder by 2", remainder, lambda x: mod(x, 2), lambda x: x - 3 * (x // 3)),
    computed("the largest word has a successor", lambda: successor(4), lambda x: x + 1, lambda x: mod(x + 1, 16)),
    computed(
        "a word as a signed number", lambda: successor(4), lambda x: mod(x + 1, 16) - 16 * (x >= 7), lambda x: mod(x + 1, 16)
    ),
    computed(
        "one number of 2^12",
        lambda: successor(12),
        lambda x: where(x == 2741, 0, mod(x + 1, 2**12)),
        lambda x: mod(x + 1, 2**12),
    ),
    computed("2^24 + 1 in float32", lambda: shifted(2**24, Integers(0, 1)), lambda x: 0 * x, lambda x: x),
    computed("2^53 + 1 in float64", lambda: shifted(2**53, Integers(0, 1)), lambda x: 0 * x, lambda x: x),
    computed(
        "2^63 in int64", lambda: scaled(2**62, Integers(0, 2)), lambda x: where(x == 2, -(2**63), 2**62 * x), lambda x: 2**62 * x
    ),
    computed("2^64 in any machine word", lambda: shifted(2**64, Integers(0, 3)), lambda x: 0 * x, lambda x: x),
    computed("10^400 in any float", lambda: shifted(10**400, Integers(0, 3)), lambda x: 0 * x, lambda x: x),
    computed(
        "a large number plus 1", lambda: scaled(2**60, Integers(0, 1000)), lambda x: 2**60 * x + (x == 999), lambda x: 2**60 * x
    ),
    computed(
        "the last point of a grid",
        lambda: scaled(1, Points(-1, 1, Fraction(1, 7))),
        lambda x: where(x == 1, 0, maximum(x, 0)),
        lambda x: maximum(x, 0),
    ),
    computed(
        "sorted the other way", lambda: comparator(Integers(-3, 3)), lambda x: sorted_terms(x)[::-1], lambda x: sorted_terms(x)
    ),
    computed(
        "the mean for the maximum",
        lambda: largest(2, Integers(-2, 2)),
        lambda x: (x[0] + x[1]) / 2,
        lambda x: (x[0] + x[1] + absolute(x[0] - x[1])) / 2,
    ),
    computed("a permutation's maximum", lambda: largest(4, Permutations), lambda x: 3 - (x[2] == 3), lambda x: 3),
    bounded("a maximum without repetition", lambda: largest(3, Integers(0, 2)), lambda x: 2, Integers(0, 2), Permutations),
    bounded(
        "a tooth between the integers",
        lambda: tooth(Points(0, 4, Fraction(1, 2))),
        lambda x: 0,
        Points(0, 4, Fraction(1, 2)),
        Integers(0, 4),
    ),
    bounded("relu below 0", lambda: scaled(1, Integers(-1, 4)), lambda x: x, Integers(-1, 4), Integers(0, 4)),
    bounded("a word more", lambda: successor(3), lambda x: x + 1, Words(3), Integers(0, 6)),
    satisfied(
        "strictly above the smaller",
        lambda: largest(2, Integers(-2, 2)),
        lambda x, y: y > minimum(*x),
        lambda x, y: y >= minimum(*x),
    ),
    satisfied(
        "one of the two, not the first",
        lambda: largest(2, Words(2)),
        lambda x, y: y == x[0],
        lambda x, y: (y == x[0]) | (y == x[1]),
    ),
    satisfied(
        "no excluded middle",
        lambda: comparator(Integers(0, 3)),
        lambda x, y: (y[0] < y[1]) | (y[1] < y[0]),
        lambda x, y: (y[0] <= y[1]) | (y[1] <= y[0]),
    ),
    satisfied(
        "each step goes up, not by 1",
        lambda: successor(3),
        lambda x, y: y == x + 1,
        lambda x, y: (y == x + 1) | ((y == 0) & (x == 7)),
    ),
    approximated(
        "x^2 within 2^(-2m - 2), not less", lambda: square(2, GRID), lambda x: chords(3, x), SQUARE_ERROR - TINY, SQUARE_ERROR
    ),
    approximated("x^2 with one tooth fewer", lambda: square(1, GRID), lambda x: chords(3, x), SQUARE_ERROR, 4 * SQUARE_ERROR),
    approximated("an error of 0", lambda: square(3, Points(0, 1, Fraction(1, 16))), lambda x: chords(4, x), 0, Fraction(1, 256)),
    approximated(
        "an error beyond every machine number",
        lambda: scaled(10**40, Integers(0, 3)),
        lambda x: 0 * x,
        3 * 10**40 - 1,
        3 * 10**40,
    ),
)
