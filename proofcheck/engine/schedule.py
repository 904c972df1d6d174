"""The order of evaluation: which gates, when, in which row of the state, and the records that the compiled kernel reads.

An order only decides how many values are alive at once. What is computed is the program's, whatever the order.
"""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from proofcheck.engine.lookup import IntArray, Lookup
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
    """(gates in order, row of each node or -1, number of rows), by the compiled kernel.

    demand: depth first from the outputs or in the order given; by default whichever needs fewer rows.
    """
    library = kernels()
    assert library is not None
    gates = len(start) - 1
    flat, read, roots = (np.ascontiguousarray(a, t) for a, t in ((start, np.int64), (source, np.int32), (output, np.int64)))
    best: tuple[IntArray, npt.NDArray[np.int32], int] | None = None
    for way in (False, True) if demand is None else (demand,):
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


def _polynomials() -> npt.NDArray[np.int64]:
    """For each table of two bits its polynomial over GF(2): constant, coefficients of a, b and ab as bits 0 to 3."""
    found = []
    for table in range(16):
        t = [table >> c & 1 for c in range(4)]
        found.append(t[0] | (t[0] ^ t[1]) << 1 | (t[0] ^ t[2]) << 2 | (t[0] ^ t[1] ^ t[2] ^ t[3]) << 3)
    return np.array(found, np.int64)


POLYNOMIAL = _polynomials()


def _records(program: Lookup, order: IntArray, slot: npt.NDArray[np.int32]) -> IntArray:
    """The records (count, 4) of the gates in order, as described in kernels.c."""
    fan_in = np.diff(program.start)[order]
    edge, table = program.start[order], program.table[order].astype(np.int64)
    # tables of fewer than two bits do not depend on the others
    table = np.where(fan_in == 0, (table & 1) * 0b1111, np.where(fan_in == 1, (table & 3) * 0b0101, table))
    low, high = POLYNOMIAL[table & 15], POLYNOMIAL[table >> 4 & 15]
    padded = np.concatenate([program.source, np.zeros(3, np.int64)])
    own = slot[program.inputs + order].astype(np.int64)
    a, b, c = (np.where(fan_in > k, slot[padded[edge + k]], own) for k in range(3))
    three = fan_in == 3
    form = np.where(three, low | (low ^ high) << 4 | 256, low)
    place = np.arange(len(order)) + np.cumsum(three) - three
    records = np.zeros((len(order) + int(three.sum()), 4), np.int64)
    records[place] = np.stack([own, a, b, form], axis=1)
    records[place[three] + 1, 1] = c[three]
    return records
