"""Scalar sets: closed intervals, unions of them, and arithmetic progressions. Exact, immutable, never empty.

Whatever can be empty (`cut`, `meet`) returns None instead. A finite set has a size and lists its values in increasing
order, the smallest at index 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import gcd, lcm

from proofcheck.errors import InputError, Refusal
from proofcheck.exact import rational

ENUMERATION_LIMIT = 2**20


@dataclass(frozen=True)
class Interval:
    """The closed interval [low, high]; None is unbounded, so Interval(None, None) is all reals."""

    low: Fraction | None
    high: Fraction | None

    def __post_init__(self) -> None:
        for name in ("low", "high"):
            value = getattr(self, name)
            object.__setattr__(self, name, None if value is None else rational(value))
        if self.low is not None and self.high is not None and self.low > self.high:
            raise InputError(f"the interval [{self.low}, {self.high}] is empty: its low end must not exceed its high end")


@dataclass(frozen=True)
class Intervals:
    """A union of disjoint closed intervals in increasing order."""

    parts: tuple[tuple[Fraction, Fraction], ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "parts", tuple((rational(low), rational(high)) for low, high in self.parts))
        if not self.parts:
            raise InputError("a union of no intervals is empty: give at least one part")
        for low, high in self.parts:
            if low > high:
                raise InputError(f"the part [{low}, {high}] is empty: its low end must not exceed its high end")
        for (_, before), (after, _) in zip(self.parts, self.parts[1:], strict=False):
            if before >= after:
                raise InputError(f"a part from {after} follows one up to {before}: give disjoint parts in increasing order")


@dataclass(frozen=True)
class Grid:
    """low, low + step, ..., low + (count - 1) * step; step > 0, count >= 1. Bits are Grid(0, 1, 2)."""

    low: Fraction
    step: Fraction
    count: int

    def __post_init__(self) -> None:
        object.__setattr__(self, "low", rational(self.low))
        object.__setattr__(self, "step", rational(self.step))
        if isinstance(self.count, bool) or not isinstance(self.count, int) or self.count < 1:
            raise InputError(f"a grid of {self.count} points is not a set: give a whole number from 1 on")
        if self.step <= 0:
            raise InputError(f"the step {self.step} of a grid must be positive")

    @property
    def high(self) -> Fraction:
        return self.low + (self.count - 1) * self.step


ScalarSet = Interval | Intervals | Grid
BIT = Grid(Fraction(0), Fraction(1), 2)


def ends(s: ScalarSet) -> tuple[Fraction | None, Fraction | None]:
    """(infimum, supremum); None is unbounded."""
    return (s.parts[0][0], s.parts[-1][1]) if isinstance(s, Intervals) else (s.low, s.high)


def size(s: ScalarSet) -> int | None:
    """The number of elements; None is infinite."""
    if isinstance(s, Grid):
        return s.count
    if isinstance(s, Intervals):
        return len(s.parts) if all(low == high for low, high in s.parts) else None
    return 1 if s.low is not None and s.low == s.high else None


def value_at(s: ScalarSet, index: int) -> Fraction:
    """The element number `index`, in increasing order, of a finite set."""
    if isinstance(s, Grid):
        return s.low + index * s.step
    low = s.parts[index][0] if isinstance(s, Intervals) else s.low
    assert low is not None
    return low


def index_of(s: ScalarSet, value: Fraction) -> int:
    """The inverse of `value_at`; the value must be an element."""
    if isinstance(s, Grid):
        return int((value - s.low) / s.step)
    return [low for low, _ in s.parts].index(value) if isinstance(s, Intervals) else 0


def element(s: ScalarSet, value: Fraction) -> bool:
    """Whether the value lies in the set."""
    if isinstance(s, Grid):
        index = (value - s.low) / s.step
        return index.denominator == 1 and 0 <= index < s.count
    if isinstance(s, Intervals):
        return any(low <= value <= high for low, high in s.parts)
    return (s.low is None or s.low <= value) and (s.high is None or value <= s.high)


def cut(s: ScalarSet, low: Fraction | None, high: Fraction | None) -> ScalarSet | None:
    """The elements between low and high (None is no limit), or None when there are none."""
    if isinstance(s, Grid):
        first = 0 if low is None else max(0, -((s.low - low) // s.step))
        last = s.count - 1 if high is None else min(s.count - 1, (high - s.low) // s.step)
        if first > last:
            return None
        return s if last - first + 1 == s.count else Grid(s.low + first * s.step, s.step, last - first + 1)
    if isinstance(s, Intervals):
        parts = tuple(
            (a if low is None else max(a, low), b if high is None else min(b, high))
            for a, b in s.parts
            if (low is None or low <= b) and (high is None or a <= high)
        )
        if not parts or (low is not None and high is not None and low > high):
            return None
        return s if parts == s.parts else Intervals(parts)
    lowest = low if s.low is None else s.low if low is None else max(s.low, low)
    highest = high if s.high is None else s.high if high is None else min(s.high, high)
    if lowest is not None and highest is not None and lowest > highest:
        return None
    return Interval(lowest, highest)


def meet(a: ScalarSet, b: ScalarSet) -> ScalarSet | None:
    """The intersection, or None when it is empty. Raises Refusal when it would need more than 2^20 parts."""
    if a == b:
        return a
    if isinstance(a, Interval):
        return cut(b, a.low, a.high)
    if isinstance(b, Interval):
        return cut(a, b.low, b.high)
    if isinstance(a, Grid) and isinstance(b, Grid):
        return _meet_grids(a, b)
    if isinstance(a, Intervals) and isinstance(b, Intervals):
        parts = [
            (max(low, other_low), min(high, other_high))
            for low, high in a.parts
            for other_low, other_high in b.parts
            if max(low, other_low) <= min(high, other_high)
        ]
        return Intervals(tuple(parts)) if parts else None
    grid, union = (a, b) if isinstance(a, Grid) else (b, a)
    assert isinstance(grid, Grid)
    if grid.count > ENUMERATION_LIMIT:
        raise Refusal(f"a grid of {grid.count} points meets a union of intervals: at most 2^20 points can be listed")
    points = [value for value in (value_at(grid, i) for i in range(grid.count)) if element(union, value)]
    return Intervals(tuple((value, value) for value in points)) if points else None


def subset(a: ScalarSet, b: ScalarSet) -> bool:
    """Whether every element of a is one of b; decided exactly."""
    if a == b:
        return True
    if isinstance(a, Intervals):
        return all(subset(Interval(low, high), b) for low, high in a.parts)
    if size(a) == 1:
        return element(b, value_at(a, 0))
    low, high = ends(a)
    if isinstance(b, Interval):
        return cut(Interval(low, high), b.low, b.high) == Interval(low, high)
    if isinstance(a, Interval):
        return isinstance(b, Intervals) and any(subset(a, Interval(*part)) for part in b.parts)
    if isinstance(b, Intervals):
        pieces = (cut(a, *part) for part in b.parts)
        return sum(piece.count for piece in pieces if isinstance(piece, Grid)) == a.count
    return element(b, a.low) and element(b, a.high) and (a.step / b.step).denominator == 1


def _meet_grids(a: Grid, b: Grid) -> Grid | None:
    """The common points of two progressions, by the Chinese remainder theorem on integers scaled to one denominator."""
    scale = lcm(a.low.denominator, a.step.denominator, b.low.denominator, b.step.denominator)
    low_a, step_a, low_b, step_b = (int(value * scale) for value in (a.low, a.step, b.low, b.step))
    common = gcd(step_a, step_b)
    if (low_b - low_a) % common:
        return None
    multiple = (low_b - low_a) // common * pow(step_a // common, -1, step_b // common) % (step_b // common)
    first, step = low_a + multiple * step_a, step_a // common * step_b
    first += max(0, -((first - max(low_a, low_b)) // step)) * step
    last = min(low_a + (a.count - 1) * step_a, low_b + (b.count - 1) * step_b)
    return None if first > last else Grid(Fraction(first, scale), Fraction(step, scale), (last - first) // step + 1)
