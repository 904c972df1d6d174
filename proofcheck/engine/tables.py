"""The few values of a node that is a function of few nodes with few values, by trying all of them.

Bounds alone blow up along a chain of exclusive ors: a + b - 2 relu(a + b - 1) is a bit, but from the bounds of its
terms it could be anything from -2 to 2. Here the node is tabulated over a cut: nodes with at most MANY values each,
taken as independent of one another, which can only add values and never lose one.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import product

from proofcheck.networks.activation import Activation
from proofcheck.networks.interpret import RATIONALS

MANY = 4
"""A node with more values than this is not a leaf of a cut."""
LARGEST_TABLE = 256

Number = Fraction | int
Values = tuple[Number, ...]
Function = tuple[tuple[int, ...], int]
"""(leaves, number of a table): the value for each combination of leaf values, the last leaf varying fastest."""


class Tables:
    """What is known of the nodes seen so far; `add_input` and `add` are called in topological order."""

    def __init__(self, constants: Sequence[Fraction], activations: Sequence[Activation]) -> None:
        self._constants: list[Number] = [_short(c) for c in constants]
        self._activations = activations
        self._same: dict[int, int] = {}  # a node that always equals an earlier one stands for that one
        self._leaf: dict[int, int] = {}  # for a node with few values the number of the table that lists them
        self._function: dict[int, Function] = {}
        self._tables: list[Values] = []
        self._numbers: dict[Values, int] = {}
        self._known: dict[object, tuple[int, int]] = {}

    def add_input(self, node: int, values: Sequence[Number]) -> None:
        """An input that has these values, in increasing order; only those with few are of use."""
        if len(values) <= MANY:
            self._leaf[node] = self._number(tuple([_short(v) for v in values]))

    def add(self, node: int, activation: int, bias: int, weights: tuple[int, ...], sources: Sequence[int]) -> Values | None:
        """In increasing order all values that a node can take, and perhaps more; None when it has no small cut.

        activation, bias and weights are indices, as in `Network`.
        """
        read = [self._same.get(s, s) for s in sources]
        found = None
        for choose in (self._near, self._far):
            cut = choose(read)
            if cut is not None and (found is None or cut != found[0]):
                table, listed = self._tabulate(activation, bias, weights, read, cut)
                if found is None or len(self._tables[listed]) < len(self._tables[found[2]]):
                    found = cut, table, listed
            if found is not None and len(self._tables[found[2]]) <= 2:
                break
        if found is None:
            return None
        cut, table, listed = found
        values = self._tables[listed]
        if len(cut) == 1 and table == self._leaf[cut[0]]:
            self._same[node] = cut[0]
        self._function[node] = cut, table
        if len(values) <= MANY:
            self._leaf[node] = listed
        return values

    def _near(self, read: Sequence[int]) -> tuple[int, ...] | None:
        """The cut of the sources themselves, without those that are functions of the others."""
        leaves = {s for s in read if s in self._leaf}
        needed: set[int] = set()
        for s in read:
            if s not in leaves:
                if s not in self._function:
                    return None
                needed.update(self._function[s][0])
        leaves |= needed
        for s in sorted(leaves - needed, reverse=True):
            below = self._function.get(s)
            if s not in needed and below is not None and leaves.issuperset(below[0]):
                leaves.discard(s)
                needed.update(below[0])
        return self._sized(leaves)

    def _far(self, read: Sequence[int]) -> tuple[int, ...] | None:
        """The cut one step further back."""
        if not all(s in self._function or s in self._leaf for s in read):
            return None
        return self._sized({leaf for s in read for leaf in (self._function[s][0] if s in self._function else (s,))})

    def _sized(self, leaves: set[int]) -> tuple[int, ...] | None:
        size = 1
        for leaf in leaves:
            size *= len(self._tables[self._leaf[leaf]])
            if size > LARGEST_TABLE:
                return None
        return tuple(sorted(leaves))

    def _tabulate(
        self, activation: int, bias: int, weights: tuple[int, ...], read: Sequence[int], cut: tuple[int, ...]
    ) -> tuple[int, int]:
        """(number of the table over the cut, number of the list of its distinct values)."""
        place = {leaf: i for i, leaf in enumerate(cut)}
        terms = tuple(
            [
                (-1, (place[s],)) if s in place else (self._function[s][1], tuple([place[x] for x in self._function[s][0]]))
                for s in read
            ]
        )
        leaves = tuple([self._leaf[leaf] for leaf in cut])
        key = (activation, bias, weights, terms, leaves)
        if key not in self._known:
            domains = [self._tables[leaf] for leaf in leaves]
            kind = self._activations[activation]
            result = []
            for at in product(*(range(len(d)) for d in domains)):
                value = self._constants[bias]
                for weight, (table, places) in zip(weights, terms, strict=True):
                    value += self._constants[weight] * self._at(table, places, at, domains)
                result.append(value if kind.kind == "identity" else RATIONALS.activation(kind, value))
            self._known[key] = self._number(tuple(result)), self._number(tuple(sorted(set(result))))
        return self._known[key]

    def _at(self, table: int, places: tuple[int, ...], at: tuple[int, ...], domains: Sequence[Values]) -> Number:
        """The value of a term at one combination: of the leaf itself (table -1), or of a table over the leaves at `places`."""
        if table < 0:
            return domains[places[0]][at[places[0]]]
        index = 0
        for p in places:
            index = index * len(domains[p]) + at[p]
        return self._tables[table][index]

    def _number(self, values: Values) -> int:
        number = self._numbers.setdefault(values, len(self._tables))
        if number == len(self._tables):
            self._tables.append(values)
        return number


def _short(value: Number) -> Number:
    """An integral Fraction as an int, with which Python computes much faster."""
    return value.numerator if value.denominator == 1 else value
