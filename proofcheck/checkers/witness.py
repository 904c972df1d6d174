"""Replay an input in rationals: only what fails here is a witness."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any

from proofcheck.checkers.boolean.gates import gates_of, valued
from proofcheck.checkers.task import Task
from proofcheck.claims.evidence import Witness
from proofcheck.errors import InputError
from proofcheck.networks import evaluate
from proofcheck.networks.interpret import RATIONALS, interpret_nodes
from proofcheck.spec.evaluation import evaluate as evaluate_terms
from proofcheck.spec.statement import CircuitTarget, NetworkTarget, ReferenceTarget, TermTarget

Point = Sequence[Fraction]


def first_replayed(task: Task, points: Iterable[Point]) -> Witness | None:
    """The witness that the first of the points is at which the claim fails, or None. A reference is asked once for all."""
    tried = list(dict.fromkeys(tuple(Fraction(value) for value in x) for x in points))
    asked = task.reference([*tried]) if isinstance(task.statement.target, ReferenceTarget) and task.reference else None
    for i, x in enumerate(tried):
        witness = replayed(task, x, asked[i] if asked else None)
        if witness is not None:
            return witness
    return None


def replayed(task: Task, x: Point, target: Sequence[Any] | None = None) -> Witness | None:
    """The witness that x is, or None when the claim holds at x or x is not in its domain.

    Network and target are evaluated in rationals and compared by ==. For a property `expected` is empty, for an
    approximation it is the target's value. target: its values at x, where they are known already.
    """
    statement, point = task.statement, tuple(Fraction(value) for value in x)
    if statement.domain is None or not statement.domain.contains(point):
        return None
    nodes = interpret_nodes(task.network, [_plain(value) for value in point], RATIONALS)
    found = tuple(Fraction(nodes[j]) for j in task.network.output.tolist())
    if statement.condition is not None:
        (truth,) = evaluate_terms([statement.condition], point, found)
        return None if truth == 1 else Witness(point, found, ())
    expected = target_value(task, point) if target is None else tuple(Fraction(value) for value in target)
    if len(expected) != len(found):
        raise InputError(f"the target has {len(expected)} outputs, the network {len(found)}")
    error = statement.error or 0
    if all(abs(a - b) <= error for a, b in zip(found, expected, strict=True)):
        return None
    return Witness(point, found, expected, deviating_wire(task, nodes))


def target_value(task: Task, x: Point) -> tuple[Fraction, ...]:
    """The target of the statement at x, in rationals."""
    target = task.statement.target
    match target:
        case TermTarget(terms):
            return evaluate_terms(terms, x)
        case CircuitTarget():
            assert task.circuit is not None
            gates = gates_of(task.circuit)
            known = gates.values([int(value) for value in x], 1)
            return tuple(Fraction(valued(literal, known, 1)) for literal in gates.outputs)
        case NetworkTarget():
            assert task.other is not None
            return tuple(Fraction(value) for value in evaluate(task.other, tuple(x)))
        case ReferenceTarget():
            assert task.reference is not None
            (values,) = task.reference([tuple(x)])
            return tuple(Fraction(value) for value in values)
    raise InputError("the statement has no target")


def deviating_wire(task: Task, nodes: Sequence[int | Fraction]) -> str:
    """The first node, in topological order, whose value is not that of the literal it is noted to carry; or ""."""
    network, target = task.network, task.statement.target
    notes = network.meanings
    if notes is None or task.circuit is None or not isinstance(target, CircuitTarget) or notes.circuit != target.sha256:
        return ""
    known = gates_of(task.circuit).values([int(value) for value in nodes[: network.input_count]], 1)
    for i, literal in enumerate(notes.literal.tolist()):
        if literal >= 0:
            value, meant = nodes[network.input_count + i], valued(literal, known, 1)
            if value != meant:
                return f"node {network.input_count + i} carries {value}, its literal {literal} is {meant}"
    return ""


def _plain(value: Fraction) -> int | Fraction:
    return value.numerator if value.denominator == 1 else value
