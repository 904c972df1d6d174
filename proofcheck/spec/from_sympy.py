"""Terms from sympy expressions. What has no exact reading as a term is refused by name, with what to write instead."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import reduce
from typing import Any

from proofcheck.errors import Refusal
from proofcheck.spec.functions import implies, total
from proofcheck.spec.term import (
    Term,
    absolute,
    compare,
    connective,
    constant,
    exclusive,
    extremum,
    floordiv,
    mod,
    negation,
    square,
    where,
)

ALLOWED = "sums, rational multiples, squares, Max, Min, Abs, floor, ceiling, Mod, Piecewise, comparisons and logic"


def from_sympy(expression: Any, symbols: Mapping[Any, Term]) -> Term:
    """The term that a sympy expression means; `symbols` gives the term of each sympy symbol.

    Raises Refusal for floats, infinities, unknown symbols, powers other than squares, products of unknowns, a Piecewise
    that does not cover everything, and functions other than the ones above.
    """
    known: dict[Any, Term] = {}
    stack = [(expression, False)]
    while stack:
        part, ready = stack.pop()
        if part in known:
            continue
        children = _children(part)
        if ready or not children:
            known[part] = _convert(part, [known[child] for child in children], symbols)
        else:
            stack.append((part, True))
            stack.extend((child, False) for child in reversed(children))
    return known[expression]


def _children(part: Any) -> list[Any]:
    import sympy

    if isinstance(part, sympy.Piecewise):
        return [child for pair in part.args for child in (pair.expr, pair.cond)]
    return list(getattr(part, "args", ()))


def _convert(part: Any, args: list[Term], symbols: Mapping[Any, Term]) -> Term:
    import sympy

    if isinstance(part, bool):
        raise Refusal(f"{part} is a bool of Python: write sympy.Eq(a, b), since a == b only compares how expressions are written")
    if part in (sympy.true, sympy.false):
        return constant(int(part is sympy.true))
    if isinstance(part, sympy.Symbol):
        if part not in symbols:
            raise Refusal(f"the symbol {part} stands for no input: known are {', '.join(sorted(map(str, symbols))) or 'none'}")
        return symbols[part]
    if isinstance(part, sympy.Float):
        raise Refusal(f"{part} is a sympy Float, which does not say which number is meant: write sympy.Rational({str(part)!r})")
    if isinstance(part, sympy.Rational):
        return constant(Fraction(int(part.p), int(part.q)))
    convert = _readings().get(type(part))
    if convert is None:
        known = getattr(part, "is_number", False)
        kind = "a number that is not rational" if known else f"{type(part).__name__}, which has no exact reading"
        raise Refusal(f"{part} is {kind}: a target is written with {ALLOWED}")
    return convert(part, args)


def _readings() -> dict[Any, Callable[[Any, list[Term]], Term]]:
    import sympy

    return {
        sympy.Add: lambda part, args: total(args),
        sympy.Mul: _product,
        sympy.Pow: _power,
        sympy.Max: lambda part, args: extremum("max", args),
        sympy.Min: lambda part, args: extremum("min", args),
        sympy.Abs: lambda part, args: absolute(args[0]),
        sympy.floor: lambda part, args: floordiv(args[0], 1),
        sympy.ceiling: lambda part, args: -floordiv(-args[0], 1),
        sympy.Mod: _remainder,
        sympy.Piecewise: _piecewise,
        sympy.ITE: lambda part, args: where(*args),
        sympy.Eq: lambda part, args: compare("==", *args),
        sympy.Ne: lambda part, args: negation(compare("==", *args)),
        sympy.Le: lambda part, args: compare("<=", *args),
        sympy.Lt: lambda part, args: compare("<", *args),
        sympy.Ge: lambda part, args: compare("<=", args[1], args[0]),
        sympy.Gt: lambda part, args: compare("<", args[1], args[0]),
        sympy.And: lambda part, args: connective("and", args),
        sympy.Or: lambda part, args: connective("or", args),
        sympy.Not: lambda part, args: negation(args[0]),
        sympy.Xor: lambda part, args: reduce(exclusive, args),
        sympy.Implies: lambda part, args: implies(*args),
    }


def _product(part: Any, args: list[Term]) -> Term:
    unknown = [argument for argument in args if argument.op != "constant"]
    if len(unknown) > 1:
        raise Refusal(f"{part} is a product of unknowns: for a bit b write Piecewise((x, Eq(b, 1)), (0, True)) instead of b*x")
    factor = reduce(lambda a, b: a * b, (argument.data for argument in args if argument.op == "constant"), Fraction(1))
    return unknown[0] * factor if unknown else constant(factor)


def _power(part: Any, args: list[Term]) -> Term:
    base, exponent = args
    if exponent.op != "constant" or exponent.data != 2:
        raise Refusal(f"{part} is a power other than a square: a target is written with {ALLOWED}")
    return square(base)


def _remainder(part: Any, args: list[Term]) -> Term:
    divisor = args[1]
    if divisor.op != "constant" or divisor.data.denominator != 1 or divisor.data < 1:
        raise Refusal(f"{part} divides by {part.args[1]}: a remainder is taken by a positive whole number")
    return mod(args[0], int(divisor.data))


def _piecewise(part: Any, args: list[Term]) -> Term:
    values, conditions = args[::2], args[1::2]
    last = conditions[-1]
    if last.op != "constant" or last.data != 1:
        raise Refusal(f"{part} has no value where none of its conditions holds: end the Piecewise with (value, True)")
    result = values[-1]
    for value, condition in zip(reversed(values[:-1]), reversed(conditions[:-1]), strict=True):
        result = where(condition, value, result)
    return result
