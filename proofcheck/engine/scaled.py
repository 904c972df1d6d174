"""Exact evaluation of a batch for any weights and inputs, in numpy integers over a denominator for each node.

A value is numerator / denominator with one denominator for the whole batch. Numerators are int64 as long as a bound
taken from the numbers at hand shows that nothing can wrap; otherwise they are Python integers in an object array.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import gcd, lcm
from typing import Any

import numpy as np
import numpy.typing as npt

from proofcheck.engine.shape import shape_of
from proofcheck.networks.activation import Activation
from proofcheck.networks.network import Network

Array = npt.NDArray[Any]
Value = tuple[Array, int]
"""(numerators of the batch, denominator >= 1)."""

INT64_MAX = 2**63 - 1
CHUNK = 4096


def evaluate_scaled(network: Network, numerators: Array, denominator: int) -> Value:
    """(numerators (count, m), denominator) of the outputs at the inputs numerators / denominator, of shape (count, d)."""
    parts = [
        _chunk(network, numerators[begin : begin + CHUNK], denominator) for begin in range(0, max(len(numerators), 1), CHUNK)
    ]
    common = lcm(*(d for _, d in parts))
    return np.concatenate([_times(part, common // d) for part, d in parts]), common


def _chunk(network: Network, numerators: Array, denominator: int) -> Value:
    values: dict[int, Value] = {}
    inputs, shape = network.input_count, shape_of(network)
    readers = np.bincount(network.source[np.repeat(shape.live[inputs:], np.diff(network.start))], minlength=network.node_count)
    np.add.at(readers, network.output, 1)
    left = readers.tolist()
    for i in np.flatnonzero(shape.live[:inputs]).tolist():
        values[i] = _reduced(np.ascontiguousarray(numerators[:, i]), denominator)
    live = shape.live.tolist()
    for node, activation, bias, terms in network.nodes():
        if live[node]:
            total = _affine(len(numerators), bias, [(weight, values[source]) for source, weight in terms])
            values[node] = _activation(activation, total)
            for source, _ in terms:
                left[source] -= 1
                if not left[source]:
                    del values[source]
    outputs = [values[node] for node in network.output.tolist()]
    common = lcm(*(d for _, d in outputs))
    columns = [_times(numerator, common // d) for numerator, d in outputs]
    return (np.stack(columns, axis=1) if columns else np.zeros((len(numerators), 0), np.int64)), common


def _affine(count: int, bias: Fraction, terms: Sequence[tuple[Fraction, Value]]) -> Value:
    common = lcm(bias.denominator, *(weight.denominator * d for weight, (_, d) in terms))
    constant = bias.numerator * (common // bias.denominator)
    scaled = [(weight.numerator * (common // (weight.denominator * d)), numerator) for weight, (numerator, d) in terms]
    fits = abs(constant) + sum(abs(factor) * max(_magnitude(numerator), 1) for factor, numerator in scaled) <= INT64_MAX
    total = np.full(count, constant, np.int64 if fits else object)
    for factor, numerator in scaled:
        total += (numerator if fits else numerator.astype(object)) * factor
    return _reduced(total, common)


def _activation(activation: Activation, value: Value) -> Value:
    numerator, denominator = value
    kind, slope = activation.kind, activation.slope
    if kind == "identity":
        return value
    if kind == "step":
        return (numerator >= 0).astype(np.int64), 1
    if kind == "leaky_relu":
        above, below = _times(numerator, slope.denominator), _times(numerator, slope.numerator)
        return _reduced(np.where(numerator >= 0, above, below), denominator * slope.denominator)
    positive = np.maximum(numerator, 0)
    if kind == "saturated_linear" and denominator <= _magnitude(positive):
        positive = np.minimum(positive, denominator)
    return _reduced(positive, denominator)


def _times(numerator: Array, factor: int) -> Array:
    """numerator * factor, in Python integers when int64 could wrap."""
    if factor == 1:
        return numerator
    fits = numerator.dtype != object and max(_magnitude(numerator), 1) * abs(factor) <= INT64_MAX
    return (numerator if fits else numerator.astype(object)) * factor


def _reduced(numerator: Array, denominator: int) -> Value:
    """The same value in lowest terms for the batch, in int64 when that holds it."""
    if not np.any(numerator):
        return np.zeros(numerator.shape, np.int64), 1
    if _magnitude(numerator) > INT64_MAX:
        numerator = numerator.astype(object)  # -2^63 has no absolute value in int64
    common = gcd(denominator, int(np.gcd.reduce(numerator))) if denominator > 1 else 1
    if common > 1:
        numerator, denominator = numerator // common, denominator // common
    if numerator.dtype == object and _magnitude(numerator) <= INT64_MAX:
        numerator = numerator.astype(np.int64)
    return numerator, denominator


def _magnitude(numerator: Array) -> int:
    return max(int(numerator.max()), -int(numerator.min())) if numerator.size else 0
