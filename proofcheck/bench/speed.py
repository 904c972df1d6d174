"""`proofcheck bench speed`: how fast networks of circuits are evaluated, by us and by others, beside what the machine can do.

Unit: gates of the circuit times inputs, per second; carries and the halves of an XOR are not counted, so whoever computes them
pays for them. Every way is run once on the whole batch and compared with the simulated circuit before it is timed; a way that
differs ends the benchmark. Then all ways, and the row limits, take turns in one process and one thread; the medians of the
processor time are shown, which on a busy machine says more than the clock.
"""

from __future__ import annotations

import platform
import time
from argparse import Namespace
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

import numpy as np

from proofcheck.bench.measured import Measured
from proofcheck.bench.report import Cell, Done, Report
from proofcheck.bench.speed_limits import row_limits
from proofcheck.bench.speed_peers import NotHere, Run, dense, onnxruntime_dense, scipy_csr, strict_layers, torch_csr
from proofcheck.bench.speed_plot import plot
from proofcheck.bench.speed_tasks import TASKS, tasks
from proofcheck.circuits import Circuit, emulate, multiplier, random_circuit, ripple_adder, simulate
from proofcheck.engine.bits.boolean import lookup_of_network
from proofcheck.engine.bits.programs import BitEngine
from proofcheck.engine.native import arithmetic_in_use, kernels, level2_bytes
from proofcheck.engine.rows import row_engine
from proofcheck.errors import ProofcheckError, Refusal, UsageError
from proofcheck.networks import Network, layered

CIRCUITS: dict[str, Callable[[], Circuit]] = {
    "random 1k, 50 levels": lambda: random_circuit(1_000, 64, 1, 50, 4),
    "random 27k, 100 levels": lambda: random_circuit(27_000, 256, 1, 100, 4),
    "random 200k, 300 levels": lambda: random_circuit(200_000, 1024, 1, 300, 4),
    "64-bit adder": lambda: ripple_adder(64, carry_out=True),
    "32-bit multiplier": lambda: multiplier(32),
    "64-bit multiplier": lambda: multiplier(64),
}
ROUNDS = 5
LEAST_SECONDS = 0.02
"""A call shorter than this is repeated within its turn."""
BATCH = {"bits": 1 << 17, "numbers": 1 << 14, "slow": 1 << 11}
"""Inputs to a call, at most: of the compiled kernel in bits, in numbers, and of everything else."""
WORK = {"bits": 1 << 32, "numbers": 1 << 29, "slow": 1 << 26}
"""Gates times inputs of a call, at most."""
MOST_STRICT = 30_000
"""Circuits of more gates are not made strictly layered for the others: building and running them would take minutes."""


@dataclass(frozen=True)
class Way:
    """One way to evaluate one batch: `limit` names the row limit of its dtype."""

    name: str
    inputs: int
    run: Run
    limit: str


@dataclass
class Timed:
    """A way with the seconds of each of its turns, per call."""

    way: Way
    seconds: list[float] = field(default_factory=list)

    @property
    def median(self) -> float:
        return median(self.seconds)


def run(options: Namespace, done: Done) -> Report:
    """Measure the circuits and tasks whose names contain `only`, "tasks": all tasks. Raises UsageError when none is left."""
    names = [name for name in CIRCUITS if options.only in name]
    wanted = "" if options.only == "tasks" else options.only
    if not names and not any(wanted in name for name in TASKS):
        raise UsageError(f"no circuit or task contains {options.only!r}: they are called {', '.join([*CIRCUITS, *TASKS])}")
    rows: list[dict[str, Any]] = []
    for name in names:
        rows += _measure(name, CIRCUITS[name](), done)
    measured = tasks(done, wanted)
    return _report(rows, measured)


def _measure(name: str, circuit: Circuit, done: Done) -> list[dict[str, Any]]:
    """A row for each way and each limit."""
    import torch

    torch.set_num_threads(1)
    done(f"{name}: building")
    network = emulate(circuit)
    bits = np.random.default_rng(0).integers(0, 2, (max(BATCH.values()), circuit.input_count), dtype=np.uint8)
    truth = simulate(circuit, bits)
    ways, left_out = _ways(circuit, network, bits, done)
    for way in ways:
        done(f"{name}: comparing {way.name}")
        _check(name, way, truth)
    limits = row_limits() if kernels() is not None else {}
    timed = [Timed(way) for way in ways]
    rates: dict[str, list[float]] = {limit: [] for limit in limits}
    for turn in range(ROUNDS):
        done(f"{name}: turn {turn + 1} of {ROUNDS}")
        for one in timed:
            one.seconds.append(_seconds(one.way.run))
        for limit, work in limits.items():
            rates[limit].append(work.lanes / _seconds(work.run))
    rows: list[dict[str, Any]] = []
    for one in timed:
        rate = circuit.gate_count * one.way.inputs / one.median
        limit_rate = median(rates[one.way.limit]) if one.way.limit in rates else None
        rows.append(
            {
                "circuit": name,
                "gates": circuit.gate_count,
                "depth": circuit.depth,
                "way": one.way.name,
                "inputs": one.way.inputs,
                "seconds": one.median,
                "rate": rate,
                "limit": one.way.limit,
                "limit_rate": limit_rate,
                "share": None if limit_rate is None else rate / limit_rate,
            }
        )
    csr: float | None = next((row["rate"] for row in rows if row["way"] == "torch CSR, tiled"), None)
    for row in rows:
        row["times_csr"] = None if csr is None else row["rate"] / csr
    rows += [{"circuit": name, "gates": circuit.gate_count, "way": way, "left_out": reason} for way, reason in left_out]
    return rows


