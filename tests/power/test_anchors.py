"""Claims on which floating-point verifiers are known to be wrong, in both directions; here each has its exact answer.

The identity gadget relu(x) - relu(-x) - x is 0; relu(x) >= 1 + e is impossible on [-1, 1]; y >= 0 or its tautologies
hold; contradictory bounds are an error and no counterexample.
"""

from __future__ import annotations

from fractions import Fraction

import pytest
from checker_tasks import BUDGET, computes, satisfies

from proofcheck.checkers import settle, smt
from proofcheck.claims.evidence import Strength, Verdict
from proofcheck.domains import Box, Constraint, Domain, Interval
from proofcheck.errors import ConstructionError, InputError
from proofcheck.networks import inputs, network, relu
from proofcheck.spec import any_of

EXPONENTS = (3, 7, 10, 30)


def residual():
    x = inputs(on=Box(-1, 1))
    return network(relu(x) - relu(-x) - x)


def two_relus():
    return network([relu(x) for x in inputs(2, on=Box(0, 1))])


@pytest.mark.parametrize("exponent", EXPONENTS)
def test_the_identity_gadget_has_no_residual_of_any_size(exponent: int):
    finding = settle(satisfies(residual(), lambda x, y: y < Fraction(1, 10**exponent)), Strength.ESTABLISHED, BUDGET)
    assert (finding.verdict, finding.strength, finding.method) == (Verdict.HOLDS, Strength.CERTIFIED, "vertices")


def test_the_identity_gadget_is_exact():
    assert settle(computes(residual(), lambda x: 0 * x), Strength.ESTABLISHED, BUDGET).verdict is Verdict.HOLDS


@pytest.mark.parametrize("exponent", EXPONENTS)
def test_a_residual_that_is_claimed_but_not_there_is_refuted(exponent: int):
    finding = settle(computes(residual(), lambda x: 0 * x + Fraction(1, 10**exponent)), Strength.ESTABLISHED, BUDGET)
    assert finding.verdict is Verdict.REFUTED
    assert finding.witness is not None
    assert finding.witness.found == (0,)


@pytest.mark.parametrize("exponent", EXPONENTS)
def test_relu_does_not_exceed_its_box(exponent: int):
    net = network(relu(inputs(on=Box(-1, 1))))
    beyond = satisfies(net, lambda x, y: ~(y >= 1 + Fraction(1, 10**exponent)))
    assert settle(beyond, Strength.ESTABLISHED, BUDGET).verdict is Verdict.HOLDS
    within = settle(satisfies(net, lambda x, y: y < 1), Strength.ESTABLISHED, BUDGET)
    assert within.verdict is Verdict.REFUTED
    assert within.witness is not None
    assert within.witness.inputs == (1,)


def test_non_strict_comparisons_and_tautologies_hold():
    net = two_relus()
    tautologies = (lambda x, y: (y[0] <= y[1]) | (y[1] <= y[0]), lambda x, y: any_of([y[0] < y[1], y[0] >= y[1]]))
    for holds in (lambda x, y: y[0] >= 0, *tautologies):
        assert settle(satisfies(net, holds), Strength.ESTABLISHED, BUDGET).verdict is Verdict.HOLDS
    assert settle(satisfies(net, lambda x, y: y[0] > 0), Strength.ESTABLISHED, BUDGET).verdict is Verdict.REFUTED


def test_contradictory_bounds_are_refused():
    with pytest.raises(InputError, match=r"the interval \[3/2, 1/2\] is empty"):
        Interval(Fraction(3, 2), Fraction(1, 2))
    clash = Domain((Interval(Fraction(1), None),), (Constraint(((0, Fraction(1)),), "<=", Fraction(1, 2)),))
    task = satisfies(network(relu(inputs())), lambda x, y: y < 0, on=clash)
    with pytest.raises(ConstructionError, match="which is empty"):
        settle(task, Strength.ESTABLISHED, BUDGET)
    assert smt(task, BUDGET).verdict is Verdict.UNKNOWN


def test_a_sum_of_relus_stays_below_its_bound():
    """Three neurons on [-1, 1]^3: their sum is at most 3, and reaches it."""
    net = network(sum(relu(x) for x in inputs(3, on=Box(-1, 1))))
    assert settle(satisfies(net, lambda x, y: y <= 3), Strength.ESTABLISHED, BUDGET).verdict is Verdict.HOLDS
    finding = settle(satisfies(net, lambda x, y: y < 3), Strength.ESTABLISHED, BUDGET)
    assert finding.witness is not None
    assert finding.witness.inputs == (1, 1, 1)
