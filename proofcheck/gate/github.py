"""GitHub Actions: annotations on standard output, and a summary of the run in the file that the runner names.

Both are words about what the report says; the exit code decides. Everything that comes from a construction is escaped:
a line of the log that begins with "::" is a command to the runner, and a table cell could hold markup.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice

from proofcheck.claims.judged import Evidence, Status, details
from proofcheck.claims.score import Score
from proofcheck.errors import printable
from proofcheck.gate.machine_reports import complaint
from proofcheck.gate.report import MARKS, OUTCOMES, group_words, groups, sizes_words

MOST = 50  # annotations: the runner shows ten of a step and keeps fifty of a job
MOST_ROWS, LONGEST = 1000, 300
MARKUP = str.maketrans({c: f"\\{c}" for c in "\\`*_{}[]|#~$"} | {"&": "&amp;", "<": "&lt;", ">": "&gt;", "@": "&#64;", "\n": " "})


def in_actions(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether this process runs in a job of GitHub Actions."""
    return environment.get("GITHUB_ACTIONS") == "true"


def annotation_lines(
    evidence: Sequence[Evidence], changes: Sequence[str] = (), scores: Sequence[Score] = (), code: int = 0
) -> list[str]:
    """One error for each claim that is not met, sizes that stand alike together, then one notice with the outcome."""
    lines = []
    for same in groups(evidence):
        first = same[0]
        if first.status is not Status.MET:
            words = [group_words(same), *details(first)]
            lines.append(_command("error", first.path, f"{first.status.name.lower()}: {_name(first)}", "\n".join(words)))
    for score in scores:
        if score.status is not Status.MET:
            title = f"{score.status.name.lower()}: {score.construction}::mutants"
            lines.append(_command("error", score.path, title, complaint(score)))
    lines += [_command("error", "", "weaker than the base", change) for change in changes]
    left = len(lines) - MOST
    lines = lines[:MOST]
    if left > 0:
        lines.append(_command("error", "", "more", f"{left} more are in the report"))
    met = sum(e.status is Status.MET for e in evidence)
    return [*lines, _command("notice", "", "proofcheck", f"{met} of {len(evidence)} checks met, exit {code}: {OUTCOMES[code]}")]


def summary_markdown(
    evidence: Sequence[Evidence], changes: Sequence[str] = (), scores: Sequence[Score] = (), code: int = 0
) -> str:
    """The run as a table: what is not met first, then the rest, each with its scope."""
    met = sum(e.status is Status.MET for e in evidence)
    lines = [f"### proofcheck: {OUTCOMES[code]}", "", f"{met} of {len(evidence)} checks met, exit code {code}.", ""]
    lines += ["| | claim | found | sizes |", "|---|---|---|---|"]
    rows = [
        (MARKS[same[0].status], _name(same[0]), group_words(same), sizes_words([e.size for e in same if e.size]))
        for same in groups(evidence)
    ]
    rows += [
        ("ok" if s.status is Status.MET else MARKS[s.status], f"{s.construction}::mutants", s.words(), s.size) for s in scores
    ]
    rows.sort(key=lambda row: row[0] == "ok")
    lines += [f"| {' | '.join(map(_cell, row))} |" for row in islice(rows, MOST_ROWS)]
    if len(rows) > MOST_ROWS:
        lines.append(f"| | {len(rows) - MOST_ROWS} more rows are in the report | | |")
    if changes:
        lines += ["", "Weaker than the base:", "", *(f"- {_cell(change.partition(chr(10))[0])}" for change in changes)]
    return "\n".join(lines) + "\n"


@contextmanager
def muted(inside: bool) -> Iterator[None]:
    """In a job the runner reads no commands out of what is printed here: the report holds words of constructions."""
    if not inside:
        yield
        return
    word = secrets.token_hex(16)
    print(f"::stop-commands::{word}", flush=True)
    try:
        yield
    finally:
        print(f"::{word}::", flush=True)


def tell(evidence: Sequence[Evidence], changes: Sequence[str], scores: Sequence[Score], code: int) -> None:
    """Print the annotations, and add the summary to the file that GITHUB_STEP_SUMMARY names, if there is one."""
    print("\n".join(annotation_lines(evidence, changes, scores, code)))
    path = os.environ.get("GITHUB_STEP_SUMMARY")
    if path:
        with open(path, "a", encoding="utf-8") as file:
            file.write(summary_markdown(evidence, changes, scores, code))


def _name(e: Evidence) -> str:
    return "::".join(part for part in (e.construction, e.claim) if part)


def _command(kind: str, path: str, title: str, message: str) -> str:
    """A workflow command; data and properties are escaped as the runner expects it."""
    properties = [f"file={_property(printable(path))}", "line=1"] if path else []
    properties.append(f"title={_property(printable(title))}")
    return f"::{kind} {','.join(properties)}::{_data(printable(message))}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _cell(text: str) -> str:
    """Text in a cell of a Markdown table: no markup, no line breaks."""
    shown = printable(text)
    return (shown if len(shown) <= LONGEST else f"{shown[:LONGEST]}...").translate(MARKUP)
