"""One case of a proof by cases: what holds in it beside what is known everywhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from proofcheck.checkers.piecewise.polynomials import (
    Polynomial,
    is_constant,
    variables_of,
)
from proofcheck.checkers.piecewise.proof_forms import Case, Fact
from proofcheck.checkers.piecewise.rules import Reference, Rules
from proofcheck.checkers.piecewise.scope import Entry

Real = Any  # an int or a Fraction; a float where the system was large
Values = Mapping[int, Real]


@dataclass
class Branch:
    """One case: what holds in it beside what is known everywhere. sums: what is shown already of each sign of the goal."""

    rules: Rules
    entries: list[Entry]
    goals: list[Polynomial]
    sums: list[list[Any] | None]
    facts: list[Fact]
    assumed: list[int]  # entries that come from cases
    scope: list[int]
    divided: frozenset[int] = frozenset()
    contradiction: Entry | None = None
    first: tuple[int, ...] = ()  # what to divide before anything else


def below(branch: Branch, case: Case, step: list[Any]) -> Branch:
    """The branch with the facts of a case of the step."""
    rules, facts = Rules(branch.rules.forms, branch.rules), list(branch.facts)
    fresh: list[Entry] = []
    contradiction = None
    for relation, polynomial in case:
        name: Reference = (3, len(facts))
        facts.append((relation, polynomial))
        if relation == "==":
            rule, form = rules.enter(polynomial, name)
            if rule is not None or not form:
                continue
        fresh.append(Entry((name,), relation, polynomial, rules.reduced(polynomial)))
    entries: list[Entry] = []
    place: dict[int, int] = {}
    for i, entry in enumerate([*branch.entries, *fresh]):
        if any(v in rules.by_variable for v in variables_of(entry.form)):
            entry = replace(entry, form=rules.reduced(entry.form))
        if is_constant(entry.form):
            value = entry.form.get((), 0)
            if value < 0 or (entry.relation == ">" and value == 0) or (entry.relation == "==" and value != 0):
                contradiction = entry
            continue
        place[i] = len(entries)
        entries.append(entry)
    assumed = [place[i] for i in [*branch.assumed, *range(len(branch.entries), len(branch.entries) + len(fresh))] if i in place]
    goals = [rules.reduced(form) for form in branch.goals]
    divided = branch.divided | {step[1]} if step[0] == "split" else branch.divided
    return Branch(rules, entries, goals, list(branch.sums), facts, assumed, branch.scope, divided, contradiction, branch.first)


def value_of(rules: Rules, values: Values, polynomial: Polynomial) -> Real:
    """The value of a polynomial at the point; what no fact mentions is 0."""
    total: Real = 0
    for monomial, q in rules.reduced(polynomial).items():
        part: Real = q
        for v in monomial:
            part *= values.get(v, 0)
        total += part
    return total
