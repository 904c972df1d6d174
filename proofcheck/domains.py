"""Sets of inputs: a product of scalar sets, cut by linear constraints and all-different groups.

Everything is exact and immutable. A *domain* has one scalar set for each input coordinate; a *family* (`Reals`,
`Bits`, `Box(0, 1)`, ...) makes the domain of a given shape.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class Interval:
    """The closed interval [low, high]; None is unbounded, so Interval(None, None) is all reals."""

    low: Fraction | None
    high: Fraction | None


@dataclass(frozen=True)
class Intervals:
    """A union of disjoint closed intervals in increasing order."""

    parts: tuple[tuple[Fraction, Fraction], ...]


@dataclass(frozen=True)
class Grid:
    """low, low + step, ..., low + (count - 1) * step; step > 0, count >= 1. Bits are Grid(0, 1, 2)."""

    low: Fraction
    step: Fraction
    count: int


ScalarSet = Interval | Intervals | Grid


@dataclass(frozen=True)
class Constraint:
    """sum of coefficient * x_i over `terms` of (i, coefficient), compared with `bound` by '<=' or '=='."""

    terms: tuple[tuple[int, Fraction], ...]
    relation: str
    bound: Fraction


@dataclass(frozen=True)
class Domain:
    """A set of input vectors: product of `sets`, where every constraint holds and every group has pairwise different entries."""

    sets: tuple[ScalarSet, ...]
    constraints: tuple[Constraint, ...] = ()
    different: tuple[tuple[int, ...], ...] = ()
