"""The graph that layering works on: a network whose constants are folded and whose values are known to lie in intervals.

Items are the inputs, neurons and affine nodes of the network, and affine items that layering adds. A plan says after
which layer each item is available.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from proofcheck.domains import Grid
from proofcheck.errors import Refusal
from proofcheck.networks.activation import IDENTITY
from proofcheck.networks.interpret import INTERVALS, Bounds, bounds
from proofcheck.networks.network import IntArray, Network
from proofcheck.networks.sizes import is_neuron
from proofcheck.networks.table import Table, merged


@dataclass(frozen=True)
class Rows:
    """Affine combinations of items: bias[i] + sum of weight * source; biases and weights are indices into a table."""

    start: IntArray
    source: IntArray
    weight: IntArray
    bias: IntArray

    def __len__(self) -> int:
        return len(self.bias)

    @property
    def reader(self) -> IntArray:
        return np.repeat(np.arange(len(self.bias)), np.diff(self.start))


@dataclass(frozen=True)
class Flow:
    """Items 0 .. inputs-1 are the inputs; item inputs + i has the row i of `rows`.

    neuron: for each item whether it is a neuron. bounds: for each item an interval that holds it. two_valued: whether
    it takes only the two ends. literal: the literal it carries, or -1. outputs: one row for each output.
    """

    inputs: int
    rows: Rows
    outputs: Rows
    neuron: npt.NDArray[np.bool_]
    bounds: list[Bounds]
    two_valued: npt.NDArray[np.bool_]
    literal: IntArray
    table: Table

    @property
    def items(self) -> int:
        return self.inputs + len(self.rows)

    @property
    def kept(self) -> npt.NDArray[np.bool_]:
        """The affine items that a proof needs as values of their own: those with a literal, and those that several items read."""
        sources = np.concatenate([np.zeros(self.inputs, np.int64), np.diff(self.rows.start)])
        readers = np.bincount(np.concatenate([self.rows.source, self.outputs.source]), minlength=self.items)
        return ~self.neuron & (((self.literal >= 0) & (sources > 0)) | ((readers >= 2) & (sources >= 2)))


@dataclass(frozen=True)
class Edges:
    """Loose weights item -> row, and contributions to biases; what belongs together is added up at the end."""

    row: IntArray
    item: IntArray
    weight: IntArray
    bias_row: IntArray
    bias: IntArray

    def through(self, flow: Flow, which: npt.NDArray[np.bool_]) -> Edges:
        """The marked edges replaced by the rows of the affine items that they read. Raises Refusal past 2^27 weights."""
        rows, item = flow.rows, self.item[which] - flow.inputs
        count = rows.start[item + 1] - rows.start[item]
        total = int(count.sum())
        if total + len(self.row) > _MOST_EDGES:
            raise Refusal(f"folding the affine nodes gives more than {_MOST_EDGES} weights: compute partial sums in neurons")
        first = np.repeat(rows.start[item] - np.cumsum(count) + count, count)
        edge = first + np.arange(total)
        factor = self.weight[which]
        return Edges(
            np.concatenate([self.row[~which], np.repeat(self.row[which], count)]),
            np.concatenate([self.item[~which], rows.source[edge]]),
            np.concatenate([self.weight[~which], flow.table.product(np.repeat(factor, count), rows.weight[edge])]),
            np.concatenate([self.bias_row, self.row[which]]),
            np.concatenate([self.bias, flow.table.product(factor, rows.bias[item])]),
        )


_MOST_EDGES = 1 << 27


def flow_of(network: Network, forced: Mapping[int, Fraction]) -> Flow:
    """The flow of `network`; `forced` holds nodes known to be constant, with the constant that their activation is taken of."""
    n, table = network.input_count, Table()
    intervals = bounds(network, [network.domain.bounds(i) for i in range(n)])
    value_index = table.indices(network.values)
    bias, known = value_index[network.bias], np.zeros(len(network.bias), bool)
    for node, value in forced.items():
        kind = network.activations[network.activation[node - n]]
        intervals[node] = (value, value) if kind == IDENTITY else INTERVALS.activation(kind, (value, value))
        bias[node - n], known[node - n] = table.index(value), True
    zero = np.zeros(network.node_count, np.int64)
    constant, constant_value = zero.astype(bool), zero.copy()
    noted = np.zeros(n + len(network.activation), bool)  # the kernel follows a constant gate only where its sources stand
    if network.meanings is not None:
        noted[n:] = (network.meanings.literal > 1) & (np.diff(network.start) > 0) & ~known
    for node, (low, high) in enumerate(intervals):
        if low is not None and low == high and not noted[node]:
            constant[node], constant_value[node] = True, table.index(low)
    rows = _emptied(Rows(network.start, network.source, value_index[network.weight], bias), known)
    count = len(network.output)
    outputs = Rows(np.arange(count + 1), network.output, np.ones(count, np.int64), np.zeros(count, np.int64))
    two_valued = np.zeros(network.node_count, bool)
    two_valued[:n] = [isinstance(s, Grid) and s.count == 2 for s in network.domain.sets]
    two_valued[n:] = np.array([a.kind == "step" for a in network.activations], bool)[network.activation]
    literal = np.full(network.node_count, -1, np.int64)
    if network.meanings is not None:
        literal[:n] = 2 * np.arange(1, n + 1)  # the inputs of an AIGER file are its first variables
        literal[n:] = network.meanings.literal
    rows, outputs = (_without(part, constant, constant_value, table) for part in (rows, outputs))
    neuron = is_neuron(network)
    return Flow(
        inputs=n,
        rows=_emptied(rows, ~neuron & ~_read(n, rows, outputs, neuron)),
        outputs=outputs,
        neuron=np.concatenate([np.zeros(n, bool), neuron]),
        bounds=intervals,
        two_valued=two_valued,
        literal=literal,
        table=table,
    )


def dissolved(flow: Flow) -> Flow:
    """The same flow with every affine item folded into its readers, so that only inputs and neurons are read."""
    rows, outputs = (_folded(flow, rows) for rows in (flow.rows, flow.outputs))
    return replace(flow, rows=_emptied(rows, ~flow.neuron[flow.inputs :]), outputs=outputs)


def last_reading(flow: Flow, available: IntArray, depth: int) -> IntArray:
    """For each item the last layer after which it is read, or -1: one before that of a neuron, its own for an affine item."""
    last = np.full(flow.items, -1, np.int64)
    reader = flow.rows.reader + flow.inputs
    np.maximum.at(last, flow.rows.source, available[reader] - flow.neuron[reader])
    last[flow.outputs.source] = depth
    return last


def _without(rows: Rows, constant: npt.NDArray[np.bool_], value: IntArray, table: Table) -> Rows:
    """The rows with constant items moved into the biases."""
    gone = constant[rows.source]
    if not bool(gone.any()):
        return rows
    reader = rows.reader
    moved = table.product(rows.weight[gone], value[rows.source[gone]])
    bias = table.sums_by(len(rows), np.concatenate([np.arange(len(rows)), reader[gone]]), np.concatenate([rows.bias, moved]))
    start = np.concatenate([[0], np.cumsum(np.bincount(reader[~gone], minlength=len(rows)))])
    return Rows(start, rows.source[~gone], rows.weight[~gone], bias)


def _read(n: int, rows: Rows, outputs: Rows, neuron: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """For each row whether a neuron or an output reads it, directly or through affine items."""
    read = np.zeros(n + len(rows), bool)
    read[outputs.source] = True
    read[rows.source[neuron[rows.reader]]] = True
    for i in np.flatnonzero(~neuron)[::-1].tolist():
        if read[n + i]:
            read[rows.source[rows.start[i] : rows.start[i + 1]]] = True
    return read[n:]


def _emptied(rows: Rows, gone: npt.NDArray[np.bool_]) -> Rows:
    """The rows, those in `gone` without sources: nothing reads them."""
    keep = ~gone[rows.reader]
    start = np.concatenate([[0], np.cumsum(np.bincount(rows.reader[keep], minlength=len(rows)))])
    return Rows(start, rows.source[keep], rows.weight[keep], rows.bias)


def _folded(flow: Flow, rows: Rows) -> Rows:
    edges = Edges(rows.reader, rows.source, rows.weight, np.arange(len(rows)), rows.bias)
    while bool(np.any(which := (edges.item >= flow.inputs) & ~flow.neuron[edges.item])):
        edges = edges.through(flow, which)
    start, source, weight = merged(flow.table, len(rows), edges.row, edges.item, edges.weight)
    return Rows(start, source, weight, flow.table.sums_by(len(rows), edges.bias_row, edges.bias))
