"""Numbers in memory as the compiled kernels take them: aligned, with a pointer and a length."""

from __future__ import annotations

import ctypes
from typing import Any

import numpy as np
import numpy.typing as npt

VECTOR = 64
"""Bytes of the vectors of the compiled kernel."""
CACHE_SHARE = 0.7
"""Of the second-level cache, for the state of a tile; the rest is for the gates that stream past."""


def pointers(nodes: npt.NDArray[Any]) -> tuple[Any, ...]:
    return ctypes.c_int64(len(nodes)), pointer(nodes)


def pointer(array: npt.NDArray[Any]) -> ctypes.c_void_p:
    return ctypes.c_void_p(array.ctypes.data)


def aligned(size: int) -> npt.NDArray[np.uint8]:
    """Zeroed bytes that begin at a multiple of 64; more than asked for, so that a last vector has room."""
    space = np.zeros(size + 2 * VECTOR, np.uint8)
    shift = -space.ctypes.data % VECTOR
    return space[shift : shift + size + VECTOR]
