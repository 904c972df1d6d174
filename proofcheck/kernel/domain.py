"""Sets of inputs: read, enumerated when finite, and written in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Any

from .exact import Number, Work, rational, require, shown
from .files import MOST_COORDINATES, fields, integer, items

MOST_POINTS = 1 << 16
Constraint = tuple[tuple[tuple[int, Number], ...], str, Number]  # sum of coefficient * x_i, '<=' or '==', bound


@dataclass(frozen=True)
class Grid:
    """low, low + step, ..., low + (count - 1) * step."""

    low: Number
    step: Number
    count: int


@dataclass(frozen=True)
class Intervals:
    """Closed intervals in increasing order; None is unbounded."""

    parts: tuple[tuple[Number | None, Number | None], ...]


BITS = Grid(0, 1, 2)


@dataclass(frozen=True)
class Domain:
    """The product of the sets where every constraint holds and each group of coordinates has pairwise different entries."""

    sets: tuple[Grid | Intervals, ...]
    constraints: tuple[Constraint, ...] = ()
    different: tuple[tuple[int, ...], ...] = ()

    def is_all_bits(self) -> bool:
        """Whether this is {0,1}^n."""
        return set(self.sets) <= {BITS} and not self.constraints and not self.different


def read_domain(value: Any) -> Domain:
    """Read and validate DOMAIN."""
    runs, constraints, different = fields(value, "a domain", "sets", "constraints", "different")
    pairs = [items(run, "a run of sets", 2, 2) for run in items(runs, "the sets")]
    require(all(a[0] != b[0] for a, b in pairwise(pairs)), "adjacent runs of sets must differ")
    sets: list[Grid | Intervals] = []
    for raw, count in pairs:
        sets += [read_set(raw)] * integer(count, "the length of a run of sets", 1, MOST_COORDINATES - len(sets))
    groups = tuple(_coordinates(group, len(sets), 2) for group in items(different, "the groups of different coordinates"))
    return Domain(tuple(sets), tuple(_constraint(raw, len(sets)) for raw in items(constraints, "the constraints")), groups)


def read_set(value: Any) -> Grid | Intervals:
    kind, *rest = items(value, "a set", 2, 4)
    if kind == "grid" and len(rest) == 3:
        grid = Grid(rational(rest[0], "a start"), rational(rest[1], "a step"), integer(rest[2], "a count", 1, 1 << 62))
        require(grid.step > 0, "the step of a grid must be positive")
        return grid
    if kind == "intervals" and len(rest) == 1:
        pairs = [items(part, "an interval", 2, 2) for part in items(rest[0], "intervals", 1)]
        parts = tuple((rational(low, "an end"), rational(high, "an end")) for low, high in pairs)
        apart = all(low <= high for low, high in parts) and all(a[1] < b[0] for a, b in pairwise(parts))
        require(apart, "intervals must be disjoint and increasing")
        return Intervals(parts)
    require(kind == "interval" and len(rest) == 2, "a set must be an interval, intervals or a grid")
    low, high = (None if end is None else rational(end, "an end") for end in rest)
    require(low is None or high is None or low <= high, "an interval must not be empty")
    return Intervals(((low, high),))


def _coordinates(value: Any, size: int, least: int) -> tuple[int, ...]:
    indices = tuple(integer(i, "a coordinate", 0, size - 1) for i in items(value, "a list of coordinates", least))
    require(len(set(indices)) == len(indices), "a coordinate is named twice in one constraint or group")
    return indices


def _constraint(value: Any, size: int) -> Constraint:
    terms, relation, bound = items(value, "a constraint", 3, 3)
    pairs = [items(term, "a term of a constraint", 2, 2) for term in items(terms, "a constraint", 1)]
    coefficients = [rational(q, "a coefficient") for _, q in pairs]
    require(0 not in coefficients and relation in ("<=", "=="), "a constraint must be <= or == with coefficients that are not 0")
    coordinates = _coordinates([i for i, _ in pairs], size, 1)
    return tuple(zip(coordinates, coefficients, strict=True)), relation, rational(bound, "a bound")


def values_of(values: Grid | Intervals, most: int) -> list[Number] | None:
    """All members of a set, when there are at most so many."""
    if isinstance(values, Grid):
        return [values.low + k * values.step for k in range(values.count)] if values.count <= most else None
    alone = [low for low, high in values.parts if low is not None and low == high]
    return alone if len(alone) == len(values.parts) <= most else None


def points(domain: Domain, work: Work) -> list[tuple[Number, ...]]:
    """Every point once; Rejected when the domain is empty, not finite or has more than MOST_POINTS.

    Grown coordinate by coordinate, each value only where it differs from the earlier ones of its groups.
    """
    rivals: list[set[int]] = [set() for _ in domain.sets]
    for group in domain.different:
        for i in group:
            rivals[i] |= {j for j in group if j < i}
    limit = f"only a finite domain of 1 to {MOST_POINTS} points can be enumerated"
    found: list[tuple[Number, ...]] = [()]
    for i, values in enumerate(domain.sets):
        members = values_of(values, MOST_POINTS) or []
        tried = len(found) * len(members)
        work.spend(tried * (1 + i // 16 + len(rivals[i])))
        require(0 < tried <= 16 * MOST_POINTS, limit)
        found = [(*point, v) for point in found for v in members if all(point[j] != v for j in rivals[i])]
        require(len(found) <= MOST_POINTS, limit)
    found = [point for point in found if _satisfied(domain, point, work)]
    require(found, "the domain is empty: a statement about no input says nothing")
    return found


def _satisfied(domain: Domain, point: Sequence[Number], work: Work) -> bool:
    """Whether every constraint holds at a point."""
    for terms, relation, bound in domain.constraints:
        work.spend(len(terms))
        total = work.affine(0, [(q, point[i]) for i, q in terms])
        if total > bound or (total < bound and relation == "=="):
            return False
    return True


def contains(domain: Domain, point: Sequence[Number], work: Work) -> bool:
    """Whether a point, with a number for each coordinate, is a member."""
    for values, x in zip(domain.sets, point, strict=True):
        if isinstance(values, Grid):
            inside = (x - values.low) % values.step == 0 and 0 <= x - values.low <= (values.count - 1) * values.step
        else:
            inside = any((low is None or low <= x) and (high is None or x <= high) for low, high in values.parts)
        if not inside:
            return False
    return all(len({point[i] for i in group}) == len(group) for group in domain.different) and _satisfied(domain, point, work)


def written(domain: Domain) -> str:
    """The set in words."""
    runs = [(_written_set(values), len(list(run))) for values, run in groupby(domain.sets)]
    text = " x ".join(f"{values}^{count}" if count > 1 else values for values, count in runs) or "{()}"
    for terms, relation, bound in domain.constraints:
        text += ", " + " + ".join(f"{shown(q)}*x{i}" for i, q in terms) + f" {relation} {shown(bound)}"
    return text + "".join(", " + ", ".join(f"x{i}" for i in group) + " pairwise different" for group in domain.different)


def _written_set(values: Grid | Intervals) -> str:
    if isinstance(values, Intervals):
        ends = [["unbounded" if end is None else shown(end) for end in part] for part in values.parts]
        text = "R" if values.parts == ((None, None),) else " u ".join(f"[{low}, {high}]" for low, high in ends)
        return f"({text})" if len(ends) > 1 else text
    first = [shown(values.low + k * values.step) for k in range(min(values.count, 3))]
    rest = ["...", shown(values.low + (values.count - 1) * values.step)] if values.count > 3 else []
    return "{" + ",".join(first + rest) + "}"
