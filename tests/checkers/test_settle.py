"""The plan: which route settles what, how far, and what is said when none does."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from checker_tasks import BUDGET, computes, computes_circuit, computes_reference, has_sizes, ripple, satisfies, tournament

from proofcheck.checkers import Budget, Task, seed_of, settle
from proofcheck.circuits import emulate, kogge_stone_adder, multiplier
from proofcheck.claims.evidence import Strength, Verdict
from proofcheck.domains import Bits, Box, Constraint, Domain, Integers, NonNegative, Reals
from proofcheck.domains.sets import BIT
from proofcheck.errors import ConstructionError
from proofcheck.networks import inputs, network, relu
from proofcheck.spec import bits_of, depth, maximum, minimum, mod, n, word

UNREFUTED, ESTABLISHED, CERTIFIED = Strength.UNREFUTED, Strength.ESTABLISHED, Strength.CERTIFIED


@pytest.mark.parametrize(
    ("task", "floor", "method", "strength"),
    [
        (lambda: computes(tournament(4), lambda x: maximum(*x)), ESTABLISHED, "z3", ESTABLISHED),
        (lambda: computes(tournament(4), lambda x: maximum(*x)), CERTIFIED, "lemmas", CERTIFIED),
        (lambda: computes(tournament(4), lambda x: maximum(*x)), UNREFUTED, "samples", UNREFUTED),
        (lambda: computes(tournament(4, on=Integers(0, 4)), lambda x: maximum(*x)), ESTABLISHED, "exhaustion", ESTABLISHED),
        (lambda: computes(tournament(3, on=Bits), lambda x: maximum(*x)), UNREFUTED, "exhaustion", ESTABLISHED),
        (lambda: computes(tournament(3, on=Integers(0, 4)), lambda x: maximum(*x)), CERTIFIED, "exhaustive", CERTIFIED),
        (lambda: computes(ripple(16), lambda x, y: bits_of(word(x) + word(y), 16)), CERTIFIED, "meanings", CERTIFIED),
        (lambda: computes_circuit(emulate(kogge_stone_adder(32)), kogge_stone_adder(32)), ESTABLISHED, "meanings", CERTIFIED),
        (lambda: computes_circuit(emulate(multiplier(2)), multiplier(2)), ESTABLISHED, "exhaustion", ESTABLISHED),
        (lambda: computes_reference(tournament(3, on=Bits), lambda x: (max(x),)), ESTABLISHED, "exhaustion", ESTABLISHED),
        (lambda: satisfies(tournament(3, on=Bits), lambda x, y: y[0] >= x[0]), CERTIFIED, "exhaustive", CERTIFIED),
        (lambda: has_sizes(tournament(5), depth == n - 2, n=5), CERTIFIED, "sizes", CERTIFIED),
    ],
)
def test_the_cheapest_route_that_meets_the_floor_is_taken(task, floor: Strength, method: str, strength: Strength):
    finding = settle(task(), floor, BUDGET)
    assert (finding.method, finding.strength, finding.reason) == (method, strength, "")
    assert finding.seconds > 0


def test_a_floor_that_cannot_be_met_leaves_the_strongest_result_and_the_reasons():
    finding = settle(whole_remainder(), CERTIFIED, BUDGET)
    assert (finding.verdict, finding.strength, finding.method) == (Verdict.HOLDS, ESTABLISHED, "z3")
    assert finding.reason == (
        "256 samples do not refute it; meanings: meanings are literals on all of {0,1}^n, the claim is made on [0, inf); "
        "lemmas: the goal does not follow from the facts in scope"
    )


def test_samples_do_not_settle_what_asks_for_more():
    task = computes_reference(tournament(3), lambda x: (max(x),))
    assert settle(task, UNREFUTED, BUDGET).verdict is Verdict.UNREFUTED
    finding = settle(task, ESTABLISHED, BUDGET)
    assert (finding.verdict, finding.reason) == (Verdict.UNKNOWN, "256 samples do not refute it")


def test_a_solver_out_of_budget_leaves_the_claim_unknown():
    finding = settle(whole_remainder(), ESTABLISHED, replace(BUDGET, rlimit=20))
    assert finding.verdict is Verdict.UNKNOWN
    assert "; z3: z3 " in finding.reason


def whole_remainder() -> Task:
    """x == 2 floor(x / 2) + (x mod 2), which no lemma relates."""
    x = inputs(on=NonNegative, name="x")
    return computes(network(relu(x)), lambda x: 2 * (x // 2) + mod(x, 2))


@pytest.mark.parametrize("floor", list(Strength))
def test_a_refutation_ends_it_at_every_floor(floor: Strength):
    finding = settle(computes(tournament(5), lambda x: maximum(*x[:4])), floor, BUDGET)
    assert (finding.verdict, finding.method) == (Verdict.REFUTED, "samples")


def test_a_statement_about_another_network_is_refused():
    task = computes(tournament(3), lambda x: maximum(*x))
    with pytest.raises(ConstructionError, match="the statement speaks of the network"):
        settle(replace(task, network=network([relu(sum(inputs(3)))])), ESTABLISHED, BUDGET)


def test_a_domain_outside_that_of_the_network_is_refused():
    task = computes(network(relu(inputs(on=Box(0, 1)))), lambda x: x, on=Reals.of((1,)))
    with pytest.raises(ConstructionError, match="the claim is made on R, which is not certainly inside"):
        settle(task, ESTABLISHED, BUDGET)


def test_an_empty_domain_is_refused():
    nothing = Domain((BIT, BIT), (Constraint(((0, Fraction(1)), (1, Fraction(1))), "==", Fraction(3)),))
    with pytest.raises(ConstructionError, match="which is empty: it would say nothing"):
        settle(computes(tournament(2, on=Bits), lambda x: minimum(*x), on=nothing), ESTABLISHED, BUDGET)


def test_seeds_come_from_hashes():
    assert seed_of("a", "b") == seed_of("a", "b") != seed_of("ab")
    assert Budget().seed == 0
