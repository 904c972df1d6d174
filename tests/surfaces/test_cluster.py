"""Comparisons and gates on a Dask cluster of several processes: the same result, also when one is killed in the middle."""

from __future__ import annotations

import asyncio
import concurrent.futures
import json
import os
import shutil
import signal
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from proofcheck.checkers.receipts import joined
from proofcheck.checkers.task import Budget
from proofcheck.circuits import emulate, kogge_stone_adder, ripple_adder, write_aiger
from proofcheck.cli import main
from proofcheck.commands import comparing
from proofcheck.commands.cluster import search_on_cluster, try_part
from proofcheck.engine.bits.inputs import bits_of_input
from proofcheck.errors import UsageError
from proofcheck.gate import cluster as gate_cluster
from proofcheck.networks import layered, network_bytes, write_network

distributed = pytest.importorskip("distributed", reason="Dask is not installed: the extra `cluster` has it")

NETWORK, CIRCUIT = layered(emulate(ripple_adder(9))), kogge_stone_adder(9)
TOTAL, PART = 1 << 18, 1 << 13


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("proofcheck.gate.cluster.SECONDS", 10)


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    import dask

    few = {"distributed.scheduler.allowed-failures": 1}  # the second worker that a task kills is its last
    with (
        dask.config.set(few),
        distributed.LocalCluster(
            n_workers=3, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=50, host="127.0.0.1"
        ) as local,
    ):
        yield local


def test_parts_come_once_each_also_when_a_worker_is_killed_in_the_middle(cluster: Any) -> None:
    ranges, killed = [], False
    for first, last, found in search_on_cluster(cluster.scheduler_address, NETWORK, CIRCUIT, [(0, TOTAL)], PART):
        assert found is None
        ranges.append((first, last))
        if len(ranges) == 5:
            with distributed.Client(cluster.scheduler_address, set_as_default=False) as client:
                pids = client.run(os.getpid)
            os.kill(next(iter(pids.values())), signal.SIGKILL)
            killed = True
    assert killed
    assert len(ranges) == TOTAL // PART
    assert joined(ranges) == ((0, TOTAL),)


