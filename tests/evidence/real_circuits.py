"""Real circuits of every format, end to end: read, simulated, emulated, certified, audited, compared at random.

    python -m tests.evidence.real_circuits [--random N] [--layered] [NAME ...]

prints one line for each circuit of ../shared/data: AIGER, BLIF, .bench, Bristol Fashion, PLA, DIMACS CNF. `simulate` compares
the circuit with what its publishers say it computes, where they say it, and with the other file of the same circuit. The
other columns are processes of their own: emulate, prove --floor certified, the audit by the kernel on a bare interpreter, and
run --random. Memory is the largest of all. The exit status is 1 when a step fails.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from proofcheck.circuits import Circuit, read_circuit, simulate
from proofcheck.errors import InputError
from proofcheck.networks import read_network, sizes
from tests.circuits.readings import reading_of

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT.parent / "shared" / "data"
PATTERNS = ("aiger/*.aag", "epfl/*.aig", "epfl/*.blif", "mcnc/*.blif", "mcnc/*.pla", "iscas85/*.bench", "bristol/*.txt",
            "equivalence/*.cnf", "cnf_networks/*.dimacs")  # fmt: skip
PAIRS = {"mcnc/C17.blif": "iscas85/c17.bench", "mcnc/C432.blif": "iscas85/c432.bench"}
ROWS = 300


@dataclass(frozen=True)
class Step:
    """How one process ended."""

    status: int
    seconds: float
    megabytes: float
    output: str


def step(*command: str) -> Step:
    """Run a command and wait for it; seconds of processor time, and the last 2,000 characters of both streams."""
    with tempfile.TemporaryFile() as log:
        pid = os.posix_spawn(
            command[0], command, os.environ, file_actions=[(os.POSIX_SPAWN_DUP2, log.fileno(), n) for n in (1, 2)]
        )
        _, status, usage = os.wait4(pid, 0)
        log.seek(0)
        seconds = usage.ru_utime + usage.ru_stime
        return Step(os.waitstatus_to_exitcode(status), seconds, usage.ru_maxrss / 1024, log.read().decode()[-2000:])


def circuits() -> list[Path]:
    """Every circuit file."""
    return [path for pattern in PATTERNS for path in sorted(DATA.glob(pattern)) if path.stem != "License"]


def rows_of(count: int) -> np.ndarray:
    """All inputs when there are few, else random ones of every density."""
    if count <= 8:
        whole = [[i >> k & 1 for k in range(count)] for i in range(1 << count)]
        return np.array(whole, dtype=np.uint8).reshape(1 << count, count)
    draw = random.Random(count)
    rows = [[int(draw.random() < density) for _ in range(count)] for density in (0.5, 0.5, 0.02, 0.98) for _ in range(ROWS // 4)]
    near = [[0] * count, [1] * count, *([int(k < half) for k in range(count)] for half in (count // 2, count // 2 + 1))]
    return np.array([*rows, *near], dtype=np.uint8)


def simulated(path: Path, circuit: Circuit) -> str:
    """What the circuit was compared with, in words; "-" for nothing. Raises AssertionError where it differs."""
    rows = rows_of(circuit.input_count)
    found, words = simulate(circuit, rows), []
    known = reading_of(path)
    if known is not None:
        words.append(known[0])
        for row, outputs in zip(rows.tolist(), found.tolist(), strict=True):
            assert all(said in (None, value) for said, value in zip(known[1](row), outputs, strict=True)), f"differs at {row}"
    twin = path.with_suffix(".aig") if path.parent.name == "epfl" else DATA / PAIRS.get(f"{path.parent.name}/{path.name}", "none")
    if twin != path and twin.exists():
        words.append(f"as {twin.name}")
        assert np.array_equal(simulate(read_circuit(twin), rows), found), f"differs from {twin.name}"
    return ", ".join(words) or "-"


def main(argv: list[str]) -> int:
    """Print the table; returns 1 when a step failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--random", type=int, default=10_000)
    parser.add_argument("--layered", action="store_true")
    asked = parser.parse_args(argv)
    failed = done = 0
    heads = ("read", "simulate", "emulate", "prove", "audit", "random")
    columns = " ".join(f"{head:>9}" for head in heads)
    print(f"{'circuit':18} {'reading':28} {'gates':>6} {'neurons':>7} {'depth':>5} {columns}    memory")
    for path in circuits():
        if asked.names and path.name not in asked.names:
            continue
        begin = time.process_time()
        try:
            circuit = read_circuit(path)
        except InputError as error:
            print(f"{path.name:18} refused: {error.message}")
            continue
        read = time.process_time() - begin
        if circuit.output_count == 0:
            print(f"{path.name:18} has no outputs: nothing to prove")
            continue
        begin = time.process_time()
        try:
            reading = simulated(path, circuit)
        except AssertionError as error:
            failed += 1
            print(f"{path.name:18} FAILED: {error}")
            continue
        simulating = time.process_time() - begin
        with tempfile.TemporaryDirectory() as folder:
            net, cert = f"{folder}/a.net", f"{folder}/a.cert"
            tool = (sys.executable, "-m", "proofcheck.cli")
            steps = [
                step(*tool, "emulate", str(path), "-o", net, *(["--layered"] if asked.layered else [])),
                step(*tool, "prove", net, "--equals", str(path), "-o", cert, "--floor", "certified"),
                step(sys.executable, "-S", "-m", "proofcheck.kernel", cert),
                step(*tool, "run", net, "--random", str(asked.random), "--equals", str(path)),
            ]
            bad = next((s for s in steps if s.status != 0), None)
            if bad is not None:
                failed += 1
                print(f"{path.name:18} FAILED, exit {bad.status}: {bad.output.strip()[-300:]}")
                continue
            size = sizes(read_network(net))
        done += 1
        times = " ".join(f"{seconds:8.2f}s" for seconds in (read, simulating, *(s.seconds for s in steps)))
        memory, gates = max(s.megabytes for s in steps), circuit.and_count + circuit.xor_count
        print(
            f"{path.name:18} {reading:28} {gates:6} {size.neurons:7} {size.depth:5} {times} {memory:6.0f} MB",
            flush=True,
        )
    print(f"{done} certified and audited, {failed} failed")
    return int(failed > 0 or not done)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
