"""Networks that equal circuits: on every corner, in size, and with meanings that the kernel proves."""

from __future__ import annotations

import hashlib
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from proofcheck import circuits, kernel
from proofcheck.circuits import Circuit, Word, circuit_of_bytes, emulate, random_circuit, simulate
from proofcheck.domains import Bits
from proofcheck.networks import Network, Port, layered, network_bytes, sizes
from tests.circuits.samples import SAMPLES, certificate, every_input, random_bits, slow


def prove(circuit: Circuit, network: Network) -> kernel.Proved:
    """Let the kernel replay that `network` computes `circuit`, by the meanings on its wires."""
    data = circuit.aiger()[0]
    assert network.meanings is not None
    target = {"circuit": hashlib.sha256(data).hexdigest()}
    statement = {"claim": "computes", "network": network.digest, "domain": network.domain.json(), "target": target}
    return kernel.replay(certificate(statement, network_bytes(network), data, network.meanings.literal.tolist()))


@st.composite
def any_circuits(draw: st.DrawFn, *, constants: bool = True) -> Circuit:
    """Circuits with every degenerate gate: constants as operands, one variable twice, inputs and constants put out."""
    least = 0 if constants else 2  # the least literal that a gate reads
    inputs = draw(st.integers(least // 2, 5))
    gates = draw(st.integers(0, 25))
    operation = draw(st.lists(st.integers(0, 1), min_size=gates, max_size=gates))
    sides = [[draw(st.integers(least, 2 * (1 + inputs + i) - 1)) for i in range(gates)] for _ in range(2)]
    output = draw(st.lists(st.integers(0, 2 * (1 + inputs + gates) - 1), max_size=6))
    return Circuit((Word("x", inputs),), (Word("y", len(output)),), np.array(operation, int), np.array(sides[0], int),
                   np.array(sides[1], int), np.array(output, int))  # fmt: skip


@given(any_circuits())
@settings(max_examples=150, deadline=None)
def test_a_network_equals_its_circuit(circuit: Circuit) -> None:
    network = emulate(circuit)
    for x in every_input(circuit):
        assert [*network(x)] == slow(circuit, x)


@given(any_circuits(constants=False))
@settings(max_examples=150, deadline=None)
def test_the_kernel_proves_a_network_by_its_meanings(circuit: Circuit) -> None:
    """Gates of constants alone are left out: the kernel follows the circuit only down to a variable that is free."""
    assume(circuit.output_count > 0)  # the kernel refuses a statement about no output
    assert prove(circuit, emulate(circuit)).method == "meanings"


@pytest.mark.parametrize("seed", range(4))
def test_a_layered_network_stays_provable_where_gates_are_constant(seed: int) -> None:
    """Random circuits have gates like a AND NOT a: their neurons are 0 everywhere, and keep their sources all the same."""
    circuit = random_circuit(2000, 64, seed, depth=40)
    gates_of_and = circuit_of_bytes(circuit.aiger()[0], "random.aig")
    assert prove(gates_of_and, layered(emulate(gates_of_and))).method == "meanings"


@given(any_circuits())
@settings(max_examples=100, deadline=None)
def test_size_is_one_neuron_for_an_and_and_two_for_an_xor(circuit: Circuit) -> None:
    measured = sizes(emulate(circuit))
    assert (measured.neurons, measured.depth) == (circuit.and_count + 2 * circuit.xor_count, circuit.depth)


@pytest.mark.parametrize("name", SAMPLES)
def test_samples_of_every_format_are_proved(name: str) -> None:
    circuit = circuit_of_bytes(SAMPLES[name], name)
    network = emulate(circuit)
    assert [[*network(x)] for x in every_input(circuit)] == [slow(circuit, x) for x in every_input(circuit)]
    prove(circuit, network)


@pytest.mark.parametrize("make", [circuits.ripple_adder, circuits.kogge_stone_adder, circuits.multiplier, circuits.popcount])
def test_arithmetic_is_proved_for_all_inputs(make: object) -> None:
    circuit = make(8)  # type: ignore[operator]
    network = emulate(circuit)
    rows = random_bits(circuit, 40)
    assert [[*map(int, network(row))] for row in rows.tolist()] == simulate(circuit, rows).tolist()
    prove(circuit, network)


def test_the_kernel_rejects_a_network_with_one_wrong_weight() -> None:
    """Meanings are notes only: a fault in the network is found whatever they say."""
    circuit = circuits.ripple_adder(4)
    network = emulate(circuit)
    rng = np.random.default_rng(3)
    for place in rng.choice(len(network.weight), 20, replace=False):
        weight = network.weight.copy()
        weight[place] = (weight[place] + len(network.values) - 1) if network.values[weight[place]] == -1 else 0
        assert network.values[weight[place]] in (Fraction(1), Fraction(-1))
        wrong = Network(network.inputs, network.outputs, network.domain, network.values, network.activations, network.activation,
                        network.bias, network.start, network.source, weight, network.output, network.meanings)  # fmt: skip
        with pytest.raises(kernel.Rejected):
            prove(circuit, wrong)


def test_ports_domain_and_meanings() -> None:
    circuit = circuit_of_bytes(SAMPLES["half_adder.aag"], "half_adder.aag")
    network = emulate(circuit)
    assert network.inputs == (Port("x", ()), Port("y", ()))
    assert network.outputs == (Port("s", ()), Port("c", ()))
    assert network.domain == Bits.of((2,))
    assert network.meanings is not None
    assert network.meanings.circuit == hashlib.sha256(SAMPLES["half_adder.aag"]).hexdigest()
    assert network.meanings.literal.tolist() == [12, 14, 6]


def test_a_xor_is_two_neurons_without_meaning_and_their_sum() -> None:
    network = emulate(circuits.parity(2))
    (first, second, total) = (network.node_count - 3 + i for i in range(3))
    nodes = {node: (activation.kind, bias, dict(terms)) for node, activation, bias, terms in network.nodes()}
    assert nodes == {
        first: ("relu", 0, {0: 1, 1: -1}),
        second: ("relu", 0, {0: -1, 1: 1}),
        total: ("identity", 0, {first: 1, second: 1}),
    }
    assert network.meanings is not None
    assert network.meanings.literal.tolist() == [-1, -1, 10]


def test_a_large_circuit_is_emulated_without_loss() -> None:
    circuit = random_circuit(27_000, 64, 7, 100)
    measured = sizes(emulate(circuit))
    assert (measured.neurons, measured.depth) == (circuit.and_count + 2 * circuit.xor_count, 100)
