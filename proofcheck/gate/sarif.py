"""The SARIF 2.1.0 report: one result for each claim at each size, at the file in which it stands.

A claim whose floor is met is a note and everything else an error, unknown included: nothing is left out, and no result
is a warning that a reader may skip. The rules are the ends that a claim can have; their ids never change.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from proofcheck.claims.judged import Evidence, Status
from proofcheck.claims.score import Score
from proofcheck.errors import printable
from proofcheck.gate.machine_reports import complaint

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
RULES = {
    Status.MET: ("met", "FloorMet", "The claim holds at least as strongly as it declares."),
    Status.REFUTED: ("refuted", "ClaimRefuted", "The claim is false at a witness that was replayed in exact numbers."),
    Status.WEAKER: ("weaker", "WeakerThanDeclared", "What was shown, or what is claimed, is less than the floor or the base."),
    Status.UNKNOWN: ("unknown", "ClaimUnsettled", "Nothing was shown: a claim that is not settled is not met."),
    Status.BAD_INPUT: ("bad_input", "NotJudged", "The construction could not be judged."),
    Status.FAULT: ("fault", "InternalFault", "proofcheck itself failed: report it."),
}
"""For each end of a claim the id of its rule, its name and what it means."""


def sarif_json(evidence: Sequence[Evidence], changes: Sequence[str] = (), scores: Sequence[Score] = (), code: int = 0) -> str:
    """The report of one run. changes: what became weaker than the base, in words. code: the exit code of the run."""
    results = [_result(e.status, repr(e), e.identity, e.path, _properties(e)) for e in evidence]
    results += [_result(s.status, complaint(s), f"{s.construction}::mutants", s.path, {"mutants": s.words()}) for s in scores]
    results += [_result(Status.WEAKER, change, change.partition("\n")[0], "", {"base": True}) for change in changes]
    driver = {
        "name": "proofcheck",
        "semanticVersion": "0.1.0",
        "rules": [_rule(status) for status in RULES],
    }
    run = {
        "tool": {"driver": driver},
        "invocations": [{"executionSuccessful": code < 64, "exitCode": code}],
        "results": results,
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=1) + "\n"


def _rule(status: Status) -> dict[str, Any]:
    name, title, words = RULES[status]
    return {
        "id": name,
        "name": title,
        "shortDescription": {"text": words},
        "defaultConfiguration": {"level": _level(status)},
    }


def _level(status: Status) -> str:
    return "note" if status is Status.MET else "error"


def _result(status: Status, text: str, identity: str, path: str, properties: dict[str, Any]) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": RULES[status][0],
        "ruleIndex": list(RULES).index(status),
        "level": _level(status),
        "message": {"text": printable(text)},
        "partialFingerprints": {"claim/v1": hashlib.sha256(identity.encode()).hexdigest()},
        "properties": properties,
    }
    if path:
        place = {"artifactLocation": {"uri": quote(printable(path))}, "region": {"startLine": 1}}
        result["locations"] = [{"physicalLocation": place}]
    return result


def _properties(e: Evidence) -> dict[str, Any]:
    finding = e.finding
    return {
        "claim": e.identity,
        "floor": e.floor.name.lower(),
        "verdict": "" if finding is None else finding.verdict.value,
        "strength": "" if finding is None or finding.strength is None else finding.strength.name.lower(),
        "scope": "" if finding is None else finding.scope,
        "assumptions": [] if finding is None else list(finding.assumptions),
        "trust": [] if finding is None else list(finding.trust),
    }
