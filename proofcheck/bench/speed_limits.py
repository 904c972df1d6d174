"""What the machine can do with rows of one dtype: c = relu(a - b), or a AND b, on rows that the second-level cache holds.

No gates, no choice of rows, no inputs or outputs: two rows are read in order and one is written, as a gate of two does.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from dataclasses import dataclass

from proofcheck.engine.memory import aligned, pointer
from proofcheck.engine.native import kernels, level2_bytes

SHARE = 0.75
KINDS: dict[str, tuple[int, float]] = {"bits": (7, 8), "uint8": (0, 1), "int16": (0, 0.5), "float32": (5, 0.25)}
"""For each dtype the number of the kernel and the lanes to a byte."""
PASSES = 50


@dataclass(frozen=True)
class Limit:
    """`run` does `lanes` operations on values of one dtype."""

    run: Callable[[], None]
    lanes: float


def row_limits() -> dict[str, Limit]:
    """The limit of each dtype; the compiled kernels must be there."""
    library = kernels()
    assert library is not None
    size = int(level2_bytes() * SHARE / 3) // 64 * 64
    a, b, c = aligned(size), aligned(size), aligned(size)

    def passes(kind: int) -> None:
        library.rows_limit(kind, pointer(a), pointer(b), pointer(c), ctypes.c_int64(size), ctypes.c_int64(PASSES))

    return {name: Limit(lambda kind=kind: passes(kind), size * PASSES * lanes) for name, (kind, lanes) in KINDS.items()}  # type: ignore[misc]
