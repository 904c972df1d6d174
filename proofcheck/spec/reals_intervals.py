"""Intervals with exact rational endpoints, rounded outward: if x lies in X and y in Y, then x + y lies in add(X, Y, bits).

Every operation computes its endpoints exactly, or bounds them from the correct side, and then moves them outward to
numbers of about `bits` bits. `bits` therefore decides how tight a result is, never whether it is right. Written here
instead of taken from a ball-arithmetic library, so that what must be believed is a page of integer arithmetic.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import isqrt

from proofcheck.errors import ProofcheckError

MAX_MAGNITUDE = 1 << 17
"""Numbers beyond 2^MAX_MAGNITUDE and positive ones below its inverse are given up: their digits would fill the memory."""


class Undecided(ProofcheckError):
    """An enclosure is too wide, or a value too extreme, to go on; more bits may help."""


@dataclass(frozen=True, repr=False)
class Interval:
    """The real numbers x with low <= x <= high."""

    low: Fraction
    high: Fraction

    def __post_init__(self) -> None:
        if self.low > self.high:
            raise ProofcheckError(f"the interval [{self.low}, {self.high}] is empty")

    def __contains__(self, x: Fraction) -> bool:
        return self.low <= x <= self.high

    def __repr__(self) -> str:
        return f"[about {self.low.numerator / self.low.denominator}, about {self.high.numerator / self.high.denominator}]"

    def within(self, other: Interval) -> bool:
        return other.low <= self.low and self.high <= other.high


ZERO, ONE = Interval(Fraction(0), Fraction(0)), Interval(Fraction(1), Fraction(1))


def point(q: Fraction) -> Interval:
    return Interval(q, q)


def round_down(q: Fraction, bits: int) -> Fraction:
    """A number <= q: q itself when numerator and denominator have at most `bits` bits, else a dyadic one.

    With bits or bits + 1 binary digits of 2^shift q before the point, floor(2^shift q) / 2^shift is <= q and misses it
    by less than 2^-shift, which is less than 2^(1 - bits) |q|.
    """
    n, d = q.numerator, q.denominator
    digits = n.bit_length()
    if digits <= bits and d.bit_length() <= bits:
        return q
    shift = bits - digits + d.bit_length()
    if abs(shift) > MAX_MAGNITUDE + bits:
        raise Undecided(f"a value of magnitude 2^{bits - shift} occurs, beyond 2^{MAX_MAGNITUDE} or its inverse")
    return Fraction((n << shift) // d, 1 << shift) if shift >= 0 else Fraction((n // (d << -shift)) << -shift)


def round_up(q: Fraction, bits: int) -> Fraction:
    """A number >= q, close as in `round_down`."""
    return -round_down(-q, bits)


def outward(low: Fraction, high: Fraction, bits: int) -> Interval:
    return Interval(round_down(low, bits), round_up(high, bits))


def add(x: Interval, y: Interval, bits: int) -> Interval:
    return outward(x.low + y.low, x.high + y.high, bits)


def subtract(x: Interval, y: Interval, bits: int) -> Interval:
    return outward(x.low - y.high, x.high - y.low, bits)


def multiply(x: Interval, y: Interval, bits: int) -> Interval:
    """The product is bilinear, so its extremes over a box are at corners."""
    corners = (x.low * y.low, x.low * y.high, x.high * y.low, x.high * y.high)
    return outward(min(corners), max(corners), bits)


def invert(x: Interval, bits: int) -> Interval:
    """1/x. Raises Undecided when the interval contains 0; without 0 the map is decreasing."""
    if x.low <= 0 <= x.high:
        raise Undecided("a division by a number that may be 0")
    return outward(1 / x.high, 1 / x.low, bits)


def divide(x: Interval, y: Interval, bits: int) -> Interval:
    """x/y. Raises Undecided when y contains 0. 1/y is taken exactly, so the quotient is rounded once."""
    if y.low <= 0 <= y.high:
        raise Undecided("a division by a number that may be 0")
    return multiply(x, Interval(1 / y.high, 1 / y.low), bits)


def power(x: Interval, exponent: int, bits: int) -> Interval:
    """x^exponent, with x^0 = 1. Raises Undecided for a negative exponent when x contains 0.

    An even power is not monotone over 0: there its least value is 0 and its largest at the endpoint farther from 0.
    """
    if exponent < 0:
        return invert(power(x, -exponent, bits), bits)
    if exponent % 2 == 0:
        if x.low < 0 < x.high:
            return Interval(Fraction(0), _power_up(max(-x.low, x.high), exponent, bits))
        least, largest = sorted((abs(x.low), abs(x.high)))
        return Interval(_power_down(least, exponent, bits), _power_up(largest, exponent, bits))
    low = _power_down(x.low, exponent, bits) if x.low >= 0 else -_power_up(-x.low, exponent, bits)
    high = _power_up(x.high, exponent, bits) if x.high >= 0 else -_power_down(-x.high, exponent, bits)
    return Interval(low, high)


def square_root(x: Interval, bits: int) -> Interval:
    """The root is increasing. Raises Undecided when the interval reaches below 0: whether a root exists is then open."""
    if x.low < 0:
        raise Undecided("a square root of a number that may be negative")
    return Interval(_root(x.low, bits).low, _root(x.high, bits).high)


def _root(q: Fraction, bits: int) -> Interval:
    """The root of q >= 0, exact for the square of a rational.

    With y = 4^s q: isqrt(floor(y)) <= sqrt(y), and the least r with r^2 >= ceil(y) has r >= sqrt(y). Dividing by 2^s
    gives bounds of sqrt(q), and s is such that they have about `bits` bits.
    """
    n, d = q.numerator, q.denominator
    if isqrt(n) ** 2 == n and isqrt(d) ** 2 == d:
        return outward(Fraction(isqrt(n), isqrt(d)), Fraction(isqrt(n), isqrt(d)), bits)
    s = max(0, bits - (n.bit_length() - d.bit_length()) // 2)
    floor, ceiling = (n << 2 * s) // d, -((-n << 2 * s) // d)
    above = isqrt(ceiling)
    above += above * above < ceiling
    return outward(Fraction(isqrt(floor), 1 << s), Fraction(above, 1 << s), bits)


def _power_down(q: Fraction, exponent: int, bits: int) -> Fraction:
    """A lower bound of q^exponent for q >= 0: all factors are >= 0, so rounding each product down keeps a lower bound."""
    result, square = Fraction(1), q
    while exponent:
        if exponent & 1:
            result = round_down(result * square, bits)
        exponent >>= 1
        if exponent:
            square = round_down(square * square, bits)
    return result


def _power_up(q: Fraction, exponent: int, bits: int) -> Fraction:
    """An upper bound of q^exponent for q >= 0."""
    result, square = Fraction(1), q
    while exponent:
        if exponent & 1:
            result = round_up(result * square, bits)
        exponent >>= 1
        if exponent:
            square = round_up(square * square, bits)
    return result
