"""Linear constraints on the coordinates of a domain, and what they say about one coordinate at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from proofcheck.domains.sets import ScalarSet, cut, ends
from proofcheck.errors import InputError
from proofcheck.exact import rational


@dataclass(frozen=True)
class Constraint:
    """sum of coefficient * x_i over `terms` of (i, coefficient), compared with `bound` by '<=' or '=='.

    The terms are kept in increasing order of i; every i occurs once and no coefficient is zero.
    """

    terms: tuple[tuple[int, Fraction], ...]
    relation: str
    bound: Fraction

    def __post_init__(self) -> None:
        object.__setattr__(self, "terms", tuple(sorted((i, rational(coefficient)) for i, coefficient in self.terms)))
        object.__setattr__(self, "bound", rational(self.bound))
        if self.relation not in ("<=", "=="):
            raise InputError(f"a constraint compares by {self.relation!r}: write '<=' or '=='")
        if not self.terms:
            raise InputError("a constraint without coordinates says nothing: leave it out")
        indices = [i for i, _ in self.terms]
        if len(set(indices)) != len(indices):
            raise InputError("a constraint names a coordinate twice: add its coefficients up")
        if any(coefficient == 0 for _, coefficient in self.terms):
            raise InputError("a constraint has a zero coefficient: leave the coordinate out")

    @property
    def tie(self) -> tuple[int, int] | None:
        """(i, j) when the constraint says x_i == x_j."""
        if self.relation == "==" and self.bound == 0 and len(self.terms) == 2:
            (i, a), (j, b) = self.terms
            return (i, j) if a == -b else None
        return None

    def holds(self, x: Sequence[Fraction]) -> bool:
        """Whether the point x satisfies the constraint."""
        total = sum((coefficient * x[i] for i, coefficient in self.terms), Fraction(0))
        return total <= self.bound if self.relation == "<=" else total == self.bound

    def normal(self) -> Constraint:
        """The same constraint scaled to a leading coefficient of 1 or -1; an equation always to 1."""
        lead = self.terms[0][1]
        scale = lead if self.relation == "==" else abs(lead)
        return Constraint(tuple((i, c / scale) for i, c in self.terms), self.relation, self.bound / scale)


def range_of(terms: Sequence[tuple[int, Fraction]], sets: Sequence[ScalarSet]) -> tuple[Fraction | None, Fraction | None]:
    """(smallest, largest) value of a linear form on a product of sets; None is unbounded."""
    pairs = [_product_ends(coefficient, sets[i]) for i, coefficient in terms]
    return _sum_without([low for low, _ in pairs]), _sum_without([high for _, high in pairs])


def narrow(sets: Sequence[ScalarSet], constraints: Sequence[Constraint]) -> tuple[ScalarSet, ...] | None:
    """Smaller sets whose product still holds every point of the domain; None when that shows the domain empty.

    Constraints on a single coordinate are used up exactly; of the others each implies a bound for each of its
    coordinates, applied in two rounds.
    """
    result = list(sets)
    for _ in range(2):
        for constraint in constraints:
            lows, highs = zip(*(_product_ends(c, result[i]) for i, c in constraint.terms), strict=True)
            for position, (i, coefficient) in enumerate(constraint.terms):
                lowest, highest = _sum_without(lows, position), _sum_without(highs, position)
                below = None if lowest is None else (constraint.bound - lowest) / coefficient
                above = None if highest is None or constraint.relation == "<=" else (constraint.bound - highest) / coefficient
                kept = cut(result[i], above, below) if coefficient > 0 else cut(result[i], below, above)
                if kept is None:
                    return None
                result[i] = kept
    return tuple(result)


def implied(constraint: Constraint, sets: Sequence[ScalarSet]) -> bool:
    """Whether every point of the product of sets satisfies the constraint; decided from the ends of the sets."""
    lowest, highest = range_of(constraint.terms, sets)
    if highest is None or highest > constraint.bound:
        return False
    return constraint.relation == "<=" or lowest == constraint.bound


def _product_ends(coefficient: Fraction, s: ScalarSet) -> tuple[Fraction | None, Fraction | None]:
    low, high = ends(s) if coefficient > 0 else ends(s)[::-1]
    return None if low is None else coefficient * low, None if high is None else coefficient * high


def _sum_without(values: Sequence[Fraction | None], position: int | None = None) -> Fraction | None:
    """The sum of all values but the one at `position`; None when one of them is None."""
    unbounded = [i for i, value in enumerate(values) if value is None]
    if unbounded and unbounded != [position]:
        return None
    total = sum((value for value in values if value is not None), Fraction(0))
    own = None if position is None else values[position]
    return total if own is None else total - own
