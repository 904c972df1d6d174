"""Programs of tables evaluated 64 inputs to a word: by the compiled kernel where there is one, else level by level in numpy.

Inputs are words in columns, or are made here: bit i of input number r is bit i of r, which is the ranked bijection of
{0,1}^n, or a random bit that depends on a seed and r alone. Memory does not depend on how many inputs there are.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from proofcheck.engine.lookup import IntArray, Lookup
from proofcheck.engine.native import kernels, level2_bytes
from proofcheck.errors import UsageError

Words = npt.NDArray[np.uint64]

WORD = 64
VECTOR = 64
"""Bytes of the vectors of the compiled kernel."""
ROW_BYTES = (64, 4096)
CACHE_SHARE = 0.7
"""Of the second-level cache, for the state of a tile; the rest is for the gates that stream past."""
NARROW = 1 << 16
PORTABLE_WORDS = 1 << 10
PORTABLE_BYTES = 1 << 24
FULL = np.uint64(0xFFFFFFFFFFFFFFFF)


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


@dataclass(frozen=True, eq=False)
class BitEngine:
    """A program ready to run. compiled: by the compiled kernel; otherwise in numpy."""

    program: Lookup
    compiled: bool

    @property
    def how(self) -> str:
        """What evaluates it, in words: evidence names it among what is trusted."""
        return "by a compiled kernel" if self.compiled else "by numpy"

    @cached_property
    def scheduled(self) -> Scheduled:
        return scheduled(self.program)

    def run(self, columns: Words) -> Words:
        """The outputs (O, words) at the input columns (inputs, words), 64 inputs to a word."""
        given = np.ascontiguousarray(columns, np.uint64)
        if given.ndim != 2 or len(given) != self.program.inputs:
            raise UsageError(f"columns of the shape {given.shape} were given, ({self.program.inputs}, words) is expected")
        if not self.compiled:
            return portable(self.program, given)
        library, plan = kernels(), self.scheduled
        assert library is not None
        result = np.empty((len(plan.output), given.shape[1]), np.uint64)
        state = aligned(plan.slots * plan.vectors * VECTOR)
        library.bits_run(
            *_gates(plan),
            *pointers(plan.input),
            *pointers(plan.output),
            pointer(given),
            pointer(result),
            ctypes.c_int64(given.shape[1]),
            pointer(state),
            ctypes.c_int64(plan.vectors),
        )
        return result

    def first(self, begin: int, end: int, seed: int | None = None) -> int | None:
        """The first of the inputs begin .. end - 1 at which the only output is 1; None when there is none.

        Input number r is r in binary, coordinate 0 its last bit, or random bits drawn from `seed` and r. begin is a multiple
        of 64. Raises UsageError otherwise, and for a program with other than one output.
        """
        if len(self.program.output) != 1 or begin % WORD or not 0 <= begin <= end or end >= 1 << 62:
            raise UsageError(f"the inputs {begin} .. {end} of a program with {len(self.program.output)} outputs were asked for")
        search = self._search if self.compiled else self._search_portable
        word, last = begin // WORD, -(-end // WORD)
        while word < last:
            found = search(word, last, seed)
            if found is None:
                return None
            place, value = found
            number = place * WORD + (value & -value).bit_length() - 1
            if number < end:
                return number
            word = place + 1
        return None

    def _search(self, first: int, last: int, seed: int | None) -> tuple[int, int] | None:
        library, plan = kernels(), self.scheduled
        assert library is not None
        value = ctypes.c_uint64(0)
        state = aligned(plan.slots * plan.vectors * VECTOR)
        place = library.bits_search(
            *_gates(plan),
            *pointers(plan.input),
            ctypes.c_int32(int(plan.output[0])),
            ctypes.c_int64(first),
            ctypes.c_int64(last),
            int(seed is not None),
            ctypes.c_uint64((seed or 0) & (1 << 64) - 1),
            pointer(state),
            ctypes.c_int64(plan.vectors),
            ctypes.byref(value),
        )
        return None if place < 0 else (int(place), int(value.value))

    def _search_portable(self, first: int, last: int, seed: int | None) -> tuple[int, int] | None:
        for word in range(first, last, PORTABLE_WORDS):
            count = min(PORTABLE_WORDS, last - word)
            row = portable(self.program, input_words(self.program.inputs, word, count, seed))[0]
            places = np.flatnonzero(row)
            if places.size:
                return word + int(places[0]), int(row[places[0]])
        return None


def bit_engine(program: Lookup, compiled: bool | None = None) -> BitEngine:
    """The program, ready to run; by the compiled kernel if there is one, unless `compiled` says otherwise."""
    return BitEngine(program, kernels() is not None if compiled is None else compiled)


def bits_of_input(number: int, inputs: int, seed: int | None = None) -> list[int]:
    """The input with this number, bit by bit."""
    words = input_words(inputs, number // WORD, 1, seed)[:, 0]
    return [int(word) >> number % WORD & 1 for word in words]


def input_words(inputs: int, first: int, count: int, seed: int | None = None) -> Words:
    """The columns (inputs, count) of the words first .. first + count - 1, as the compiled kernel makes them."""
    place = np.arange(first, first + count, dtype=np.uint64)
    if seed is not None:
        index = place[None, :] * np.uint64(inputs) + np.arange(inputs, dtype=np.uint64)[:, None]
        return _mixed(np.uint64(seed & (1 << 64) - 1), index)
    rows = np.zeros((inputs, count), np.uint64)
    within = [sum(1 << k for k in range(WORD) if k >> i & 1) for i in range(6)]
    for i in range(min(inputs, 6 + 63)):
        rows[i] = np.uint64(within[i]) if i < 6 else np.where(place >> np.uint64(i - 6) & np.uint64(1), FULL, np.uint64(0))
    return rows


def _mixed(seed: np.uint64, place: Words) -> Words:
    with np.errstate(over="ignore"):
        z = seed + (place + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ z >> np.uint64(30)) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ z >> np.uint64(27)) * np.uint64(0x94D049BB133111EB)
        return np.asarray(z ^ z >> np.uint64(31), np.uint64)


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


def portable(program: Lookup, columns: Words) -> Words:
    """`BitEngine.run` in numpy, gates of one level and table at once, in tiles that a cache can hold."""
    groups = list(_groups(program))
    result = np.empty((len(program.output), columns.shape[1]), np.uint64)
    tile = min(max(PORTABLE_BYTES // (8 * (program.inputs + program.gates)), 32), PORTABLE_WORDS)
    state = np.empty((program.inputs + program.gates, min(tile, columns.shape[1])), np.uint64)
    for begin in range(0, columns.shape[1], tile):
        part = columns[:, begin : begin + tile]
        here = state[:, : part.shape[1]]
        here[: program.inputs] = part
        for gates, table, sources in groups:
            here[gates] = _looked_up(table, [here[s] for s in sources], (len(gates), part.shape[1]))
        result[:, begin : begin + tile] = here[program.output]
    return result


def _groups(program: Lookup) -> Iterator[tuple[IntArray, int, list[IntArray]]]:
    """(nodes, table, the first, second, ... source of each), level by level; only what an output depends on."""
    live, start, source = np.zeros(program.inputs + program.gates, bool), program.start, program.source
    live[program.output] = True
    for i in reversed(range(program.gates)):
        if live[program.inputs + i]:
            live[source[start[i] : start[i + 1]]] = True
    key = _levels(program) * 2048 + np.diff(start) * 512 + program.table
    order = np.argsort(key, kind="stable")
    order = order[live[program.inputs + order]]
    for gates in np.split(order, np.flatnonzero(np.diff(key[order])) + 1):
        if len(gates):
            fan_in = int(start[gates[0] + 1] - start[gates[0]])
            yield program.inputs + gates, int(program.table[gates[0]]), [source[start[gates] + k] for k in range(fan_in)]


def _levels(program: Lookup) -> IntArray:
    level = [0] * program.inputs
    start, source = program.start.tolist(), program.source.tolist()
    for i in range(program.gates):
        level.append(1 + max([level[s] for s in source[start[i] : start[i + 1]]], default=0))
    return np.array(level[program.inputs :], np.int64)


def _looked_up(table: int, read: list[Words], shape: tuple[int, int]) -> Words:
    """The value of a table, split on its last source first."""
    if not read:
        return np.full(shape, FULL if table & 1 else 0, np.uint64)
    half = 1 << (len(read) - 1)
    low, high = table & (1 << half) - 1, table >> half & (1 << half) - 1
    when_false = _looked_up(low, read[:-1], shape)
    if high == low:
        return when_false
    return when_false ^ (read[-1] & (when_false ^ _looked_up(high, read[:-1], shape)))


class Searched(Protocol):
    """What can be searched in parts: inputs of a program in bits, or ranks of a domain."""

    def first(self, begin: int, end: int, seed: int | None = None) -> int | None:
        """The first of begin .. end - 1 that is sought, or None."""


def search(
    engine: Searched,
    begin: int,
    end: int,
    seed: int | None,
    threads: int,
    part: int,
    done: Callable[[int, int], bool],
) -> int | None:
    """The first input of begin .. end - 1 at which the output is 1, in parts of `part` inputs on some threads.

    done(first, last) is told of each part searched in vain, in order; when it returns False the search ends with None.
    """
    parts = ((first, min(first + part, end)) for first in range(begin, end, part))
    if threads <= 1:
        for first, last in parts:
            if (found := engine.first(first, last, seed)) is not None:
                return found
            if not done(first, last):
                return None
        return None
    with ThreadPoolExecutor(threads) as pool:
        waiting = []
        for first, last in parts:
            waiting.append((first, last, pool.submit(engine.first, first, last, seed)))
            if len(waiting) <= threads:
                continue
            first, last, future = waiting.pop(0)
            if (found := future.result()) is not None:
                return found
            if not done(first, last):
                return None
        for first, last, future in waiting:
            if (found := future.result()) is not None:
                return found
            if not done(first, last):
                return None
    return None


def _gates(plan: Scheduled) -> tuple[Any, ...]:
    return pointer(plan.records), ctypes.c_int64(len(plan.records)), plan.wide


def pointers(nodes: npt.NDArray[Any]) -> tuple[Any, ...]:
    return ctypes.c_int64(len(nodes)), pointer(nodes)


def pointer(array: npt.NDArray[Any]) -> ctypes.c_void_p:
    return ctypes.c_void_p(array.ctypes.data)


def aligned(size: int) -> npt.NDArray[np.uint8]:
    """Zeroed bytes that begin at a multiple of 64; more than asked for, so that a last vector has room."""
    space = np.zeros(size + 2 * VECTOR, np.uint8)
    shift = -space.ctypes.data % VECTOR
    return space[shift : shift + size + VECTOR]
