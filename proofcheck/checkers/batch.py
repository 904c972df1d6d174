"""A statement at many inputs at once, exactly: which of them fail."""

from __future__ import annotations

from fractions import Fraction
from math import lcm
from typing import Any

import numpy as np

from proofcheck.checkers.task import Task
from proofcheck.circuits.simulate import simulate
from proofcheck.engine import evaluate_batch
from proofcheck.errors import InputError
from proofcheck.spec.batched import INT64_MAX, batched, scaled
from proofcheck.spec.statement import CircuitTarget, NetworkTarget, ReferenceTarget, TermTarget

Array = np.ndarray[Any, np.dtype[Any]]


def failures(task: Task, numerators: Array, denominator: int) -> Array:
    """The rows of `numerators` (count, d) over `denominator`, inputs of the statement's domain, at which it fails.

    Exact, but by code that is only tested: a row found here is replayed before it counts. Raises InputError when the
    target has another number of outputs than the network.
    """
    statement = task.statement
    found, found_denominator = evaluate_batch(task.network, numerators, denominator, statement.domain)
    if statement.condition is not None:
        truth, one = batched([statement.condition], numerators, denominator, found, found_denominator)
        return np.flatnonzero(truth[:, 0] != one)
    difference, common = _differences(task, numerators, denominator, found, found_denominator)
    error = statement.error or Fraction(0)
    return np.flatnonzero(np.any(np.abs(difference) > int(error * common), axis=1))


def unequal_rows(a: Array, a_denominator: int, b: Array, b_denominator: int) -> Array:
    """The rows at which a / a_denominator and b / b_denominator differ, both (count, outputs); exact whatever the numbers."""
    common = lcm(a_denominator, b_denominator)
    return np.flatnonzero(np.any(_scaled(a, common // a_denominator) != _scaled(b, common // b_denominator), axis=1))


def excess(task: Task, numerators: Array, denominator: int) -> Array:
    """How far the output is from the target at each row, in floats, the farthest of the outputs: a hint, and exact nowhere."""
    found, found_denominator = evaluate_batch(task.network, numerators, denominator, task.statement.domain)
    difference, common = _differences(task, numerators, denominator, found, found_denominator)
    return np.asarray(np.max(np.abs(difference).astype(np.float64), axis=1, initial=0) / common)


def _differences(task: Task, numerators: Array, denominator: int, found: Array, found_denominator: int) -> tuple[Array, int]:
    """(numerators, denominator) of what was found less the target, over a denominator in which the error is whole."""
    expected, expected_denominator = _target(task, numerators, denominator)
    if expected.shape != found.shape:
        raise InputError(f"the target has {expected.shape[1]} outputs, the network {found.shape[1]}")
    error = task.statement.error or Fraction(0)
    common = lcm(found_denominator, expected_denominator, error.denominator)
    return _scaled(found, common // found_denominator) - _scaled(expected, common // expected_denominator), common


def _target(task: Task, numerators: Array, denominator: int) -> tuple[Array, int]:
    """(values, denominator) of the target, shape (count, outputs)."""
    match task.statement.target:
        case TermTarget(terms):
            return batched(terms, numerators, denominator)
        case CircuitTarget():
            assert task.circuit is not None
            assert denominator == 1
            return simulate(task.circuit, numerators).astype(np.int64), 1
        case NetworkTarget():
            assert task.other is not None
            return evaluate_batch(task.other, numerators, denominator, task.statement.domain)
        case ReferenceTarget():
            assert task.reference is not None
            points = [tuple(Fraction(int(value), denominator) for value in row) for row in numerators]
            values = task.reference(points)
            if len(values) != len(points):
                raise InputError(f"the reference function gave {len(values)} results for {len(points)} inputs")
            if len({len(value) for value in values}) > 1:
                raise InputError("the reference function gave results of different lengths")
            return scaled(values)
    raise InputError("the statement has no target")


def _scaled(values: Array, factor: int) -> Array:
    """values * factor with room for a sum of two such: int64 when it fits, Python ints otherwise."""
    peak = max(abs(int(values.max(initial=0))), abs(int(values.min(initial=0)))) if values.size else 0
    roomy = peak * factor <= INT64_MAX // 2 and factor <= INT64_MAX
    return values * factor if roomy and values.dtype != object else values.astype(object) * factor
