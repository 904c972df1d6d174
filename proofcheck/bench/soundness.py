"""`proofcheck bench soundness`: the anchors, our verdict on each beside the true answer, and what peers say of it."""

from __future__ import annotations

import time
from argparse import Namespace
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from proofcheck.bench import float_samples
from proofcheck.bench.anchor_table import ANCHORS
from proofcheck.bench.anchors import Anchor, Truth
from proofcheck.bench.peers import Judged, Marabou, Standing, judge, marabou
from proofcheck.bench.report import Cell, Done, Report
from proofcheck.catalogue.fingerprint import solver_versions
from proofcheck.checkers import settle
from proofcheck.checkers.task import Budget
from proofcheck.claims.evidence import Finding, Strength, Verdict
from proofcheck.errors import ConstructionError, UsageError, printable

BUDGET = Budget()
PEER_SECONDS = 10.0
FOUND = {Verdict.HOLDS: Truth.HOLDS, Verdict.REFUTED: Truth.FAILS}
GOOD = {Standing.RIGHT: True, Standing.WRONG: False}
SHOWN_COORDINATES = 6


@dataclass(frozen=True)
class Ours:
    """Our verdict: right, wrong, or neither when it is unknown. words: with strength, method and witness."""

    verdict: str
    right: bool | None
    certified: bool
    words: str
    seconds: float


@dataclass(frozen=True)
class Row:
    """An anchor with all answers; peers by name, one Judged for each way in which they were asked."""

    anchor: Anchor
    ours: Ours
    peers: tuple[tuple[str, tuple[Judged, ...]], ...]


def run(options: Namespace, done: Done) -> Report:
    """Ask ourselves and the peers about every anchor whose name or words contain `only`.

    Raises UsageError for a Python that does not exist, or when no anchor is left.
    """
    anchors = [a for a in ANCHORS if options.only in a.name or options.only in a.says]
    if not anchors:
        raise UsageError(f"no anchor contains {options.only!r}: they are called {', '.join(a.name for a in ANCHORS)}")
    peer = marabou(options.peer_python)
    rows = []
    for anchor in anchors:
        done(anchor.says)
        rows.append(row_of(anchor, peer))
    return report(rows, peer)


def row_of(anchor: Anchor, peer: Marabou | None, seconds: float = PEER_SECONDS) -> Row:
    """All answers about one anchor."""
    asked = [(peer.name, tuple(judge(peer, anchor, seconds)))] if peer is not None else []
    return Row(anchor, ours(anchor), (*asked, (float_samples.NAME, (float_samples.judge(anchor),))))


def ours(anchor: Anchor) -> Ours:
    """What `settle` finds, sought with a certificate."""
    started = time.monotonic()
    try:
        finding = settle(anchor.task(), Strength.CERTIFIED, BUDGET)
    except ConstructionError as error:
        return Ours("refused", anchor.truth is Truth.EMPTY, False, f"refused: {error}", time.monotonic() - started)
    found = FOUND.get(finding.verdict)
    right = None if found is None else found is anchor.truth
    certified = finding.strength is Strength.CERTIFIED
    return Ours(finding.verdict.value, right, certified, _words(finding), time.monotonic() - started)


def _words(finding: Finding) -> str:
    if finding.verdict is Verdict.HOLDS and finding.strength is not None:
        trust = f", trusting {', '.join(finding.trust)}" if finding.trust else ""
        return f"holds, {finding.strength.name.lower()} (by {finding.method}{trust})"
    if finding.witness is None:
        return f"{finding.verdict.value}: {finding.reason}"
    witness = finding.witness
    at, found = (", ".join(map(str, values[:SHOWN_COORDINATES])) for values in (witness.inputs, witness.found))
    expected = f", not {', '.join(map(str, witness.expected[:SHOWN_COORDINATES]))}" if witness.expected else ""
    return f"refuted at x = ({at}): the output is {found}{expected}"


