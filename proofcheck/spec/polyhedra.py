"""Families cut down by linear conditions that are written as terms: such_that(Box(0, 1), lambda x: x[0] + x[1] <= 1)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from proofcheck.domains import Constraint, Domain, Family
from proofcheck.errors import Refusal, UsageError
from proofcheck.spec.evaluation import postorder
from proofcheck.spec.functions import variables
from proofcheck.spec.term import Term, affine, connective
from proofcheck.spec.words import text


@dataclass(frozen=True)
class SuchThat:
    """The points of `family` where `condition`, called with the variables in their shape, holds; made by `such_that`."""

    family: Family
    condition: Callable[[Any], Any]

    def of(self, shape: tuple[int, ...]) -> Domain:
        base = self.family.of(shape)
        conditions = self.condition(variables(base, [shape])[0])
        pending = [connective("and", conditions if isinstance(conditions, list | tuple) else [conditions])]
        constraints: list[Constraint] = []
        while pending:
            term = pending.pop()
            if term.op == "and":
                pending.extend(reversed(term.args))
            elif term.op != "constant":
                constraints.append(constraint_of(term))
            elif term.data == 0:
                raise UsageError(f"a condition of the domain of shape {shape} is false everywhere: the domain would be empty")
        return Domain(base.sets, (*base.constraints, *constraints), base.different)


def such_that(family: Family, condition: Callable[[Any], Any]) -> SuchThat:
    """The points of a family that satisfy linear conditions.

    condition: a function of the variables, nested as their shape, that returns one condition or a list of them: <=, >= or
    == between linear terms, joined by &. Raises Refusal for other conditions when the shape is known.
    """
    return SuchThat(family, condition)


def constraint_of(term: Term) -> Constraint:
    """The constraint that a comparison of linear terms states. Raises Refusal for any other term."""
    if term.op not in ("<=", "=="):
        raise Refusal(f"{text(term)} is not a condition of a domain: write <=, >= or == between linear terms, joined by &")
    left, right = term.args
    start, coefficients = linear_form(affine(0, ((1, left), (-1, right))))
    return Constraint(tuple(coefficients.items()), term.op, -start)


def linear_form(term: Term) -> tuple[Fraction, dict[int, Fraction]]:
    """(constant, coefficient of each input) of a linear term. Raises Refusal for any other term."""
    weight: dict[Term, Fraction] = {term: Fraction(1)}
    total, coefficients = Fraction(0), dict[int, Fraction]()
    for part in reversed(postorder((term,))):
        factor = weight[part]
        if part.op == "affine":
            start, inner = part.data
            total += factor * start
            for argument, coefficient in zip(part.args, inner, strict=True):
                weight[argument] = weight.get(argument, Fraction(0)) + factor * coefficient
        elif part.op == "constant":
            total += factor * part.data
        elif part.op == "input":
            coefficients[part.data] = coefficients.get(part.data, Fraction(0)) + factor
        else:
            raise Refusal(f"{text(part)} is not linear in the inputs: write sums of constant multiples of them")
    return total, {i: c for i, c in coefficients.items() if c}
