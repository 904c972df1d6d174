"""Size relations: what holds is certified by the kernel, what does not is refuted with both sides."""

from __future__ import annotations

from fractions import Fraction

import pytest
from checker_tasks import BUDGET, has_sizes, ripple, tournament

from proofcheck.checkers import settle, sizes
from proofcheck.claims.evidence import Strength, Verdict
from proofcheck.domains import Box, Cells
from proofcheck.networks import inputs, network, relu, step
from proofcheck.spec import ceil_log2, depth, n, neurons, nonzeros, volume, weight_bits, width
from proofcheck.spec.relations import size_extremum


@pytest.mark.parametrize("k", [2, 3, 5, 8, 17])
def test_the_sizes_of_a_tournament_are_certified(k: int):
    for relation in (depth == ceil_log2(n), neurons == n - 1, width <= n // 2, weight_bits <= 1, nonzeros < 7 * n):
        finding = sizes(has_sizes(tournament(k), relation, n=k), BUDGET)
        assert (finding.verdict, finding.strength) == (Verdict.HOLDS, Strength.CERTIFIED), relation.describe()
        assert finding.certificate


@pytest.mark.parametrize(
    ("relation", "found", "expected"),
    [
        (neurons == n, 7, 8),
        (depth == ceil_log2(n) - 1, 3, 2),
        (depth < ceil_log2(n), 3, 3),
        (size_extremum("max", (width, n)) <= width, 8, 4),
    ],
)
def test_off_by_one_is_refuted_with_both_sides(relation, found: int, expected: int):
    finding = sizes(has_sizes(tournament(8), relation, n=8), BUDGET)
    assert finding.verdict is Verdict.REFUTED
    assert finding.witness is not None
    assert (finding.witness.found, finding.witness.expected) == ((Fraction(found),), (Fraction(expected),))


def test_a_true_relation_of_a_network_with_another_activation_is_refuted():
    finding = sizes(has_sizes(network(step(relu(inputs()))), depth == 2), BUDGET)
    assert finding.verdict is Verdict.REFUTED
    assert finding.reason == "neurons apply step, allowed is relu"


def test_a_network_that_skips_layers_is_not_strictly_layered():
    assert sizes(has_sizes(ripple(3), depth == 3), BUDGET).verdict is Verdict.HOLDS
    finding = sizes(has_sizes(ripple(3), depth == 3, layered=True), BUDGET)
    assert (finding.verdict, finding.reason) == (Verdict.REFUTED, "the network is not strictly layered")


def test_the_volume_is_that_of_the_named_domain():
    net = network([relu(x) for x in inputs(2, on=Box(0, 1))])
    cells = Cells(4, Fraction(1, 32)).of((2,))
    good = sizes(has_sizes(net, volume == Fraction(29, 32) ** 2, on=cells), BUDGET)
    assert (good.verdict, good.strength) == (Verdict.HOLDS, Strength.CERTIFIED)
    assert sizes(has_sizes(net, volume == 1, on=cells), BUDGET).verdict is Verdict.REFUTED


def test_a_relation_without_a_value_is_unknown():
    finding = sizes(has_sizes(tournament(4), depth == ceil_log2(n), n=0), BUDGET)
    assert (finding.verdict, finding.reason) == (Verdict.UNKNOWN, "ceil_log2(0) has no value: the argument must be at least 1")


def test_settling_a_relation_goes_through_the_kernel():
    finding = settle(has_sizes(tournament(4), neurons == n - 1, n=4), Strength.CERTIFIED, BUDGET)
    assert (finding.verdict, finding.strength, finding.method) == (Verdict.HOLDS, Strength.CERTIFIED, "sizes")
