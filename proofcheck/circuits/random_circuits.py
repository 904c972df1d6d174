"""Random circuits of a given size and depth, for tests and measurements: arrays, so that 200,000 gates are quick."""

from __future__ import annotations

from math import isqrt

import numpy as np

from proofcheck.circuits.circuit import Circuit, IntArray
from proofcheck.circuits.words import Word
from proofcheck.errors import UsageError


def random_circuit(gates: int, inputs: int, seed: int, depth: int | None = None, reach: int | None = None) -> Circuit:
    """A circuit of AND and XOR gates that is the same for the same arguments on every machine.

    The gates form `depth` levels, by default about sqrt(gates), of nearly equal size. A gate reads a gate of the level
    below, all of which are read as far as they go round, and any earlier variable, or one of the last `reach` levels, each
    negated or not. The gates of the last level are put out. Raises UsageError unless gates >= depth >= 1, or both are 0,
    inputs >= 1 and reach >= 1.
    """
    depth = max(min(gates, 1), isqrt(max(gates, 0))) if depth is None else depth
    if inputs < 1 or not 0 <= depth <= gates or (gates and not depth):
        raise UsageError(
            f"{gates} gates on {inputs} inputs in {depth} levels: at least one gate a level and one input are expected"
        )
    if reach is not None and reach < 1:
        raise UsageError(f"the reach is {reach}: a number of levels of at least 1 is expected")
    if seed < 0:
        raise UsageError(f"the seed is {seed}: a number of at least 0 is expected")
    stream = np.random.PCG64(seed)
    ends = np.arange(depth + 1) * gates // max(depth, 1) + 1 + inputs  # of the levels, as variables
    begins = np.concatenate([[1], ends])
    left = [_round(stream, int(begins[i]), int(ends[i]), int(ends[i + 1] - ends[i])) for i in range(depth)]
    earlier = np.repeat(ends[:-1], np.diff(ends)) - 1
    first = begins[(np.arange(depth) + 1 - reach).clip(0)] if reach else np.ones(depth, np.int64)
    lowest = np.repeat(first, np.diff(ends))
    right = lowest.astype(np.uint64) + _raw(stream, gates) % (earlier + 1 - lowest).astype(np.uint64).clip(1)
    bits = _raw(stream, gates)
    operands = [np.concatenate([np.zeros(0, np.int64), *left]), right.astype(np.int64)]
    output = 2 * np.arange(int(begins[-2]) if depth else 1, int(ends[-1]))
    return Circuit(
        (Word("x", inputs),),
        (Word("y", len(output)),),
        (bits & np.uint64(1)).astype(np.uint8),
        2 * operands[0] + (bits >> np.uint64(1) & np.uint64(1)).astype(np.int64),
        2 * operands[1] + (bits >> np.uint64(2) & np.uint64(1)).astype(np.int64),
        output,
    )


def _raw(stream: np.random.PCG64, count: int) -> np.ndarray[tuple[int], np.dtype[np.uint64]]:
    """`count` words of 64 random bits; unlike what a Generator makes of them, these never change between versions."""
    return np.asarray(stream.random_raw(count), np.uint64)


def _round(stream: np.random.PCG64, begin: int, end: int, count: int) -> IntArray:
    """`count` of the variables begin .. end - 1 in random order, all of them before any comes again."""
    return np.resize(np.argsort(_raw(stream, end - begin), kind="stable") + begin, count)
