"""Every coefficient of every family and contract changed: `python -m tests.evidence.forged_families [PART ...]`.

Each coefficient of the blocks, the ghosts, the premises and the facts of a sample (those whose name contains PART) becomes one
more, and 0; a proof is then looked for, and what the kernel accepts is tried at small n. Prints a line for each sample: changed
statements, those refused as malformed, refuted by an input, open, and certified, of which some are as true as the first; the
exit status is 1 when one is certified that an input at some n refutes.
"""

from __future__ import annotations

import copy
import json
import sys
from collections import Counter
from collections.abc import Iterator
from typing import Any

from proofcheck.checkers.families.induction import induction
from proofcheck.checkers.families.reachable import counterexample
from proofcheck.checkers.task import Budget
from proofcheck.claims.evidence import Verdict
from proofcheck.errors import ProofcheckError
from proofcheck.families import FamilyStatement
from tests.families.composed import COMPOSED
from tests.families.samples import ARRAYS, CALLS, SAMPLES, SQUARED

BUDGET = Budget(seconds=20)
OUTCOMES = ("refused", "refuted", "open", "certified", "faults")


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where the coefficients of POLYs stand."""
    if isinstance(value, dict):
        for key in value:
            if key not in ("inputs", "fixed", "units", "rule", "first", "witness", "pad"):
                yield from places(value[key], (*path, key))
    elif isinstance(value, list):
        if len(value) == 2 and isinstance(value[0], str) and value[0][:1] in "-0" and isinstance(value[1], list):
            yield (*path, 0)
        for i, part in enumerate(value):
            yield from places(part, (*path, i))


def changed(statement: FamilyStatement) -> Iterator[FamilyStatement]:
    """The statement with one integral coefficient one larger, or left out."""
    whole = {"family": statement.family, "contract": statement.contract}
    for path in places(whole):
        for change in (lambda q: q + 1, lambda q: 0):
            made = copy.deepcopy(whole)
            place: Any = made
            for key in path[:-1]:
                place = place[key]
            old = place[path[-1]]
            if "/" not in old:
                place[path[-1]] = hex(change(int(old, 16)))
                yield FamilyStatement(made["family"], made["contract"])


def outcome(statement: FamilyStatement) -> str:
    """One of OUTCOMES."""
    try:
        found = induction(statement, BUDGET)
    except ProofcheckError:
        return "refused"
    if found.verdict is not Verdict.HOLDS:
        return "refuted" if found.verdict is Verdict.REFUTED else "open"
    return "certified" if counterexample(statement, BUDGET) is None else "faults"


def main(arguments: list[str]) -> int:
    """Print the table."""
    total: Counter[str] = Counter()
    print(f"{'sample':42}{'changed':>10}" + "".join(f"{name:>10}" for name in OUTCOMES))
    for sample in [*SAMPLES, *ARRAYS, SQUARED, *CALLS, *COMPOSED]:
        if arguments and not any(part in sample.name for part in arguments):
            continue
        counts: Counter[str] = Counter()
        for statement in changed(sample.statement):
            result = outcome(statement)
            counts[result] += 1
            if result == "faults":
                print("certified and false:", json.dumps(statement.json())[:400])
        print(f"{sample.name:42}{counts.total():10}" + "".join(f"{counts[name]:10}" for name in OUTCOMES), flush=True)
        total += counts
    print(f"{'all':42}{total.total():10}" + "".join(f"{total[name]:10}" for name in OUTCOMES))
    return int(total["faults"] > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
