"""What a task of a benchmark comes to: its words and numbers, and how a call is timed."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Measured:
    """One task, what was measured in words, and the numbers."""

    name: str
    words: str
    numbers: Mapping[str, float]


def timed(name: str, work: Callable[[], Any], memory: bool = False) -> Measured:
    """Processor and clock time of one call; with `memory` the peak of a second one."""
    clock, processor = time.perf_counter(), time.process_time()
    work()
    numbers = {"processor_seconds": time.process_time() - processor, "clock_seconds": time.perf_counter() - clock}
    words = f"{numbers['processor_seconds']:.2f} s of the processor, {numbers['clock_seconds']:.2f} s by the clock"
    if memory:
        tracemalloc.start()
        work()
        numbers["peak_bytes"] = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        words += f", {numbers['peak_bytes'] / 2**20:.0f} MiB at most"
    return Measured(name, words, numbers)
