"""Functions that build terms, and the variables they are built from.

`maximum` and `minimum` also work on size expressions, and the exact integer functions live in `relations`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from math import prod
from typing import Any

from proofcheck.domains import Domain
from proofcheck.domains.sets import BIT, subset
from proofcheck.errors import Refusal, UsageError
from proofcheck.spec.relations import Size, size_extremum
from proofcheck.spec.term import (
    Term,
    absolute,
    affine,
    connective,
    extremum,
    floordiv,
    lift,
    lift_boolean,
    mod,
    negation,
    node,
    square,
    where,
)

__all__ = ["absolute", "mod", "square", "where"]


def maximum(*values: Any) -> Any:
    """The maximum of at least one term or number (a Term), of size expressions (a Size), or in a family (an Expression)."""
    return _extremum("max", values)


def minimum(*values: Any) -> Any:
    """The minimum of at least one term or number (a Term), of size expressions (a Size), or in a family (an Expression)."""
    return _extremum("min", values)


def _extremum(op: str, values: Sequence[Any]) -> Any:
    traced = next((value for value in values if hasattr(value, "operated")), None)
    if traced is not None:
        return traced.operated(op, [value for value in values if value is not traced])
    return size_extremum(op, values) if any(isinstance(value, Size) for value in values) else extremum(op, values)


def total(terms: Iterable[Any]) -> Term:
    """The sum of terms and numbers, as one affine node."""
    return affine(0, ((1, lift(term)) for term in terms))


def floor(term: Any) -> Term:
    """The largest integer that is at most the term."""
    return floordiv(term, 1)


def word(bits: Sequence[Any]) -> Term:
    """The number whose bits are given, least significant first: sum of 2^i * bits[i]."""
    return affine(0, ((2**i, lift(bit)) for i, bit in enumerate(bits)))


def bits_of(term: Any, p: int) -> list[Term]:
    """The p lowest bits of an integer term, least significant first; each is a number, mod(term // 2^i, 2)."""
    return [mod(floordiv(term, 2**i), 2) for i in range(p)]


def all_of(conditions: Iterable[Any]) -> Term:
    """The Boolean term that is true where all conditions are; true when there are none."""
    return connective("and", conditions)


def any_of(conditions: Iterable[Any]) -> Term:
    """The Boolean term that is true where some condition is; false when there are none."""
    return connective("or", conditions)


def implies(premise: Any, conclusion: Any) -> Term:
    """The Boolean term that is false only where the premise is true and the conclusion false."""
    return connective("or", (negation(lift_boolean(premise, "implies")), lift_boolean(conclusion, "implies")))


def sorted_terms(terms: Iterable[Any]) -> list[Term]:
    """The terms in increasing order, by Batcher's odd-even merge sort: O(n log^2 n) maxima and minima."""
    order = [lift(term) for term in terms]
    n = len(order)
    run = 1
    while run < n:
        step = run
        while step:
            for start in range(step % run, n - step, 2 * step):
                for i in range(start, min(start + step, n - step)):
                    if i // (2 * run) == (i + step) // (2 * run):
                        a, b = order[i], order[i + step]
                        order[i], order[i + step] = extremum("min", (a, b)), extremum("max", (a, b))
            step //= 2
        run *= 2
    return order


def median(terms: Sequence[Any]) -> Term:
    """The middle one of an odd number of terms."""
    if len(terms) % 2 == 0:
        raise Refusal(f"the median of {len(terms)} terms is not one of them: give an odd number, or take from sorted_terms")
    return sorted_terms(terms)[len(terms) // 2]


def variables(domain: Domain, shapes: Sequence[tuple[int, ...]]) -> list[Any]:
    """One nested list of input terms for each shape, row by row; shape () gives the term itself.

    Coordinates whose set lies within {0, 1} are Boolean. Raises UsageError when the shapes do not add up to the domain.
    """
    count = sum(prod(shape) for shape in shapes)
    if count != domain.dimension:
        raise UsageError(f"the shapes {list(shapes)} hold {count} variables, the domain has {domain.dimension} coordinates")
    known: dict[int, bool] = {}
    bits = [known.setdefault(id(s), subset(s, BIT)) for s in domain.sets]
    terms = iter([node("input", i, (), bit) for i, bit in enumerate(bits)])
    return [_nested(terms, shape) for shape in shapes]


def output_variables(shapes: Sequence[tuple[int, ...]]) -> list[Any]:
    """One nested list of output terms for each shape, for properties; outputs are numbers, never Boolean."""
    terms = iter([node("output", i, (), False) for i in range(sum(prod(shape) for shape in shapes))])
    return [_nested(terms, shape) for shape in shapes]


def flat(nested: Any) -> list[Term]:
    """The terms of nested lists and tuples in row-major order, numbers as constants."""
    result: list[Term] = []
    stack = [nested]
    while stack:
        value = stack.pop()
        if isinstance(value, list | tuple):
            stack.extend(reversed(value))
        else:
            result.append(lift(value))
    return result


def _nested(terms: Iterable[Term], shape: tuple[int, ...]) -> Any:
    size = prod(shape)
    values: list[Any] = list(islice(terms, size))
    for extent in reversed(shape[1:]):
        values = [values[i : i + extent] for i in range(0, len(values), extent)] if extent else []
    return values if shape else values[0]
