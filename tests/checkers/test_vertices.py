"""Vertex propagation: cuts are found where nodes bend, what is false gets a witness, and z3 agrees with every verdict."""

from __future__ import annotations

import random
from dataclasses import replace
from fractions import Fraction

import pytest
from checker_tasks import BUDGET, computes, computes_reference, satisfies, tournament

from proofcheck.checkers import replayed, settle, smt, vertices
from proofcheck.claims.evidence import Strength, Verdict
from proofcheck.domains import Box, Cells, Constraint, Domain, Grid, Interval, Intervals, Points, Reals
from proofcheck.domains.sets import BIT
from proofcheck.kernel import replay
from proofcheck.networks import inputs, leaky_relu, network, relu, saturated_linear, step
from proofcheck.spec import absolute, floor, maximum, minimum, where

HALF = Fraction(1, 2)
UNIT = Box(0, 1)


def tooth(t):
    return 1 - absolute(2 * t - 1)


def teeth(m):
    """2^(m-1) teeth on [0, 1]."""

    def target(x):
        for _ in range(m):
            x = tooth(x)
        return x

    return target


def sawtooth(m):
    x = inputs(on=UNIT, name="x")
    for _ in range(m):
        x = 2 * x - 4 * relu(x - HALF)
    return network(x)


def cells_of(finding):
    return replay(finding.certificate).measures["cells"]


@pytest.mark.parametrize("m", [1, 3, 6])
def test_the_bends_of_a_sawtooth_are_found(m):
    finding = vertices(computes(sawtooth(m), teeth(m)), BUDGET)
    assert (finding.verdict, finding.strength, finding.trust) == (Verdict.HOLDS, Strength.CERTIFIED, ())
    assert cells_of(finding) == 2**m


def test_a_tooth_too_many_is_refuted_at_a_bend():
    finding = vertices(computes(sawtooth(3), teeth(4)), BUDGET)
    assert (finding.verdict, finding.reason) == (Verdict.REFUTED, "")
    assert replayed(computes(sawtooth(3), teeth(4)), finding.witness.inputs) == finding.witness


def test_bends_along_one_coordinate_each_are_cut_and_others_are_not():
    x = inputs(2, on=Box(-1, 1), name="x")
    sum_of_two = network(relu(x[0]) + saturated_linear(2 * x[1]) + leaky_relu(x[1] - HALF, slope=Fraction(1, 4)))

    def target(x):
        later = x[1] - HALF
        return maximum(x[0], 0) + minimum(maximum(2 * x[1], 0), 1) + maximum(later, later / 4)

    finding = vertices(computes(sum_of_two, target), BUDGET)
    assert finding.strength is Strength.CERTIFIED
    assert cells_of(finding) == 2 * 3
    oblique = vertices(computes(tournament(2, on=UNIT), lambda x: maximum(*x)), BUDGET)
    assert (oblique.verdict, oblique.reason) == (
        Verdict.UNKNOWN,
        "on the cell [0, 1] x [0, 1] a relu bends where no cut of one coordinate helps",
    )


@pytest.mark.parametrize(
    ("task", "reason"),
    [
        (lambda: computes(tournament(2), lambda x: maximum(*x)), "vertices decide for terms on products of bounded intervals"),
        (lambda: computes_reference(sawtooth(1), lambda x: x), "vertices decide for terms on products of bounded intervals"),
        (
            lambda: computes(network(relu(inputs(on=UNIT))), lambda x: x, on=Domain((Interval(0, 1),), (HALVES,))),
            "vertices decide for terms on products of bounded intervals",
        ),
        (
            lambda: computes(tournament(26, on=UNIT), lambda x: maximum(*x)),
            "67108864 vertices would take more than 20000000 steps",
        ),
        (lambda: computes(network(step(inputs(on=UNIT) - HALF)), lambda x: x >= HALF), "on the cell [0, 1/2] a step bends where"),
        (lambda: computes(sawtooth(1), lambda x: tooth(x) + 0 * floor(3 * x)), ""),
        (lambda: satisfies(sawtooth(1), lambda x, y: floor(3 * y) <= 3), "a floordiv bends where no cut of one coordinate helps"),
        (lambda: computes(network(inputs(on=UNIT) + 0), lambda x: x + (x * x) * 0), ""),
        (lambda: satisfies(network(inputs(on=UNIT) + 0), lambda x, y: y**2 <= 1), "a square bends where no cut of one"),
    ],
)
def test_what_it_cannot_do_is_unknown_with_the_reason(task, reason):
    finding = vertices(task(), BUDGET)
    assert finding.verdict is (Verdict.UNKNOWN if reason else Verdict.HOLDS)
    assert reason in finding.reason


