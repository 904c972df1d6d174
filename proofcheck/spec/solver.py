"""A domain in z3: one variable for each coordinate, with the constraints that make it the domain, and emptiness.

Budgets are z3's own resource units, so that an answer does not depend on the machine; too small a budget gives None.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from proofcheck.domains import Constraint, Domain, Grid, Intervals, ScalarSet
from proofcheck.domains.sets import BIT
from proofcheck.errors import ProofcheckError
from proofcheck.spec.smt import Scaled, as_bool, fraction_of, linear, number, together

RLIMIT = 10_000_000


@dataclass(frozen=True)
class Coordinates:
    """variables: z3 constants, Bool for bits, Int for other grids, Real for intervals; values: what each stands for.

    A point lies in the domain exactly when all constraints hold.
    """

    variables: tuple[Any, ...]
    values: tuple[Any, ...]
    constraints: tuple[Any, ...]

    def point(self, model: Any) -> tuple[Fraction, ...]:
        """The coordinates in a z3 model, those that it leaves open at their default."""
        found = []
        for value in self.values:
            scaled = number(value)
            found.append(fraction_of(model.eval(scaled.expr, model_completion=True)) / scaled.denominator)
        return tuple(found)


def coordinates(domain: Domain, name: str = "x", context: Any = None) -> Coordinates:
    """The domain in z3, with variables `name`_0, `name`_1, ...; for a model of anything added to it, `point` gives the input."""
    variables, values, constraints = [], [], []
    for i, s in enumerate(domain.sets):
        variable, value, membership = _scalar(s, f"{name}_{i}", context)
        variables.append(variable)
        values.append(value)
        constraints.extend(membership)
    constraints.extend(_constraint(c, values, context) for c in domain.constraints)
    constraints.extend(_distinct([number(values[i]) for i in group]) for group in domain.different)
    return Coordinates(tuple(variables), tuple(values), tuple(constraints))


def is_empty(domain: Domain, rlimit: int = RLIMIT) -> bool | None:
    """Whether the domain has no points: exact, or None when z3 does not settle it within `rlimit` resource units."""
    import z3

    known = domain.is_empty()
    if known is not None:
        return known
    context = z3.Context()
    box, solver = coordinates(domain, context=context), z3.Solver(ctx=context)
    solver.set("rlimit", rlimit)
    solver.add(*box.constraints)
    verdict = solver.check()
    if verdict == z3.sat:
        _check_member(domain, box.point(solver.model()))
    return None if verdict == z3.unknown else bool(verdict == z3.unsat)


def extreme_points(domain: Domain, count: int, seed: int, rlimit: int = RLIMIT) -> list[tuple[Fraction, ...]]:
    """Up to `count` points of a domain of intervals with constraints, far out in seeded directions; [] when none is found."""
    import z3

    context = z3.Context()  # a fresh one, since answers depend on what a context has seen before
    box, draw = coordinates(domain, context=context), random.Random(seed)
    found: dict[tuple[Fraction, ...], None] = {}
    reals = [number(value) for value in box.values]
    for turn in range(2 * count):
        if len(found) >= count:
            break
        direction = [Fraction(draw.randint(-4, 4)) for _ in reals]
        if turn < 2 * len(reals):
            direction = [Fraction((-1) ** turn if i == turn // 2 else 0) for i in range(len(reals))]
        optimizer = z3.Optimize(ctx=context)
        optimizer.set("rlimit", rlimit)
        optimizer.add(*box.constraints)
        limit = z3.Real("objective", context)
        optimizer.add(limit == linear(Fraction(0), direction, reals).expr, limit <= 2**20)
        optimizer.maximize(limit)
        if optimizer.check() == z3.sat:
            point = box.point(optimizer.model())
            _check_member(domain, point)
            found[point] = None
        elif not found:
            break
    return list(found)


def _scalar(s: ScalarSet, name: str, context: Any) -> tuple[Any, Any, list[Any]]:
    """(variable, value, constraints) of one coordinate."""
    import z3

    if s == BIT:
        bit = z3.Bool(name, context)
        return bit, bit, []
    if isinstance(s, Grid):
        index = z3.Int(name, context)
        if s.step == 1 and s.low.denominator == 1:
            return index, index, [index >= int(s.low), index <= int(s.high)]
        value = linear(s.low, (s.step,), (Scaled(index),))
        return index, value, [index >= 0, index <= s.count - 1]
    real = z3.Real(name, context)
    if isinstance(s, Intervals):
        parts = [z3.And(real >= _numeral(low, context), real <= _numeral(high, context)) for low, high in s.parts]
        return real, real, [z3.Or(*parts)]
    ends = [] if s.low is None else [real >= _numeral(s.low, context)]
    return real, real, ends if s.high is None else [*ends, real <= _numeral(s.high, context)]


def _constraint(constraint: Constraint, values: Sequence[Any], context: Any) -> Any:
    import z3

    if constraint.tie is not None and all(not isinstance(values[i], Scaled) and z3.is_bool(values[i]) for i in constraint.tie):
        i, j = constraint.tie
        return as_bool(values[i]) == as_bool(values[j])
    named = [number(values[i]) for i, _ in constraint.terms]
    left = linear(-constraint.bound, [c for _, c in constraint.terms], named, context)
    return left.expr <= 0 if constraint.relation == "<=" else left.expr == 0


def _distinct(values: Sequence[Scaled]) -> Any:
    import z3

    return z3.Distinct(*together(values)[0])


def _numeral(value: Fraction, context: Any) -> Any:
    import z3

    return z3.RealVal(f"{value.numerator}/{value.denominator}", context)


def _check_member(domain: Domain, point: tuple[Fraction, ...]) -> None:
    if not domain.contains(point):
        raise ProofcheckError(f"z3 answered with the point {tuple(map(str, point))}, which is not in {domain.describe()}")
