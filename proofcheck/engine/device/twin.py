"""The processor in the place of a GPU: columns.cu translated by the C compiler, the threads of a launch one after another.

It is for tests and for who wants to look: exactly the source that a GPU would run, and no faster way to anything.
"""

from __future__ import annotations

import ctypes
from functools import cache
from pathlib import Path

import numpy as np

from proofcheck.engine.device.programs import Array, Buffer, Device, DeviceFault, NoDevice, Shape
from proofcheck.engine.native import NoKernels, library_of

SOURCE = Path(__file__).with_name("columns.cu")
FLAGS = ("-O2", "-x", "c", "-std=gnu11", "-DEVERYTHING", "-shared", "-fPIC")
SHARED_BYTES = 227 << 10
"""Of a block, and of a processor, as an H100 has it."""


@cache
def twin(backwards: bool = False, processors: int = 2, shared_bytes: int = SHARED_BYTES) -> Device:
    """backwards: the last thread of the last block first. Raises NoDevice where there is no C compiler."""
    try:
        library = library_of(SOURCE, FLAGS)
    except NoKernels as reason:
        raise NoDevice(str(reason)) from None

    def launch(family: str, kernel: str, shape: Shape, work: ctypes.Structure) -> None:
        call = getattr(library, kernel)
        ended = call(shape.grid, shape.block, ctypes.c_uint64(shape.shared_bytes), ctypes.byref(work), int(backwards))
        if ended:
            raise DeviceFault(f"{kernel} {'had no memory' if ended == 1 else 'wrote beyond its shared memory'}")

    return Device(
        name="a processor in place of a GPU",
        processors=processors,
        shared_of_block=shared_bytes,
        shared_bytes=shared_bytes,
        state_bytes=1 << 28,
        put=_put,
        empty=lambda size: _put(np.full(size, 0xA5, np.uint8)),
        launch=launch,
    )


def _put(array: Array) -> Buffer:
    space = np.zeros(array.nbytes + 64, np.uint8)
    begin = -space.ctypes.data % 64
    own = space[begin : begin + array.nbytes].view(array.dtype).reshape(array.shape)
    own[...] = array
    return Buffer(own.ctypes.data, own.copy)
