"""The peer that everybody has: evaluate in float64 at some inputs, and accept what is off by less than a tolerance.

It errs in the other direction: it never refutes what is true by more than rounding, and accepts what is false by less than the
tolerance, or away from its samples.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from proofcheck.bench.anchors import Anchor, Case, Truth
from proofcheck.bench.peers import Judged, Standing, shown
from proofcheck.checkers.task import Task
from proofcheck.checkers.witness import target_value
from proofcheck.networks.activation import Activation
from proofcheck.networks.interpret import Arithmetic, interpret
from proofcheck.spec.sampling import sample

TOLERANCE = 1e-6
SAMPLES = 1000
NAME = f"{SAMPLES} float64 samples"


def judge(anchor: Anchor) -> Judged:
    """Accepted or refuted, beside the truth."""
    if anchor.truth is Truth.EMPTY:
        return Judged(Standing.UNSTATED, "there is nothing to sample")
    task = anchor.task()
    assert task.statement.domain is not None
    numerators, denominator = sample(task.statement.domain, SAMPLES, seed=0)
    for row in numerators.tolist():
        point = tuple(Fraction(int(v), denominator) for v in row)
        if excess(task, anchor.fails, point) > TOLERANCE:
            at = ", ".join(shown(v) for v in point)
            right = anchor.truth is Truth.FAILS
            return Judged(Standing.RIGHT if right else Standing.WRONG, f"off by more than {TOLERANCE:g} at x = ({at})")
    right = anchor.truth is Truth.HOLDS
    return Judged(Standing.RIGHT if right else Standing.WRONG, f"accepted: nowhere off by more than {TOLERANCE:g}")


def excess(task: Task, cases: Sequence[Case] | str, point: Sequence[Fraction]) -> float:
    """By how much the claim fails at a point, in float64; at most 0 where it does not."""
    x = [float(v) for v in point]
    y = interpret(task.network, x, FLOATS)
    if task.statement.target is not None:
        expected = [float(v) for v in target_value(task, point)]
        return max(abs(a - b) for a, b in zip(y, expected, strict=True)) - float(task.statement.error or 0)
    assert not isinstance(cases, str)
    return max(min(_above(case, x, y)) for case in cases)


def _above(case: Case, x: Sequence[float], y: Sequence[float]) -> list[float]:
    return [
        sum(float(c) * y[i] for i, c in atom.y.items())
        + sum(float(c) * x[i] for i, c in (atom.x or {}).items())
        - float(atom.bound)
        for atom in case.atoms
    ]


def _affine(bias: float, terms: Sequence[tuple[float, float]]) -> float:
    return bias + sum(weight * value for weight, value in terms)


def _activation(kind: Activation, value: float) -> float:
    assert kind.kind == "relu", "the anchors use relu only"
    return max(value, 0.0)


FLOATS: Arithmetic[float] = Arithmetic(float, _affine, _activation)
