"""What was found about a claim: verdict, strength, scope, witness, and what must be trusted.

A verdict is never printed without its scope, and a sample never yields *holds*.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, IntEnum
from fractions import Fraction

from proofcheck.errors import ProofcheckError


class Verdict(Enum):
    """HOLDS; REFUTED, always with a witness that replays exactly; UNREFUTED after samples; UNKNOWN with a reason."""

    HOLDS = "holds"
    REFUTED = "refuted"
    UNREFUTED = "unrefuted"
    UNKNOWN = "unknown"


class Strength(IntEnum):
    """How firmly a verdict of holds stands; the order is that of the floors."""

    UNREFUTED = 0
    ESTABLISHED = 1
    CERTIFIED = 2


@dataclass(frozen=True)
class Witness:
    """An input on which the claim fails, with both values, recomputed in rationals.

    For a size relation `inputs` is empty and `found`, `expected` hold the two sides.
    `wire` names the first wire that deviates from its meaning, or is "".
    """

    inputs: tuple[Fraction, ...]
    found: tuple[Fraction, ...]
    expected: tuple[Fraction, ...]
    wire: str = ""


@dataclass(frozen=True)
class Finding:
    """What one checker found about one claim at one size.

    method: how ("exhaustion", "z3", "meanings", "sizes", "samples"). trust: what must be believed, besides the
    kernel and the Python interpreter. scope: the inputs that were covered, in words. checked: how many inputs were
    evaluated (0 where none were). certificate: bytes of a certificate file that the kernel has replayed.
    reason: why the verdict is unknown, or what a checker could not do. Raises ProofcheckError for a finding that
    says more than was found: holds from samples or with nothing behind it, refuted without a witness, unknown
    without a reason.
    """

    verdict: Verdict
    strength: Strength | None
    method: str
    scope: str
    trust: tuple[str, ...] = ()
    assumptions: tuple[str, ...] = ()
    witness: Witness | None = None
    reason: str = ""
    checked: int = 0
    certificate: bytes | None = None
    seconds: float = 0.0

    def __post_init__(self) -> None:
        verdict, strength = self.verdict, self.strength
        faults = {
            "holds is established or certified": verdict is Verdict.HOLDS
            and strength not in (Strength.ESTABLISHED, Strength.CERTIFIED),
            "samples never yield holds": verdict is Verdict.HOLDS and self.method == "samples",
            "an exhaustion of no inputs shows nothing": verdict is Verdict.HOLDS
            and self.method == "exhaustion"
            and self.checked < 1,
            "certified needs the certificate": strength is Strength.CERTIFIED and self.certificate is None,
            "an assumption caps the strength at established": strength is Strength.CERTIFIED and bool(self.assumptions),
            "refuted needs a witness, and only refuted has one": (verdict is Verdict.REFUTED) != (self.witness is not None),
            "unrefuted has the strength unrefuted and at least one checked input": verdict is Verdict.UNREFUTED
            and (strength is not Strength.UNREFUTED or self.checked < 1),
            "unknown needs a reason and has no strength": verdict is Verdict.UNKNOWN
            and (not self.reason or strength is not None),
        }
        for rule, broken in faults.items():
            if broken:
                raise ProofcheckError(f"a finding of the method {self.method!r} breaks a rule: {rule}")
