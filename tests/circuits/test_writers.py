"""What is written is read back as the same circuit, or as one that computes the same."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from proofcheck import circuits
from proofcheck.circuits import (
    Builder,
    Circuit,
    aiger_bytes,
    blif_bytes,
    circuit_of_bytes,
    random_circuit,
    read_circuit,
    simulate,
    write_aiger,
    write_blif,
)
from tests.circuits.samples import DATA, SAMPLES, needs_data, random_bits, table


def forms(circuit: Circuit) -> dict[str, bytes]:
    return {"c.aag": aiger_bytes(circuit, ascii=True), "c.aig": aiger_bytes(circuit), "c.blif": blif_bytes(circuit)}


@given(st.integers(0, 60), st.integers(1, 6), st.integers(0, 2**32))
@settings(max_examples=60, deadline=None)
def test_every_form_computes_the_same_under_the_same_names(gates: int, inputs: int, seed: int) -> None:
    circuit = random_circuit(gates, inputs, seed)
    rows = random_bits(circuit, 30, seed)
    expected = simulate(circuit, rows)
    for name, data in forms(circuit).items():
        back = circuit_of_bytes(data, name)
        assert (back.inputs, back.outputs) == (circuit.inputs, circuit.outputs)
        assert np.array_equal(simulate(back, rows), expected)
        assert forms(back)[name] == data or name == "c.blif"  # BLIF is simplified when it is read


@pytest.mark.parametrize("name", SAMPLES)
def test_samples_of_every_format(name: str) -> None:
    circuit = circuit_of_bytes(SAMPLES[name], name)
    for form, data in forms(circuit).items():
        back = circuit_of_bytes(data, form)
        assert (back.inputs, back.outputs, table(back)) == (circuit.inputs, circuit.outputs, table(circuit))


@needs_data
def test_a_binary_file_of_the_wild_comes_back_gate_by_gate() -> None:
    circuit = read_circuit(DATA / "epfl" / "priority.aig")
    for data, name in ((aiger_bytes(circuit), "c.aig"), (aiger_bytes(circuit, ascii=True), "c.aag")):
        assert circuit_of_bytes(data, name) == circuit


def test_blif_keeps_the_xor_gates() -> None:
    circuit = circuits.ripple_adder(8)
    back = circuit_of_bytes(blif_bytes(circuit), "c.blif")
    assert (back.and_count, back.xor_count) == (circuit.and_count, circuit.xor_count)


def test_names_that_blif_cannot_hold_give_way() -> None:
    builder = Builder()
    x = builder.input("a b")
    builder.output("n1 # c", x ^ 1)
    back = circuit_of_bytes(blif_bytes(builder.circuit()), "c.blif")
    assert (back.input_names(), back.output_names(), table(back)) == (["x[0]"], ["y[0]"], [(1,), (0,)])


def test_an_input_put_out_under_its_own_name() -> None:
    builder = Builder()
    builder.output("a", builder.input("a") ^ 1)
    assert table(circuit_of_bytes(blif_bytes(builder.circuit()), "c.blif")) == [(1,), (0,)]


def test_files_are_whole_and_the_suffix_decides(tmp_path: Path) -> None:
    circuit = circuits.ripple_adder(3)
    write_aiger(circuit, tmp_path / "c.aag")
    write_aiger(circuit, tmp_path / "c.aig")
    write_blif(circuit, tmp_path / "c.blif")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == forms(circuit)
