"""A network laid out for evaluation level by level: rows of a state that is reused, and flat index arrays.

The state has one row for each value that is alive, not for each node, so that a layered network of any depth needs the
memory of its widest layer. The layout does not change what is computed: every live node is computed once, from its own
sources and weights. A level reads all its sources before it writes, so it may write over values that it reads last.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Literal

import numpy as np

from proofcheck.engine.shape import IntArray, Shape, shape_of
from proofcheck.networks.activation import Activation
from proofcheck.networks.network import Network
from proofcheck.networks.sizes import nonzero_bias

FEW = 32
"""Nodes with more sources than this are summed one node at a time by the kernel for integers."""
RUNS = 8
"""A step of the kernel for integers with more runs of equal weights than this multiplies by a column of weights."""


@dataclass(frozen=True)
class Write:
    """Rows first .. last - 1 of a block get `activation` and go to the state from row `slot` on."""

    first: int
    last: int
    slot: int
    activation: Activation


@dataclass(frozen=True)
class Step:
    """The edges first .. last - 1: one for each of the rows from `row` on, the first of that row or not; or all for one row.

    runs: (first, last, weight) of stretches of equal weights; None when there are too many.
    """

    first: int
    last: int
    row: int
    kind: Literal["first", "further", "all"]
    runs: tuple[tuple[int, int, Fraction], ...] | None


@dataclass(frozen=True)
class Block:
    """The nodes of one level: rows first .. last - 1 of `Plan.bias`, edges from first_edge to last_edge.

    biased: some bias is not zero. constants: some node has no sources.
    """

    first: int
    last: int
    first_edge: int
    last_edge: int
    biased: bool
    constants: bool
    steps: tuple[Step, ...]
    writes: tuple[Write, ...]


@dataclass(frozen=True, eq=False)
class Plan:
    """The layout of a network.

    columns: the inputs that are used; they fill the first rows of the state. slots: rows of the state; rows: of the
    largest block. output: the row of each output. bias (one per row), weight (one per edge): indices into the values of
    the network. source: the state row of each edge. offset: where the edges of each row start within its block, for the
    order "by node"; in the order "by step" the edges are those of `steps`.
    """

    columns: IntArray
    slots: int
    rows: int
    output: IntArray
    bias: IntArray
    source: IntArray
    weight: IntArray
    offset: IntArray
    blocks: tuple[Block, ...]
    one: int


def plan_of(network: Network, by_step: bool) -> Plan:
    """Lay `network` out; `by_step` orders edges for the kernel for integers, otherwise they are ordered by node."""
    shape = shape_of(network)
    inputs = network.input_count
    columns = np.flatnonzero(shape.live[:inputs])
    nodes, edges, lengths = _ordered(network, shape)
    row_of_edge = np.repeat(np.arange(len(nodes)), lengths)
    level = shape.level[nodes]
    bounds = np.flatnonzero(np.diff(level, prepend=-1, append=-1)) if len(nodes) else np.zeros(1, np.int64)
    starts = np.concatenate([[0], np.cumsum(lengths)])
    slot, pieces, slots = _slots(shape, columns, [nodes[a:b] for a, b in pairwise(bounds)])
    steps: list[list[Step]] = [[] for _ in bounds[1:]]
    if by_step:
        edges, steps = _by_step(network, edges, row_of_edge, lengths, bounds)
    kinds, biased = network.activation[nodes - inputs], nonzero_bias(network)[nodes - inputs]
    source, weight, bias = slot[network.source[edges]], network.weight[edges], network.bias[nodes - inputs]
    one = slots if not by_step and bool(np.any(biased)) else -1
    if one >= 0:
        source, weight = (np.insert(a, starts[1:][biased], b) for a, b in ((source, one), (weight, bias[biased])))
        starts = starts + np.concatenate([[0], np.cumsum(biased)])
        biased, slots = np.zeros_like(biased), slots + 1
        lengths = np.diff(starts)
    blocks = tuple(
        Block(
            *(a, b, int(starts[a]), int(starts[b])),
            biased=bool(np.any(biased[a:b])),
            constants=bool(np.any(lengths[a:b] == 0)),
            steps=tuple(own),
            writes=_writes(network, kinds[a:b], where),
        )
        for (a, b), own, where in zip(pairwise(bounds.tolist()), steps, pieces, strict=True)
    )
    return Plan(
        columns=columns,
        slots=slots,
        rows=max((block.last - block.first for block in blocks), default=0),
        output=slot[network.output],
        bias=bias,
        source=source,
        weight=weight,
        offset=starts[:-1] - np.repeat(starts[bounds[:-1]], np.diff(bounds)),
        blocks=blocks,
        one=one,
    )


def _ordered(network: Network, shape: Shape) -> tuple[IntArray, IntArray, IntArray]:
    """(nodes, edges, number of edges per node): by level, then alike side by side; within a node weights of 1 come first."""
    nodes = np.flatnonzero(shape.live[network.input_count :])
    lengths = np.diff(network.start)[nodes]
    edges = _ranges(network.start[nodes], lengths)
    weight = network.weight[edges]
    one = next((i for i, value in enumerate(network.values) if value == 1), -1)
    edges = edges[np.lexsort((weight, weight != one, np.repeat(np.arange(len(nodes)), lengths)))]
    starts = np.concatenate([[0], np.cumsum(lengths)[:-1]]).astype(np.int64)[: len(nodes)]
    keys = [np.where(lengths > j, np.append(network.weight[edges], 0)[np.minimum(starts + j, len(edges))], -1) for j in range(4)]
    order = np.lexsort((*reversed(keys), -lengths, network.activation[nodes], shape.level[nodes + network.input_count]))
    return nodes[order] + network.input_count, edges[_ranges(starts[order], lengths[order])], lengths[order]


def _ranges(starts: IntArray, lengths: IntArray) -> IntArray:
    """start .. start + length - 1 for each pair, one after another."""
    ends = np.cumsum(lengths)
    return np.repeat(starts - ends + lengths, lengths) + np.arange(ends[-1] if len(ends) else 0)


def _slots(shape: Shape, columns: IntArray, levels: list[IntArray]) -> tuple[IntArray, list[list[tuple[int, int, int]]], int]:
    """(state row of each node, pieces of each level, number of rows).

    A piece (first, last, slot) puts rows first .. last - 1 of a level into consecutive rows of the state. Long holes
    left by values that nobody reads any more are filled first; short ones wait until they have grown together.
    """
    slot = np.full(len(shape.level), -1, np.int64)
    slot[columns] = np.arange(len(columns))
    free = np.zeros(len(columns), bool)
    expiring: list[list[IntArray]] = [[] for _ in range(shape.levels + 1)]
    pieces: list[list[tuple[int, int, int]]] = []

    def expire(nodes: IntArray) -> None:
        last = shape.last[nodes]
        for level in np.unique(last).tolist():
            expiring[level].append(nodes[last == level])

    expire(columns)
    for level, nodes in enumerate(levels, start=1):
        own: list[tuple[int, int, int]] = []
        row, count = 0, len(nodes)
        for gone in expiring[level]:
            free[slot[gone]] = True
        edges = np.flatnonzero(np.diff(free, prepend=False, append=False)).reshape(-1, 2)
        holes = edges[np.argsort(edges[:, 0] - edges[:, 1], kind="stable")].tolist()
        for begin, end in holes:
            if row == count or end - begin < min(16, count - row):
                break
            size = min(count - row, end - begin)
            own.append((row, row + size, begin))
            row += size
        if row < count:
            own.append((row, count, len(free)))
            free = np.append(free, np.zeros(count - row, bool))
        for first, last, begin in own:
            slot[nodes[first:last]] = np.arange(begin, begin + last - first)
            free[begin : begin + last - first] = False
        pieces.append(own)
        expire(nodes)
    return slot, pieces, len(free)


def _writes(network: Network, kinds: IntArray, pieces: list[tuple[int, int, int]]) -> tuple[Write, ...]:
    """The pieces of a block, cut where the activation changes."""
    writes = []
    for first, last, slot in pieces:
        cuts = [first, *(np.flatnonzero(np.diff(kinds[first:last])) + first + 1).tolist(), last]
        writes += [Write(a, b, slot + a - first, network.activations[kinds[a]]) for a, b in pairwise(cuts)]
    return tuple(writes)


def _by_step(
    network: Network, edges: IntArray, row: IntArray, lengths: IntArray, bounds: IntArray
) -> tuple[IntArray, list[list[Step]]]:
    """The edges in the order of the steps, and the steps of each block.

    Rows of one level and activation with at most FEW sources take their j-th sources together; the rows are sorted by
    the number of sources, so that each step covers the first of them. Every other row is a step of its own.
    """
    steps: list[list[Step]] = []
    order: list[IntArray] = []
    starts = np.concatenate([[0], np.cumsum(lengths)])
    done = 0

    def add(own: list[Step], chosen: IntArray, first_row: int, kind: Literal["first", "further", "all"]) -> None:
        nonlocal done
        weight = network.weight[edges[chosen]]
        cuts = [0, *(np.flatnonzero(np.diff(weight)) + 1).tolist(), len(weight)]
        many = len(cuts) > RUNS + 1
        runs = None if many else tuple((a, b, network.values[weight[a]]) for a, b in pairwise(cuts))
        own.append(Step(done, done + len(chosen), first_row, kind, runs))
        order.append(chosen)
        done += len(chosen)

    for first, last in pairwise(bounds.tolist()):
        own: list[Step] = []
        block = lengths[first:last]
        cuts = [0, *(np.flatnonzero(np.diff(block) > 0) + 1).tolist(), last - first]
        for a, b in pairwise(cuts):
            few = a + int(np.count_nonzero(block[a:b] > FEW))
            for r in range(a, few):
                add(own, np.arange(starts[first + r], starts[first + r + 1]), r, "all")
            for j in range(int(block[few:b].max(initial=0))):
                count = int(np.count_nonzero(block[few:b] > j))
                add(own, starts[first + few : first + few + count] + j, few, "further" if j else "first")
        steps.append(own)
    return (edges[np.concatenate(order)] if order else edges), steps
