"""Networks of integers in machine arithmetic: flat arrays, intervals for every node, and the narrowest arithmetic that is exact.

Certified here is what certificate.py certifies, for networks whose weights, biases and inputs are integers, with arrays and in
one pass per level: with P = |bias| + sum of |weight| * max |source| at most the largest number of the arithmetic, no product
and no partial sum, in any order, fused or not, leaves it (for floats: leaves the integers that they hold without gaps).
In unsigned bytes what is added and what is subtracted is summed apart, and no value may be negative.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from proofcheck.domains import Domain, Grid
from proofcheck.engine.shape import IntArray
from proofcheck.engine.simplify import ABSOLUTE, simplified
from proofcheck.errors import InputError, Refusal
from proofcheck.networks.network import Network

LARGEST = 1 << 61
SLOPES = {"relu": 0, "identity": 1, "step": 1, "saturated_linear": 0, "abs": -1}
LIMITS = {"uint8": 255, "int8": 127, "int16": 2**15 - 1, "float32": 2**24, "int32": 2**31 - 1, "float64": 2**53, "int64": LARGEST}
"""The arithmetics, fastest first, and the largest P of each."""
REPEATED = ("uint8", "int8")
"""Arithmetics without multiplication: a weight w is its source |w| times."""
MOST_REPEATS = 8


@dataclass(frozen=True, eq=False)
class Affine:
    """A network of integers as arrays; `kind` is the activation of each node, "abs" that of a fused pair.

    Nodes 0 .. inputs - 1 are the inputs. low, high: bounds of every node on the domain. size: P of every node that is no
    input. live: the nodes that an output needs; nothing is said of others.
    """

    inputs: int
    kind: npt.NDArray[np.str_]
    bias: IntArray
    start: IntArray
    source: IntArray
    weight: IntArray
    output: IntArray
    low: IntArray
    high: IntArray
    size: IntArray
    live: npt.NDArray[np.bool_]


def affine_of(network: Network, domain: Domain | None = None, elide: bool = True) -> Affine:
    """`network` with bounds that hold on `domain`, by default its own.

    elide: leave out carries (relu of one node that is certified never negative), and evaluate relu(v) + relu(-v) as |v|.
    Raises Refusal when a number that matters is no integer, an input has no finite grid of integers, a slope is used, or a bound
    exceeds 2^61; InputError when the domain has another number of coordinates.
    """
    return _affine(network, network.domain if domain is None else domain, elide)


def fastest(program: Affine) -> str:
    """The first arithmetic that is certified exact. Raises Refusal when none is."""
    for name in LIMITS:
        if not complaint(program, name):
            return name
    raise Refusal(complaint(program, "int64"))


def complaint(program: Affine, name: str) -> str:
    """Why `name` might not be exact for the program; "" when it is."""
    live = program.live
    own = live[program.inputs :]
    edges = np.repeat(own, np.diff(program.start))
    limit = LIMITS[name]
    largest = max(
        _most(np.maximum(-program.low, program.high)[live]),
        _most(program.size[own]),
        _most(np.abs(program.weight[edges])),
        _most(np.abs(program.bias[own])),
    )
    if largest > limit:
        return f"a sum can reach {largest}, {name} is exact up to {limit}"
    if name == "uint8" and (_most(-program.low[live]) > 0 or bool(np.any(program.kind[own] == "step"))):
        return "a value can be negative, or a node is a step: uint8 has neither"
    if name in REPEATED:
        fan_in = np.diff(program.start)
        repeats = _sums(np.abs(program.weight), np.repeat(np.arange(len(fan_in)), fan_in), len(fan_in))
        if bool(np.any(repeats[own] > MOST_REPEATS * fan_in[own])):
            return f"{name} has no multiplication, and a weight is larger than {MOST_REPEATS}"
    return ""


def _most(values: IntArray) -> int:
    return int(values.max()) if values.size else 0


@lru_cache(maxsize=4)
def _affine(network: Network, domain: Domain, elide: bool) -> Affine:
    if domain.dimension != network.input_count:
        raise InputError(f"the domain has {domain.dimension} coordinates, the network {network.input_count} inputs")
    network = simplified(network) if elide else network
    inputs, count = network.input_count, len(network.activation)
    value = np.array([int(v) if v.denominator == 1 and abs(v) < LARGEST else LARGEST for v in network.values], np.int64)
    kinds = np.array(["abs" if a == ABSOLUTE else a.kind for a in network.activations] or ["relu"])
    kind = kinds[network.activation]
    live = _live(inputs, network.start, network.source, network.output)
    bias, weight = value[network.bias], value[network.weight]
    reader = np.repeat(np.arange(count), np.diff(network.start))
    if bool(np.any(bias[live[inputs:]] == LARGEST)) or bool(np.any(weight[live[inputs + reader]] == LARGEST)):
        raise Refusal("a weight or bias is no integer below 2^61")
    if bool(np.any(kind[live[inputs:]] == "leaky_relu")):
        raise Refusal("a node is a leaky relu")
    low, high = np.zeros(inputs, np.int64), np.zeros(inputs, np.int64)
    for i in np.flatnonzero(live[:inputs]).tolist():
        low[i], high[i] = _ends(i, domain)
    arrays = (kind, bias, network.start, network.source, weight, network.output)
    found = _bounded(Affine(inputs, *arrays, low, high, np.zeros(count, np.int64), live))
    return _without_carries(found) if elide else found


def _ends(i: int, domain: Domain) -> tuple[int, int]:
    scalar, (low, high) = domain.sets[i], domain.bounds(i)
    if not isinstance(scalar, Grid) or scalar.low.denominator != 1 or (scalar.count > 1 and scalar.step.denominator != 1):
        raise Refusal(f"input {i} is not an integer of a finite grid")
    if low is None or high is None or max(abs(low), abs(high)) > LARGEST:
        raise Refusal(f"input {i} can be larger than 2^61")
    return int(low), int(high)


def _live(inputs: int, start: IntArray, source: IntArray, output: IntArray) -> npt.NDArray[np.bool_]:
    """The nodes that an output depends on."""
    live = np.zeros(inputs + len(start) - 1, bool)
    frontier = np.unique(output)
    while frontier.size:
        live[frontier] = True
        own = frontier[frontier >= inputs] - inputs
        lengths = start[own + 1] - start[own]
        ends = np.cumsum(lengths)
        edges = np.repeat(start[own] - ends + lengths, lengths) + np.arange(ends[-1] if len(ends) else 0)
        below = np.unique(source[edges])
        frontier = below[~live[below]]
    return live


def _bounded(program: Affine) -> Affine:
    """The program with the bounds of every node that is live. Raises Refusal when one exceeds 2^61."""
    inputs, count = program.inputs, len(program.bias)
    low = np.concatenate([program.low, np.zeros(count, np.int64)])
    high = np.concatenate([program.high, np.zeros(count, np.int64)])
    size = np.zeros(count, np.int64)
    for nodes in _by_level(program):
        lengths = program.start[nodes + 1] - program.start[nodes]
        ends = np.cumsum(lengths)
        edges = np.repeat(program.start[nodes] - ends + lengths, lengths) + np.arange(ends[-1])
        row = np.repeat(np.arange(len(nodes)), lengths)
        weight, bias = program.weight[edges], program.bias[nodes]
        below, above = low[program.source[edges]], high[program.source[edges]]
        if float(np.max(np.abs(weight).astype(float) * np.maximum(-below, above), initial=0)) * (1 + len(edges)) > LARGEST:
            raise Refusal("a sum can reach 2^61")
        one, other = weight * below, weight * above
        least, most = np.minimum(one, other), np.maximum(one, other)
        total = np.maximum(np.abs(least), np.abs(most))
        size[nodes] = np.abs(bias) + _sums(total, row, len(nodes))
        ends_low, ends_high = bias + _sums(least, row, len(nodes)), bias + _sums(most, row, len(nodes))
        low[inputs + nodes], high[inputs + nodes] = _activated(program.kind[nodes], ends_low, ends_high)
        if int(np.max(size[nodes])) > LARGEST:
            raise Refusal("a sum can reach 2^61")
    return replace(program, low=low, high=high, size=size)


def _sums(values: IntArray, row: IntArray, count: int) -> IntArray:
    total = np.zeros(count, np.int64)
    np.add.at(total, row, values)
    return total


def _activated(kind: npt.NDArray[np.str_], low: IntArray, high: IntArray) -> tuple[IntArray, IntArray]:
    """The bounds after the activation."""
    below, above = low.copy(), high.copy()
    at = np.isin(kind, ("relu", "saturated_linear"))
    below[at], above[at] = np.maximum(low[at], 0), np.maximum(high[at], 0)
    at = kind == "saturated_linear"
    below[at], above[at] = np.minimum(below[at], 1), np.minimum(above[at], 1)
    at = kind == "step"
    below[at], above[at] = (low[at] >= 0).astype(np.int64), (high[at] >= 0).astype(np.int64)
    at = kind == "abs"
    across = (low[at] < 0) & (high[at] > 0)
    one, other = np.abs(low[at]), np.abs(high[at])
    below[at], above[at] = np.where(across, 0, np.minimum(one, other)), np.maximum(one, other)
    return below, above


def _by_level(program: Affine) -> list[IntArray]:
    """The live nodes that are no inputs, level by level."""
    inputs, start, source = program.inputs, program.start.tolist(), program.source.tolist()
    level = [0] * (inputs + len(program.bias))
    for i in range(len(program.bias)):
        level[inputs + i] = 1 + max([level[s] for s in source[start[i] : start[i + 1]]], default=0)
    nodes = np.flatnonzero(program.live[inputs:])
    levels = np.array(level, np.int64)[inputs + nodes]
    order = np.argsort(levels, kind="stable")
    cuts = np.flatnonzero(np.diff(levels[order])) + 1
    return [part for part in np.split(nodes[order], cuts) if len(part)]


def _without_carries(program: Affine) -> Affine:
    """The program in which nobody reads a node that is certified to equal the one node that it reads."""
    inputs = program.inputs
    single = np.flatnonzero((np.diff(program.start) == 1) & (program.bias == 0) & program.live[inputs:])
    edge = program.start[single]
    read = program.source[edge]
    kind = program.kind[single]
    same = (program.weight[edge] == 1) & (
        (kind == "identity")
        | ((program.low[read] >= 0) & np.isin(kind, ("relu", "abs")))
        | ((program.low[read] >= 0) & (program.high[read] <= 1) & (kind == "saturated_linear"))
    )
    root = np.arange(inputs + len(program.bias))
    root[inputs + single[same]] = read[same]
    while not np.array_equal(further := root[root], root):
        root = further
    source, output = root[program.source], root[program.output]
    return replace(program, source=source, output=output, live=_live(inputs, program.start, source, output))
