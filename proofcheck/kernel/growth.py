"""How large the networks of a family are, for every n: bounds that follow from the sizes of its blocks and the rule.

Counted are neurons as the blocks have them, and the neurons on a path; what an unrolling leaves out only makes a network smaller.
A closed form for the number of neurons is shown by its base and its step, which are identities of polynomials.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .exact import Number, Work, require
from .family_words import in_words
from .files import integer, items
from .proof import ONE, ZERO, Polynomial, combined, product, variable
from .scene import polynomial_of
from .unrolling import SPLITS

LEVELS = "L = ceil(log2 n)"


def growth_of(family: Any, how: Any) -> tuple[list[int], list[int], str, str]:
    """(factors of the neurons, of the depth, both bounds in words with {0}, {1}, ... for the factors)."""
    rule = family["rule"]
    if rule in ("fold", "calls"):
        fold = family if rule == "fold" else family["block"]
        size = len(fold["state"]) + sum(len(fold[key]) for key in ("inputs", "fixed", "units"))
        step, depth = _block(fold["nodes"], [*fold["state"], *fold["emit"]], size)
        last, end = _block(fold["last"], fold["outputs"], size - len(fold["inputs"]))
        steps = "n * p" if rule == "calls" else f"(n - {fold['first']})" if fold["first"] else "n"
        words = f"{{0}} * {steps} + {{1}}{' * n' if rule == 'calls' else ''}"
        return [step, last], [depth, end], words, words
    if rule == "tree":
        sizes = len(family["inputs"]), 2 * len(family["leaf"]["state"]), len(family["leaf"]["state"])
        blocks = zip((family["leaf"], family["merge"]), sizes[:2], strict=True)
        leaf, merge = (_block(block["nodes"], block["state"], size) for block, size in blocks)
        root, end = _block(family["last"], family["outputs"], sizes[2])
        levels = "ceil(log2 n)" if how in ("halves", "power") else "(n - 1)"
        deep = f"{{0}} * {levels} + {{1}}"
        return [merge[0], leaf[0], root], [merge[1], leaf[1] + end], "{0} * (n - 1) + {1} * n + {2}", deep
    if rule == "cells":
        count, depth = _block(family["nodes"], family["state"], (2 * family["reach"] + 1) * len(family["inputs"]))
        return [count], [depth], "{0} * n * T", "{0} * T"
    if rule == "stages":
        count, depth = _block(family["nodes"], [family["state"]], 3)
        return [count], [depth], "{0} * n^3", "{0} * n"
    count, depth = _block(family["nodes"], [family["high"], family["low"]], 2)
    return [count], [depth], f"{{0}} * n L (L + 1) / 4 with {LEVELS}", f"{{0}} * L (L + 1) / 2 with {LEVELS}"


def check_growth(family: Any, how: Any, neurons: Any, depth: Any) -> str:
    """The bounds in words; Rejected unless every factor is at least what the blocks need. The family has been read before."""
    split = family["rule"] == "tree"
    right = type(how) is str and how in SPLITS if split else how is None
    require(right, f"a tree needs a split, {', '.join(SPLITS)}, others none")
    most_neurons, most_depth, wide, deep = growth_of(family, how)
    for given, least, what in ((neurons, most_neurons, "neurons"), (depth, most_depth, "depth")):
        factors = [integer(q, "a factor", 0, 1 << 62) for q in items(given, f"the factors of the {what}", *[len(least)] * 2)]
        enough = all(a >= b for a, b in zip(factors, least, strict=True))
        require(enough, f"the factors {factors} of the {what} are below {least}")
    return f"at most {wide.format(*neurons)} neurons and depth at most {deep.format(*depth)}"


PLACES = {"fold": "n", "calls": "np", "tree": "n", "cells": "nT", "stages": "kn", "sort": "kP"}


def check_count(family: Any, how: Any, raw: Any, work: Work) -> str:
    """The closed form of the number of neurons in words; Rejected unless it satisfies the recurrence that the rule gives.

    An identity in indeterminates holds at all numbers, so by induction the form is the number: over steps, places, times or
    stages, over the leaves of any tree, or for n = P = 2^k over k, where merging two lists of 2^k numbers is a form of its own.
    """
    rule, counts = family["rule"], growth_of(family, how)[0]
    size = len(PLACES[rule])
    parts = items(raw, "the forms", *[2 if rule in ("calls", "sort") else 1] * 2)
    forms = [polynomial_of(part, range(size), work) for part in parts]
    first, last = forms[0], forms[-1]
    x, y = variable(0), variable(1)

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
    words = in_words(parts[-1], [*PLACES[rule]])
    where = {"sort": " for n = P = 2^k", "stages": " for k = n"}.get(rule, "")
    return f"its blocks have exactly {words} neurons{where}, with those that nothing depends on"


def _block(nodes: Sequence[Any], results: Sequence[Any], size: int) -> tuple[int, int]:
    """Of definitions over a table of this size: how many are neurons, and how many lie on a path to a result."""
    depths, count = [0] * size, 0
    for kind, _, (argument,) in nodes:
        neuron = kind != "identity"
        count += neuron
        depths.append(_depth(argument, depths) + neuron)
    return count, max([_depth(result, depths) for result in results], default=0)


def _depth(polynomial: Any, depths: Sequence[int]) -> int:
    return max([depths[v] for _, places in polynomial for v in places], default=0)
