"""What may be said of the two sides of a row, and what is a fault."""

from __future__ import annotations

from proofcheck.claims.evidence import Verdict
from tests.power.false_claims.rows import REFUTED, UNKNOWN, UNREFUTED, Outcome, Row
from tests.power.false_claims.witnesses import objection


def fault_of_the_false(row: Row, outcome: Outcome) -> str:
    """Why what was said of the false side is wrong; "" when it is right."""
    if outcome.verdict == "holds":
        return "THE FALSE CLAIM HOLDS"
    if outcome.finding is None:
        expected = row.ends not in (REFUTED, UNREFUTED, UNKNOWN) and row.ends in outcome.error
        whole = "\n" not in outcome.error and len(outcome.error) < 400
        return "" if expected and whole else f"it ends with the error {outcome.error!r}, expected {row.ends!r}"
    if outcome.verdict != row.ends:
        return f"it ends in {outcome.verdict}, expected {row.ends!r}: {outcome.finding.reason}"
    if outcome.finding.certificate is not None:
        return "there is a certificate of a false claim"
    if outcome.finding.verdict is Verdict.REFUTED and outcome.task is not None:
        assert outcome.finding.witness is not None
        return objection(outcome.task, outcome.finding.witness)
    return ""


def fault_of_the_true(row: Row, outcome: Outcome) -> str:
    """Why what was said of the true side is wrong; "" when it is right."""
    finding = outcome.finding
    if finding is None or outcome.verdict != "holds":
        return f"the twin does not hold: {outcome.error or (finding.reason if finding else '')}"
    if finding.strength is None or finding.strength < row.strength:
        return f"the twin is {finding.strength}, expected {row.strength} at least"
    return ""
