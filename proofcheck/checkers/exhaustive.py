"""Finite domains, input by input: through the ranked bijection, so that no input is missed and none counted twice."""

from __future__ import annotations

import time

from proofcheck.checkers.batch import failures
from proofcheck.checkers.certificates import certificate_bytes, certified
from proofcheck.checkers.task import Budget, Progress, Task, scope_of, trust_of, unknown
from proofcheck.checkers.witness import first_replayed, replayed
from proofcheck.claims.evidence import Finding, Strength, Verdict
from proofcheck.errors import ConstructionError, Refusal
from proofcheck.kernel import Rejected
from proofcheck.spec.statement import TermTarget

MOST_POINTS = 2**24
MOST_CERTIFIED = 2**16
CELLS = 2**24
LARGEST_CHUNK = 2**16
REPLAYS = 16

Receipt = tuple[int, int]


def exhaustive(task: Task, budget: Budget, progress: Progress | None = None) -> Finding:
    """Evaluate every input of a finite domain: established, refuted at the first failing rank, or unknown.

    Unknown when there are more than 2^24 inputs, when the time is up before the last one, or when the batched
    evaluation and the rationals disagree anywhere. Raises ConstructionError for an empty domain.
    """
    domain, started = task.statement.domain, time.monotonic()
    assert domain is not None
    try:
        total = domain.cardinality()
    except Refusal as refusal:
        return unknown("exhaustion", task, str(refusal))
    if total == 0:
        raise ConstructionError(f"the claim is made on {domain.describe()}, which is empty: it would say nothing")
    if total > MOST_POINTS:
        return unknown("exhaustion", task, f"{total} inputs are too many to try: the limit is 2^24")
    receipts: list[Receipt] = []
    chunk = max(64, min(LARGEST_CHUNK, CELLS // task.network.node_count))
    for start in range(0, total, chunk):
        stop = min(start + chunk, total)
        numerators, denominator = domain.unrank_scaled(start, stop)
        failing = failures(task, numerators, denominator)
        if failing.size:
            witness = replayed(task, domain.unrank(start + int(failing[0])))
            if witness is None:
                return unknown("exhaustion", task, "the batched evaluation fails at an input at which the rationals do not")
            return Finding(Verdict.REFUTED, None, "exhaustion", scope_of(task), trust_of(task), witness=witness, checked=stop)
        receipts.append((start, stop))
        if progress is not None:
            progress(f"{stop} of {total} inputs")
        if stop < total and time.monotonic() - started > budget.seconds:
            return unknown("exhaustion", task, f"{stop} of {total} inputs were tried in {budget.seconds:g} s", stop)
    if not covers(receipts, total):
        return unknown("exhaustion", task, "the ranges of inputs tried do not add up to the whole domain")
    ranks = (k * (total - 1) // (REPLAYS - 1) for k in range(REPLAYS))
    if (witness := first_replayed(task, map(domain.unrank, ranks))) is not None:
        return Finding(Verdict.REFUTED, None, "exhaustion", scope_of(task), trust_of(task), witness=witness, checked=total)
    trust = ("the batched evaluation", *trust_of(task))
    return Finding(Verdict.HOLDS, Strength.ESTABLISHED, "exhaustion", scope_of(task), trust, checked=total)


def exhaustive_certificate(task: Task, budget: Budget, progress: Progress | None = None) -> Finding:
    """Have the kernel evaluate every input of a domain of at most 2^16 points: certified, or unknown with its sentence."""
    domain = task.statement.domain
    assert domain is not None
    if task.statement.condition is None and not isinstance(task.statement.target, TermTarget):
        return unknown("exhaustive", task, "the kernel enumerates inputs only against terms")
    try:
        total = domain.cardinality()
        if total > MOST_CERTIFIED:
            return unknown("exhaustive", task, f"the kernel enumerates at most 2^16 inputs, there are {total}")
        return certified(task, "exhaustive", certificate_bytes(task, "exhaustive"), checked=total)
    except (Refusal, Rejected) as reason:
        return unknown("exhaustive", task, str(reason))


def covers(receipts: list[Receipt], total: int) -> bool:
    """Whether the half-open rank ranges are disjoint and together exactly 0 .. total - 1, total >= 1."""
    ends = [0]
    for start, stop in sorted(receipts):
        if start != ends[-1] or stop <= start:
            return False
        ends.append(stop)
    return total >= 1 and ends[-1] == total
