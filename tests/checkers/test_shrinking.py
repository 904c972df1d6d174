"""Batched property testing ends with witnesses as small as those of plain Hypothesis, for faults of many kinds."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import chain
from types import SimpleNamespace
from typing import Any

import pytest
from checker_tasks import computes, computes_circuit, satisfies
from hypothesis import HealthCheck, find, given, settings
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample

from proofcheck.checkers import Budget, Task, replayed, sampled
from proofcheck.checkers.sampled import _above, _closer, _shifted, _simpler, _weight, _weight_of
from proofcheck.circuits import emulate, ripple_adder
from proofcheck.circuits.circuit import AND, XOR
from proofcheck.claims.evidence import Verdict
from proofcheck.domains import Box, Integers, Permutations, Points, Reals
from proofcheck.networks import Network, inputs, network, relu
from proofcheck.spec import maximum, minimum, square
from proofcheck.spec.strategies import strategy

EXAMPLES = 200
NARROW = {"a tooth of width 2^-12", "a tooth of width 2^-16"}
"""What plain Hypothesis does not find in thousands of examples: it is not asked."""


def late(n: int, on: Any, by: Any) -> Network:
    """A tournament each of whose kinks comes too late."""
    x = list(inputs(n, on=on))
    while len(x) > 1:
        x = [b + relu(a - b - by) for a, b in zip(x[::2], x[1::2], strict=False)] + x[len(x) // 2 * 2 :]
    return network(x)


def absolute(on: Any, late: Fraction | int = 0, slope: Fraction | int = 1) -> Network:
    x = inputs(on=on)
    return network(relu(x) + slope * relu(-x - late))


def clipped(on: Any, high: Any) -> Network:
    x = inputs(on=on)
    return network(relu(x) - relu(x - high))


def tooth(width: Fraction) -> Network:
    """Zero but for a tooth of twice this width at 5/16 + 1/1000."""
    x = inputs(on=Box(0, 1))
    at = Fraction(5, 16) + Fraction(1, 1000)
    return network((relu(x - at) - 2 * relu(x - at - width) + relu(x - at - 2 * width)) * (1 / width))


def unsorted() -> Network:
    """Sorting three numbers with the last comparison left out."""
    x = inputs(3, on=Reals)
    low, high = x[0] - relu(x[0] - x[1]), x[1] + relu(x[0] - x[1])
    return network([low, high - relu(high - x[2]), x[2] + relu(high - x[2])])


def adder(k: int) -> Task:
    """An exclusive or in place of the k-th conjunction."""
    circuit = ripple_adder(6)
    operation = circuit.operation.copy()
    operation[[i for i in range(circuit.gate_count) if operation[i] == AND][k]] = XOR
    return computes_circuit(emulate(replace(circuit, operation=operation)), circuit)


FAULTS = {
    "kinks that are 1/7 late": lambda: computes(late(2, Box(-1, 1), Fraction(1, 7)), lambda x: maximum(*x)),
    "kinks that are 2^-20 late": lambda: computes(late(2, Reals, Fraction(1, 1 << 20)), lambda x: maximum(*x)),
    "one side of a kink late": lambda: computes(absolute(Box(-4, 4), Fraction(1, 16)), lambda x: maximum(x, -x)),
    "a slope that is 1/1024 less": lambda: computes(absolute(Reals, 0, Fraction(1023, 1024)), lambda x: maximum(x, -x)),
    "a second kink at 1001/1000": lambda: computes(clipped(Reals, Fraction(1001, 1000)), lambda x: minimum(maximum(x, 0), 1)),
    "a second kink at 100": lambda: computes(clipped(Reals, 100), lambda x: maximum(x, 0)),
    "a tooth of width 1/8": lambda: computes(tooth(Fraction(1, 8)), lambda x: 0 * x),
    "a tooth of width 2^-12": lambda: computes(tooth(Fraction(1, 1 << 12)), lambda x: 0 * x),
    "a tooth of width 2^-16": lambda: computes(tooth(Fraction(1, 1 << 16)), lambda x: 0 * x),
    "an unfinished sort": lambda: satisfies(unsorted(), lambda x, y: (y[0] <= y[1]) & (y[1] <= y[2])),
    "integers": lambda: computes(late(4, Integers(-9, 9), 1), lambda x: maximum(*x)),
    "thirds": lambda: computes(late(3, Points(-1, 1, Fraction(1, 3)), Fraction(1, 3)), lambda x: maximum(*x)),
    "a first gate": lambda: adder(0),
    "a later gate": lambda: adder(7),
    "permutations": lambda: computes(late(5, Permutations, 1), lambda x: maximum(*x)),
    "an approximation": lambda: computes(clipped(Box(0, 2), 1), lambda x: square(x) / 2, error=Fraction(9, 10)),
}


def by_hypothesis(task: Task) -> tuple[Fraction, ...] | None:
    """What plain Hypothesis finds, example by example, and shrinks to."""
    chosen = settings(
        max_examples=EXAMPLES, database=None, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
    )
    assert task.statement.domain is not None
    try:
        return find(strategy(task.statement.domain), lambda x: replayed(task, x) is not None, settings=chosen)
    except NoSuchExample:
        return None


@pytest.mark.parametrize("name", FAULTS)
def test_batches_find_the_fault_with_a_witness_as_small_as_that_of_plain_hypothesis(name: str) -> None:
    task = FAULTS[name]()
    finding = sampled(task, Budget())
    assert finding.verdict is Verdict.REFUTED
    assert finding.witness is not None
    assert replayed(task, finding.witness.inputs) is not None
    if name not in NARROW:
        plain = by_hypothesis(task)
        assert plain is not None
        assert _weight(finding.witness) <= _weight(SimpleNamespace(inputs=plain))  # type: ignore[arg-type]


def test_a_tooth_ends_with_the_simplest_fraction_in_it() -> None:
    for power in (6, 12, 16):
        width = Fraction(1, 1 << power)
        finding = sampled(computes(tooth(width), lambda x: 0 * x), Budget())
        assert finding.witness is not None
        (x,) = finding.witness.inputs
        low = Fraction(5, 16) + Fraction(1, 1000)
        assert low < x < low + 2 * width
        smaller = [q for q in range(1, x.denominator) if any(low < Fraction(p, q) < low + 2 * width for p in range(q + 1))]
        assert smaller == []


@settings(deadline=None)
@given(st.fractions(max_denominator=10**6))
def test_fractions_above_another_are_simpler_and_come_closer_from_each_side(value: Fraction) -> None:
    above = list(_above(value))
    assert all(other.denominator < value.denominator for other in above)
    for side in (-1, 1):
        far = [side * (other - value) for other in above if side * (other - value) > 0]
        assert far == sorted(far, reverse=True)


@settings(deadline=None)
@given(st.lists(st.fractions(max_denominator=50), min_size=1, max_size=4))
def test_each_point_that_is_tried_is_simpler(x: list[Fraction]) -> None:
    """So shrinking ends, whatever fails."""
    point = tuple(x)
    for candidate in chain(_simpler(point), _shifted(point), _closer(point)):
        assert _weight_of(candidate) < _weight_of(point)
