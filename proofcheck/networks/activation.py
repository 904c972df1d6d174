"""The activation functions of a network: a closed set, so that every reader knows all of them."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from proofcheck.errors import InputError

KINDS = ("identity", "relu", "leaky_relu", "step", "saturated_linear")


@dataclass(frozen=True, order=True)
class Activation:
    """An activation function on rationals.

    identity v; relu max(v, 0); leaky_relu v if v >= 0 else slope*v; step 1 if v >= 0 else 0;
    saturated_linear min(max(v, 0), 1). `slope` is 0 except for leaky_relu.
    """

    kind: str
    slope: Fraction = Fraction(0)

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise InputError(f"unknown activation {self.kind!r}: known are {', '.join(KINDS)}")
        if self.slope != 0 and self.kind != "leaky_relu":
            raise InputError(f"{self.kind} has no slope, {self.slope} was given")

    def __str__(self) -> str:
        return f"leaky_relu({self.slope})" if self.kind == "leaky_relu" else self.kind


IDENTITY = Activation("identity")
RELU = Activation("relu")
STEP = Activation("step")
SATURATED_LINEAR = Activation("saturated_linear")
