"""Statements about terms on any domain, by lemmas (docs/formats.md): find a proof, and let the kernel check it.

The network is first read in the terms of the statement, wire by wire (`wires`); the steps that a claim gives are proved; then
each obligation is shown by a tree of cases (`trees`). A case in which the goal fails gives an input, which is replayed.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from fractions import Fraction

from proofcheck.checkers.certificates import certificate_bytes, certified
from proofcheck.checkers.polynomials import Number, polynomial_json, scaled
from proofcheck.checkers.proof_forms import Fact, Forms
from proofcheck.checkers.rules import Rules
from proofcheck.checkers.signatures import signatures_of
from proofcheck.checkers.task import Budget, Progress, Task, scope_of, unknown
from proofcheck.checkers.templates import Templates
from proofcheck.checkers.trees import Effort, Exhausted, Failed, Known, Tree, prove
from proofcheck.checkers.wires import Wires
from proofcheck.checkers.witness import replayed
from proofcheck.claims.evidence import Finding, Verdict, Witness
from proofcheck.domains.sets import element, ends
from proofcheck.errors import Refusal
from proofcheck.exact import text_of
from proofcheck.kernel import Rejected
from proofcheck.spec.sampling import sample
from proofcheck.spec.statement import TermTarget

PROGRAMS = 20_000
ROUNDINGS = (1, 2, 12, 360, 10**4, 10**7)


def lemmas(task: Task, budget: Budget, progress: Progress | None = None) -> Finding:
    """Certify a statement whose target or property is terms; refuted with a replayed input, or unknown with the reason."""
    statement = task.statement
    assert statement.domain is not None
    if statement.condition is None and not isinstance(statement.target, TermTarget):
        return unknown("lemmas", task, "lemmas prove statements whose target or property is terms")
    end = time.monotonic() + budget.seconds

    def over() -> None:
        if time.monotonic() > end:
            raise Exhausted

    effort = Effort(PROGRAMS, over)
    forms = Forms(task.network, statement)
    known = Known(forms, Rules(forms))
    try:
        point = member(task)
        begin(known)
        signatures = signatures_of(forms, budget.seed)
        for t in sorted((t for t in forms.terms.values() if forms.rank[t][0] <= 1), key=forms.order):
            if known.rules.get(t) is None:
                signatures.enter(t)
        Wires(known, signatures, Templates(), effort).read()
        for v in sorted(forms.definitions, key=forms.order):
            known.define(v)
        goals = []
        for fact in forms.goals():
            goals.append(shown(known, fact, effort))
        proof = {
            "point": point,
            "terms": forms.extra,
            "lemmas": known.lemmas,
            "goals": goals,
        }
        data = json.dumps(proof, sort_keys=True, separators=(",", ":")).encode()
        return certified(task, "lemmas", certificate_bytes(task, "lemmas", proof=data), checked=effort.leaves)
    except Failed as failure:
        witness = witness_near(task, failure.values)
        if witness is not None:
            return Finding(Verdict.REFUTED, None, "lemmas", scope_of(task), witness=witness)
        return unknown("lemmas", task, str(failure))
    except Exhausted:
        return unknown("lemmas", task, f"no proof was found with {effort.spent} linear programs")
    except (Refusal, Rejected) as reason:
        return unknown("lemmas", task, str(reason))


def begin(known: Known) -> None:
    """Enter the definitions that are equalities, and the constraints of the domain."""
    assert isinstance(known.forms, Forms)
    for k, fact in enumerate(known.forms.constraints()):
        known.know((2, k), fact)
    for v in sorted(known.forms.definitions, key=known.forms.order):
        if known.forms.rank[v][0] == 1:
            known.define(v)


def shown(known: Known, fact: Fact, effort: Effort, first: Sequence[int] = (), scope: Sequence[int] | None = None) -> Tree:
    """A tree for an obligation; an equality as two lemmas. first, scope: as in `prove`."""
    relation, polynomial = fact
    if relation != "==" or first or not known.rules.reduced(polynomial):
        return prove(known, fact, effort, first=first, scope=scope)
    sides = []
    for sign in (1, -1):
        side = ">=", scaled(polynomial, sign)
        tree = prove(known, side, effort, scope=scope)
        known.lemmas.append([">=", polynomial_json(side[1]), tree])
        sides.append([[text_of(Fraction(1)), [], [[1, len(known.lemmas) - 1]]]])
    return [["sum", *sides]]


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
