"""Bounds of what neurons take, over a bounded domain: which never bend there, and chords above those that do.

A sum is bounded by putting in, from the last neuron to the first, v >= 0 or v >= z where v helps and its chord where it hurts,
as DeepPoly does, but in rationals, so the facts that were put in are the proof. A neuron that never bends becomes an equality,
and networks that were simplified by such bounds become alike.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil, floor
from typing import Any

from proofcheck.checkers.piecewise.bends import Bends, parts_of
from proofcheck.checkers.piecewise.effort import Effort, Failed, within
from proofcheck.checkers.piecewise.polynomials import (
    Number,
    Polynomial,
    add,
    constant,
    difference,
    plain,
    scaled,
    variable,
    variables_of,
)
from proofcheck.checkers.piecewise.proof_forms import Definition, Forms
from proofcheck.checkers.piecewise.rules import Reference
from proofcheck.checkers.piecewise.scope import Entry, Known, Near, Tree
from proofcheck.checkers.piecewise.signatures import Signatures
from proofcheck.checkers.piecewise.templates import Templates
from proofcheck.checkers.piecewise.trees import combined, prove

FINENESS = 1 << 12
"""Bounds are rounded outward to multiples of one over this."""
SLOPES = 1 << 6
CLOSE = 1
"""A bound this close to 0, in units of how far samples lie apart, is worth a tree of PROGRAMS linear programs at most."""
PROGRAMS = 20
OPERATIONS = {"relu": ((1, 0), 1), "max": ((0, 1), 0)}
"""Of relu(z) and max(a, b): the facts v >= z or a and v >= 0 or b, and which fact of a case is the equality."""

Bound = tuple[Number, list[tuple[Number, Entry]]]  # a number and the facts that show it


@dataclass
class Bounds:
    """above: for each variable that bends, a line that it is at most, as a fact."""

    known: Known
    effort: Effort
    templates: Templates
    signatures: Signatures
    above: dict[int, Entry] = field(default_factory=dict)
    searching: bool = False
    upward: dict[int, bool] = field(default_factory=dict)  # v >= z rather than v >= 0 is the nearer one

    @property
    def forms(self) -> Forms:
        """The variables of the statement's proof."""
        assert isinstance(self.known.forms, Forms)
        return self.known.forms

    def read(self) -> bool:
        """Whether all goals are equalities by bends, bounds and small trees; each is tried where those before fail."""
        for bounded, self.searching in ((False, False), (True, False), (True, True)):
            self._pass(bounded)
            if not any(self.known.rules.reduced(goal) for _, goal in self.forms.goals()):
                return True
        return False

    def _pass(self, bounded: bool) -> None:
        """Go through terms and neurons without a meaning: such as never bend, and such as bend where an earlier one does."""
        forms, bends = self.forms, Bends(self.forms, self.known.rules)
        for v in sorted(forms.definitions, key=forms.order):
            operation = forms.definitions[v].operation
            if operation == "identity":
                self.known.define(v)
            if forms.rank[v][0] > 2 or self.known.rules.get(v) is not None or operation not in OPERATIONS:
                continue
            self.effort.over()
            value = bends.value(v)
            if value is not None:
                fact = "==", self.known.rules.reduced(difference(variable(v), value))
                self.known.add_lemma(fact, self.templates.prove(self.known, fact, self.effort, Near(0)))
            elif not (bounded and self._straight(v)):
                bends.enter(v)

    def _straight(self, v: int) -> bool:
        """Whether v was shown never to bend; else its chord is a lemma, where its argument is bounded."""
        parts = parts_of(self.forms.definitions[v])
        if parts is None or len(self.forms.definitions[v].arguments) > 2:
            return False
        rest, bend = self.known.rules.reduced(parts[0]), self.known.rules.reduced(parts[2])
        low, high = self.least(bend), self.least(scaled(bend, -1))
        place = OPERATIONS[self.forms.definitions[v].operation][1]
        reached = self._reached(bend, low)
        if reached is not None:
            never_bends(self.known, v, add(dict(rest), bend), reached, True)
            return True
        reached = self._reached(scaled(bend, -1), high)
        if reached is not None:
            never_bends(self.known, v, rest, reached, False)
            return True
        if low is not None and high is not None:
            self._chord(v, rest, bend, low, high, place)
        return False

    def _reached(self, form: Polynomial, bound: Bound | None) -> Entry | None:
        """The fact that the form is at least 0, by its bound or, where samples say so, by a small tree."""
        if bound is not None and bound[0] >= 0:
            return self._lemma(add(dict(form), constant(-bound[0])), bound)
        if (
            not self.searching
            or bound is None
            or bound[0] < -CLOSE * self._width(form)
            or any(x < 0 for x in self.signatures.of(form))
        ):
            return None
        try:
            tree = within(prove, self.known, (">=", form), self.effort, None, PROGRAMS)
        except Failed:
            return None
        return entry_of(self.known, (1, self.known.add_lemma((">=", form), tree)), ">=", form)

    def _width(self, form: Polynomial) -> Number:
        values = self.signatures.of(form)
        return plain(Fraction(max(values) - min(values)))

    def least(self, form: Polynomial) -> Bound | None:
        """A number that the form is at least, rounded down, with the facts; None where there is none, or products occur."""
        found = [bound for turned in (True, False) if (bound := self._put_in(form, turned)) is not None]
        return max(found, key=lambda bound: bound[0], default=None)

    def _put_in(self, form: Polynomial, turned: bool) -> Bound | None:
        """The bound by v >= z for neurons whose chord is steep, or by v >= 0 for all."""
        total, used = dict(form), list[tuple[Number, Entry]]()
        while variables_of(total):
            v = max(variables_of(total), key=self.forms.order)
            if any(len(m) > 1 for m in total):
                return None
            q = total[v,]
            entry = self._nearest(v, q > 0, turned)
            if entry is None:
                return None
            factor = abs(Fraction(q) / entry.form[v,])
            used.append((plain(factor), entry))
            add(total, entry.form, -factor)
        return plain(Fraction(floor(total.get((), 0) * FINENESS), FINENESS)), used

    def _nearest(self, v: int, below: bool, turned: bool) -> Entry | None:
        """A fact that bounds v from below, or from above, by what it reads."""
        facts = self.forms.facts(v)
        if v < self.forms.inputs:
            wanted = [k for k, (_, form) in enumerate(facts) if form.get((v,), 0) * (1 if below else -1) > 0]
            return entry_of(self.known, (0, v, wanted[0]), *facts[wanted[0]]) if wanted else None
        if not below:
            return self.above.get(v)
        operation = self.forms.definitions[v].operation
        if operation not in OPERATIONS or len(facts) != 2:
            return None
        k = OPERATIONS[operation][0][0 if turned and self.upward.get(v) else 1]
        return entry_of(self.known, (0, v, k), *facts[k])

    def _lemma(self, form: Polynomial, bound: Bound) -> Entry:
        tree: Tree = [["sum", combined(self.known.rules, form, bound[1])]]
        number = self.known.add_lemma((">=", form), tree)
        return entry_of(self.known, (1, number), ">=", form)

    def _chord(self, v: int, rest: Polynomial, bend: Polynomial, low: Bound, high: Bound, place: int) -> None:
        """The lemma v <= rest + slope * bend + start for the line through relu at both ends, a little above where rounded."""
        least, most = low[0], -high[0]
        slope = Fraction(ceil(most / Fraction(most - least) * SLOPES), SLOPES)
        start = max(-slope * least, most - slope * most)
        floor_of = self._lemma(add(dict(bend), constant(-least)), low)
        roof_of = self._lemma(add(scaled(bend, -1), constant(most)), high)
        form = difference(add(add(dict(rest), bend, slope), constant(start)), variable(v))
        tree: Tree = [["split", v]]
        for case, q, fact in zip(self.forms.cases(v), (1 - slope, slope), (roof_of, floor_of), strict=True):
            own = entry_of(self.known, (3, place), *case[place])
            facts: list[tuple[Any, Entry]] = [(plain(q), fact)] if q else []
            tree.append(["sum", combined(self.known.rules, form, [*facts, (-1, own)])])
        number = self.known.add_lemma((">=", form), tree)
        self.above[v] = entry_of(self.known, (1, number), ">=", form)
        self.upward[v] = bool(most > -least)


