"""Programs of bits on a GPU, where torch finds one: tables a second, the share of what its shared memory allows, an exhaustion.

By the clock, from the call to the verdict: inputs are made and compared on the device. The limit is measured in the same turns:
rows of the shared memory become the AND of two others, with no gates to read.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median

import numpy as np

from proofcheck.bench.measured import Measured
from proofcheck.circuits import Circuit, emulate, kogge_stone_adder, multiplier, random_circuit, ripple_adder
from proofcheck.engine.bits.boolean import lookup_of_network
from proofcheck.engine.bits.inputs import WORD
from proofcheck.engine.bits.lookup import OR2, Lookup, composed, difference, lookup, lookup_of_circuit
from proofcheck.engine.device.bits import GROUPS, device_bits
from proofcheck.engine.device.choice import device_named
from proofcheck.engine.device.grouping import GAP
from proofcheck.engine.device.programs import Device, Limit, NoDevice, shape_of
from proofcheck.errors import ProofcheckError

CIRCUITS: dict[str, Callable[[], Circuit]] = {
    "random 1k, 50 levels": lambda: random_circuit(1_000, 64, 1, 50, 4),
    "random 27k, 100 levels": lambda: random_circuit(27_000, 256, 1, 100, 4),
    "64-bit adder": lambda: ripple_adder(64, carry_out=True),
    "32-bit multiplier": lambda: multiplier(32),
    "64-bit multiplier": lambda: multiplier(64),
}
ROUNDS = 5
WORK = 1 << 46
"""Gates times inputs of a turn."""
LIMIT_ROWS, LIMIT_STEPS = 96, 1 << 18
LANES = 128
"""Inputs to a cell of 16 bytes."""
ADDER = 36


def on_gpu(device: Device | None = None, work: int = WORK, steps: int = LIMIT_STEPS, adder: int = ADDER) -> list[Measured]:
    """A line for each circuit and one for all 2^`adder` inputs of an adder; one that says why, where there is no GPU."""
    if device is None:
        try:
            device = device_named("cuda")
        except NoDevice as reason:
            return [Measured("GPU", f"not measured: {reason}", {})]
    found = [one for name in CIRCUITS for one in _circuit(name, CIRCUITS[name](), device, work, steps)]
    half = adder // 2
    engine = device_bits(difference(*(lookup_of_circuit(make(half)) for make in (ripple_adder, kogge_stone_adder))), device)
    started = time.perf_counter()
    if engine.first(0, 1 << (adder - 6), None) is not None:
        raise ProofcheckError("two adders differ on the device")
    spent = time.perf_counter() - started
    name = f"all 2^{adder} inputs of a {half}+{half}-bit adder against a prefix adder, on {device.name}"
    return [*found, Measured(name, f"{spent:.3g} s by the clock", {"clock_seconds": spent})]


def _circuit(name: str, circuit: Circuit, device: Device, work: int, steps: int) -> list[Measured]:
    """The network of the circuit, gate by gate and in groups."""
    program = _silent(lookup_of_network(emulate(circuit)))
    engines = [device_bits(program, device, group) for group in GROUPS]
    tables = int(np.count_nonzero(engines[0].order != GAP))
    words = max(work // (WORD * tables), 1)
    seconds: dict[int, list[float]] = {group: [] for group in GROUPS}
    limits = []
    for _ in range(ROUNDS):
        for engine in engines:
            started = time.perf_counter()
            if engine.first(0, words, 1) is not None:
                raise ProofcheckError("a program that is never 1 was 1 on the device")
            seconds[engine.group].append(time.perf_counter() - started)
        limits.append(_limit(device, steps))
    limit, found = median(limits), []
    for engine in engines:
        rate, shape = tables * WORD * words / median(seconds[engine.group]), engine.shape(2 * words)
        where = f"{engine.rows} rows in {shape.where} memory, {shape.threads} threads, cells of {shape.cell} bytes"
        text = f"{rate / 1e9:.3g} G tables/s, {rate / limit:.2f} of the shared-memory limit ({where})"
        what = f"{name}, bits on {device.name}, " + ("gate by gate" if engine.group == 1 else f"groups of {engine.group}")
        found.append(Measured(what, text, {"rate": rate, "limit": limit, "rows": engine.rows, "group": engine.group}))
    return found


def _silent(program: Lookup) -> Lookup:
    """The program with one output that reads all of its outputs and is never 1, so that a search goes on to the end."""
    inputs, count = program.inputs, len(program.output)
    joined = inputs + count + np.arange(count)
    pairs = np.stack([np.concatenate([[inputs], joined[:-1]]), inputs + np.arange(count)], axis=1)
    tables = [OR2] * (count - 1) + [0]
    return composed(program, lookup(inputs + count, [2] * count, pairs.reshape(-1), tables, joined[-1:]))


def _limit(device: Device, steps: int) -> float:
    """Tables a second if nothing but two reads and a write of shared memory were needed."""
    shape = shape_of(device, LIMIT_ROWS, (16,), lambda cell: 1 << 30)
    result = device.put(np.zeros(shape.threads, np.uint32))
    work = Limit(steps, LIMIT_ROWS, result.address)
    device.launch("LIMIT", "limit_shared", shape, work)
    started = time.perf_counter()
    device.launch("LIMIT", "limit_shared", shape, work)
    spent = time.perf_counter() - started
    block, number = np.divmod(np.arange(shape.threads), shape.block)
    expected = ((number & 0xFFFFFFFF) + block + 2 * 0xFFFFFFFF) & 0xFFFFFFFF
    if not np.array_equal(result.fetch(), expected.astype(np.uint32)):
        raise ProofcheckError("the limit of the device was not computed")
    return shape.threads * LANES * steps / spent
