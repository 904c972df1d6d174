"""Exhaustive comparisons on bits from outside: shards, receipts that are taken up again, merges, differences."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from proofcheck.circuits import emulate, kogge_stone_adder, ripple_adder, write_aiger
from proofcheck.cli import main
from proofcheck.commands import comparing
from proofcheck.engine.device import choice as devices
from proofcheck.engine.device.programs import NoDevice
from proofcheck.engine.native import kernels
from proofcheck.networks import layered, write_network


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = main(list(words))
    return code, *capsys.readouterr()


@pytest.fixture(autouse=True)
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    circuit = ripple_adder(10)
    write_network(layered(emulate(circuit)), "adder.net")
    write_aiger(kogge_stone_adder(10), "adder.aig")
    output = circuit.output.copy()
    output[-1] ^= 1
    write_aiger(replace(circuit, output=output), "wrong.aig")


def test_all_inputs_and_random_ones_are_compared(capsys: pytest.CaptureFixture[str]) -> None:
    ask = ("run", "adder.net", "--equals", "adder.aig")
    assert run(capsys, *ask, "--exhaustive")[:2] == (0, "equal on 1048576 inputs, all inputs in {0,1}^20\n")
    assert run(capsys, *ask, "--random", "5000000")[:2] == (0, "equal on 5000000 inputs, which proves nothing about others\n")
    for way in (("--exhaustive",), ("--random", "100")):
        code, out, _ = run(capsys, "run", "adder.net", "--equals", "wrong.aig", *way)
        assert (code, [line.split()[0] for line in out.splitlines()]) == (1, ["input", "output", "expected"])
        assert out.splitlines()[1].split()[1:] != out.splitlines()[2].split()[1:]


def test_shards_merge_to_the_whole_and_a_receipt_is_taken_up_again(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    ask = ("run", "adder.net", "--exhaustive", "--equals", "adder.aig")
    monkeypatch.setattr(comparing, "_part", lambda engine: 1 << 12)
    names = [f"{i}.json" for i in (1, 2, 3)]
    for i, name in enumerate(names, 1):
        assert run(capsys, *ask, "--shard", f"{i}/3", "--receipt", name)[0] == 0
    assert run(capsys, "merge", *names[:2])[0] == 3
    code, out, _ = run(capsys, "merge", *names, "-o", "all.json")
    assert code == 0
    assert out.endswith("equal on 1048576 inputs, all inputs of the domain, trusting the machines that wrote the receipts\n")
    assert run(capsys, *ask, "--receipt", "all.json")[0] == 0  # nothing is left to do
    half = json.loads(Path("all.json").read_text()) | {"tried": [[0, 4096], [8192, 1 << 19]]}
    Path("half.json").write_text(json.dumps(half))
    asked = []
    search = comparing.search
    monkeypatch.setattr(comparing, "search", lambda engine, a, b, *rest: asked.append((a, b)) or search(engine, a, b, *rest))
    assert run(capsys, *ask, "--receipt", "half.json")[:2] == (0, "equal on 1048576 inputs, all inputs in {0,1}^20\n")
    assert asked == [(4096, 8192), (1 << 19, 1 << 20)]
    assert json.loads(Path("half.json").read_text())["tried"] == [[0, 1 << 20]]


def test_a_run_that_is_stopped_leaves_what_it_had_tried(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    ask = ("run", "adder.net", "--exhaustive", "--equals", "adder.aig", "--receipt", "r.json")
    monkeypatch.setattr(comparing, "_part", lambda engine: 1 << 12)
    monkeypatch.setattr(comparing, "SAVED_EVERY", -1.0)
    search = comparing.search

    def stopped(engine, first, last, seed, threads, part, done):  # type: ignore[no-untyped-def]
        def until(a: int, b: int) -> bool:
            done(a, b)
            if b == 5 << 12:
                raise KeyboardInterrupt
            return True

        return search(engine, first, last, seed, threads, part, until)

    monkeypatch.setattr(comparing, "search", stopped)
    with pytest.raises(KeyboardInterrupt):
        comparing.compare(*given(), options())
    assert json.loads(Path("r.json").read_text())["tried"] == [[0, 5 << 12]]
    monkeypatch.setattr(comparing, "search", search)
    assert run(capsys, *ask)[:2] == (0, "equal on 1048576 inputs, all inputs in {0,1}^20\n")


def given():  # type: ignore[no-untyped-def]
    from proofcheck.circuits import read_circuit
    from proofcheck.networks import read_network

    return read_network("adder.net"), read_circuit("adder.aig")


def options():  # type: ignore[no-untyped-def]
    from argparse import Namespace

    return Namespace(exhaustive=True, random=None, shard=None, cluster=None, receipt="r.json", dtype="auto", device="cpu")


def test_a_difference_is_kept_in_the_receipt(capsys: pytest.CaptureFixture[str]) -> None:
    ask = ("run", "adder.net", "--exhaustive", "--equals", "wrong.aig", "--receipt", "w.json")
    first = run(capsys, *ask)
    assert first[0] == 1
    assert run(capsys, *ask) == first
    code, out, _ = run(capsys, "merge", "w.json")
    assert (code, "different at the input of rank" in out) == (1, True)


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("--exhaustive", "--equals", "adder.aig", "--shard", "5/4"), 64, "the shard 5/4 was asked for"),
        (("--exhaustive", "--equals", "adder.aig", "--shard", "a"), 64, "the shard 'a' was asked for"),
        (("--random", "5", "--equals", "adder.aig", "--shard", "1/4"), 64, "--cluster are for --exhaustive --equals"),
        (("--exhaustive", "--shard", "1/4"), 64, "--cluster are for --exhaustive --equals"),
        (("--exhaustive", "--equals", "adder.aig", "--shard", "1/4", "--dtype", "int8"), 64, "leave out --dtype and --device"),
        (("--exhaustive", "--equals", "adder.aig", "--receipt", "no/r.json"), 64, "its folder does not exist"),
        (("--exhaustive", "--equals", "adder.aig", "--receipt", "adder.aig"), 65, "is no receipt of an exhaustive run"),
    ],
)
def test_what_cannot_be_done_is_said(words: tuple[str, ...], code: int, message: str, capsys: pytest.CaptureFixture[str]) -> None:
    found, _, err = run(capsys, "run", "adder.net", *words)
    assert (found, message in err) == (code, True), err


def test_a_receipt_of_another_shard_is_not_taken_up(capsys: pytest.CaptureFixture[str]) -> None:
    ask = ("run", "adder.net", "--exhaustive", "--equals", "adder.aig", "--receipt", "r.json", "--shard")
    assert run(capsys, *ask, "1/2")[0] == 0
    code, _, err = run(capsys, *ask, "2/2")
    assert (code, "is the receipt of another run" in err) == (65, True)


@pytest.mark.skipif(kernels() is None, reason="the processor in place of a GPU needs a C compiler")
def test_a_device_compares_and_evaluates_and_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    ask = ("run", "adder.net", "--equals", "adder.aig", "--device", "twin")
    words = "compared in bits by a kernel on a processor in place of a GPU, which is trusted\n"
    assert run(capsys, *ask, "--exhaustive") == (0, "equal on 1048576 inputs, all inputs in {0,1}^20\n", words)
    code, out, error = run(capsys, *ask, "--random", "4096")
    assert (code, out, error) == (0, "equal on 4096 inputs, which proves nothing about others\n", words)
    for way in (("--exhaustive",), ("--random", "4096")):
        wrong = ("run", "adder.net", "--equals", "wrong.aig", *way)
        assert run(capsys, *wrong, "--device", "twin") == run(capsys, *wrong)
    Path("points").write_text("0" * 20 + "\n" + "1" * 20 + "\n")
    plain = run(capsys, "run", "adder.net", "--inputs", "points")
    code, out, error = run(capsys, "run", "adder.net", "--inputs", "points", "--device", "twin")
    assert (code, out) == plain[:2]
    assert error == "proofcheck: evaluated in float32 by a kernel on a processor in place of a GPU, which is trusted\n"
    assert run(capsys, *ask, "--exhaustive", "--cluster", "tcp://127.0.0.1:1")[0] == 64


@pytest.mark.skipif(kernels() is None, reason="the processor in place of a GPU needs a C compiler")
def test_without_a_kernel_on_the_device_torch_evaluates_and_says_so(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def none_there(name: str) -> None:
        raise NoDevice("it is broken")

    monkeypatch.setattr(devices, "device_named", none_there)
    ask = ("run", "adder.net", "--equals", "adder.aig", "--device", "twin")
    code, out, error = run(capsys, *ask, "--random", "100")
    assert (code, out) == (0, "equal on 100 inputs, which proves nothing about others\n")
    assert error == "proofcheck: no kernel on the device twin: it is broken: evaluated by torch, level by level\n"
    code, _, error = run(capsys, *ask, "--exhaustive", "--receipt", "r.json")
    assert (code, "themselves: not on the device twin: it is broken" in error) == (64, True)
