"""Exact one-sided binomial tests in integers: the verdicts of Clopper and Pearson (1934), without a float.

The upper confidence bound of x failures in n trials, at error `share`, is the p with P(Bin(n, p) <= x) = share. It is at
most q exactly when P(Bin(n, q) <= x) <= share, since that probability falls as p grows; so no bound need be solved for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice


@dataclass(frozen=True)
class Thresholds:
    """holds: the largest number of failures with which "at most `probability`" is supported, -1 when there is none.

    refuted: the least number of failures with which it is refuted, trials + 1 when there is none.
    """

    trials: int
    probability: Fraction
    share: Fraction
    holds: int
    refuted: int


def thresholds(trials: int, probability: Fraction, share: Fraction) -> Thresholds:
    """holds: largest x with P(X <= x) <= share; refuted: least x with P(X >= x) <= share; X ~ Bin(trials, probability).

    If the true failure probability is above `probability`, a count of at most `holds` has probability at most `share`;
    if it is at most `probability`, so has a count of at least `refuted`. Each verdict is therefore wrong with at most that.
    The sums run over integers: with probability a/b every term is C(n, i) a^i (b - a)^(n - i), out of b^n.
    """
    whole, holds, cumulative = probability.denominator**trials, -1, 0
    small = whole * share.numerator // share.denominator
    for i, term in enumerate(_terms(trials, probability)):
        # Here cumulative / whole = P(X <= i - 1) = 1 - P(X >= i).
        if whole - cumulative <= small:
            return Thresholds(trials, probability, share, holds, i)
        cumulative += term
        if cumulative <= small:
            holds = i
    return Thresholds(trials, probability, share, holds, trials + 1)


def at_most(count: int, trials: int, probability: Fraction) -> Fraction:
    """P(Bin(trials, probability) <= count), exactly."""
    return Fraction(sum(islice(_terms(trials, probability), count + 1)), probability.denominator**trials)


def upper_bound(count: int, trials: int, share: Fraction, digits: int = 4) -> Fraction:
    """The upper confidence bound of the failure probability, rounded up to decimal `digits`."""
    return Fraction(_first(lambda p: at_most(count, trials, p) <= share, 10**digits), 10**digits)


def lower_bound(count: int, trials: int, share: Fraction, digits: int = 4) -> Fraction:
    """The lower confidence bound of the failure probability, rounded down: P(Bin(trials, p) >= count) grows with p."""
    return Fraction(_first(lambda p: 1 - at_most(count - 1, trials, p) > share, 10**digits) - 1, 10**digits)


def _first(holds: Callable[[Fraction], bool], scale: int) -> int:
    """The least j from 1 to `scale` with holds(j / scale), for a condition that stays true once it is; at 1 it counts as true."""
    low, high = 0, scale
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(Fraction(middle, scale)) else (middle, high)
    return high


def _terms(trials: int, probability: Fraction) -> Iterator[int]:
    """C(n, i) a^i (b - a)^(n - i) for i = 0, ..., n, with a/b the probability below 1; each division is exact."""
    a, b = probability.numerator, probability.denominator
    term = (b - a) ** trials
    for i in range(trials + 1):
        yield term
        term = term * ((trials - i) * a) // ((i + 1) * (b - a))
