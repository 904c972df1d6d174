"""Corners and random inputs: they can refute a claim, never show that it holds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from proofcheck.checkers.batch import failures
from proofcheck.checkers.task import Budget, Progress, Task, trust_of, unknown
from proofcheck.checkers.witness import replayed
from proofcheck.claims.evidence import Finding, Strength, Verdict, Witness
from proofcheck.errors import Refusal
from proofcheck.spec.sampling import sample

CELLS = 2**24
LARGEST_CHUNK = 2**14
REPLAYS = 300


def sampled(task: Task, budget: Budget, progress: Progress | None = None) -> Finding:
    """Try telling corners and seeded random inputs of the domain: refuted with a shrunk witness, or unrefuted.

    Unknown when no input could be drawn, because then nothing was checked.
    """
    domain = task.statement.domain
    assert domain is not None
    try:
        numerators, denominator = sample(domain, budget.samples, budget.seed)
    except Refusal as refusal:
        return unknown("samples", task, str(refusal))
    count = len(numerators)
    if count == 0:
        return unknown("samples", task, "nothing was checked: no input of the domain was drawn")
    chunk = max(16, min(LARGEST_CHUNK, CELLS // task.network.node_count))
    for start in range(0, count, chunk):
        rows = numerators[start : start + chunk]
        for row in failures(task, rows, denominator)[:1]:
            witness = replayed(task, [Fraction(int(value), denominator) for value in rows[row]])
            if witness is None:
                return unknown("samples", task, "the batched evaluation fails at an input at which the rationals do not")
            shrunk = shrink(task, witness)
            return Finding(Verdict.REFUTED, None, "samples", _scope(task, count), trust_of(task), witness=shrunk, checked=count)
        if progress is not None:
            progress(f"{min(start + chunk, count)} of {count} samples")
    return Finding(Verdict.UNREFUTED, Strength.UNREFUTED, "samples", _scope(task, count), trust_of(task), checked=count)


def shrink(task: Task, witness: Witness) -> Witness:
    """A simpler witness: coordinate after coordinate becomes the simplest number at which the claim still fails.

    Numbers are simpler the smaller their denominator and then their size. Deterministic, at most 300 replays; coordinates
    that the domain ties together or keeps apart are left as they are.
    """
    best, left, improved = witness, REPLAYS, True
    while improved and left > 0:
        improved = False
        for i in range(len(best.inputs)):
            for value in _simpler(best.inputs[i]):
                if left == 0:
                    return best
                left -= 1
                found = replayed(task, (*best.inputs[:i], value, *best.inputs[i + 1 :]))
                if found is not None:
                    best, improved = found, True
                    break
    return best


def _simpler(value: Fraction) -> Iterator[Fraction]:
    """Simpler numbers than `value`, the simplest first."""
    near: Sequence[int | Fraction] = (round(value), round(value / 2), Fraction(round(2 * value), 2), value.limit_denominator(8))
    seen: set[Fraction] = set()
    for candidate in map(Fraction, (0, 1, -1, *near)):
        if _size(candidate) < _size(value) and candidate not in seen:
            seen.add(candidate)
            yield candidate


def _size(value: Fraction) -> tuple[int, int, bool]:
    return value.denominator, abs(value.numerator), value < 0


def _scope(task: Task, count: int) -> str:
    domain = task.statement.domain
    assert domain is not None
    return f"{count} inputs drawn from {domain.describe()}"


