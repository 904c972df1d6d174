"""Vertex propagation: on cells where every node is affine the vertices decide. Finds the cells, the kernel checks them.

The domain is a product of bounded intervals and grids. Where a node bends inside a cell, along one coordinate, the cell is
cut at the bend, which linear interpolation finds exactly; a bend across several coordinates is left to other checkers.
"""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import prod
from typing import Any

from proofcheck.checkers.certificates import certificate_bytes, certified
from proofcheck.checkers.task import Budget, Progress, Task, scope_of, unknown
from proofcheck.checkers.witness import replayed
from proofcheck.claims.evidence import Finding, Verdict
from proofcheck.domains import Domain, Grid, Interval
from proofcheck.exact import text_of
from proofcheck.kernel import Rejected
from proofcheck.networks.activation import Activation
from proofcheck.networks.interpret import RATIONALS, Arithmetic, interpret
from proofcheck.spec.evaluation import apply, postorder
from proofcheck.spec.statement import TermTarget
from proofcheck.spec.term import Term

MOST_STEPS = 20_000_000
MOST_VALUES = 1 << 16  # of a grid
MOST_CUTS = 1 << 12

Value = int | Fraction
Side = tuple[Value, ...]
Box = tuple[Side, ...]
Call = tuple[str, tuple[Value, ...]]  # an operation and its arguments


def vertices(task: Task, budget: Budget, progress: Progress | None = None) -> Finding:
    """Have the kernel check the vertices of all cells: certified, refuted at a vertex, or unknown with the reason."""
    started, domain, terms = time.monotonic(), task.statement.domain, terms_of(task)
    sides = None if domain is None or terms is None else sides_of(domain)
    if domain is None or terms is None or sides is None:
        return unknown("vertices", task, "vertices decide for terms on products of bounded intervals and small grids only")
    cuts: list[set[Value]] = [set() for _ in sides]
    if problem := _too_many(sides, task, terms):
        return unknown("vertices", task, problem)
    try:
        return _certified(task, cuts)
    except Rejected as rejected:
        reason = str(rejected)
    boxes = list(product(*sides))
    while boxes:
        if sum(map(len, cuts)) > MOST_CUTS or time.monotonic() - started > budget.seconds:
            return unknown("vertices", task, f"{sum(map(len, cuts))} cuts leave cells on which a node bends")
        box = boxes.pop()
        corners = list(product(*box))
        traces = [_trace(task, terms, corner) for corner in corners]
        for corner, trace in zip(corners, traces, strict=True):
            if not trace.holds and (witness := replayed(task, [Fraction(v) for v in corner])) is not None:
                return Finding(Verdict.REFUTED, None, "vertices", scope_of(task), witness=witness, checked=len(corners))
        bend = next(filter(None, map(_bend, zip(*(trace.calls for trace in traces), strict=True))), None)
        if bend is None:
            continue
        cut = _cut(box, corners, bend.values)
        if cut is None:
            where = " x ".join(f"[{side[0]}, {side[-1]}]" for side in box)
            return unknown("vertices", task, f"on the cell {where} a {bend.operation} bends where no cut of one coordinate helps")
        i, value = cut
        cuts[i].add(value)
        boxes += [(*box[:i], (box[i][0], value), *box[i + 1 :]), (*box[:i], (value, box[i][1]), *box[i + 1 :])]
    if any(cuts):
        reason = _too_many([_cut_up(side, row) for side, row in zip(sides, cuts, strict=True)], task, terms)
        if not reason:
            try:
                return _certified(task, cuts)
            except Rejected as rejected:
                reason = str(rejected)
    return unknown("vertices", task, reason)


def in_cells(domain: Domain) -> bool:
    """Whether this is the kind of domain that the method is made for: one interval, or a product of several cells."""
    sides = sides_of(domain)
    return sides is not None and (len(sides) == 1 or any(len(row) > 1 for row in sides))


def terms_of(task: Task) -> tuple[Term, ...] | None:
    """The target, or the property, where it is terms."""
    if task.statement.condition is not None:
        return (task.statement.condition,)
    target = task.statement.target
    return target.terms if isinstance(target, TermTarget) else None


def sides_of(domain: Domain) -> list[list[Side]] | None:
    """For each coordinate its intervals and points, as tuples of ends; None where the method does not apply."""
    if domain.constraints or domain.different:
        return None
    sides: list[list[Side]] = []
    for values in domain.sets:
        if isinstance(values, Grid):
            if values.count > MOST_VALUES:
                return None
            sides.append([(values.low + k * values.step,) for k in range(values.count)])
            continue
        parts = [(values.low, values.high)] if isinstance(values, Interval) else values.parts
        bounded = [(low, high) for low, high in parts if low is not None and high is not None]
        if len(bounded) < len(parts):
            return None
        sides.append([(low,) if low == high else (low, high) for low, high in bounded])
    return [[tuple(map(_plain, side)) for side in row] for row in sides]


