"""What a device offers to programs that run on it (columns.cu), and how many threads of which shape a launch has.

A device is a value: `cuda.py` makes one of a GPU, `twin.py` one of the processor, where the same source runs.
A thread owns a column of the state, so the number of rows decides how many threads have room in the shared memory.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy.typing as npt

from proofcheck.errors import ProofcheckError, Refusal

Array = npt.NDArray[Any]

WARP = 32
BLOCKS = (256, 224, 192, 160, 128, 96, 64, 32)
"""Threads of a block that are tried, the most first."""
THREADS_OF_A_PROCESSOR = 736
"""What its 65,536 registers are enough for, at 88 to a thread."""
RESERVED = 1024
"""Bytes of shared memory that a block needs besides its own."""
LEAST_THREADS = {16: 128, 8: 96, 4: WARP}
"""For each size of a cell: with fewer threads to a processor than this, a smaller cell is taken."""
SPILLED = (128, 4)
"""Threads of a block, and blocks of a processor, where the state lies in global memory."""
MOST_CELLS = 1 << 32


class NoDevice(Exception):
    """Why a device is not used; the text continues the sentence "there is no kernel on the device: ..."."""


class DeviceFault(ProofcheckError):
    """A device that computed something else than the processor, or not all that it was given."""


@dataclass(frozen=True, eq=False)
class Buffer:
    """Memory of a device. fetch: a copy of it, with shape and dtype of what was put there."""

    address: int
    fetch: Callable[[], Array]


@dataclass(frozen=True)
class Shape:
    """A launch. shared_bytes: of a block, 0 where the state lies in global memory, of which `state_bytes` are needed."""

    grid: int
    block: int
    cell: int
    shared_bytes: int
    state_bytes: int

    @property
    def where(self) -> str:
        return "shared" if self.shared_bytes else "global"

    @property
    def threads(self) -> int:
        return self.grid * self.block


@dataclass(frozen=True, eq=False)
class Device:
    """name: in words, as evidence shows it. processors: that run blocks. shared_of_block, shared_bytes: of a block at most, and
    of a processor. state_bytes: of global memory, for states.

    put: an array, copied to the device. empty: so many bytes of it, holding anything. launch(family, kernel, shape, work): the
    kernel with the structure `work`, of the part of columns.cu that `family` switches on; it returns when all is done. All raise
    DeviceFault.
    """

    name: str
    processors: int
    shared_of_block: int
    shared_bytes: int
    state_bytes: int
    put: Callable[[Array], Buffer]
    empty: Callable[[int], Buffer]
    launch: Callable[[str, str, Shape, ctypes.Structure], None]


def shape_of(device: Device, rows: int, cells: tuple[int, ...], columns: Callable[[int], int]) -> Shape:
    """The shape for a state of so many rows. cells: sizes of a cell in bytes, the largest first; columns: for a size, how many
    threads have something to do.

    Raises Refusal when a state of one warp has no room in global memory either.
    """
    rows = max(rows, 1)
    for cell in cells:
        column = rows * cell
        if (device.shared_bytes - RESERVED) // column < LEAST_THREADS[cell]:
            continue
        found = [(_blocks(device, block, column) * block, block) for block in BLOCKS]
        threads, block = max(found)
        if threads:
            grid = min(device.processors * threads // block, -(-columns(cell) // block))
            return Shape(max(grid, 1), block, cell, block * column, 0)
    cell = cells[-1]
    block, blocks = SPILLED
    most = min(device.state_bytes // (rows * cell), (MOST_CELLS - 1) // rows)
    if most < WARP:
        raise Refusal(f"a state of {rows} rows has no room in the memory of the device")
    block = min(block, most // WARP * WARP)
    grid = min(device.processors * blocks, most // block, -(-columns(cell) // block))
    return Shape(max(grid, 1), block, cell, 0, max(grid, 1) * block * rows * cell)


def _blocks(device: Device, block: int, column: int) -> int:
    """How many blocks of so many threads a processor holds."""
    size = block * column
    if size > device.shared_of_block:
        return 0
    return min(device.shared_bytes // (size + RESERVED), THREADS_OF_A_PROCESSOR // block, 32)


_address = ctypes.c_uint64
_count = ctypes.c_int64


class BitProgram(ctypes.Structure):
    """As columns.cu declares it; so are those below."""

    _fields_: ClassVar = [("gates", _address), ("count", _count), ("read", _address), ("reads", _count), ("state", _address)]


class BitSearch(ctypes.Structure):
    _fields_: ClassVar = [
        ("program", BitProgram),
        *((name, _count) for name in ("inputs", "random")),
        *((name, ctypes.c_uint64) for name in ("seed", "first", "last")),
        ("found", _count),
        *((name, _address) for name in ("least", "tried", "digest")),
    ]


class BitRun(ctypes.Structure):
    _fields_: ClassVar = [
        ("program", BitProgram),
        ("output", _address),
        ("outputs", _count),
        *((name, _address) for name in ("columns", "result")),
        ("halves", ctypes.c_uint64),
    ]


class NumberRun(ctypes.Structure):
    _fields_: ClassVar = [
        ("gates", _address),
        ("count", _count),
        *((name, _address) for name in ("row", "weight", "bias", "slope", "read")),
        ("reads", _count),
        ("output", _address),
        *((name, _count) for name in ("outputs", "zero")),
        *((name, _address) for name in ("columns", "result")),
        ("inputs", ctypes.c_uint64),
        ("state", _address),
    ]


class Limit(ctypes.Structure):
    _fields_: ClassVar = [("count", _count), ("rows", ctypes.c_uint32), ("result", _address)]
