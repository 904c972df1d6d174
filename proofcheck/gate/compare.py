"""Compare today's evidence with an earlier one: whatever became weaker, in sentences. Getting stronger is no change here."""

from __future__ import annotations

from collections.abc import Sequence

from proofcheck.claims.evidence import Strength, Verdict
from proofcheck.gate.evidence_file import Entry
from proofcheck.gate.report import sizes_words


def weakened(base: Sequence[Entry], now: Sequence[Entry]) -> list[str]:
    """What became weaker: a claim gone, a scope shrunk, a floor lowered, a statement changed, a strength fallen."""
    before, after = _by_claim(base), _by_claim(now)
    changes = []
    for name, old in before.items():
        new = after.get(name)
        if new is None:
            changes.append(f"{name}: the claim is gone; it was made for {sizes_words(list(old))}")
            continue
        gone = [size for size in old if size not in new]
        if gone:
            changes.append(f"{name}: the scope has shrunk; it no longer speaks of {sizes_words(gone)}")
        changes += _differences(name, [(old[size], new[size]) for size in old if size in new])
    return changes


def _by_claim(entries: Sequence[Entry]) -> dict[str, dict[str, Entry]]:
    claims: dict[str, dict[str, Entry]] = {}
    for entry in entries:
        if entry.claim:
            claims.setdefault(entry.name, {})[entry.size] = entry
    return claims


def _differences(name: str, pairs: Sequence[tuple[Entry, Entry]]) -> list[str]:
    changes = []
    lowered = [(a, b) for a, b in pairs if b.floor < a.floor]
    if lowered:
        (a, b), where = lowered[0], _sizes(lowered)
        changes.append(f"{name}: the floor was lowered from {_word(a.floor)} to {_word(b.floor)}, {where}")
    changed = [(a, b) for a, b in pairs if a.meaning != b.meaning and a.meaning]
    if changed:
        a, b = changed[0]
        changes.append(
            f"{name}: the statement has changed, {_sizes(changed)}\n  - {a.sentence}\n  + {b.sentence or 'no statement'}"
        )
    fallen = [(a, b) for a, b in pairs if _rank(b) < _rank(a)]
    if fallen:
        a, b = fallen[0]
        changes.append(f"{name}: the evidence has fallen from {_standing(a)} to {_standing(b)}, {_sizes(fallen)}")
    return changes


def _rank(entry: Entry) -> int:
    """Refuted and unjudged below unknown, then the strengths in their order."""
    if entry.verdict is None or entry.verdict is Verdict.REFUTED:
        return -2
    return -1 if entry.strength is None else int(entry.strength)


def _standing(entry: Entry) -> str:
    if entry.verdict is None:
        return "not judged"
    return entry.verdict.value if entry.verdict is not Verdict.HOLDS or entry.strength is None else _word(entry.strength)


def _word(strength: Strength) -> str:
    return strength.name.lower()


def _sizes(pairs: Sequence[tuple[Entry, Entry]]) -> str:
    return sizes_words([b.size for _, b in pairs])
