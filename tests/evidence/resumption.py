"""Kill an exhaustive run in the middle, again and again: `python -m tests.evidence.resumption [--bits 20] [--kills 20]`.

A ripple-carry adder network of two words is compared with a prefix adder on all 2^(2 bits) inputs, 2^40 by default. The run is
killed by SIGKILL at random moments and started again with its receipt. After each kill: the receipt is whole, nothing that it
had is lost, nothing is in it twice. At the end it covers all inputs and is, byte by byte, that of a run that nobody stopped
(for 2^36 inputs and fewer such a run is made; otherwise the receipt is made here, from its definition). The exit status is 1
when anything fails.
"""

from __future__ import annotations

import argparse
import random
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from proofcheck.checkers.receipts import Receipt, read_receipt
from proofcheck.circuits import emulate, kogge_stone_adder, ripple_adder, write_aiger
from proofcheck.networks import write_network

QUICK = """
import sys
from proofcheck.cli import main
from proofcheck.commands import comparing
comparing.SAVED_EVERY = {saved_every}
if {part}:
    comparing._part = lambda engine: {part}
sys.exit(main(sys.argv[1:]))
"""


def main(arguments: list[str] | None = None) -> int:
    """Print what each kill left; returns 1 when something was wrong."""
    parser = argparse.ArgumentParser(description="Kill an exhaustive run in the middle, again and again.")
    parser.add_argument("--bits", type=int, default=20)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--longest", type=float, default=60, help="seconds until a kill, at most")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)
    draw, started = random.Random(options.seed), time.monotonic()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        written(folder, options.bits)
        wrong, receipt = [], None
        for i in range(options.kills):
            found, receipt = killed(folder, draw.uniform(1, options.longest), receipt, 5.0, 0)
            wrong += found
            print(f"kill {i + 1}: {receipt.count if receipt else 0} of 2^{2 * options.bits} inputs were tried", flush=True)
        code = start(folder, "r.json", 5.0, 0).wait()
        last = read_receipt(folder / "r.json")
        wrong += [] if code == 0 else [f"the last run ends with {code}"]
        if 2 * options.bits <= 36:
            start(folder, "whole.json", 5.0, 0).wait()
            whole = (folder / "whole.json").read_bytes()
        else:
            whole = replace(last, tried=((0, 1 << (2 * options.bits)),), failing=None).bytes()
        wrong += [] if (folder / "r.json").read_bytes() == whole else ["the receipt is not that of a run that nobody stopped"]
    print(f"{last.count} inputs, {options.kills} kills, {time.monotonic() - started:.0f} s by the clock")
    print("\n".join(wrong) or "nothing lost, nothing counted twice, the same receipt")
    return int(bool(wrong))


def written(folder: Path, bits: int) -> None:
    """The network and the circuit to be compared."""
    write_network(emulate(ripple_adder(bits)), folder / "adder.net")
    write_aiger(kogge_stone_adder(bits), folder / "adder.aig")


def start(folder: Path, receipt: str, saved_every: float, part: int) -> subprocess.Popen[bytes]:
    """A run in a process of its own; part: inputs to a part, 0 for the usual number."""
    code = QUICK.format(saved_every=saved_every, part=part)
    ask = ["run", "adder.net", "--exhaustive", "--equals", "adder.aig", "--receipt", receipt]
    return subprocess.Popen([sys.executable, "-c", code, *ask], cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def killed(
    folder: Path, seconds: float, before: Receipt | None, saved_every: float, part: int, at_least: int = 0
) -> tuple[list[str], Receipt | None]:
    """(what is wrong, the receipt) after a run was killed some time after it had tried `at_least` inputs more than before."""
    run, path = start(folder, "r.json", saved_every, part), folder / "r.json"
    wanted = (before.count if before else 0) + at_least
    while at_least and run.poll() is None and (read_receipt(path).count if path.exists() else 0) < wanted:
        time.sleep(0.001)
    time.sleep(seconds)
    run.send_signal(signal.SIGKILL)
    run.wait()
    if not path.exists():
        return (["the receipt is gone"] if before else []), None
    receipt = read_receipt(path)  # raises InputError for half a file, and for ranges that overlap
    lost = before is not None and not all(any(a <= low and high <= b for a, b in receipt.tried) for low, high in before.tried)
    return (["something that had been tried is no longer in the receipt"] if lost else []), receipt


if __name__ == "__main__":
    sys.exit(main())
