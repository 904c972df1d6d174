"""Other forms of a network that compute the same on bits, whose nodes are more often bits themselves (boolean.py).

A rewriting may only keep the function; whether the new nodes are bits is found out afterwards, by their corners.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from proofcheck.engine.bits.corners import LARGEST, Graph, local_of, tables
from proofcheck.engine.bits.lookup import IntArray


def collapsed(graph: Graph) -> Graph:
    """The same function in which nobody reads a carry: 1 * v + 0, or the relu of that where v is never negative."""
    count, kinds = len(graph.bias), np.array(graph.activations)[graph.activation]
    never_negative = np.concatenate([np.ones(graph.inputs, bool), np.isin(kinds, ("relu", "step", "saturated_linear"))])
    single = np.flatnonzero((np.diff(graph.start) == 1) & (graph.bias == 0))
    edge = graph.start[single]
    carried = (graph.weight[edge] == graph.one) & (
        (kinds[single] == "identity") | ((kinds[single] == "relu") & never_negative[graph.source[edge]])
    )
    root = np.arange(graph.inputs + count)
    root[graph.inputs + single[carried]] = graph.source[edge[carried]]
    root = roots(root)
    return replace(graph, source=root[graph.source], output=root[graph.output])


def shifted(graph: Graph) -> Graph:
    """The same function on bits, in which nobody reads a node that is p + q b for a bit b: b is read in its place."""
    local = local_of(graph)
    _, is_bit = tables(local.values, graph.one)
    moved = local.known & ~is_bit & (np.diff(graph.start) == 1)
    inner = np.where(graph.source >= graph.inputs, graph.source - graph.inputs, 0)
    low = graph.weight * local.values[inner, 0]
    step = graph.weight * (local.values[inner, 1] - local.values[inner, 0])
    whole = (low % graph.one == 0) & (step % graph.one == 0) & (np.abs(low) <= LARGEST) & (np.abs(step) <= LARGEST)
    edges = np.flatnonzero((graph.source >= graph.inputs) & moved[inner] & whole)
    source, weight, bias = graph.source.copy(), graph.weight.copy(), graph.bias.copy()
    reader = np.repeat(np.arange(len(bias)), np.diff(graph.start))
    source[edges], weight[edges] = local.reads[inner[edges], 0], step[edges] // graph.one
    np.add.at(bias, reader[edges], low[edges] // graph.one)
    return replace(graph, source=source, weight=weight, bias=bias)


def roots(root: IntArray) -> IntArray:
    """Each node's end when it is followed from node to node."""
    while not np.array_equal(further := root[root], root):
        root = further
    return root


def paired(graph: Graph) -> Graph:
    """The same function, with relu(v) + relu(-v) a node of its own wherever a node reads both with one weight.

    Which relu belongs to which is guessed by a hash that is linear in the weights. A wrong guess does no harm: the sum of
    any two nodes may be a node, and whether it is a bit is found out afterwards.
    """
    inputs, count = graph.inputs, len(graph.bias)
    reader = np.repeat(np.arange(count), np.diff(graph.start))
    partner = _partners(graph, reader)
    other = partner[graph.source]
    edges = np.flatnonzero(other >= 0)
    pair = np.minimum(graph.source[edges], other[edges])
    order = np.lexsort((graph.source[edges], graph.weight[edges], pair, reader[edges]))
    edges, pair = edges[order], pair[order]
    same = (reader[edges][1:] == reader[edges][:-1]) & (pair[1:] == pair[:-1])
    same &= (graph.weight[edges][1:] == graph.weight[edges][:-1]) & (graph.source[edges][1:] == other[edges][:-1])
    first, second = edges[:-1][same], edges[1:][same]
    if not len(first):
        return graph
    low, number = np.unique(np.minimum(graph.source[first], graph.source[second]), return_inverse=True)
    high = partner[low]
    # a sum goes right behind the later of its two nodes
    key = np.concatenate([2 * np.arange(inputs + count), 2 * np.maximum(low, high) + 1])
    order = np.argsort(key, kind="stable")
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    source = place[graph.source]
    source[first] = place[inputs + count + number]
    kept = np.ones(len(source), bool)
    kept[second] = False
    identity = graph.activations.index("identity") if "identity" in graph.activations else len(graph.activations)
    sums = len(low)
    owner = np.concatenate([place[inputs + reader[kept]], np.repeat(place[inputs + count :], 2)])
    flat = np.concatenate([source[kept], np.stack([place[low], place[high]], axis=1).reshape(-1)])
    weight = np.concatenate([graph.weight[kept], np.full(2 * sums, graph.one)])
    by_owner = np.argsort(owner, kind="stable")
    own = order[inputs:] - inputs
    return Graph(
        inputs=inputs,
        one=graph.one,
        activations=graph.activations if identity < len(graph.activations) else (*graph.activations, "identity"),
        activation=np.concatenate([graph.activation, np.full(sums, identity)])[own],
        bias=np.concatenate([graph.bias, np.zeros(sums, np.int64)])[own],
        start=np.searchsorted(owner[by_owner], np.arange(inputs, inputs + count + sums + 1)),
        source=flat[by_owner],
        weight=weight[by_owner],
        output=place[graph.output],
    )


def _partners(graph: Graph, reader: IntArray) -> IntArray:
    """For each node the relu that is likely to read the negative of what it reads, -1 for none."""
    inputs, count = graph.inputs, len(graph.bias)
    random = np.random.default_rng(0).integers(0, 1 << 63, inputs + count + 1, dtype=np.int64)
    with np.errstate(over="ignore"):
        total = graph.bias * random[-1]
        np.add.at(total, reader, graph.weight * random[graph.source])
        negated = -total
    partner = np.full(inputs + count, -1, np.int64)
    if "relu" in graph.activations:
        nodes = np.flatnonzero((graph.activation == graph.activations.index("relu")) & (total != 0))
        order = nodes[np.argsort(total[nodes], kind="stable")]
        at = np.minimum(np.searchsorted(total[order], negated[nodes]), max(len(order) - 1, 0))
        met = total[order[at]] == negated[nodes]
        partner[inputs + nodes[met]] = inputs + order[at[met]]
        mutual = partner[partner] == np.arange(inputs + count)
        partner = np.where((partner >= 0) & mutual, partner, -1)
    return partner
