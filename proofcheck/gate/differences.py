"""What changed between two readings of one claim at one size, and whether the claim says less than before.

A change counts as weaker unless it certainly says no less: whatever cannot be ordered is a change for the worse.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from proofcheck.domains import Domain, domain_of
from proofcheck.errors import ProofcheckError
from proofcheck.exact import rational_of
from proofcheck.gate.reading import KEYS, Reading, digest, numbers
from proofcheck.spec.relations import Size, SizeRelation, relation_of

REWORDED = "the relation is worded differently"
ALLOWS_LESS = "the relation allows less"
HASHED = {
    "target": "the target has changed",
    "property": "the property has changed",
    "experiment": "the experiment has changed",
    "mutant": "the planted-false variant has changed",
    "scope": "it is claimed for other inputs or under other premises",
    "contract": "the contract has changed",
    "splits": "its trees are split otherwise",
}


@dataclass(frozen=True)
class Difference:
    """One change: its kind, the words for it, what stood there before and stands there now, whether less is said."""

    kind: str
    words: str
    before: str = ""
    after: str = ""
    weaker: bool = True


def differences(old: Reading, new: Reading, sentences: tuple[str, str]) -> Iterator[Difference]:
    """The differences of two readings; `sentences`: both statements in words."""
    if not old or old == new:
        return
    if not new or old["claim"] != new["claim"]:
        yield Difference("statement", "the statement has changed", sentences[0], sentences[1] or "no statement")
        return
    claim = old["claim"]
    for key in sorted(old.keys() | new.keys()) if claim not in KEYS else ():
        if old.get(key) != new.get(key):
            yield Difference(key, f"its {key} has changed", str(old.get(key)), str(new.get(key)))
    for key, words in HASHED.items() if claim in KEYS else ():
        if old.get(key) != new.get(key):
            yield Difference(key, words, *_told_apart(sentences, (old[key], new[key])))
    if claim in ("function", "property", "exact"):
        yield from _domains(old, new)
    if claim == "function":
        yield from _ordered("error", "error", rational_of(old["error"]), rational_of(new["error"]))
    if claim == "exact" and old["dtype"] != new["dtype"]:
        yield Difference("dtype", "the number format has changed", old["dtype"], new["dtype"])
    if claim == "relation":
        yield from _relations(old, new)
    if claim in ("enclosure", "probably"):
        yield from _limits(old, new)
    if claim == "instance" and old["n"] != new["n"]:
        yield Difference("n", "it is the family at another n", str(old["n"]), str(new["n"]))
    if claim == "growth":
        yield from _growth(old, new)


def assumed(old: Iterable[str], new: Iterable[str]) -> Iterator[Difference]:
    """What is assumed: a premise more is weaker, one less is stronger."""
    before, after = set(old), set(new)
    added, dropped = "; ".join(sorted(after - before)), "; ".join(sorted(before - after))
    if added:
        words = "the assumptions have changed" if dropped else "more is assumed"
        yield Difference("assumptions", words, dropped or "nothing of the kind", added)
    elif dropped:
        yield Difference("assumptions", "less is assumed", dropped, "nothing of the kind", weaker=False)


def _limits(old: Reading, new: Reading) -> Iterator[Difference]:
    if old["about"] != new["about"]:
        yield Difference("about", "what the claim is about is worded differently", old["about"], new["about"])
    yield from assumed(old["assumptions"], new["assumptions"])
    if old["claim"] == "enclosure":
        yield from _comparisons(old["comparisons"], new["comparisons"])
        return
    for key, words in (("probability", "probability of failure"), ("share", "error share")):
        yield from _ordered(key, words, rational_of(old[key]), rational_of(new[key]))
    yield from _ordered("trials", "number of trials", -Fraction(old["trials"]), -Fraction(new["trials"]))


def _growth(old: Reading, new: Reading) -> Iterator[Difference]:
    """Bounds for every n: a smaller factor says more, unless the depth was said to be its bound."""
    for key in ("neurons", "depth"):
        before, after = old[key], new[key]
        if before != after:
            less = len(before) == len(after) and all(b <= a for a, b in zip(before, after, strict=True))
            weaker = not less or (key == "depth" and old["attained"])
            words = f"the factors of its {key} have {'fallen' if less else 'changed'}"
            yield Difference(key, words, str(before), str(after), weaker)
    if old["attained"] != new["attained"]:
        words = "now said to be its bound" if new["attained"] else "no longer said to be its bound"
        yield Difference("attained", f"the depth is {words}", weaker=old["attained"])
    if old["exactly"] != new["exactly"]:
        words = "has changed" if old["exactly"] and new["exactly"] else "is gone" if old["exactly"] else "is now claimed"
        yield Difference("exactly", f"the closed form of its neurons {words}", weaker=old["exactly"] is not None)


def _domains(old: Reading, new: Reading) -> Iterator[Difference]:
    parts = old["domain"], new["domain"]
    if parts[0] == parts[1]:
        return
    before, after = map(_domain, parts)
    told = _told_apart(tuple(d.describe() if d else "a domain" for d in (before, after)), parts)
    if before is None or after is None or old["claim"] == "relation":  # a volume is that of its domain: larger is not more
        yield Difference("domain", "the domain has changed", *told)
    elif before.is_subset(after):
        if not after.is_subset(before):
            yield Difference("domain", "the domain has grown", *told, weaker=False)
    else:
        words = "shrunk" if after.is_subset(before) else "changed"
        yield Difference("domain", f"the domain has {words}", *told)


def _domain(data: Any) -> Domain | None:
    return None if data is None or "sha256" in data else domain_of(data)


def _ordered(kind: str, name: str, old: Fraction, new: Fraction) -> Iterator[Difference]:
    """A number that says less the larger it is; given negated where larger says more."""
    if old != new:
        grown = abs(new) > abs(old)
        words = f"the {name} has {'grown' if grown else 'fallen'}"
        yield Difference(kind, words, str(abs(old)), str(abs(new)), weaker=new > old)


def _relations(old: Reading, new: Reading) -> Iterator[Difference]:
    a, b = relation_of(old["relation"]), relation_of(new["relation"])
    if (old["relation"], old["parameters"]) != (new["relation"], new["parameters"]):
        told = f"{a.describe()}{_where(old)}", f"{b.describe()}{_where(new)}"
        before, after = _allowed(a, old), _allowed(b, new)
        if before is not None and before == after:
            yield Difference("relation", REWORDED, *told)
        elif _implies_by_form(a, b, old, new) or (before is not None and after is not None and before.contains(after)):
            yield Difference("relation", ALLOWS_LESS, *told, weaker=False)
        elif before is not None and after is not None and after.contains(before):
            yield Difference("relation", "the relation allows more", *told)
        else:
            yield Difference("relation", "the relation has changed", *told)
    yield from _domains(old, new)
    kinds = ", ".join(old["activations"]) or "none", ", ".join(new["activations"]) or "none"
    if set(new["activations"]) < set(old["activations"]):
        yield Difference("activations", "fewer activations are allowed", *kinds, weaker=False)
    elif old["activations"] != new["activations"]:
        wider = set(new["activations"]) > set(old["activations"])
        yield Difference("activations", f"{'more' if wider else 'other'} activations are allowed", *kinds)
    if old["layered"] and not new["layered"]:
        yield Difference("layered", "strict layering is no longer claimed")
    elif new["layered"] and not old["layered"]:
        yield Difference("layered", "strict layering is now claimed", weaker=False)


@dataclass(frozen=True)
class _Allowed:
    """The values that a relation allows one measure: from low to high, None unbounded, ends excluded where `open`."""

    measure: str
    low: Fraction | None
    high: Fraction | None
    open: bool

    def contains(self, other: _Allowed) -> bool:
        """Whether every value that the other allows is allowed."""
        below = self.low is None or (other.low is not None and self._beyond(other, self.low, other.low))
        above = self.high is None or (other.high is not None and self._beyond(other, -self.high, -other.high))
        return self.measure == other.measure and below and above

    def _beyond(self, other: _Allowed, own: Fraction, end: Fraction) -> bool:
        return end > own or (end == own and (other.open or not self.open))


def _allowed(relation: SizeRelation, reading: Reading) -> _Allowed | None:
    """What a relation of one measure with numbers allows at its parameters; None for any other relation."""
    left, right = relation.left, relation.right
    if left.op == "measure" and not right.names("measure"):
        value = _value(right, reading)
        low, high = value if relation.op == "==" else None, value
    elif right.op == "measure" and not left.names("measure"):
        value = _value(left, reading)
        low, high = value, value if relation.op == "==" else None
    else:
        return None
    name = left.data if left.op == "measure" else right.data
    return None if value is None else _Allowed(name, low, high, relation.op == "<")


def _value(size: Size, reading: Reading) -> Fraction | None:
    try:
        return size.value({}, numbers(reading))
    except ProofcheckError:
        return None


def _implies_by_form(a: SizeRelation, b: SizeRelation, old: Reading, new: Reading) -> bool:
    """Whether b implies a because both compare the same two sides at the same parameters."""
    if old["parameters"] != new["parameters"]:
        return False
    sides = [[r.left.json(), r.right.json()] for r in (a, b)]
    if sides[0] == sides[1]:
        return a.op == "<=" or b.op == a.op
    return sides[0] == sides[1][::-1] and b.op == "==" and a.op in ("==", "<=")


def _comparisons(old: dict[str, list[str]], new: dict[str, list[str]]) -> Iterator[Difference]:
    gone = [case for case in old if case not in new]
    if gone:
        yield Difference("comparisons", "comparisons are gone", _listed(gone), "not compared")
    changed = [case for case in old if case in new and new[case] != old[case]]
    firmer = [c for c in changed if new[c][1] == old[c][1] and old[c][0] == "<="]
    looser = [c for c in changed if c not in firmer]
    if looser:
        yield Difference("comparisons", "comparisons have changed", *_compared(looser, old, new))
    if firmer:
        yield Difference("comparisons", "comparisons are firmer", *_compared(firmer, old, new), weaker=False)
    added = [case for case in new if case not in old]
    if added:
        yield Difference("comparisons", "comparisons were added", "not compared", _listed(added), weaker=False)


def _compared(cases: list[str], old: dict[str, list[str]], new: dict[str, list[str]]) -> tuple[str, str]:
    """The cases with the relation of the first, before and after; with a part of the SHA-256 where that is the same."""
    before, after = _told_apart((old[cases[0]][0], new[cases[0]][0]), (old[cases[0]], new[cases[0]]))
    return f"{_listed(cases)}: {before}", f"{_listed(cases)}: {after}"


def _listed(names: list[str], most: int = 6) -> str:
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")


def _where(reading: Reading) -> str:
    given = ", ".join(f"{name} = {value}" for name, value in numbers(reading).items())
    return f" where {given}" if given else ""


def _told_apart(words: tuple[str, ...], values: tuple[Any, Any]) -> tuple[str, str]:
    """Both in words; with a part of their SHA-256 where the words are the same."""
    if words[0] != words[1]:
        return words[0], words[1]
    first, second = (f"{word} (SHA-256 {digest(value)[:12]})" for word, value in zip(words, values, strict=True))
    return first, second
