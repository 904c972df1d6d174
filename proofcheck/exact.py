"""How a number becomes exact: the one place where numbers enter.

Networks, terms and domains hold `fractions.Fraction` and nothing else. Python ints, Fractions and exact foreign
numbers (numpy integers, sympy rationals) are taken as they are; a float is refused, because 0.1 may mean the
decimal 1/10 or the binary number next to it and only the author knows which.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from numbers import Rational as RationalNumber
from typing import Any

from proofcheck.errors import InputError, Refusal

Number = int | Fraction


def rational(value: Any) -> Fraction:
    """Return `value` as a Fraction.

    Accepts int, Fraction, numpy integers and sympy rationals. Raises Refusal for floats, bools and everything else.
    """
    if isinstance(value, bool):
        raise Refusal(f"{value} is a bool where a number is expected: write {int(value)}")
    if isinstance(value, Fraction):
        return value
    if isinstance(value, int):
        return Fraction(value)
    if isinstance(value, float):
        raise Refusal(
            f"{value!r} is a float, and a float does not say which number is meant: "
            f"write Fraction({str(value)!r}) for the decimal, or dyadic({value!r}) for the binary value it stores"
        )
    if isinstance(value, RationalNumber):
        return Fraction(int(value.numerator), int(value.denominator))
    if getattr(value, "is_Rational", False):  # sympy.Rational, without importing sympy
        return Fraction(int(value.p), int(value.q))
    if hasattr(value, "__index__"):  # numpy integers
        return Fraction(value.__index__())
    raise Refusal(f"{value!r} ({type(value).__name__}) is not an exact number: use int or Fraction")


def dyadic(value: Any) -> Fraction:
    """Return the exact dyadic rational that a binary float stores. Raises Refusal for NaN and infinities."""
    number = float(value)
    if number != number or number in (float("inf"), float("-inf")):
        raise Refusal(f"{number} is not a number: only finite floats have an exact value")
    return Fraction(number)


def rationals(values: Iterable[Any]) -> tuple[Fraction, ...]:
    """`rational` of each element."""
    return tuple(rational(value) for value in values)


def text_of(value: Fraction) -> str:
    """The canonical text of a rational in files: hexadecimal, lowest terms, denominator left out when it is 1."""
    return f"{value.numerator:#x}" if value.denominator == 1 else f"{value.numerator:#x}/{value.denominator:#x}"


def rational_of(text: str) -> Fraction:
    """Read what `text_of` wrote. Raises InputError for anything that is not exactly its output."""
    numerator, slash, denominator = text.partition("/")
    try:
        value = Fraction(int(numerator, 16), int(denominator, 16) if slash else 1)
    except (ValueError, ZeroDivisionError):
        value = None
    if value is None or text_of(value) != text:
        raise InputError(f"{text[:60]!r} is not a rational in canonical hexadecimal form")
    return value


def decimal(value: Fraction) -> str:
    """The text of a rational for people: 3, -3/4."""
    return str(value)
