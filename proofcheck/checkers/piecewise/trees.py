"""Trees: divide into cases until in each one the goal is a combination of facts, and write down how.

A case is divided only where the linear relaxation does not suffice, at a node whose value contradicts its definition at
the relaxation's point, nearest to the goal first. So the tree follows what the goal depends on, not all signs of the network.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from proofcheck.checkers.piecewise.branches import Branch, Real, Values, below
from proofcheck.checkers.piecewise.cores import Open, decided_by_solver
from proofcheck.checkers.piecewise.divisions import division
from proofcheck.checkers.piecewise.effort import QUESTIONS, Effort, Failed
from proofcheck.checkers.piecewise.farkas import Combination, Point, Row, decided
from proofcheck.checkers.piecewise.polynomials import (
    Monomial,
    Number,
    Polynomial,
    add,
    is_constant,
    polynomial_json,
    scaled,
    variables_of,
)
from proofcheck.checkers.piecewise.proof_forms import Fact, Variables
from proofcheck.checkers.piecewise.rules import Reference, Rules, Uses
from proofcheck.checkers.piecewise.scope import Entry, Known, Near, Tree, entries_of, scope_of
from proofcheck.exact import text_of


@dataclass
class Script:
    """What was decided in a search, in order: combinations by the numbers of facts, divisions by the place in the scope.

    ready: the search is to be repeated for variables of other names, and nothing is decided anew.
    """

    items: list[Any] = field(default_factory=list)
    ready: bool = False
    place: int = 0

    def next(self) -> Any:
        """The next decision of the search to be repeated."""
        if self.place == len(self.items):
            raise Failed({})
        self.place += 1
        return self.items[self.place - 1]


def prove(
    known: Known,
    fact: Fact,
    effort: Effort,
    near: Near | None = None,
    script: Script | None = None,
    first: Sequence[int] = (),
    scope: Sequence[int] | None = None,
) -> Tree:
    """A tree for a fact, from what is known near it, or of all variables below it, or of those in `scope`.

    script: where the decisions go, or come from. first: variables to divide before the facts are asked, in every case that is
    not closed by equalities alone. Raises Failed where it does not follow, Exhausted when the effort is spent.
    """
    script = script or Script()
    relation, goal = fact
    rules = Rules(known.forms, known.rules)
    form = rules.reduced(goal)
    scope = scope_of(known, [form], near) if scope is None else list(scope)
    signs = (1, -1) if relation == "==" else (1,)
    goals = [scaled(form, sign) for sign in signs]
    entries = entries_of(known, rules, scope, goals, near is not None)
    branch = Branch(rules, entries, goals, [None] * len(signs), [], [], scope, first=tuple(first))
    tree: Tree = []
    _close(known, (relation, goal), branch, effort, script, tree)
    return tree


def _close(known: Known, fact: Fact, branch: Branch, effort: Effort, script: Script, tree: Tree) -> None:
    """Append the steps that close the branch."""
    relation, goal = fact
    if branch.contradiction is not None:
        entry = branch.contradiction
        q: Number = 1 if entry.relation != "==" else -1 / Fraction(entry.form[()])
        tree.append(["never", combined(branch.rules, {}, [(q, entry)])])
        effort.leaves += 1
        return
    if relation == "==" and not branch.goals[0]:
        tree.append(["sum", combined(branch.rules, goal, [])])
        effort.leaves += 1
        return
    forced = next((v for v in branch.first if v not in branch.divided and known.forms.cases(v)), None)
    if forced is not None:
        tree.append(["split", forced])
        for case in known.forms.cases(forced):
            _close(known, fact, below(branch, case, ["split", forced]), effort, script, tree)
        return
    values: Values = {}
    for k, form in enumerate(branch.goals):
        if branch.sums[k] is not None:
            continue
        entries, found = _decision(known, form, relation == ">", branch, effort, script)
        if isinstance(found, Combination):
            chosen = [(q, entries[j]) for j, q in found.multipliers.items()]
            if not found.of_goal:
                tree.append(["never", combined(branch.rules, {}, chosen)])
                effort.leaves += 1
                return
            branch.sums[k] = combined(branch.rules, scaled(goal, -1 if k else 1), chosen)
            continue
        if isinstance(found, Open):
            raise Failed({}, found.reason)
        values = _values(found.values)
        break
    else:
        tree.append(["sum", *branch.sums])
        effort.leaves += 1
        return
    if script.ready:
        kind, place, number = script.next()
        v = branch.scope[place]
        step = [kind, v] if kind == "split" else [kind, v, number]
        cases = known.forms.cases(v) if kind == "split" else known.forms.gap(v, number)
    else:
        step, cases = division(known, branch, values)
        script.items.append((step[0], branch.scope.index(step[1]), step[-1]))
    tree.append(step)
    for case in cases:
        _close(known, fact, below(branch, case, step), effort, script, tree)


def _decision(
    known: Known, goal: Polynomial, strict: bool, branch: Branch, effort: Effort, script: Script
) -> tuple[list[Entry], Combination | Point | Open]:
    """The facts tried last, and what was found with them."""
    offers = _offers(known.forms, branch.entries)
    if script.ready:
        number, found = script.next()
        if number >= len(offers) or (found and any(j >= len(offers[number]) for j in found.multipliers)):
            raise Failed({})
        return offers[number], found or Point({})
    answer: Combination | Point | Open | None = None
    for number, entries in enumerate(offers):
        effort.spend()
        answer = decided(goal, strict, [Row(e.relation, e.form) for e in entries])
        if answer is None or (number == len(offers) - 1 and _is_idle(known, branch, answer)):
            answer = _second(goal, strict, entries, effort)
        if isinstance(answer, Combination):
            script.items.append((number, answer))
            return entries, answer
    script.items.append((len(offers) - 1, None))
    assert answer is not None
    return offers[-1], answer


def _is_idle(known: Known, branch: Branch, answer: Combination | Point) -> bool:
    """Whether the answer is a point in floats that contradicts no definition: it may be none at all."""
    if isinstance(answer, Combination) or not any(isinstance(x, float) for x in answer.values.values()):
        return False
    try:
        division(known, branch, _values(answer.values))
    except Failed:
        return True
    return False


def _second(goal: Polynomial, strict: bool, entries: Sequence[Entry], effort: Effort) -> Combination | Point | Open:
    """What an exact solver says where floats say nothing that can be used."""
    if not effort.asks():
        return Open(f"floats found neither a proof nor a point, and a solver has been asked {QUESTIONS} times")
    return decided_by_solver(goal, strict, [Row(e.relation, e.form) for e in entries])


def _offers(forms: Variables, entries: list[Entry]) -> list[list[Entry]]:
    """The facts to try: without products, with those of the variables furthest from the inputs, with all."""
    made = [e for e in entries if len(e.names) > 1 or e.names[0][0] == 4]
    if not made:
        return [entries]
    top = max(forms.rank[v] for e in made for v in variables_of(e.form))
    last = [e for e in made if any(forms.rank[v] == top for v in variables_of(e.form))]
    few = [e for e in entries if e not in made]
    return [few, few + last, entries] if len(last) < len(made) else [few, entries]


def combined(rules: Rules, goal: Polynomial, chosen: Sequence[tuple[Number, Entry]]) -> list[Any]:
    """The combination as a certificate has it: the chosen facts, and the equalities that make it the goal up to a constant."""
    rest = dict(goal)
    total: list[Any] = []
    for q, entry in chosen:
        add(rest, entry.polynomial, -q)
        total.append([text_of(Fraction(q)), [], [fact_json(name) for name in entry.names]])
    uses: Uses = []
    left = rules.reduced(rest, uses)
    if not is_constant(left):  # only what another search decided can fail to fit
        raise Failed({})
    for name, factor in rules.factors(uses).items():
        total += [[text_of(Fraction(q)), list(monomial), [fact_json(name)]] for monomial, q in factor.items()]
    return total


def fact_json(name: Reference) -> list[Any]:
    """The fact as a certificate names it."""
    if name[0] == 4:
        return [4, polynomial_json(dict(name[1]))]  # type: ignore[call-overload]
    return list(name)


def _values(found: Mapping[Monomial, Real]) -> dict[int, Real]:
    """The values of the variables at the point."""
    return {m[0]: value for m, value in found.items() if len(m) == 1}
