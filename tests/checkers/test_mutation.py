"""Mutants: one place changed, everything else as it was; all of them settled one way or the other."""

from __future__ import annotations

import pytest
from checker_tasks import BUDGET, computes, ripple, satisfies, tournament, xor_chain

from proofcheck.checkers import Task, mutants, mutation_run, settle
from proofcheck.claims.evidence import Strength
from proofcheck.domains import Bits
from proofcheck.networks import evaluate, inputs, network, relu
from proofcheck.spec import bits_of, maximum, mod, word


def places(net):
    """Everything that determines the function, place by place."""
    return {node: (activation, bias, terms) for node, activation, bias, terms in net.nodes()}


@pytest.mark.parametrize("net", [tournament(5), ripple(3), xor_chain(4)])
def test_every_mutant_differs_in_one_node_and_no_two_are_asked_twice(net):
    found = list(mutants(net, 1000, seed=1))
    assert len({mutant.change for mutant in found}) == len(found)
    for mutant in found:
        before, after = places(net), places(mutant.network)
        assert sum(before[node] != after[node] for node in before) == 1, mutant.change
        assert mutant.network.digest != net.digest
        assert mutant.network.values == tuple(sorted(set(mutant.network.values)))


def test_the_same_seed_gives_the_same_mutants():
    names = [[mutant.change for mutant in mutants(ripple(4), 20, seed)] for seed in (3, 3, 4)]
    assert names[0] == names[1] != names[2]
    assert len(names[0]) == 20


def test_a_dropped_neuron_passes_nothing_on():
    x = inputs()
    dropped = next(m for m in mutants(network(3 * relu(x) + 1), 100, 0) if m.change == "node 1 dropped")
    assert evaluate(dropped.network, [5]) == (1,)


@pytest.mark.parametrize(
    ("task", "floor"),
    [
        (computes(tournament(4), lambda x: maximum(*x)), Strength.ESTABLISHED),
        (computes(xor_chain(4), lambda x: mod(sum(x), 2)), Strength.CERTIFIED),
        (computes(ripple(3), lambda x, y: bits_of(word(x) + word(y), 3)), Strength.ESTABLISHED),
    ],
)
def test_every_mutant_is_refuted_or_proved_equal(task: Task, floor: Strength):
    report = mutation_run(task, lambda mutated: settle(mutated, floor, BUDGET), count=40, seed=7)
    assert not report.other
    assert len(report.refuted) + len(report.equal) == 40
    assert len(report.refuted) >= 30
    assert all(finding.witness is not None for _, finding in report.refuted)


def test_a_claim_that_says_too_little_is_shown_by_its_surviving_mutants():
    """sum 2^k digit_k + 2^p carry = x + y telescopes: it holds whatever the neurons compute, as long as they are read right."""
    weak = satisfies(with_carry(2), lambda x, y, out: word(out[:2]) + 4 * out[2] == word(x) + word(y))
    report = mutation_run(weak, lambda mutated: settle(mutated, Strength.ESTABLISHED, BUDGET), 60, seed=2)
    assert not report.other
    assert len(report.equal) >= 5


def with_carry(p: int):
    """The digits of x + y and the last carry."""
    x, y = inputs(p, on=Bits, name="x"), inputs(p, on=Bits, name="y")
    digits, carry = [], 0
    for a, b in zip(x, y, strict=True):
        t = a + b + carry
        carry = relu(t - 1) - relu(t - 2)
        digits.append(t - 2 * carry)
    return network([*digits, carry])
