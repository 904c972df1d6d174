"""The reading of terms as rationals: the reference that every other reading must agree with."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from proofcheck.errors import UsageError
from proofcheck.exact import rational
from proofcheck.spec.term import Term

Value = int | Fraction


def postorder(outputs: Sequence[Term]) -> list[Term]:
    """Every node that the outputs reach, once, arguments first: depth-first in the order of outputs and arguments."""
    done: set[Term] = set()
    order: list[Term] = []
    stack = [(term, False) for term in reversed(outputs)]
    while stack:
        term, ready = stack.pop()
        if term in done:
            continue
        if ready or not term.args:
            done.add(term)
            order.append(term)
        else:
            stack.append((term, True))
            stack.extend((argument, False) for argument in reversed(term.args))
    return order


def squared(terms: Sequence[Term]) -> int:
    """How many times over a number is squared, at most: k times means powers of 2^k and numbers as much longer."""
    times: dict[Term, int] = {}
    for term in postorder(terms):
        times[term] = max((times[argument] for argument in term.args), default=0) + (term.op == "square")
    return max((times[term] for term in terms), default=0)


def evaluate(terms: Sequence[Term], inputs: Sequence[Any], outputs: Sequence[Any] = ()) -> tuple[Fraction, ...]:
    """The exact values of the terms at one input; `outputs` are those of the network, for properties.

    Raises UsageError when a term names a coordinate that is not given, Refusal for floats.
    """
    given = {"input": [_plain(rational(v)) for v in inputs], "output": [_plain(rational(v)) for v in outputs]}
    values: dict[Term, Value] = {}
    for term in postorder(terms):
        if term.op in given:
            if term.data >= len(given[term.op]):
                raise UsageError(f"the term reads {term.op} {term.data}, only {len(given[term.op])} {term.op}s are given")
            values[term] = given[term.op][term.data]
        else:
            values[term] = apply(term, [values[argument] for argument in term.args])
    return tuple(Fraction(values[term]) for term in terms)


def apply(term: Term, args: Sequence[Any]) -> Any:
    """The value of one node that is neither input nor output, from those of its arguments; Boolean values are 0 and 1."""
    match term.op:
        case "constant":
            return _plain(term.data)
        case "affine":
            start, coefficients = term.data
            return sum((_plain(c) * v for c, v in zip(coefficients, args, strict=True)), _plain(start))
        case "max":
            return max(args)
        case "min":
            return min(args)
        case "abs":
            return abs(args[0])
        case "square":
            return args[0] * args[0]
        case "floordiv":
            return args[0] // term.data
        case "mod":
            return args[0] % term.data
        case "<=":
            return int(args[0] <= args[1])
        case "<":
            return int(args[0] < args[1])
        case "==":
            return int(args[0] == args[1])
        case "not":
            return 1 - args[0]
        case "and":
            return int(all(args))
        case "or":
            return int(any(args))
        case "xor":
            return int(args[0] != args[1])
        case "where":
            return args[1] if args[0] else args[2]
    raise AssertionError(term.op)


def _plain(value: Fraction) -> Value:
    return value.numerator if value.denominator == 1 else value
