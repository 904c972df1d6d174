"""When a value is computed: the layer of every neuron, chosen so that few carries are needed at least depth.

A plan is an array available[item]: 0 for inputs, the layer of a neuron, for an affine item the layer after which it is
formed. Between that layer and the last that reads it, an item has to be carried.
"""

from __future__ import annotations

import numpy as np

from proofcheck.networks.flow import Flow, last_reading
from proofcheck.networks.network import IntArray, Network
from proofcheck.networks.sizes import layers

_LARGEST_PROGRAM = 5_000
_PIVOTS = 40_000


def earliest(network: Network, flow: Flow) -> IntArray:
    """Every item as soon as its sources in the network allow, also those that are constant and folded."""
    soon = layers(network)
    soon[flow.inputs :][flow.neuron[flow.inputs :] & (np.diff(flow.rows.start) == 0)] = 1
    return formed(flow, soon)


def latest(flow: Flow, soon: IntArray, depth: int) -> IntArray:
    """Every neuron as late as its readers allow; one that nothing reads, and every affine item, as soon as possible."""
    n, source, start = flow.inputs, flow.rows.source.tolist(), flow.rows.start.tolist()
    neuron, time = flow.neuron.tolist(), soon.tolist()
    late = [-1] * flow.items
    for j in flow.outputs.source.tolist():
        late[j] = depth
    for k in range(flow.items - 1, n - 1, -1):
        if late[k] < 0:
            late[k] = time[k]
        boundary = late[k] - neuron[k]
        for e in range(start[k - n], start[k - n + 1]):
            s = source[e]
            if late[s] < 0 or late[s] > boundary:
                late[s] = boundary
    return formed(flow, np.array(late, np.int64))


def formed(flow: Flow, layer: IntArray) -> IntArray:
    """The plan with the given layers of the neurons, where every affine item is formed as soon as it can be."""
    n, source, start = flow.inputs, flow.rows.source.tolist(), flow.rows.start.tolist()
    available = [0] * n + layer[n:].tolist()
    for k in (np.flatnonzero(~flow.neuron[n:]) + n).tolist():
        soonest = 0
        for s in source[start[k - n] : start[k - n + 1]]:
            if available[s] > soonest:
                soonest = available[s]
        available[k] = soonest
    return np.array(available, np.int64)


def cost_of(flow: Flow) -> IntArray:
    """Neurons that carrying an item takes in a layer: 1 when it is bounded on one side, else 2."""
    return np.array([2 if low is None and high is None else 1 for low, high in flow.bounds], np.int64)


def carried(flow: Flow, available: IntArray, depth: int, cost: IntArray) -> int:
    """The number of carry neurons of a plan."""
    return int(np.sum(cost * np.maximum(last_reading(flow, available, depth) - available, 0)))


def eased(flow: Flow, available: IntArray, depth: int, cost: IntArray) -> IntArray:
    """The plan after one sweep from the outputs, in which every item moves to the later layer where it costs least.

    Moving an item later saves its own carries and prolongs those sources for which it becomes the last reader. An
    affine item moves together with the neurons that only it reads: a XOR is one thing.
    """
    n, time, weight = flow.inputs, available.tolist(), cost.tolist()
    reads, member = _gadgets(flow, available)
    limit = [depth] * flow.items  # the latest boundary at which all readers still find the item
    # The last reading of each item, by whom, and the last one by anybody else.
    last, who, second = [-1] * flow.items, [-1] * flow.items, [-1] * flow.items

    for j in flow.outputs.source.tolist():
        last[j], who[j] = depth, flow.items
    for k in range(n, flow.items):
        layer = time[k]
        for read in reads[k]:
            s, boundary = read >> 1, layer - (read & 1)
            if who[s] == k:
                last[s] = max(last[s], boundary)
            elif boundary > last[s]:
                second[s], last[s], who[s] = last[s], boundary, k
            elif boundary > second[s]:
                second[s] = boundary
    for k in range(flow.items - 1, n - 1, -1):
        own = reads[k]
        if last[k] >= 0 and own:
            slope, best = -weight[k], time[k]
            ends = [((second[r >> 1] if who[r >> 1] == k else last[r >> 1]) + (r & 1), r >> 1) for r in own]
            ends.sort()
            for until, s in ends:
                if until > best:
                    if slope > 0:
                        break
                    best = min(until, limit[k])
                slope += weight[s]
            time[k] = limit[k] if slope <= 0 else best
        layer = time[k]
        for read in own:
            s, boundary = read >> 1, layer - (read & 1)
            if who[s] == k:
                last[s] = max(last[s], boundary)
            elif boundary > last[s]:
                second[s], last[s], who[s] = last[s], boundary, k
            elif boundary > second[s]:
                second[s] = boundary
            if limit[s] > boundary:
                limit[s] = boundary
    return np.array([time[whole] for whole in member], np.int64)