def _certified(task: Task, cuts: Sequence[set[Value]]) -> Finding:
    rows = [[text_of(Fraction(cut)) for cut in sorted(row)] for row in cuts]
    return certified(task, "vertices", certificate_bytes(task, "vertices", cuts=json.dumps(rows, separators=(",", ":")).encode()))


def _too_many(sides: Sequence[Sequence[Side]], task: Task, terms: Sequence[Term]) -> str:
    """Why the kernel would take too long, or "": it allows more steps than anybody wants to wait for."""
    corners = prod(sum(map(len, row)) for row in sides)
    each = 2 * (task.network.node_count + len(task.network.source)) + sum(3 + 2 * len(term.args) for term in postorder(terms))
    return f"{corners} vertices would take more than {MOST_STEPS} steps" if corners * each > MOST_STEPS else ""


@dataclass(frozen=True)
class Trace:
    """What happens at one vertex: whether the statement holds there, and every operation with its arguments."""

    holds: bool
    calls: list[Call]


@dataclass(frozen=True)
class Bend:
    """An operation that is not affine on a cell; values, at the vertices, of an affine function that is 0 where it bends."""

    operation: str
    values: tuple[Value, ...]


def _trace(task: Task, terms: Sequence[Term], point: Sequence[Value]) -> Trace:
    calls: list[Call] = []

    def activation(kind: Activation, value: Any) -> Any:
        calls.append((kind.kind, (value,)))
        return RATIONALS.activation(kind, value)

    made = interpret(task.network, list(point), Arithmetic(RATIONALS.constant, RATIONALS.affine, activation))
    given, known = {"input": point, "output": made}, dict[Term, Any]()
    for term in postorder(terms):
        arguments = tuple(known[argument] for argument in term.args)
        if term.op in given:
            known[term] = given[term.op][term.data]
        else:
            known[term] = apply(term, arguments)
            if term.op not in ("constant", "affine"):
                calls.append((term.op, (*arguments, term.data) if term.op in ("floordiv", "mod") else arguments))
    wanted, error = [known[term] for term in terms], task.statement.error or 0
    if task.statement.condition is not None:
        return Trace(wanted == [1], calls)
    return Trace(all(abs(y - t) <= error for y, t in zip(made, wanted, strict=True)), calls)


def _bend(calls: Sequence[Call]) -> Bend | None:
    """None when an operation, with its arguments at all vertices of a cell, is affine by the rules of docs/formats.md."""
    operation, rows = calls[0][0], [arguments for _, arguments in calls]
    if all(row == rows[0] for row in rows):
        return None
    first = [row[0] for row in rows]
    candidates: list[list[Value]] = []
    if operation in ("relu", "leaky_relu", "abs"):
        candidates, affine = [first], min(first) >= 0 or max(first) <= 0
    elif operation == "saturated_linear":
        candidates = [first, [z - 1 for z in first]]
        affine = min(first) >= 1 or max(first) <= 0 or (min(first) >= 0 and max(first) <= 1)
    elif operation in ("max", "min"):
        best = [max(row) if operation == "max" else min(row) for row in rows]
        affine = any(all(row[i] == b for row, b in zip(rows, best, strict=True)) for i in range(len(rows[0])))
        winners = [i for i in range(len(rows[0])) if any(row[i] == b for row, b in zip(rows, best, strict=True))]
        candidates = [[row[i] - row[j] for row in rows] for i in winners for j in winners if i < j] if not affine else []
    elif operation in ("step", "<=", "<", "=="):
        z = first if operation == "step" else [row[1] - row[0] if operation == "<=" else row[0] - row[1] for row in rows]
        candidates = [z]
        affine = min(z) > 0 or max(z) < 0 or (operation == "==" and not any(z)) or (operation != "==" and min(z) >= 0)
    elif operation in ("floordiv", "mod"):
        affine = len({row[0] // row[1] for row in rows}) == 1
    else:
        affine = operation == "where" and len(set(first)) == 1
    return None if affine else Bend(operation, next((tuple(z) for z in candidates if min(z) < 0 < max(z)), ()))


def _cut(box: Box, corners: Sequence[tuple[Value, ...]], values: Sequence[Value]) -> tuple[int, Value] | None:
    """The coordinate that an affine function depends on, if it is one alone, and where the function is 0."""
    known = dict(zip(corners, values, strict=False))
    if not known:
        return None
    corner = corners[0]
    ahead = {i: known[*corner[:i], side[1], *corner[i + 1 :]] for i, side in enumerate(box) if len(side) == 2}
    here = known[corner]
    varying = [i for i, value in ahead.items() if value != here]
    if len(varying) != 1:
        return None
    (i,) = varying
    low, high = box[i]
    return i, _plain(low + (high - low) * Fraction(here) / (here - ahead[i]))


def _cut_up(row: Sequence[Side], cuts: set[Value]) -> list[Side]:
    """The sides of one coordinate with its cuts, for counting."""
    return [*row, *((cut, cut) for cut in cuts)]


def _plain(value: Value) -> Value:
    return value.numerator if value.denominator == 1 else value
