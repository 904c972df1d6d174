"""Steered samples: faults where neurons bend, and approximations that fail in a corner of a box; points are members."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from checker_tasks import BUDGET, computes, computes_circuit, tournament

from proofcheck.checkers import replayed, sampled
from proofcheck.checkers.steering import bends, climbing
from proofcheck.circuits import Builder, emulate, equality
from proofcheck.claims.evidence import Verdict
from proofcheck.domains import Box, Integers, Points
from proofcheck.networks import inputs, network, relu
from proofcheck.spec import maximum, sample, square

FULL = replace(BUDGET, samples=2000)
QUICK = replace(BUDGET, samples=256)


def spike(width: Fraction) -> object:
    """Zero but for a tooth of this width, so narrow that random numbers miss it, at 5/16 + 1/1000."""
    x = inputs(on=Box(0, 1))
    at = Fraction(5, 16) + Fraction(1, 1000)
    return network((relu(x - at) - 2 * relu(x - at - width) + relu(x - at - 2 * width)) * (1 / width))


def test_a_tooth_that_samples_miss_is_found_where_the_neurons_bend() -> None:
    task = computes(spike(Fraction(1, 1 << 16)), lambda x: 0 * x)
    assert sampled(task, QUICK).verdict is Verdict.UNREFUTED
    assert sampled(task, FULL).verdict is Verdict.REFUTED


def test_points_that_almost_fail_lead_to_one_that_fails() -> None:
    """A quarter of x^2 in place of x^2 would be found anywhere; this is wrong only near the corner (1, 1, 1, 1) of a box."""
    x = inputs(4, on=Box(-1, 1))
    net = network(relu(sum(x)) * 1)
    error = 4 - Fraction(1, 10**4)
    task = computes(net, lambda x: 0 * x[0], error=error)
    rows, one = sample(task.statement.domain, 50, 3)
    inside = rows[np.all(np.abs(rows) < one, axis=1)]
    found = [p for points, d in climbing(task, inside, one, 0) for p in points / d if sum(p) > error]
    assert found


@pytest.mark.parametrize("on", [Box(-3, 2), Box(0, Fraction(1, 3)), Integers(-5, 9), Points(-1, 1, Fraction(1, 3))])
def test_every_steered_point_is_a_member(on: object) -> None:
    task = computes(tournament(3, on=on), lambda x: maximum(*x), error=Fraction(1))
    domain = task.statement.domain
    rows, one = sample(domain, 200, 1)
    count = 0
    for steered in (bends, climbing):
        for points, denominator in steered(task, rows, one, 5):
            count += len(points)
            assert all(domain.contains([Fraction(int(v), denominator) for v in row]) for row in points)
    assert count > 300


def test_the_same_seed_steers_the_same_way() -> None:
    task = computes(tournament(3, on=Box(0, 1)), lambda x: maximum(*x))
    rows, one = sample(task.statement.domain, 100, 1)
    first, second = ([(points.tolist(), d) for points, d in bends(task, rows, one, 9)] for _ in range(2))
    assert first == second


def test_bits_are_also_tried_64_to_a_word() -> None:
    """Two words of 11 bits are equal once in 2048 pairs; that both are also 1365 is met once in four million."""
    builder = Builder()
    x, y = builder.inputs("x", 11), builder.inputs("y", 11)
    rare = builder.and_all([bit ^ (i % 2) for word in (x, y) for i, bit in enumerate(word)])
    same = builder.and_all([builder.xor(a, b) ^ 1 for a, b in zip(x, y, strict=True)])
    builder.output("equal", builder.xor(same, rare))
    task = computes_circuit(emulate(builder.circuit()), equality(11))
    assert sampled(task, QUICK).verdict is Verdict.UNREFUTED
    finding = sampled(task, FULL)
    assert finding.verdict is Verdict.REFUTED
    assert finding.witness is not None
    assert replayed(task, finding.witness.inputs) is not None


def test_squares_by_teeth_are_approximated_as_stated() -> None:
    x = inputs(on=Box(0, 1))
    net = network(relu(2 * x - Fraction(1, 2)) * Fraction(1, 2) + 0 * x)
    task = computes(net, lambda x: square(x), error=Fraction(1, 2))
    assert sampled(task, FULL).verdict is Verdict.UNREFUTED
