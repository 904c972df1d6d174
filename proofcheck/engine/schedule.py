"""The order of evaluation: which gates, when, in which row of the state, and the records that the compiled kernel reads.

An order only decides how many values are alive at once. What is computed is the program's, whatever the order.
"""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from proofcheck.engine.bits.lookup import IntArray, Lookup
from proofcheck.engine.memory import CACHE_SHARE, VECTOR, pointer, pointers
from proofcheck.engine.native import kernels, level2_bytes

ROW_BYTES = (64, 4096)
NARROW = 1 << 16
"""With more rows than this a record is of uint32."""


@dataclass(frozen=True)
class Scheduled:
    """A program as the compiled kernel reads it.

    records: (count, 4) of uint16, or of uint32 where `wide`. input, output: the row of each input (-1: not read) and output.
    slots: rows of the state. vectors: 64-byte vectors to a row.
    """

    records: npt.NDArray[Any]
    input: npt.NDArray[np.int32]
    output: npt.NDArray[np.int32]
    slots: int
    vectors: int

    @property
    def wide(self) -> int:
        return int(self.records.dtype == np.uint32)


def scheduled(program: Lookup, demand: bool | None = None, vectors: int | None = None) -> Scheduled:
    """The program in an order with few live values: the one given or depth first, whichever needs fewer rows."""
    order, slot, slots = scheduled_rows(program.inputs, program.start, program.source, program.output, demand)
    records, wide = _records(program, order, slot), slots > NARROW
    row = int(level2_bytes() * CACHE_SHARE) // max(slots, 1)
    least, most = ROW_BYTES
    room = 1 << (min(max(row, least), most).bit_length() - 1)
    return Scheduled(
        np.ascontiguousarray(records, np.uint32 if wide else np.uint16),
        np.ascontiguousarray(slot[: program.inputs]),
        np.ascontiguousarray(slot[program.output]),
        slots,
        vectors or room // VECTOR,
    )


def scheduled_rows(
    inputs: int, start: IntArray, source: IntArray, output: IntArray, demand: bool | None = None
) -> tuple[IntArray, npt.NDArray[np.int32], int]:
    """(gates in order, row of each node or -1, number of rows).

    demand: depth first from the outputs or in the order given; by default whichever needs fewer rows.
    """
    ways = (False, True) if demand is None else (demand,)
    library = kernels()
    if library is None:
        return min((_scheduled_in_python(inputs, start, source, output, way) for way in ways), key=lambda found: found[2])
    gates = len(start) - 1
    flat, read, roots = (np.ascontiguousarray(a, t) for a, t in ((start, np.int64), (source, np.int32), (output, np.int64)))
    best: tuple[IntArray, npt.NDArray[np.int32], int] | None = None
    for way in ways:
        order, slot = np.empty(gates, np.int32), np.empty(inputs + gates, np.int32)
        live = ctypes.c_int64(0)
        slots = library.schedule(
            ctypes.c_int64(inputs),
            ctypes.c_int64(gates),
            pointer(flat),
            pointer(read),
            *pointers(roots),
            int(way),
            pointer(order),
            pointer(slot),
            ctypes.byref(live),
        )
        if slots < 0:
            raise MemoryError
        if best is None or slots < best[2]:
            best = order[: live.value].astype(np.int64), slot, int(slots)
    assert best is not None
    return best


def _scheduled_in_python(
    inputs: int, start: IntArray, source: IntArray, output: IntArray, demand: bool
) -> tuple[IntArray, npt.NDArray[np.int32], int]:
    """What `schedule` of kernels.c does, step by step."""
    starts, reads = start.tolist(), source.tolist()
    left, order = [0] * (inputs + len(starts) - 1), list[int]()
    seen = bytearray(len(left))
    for root in output.tolist():
        left[root] += 1
        if seen[root]:
            continue
        seen[root] = 1
        stack = [(root, starts[root - inputs])] if root >= inputs else []
        while stack:
            node, edge = stack.pop()
            if edge == starts[node - inputs + 1]:
                order.append(node - inputs)
                continue
            stack.append((node, edge + 1))
            below = reads[edge]
            left[below] += 1
            if not seen[below]:
                seen[below] = 1
                if below >= inputs:
                    stack.append((below, starts[below - inputs]))
    if not demand:
        order.sort()
    slot, rows, unused = [-1] * len(left), 0, list[int]()
    for node in range(inputs):
        if seen[node]:
            slot[node], rows = rows, rows + 1
    for gate in order:
        for below in reads[starts[gate] : starts[gate + 1]]:
            left[below] -= 1
            if not left[below]:
                unused.append(slot[below])
        if not unused:
            unused.append(rows)
            rows += 1
        slot[inputs + gate] = unused.pop()
    return np.array(order, np.int64), np.array(slot, np.int32), rows


def _polynomials() -> npt.NDArray[np.int64]:
    """For each table of two bits its polynomial over GF(2): constant, coefficients of a, b and ab as bits 0 to 3."""
    found = []
    for table in range(16):
        t = [table >> c & 1 for c in range(4)]
        found.append(t[0] | (t[0] ^ t[1]) << 1 | (t[0] ^ t[2]) << 2 | (t[0] ^ t[1] ^ t[2] ^ t[3]) << 3)
    return np.array(found, np.int64)


POLYNOMIAL = _polynomials()


def polynomials(
    program: Lookup, order: IntArray, slot: npt.NDArray[np.int32]
) -> tuple[IntArray, IntArray, IntArray, IntArray, IntArray, IntArray]:
    """(own row, rows a, b, c, p, q) of the gates in order: each is the polynomial p(a, b) ^ c & q(a, b) as in kernels.c.

    Rows that a gate does not read are its own, with coefficients of 0; q is 0 where there is no third.
    """
    fan_in = np.diff(program.start)[order]
    edge, table = program.start[order], program.table[order].astype(np.int64)
    # tables of fewer than two bits do not depend on the others
    table = np.where(fan_in == 0, (table & 1) * 0b1111, np.where(fan_in == 1, (table & 3) * 0b0101, table))
    low, high = POLYNOMIAL[table & 15], POLYNOMIAL[table >> 4 & 15]
    padded = np.concatenate([program.source, np.zeros(3, np.int64)])
    own = slot[program.inputs + order].astype(np.int64)
    a, b, c = (np.where(fan_in > k, slot[padded[edge + k]], own) for k in range(3))
    return own, a, b, c, low, np.where(fan_in == 3, low ^ high, 0)


def _records(program: Lookup, order: IntArray, slot: npt.NDArray[np.int32]) -> IntArray:
    """The records (count, 4) of the gates in order, as described in kernels.c."""
    own, a, b, c, low, high = polynomials(program, order, slot)
    three = np.diff(program.start)[order] == 3
    form = np.where(three, low | high << 4 | 256, low)
    place = np.arange(len(order)) + np.cumsum(three) - three
    records = np.zeros((len(order) + int(three.sum()), 4), np.int64)
    records[place] = np.stack([own, a, b, form], axis=1)
    records[place[three] + 1, 1] = c[three]
    return records
