"""The variables of one obligation about a family of networks: made by the kernel, one after another, never named by a file.

Data of a family refers to variables by their place in a table that the kernel lays out; polynomials are read through it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from .domain import Grid, Intervals, read_set
from .exact import Number, Work, rational, require, shown
from .files import integer, items
from .network import KINDS
from .proof import LARGEST_DEGREE, RELATIONS, Definition, Fact, Polynomial, Values, at_least, variable

REALS = Intervals(((None, None),))
# what a ghost may apply besides activations, and to how many numbers; connectives need bits, which numbers may not be
OPERATIONS = {"max": None, "min": None, "abs": 1, "square": 1, "floordiv": 1, "mod": 1, "<=": 2, "<": 2, "==": 2}


class Scene:
    """Variables 0, 1, ...: free in a set, or defined by an operation on earlier ones; and what is given of them."""

    def __init__(self, work: Work) -> None:
        self.work = work
        self.made: list[Grid | Intervals | Definition] = []
        self.given: list[Fact] = []

    def values(self) -> Values:
        return Values(len(self.made), self.made.__getitem__, tuple(self.given))

    def add(self, meaning: Grid | Intervals | Definition) -> int:
        self.work.spend(16)
        self.made.append(meaning)
        return len(self.made) - 1

    def free(self, sets: Sequence[Grid | Intervals]) -> list[int]:
        return [self.add(values) for values in sets]

    def reals(self, count: int) -> list[int]:
        return self.free([REALS] * count)

    def above(self, count: int, bound: Number, strictly: bool) -> list[int]:
        """Free reals that are >= bound, or > bound."""
        made = self.reals(count)
        self.given += [at_least(variable(v), {(): bound}, strictly) for v in made]
        return made

    def named(self, polynomials: Sequence[Polynomial]) -> list[int]:
        """A variable for each polynomial."""
        return [self.add(("identity", [polynomial], 0)) for polynomial in polynomials]

    def define(self, raw: Any, table: list[int], units: Collection[int] | None = None) -> list[int]:
        """Read definitions, each appended to the table; with `units` they are neurons, affine but for factors that are units."""
        for node in items(raw, "the definitions"):
            operation, number, arguments = items(node, "a definition", 3, 3)
            known = type(operation) is str and (operation in KINDS or (units is None and operation in OPERATIONS))
            require(known, f"a definition has the unknown operation {str(operation)[:20]!r}")
            arity = OPERATIONS.get(operation, 1)
            on = [polynomial_of(part, table, self.work, units) for part in items(arguments, operation, arity or 1, arity)]
            slope = rational(number, "the number of a definition")
            used = operation == "leaky_relu" or (operation in ("floordiv", "mod") and type(slope) is int and slope > 0)
            require(used or (slope == 0 and operation not in ("floordiv", "mod")), f"{operation} does not take {shown(slope)}")
            table.append(self.add((operation, on, slope)))
        return table


def polynomial_of(raw: Any, table: Sequence[int], work: Work, units: Collection[int] | None = None) -> Polynomial:
    """A polynomial over the variables of a table; with `units` at most one factor of a product is none of them."""
    total: Polynomial = {}
    for part in items(raw, "a polynomial"):
        q, places = items(part, "a part of a polynomial", 2, 2)
        monomial = sorted(table[integer(v, "a place", 0, len(table) - 1)] for v in items(places, "a product", 0, LARGEST_DEGREE))
        require(units is None or sum(v not in units for v in monomial) <= 1, "a network is affine but for units")
        total[tuple(monomial)] = work.exact(total.get(tuple(monomial), 0) + rational(q, "a coefficient"))
    return total


def polynomials_of(raw: Any, table: Sequence[int], work: Work, units: Collection[int] | None = None) -> list[Polynomial]:
    """Several polynomials over the variables of a table."""
    return [polynomial_of(part, table, work, units) for part in items(raw, "the polynomials")]


def facts_in(raw: Any, table: Sequence[int], work: Work, least: int = 0) -> list[Fact]:
    """Facts [REL, POLY] about the variables of a table."""
    facts = []
    for part in items(raw, "the facts", least):
        relation, polynomial = items(part, "a fact", 2, 2)
        require(relation in RELATIONS, f"the relation of a fact must be one of {', '.join(RELATIONS)}")
        facts.append((polynomial_of(polynomial, table, work), str(relation)))
    return facts


def sets_of(raw: Any) -> list[Grid | Intervals]:
    """Sets of numbers."""
    return [read_set(part) for part in items(raw, "the sets")]


Obligation = tuple[str, Scene, list[Fact]]  # a name, variables with what is given of them, the facts wanted
