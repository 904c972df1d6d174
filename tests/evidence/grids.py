"""Exhaustion of grids past 2^24 inputs: `python -m tests.evidence.grids [--values 34]`.

Two networks for the maximum of five integers, by a tournament and one after another, are compared on {0..v-1}^5: at once, and in
three shards that are merged, one of them stopped on the way; then one that is wrong at the last input only. The growth of
memory is measured while they run. The exit status is 1 when anything is not as it should be.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import sys
import tempfile
import time
from pathlib import Path

from proofcheck.cli import main as proofcheck
from proofcheck.domains import Integers
from proofcheck.networks import inputs, network, relu, write_network


def main(arguments: list[str] | None = None) -> int:
    """Print what was found and how long it took; returns 1 when something is wrong."""
    parser = argparse.ArgumentParser(description="Exhaustion of grids past 2^24 inputs.")
    parser.add_argument("--values", type=int, default=34)
    v = parser.parse_args(arguments).values
    wrong, before = [], os.getcwd()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        try:
            written(v)
            total = v**5
            print(f"{total} inputs, 2^24 is {1 << 24}")
            ask = ["run", "a.net", "--exhaustive", "--equals"]
            resident, started, spent = peak(), time.monotonic(), time.process_time()
            wrong += [] if proofcheck([*ask, "b.net", "--receipt", "whole.json"]) == 0 else ["equal networks differ"]
            clock, spent = time.monotonic() - started, time.process_time() - spent
            rate = f"{total / spent / 1e6:.0f} million inputs a second"
            print(f"{clock:.1f} s by the clock, {spent:.1f} s of the processor, {rate}")
            print(f"{peak() - resident} MiB more memory than before")
            for i in (1, 2, 3):
                wrong += [] if proofcheck([*ask, "b.net", "--shard", f"{i}/3", "--receipt", f"{i}.json"]) == 0 else [f"part {i}"]
            half = json.loads(Path("2.json").read_text())
            first, last = half["share"]
            half["tried"] = [[first, first + (last - first) // 128 * 64]]
            Path("2.json").write_text(json.dumps(half))
            wrong += [] if proofcheck([*ask, "b.net", "--shard", "2/3", "--receipt", "2.json"]) == 0 else ["part 2 taken up"]
            wrong += [] if proofcheck(["merge", "1.json", "2.json", "3.json", "-o", "all.json"]) == 0 else ["the merge"]
            same = Path("all.json").read_bytes() == Path("whole.json").read_bytes()
            wrong += [] if same else ["the merged receipt is not that of the whole"]
            wrong += [] if proofcheck([*ask, "c.net"]) == 1 else ["the difference at the last input was not found"]
        finally:
            os.chdir(before)
    print("\n".join(wrong) or "all as it should be")
    return int(bool(wrong))


def written(v: int) -> None:
    """a.net and b.net compute the maximum, c.net one more where all are v - 1, the input of the last rank."""
    on = Integers(0, v - 1)
    x = inputs(5, on=on)
    rounds = list(x)
    while len(rounds) > 1:
        rounds = [b + relu(a - b) for a, b in zip(rounds[::2], rounds[1::2], strict=False)] + rounds[len(rounds) // 2 * 2 :]
    write_network(network(rounds), "a.net")
    for name, last in (("b.net", 0), ("c.net", 1)):
        x = inputs(5, on=on)
        largest = x[0]
        for value in x[1:]:
            largest = value + relu(largest - value)
        write_network(network([largest + last * relu(sum(x) - (5 * (v - 1) - 1))]), name)


def peak() -> int:
    """The most memory that this process has had, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10


if __name__ == "__main__":
    sys.exit(main())
