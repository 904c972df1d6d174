"""Exact reals for people and for computer algebra: sympy expressions and LaTeX. sympy is loaded on first use."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from proofcheck.spec.reals import Comparison, Real, postorder

RELATIONS = {"<": "<", "<=": r"\le", "==": "="}


def to_sympy(expression: Real) -> Any:
    """The expression as sympy builds it, which simplifies constants on the way."""
    import sympy

    functions = {"sqrt": sympy.sqrt, "acos": sympy.acos, "exp": sympy.exp, "log": sympy.log}
    done: dict[int, Any] = {}
    for node in postorder([expression]):
        x = [done[id(argument)] for argument in node.arguments]
        match node.kind:
            case "rational":
                q = Fraction(node.value or 0)
                done[id(node)] = sympy.Rational(q.numerator, q.denominator)
            case "pi":
                done[id(node)] = sympy.pi
            case "+":
                done[id(node)] = sympy.Add(*x)
            case "*":
                done[id(node)] = sympy.Mul(*x)
            case "/":
                done[id(node)] = x[0] / x[1]
            case "power":
                done[id(node)] = x[0] ** node.value
            case kind:
                done[id(node)] = functions[kind](x[0])
    return done[id(expression)]


def latex(statement: Real | Comparison) -> str:
    """LaTeX of an expression or of a comparison."""
    if isinstance(statement, Comparison):
        return f"{latex(statement.left)} {RELATIONS[statement.relation]} {latex(statement.right)}"
    import sympy

    return str(sympy.latex(to_sympy(statement)))
