"""What a contract about a family says, in words: y outputs, e outputs of a step, g ghosts, x inputs, f fixed inputs, u units."""

from __future__ import annotations

from typing import Any

from .composition import binding, ports_of
from .domain import Domain, written
from .exact import rational, shown


def family_sentence(name: str, family: Any, contract: Any) -> str:
    """The statement about a family that was checked, every part of the contract that is claimed or assumed."""
    rule, called = family["rule"], f" {name}" * bool(name)
    if rule == "parallel":
        common = [name for (name, *_), same in zip(ports_of(family["block"])[0], family["shared"], strict=True) if same]
        own = f"share {', '.join(common)} and have all else" if common else "have all"
        inner = family_sentence("", family["block"], contract)
        return f"the parallel{called} is any number m >= 1 of copies, which {own} of their own; of each: {inner}"
    if rule == "sequence":
        before, behind = family["first"], family["second"]
        ends = ports_of(before), ports_of(behind)
        (_, made, outer), (taken, _, needed) = ends
        wires = [f"{b[0]} is {a[0]}" for a, b in zip(made, taken, strict=True)]
        lengths = [f"{outer[p][0]} - {less}" if less else outer[p][0] for p, less in binding(*ends)]
        wires += [f"{name} is {length}" for (name, _), length in zip(needed, lengths, strict=True)]
        one, other = (family_sentence("", family[part], contract[part]) for part in ("first", "second"))
        return f"the sequence{called} has two parts; first: {one}; second, where {', '.join(wires)} of the first: {other}"
    rules = {"fold": _fold, "calls": _calls, "tree": _tree, "cells": _cells, "stages": _stages, "sort": _sort}
    where, says, grown = rules[rule](family, contract)
    sets = "".join(f", {v} in {written(Domain((values,)))}" for v, values, _ in ports_of(family)[0] if v[0] != "a")
    return f"for {where}{sets}: the {rule}{called} satisfies {says}" + f", where {'; '.join(grown)}" * bool(grown)


def _fold(family: Any, contract: Any) -> tuple[str, str, list[str]]:
    ghosts, sizes = contract["ghosts"], {"x": "inputs", "f": "fixed", "u": "units", "e": "emit", "y": "outputs"}
    x, f, u, e, y = (_names(letter, family[field]) for letter, field in sizes.items())
    g = _names("g", ghosts["step"])
    where = f"every n >= {family['first']}, all inputs x of n steps"
    where += f", all fixed inputs f with {_facts(contract['premises'], f)}" * bool(contract["premises"])
    says = [_facts(contract["conclusion"], y + g + f + u + ["n"])] * bool(contract["conclusion"])
    says += [f"at each step k {_facts(contract['each'], e + g + x + f + u + ['k'])}"] * bool(contract["each"])
    grown = _ghosts(ghosts["init"], ghosts["step"], ghosts["nodes"], x * family["first"] + f, g + x + f + u + e)
    pairs = [[shown(rational(q)) for q in pair] for pair in family["units"]]
    grown += [f"{v} is {a} * ({b})^k at step k and {a} * ({b})^n at the end" for v, (a, b) in zip(u, pairs, strict=True)]
    return where, "; ".join(says), grown


def _calls(family: Any, contract: Any) -> tuple[str, str, list[str]]:
    ghosts, block, state = contract["ghosts"], family["block"], family["state"]
    x, a, v = _names("x", block["fixed"]), _names("a", block["inputs"][len(state) :]), _names("v", state)
    g, e, f = _names("g", ghosts["step"]), _names("e", [top for _, top in state if top is not None]), [*a, "W", "n"]
    where = "every n >= 0 and p >= 1, all inputs x of n steps"
    where += f", all words of p bits that spell {', '.join(a)}" * bool(a)
    where += f", with {_facts(contract['premises'], f)}" * bool(contract["premises"])
    says = [_facts(contract["conclusion"], v + g + f + ["R", "n"])] * bool(contract["conclusion"])
    says += [f"at each step k {_facts(contract['each'], e + g + x + f + ['R', 'k'])}"] * bool(contract["each"])
    grown = _ghosts(ghosts["init"], ghosts["step"], ghosts["nodes"], f, g + x + f + ["R"] + e)
    grown += [f"{', '.join(v)} is spelled by p bits, a word of the state at the end", "W is 2^p"]
    grown += ["R is 2^k at step k and 2^n at the end"]
    grown += [f"{', '.join(e)} is the bit put out at a step"] * bool(e)
    return where, "; ".join(says), grown


