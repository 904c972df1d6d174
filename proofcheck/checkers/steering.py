"""Where a piecewise-linear network is likely to be wrong: points where its neurons bend, and points that almost fail.

Floats guide the search and decide nothing: every point is a member of the domain in exact numbers, and is judged like any
other. The same network, points and seed give the same search.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from proofcheck.checkers.batch import excess
from proofcheck.checkers.task import Task
from proofcheck.domains import Domain, Grid, Interval
from proofcheck.networks import Network
from proofcheck.spec.batched import scaled

Floats = npt.NDArray[np.float64]
Points = tuple[npt.NDArray[Any], int]

SEGMENTS = 256
BENDS = 4
"""Neurons whose bend is sought on each segment."""
SECANTS = 3
ROUNDS = 6
KEPT = 32
FINENESS = 1 << 20
"""Points of an interval are rounded to multiples of its scale over this."""
MOST_NODES = 5_000


def bends(task: Task, numerators: npt.NDArray[Any], denominator: int, seed: int) -> Iterator[Points]:
    """Points at which the sum in front of some neuron changes its sign between two given points, and points beside them."""
    network, domain = task.network, task.statement.domain
    assert domain is not None
    if not _steerable(domain, network) or len(numerators) < 2:
        return
    generator = np.random.Generator(np.random.PCG64(seed))
    rows = np.asarray(numerators[generator.permutation(len(numerators))[: 2 * SEGMENTS]], np.float64) / denominator
    half = len(rows) // 2
    low, high = rows[:half].copy(), rows[half : 2 * half].copy()
    before, after = _sums(network, low), _sums(network, high)
    neuron = np.flatnonzero([a.kind != "identity" for a in network.activations])
    neurons = np.flatnonzero(np.isin(network.activation, neuron))
    if not len(neurons):
        return
    crossing = np.sign(before[neurons]) * np.sign(after[neurons]) < 0
    for _ in range(BENDS):
        chosen = np.argmax(crossing * generator.random(crossing.shape), axis=0)
        found = np.flatnonzero(crossing[chosen, np.arange(half)])
        if not len(found):
            return
        node = neurons[chosen[found]]
        crossing[chosen[found], found] = False
        point = _crossing(network, low[found], high[found], node, before[node, found], after[node, found])
        toward = high[found] - low[found]
        near = [point, point + toward / 64, point - toward / 64, point + toward / FINENESS, point - toward / FINENESS]
        yield _rounded(domain, np.concatenate(near))


def climbing(task: Task, numerators: npt.NDArray[Any], denominator: int, seed: int) -> Iterator[Points]:
    """Points near those at which the output is farthest from the target, round after round; for approximations."""
    network, domain = task.network, task.statement.domain
    assert domain is not None
    if task.statement.kind != "approximates" or not _steerable(domain, network):
        return
    generator = np.random.Generator(np.random.PCG64(seed + 1))
    best, one = numerators, denominator
    for turn in range(ROUNDS):
        margin = excess(task, best, one)
        order = np.argsort(-margin, kind="stable")[:KEPT]
        rows = np.asarray(best[order], np.float64) / one
        steps = np.ptp(np.asarray(numerators, np.float64) / denominator, axis=0) / 4 ** (turn + 1)
        moved = np.repeat(rows, 16, axis=0) + generator.normal(size=(16 * len(rows), rows.shape[1])) * steps
        one_coordinate = generator.random(moved.shape) < 1 / max(1, rows.shape[1])
        moved = np.where(one_coordinate | (generator.random(len(moved)) < 0.5)[:, None], moved, np.repeat(rows, 16, axis=0))
        best, one = _rounded(domain, np.concatenate([rows, moved]))
        yield best, one


def _steerable(domain: Domain, network: Network) -> bool:
    """Whether any choice of coordinates from their sets is a point, so that each can be rounded alone."""
    plain = not domain.constraints and not domain.different and all(isinstance(s, Grid | Interval) for s in domain.sets)
    return plain and network.node_count <= MOST_NODES and not all(isinstance(s, Grid) and s.count <= 2 for s in domain.sets)


def _crossing(network: Network, low: Floats, high: Floats, node: Any, before: Floats, after: Floats) -> Floats:
    """On each segment a point where the sum of the node is about 0."""
    a, b = np.zeros(len(low)), np.ones(len(low))
    at, index = np.zeros(len(low)), np.arange(len(low))
    for _ in range(SECANTS):
        with np.errstate(all="ignore"):
            at = np.nan_to_num(a + (b - a) * before / (before - after), nan=0.5).clip(a, b)
        value = _sums(network, low + at[:, None] * (high - low))[node, index]
        left = np.sign(value) == np.sign(before)
        a, before = np.where(left, at, a), np.where(left, value, before)
        b, after = np.where(left, b, at), np.where(left, after, value)
    result: Floats = low + at[:, None] * (high - low)
    return result


def _sums(network: Network, rows: Floats) -> Floats:
    """What the activation of each node that is no input is taken of, (nodes, count), in floats."""
    values = [float(v) if abs(v) < 1 << 500 else 0.0 for v in network.values]
    node: list[Floats] = list(rows.T.copy())
    sums = np.zeros((len(network.activation), len(rows)))
    start, source, weight = network.start.tolist(), network.source.tolist(), network.weight.tolist()
    for i, (kind, bias) in enumerate(zip(network.activation.tolist(), network.bias.tolist(), strict=True)):
        total = sums[i]
        total += values[bias]
        for e in range(start[i], start[i + 1]):
            total += values[weight[e]] * node[source[e]]
        activation = network.activations[kind]
        if activation.kind == "relu":
            node.append(np.maximum(total, 0))
        elif activation.kind == "step":
            node.append((total >= 0).astype(np.float64))
        elif activation.kind == "saturated_linear":
            node.append(np.clip(total, 0, 1))
        elif activation.kind == "leaky_relu":
            node.append(np.where(total >= 0, total, float(activation.slope) * total))
        else:
            node.append(total)
    return sums


def _rounded(domain: Domain, rows: Floats) -> Points:
    """Members of the domain next to the rows, exactly: on a grid its nearest point, in an interval a dyadic number or an end."""
    rows = np.nan_to_num(rows, posinf=1e300, neginf=-1e300)
    columns: list[list[Fraction]] = []
    for column, scalar in zip(rows.T.tolist(), domain.sets, strict=True):
        if isinstance(scalar, Grid):
            places = [min(max(round((Fraction(v) - scalar.low) / scalar.step), 0), scalar.count - 1) for v in column]
            columns.append([scalar.low + k * scalar.step for k in places])
        else:
            assert isinstance(scalar, Interval)
            exact = [Fraction(round(Fraction(v) * FINENESS), FINENESS) for v in column]
            columns.append([_within(v, scalar.low, scalar.high) for v in exact])
    return scaled(list(zip(*columns, strict=True)))


def _within(value: Fraction, low: Fraction | None, high: Fraction | None) -> Fraction:
    value = value if low is None else max(value, low)
    return value if high is None else min(value, high)
