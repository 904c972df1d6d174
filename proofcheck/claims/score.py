"""How many planted faults the claims of a construction notice: a measure of what the claims say, never of their strength.

Claims can be true and say next to nothing. So at one small size the network, the targets and the domains are changed in
one place each, and every such *mutant* must be refuted, be equal after all, or be harmless within slack that is stated.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any

from proofcheck.claims.evidence import Witness
from proofcheck.claims.judged import Status
from proofcheck.claims.recorded import witness_json, witness_of


class Outcome(Enum):
    """How a mutant ended.

    REFUTED: a claim fails, with a witness that replays. EQUAL: it is shown to be the same function wherever the claims
    speak. SLACK: it is another function, or a changed statement, of which every claim holds all the same. SURVIVOR:
    none of these could be shown. WIDER, NARROWER: a claim that also holds on a wider domain, or, as it must, on a narrower one.
    """

    REFUTED = "refuted"
    EQUAL = "equal"
    SLACK = "within slack"
    SURVIVOR = "survivor"
    WIDER = "wider"
    NARROWER = "narrower"


@dataclass(frozen=True)
class Mutated:
    """One mutant: the kind of change, the change, and how it ended.

    claim: whose statement was changed, "" for a change of the network. by: the claim that refuted it, or whose stated
    error allows it. reason: what showed it, or what could not be shown. witness: the input at which a claim fails; within
    slack, one at which the mutant (found) and the network (expected) differ.
    """

    kind: str
    change: str
    claim: str
    outcome: Outcome
    by: str = ""
    reason: str = ""
    witness: Witness | None = None

    def __str__(self) -> str:
        return f"{self.change} ({self.claim})" if self.claim else self.change


@dataclass(frozen=True)
class Score:
    """The mutants of one construction at one size, run against all its claims about the function at that size.

    slack: what the construction declares to leave open. problem: why no mutants were run, with what that means for the
    gate in `unrun`.
    """

    construction: str
    size: str
    claims: tuple[str, ...] = ()
    slack: str = ""
    mutants: tuple[Mutated, ...] = ()
    problem: str = ""
    unrun: Status = Status.MET
    path: str = ""

    def count(self, outcome: Outcome) -> int:
        """How many mutants ended so."""
        return sum(mutant.outcome is outcome for mutant in self.mutants)

    def words(self) -> str:
        """The score in words; none of its numbers is left out."""
        if self.problem:
            return f"not run: {self.problem}"
        parts = [f"{self.count(Outcome.REFUTED)} of {len(self.mutants)} refuted"]
        parts += [f"{self.count(o)} {w}" for o, w in ((Outcome.EQUAL, "equal"), (Outcome.SLACK, "within slack"))]
        parts += [f"{self.count(Outcome.SURVIVOR)} survive"]
        words = ", ".join(parts)
        if count := self.count(Outcome.WIDER):
            words += f"; {count} hold{'s' * (count == 1)} on a wider domain"
        if count := self.count(Outcome.NARROWER):
            words += f"; {count} hold{'s' * (count == 1)} on a narrower domain, as {'it' if count == 1 else 'they'} must"
        return words

    def explanations(self) -> list[str]:
        """What stands behind mutants that are within slack: the stated error, another property, the declared slack."""
        reasons = Counter(mutant.reason for mutant in self.mutants if mutant.outcome is Outcome.SLACK)
        lines = [f"{count} within slack: {reason}" for reason, count in reasons.items()]
        return [*lines, f"slack declared: {self.slack}"] if self.slack else lines

    def complaints(self) -> list[str]:
        """Why the gate fails; empty when nothing is left unexplained."""
        return list(self._complaints())

    @property
    def status(self) -> Status:
        """MET; WEAKER with a complaint; or what it means that no mutants were run."""
        return self.unrun if self.problem else Status.WEAKER if self.complaints() else Status.MET

    def _complaints(self) -> Iterator[str]:
        mine = [mutant for mutant in self.mutants if not mutant.claim]
        other = [mutant for mutant in mine if mutant.outcome is not Outcome.EQUAL]
        silent = [mutant for mutant in other if mutant.outcome is Outcome.SLACK and not mutant.by]
        if silent and not self.slack:
            yield (
                f"the claims say too little: {len(silent)} of {len(mine)} mutants of the network satisfy all of them and compute "
                f"something else, such as {silent[0]}{_where(silent[0])}: "
                "claim more, or say in slack= what is left open on purpose"
            )
        elif other and not any(mutant.outcome is Outcome.REFUTED for mutant in other):
            yield f"the claims say too little: none of {len(other)} other networks is refuted by them"
        survivors = [mutant for mutant in self.mutants if mutant.outcome is Outcome.SURVIVOR]
        if survivors:
            yield (
                f"{len(survivors)} mutant{'s' * (len(survivors) != 1)} neither refuted nor shown to be harmless, such as "
                f"{survivors[0]}: {survivors[0].reason}"
            )


def mutated_json(mutant: Mutated) -> dict[str, Any]:
    """The mutant as JSON data."""
    return {
        "kind": mutant.kind,
        "change": mutant.change,
        "claim": mutant.claim,
        "outcome": mutant.outcome.value,
        "by": mutant.by,
        "reason": mutant.reason,
        "witness": None if mutant.witness is None else witness_json(mutant.witness),
    }


def mutated_of(data: Any) -> Mutated:
    """What `mutated_json` wrote. Raises KeyError, TypeError, ValueError or InputError for anything else."""
    texts = {name: str(data[name]) for name in ("kind", "change", "claim", "by", "reason")}
    witness = None if data["witness"] is None else witness_of(data["witness"])
    return Mutated(outcome=Outcome(data["outcome"]), witness=witness, **texts)


def score_json(score: Score) -> dict[str, Any]:
    """The score as JSON data, for evidence files."""
    return {
        "construction": score.construction,
        "size": score.size,
        "claims": list(score.claims),
        "status": score.status.name.lower(),
        "slack": score.slack,
        "problem": score.problem,
        "counts": {outcome.value: score.count(outcome) for outcome in Outcome},
        "complaints": score.complaints(),
        "mutants": [mutated_json(mutant) for mutant in score.mutants],
        "path": score.path,
    }


def _where(mutant: Mutated) -> str:
    if mutant.witness is None:
        return ""
    at, found, expected = (", ".join(map(str, v)) for v in (mutant.witness.inputs, mutant.witness.found, mutant.witness.expected))
    return f" (at {at} it gives {found}, the network {expected})"
