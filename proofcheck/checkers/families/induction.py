"""Statements about a family for every n: find a proof of each obligation that the kernel makes, and let the kernel check it.

A step that cannot be shown is not refuted by that: its counterexample may be unreachable. So a false statement is looked for
among the networks of small n, evaluated exactly; only an input on which the conclusion fails refutes.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field, replace
from typing import Any

from proofcheck.checkers.certificates import certificate_of
from proofcheck.checkers.families.corners import write_as_corners
from proofcheck.checkers.families.reachable import counterexample
from proofcheck.checkers.families.scenes import SceneForms, bits
from proofcheck.checkers.piecewise.effort import Effort, Exhausted, Failed
from proofcheck.checkers.piecewise.lemmas import shown
from proofcheck.checkers.piecewise.polynomials import Polynomial, variables_of
from proofcheck.checkers.piecewise.rules import Rules
from proofcheck.checkers.piecewise.scope import Known
from proofcheck.checkers.task import Budget
from proofcheck.claims.evidence import Finding, Strength, Verdict
from proofcheck.families import FamilyStatement, GrowthStatement, InstanceStatement
from proofcheck.families.words import told
from proofcheck.kernel import Rejected, replay

PROGRAMS = 20_000
FEW_BITS = 6  # so many are divided at once
Fact = tuple[str, Polynomial]


@dataclass
class Obligation:
    """What was found about one obligation. leaves: cases closed; failed: the number of the fact that was not shown, or -1."""

    name: str
    facts: int
    proof: dict[str, Any] = field(default_factory=dict)
    leaves: int = 0
    failed: int = -1
    seconds: float = 0.0


def induction(statement: FamilyStatement, budget: Budget) -> Finding:
    """Certify a statement about a family; refuted with an input at some n, or unknown with the obligation that fails."""
    scope, method = "all inputs", f"the {statement.family['rule']} rule"
    found = obligations(statement, budget)
    bad = next((o for o in found if o.failed >= 0), None)
    if bad is None:
        data = json.dumps([o.proof for o in found], sort_keys=True, separators=(",", ":")).encode()
        certificate = certificate_of("induction", statement.json(), proof=data)
        try:
            proved = replay(certificate)
        except Rejected as reason:
            return Finding(Verdict.UNKNOWN, None, method, scope, reason=f"the kernel rejects the proof: {reason}")
        if (proved.statement_digest, proved.network_digest) != (statement.digest, statement.family_digest):
            return Finding(Verdict.UNKNOWN, None, method, scope, reason="the kernel proved another statement")
        leaves = sum(o.leaves for o in found)
        return Finding(Verdict.HOLDS, Strength.CERTIFIED, method, scope, certificate=certificate, checked=leaves)
    found_at = counterexample(statement, budget)
    if found_at is not None:
        where = f"all inputs in {found_at.domain.describe()} at {found_at.at}"
        said = f"{found_at.fact} is false, of its left side {found_at.witness.found[0]} was found"
        return Finding(Verdict.REFUTED, None, method, where, witness=found_at.witness, reason=said)
    open_end = f"{failure(statement, bad)}; no input tried at small n refutes the claim"
    return Finding(Verdict.UNKNOWN, None, method, scope, reason=open_end)


def growth(statement: GrowthStatement) -> Finding:
    """Certify bounds on the sizes of a family; unknown with what the kernel says."""
    certificate = certificate_of("growth", statement.json())
    try:
        proved = replay(certificate)
    except Rejected as reason:
        return Finding(Verdict.UNKNOWN, None, "growth", "its networks", reason=str(reason))
    if (proved.statement_digest, proved.network_digest) != (statement.digest, statement.family_digest):
        return Finding(Verdict.UNKNOWN, None, "growth", "its networks", reason="the kernel proved another statement")
    return Finding(Verdict.HOLDS, Strength.CERTIFIED, "growth", "its networks", certificate=certificate, reason=proved.sentence)


def unrolling(statement: InstanceStatement, network: bytes) -> Finding:
    """Certify that a network file is a family at some n; unknown with the first difference that the kernel finds."""
    certificate = certificate_of("unrolling", statement.json(), network=network)
    try:
        proved = replay(certificate)
    except Rejected as reason:
        return Finding(Verdict.UNKNOWN, None, "unrolling", "this network", reason=str(reason))
    if (proved.statement_digest, proved.network_digest) != (statement.digest, statement.network):
        return Finding(Verdict.UNKNOWN, None, "unrolling", "this network", reason="the kernel proved another statement")
    return Finding(Verdict.HOLDS, Strength.CERTIFIED, "unrolling", "this network", certificate=certificate)


def failure(statement: FamilyStatement, bad: Obligation) -> str:
    """Why an obligation stands open, in words."""
    family, contract, name = statement.family, statement.contract, bad.name
    if family["rule"] in ("parallel", "sequence"):
        key, _, rest = name.partition(" ")
        part = {"copy": (family.get("block"), contract)}.get(key, (family.get(key), contract.get(key)))
        if key == "between":
            return "what the first part puts out was not shown to lie in the sets of the second"
        of = "of each copy" if key == "copy" else f"of the {key} part"
        return f"{of}: {failure(FamilyStatement(*part), replace(bad, name=rest))}"
    if family["rule"] not in ("fold", "tree", "calls"):
        return f"obligation {name}, fact {bad.failed + 1} of {bad.facts}, was not shown"
    if name == "digits":
        return "what becomes a digit of a word was not shown to be a bit"
    if name == "associativity":
        return f"the merge of the ghosts was not shown to be associative (g{bad.failed})"
    of_block, name = name.startswith("block "), name.removeprefix("block ")
    if of_block:
        family, contract = family["block"], contract["block"]
    of = " of the block" if of_block else ""
    invariant = told(family, contract, "invariant")
    if name in ("base", "leaf", "step", "merge") and bad.failed < len(invariant):
        where = {"base": "at the start", "leaf": "at a leaf", "step": "after a step", "merge": "after a merge"}[name]
        return f"the invariant{of} is not inductive: {invariant[bad.failed]} was not shown {where}"
    facts = told(family, contract, "each" if name == "step" else "conclusion")
    place = bad.failed - len(invariant) if name == "step" else bad.failed
    return f"the invariant{of} was not shown to imply {facts[place]}"


def obligations(statement: FamilyStatement, budget: Budget) -> list[Obligation]:
    """A proof of each obligation, up to the first that is not shown."""
    end = time.monotonic() + budget.seconds

    def over() -> None:
        if time.monotonic() > end:
            raise Exhausted

    found = []
    for name, scene, wanted in statement.read.obligations:
        begin, effort = time.perf_counter(), Effort(PROGRAMS, over)
        obligation = Obligation(name, len(wanted))
        facts = [(relation, {m: q for m, q in form.items() if q}) for form, relation in wanted]
        _prove(obligation, SceneForms(scene.made, scene.given), facts, effort)
        obligation.leaves, obligation.seconds = effort.leaves, time.perf_counter() - begin
        found.append(obligation)
        if obligation.failed >= 0:
            break
    return found


def _prove(obligation: Obligation, forms: SceneForms, wanted: list[Fact], effort: Effort) -> None:
    known = Known(forms, Rules(forms), bold=True)
    for i, fact in enumerate(forms.given):
        known.know((2, i), fact)
    for v in sorted(forms.definitions, key=forms.order):
        known.define(v)
    steps = bits(known, forms)
    if len(steps) > FEW_BITS:
        write_as_corners(known, forms, steps, effort)
    goals = []
    for i, fact in enumerate(wanted):
        tree = _tree(known, forms, fact, steps, effort)
        if tree is None:
            obligation.failed = i
            return
        goals.append(tree)
    obligation.proof = {"define": forms.extra, "lemmas": known.lemmas, "goals": goals}


def _tree(known: Known, forms: SceneForms, fact: Fact, steps: dict[int, int], effort: Effort) -> Any:
    """A tree for a fact: by dividing the bits and then where the facts do not suffice, or by dividing everything first.

    Of many bits only those are divided at first of which the fact speaks.
    """
    divided = list(steps.values())
    read = variables_of(known.rules.reduced(fact[1]))
    spoken = [[z for v, z in steps.items() if v in read]] if len(steps) > FEW_BITS else []
    everything = [v for v in sorted(forms.definitions) if forms.cases(v) and v not in divided]
    scope = sorted(forms.rank, key=forms.order, reverse=True)
    for first in (*spoken, divided, [*divided, *everything]):
        lemmas = len(known.lemmas)
        try:
            return shown(known, fact, effort, first, scope)
        except Failed:
            del known.lemmas[lemmas:]
        except Exhausted:
            return None
    return None
