"""Families of networks, for every n: each rule turns a family and a contract into finitely many obligations.

A family is data: blocks, and the rule that wires them. A contract says what is claimed: ghosts (functions of the inputs, by the
same recursion), an invariant between state and ghosts, and a conclusion. The rule is an induction that docs/trust.md proves
once; each obligation is a finite fact about fresh variables.
"""

from __future__ import annotations

from typing import Any

from .arrays import cells, sort, stages
from .composition import between, parts_of, rule_of
from .exact import Rejected, Work, require
from .files import fields, items, json_of
from .folds import calls, fold
from .proof import Proof, equal, variable
from .scene import Obligation, Scene, facts_in, polynomials_of, sets_of


def obligations_of(family: Any, contract: Any, work: Work) -> list[Obligation]:
    """What must be shown, by the rule of the family: a name, variables with what is given of them, and the facts wanted."""
    rule, found = rule_of(family), list[Obligation]()
    for name, part, of_part in parts_of(family, contract):
        found += [(f"{name} {inner}", scene, wanted) for inner, scene, wanted in obligations_of(part, of_part, work)]
    if found:
        return found + between(family, contract, work)
    require(rule in RULES, f"the rule of a family must be one of {', '.join(RULES)}, parallel, sequence")
    return RULES[rule](family, contract, work)


def check_family(family: Any, contract: Any, proof: bytes, work: Work) -> int:
    """Rejected unless the proof shows every obligation; their number."""
    obligations = obligations_of(family, contract, work)
    proofs = items(json_of(proof.decode("ascii", "replace"), "the proof"), "the proof", *[len(obligations)] * 2)
    for (name, scene, wanted), raw in zip(obligations, proofs, strict=True):
        define, lemmas, goals = fields(raw, f"the proof of {name}", "define", "lemmas", "goals")
        scene.define(define, list(range(len(scene.made))))
        try:
            Proof(scene.values(), work).run(lemmas, goals, wanted)
        except Rejected as error:
            raise Rejected(f"{name}: {error}") from error
    return len(obligations)


def _tree(family: Any, contract: Any, work: Work) -> list[Obligation]:
    """Leaves in order, merged two at a time by any binary tree: the ghosts' merge is associative, so the tree does not matter."""
    inputs, leaf, merge, last, outputs, _ = fields(family, "a tree", "inputs", "leaf", "merge", "last", "outputs", "rule")
    ghosts, invariant, conclusion = fields(contract, "the contract", "ghosts", "invariant", "conclusion")
    begin, define, together = fields(ghosts, "the ghosts", "leaf", "nodes", "merge")
    (leaf_nodes, leaf_state), (nodes, state) = (fields(block, "a block", "nodes", "state") for block in (leaf, merge))
    sizes = [len(items(part, "the state")) for part in (state, together)]
    require(sizes == [len(items(part, "a leaf")) for part in (leaf_state, begin)], "leaf and merge have different lengths")

    def merged(scene: Scene, left: list[int], right: list[int]) -> list[int]:
        return scene.named(polynomials_of(together, scene.define(define, left + right), work))

    start = Scene(work)
    x = start.free(sets_of(inputs))
    g = start.named(polynomials_of(begin, x, work))
    s = start.named(polynomials_of(leaf_state, start.define(leaf_nodes, list(x), units=()), work, ()))
    wanted = facts_in(invariant, s + g, work)

    step = Scene(work)
    sides = [(step.reals(sizes[0]), step.reals(sizes[1])) for _ in range(2)]
    step.given += [fact for s, g in sides for fact in facts_in(invariant, s + g, work)]
    table = step.define(nodes, sides[0][0] + sides[1][0], units=())
    s, g = step.named(polynomials_of(state, table, work, ())), merged(step, sides[0][1], sides[1][1])
    kept = facts_in(invariant, s + g, work)

    order = Scene(work)
    a, b, c = (order.reals(sizes[1]) for _ in range(3))
    left, right = merged(order, merged(order, a, b), c), merged(order, a, merged(order, b, c))
    same = [equal(variable(v), variable(w)) for v, w in zip(left, right, strict=True)]

    claim = Scene(work)
    s, g = claim.reals(sizes[0]), claim.reals(sizes[1])
    claim.given += facts_in(invariant, s + g, work)
    made = claim.named(polynomials_of(outputs, claim.define(last, list(s), units=()), work, ()))
    shown = facts_in(conclusion, made + g, work, 1)
    return [("leaf", start, wanted), ("merge", step, kept), ("associativity", order, same), ("claim", claim, shown)]


RULES = {"fold": fold, "calls": calls, "tree": _tree, "cells": cells, "stages": stages, "sort": sort}
