"""Parts of one gate on several machines: which claim and size belongs to which part, and the evidence of all parts as one.

The parts are cut by hashes of names, so that they do not depend on order or machine; statistical claims are all in the first,
since they share one error budget. A merged file is what the files say: who counts on it trusts the machines that wrote them.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from proofcheck.claims.judged import Status, exit_code
from proofcheck.errors import InputError, UsageError
from proofcheck.gate.evidence_file import FORMAT, VERSION, read_entries


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


def merged_evidence(paths: Sequence[str]) -> dict[str, Any]:
    """The evidence file that the parts in these files make together.

    Raises InputError for a file that is no part of a gate, when a part is missing or given twice, and when a claim at a size is
    in two of them.
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
    missing = [str(i) for i in range(1, count + 1) if i not in found]
    if missing:
        raise InputError(f"parts {', '.join(missing[:20])} of {count} are missing: give the evidence of every part")
    parts = [found[i] for i in sorted(found)]
    if len({part["unfenced"] for part in parts}) > 1 or len({json.dumps(part["only"]) for part in parts}) > 1:
        raise InputError("the parts are of gates that ran differently: with another --only, or on systems with other fences")
    evidence = sorted((item for part in parts for item in part["evidence"]), key=_identity)
    names = [_identity(item) for item in evidence]
    if len(set(names)) < len(names):
        raise InputError("a claim at a size is in two of the parts: they are of different sources")
    code = exit_code(Status[item["status"].upper()] for item in evidence)
    whole = {key: value for key, value in parts[0].items() if key not in ("shard", "only")}
    if all(isinstance(part.get("made"), dict) and isinstance(part["made"].get("sources"), dict) for part in parts):
        sources = {name: files for part in parts for name, files in part["made"]["sources"].items()}
        whole["made"] = parts[0]["made"] | {"sources": sources}
    return whole | {"evidence": evidence, "exit_code": code, "changes": [], "mutants": []}


def _identity(item: dict[str, Any]) -> tuple[str, str, str]:
    return item["construction"], item["claim"], item["size"]


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
        value = json.loads(file.read())
    shard = value.get("shard")
    numbers = isinstance(shard, list) and len(shard) == 2 and all(type(n) is int for n in shard)
    if not numbers or value.get("version") != VERSION:
        raise InputError("is no part of a gate: a file that gate --shard I/K --json wrote is expected", path)
    if not isinstance(value.get("evidence"), list) or not isinstance(value.get("unfenced"), str) or "only" not in value:
        raise InputError("is a part of a gate with a field missing or of another kind", path)
    if any(isinstance(item, dict) and item.get("claim") for item in value["evidence"]):
        read_entries(path)
    Shard(*shard)
    return dict(value)
