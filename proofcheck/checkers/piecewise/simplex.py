"""An exact simplex for small systems: a point where linear forms reach their bounds, or multipliers that show there is none.

Forms are homogeneous, s = sum of coefficient * x with x free, each with s >= bound or s == 0. Forms enter the basis and leave
it after Dutertre and de Moura, in the end by Bland's rule, so it ends; all numbers are rationals.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from proofcheck.checkers.piecewise.polynomials import Number, plain

STEPS = 1_000_000  # multiplications
SPARSE = 300  # so many pivots choose what fills the tableau least, the others end for certain


@dataclass(frozen=True)
class Bounded:
    """A form with form >= least, or form == 0 where `fixed`."""

    form: Mapping[Hashable, Number]
    least: int
    fixed: bool = False


@dataclass
class _Tableau:
    """Variables: columns 0 .. n-1 are the x, then one for each form. rows: each basic one as a sum of others."""

    count: int
    forms: Sequence[Bounded]
    rows: dict[int, dict[int, Number]]
    readers: list[set[int]]
    values: list[Number]
    pivots: int = 0
    steps: int = 0
    violated: set[int] = field(default_factory=set)

    def is_violated(self, v: int) -> bool:
        bounded = self.forms[v - self.count]
        return self.values[v] < bounded.least or (bounded.fixed and self.values[v] != 0)

    def pivot(self, leaving: int, entering: int) -> None:
        """Exchange a basic and another variable; the leaving one takes the value of its bound."""
        target = self.forms[leaving - self.count].least
        row = self.rows.pop(leaving)
        c = row.pop(entering)
        inverse = c if c in (1, -1) else 1 / Fraction(c)
        change = plain((target - self.values[leaving]) * inverse)
        self.values[leaving] = target
        self.violated.discard(leaving)
        for j in row:
            self.readers[j].discard(leaving)
        negated = -inverse
        fresh = {j: plain(q * negated) for j, q in row.items()}
        fresh[leaving] = plain(inverse)
        self.readers[entering].discard(leaving)
        for b in list(self.readers[entering]):
            other = self.rows[b]
            self.steps += 1 + len(fresh)
            q = other.pop(entering)
            self.values[b] = plain(self.values[b] + q * change)
            if b >= self.count:
                (self.violated.add if self.is_violated(b) else self.violated.discard)(b)
            for j, p in fresh.items():
                total = other.get(j, 0) + q * p
                if total:
                    other[j] = total if type(total) is int else plain(total)
                    self.readers[j].add(b)
                elif j in other:
                    del other[j]
                    self.readers[j].discard(b)
        self.readers[entering] = set()
        self.values[entering] = plain(self.values[entering] + change)
        self.rows[entering] = fresh
        for j in fresh:
            self.readers[j].add(entering)
        if entering >= self.count and self.is_violated(entering):
            self.violated.add(entering)


def reached(forms: Sequence[Bounded], steps: int = STEPS) -> tuple[dict[Hashable, Number] | None, dict[int, Number]] | None:
    """(values of the x where every form reaches its bound, {}), or (None, multipliers of the forms whose sum is 0 while
    that of their bounds is not); multipliers of forms that are not fixed are > 0. None when it takes more steps.
    """
    names = list(dict.fromkeys(x for bounded in forms for x in bounded.form))
    column = {x: j for j, x in enumerate(names)}
    n = len(names)
    rows = {n + i: {column[x]: q for x, q in bounded.form.items()} for i, bounded in enumerate(forms)}
    readers: list[set[int]] = [set() for _ in range(n + len(forms))]
    for v, row in rows.items():
        for j in row:
            readers[j].add(v)
    tableau = _Tableau(n, forms, rows, readers, [0] * (n + len(forms)))
    tableau.violated = {v for v in rows if tableau.is_violated(v)}
    for v in [v for v in rows if forms[v - n].fixed]:  # these leave the basis for good
        free = [j for j in rows[v] if j < n]
        if free:
            tableau.pivot(v, min(free, key=lambda j: (len(readers[j]), j)))
    while tableau.violated:
        leaving = min(tableau.violated)
        row = rows[leaving]
        up = 1 if tableau.values[leaving] < forms[leaving - n].least else -1
        entering, best = -1, (0, 0, 0)
        for j, q in row.items():
            if j < n:
                movable = True
            else:
                bounded = forms[j - n]
                movable = not bounded.fixed and (q * up > 0 or tableau.values[j] > bounded.least)
            if not movable:
                continue
            cost = (int(j >= n), len(readers[j]) if tableau.pivots < SPARSE else 0, j)
            if entering < 0 or cost < best:
                entering, best = j, cost
        if entering < 0:
            found: dict[int, Number] = {leaving - n: up}
            for j, q in row.items():
                found[j - n] = plain(-q * up)
            return None, found
        tableau.pivots += 1
        if tableau.steps > steps:
            return None
        tableau.pivot(leaving, entering)
    return {x: tableau.values[j] for x, j in column.items()}, {}
