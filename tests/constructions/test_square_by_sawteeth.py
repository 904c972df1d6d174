"""The square by sawteeth: the bound holds, no smaller one does, and wrong networks and wrong numbers are refuted."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from catalogue_tasks import built, finding_of, module_of, task_of

from proofcheck import (
    Approximates,
    Box,
    Computes,
    Property,
    Relation,
    depth,
    evaluate,
    inputs,
    m,
    maximum,
    network,
    neurons,
    nonzeros,
    relu,
    square,
)
from proofcheck.checkers import Budget, exhaustive, sizes, smt
from proofcheck.checkers.faults.mutants import mutants
from proofcheck.claims.evidence import Verdict

NAME = "approximation/square_by_sawteeth"
FUNCTION = ("within", "from above", "attained", "exact at the knots")


def error(m):
    return Fraction(1, 4 ** (m + 1))


@pytest.mark.parametrize("m", [1, 4, 8])
def test_the_error_is_the_stated_one_and_not_smaller_by_2_to_the_minus_60(m):
    smaller = replace(module_of(NAME).construction.claims["within"], error=error(m) - Fraction(1, 2**60))
    assert finding_of(NAME, "within", m).verdict is Verdict.HOLDS
    for finding in (finding_of(NAME, smaller, m), smt(task_of(NAME, smaller, m), Budget())):
        assert finding.verdict is Verdict.REFUTED
        (x,), (found,), (expected,) = finding.witness.inputs, finding.witness.found, finding.witness.expected
        assert (found, expected) == (*evaluate(built(NAME, m), [x]), x * x)
        assert error(m) - Fraction(1, 2**60) < found - expected <= error(m)


@pytest.mark.parametrize("m", [1, 5, 12])
def test_the_error_is_attained_halfway_between_knots_and_nothing_is_lost_on_them(m):
    net = built(NAME, m)
    for k in range(0, 2 ** (m + 1) + 1, max(1, 2**m // 64)):
        x = Fraction(k, 2 ** (m + 1))
        assert evaluate(net, [x]) == (x * x + (error(m) if k % 2 else 0),)


def wrong(m, tooth=lambda t, fold: 2 * t - 4 * fold, kink=Fraction(1, 2), weight=lambda s: Fraction(1, 4**s), carried=relu):
    """The network of the file with one thing changed."""
    x = inputs(on=Box(0, 1), name="x")
    g = total = relu(x)
    for s in range(1, m + 1):
        g = tooth(g, relu(g - kink))
        total = total - weight(s) * g
        if s < m:
            g, total = carried(g), relu(total)
    return network(total)


WRONG = {
    "teeth that fall half as fast": {"tooth": lambda t, fold: 2 * t - 3 * fold},
    "teeth that do not rise": {"tooth": lambda t, fold: t - 4 * fold},
    "a kink beside the middle": {"kink": Fraction(1, 2) + Fraction(1, 2**20)},
    "weights 2^-s": {"weight": lambda s: Fraction(1, 2**s)},
    "the last tooth left out": {"weight": lambda s: Fraction(1, 4**s) if s < 3 else 0},
    "the last tooth a little light": {"weight": lambda s: Fraction(1, 4**s) - (Fraction(1, 2**20) if s == 3 else 0)},
    "a tooth that is cut off": {"carried": lambda g: 1 - relu(1 - g - Fraction(1, 2**20))},
}


def test_the_changed_builder_without_a_change_is_the_construction():
    assert finding_of(NAME, "within", 3, network=wrong(3)).verdict is Verdict.HOLDS
    assert all(evaluate(wrong(3), [Fraction(k, 97)]) == evaluate(built(NAME, 3), [Fraction(k, 97)]) for k in range(98))


@pytest.mark.parametrize("name", WRONG)
def test_a_network_wired_otherwise_is_refuted(name):
    net = wrong(3, **WRONG[name])
    findings = [finding_of(NAME, claim, 3, network=net) for claim in FUNCTION]
    assert Verdict.REFUTED in [finding.verdict for finding in findings]
    assert all(finding.witness is not None for finding in findings if finding.verdict is Verdict.REFUTED)


def interpolant(x):
    """The piecewise-linear interpolant of the square at 0, 1/4, 1/2, 3/4, 1: each slope is 1/2 above the one before."""
    return x / 4 + sum(maximum(x - Fraction(k, 4), 0) for k in (1, 2, 3)) / 2


def test_every_single_change_of_a_number_is_refuted_or_changes_nothing_on_the_unit_interval():
    """All changes of single weights, biases and neurons; what satisfies all four claims has to be the interpolant itself."""
    same, budget, left = Computes(interpolant, on=Box(0, 1)), Budget(), []
    assert smt(task_of(NAME, same, 2), budget).verdict is Verdict.HOLDS
    tried = list(mutants(built(NAME, 2), 1000, seed=3))
    for mutant in tried:
        tasks = {claim: task_of(NAME, claim, 2, network=mutant.network) for claim in FUNCTION}
        routes = [(exhaustive, "attained"), (exhaustive, "exact at the knots"), (smt, "from above"), (smt, "within")]
        if all(checker(tasks[claim], budget).verdict is Verdict.HOLDS for checker, claim in routes):
            left.append(mutant)
            assert smt(task_of(NAME, same, 2, network=mutant.network), budget).verdict is Verdict.HOLDS, mutant.change
    assert len(tried) > 100
    assert len(left) < 12


SIZES = {
    "one layer less": Relation(depth == m - 1),
    "two neurons a layer": Relation(neurons == 2 * m),
    "one weight less": Relation(nonzeros <= 7 * m - 2),
    "half the rate": Relation(lambda m: 4 * depth <= 2 * (m + 1)),
}


@pytest.mark.parametrize("name", SIZES)
def test_wrong_sizes_are_refuted(name):
    assert sizes(task_of(NAME, SIZES[name], 6), Budget()).verdict is Verdict.REFUTED


def test_a_square_of_terms_in_a_property_and_an_irrational_counterexample():
    """y^2 = 2 has no rational solution to show as a witness: z3 finds the irrational one, and the verdict stays unknown."""
    x = inputs(on=Box(0, 2))
    identity = network(x + 0)
    claims = {
        Verdict.HOLDS: Property(lambda x, y: square(x - y) + 1 > 0, on=Box(0, 2)),
        Verdict.REFUTED: Approximates(square, error=Fraction(1, 4), on=Box(0, 2)),
        Verdict.UNKNOWN: Property(lambda x, y: y**2 != 2, on=Box(0, 2)),
    }
    for verdict, claim in claims.items():
        finding = smt(task_of(NAME, claim, 1, network=identity), Budget())
        assert finding.verdict is verdict
        assert verdict is not Verdict.UNKNOWN or "is not a rational numeral" in finding.reason
