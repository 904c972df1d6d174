"""The reading of terms in sympy and as LaTeX, for algebra and for people. sympy is imported when a function is called."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from proofcheck.errors import Refusal
from proofcheck.spec.evaluation import postorder
from proofcheck.spec.term import COMPARISONS, CONNECTIVES, Term

LARGEST = 20_000


def sympy_terms(terms: Sequence[Term], inputs: Sequence[Any] | None = None, outputs: Sequence[Any] | None = None) -> list[Any]:
    """The terms as sympy expressions, Boolean ones as sympy booleans.

    inputs, outputs: symbols for the coordinates, by default real ones named x_0, x_1, ... and y_0, y_1, ...
    sympy has no shared nodes, so a term that is too large when written out raises Refusal.
    """
    import sympy

    order = postorder(terms)
    _check_size(order)
    given = {"input": inputs, "output": outputs}
    known: dict[Term, Any] = {}
    for term in order:
        if term.op in given:
            symbols = given[term.op]
            known[term] = symbols[term.data] if symbols is not None else sympy.Symbol(repr(term), real=True)
        else:
            known[term] = _expression(term, [known[argument] for argument in term.args])
    return [_as_bool(known[term]) if term.boolean and term.op not in given else known[term] for term in terms]


def latex(term: Term, inputs: Sequence[Any] | None = None, outputs: Sequence[Any] | None = None) -> str:
    """One term as LaTeX, without dollar signs. Raises Refusal as `sympy_terms`."""
    import sympy

    return str(sympy.latex(sympy_terms([term], inputs, outputs)[0]))


def _check_size(order: Sequence[Term]) -> None:
    sizes: dict[Term, int] = {}
    for term in order:
        sizes[term] = 1 + sum(sizes[argument] for argument in term.args)
        if sizes[term] > LARGEST:
            raise Refusal(f"the term has more than {LARGEST} nodes when written out: show its parts instead")


def _expression(term: Term, args: list[Any]) -> Any:
    import sympy

    if term.op in CONNECTIVES:
        connect = {"not": sympy.Not, "and": sympy.And, "or": sympy.Or, "xor": sympy.Xor}[term.op]
        return connect(*(_as_bool(argument) for argument in args))
    if term.op == "constant":
        return _number(term.data)
    if term.op == "where":
        condition = _as_bool(args[0])
        if term.boolean:
            return sympy.ITE(condition, _as_bool(args[1]), _as_bool(args[2]))
        return sympy.Piecewise((_as_number(args[1]), condition), (_as_number(args[2]), True))
    values = [_as_number(argument) for argument in args]
    if term.op in COMPARISONS:
        return {"<=": sympy.Le, "<": sympy.Lt, "==": sympy.Eq}[term.op](*values)
    match term.op:
        case "affine":
            start, coefficients = term.data
            return sympy.Add(_number(start), *(_number(c) * value for c, value in zip(coefficients, values, strict=True)))
        case "max":
            return sympy.Max(*values, evaluate=False)
        case "min":
            return sympy.Min(*values, evaluate=False)
        case "abs":
            return sympy.Abs(values[0])
        case "square":
            return values[0] ** 2
        case "floordiv":
            return sympy.floor(values[0] / term.data)
        case "mod":
            return sympy.Mod(values[0], term.data, evaluate=False)
    raise AssertionError(term.op)


def _number(value: Fraction) -> Any:
    import sympy

    return sympy.Rational(value.numerator, value.denominator)


def _is_bool(value: Any) -> bool:
    from sympy.logic.boolalg import Boolean

    return isinstance(value, Boolean) and not value.is_Symbol


def _as_bool(value: Any) -> Any:
    import sympy

    return value if _is_bool(value) else sympy.Eq(value, 1)


def _as_number(value: Any) -> Any:
    import sympy

    return sympy.Piecewise((sympy.Integer(1), value), (sympy.Integer(0), True)) if _is_bool(value) else value
