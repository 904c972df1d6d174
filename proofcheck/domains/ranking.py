"""A ranked bijection of a finite domain with 0 .. cardinality - 1, one point at a time or vectorised.

A rank is a number in mixed radix whose first coordinate is least significant. Tied coordinates share a digit; the
entries of an all-different group are written as a Lehmer code (each digit counts the smaller values not yet used).
What neither covers is enumerated and filtered, which needs at most 2^20 candidates.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import lcm, prod
from typing import Any

import numpy as np
import numpy.typing as npt

from proofcheck.domains.constraints import Constraint, narrow
from proofcheck.domains.sets import ENUMERATION_LIMIT, Grid, ScalarSet, index_of, meet, size, value_at
from proofcheck.errors import Refusal

INT64_MAX = 2**63 - 1
CHUNK = 2**16
Array = npt.NDArray[Any]


@dataclass(frozen=True)
class Classes:
    """The coordinates of a domain up to ties: `member[i]` is the class of coordinate i, `sets` has one set for each class.

    `first` is the smallest coordinate of each class; `groups` are all-different groups as increasing classes;
    `rest` are the constraints that neither ties nor the sets express, `clashes` the groups that must be filtered.
    `empty` says that the sets or groups already leave no point.
    """

    member: tuple[int, ...]
    first: tuple[int, ...]
    sets: tuple[ScalarSet, ...]
    groups: tuple[tuple[int, ...], ...]
    rest: tuple[Constraint, ...]
    clashes: tuple[tuple[int, ...], ...]
    empty: bool = False


def classes_of(sets: Sequence[ScalarSet], constraints: Sequence[Constraint], different: Sequence[tuple[int, ...]]) -> Classes:
    """Eliminate the constraints x_i == x_j and those on one coordinate; sort out the all-different groups."""
    narrowed = narrow(sets, constraints)
    if narrowed is None:
        return Classes((), (), (), (), (), (), empty=True)
    root = list(range(len(sets)))

    def find(i: int) -> int:
        while root[i] != i:
            root[i] = i = root[root[i]]
        return i

    for tie in filter(None, (c.tie for c in constraints)):
        low, high = sorted((find(tie[0]), find(tie[1])))
        root[high] = low
    first = tuple(i for i in range(len(sets)) if find(i) == i)
    number = {i: k for k, i in enumerate(first)}
    member = tuple(number[find(i)] for i in range(len(sets)))
    common: list[ScalarSet | None] = [narrowed[i] for i in first]
    for i, k in enumerate(member):
        have = common[k]
        common[k] = None if have is None else meet(have, narrowed[i])
    kept = tuple(s for s in common if s is not None)
    groups = [tuple(member[i] for i in group) for group in different]
    if len(kept) < len(first) or any(len(set(group)) < len(group) for group in groups):
        return Classes((), (), (), (), (), (), empty=True)
    taken: set[int] = set()
    coded, clashes = [], []
    for group in groups:
        if len({kept[k] for k in group}) == 1 and taken.isdisjoint(group):
            taken.update(group)
            coded.append(tuple(sorted(group)))
        else:
            clashes.append(group)
    rest = tuple(c for c in constraints if c.tie is None and len(c.terms) > 1)
    return Classes(member, first, kept, tuple(coded), rest, tuple(clashes))


@dataclass(frozen=True)
class Ranking:
    """The bijection. Raises Refusal when the domain is infinite, or needs more than 2^20 candidates to be filtered."""

    classes: Classes
    radices: tuple[int, ...]
    words: str

    @cached_property
    def _candidates(self) -> int:
        return 0 if self.classes.empty else prod(self.radices)

    @cached_property
    def _kept(self) -> npt.NDArray[np.int64] | None:
        """The candidates that satisfy what must be filtered, or None when nothing must."""
        classes = self.classes
        if self._candidates == 0 or not (classes.rest or classes.clashes):
            return None
        if self._candidates > ENUMERATION_LIMIT:
            raise Refusal(
                f"the points of {self.words} would be filtered from {self._candidates} candidates: at most 2^20 can be ranked"
            )
        starts = range(0, self._candidates, CHUNK)
        return np.concatenate([self._filtered(start, min(start + CHUNK, self._candidates)) for start in starts])

    def _filtered(self, start: int, stop: int) -> npt.NDArray[np.int64]:
        values, denominator = self._scaled(self._digits(start, stop), stop - start)
        good = np.ones(stop - start, dtype=bool)
        for constraint in self.classes.rest:
            scale = lcm(constraint.bound.denominator, *(c.denominator for _, c in constraint.terms))
            total = sum(values[:, self.classes.member[i]].astype(object) * int(c * scale) for i, c in constraint.terms)
            bound = int(constraint.bound * scale) * denominator
            good &= np.asarray(total <= bound if constraint.relation == "<=" else total == bound, dtype=bool)
        for group in self.classes.clashes:
            ordered = np.sort(values[:, list(group)], axis=1)
            good &= np.all(ordered[:, 1:] != ordered[:, :-1], axis=1)
        return np.flatnonzero(good).astype(np.int64) + start

    @cached_property
    def cardinality(self) -> int:
        """The number of points."""
        return self._candidates if self._kept is None else len(self._kept)

    def unrank(self, rank: int) -> tuple[Fraction, ...]:
        """The point with this rank."""
        digits: list[int] = []
        remaining = rank if self._kept is None else int(self._kept[rank])
        for radix in self.radices:
            remaining, digit = divmod(remaining, radix)
            digits.append(digit)
        for group in self.classes.groups:
            free = list(range(self.radices[group[0]]))
            for k in group:
                digits[k] = free.pop(digits[k])
        values = [value_at(s, digit) for s, digit in zip(self.classes.sets, digits, strict=True)]
        return tuple(values[k] for k in self.classes.member)

    def rank(self, x: Sequence[Fraction]) -> int:
        """The rank of a point of the domain."""
        digits = [index_of(s, x[i]) for s, i in zip(self.classes.sets, self.classes.first, strict=True)]
        for group in self.classes.groups:
            free = list(range(self.radices[group[0]]))
            for k in group:
                value, digits[k] = digits[k], free.index(digits[k])
                free.remove(value)
        candidate = 0
        for digit, radix in zip(reversed(digits), reversed(self.radices), strict=True):
            candidate = candidate * radix + digit
        return candidate if self._kept is None else int(np.searchsorted(self._kept, candidate))

    def unrank_scaled(self, start: int, stop: int) -> tuple[Array, int]:
        """(numerators (stop - start, d), denominator) of the points with ranks start .. stop - 1.

        int64 when every numerator of the domain fits, otherwise an object array of Python ints. Both are exact.
        """
        digits = self._digits(start, stop) if self._kept is None else self._digits_of(self._kept[start:stop])
        values, denominator = self._scaled(digits, stop - start)
        tied = len(self.classes.first) < len(self.classes.member)
        return values[:, list(self.classes.member)] if tied else values, denominator

    def unrank_at(self, ranks: Array) -> tuple[Array, int]:
        """`unrank_scaled` of any ranks, an integer array (count,)."""
        values, denominator = self._scaled(self._digits_of(ranks if self._kept is None else self._kept[ranks]), len(ranks))
        return values[:, list(self.classes.member)], denominator

    def _digits(self, start: int, stop: int) -> list[Array]:
        """The digits of consecutive candidates, one array for each class: those of `start`, and a carry that ripples up."""
        carry: Array = np.arange(stop - start, dtype=np.int64)
        digits: list[Array] = []
        for radix in self.radices:
            start, digit = divmod(start, radix)
            if radix > INT64_MAX // 2:
                wide: Array = carry.astype(object) + digit
                digits.append(wide % radix)
                carry = np.asarray(wide // radix, dtype=np.int64)
            elif not carry.any():
                digits.append(np.broadcast_to(np.int64(digit), carry.shape))
            else:
                carry, lowest = _divided(carry + digit, radix)
                digits.append(lowest)
        return digits

    def _digits_of(self, candidates: Array) -> list[Array]:
        digits = []
        for radix in self.radices:
            candidates, digit = _divided(candidates, radix)
            digits.append(digit)
        return digits

    def _scaled(self, digits: list[Array], count: int) -> tuple[Array, int]:
        """Values of the classes as columns of integers over one denominator."""
        for group in self.classes.groups:
            for position in range(len(group) - 2, -1, -1):
                for later in group[position + 1 :]:
                    digits[later] = digits[later] + (digits[later] >= digits[group[position]])
        tables = [_table(s) for s in self.classes.sets]
        denominator = lcm(*(value.denominator for table in tables for value in table))
        largest = max((abs(v) for s in self.classes.sets for v in _extremes(s)), default=Fraction(0)) * denominator
        kind: Any = np.int64 if largest <= INT64_MAX else object
        columns: Array = np.empty((len(tables), count), dtype=kind)
        for column, s, table, digit in zip(columns, self.classes.sets, tables, digits, strict=True):
            if isinstance(s, Grid) and s.count > 1:
                column[:] = digit
                column *= int(s.step * denominator)
                column += int(s.low * denominator)
            else:
                column[:] = np.array([int(value * denominator) for value in table], dtype=kind)[digit.astype(np.int64)]
        return columns.T, denominator


def ranking(
    sets: Sequence[ScalarSet], constraints: Sequence[Constraint], different: Sequence[tuple[int, ...]], words: str
) -> Ranking:
    """The ranking of a domain; `words` names it in errors. Raises Refusal when the domain is infinite."""
    classes = classes_of(sets, constraints, different)
    radices = [size(s) for s in classes.sets]
    if None in radices:
        raise Refusal(f"{words} is infinite: it has no cardinality and no ranks")
    finite = [radix for radix in radices if radix is not None]
    for group in classes.groups:
        for position, k in enumerate(group):
            finite[k] = max(0, finite[k] - position)
    return Ranking(classes, tuple(finite), words)


def _table(s: ScalarSet) -> tuple[Fraction, ...]:
    """Values whose denominators divide out those of the whole set; for an explicit set, all of it."""
    return (s.low, s.step) if isinstance(s, Grid) and s.count > 1 else tuple(value_at(s, i) for i in range(size(s) or 0))


def _extremes(s: ScalarSet) -> tuple[Fraction, ...]:
    top = value_at(s, (size(s) or 1) - 1)
    return (value_at(s, 0), top, top - value_at(s, 0))


def _divided(values: Array, radix: int) -> tuple[Array, Array]:
    """(quotient, remainder) of non-negative integers; a power of two needs no division."""
    if radix & (radix - 1) == 0:
        return values >> (radix.bit_length() - 1), values & (radix - 1)
    quotient = values // radix
    return quotient, values - quotient * radix  # numpy divides by a number fast, and takes remainders slowly
