"""Settle comparisons of exact reals by enclosures with rational endpoints, and equalities by exact algebra.

*holds* needs every comparison true; one that is false refutes, with the enclosures of both sides as witness; one that
the largest precision leaves open is *unknown*.
"""

from __future__ import annotations

from time import monotonic
from typing import Any

from proofcheck.claims.evidence import Finding, Strength, Verdict, Witness
from proofcheck.spec.reals import Comparison
from proofcheck.spec.reals_enclosure import MOST_BITS, Decision, decide_all, enclose
from proofcheck.spec.reals_statement import EnclosureStatement

TRUST = ("the rational interval arithmetic of proofcheck/spec/reals_intervals.py and reals_functions.py",)
TRUST_ALGEBRA = ("the normal forms of proofcheck/spec/reals_algebra.py",)


def check_enclosure(statement: EnclosureStatement, most_bits: int = MOST_BITS) -> Finding:
    """The finding about the conjunction. The precision cap is the only budget, so the verdict is the same on every machine."""
    started = monotonic()
    decisions = decide_all(statement.comparisons, most_bits)
    methods = sorted({decision.method for decision in decisions if decision.answer is not None}, reverse=True)
    method = " and ".join(methods) or "enclosure"
    scope = "the stated comparison" if len(decisions) == 1 else f"all {len(decisions)} stated comparisons"
    trust = TRUST + (TRUST_ALGEBRA if "algebra" in methods else ())
    common: dict[str, Any] = {
        "trust": trust,
        "assumptions": statement.assumptions,
        "checked": len(decisions),
        "seconds": monotonic() - started,
    }
    rows = list(zip(statement.cases, statement.comparisons, decisions, strict=True))
    for case, comparison, decision in rows:
        if decision.answer is False:
            witness = _witness(case, comparison, decision)
            return Finding(Verdict.REFUTED, None, method, f"the comparison {case!r}", witness=witness, **common)
    still_open = [(case, decision) for case, _, decision in rows if decision.answer is None]
    if still_open:
        case, decision = still_open[0]
        reason = f"{len(still_open)} of {len(rows)} comparisons are open, first {case!r}: {decision.reason}"
        return Finding(Verdict.UNKNOWN, None, method, scope, reason=reason, **common)
    return Finding(Verdict.HOLDS, Strength.ESTABLISHED, method, scope, **common)


def _witness(case: str, comparison: Comparison, decision: Decision) -> Witness:
    """Both sides, each as the two ends of the enclosure that decided."""
    left, right = enclose(comparison.left, decision.bits), enclose(comparison.right, decision.bits)
    return Witness((), (left.low, left.high), (right.low, right.high), case)
