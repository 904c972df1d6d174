"""Exact real numbers as expressions: rationals, pi, sums, products, quotients, integer powers, sqrt, acos, exp, log.

An expression is never rounded and never compared by floats: what is known of it is read off by an enclosure
(`spec/reals_enclosure.py`), by exact algebra (`spec/reals_algebra.py`) or by people (`spec/reals_sympy.py`). It is an
immutable graph whose parts may be shared; every walk over it is a loop, so depth costs no stack.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from proofcheck.errors import Refusal
from proofcheck.exact import rational

MAX_EXPONENT = 10_000
OPERATORS = ("<", "<=", "==")


@dataclass(frozen=True, eq=False, repr=False)
class Real:
    """One node. kind: "rational", "pi", "+", "*", "/", "power", "sqrt", "acos", "exp" or "log".

    arguments: the nodes below it, in order. value: the number of a "rational", the exponent of a "power", else None.
    An expression may turn out to have no value (a division by zero, sqrt(-1)); every reading then says so.
    `<`, `<=`, `>`, `>=` and `==` make a Comparison; floats are refused.
    """

    kind: str
    arguments: tuple[Real, ...] = ()
    value: Fraction | int | None = None

    def __add__(self, other: Any) -> Real:
        return total([self, other])

    def __radd__(self, other: Any) -> Real:
        return total([other, self])

    def __neg__(self) -> Real:
        return product([-1, self])

    def __sub__(self, other: Any) -> Real:
        return total([self, -real(other)])

    def __rsub__(self, other: Any) -> Real:
        return total([other, -self])

    def __mul__(self, other: Any) -> Real:
        return product([self, other])

    def __rmul__(self, other: Any) -> Real:
        return product([other, self])

    def __truediv__(self, other: Any) -> Real:
        return _quotient(self, real(other))

    def __rtruediv__(self, other: Any) -> Real:
        return _quotient(real(other), self)

    def __pow__(self, exponent: int) -> Real:
        if isinstance(exponent, bool) or not isinstance(exponent, int) or abs(exponent) > MAX_EXPONENT:
            raise Refusal(
                f"the exponent {exponent!r} was given, expected an int of absolute value at most {MAX_EXPONENT}: use exp and log"
            )
        return Real("power", (self,), exponent)

    def __lt__(self, other: Any) -> Comparison:
        return Comparison(self, "<", real(other))

    def __le__(self, other: Any) -> Comparison:
        return Comparison(self, "<=", real(other))

    def __gt__(self, other: Any) -> Comparison:
        return Comparison(real(other), "<", self)

    def __ge__(self, other: Any) -> Comparison:
        return Comparison(real(other), "<=", self)

    def __eq__(self, other: Any) -> Comparison:  # type: ignore[override]
        return Comparison(self, "==", real(other))

    __hash__ = object.__hash__

    def __bool__(self) -> bool:
        raise Refusal("an exact real was used as a truth value: compare it, and pass the comparison to decide(...)")

    def __repr__(self) -> str:
        return f"Real({self.kind!r}, {f'{len(self.arguments)} arguments' if self.value is None else self.value})"


@dataclass(frozen=True, eq=False)
class Comparison:
    """left `relation` right, with relation "<", "<=" or "=="; a statement, not a truth value."""

    left: Real
    relation: str
    right: Real

    def __bool__(self) -> bool:
        raise Refusal("a comparison of exact reals was used as a truth value: pass it to decide(...), and write a chain as two")


pi = Real("pi")


def real(value: Any) -> Real:
    """An exact number as an expression; an expression is returned as it is. Raises Refusal for floats and bools."""
    return value if isinstance(value, Real) else Real("rational", (), rational(value))


def total(values: Sequence[Any]) -> Real:
    """The sum of the values; 0 of none. Rational numbers are added at once, so that sums of constants stay constants."""
    constant, others = Fraction(0), []
    for value in map(real, values):
        if value.kind == "rational":
            constant += _constant(value)
        else:
            others.append(value)
    if constant or not others:
        others.append(real(constant))
    return others[0] if len(others) == 1 else Real("+", tuple(others))


def product(values: Sequence[Any]) -> Real:
    """The product of the values; 1 of none. A factor 0 does not remove the others: they may have no value."""
    constant, others = Fraction(1), []
    for value in map(real, values):
        if value.kind == "rational":
            constant *= _constant(value)
        else:
            others.append(value)
    if constant != 1 or not others:
        others.insert(0, real(constant))
    return others[0] if len(others) == 1 else Real("*", tuple(others))


def sqrt(value: Any) -> Real:
    """The square root >= 0 of a number >= 0."""
    return Real("sqrt", (real(value),))


def acos(value: Any) -> Real:
    """The angle in [0, pi] whose cosine is the number, which lies in [-1, 1]."""
    return Real("acos", (real(value),))


def exp(value: Any) -> Real:
    """e to the power of an exact real."""
    return Real("exp", (real(value),))


def log(value: Any) -> Real:
    """The natural logarithm of a number > 0."""
    return Real("log", (real(value),))


def postorder(roots: Sequence[Real]) -> Iterator[Real]:
    """Each node below the roots once, arguments first, the first argument deepest: the order of docs/formats.md."""
    done: set[int] = set()
    for root in roots:
        stack = [(root, 0)]
        while stack:
            node, visited = stack.pop()
            if id(node) in done:
                continue
            if visited < len(node.arguments):
                stack += [(node, visited + 1), (node.arguments[visited], 0)]
            else:
                done.add(id(node))
                yield node


def _quotient(numerator: Real, denominator: Real) -> Real:
    if numerator.kind == denominator.kind == "rational" and _constant(denominator):
        return real(_constant(numerator) / _constant(denominator))
    return Real("/", (numerator, denominator))


def _constant(node: Real) -> Fraction:
    assert isinstance(node.value, Fraction)
    return node.value