HALVES = Constraint(((0, Fraction(1)),), "<=", HALF)


def test_a_step_is_decided_on_cells_that_leave_its_bend_out():
    stairs = network(step(inputs(on=UNIT, name="x") - HALF))
    on = Cells(2, Fraction(1, 8)).of((1,))
    assert vertices(computes(stairs, lambda x: where(x < HALF, 0, 1), on=on), BUDGET).strength is Strength.CERTIFIED
    wrong = vertices(computes(stairs, lambda x: where(x <= HALF, 0, 1), on=on), BUDGET)
    assert (wrong.verdict, wrong.witness.inputs) == (Verdict.REFUTED, (HALF,))


def test_an_approximation_holds_at_its_error_and_at_no_smaller_one():
    target = lambda x: teeth(2)(x)  # noqa: E731
    assert vertices(computes(sawtooth(1), target, error=1), BUDGET).strength is Strength.CERTIFIED
    smaller = vertices(computes(sawtooth(1), target, error=1 - Fraction(1, 2**60)), BUDGET)
    assert (smaller.verdict, smaller.witness.found) == (Verdict.REFUTED, (Fraction(1),))


def test_the_time_ends_it():
    finding = vertices(computes(sawtooth(6), teeth(6)), replace(BUDGET, seconds=0))
    assert (finding.verdict, finding.reason) == (Verdict.UNKNOWN, "0 cuts leave cells on which a node bends")


@pytest.mark.parametrize(
    ("task", "floor", "method"),
    [
        (lambda: computes(sawtooth(2), teeth(2)), Strength.ESTABLISHED, "vertices"),
        (lambda: computes(sawtooth(2), teeth(2)), Strength.CERTIFIED, "vertices"),
        (lambda: computes(sawtooth(2), teeth(2), on=Points(0, 1, HALF).of((1,))), Strength.CERTIFIED, "exhaustive"),
        (
            lambda: computes(sawtooth(2), teeth(2), on=Reals.of((1,)).__class__((Interval(0, 1),))),
            Strength.ESTABLISHED,
            "vertices",
        ),
        (lambda: computes(tournament(2, on=UNIT), lambda x: maximum(*x)), Strength.ESTABLISHED, "z3"),
    ],
)
def test_it_stands_before_z3_where_it_is_made_for(task, floor, method):
    assert settle(task(), floor, BUDGET).method == method


SETS = (
    Interval(0, 1),
    Interval(-1, 1),
    Intervals(((0, Fraction(1, 4)), (HALF, 1))),
    Grid(-1, HALF, 4),
    BIT,
    Interval(HALF, HALF),
)


def random_task(draw):
    """A small network, a claim about it that is true now and then, and a product of sets."""
    domain = Domain(tuple(draw.choice(SETS) for _ in range(draw.choice((1, 2)))))
    x = inputs(domain.dimension, on=domain, name="x")

    def weight():
        return draw.choice((0, 0, 1, 1, -1, 2, Fraction(-1, 2)))

    def bias():
        return Fraction(draw.randint(-3, 3), 4)

    def wire(values):
        return sum((weight() * v for v in values), values[0]) + bias()

    kinds = (relu, step, saturated_linear, lambda w: leaky_relu(w, slope=draw.choice((Fraction(1, 4), -1, 2))))
    hidden = [draw.choice(kinds)(wire(x)) for _ in range(2)]
    net = network(wire([*hidden, draw.choice(kinds)(wire(hidden))]))
    a, b, limit, form = weight(), bias(), Fraction(draw.randint(-8, 12), 4), draw.randrange(5)

    def holds(x, y):
        line = a * x[0] + b
        forms = (y <= limit, y < limit, absolute(y) <= maximum(line, limit), where(line < 0, y <= limit, y >= -limit))
        return (*forms, (y == limit) | (y - line <= limit))[form]

    return satisfies(net, holds, on=domain)


def test_z3_agrees_with_every_verdict_on_random_networks():
    draw, verdicts = random.Random(5), dict.fromkeys(Verdict, 0)
    for _ in range(60):
        task = random_task(draw)
        finding = vertices(task, BUDGET)
        verdicts[finding.verdict] += 1
        if finding.verdict is Verdict.HOLDS:
            assert smt(task, BUDGET).verdict is Verdict.HOLDS, task.statement.sentence()
        if finding.verdict is Verdict.REFUTED:
            assert replayed(task, finding.witness.inputs) is not None
    assert min(verdicts[v] for v in (Verdict.HOLDS, Verdict.REFUTED, Verdict.UNKNOWN)) >= 5, verdicts
