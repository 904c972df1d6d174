"""The table of false claims and their true twins, judged now: `python -m tests.evidence.false_claims [PART ...]`.

One line for each row: kind, what is false, verdict, method and witness; then the twin's verdict, strength and method. PART
selects the rows whose description contains it. The exit status is 1 when a false claim holds or ends otherwise than its
row says, when its witness does not stand, or when a twin does not hold with its strength.
"""

from __future__ import annotations

import sys
from collections import Counter

from tests.power.false_claims import ROWS
from tests.power.false_claims.rows import Outcome, Row, judged
from tests.power.false_claims.verdicts import fault_of_the_false, fault_of_the_true

SHOWN = 60


def main(arguments: list[str]) -> int:
    """Print the table and its counts; returns 1 when a row does not end as it should."""
    counts: Counter[str] = Counter()
    for row in ROWS:
        if arguments and not any(part in row.what for part in arguments):
            continue
        false, true = judged(row.false), judged(row.true)
        fault = fault_of_the_false(row, false) or fault_of_the_true(row, true)
        counts[false.verdict] += 1
        counts["twins that hold"] += true.verdict == "holds"
        counts["FAULTS"] += bool(fault)
        print(f"{'FAULT' if fault else 'ok':5} {line(row, false, true)}", flush=True)
        if fault:
            print(f"      {fault}")
    print(", ".join(f"{count} {what}" for what, count in counts.items()))
    return int(counts["FAULTS"] > 0)


def line(row: Row, false: Outcome, true: Outcome) -> str:
    """kind: what is false: verdict (method) witness | twin: verdict, strength (method)."""
    return f"{row.kind:12} {row.what}: {words(false)} | twin {words(true)}"


def words(outcome: Outcome) -> str:
    """A verdict with its strength, its method and the witness; the sentence of an error, cut."""
    finding = outcome.finding
    if finding is None:
        return f"error, {cut(outcome.error)}"
    strength = f", {finding.strength.name.lower()}" if finding.strength is not None and outcome.verdict == "holds" else ""
    text = f"{outcome.verdict}{strength} by {finding.method}"
    if finding.witness is not None:
        at = " ".join(map(str, finding.witness.inputs))
        sides = f"{' '.join(map(str, finding.witness.found))} / {' '.join(map(str, finding.witness.expected))}"
        text += f", at {cut(at)}: {cut(sides)}" if at else f": {cut(sides)}"
    return text


def cut(text: str) -> str:
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 3]}..."


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