def _tree(family: Any, contract: Any) -> tuple[str, str, list[str]]:
    ghosts, g = contract["ghosts"], _names("g", contract["ghosts"]["merge"])
    says = _facts(contract["conclusion"], _names("y", family["outputs"]) + g)
    both = g + [f"{v}'" for v in g]
    grown = _ghosts(ghosts["leaf"], ghosts["merge"], ghosts["nodes"], _names("x", family["inputs"]), both)
    return "every n >= 1, all n leaves x in order, every binary tree over them", says, grown


def _cells(family: Any, contract: Any) -> tuple[str, str, list[str]]:
    reach, wires, ghosts = family["reach"], len(family["inputs"]), contract["ghosts"]
    near = [f"x{w}[{offset:+}]" if offset else f"x{w}" for offset in range(-reach, reach + 1) for w in range(wires)]
    names, parts = _defined(ghosts["nodes"], near)
    grown = [f"x{w} becomes {in_words(part, names)}" for w, part in enumerate(ghosts["step"])] + parts
    pads = ", ".join(shown(rational(q)) for q in family["pad"])
    where = f"every T >= 0, every tape of n >= 1 cells x, beyond whose ends cells {pads} stand"
    if "heads" in contract:
        heads = in_words(contract["heads"]["count"], _names("x", family["inputs"]))
        where += f", on which the sum of {heads} over all cells is <= 1"
    return where, "after T steps each cell is as by the rule", grown


def _stages(family: Any, contract: Any) -> tuple[str, str, list[str]]:
    def told(claim: Any) -> str:
        reads, _, relation, polynomial = claim
        return f"{in_words(polynomial, [f'{a}[{i},{j}]' for a, i, j in reads])} {relation} 0"

    where = "every n >= 1, every array d of n x n numbers"
    if contract["others"]:
        where += f", all arrays {', '.join(f'E{e}' for e in range(contract['others']))}"
        where += f" with {' and '.join(map(told, contract['premises']))} for all indices" * bool(contract["premises"])
    says = " and ".join(map(told, contract["claims"])) + " for all indices, where D is what is left after n stages"
    each = _facts(contract["each"], ["new", "D[i,j]", "D[i,k]", "D[k,j]"])
    says += "; D[i,j] is the least length of a walk of one edge or more from i to j along d" * ("walks" in contract)
    return where, says + f"; at each stage k, new of D, {each}" * bool(contract["each"]), []


def _sort(family: Any, contract: Any) -> tuple[str, str, list[str]]:
    order = f"the outputs are the inputs in {contract['order']} order"
    return "every n >= 1, all n inputs x", f"{order}: for every t output j is >= t if and only if more than j inputs are", []


def _ghosts(begin: list[Any], step: list[Any], nodes: list[Any], first: list[str], names: list[str]) -> list[str]:
    names, parts = _defined(nodes, names)
    pairs = enumerate(zip(begin, step, strict=True))
    return [f"g{i} begins as {in_words(a, first)} and becomes {in_words(b, names)}" for i, (a, b) in pairs] + parts


def _defined(nodes: list[Any], names: list[str]) -> tuple[list[str], list[str]]:
    """The names with those of the values of definitions behind them, and these in words."""
    names, parts = list(names), list[str]()
    for operation, number, on in nodes:
        words = ", ".join([in_words(part, names) for part in on] + [shown(rational(number))] * (number != "0x0"))
        names.append(f"h{len(parts)}")
        parts.append(f"{names[-1]} = {operation}({words})")
    return names, parts


def _names(letter: str, items: list[Any]) -> list[str]:
    return [f"{letter}{i}" for i in range(len(items))]


def in_words(raw: list[Any], names: list[str]) -> str:
    """A polynomial in words."""
    text = ""
    for q, places in raw:
        number = rational(q)
        factors = [names[v] for v in places]
        sign = (" - " if number < 0 else " + ") if text else "-" if number < 0 else ""
        text += sign + "*".join(([] if factors and abs(number) == 1 else [shown(max(number, -number))]) + factors)
    return text or "0"


def _facts(raw: list[Any], names: list[str]) -> str:
    return " and ".join(f"{in_words(polynomial, names)} {relation} 0" for relation, polynomial in raw)
