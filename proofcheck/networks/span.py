"""Spans of sparse rational vectors: membership, rank, and coordinates over the vectors that were added."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from heapq import heapify, heappop, heappush
from math import gcd, lcm

Number = int | Fraction
Vector = tuple[tuple[int, Number], ...]
"""(coordinate, value) pairs with increasing coordinates and no zeros."""


def primitive(combination: Mapping[int, Number]) -> tuple[Vector, Number]:
    """(vector, factor) with combination = factor * vector: integers without a common divisor, the first one positive."""
    terms = sorted(combination.items())
    if not terms:
        return (), 1
    denominator = lcm(*(value.denominator for _, value in terms))
    common = gcd(*(int(value * denominator) for _, value in terms))
    factor = Fraction(common if terms[0][1] > 0 else -common, denominator)
    return tuple((k, int(value / factor)) for k, value in terms), short(factor)


def short(value: Number) -> Number:
    """An integral Fraction as an int, which Python computes with much faster."""
    return value.numerator if value.denominator == 1 else value


class Span:
    """The linear span of the vectors given to `extend`; those that extended it are its basis, numbered in order.

    work counts the entries that were combined so far.
    """

    def __init__(self) -> None:
        self.work = 0
        # For each basis vector a reduced one, with 1 at its pivot, and the coordinates of that over the basis.
        self._rows: list[tuple[dict[int, Number], dict[int, Number]]] = []
        self._number: dict[int, int] = {}  # of the row with a pivot at a coordinate

    @property
    def rank(self) -> int:
        return len(self._rows)

    def extend(self, vector: Vector) -> bool:
        """Add a vector; false when it lies in the span already."""
        rest, coordinates = self._reduced(vector)
        if not rest:
            return False
        pivot = min(rest)
        inverse = Fraction(1) / rest[pivot]
        coordinates = {b: short(-by * inverse) for b, by in coordinates.items()}
        coordinates[self.rank] = short(inverse)
        self._number[pivot] = self.rank
        self._rows.append(({k: short(v * inverse) for k, v in rest.items()}, coordinates))
        return True

    def holds(self, vector: Vector) -> bool:
        return not self._reduced(vector)[0]

    def combination(self, vector: Vector) -> dict[int, Number]:
        """The coordinates of a vector of the span over the basis."""
        return {b: short(by) for b, by in self._reduced(vector)[1].items()}

    def _reduced(self, vector: Vector) -> tuple[dict[int, Number], dict[int, Number]]:
        """What is left of the vector once every pivot is cleared, and the coordinates of what was taken off."""
        rest: dict[int, Number] = dict(vector)
        coordinates: dict[int, Number] = {}
        # A row has no entry at the pivot of an earlier one, so rows are taken off in order, each at most once.
        pending = [(self._number[k], k) for k in rest if k in self._number]
        heapify(pending)
        while pending:
            number, pivot = heappop(pending)
            by = rest.get(pivot, 0)
            if by != 0:
                row, over = self._rows[number]
                for k in row.keys() - rest.keys():
                    if k in self._number:
                        heappush(pending, (self._number[k], k))
                _subtract(rest, row, by)
                _subtract(coordinates, over, -by)
                self.work += len(row) + len(over)
        return rest, coordinates


def _subtract(target: dict[int, Number], row: Mapping[int, Number], by: Number) -> None:
    for k, value in row.items():
        total = target.get(k, 0) - by * value
        if total != 0:
            target[k] = total
        else:
            target.pop(k, None)