def report(rows: Sequence[Row], peer: Marabou | None) -> Report:
    """The rows as lines, as a table and as data; exit 1 when a verdict of ours is wrong, 3 when one is missing."""
    names = [peer.name if peer is not None else "Marabou", float_samples.NAME]
    summary = summary_lines(rows, names, peer)
    code = 1 if any(row.ours.right is False for row in rows) else 3 if any(row.ours.right is None for row in rows) else 0
    lines = [line for row in rows for line in row_lines(row)]
    return Report(
        lines=(*lines, *summary),
        columns=("claim", "truth", "proofcheck", *names),
        rows=tuple(cells(row, names) for row in rows),
        summary=tuple(summary),
        data=data_of(rows, peer, code),
        exit_code=code,
    )


def row_lines(row: Row) -> list[str]:
    """The claim and its truth, then who says what of it."""
    lines = [f"{row.anchor.says}: {row.anchor.truth.value}, for {row.anchor.because}"]
    lines.append(f"  {mark(row.ours.right):10}  proofcheck: {row.ours.words}")
    for name, answers in row.peers:
        lines += [f"  {a.standing.value:10}  {name}{f', {a.question}' if a.question else ''}: {a.words}" for a in answers]
    return [printable(line) for line in [*lines, ""]]


def mark(right: bool | None) -> str:
    return {True: "right", False: "WRONG", None: "no answer"}[right]


def cells(row: Row, names: Sequence[str]) -> tuple[Cell, ...]:
    """One row of the table."""
    own = Cell(f"{mark(row.ours.right)}: {row.ours.words}", row.ours.right)
    answers = dict(row.peers)
    given = []
    for name in names:
        texts = [f"{a.standing.value}{f' ({a.question})' if a.question else ''}: {a.words}" for a in answers.get(name, ())]
        goods = [GOOD.get(a.standing) for a in answers.get(name, ())]
        given.append(Cell("\n".join(texts) or "not installed", False if False in goods else True if True in goods else None))
    return (Cell(row.anchor.says), Cell(row.anchor.truth.value), own, *given)


def summary_lines(rows: Sequence[Row], names: Sequence[str], peer: Marabou | None) -> list[str]:
    """Who was right how often."""
    right = sum(row.ours.right is True for row in rows)
    certified = sum(row.ours.certified for row in rows)
    refuted = sum(row.ours.verdict == "refuted" for row in rows)
    wrong, silent = (sum(row.ours.right is value for row in rows) for value in (False, None))
    lines = [
        f"proofcheck: {right} of {len(rows)} right, {wrong} wrong, {silent} without an answer; "
        f"{certified} certified, {refuted} refuted by a witness that replays"
    ]
    for name in names:
        counts = Counter(answer.standing for row in rows for answer in dict(row.peers).get(name, ()))
        if counts:
            words = ", ".join(f"{counts[standing]} {SUMMARY[standing]}" for standing in Standing if counts[standing])
            lines.append(f"{name}: of {counts.total()} questions {words}")
    if peer is None:
        lines.append("Marabou: not installed; say --peer-python PYTHON with one where `pip install maraboupy` was said")
    return lines


SUMMARY = {
    Standing.RIGHT: "answered rightly",
    Standing.WRONG: "answered WRONGLY",
    Standing.OPEN: "answered rightly without deciding the claim",
    Standing.NONE: "without an answer",
    Standing.UNSTATED: "that cannot be put to it",
}


def data_of(rows: Sequence[Row], peer: Marabou | None, code: int) -> dict[str, Any]:
    """What --json writes."""
    return {
        "format": "proofcheck-bench-soundness",
        "version": 1,
        "exit_code": code,
        "versions": [*solver_versions(), *([peer.name] if peer is not None else [])],
        "rows": [
            {
                "name": row.anchor.name,
                "claim": row.anchor.says,
                "truth": row.anchor.truth.value,
                "because": row.anchor.because,
                "proofcheck": {
                    "verdict": row.ours.verdict,
                    "right": row.ours.right,
                    "certified": row.ours.certified,
                    "words": row.ours.words,
                    "seconds": round(row.ours.seconds, 3),
                },
                "peers": {
                    name: [
                        {"standing": a.standing.value, "question": a.question, "words": a.words, "seconds": round(a.seconds, 3)}
                        for a in answers
                    ]
                    for name, answers in row.peers
                },
            }
            for row in rows
        ],
    }
