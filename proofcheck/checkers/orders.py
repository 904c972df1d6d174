"""A flat maximum against a nested one: each node below a wire is at most the maximum, each argument at most the wire.

Both are shown node by node, from what is near, so the work grows with the number of nodes. Which nodes are compared is read
off the values at a few inputs.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from proofcheck.checkers.polynomials import Polynomial, difference, scaled, variable
from proofcheck.checkers.signatures import Signatures
from proofcheck.checkers.trees import Effort, Failed, Known, Tree, prove_within, scope_of
from proofcheck.exact import text_of

FEW_ARGUMENTS = 3
PROGRAMS = 20
ONE = text_of(Fraction(1))


def order_lemmas(known: Known, signatures: Signatures, goal: Polynomial, effort: Effort) -> None:
    """Lemmas that order the nodes below a term and a flat maximum or minimum whose difference the goal is."""
    form = known.rules.reduced(goal)
    if len(form) != 2 or not all(len(m) == 1 and abs(q) == 1 for m, q in form.items()) or sum(form.values()) != 0:
        return
    for (flat,) in form:
        definition = known.forms.definitions.get(flat)
        if definition is None or definition.operation not in ("max", "min") or len(definition.arguments) < FEW_ARGUMENTS:
            continue
        (root,) = (m[0] for m in form if m != (flat,))
        sign = 1 if definition.operation == "max" else -1
        below = [v for v in scope_of(known, [variable(root)], None) if v not in (root, flat)]
        below.sort(key=known.forms.order)
        for v in [*below, root]:
            _lemma(known, signatures, scaled(difference(variable(flat), variable(v)), sign), effort)
        places = {}
        for v in reversed(below):
            places[v] = _lemma(known, signatures, scaled(difference(variable(root), variable(v)), sign), effort)
        _every(known, scaled(difference(variable(root), variable(flat)), sign), sign, flat, places)


def _every(known: Known, goal: Polynomial, sign: int, flat: int, places: Mapping[int, int | None]) -> None:
    """root >= max(a_0, a_1, ...) from root >= a_i for each i, where all of these are lemmas."""
    tree: Tree = [["split", flat]]
    for argument in known.forms.definitions[flat].arguments:
        ((v, *_), *_) = known.rules.reduced(argument)
        place = places.get(v)
        if place is None or known.rules.reduced(argument) != variable(v) or argument != variable(v):
            return
        tree.append(["sum", [[ONE, [], [[1, place]]], [text_of(Fraction(-sign)), [], [[3, 0]]]]])
    known.add_lemma((">=", goal), tree)


def _lemma(known: Known, signatures: Signatures, polynomial: Polynomial, effort: Effort) -> int | None:
    """The number of a new lemma, if the polynomial is shown to be >= 0."""
    if any(x < 0 for x in signatures.of(polynomial)):
        return None
    for depth in (0, 1):
        try:
            tree = prove_within(known, (">=", polynomial), effort, depth, PROGRAMS)
        except Failed:
            continue
        return known.add_lemma((">=", polynomial), tree)
    return None
