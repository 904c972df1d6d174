"""What to divide next: where a point of the linear relaxation contradicts a definition, nearest to the goal first."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from proofcheck.checkers.piecewise.branches import Branch, Real, Values, value_of
from proofcheck.checkers.piecewise.effort import Failed
from proofcheck.checkers.piecewise.polynomials import (
    Number,
    degree,
    scaled,
)
from proofcheck.checkers.piecewise.proof_forms import Case, Definition, Variables
from proofcheck.checkers.piecewise.scope import Known

NEAR = 1e-6  # of points in floats: what is nearer counts as rounding


def division(known: Known, branch: Branch, values: Values) -> tuple[list[Any], list[Case]]:
    """What to divide next; raises Failed when the point contradicts no definition in scope."""
    forms, inside, other, first = known.forms, set(branch.scope), None, None
    for v, need in _needs(known, branch):
        if v not in inside:
            continue
        if v not in forms.definitions:
            step = _gap(forms, branch, values, v)
            if step is not None:
                return step
            continue
        apart = _residual(forms, branch, values, v)
        if apart is None:
            continue
        if first is None and not _bounded(forms.definitions[v], need):
            first = v
        if _apart(apart, values.get(v, 0)):
            if need * apart <= 0:
                v = v if first is None else first
                return ["split", v], forms.cases(v)
            other = v if other is None else other
    if other is not None:
        return ["split", other], forms.cases(other)
    for v in sorted(branch.scope, key=forms.order, reverse=True):
        if v not in forms.definitions:
            step = _gap(forms, branch, values, v)
            if step is not None:
                return step
            continue
        apart = _residual(forms, branch, values, v)
        if apart is not None and _apart(apart, values.get(v, 0)):
            return ["split", v], forms.cases(v)
    if first is not None and any(degree(form) > 1 for form in branch.goals):
        return ["split", first], forms.cases(first)  # the point knows nothing of how a product depends on its factors
    raise Failed({v: value_of(branch.rules, values, {(v,): 1}) for v in forms.free})


def _needs(known: Known, branch: Branch) -> Iterator[tuple[int, int]]:
    """Variables that the goal rests on, nearest first, with 1 where a lower bound is missing, -1 an upper one, 0 both."""
    forms, rules = known.forms, branch.rules
    starts = [form for k, form in enumerate(branch.goals) if branch.sums[k] is None][:1]
    starts += [scaled(branch.entries[i].form, -1) for i in reversed(branch.assumed)]
    seen: set[tuple[int, int]] = set()
    level: list[tuple[int, int]] = []
    for form in starts:
        level += [(v, (1 if q > 0 else -1) if len(m) == 1 else 0) for m, q in form.items() for v in m]
    while level:
        below: list[tuple[int, int]] = []
        for v, need in level:
            if (v, need) in seen:
                continue
            seen.add((v, need))
            yield v, need
            definition = forms.definitions.get(v)
            if definition is None:
                continue
            for argument, sign in zip(definition.arguments, _signs(definition.operation, definition.number), strict=False):
                for m, q in rules.reduced(argument).items():
                    below += [(u, need * sign * (1 if q > 0 else -1) if len(m) == 1 else 0) for u in m]
        level = below


def _bounded(definition: Definition, need: int) -> bool:
    """Whether the facts about a variable bound it on the side that is needed, by what it reads."""
    convex = {"relu": 1, "max": 1, "abs": 1, "min": -1}.get(definition.operation, 0)
    return need != 0 and need == convex


def _signs(operation: str, number: Number) -> tuple[int, ...]:
    """In which direction the value follows each argument: 1, -1, or 0 for both."""
    if operation in ("relu", "saturated_linear", "step", "floordiv"):
        return (1,)
    if operation == "leaky_relu":
        return (1 if number >= 0 else 0,)
    if operation in ("max", "min", "and", "or"):
        return (1,) * 10_000
    if operation in ("<=", "<"):
        return (-1, 1)
    return (0, 1, 1) if operation == "where" else (0, 0)


def _residual(forms: Variables, branch: Branch, values: Values, v: int) -> Real | None:
    """How far the value at the point is from what the definition says; None when v cannot be divided."""
    if not forms.cases(v) or v in branch.divided:
        return None
    best: Real | None = None
    for case in forms.cases(v):
        worst: Real = 0
        own: Real = 0
        for relation, polynomial in case:
            value = value_of(branch.rules, values, polynomial)
            excess: Real = abs(value) if relation == "==" else max(-value, 0)
            if relation == ">" and value <= 0:
                excess += 1
            worst = max(worst, excess)
            if relation == "==" and (v,) in polynomial:
                own = value
        signed = own if abs(own) * 1001 >= worst * 1000 else worst
        if best is None or abs(signed) < abs(best):
            best = signed
    return best


def _apart(residual: Real, value: Real) -> bool:
    """Whether a value contradicts its definition: exactly, or beyond rounding where the point was found in floats."""
    rounded = isinstance(residual, float) or isinstance(value, float)
    return bool(abs(residual) > (NEAR * (1 + abs(value)) if rounded else 0))


def _gap(forms: Variables, branch: Branch, values: Values, i: int) -> tuple[list[Any], list[Case]] | None:
    """The gap of the set of input i in which its value lies, if any."""
    count = forms.members(i)
    x = value_of(branch.rules, values, {(i,): 1})
    if count < 2:
        return None
    low, high = 0, count - 1  # the gap is between low and low + 1 for some low
    while high - low > 1:
        middle = (low + high) // 2
        start = -forms.gap(i, middle - 1)[1][0][1].get((), 0)
        low, high = (middle, high) if x >= start else (low, middle)
    for k in (low - 1, low, low + 1):
        if 0 <= k < count - 1:
            below, above = forms.gap(i, k)
            end, start = below[0][1].get((), 0), -above[0][1].get((), 0)
            margin = NEAR * float(start - end) if isinstance(x, float) else 0
            if end + margin < x < start - margin:
                return ["gap", i, k], [below, above]
    return None
