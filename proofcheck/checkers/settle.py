"""Choose among the checkers: the cheapest route that can meet the floor first, then the next."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from proofcheck.checkers.boolean.clauses import clauses
from proofcheck.checkers.boolean.meanings import meanings
from proofcheck.checkers.exactness import exactness
from proofcheck.checkers.exhaustive import MOST_CERTIFIED, MOST_IN_BITS, exhaustive, exhaustive_certificate, most_ranks
from proofcheck.checkers.piecewise.lemmas import lemmas
from proofcheck.checkers.sampled import sampled
from proofcheck.checkers.sizes import sizes
from proofcheck.checkers.smt import smt
from proofcheck.checkers.task import Budget, Progress, Task, check_domain, unknown
from proofcheck.checkers.vertices import in_cells, sides_of, terms_of, vertices
from proofcheck.claims.evidence import Finding, Strength, Verdict
from proofcheck.domains.sets import BIT
from proofcheck.errors import Refusal
from proofcheck.spec.statement import NetworkTarget, ReferenceTarget, TermTarget

Checker = Callable[[Task, Budget, Progress | None], Finding]
QUICK_SAMPLES = 256
FEW_POINTS = 2**16
FEW_CELLS = 2**34
"""Inputs times nodes that the evaluation in bits does in about a second."""
FEW_CERTIFIED = 2**8


def settle(task: Task, floor: Strength, budget: Budget, progress: Progress | None = None) -> Finding:
    """Settle the task as strongly as the floor asks.

    A refutation by any route ends it, and so does a result that meets the floor. Otherwise the strongest result that
    holds, or unknown, with what every route said as the reason; samples count only where the floor asks for no more.
    Raises ConstructionError for an empty domain and for one that is not inside that of the network.
    """
    started = time.monotonic()
    check_domain(task)
    best: Finding | None = None
    reasons: list[str] = []
    for route in plan(task, floor):
        finding = route(task, budget, progress)
        if finding.verdict is Verdict.REFUTED or (finding.strength is not None and finding.strength >= floor):
            return replace(finding, seconds=time.monotonic() - started)
        if finding.verdict is Verdict.UNREFUTED:
            reasons.append(f"{finding.checked} samples do not refute it")
        elif finding.reason:
            reasons.append(f"{finding.method}: {finding.reason}")
        if finding.verdict is Verdict.HOLDS and (best is None or (finding.strength or 0) > (best.strength or 0)):
            best = finding
    reason = "; ".join(dict.fromkeys(reasons)) or "nothing was checked"
    return replace(best or unknown("all routes", task, reason), reason=reason, seconds=time.monotonic() - started)


def plan(task: Task, floor: Strength) -> list[Checker]:
    """The routes that can settle the task, cheapest first."""
    statement = task.statement
    if statement.kind == "relation":
        return [sizes]
    if statement.kind == "exact":
        return [exactness]
    points = _points(task)
    if floor is Strength.UNREFUTED:
        return [exhaustive if points <= QUICK_SAMPLES else sampled]
    bits = _on_bits(task) and not isinstance(statement.target, ReferenceTarget)
    most = MOST_IN_BITS if bits else most_ranks(task)
    in_bits = bits and points * task.network.node_count <= FEW_CELLS
    few = [exhaustive] * (points <= FEW_POINTS or in_bits)
    many = [exhaustive] * (not few and points <= most)
    solver = [] if isinstance(statement.target, ReferenceTarget) else [smt]
    by_meaning = _by_meaning(task) if statement.kind == "computes" and solver else []
    endless = points == float("inf") and statement.domain is not None
    has_terms = terms_of(task) is not None
    by_lemmas: list[Checker] = [lemmas] * (has_terms and floor is Strength.CERTIFIED)
    if endless and statement.domain is not None and has_terms and in_cells(statement.domain):
        by_lemmas.insert(0, vertices)
    elif endless and statement.domain is not None and by_lemmas and sides_of(statement.domain) is not None:
        by_lemmas.append(vertices)
    if floor is Strength.CERTIFIED:
        certificates: list[Checker] = [exhaustive_certificate] * (points <= MOST_CERTIFIED)
        at = points <= FEW_CERTIFIED and bool(certificates)
        return [_quick_samples, *certificates[:at], *by_meaning, *certificates[at:], *by_lemmas, *few, *solver, *many]
    if isinstance(statement.target, TermTarget):
        by_meaning = []
    return [_quick_samples, *few, *by_meaning, *by_lemmas, *solver, *many]


def _by_meaning(task: Task) -> list[Checker]:
    """The routes by literals, for what a network computes: notes alone, clauses, and last a search near a wrong note."""
    if not _on_bits(task):
        return [meanings]
    if isinstance(task.statement.target, NetworkTarget):
        return [clauses]
    return [partial(meanings, nearby=False), clauses, meanings]


def _quick_samples(task: Task, budget: Budget, progress: Progress | None = None) -> Finding:
    """A few samples, which find most false claims before anything dear is tried."""
    return sampled(task, replace(budget, samples=min(QUICK_SAMPLES, budget.samples)), progress)


def _on_bits(task: Task) -> bool:
    """Whether the domain is all of {0,1}^n."""
    domain = task.statement.domain
    return domain is not None and not domain.constraints and not domain.different and all(s == BIT for s in domain.sets)


def _points(task: Task) -> float:
    """The number of inputs, infinite where it is or cannot be counted."""
    domain = task.statement.domain
    if domain is None:
        return float("inf")
    try:
        return domain.cardinality()
    except Refusal:
        return float("inf")
