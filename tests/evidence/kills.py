"""Kill gates at random moments: `python -m tests.evidence.kills [--times 200] [--seed 0]`.

After each kill by SIGKILL: no process is left, nothing that was kept before is lost, no entry of the cache is half-written,
and the next gate says what a fresh one says. Then two gates at once on one cache. The exit status is 1 when anything fails.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from pathlib import Path

from tests.power.doors.killing import ground, killed, two_at_once


def main(arguments: list[str] | None = None) -> int:
    """Print every failure and the counts; returns 1 when there is one."""
    parser = argparse.ArgumentParser(description="Kill gates at random moments.")
    parser.add_argument("--times", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)
    draw, failures, started = random.Random(options.seed), 0, time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        project = ground(Path(folder).resolve())
        print(
            f"a fresh gate: {len(project.verdicts) - 1} claims, exit {project.verdicts[0][0]}, {project.seconds:.1f} s",
            flush=True,
        )
        for i in range(options.times):
            wrong = killed(project, draw)
            failures += bool(wrong)
            for text in wrong:
                print(f"kill {i + 1}: {text}", flush=True)
            if (i + 1) % 20 == 0:
                print(f"{i + 1} kills, {failures} with a failure, {time.monotonic() - started:.0f} s", flush=True)
        wrong = two_at_once(project)
        print(f"two gates at once: {'; '.join(wrong) or 'the same verdicts, and a third recalls them'}")
    print(f"{options.times} kills, {failures} with a failure")
    return int(failures > 0 or bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
