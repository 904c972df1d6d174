"""Enclosures of pi, acos, exp and log: power series in integers, each with its tail bound.

A series is summed in units of 2^-w: a number is held between two integers low <= 2^w x <= high, every product and
quotient is rounded down for low and up for high, and what the series leaves out is added from its proved bound.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache

from proofcheck.spec.reals_intervals import (
    MAX_MAGNITUDE,
    ONE,
    ZERO,
    Interval,
    Undecided,
    add,
    divide,
    invert,
    multiply,
    outward,
    point,
    square_root,
    subtract,
)

GUARD = 16
"""Bits beside those asked for: they keep the rounding of a few hundred terms below the last bit that is wanted."""


@lru_cache(maxsize=64)
def circle(bits: int) -> Interval:
    """pi = 16 arctan(1/5) - 4 arctan(1/239) (Machin 1706)."""
    w = bits + GUARD
    low5, high5 = arctangent_series(Fraction(1, 5), w, bits)
    low239, high239 = arctangent_series(Fraction(1, 239), w, bits)
    return outward(Fraction(16 * low5 - 4 * high239, 1 << w), Fraction(16 * high5 - 4 * low239, 1 << w), bits)


def arccosine(x: Interval, bits: int) -> Interval:
    """acos is decreasing on [-1, 1]. Raises Undecided when the interval reaches beyond: a value may then not exist.

    Nothing is clamped here. An argument that is known to be exactly 1 comes as the interval [1, 1].
    """
    if x.low < -1 or x.high > 1:
        raise Undecided("an acos of a number that may lie outside [-1, 1]")
    return Interval(_arccosine(x.high, bits).low, _arccosine(x.low, bits).high)


def exponential(x: Interval, bits: int) -> Interval:
    """exp is increasing. Raises Undecided for arguments beyond MAX_MAGNITUDE / 2, whose exponential would not fit."""
    if max(-x.low, x.high) > MAX_MAGNITUDE // 2:
        raise Undecided(f"an exponential of a number beyond {MAX_MAGNITUDE // 2}")
    return Interval(_exponential(x.low, bits).low, _exponential(x.high, bits).high)


def logarithm(x: Interval, bits: int) -> Interval:
    """log is increasing. Raises Undecided when the interval reaches 0 or below."""
    if x.low <= 0:
        raise Undecided("a logarithm of a number that may not be positive")
    return Interval(_logarithm(x.low, bits).low, _logarithm(x.high, bits).high)


def arctangent_series(q: Fraction, w: int, bits: int) -> tuple[int, int]:
    """Integers around 2^w arctan(q) for 0 <= q <= 1/2, about 2^(w - bits) apart.

    arctan(q) = q - q^3/3 + q^5/5 - ...: signs alternate and terms shrink, so what is left out after any term has the
    sign of the next one and at most its size.
    """
    power_low, power_high = _fixed(q, w)
    square_low, square_high = (power_low * power_low) >> w, _shift_up(power_high * power_high, w)
    low = high = 0
    i, sign = 1, 1
    while True:
        term_low, term_high = power_low // i, -(-power_high // i)
        if term_high <= 1 << (w - bits):
            return (low, high + term_high) if sign > 0 else (low - term_high, high)
        if sign > 0:
            low, high = low + term_low, high + term_high
        else:
            low, high = low - term_high, high - term_low
        power_low, power_high = (power_low * square_low) >> w, _shift_up(power_high * square_high, w)
        i, sign = i + 2, -sign


def exponential_series(q: Fraction, w: int, bits: int) -> tuple[int, int]:
    """Integers around 2^w exp(q) for 0 <= q <= 1/2, about 2^(w - bits) apart.

    Each term q^i/i! is at most half the one before, so all that follow a term are together at most that term; what is
    left out from a term on is at most twice it.
    """
    q_low, q_high = _fixed(q, w)
    term_low = term_high = 1 << w
    low = high = 0
    i = 1
    while True:
        if 2 * term_high <= 1 << (w - bits):
            return low, high + 2 * term_high
        low, high = low + term_low, high + term_high
        term_low, term_high = ((term_low * q_low) >> w) // i, -(-_shift_up(term_high * q_high, w) // i)
        i += 1


def hyperbolic_arctangent_series(q: Fraction, w: int, bits: int) -> tuple[int, int]:
    """Integers around 2^w artanh(q) for 0 <= q <= 1/3, about 2^(w - bits) apart.

    artanh(q) = q + q^3/3 + q^5/5 + ...: each term is at most 1/9 of the one before, so what is left out from a term on
    is at most 9/8 of it, less than twice it.
    """
    power_low, power_high = _fixed(q, w)
    square_low, square_high = (power_low * power_low) >> w, _shift_up(power_high * power_high, w)
    low = high = 0
    i = 1
    while True:
        term_low, term_high = power_low // i, -(-power_high // i)
        if 2 * term_high <= 1 << (w - bits):
            return low, high + 2 * term_high
        low, high = low + term_low, high + term_high
        power_low, power_high = (power_low * square_low) >> w, _shift_up(power_high * square_high, w)
        i += 2


def _fixed(q: Fraction, w: int) -> tuple[int, int]:
    """Integers around 2^w q."""
    return (q.numerator << w) // q.denominator, -((-q.numerator << w) // q.denominator)


def _shift_up(n: int, w: int) -> int:
    """The least integer >= n / 2^w."""
    return -(-n >> w)


def _smallness(q: Fraction) -> int:
    """A number of bits s >= 0 with q >= 2^(-s - 1), for 0 < q <= 1: what a fixed point must add to see `bits` bits of q."""
    return max(0, q.denominator.bit_length() - q.numerator.bit_length())


def _arccosine(q: Fraction, bits: int) -> Interval:
    """acos(q) = pi - acos(-q), and for 0 <= q <= 1 it is 2 arctan(sqrt((1 - q)/(1 + q))) by the half-angle formula."""
    if q < 0:
        return subtract(circle(bits + GUARD), _arccosine(-q, bits + GUARD), bits)
    if q == 0:
        return multiply(circle(bits + GUARD), point(Fraction(1, 2)), bits)
    inner = bits + GUARD
    root = square_root(point((1 - q) / (1 + q)), inner)
    low, high = _arctangent(root.low, inner).low, _arctangent(root.high, inner).high
    return outward(2 * low, 2 * high, bits)


def _arctangent(q: Fraction, bits: int) -> Interval:
    """arctan(q) = 4 arctan(q'') for 0 <= q <= 1, q'' twice the image under q -> q/(1 + sqrt(1 + q^2)), at most 1/5.

    That map is increasing in exact arithmetic, and each step is enclosed, so q'' lies between the two ends found.
    """
    if q == 0:
        return ZERO
    w = bits + GUARD + _smallness(q)
    if w > MAX_MAGNITUDE:
        raise Undecided(f"an arc of a number below 2^-{MAX_MAGNITUDE}")
    small = point(q)
    for _ in range(2):
        small = divide(small, add(ONE, square_root(add(ONE, multiply(small, small, w), w), w), w), w)
    low = arctangent_series(small.low, w, w - GUARD)[0]
    high = arctangent_series(small.high, w, w - GUARD)[1]
    return outward(Fraction(4 * low, 1 << w), Fraction(4 * high, 1 << w), bits)


def _exponential(q: Fraction, bits: int) -> Interval:
    """exp(q) = exp(q / 2^j)^(2^j) with q / 2^j <= 1/2, and 1 / exp(-q) below 0. Squaring j times costs about j bits."""
    if q < 0:
        return invert(_exponential(-q, bits + GUARD), bits)
    j = (q.numerator // q.denominator).bit_length() + 1
    inner = bits + 2 * j + GUARD
    w = inner + GUARD
    low, high = exponential_series(q / (1 << j), w, inner)
    result = Interval(Fraction(low, 1 << w), Fraction(high, 1 << w))
    for _ in range(j):
        result = multiply(result, result, inner)
    return outward(result.low, result.high, bits)


def _logarithm(q: Fraction, bits: int) -> Interval:
    """log(q) = e log(2) + 2 artanh((y - 1)/(y + 1)) with q = 2^e y, 1/2 < y < 2, so that the argument is within 1/3 of 0."""
    e = q.numerator.bit_length() - q.denominator.bit_length()
    y = q / (1 << e) if e >= 0 else q * (1 << -e)
    inner = bits + GUARD + abs(e).bit_length()
    main = _twice_artanh(abs(y - 1) / (y + 1), inner)
    if y < 1:
        main = Interval(-main.high, -main.low)
    return add(multiply(point(Fraction(e)), _twice_artanh(Fraction(1, 3), inner), inner), main, bits)


@lru_cache(maxsize=64)
def _twice_artanh(q: Fraction, bits: int) -> Interval:
    if q == 0:
        return ZERO
    w = bits + GUARD + _smallness(q)
    if w > MAX_MAGNITUDE:
        raise Undecided(f"a logarithm of a number closer to 1 than 2^-{MAX_MAGNITUDE}")
    low, high = hyperbolic_arctangent_series(q, w, w - GUARD)
    return outward(Fraction(2 * low, 1 << w), Fraction(2 * high, 1 << w), bits)
