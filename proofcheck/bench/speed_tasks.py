"""Whole tasks that `proofcheck bench speed` times: exhaustion, building, and how the cost of a program grows."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from proofcheck.bench.report import Done
from proofcheck.circuits import Circuit, emulate, kogge_stone_adder, random_circuit, ripple_adder
from proofcheck.engine.bits import bit_engine
from proofcheck.engine.boolean import lookup_of_network
from proofcheck.engine.lookup import difference, lookup_of_circuit
from proofcheck.errors import ProofcheckError
from proofcheck.networks import layered


@dataclass(frozen=True)
class Measured:
    """One task, what was measured in words, and the numbers."""

    name: str
    words: str
    numbers: dict[str, float]


def tasks(done: Done) -> list[Measured]:
    """All of them, one after another."""
    found = []
    for work in (_exhaustive_27k, _exhaustive_adder, _building, _growth):
        done(work.__name__.removeprefix("_").replace("_", " "))
        found += work()
    return found


def _exhaustive_27k() -> list[Measured]:
    circuit = random_circuit(27_000, 20, 1, 100, 4)
    network = emulate(circuit)
    _ = network.digest
    name = "all 2^20 inputs of 27,000 gates, tables read off the weights included"
    return [_timed(name, lambda: _equal(network, circuit, 1 << 20))]


def _exhaustive_adder() -> list[Measured]:
    network, name = emulate(ripple_adder(16)), "all 2^32 inputs of a 16+16-bit adder against a prefix adder"
    return [_timed(name, lambda: _equal(network, kogge_stone_adder(16), 1 << 32))]


def _equal(network: Any, circuit: Circuit, total: int) -> None:
    engine = bit_engine(difference(lookup_of_network(network), lookup_of_circuit(circuit)))
    for start in range(0, total, 1 << 28):
        if engine.first(start, min(start + (1 << 28), total)) is not None:
            raise ProofcheckError("the network does not compute the circuit that it was made from")


def _building() -> list[Measured]:
    circuit = random_circuit(200_000, 1024, 1, 300, 4)
    skip = _timed("200,000 gates to a network with skips", lambda: emulate(circuit), memory=True)
    network = emulate(circuit)
    return [skip, _timed("that network strictly layered", lambda: layered(network, "latest"), memory=True)]


def _growth() -> list[Measured]:
    """Seconds for one program and 2^16 inputs when one thing grows."""
    found = []
    for what, shapes in {
        "gates": [(gates, 100, 1 << 16) for gates in (1_000, 10_000, 100_000)],
        "depth": [(27_000, depth, 1 << 16) for depth in (30, 100, 1_000)],
        "inputs": [(27_000, 100, count) for count in (1 << 12, 1 << 16, 1 << 20)],
    }.items():
        parts, numbers = [], {}
        for gates, depth, count in shapes:
            engine = bit_engine(lookup_of_network(emulate(random_circuit(gates, 256, 1, depth, 4))))
            engine = bit_engine(difference(engine.program, engine.program))
            engine.first(0, 1 << 12, 0)
            started = time.process_time()
            engine.first(0, count, 0)
            spent = time.process_time() - started
            value = {"gates": gates, "depth": depth, "inputs": count}[what]
            parts.append(f"{value}: {spent:.3g} s")
            numbers[f"{what}_{value}"] = spent
        found.append(Measured(f"cost by {what}", ", ".join(parts), numbers))
    return found


def _timed(name: str, work: Callable[[], Any], memory: bool = False) -> Measured:
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
