"""Proofs by lemmas: what is certified, what is refuted with an input, and that nothing false ever holds."""

from __future__ import annotations

import random
from dataclasses import replace
from fractions import Fraction
from itertools import combinations, pairwise
from typing import Any

import pytest
from checker_tasks import BUDGET, changed, computes, satisfies, tournament

from proofcheck.checkers import Task, replayed, smt
from proofcheck.checkers.piecewise.lemmas import lemmas
from proofcheck.claims.evidence import Strength, Verdict
from proofcheck.domains import Bits, Box, Constraint, Domain, Integers, Interval, Intervals, NonNegative, Permutations, Reals
from proofcheck.kernel import replay
from proofcheck.networks import Network, inputs, layered, leaky_relu, network, relu, saturated_linear, step
from proofcheck.spec import (
    all_of,
    any_of,
    implies,
    maximum,
    minimum,
    sorted_terms,
    square,
    where,
)

HALF = Fraction(1, 2)
TRIANGLE = Domain(
    (Interval(Fraction(0), None), Interval(Fraction(0), None)),
    (Constraint(((0, Fraction(1)), (1, Fraction(1))), "<=", Fraction(1)),),
)
LINE = Domain(
    (Interval(None, None), Interval(None, None)), (Constraint(((0, Fraction(1)), (1, Fraction(1))), "==", Fraction(1)),)
)


def least(n: int) -> Network:
    x = inputs(n)
    y = x[0]
    for other in x[1:]:
        y = y - relu(y - other)
    return network(y)


def comparator() -> Network:
    a, b = inputs(2)
    return network([a - relu(a - b), b + relu(a - b)])


def one(function: Any, on: Any = Reals) -> Network:
    x = inputs(on=on, name="x")
    return network(function(x))


TRUE: dict[str, Any] = {
    "a tournament of 8": lambda: computes(layered(tournament(8)), lambda x: maximum(*x)),
    "a chain of minima": lambda: computes(layered(least(5)), lambda x: minimum(*reversed(x))),
    "a comparator": lambda: computes(comparator(), sorted_terms),
    "the absolute value": lambda: computes(one(lambda x: relu(x) + relu(-x)), abs),
    "the identity in two carries": lambda: computes(one(lambda x: relu(x) - relu(-x)), lambda x: x),
    "a clipped identity": lambda: computes(one(lambda x: relu(x) - relu(x - 1)), lambda x: minimum(maximum(x, 0), 1)),
    "saturated_linear": lambda: computes(one(saturated_linear), lambda x: minimum(maximum(x, 0), 1)),
    "leaky_relu": lambda: computes(one(lambda x: leaky_relu(x, HALF)), lambda x: maximum(x, x / 2)),
    "leaky_relu steeper than 1": lambda: computes(one(lambda x: leaky_relu(x, 2)), lambda x: minimum(x, 2 * x)),
    "a step": lambda: computes(one(step), lambda x: x >= 0),
    "a step as a choice": lambda: computes(one(lambda x: 3 * step(x - 1)), lambda x: where(x < 1, 0, 3)),
    "relu on a box": lambda: computes(one(relu, Box(0, 1)), lambda x: x),
    "relu where it is constant": lambda: computes(one(relu, Box(-1, 0)), lambda x: 0 * x),
    "NonNegative": lambda: computes(one(relu, NonNegative), lambda x: x),
    "a gap between intervals": lambda: computes(
        one(lambda x: relu(x - 1) - relu(x - 2)), lambda x: where(x <= 1, 0, 1), on=two_parts(2)
    ),
    "a grid": lambda: computes(one(lambda x: relu(x - 1) - relu(x - 2), Integers(0, 5)), lambda x: x >= 2),
    "bits": lambda: computes(layered(tournament(3, on=Bits)), lambda x: any_of(x)),
    "xor of bits": lambda: computes(
        network((lambda x: relu(x[0] - x[1]) + relu(x[1] - x[0]))(inputs(2, on=Bits))), lambda x: x[0] ^ x[1]
    ),
    "a constraint": lambda: computes(network(relu(1 - total_of(inputs(2)))), lambda x: 1 - x[0] - x[1], on=TRIANGLE),
    "an equation": lambda: computes(network(total_of(inputs(2))), lambda x: 0 * x[0] + 1, on=LINE),
    "a single point": lambda: computes(one(relu, Box(2, 2)), lambda x: 0 * x + 2),
    "different coordinates": lambda: computes(layered(tournament(3, on=Permutations)), lambda x: maximum(*x)),
    "an approximation": lambda: computes(one(relu, Box(-1, 1)), lambda x: x / 2, error=HALF),
    "an approximation of the square": lambda: computes(one(lambda x: x - HALF / 4, Box(0, 1)), square, error=HALF / 4),
    "a property with and": lambda: satisfies(comparator(), lambda x, y: all_of([y[0] <= x[0], y[1] >= x[1], y[0] <= y[1]])),
    "a property with or": lambda: satisfies(comparator(), lambda x, y: (y[0] == x[0]) | (y[0] == x[1])),
    "a strict property": lambda: satisfies(one(lambda x: relu(x) + 1), lambda x, y: y > 0),
    "an implication": lambda: satisfies(one(relu), lambda x, y: implies(x > 0, y == x)),
    "a negation": lambda: satisfies(one(relu), lambda x, y: ~(y < x)),
    "an xor": lambda: satisfies(one(relu), lambda x, y: (x > 0) ^ (y == 0)),
}


