"""How large the networks of a family are, for every n: bounds that follow from the sizes of its blocks and the rule.

Counted are neurons as the blocks have them, and the neurons on a path; what an unrolling leaves out only makes a network smaller.
A closed form for the number of neurons is shown by its base and its step, which are identities of polynomials.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from .composition import binding, ports_of
from .exact import Number, Work, require
from .family_words import in_words
from .files import integer, items
from .proof import ONE, ZERO, Polynomial, combined, product, variable
from .scene import polynomial_of

NEVER = -(1 << 62)
Bound = list[tuple[int, str]]  # factors, each with what it is multiplied by, in words


def growth_of(family: Any, how: Any, names: Sequence[str] = ()) -> tuple[Bound, Bound]:
    """(the least bound of the neurons, of the depth) of a family that has been read (`check_readable`) with these splits.

    names: other names of the parameters.
    """
    names = names or [name for name, _ in ports_of(family)[2]]
    rule, n = family["rule"], names[0]
    if rule == "parallel":
        wide, deep = growth_of(family["block"], how, names[1:])
        return [(q, f"{n} * {times}" if times else n) for q, times in wide], deep
    if rule == "sequence":
        one, other = items(how, "the splits of the parts of a sequence", 2, 2)
        bound = binding(ports_of(family["first"]), ports_of(family["second"]))
        inner = [f"({names[p]} - {less})" if less else names[p] for p, less in bound]
        before, behind = growth_of(family["first"], one, names), growth_of(family["second"], other, inner)
        return before[0] + behind[0], before[1] + behind[1]
    if rule in ("fold", "calls"):
        fold = family if rule == "fold" else family["block"]
        size = len(fold["state"]) + sum(len(fold[key]) for key in ("inputs", "fixed", "units"))
        last, end = _block(fold["last"], fold["outputs"], size - len(fold["inputs"]))
        if rule == "calls":  # a path goes from place to place and from call to call; where words are shifted, a place back
            own, made = range(len(fold["state"]) + len(family["state"])), [*fold["state"], *fold["emit"]]
            (step, whole), (_, depth) = (_block(fold["nodes"], made, size, begin) for begin in (None, own))
            shifted = any(top is not None for _, top in family["state"])
            way = f"(2 * {n} + {names[1]} - 2)" if shifted else f"({n} + {names[1]} - 1)"
            return [(step, f"{n} * {names[1]}"), (last, n)], [(depth, way), (end, n), (whole - depth, "")]
        own = range(len(fold["state"]))
        step, whole = _block(fold["nodes"], fold["state"], size)
        depth, emit = (_block(fold["nodes"], fold[key], size, own)[1] for key in ("state", "emit"))
        begun = whole - depth  # what a path has more that begins at an input and not at the state
        put_out = max(emit + begun, _block(fold["nodes"], fold["emit"], size)[1]) - depth
        steps = f"({n} - {fold['first']})" if fold["first"] else n
        return [(step, steps), (last, "")], [(depth, steps), (max(end + begun, put_out), "")]
    if rule == "tree":
        sizes = len(family["inputs"]), 2 * len(family["leaf"]["state"]), len(family["leaf"]["state"])
        blocks = zip((family["leaf"], family["merge"]), sizes[:2], strict=True)
        leaf, merge = (_block(block["nodes"], block["state"], size) for block, size in blocks)
        root, end = _block(family["last"], family["outputs"], sizes[2])
        levels = f"ceil(log2 {n})" if how in ("halves", "power") else f"({n} - 1)"
        return [(merge[0], f"({n} - 1)"), (leaf[0], n), (root, "")], [(merge[1], levels), (leaf[1] + end, "")]
    if rule == "cells":
        count, depth = _block(family["nodes"], family["state"], (2 * family["reach"] + 1) * len(family["inputs"]))
        return [(count, f"{n} * T")], [(depth, "T")]
    if rule == "stages":
        count, depth = _block(family["nodes"], [family["state"]], 3)
        return [(count, f"{n}^3")], [(depth, n)]
    count, depth = _block(family["nodes"], [family["high"], family["low"]], 2)
    levels = f"with L = ceil(log2 {n})"
    return [(count, f"{n} L (L + 1) / 4 {levels}")], [(depth, f"L (L + 1) / 2 {levels}")]


def check_growth(family: Any, how: Any, neurons: Any, depth: Any) -> tuple[str, str]:
    """The bounds in words; Rejected unless every factor is at least what the blocks need. The family has been read before."""
    words = []
    for given, least, what in zip((neurons, depth), growth_of(family, how), ("neurons", "depth"), strict=True):
        factors = [integer(q, "a factor", 0, 1 << 62) for q in items(given, f"the factors of the {what}", *[len(least)] * 2)]
        needed = [q for q, _ in least]
        enough = all(a >= b for a, b in zip(factors, needed, strict=True))
        require(enough, f"the factors {factors} of the {what} are below {needed}")
        parts = [f"{q} * {times}" if times else str(q) for q, (_, times) in zip(factors, least, strict=True)]
        words.append(" + ".join(parts))
    return f"at most {words[0]} neurons and depth", words[1]


PLACES = {"fold": "n", "calls": "np", "tree": "n", "cells": "nT", "stages": "kn", "sort": "kP"}


def check_count(family: Any, how: Any, raw: Any, work: Work) -> str:
    """The closed form of the number of neurons in words; Rejected unless it satisfies the recurrence that the rule gives.

    An identity in indeterminates holds at all numbers, so by induction the form is the number: over steps, places, times or
    stages, over the leaves of any tree, or for n = P = 2^k over k, where merging two lists of 2^k numbers is a form of its own.
    Of copies and sequences the forms of their parts come first, and the whole is their number or sum.
    """
    rule, forms = family["rule"], items(raw, "the forms", 1)
    names, given = [*(PLACES.get(rule) or [name for name, _ in ports_of(family)[2]])], forms[-1]
    found = _count(family, how, forms, rule in PLACES, work)
    if rule not in PLACES:
        whole = polynomial_of(forms.pop(0) if forms else None, range(len(names)), work)
        require(not any(combined((1, whole), (-1, found)).values()), "the whole is not what its parts have")
    require(not forms, "there are more forms than the family has parts")
    where = {"sort": " for n = P = 2^k", "stages": " for k = n"}.get(rule, "")
    return f"its blocks have exactly {in_words(given, names)} neurons{where}, with those that nothing depends on"


def _count(family: Any, how: Any, forms: list[Any], alone: bool, work: Work) -> Polynomial:
    """The form for a family over its parameters, if it is not alone; the forms that are given are taken from the list."""
    rule, x, y = family["rule"], variable(0), variable(1)

    def at(form: Polynomial, *values: Polynomial) -> Polynomial:
        total: Polynomial = {}
        for monomial, q in form.items():
            part: Polynomial = {(): q}
            for v in monomial:
                part = product(part, values[v], work)
            total = combined((1, total), (1, part))
        return total

    def plus(form: Polynomial, number: Number) -> Polynomial:
        return combined((1, form), (number, ONE))

    def number(value: int) -> Polynomial:
        return plus(ZERO, value)

    if rule == "parallel":
        block = _count(family["block"], how, forms, False, work)
        return product(x, {tuple(v + 1 for v in monomial): q for monomial, q in block.items()}, work)
    if rule == "sequence":
        before, behind = family["first"], family["second"]
        one, other = (_count(part, by, forms, False, work) for part, by in zip((before, behind), how, strict=True))
        bound = binding(ports_of(before), ports_of(behind))
        return combined((1, one), (1, at(other, *(plus(variable(p), -less) for p, less in bound))))
    require(alone or rule in ("fold", "tree", "calls"), "closed forms of parts are those of folds, trees and calls")
    counts = [q for q, _ in growth_of(family, how)[0]]
    needed = 2 if rule in ("calls", "sort") else 1
    require(len(forms) >= needed, "there are fewer forms than the family has parts")
    parts = [polynomial_of(forms.pop(0), range(len(PLACES[rule])), work) for _ in range(needed)]
    first, last = parts[0], parts[-1]
    if rule == "fold":
        equations = [(at(last, number(family["first"])), number(counts[1])), (at(last, plus(x, 1)), plus(last, counts[0]))]
    elif rule == "calls":
        equations = [(at(first, x, ZERO), number(counts[1])), (at(first, x, plus(y, 1)), plus(first, counts[0]))]
        equations += [(at(last, ZERO, y), ZERO), (at(last, plus(x, 1), y), combined((1, last), (1, first)))]
    elif rule == "tree":
        merged = plus(combined((1, at(last, x)), (1, at(last, y))), counts[0] - counts[2])
        equations = [(at(last, ONE), number(counts[1] + counts[2])), (at(last, combined((1, x), (1, y))), merged)]
    elif rule == "cells":
        equations = [(at(last, x, ZERO), ZERO), (at(last, x, plus(y, 1)), combined((1, last), (counts[0], x)))]
    elif rule == "stages":
        stage = product(y, y, work)
        equations = [(at(last, ZERO, y), ZERO), (at(last, plus(x, 1), y), combined((1, last), (counts[0], stage)))]
    else:
        doubled = plus(x, 1), combined((2, y))
        pairs = plus(combined((2, first), (2 * counts[0], y)), -counts[0])
        equations = [(at(first, ZERO, ONE), number(counts[0])), (at(first, *doubled), pairs)]
        equations += [(at(last, ZERO, ONE), ZERO), (at(last, *doubled), combined((2, last), (1, first)))]
    for i, (left, right) in enumerate(equations):
        met = not any(combined((1, left), (-1, right)).values())
        require(met, f"equation {i} of the recurrence is not met by the form for the number of neurons")
    return last


def _block(nodes: Sequence[Any], results: Sequence[Any], size: int, begin: Collection[int] | None = None) -> tuple[int, int]:
    """Of definitions over a table of this size: how many are neurons, and how many lie on a path to a result.

    begin: the places where paths begin, all unless given.
    """
    depths, count = [0 if begin is None or v in begin else NEVER for v in range(size)], 0
    for kind, _, (argument,) in nodes:
        neuron = kind != "identity"
        count += neuron
        depths.append(_depth(argument, depths) + neuron)
    return count, max([0, *(_depth(result, depths) for result in results)])


def _depth(polynomial: Any, depths: Sequence[int]) -> int:
    return max([depths[v] for _, places in polynomial for v in places], default=0)
