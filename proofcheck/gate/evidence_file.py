"""Evidence as JSON: what `--json` writes and `--base` reads. A report, not a proof: nothing is believed for standing in it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from proofcheck.claims.evidence import Strength, Verdict
from proofcheck.claims.judged import Evidence
from proofcheck.claims.recorded import finding_json
from proofcheck.claims.score import Score, score_json
from proofcheck.errors import InputError
from proofcheck.gate.change import Change
from proofcheck.gate.reading import Reading, check_reading, reading_of

FORMAT = "proofcheck-evidence"
VERSION = 3
LARGEST = 2**28


@dataclass(frozen=True)
class Entry:
    """One claim at one size in an evidence file: what a comparison needs of it.

    meaning: SHA-256 of the statement without the network. sentence: the statement in words, without the network. reading:
    as of `reading_of`. declared: what construction and claim say of themselves, {} when nothing is known. claim "" and a
    problem: a construction that could not be judged.
    """

    construction: str
    claim: str
    size: str
    floor: Strength
    verdict: Verdict | None
    strength: Strength | None
    meaning: str = ""
    sentence: str = ""
    reading: Reading = field(default_factory=dict)
    declared: Mapping[str, Any] = field(default_factory=dict)
    assumptions: tuple[str, ...] = ()
    problem: str = ""


def evidence_json(
    evidence: Sequence[Evidence],
    code: int,
    changes: Sequence[Change] = (),
    unfenced: str = "",
    scores: Sequence[Score] = (),
    made: Mapping[str, str] | None = None,
    part: Mapping[str, Any] | None = None,
) -> str:
    """The evidence file: each claim at each size with its finding, the exit code of the run, the changes since a base.

    unfenced: what the system lacked to fence constructions off. scores: of the mutants of each construction. made: when and
    with which versions, in words; the files that each construction read are put beside it, by SHA-256. part: of a part of a
    gate, which one of how many ("shard") and what was selected ("only").
    """
    data = {
        "format": FORMAT,
        "version": VERSION,
        "exit_code": code,
        "changes": [asdict(change) | {"sizes": list(change.sizes)} for change in changes],
        "unfenced": unfenced,
        "evidence": [_entry(item) for item in evidence],
        "mutants": [score_json(score) for score in scores],
    } | dict(part or {})
    if made is not None:
        sources = {item.construction: sorted({digest for _, digest in item.files}) for item in evidence if item.files}
        data["made"] = {**made, "sources": sources}
    return json.dumps(data, indent=1, sort_keys=True) + "\n"


def entries(evidence: Sequence[Evidence]) -> list[Entry]:
    """The evidence as entries, for comparison with a file."""
    return [_read(_entry(item)) for item in evidence]


def read_entries(path: str | Path) -> list[Entry]:
    """The entries of an evidence file. Raises InputError for a file that is none, or that holds no evidence."""
    try:
        data = json.loads(_bytes(path).decode("utf-8"), object_pairs_hook=_distinct)
        if data["format"] == FORMAT and data["version"] != VERSION:
            raise InputError(
                f"this is an evidence file of version {str(data['version'])[:20]}, expected {VERSION}: "
                "write it again with `proofcheck gate --json`",
                path,
            )
        if data["format"] != FORMAT:
            raise ValueError
        found = [_read(item) for item in data["evidence"]]
    except OSError as error:
        raise InputError(f"the evidence file cannot be read: {error.strerror}", path) from None
    except InputError as error:
        raise error if error.path else _malformed(path) from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise _malformed(path) from None
    claims = [(entry.construction, entry.claim, entry.size) for entry in found if entry.claim]
    if not claims:
        raise InputError("this evidence file speaks of no claim: there is nothing to compare with", path)
    if len(set(claims)) < len(claims):
        raise InputError("this evidence file speaks of one claim at one size twice: write it again", path)
    return found


def _bytes(path: str | Path) -> bytes:
    """What a file or a pipe holds. Raises OSError, and InputError for more than the largest evidence file."""
    with open(path, "rb") as file:
        data = file.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise InputError(f"this evidence file has more than {LARGEST} bytes", path)
    return data


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object in which no key stands twice: a reader and this program might each see another one."""
    if len({key for key, _ in pairs}) < len(pairs):
        raise ValueError("duplicate key")
    return dict(pairs)


def _malformed(path: str | Path) -> InputError:
    return InputError("this is not an evidence file: give what `proofcheck gate --json` wrote", path)


def _entry(e: Evidence) -> dict[str, Any]:
    return {
        "construction": e.construction,
        "claim": e.claim,
        "kind": e.kind,
        "size": e.size,
        "floor": e.floor.name.lower(),
        "status": e.status.name.lower(),
        "statement": e.meaning,
        "reading": reading_of(e.statement),
        "declared": json.loads(e.declared or "{}"),
        "sentence": e.sentence,
        "convention": e.convention,
        "network": e.network,
        "path": e.path,
        "problem": e.problem,
        "recalled": e.recalled,
        "finding": None if e.finding is None else finding_json(e.finding),
    }


def _read(item: dict[str, Any]) -> Entry:
    """Raises KeyError, TypeError, ValueError, AttributeError or InputError for what `_entry` does not write."""
    finding, declared = item["finding"], item["declared"]
    strength = finding and finding["strength"]
    check_reading(item["reading"])
    if declared and not (isinstance(declared["construction"], dict) and isinstance(declared["claim"], dict)):
        raise TypeError
    if declared and not all(isinstance(text, str) for text in declared["claim"].get("assuming", ())):
        raise TypeError
    return Entry(
        _text(item["construction"]),
        _text(item["claim"]),
        _text(item["size"]),
        Strength[item["floor"].upper()],
        Verdict(finding["verdict"]) if finding else None,
        Strength[strength.upper()] if strength else None,
        _text(item["statement"]),
        _without_network(_text(item["sentence"])),
        item["reading"],
        declared,
        tuple(map(_text, finding["assumptions"])) if finding else (),
        _text(item["problem"]),
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return "".join(c if c.isprintable() else " " for c in value)


def _without_network(sentence: str) -> str:
    """The sentence without the name of the network, which may change while the claim stays."""
    before, found, after = sentence.partition("network ")
    return f"{before}network {after.partition(' ')[2]}" if found else sentence
