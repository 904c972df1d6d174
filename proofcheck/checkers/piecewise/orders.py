"""A flat maximum against a nested one, written down without a search.

Each node of the nest is at most the flat maximum, from the leaves up, and each leaf is at most the root, from the root down.
Every lemma rests on two others, so the work grows with the number of nodes. Minima are the same with signs reversed.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from proofcheck.checkers.piecewise.polynomials import Number, Polynomial, difference, scaled, variable
from proofcheck.checkers.piecewise.scope import Known, Tree
from proofcheck.exact import text_of

FEW_ARGUMENTS = 3


def order_lemmas(known: Known, goal: Polynomial) -> None:
    """Lemmas that make the goal plain, where it is the difference of a flat maximum or minimum and a nest of such."""
    form = known.rules.reduced(goal)
    if len(form) != 2 or not all(len(m) == 1 and abs(q) == 1 for m, q in form.items()) or sum(form.values()) != 0:
        return
    for (flat,) in form:
        (root,) = (m[0] for m in form if m != (flat,))
        arguments = _arguments(known, flat, flat)
        if len(arguments) >= FEW_ARGUMENTS:
            _between(known, flat, arguments, root)
            return


def _between(known: Known, flat: int, arguments: dict[int, int], root: int) -> None:
    """flat >= root and root >= flat, as far as the nest below the root has the arguments as its leaves."""
    sign = 1 if known.forms.definitions[flat].operation == "max" else -1
    nest: dict[int, dict[int, int]] = {}
    waiting = [root]
    while waiting:
        v = waiting.pop()
        if v not in nest and v not in arguments:
            nest[v] = _arguments(known, flat, v)
            if not nest[v]:
                return
            waiting += nest[v]
    order = sorted(nest, key=known.forms.order)
    above: dict[int, list[Any]] = {v: [0, flat, k] for v, k in arguments.items()}  # flat >= v
    for v in order:
        tree: Tree = [["split", v]]
        for u in nest[v]:
            tree.append(["sum", [_part(1, above[u]), _part(-sign, [3, 0])]])
        above[v] = _lemma(known, scaled(difference(variable(flat), variable(v)), sign), tree)
    below: dict[int, list[list[Any]]] = {root: []}  # root >= v, as the facts that add up to it
    for v in reversed(order):
        for u, k in nest[v].items():
            if u not in below:
                facts = [*below[v], [0, v, k]]
                tree = [["sum", [_part(1, fact) for fact in facts]]]
                below[u] = [_lemma(known, scaled(difference(variable(root), variable(u)), sign), tree)]
    if all(v in below for v in arguments):
        tree = [["split", flat]]
        for v in arguments:
            tree.append(["sum", [*(_part(1, fact) for fact in below[v]), _part(-sign, [3, 0])]])
        _lemma(known, scaled(difference(variable(root), variable(flat)), sign), tree)


def _arguments(known: Known, flat: int, v: int) -> dict[int, int]:
    """The arguments of v, each with its number, if it is of the same operation as `flat` and they are variables."""
    definition, own = known.forms.definitions.get(v), known.forms.definitions.get(flat)
    if definition is None or own is None or definition.operation not in ("max", "min") or definition.operation != own.operation:
        return {}
    found: dict[int, int] = {}
    for k, argument in enumerate(definition.arguments):
        ((u, *_),) = argument
        if known.rules.get(u) is not None:
            return {}
        found[u] = k
    return found if len(found) == len(definition.arguments) else {}


def _part(q: Number, fact: list[Any]) -> list[Any]:
    return [text_of(Fraction(q)), [], [fact]]


def _lemma(known: Known, polynomial: Polynomial, tree: Tree) -> list[Any]:
    """The fact that a new lemma is."""
    return [1, known.add_lemma((">=", polynomial), tree)]
