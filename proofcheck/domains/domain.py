"""The domain value: a product of scalar sets, cut by linear constraints and all-different groups.

Everything is exact and immutable, and every answer is certain: what cannot be decided here is refused, or for
`is_subset` answered by False.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import chain, groupby
from math import prod
from typing import Any

import numpy as np
import numpy.typing as npt

from proofcheck.domains.constraints import Constraint, implied, narrow
from proofcheck.domains.ranking import Ranking, classes_of, ranking
from proofcheck.domains.sets import Grid, Interval, Intervals, ScalarSet, element, ends, meet, size, subset
from proofcheck.domains.words import describe
from proofcheck.errors import InputError, Refusal, UsageError
from proofcheck.exact import rational_of, rationals, text_of


@dataclass(frozen=True)
class Domain:
    """A set of input vectors: product of `sets`, where every constraint holds and every group has pairwise different entries."""

    sets: tuple[ScalarSet, ...]
    constraints: tuple[Constraint, ...] = ()
    different: tuple[tuple[int, ...], ...] = ()

    def __post_init__(self) -> None:
        for name in ("sets", "constraints"):
            object.__setattr__(self, name, tuple(getattr(self, name)))
        object.__setattr__(self, "different", tuple(tuple(sorted(group)) for group in self.different))
        named = chain(*self.different, *((i for i, _ in constraint.terms) for constraint in self.constraints))
        for i in named:
            if isinstance(i, bool) or not isinstance(i, int) or not 0 <= i < self.dimension:
                raise InputError(f"the domain has coordinates 0 .. {self.dimension - 1}, a condition names coordinate {i}")
        for group in self.different:
            if len(group) < 2 or len(set(group)) < len(group):
                raise InputError(f"an all-different group needs at least two distinct coordinates, {list(group)} was given")

    @property
    def dimension(self) -> int:
        """The number of coordinates."""
        return len(self.sets)

    @cached_property
    def _narrowed(self) -> tuple[ScalarSet, ...] | None:
        return narrow(self.sets, self.constraints) if self.constraints else self.sets

    def bounds(self, i: int) -> tuple[Fraction | None, Fraction | None]:
        """(low, high) of coordinate i, None where unbounded; for a domain without constraints these are attained."""
        return ends((self._narrowed or self.sets)[i])

    def contains(self, x: Sequence[Any]) -> bool:
        """Whether the vector x of d exact numbers lies in the domain; decided exactly. Raises Refusal for floats."""
        if len(x) != self.dimension:
            raise UsageError(f"a point of this domain has {self.dimension} coordinates, {len(x)} were given")
        point = rationals(x)
        return (
            all(element(s, value) for s, value in zip(self.sets, point, strict=True))
            and all(constraint.holds(point) for constraint in self.constraints)
            and all(len({point[i] for i in group}) == len(group) for group in self.different)
        )

    @cached_property
    def is_finite(self) -> bool:
        """Whether every coordinate has finitely many values, after the constraints on single coordinates and ties."""
        return all(size(s) is not None for s in classes_of(self.sets, self.constraints, self.different).sets)

    def is_empty(self) -> bool | None:
        """Whether there is no point at all; None when bounds and counting do not decide it."""
        if self._narrowed is None:
            return True
        if not self.constraints and not self.different:
            return False
        try:
            return self.cardinality() == 0
        except Refusal:
            return None

    @cached_property
    def _ranking(self) -> Ranking:
        return ranking(self.sets, self.constraints, self.different, self.describe())

    def cardinality(self) -> int:
        """The exact number of points. Raises Refusal when the domain is infinite or needs more than 2^20 candidates filtered."""
        return self._ranking.cardinality

    def unrank(self, rank: int) -> tuple[Fraction, ...]:
        """The point with this rank, 0 <= rank < cardinality; the first coordinate is least significant."""
        self._check_ranks(rank, rank + 1)
        return self._ranking.unrank(rank)

    def rank(self, x: Sequence[Any]) -> int:
        """The inverse of `unrank`. Raises UsageError when x is not in the domain."""
        if not self.contains(x):
            raise UsageError(f"{tuple(map(str, x))} is not in {self.describe()}: it has no rank")
        return self._ranking.rank(rationals(x))

    def unrank_scaled(self, start: int, stop: int) -> tuple[npt.NDArray[Any], int]:
        """(numerators, denominator) of the points with ranks start .. stop - 1; numerators has shape (stop - start, d).

        int64 when every numerator of the domain fits, otherwise an object array of Python ints. Exact in both cases.
        """
        self._check_ranks(start, stop)
        return self._ranking.unrank_scaled(start, stop) if start < stop else self._no_points()

    def unrank_at(self, ranks: npt.NDArray[Any]) -> tuple[npt.NDArray[Any], int]:
        """`unrank_scaled` of any ranks, an integer or object array (count,), in any order."""
        if not len(ranks):
            return self._no_points()
        self._check_ranks(int(ranks.min()), int(ranks.max()) + 1)
        return self._ranking.unrank_at(ranks)

    def unrank_many(self, start: int, stop: int) -> npt.NDArray[Any]:
        """`unrank_scaled` for a domain of integers. Raises Refusal when some coordinate has other values."""
        numerators, denominator = self.unrank_scaled(start, stop)
        if denominator != 1:
            raise Refusal(f"{self.describe()} has values that are not integers: use unrank_scaled, which gives a denominator")
        return numerators

    def volume(self) -> Fraction:
        """The Lebesgue measure of a product of bounded intervals. Raises Refusal for any other domain."""
        if self.constraints or self.different or any(isinstance(s, Grid) for s in self.sets):
            raise Refusal(f"{self.describe()} is not a product of intervals: only those have a volume here")
        if any(None in ends(s) for s in self.sets):
            raise Refusal(f"{self.describe()} is unbounded: it has no finite volume")
        return prod((_length(s) for s in self.sets), start=Fraction(1))

    def is_subset(self, other: Domain) -> bool:
        """Whether this domain lies inside the other: True only when certain.

        Scalar sets are compared exactly; a condition of the other must be among those of this one or follow from bounds.
        """
        if self.dimension != other.dimension:
            return False
        mine = self._narrowed
        if mine is None:
            return True
        known = {constraint.normal() for constraint in self.constraints}
        return (
            all(subset(a, b) for a, b in zip(mine, other.sets, strict=True))
            and all(constraint.normal() in known or implied(constraint, mine) for constraint in other.constraints)
            and all(
                any(set(group) <= set(own) for own in self.different)
                or all(meet(mine[i], mine[j]) is None for i in group for j in group if i < j)
                for group in other.different
            )
        )

    def describe(self) -> str:
        """The domain in words."""
        return describe(self.sets, self.constraints, self.different)

    def json(self) -> dict[str, Any]:
        """The JSON value DOMAIN of docs/formats.md."""
        return {
            "sets": [[_set_json(s), len(list(run))] for s, run in groupby(self.sets)],
            "constraints": [[[[i, text_of(c)] for i, c in k.terms], k.relation, text_of(k.bound)] for k in self.constraints],
            "different": [list(group) for group in self.different],
        }

    def _no_points(self) -> tuple[npt.NDArray[Any], int]:
        return np.zeros((0, self.dimension), dtype=np.int64), 1

    def _check_ranks(self, start: int, stop: int) -> None:
        if not 0 <= start <= stop <= self.cardinality():
            asked = f"rank {start}" if stop == start + 1 else f"ranks {start} .. {stop - 1}"
            raise UsageError(f"{asked} was asked of a domain of {self.cardinality()} points: ranks go from 0 up to that number")


def product_of(domains: Iterable[Domain]) -> Domain:
    """The domain of the concatenated vectors, one domain after another."""
    sets: list[ScalarSet] = []
    constraints: list[Constraint] = []
    different: list[tuple[int, ...]] = []
    for domain in domains:
        shift = len(sets)
        sets.extend(domain.sets)
        constraints.extend(Constraint(tuple((i + shift, c) for i, c in k.terms), k.relation, k.bound) for k in domain.constraints)
        different.extend(tuple(i + shift for i in group) for group in domain.different)
    return Domain(tuple(sets), tuple(constraints), tuple(different))


def domain_of(data: object) -> Domain:
    """Read the JSON value DOMAIN. Raises InputError for anything but the exact output of `Domain.json`."""
    try:
        assert isinstance(data, dict)
        sets: list[ScalarSet] = []
        for scalar, count in data["sets"]:
            if len(sets) + count > 10**8:
                raise InputError(f"a domain of more than 10^8 coordinates was given, at least {len(sets) + count}")
            sets.extend([_set_of(scalar)] * count)
        constraints = tuple(
            Constraint(tuple((i, rational_of(c)) for i, c in terms), relation, rational_of(bound))
            for terms, relation, bound in data["constraints"]
        )
        domain = Domain(tuple(sets), constraints, tuple(tuple(group) for group in data["different"]))
    except (AssertionError, AttributeError, KeyError, TypeError, ValueError, OverflowError):
        raise InputError("the domain is not of the form that docs/formats.md gives") from None
    if not _same(domain.json(), data):
        raise InputError("the domain is not in canonical form: runs of equal sets merged, indices increasing, no other keys")
    return domain


def _same(a: object, b: object) -> bool:
    """Equality of JSON values that tells true from 1 and 1.0 from 1."""
    if type(a) is not type(b):
        return False
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(_same(a[key], b[key]) for key in a)
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(_same, a, b))
    return a == b


def _set_json(s: ScalarSet) -> list[Any]:
    if isinstance(s, Interval):
        return ["interval", *(None if end is None else text_of(end) for end in (s.low, s.high))]
    if isinstance(s, Intervals):
        return ["intervals", [[text_of(low), text_of(high)] for low, high in s.parts]]
    return ["grid", text_of(s.low), text_of(s.step), s.count]


def _set_of(data: Any) -> ScalarSet:
    kind, *rest = data
    if kind == "interval":
        low, high = (None if end is None else rational_of(end) for end in rest)
        return Interval(low, high)
    if kind == "intervals":
        (parts,) = rest
        return Intervals(tuple((rational_of(low), rational_of(high)) for low, high in parts))
    if kind == "grid":
        low_text, step, count = rest
        return Grid(rational_of(low_text), rational_of(step), count)
    raise ValueError(kind)


def _length(s: ScalarSet) -> Fraction:
    low, high = ends(s)
    assert low is not None
    assert high is not None
    return sum((b - a for a, b in s.parts), Fraction(0)) if isinstance(s, Intervals) else high - low
