"""Evidence as JSON: what `--json` writes and `--base` reads. A report, not a proof: nothing is believed for standing in it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from proofcheck.claims.evidence import Strength, Verdict
from proofcheck.claims.judged import Evidence
from proofcheck.claims.recorded import finding_json
from proofcheck.errors import InputError

FORMAT = "proofcheck-evidence"
VERSION = 1


@dataclass(frozen=True)
class Entry:
    """One claim at one size in an evidence file: what a comparison needs of it."""

    construction: str
    claim: str
    size: str
    floor: Strength
    verdict: Verdict | None
    strength: Strength | None
    meaning: str
    sentence: str

    @property
    def name(self) -> str:
        return f"{self.construction}::{self.claim}"


def evidence_json(evidence: Sequence[Evidence], code: int, changes: Sequence[str] = ()) -> str:
    """The evidence file: each claim at each size with its finding, and the exit code of the run."""
    data = {
        "format": FORMAT,
        "version": VERSION,
        "exit_code": code,
        "changes": list(changes),
        "evidence": [_entry(item) for item in evidence],
    }
    return json.dumps(data, indent=1, sort_keys=True) + "\n"


def entries(evidence: Sequence[Evidence]) -> list[Entry]:
    """The evidence as entries, for comparison with a file."""
    return [
        Entry(
            e.construction,
            e.claim,
            e.size,
            e.floor,
            e.finding.verdict if e.finding else None,
            e.finding.strength if e.finding else None,
            e.meaning,
            _without_network(e.sentence),
        )
        for e in evidence
    ]


def read_entries(path: str | Path) -> list[Entry]:
    """The entries of an evidence file. Raises InputError for a file that is none."""
    try:
        data = json.loads(Path(path).read_text(encoding="utf-8"))
        if data["format"] != FORMAT or data["version"] != VERSION:
            raise InputError(f"this is not an evidence file of version {VERSION}: give what `proofcheck gate --json` wrote", path)
        return [_read(item) for item in data["evidence"]]
    except OSError as error:
        raise InputError(f"the evidence file cannot be read: {error.strerror}", path) from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise InputError("this is not an evidence file: give what `proofcheck gate --json` wrote", path) from None


def _entry(e: Evidence) -> dict[str, Any]:
    return {
        "construction": e.construction,
        "claim": e.claim,
        "kind": e.kind,
        "size": e.size,
        "floor": e.floor.name.lower(),
        "status": e.status.name.lower(),
        "statement": e.meaning,
        "sentence": e.sentence,
        "convention": e.convention,
        "network": e.network,
        "path": e.path,
        "problem": e.problem,
        "recalled": e.recalled,
        "finding": None if e.finding is None else finding_json(e.finding),
    }


def _read(item: dict[str, Any]) -> Entry:
    finding = item["finding"]
    strength = finding and finding["strength"]
    return Entry(
        str(item["construction"]),
        str(item["claim"]),
        str(item["size"]),
        Strength[item["floor"].upper()],
        Verdict(finding["verdict"]) if finding else None,
        Strength[strength.upper()] if strength else None,
        str(item["statement"]),
        _without_network(str(item["sentence"])),
    )


def _without_network(sentence: str) -> str:
    """The sentence without the name of the network, which may change while the claim stays."""
    before, found, after = sentence.partition("network ")
    return f"{before}network {after.partition(' ')[2]}" if found else sentence
