"""Mutants: one thing changed, everything else as it was; the same ones in every run."""

from __future__ import annotations

from fractions import Fraction

import pytest
from checker_tasks import computes, computes_circuit, ripple, satisfies, tournament, xor_chain

from proofcheck.checkers import Task, mutants
from proofcheck.checkers.faults.changed_statements import changed_targets, narrower_domains, wider_domains
from proofcheck.checkers.faults.mutants import changes
from proofcheck.circuits import emulate, less_than
from proofcheck.domains import Bits, Cells, Integers, NonNegative, Permutations, Reals
from proofcheck.networks import evaluate, inputs, layered, network, relu
from proofcheck.spec import all_of, bits_of, maximum, mod, sorted_terms, square, statement_of, where, word

NETWORKS = {"tournament": tournament(5), "ripple": ripple(3), "xor": xor_chain(4), "layered": layered(ripple(3))}
KINDS = {
    "weight +-1",
    "weight +-2^-30",
    "sign flip",
    "connection dropped",
    "bias +-1",
    "bias +-2^-30",
    "neuron dropped",
    "inputs swapped",
    "wrong carry",
    "misread wire",
}


def places(net):
    """Everything that determines the function, place by place."""
    nodes = {node: (activation, bias, terms) for node, activation, bias, terms in net.nodes()}
    return nodes | {("output", k): node for k, node in enumerate(net.output.tolist())}


def exchanged(net, i, j):
    """The places with two inputs exchanged, sources in order."""
    other = {i: j, j: i}
    found = {}
    for place, value in places(net).items():
        if isinstance(place, tuple):
            found[place] = other.get(value, value)
        else:
            activation, bias, terms = value
            found[place] = activation, bias, tuple(sorted((other.get(source, source), weight) for source, weight in terms))
    return found


@pytest.mark.parametrize("net", NETWORKS.values(), ids=NETWORKS)
def test_every_mutant_differs_in_one_place_and_no_two_are_asked_twice(net):
    found = list(mutants(net, 10**4, seed=1))
    assert len({mutant.change for mutant in found}) == len(found)
    assert {mutant.kind for mutant in found} == KINDS
    for mutant in found:
        before, after = places(net), places(mutant.network)
        if mutant.kind == "inputs swapped":
            _, i, _, j, _ = mutant.change.split()
            assert after == exchanged(net, int(i), int(j)), mutant.change
        else:
            assert sum(before[place] != after[place] for place in before) == 1, mutant.change
        assert mutant.network.digest != net.digest
        assert mutant.network.values == tuple(sorted(set(mutant.network.values)))
        assert all(list(terms) == sorted(terms) for _, _, _, terms in mutant.network.nodes())


def test_the_same_seed_gives_the_same_mutants_and_each_kind_has_its_turn():
    names = [[mutant.change for mutant in mutants(ripple(4), 20, seed)] for seed in (3, 3, 4)]
    assert names[0] == names[1] != names[2]
    assert len(names[0]) == 20
    assert {mutant.kind for mutant in mutants(ripple(4), len(KINDS), 3)} == KINDS


def test_a_dropped_neuron_passes_nothing_on():
    x = inputs()
    dropped = next(m for m in mutants(network(3 * relu(x) + 1), 100, 0) if m.change == "node 1 dropped")
    assert evaluate(dropped.network, [5]) == (1,)


def test_a_wrong_carry_reads_the_neuron_beside_or_what_stands_a_layer_before():
    x = inputs(2)
    a, b = relu(x[0]), relu(x[1])
    net = network(relu(a - 1) + b)
    assert {change for change, _ in changes(net)["wrong carry"]} == {
        "node 4 reads node 3 instead of node 2",
        "node 4 reads node 0 instead of node 2",
    }


TASKS = {
    "maximum": computes(tournament(3), lambda x: maximum(*x)),
    "parity": computes(xor_chain(3), lambda x: mod(sum(x), 2)),
    "adder": computes(ripple(2), lambda x, y: bits_of(word(x) + word(y), 2)),
    "bits": computes(network([relu(x) for x in inputs(2, on=Bits)]), lambda x: [x[0] & (x[1] | x[0]), ~(x[0] ^ x[1])]),
    "cells": computes(tournament(2), lambda x: where(x[0] <= x[1], x[1], abs(x[0])), on=Cells(3, Fraction(1, 24)).of((2,))),
    "rays": computes(tournament(2), lambda x: [maximum(*x) // 3], on=NonNegative.of((2,))),
    "order": satisfies(tournament(3, on=Permutations), lambda x, y: all_of([y[0] < 3, y[0] == 2, square(y[0]) <= 4 + x[0]])),
    "sort": computes(network(inputs(3)), lambda x: sorted_terms(x)),
    "within": computes(tournament(2, on=Integers(0, 3)), lambda x: maximum(*x) + 1, error=2),
    "circuit": computes_circuit(emulate(less_than(2)), less_than(2)),
}


@pytest.mark.parametrize("task", TASKS.values(), ids=TASKS)
def test_a_changed_target_is_another_statement_that_can_be_read_back(task: Task):
    found = [(str(changed), made) for changed in changed_targets(task) if (made := changed.made()) is not None]
    assert len(found) >= 3
    for change, made in found:
        assert made.statement != task.statement, change
        assert statement_of(made.statement.json()) == made.statement, change
        assert (made.statement.domain, made.network) == (task.statement.domain, task.network), change


@pytest.mark.parametrize("task", TASKS.values(), ids=TASKS)
def test_wider_and_narrower_domains_are_what_they_are_called(task: Task):
    old = task.statement.domain
    for changed, wider in [(c, True) for c in wider_domains(task)] + [(c, False) for c in narrower_domains(task)]:
        made = changed.made()
        if made is None:
            continue
        new = made.statement.domain
        smaller, larger = (old, new) if wider else (new, old)
        assert smaller.is_subset(larger), str(changed)
        assert not larger.is_subset(smaller), str(changed)
        assert new.is_subset(made.network.domain), str(changed)
        assert statement_of(made.statement.json()) == made.statement, str(changed)
        assert made.network.digest == task.network.digest


def test_all_operators_of_the_language_are_changed():
    x = inputs(3, on=Bits)
    task = computes(
        network([relu(x[0])] * 2),
        lambda x: [
            where(x[0] & x[1], maximum(2 * x[0], x[1] + 3) // 2, minimum_of(x)) + abs(x[2] - 5) + square(x[1] - 1),
            ((x[0] ^ x[1]) | ~(x[2] == x[0])) + mod(x[0] + 2 * x[1], 3) + (x[0] < x[2]) + (x[0] <= x[1]),
        ],
    )
    words = {str(changed).partition(" in ")[0] for changed in changed_targets(task)}
    assert words >= {
        "x_1 for x_0",
        "or for and",
        "and for or",
        "or for xor",
        "no negation",
        "min for max",
        "max for min",
        "divisor 3 for 2",
        "divisor 1 for 2",
        "divisor 4 for 3",
        "no absolute value",
        "absolute value for square",
        "branches exchanged",
        "< for <=",
        "<= for <",
        "== for <",
        "<= for ==",
        "1 more",
        "1 less",
        "sign of summand 0",
        "outputs 0 and 1 exchanged",
    }


def minimum_of(x):
    from proofcheck.spec import minimum

    return minimum(*x)


def test_a_target_off_the_reals_is_not_widened():
    assert not wider_domains(TASKS["circuit"])
    assert not wider_domains(computes(tournament(2, on=Reals), lambda x: maximum(*x)))
