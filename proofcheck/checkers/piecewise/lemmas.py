"""Statements about terms on any domain, by lemmas (docs/formats.md): find a proof, and let the kernel check it.

The network is first read in the terms of the statement, wire by wire (`wires`); the steps that a claim gives are proved; then
each obligation is shown by a tree of cases (`trees`). A case in which the goal fails gives an input, which is replayed.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from proofcheck.checkers.certificates import certificate_bytes, certified
from proofcheck.checkers.piecewise.bounds import Bounds, is_of_neurons
from proofcheck.checkers.piecewise.effort import Effort, Exhausted, Failed, within
from proofcheck.checkers.piecewise.needed import only_needed
from proofcheck.checkers.piecewise.orders import order_lemmas
from proofcheck.checkers.piecewise.polynomials import Number, polynomial_json, scaled
from proofcheck.checkers.piecewise.proof_forms import Fact, Forms
from proofcheck.checkers.piecewise.rules import Rules
from proofcheck.checkers.piecewise.scope import Known, Near, Tree
from proofcheck.checkers.piecewise.signatures import signatures_of
from proofcheck.checkers.piecewise.sorting import equal_comparators
from proofcheck.checkers.piecewise.steps import facts_of, is_about_inputs, prove_steps
from proofcheck.checkers.piecewise.templates import Templates
from proofcheck.checkers.piecewise.trees import prove
from proofcheck.checkers.piecewise.wires import Wires
from proofcheck.checkers.task import Budget, Progress, Task, scope_of, unknown
from proofcheck.checkers.witness import replayed
from proofcheck.claims.evidence import Finding, Verdict, Witness
from proofcheck.domains.sets import element, ends
from proofcheck.errors import Refusal
from proofcheck.exact import text_of
from proofcheck.kernel import Rejected
from proofcheck.spec.sampling import sample
from proofcheck.spec.statement import TermTarget

PROGRAMS = 20_000
FEW_NODES = 200  # from then on every neuron gets a term of its own
NEAR = (Near(0), Near(1), Near(1, linked=True), Near(2))
NEARBY = 100
ROUNDINGS = (1, 2, 12, 360, 10**4, 10**7)


def lemmas(task: Task, budget: Budget, progress: Progress | None = None) -> Finding:
    """Certify a statement whose target or property is terms; refuted with a replayed input, or unknown with the reason."""
    statement = task.statement
    assert statement.domain is not None
    if statement.condition is None and not isinstance(statement.target, TermTarget):
        return unknown("lemmas", task, "lemmas prove statements whose target or property is terms")
    end = time.process_time() + budget.seconds  # of this process: what is found shall not depend on others

    def over() -> None:
        if time.process_time() > end:
            raise Exhausted

    effort = Effort(PROGRAMS, over)
    left_out: list[Fact] = []
    try:
        invent = len(task.network.activation) > FEW_NODES
        proof = _proof(task, budget, effort, invent, left_out)
        data = json.dumps(proof, sort_keys=True, separators=(",", ":")).encode()
        return certified(task, "lemmas", certificate_bytes(task, "lemmas", proof=data), checked=effort.leaves)
    except Failed as failure:
        witness = witness_near(task, failure.values)
        if witness is not None:
            return Finding(Verdict.REFUTED, None, "lemmas", scope_of(task), witness=witness)
        return unknown("lemmas", task, str(failure) + _without(left_out))
    except Exhausted:
        return unknown("lemmas", task, f"no proof was found with {effort.spent} linear programs{_without(left_out)}")
    except (Refusal, Rejected) as reason:
        return unknown("lemmas", task, str(reason))


def _without(steps: list[Fact]) -> str:
    return f"; {len(steps)} of the claim's steps could not be proved" if steps else ""


def _proof(task: Task, budget: Budget, effort: Effort, invent: bool, left_out: list[Fact]) -> dict[str, Any]:
    """The proof as docs/formats.md has it. left_out: is given the steps of the claim that could not be proved."""
    point, templates = member(task), Templates()
    known = _start(task)
    part = Effort(PROGRAMS // 4, effort.over)
    if not task.steps and _compared(known, templates, part):
        effort.spent, effort.leaves = part.spent, part.leaves
        return _ended(known, point, effort)
    known = _start(task)  # an attempt that fails leaves terms and rules behind
    forms = known.forms
    assert isinstance(forms, Forms)
    steps = facts_of(forms, task.steps)
    _define(known, 1)
    signatures = signatures_of(forms, budget.seed)
    for t in sorted((t for t in forms.terms.values() if forms.rank[t][0] <= 1), key=forms.order):
        if known.rules.get(t) is None:
            signatures.enter(t)
    missing = prove_steps(known, [fact for fact in steps if is_about_inputs(forms, fact)], templates, effort)
    if not (is_of_neurons(forms) and Bounds(known, effort, templates, signatures).read()):
        Wires(known, signatures, templates, effort, invent).read()
    _define(known, 3)
    left_out += prove_steps(known, [*missing, *(fact for fact in steps if not is_about_inputs(forms, fact))], templates, effort)
    if invent:
        for _, goal in forms.goals():
            order_lemmas(known, goal)
    return _ended(known, point, effort)


def _compared(known: Known, templates: Templates, part: Effort) -> bool:
    """Whether both sides are comparators and equal, with a part of the effort; more than that is for the other ways."""
    try:
        return equal_comparators(known, templates, part)
    except (Exhausted, Failed):
        part.over()
        return False


def _start(task: Task) -> Known:
    """What is known before any lemma."""
    forms = Forms(task.network, task.statement)
    known = Known(forms, Rules(forms))
    for k, fact in enumerate(forms.constraints()):
        known.know((2, k), fact)
    _define(known, 1)
    return known


def _ended(known: Known, point: list[str] | None, effort: Effort) -> dict[str, Any]:
    """The proof of the goals from what is known now, with the lemmas that they need."""
    forms = known.forms
    assert isinstance(forms, Forms)
    goals = [shown(known, fact, effort) for fact in forms.goals()]
    needed, goals = only_needed(known.lemmas, goals)
    return {"point": point, "terms": forms.extra, "lemmas": needed, "goals": goals}


def _define(known: Known, rank: int) -> None:
    """Enter the definitions of terms that are equalities."""
    for v in sorted(known.forms.definitions, key=known.forms.order):
        if known.forms.rank[v][0] == rank:
            known.define(v)


def shown(known: Known, fact: Fact, effort: Effort, first: Sequence[int] = (), scope: Sequence[int] | None = None) -> Tree:
    """A tree for an obligation; an equality as two lemmas. first, scope: as in `prove`."""
    relation, polynomial = fact
    if relation != "==" or first or not known.rules.reduced(polynomial):
        return _tree(known, fact, effort, first, scope)
    sides = []
    for sign in (1, -1):
        side = ">=", scaled(polynomial, sign)
        tree = _tree(known, side, effort, (), scope)
        known.lemmas.append([">=", polynomial_json(side[1]), tree])
        sides.append([[text_of(Fraction(1)), [], [[1, len(known.lemmas) - 1]]]])
    return [["sum", *sides]]


def _tree(known: Known, fact: Fact, effort: Effort, first: Sequence[int] = (), scope: Sequence[int] | None = None) -> Tree:
    """A tree from what is near, where that suffices and no scope is given: it is smaller and sooner found."""
    for near in NEAR if scope is None else ():
        try:
            return within(prove, known, fact, effort, near, NEARBY)
        except Failed:
            pass
    return prove(known, fact, effort, first=first, scope=scope)


def member(task: Task) -> list[str] | None:
    """A point of the domain where the certificate needs one."""
    domain = task.statement.domain
    assert domain is not None
    if not domain.constraints and not domain.different:
        return None
    numerators, denominator = sample(domain, 1, 0)
    return [text_of(Fraction(int(value), denominator)) for value in numerators[0]]


def witness_near(task: Task, values: Mapping[int, Number | float]) -> Witness | None:
    """An input near the values at which the statement fails."""
    domain = task.statement.domain
    assert domain is not None
    for largest in (None, *ROUNDINGS):
        point = []
        for i, s in enumerate(domain.sets):
            low, high = ends(s)
            x = Fraction(values.get(i, 0))
            x = x if largest is None else x.limit_denominator(largest)
            x = x if low is None else max(low, x)
            x = x if high is None else min(high, x)
            point.append(x)
        if all(element(s, x) for s, x in zip(domain.sets, point, strict=True)):
            witness = replayed(task, point)
            if witness is not None:
                return witness
    return None
