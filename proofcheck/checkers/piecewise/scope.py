"""What is known in a proof: the facts in scope, and the products of them that a goal of higher degree may need."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from proofcheck.checkers.piecewise.polynomials import (
    Monomial,
    Polynomial,
    constant,
    degree,
    difference,
    is_constant,
    polynomial_json,
    product,
    variable,
    variables_of,
)
from proofcheck.checkers.piecewise.proof_forms import Fact, Variables
from proofcheck.checkers.piecewise.rules import Reference, Rules

Tree = list[list[Any]]
MOST_PRODUCTS = 2000
WIDE = 16


@dataclass(frozen=True)
class Near:
    """How far a proof may look: so many definitions below the variables of what is to be proved.

    linked: and at each variable that a lemma ties to those found.
    """

    depth: int
    linked: bool = False


@dataclass(frozen=True)
class Entry:
    """A fact in scope: the product of the facts named. polynomial: as it stands; form: reduced by the rules of the case."""

    names: tuple[Reference, ...]
    relation: str
    polynomial: Polynomial
    form: Polynomial


@dataclass
class Known:
    """What is known everywhere: definitions, the domain, and the lemmas so far. bounds: those facts that are no rules.

    bold: products of three facts are tried too, and squares of differences.
    """

    forms: Variables
    rules: Rules
    lemmas: list[list[Any]] = field(default_factory=list)
    bounds: list[Entry] = field(default_factory=list)
    of_variable: dict[int, set[int]] = field(default_factory=dict)
    defined: set[int] = field(default_factory=set)
    bold: bool = False

    def define(self, v: int) -> None:
        """Enter the definition of a variable as a rule, where it is an equality."""
        if v in self.defined or v not in self.forms.definitions:
            return
        self.defined.add(v)
        facts = self.forms.facts(v)
        if len(facts) == 1 and facts[0][0] == "==":
            self.know((0, v, 0), facts[0])

    def know(self, name: Reference, fact: Fact, solve: bool = True) -> None:
        """Enter a fact that always holds: as a rule where it can and shall be solved, else among the bounds."""
        relation, polynomial = fact
        if relation == "==" and solve:
            rule, form = self.rules.enter(polynomial, name)
            if rule is not None:
                for i in self.of_variable.pop(rule.variable, set()):
                    self._file(i, replace(self.bounds[i], form=self.rules.reduced(self.bounds[i].form)))
            if rule is not None or not form:
                return
        self.bounds.append(Entry((name,), relation, polynomial, {}))
        self._file(len(self.bounds) - 1, replace(self.bounds[-1], form=self.rules.reduced(polynomial)))

    def _file(self, i: int, entry: Entry) -> None:
        self.bounds[i] = entry
        for v in variables_of(entry.form):
            self.of_variable.setdefault(v, set()).add(i)

    def add_lemma(self, fact: Fact, tree: Tree, solve: bool = True) -> int:
        """Enter a lemma with its proof; its number."""
        relation, polynomial = fact
        self.lemmas.append([relation, polynomial_json(polynomial), tree])
        self.know((1, len(self.lemmas) - 1), fact, solve)
        return len(self.lemmas) - 1


def scope_of(known: Known, forms: Sequence[Polynomial], near: Near | None) -> list[int]:
    """The variables of the forms and of the definitions below them, nearest first."""
    depth = None if near is None else near.depth
    found = dict.fromkeys(sorted({v for form in forms for v in variables_of(form)}, key=known.forms.order, reverse=True))
    level, below = list(found), 0
    while level and (depth is None or below < depth):
        fresh: dict[int, None] = {}
        for v in level:
            for u in () if depth is not None and is_wide(known.forms, v) else _reads(known, v):
                if u not in found:
                    fresh[u] = None
        found |= fresh
        level, below = list(fresh), below + 1
    if near is not None and near.linked:
        inside = set(found)
        for i in sorted({i for v in found for i in known.of_variable.get(v, ())}):
            missing = variables_of(known.bounds[i].form) - inside
            if len(missing) == 1:
                found |= dict.fromkeys(missing)
    return list(found)


def is_wide(forms: Variables, v: int) -> bool:
    """Whether so many arguments are read that they do not count as near."""
    return v in forms.definitions and len(forms.definitions[v].arguments) > WIDE


def _reads(known: Known, v: int) -> list[int]:
    """The variables that the definition of v reads, reduced."""
    definition = known.forms.definitions.get(v)
    if definition is None:
        return []
    parts = [known.rules.reduced(argument) for argument in definition.arguments]
    return sorted({u for part in parts for u in variables_of(part)}, key=known.forms.order, reverse=True)


def entries_of(known: Known, rules: Rules, scope: Sequence[int], goals: Sequence[Polynomial], near: bool = False) -> list[Entry]:
    """The facts about the variables in scope, and products of them where the goal is not linear.

    near: of a node that reads many others, only the facts about those in scope.
    """
    inside, entries = set(scope), []
    for v in scope:
        for k, (relation, polynomial) in enumerate(known.forms.facts(v)):
            if near and is_wide(known.forms, v) and not variables_of(rules.reduced(polynomial)) <= inside:
                continue
            if polynomial and not (relation == "==" and rules.get(v) is not None):
                entries.append(Entry(((0, v, k),), relation, polynomial, rules.reduced(polynomial)))
    numbers = {i for v in scope for i in known.of_variable.get(v, ())}
    for i in sorted(numbers):
        entry = known.bounds[i]
        if variables_of(entry.form) <= inside:
            entries.append(entry)
    distinct = {(e.relation, frozenset(e.form.items())): e for e in reversed(entries)}
    entries = [e for e in reversed(distinct.values()) if not (is_constant(e.form) and e.form.get((), 0) >= 0)]
    bent = [*goals, *(entry.form for entry in entries)]
    if degree(m for form in bent for m in form) > 1:
        entries += _products(known, rules, entries, {m for form in bent for m in form if len(m) > 1})
        entries += [square for form in goals for square in _completed(form)]
    return entries


def _completed(goal: Polynomial) -> list[Entry]:
    """(v - c)^2 >= 0 for each a v^2 + b v in the goal, with its least point c = -b/(2 a)."""
    found = []
    for m, a in goal.items():
        if len(m) == 2 and m[0] == m[1] and a > 0 and goal.get(m[:1]):
            root: Polynomial = {m[:1]: 1, (): Fraction(goal[m[:1]]) / (2 * a)}
            form = product(root, root)
            found.append(Entry(((4, tuple(root.items())),), ">=", form, form))
    return found


def _products(known: Known, rules: Rules, entries: Sequence[Entry], wanted: set[Monomial]) -> list[Entry]:
    """Products of linear facts, and squares, of which every product of variables is wanted."""
    linear = [e for e in entries if e.relation != "==" and degree(e.form) == 1]
    pure = [e for e in linear if len(e.form) == 1 and () not in e.form] if known.bold else []
    below = {m[:i] + m[i + 1 :] for m in wanted if len(m) > 2 for i in range(len(m))} if known.bold else set[Monomial]()
    found = [*_pairs(linear, wanted | below, known.bold), *_squares(known, rules, wanted | below)]
    larger: list[Entry] = []
    for a in pure if below else []:
        for b in found:
            if len(larger) < MOST_PRODUCTS:
                larger += _product(a, b, wanted)
    return [e for e in found if all(len(m) < 2 or m in wanted for m in e.form)] + larger


def _product(a: Entry, b: Entry, wanted: set[Monomial]) -> list[Entry]:
    """The product of two facts, where every product of variables in it is wanted."""
    form = product(a.form, b.form)
    if any(len(m) > 1 and m not in wanted for m in form):
        return []
    relation = ">" if a.relation == b.relation == ">" else ">="
    return [Entry(a.names + b.names, relation, product(a.polynomial, b.polynomial), form)]


def _pairs(linear: Sequence[Entry], wanted: set[Monomial], alike: bool) -> list[Entry]:
    """Products of two facts; alike: also of a fact with itself."""
    found: list[Entry] = []
    by_variable: dict[int, list[int]] = {}
    for i, entry in enumerate(linear):
        for v in variables_of(entry.form):
            by_variable.setdefault(v, []).append(i)
    tried: set[tuple[int, int]] = set()
    for pair in sorted({frozenset(m) for m in wanted}, key=sorted):
        for i in by_variable.get(min(pair), ()):
            for j in by_variable.get(max(pair), ()):
                couple = (min(i, j), max(i, j))
                if (alike or i != j) and couple not in tried and len(found) < MOST_PRODUCTS:
                    tried.add(couple)
                    found += _product(linear[couple[0]], linear[couple[1]], wanted)
    return found


def _squares(known: Known, rules: Rules, wanted: set[Monomial]) -> list[Entry]:
    """Squares of what is squared in a definition; where bold, of a variable less 0, 1/2 or 1, and of differences of two."""
    roots = [d.arguments[0] for d in known.forms.definitions.values() if d.operation == "square"]
    if known.bold:
        twice = sorted({v for m in wanted for v in m if m.count(v) > 1})
        roots += [difference(variable(v), constant(c)) for v in twice for c in (Fraction(0), Fraction(1, 2), Fraction(1))]
        roots += [difference(variable(v), variable(w)) for v in twice for w in twice if v < w and (v, w) in wanted]
    found = []
    for root in roots:
        form = rules.reduced(product(root, root))
        if all(len(m) < 2 or m in wanted for m in form) and not is_constant(form):
            found.append(Entry(((4, tuple(root.items())),), ">=", product(root, root), form))
    return found