def test_the_command_says_and_keeps_what_it_would_without_a_cluster(
    cluster: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(comparing, "_part", lambda engine: PART)
    write_network(NETWORK, "adder.net")
    write_aiger(CIRCUIT, "adder.aig")
    output = CIRCUIT.output.copy()
    output[[0, 1]] = output[[1, 0]]
    write_aiger(replace(CIRCUIT, output=output), "wrong.aig")
    ask = ["run", "adder.net", "--exhaustive", "--equals", "adder.aig"]
    on = ["--cluster", cluster.scheduler_address]
    for more in (["--receipt", "a.json", "--shard", "2/3"], []):
        assert main([*ask, *more]) == 0
        alone = capsys.readouterr().out
        assert main([*ask, *on, *(["--receipt", "b.json", *more[2:]] if more else [])]) == 0
        assert capsys.readouterr().out == alone
    assert json.loads(Path("a.json").read_text()) == json.loads(Path("b.json").read_text())
    for more in ([], on):
        assert main(["run", "adder.net", "--exhaustive", "--equals", "wrong.aig", *more]) == 1
        lines = capsys.readouterr().out.splitlines()
        assert lines[0] == f"input     {' '.join(map(str, bits_of_input(1, 18)))}"


def test_a_part_is_the_same_wherever_it_is_tried() -> None:
    content = network_bytes(NETWORK), CIRCUIT.aiger()[0]
    first = try_part(*content, 0, TOTAL)
    other = try_part(content[0], network_bytes(NETWORK), 0, TOTAL)
    assert first[:3] == other[:3] == (0, TOTAL, None)
    assert first[3] != other[3]


def test_an_address_where_nobody_answers_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("proofcheck.gate.cluster.SECONDS", 1)
    for address in ("tcp://127.0.0.1:1", "nonsense://x"):
        with pytest.raises(UsageError, match="there is no cluster at"):
            next(search_on_cluster(address, NETWORK, CIRCUIT, [(0, 64)], 64))


GIVEN = "lambda x: [maximum(a, 0) for a in x], on=Reals, at=[1, 2]"
PARTS = "lambda x: [2 * (maximum(a, 0) // 2) + maximum(a, 0) % 2 for a in x]"  # which no certificate relates to maxima
ESTABLISHED = {GIVEN: f"{PARTS}, on=Reals, at=[1, 2, 3]"}
ALL = {
    "claims={": f"""claims={{
        "certified": Computes({GIVEN}, floor=certified),
        "established": Computes({PARTS}, on=Reals, at=[1, 2, 3]),
        "wrong": Computes(lambda x: [maximum(a, 1) for a in x], on=Reals, at=[2]),
        "referenced": Computes(reference(lambda x: [max(a, 0) for a in x]), on=Integers(-3, 3), at=[1]),"""
}
KEPT = ("construction", "claim", "size", "status", "sentence", "problem")


def gate(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, list[dict[str, Any]], str]:
    """(exit code, the evidence without what differs from run to run, what was printed)."""
    code = main(["gate", "--mutants", "0", "--recheck", "--json", "e.json", *words])
    out = capsys.readouterr()
    items = json.loads(Path("e.json").read_text())["evidence"] if code < 64 or code == 65 else []
    told = []
    for item in items:
        finding = item["finding"] or {}
        told.append({key: item[key] for key in KEPT} | {key: finding.get(key) for key in finding if key != "seconds"})
    shutil.rmtree(".proofcheck", ignore_errors=True)
    return code, told, out.out + out.err


def trusting(items: list[dict[str, Any]], address: str) -> tuple[list[dict[str, Any]], set[tuple[str, str]]]:
    """The evidence without trust in the cluster, and the claims at which it was named."""
    words, named, bare = f"the workers of the cluster at {address}", set(), []
    for item in items:
        trust = item.get("trust") or []
        if words in trust:
            named.add((item["construction"], item["claim"]))
        bare.append(item | ({"trust": [text for text in trust if text != words]} if "trust" in item else {}))
    return bare, named


def killing(cluster: Any, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """A worker process is killed when the first answer comes; the list holds its number then."""
    original, killed = gate_cluster.Cluster._answer, list[int]()

    def answer(self: Any, future: Any, *rest: Any) -> Any:
        if not killed:
            killed.append(next(iter(self.client.run(os.getpid).values())))
            os.kill(killed[0], signal.SIGKILL)
        return original(self, future, *rest)

    monkeypatch.setattr(gate_cluster.Cluster, "_answer", answer)
    return killed


def test_a_gate_finds_the_same_also_when_a_worker_is_killed_in_the_middle(
    cluster: Any, project: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    project("parts", replace=ALL)
    alone = gate(capsys)
    assert alone[0] == 1
    killed = killing(cluster, monkeypatch)
    code, told, _ = gate(capsys, "--cluster", cluster.scheduler_address)
    assert killed
    bare, named = trusting(told, cluster.scheduler_address)
    assert (code, bare) == alone[:2]  # every claim at every size once, with the same verdict, strength, method and witness
    assert named == {("parts", "established"), ("parts", "computes")}  # by z3: the others are replayed here


def test_a_claim_that_kills_its_workers_is_unknown_and_the_others_are_judged(
    cluster: Any, project: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    project("established", replace=ESTABLISHED)
    submit = distributed.Client.submit

    def bomb(self: Any, function: Any, case: Any, *rest: Any, **options: Any) -> Any:
        deadly = case.job.size == "n = 2"
        return submit(self, os._exit, 9, **options) if deadly else submit(self, function, case, *rest, **options)

    monkeypatch.setattr(distributed.Client, "submit", bomb)
    code, told, _ = gate(capsys, "--cluster", cluster.scheduler_address, "--only", "*::computes")
    assert code == 3
    assert {item["size"]: item["status"] for item in told} == {
        "n = 1": "met",
        "n = 2": "unknown",
        "n = 3": "met",
    }
    assert [item["reason"] for item in told if item["size"] == "n = 2"] == [gate_cluster.DIED]


def test_workers_of_another_version_and_time_that_is_spent(
    cluster: Any, project: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    project("established", replace=ESTABLISHED)
    on = ["--only", "*::computes", "--cluster", cluster.scheduler_address]
    code, told, _ = gate(capsys, *on, "--budget", "0s")
    assert (code, "the budget of 0 s for the whole run was spent" in told[0]["reason"]) == (3, True)
    with monkeypatch.context() as patch:
        patch.setattr(gate_cluster, "package_sources", lambda: "0" * 64)
        code, _, said = gate(capsys, *on)
        assert (code, "have another version of this package: install this one there" in said) == (64, True)
    code, _, said = gate(capsys, "--cluster", "tcp://127.0.0.1:1")
    assert (code, "there is no cluster at 'tcp://127.0.0.1:1'" in said) == (64, True)


def test_a_future_that_ends_in_any_way_is_an_answer_or_a_reason() -> None:
    class Future:
        def __init__(self, error: BaseException) -> None:
            self.error = error

        def result(self, timeout: float | None) -> object:
            raise self.error

    here = gate_cluster.Cluster("tcp://x", 1, Budget(), recheck=True)
    here.distributed = distributed
    for error, reason in (
        (asyncio.CancelledError(), gate_cluster.LOST),
        (concurrent.futures.CancelledError(), gate_cluster.LOST),
        (distributed.KilledWorker("a task", None, 3), gate_cluster.DIED),
        (OSError("no route"), "a worker of the cluster failed: OSError: no route"),
    ):
        assert here._answer(Future(error)) == reason