def _gadgets(flow: Flow, available: IntArray) -> tuple[list[list[int]], list[int]]:
    """(reads, member): what each item reads, and the affine item that each item moves with.

    A read is 2 * s, or 2 * s + 1 for an item s that is read a layer before.

    A neuron that only one affine item reads, formed as soon as the neuron is there, is a member of it; its own reads
    are then those of that item. Any other item is a member of itself.
    """
    n, source, start = flow.inputs, flow.rows.source.tolist(), flow.rows.start.tolist()
    neuron, time = flow.neuron.tolist(), available.tolist()
    readers = np.bincount(flow.rows.source, minlength=flow.items) + np.bincount(flow.outputs.source, minlength=flow.items)
    single = (readers == 1).tolist()
    member = list(range(flow.items))
    reads: list[list[int]] = [[] for _ in range(flow.items)]
    for k in range(n, flow.items):
        sources = source[start[k - n] : start[k - n + 1]]
        if neuron[k]:
            reads[k] = [2 * s + 1 for s in sources]
            continue
        found: set[int] = set()
        for s in sources:
            if single[s] and neuron[s] and time[s] == time[k]:
                member[s] = k
                found.update(reads[s])
                reads[s] = []
            else:
                found.add(2 * s)
        reads[k] = sorted(found)
    return reads, member


def retimed(flow: Flow, soon: IntArray, depth: int, cost: IntArray) -> IntArray | None:
    """The plan with fewest carries at this depth: a linear program over differences, whose vertices are integral.

    Returns None for more than 5,000 items or when the solver needs more than a fixed number of pivots.
    """
    items = flow.items
    if items > _LARGEST_PROGRAM:
        return None
    from scipy.optimize import linprog
    from scipy.sparse import coo_array

    # Variables: the layer after which an item is available, then the last layer after which it is read.
    reader, source = flow.rows.reader + flow.inputs, flow.rows.source
    lag = flow.neuron[reader].astype(np.int64)
    # available[source] - available[reader] <= -lag, and available[reader] - last[source] <= lag.
    row, ones = np.arange(2 * len(source)), np.ones(len(source))
    entries = np.concatenate([ones, ones, -ones, -ones])
    column = np.concatenate([source, reader, reader, items + source])
    matrix = coo_array((entries, (np.concatenate([row, row]), column)), shape=(len(row), 2 * items))
    read = np.zeros(items, bool)
    read[source] = read[flow.outputs.source] = True
    low, high = np.zeros(2 * items), np.full(2 * items, float(depth))
    low[:items] = np.where(flow.neuron, soon, 0)
    high[:items][~read | (np.arange(items) < flow.inputs)] = 0
    high[:items] = np.maximum(low[:items], high[:items])
    low[items + flow.outputs.source] = depth
    price = np.where(read, cost, 0)
    found = linprog(
        np.concatenate([-price, price]),
        A_ub=matrix,
        b_ub=np.concatenate([-lag, lag]),
        bounds=np.stack([low, high], 1),
        method="highs-ds",
        options={"maxiter": _PIVOTS},
    )
    if found.status != 0:
        return None
    plan = np.rint(found.x[:items]).astype(np.int64)
    return plan if bool(np.all(plan[source] <= plan[reader] - lag)) else None
