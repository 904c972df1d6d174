"""The benchmark of speed: every way computes the circuit or ends it, what is missing is said, and the rows are whole."""

from __future__ import annotations

import json
from argparse import Namespace
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from proofcheck.bench import speed, speed_device, speed_peers, speed_tasks, speed_threads
from proofcheck.circuits import emulate, random_circuit, simulate
from proofcheck.engine.device.programs import NoDevice
from proofcheck.engine.device.twin import twin
from proofcheck.engine.native import kernels
from proofcheck.errors import ProofcheckError, UsageError
from proofcheck.networks import layered


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(speed, "CIRCUITS", {"a small one": lambda: random_circuit(120, 10, 1, 8, 3)})
    monkeypatch.setattr(speed, "BATCH", {"bits": 1024, "numbers": 512, "slow": 256})
    monkeypatch.setattr(speed, "ROUNDS", 2)
    monkeypatch.setattr(speed, "LEAST_SECONDS", 0.0)


def test_every_way_is_measured_or_left_out_with_a_reason() -> None:
    report = speed.run(Namespace(only="small"), lambda text: None)
    rows = report.data["rows"]
    assert {row["circuit"] for row in rows} == {"a small one"}
    assert {"ours: bits, numpy", "ours: float32, torch", "torch CSR, tiled", "scipy CSR, tiled", "nn.Sequential, dense"} <= {
        row["way"] for row in rows
    }
    for row in rows:
        assert row["left_out"] if "left_out" in row else row["rate"] == pytest.approx(120 * row["inputs"] / row["seconds"])
    json.dumps(report.data)
    assert len(report.lines) == len(rows) + 4
    picture = ElementTree.fromstring(report.svg)
    measured = [row for row in rows if "rate" in row]
    assert sum(child.tag.endswith("rect") for child in picture) == len(measured)
    assert {row["way"] for row in measured} <= {child.text for child in picture}


@pytest.mark.parametrize("way", ["torch_csr", "scipy_csr", "dense"])
def test_a_way_that_computes_something_else_ends_the_benchmark(way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    make = getattr(speed_peers, way)

    def wrong(strict, bits):  # type: ignore[no-untyped-def]
        right = make(strict, bits)
        return lambda: np.array(right()) + (np.arange(np.array(right()).size).reshape(np.array(right()).shape) == 7)

    monkeypatch.setattr(speed, way, wrong)
    with pytest.raises(ProofcheckError, match="does not compute the circuit a small one: nothing was timed"):
        speed.run(Namespace(only="small"), lambda text: None)


def test_strict_layers_are_the_network() -> None:
    circuit = random_circuit(150, 9, 2, 10)
    bits = np.arange(512)[:, None] >> np.arange(9) & 1
    x = bits.astype(np.float32)
    for layer in speed_peers.strict_layers(layered(emulate(circuit))):
        x = x @ speed_peers._matrix(layer).toarray().T + layer.bias
        x = x if layer.last else np.maximum(x, 0)
    assert np.array_equal(x, simulate(circuit, bits))


def test_batches_and_plain_hypothesis_end_with_equally_small_witnesses() -> None:
    speeds, ones = speed_tasks._property_testing()
    assert ones.numbers["plain"] == ones.numbers["batched"] == 1
    assert set(speeds.numbers) == {"plain", "batched", "times"}


def test_threads_are_measured_by_clock_and_processor_and_the_cores_are_said() -> None:
    for one in speed_threads.threads((10, 12)):
        assert set(one.numbers) == {"one", "all", "threads", "cores", "load", "one_processor", "all_processor"}
        assert "times as fast by the clock" in one.words
        assert "physical core" in one.words
    info = "\n\n".join(f"processor : {i}\nphysical id : {i // 4}\ncore id : {i % 4 // 2}" for i in range(8))
    assert speed_threads.physical_cores(info) == 4
    assert speed_threads.physical_cores("processor : 0\n") == 0


@pytest.mark.skipif(kernels() is None, reason="the processor in place of a GPU needs a C compiler")
def test_a_device_is_measured_against_its_limit_or_left_out_with_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(speed_device, "CIRCUITS", {"a small one": lambda: random_circuit(120, 10, 1, 8, 3)})
    *rows, whole = speed_device.on_gpu(twin(), 1 << 16, 100, 12)
    assert [row.numbers["group"] for row in rows] == [1, 4]
    for row in rows:
        assert f"{row.numbers['rate'] / row.numbers['limit']:.2f} of the shared-memory limit" in row.words
    assert whole.name == "all 2^12 inputs of a 6+6-bit adder against a prefix adder, on a processor in place of a GPU"

    def none_there(name: str) -> None:
        raise NoDevice("torch finds no GPU")

    monkeypatch.setattr(speed_device, "device_named", none_there)
    assert [(one.name, one.words) for one in speed_device.on_gpu()] == [("GPU", "not measured: torch finds no GPU")]


def test_so_do_they_on_a_piecewise_linear_network() -> None:
    speeds, sizes = speed_tasks._piecewise_linear()
    assert 0 < sizes.numbers["batched"] <= sizes.numbers["plain"]
    assert set(speeds.numbers) == {"plain", "batched", "times"}


def test_a_circuit_that_is_not_there_is_refused() -> None:
    with pytest.raises(UsageError, match="no circuit or task contains 'nothing': they are called a small one, exhaustion, "):
        speed.run(Namespace(only="nothing"), lambda text: None)


def test_the_table_in_the_guide_is_of_the_circuits_that_are_measured() -> None:
    text = (Path(__file__).resolve().parents[2] / "docs" / "speed.md").read_text()
    names = ("random 1k, 50 levels", "random 27k, 100 levels", "64-bit adder", "proofcheck bench speed")
    assert all(name in text for name in names)
