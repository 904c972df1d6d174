"""Equalities as rules that rewrite a variable into lower ones, and the sums of products that justify a rewriting.

Every equality that is known is solved for its highest variable, where that is possible. Reducing a polynomial by the rules
then ends, and what was used is written down, so that a proof can name the equalities it rests on with their factors.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from proofcheck.checkers.piecewise.polynomials import Monomial, Number, Polynomial, add, plain, scaled
from proofcheck.checkers.piecewise.proof_forms import Variables

Reference = tuple[object, ...]  # a fact as a certificate names it, hashable; see `fact_json`
Uses = list[tuple[int, Polynomial]]  # rules by number, each with the polynomial that it is multiplied by
Factors = dict[Reference, Polynomial]


@dataclass(frozen=True)
class Rule:
    """variable - value == 0, which is scale * the fact named, minus the sum of factor * rule over `uses`."""

    number: int
    variable: int
    value: Polynomial
    fact: Reference
    scale: Number
    uses: Uses


@dataclass
class Rules:
    """Rules by variable, on top of those of `base`, which do not change while these are used."""

    forms: Variables
    base: Rules | None = None
    by_variable: dict[int, Rule] = field(default_factory=dict)
    by_number: list[Rule] = field(default_factory=list)

    @property
    def _start(self) -> int:
        return 0 if self.base is None else self.base._start + len(self.base.by_number)

    def get(self, v: int) -> Rule | None:
        """The rule for a variable, if there is one."""
        rules: Rules | None = self
        while rules is not None:
            if v in rules.by_variable:
                return rules.by_variable[v]
            rules = rules.base
        return None

    def numbered(self, number: int) -> Rule:
        """The rule with this number."""
        rules: Rules = self
        while number < rules._start:
            assert rules.base is not None
            rules = rules.base
        return rules.by_number[number - rules._start]

    def reduced(self, polynomial: Mapping[Monomial, Number], uses: Uses | None = None) -> Polynomial:
        """The polynomial without variables that have rules; polynomial = result + sum of factor * rule over the uses."""
        result = dict(polynomial)
        while True:
            found: Rule | None = None
            place = (-1, -1)
            for monomial in result:
                for v in monomial:
                    if (found is None or self.forms.rank[v] > place) and (rule := self.get(v)) is not None:
                        found, place = rule, self.forms.rank[v]
            if found is None:
                return result
            factor: Polynomial = {}
            for monomial in [m for m in result if found.variable in m]:
                rest = list(monomial)
                rest.remove(found.variable)
                add(factor, {tuple(rest): result.pop(monomial)})
            for monomial, q in factor.items():
                for inner, p in found.value.items():
                    add(result, {tuple(sorted(monomial + inner)): p}, q)
            if uses is not None:
                uses.append((found.number, factor))

    def enter(self, polynomial: Polynomial, fact: Reference) -> tuple[Rule | None, Polynomial]:
        """Solve polynomial == 0 for its highest variable: the new rule, or None, and the reduced polynomial."""
        uses: Uses = []
        form = self.reduced(polynomial, uses)
        if not form:
            return None, form
        occurrences: dict[int, int] = {}
        for monomial in form:
            for v in set(monomial):
                occurrences[v] = occurrences.get(v, 0) + 1
        candidates = [v for v, count in occurrences.items() if count == 1 and (v,) in form]
        if not candidates:
            return None, form
        v = max(candidates, key=self.forms.order)
        if self.forms.rank[v] != max(self.forms.rank[u] for u in occurrences):
            return None, form
        own_part = form[v,]
        scale = own_part if own_part in (1, -1) else plain(1 / Fraction(own_part))
        value = {monomial: plain(-q * scale) for monomial, q in form.items() if monomial != (v,)}
        own = [(number, scaled(factor, scale)) for number, factor in uses]
        rule = Rule(self._start + len(self.by_number), v, value, fact, scale, own)
        self.by_number.append(rule)
        self.by_variable[v] = rule
        return rule, form

    def factors(self, uses: Uses) -> Factors:
        """The sum of factor * rule over the uses, as a sum of polynomial * fact."""
        waiting: dict[int, Polynomial] = {}
        for number, factor in uses:
            add(waiting.setdefault(number, {}), factor)
        found: Factors = {}
        while waiting:
            number = max(waiting)
            factor = waiting.pop(number)
            if not factor:
                continue
            rule = self.numbered(number)
            add(found.setdefault(rule.fact, {}), factor, rule.scale)
            for used, own in rule.uses:
                total = waiting.setdefault(used, {})
                for monomial, q in factor.items():
                    for inner, p in own.items():
                        add(total, {tuple(sorted(monomial + inner)): p}, -q)
        return {fact: factor for fact, factor in found.items() if factor}
