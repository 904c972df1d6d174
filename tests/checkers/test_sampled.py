"""Samples refute, and shrink what they find; they never show that a claim holds."""

from __future__ import annotations

import sys
from dataclasses import replace
from fractions import Fraction

import pytest
from checker_tasks import BUDGET, computes, computes_circuit, computes_reference, satisfies, tournament

from proofcheck.checkers import replayed, sampled
from proofcheck.circuits import emulate, kogge_stone_adder
from proofcheck.claims.evidence import Strength, Verdict
from proofcheck.domains import Bits, Box, Constraint, Domain, Interval, Permutations, Reals
from proofcheck.errors import InputError
from proofcheck.networks import inputs, network, relu
from proofcheck.spec import floor, maximum, minimum, where


@pytest.mark.parametrize("on", [Reals, Box(-1, 1), Bits, Permutations])
def test_a_true_claim_is_unrefuted_never_holds(on):
    finding = sampled(computes(tournament(5, on=on), lambda x: maximum(*x)), BUDGET)
    assert (finding.verdict, finding.strength) == (Verdict.UNREFUTED, Strength.UNREFUTED)
    assert finding.checked >= 1
    assert finding.scope.startswith(f"{finding.checked} inputs drawn from ")


@pytest.mark.parametrize(
    ("target", "smallest"),
    [
        (lambda x: maximum(*x[:2]), (0, 0, 1)),
        (lambda x: maximum(*x) + where(x[0] > 5, 1, 0), (6, 0, 0)),
        (lambda x: maximum(*x) + where((x[1] < Fraction(-7, 2)) & (x[2] == x[0]), 1, 0), (0, -4, 0)),
        (lambda x: maximum(*x) + where((x[0] == x[1]) & (x[1] == x[2]) & (x[0] >= 3), 1, 0), (3, 3, 3)),
    ],
)
def test_a_witness_is_shrunk_to_the_simplest_numbers(target, smallest):
    finding = sampled(computes(tournament(3), target), BUDGET)
    assert finding.verdict is Verdict.REFUTED
    assert finding.witness is not None
    assert finding.witness.inputs == smallest


def test_ties_are_sampled():
    assert sampled(satisfies(tournament(2), lambda x, y: y[0] > minimum(*x)), BUDGET).verdict is Verdict.REFUTED


def test_circuits_of_any_size_are_compared_and_the_first_wrong_wire_is_named():
    right = kogge_stone_adder(24)
    assert sampled(computes_circuit(emulate(right), right), BUDGET).verdict is Verdict.UNREFUTED
    net = emulate(right)
    slipped = replace(net, bias=[b if i != 100 else (b + 1) % len(net.values) for i, b in enumerate(net.bias.tolist())])
    finding = sampled(computes_circuit(slipped, right), BUDGET)
    assert finding.verdict is Verdict.REFUTED
    assert finding.witness is not None
    assert finding.witness.wire.startswith(f"node {net.input_count + 100} carries ")


def test_nothing_drawn_is_nothing_checked():
    thin = Domain((Interval(Fraction(0), None),) * 2, (Constraint(((0, Fraction(1)), (1, Fraction(1))), "<=", Fraction(-1)),))
    finding = sampled(computes(network(list(inputs(2))), lambda x: list(x), on=thin), BUDGET)
    assert finding.verdict is Verdict.UNKNOWN
    assert finding.reason


def test_a_reference_function_is_run_and_trusted():
    finding = sampled(computes_reference(tournament(3), lambda x: (sorted(x)[-1],)), BUDGET)
    assert (finding.verdict, finding.trust) == (Verdict.UNREFUTED, ("the construction's reference function",))
    assert sampled(computes_reference(tournament(3), lambda x: (x[0],)), BUDGET).verdict is Verdict.REFUTED


def test_a_reference_function_with_the_wrong_number_of_results_is_an_error():
    with pytest.raises(InputError, match="the target has 2 outputs, the network 1"):
        sampled(computes_reference(tournament(3), lambda x: (x[0], x[1])), BUDGET)


def test_the_same_seed_finds_the_same_witness():
    task = computes(tournament(4), lambda x: maximum(*x[1:]))
    first, second = (sampled(task, BUDGET) for _ in range(2))
    assert replace(first, seconds=0) == replace(second, seconds=0)


def test_a_point_outside_the_domain_is_no_witness():
    task = computes(network(relu(inputs(on=Box(0, 1)))), lambda x: x)
    assert replayed(task, [Fraction(-1)]) is None
    assert replayed(computes(network(relu(inputs(on=Box(-1, 1)))), lambda x: x), [Fraction(-1)]) is not None


def test_shrinking_ends_after_a_fixed_number_of_replays(monkeypatch):
    """A failure at odd fractions only: nothing is simple, and Hypothesis would go on for long."""
    module, calls = sys.modules["proofcheck.checkers.sampled"], []
    replay = module.replayed
    monkeypatch.setattr(module, "replayed", lambda task, x: calls.append(x) or replay(task, x))
    x = inputs(on=Box(0, 1))
    edge = Fraction(3, 8)
    ramp = network((relu(x - edge) - relu(x - Fraction(1, 2))) * 8)
    finding = sampled(computes(ramp, lambda x: floor(2 * x) - floor(x)), BUDGET)
    assert finding.verdict is Verdict.REFUTED
    assert finding.witness is not None
    assert edge < finding.witness.inputs[0] < Fraction(1, 2)
    assert len(calls) <= 1 + module.REPLAYS + module.SHRINKING
