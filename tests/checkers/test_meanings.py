"""Meanings: what the kernel certifies about circuits, Boolean terms and words, and what it does not."""

from __future__ import annotations

import random
from dataclasses import replace
from fractions import Fraction
from functools import reduce
from pathlib import Path

import numpy as np
import pytest
from checker_tasks import BUDGET, computes, computes_circuit, ripple, tournament, xor_chain

from proofcheck.checkers import meanings, replayed, sampled
from proofcheck.checkers.boolean.gates import Gates, gates_of
from proofcheck.checkers.faults.mutants import mutants
from proofcheck.circuits import (
    circuit_of_bytes,
    emulate,
    kogge_stone_adder,
    less_than,
    multiplier,
    popcount,
    random_circuit,
    ripple_adder,
    simulate_integers,
)
from proofcheck.claims.evidence import Strength, Verdict
from proofcheck.domains import Bits, Integers
from proofcheck.kernel import replay
from proofcheck.networks import Meanings, inputs, network, relu
from proofcheck.spec import all_of, any_of, bits_of, mod, where, word

CIRCUITS = {
    "ripple": ripple_adder(16),
    "kogge stone": kogge_stone_adder(16),
    "comparison": less_than(12),
    "popcount": popcount(9),
    "multiplier": multiplier(5),
    "random": random_circuit(300, 16, seed=3),
}
DATA = Path(__file__).parents[3] / "shared" / "data"


def certified(task):
    finding = meanings(task, BUDGET)
    assert (finding.verdict, finding.strength) == (Verdict.HOLDS, Strength.CERTIFIED), finding.reason
    assert finding.certificate is not None
    assert replay(finding.certificate).statement_digest == task.statement.digest


@pytest.mark.parametrize("name", CIRCUITS)
def test_an_emulated_circuit_is_certified_with_its_notes_and_without(name: str):
    task = computes_circuit(emulate(CIRCUITS[name]), CIRCUITS[name])
    certified(task)
    certified(replace(task, network=replace(task.network, meanings=None)))


def test_wrong_notes_are_replaced_by_a_search():
    circuit = CIRCUITS["comparison"]
    net = emulate(circuit)
    assert net.meanings is not None
    shifted = Meanings(net.meanings.circuit, np.roll(net.meanings.literal, 1))
    certified(computes_circuit(replace(net, meanings=shifted), circuit))


@pytest.mark.parametrize("name", ["ctrl", "router", "priority", "adder"])
def test_public_circuits_are_certified_by_search(name: str):
    path = DATA / "epfl" / f"{name}.aig"
    if not path.exists():
        pytest.skip("the public benchmark files are not here (../shared/data)")
    circuit = circuit_of_bytes(path.read_bytes(), path)
    certified(computes_circuit(replace(emulate(circuit), meanings=None), circuit))


def subtractor(p: int):
    """x - y modulo 2^p by borrows: t = x_k - y_k - borrow lies in -2 .. 1."""
    x, y = inputs(p, on=Bits, name="x"), inputs(p, on=Bits, name="y")
    digits, borrow = [], 0
    for a, b in zip(x, y, strict=True):
        t = a - b - borrow
        borrow = relu(-t) - relu(-t - 1)
        digits.append(t + 2 * borrow)
    return network(digits)


def increased(p: int, constant: int):
    """x + constant modulo 2^p by carries."""
    digits, carry = [], 0
    for k, a in enumerate(inputs(p, on=Bits)):
        t = a + (constant >> k & 1) + carry
        carry = relu(t - 1) - relu(t - 2)
        digits.append(t - 2 * carry)
    return network(digits)


def masked(p: int):
    """x + (y where c else 0) modulo 2^p."""
    x, y, c = inputs(p, on=Bits, name="x"), inputs(p, on=Bits, name="y"), inputs(on=Bits, name="c")
    digits, carry = [], 0
    for a, b in zip(x, y, strict=True):
        t = a + relu(b + c - 1) + carry
        carry = relu(t - 1) - relu(t - 2)
        digits.append(t - 2 * carry)
    return network(digits)


def threshold(n: int, k: int):
    """Whether at least k of n bits are 1."""
    count = sum(inputs(n, on=Bits))
    return network(relu(count - (k - 1)) - relu(count - k))


TERMS = {
    "sum": (ripple(8), lambda x, y: bits_of(word(x) + word(y), 8)),
    "long sum": (ripple(32), lambda x, y: bits_of(word(x) + word(y), 32)),
    "one bit": (ripple(1), lambda x, y: bits_of(x[0] + y[0], 1)),
    "difference": (subtractor(6), lambda x, y: bits_of(word(x) - word(y), 6)),
    "constant": (increased(6, 5), lambda x: bits_of(word(x) + 5, 6)),
    "the same constant modulo 64": (increased(6, 5), lambda x: bits_of(word(x) - 59, 6)),
    "with a Boolean part": (masked(5), lambda x, y, c: bits_of(word(x) + word([b & c for b in y]), 5)),
    "parity as a remainder": (xor_chain(9), lambda x: mod(sum(x), 2)),
    "parity by xor": (xor_chain(4), lambda x: x[0] ^ x[1] ^ x[2] ^ x[3]),
    "majority by a comparison": (threshold(5, 3), lambda x: sum(x) >= 3),
    "majority by connectives": (threshold(3, 2), lambda x: any_of([x[0] & x[1], x[0] & x[2], x[1] & x[2]])),
    "conjunction": (network(relu(sum(inputs(12, on=Bits)) - 11)), lambda x: all_of(x)),
}


