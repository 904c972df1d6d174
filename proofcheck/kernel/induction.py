"""Families of networks, for every n: each rule turns a family and a contract into finitely many obligations.

A family is data: blocks, and the rule that wires them. A contract says what is claimed: ghosts (functions of the inputs, by the
same recursion), an invariant between state and ghosts, and a conclusion. The rule is an induction that docs/trust.md proves
once; each obligation is a finite fact about fresh variables.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .arrays import cells, sort, stages
from .domain import Domain, contains
from .exact import Rejected, Work, rational, require
from .files import fields, integer, items, json_of
from .proof import Fact, Polynomial, Proof, combined, equal, variable
from .scene import Scene, facts_in, polynomials_of, sets_of

Obligation = tuple[str, Scene, list[Fact]]  # a name, variables with what is given of them, the facts wanted


def obligations_of(family: Any, contract: Any, work: Work) -> list[Obligation]:
    """What must be shown, by the rule of the family: a name, variables with what is given of them, and the facts wanted."""
    rule = family.get("rule") if type(family) is dict else None
    if type(rule) is not str or rule not in RULES:
        raise Rejected(f"the rule of a family must be one of {', '.join(RULES)}")
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


def _fold(family: Any, contract: Any, work: Work) -> list[Obligation]:
    """State and ghosts run through n steps: the invariant holds at the start, is kept by a step, and implies the conclusion."""
    keys = ("first", "inputs", "fixed", "units", "init", "nodes", "state", "emit", "last", "outputs")
    first, inputs, fixed, units, init, nodes, state, emit, last, outputs, _ = fields(family, "a fold", *keys, "rule")
    ghosts, premises, witness, invariant, each, conclusion = fields(
        contract, "the contract", "ghosts", "premises", "witness", "invariant", "each", "conclusion"
    )
    begin, define, go_on = fields(ghosts, "the ghosts", "init", "nodes", "step")
    first = integer(first, "the first n", 0, 1)
    pairs = [items(unit, "a unit", 2, 2) for unit in items(units, "the units")]
    starts, ratios = ([rational(pair[i], "a unit") for pair in pairs] for i in (0, 1))
    require(all(q > 0 for q in starts + ratios), "the start and the ratio of a unit must be positive")
    read, kept = sets_of(inputs), sets_of(fixed)
    sizes = [len(items(part, "the state")) for part in (state, go_on)]
    require(sizes == [len(items(part, "the start")) for part in (init, begin)], "start and step have different lengths")
    _satisfiable(premises, witness, kept, work)

    def scene() -> tuple[Scene, list[int], list[int], list[int], list[int], list[int]]:
        """An arbitrary step k: state, ghosts, what is fixed, units and k, with all that is known of them."""
        made = Scene(work)
        f, s, g = made.free(kept), made.reals(sizes[0]), made.reals(sizes[1])
        u, k = made.above(len(pairs), 0, strictly=True), made.above(1, first, strictly=False)
        made.given += facts_in(premises, f, work) + facts_in(invariant, s + g + f + u + k, work)
        return made, s, g, f, u, k

    base = Scene(work)
    f = base.free(kept)
    x = base.free(read) if first else []
    s, g = base.named(polynomials_of(init, x + f, work, ())), base.named(polynomials_of(begin, x + f, work))
    u = base.named([{(): start * (ratio if first else 1)} for start, ratio in zip(starts, ratios, strict=True)])
    base.given += facts_in(premises, f, work)
    wanted = facts_in(invariant, s + g + f + u + base.named([{(): first}]), work)

    step, s, g, f, u, k = scene()
    x = step.free(read)
    table = step.define(nodes, s + x + f + u, units=u)
    after, made = (step.named(polynomials_of(raw, table, work, u)) for raw in (state, emit))
    grown = step.named(polynomials_of(go_on, step.define(define, g + x + f + u + made), work))
    more = step.named([combined((ratio, variable(v))) for v, ratio in zip(u, ratios, strict=True)])
    more += step.named([combined((1, variable(k[0])), (1, {(): 1}))])
    kept_up = facts_in(invariant, after + grown + f + more, work) + facts_in(each, made + g + x + f + u + k, work)

    claim, s, g, f, u, k = scene()
    made = claim.named(polynomials_of(outputs, claim.define(last, s + f + u, units=u), work, u))
    shown = facts_in(conclusion, made + g + f + u + k, work)
    require(shown or each, "a contract without a conclusion says nothing")
    return [("base", base, wanted), ("step", step, kept_up), ("claim", claim, shown)]


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


def _satisfiable(premises: Any, witness: Any, kept: Sequence[Any], work: Work) -> None:
    """Rejected unless the witness, a number for each fixed input, satisfies the premises: from false ones anything follows."""
    numbers = [rational(q, "the witness") for q in items(witness, "the witness", *[len(kept)] * 2)]
    require(contains(Domain(tuple(kept)), numbers, work), "the witness lies outside the sets of the fixed inputs")
    for polynomial, relation in facts_in(premises, range(len(kept)), work):
        total = value_at(polynomial, numbers, work)
        met = total == 0 if relation == "==" else total > 0 or (total == 0 and relation == ">=")
        require(met, "the witness breaks a premise")


def value_at(polynomial: Polynomial, numbers: Sequence[Any], work: Work) -> Any:
    """The value of a polynomial."""
    total: Any = 0
    for monomial, q in polynomial.items():
        for v in monomial:
            q = work.exact(q * numbers[v])
        total = work.exact(total + q)
    return total


RULES = {"fold": _fold, "tree": _tree, "cells": cells, "stages": stages, "sort": sort}