def entry_of(known: Known, name: Reference, relation: str, polynomial: Polynomial) -> Entry:
    """A fact as an entry."""
    return Entry((name,), relation, polynomial, known.rules.reduced(polynomial))


def never_bends(known: Known, v: int, value: Polynomial, reached: Entry, active: bool) -> None:
    """The lemma v == value, where v = relu(z) or max(a, b) is on one side throughout: `reached` says that z >= 0, or -z >= 0.

    One case says the equality; in the other the fact leaves no room.
    """
    forms, rules = known.forms, known.rules
    facts, place = OPERATIONS[forms.definitions[v].operation]
    form = difference(variable(v), value)
    tree: Tree = [["split", v]]
    for k, case in enumerate(forms.cases(v)):
        own = entry_of(known, (3, place), *case[place])
        if active == (k == 0):
            tree.append(["sum", combined(rules, form, [(1, own)])])
            continue
        fact = facts[0 if active else 1]
        nearer = entry_of(known, (0, v, fact), *forms.facts(v)[fact])
        sides = combined(rules, form, [(1, nearer)]), combined(rules, scaled(form, -1), [(1, reached), (-1, own)])
        tree.append(["sum", *sides])
    known.add_lemma(("==", form), tree)


def is_of_neurons(forms: Forms) -> bool:
    """Whether the terms that a network should compute bend like neurons, each at a sum and a number."""
    kinds = [forms.definitions[t] for t in forms.terms.values() if t in forms.definitions and forms.rank[t][0] == 1]
    bent = [d for d in kinds if d.operation not in ("affine", "constant")]
    return bool(bent) and all(d.operation == "max" and _is_neuron(forms, d) for d in bent)


def _is_neuron(forms: Forms, definition: Definition) -> bool:
    if len(definition.arguments) != 2:
        return False
    last = definition.arguments[1]
    names = variables_of(last)
    return all(forms.definitions[v].operation == "constant" for v in names if v in forms.definitions) and not any(
        v < forms.inputs for v in names
    )
