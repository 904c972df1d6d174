"""Exact arithmetic on arrays of indices into a table of distinct rationals.

A large network has few distinct weights, so a product or sum of two weights is computed once for each distinct
pair of indices, in rationals, and looked up for all others: vectorised, and exact whatever the size of the numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[np.int64]


class Table:
    """A growing list of distinct rationals; index 0 is zero and index 1 is one."""

    def __init__(self) -> None:
        self.values: list[Fraction] = [Fraction(0), Fraction(1)]
        self._index: dict[Fraction | int, int] = {0: 0, 1: 1}

    def index(self, value: Fraction | int) -> int:
        """The index of `value`, which is added when it is new."""
        found = self._index.get(value)
        if found is None:
            found = self._index[value] = len(self.values)
            self.values.append(Fraction(value))
        return found

    def indices(self, values: Iterable[Fraction | int]) -> IntArray:
        return np.array([self.index(value) for value in values], np.int64)

    def product(self, a: IntArray, b: IntArray) -> IntArray:
        """Indices of the products, elementwise."""
        return self._combined(lambda x, y: x * y, a, b)

    def sum(self, a: IntArray, b: IntArray) -> IntArray:
        """Indices of the sums, elementwise."""
        return self._combined(lambda x, y: x + y, a, b)

    def negative(self, a: IntArray) -> IntArray:
        return self.product(a, np.full_like(a, self.index(Fraction(-1))))

    def sums_by(self, count: int, group: IntArray, a: IntArray) -> IntArray:
        """For each group 0 .. count-1 the index of the sum of the elements a[i] with group[i] equal to it."""
        group, a = group[a != 0], a[a != 0]
        if bool(np.any(group[1:] < group[:-1])):
            order = np.argsort(group, kind="stable")
            group, a = group[order], a[order]
        while True:  # adds neighbours of a group up, in pairs: a sum of m elements takes log2(m) rounds
            begins = np.flatnonzero(np.concatenate([[True], group[1:] != group[:-1]])) if group.size else group
            position = np.arange(group.size) - np.repeat(begins, np.diff(np.append(begins, group.size)))
            second = np.flatnonzero(position % 2 == 1)
            if not second.size:
                break
            a = a.copy()
            a[second - 1] = self.sum(a[second - 1], a[second])
            keep = position % 2 == 0
            group, a = group[keep], a[keep]
        total = np.zeros(count, np.int64)
        total[group] = a
        return total

    def sorted_subset(self, used: IntArray) -> tuple[IntArray, tuple[Fraction, ...]]:
        """(rank, values): the used values in increasing order, and for each index its rank among them."""
        indices = np.unique(used).tolist()
        try:  # rounding to floats never turns an order around, so that Fractions are compared where floats are equal only
            indices.sort(key=[(float(value), value) for value in self.values].__getitem__)
        except OverflowError:
            indices.sort(key=self.values.__getitem__)
        rank = np.full(len(self.values), -1, np.int64)
        rank[indices] = np.arange(len(indices))
        return rank, tuple(self.values[i] for i in indices)

    def _combined(self, operation: Callable[[Fraction, Fraction], Fraction], a: IntArray, b: IntArray) -> IntArray:
        size = len(self.values)
        pairs, place = np.unique(a * size + b, return_inverse=True)
        results = self.indices(operation(self.values[p // size], self.values[p % size]) for p in pairs.tolist())
        taken: IntArray = results[place.reshape(-1)]
        return taken


def merged(table: Table, count: int, reader: IntArray, source: IntArray, weight: IntArray) -> tuple[IntArray, IntArray, IntArray]:
    """(start, source, weight) of `count` readers from loose edges: sorted by source, equal edges added up, zeros left out."""
    span = int(source.max()) + 1 if source.size else 1
    key = reader * span + source
    if bool(np.any(key[1:] <= key[:-1])):
        order = np.argsort(key, kind="stable")
        key, weight = key[order], weight[order]
        new = np.concatenate([[True], key[1:] != key[:-1]])
        if not bool(new.all()):
            weight = table.sums_by(int(new.sum()), np.cumsum(new) - 1, weight)
            key = key[new]
    keep = weight != 0
    key, weight = key[keep], weight[keep]
    start = np.concatenate([[0], np.cumsum(np.bincount(key // span, minlength=count))]).astype(np.int64)
    return start, key % span, weight
