"""Parts of one gate on several machines: which claim and size belongs to which part, and the evidence of all parts as one.

The parts are cut by hashes of names, so that they do not depend on order or machine; statistical claims are all in the first,
since they share one error budget. Each part names the whole that it was cut from, so that parts of different gates do not
merge and nothing is missing. A merged file is what the files say: who counts on it trusts the machines that wrote them.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from proofcheck.catalogue.fingerprint import package_sources
from proofcheck.claims.evidence import Strength, Verdict
from proofcheck.claims.judged import Evidence, Status, exit_code
from proofcheck.errors import InputError, UsageError
from proofcheck.gate.evidence_file import FORMAT, LARGEST, VERSION, read_entries
from proofcheck.gate.judging import unreached
from proofcheck.gate.plan import Case

MOST_PARTS = 10**6


@dataclass(frozen=True)
class Shard:
    """Part `number` of `count`, counted from 1. Raises UsageError for a part that does not exist."""

    number: int
    count: int

    def __post_init__(self) -> None:
        if not 1 <= self.number <= self.count:
            raise UsageError(f"the shard {self.number}/{self.count} was asked for: i/k with 1 <= i <= k is expected")

    def holds(self, construction: str, claim: str = "", size: str = "", statistical: bool = False) -> bool:
        """Whether a claim at a size, or with claim "" what is said of a whole file, belongs to this part."""
        name = json.dumps([construction, claim, size]).encode()
        place = 0 if statistical else int.from_bytes(sha256(name).digest()[:8], "big") % self.count
        return place == self.number - 1


@dataclass(frozen=True)
class Planned:
    """One claim at one size of a whole gate, or with claim "" a file that cannot be built.

    meaning: SHA-256 of the statement without the network, as evidence has it; built: of the statement as it was built.
    """

    construction: str
    claim: str
    size: str
    meaning: str = ""
    built: str = ""


def planned_of(construction: str, item: Sequence[Case] | Evidence) -> list[Planned]:
    """What the plan says of one construction."""
    if isinstance(item, Evidence):
        return [Planned(construction, "", "")]
    blank = [unreached(case, "planned") for case in item]
    return [Planned(construction, e.claim, e.size, e.meaning, sha256(e.statement.encode()).hexdigest()) for e in blank]


def part_of(shard: Shard, only: str, planned: Sequence[Planned]) -> dict[str, Any]:
    """What the evidence file of a part says besides: which part of what, cut by which version of this package."""
    claims = _digest([(p.construction, p.claim, p.size, p.meaning) for p in planned])
    built = _digest([(p.construction, p.claim, p.size, p.built) for p in planned])
    whole = {"checks": len(planned), "claims": claims, "built": built}
    return {"shard": [shard.number, shard.count], "only": only, "whole": whole, "package": package_sources()}


def _digest(rows: Sequence[tuple[str, ...]]) -> str:
    return sha256(json.dumps(sorted(rows)).encode()).hexdigest()


def merged_evidence(paths: Sequence[str]) -> dict[str, Any]:
    """The evidence file that the parts in these files make together.

    Raises InputError for a file that is no part of a gate, when a part is missing or given twice, when the parts are of gates
    that differ (in claims, sizes, networks, selection, sources, versions), and when they are not, together, what each of
    them says that the whole is about.
    """
    found: dict[int, dict[str, Any]] = {}
    for path in paths:
        value = _part(path)
        number, count = value["shard"]
        if number in found:
            raise InputError(f"is part {number} of {count}, which was given before", path)
        if any(other["shard"][1] != count for other in found.values()):
            raise InputError(f"is one of {count} parts, the others are of another gate", path)
        found[number] = value
    count = next(iter(found.values()))["shard"][1]
    missing = [str(i) for i in range(1, min(count, MOST_PARTS) + 1) if i not in found]
    if missing or count > MOST_PARTS:
        raise InputError(f"parts {', '.join(missing[:20])} of {count} are missing: give the evidence of every part")
    parts = [found[i] for i in sorted(found)]
    if any(_differs(parts, key) for key in ("unfenced", "only")):
        raise InputError("the parts are of gates that ran differently: with another --only, or on systems with other fences")
    if _differs(parts, "package") or _differs([part["made"] for part in parts], "versions", "kernel"):
        raise InputError("the parts are of gates by different versions of this package, of Python or of z3: use one")
    evidence = sorted((item for part in parts for item in part["evidence"]), key=_identity)
    names = [_identity(item) for item in evidence]
    if len(set(names)) < len(names):
        raise InputError("a claim at a size is in two of the parts: they are of different sources")
    if _differs(parts, "whole"):
        raise InputError("the parts are of gates about different claims, sizes or networks: judge all of them from one state")
    if _digest([(*_identity(item), item["statement"]) for item in evidence]) != parts[0]["whole"]["claims"]:
        raise InputError("the parts are not together what the whole gate is about: a claim at a size is missing or another one")
    sources: dict[str, Any] = {}
    for name, files in ((name, files) for part in parts for name, files in part["made"]["sources"].items()):
        if sources.setdefault(name, files) != files:
            raise InputError(f"the parts are of different sources of {name}: judge all of them from one state")
    code = exit_code(_status(item) for item in evidence)
    whole = {key: value for key, value in parts[0].items() if key not in ("shard", "only", "whole", "package")}
    whole["made"] = parts[0]["made"] | {"sources": sources}
    return whole | {"evidence": evidence, "exit_code": code, "changes": [], "mutants": []}


def _differs(parts: Sequence[dict[str, Any]], *keys: str) -> bool:
    return len({json.dumps([part.get(key) for key in keys], sort_keys=True) for part in parts}) > 1


def _identity(item: dict[str, Any]) -> tuple[str, str, str]:
    return item["construction"], item["claim"], item["size"]


def _status(item: dict[str, Any]) -> Status:
    """How an entry stands, by its finding; what it says of itself must be that."""
    finding, said = item["finding"], Status[item["status"].upper()]
    stands: Status | None
    if finding is None:
        stands = said if said in (Status.BAD_INPUT, Status.FAULT) else None
    elif finding["verdict"] == Verdict.REFUTED.value:
        stands = Status.REFUTED
    elif finding["verdict"] == Verdict.UNKNOWN.value or finding["strength"] is None:
        stands = Status.UNKNOWN
    else:
        met = Strength[finding["strength"].upper()] >= Strength[item["floor"].upper()]
        stands = Status.MET if met else Status.WEAKER
    if stands is not said:
        raise InputError(f"{item['construction']}::{item['claim']} is said to be {item['status']}, its finding says otherwise")
    return said


def is_evidence(path: str | Path) -> bool:
    """Whether a file calls itself evidence; what it holds is not looked at."""
    try:
        with open(path, "rb") as file:
            value = json.loads(file.read())
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(value, dict) and value.get("format") == FORMAT


def _part(path: str) -> dict[str, Any]:
    """One file, checked as `--base` checks it. A part in which nothing fell is a part as well."""
    with open(path, "rb") as file:
        data = file.read(LARGEST + 1)
    try:
        read: Any = json.loads(data) if len(data) <= LARGEST else None
    except (ValueError, RecursionError):
        read = None
    value: dict[str, Any] = read if isinstance(read, dict) else {}
    shard = value.get("shard")
    numbers = isinstance(shard, list) and len(shard) == 2 and all(type(n) is int for n in shard)
    if not isinstance(shard, list) or not numbers or (value.get("format"), value.get("version")) != (FORMAT, VERSION):
        raise InputError("is no part of a gate: a file that gate --shard I/K --json wrote is expected", path)
    try:
        whole, made = value["whole"], value["made"]
        texts = [value["unfenced"], value["only"], value["package"], whole["claims"], whole["built"]]
        texts += [made["versions"], made["kernel"], *made["sources"]]
        texts += [item[key] for item in value["evidence"] for key in ("construction", "claim", "size", "statement", "floor")]
        for item in value["evidence"]:
            _status(item)
        if not all(isinstance(text, str) for text in texts) or not 1 <= shard[0] <= shard[1]:
            raise TypeError
    except (KeyError, TypeError, AttributeError):
        raise InputError("is a part of a gate with a field missing or of another kind", path) from None
    except InputError as fault:
        raise InputError(fault.message, path) from None
    if any(item["claim"] for item in value["evidence"]):
        read_entries(path)
    return value
