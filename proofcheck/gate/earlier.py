"""Failures of earlier runs, tried before anything else: only an input at which the claim fails now, in rationals, refutes it."""

from __future__ import annotations

from proofcheck.catalogue.failures import Failure, keep_failure, keys_of, recall_failures
from proofcheck.catalogue.store import Store
from proofcheck.checkers.sampled import shrink
from proofcheck.checkers.task import Task, check_domain, scope_of, trust_of
from proofcheck.checkers.witness import first_replayed
from proofcheck.claims.evidence import Finding, Verdict
from proofcheck.claims.judged import Evidence

METHOD = "a failure of an earlier run"


def earlier_failure(evidence: Evidence, task: Task, store: Store) -> Finding | None:
    """The refutation at an input that refuted the claim, or one in its place, before; None when none of them fails now.

    At another network than it failed at before, the input is shrunk again. What is in the way of a check (a domain that is
    not the network's, a reference function that raises) is raised, as in any other check.
    """
    domain = task.statement.domain
    if domain is None or task.statement.kind not in ("computes", "approximates", "property"):
        return None
    known = {f.point: f for f in recall_failures(store, _keys(evidence)) if len(f.point) == domain.dimension}
    points = [point for point in known if domain.contains(point)]
    if not points:
        return None
    check_domain(task)
    witness = first_replayed(task, points)
    if witness is None:
        return None
    tried = points.index(witness.inputs) + 1
    if known[witness.inputs].network != task.network.digest:
        witness = shrink(task, witness)
    return Finding(Verdict.REFUTED, None, METHOD, scope_of(task), trust_of(task), witness=witness, checked=tried)


def remember(evidence: Evidence, task: Task, store: Store, finding: Finding) -> None:
    """Keep the input of a refutation for the next run."""
    if finding.verdict is Verdict.REFUTED and finding.witness is not None and finding.witness.inputs:
        keep_failure(store, _keys(evidence), Failure(finding.witness.inputs, task.network.digest))


def _keys(evidence: Evidence) -> tuple[str, str]:
    return keys_of(evidence.construction, evidence.claim, evidence.size, evidence.meaning)
