"""Polynomials over the variables of a proof, as dictionaries from sorted tuples of variables to exact coefficients.

The finder of lemmas computes with these; the kernel has its own. An integral coefficient is kept as int, which Python
computes with much faster, and a coefficient is never zero.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from proofcheck.exact import text_of

Number = int | Fraction
Monomial = tuple[int, ...]
Polynomial = dict[Monomial, Number]


def plain(value: Number) -> Number:
    """The number as an int where it is integral."""
    return value if type(value) is int or value.denominator != 1 else value.numerator


def variable(v: int) -> Polynomial:
    """A variable as a polynomial."""
    return {(v,): 1}


def constant(q: Number) -> Polynomial:
    """A number as a polynomial."""
    return {(): plain(q)} if q else {}


def linear(start: Number, terms: Iterable[tuple[int, Number]]) -> Polynomial:
    """start + sum of coefficient * variable."""
    total = constant(start)
    for v, q in terms:
        add(total, {(v,): plain(q)})
    return total


def add(total: Polynomial, other: Mapping[Monomial, Number], factor: Number = 1) -> Polynomial:
    """Add factor * other to `total` in place, and return it."""
    for monomial, coefficient in other.items():
        value = total.get(monomial, 0) + factor * coefficient
        if value:
            total[monomial] = value if type(value) is int else plain(value)
        else:
            total.pop(monomial, None)
    return total


def difference(a: Mapping[Monomial, Number], b: Mapping[Monomial, Number]) -> Polynomial:
    """a - b."""
    return add(dict(a), b, -1)


def scaled(a: Mapping[Monomial, Number], factor: Number) -> Polynomial:
    """factor * a."""
    return add({}, a, factor) if factor else {}


def product(a: Mapping[Monomial, Number], b: Mapping[Monomial, Number]) -> Polynomial:
    """a * b."""
    total: Polynomial = {}
    for left, p in a.items():
        add(total, {tuple(sorted(left + right)): q for right, q in b.items()} if left else dict(b), p)
    return total


def variables_of(a: Iterable[Monomial]) -> set[int]:
    """The variables that occur."""
    return {v for monomial in a for v in monomial}


def degree(a: Iterable[Monomial]) -> int:
    """The largest number of factors of a monomial."""
    return max(map(len, a), default=0)


def is_constant(a: Mapping[Monomial, Number]) -> bool:
    """Whether no variable occurs."""
    return not a or (len(a) == 1 and () in a)


def polynomial_json(a: Mapping[Monomial, Number]) -> list[Any]:
    """The polynomial as docs/formats.md writes it."""
    return [[text_of(Fraction(q)), list(monomial)] for monomial, q in a.items()]
