"""Expressions of families: polynomials over named variables and over operations on them, written by tracing plain functions.

Names are for people. What leaves this module is data that refers to variables by their place in a table (docs/formats.md),
so a name cannot capture another one.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import count
from typing import Any, cast

from proofcheck.errors import Refusal
from proofcheck.exact import rational, text_of

Number = int | Fraction
Json = list[Any]
LARGEST_DEGREE = 8
NEURONS = ("relu", "leaky_relu", "step", "saturated_linear")
GHOSTLY = (*NEURONS, "max", "min", "abs", "floordiv", "mod", "<=", "<", "==")
_serial = count()


class Symbol:
    """A named variable, or the value of an operation on expressions; `serial` orders symbols by creation."""

    __slots__ = ("arguments", "name", "number", "operation", "serial")

    def __init__(self, name: str, operation: str = "", arguments: tuple[Expression, ...] = (), number: Number = 0) -> None:
        self.name, self.operation, self.arguments, self.number = name, operation, arguments, number
        self.serial = next(_serial)


@dataclass(frozen=True)
class Fact:
    """expression == 0, >= 0 or > 0."""

    relation: str
    expression: Expression

    def __bool__(self) -> bool:
        raise Refusal("a fact about all inputs has no truth value: list facts one by one, 0 <= y and y <= 1 for 0 <= y <= 1")


class Expression:
    """A polynomial over symbols. Sums, differences, products, division by constants; comparisons give facts."""

    __slots__ = ("terms",)
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, terms: Mapping[tuple[Symbol, ...], Number]) -> None:
        self.terms = {monomial: q for monomial, q in terms.items() if q != 0}

    def __add__(self, other: Any) -> Expression:
        total = dict(self.terms)
        for monomial, q in lifted(other).terms.items():
            total[monomial] = total.get(monomial, 0) + q
        return Expression(total)

    __radd__ = __add__

    def __neg__(self) -> Expression:
        return Expression({monomial: -q for monomial, q in self.terms.items()})

    def __sub__(self, other: Any) -> Expression:
        return self + -lifted(other)

    def __rsub__(self, other: Any) -> Expression:
        return lifted(other) - self

    def __mul__(self, other: Any) -> Expression:
        total: dict[tuple[Symbol, ...], Number] = {}
        for left, p in self.terms.items():
            for right, q in lifted(other).terms.items():
                monomial = tuple(sorted(left + right, key=lambda symbol: symbol.serial))
                if len(monomial) > LARGEST_DEGREE:
                    raise Refusal(f"a product of {len(monomial)} factors was written, expected at most {LARGEST_DEGREE}")
                total[monomial] = total.get(monomial, 0) + p * q
        return Expression(total)

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Expression:
        divisor = rational(other)
        if divisor == 0:
            raise Refusal("an expression is divided by zero")
        return self * (1 / divisor)

    def __pow__(self, exponent: Any) -> Expression:
        if type(exponent) is not int or not 0 <= exponent <= LARGEST_DEGREE:
            raise Refusal(f"the exponent {exponent!r} was given, expected an integer from 0 to {LARGEST_DEGREE}")
        power = lifted(1)
        for _ in range(exponent):
            power = power * self
        return power

    def __eq__(self, other: object) -> Fact:  # type: ignore[override]
        return Fact("==", self - other)

    def __ne__(self, other: object) -> Fact:  # type: ignore[override]
        raise Refusal("`!=` is no fact of a contract: state what holds with ==, >=, >, <= or <")

    def __ge__(self, other: Any) -> Fact:
        return Fact(">=", self - other)

    def __le__(self, other: Any) -> Fact:
        return Fact(">=", lifted(other) - self)

    def __gt__(self, other: Any) -> Fact:
        return Fact(">", self - other)

    def __lt__(self, other: Any) -> Fact:
        return Fact(">", lifted(other) - self)

    def __bool__(self) -> bool:
        raise Refusal("an expression has no truth value while a family is being written: choose with relu, maximum or minimum")

    def operated(self, operation: str, others: Sequence[Any] = (), number: Number = 0) -> Expression:
        """The value of an operation on this expression and others: what `relu`, `maximum`, ... call."""
        arguments = (self, *(lifted(other) for other in others))
        return Expression({(Symbol("", operation, arguments, number),): 1})

    def __repr__(self) -> str:
        return f"<Expression of {len(self.terms)} terms>"


def variable(name: str) -> Expression:
    """A named variable."""
    return Expression({(Symbol(name),): 1})


def lifted(value: Any) -> Expression:
    """An expression as it is, a number as a constant. Raises Refusal for anything else."""
    if isinstance(value, Expression):
        return value
    number = rational(value)
    return Expression({(): number.numerator if number.denominator == 1 else number})


def indicator(fact: Any) -> Expression:
    """1 where the fact holds, 0 elsewhere; for ghosts only."""
    if not isinstance(fact, Fact):
        raise Refusal(f"indicator was given {fact!r}, expected a comparison such as a >= b")
    zero = lifted(0)
    operation, left, right = {"==": "==", ">=": "<=", ">": "<"}[fact.relation], zero, fact.expression
    return left.operated(operation, [right])


class Table:
    """Variables by place, as a rule of the kernel lays them out; operations that are written get the places behind them."""

    def __init__(self, *groups: Mapping[str, Expression]) -> None:
        self.names: dict[str, Expression] = {}
        self.place: dict[Symbol, int] = {}
        for group in groups:
            for name, expression in group.items():
                self.names[name] = expression
                ((symbol,),) = expression.terms
                self.place[symbol] = len(self.place)
        self.nodes: Json = []

    def define(self, expressions: Sequence[Expression], allowed: Collection[str] = GHOSTLY) -> Json:
        """Write the operations that the expressions rest on, in order of creation; the nodes written so far."""
        found: dict[Symbol, None] = {}
        waiting = [symbol for expression in expressions for monomial in expression.terms for symbol in monomial]
        while waiting:
            symbol = waiting.pop()
            if symbol in self.place or symbol in found:
                continue
            if not symbol.operation:
                raise self.unread(symbol)
            if symbol.operation not in allowed:
                raise Refusal(f"{symbol.operation} is no activation of a network: write it with neurons, as in b + relu(a - b)")
            found[symbol] = None
            waiting += [s for argument in symbol.arguments for monomial in argument.terms for s in monomial]
        for symbol in sorted(found, key=lambda s: s.serial):
            arguments = [self.polynomial(argument) for argument in symbol.arguments]
            self.nodes.append([symbol.operation, text_of(Fraction(symbol.number)), arguments])
            self.place[symbol] = len(self.place)
        return self.nodes

    def polynomial(self, expression: Expression) -> Json:
        """The expression as POLY."""
        parts = []
        for monomial, q in expression.terms.items():
            for symbol in monomial:
                if symbol not in self.place:
                    raise self.unread(symbol)
            parts.append([text_of(Fraction(q)), sorted(self.place[symbol] for symbol in monomial)])
        return sorted(parts, key=lambda part: cast(list[int], part[1]))

    def unread(self, symbol: Symbol) -> Refusal:
        """The error for a symbol that has no place here."""
        what = f"{symbol.name!r}" if symbol.name else f"the value of {symbol.operation}"
        return Refusal(f"{what} cannot be read here: only {', '.join(self.names) or 'numbers'} can, as an affine combination")

    def facts(self, facts: Sequence[Fact]) -> Json:
        """Facts as data."""
        return [[fact.relation, self.polynomial(fact.expression)] for fact in facts]
