"""Programs of tables evaluated 64 inputs to a word: by the compiled kernel where there is one, else level by level in numpy.

A device that is asked for (devices.py) takes the place of both.
Inputs are words in columns, or are made here by number (inputs.py). Memory does not depend on how many there are.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

import numpy as np

from proofcheck.engine.bits.inputs import WORD, Words, input_words
from proofcheck.engine.bits.lookup import Lookup
from proofcheck.engine.bits.portable import PORTABLE_WORDS, portable
from proofcheck.engine.device.bits import DeviceBits
from proofcheck.engine.memory import VECTOR, aligned, pointer, pointers
from proofcheck.engine.native import kernels
from proofcheck.engine.schedule import Scheduled, scheduled
from proofcheck.errors import UsageError

DEVICE_HASTE = 1 << 8


@dataclass(frozen=True, eq=False)
class BitEngine:
    """A program ready to run. device: there; otherwise compiled: by the compiled kernel; otherwise in numpy.

    remark: why it does not run where it was asked to.
    """

    program: Lookup
    compiled: bool
    device: DeviceBits | None = None
    remark: str = ""

    @property
    def how(self) -> str:
        """What evaluates it, in words: evidence names it among what is trusted."""
        if self.device is not None:
            return f"by a kernel on {self.device.device.name}"
        return ("by a compiled kernel" if self.compiled else "by numpy") + (f" ({self.remark})" if self.remark else "")

    @property
    def haste(self) -> int:
        """About how many times as much as the compiled kernel it does in the same time: parts are larger by this factor."""
        return DEVICE_HASTE if self.device is not None else 1

    @cached_property
    def scheduled(self) -> Scheduled:
        return scheduled(self.program)

    def run(self, columns: Words) -> Words:
        """The outputs (O, words) at the input columns (inputs, words), 64 inputs to a word."""
        given = np.ascontiguousarray(columns, np.uint64)
        if given.ndim != 2 or len(given) != self.program.inputs:
            raise UsageError(f"columns of the shape {given.shape} were given, ({self.program.inputs}, words) is expected")
        if self.device is not None:
            return self.device.run(given)
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
        search = search if self.device is None else self._search_device
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

    def _search_device(self, first: int, last: int, seed: int | None) -> tuple[int, int] | None:
        assert self.device is not None
        number = self.device.first(first, last, seed)
        return None if number is None else (number // WORD, 1 << number % WORD)

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
    """The first input of begin .. end - 1 at which the output is 1, in parts of `part` inputs, on threads but for a device.

    done(first, last) is told of each part searched in vain, in order; when it returns False the search ends with None.
    """
    parts = ((first, min(first + part, end)) for first in range(begin, end, part))
    if threads <= 1 or (isinstance(engine, BitEngine) and engine.device is not None):
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
