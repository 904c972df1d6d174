"""Gates in groups that a thread of a device takes at once: it waits for memory once in a group, not once for each gate.

Of a group all operands are read before the first result is written (columns.cu), so no gate may read what another of its group
computes; but a result may take the row of a value that its group reads last. A group that is not full holds gaps.
"""

from __future__ import annotations

from itertools import islice

import numpy as np
import numpy.typing as npt

from proofcheck.engine.bits.lookup import IntArray, Lookup

WINDOW = 24
"""Gates that wait in order, among which a group is chosen: more fill groups better, and hold more values alive."""
GAP = -1


def grouped(program: Lookup, order: IntArray, size: int) -> IntArray:
    """The gates of `order` in groups of `size`, one after another, with GAP in the places that are left."""
    if size == 1:
        return order
    starts, reads, inputs = program.start.tolist(), program.source.tolist(), program.inputs
    group_of = [0] * inputs + [-1] * program.gates  # inputs are there before group 1; -1: not yet in any
    found: list[int] = []
    coming = iter(order.tolist())
    waiting = list(islice(coming, WINDOW))
    number = 0
    while waiting:
        number += 1
        chosen: list[int] = []
        rest: list[int] = []
        for gate in waiting:
            if len(chosen) < size and all(0 <= group_of[s] < number for s in reads[starts[gate] : starts[gate + 1]]):
                group_of[inputs + gate] = number
                chosen.append(gate)
            else:
                rest.append(gate)
        found += chosen + [GAP] * (size - len(chosen))
        waiting = rest + list(islice(coming, len(chosen)))
    return np.array(found, np.int64)


def rows_of_groups(program: Lookup, order: IntArray, size: int) -> tuple[npt.NDArray[np.int32], int]:
    """(row of each node or -1, number of rows) for gates in groups: a row is free once the last group that reads it has."""
    starts, reads, inputs = program.start.tolist(), program.source.tolist(), program.inputs
    gates = order.tolist()
    left = [0] * (inputs + program.gates)
    for gate in gates:
        if gate != GAP:
            for s in reads[starts[gate] : starts[gate + 1]]:
                left[s] += 1
    for s in program.output.tolist():
        left[s] += 1
    slot, unused = [-1] * len(left), list[int]()
    rows = 0
    for node in range(inputs):
        if left[node]:
            slot[node], rows = rows, rows + 1
    for first in range(0, len(gates), size):
        group = [gate for gate in gates[first : first + size] if gate != GAP]
        for gate in group:
            for s in reads[starts[gate] : starts[gate + 1]]:
                left[s] -= 1
                if not left[s]:
                    unused.append(slot[s])
        for gate in group:
            if not unused:
                unused.append(rows)
                rows += 1
            slot[inputs + gate] = unused.pop()
    return np.array(slot, np.int32), rows
