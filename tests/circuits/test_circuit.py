"""The circuit value: what it refuses, how it counts, and the AIGER file that stands for it."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from proofcheck.circuits import Builder, Circuit, Word, circuit_of_bytes, random_circuit, simulate, simulate_integers
from proofcheck.errors import InputError, UsageError
from tests.circuits.samples import SAMPLES, every_input, random_bits, slow, table


def build(**changes: Any) -> Circuit:
    """z = (a AND NOT b) XOR a, with some fields changed."""
    fields = {
        "inputs": (("a", None), ("b", None)),
        "outputs": (("z", None),),
        "operation": [0, 1],
        "left": [2, 6],
        "right": [5, 2],
        "output": [8],
    }
    return Circuit(**{**fields, **changes})


def test_counts_levels_and_names() -> None:
    circuit = build()
    assert (circuit.input_count, circuit.output_count, circuit.gate_count, circuit.variable_count) == (2, 1, 2, 5)
    assert (circuit.and_count, circuit.xor_count, circuit.depth) == (1, 1, 2)
    assert circuit.levels.tolist() == [0, 0, 0, 1, 2]
    assert (circuit.inputs, circuit.input_names(), circuit.output_names()) == ((Word("a"), Word("b")), ["a", "b"], ["z"])
    assert table(circuit) == [(0,), (0,), (0,), (1,)]
    assert repr(circuit) == "<Circuit a, b -> z: 1 AND, 1 XOR>"
    assert build() == circuit
    assert hash(build()) == hash(circuit)
    assert build(output=[9]) != circuit


def test_arrays_are_copied_and_read_only() -> None:
    left = np.array([2, 6])
    circuit = build(left=left)
    left[0] = 4
    assert circuit.left.tolist() == [2, 6]
    with pytest.raises(ValueError, match="read-only"):
        circuit.left[0] = 4


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"inputs": (("a", None), ("a", 1))}, "two input words of the circuit have the same name: a, a"),
        ({"inputs": (("a", None), ("b", -1))}, "the input word b has -1 bits: at least 0 are expected"),
        ({"outputs": (("z\n", None),)}, "the output name 'z\\n' is empty or has a line break: a name on one line is expected"),
        ({"left": [2]}, "2 operations have 1 left and 2 right operands"),
        ({"output": []}, "the output words hold 1 bits, 0 are given"),
        ({"operation": [0, 2]}, "2 is not an operation: 0 is AND and 1 is XOR"),
        ({"operation": [0, 256]}, "operation must hold 0 for AND and 1 for XOR"),
        ({"left": [6, 2]}, "every gate must read literals of earlier variables only"),
        ({"right": [-1, 2]}, "every gate must read literals of earlier variables only"),
        ({"output": [10]}, "an output is not a literal of the variables 0 .. 4"),
        ({"left": [2.0, 6.0]}, "left must be a flat array of integers, it has the shape (2,) and the dtype float64"),
        ({"right": [[5, 2]]}, "right must be a flat array of integers, it has the shape (1, 2) and the dtype int64"),
    ],
)
def test_what_is_no_circuit_is_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError) as caught:
        build(**changes)
    assert str(caught.value) == message


@given(st.integers(0, 60), st.integers(1, 6), st.integers(0, 2**32))
@settings(max_examples=60, deadline=None)
def test_the_aiger_file_of_a_circuit_has_each_variable_under_its_mapped_literal(gates: int, inputs: int, seed: int) -> None:
    circuit = random_circuit(gates, inputs, seed)
    data, variable = circuit.aiger()
    file = circuit_of_bytes(data, "c.aig")
    probe = Circuit(circuit.inputs, (Word("v", circuit.variable_count),), circuit.operation, circuit.left, circuit.right,
                    2 * np.arange(circuit.variable_count))  # fmt: skip
    mapped = Circuit(file.inputs, probe.outputs, file.operation, file.left, file.right, 2 * variable)
    rows = random_bits(circuit, 20, seed)
    assert np.array_equal(simulate(probe, rows), simulate(mapped, rows))
    assert np.array_equal(simulate(circuit, rows), simulate(file, rows))
    assert file.gate_count == circuit.and_count + 3 * circuit.xor_count
    assert circuit.aiger()[0] == random_circuit(gates, inputs, seed).aiger()[0]


@pytest.mark.parametrize("name", [name for name in SAMPLES if name.endswith((".aag", ".aig"))])
def test_a_circuit_from_an_aiger_file_keeps_the_file_and_its_variables(name: str) -> None:
    circuit = circuit_of_bytes(SAMPLES[name], name)
    data, variable = circuit.aiger()
    assert data == SAMPLES[name]
    assert sorted(variable[1 + circuit.input_count :].tolist()) == {"half_adder.aag": [3, 6, 7], "and.aig": [3]}[name]
    assert variable[: 1 + circuit.input_count].tolist() == list(range(1 + circuit.input_count))


def test_names_do_not_change_the_file_that_stands_for_a_circuit() -> None:
    assert build().aiger()[0] == build(inputs=(("q", 2),)).aiger()[0]


@given(st.integers(0, 80), st.integers(1, 8), st.integers(0, 2**32), st.integers(1, 130))
@settings(max_examples=60, deadline=None)
def test_the_simulators_agree(gates: int, inputs: int, seed: int, count: int) -> None:
    circuit = random_circuit(gates, inputs, seed)
    rows = random_bits(circuit, count, seed)
    expected = [slow(circuit, row) for row in rows.tolist()]
    assert simulate(circuit, rows).tolist() == expected
    assert simulate(circuit, rows.astype(bool)).tolist() == expected
    columns = [sum(bit << k for k, bit in enumerate(column)) for column in rows.T.tolist()]
    integers = simulate_integers(circuit, columns, len(rows))
    assert [[value >> k & 1 for value in integers] for k in range(len(rows))] == expected


def test_the_simulator_works_in_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    circuit = random_circuit(40, 5, 3)
    rows = np.array(every_input(circuit) * 9)
    whole = simulate(circuit, rows)
    monkeypatch.setattr(sys.modules["proofcheck.circuits.simulate"], "_STATE", 1)
    assert np.array_equal(simulate(circuit, rows), whole)


def test_simulation_of_nothing() -> None:
    assert simulate(random_circuit(9, 2, 0, 3), np.zeros((0, 2), int)).shape == (0, 3)
    constant = Builder()
    constant.output("one", 1)
    assert simulate(constant.circuit(), np.zeros((3, 0))).tolist() == [[1], [1], [1]]


@pytest.mark.parametrize(
    ("bits", "message"),
    [
        (np.zeros((1, 3), int), "inputs of the shape (1, 3) were given: (count, 2) is expected"),
        (np.zeros(2, int), "inputs of the shape (2,) were given: (count, 2) is expected"),
        (np.full((1, 2), 2), "the inputs of a circuit are bits: an array of integers 0 and 1 or of bools is expected"),
        (np.full((1, 2), -1), "the inputs of a circuit are bits: an array of integers 0 and 1 or of bools is expected"),
        (np.full((1, 2), 0.5), "the inputs of a circuit are bits: an array of integers 0 and 1 or of bools is expected"),
    ],
)
def test_simulation_refuses_what_are_no_bits(bits: np.ndarray, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        simulate(build(), bits)
    assert str(caught.value) == message


def test_random_circuits_have_the_size_and_depth_asked_for() -> None:
    for gates, depth in ((0, None), (1, 1), (7, 7), (100, 10), (1000, 3), (99, None)):
        circuit = random_circuit(gates, 9, 5, depth)
        assert (circuit.gate_count, circuit.input_count) == (gates, 9)
        assert depth is None or circuit.depth == depth
        assert circuit == random_circuit(gates, 9, 5, depth)
    assert random_circuit(50, 4, 1) != random_circuit(50, 4, 2)
    with pytest.raises(UsageError, match="2 gates on 1 inputs in 3 levels: at least one gate a level and one input are expected"):
        random_circuit(2, 1, 0, 3)
    with pytest.raises(UsageError, match="the seed is -1: a number of at least 0 is expected"):
        random_circuit(2, 1, -1)
