"""Corners and random inputs: they can refute a claim, never show that it holds."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from fractions import Fraction
from itertools import chain
from typing import Any

import numpy as np

from proofcheck.checkers.batch import failures
from proofcheck.checkers.comparison import comparison
from proofcheck.checkers.steering import bends, climbing
from proofcheck.checkers.task import Budget, Point, Progress, Task, trust_of, unknown
from proofcheck.checkers.witness import replayed
from proofcheck.claims.evidence import Finding, Strength, Verdict, Witness
from proofcheck.engine.bits.inputs import WORD, bits_of_input
from proofcheck.engine.bits.programs import BitEngine
from proofcheck.errors import Refusal
from proofcheck.spec.sampling import sample
from proofcheck.spec.statement import ReferenceTarget
from proofcheck.spec.strategies import strategy

Array = np.ndarray[Any, np.dtype[Any]]

CELLS = 2**24
STEERED_FROM = 1_000
"""Fewer samples than this are a quick look, which is not steered."""
IN_BITS, MOST_IN_BITS = 2**33, 2**24
LARGEST_CHUNK = 2**14
REPLAYS = 300
EXAMPLES = 50
SHRINKING = 100


def sampled(task: Task, budget: Budget, progress: Progress | None = None) -> Finding:
    """Try telling corners, seeded random inputs, points where neurons bend, and points that almost fail.

    On {0,1}^n also random inputs 64 to a word, as many as cost some tenths of a second. Refuted with a shrunk witness, or
    unrefuted. Unknown when no input could be drawn, because then nothing was checked.
    """
    domain = task.statement.domain
    assert domain is not None
    try:
        numerators, denominator = sample(domain, budget.samples, budget.seed)
    except Refusal as refusal:
        return unknown("samples", task, str(refusal))
    if not len(numerators):
        return unknown("samples", task, "nothing was checked: no input of the domain was drawn")
    checked = 0
    batches = _chunks(task, numerators, denominator)
    if budget.samples >= STEERED_FROM:
        given = task, numerators, denominator, budget.seed
        batches = chain(batches, bends(*given), climbing(*given))
    for rows, one in batches:
        checked += len(rows)
        for row in failures(task, rows, one)[:1]:
            return _refuted(task, [Fraction(int(value), one) for value in rows[row]], checked)
        if progress is not None:
            progress(f"{checked} samples")
    if budget.samples >= STEERED_FROM and (engine := _in_bits(task)) is not None:
        many = min(MOST_IN_BITS, IN_BITS // max(engine.program.gates, 1)) // WORD * WORD
        number = engine.first(0, many, budget.seed)
        checked += many
        if number is not None:
            return _refuted(task, list(map(Fraction, bits_of_input(number, task.network.input_count, budget.seed))), checked)
    return Finding(Verdict.UNREFUTED, Strength.UNREFUTED, "samples", _scope(task, checked), trust_of(task), checked=checked)


def _chunks(task: Task, numerators: Array, denominator: int) -> Iterator[tuple[Array, int]]:
    chunk = max(16, min(LARGEST_CHUNK, CELLS // max(1, task.network.node_count)))
    for start in range(0, len(numerators), chunk):
        yield numerators[start : start + chunk], denominator


def _in_bits(task: Task) -> BitEngine | None:
    """The comparison in bits, for domains too large to be tried whole; None where there is none."""
    try:
        return comparison(task)
    except Refusal:
        return None


def _refuted(task: Task, point: list[Fraction], checked: int) -> Finding:
    """What a failing point comes to: replayed and shrunk, or unknown where the rationals do not fail."""
    witness = replayed(task, point)
    if witness is None:
        return unknown("samples", task, "the batched evaluation fails at an input at which the rationals do not")
    found = shrink(task, witness)
    return Finding(Verdict.REFUTED, None, "samples", _scope(task, checked), trust_of(task), witness=found, checked=checked)


def shrink(task: Task, witness: Witness) -> Witness:
    """The simplest witness found: the given one simplified number by number, or one that Hypothesis finds and shrinks.

    Hypothesis is asked only where numbers other than 0, 1 and -1 are left: a failure that it does not meet is not lost.
    """
    best = _simplified(task, witness)
    plain = all(value.denominator == 1 and abs(value) <= 1 for value in best.inputs)
    if plain or isinstance(task.statement.target, ReferenceTarget):
        return best
    return _by_hypothesis(task, best)


def _by_hypothesis(task: Task, witness: Witness) -> Witness:
    """The simplest failure among the inputs that Hypothesis draws and shrinks, at most 100 replays; or the given witness."""
    from hypothesis import HealthCheck, find, settings
    from hypothesis.errors import HypothesisException

    assert task.statement.domain is not None
    best, left = witness, SHRINKING

    def fails(point: Point) -> bool:
        nonlocal best, left
        left -= 1
        found = replayed(task, point) if left >= 0 else None
        best = best if found is None else min(best, found, key=_weight)
        return found is not None

    chosen = settings(
        max_examples=EXAMPLES, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck)
    )
    with suppress(HypothesisException, Refusal):  # nothing found, or no replays left: what was found before stands
        find(strategy(task.statement.domain), fails, settings=chosen)
    return best


def _weight(witness: Witness) -> tuple[int, int]:
    return _weight_of(witness.inputs)[:2]


def _weight_of(x: Point) -> tuple[int, int, int]:
    """How simple a point is: denominators, then sizes, then how many numbers are negative."""
    return sum(v.denominator for v in x), sum(abs(v.numerator) for v in x), sum(v < 0 for v in x)


def _simplified(task: Task, witness: Witness) -> Witness:
    """A simpler witness: numbers become the simplest at which the claim still fails, equal ones first together.

    Numbers are simpler the smaller their denominator and then their size; each point tried is simpler than the one before, so
    this ends. When nothing near at hand is simpler, fractions close to a number are tried, the simplest first: those of the
    tree of Stern and Brocot above it, among which is the simplest of every interval around it. Deterministic, at most 300
    replays. Left alone are what the domain ties together or keeps apart, and witnesses against a reference function, dear to
    run.
    """
    best, left = witness, 0 if isinstance(task.statement.target, ReferenceTarget) else REPLAYS
    while True:
        for x in chain(_simpler(best.inputs), _shifted(best.inputs), _closer(best.inputs)):
            if left == 0:
                return best
            left -= 1
            found = replayed(task, x)
            if found is not None:
                best = found
                break
        else:
            return best


def _simpler(x: Point) -> Iterator[Point]:
    """Points with simpler numbers: one value replaced wherever it occurs, then one coordinate alone."""
    for value in sorted(set(x), key=_size, reverse=True):
        for number in _simpler_numbers(value):
            yield tuple(number if other == value else other for other in x)
    for i, value in enumerate(x):
        if x.count(value) > 1:
            for number in _simpler_numbers(value):
                yield (*x[:i], number, *x[i + 1 :])


def _shifted(x: Point) -> Iterator[Point]:
    """Simpler points at which all differences are as they were: many claims depend on nothing else."""
    for value in sorted(set(x), key=_size):
        moved = tuple(other - value for other in x)
        if _weight_of(moved) < _weight_of(x):
            yield moved


def _closer(x: Point) -> Iterator[Point]:
    """Points in which one value, wherever it occurs, is a simpler fraction close to it."""
    for value in sorted(set(x), key=_size, reverse=True):
        for number in _above(value):
            yield tuple(number if other == value else other for other in x)


def _simpler_numbers(value: Fraction) -> Iterator[Fraction]:
    """Simpler numbers than `value`, the simplest first."""
    one = 1 if value > 0 else -1
    whole = (0, 1, -1, round(value), round(value / 2), round(value) - one)
    near = {*map(Fraction, whole), Fraction(round(2 * value), 2), value.limit_denominator(8)}
    yield from sorted((number for number in near if _size(number) < _size(value)), key=_size)


def _above(value: Fraction) -> Iterator[Fraction]:
    """Fractions above `value` in the tree of Stern and Brocot, the simplest first: of each run in one direction the first
    few, some further ones, and the last."""
    (p, q), (before, under) = (1, 0), (0, 1)
    numerator, denominator = value.numerator, value.denominator
    while denominator:
        quotient, rest = divmod(numerator, denominator)
        steps = {1, 2, 3, 4, 6, *(1 << k for k in range(3, max(quotient, 1).bit_length())), quotient - 1, quotient}
        for step in sorted(step for step in steps if 1 <= step <= quotient or step == quotient):
            top, bottom = before + step * p, under + step * q
            if bottom and (number := Fraction(top, bottom)).denominator < value.denominator:
                yield number
        (p, q), (before, under) = (before + quotient * p, under + quotient * q), (p, q)
        numerator, denominator = denominator, rest


def _size(value: Fraction) -> tuple[int, int, bool]:
    return value.denominator, abs(value.numerator), value < 0


def _scope(task: Task, count: int) -> str:
    domain = task.statement.domain
    assert domain is not None
    return f"{count} inputs drawn from {domain.describe()}"
