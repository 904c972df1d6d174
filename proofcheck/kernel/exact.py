"""Exact numbers, the one exception of the kernel, and a limit on the work that a file may ask for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from math import lcm
from typing import Any

Number = int | Fraction  # an integral value is kept as int: the arithmetic is the same, and faster
Note = Callable[[str, Sequence[Number]], object]  # told an operation and its arguments

SMALL = 1 << 500
LONGEST_NUMBER = 1 << 16  # bits of numerator and denominator together
MOST_STEPS = 100_000_000  # elementary steps that a file may cost


class Rejected(Exception):
    """A file that proves nothing: one sentence saying what was found or expected."""


def require(condition: object, message: str) -> None:
    """Raise Rejected(message) unless the condition holds."""
    if not condition:
        raise Rejected(message)


def unnoted(operation: str, arguments: Sequence[Number]) -> None:
    """The note that nobody reads."""


class Work:
    """Counts elementary steps and rejects when they run out, so that a hostile file costs bounded time."""

    def __init__(self) -> None:
        self.left = MOST_STEPS

    def spend(self, steps: int) -> None:
        self.left -= steps
        if self.left < 0:
            raise Rejected(f"the file asks for more than {MOST_STEPS} steps of work")

    def exact(self, value: Number, longest: int = LONGEST_NUMBER) -> Number:
        """The value, as int when integral; Rejected when it has more than `longest` bits."""
        if type(value) is int and -SMALL < value < SMALL:  # most are: what follows would come to the same
            self.spend(1)
            return value
        bits = value.numerator.bit_length() + value.denominator.bit_length()
        if bits > longest + 1:
            raise Rejected(f"a number of {bits} bits arises, the limit is {longest}")
        self.spend(1 + (bits >> 9) ** 2)
        return value.numerator if value.denominator == 1 else value

    def affine(self, constant: Number, terms: Iterable[tuple[Number, Number]]) -> Number:
        """constant + sum of coefficient * value, added over a common denominator."""
        above, below = constant.numerator, constant.denominator
        for coefficient, value in terms:
            p, q = coefficient.numerator * value.numerator, coefficient.denominator * value.denominator
            if not -SMALL < p < SMALL:  # a product may be longer than a number that is kept
                self.spend(1 + (p.bit_length() >> 9) ** 2)
            if below % q:
                common = self.exact(lcm(below, q)).numerator
                above, below = above * (common // below), common
            above += p * (below // q)
        return self.exact(above if below == 1 else Fraction(above, below))


def text_of(value: Number) -> str:
    """The canonical text of a rational: hexadecimal, lowest terms, no denominator 1."""
    return f"{value.numerator:#x}" if value.denominator == 1 else f"{value.numerator:#x}/{value.denominator:#x}"


def rational(text: Any, what: str = "a number") -> Number:
    """Read what `text_of` writes, nothing else."""
    longest = LONGEST_NUMBER // 4
    require(type(text) is str and len(text) <= longest, f"{what} is not a text of at most {longest} characters")
    numerator, _, denominator = text.partition("/")
    try:
        value = Fraction(int(numerator, 16), int(denominator or "1", 16))
    except (ValueError, ZeroDivisionError):
        value = Fraction(0)
    require(text_of(value) == text, f"{what}, {text[:40]!r}, is not a rational in canonical hexadecimal form")
    return value.numerator if value.denominator == 1 else value


def shown(value: Number) -> str:
    """A number for people; hexadecimal when it would have too many decimal digits."""
    return str(value) if max(abs(value.numerator), value.denominator) < 1 << 256 else text_of(value)
