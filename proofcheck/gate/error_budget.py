"""The error budget of one run: how probable it is, at most, that any of its statistical verdicts is wrong."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from proofcheck.checkers.limits.statistical import METHOD, spent
from proofcheck.claims.evidence import Finding, Verdict
from proofcheck.claims.judged import Evidence
from proofcheck.errors import UsageError
from proofcheck.exact import rational_of
from proofcheck.spec.reals_statement import ERROR_FAMILY


def within_error_budget(evidence: Sequence[Evidence]) -> list[Evidence]:
    """The evidence, with every statistical verdict unknown when their shares exceed the budget of a run together."""
    try:
        spent(shares(evidence))
    except UsageError as error:
        return [_unsettled(item, str(error)) for item in evidence]
    return list(evidence)


def error_budget_lines(evidence: Sequence[Evidence]) -> list[str]:
    """What the statistical claims spend of the budget; nothing when there are none."""
    taken = shares(evidence)
    if not taken:
        return []
    total, claims = float(sum(taken, Fraction(0))), f"{len(taken)} statistical check{'s' * (len(taken) != 1)}"
    return [f"{claims}: error probability at most {total:g} in all, budget {float(ERROR_FAMILY):g}"]


def shares(evidence: Sequence[Evidence]) -> list[Fraction]:
    """The error share of each statistical claim."""
    return [rational_of(json.loads(e.statement)["share"]) for e in evidence if _is_statistical(e)]


def _is_statistical(evidence: Evidence) -> bool:
    return evidence.finding is not None and evidence.finding.method == METHOD


def _unsettled(evidence: Evidence, reason: str) -> Evidence:
    if not _is_statistical(evidence):
        return evidence
    assert evidence.finding is not None
    return replace(evidence, finding=Finding(Verdict.UNKNOWN, None, METHOD, evidence.finding.scope, reason=reason))
