"""The stepping stones that a claim gives: each is proved from what is near it and from earlier ones, or left out."""

from __future__ import annotations

from collections.abc import Sequence

from proofcheck.checkers.piecewise.effort import Effort, Failed, within
from proofcheck.checkers.piecewise.polynomials import difference, is_constant, variable, variables_of
from proofcheck.checkers.piecewise.proof_forms import Fact, Forms
from proofcheck.checkers.piecewise.scope import Known, Near
from proofcheck.checkers.piecewise.templates import Templates
from proofcheck.spec.term import Term

NEAR = (Near(0), Near(1), Near(1, linked=True), Near(2))
PROGRAMS = 400  # for one step, looking so far
RELATIONS = {"<=": ">=", "<": ">", "==": "=="}


def facts_of(forms: Forms, steps: Sequence[Term]) -> list[Fact]:
    """The steps as facts about variables; their terms become the proof's own."""
    found = []
    for step in steps:
        left, right = (variable(forms.term(side)) for side in step.args)
        found.append((RELATIONS[step.op], difference(left, right) if step.op == "==" else difference(right, left)))
    return found


def is_about_inputs(forms: Forms, fact: Fact) -> bool:
    """Whether no node of the network occurs in the fact, nor a term over outputs."""
    return all(forms.rank[v][0] <= 1 for v in variables_of(fact[1]))


def prove_steps(known: Known, facts: Sequence[Fact], templates: Templates, effort: Effort) -> list[Fact]:
    """Make lemmas of the facts, in order; those that could not be proved."""
    missing = []
    for fact in facts:
        relation, polynomial = fact
        form = known.rules.reduced(polynomial)
        if is_constant(form) and (not form if relation != ">=" else form.get((), 0) >= 0):
            continue
        for near in NEAR:
            try:
                tree = within(templates.prove, known, (relation, form), effort, near, PROGRAMS)
            except Failed:
                continue
            known.add_lemma((relation, form), tree)
            break
        else:
            missing.append(fact)
    return missing
