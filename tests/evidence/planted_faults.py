"""Every network of the catalogue with one weight or bias changed, judged by the claims about its function.

    python -m tests.evidence.planted_faults [--most N] [PATH ...]

changes single weights and biases (+1, -1, +2^-30, -2^-30, sign, dropped) and drops single neurons; of a network with
more than N such changes a seeded sample of N. One line for each network: how many were tried, refuted with a witness
that replays exactly, proved to satisfy the claim all the same. The exit status is 1 when any ended otherwise.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter

from proofcheck.catalogue.building import build
from proofcheck.catalogue.discovery import discover
from proofcheck.checkers import Budget, Task, mutation_run, settle
from proofcheck.claims.evidence import Finding, Strength
from proofcheck.gate.judging import task_of
from proofcheck.gate.plan import cases_of


def judged(task: Task) -> Finding:
    """The finding about one mutant; whether an unrefuted one is equal is for the strongest route to say."""
    return settle(task, Strength.ESTABLISHED, Budget(seconds=60))


def main(argv: list[str]) -> int:
    """Print the table; returns 1 when a mutant is neither refuted nor proved equal."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="*", default=["constructions"])
    parser.add_argument("--most", type=int, default=400)
    asked = parser.parse_args(argv)
    total: Counter[str] = Counter()
    print(f"{'claim':62} {'tried':>6} {'refuted':>8} {'equal':>6} {'other':>6} {'time':>8}")
    for file in discover(asked.paths):
        for case in cases_of(build(file)):
            if case.claim.kind not in ("computes", "approximates", "property") or not case.job.network:
                continue
            begin = time.perf_counter()
            report = mutation_run(task_of(case), judged, asked.most, seed=1)
            counts = {name: len(getattr(report, name)) for name in ("refuted", "equal", "other")}
            total.update(counts)
            name = f"{file.name}::{case.claim.name}[{case.job.size}]"
            times = f"{time.perf_counter() - begin:7.1f}s"
            columns = f"{sum(counts.values()):6} {counts['refuted']:8} {counts['equal']:6} {counts['other']:6} {times}"
            print(f"{name:62} {columns}", flush=True)
            for mutant, finding in report.other:
                print(f"  {mutant.change}: {finding.verdict.value}, {finding.reason}")
    print(f"{'all':62} {total.total():6} {total['refuted']:8} {total['equal']:6} {total['other']:6}")
    return int(total["other"] > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
