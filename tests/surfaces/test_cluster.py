"""Exhaustive comparisons on a Dask cluster of several processes: the same result, also when one is killed in the middle."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from proofcheck.checkers.receipts import joined
from proofcheck.circuits import emulate, kogge_stone_adder, ripple_adder, write_aiger
from proofcheck.cli import main
from proofcheck.commands import comparing
from proofcheck.commands.cluster import search_on_cluster, try_part
from proofcheck.engine.bit_inputs import bits_of_input
from proofcheck.errors import UsageError
from proofcheck.networks import layered, network_bytes, write_network

distributed = pytest.importorskip("distributed", reason="Dask is not installed: the extra `cluster` has it")

NETWORK, CIRCUIT = layered(emulate(ripple_adder(9))), kogge_stone_adder(9)
TOTAL, PART = 1 << 18, 1 << 13


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    with distributed.LocalCluster(
        n_workers=3, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=50, host="127.0.0.1"
    ) as local:
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
    monkeypatch.setattr("proofcheck.commands.cluster.SECONDS", 1)
    for address in ("tcp://127.0.0.1:1", "nonsense://x"):
        with pytest.raises(UsageError, match="there is no cluster at"):
            next(search_on_cluster(address, NETWORK, CIRCUIT, [(0, 64)], 64))
