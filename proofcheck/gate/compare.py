"""Compare today's evidence with an earlier one: the claim diff, each change with whether less is said than before.

A claim or construction that is gone, also under a new name, a scope that shrank, a floor that was lowered, a statement
or source worded differently, evidence that fell: weaker. What was added or became stronger is told too, and harms nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from proofcheck.claims.evidence import Strength, Verdict
from proofcheck.gate.change import Change
from proofcheck.gate.differences import ALLOWS_LESS, REWORDED, Difference, assumed, differences
from proofcheck.gate.evidence_file import Entry
from proofcheck.gate.report import sizes_words

Claims = dict[str, dict[str, Entry]]


def compare(base: Sequence[Entry], now: Sequence[Entry]) -> list[Change]:
    """All changes since the base, construction after construction."""
    before, after = _by_construction(base), _by_construction(now)
    statements = {name: _statements(claims) for name, claims in after.items()}
    unread = {entry.construction: entry.problem for entry in now if not entry.claim}
    changes: list[Change] = []
    for name, old in before.items():
        if name in after:
            changes += _construction(name, old, after[name])
        elif name in unread:
            changes.append(Change(name, "unread", "the construction could not be judged", (), _claims(old), unread[name]))
        else:
            made = _statements(old)
            same = [other for other, found in statements.items() if made and other not in before and made <= found]
            changes.append(Change(name, "gone", f"the construction is gone; it made {_claims(old)}{_elsewhere(same)}"))
    for name, claims in after.items():
        if name not in before:
            changes.append(Change(name, "new", f"the construction is new; it makes {_claims(claims)}", weaker=False))
    return changes


def _construction(name: str, old: Claims, new: Claims) -> Iterator[Change]:
    first, second = (next(iter(next(iter(claims.values())).values())).declared for claims in (old, new))
    if first and second:
        for difference in _declared_construction(first["construction"], second["construction"]):
            yield _change(name, difference)
    for claim, sizes in old.items():
        subject = f"{name}::{claim}"
        if claim in new:
            yield from _claim(subject, sizes, new[claim])
        else:
            made = _statements({claim: sizes})
            same = [other for other in new if other not in old and made and made <= _statements({other: new[other]})]
            yield Change(subject, "gone", f"the claim is gone; it was made for {sizes_words(list(sizes))}{_elsewhere(same)}")
    for claim, sizes in new.items():
        if claim not in old:
            yield Change(f"{name}::{claim}", "new", "the claim is new", tuple(sizes), weaker=False)


def _claim(subject: str, old: Mapping[str, Entry], new: Mapping[str, Entry]) -> Iterator[Change]:
    gone = [size for size in old if size not in new]
    if gone:
        yield Change(subject, "scope", f"the scope has shrunk; it no longer speaks of {sizes_words(gone)}")
    found: dict[tuple[str, str, bool], list[tuple[str, Difference]]] = {}
    for size in old:
        if size in new:
            for d in _entries(old[size], new[size]):
                found.setdefault((d.kind, d.words, d.weaker), []).append((size, d))
    words = {key[1] for key in found}
    for (_, word, _), cases in found.items():
        if word == REWORDED and ALLOWS_LESS in words:
            continue
        yield _change(subject, cases[0][1], tuple(size for size, _ in cases))
    added = tuple(size for size in new if size not in old)
    if added:
        yield Change(subject, "scope", "the scope has grown", added, weaker=False)


def _entries(old: Entry, new: Entry) -> Iterator[Difference]:
    """What changed about one claim at one size."""
    if new.floor != old.floor:
        way = "lowered" if new.floor < old.floor else "raised"
        yield Difference("floor", f"the floor was {way} from {_word(old.floor)} to {_word(new.floor)}", weaker=way == "lowered")
    if old.declared and new.declared:
        yield from assumed(_assuming(old), _assuming(new))
        yield from _declared_claim(old.declared["claim"], new.declared["claim"])
    yield from differences(old.reading, new.reading, (old.sentence, new.sentence))
    if _rank(new) != _rank(old):
        way = "fallen" if _rank(new) < _rank(old) else "risen"
        words = f"the evidence has {way} from {_standing(old)} to {_standing(new)}"
        yield Difference("evidence", words, weaker=way == "fallen")
    if new.verdict is Verdict.HOLDS is old.verdict:
        stated = {text for entry in (old, new) for text in (*entry.reading.get("assumptions", ()), *_assuming(entry))}
        yield from assumed(set(old.assumptions) - stated, set(new.assumptions) - stated)


def _declared_construction(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Difference]:
    """What a construction says of itself, apart from its claims."""
    for key in [*old, *(key for key in new if key not in old)]:
        a, b = old.get(key), new.get(key)
        if key == "form" and a != b:
            stronger = (a, b) == ("traced", "layered")
            yield Difference("form", "the form has changed", str(a), str(b), weaker=not stronger)
        elif key == "slack" and a != b and not b:
            yield Difference("slack", "no slack is declared any more", _shown(a), _shown(b), weaker=False)
        elif isinstance(a, dict) and isinstance(b, dict):
            for part in [*a, *(part for part in b if part not in a)]:
                yield from _text(key, f"the {key}'s {part}", a.get(part), b.get(part))
        else:
            yield from _text(key, f"the {key}", a, b)


def _assuming(entry: Entry) -> tuple[str, ...]:
    """What the claim declares to assume; what its statement assumes is part of the reading."""
    return tuple(map(str, entry.declared["claim"].get("assuming", ()))) if entry.declared else ()


def _declared_claim(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Difference]:
    for key in [*old, *(key for key in new if key not in old)]:
        if key == "assuming":
            continue
        yield from _text(key, f"the declared {key}", old.get(key), new.get(key))


def _text(kind: str, name: str, old: Any, new: Any) -> Iterator[Difference]:
    """A declaration in words or numbers; one that was empty before may be filled in."""
    if old != new:
        filled = old in (None, "", []) and isinstance(new, str) and kind in ("source", "convention")
        words = f"{name} was filled in" if filled else f"{name} has changed"
        yield Difference(kind, words, _shown(old), _shown(new), weaker=not filled)


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "nothing"
    return "nothing" if value in (None, "") else str(value)


def _change(subject: str, d: Difference, sizes: tuple[str, ...] = ()) -> Change:
    return Change(subject, d.kind, d.words, sizes, d.before, d.after, d.weaker)


def _by_construction(entries: Sequence[Entry]) -> dict[str, Claims]:
    found: dict[str, Claims] = {}
    for entry in entries:
        if entry.claim:
            found.setdefault(entry.construction, {}).setdefault(entry.claim, {})[entry.size] = entry
    return found


def _statements(claims: Claims) -> set[tuple[str, str]]:
    """Which statements are made at which sizes, whatever the claims are called."""
    return {(size, entry.meaning) for sizes in claims.values() for size, entry in sizes.items() if entry.meaning}


def _claims(claims: Claims) -> str:
    return f"{len(claims)} claim{'s' * (len(claims) != 1)}: {', '.join(claims)}"


def _elsewhere(names: Sequence[str]) -> str:
    return f"; the same is now said under the name {names[0]}" if names else ""


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
