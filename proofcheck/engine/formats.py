"""What the number formats of torch can store: the constants that an exactness certificate compares with.

Significand and exponent ranges are those of IEEE 754 (binary16, binary32, binary64) and of bfloat16; integers are in
two's complement, of which only the symmetric range -largest .. largest is used. Subnormal numbers are not counted as
storable, because devices may flush them to zero.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from proofcheck.errors import UsageError

FRACTION = "fraction"


@dataclass(frozen=True)
class Format:
    """A number format: every m * 2^e with |m| <= 2^bits, e >= least_exponent and |m * 2^e| <= largest is stored exactly.

    For an integer format `bits` counts the magnitude, and least_exponent is 0: its numbers are those up to `largest`.
    """

    name: str
    integer: bool
    bits: int
    least_exponent: int
    largest: int

    def stores(self, value: Fraction) -> bool:
        """Whether `value` is zero or a normal number of this format."""
        magnitude, exponent = abs(value.numerator), 1 - value.denominator.bit_length()
        if value.denominator & (value.denominator - 1) or magnitude > self.largest * value.denominator:
            return False
        if self.integer or magnitude == 0:
            return exponent == 0
        odd = magnitude // (magnitude & -magnitude)
        return odd.bit_length() <= self.bits and magnitude >= Fraction(2) ** (self.least_exponent - exponent)


def _float(name: str, bits: int, emax: int) -> Format:
    return Format(name, False, bits, 1 - emax, ((1 << bits) - 1) << (emax + 1 - bits))


def _integer(bits: int) -> Format:
    return Format(f"int{bits}", True, bits - 1, 0, (1 << (bits - 1)) - 1)


FORMATS = {
    f.name: f
    for f in (
        *(_integer(bits) for bits in (8, 16, 32, 64)),
        _float("float16", 11, 15),
        _float("bfloat16", 8, 127),
        _float("float32", 24, 127),
        _float("float64", 53, 1023),
    )
}

FASTEST_FIRST = ("int8", "int16", "float32", "int32", "float64", "int64")
"""The order in which "auto" tries formats, as measured on a CPU; the half formats are no faster there and hold less."""


def name_of(dtype: Any) -> str:
    """The name of a format given as text or as a torch dtype. Raises UsageError for an unknown one."""
    name = str(dtype).removeprefix("torch.")
    if name not in FORMATS and name != FRACTION:
        raise UsageError(f"the dtype {name!r} is not known here: choose one of {', '.join(FORMATS)} or {FRACTION}")
    return name
