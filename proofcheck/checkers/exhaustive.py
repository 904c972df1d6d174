"""Finite domains, input by input: through the ranked bijection, so that no input is missed and none counted twice."""

from __future__ import annotations

import time
from collections.abc import Iterator

from proofcheck.checkers.batch import failures
from proofcheck.checkers.certificates import certificate_bytes, certified
from proofcheck.checkers.comparison import comparison
from proofcheck.checkers.task import Budget, Progress, Task, scope_of, trust_of, unknown
from proofcheck.checkers.witness import first_replayed, replayed
from proofcheck.claims.evidence import Finding, Strength, Verdict
from proofcheck.engine.bits.programs import BitEngine
from proofcheck.engine.device.choice import chosen_engine
from proofcheck.engine.device.programs import DeviceFault
from proofcheck.errors import ConstructionError, Refusal
from proofcheck.kernel import Rejected
from proofcheck.spec.statement import ReferenceTarget, TermTarget

MOST_POINTS = 2**24
"""Of a reference function, which is asked in a process of its own."""
MOST_RANKS = 2**40
"""Tile by tile; what the budget allows is less."""
MOST_IN_BITS = 2**48
"""Where network and target are compared bit by bit; what the budget allows is less."""
WORTH_BITS = 2**22
"""Fewer inputs times nodes than this are not worth a program of their own."""
MOST_CERTIFIED = 2**16
CELLS = 2**24
LARGEST_CHUNK = 2**16
PART_CELLS = 2**34
HASTE = 1.0
PATIENCE = 2.0
"""A run that would take this many times its budget, judged after HASTE seconds, is not carried on."""
REPLAYS = 16

Receipt = tuple[int, int]


def exhaustive(task: Task, budget: Budget, progress: Progress | None = None) -> Finding:
    """Evaluate every input of a finite domain: established, refuted at the first failing rank, or unknown.

    Where every input is a bit and network and target have a reading in gates, they are compared 64 inputs to a word.
    Unknown when there are too many inputs, when the time is up before the last one or would be, or when the batched
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
    engine, why = _in_bits(task, total)
    most = most_ranks(task)
    if engine is None and total > most:
        limit = f"the limit is 2^{most.bit_length() - 1}, since they are not compared in bits: {why}"
        words = f"{total} inputs are too many to try: {limit}"
        return unknown("exhaustion", task, words)
    try:
        return _tried(task, budget, progress, engine, total, started)
    except DeviceFault as fault:
        return unknown("exhaustion", task, str(fault))


def _tried(
    task: Task, budget: Budget, progress: Progress | None, engine: BitEngine | None, total: int, started: float
) -> Finding:
    """Try every input, by the engine where there is one. Raises DeviceFault when a device fails on the way."""
    domain = task.statement.domain
    assert domain is not None
    receipts: list[Receipt] = []
    end, first = 0, None
    for start, stop, first in _parts(task, total) if engine is None else _parts_in_bits(engine, total):
        if first is not None:
            break
        receipts.append((start, stop))
        end = stop
        if progress is not None:
            progress(f"{stop} of {total} inputs")
        spent = time.monotonic() - started
        if stop < total and spent > budget.seconds:
            return unknown("exhaustion", task, f"{stop} of {total} inputs were tried in {budget.seconds:g} s", stop)
        if stop < total and spent > HASTE and spent * (total / stop) > PATIENCE * budget.seconds:
            words = f"{stop} of {total} inputs were tried in {spent:.0f} s: the rest would take longer than {budget.seconds:g} s"
            return unknown("exhaustion", task, words, stop)
    if first is not None:
        witness = replayed(task, domain.unrank(first))
        if witness is None:
            return unknown("exhaustion", task, "the batched evaluation fails at an input at which the rationals do not")
        checked = first + 1
        return Finding(Verdict.REFUTED, None, "exhaustion", scope_of(task), trust_of(task), witness=witness, checked=checked)
    if end != total or not covers(receipts, total):
        return unknown("exhaustion", task, "the ranges of inputs tried do not add up to the whole domain")
    ranks = (k * (total - 1) // (REPLAYS - 1) for k in range(REPLAYS))
    if (witness := first_replayed(task, map(domain.unrank, ranks))) is not None:
        return Finding(Verdict.REFUTED, None, "exhaustion", scope_of(task), trust_of(task), witness=witness, checked=total)
    by = "the batched evaluation" if engine is None else f"the evaluation in bits {engine.how}"
    trust = (by, *trust_of(task))
    return Finding(Verdict.HOLDS, Strength.ESTABLISHED, "exhaustion", scope_of(task), trust, checked=total)


def most_ranks(task: Task) -> int:
    """How many inputs may be tried where they are not compared in bits."""
    return MOST_POINTS if isinstance(task.statement.target, ReferenceTarget) else MOST_RANKS


def _in_bits(task: Task, total: int) -> tuple[BitEngine | None, str]:
    """(the comparison in bits, or None, why not)."""
    if total * task.network.node_count < WORTH_BITS:
        return None, "there are few inputs"
    if total > MOST_IN_BITS:
        return None, "there are more than 2^48 inputs"
    try:
        return comparison(task, chosen_engine), ""
    except Refusal as refusal:
        return None, str(refusal)


def _parts(task: Task, total: int) -> Iterator[tuple[int, int, int | None]]:
    """(start, stop, the first rank that fails or None), part by part, in order."""
    domain = task.statement.domain
    assert domain is not None
    chunk = max(64, min(LARGEST_CHUNK, CELLS // task.network.node_count))
    for start in range(0, total, chunk):
        stop = min(start + chunk, total)
        numerators, denominator = domain.unrank_scaled(start, stop)
        failing = failures(task, numerators, denominator)
        yield start, stop, start + int(failing[0]) if failing.size else None


def _parts_in_bits(engine: BitEngine, total: int) -> Iterator[tuple[int, int, int | None]]:
    """The same in bits."""
    part = engine.haste << max(16, (PART_CELLS // max(engine.program.gates, 1)).bit_length() - 1)
    for start in range(0, total, part):
        stop = min(start + part, total)
        yield start, stop, engine.first(start, stop)


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