def two_parts(second: Any) -> Domain:
    """[0, 1] and [second, 3]."""
    return Domain((Intervals(((Fraction(0), Fraction(1)), (Fraction(second), Fraction(3)))),))


def total_of(x: Any) -> Any:
    return x[0] + x[1]


@pytest.mark.parametrize("name", TRUE)
def test_true_statements_are_certified(name: str):
    task = TRUE[name]()
    finding = lemmas(task, BUDGET)
    assert (finding.verdict, finding.strength, finding.reason) == (Verdict.HOLDS, Strength.CERTIFIED, "")
    assert finding.certificate is not None
    assert replay(finding.certificate).statement_digest == task.statement.digest


FALSE: dict[str, Any] = {
    "one argument missing": lambda: computes(layered(tournament(4)), lambda x: maximum(*x[:3])),
    "an argument too many": lambda: computes(layered(tournament(3)), lambda x: maximum(*x, 0)),
    "the wrong order": lambda: computes(comparator(), lambda x: sorted_terms(x)[::-1]),
    "a weight that is a little off": lambda: computes(changed(least(3), -1, -1 - Fraction(1, 2**40)), lambda x: minimum(*x)),
    "a strict inequality that is not": lambda: satisfies(one(relu), lambda x, y: y > 0),
    "an equality on one side": lambda: satisfies(one(relu), lambda x, y: y == x),
    "a smaller error": lambda: computes(one(relu, Box(-1, 1)), lambda x: x / 2, error=HALF - Fraction(1, 2**60)),
    "outside the cells": lambda: computes(
        one(lambda x: relu(x - 1) - relu(x - 2)), lambda x: where(x <= 1, 0, 1), on=two_parts(Fraction(3, 2))
    ),
    "one point of a grid": lambda: computes(one(lambda x: relu(x - 4), Integers(0, 5)), lambda x: 0 * x),
    "strict instead of not": lambda: computes(one(step), lambda x: x > 0),
    "a face of the domain": lambda: satisfies(network(total_of(inputs(2))), lambda x, y: y < 1, on=TRIANGLE),
}


@pytest.mark.parametrize("name", FALSE)
def test_false_statements_are_refuted_with_an_exact_input_or_unknown(name: str):
    task = FALSE[name]()
    finding = lemmas(task, BUDGET)
    assert finding.verdict is not Verdict.HOLDS
    if finding.verdict is Verdict.REFUTED:
        assert finding.witness is not None
        assert replayed(task, finding.witness.inputs) is not None


def test_most_false_statements_are_refuted():
    verdicts = [lemmas(make(), BUDGET).verdict for make in FALSE.values()]
    assert verdicts.count(Verdict.REFUTED) >= len(FALSE) - 3


@pytest.mark.parametrize("seed", range(24))
def test_random_networks_against_random_terms_agree_with_z3(seed: int):
    """Certified only where z3 finds no counterexample, refuted only with a replayed input."""
    task = random_task(random.Random(seed))
    finding, solver = lemmas(task, BUDGET), smt(task, BUDGET)
    assert solver.verdict is not Verdict.UNKNOWN
    assert finding.verdict in (solver.verdict, Verdict.UNKNOWN)
    if solver.verdict is Verdict.HOLDS:
        assert finding.strength is Strength.CERTIFIED


