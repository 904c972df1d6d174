"""Queries over constructions, answered with three values: yes, no, and unknown, because nothing settled it yet.

A query is words; all must hold. What speaks of claims or sizes must hold together at one size. The same rules stand in
`site/static/site.js`, and a test holds both to one table of answers.

    maximum             the word occurs in name, title, source or a claim
    computes:max        some claim of this kind, whose name or statement contains the text, holds
    depth<=2            a settled claim about sizes says so; with width, neurons, nonzeros, ... and <, <=, >, >=, =
    certified           only evidence of this strength counts (established: or stronger); alone: some claim is settled so
    subject:tropical    also name:, paper:, act:, form:, scope:all, scope:listed, claim:KIND, claim:NAME
    ~TERM               not;  ?TERM: the term is unknown of the construction
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from proofcheck.errors import UsageError
from proofcheck.spec.relations import MEASURES

Answer = bool | None  # None: unknown
Item = Mapping[str, Any]

ALL_SIZES = "all sizes"
NOTHING = Fraction(0)
KINDS = ("computes", "approximates", "property", "exact", "relation", "enclosure", "probably", "forall", "grows", "unrolls")
HOW = ("certified", "established", "unrefuted", "refuted", "unknown", "unjudged")
FIELDS = ("name", "subject", "paper", "act", "form", "scope", "claim")
SAME = {"activation": "act", "kind": "claim", "source": "paper"}
COMPARISON = re.compile(r"([a-z_]+)(<=|>=|==|<|>|=)(-?\d+(?:/\d+)?)")


@dataclass(frozen=True)
class Word:
    """One term of a query. op: "text", a strength of HOW, a field, a kind of claim, or "measure"."""

    op: str
    text: str = ""
    compare: str = ""
    number: Fraction = NOTHING
    negated: bool = False
    asks: bool = False

    @property
    def sized(self) -> bool:
        """Whether it speaks of claims at a size."""
        return self.op in KINDS or self.op == "measure"


@dataclass(frozen=True)
class Match:
    """What a query says of one construction: the answer, and the sizes at which all that speaks of sizes holds."""

    answer: Answer
    sizes: tuple[str, ...] = ()


def parse(query: str) -> list[Word]:
    """The terms of a query. Raises UsageError for a field or a comparison that there is not."""
    return [_word(text) for text in query.lower().split()]


def match(words: Sequence[Word], item: Item) -> Match:
    """What the terms say of a construction, given as `catalogue.items.item` gives it."""
    strengths = {word.op for word in words if word.op in HOW and not word.negated and not word.asks}
    accepted = strengths | ({"certified"} if "established" in strengths else set())
    sized = [word for word in words if word.sized and not word.asks]
    rest = [word for word in words if not (word.sized and not word.asks)]
    if sized:  # then a strength says which evidence counts for them
        rest = [word for word in rest if word.op not in strengths or word.negated or word.asks]
    answers = [_answer(word, item, accepted) for word in rest]
    found: list[str] = []
    if sized:
        here = {size: _all(_at(word, item, size, accepted) for word in sized) for size in _sizes(item)}
        found = [size for size, answer in here.items() if answer]
        answers.append(_any(here.values()))
    return Match(_all(answers), tuple(found))


def _word(text: str) -> Word:
    asks, negated = text.startswith("?"), text.startswith("~")
    bare = text[1:] if asks or negated else text
    if not bare:
        raise UsageError(f"{text!r} asks nothing: write ~ and ? in front of a term, as in ?depth<=2")

    def word(op: str, text: str = "", compare: str = "", number: Fraction = NOTHING) -> Word:
        return Word(op, text, compare, number, negated, asks)

    if comparison := COMPARISON.fullmatch(bare):
        name, compare, number = comparison.groups()
        if name not in MEASURES:
            raise UsageError(f"{name!r} is no size: known are {', '.join(MEASURES)}")
        if number.endswith("/0"):
            raise UsageError(f"{number} has no value: compare {name} with a number")
        return word("measure", name, "=" if compare == "==" else compare, Fraction(number))
    if bare in HOW:
        return word(bare)
    field, colon, rest = bare.partition(":")
    field = SAME.get(field, field)
    if not colon:
        return word("text", bare)
    if field not in FIELDS and field not in KINDS:
        raise UsageError(f"{field!r} is no field of a query: known are {', '.join((*FIELDS, *KINDS))}")
    return word(field, rest)


def _sizes(item: Item) -> list[str]:
    """Every size that a claim or a fact speaks of."""
    sizes = {size: None for claim in item["claims"] for size in claim["settled"]}
    return list(sizes | {fact[1]: None for fact in item["facts"]}) or [ALL_SIZES]


def _answer(word: Word, item: Item, accepted: set[str]) -> Answer:
    """The answer about the whole construction."""
    if word.sized:
        answer = _any(_at(Word(word.op, word.text, word.compare, word.number), item, size, accepted) for size in _sizes(item))
    elif word.op == "text":
        answer = word.text in item["text"] or any(word.text in claim["says"] for claim in item["claims"])
    elif word.op in HOW:
        wanted = {"certified", "established"} if word.op == "established" else {word.op}
        answer = any(how in wanted for claim in item["claims"] for how in claim["settled"].values())
    elif word.op == "claim":
        answer = any(word.text in (claim["kind"], claim["name"].lower()) for claim in item["claims"])
    elif word.op in ("act", "scope"):
        answer = None if word.op == "act" and not item["act"] else word.text in item[word.op]
    else:
        answer = word.text in item[word.op]
    if word.asks:
        return answer is None
    return _not(answer) if word.negated else answer


def _at(word: Word, item: Item, size: str, accepted: set[str]) -> Answer:
    """The answer at one size."""
    answer = _measured(word, item, size, accepted) if word.op == "measure" else _claimed(word, item, size, accepted)
    return _not(answer) if word.negated else answer


def _claimed(word: Word, item: Item, size: str, accepted: set[str]) -> Answer:
    found: list[Answer] = []
    for claim in item["claims"]:
        if claim["kind"] != word.op or word.text not in claim["says"]:
            continue
        how = claim["settled"].get(size)
        if how is not None:
            holds = how in ("certified", "established")
            found.append(how in accepted if accepted else holds if holds or how == "refuted" else None)
            if found[-1] is False and accepted and how in ("unknown", "unjudged"):
                found[-1] = None
    return _any(found)


def _measured(word: Word, item: Item, size: str, accepted: set[str]) -> Answer:
    """From the facts (measure, size, "==" or "<=" or ">=", value, how): what a settled relation says of this measure."""
    low: Fraction | None = None
    high: Fraction | None = None
    for name, where, op, value, how in item["facts"]:
        if name != word.text or where != size or (accepted and how not in accepted):
            continue
        number = Fraction(value)
        if op in ("==", ">="):
            low = number if low is None else max(low, number)
        if op in ("==", "<="):
            high = number if high is None else min(high, number)
    return _within(word.compare, word.number, low, high)


def _within(compare: str, bound: Fraction, low: Fraction | None, high: Fraction | None) -> Answer:
    if compare in ("<", ">="):
        below = True if high is not None and high < bound else False if low is not None and low >= bound else None
        return below if compare == "<" else _not(below)
    if compare in ("<=", ">"):
        upto = True if high is not None and high <= bound else False if low is not None and low > bound else None
        return upto if compare == "<=" else _not(upto)
    if low is not None and low == high:
        return low == bound
    outside = (high is not None and high < bound) or (low is not None and low > bound)
    return False if outside else None


def _not(answer: Answer) -> Answer:
    return None if answer is None else not answer


def _all(answers: Any) -> Answer:
    seen = list(answers)
    return False if any(a is False for a in seen) else None if any(a is None for a in seen) else True


def _any(answers: Any) -> Answer:
    seen = list(answers)
    return True if any(a is True for a in seen) else None if any(a is None for a in seen) else False
