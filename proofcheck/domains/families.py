"""Families of domains: values that make the domain of a given shape.

`Reals.of((2, 3))` is R^6, row by row; `Box(0, 1).of((2,))` is [0, 1]^2. A family without parameters is itself the value.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import prod
from typing import Protocol

from proofcheck.domains.constraints import Constraint
from proofcheck.domains.domain import Domain
from proofcheck.domains.sets import BIT, Grid, Interval, Intervals, ScalarSet
from proofcheck.domains.words import graph_constraints
from proofcheck.errors import UsageError
from proofcheck.exact import Number, rational


class Family(Protocol):
    """Anything that makes a domain of a given shape; coordinates are in row-major order."""

    def of(self, shape: tuple[int, ...]) -> Domain: ...


@dataclass(frozen=True)
class Each:
    """The same scalar set for every coordinate."""

    scalar: ScalarSet

    def of(self, shape: tuple[int, ...]) -> Domain:
        return Domain((self.scalar,) * prod(shape))


Reals = Each(Interval(None, None))
NonNegative = Each(Interval(Fraction(0), None))
Bits = Each(BIT)


@dataclass(frozen=True)
class Box:
    """All reals from low to high, per coordinate."""

    low: Number
    high: Number

    def __post_init__(self) -> None:
        self.of(())

    def of(self, shape: tuple[int, ...]) -> Domain:
        return Each(Interval(rational(self.low), rational(self.high))).of(shape)


@dataclass(frozen=True)
class Words:
    """The p-bit numbers 0 .. 2^p - 1, per coordinate."""

    p: int

    def __post_init__(self) -> None:
        if self.p < 0:
            raise UsageError(f"words of {self.p} bits were asked for: the number of bits is at least 0")

    def of(self, shape: tuple[int, ...]) -> Domain:
        return Each(Grid(Fraction(0), Fraction(1), 2**self.p)).of(shape)


@dataclass(frozen=True)
class Integers:
    """The integers from low to high, per coordinate."""

    low: int
    high: int

    def of(self, shape: tuple[int, ...]) -> Domain:
        return Points(self.low, self.high, 1).of(shape)


@dataclass(frozen=True)
class Points:
    """low, low + step, ..., up to and including high, per coordinate."""

    low: Number
    high: Number
    step: Number

    def __post_init__(self) -> None:
        low, high, step = rational(self.low), rational(self.high), rational(self.step)
        if step <= 0 or high < low or (high - low) % step != 0:
            raise UsageError(
                f"{self.high} is not reached from {self.low} in steps of {self.step}: give two points and a step > 0"
            )

    def of(self, shape: tuple[int, ...]) -> Domain:
        low, high, step = rational(self.low), rational(self.high), rational(self.step)
        return Each(Grid(low, step, int((high - low) / step) + 1)).of(shape)


@dataclass(frozen=True)
class Cells:
    """[0, 1] without a gap below each multiple of 1/count, per coordinate: where a quantiser into `count` cells is exact.

    The cells are [t/count, (t+1)/count - gap] for t < count - 1 and [1 - 1/count, 1]; 0 < gap <= 1/count.
    """

    count: int
    gap: Number

    def __post_init__(self) -> None:
        if self.count < 1 or not 0 < rational(self.gap) <= Fraction(1, self.count):
            raise UsageError(f"{self.count} cells with gaps of {self.gap} were asked for: a gap is above 0 and at most 1/count")

    def of(self, shape: tuple[int, ...]) -> Domain:
        width, gap = Fraction(1, self.count), rational(self.gap)
        cells = [(t * width, (t + 1) * width - gap) for t in range(self.count - 1)]
        return Each(Intervals((*cells, (1 - width, Fraction(1))))).of(shape)


@dataclass(frozen=True)
class Distinct:
    """Vectors of shape (n,) that are a permutation of 0 .. n-1; exported as the value `Permutations`."""

    def of(self, shape: tuple[int, ...]) -> Domain:
        if len(shape) != 1 or shape[0] < 1:
            raise UsageError(f"permutations of shape {shape} were asked for: the shape is (n,) with n at least 1")
        (n,) = shape
        return Domain((Grid(Fraction(0), Fraction(1), n),) * n, (), (tuple(range(n)),) if n > 1 else ())


Permutations = Distinct()


@dataclass(frozen=True)
class Adjacency:
    """n x n adjacency matrices of graphs without loops; exported as the values `Graphs` (undirected) and `DirectedGraphs`."""

    directed: bool

    def of(self, shape: tuple[int, ...]) -> Domain:
        if len(shape) != 2 or shape[0] != shape[1] or shape[0] < 1:
            raise UsageError(f"graphs of shape {shape} were asked for: the shape is (n, n) with n at least 1")
        return Domain((BIT,) * (shape[0] * shape[0]), graph_constraints(shape[0], self.directed))


Graphs = Adjacency(directed=False)
DirectedGraphs = Adjacency(directed=True)


@dataclass(frozen=True)
class Polyhedron:
    """The points of another family that satisfy linear constraints on the coordinates in row-major order."""

    constraints: tuple[Constraint, ...]
    on: Family = Reals

    def of(self, shape: tuple[int, ...]) -> Domain:
        base = self.on.of(shape)
        return Domain(base.sets, (*base.constraints, *self.constraints), base.different)
