"""Every door tried now: `python -m tests.evidence.doors [GROUP ...]`, five to ten minutes.

A table: door, what is tried, how it ended, the exit code that follows, the time. GROUP selects the groups whose name contains
it. Doors of one group are judged by one gate, and the time is their share of it. The exit status is 1 when a false claim
holds, or when a door ends otherwise than it must.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic
from unittest import mock

from proofcheck.checkers.processes import fence
from proofcheck.claims.evidence import Strength, Verdict
from tests.power.doors import solvers, stored, table
from tests.power.doors.door import PRIVATE_MOUNTS, endings
from tests.power.doors.places import Place

CODES = {"met": 0, "unrefuted": 0, "refuted": 1, "weaker": 2, "unknown": 3, "error": 65, "fault": 70}
Row = tuple[str, str, str, float, str]


def main(arguments: list[str]) -> int:
    """Print the table and its counts; returns 1 when a door does not end as it must."""
    counts: Counter[str] = Counter()
    if fence.lacks():  # some doors would then do harm: they are for a system that shuts them
        print(f"this system lacks {fence.lacks()}: no door is tried")
        return 1
    with tempfile.TemporaryDirectory() as secrets, mock.patch.dict(os.environ, {"XDG_STATE_HOME": secrets}):
        try_all(arguments, counts)
    print(f"\n{sum(counts.values())} doors: {', '.join(f'{count} {what}' for what, count in sorted(counts.items()))}")
    return int(counts["FAULTS"] > 0)


def try_all(arguments: list[str], counts: Counter[str]) -> None:
    """Print a line for each door of the groups asked for, and count how they end."""
    for name, rows in groups():
        if arguments and not any(part in name for part in arguments):
            continue
        print(f"\n{name}", flush=True)
        for door, tried, ended, seconds, fault in rows():
            counts["FAULTS" if fault else ended.partition(",")[0]] += 1
            print(f"  {'FAULT' if fault else 'ok':5} {door:26} {tried}: {ended}, {seconds:.1f} s", flush=True)
            if fault:
                print(f"        {fault}")


def groups() -> Iterator[tuple[str, Callable[[], Iterator[Row]]]]:
    """Each group's name, and a function that gives its rows."""
    for group in (*table.GROUPS, table.TOLD):
        yield f"a construction that {group.name}", lambda group=group: of_constructions(group)
    for name, places in table.PLACES.items():
        yield f"a place that {name}", lambda places=places: of_places(places)
    yield "a solver that lies, hangs, dies and stammers", of_solvers
    yield "what the cache holds", of_the_store


def of_constructions(group: table.Group) -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as folder:
        for ending in endings(group.doors, Path(folder), group.limits, group.arguments):
            told = f" ({ending.reason.partition('judged: ')[2]})" if ending.status == "met" else ""
            ended = f"{ending.status}, exit {CODES.get(ending.status, '-')}{told}"
            yield ending.door.name, ending.door.tried, ended, ending.seconds, ending.fault


def of_places(places: tuple[Place, ...]) -> Iterator[Row]:
    mounting = subprocess.run([*PRIVATE_MOUNTS, "true"], capture_output=True, check=False).returncode == 0
    for place in places:
        if place.mounts and not mounting:
            yield place.name, place.tried, "not tried: this system lets nobody mount a disk of their own", 0, ""
            continue
        with tempfile.TemporaryDirectory() as folder:
            started = monotonic()
            code, said = place.run(Path(folder))
            ended = next(status for status, number in CODES.items() if number == code) if code in CODES.values() else "error"
            verdict = "the true one holds" if code == 0 else ended
            yield place.name, place.tried, f"{verdict}, exit {code}", monotonic() - started, place.fault(code, said)


def of_solvers() -> Iterator[Row]:
    for solver in solvers.SOLVERS:
        finding, seconds = solvers.settled(solver)
        trusting = f", {finding.strength.name.lower()}, trusting {', '.join(finding.trust)}" if finding.strength else ""
        yield solver.name, solver.tried, f"{finding.verdict.value}{trusting}", seconds, solvers.fault(solver, finding)
    finding, seconds = solvers.settled(solvers.SOLVERS[-1], Strength.CERTIFIED)
    wrong = "" if finding.verdict is Verdict.REFUTED else "the search for a certificate should find the input at which it fails"
    yield "unsat, certified floor", "lies so about a claim with a certified floor", finding.verdict.value, seconds, wrong


def of_the_store() -> Iterator[Row]:
    for case in stored.STORED:
        with tempfile.TemporaryDirectory() as folder:
            started = monotonic()
            found = stored.opened(case, Path(folder))
            ended = "nothing is taken from it" if found is None else "it is believed"
            yield case.name, case.tried, ended, monotonic() - started, "" if found is None else str(found)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
