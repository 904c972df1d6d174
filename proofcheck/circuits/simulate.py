"""Reference simulation of circuits, 64 inputs in a machine word.

`simulate` goes level by level over arrays of uint64, `simulate_integers` gate by gate over Python integers of any
width. Neither knows anything of networks: they are what emulation is compared with.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from proofcheck.circuits.circuit import AND, Circuit
from proofcheck.errors import UsageError

_STATE = 1 << 25  # bytes of one block of columns: larger ones fall out of the cache


def simulate(circuit: Circuit, bits: npt.NDArray[Any]) -> npt.NDArray[np.uint8]:
    """The outputs, shape (count, O) of 0 and 1, at `bits`, shape (count, I) of 0 and 1 or bool; exact.

    Raises UsageError for another shape or other values.
    """
    rows = np.asarray(bits)
    if rows.ndim != 2 or rows.shape[1] != circuit.input_count:
        raise UsageError(f"inputs of the shape {rows.shape} were given: (count, {circuit.input_count}) is expected")
    if rows.size and (rows.dtype.kind not in "biu" or not 0 <= int(rows.min()) <= int(rows.max()) <= 1):
        raise UsageError("the inputs of a circuit are bits: an array of integers 0 and 1 or of bools is expected")
    plan = _plan(circuit)
    result = np.zeros((len(rows), circuit.output_count), np.uint8)
    block = 64 * max(1, _STATE // (8 * circuit.variable_count))
    for start in range(0, len(rows), block):
        part = rows[start : start + block].astype(np.uint8)
        result[start : start + block] = _unpacked(_run(circuit, plan, _packed(part)), len(part))
    return result


def simulate_integers(circuit: Circuit, inputs: Sequence[int], count: int) -> list[int]:
    """The outputs, one integer each, whose bit k is the output for the k-th of `count` inputs.

    inputs: one integer of `count` bits for each input. Raises UsageError for another number of them.
    """
    if len(inputs) != circuit.input_count:
        raise UsageError(f"{len(inputs)} integers were given for {circuit.input_count} inputs")
    ones = (1 << count) - 1
    value = [0, *(bits & ones for bits in inputs)]
    mask = (0, ones)
    for operation, x, y in zip(circuit.operation.tolist(), circuit.left.tolist(), circuit.right.tolist(), strict=True):
        a, b = value[x >> 1] ^ mask[x & 1], value[y >> 1] ^ mask[y & 1]
        value.append(a & b if operation == AND else a ^ b)
    return [value[literal >> 1] ^ mask[literal & 1] for literal in circuit.output.tolist()]


Plan = list[tuple[int, npt.NDArray[np.int64]]]


def _plan(circuit: Circuit) -> Plan:
    """(operation, gates) of every level, in order."""
    key = circuit.levels[1 + circuit.input_count :] * 2 + circuit.operation
    order = np.argsort(key, kind="stable")
    cuts = np.flatnonzero(np.diff(key[order])) + 1
    return [(int(circuit.operation[gates[0]]), gates) for gates in np.split(order, cuts) if len(gates)]


def _run(circuit: Circuit, plan: Plan, columns: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """The output columns, shape (O, words), of input columns, shape (I, words)."""
    first = 1 + circuit.input_count
    state = np.zeros((circuit.variable_count, columns.shape[1]), np.uint64)
    state[1:first] = columns
    negation = np.array([0, np.iinfo(np.uint64).max], np.uint64)[:, None]

    def value(literal: npt.NDArray[np.int64]) -> npt.NDArray[np.uint64]:
        read: npt.NDArray[np.uint64] = state[literal >> 1]
        read ^= negation[literal & 1]
        return read

    for operation, gates in plan:
        result = value(circuit.left[gates])
        if operation == AND:
            result &= value(circuit.right[gates])
        else:
            result ^= value(circuit.right[gates])
        state[first + gates] = result
    return value(circuit.output)


def _packed(rows: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint64]:
    """(count, n) bits as (n, words): bit k of word w is row 64*w + k."""
    padded = np.zeros((rows.shape[1], -(-len(rows) // 64) * 64), np.uint8)
    padded[:, : len(rows)] = rows.T
    return np.asarray(np.packbits(padded, axis=1, bitorder="little").view("<u8"), np.uint64)


def _unpacked(columns: npt.NDArray[np.uint64], count: int) -> npt.NDArray[np.uint8]:
    """The first `count` rows of packed columns."""
    return np.unpackbits(columns.astype("<u8").view(np.uint8), axis=1, bitorder="little")[:, :count].T
