"""Real circuits, end to end, each step a process of its own: emulate, prove, audit on a bare interpreter, compare at random.

    python -m tests.evidence.real_circuits [--random N] [--layered] [NAME ...]

prints one line for each AIGER and Bristol Fashion circuit of ../shared/data. The exit status is 1 when a step fails.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT.parent / "shared" / "data"


@dataclass(frozen=True)
class Step:
    """How one process ended."""

    status: int
    seconds: float
    megabytes: float
    output: str


def step(*command: str) -> Step:
    """Run a command; its output is the last 2,000 characters of both streams."""
    with tempfile.TemporaryFile() as log:
        begin = time.perf_counter()
        pid = os.posix_spawn(
            command[0], command, os.environ, file_actions=[(os.POSIX_SPAWN_DUP2, log.fileno(), n) for n in (1, 2)]
        )
        _, status, usage = os.wait4(pid, 0)
        seconds = time.perf_counter() - begin
        log.seek(0)
        return Step(os.waitstatus_to_exitcode(status), seconds, usage.ru_maxrss / 1024, log.read().decode()[-2000:])


def circuits() -> list[Path]:
    """The combinational AIGER and the Bristol Fashion files."""
    return [
        p
        for p in sorted([*DATA.glob("aiger/*.aag"), *DATA.glob("epfl/*.aig"), *DATA.glob("bristol/*.txt")])
        if p.stem != "License"
    ]


def main(argv: list[str]) -> int:
    """Print the table; returns 1 when a step failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--random", type=int, default=100_000)
    parser.add_argument("--layered", action="store_true")
    asked = parser.parse_args(argv)
    from proofcheck.circuits import read_circuit
    from proofcheck.errors import InputError
    from proofcheck.networks import read_network, sizes

    failed = 0
    heads = ("circuit", "gates", "neurons", "depth", "emulate", "prove", "audit", f"{asked.random} random", "memory")
    print("{:22} {:>7} {:>8} {:>6} {:>9} {:>9} {:>9} {:>14} {:>9}".format(*heads))
    for path in circuits():
        if asked.names and path.name not in asked.names:
            continue
        try:
            circuit = read_circuit(path)
        except InputError as error:
            print(f"{path.name:22} refused: {error.message}")
            continue
        if circuit.output_count == 0:
            print(f"{path.name:22} has no outputs: nothing to prove")
            continue
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
                print(f"{path.name:22} FAILED, exit {bad.status}: {bad.output.strip()[-300:]}")
                continue
            size = sizes(read_network(net))
        times = " ".join(f"{s.seconds:8.2f}s" for s in steps[:3])
        memory = max(s.megabytes for s in steps)
        gates = circuit.and_count + circuit.xor_count
        print(
            f"{path.name:22} {gates:7} {size.neurons:8} {size.depth:6} {times} {steps[3].seconds:13.2f}s {memory:6.0f} MB",
            flush=True,
        )
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
