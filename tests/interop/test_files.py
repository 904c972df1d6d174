"""Torch and DOT files, and the suite: a torch file checks itself, a drawing says every weight, every answer is a theorem."""

import csv
import json
import runpy
import subprocess
import sys
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
import torch
import z3
from safetensors.torch import load_file

from proofcheck import Bits, Box, InputError, Points, ProofcheckError, Refusal, inputs, network, read_network, relu
from proofcheck.interop.dot import dot_text
from proofcheck.interop.instances import instances
from proofcheck.interop.onnx_read import read_onnx
from proofcheck.interop.suite import write_suite
from proofcheck.interop.torch_text import state_dict_bytes, torch_text
from proofcheck.interop.vnnlib_read import read_vnnlib
from tests.interop.examples import NETWORKS, maximum, points


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", NETWORKS)
def test_a_torch_file_is_the_network_and_checks_itself(name, dtype, tmp_path):
    net = NETWORKS[name]
    path = tmp_path / "net.py"
    path.write_text(torch_text(net, dtype))
    module = runpy.run_path(str(path))
    assert module["check"]() is True
    xs = points(net)
    with torch.no_grad():
        found = module["network"]()(torch.tensor([[float(v) for v in x] for x in xs], dtype=getattr(torch, dtype)))
    assert [tuple(map(Fraction, row)) for row in found.tolist()] == [net(*x) for x in xs]


