"""The mutants of the catalogue: how many of each kind were refuted, and what became of every other one.

    python -m tests.evidence.mutation [--mutants N] [-j N] [PATH ...]

runs the gate with N mutants for each construction, all of them anew, and prints a table by construction, a table by kind of
change, and each mutant that was not refuted with its explanation. The exit status is that of the gate's scores: 0 when
every mutant is explained, 2 when one is not.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterable

from proofcheck.catalogue.discovery import discover
from proofcheck.claims.score import Mutated, Outcome
from proofcheck.gate.report import final_code
from proofcheck.gate.run import Options, run_gate
from proofcheck.gate.scoring import COUNT

NAMES = [outcome.value for outcome in Outcome]


def row(name: str, mutants: Iterable[Mutated], remark: str = "") -> str:
    """One line of a table: how many mutants there are, and how many ended in each way."""
    ends = [mutant.outcome for mutant in mutants]
    return f"{name:58} {len(ends):6} " + " ".join(f"{ends.count(o):{max(8, len(o.value))}}" for o in Outcome) + remark


def explanation(mutant: Mutated) -> str:
    """What became of a mutant that was not refuted."""
    words = f"{mutant.outcome.value}: {mutant}"
    if mutant.reason:
        words += f": {mutant.reason}"
    if mutant.outcome is Outcome.SLACK and mutant.witness is not None:
        values = (mutant.witness.inputs, mutant.witness.found, mutant.witness.expected)
        at, found, expected = (" ".join(map(str, v)) for v in values)
        words += f" (at {at} it gives {found}, the network {expected})"
    return words


def main(argv: list[str]) -> int:
    """Print the tables and the explanations; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="*", default=["constructions"])
    parser.add_argument("--mutants", type=int, default=COUNT)
    parser.add_argument("-j", dest="workers", type=int, default=1)
    asked = parser.parse_args(argv)
    files = discover(asked.paths)
    run_gate(files, Options(workers=asked.workers))  # what is known of the claims themselves, so that only mutants are timed
    begin = time.perf_counter()
    scores = run_gate(files, Options(workers=asked.workers, mutants=asked.mutants)).scores
    print(f"{'construction':58} {'tried':>6} " + " ".join(f"{name:>8}" for name in NAMES))
    for item in scores:
        print(row(f"{item.construction} [{item.size}]", item.mutants, f"  {item.problem}" if item.problem else ""))
    everything = [mutant for item in scores for mutant in item.mutants]
    print(row("all", everything) + f"  {time.perf_counter() - begin:.0f} s\n")
    print(f"{'kind of change':58} {'tried':>6} " + " ".join(f"{name:>8}" for name in NAMES))
    for kind in dict.fromkeys(mutant.kind for mutant in everything):
        print(row(kind, (mutant for mutant in everything if mutant.kind == kind)))
    for item in scores:
        print(f"\n{item.construction} [{item.size}], claims: {', '.join(item.claims)}; {item.words()}")
        for line in (*item.explanations(), *item.complaints()):
            print(f"  {line}")
        for mutant in item.mutants:
            if mutant.outcome is not Outcome.REFUTED:
                print(f"    {explanation(mutant)}")
    return final_code([], (), scores)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
