"""Equality of exact reals by algebra: expressions as quotients of polynomials over the rationals.

The indeterminates are pi, the roots of primes, and each other sqrt, acos, exp or log, known by the normal form of its
argument. What is an identity for indeterminates (with root(p)^2 = p) is one for the numbers that they stand for,
provided that the expression has a value at all, which an enclosure must show: wherever no divisor is 0, evaluation at those
numbers respects sums, products and quotients, so it takes 0 to 0. The converse fails: an expression that
does not vanish here may still be 0, such as acos(-1/3) + acos(1/3) - pi.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache

from proofcheck.errors import ProofcheckError
from proofcheck.spec.reals import Real, postorder

Monomial = tuple[tuple[int, int], ...]
Polynomial = dict[Monomial, Fraction]
"""Sorted pairs (indeterminate, exponent not 0) to coefficients not 0; exponents may be negative."""
Factor = tuple[tuple[Monomial, Fraction], ...]
Quotient = tuple[Polynomial, dict[Factor, int]]
"""A numerator, and the factors of the denominator with multiplicities: polynomials of two terms or more, scaled to have
the first term 1. Kept apart, so that sums over a common denominator stay over it."""

MAX_PRODUCTS, MAX_WORK = 100_000, 20_000_000
"""Products of two terms, in one multiplication and in all that one `Algebra` does: a count, so that the answer is the same
on every machine."""
MAX_COEFFICIENT_BITS = 50_000
MAX_FACTORED = 10**10
UNIT: Monomial = ()
ONE: Polynomial = {UNIT: Fraction(1)}


class Unreduced(ProofcheckError):
    """The normal form is out of reach: too large, or a division by what vanishes."""


class Algebra:
    """Normal forms of expressions. One value serves many questions and remembers what it has reduced."""

    def __init__(self) -> None:
        self._indeterminates: list[tuple[object, ...]] = []
        self._indices: dict[tuple[object, ...], int] = {}
        self._known: dict[int, Quotient | None] = {}
        self._kept: list[Real] = []
        self._work = 0

    def vanishes(self, expression: Real) -> bool:
        """True when the expression is 0 wherever it has a value; False when that was not shown."""
        form = self._form(expression)
        return form is not None and not form[0]

    def rational_value(self, expression: Real) -> Fraction | None:
        """The rational number that the expression equals if it has a value; None when that was not shown."""
        form = self._form(expression)
        return None if form is None else _constant_of(form)

    def _form(self, expression: Real) -> Quotient | None:
        self._kept.append(expression)  # an id may be taken as a key only while its node lives
        for node in postorder([expression]):
            if id(node) not in self._known:
                arguments = [self._known[id(argument)] for argument in node.arguments]
                form: Quotient | None = None
                if all(argument is not None for argument in arguments):
                    try:
                        form = self._reduce(node, [argument for argument in arguments if argument is not None])
                    except Unreduced:
                        form = None
                self._known[id(node)] = form
        return self._known[id(expression)]

    def _reduce(self, node: Real, arguments: list[Quotient]) -> Quotient:
        match node.kind:
            case "rational":
                return _constant(Fraction(node.value or 0)), {}
            case "pi":
                return {((self._indeterminate("pi"), 1),): Fraction(1)}, {}
            case "+":
                return self._sum(arguments)
            case "*":
                return self._product(arguments)
            case "/":
                return self._product([arguments[0], self._inverse(arguments[1])])
            case "power":
                return self._power(arguments[0], int(node.value or 0))
            case kind:
                return self._function(kind, arguments[0])

    def _function(self, kind: str, argument: Quotient) -> Quotient:
        value = _constant_of(argument)
        if value is not None and kind == "sqrt" and 0 <= value.numerator * value.denominator <= MAX_FACTORED:
            outside, primes = _square_free(value.numerator * value.denominator)
            monomial = tuple(sorted((self._indeterminate("root", p), 1) for p in primes))
            return _trimmed({monomial: outside / value.denominator}), {}
        if value is not None and kind == "acos" and value in ARCS:
            return _trimmed({((self._indeterminate("pi"), 1),): ARCS[value]}), {}
        if value is not None and (kind, value) in ELEMENTARY:
            return _constant(ELEMENTARY[kind, value]), {}
        key = tuple(tuple(sorted(part.items())) for part in argument)
        return {((self._indeterminate(kind, key), 1),): Fraction(1)}, {}

    def _indeterminate(self, *key: object) -> int:
        if key not in self._indices:
            self._indices[key] = len(self._indeterminates)
            self._indeterminates.append(key)
        return self._indices[key]

    def _sum(self, terms: list[Quotient]) -> Quotient:
        common: dict[Factor, int] = {}
        for _, denominator in terms:
            for factor, count in denominator.items():
                common[factor] = max(common.get(factor, 0), count)
        result: Polynomial = {}
        for numerator, denominator in terms:
            missing = {factor: count - denominator.get(factor, 0) for factor, count in common.items()}
            result = _added(result, self._expanded(numerator, missing))
        return result, common if result else {}

    def _product(self, factors: list[Quotient]) -> Quotient:
        result, denominator = ONE, dict[Factor, int]()
        for numerator, below in factors:
            result = self._times(result, numerator)
            for factor, count in below.items():
                denominator[factor] = denominator.get(factor, 0) + count
        return result, denominator if result else {}

    def _inverse(self, a: Quotient) -> Quotient:
        if not a[0]:
            raise Unreduced("a division by what vanishes")
        monomial, coefficient = min(a[0].items())
        unit = self._times({_negated(monomial): 1 / coefficient}, ONE)
        rest = self._times(a[0], unit)
        return self._expanded(unit, a[1]), {} if rest == ONE else {tuple(sorted(rest.items())): 1}

    def _power(self, a: Quotient, exponent: int) -> Quotient:
        base = self._inverse(a) if exponent < 0 else a
        result: Quotient = (ONE, {})
        for digit in f"{abs(exponent):b}":
            result = self._product([result, result, base] if digit == "1" else [result, result])
        return result

    def _expanded(self, a: Polynomial, factors: dict[Factor, int]) -> Polynomial:
        for factor, count in factors.items():
            for _ in range(count):
                a = self._times(a, dict(factor))
        return a

    def _times(self, a: Polynomial, b: Polynomial) -> Polynomial:
        self._work += len(a) * len(b)
        if len(a) * len(b) > MAX_PRODUCTS or self._work > MAX_WORK or _bits(a) + _bits(b) > MAX_COEFFICIENT_BITS:
            raise Unreduced("a product of polynomials is too large")
        result: Polynomial = {}
        for left, p in a.items():
            for right, q in b.items():
                monomial, factor = self._joined(left, right)
                result[monomial] = result.get(monomial, Fraction(0)) + factor * p * q
        return _trimmed(result)

    def _joined(self, left: Monomial, right: Monomial) -> tuple[Monomial, Fraction]:
        """The product of two monomials, with root(p)^2 = p, so that a root keeps the exponent 0 or 1."""
        exponents, factor = dict(left), Fraction(1)
        for indeterminate, exponent in right:
            exponents[indeterminate] = exponents.get(indeterminate, 0) + exponent
        for indeterminate, exponent in exponents.items():
            key = self._indeterminates[indeterminate]
            if key[0] == "root" and exponent not in (0, 1):
                prime = key[1]
                assert isinstance(prime, int)
                factor *= Fraction(prime) ** (exponent // 2)
                exponents[indeterminate] = exponent % 2
        return tuple(sorted((i, e) for i, e in exponents.items() if e)), factor


ARCS = {
    Fraction(1): Fraction(0),
    Fraction(1, 2): Fraction(1, 3),
    Fraction(0): Fraction(1, 2),
    Fraction(-1, 2): Fraction(2, 3),
    Fraction(-1): Fraction(1),
}
"""acos of these, in units of pi."""
ELEMENTARY = {("exp", Fraction(0)): Fraction(1), ("log", Fraction(1)): Fraction(0)}


def _constant_of(a: Quotient) -> Fraction | None:
    return a[0].get(UNIT, Fraction(0)) if not a[1] and set(a[0]) <= {UNIT} else None


def _constant(q: Fraction) -> Polynomial:
    return _trimmed({UNIT: q})


def _added(a: Polynomial, b: Polynomial) -> Polynomial:
    result = dict(a)
    for monomial, q in b.items():
        result[monomial] = result.get(monomial, Fraction(0)) + q
    return _trimmed(result)


def _trimmed(a: Polynomial) -> Polynomial:
    return {monomial: q for monomial, q in a.items() if q}


def _negated(monomial: Monomial) -> Monomial:
    return tuple((indeterminate, -exponent) for indeterminate, exponent in monomial)


def _bits(a: Polynomial) -> int:
    return max((q.numerator.bit_length() + q.denominator.bit_length() for q in a.values()), default=0)


@lru_cache(maxsize=4096)
def _square_free(n: int) -> tuple[Fraction, tuple[int, ...]]:
    """n = c^2 p_1 ... p_r for n >= 0: the number c and the distinct primes, by trial division; c = 0 for n = 0."""
    if n == 0:
        return Fraction(0), ()
    outside, primes, p = 1, [], 2
    while p * p <= n:
        while n % (p * p) == 0:
            outside, n = outside * p, n // (p * p)
        if n % p == 0:
            primes.append(p)
            n //= p
        p += 1
    return Fraction(outside), (*primes, n) if n > 1 else tuple(primes)