@pytest.mark.parametrize("name", TERMS)
def test_terms_and_words_are_certified(name: str):
    net, target = TERMS[name]
    certified(computes(net, target))


FALSE = {
    "subtraction for addition": (ripple(5), lambda x, y: bits_of(word(x) - word(y), 5)),
    "a bit dropped": (ripple(5), lambda x, y: bits_of(word(x) + word(y[:4]), 5)),
    "carry in": (ripple(5), lambda x, y: bits_of(word(x) + word(y) + 1, 5)),
    "bits reversed": (ripple(5), lambda x, y: bits_of(word(x) + word(y), 5)[::-1]),
    "one corner": (xor_chain(6), lambda x: where(all_of(x), 1, mod(sum(x), 2))),
    "off by one": (threshold(5, 3), lambda x: sum(x) >= 4),
}


@pytest.mark.parametrize("name", FALSE)
def test_false_terms_are_never_certified(name: str):
    net, target = FALSE[name]
    finding = meanings(computes(net, target), BUDGET)
    assert finding.verdict is not Verdict.HOLDS
    assert finding.certificate is None
    assert (finding.witness is not None) == (finding.verdict is Verdict.REFUTED)


def test_a_fault_that_no_sample_meets_is_found_from_the_first_wrong_node():
    """A circuit that recognises one of 2^40 inputs, and a network that says 0 there too."""
    secret = random.Random(7).getrandbits(40)
    gates = Gates(tuple(range(1, 41)))
    literals = [2 * v + (~secret >> (v - 1) & 1) for v in gates.inputs]
    gates.outputs = [reduce(gates.conjunction, literals)]
    circuit = circuit_of_bytes(gates.aiger(), "secret.aig")
    net = emulate(circuit)
    last = int(net.output[0])
    never = next(m.network for m in mutants(net, 10**4, 0) if m.change == f"bias of node {last} - 1")
    task = computes_circuit(never, circuit)
    assert sampled(task, BUDGET).verdict is Verdict.UNREFUTED
    finding = meanings(task, BUDGET)
    assert finding.verdict is Verdict.REFUTED, finding.reason
    assert finding.witness is not None
    assert sum(int(bit) << k for k, bit in enumerate(finding.witness.inputs)) == secret
    assert finding.witness.wire == f"node {last} carries 0, its literal {gates.outputs[0]} is 1"


def test_mutants_of_an_adder_are_certified_only_when_they_are_equal():
    """On all 2^8 inputs: certified means equal."""
    task = computes(ripple(4), lambda x, y: bits_of(word(x) + word(y), 4))
    for mutant in mutants(task.network, 20, seed=5):
        finding = meanings(computes(mutant.network, lambda x, y: bits_of(word(x) + word(y), 4)), BUDGET)
        if finding.verdict is Verdict.HOLDS:
            domain = task.network.domain
            other = computes(mutant.network, lambda x, y: bits_of(word(x) + word(y), 4))
            assert all(replayed(other, domain.unrank(r)) is None for r in range(256)), mutant.change


@pytest.mark.parametrize(
    ("task", "reason"),
    [
        (
            lambda: computes(tournament(2, on=Integers(0, 2)), lambda x: [x[0]]),
            "meanings are literals on all of {0,1}^n, the claim is made on {0..2}^2",
        ),
        (
            lambda: computes(network(relu(sum(inputs(3, on=Bits)))), lambda x: sum(x)),
            "an output of the target is neither Boolean nor a bit of an integer form over bits",
        ),
        (
            lambda: computes(network(relu(sum(inputs(3, on=Bits)))), lambda x: sum(x), error=Fraction(1)),
            "meanings prove that a network computes a circuit, Boolean terms, or arithmetic on words",
        ),
    ],
)
def test_what_meanings_cannot_say_is_unknown(task, reason: str):
    assert meanings(task(), BUDGET).reason == reason


def test_a_circuit_that_is_not_the_one_named_proves_nothing():
    circuit, other = less_than(3), ripple_adder(3)
    task = replace(computes_circuit(emulate(circuit), circuit), circuit=other)
    assert meanings(task, BUDGET).reason == "the circuit at hand is not the one that the statement names"


@pytest.mark.parametrize("name", CIRCUITS)
def test_gates_have_the_values_of_the_circuit_in_the_numbers_of_its_file(name: str):
    circuit, draw = CIRCUITS[name], random.Random(0)
    gates = gates_of(circuit)
    patterns = [draw.getrandbits(64) for _ in range(circuit.input_count)]
    known = gates.values(patterns, 2**64 - 1)
    found = [known[literal >> 1] ^ (2**64 - 1 if literal & 1 else 0) for literal in gates.outputs]
    assert found == simulate_integers(circuit, patterns, 64)


def test_gates_write_files_that_the_readers_read():
    gates = Gates((1, 2, 3))
    gates.outputs = [gates.parity(gates.parity(2, 4), 7), gates.conjunction(1, 2), 0]
    circuit = circuit_of_bytes(gates.aiger(), "made.aig")
    assert simulate_integers(circuit, [0b10101010, 0b11001100, 0b11110000], 8) == [0b01101001, 0b10101010, 0]
