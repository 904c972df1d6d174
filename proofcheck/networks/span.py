"""Spans of sparse rational vectors: membership, rank, and coordinates over the vectors that were added."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
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
    """The linear span of the vectors given to `extend`; those that extended it are its basis, numbered in order."""

    def __init__(self) -> None:
        self.rank = 0
        # For each pivot a reduced vector with 1 there, and its coordinates over the basis.
        self._rows: dict[int, tuple[dict[int, Number], dict[int, Number]]] = {}

    def extend(self, vector: Vector) -> bool:
        """Add a vector; false when it lies in the span already."""
        rest, coordinates = self._reduced(vector)
        if not rest:
            return False
        pivot, value = min(rest.items())
        inverse = Fraction(1) / value
        coordinates = {b: short(-by * inverse) for b, by in coordinates.items()}
        coordinates[self.rank] = short(inverse)
        self._rows[pivot] = {k: short(v * inverse) for k, v in rest.items()}, coordinates
        self.rank += 1
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
        pending = sorted(k for k in rest if k in self._rows)
        while pending:
            pivot = pending.pop()
            by = rest.get(pivot, 0)
            if by != 0:
                row, over = self._rows[pivot]
                _subtract(rest, row, by)
                _subtract(coordinates, over, -by)
                pending += [k for k in row if k in self._rows and k in rest]
        return rest, coordinates


def _subtract(target: dict[int, Number], row: Mapping[int, Number], by: Number) -> None:
    for k, value in row.items():
        total = target.get(k, 0) - by * value
        if total != 0:
            target[k] = total
        else:
            target.pop(k, None)
