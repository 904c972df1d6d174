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
        available[k] = max((available[source[e]] for e in range(start[k - n], start[k - n + 1])), default=0)
    return np.array(available, np.int64)


def cost_of(flow: Flow) -> IntArray:
    """Neurons that carrying an item takes in a layer: 1 when it is bounded on one side, else 2."""
    return np.array([2 if low is None and high is None else 1 for low, high in flow.bounds], np.int64)


def carried(flow: Flow, available: IntArray, depth: int, cost: IntArray) -> int:
    """The number of carry neurons of a plan."""
    return int(np.sum(cost * np.maximum(last_reading(flow, available, depth) - available, 0)))


def eased(flow: Flow, available: IntArray, depth: int, cost: IntArray) -> IntArray:
    """The plan after one sweep from the outputs, in which every item moves to the later layer where it costs least.

    Moving an item later saves its own carries and prolongs those sources for which it becomes the last reader.
    """
    n = flow.inputs
    source, start = flow.rows.source.tolist(), flow.rows.start.tolist()
    neuron, weight, time = flow.neuron.tolist(), cost.tolist(), available.tolist()
    limit = [depth] * len(time)  # the latest boundary at which all readers still find the item
    # The last reading of each item, by whom, and the last one by anybody else.
    last, who, second = [-1] * len(time), [-1] * len(time), [-1] * len(time)

    def read(s: int, boundary: int, reader: int) -> None:
        if who[s] == reader:
            last[s] = max(last[s], boundary)
        elif boundary > last[s]:
            last[s], who[s], second[s] = boundary, reader, last[s]
        elif boundary > second[s]:
            second[s] = boundary

    for j in flow.outputs.source.tolist():
        read(j, depth, len(time))
    for i in range(len(neuron) - n):
        for e in range(start[i], start[i + 1]):
            read(source[e], time[n + i] - neuron[n + i], n + i)
    for i in range(len(neuron) - n - 1, -1, -1):
        k = n + i
        sources = source[start[i] : start[i + 1]]
        if last[k] >= 0 and sources:
            lag = int(neuron[k])
            others = sorted((second[s] if who[s] == k else last[s], weight[s]) for s in sources)
            slope, best = -weight[k], time[k]
            for until, price in others:
                if until > best - lag:
                    if slope > 0:
                        break
                    best = min(until + lag, limit[k])
                slope += price
            if slope <= 0:
                best = limit[k]
            time[k] = max(time[k], min(best, limit[k]))
            for s in sources:
                read(s, time[k] - lag, k)
        boundary = time[k] - neuron[k]
        for s in sources:
            if limit[s] > boundary:
                limit[s] = boundary
    return np.array(time, np.int64)


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
