"""From a flow and a plan to the strictly layered network: carries are put in, affine items folded or shared.

Every neuron of layer l is expressed over the neurons of layer l - 1 alone, directly or through affine nodes: an affine
item that several readers need just after its layer is one node, any other is folded into its reader. Either way the
weights are never more than with everything folded. Vectorised over the carries, whose number can be many times that
of the neurons.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from proofcheck.errors import ProofcheckError
from proofcheck.networks.activation import IDENTITY, Activation
from proofcheck.networks.carry import Carry, carry_of
from proofcheck.networks.flow import Edges, Flow, last_reading
from proofcheck.networks.network import IntArray, Meanings, Network
from proofcheck.networks.table import merged

_NONE = np.zeros(0, np.int64)


@dataclass(frozen=True)
class Carries:
    """The carry neurons of a plan: item by item, layer by layer, part by part.

    For each item: mode indexes `modes` (-1 when it is not carried), parts is the number of neurons in a layer, begin
    the number of its first carry neuron. For each carry neuron: its item, layer and part.
    """

    modes: list[Carry]
    mode: IntArray
    parts: IntArray
    begin: IntArray
    item: IntArray
    layer: IntArray
    part: IntArray


def carries_of(flow: Flow, available: IntArray, depth: int, activation: Activation) -> Carries:
    """The carries by neurons of `activation` that the plan needs. Raises Refusal when they cannot carry an item."""
    span = np.maximum(last_reading(flow, available, depth) - available, 0)
    modes: dict[Carry, int] = {}
    known: dict[object, int] = {}
    mode = np.full(flow.items, -1, np.int64)
    for k in np.flatnonzero(span).tolist():
        key = (*flow.bounds[k], bool(flow.two_valued[k]))
        if key not in known:
            known[key] = modes.setdefault(carry_of(activation, *key), len(modes))
        mode[k] = known[key]
    parts = np.array([*(len(m.back) for m in modes), 0], np.int64)[mode]
    begin = np.concatenate([[0], np.cumsum(span * parts)])
    item = np.repeat(np.arange(flow.items), span * parts)
    number = np.arange(len(item)) - begin[item]
    layer = available[item] + 1 + number // parts[item]
    return Carries(list(modes), mode, parts, begin[:-1], item, layer, number % parts[item])


def emit(network: Network, flow: Flow, available: IntArray, depth: int, carry: Activation) -> tuple[Network, dict[int, Fraction]]:
    """The layered network of `flow`, where item k is available after layer available[k] and carried by `carry` neurons.

    Returns also the nodes that turned out constant past layer 1 because weights cancel, with what their activations
    are taken of: a neuron without sources belongs to layer 1, so the caller has to fold them and try again.
    """
    plan = carries_of(flow, available, depth, carry)
    neurons = np.flatnonzero(flow.neuron)
    own, held = len(neurons), len(plan.item)
    edges, (row, source, weight) = _written(flow, neurons, plan, available)
    layer = np.concatenate([available[neurons], plan.layer, np.full(len(flow.outputs), depth + 1)])
    shared = _shared(flow, edges, layer[edges.row] - 1, available)
    first_shared = len(layer)
    edges = _with_rows(flow, edges, shared, first_shared)
    boundary_of = np.concatenate([layer - 1, available[shared]])
    order = np.argsort(np.concatenate([2 * layer, 2 * available[shared] + 1]), kind="stable")
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    place = np.full(flow.items, -1, np.int64)  # of the inputs, neurons and shared affine items themselves
    place[: flow.inputs] = np.arange(flow.inputs)
    place[neurons] = flow.inputs + rank[:own]
    place[shared] = flow.inputs + rank[first_shared:]

    table = flow.table
    rows, sources, weights = [row], [flow.inputs + rank[own + source]], [weight]
    bias_rows, biases = [], []
    while edges.row.size or edges.bias_row.size:
        bias_rows.append(edges.bias_row)
        biases.append(edges.bias)
        boundary = boundary_of[edges.row]
        if bool(np.any(available[edges.item] > boundary)):
            raise ProofcheckError("the plan of layering reads a value before it is computed")
        late = available[edges.item] < boundary
        direct = ~late & (place[edges.item] >= 0)
        rows.append(edges.row[direct])
        sources.append(place[edges.item[direct]])
        weights.append(edges.weight[direct])
        for mode, held_as in enumerate(plan.modes):
            here = np.flatnonzero(late & (plan.mode[edges.item] == mode))
            item, factor = edges.item[here], edges.weight[here]
            first = plan.begin[item] + (boundary[here] - available[item] - 1) * len(held_as.back)
            for part, back in enumerate(held_as.back):
                rows.append(edges.row[here])
                sources.append(flow.inputs + rank[own + first + part])
                weights.append(table.product(factor, np.full_like(factor, table.index(back))))
            if held_as.offset != 0:
                bias_rows.append(edges.row[here])
                biases.append(table.product(factor, np.full_like(factor, table.index(held_as.offset))))
        affine = ~late & ~direct
        rest = Edges(edges.row[affine], edges.item[affine], edges.weight[affine], _NONE, _NONE)
        edges = rest.through(flow, np.ones(len(rest.row), bool))

    size = len(order)
    start, source, weight = merged(table, size, rank[np.concatenate(rows)], np.concatenate(sources), np.concatenate(weights))
    bias = table.sums_by(size, rank[np.concatenate(bias_rows)], np.concatenate(biases))
    kinds = sorted({*network.activations, carry, IDENTITY})
    of_network = np.array([kinds.index(a) for a in network.activations], np.int64)
    kind = np.concatenate(
        [
            of_network[network.activation[neurons - flow.inputs]],
            np.full(held, kinds.index(carry)),
            np.full(len(flow.outputs) + len(shared), kinds.index(IDENTITY)),
        ]
    )[order]
    used = np.unique(kind)
    empty = np.flatnonzero((np.diff(start) == 0)[rank] & (boundary_of > 0))
    item = np.concatenate([neurons, plan.item, np.full(len(flow.outputs), -1), shared])
    constants = _cancelled(flow, item, plan, own, empty[item[empty] >= 0], bias[rank])
    value_rank, values = table.sorted_subset(np.concatenate([bias, weight]))
    result = replace(
        network,
        values=values,
        activations=tuple(kinds[k] for k in used.tolist()),
        activation=np.searchsorted(used, kind),
        bias=value_rank[bias],
        start=start,
        source=source,
        weight=value_rank[weight],
        output=flow.inputs + rank[own + held : first_shared],
        meanings=_meanings(network, flow, neurons, plan, shared, order),
    )
    return result, constants


def _written(
    flow: Flow, neurons: IntArray, plan: Carries, available: IntArray
) -> tuple[Edges, tuple[IntArray, IntArray, IntArray]]:
    """What the neurons, carries and outputs read: items, and for a carry that continues a carry (row, carry, weight)."""
    own, table = len(neurons), flow.table
    row_of = np.full(flow.items, -1, np.int64)
    row_of[neurons] = np.arange(own)
    reader = row_of[flow.rows.reader + flow.inputs]
    kept = reader >= 0
    out = flow.outputs.reader + own + len(plan.item)
    rows, items, weights = [reader[kept], out], [flow.rows.source[kept], flow.outputs.source], [flow.rows.weight[kept]]
    weights.append(flow.outputs.weight)
    bias_rows = [np.arange(own), np.arange(len(flow.outputs)) + own + len(plan.item)]
    biases = [flow.rows.bias[neurons - flow.inputs], flow.outputs.bias]
    again_rows, again_sources, again_weights = [], [], []
    begins = plan.layer == available[plan.item] + 1
    for mode, held_as in enumerate(plan.modes):
        of_mode = plan.mode[plan.item] == mode
        for part, (factor, shift) in enumerate(held_as.first):
            first = np.flatnonzero(of_mode & begins & (plan.part == part))
            rows.append(own + first)
            items.append(plan.item[first])
            weights.append(np.full_like(first, table.index(factor)))
            bias_rows.append(own + first)
            biases.append(np.full_like(first, table.index(shift)))
            later = np.flatnonzero(of_mode & ~begins & (plan.part == part))
            for other, by in enumerate(held_as.again[part]):
                if by != 0:
                    again_rows.append(own + later)
                    again_sources.append(later - len(held_as.back) + other - part)
                    again_weights.append(np.full_like(later, table.index(by)))
            if held_as.again_bias != 0:
                bias_rows.append(own + later)
                biases.append(np.full_like(later, table.index(held_as.again_bias)))
    edges = Edges(*map(np.concatenate, (rows, items, weights, bias_rows, biases)))
    again_row, again_source, again_weight = (np.concatenate([_NONE, *p]) for p in (again_rows, again_sources, again_weights))
    return edges, (again_row, again_source, again_weight)


def _shared(flow: Flow, edges: Edges, boundary: IntArray, available: IntArray) -> IntArray:
    """The affine items of at least two sources that at least two readers need just after their layer."""
    reader = flow.rows.reader + flow.inputs
    affine = ~flow.neuron[reader]
    item = np.concatenate([edges.item, flow.rows.source[affine]])
    needed = np.concatenate([boundary, available[reader[affine]]]) == available[item]
    readers = np.bincount(item[needed], minlength=flow.items)
    sources = np.concatenate([np.zeros(flow.inputs, np.int64), np.diff(flow.rows.start)])
    return np.flatnonzero((readers >= 2) & (sources >= 2) & ~flow.neuron)


def _with_rows(flow: Flow, edges: Edges, items: IntArray, first: int) -> Edges:
    """The edges and those of the rows of `items`, which are numbered from `first` on."""
    row_of = np.full(flow.items, -1, np.int64)
    row_of[items] = first + np.arange(len(items))
    reader = row_of[flow.rows.reader + flow.inputs]
    kept = reader >= 0
    return Edges(
        np.concatenate([edges.row, reader[kept]]),
        np.concatenate([edges.item, flow.rows.source[kept]]),
        np.concatenate([edges.weight, flow.rows.weight[kept]]),
        np.concatenate([edges.bias_row, row_of[items]]),
        np.concatenate([edges.bias, flow.rows.bias[items - flow.inputs]]),
    )


def _cancelled(flow: Flow, item: IntArray, plan: Carries, own: int, empty: IntArray, bias: IntArray) -> dict[int, Fraction]:
    """The items of the rows `empty`, with their constants: the biases of these rows, undone where the row is a carry."""
    found = {}
    for row in empty.tolist():
        value = flow.table.values[bias[row]]
        if own <= row < own + len(plan.item):
            factor, shift = plan.modes[plan.mode[item[row]]].first[plan.part[row - own]]
            value = (value - shift) / factor
        found[int(item[row])] = value
    return found


def _meanings(
    network: Network, flow: Flow, neurons: IntArray, plan: Carries, shared: IntArray, order: IntArray
) -> Meanings | None:
    """The literals of the network's own neurons, shared nodes and outputs, and of the carries that equal what they carry."""
    if network.meanings is None:
        return None
    plain = np.array([*(m.plain for m in plan.modes), False], bool)[plan.mode[plan.item]]
    carried = np.where(plain, flow.literal[plan.item], -1)
    literal = np.concatenate([flow.literal[neurons], carried, flow.literal[network.output], flow.literal[shared]])
    return Meanings(network.meanings.circuit, literal[order])
