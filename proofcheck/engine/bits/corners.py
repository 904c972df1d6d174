"""Nodes at all corners of what they read: the values of a few bits, with arrays over the whole network.

Numbers are integers over one denominator, so nothing rounds; what is too large or reads too much is told apart, never guessed.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import lcm

import numpy as np
import numpy.typing as npt

from proofcheck.engine.bits.lookup import MOST_LEAVES, IntArray
from proofcheck.networks.network import Network

LARGEST = 1 << 20
"""Weights beyond this, over their common denominator, are not read with arrays."""
CORNERS = 1 << MOST_LEAVES


@dataclass(frozen=True, eq=False)
class Graph:
    """A network with its numbers as integers over `one`; activations by their kinds. A slope is not kept, nor used."""

    inputs: int
    one: int
    activations: tuple[str, ...]
    activation: IntArray
    bias: IntArray
    start: IntArray
    source: IntArray
    weight: IntArray
    output: IntArray

    def value(self, number: int) -> Fraction:
        return Fraction(int(number), self.one)


def graph_of(network: Network) -> Graph | None:
    """None when the numbers are too large, or there are no inputs."""
    used = np.union1d(network.weight, network.bias)
    one = lcm(*(network.values[i].denominator for i in used.tolist()))
    scaled = [int(network.values[i] * one) for i in used.tolist()]
    if one > LARGEST or any(abs(value) > LARGEST for value in scaled) or network.input_count == 0:
        return None
    value = np.zeros(len(network.values), np.int64)
    value[used] = scaled
    kinds = tuple(activation.kind for activation in network.activations)
    return Graph(
        *(network.input_count, one, kinds, network.activation, value[network.bias], network.start, network.source),
        *(value[network.weight], network.output),
    )


@dataclass(frozen=True, eq=False)
class Local:
    """What is known of each node that is no input.

    reads (N, 3): its sources, -1 for none. values (N, 8): its value over `one` where the k-th source is bit k of the corner.
    known: there are at most 3 sources and the values are integers over `one`.
    """

    reads: IntArray
    values: IntArray
    known: npt.NDArray[np.bool_]


def local_of(graph: Graph) -> Local:
    fan_in = np.diff(graph.start)
    count, few = len(fan_in), fan_in <= MOST_LEAVES
    reads = np.full((count, MOST_LEAVES), -1, np.int64)
    values = np.repeat(graph.bias[:, None], CORNERS, axis=1)
    corner = np.arange(CORNERS)
    for k in range(MOST_LEAVES):
        nodes = np.flatnonzero(few & (fan_in > k))
        edge = graph.start[nodes] + k
        reads[nodes, k] = graph.source[edge]
        values[nodes] += graph.weight[edge][:, None] * (corner >> k & 1)
    return Local(reads, values, few & activate(graph, np.arange(count), values))


def activate(graph: Graph, nodes: IntArray, values: IntArray) -> npt.NDArray[np.bool_]:
    """Apply the activation of each node to its row, in place; which rows could be done."""
    done = np.ones(len(nodes), bool)
    for number, kind in enumerate(graph.activations):
        rows = np.flatnonzero(graph.activation[nodes] == number)
        if kind == "relu":
            values[rows] = np.maximum(values[rows], 0)
        elif kind == "step":
            values[rows] = np.where(values[rows] >= 0, graph.one, 0)
        elif kind == "saturated_linear":
            values[rows] = np.clip(values[rows], 0, graph.one)
        elif kind != "identity":
            done[rows] = np.all(values[rows] >= 0, axis=1)
    return done


def tables(values: IntArray, one: int) -> tuple[IntArray, npt.NDArray[np.bool_]]:
    """(the bits of each row as a number, whether all of its values are 0 and `one`)."""
    true = values == one
    return (true << np.arange(CORNERS)).sum(axis=1), np.all(true | (values == 0), axis=1)


def opened(graph: Graph, local: Local, nodes: IntArray) -> tuple[IntArray, IntArray, IntArray]:
    """(nodes, leaves (., 3), values (., 8)): nodes of two sources over what these read, where that is at most three nodes."""
    inputs = graph.inputs
    pair = local.reads[nodes][:, :2]
    inner = np.where(pair >= inputs, pair - inputs, 0)
    usable = np.all((pair >= inputs) & local.known[inner], axis=1)
    nodes, inner = nodes[usable], inner[usable]
    below = local.reads[inner].reshape(len(nodes), 2 * MOST_LEAVES)
    ordered = np.sort(below, axis=1)
    fresh = (ordered >= 0) & np.concatenate([np.ones((len(nodes), 1), bool), ordered[:, 1:] != ordered[:, :-1]], axis=1)
    few = fresh.sum(axis=1) <= MOST_LEAVES
    nodes, inner, below, ordered, fresh = nodes[few], inner[few], below[few], ordered[few], fresh[few]
    leaves = np.full((len(nodes), MOST_LEAVES), -1, np.int64)
    row, column = np.nonzero(fresh)
    leaves[row, (np.cumsum(fresh, axis=1) - 1)[row, column]] = ordered[row, column]
    place = np.argmax(below[:, :, None] == leaves[:, None, :], axis=2)  # of each leaf of a source among the leaves
    bit = np.where(below[:, :, None] >= 0, np.arange(CORNERS) >> place[:, :, None] & 1, 0)
    values = np.repeat((graph.bias[nodes] * graph.one)[:, None], CORNERS, axis=1)
    for k in range(2):
        index = (bit[:, MOST_LEAVES * k : MOST_LEAVES * (k + 1)] << np.arange(MOST_LEAVES)[None, :, None]).sum(axis=1)
        weight = graph.weight[graph.start[nodes] + k]
        values += weight[:, None] * np.take_along_axis(local.values[inner[:, k]], index, axis=1)
    whole = np.all(values % graph.one == 0, axis=1)
    nodes, leaves, values = nodes[whole], leaves[whole], values[whole] // graph.one
    done = activate(graph, nodes, values)
    return nodes[done], leaves[done], values[done]
