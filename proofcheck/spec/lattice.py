"""Random values of one coordinate: integers on a lattice inside its set, at mixed scales and often from few values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import Any

import numpy as np
import numpy.typing as npt

from proofcheck.domains import Grid, Interval, ScalarSet

Array = npt.NDArray[Any]
INT64_MAX = 2**63 - 1
RESOLUTION = 2**16
REACH = 2**20
SCALES = (1, 4, 64, REACH)
SMALL = 64
UNIFORM, COARSE, ENDS, MIXED = range(4)


@dataclass(frozen=True)
class Lattice:
    """anchor + unit * t for the integers low <= t <= high, unit > 0."""

    anchor: Fraction
    unit: Fraction
    low: int
    high: int

    @property
    def zero(self) -> int:
        """The t whose value is nearest below 0, kept within the range."""
        return min(max(int(-self.anchor // self.unit), self.low), self.high)

    @property
    def denominator(self) -> int:
        return lcm(self.anchor.denominator, self.unit.denominator)

    @property
    def largest(self) -> Fraction:
        """A bound on |anchor|, |unit * t| and |anchor + unit * t|."""
        return abs(self.anchor) + self.unit * max(abs(self.low), abs(self.high), 1)

    def values(self, t: Array, denominator: int, kind: Any) -> Array:
        """The numerators of the values over a denominator that `self.denominator` divides."""
        exact: Array = t.astype(kind) * int(self.unit * denominator) + int(self.anchor * denominator)
        return exact


def lattices_of(s: ScalarSet) -> tuple[Lattice, ...]:
    """A lattice for each part: all of a grid, 2^16 steps of a bounded interval, multiples of 2^-16 for 2^20 where unbounded."""
    if isinstance(s, Grid):
        return (Lattice(s.low, s.step if s.count > 1 else Fraction(1), 0, s.count - 1),)
    if not isinstance(s, Interval):
        return tuple(lattice for part in s.parts for lattice in lattices_of(Interval(*part)))
    if s.low is not None and s.high is not None:
        bounded = s.low < s.high
        return (Lattice(s.low, (s.high - s.low) / RESOLUTION if bounded else Fraction(1), 0, RESOLUTION if bounded else 0),)
    far, unit = RESOLUTION * REACH, Fraction(1, RESOLUTION)
    anchor = s.low if s.low is not None else s.high if s.high is not None else Fraction(0)
    return (Lattice(anchor, unit, 0 if s.low is not None else -far, 0 if s.high is not None else far),)


def draw(
    lattices: Sequence[Lattice], manner: Array, scale: Array, denominator: int, kind: Any, generator: np.random.Generator
) -> Array:
    """Random numerators, one for each row; `manner` and `scale` say how a row is drawn, in all its coordinates.

    UNIFORM: over the whole range. COARSE: among 9 values, over the range of that scale. ENDS: within 3 steps of the
    ends or of zero. MIXED: any of these. Where there are few values, COARSE favours the lowest and ENDS the highest.
    """
    manner = np.where(manner == MIXED, generator.integers(0, MIXED, len(manner)), manner)
    part = generator.integers(0, len(lattices), len(manner))
    result: Array = np.zeros(len(manner), dtype=kind)
    for i, lattice in enumerate(lattices):
        chosen = part == i
        result[chosen] = lattice.values(_indices(lattice, manner[chosen], scale[chosen], generator), denominator, kind)
    return result


def _indices(lattice: Lattice, manner: Array, scale: Array, generator: np.random.Generator) -> Array:
    count, span = len(manner), lattice.high - lattice.low
    uniform = _uniform(lattice.low, span, count, generator)
    if span <= SMALL:
        keep = generator.integers(0, 8, count) == 0
        uniform[(manner == COARSE) & ~keep] = lattice.low
        uniform[(manner == ENDS) & ~keep] = lattice.high
        return uniform
    eighth = generator.integers(0, 9, count)
    low, zero, high = lattice.low, lattice.zero, lattice.high
    reaches = [(max(low, zero - RESOLUTION * s), min(high, zero + RESOLUTION * s)) for s in SCALES]
    table = [[first + (last - first) * r // 8 for r in range(9)] for first, last in [*reaches, (low, high)]]
    near = sorted({t for end in (low, zero, high) for t in range(end - 3, end + 4) if low <= t <= high})
    coarse = np.array(table, dtype=uniform.dtype)[scale, eighth]
    ends = np.array(near, dtype=uniform.dtype)[generator.integers(0, len(near), count)]
    return np.where(manner == UNIFORM, uniform, np.where(manner == COARSE, coarse, ends))


def _uniform(low: int, span: int, count: int, generator: np.random.Generator) -> Array:
    if max(abs(low), abs(low + span)) <= INT64_MAX:
        return generator.integers(low, low + span, count, dtype=np.int64, endpoint=True)
    total: Array = np.zeros(count, dtype=object)
    for _ in range(span.bit_length() // 32 + 2):
        total = total * 2**32 + generator.integers(0, 2**32, count).astype(object)
    return np.asarray(total % (span + 1) + low, dtype=object)
