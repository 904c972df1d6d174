"""The variables of one obligation about a family, as the kernel made them: what the finder of lemmas needs of them.

Bits that are known only by b * b == b, or as an input from {0,1}, get a step that divides them: in its two cases b is a number.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from proofcheck.checkers.piecewise.polynomials import Polynomial, constant, difference, plain, polynomial_json, variable
from proofcheck.checkers.piecewise.proof_forms import Case, Definition, Fact, bounds_of, cases_of, facts_of, gap_of, members_of
from proofcheck.checkers.piecewise.scope import Known, Tree
from proofcheck.domains.sets import Grid, Interval, Intervals, ScalarSet
from proofcheck.exact import text_of

HALF = Fraction(1, 2)


class SceneForms:
    """The variables of an obligation and those that the proof defines behind them. A unit or a count ranks below the rest."""

    def __init__(self, made: Sequence[Any], given: Sequence[Any]) -> None:
        self.definitions: dict[int, Definition] = {}
        self.sets: dict[int, ScalarSet] = {}
        self.rank: dict[int, tuple[int, int]] = {}
        self.extra: list[Any] = []
        self.given: list[Fact] = [(relation, _polynomial(form)) for form, relation in given]
        self._facts: dict[int, list[Fact]] = {}
        self._cases: dict[int, list[Case]] = {}
        bounded = {m[0] for _, form in self.given for m in form if len(m) == 1 and set(form) <= {m, ()} and form[m] > 0}
        # what is at most another variable less 1, such as the number that a word spells, is no unit
        bounded -= {m for _, form in self.given if len(form) == 3 and form.get(()) == -1 for (m, q) in _negative(form)}
        for v, meaning in enumerate(made):
            if isinstance(meaning, tuple):
                operation, arguments, number = meaning
                self.definitions[v] = Definition(operation, tuple(map(_polynomial, arguments)), plain(number))
                self.rank[v] = (2, v)
            else:
                self.sets[v] = _set(meaning)
                self.rank[v] = (0 if v in bounded else 1, v)

    @property
    def free(self) -> Sequence[int]:
        """The variables without a definition."""
        return list(self.sets)

    def order(self, v: int) -> tuple[int, int]:
        """The rank of a variable."""
        return self.rank[v]

    def facts(self, v: int) -> list[Fact]:
        """What always holds of the variable."""
        if v not in self._facts:
            self._facts[v] = bounds_of(v, self.sets[v]) if v in self.sets else facts_of(v, self.definitions[v])
        return self._facts[v]

    def cases(self, v: int) -> list[Case]:
        """The cases that the variable divides into; none for a free one."""
        if v not in self._cases:
            self._cases[v] = [] if v in self.sets else cases_of(v, self.definitions[v])
        return self._cases[v]

    def members(self, i: int) -> int:
        """How many members the set of a free variable has; 1 where it has no gaps."""
        return members_of(self.sets[i])

    def gap(self, i: int, k: int) -> list[Case]:
        """A free variable is at most member k, or at least the next."""
        return gap_of(i, self.sets[i], k)

    def add(self, operation: str, argument: Polynomial) -> int:
        """A variable of the proof's own."""
        v = len(self.rank)
        self.definitions[v] = Definition(operation, (argument,))
        self.rank[v] = (2, v)
        self.extra.append([operation, "0x0", [polynomial_json(argument)]])
        return v


def bits(known: Known, forms: SceneForms) -> dict[int, int]:
    """Enter for each bit a step with the same value; the steps by bit, which the proof may divide."""
    found = {}
    for v in list(forms.sets):
        square: Polynomial = {(v, v): 1, (v,): -1}
        for i, (relation, form) in enumerate(forms.given):
            if relation == "==" and form in (square, {m: -q for m, q in square.items()}):
                found[v] = _bit(known, forms, v, [2, i], 1 if form == square else -1)
                break
        else:
            if forms.members(v) == 2 and [f[1].get((), 0) for f in forms.facts(v)] == [0, 1]:
                found[v] = _bit(known, forms, v, [1, _square(known, v)], 1)
    return found


def _square(known: Known, v: int) -> int:
    """The lemma v * v == v for a free variable from {0,1}."""
    own, above = variable(v), polynomial_json(difference(variable(v), constant(1)))
    tree: Tree = [
        ["gap", v, 0],
        ["sum", [_term(1, [4, polynomial_json(own)]), _term(1, [3, 0])], [_term(1, [0, v, 0], [3, 0]), _term(1, [0, v, 0])]],
        ["sum", [_term(1, [4, above]), _term(1, [3, 0])], [_term(1, [3, 0], [0, v, 1]), _term(1, [0, v, 1])]],
    ]
    return known.add_lemma(("==", {(v, v): 1, (v,): -1}), tree)


def _bit(known: Known, forms: SceneForms, v: int, square: list[Any], sign: int) -> int:
    """A step z == v, where sign * (v * v - v) == 0 is the fact `square`. v >= 0 and 1 - v >= 0 are squares, up to that fact."""
    rest = difference(constant(1), variable(v))
    lemmas = []
    for form in (variable(v), rest):
        lemmas.append(known.add_lemma((">=", form), [["sum", [_term(1, [4, polynomial_json(form)]), _term(-sign, square)]]]))
    low, high = ([1, number] for number in lemmas)
    z = forms.add("step", difference(variable(v), constant(HALF)))
    bend = _term(2 * sign, square)
    divided: Tree = [
        ["split", z],
        ["sum", [_term(2, [3, 0], high), bend, _term(-1, [3, 1])], [_term(1, [3, 1]), _term(1, high)]],
        ["sum", [_term(1, low), _term(-1, [3, 1])], [_term(2, [3, 0], low), bend, _term(1, [3, 1])]],
    ]
    known.add_lemma(("==", difference(variable(v), variable(z))), divided)
    return z


def _term(q: Any, *facts: Any) -> list[Any]:
    return [text_of(Fraction(q)), [], list(facts)]


def _polynomial(form: Any) -> Polynomial:
    return {m: plain(q) for m, q in form.items() if q}


def _negative(form: Polynomial) -> list[tuple[int, Any]]:
    """The variables that stand alone and with a negative coefficient."""
    return [(m[0], q) for m, q in form.items() if len(m) == 1 and q < 0]


def _set(meaning: Any) -> ScalarSet:
    if hasattr(meaning, "count"):
        return Grid(Fraction(meaning.low), Fraction(meaning.step), meaning.count)
    if len(meaning.parts) == 1:
        return Interval(*(None if end is None else Fraction(end) for end in meaning.parts[0]))
    return Intervals(tuple((Fraction(low), Fraction(high)) for low, high in meaning.parts))
