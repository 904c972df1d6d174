"""Facts of a contract in words, with the kernel's letters: y outputs, e outputs of a step, g ghosts, x, f, u inputs and units."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from proofcheck.exact import rational_of


def fact_words(fact: Sequence[Any], names: Sequence[str]) -> str:
    """ "y0 - g0 == 0"."""
    text = ""
    for q, places in fact[1]:
        number, factors = rational_of(q), "*".join(names[v] for v in places)
        size = str(abs(number)) if not factors else factors if abs(number) == 1 else f"{abs(number)}*{factors}"
        sign = (" - " if number < 0 else " + ") if text else "-" if number < 0 else ""
        text += sign + size
    return f"{text or '0'} {fact[0]} 0"


def invariant_words(family: Mapping[str, Any], contract: Mapping[str, Any]) -> list[str]:
    """The facts of the invariant, s the state."""
    ghosts = contract["ghosts"]
    if family["rule"] == "tree":
        table = [*letters("s", family["leaf"]["state"]), *letters("g", ghosts["leaf"])]
    else:
        parts = (("s", family["state"]), ("g", ghosts["step"]), ("f", family["fixed"]), ("u", family["units"]))
        table = [name for letter, part in parts for name in letters(letter, part)] + ["k"]
    return [fact_words(fact, table) for fact in contract["invariant"]]


def conclusion_words(family: Mapping[str, Any], contract: Mapping[str, Any]) -> list[str]:
    """The facts of the conclusion."""
    table = [*letters("y", family["outputs"]), *letters("g", contract["ghosts"]["merge" if family["rule"] == "tree" else "step"])]
    if family["rule"] == "fold":
        table += [*letters("f", family["fixed"]), *letters("u", family["units"]), "n"]
    return [fact_words(fact, table) for fact in contract["conclusion"]]


def each_words(family: Mapping[str, Any], contract: Mapping[str, Any]) -> list[str]:
    """The facts about a step."""
    table = [*letters("e", family["emit"]), *letters("g", contract["ghosts"]["step"]), *letters("x", family["inputs"])]
    table += [*letters("f", family["fixed"]), *letters("u", family["units"]), "k"]
    return [fact_words(fact, table) for fact in contract["each"]]


def letters(letter: str, part: Sequence[Any]) -> list[str]:
    """g0, g1, ..."""
    return [f"{letter}{i}" for i in range(len(part))]
