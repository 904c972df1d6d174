"""The reading of terms in z3: the same functions, over booleans, integers and reals.

Numbers over integer variables stay integers over a common denominator, so that grids give pure integer arithmetic;
wherever a real enters, everything it meets becomes real. z3 itself is imported when a function here is called.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import Any

from proofcheck.errors import UsageError
from proofcheck.spec.evaluation import postorder
from proofcheck.spec.term import COMPARISONS, CONNECTIVES, Term


@dataclass(frozen=True)
class Scaled:
    """The number expr / denominator; `expr` has sort Int, or sort Real and then the denominator is 1."""

    expr: Any
    denominator: int = 1


def z3_terms(terms: Sequence[Term], inputs: Sequence[Any], outputs: Sequence[Any] = ()) -> list[Any]:
    """The terms as z3 expressions of sort Bool (for Boolean terms), Int or Real.

    inputs, outputs: for each coordinate a z3 expression of sort Bool, Int or Real, or a Scaled.
    Raises UsageError when a term names a coordinate that is not given.
    """
    given = {"input": inputs, "output": outputs}
    context = next((number(value).expr.ctx for value in (*inputs, *outputs)), None)
    known: dict[Term, Any] = {}
    for term in postorder(terms):
        if term.op in given:
            if term.data >= len(given[term.op]):
                raise UsageError(f"the term reads {term.op} {term.data}, only {len(given[term.op])} {term.op}s are given")
            known[term] = _coordinate(given[term.op][term.data], term.boolean)
        else:
            known[term] = _expression(term, [known[argument] for argument in term.args], context)
    return [as_bool(known[term]) if term.boolean else plain(number(known[term])) for term in terms]


def number(value: Any) -> Scaled:
    """A Scaled as it is, a z3 expression of sort Bool as 0 or 1, of sort Int or Real as itself."""
    import z3

    if isinstance(value, Scaled):
        return value
    return Scaled(z3.If(value, z3.IntVal(1, value.ctx), z3.IntVal(0, value.ctx))) if z3.is_bool(value) else Scaled(value)


def as_bool(value: Any) -> Any:
    """A z3 Bool that is true where the value, known to be 0 or 1, is 1."""
    import z3

    return value if not isinstance(value, Scaled) and z3.is_bool(value) else number(value).expr == number(value).denominator


def plain(value: Scaled) -> Any:
    """One z3 expression of sort Int or Real."""
    return value.expr if value.denominator == 1 else _real(value)


def together(values: Sequence[Scaled]) -> tuple[list[Any], int]:
    """(expressions of one sort, common denominator); the denominator is 1 when the sort is Real."""
    import z3

    if any(z3.is_real(value.expr) for value in values):
        return [_real(value) for value in values], 1
    common = lcm(*(value.denominator for value in values))
    return [_times(common // value.denominator, value.expr) for value in values], common


def linear(start: Fraction, coefficients: Sequence[Fraction], values: Sequence[Scaled], context: Any = None) -> Scaled:
    """start + sum of coefficient * value."""
    import z3

    if any(z3.is_real(value.expr) for value in values):
        context = values[0].expr.ctx
        parts = [_rational(c, context) * _real(v) if c != 1 else _real(v) for c, v in zip(coefficients, values, strict=True)]
        return Scaled(z3.Sum([*parts, _rational(start, context)] if start else parts))
    factors = [c / value.denominator for c, value in zip(coefficients, values, strict=True)]
    common = lcm(start.denominator, *(factor.denominator for factor in factors))
    parts = [_times(int(factor * common), value.expr) for factor, value in zip(factors, values, strict=True)]
    if start or not parts:
        parts.append(z3.IntVal(int(start * common), values[0].expr.ctx if values else context))
    return Scaled(z3.Sum(parts) if len(parts) > 1 else parts[0], common)


def fraction_of(value: Any) -> Fraction:
    """The Fraction of a z3 numeral. Raises UsageError for anything else, such as an algebraic number."""
    import z3

    if z3.is_int_value(value):
        return Fraction(value.as_long())
    if z3.is_rational_value(value):
        return Fraction(value.numerator_as_long(), value.denominator_as_long())
    raise UsageError(f"{value} is not a rational numeral of z3")


def _coordinate(value: Any, boolean: bool) -> Any:
    return as_bool(value) if boolean else number(value)


def _expression(term: Term, args: list[Any], context: Any) -> Any:
    import z3

    if term.op in CONNECTIVES or (term.op == "where" and term.boolean):
        bools = [as_bool(argument) for argument in args]
        connect: Mapping[str, Any] = {"not": z3.Not, "and": z3.And, "or": z3.Or, "xor": z3.Xor, "where": z3.If}
        return connect[term.op](*bools)
    if term.op == "constant":
        return Scaled(z3.IntVal(term.data.numerator, context), term.data.denominator)
    if term.op == "where":
        (then, otherwise), common = together([number(argument) for argument in args[1:]])
        return Scaled(z3.If(as_bool(args[0]), then, otherwise), common)
    values = [number(argument) for argument in args]
    if term.op == "affine":
        start, coefficients = term.data
        return linear(start, coefficients, values, context)
    if term.op in ("floordiv", "mod"):
        return _divided(term.op, term.data, values[0])
    if term.op == "square":
        return Scaled(values[0].expr * values[0].expr, values[0].denominator ** 2)
    exprs, common = together(values)
    if term.op in COMPARISONS:
        a, b = exprs
        return a <= b if term.op == "<=" else a < b if term.op == "<" else a == b
    if term.op == "abs":
        return Scaled(z3.If(exprs[0] >= 0, exprs[0], -exprs[0]), common)
    best = exprs[0]
    for expr in exprs[1:]:
        best = z3.If(best >= expr if term.op == "max" else best <= expr, best, expr)
    return Scaled(best, common)


def _divided(op: str, divisor: int, value: Scaled) -> Scaled:
    """z3 divides integers by a positive number rounding down, with remainders from 0; ToInt rounds reals down."""
    import z3

    if not z3.is_real(value.expr):
        scaled = z3.IntVal(divisor * value.denominator, value.expr.ctx)
        return Scaled(value.expr / scaled) if op == "floordiv" else Scaled(value.expr % scaled, value.denominator)
    quotient = z3.ToInt(_rational(Fraction(1, divisor), value.expr.ctx) * value.expr)
    return Scaled(quotient) if op == "floordiv" else Scaled(value.expr - divisor * z3.ToReal(quotient))


def _real(value: Scaled) -> Any:
    import z3

    if z3.is_real(value.expr):
        return value.expr
    real = z3.ToReal(value.expr)
    return real if value.denominator == 1 else _rational(Fraction(1, value.denominator), value.expr.ctx) * real


def _rational(value: Fraction, context: Any) -> Any:
    import z3

    return z3.RealVal(f"{value.numerator}/{value.denominator}", context)


def _times(factor: int, expr: Any) -> Any:
    import z3

    return expr if factor == 1 else z3.IntVal(factor, expr.ctx) * expr