def _ways(circuit: Circuit, network: Network, bits: Any, done: Done) -> tuple[list[Way], list[tuple[str, str]]]:
    ways: list[Way] = []
    left_out: list[tuple[str, str]] = []
    program = lookup_of_network(network)
    many, some, few = (bits[: _batch(size, circuit.gate_count)] for size in ("bits", "numbers", "slow"))
    for compiled in (True, False):
        name, given = f"ours: bits, {'compiled' if compiled else 'numpy'}", many if compiled else some
        if compiled and kernels() is None:
            left_out.append((name, arithmetic_in_use()))
            continue
        engine, columns = BitEngine(program, compiled), _words(given)
        ways.append(Way(name, len(given), lambda e=engine, c=columns: e.run(c), "bits"))  # type: ignore[misc]
    for dtype, limit in (("uint8", "uint8"), ("int16", "int16"), ("float32", "float32")):
        try:
            rows = row_engine(network, None, dtype)
        except Refusal as reason:
            left_out.append((f"ours: {dtype}, compiled", str(reason)))
            continue
        lanes = np.ascontiguousarray(some.T, dtype)
        ways.append(Way(f"ours: {dtype}, compiled", len(some), lambda r=rows, g=lanes: r.run(g), limit))  # type: ignore[misc]
    done("torch modules")
    for dtype in ("int8", "float32"):
        ways.append(_torch_way(network, dtype, bits[: min(len(some), 4 * len(few))]))
    if circuit.gate_count > MOST_STRICT:
        left_out.append(("torch CSR and others", f"strict layers of more than {MOST_STRICT} gates are not made"))
        return ways, left_out
    strict = strict_layers(layered(network, "latest"))
    peers: Sequence[tuple[str, Callable[..., Run]]] = (
        *(("torch CSR, tiled", torch_csr), ("scipy CSR, tiled", scipy_csr)),
        *(("nn.Sequential, dense", dense), ("onnxruntime, dense", onnxruntime_dense)),
    )
    for name, make in peers:
        part = few[:1024] if "dense" in name else few
        try:
            ways.append(Way(name, len(part), make(strict, part), "float32"))
        except NotHere as reason:
            left_out.append((name, str(reason)))
    return ways, left_out


def _batch(size: str, gates: int) -> int:
    """Inputs to a call, a multiple of 64."""
    return max(64, min(BATCH[size], WORK[size] // max(gates, 1) // 64 * 64))


def _torch_way(network: Network, dtype: str, bits: Any) -> Way:
    import torch

    from proofcheck.engine import module

    exact = module(network, dtype, check_domain=False)
    given = torch.from_numpy(bits).to(getattr(torch, dtype))
    return Way(f"ours: {dtype}, torch", len(bits), lambda: exact(given).numpy(), "uint8" if dtype == "int8" else dtype)


def _words(bits: Any) -> Any:
    """64 inputs in a word, (inputs, words)."""
    return np.ascontiguousarray(np.packbits(np.ascontiguousarray(bits.T), axis=1, bitorder="little")).view(np.uint64)


def _check(name: str, way: Way, truth: Any) -> None:
    """Raise ProofcheckError unless the whole output is that of the circuit."""
    found, expected = way.run(), truth[: way.inputs]
    if found.dtype == np.uint64:
        found = np.unpackbits(found.view(np.uint8), axis=1, bitorder="little")
    found = found.T if found.shape != expected.shape else found
    if found.shape != expected.shape or not bool(np.all(found == expected)):
        raise ProofcheckError(f"{way.name} does not compute the circuit {name}: nothing was timed")


def _seconds(work: Callable[[], Any]) -> float:
    """The processor time of one call, the mean of as many as take some hundredths of a second."""
    started, calls = time.process_time(), 0
    while True:
        work()
        calls += 1
        spent = time.process_time() - started
        if spent >= LEAST_SECONDS:
            return spent / calls


def _report(rows: list[dict[str, Any]], measured: Sequence[Measured]) -> Report:
    columns = ("circuit", "way", "inputs", "G gates/s", "of the row limit", "x torch CSR")
    table, lines = [], [" | ".join(columns), " | ".join("---" for _ in columns)]
    for row in rows:
        if "left_out" in row:
            texts = [row["circuit"], row["way"], "", "", "", f"left out: {row['left_out']}"]
        else:
            share, times = row["share"], row["times_csr"]
            texts = [row["circuit"], row["way"], str(row["inputs"]), f"{row['rate'] / 1e9:.3g}"]
            texts += ["" if share is None else f"{share:.2f} of {row['limit']}", "" if times is None else f"{times:.3g}"]
        table.append(tuple(Cell(text) for text in texts))
        lines.append(" | ".join(texts))
    summary = [f"{one.name}: {one.words}" for one in measured]
    summary += [f"{platform.machine()}, second-level cache {level2_bytes() // 1024} KiB, {arithmetic_in_use()}, one thread"]
    data = {
        "format": "proofcheck-speed",
        "version": 1,
        "machine": {"machine": platform.machine(), "level2_bytes": level2_bytes(), "kernels": arithmetic_in_use()},
        "rows": rows,
        "tasks": [{"name": one.name, "words": one.words, **one.numbers} for one in measured],
    }
    return Report((*lines, "", *summary), columns, tuple(table), tuple(summary), data, 0, plot(rows))
