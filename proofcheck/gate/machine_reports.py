"""The JUnit report: one test case for each claim at each size. What is unknown is an error there, never a skipped test."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from xml.etree import ElementTree

from proofcheck.claims.judged import Evidence, Status
from proofcheck.claims.score import Score
from proofcheck.errors import printable

FAILURES = (Status.REFUTED, Status.WEAKER)


def junit_xml(evidence: Sequence[Evidence], changes: Sequence[str] = (), scores: Sequence[Score] = ()) -> str:
    """One test suite for each construction, one test case for each claim at each size; what weakened is a failure.

    scores: one test case for the mutants of each construction.
    """
    totals = _counts([*evidence, *scores], len(changes))
    del totals["skipped"]  # the schema has no such attribute for the whole
    root = ElementTree.Element("testsuites", {"name": "proofcheck", **totals})
    for construction, items in groupby(evidence, key=lambda e: e.construction):
        group = list(items)
        suite = ElementTree.SubElement(root, "testsuite", {"name": construction, **_counts(group)})
        for e in group:
            name = f"{e.claim or 'construction'}[{e.size.replace(' ', '')}]" if e.size else e.claim or "construction"
            seconds = e.finding.seconds if e.finding else 0.0
            case = ElementTree.SubElement(
                suite, "testcase", classname=construction, name=name, file=printable(e.path), time=f"{seconds:.3f}"
            )
            if e.status is not Status.MET:
                kind = "failure" if e.status in FAILURES else "error"
                text = repr(e)
                ElementTree.SubElement(case, kind, type=e.status.name.lower(), message=text.split("\n")[0]).text = text
    if scores:
        suite = ElementTree.SubElement(root, "testsuite", {"name": "mutants", **_counts(scores)})
        for score in scores:
            place = {"classname": score.construction, "file": printable(score.path)}
            case = ElementTree.SubElement(suite, "testcase", {"name": "mutants", **place})
            if score.status is not Status.MET:
                kind = "failure" if score.status in FAILURES else "error"
                ElementTree.SubElement(case, kind, type=score.status.name.lower(), message=score.words()).text = complaint(score)
    if changes:
        suite = ElementTree.SubElement(
            root, "testsuite", name="base", tests=str(len(changes)), failures=str(len(changes)), errors="0", skipped="0"
        )
        for change in changes:
            title, _, _ = printable(change).partition("\n")
            case = ElementTree.SubElement(suite, "testcase", classname="base", name=title)
            ElementTree.SubElement(case, "failure", type="weaker", message=title).text = printable(change)
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def complaint(score: Score) -> str:
    """What is said of mutants that are not explained."""
    return printable("\n".join([f"{score.construction}: mutants {score.words()}", *score.complaints()]))


def _counts(evidence: Sequence[Evidence | Score], changes: int = 0) -> dict[str, str]:
    failures = sum(e.status in FAILURES for e in evidence) + changes
    errors = sum(e.status not in (Status.MET, *FAILURES) for e in evidence)
    return {"tests": str(len(evidence) + changes), "failures": str(failures), "errors": str(errors), "skipped": "0"}
