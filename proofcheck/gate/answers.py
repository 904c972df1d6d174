"""What somebody else found about a claim, and what of it counts here.

A refutation counts where its input fails here, in rationals; a certificate where the kernel replays it here (`judging.py`);
anything else is believed, and the report says whom it trusts.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from proofcheck.checkers.task import Task, scope_of, unknown
from proofcheck.checkers.witness import replayed
from proofcheck.claims.evidence import Finding, Strength, Verdict
from proofcheck.errors import ProofcheckError


@dataclass(frozen=True)
class Answer:
    """A finding from elsewhere. trust: who must be believed for it, as reports name it."""

    finding: Finding
    trust: str

    @property
    def decided_here(self) -> bool:
        """Whether the claim is to be settled here after all: a refutation without an input is no more than its word."""
        witness = self.finding.witness
        return self.finding.verdict is Verdict.REFUTED and (witness is None or not witness.inputs)

    def counted(self, task: Task) -> Finding:
        """The finding about the task as far as it counts; a certificate is still to be replayed."""
        domain = task.statement.domain
        try:
            finding = replace(self.finding)  # what was unpickled need not keep the rules of findings
        except ProofcheckError as broken:
            return unknown(str(self.finding.method), task, f"of the answer of {self.trust}: {broken}")
        if finding.verdict is Verdict.REFUTED:
            assert finding.witness is not None
            point = finding.witness.inputs
            fits = domain is not None and len(point) == domain.dimension
            witness = replayed(task, point) if fits else None
            if witness is None:
                return unknown(finding.method, task, f"{self.trust} gave an input at which the claim does not fail here")
            return replace(finding, witness=witness)
        if finding.verdict is Verdict.HOLDS:
            finding = replace(finding, scope=scope_of(task))
        if finding.strength in (None, Strength.CERTIFIED):
            return finding
        return replace(finding, trust=(*finding.trust, self.trust))


NOWHERE = Answer(Finding(Verdict.UNKNOWN, None, "elsewhere", "", reason="it is to be settled elsewhere"), "nobody")
"""The answer that stands for none yet: what can be told without settling a claim is told beside it."""
