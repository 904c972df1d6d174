"""How large the networks of a family are, for every n: bounds that follow from the sizes of its blocks and the rule.

Counted are neurons as the blocks have them, and the neurons on a path; what an unrolling leaves out only makes a network smaller.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .exact import require
from .files import integer, items
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
