"""What exact reals are read as here: intervals that contain them, and decided comparisons.

A comparison is decided by enclosures of growing precision; only when they cannot separate the sides is equality asked
of exact algebra. Precision ends at a cap, so that an equality nobody can show gives no answer instead of no end.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import floor

from proofcheck.errors import InputError
from proofcheck.spec.reals import OPERATORS, Comparison, Real, postorder, real
from proofcheck.spec.reals_algebra import Algebra
from proofcheck.spec.reals_functions import arccosine, circle, exponential, logarithm
from proofcheck.spec.reals_intervals import (
    ONE,
    ZERO,
    Interval,
    Undecided,
    add,
    divide,
    multiply,
    outward,
    point,
    power,
    square_root,
    subtract,
)

FIRST_BITS, MOST_BITS = 64, 4096
MAX_WORK = 1 << 33
"""Nodes times squared bits in all that one call decides: a count, so that the answer is the same on every machine."""
FUNCTIONS = {"sqrt": square_root, "acos": arccosine, "exp": exponential, "log": logarithm}


@dataclass(frozen=True)
class Decision:
    """answer: True, False, or None when `reason` says why not. method: "enclosure" or "algebra".

    difference: an interval that contains left - right, of `bits` bits; None when no enclosure was found.
    """

    answer: bool | None
    method: str = "enclosure"
    bits: int = 0
    difference: Interval | None = None
    reason: str = ""


class Enclosures:
    """Intervals around expressions at one precision; parts that several expressions share are enclosed once."""

    def __init__(self, bits: int, algebra: Algebra | None = None) -> None:
        self.bits = bits
        self._algebra = algebra or Algebra()
        self._known: dict[int, Interval | Undecided] = {}
        self._kept: list[Real] = []

    def of(self, expression: Real) -> Interval:
        """An interval that contains the value, and with it the proof that there is one.

        Raises Undecided when at this precision a divisor may be 0 or an argument outside the function's domain.
        """
        self._kept.append(expression)  # an id may be taken as a key only while its node lives
        for node in postorder([expression]):
            if id(node) not in self._known:
                self._known[id(node)] = self._node(node)
        result = self._known[id(expression)]
        if isinstance(result, Undecided):
            raise result
        return result

    def _node(self, node: Real) -> Interval | Undecided:
        arguments: list[Interval] = []
        for argument in node.arguments:
            known = self._known[id(argument)]
            if isinstance(known, Undecided):
                return known
            arguments.append(known)
        try:
            return self._apply(node, arguments)
        except Undecided as wide:
            # At the edge of a domain, as in sqrt(1 - cos(0)^2), only the exact value of the argument decides.
            exact = None if len(arguments) != 1 else self._algebra.rational_value(node.arguments[0])
            if exact is None or arguments[0] == point(exact):
                return wide
            try:
                return self._apply(node, [point(exact)])
            except Undecided as undefined:
                return undefined

    def _apply(self, node: Real, x: list[Interval]) -> Interval:
        bits = self.bits
        match node.kind:
            case "rational":
                q = Fraction(node.value or 0)
                return outward(q, q, bits)
            case "pi":
                return circle(bits)
            case "+":
                result = ZERO
                for argument in x:
                    result = add(result, argument, bits)
                return result
            case "*":
                result = ONE
                for argument in x:
                    result = multiply(result, argument, bits)
                return result
            case "/":
                return divide(x[0], x[1], bits)
            case "power":
                return power(x[0], int(node.value or 0), bits)
            case kind:
                return FUNCTIONS[kind](x[0], bits)


def enclose(expression: Real, bits: int = FIRST_BITS) -> Interval:
    """An interval of about `bits` bits around the value. Raises Undecided as `Enclosures.of`."""
    return Enclosures(bits).of(expression)


def decide(comparison: Comparison, most_bits: int = MOST_BITS) -> Decision:
    """Whether the comparison is true; see `decide_all`."""
    return decide_all([comparison], most_bits)[0]


def decide_all(comparisons: Sequence[Comparison], most_bits: int = MOST_BITS) -> tuple[Decision, ...]:
    """Whether each comparison is true: by enclosures of 64, 128, ... bits while some are open, at most `most_bits`.

    A round that would exceed MAX_WORK is not begun. A difference that algebra shows to be 0 is decided as equality,
    once an enclosure has shown that both sides have values. Raises InputError for a relation that is none of <, <=, ==.
    """
    for comparison in comparisons:
        if comparison.relation not in OPERATORS:
            raise InputError(f"the relation {comparison.relation!r} was given, expected one of {', '.join(OPERATORS)}")
    algebra = Algebra()
    decisions: list[Decision] = [Decision(None, reason=f"no precision up to {most_bits} bits was tried")] * len(comparisons)
    bits, work, left = FIRST_BITS, 0, list(range(len(comparisons)))
    while left and bits <= most_bits:
        sides = [side for i in left for side in (comparisons[i].left, comparisons[i].right)]
        work += sum(1 for _ in postorder(sides)) * bits**2
        if work > MAX_WORK:
            for i in left:
                decisions[i] = replace(decisions[i], reason=f"{decisions[i].reason}, and {bits} bits are too much work")
            break
        enclosures = Enclosures(bits, algebra)
        for i in left:
            decisions[i] = _decision(comparisons[i], enclosures, algebra)
        left = [i for i in left if decisions[i].answer is None]
        bits *= 2
    return tuple(decisions)


def floor_of(expression: Real, most_bits: int = MOST_BITS) -> int:
    """The largest integer that is at most the value. Raises Undecided when `most_bits` do not separate it from the next."""
    value = Algebra().rational_value(expression)
    bits = FIRST_BITS
    while bits <= most_bits:
        try:
            enclosed = enclose(expression, bits)
            if value is not None or floor(enclosed.low) == floor(enclosed.high):
                return floor(enclosed.low if value is None else value)
        except Undecided:
            pass
        bits *= 2
    raise Undecided(f"{most_bits} bits do not tell the integer part of the expression")


def ceiling_of(expression: Real, most_bits: int = MOST_BITS) -> int:
    """The least integer that is at least the value; as `floor_of`."""
    return -floor_of(-real(expression), most_bits)


def decimals(interval: Interval, digits: int = 6) -> str:
    """The interval as text with few digits, rounded outward: "[3.14159, 3.14160]"."""
    scale = 10**digits
    low, high = floor(interval.low * scale), -floor(-interval.high * scale)
    return f"[{_fixed_point(low, digits)}, {_fixed_point(high, digits)}]"


def _fixed_point(units: int, digits: int) -> str:
    whole, rest = divmod(abs(units), 10**digits)
    return f"{'-' if units < 0 else ''}{whole}.{rest:0{digits}d}"


def _decision(comparison: Comparison, enclosures: Enclosures, algebra: Algebra) -> Decision:
    bits = enclosures.bits
    try:
        left, right = enclosures.of(comparison.left), enclosures.of(comparison.right)
    except Undecided as problem:
        return Decision(None, bits=bits, reason=f"at {bits} bits the comparison has no value: {problem}")
    difference = subtract(left, right, bits)
    strict, equality = comparison.relation == "<", comparison.relation == "=="
    if difference.high < 0:
        return Decision(not equality, "enclosure", bits, difference)
    if difference.low > 0:
        return Decision(False, "enclosure", bits, difference)
    if comparison.relation == "<=" and difference.high == 0:
        return Decision(True, "enclosure", bits, difference)
    if difference.low == difference.high == 0 or algebra.vanishes(comparison.left - comparison.right):
        return Decision(not strict, "algebra", bits, difference)
    return Decision(None, bits=bits, difference=difference, reason=f"{bits} bits do not tell the sides apart")