def test_a_torch_file_needs_torch_only_and_ends_with_1_when_a_weight_is_changed(tmp_path):
    text = torch_text(maximum(3))
    path = tmp_path / "net.py"
    path.write_text(text)
    with pytest.raises(SystemExit) as end:
        runpy.run_path(str(path), run_name="__main__")
    assert end.value.code == 0
    changed = text.replace("[1.0, -1.0, 0.0]", "[1.0, -1.5, 0.0]", 1)
    assert changed != text
    path.write_text(changed)
    done = subprocess.run([sys.executable, "-P", str(path)], cwd=tmp_path, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (1, "DIFFERENT from the exact outputs\n")
    assert "proofcheck" not in {line.split()[1] for line in text.splitlines() if line.startswith(("import ", "from "))}


def test_a_torch_file_that_compares_nothing_says_so(tmp_path, capsys):
    path = tmp_path / "net.py"
    path.write_text(torch_text(maximum(2, on=Points(Fraction(1, 3), Fraction(2, 3), Fraction(1, 3))), certified=False))
    with pytest.raises(SystemExit) as end:
        runpy.run_path(str(path), run_name="__main__")
    assert (end.value.code, capsys.readouterr().out) == (4, "nothing was compared: no input that was tried is a float\n")


def test_a_large_matrix_is_packed(tmp_path):
    x = inputs(30, on=Bits)
    net = network([relu(sum((i + j) % 5 * v for j, v in enumerate(x)) - i) for i in range(30)])
    path = tmp_path / "net.py"
    path.write_text(torch_text(net))
    assert "packed(" in path.read_text()
    assert runpy.run_path(str(path))["check"]()


def test_a_state_dict_loads_into_a_plain_sequential(tmp_path):
    net = NETWORKS["maximum_8_layered"]
    path = tmp_path / "net.safetensors"
    path.write_bytes(state_dict_bytes(net))
    state = load_file(path)
    sizes = [state[name].shape for name in sorted(state) if name.endswith("weight")]
    layers = [part for out, given in sizes for part in (torch.nn.Linear(given, out), torch.nn.ReLU())][:-1]
    plain = torch.nn.Sequential(*layers)
    plain.load_state_dict(state)
    xs = points(net)
    with torch.no_grad():
        found = plain(torch.tensor([[float(v) for v in x] for x in xs]))
    assert [tuple(map(Fraction, row)) for row in found.tolist()] == [net(*x) for x in xs]


def test_a_state_dict_of_another_form_and_weights_that_no_float_stores_are_refused():
    with pytest.raises(Refusal, match="a state_dict is written of strictly layered ReLU networks"):
        state_dict_bytes(NETWORKS["mixed"])
    with pytest.raises(Refusal, match="1/3"):
        torch_text(network([relu(inputs(1, on=Bits)[0] / 3)]))
    with pytest.raises(Refusal, match="takes a continuum"):
        torch_text(maximum(2, on=Box(0, 1)))
    with pytest.raises(Refusal, match="input 0 has the step 1/3, which no binary format stores"):
        torch_text(maximum(2, on=Points(0, 1, Fraction(1, 3))))
    assert "may round" in torch_text(maximum(2, on=Box(0, 1)), certified=False)


def test_a_drawing_has_each_node_and_each_weight():
    net = NETWORKS["mixed"]
    text = dot_text(net)
    assert text.count("label=") == net.node_count + len(net.source) + len(net.output)
    assert 'n0 [label="x[0]", shape=plaintext];' in text
    assert 'label="-1/2", style=dashed' in text
    x = inputs(200, on=Bits)
    large = network([relu(sum(x) - i) for i in range(101)])
    with pytest.raises(Refusal, match="more than the 20000 that a drawing can show"):
        dot_text(large)


@pytest.fixture(scope="module")
def suite(tmp_path_factory):
    folder = tmp_path_factory.mktemp("suite") / "exact"
    return folder, write_suite(folder)


def test_every_file_of_the_suite_is_the_instance(suite):
    folder, written = suite
    entries = json.loads((folder / "instances.json").read_text())["instances"]
    assert [entry["name"] for entry in entries] == [instance.name for instance in written]
    rows = list(csv.reader((folder / "instances.csv").open()))
    for instance, entry, row in zip(written, entries, rows, strict=True):
        assert (folder / row[0]).is_file()
        assert (folder / row[1]).is_file()
        assert read_network(folder / "networks" / f"{instance.name}.net") == instance.network
        stored = read_onnx(folder / row[0])
        question = read_vnnlib(folder / row[1])
        assert stored.outputs == instance.network.outputs
        if instance.witness is not None:
            x = tuple(map(Fraction, entry["witness"]))
            assert list(map(str, stored(*x))) == entry["outputs"]
            assert question.domain.contains(x)


def test_the_suite_is_balanced_and_its_names_are_distinct(suite):
    _, written = suite
    assert len({instance.name for instance in written}) == len(written) >= 50
    assert {instance.answer for instance in written} == {"sat", "unsat"}
    assert all(instance.theorem for instance in written)


EASY = [i.name for i in instances() if i.name not in ("pigeons_4_holes_3", "pigeons_5_holes_4", "adders_8_agree")]


@pytest.mark.parametrize("name", EASY)
def test_z3_agrees_with_the_theorem(suite, name):
    folder, written = suite
    solver = z3.Solver(ctx=z3.Context())
    solver.from_file(str(folder / "smtlib" / f"{name}.smt2"))
    assert str(solver.check()) == next(i.answer for i in written if i.name == name)


def test_a_wrong_witness_or_answer_stops_the_suite(tmp_path):
    sat = next(i for i in instances() if i.name == "sawtooth_4_at_a_peak")
    for wrong in (replace(sat, witness=(Fraction(1, 2),)), replace(sat, answer="unsat"), replace(sat, witness=None)):
        with pytest.raises(ProofcheckError, match="witness"):
            write_suite(tmp_path / "new", (wrong,))
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_holds_something_is_left_alone(tmp_path):
    (tmp_path / "mine").write_text("mine")
    with pytest.raises(InputError, match="new or empty folder"):
        write_suite(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


def test_floats_err_where_the_suite_says_that_they_may(suite):
    """The instance is exact: onnxruntime in float32 finds another output at the witness."""
    runtime = pytest.importorskip("onnxruntime", reason="the package onnxruntime is not installed")
    folder, _ = suite
    session = runtime.InferenceSession(str(folder / "onnx" / "absorption_30_is_one.onnx"), providers=["CPUExecutionProvider"])
    (value,) = session.run(None, {"x": np.array([[4 / 3]], np.float32)})
    assert float(value[0, 0]) == 0
    assert read_onnx(folder / "onnx" / "absorption_30_is_one.onnx")(Fraction(4, 3)) == (1,)
