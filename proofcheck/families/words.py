"""Facts of a contract in words, with the kernel's letters: y outputs, e outputs of a step, g ghosts, x, f, u inputs and units;
of calls v and a numbers that words spell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from proofcheck.exact import rational_of


def fact_words(fact: Sequence[Any], names: Sequence[str]) -> str:
    """ "y0 - g0 == 0"."""
    return f"{polynomial_words(fact[1], names)} {fact[0]} 0"


def polynomial_words(polynomial: Sequence[Any], names: Sequence[str]) -> str:
    """ "y0 - g0"."""
    text = ""
    for q, places in polynomial:
        number, factors = rational_of(q), "*".join(names[v] for v in places)
        size = str(abs(number)) if not factors else factors if abs(number) == 1 else f"{abs(number)}*{factors}"
        sign = (" - " if number < 0 else " + ") if text else "-" if number < 0 else ""
        text += sign + size
    return text or "0"


def tables(family: Mapping[str, Any], contract: Mapping[str, Any]) -> dict[str, list[str]]:
    """The names of what the facts of a contract speak of, by their key: premises, invariant, each, conclusion."""
    if family["rule"] == "tree":
        g = letters("g", contract["ghosts"]["leaf"])
        return {"invariant": letters("s", family["leaf"]["state"]) + g, "conclusion": letters("y", family["outputs"]) + g}
    g = letters("g", contract["ghosts"]["step"])
    if family["rule"] == "calls":
        state = family["state"]
        s = y = letters("v", state)
        e, x = letters("e", [top for _, top in state if top is not None]), letters("x", family["block"]["fixed"])
        f, u = [*letters("a", family["block"]["inputs"][len(state) :]), "W", "n"], ["R"]
    else:
        keys = ("state", "outputs", "emit", "inputs", "fixed", "units")
        s, y, e, x, f, u = (letters(letter, family[key]) for letter, key in zip("syexfu", keys, strict=True))
    ends = [] if family["rule"] == "calls" else ["n"]
    return {
        "premises": f,
        "invariant": [*s, *g, *f, *u, "k"],
        "each": [*e, *g, *x, *f, *u, "k"],
        "conclusion": [*y, *g, *f, *u, *ends],
    }


def told(family: Mapping[str, Any], contract: Mapping[str, Any], key: str) -> list[str]:
    """The facts of a contract under a key, in words."""
    names = tables(family, contract).get(key, [])
    return [fact_words(fact, names) for fact in contract.get(key, [])]


def letters(letter: str, part: Sequence[Any]) -> list[str]:
    """g0, g1, ..."""
    return [f"{letter}{i}" for i in range(len(part))]
