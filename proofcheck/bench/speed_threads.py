"""How the compiled kernel gains by threads: whole exhaustions on one thread and on one for each processor, in turns.

By the clock, since that is what threads are for; the load of the machine and the work that is done at all are said beside it:
on a busy machine threads share with others, and the ratio says little about an idle one.
"""

from __future__ import annotations

import os
import time
from pathlib import Path
from statistics import median

from proofcheck.bench.measured import Measured
from proofcheck.circuits import Circuit, emulate, kogge_stone_adder, random_circuit, ripple_adder
from proofcheck.engine.bits.boolean import lookup_of_network
from proofcheck.engine.bits.lookup import difference, lookup_of_circuit
from proofcheck.engine.bits.programs import BitEngine, bit_engine, search
from proofcheck.errors import ProofcheckError

ROUNDS = 3
PARTS = 64


def threads(sizes: tuple[int, int] = (20, 32)) -> list[Measured]:
    """All 2^a inputs of 27,000 gates, and all 2^b of an adder: on one thread, and on one for each processor."""
    first, second = sizes
    circuit = random_circuit(27_000, first, 1, 100, 4)
    half = second // 2
    return [
        _scaling(f"threads, all 2^{first} inputs of 27,000 gates", _compared(circuit, circuit), 1 << first),
        _scaling(
            f"threads, all 2^{second} inputs of a {half}+{half}-bit adder against a prefix adder",
            _compared(ripple_adder(half), kogge_stone_adder(half)),
            1 << second,
        ),
    ]


def _compared(circuit: Circuit, other: Circuit) -> BitEngine:
    return bit_engine(difference(lookup_of_network(emulate(circuit)), lookup_of_circuit(other)))


def _scaling(name: str, engine: BitEngine, total: int) -> Measured:
    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    counts = sorted({1, processors})
    clock: dict[int, list[float]] = {count: [] for count in counts}
    spent: dict[int, list[float]] = {count: [] for count in counts}
    for _ in range(ROUNDS):
        for count in counts:
            before, worked = time.perf_counter(), time.process_time()
            if search(engine, 0, total, None, count, max(total // PARTS, 64), lambda first, last: True) is not None:
                raise ProofcheckError("the network does not compute the circuit that it was made from")
            clock[count].append(time.perf_counter() - before)
            spent[count].append(time.process_time() - worked)
    one, all_ = median(clock[1]), median(clock[processors])
    load, cores = os.getloadavg()[0], physical_cores()
    numbers = {"one": one, "all": all_, "threads": processors, "cores": cores, "load": load}
    numbers |= {"one_processor": median(spent[1]), "all_processor": median(spent[processors])}
    where = f"{processors} processors, {cores or 'an unknown number of'} physical cores, load {load:.1f}"
    words = f"{one:.3g} s on one thread, {all_:.3g} s on {processors}: {one / all_:.2f} times as fast by the clock"
    words += f" ({numbers['one_processor']:.3g} and {numbers['all_processor']:.3g} s of the processors; {where})"
    return Measured(name, words, numbers)


def physical_cores(info: str | None = None) -> int:
    """The cores that /proc/cpuinfo tells apart, of a virtual machine as it shows them; 0 where it does not say."""
    if info is None:
        path = Path("/proc/cpuinfo")
        info = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
    found = set()
    for block in info.split("\n\n"):
        fields = {key.strip(): value.strip() for key, _, value in (line.partition(":") for line in block.splitlines())}
        if "core id" in fields:
            found.add((fields.get("physical id", ""), fields["core id"]))
    return len(found)