def random_task(draw: random.Random) -> Task:
    """Pieces of the maximum of affine forms, right or with one coefficient off, on one of several domains."""
    on = draw.choice([Reals, Box(-1, 2), Bits, NonNegative])
    x = inputs(3, on=on)
    forms = [[draw.randint(-2, 2) for _ in range(4)] for _ in range(draw.randint(2, 3))]

    def affine(form: list[int], point: Any) -> Any:
        return sum((q * v for q, v in zip(form, point, strict=False)), start=form[3] + 0 * point[0])

    y = affine(forms[0], x)
    for form in forms[1:]:
        other = affine(form, x)
        y = other + relu(y - other)
    if draw.random() < 0.4:
        forms[draw.randrange(len(forms))][draw.randrange(4)] += draw.choice([-1, 1])
    net = network(y)
    return computes(layered(net) if draw.random() < 0.5 else net, lambda p: maximum(*(affine(form, p) for form in forms)))


def test_order_statistics_of_three_are_certified():
    a, b, c = inputs(3)
    low, high = a - relu(a - b), b + relu(a - b)
    middle, top = high - relu(high - c), c + relu(high - c)
    net = layered(network([low - relu(low - middle), middle + relu(low - middle), top]))

    def statistics(x: Any) -> Any:
        return [minimum(*(maximum(*some) for some in combinations(x, k + 1))) for k in range(3)]

    assert lemmas(computes(net, statistics), BUDGET).strength is Strength.CERTIFIED


def test_a_large_tournament_is_certified_wire_by_wire():
    finding = lemmas(computes(layered(tournament(96)), lambda x: maximum(*x)), BUDGET)
    assert finding.strength is Strength.CERTIFIED
    assert len(finding.certificate or b"") < 300_000


def steps_of(task: Task, steps: Any) -> Task:
    """The task with these steps, a function of the terms of the inputs."""
    from proofcheck.spec import variables

    domain = task.statement.domain
    assert domain is not None
    (x,) = variables(domain, [port.shape for port in task.network.inputs])
    return replace(task, steps=tuple(steps(x)))


def sawtooth(m: int) -> Task:
    """x^2 on [0, 1] to within 4^-(m+1)."""
    x = inputs(on=Box(0, 1), name="x")
    tooth = result = relu(x)
    for s in range(1, m + 1):
        tooth = 2 * relu(tooth) - 4 * relu(tooth - HALF)
        result = result - tooth / 4**s
    return computes(layered(network(result)), square, error=Fraction(1, 4 ** (m + 1)))


def teeth(m: int, last: Fraction = HALF) -> Any:
    def steps(x: Any) -> Any:
        g = [x]
        for _ in range(m):
            g.append(minimum(2 * g[-1], 2 - 2 * g[-1]))
        for h in g:
            yield h >= 0
            yield h <= 1
        for h, following in pairwise(g):
            yield 4 * (h - square(h)) == following + following - square(following)
        yield square(g[-1] - last) >= 0

    return steps


def test_steps_prove_what_is_not_linear():
    assert lemmas(steps_of(sawtooth(4), teeth(4)), BUDGET).strength is Strength.CERTIFIED


def test_the_statement_is_the_same_with_steps():
    assert steps_of(sawtooth(2), teeth(2)).statement.digest == sawtooth(2).statement.digest


def test_a_smaller_error_is_not_shown_by_the_same_steps():
    task = steps_of(sawtooth(3), teeth(3))
    small = replace(task.statement, error=Fraction(1, 256) - Fraction(1, 2**60))
    assert lemmas(replace(task, statement=small), BUDGET).verdict is not Verdict.HOLDS


def test_steps_that_are_false_prove_nothing():
    """A false step is not proved, so what would follow from it is not either."""
    task = computes(one(relu, Box(-1, 1)), lambda x: x)
    found = lemmas(steps_of(task, lambda x: [x >= 0, x <= -1, maximum(x, 0) == x]), BUDGET)
    assert found.verdict is Verdict.REFUTED
