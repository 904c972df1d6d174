"""Lookup tables of at most three bits: the form in which 64 inputs are evaluated in one word.

A program is made from a network (boolean.py) or from a circuit (here); it says what is computed, not in which order or where
(bits.py). Two programs on the same inputs join to one that says at which inputs they differ.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from proofcheck.circuits.circuit import AND, Circuit
from proofcheck.errors import InputError

IntArray = npt.NDArray[np.int64]

MOST_LEAVES = 3
XOR2, OR2, NOT1 = 0b0110, 0b1110, 0b01


@dataclass(frozen=True, eq=False, repr=False)
class Lookup:
    """Nodes 0 .. inputs - 1 are given; gate i is node inputs + i, in topological order.

    Gate i reads the nodes source[start[i]:start[i+1]], at most three, and is bit c of table[i] where its k-th source is bit k
    of c. output: the nodes put out. Arrays are int64, `table` is uint8. Raises InputError when they do not fit together.
    """

    inputs: int
    start: IntArray
    source: IntArray
    table: npt.NDArray[np.uint8]
    output: IntArray

    def __post_init__(self) -> None:
        fan_in, gates = np.diff(self.start), len(self.table)
        own = np.repeat(np.arange(gates), fan_in) + self.inputs
        if len(fan_in) != gates or bool(np.any((fan_in < 0) | (fan_in > MOST_LEAVES))) or len(own) != len(self.source):
            raise InputError("the tables have other than 0 to 3 sources")
        if bool(np.any((self.source < 0) | (self.source >= own))):
            raise InputError("every table must read earlier nodes only")
        if self.output.size and not 0 <= int(self.output.min()) <= int(self.output.max()) < self.inputs + gates:
            raise InputError("an output is no node of the program")

    def __repr__(self) -> str:
        return f"<Lookup: {self.inputs} inputs, {self.gates} tables, {len(self.output)} outputs>"

    @property
    def gates(self) -> int:
        return len(self.table)


def lookup(inputs: int, fan_in: Any, source: Any, table: Any, output: Any) -> Lookup:
    """The program with these tables; fan_in: the number of sources of each."""
    start = np.concatenate([[0], np.cumsum(fan_in)]).astype(np.int64)
    return Lookup(
        inputs, start, np.asarray(source, np.int64), np.asarray(table, np.uint8), np.atleast_1d(np.asarray(output, np.int64))
    )


def lookup_of_circuit(circuit: Circuit) -> Lookup:
    """The program of a circuit: one table a gate, before them one for the constant, after them one for each negated output."""
    inputs, gates = circuit.input_count, circuit.gate_count
    node = np.concatenate([[inputs], np.arange(inputs), inputs + 1 + np.arange(gates)]).astype(np.int64)
    corner = np.arange(4)
    a, b = corner & 1, corner >> 1
    negated = 2 * (circuit.left & 1) + (circuit.right & 1)
    ands = np.array([np.sum(((a ^ m >> 1) & (b ^ m & 1)) << corner) for m in range(4)])
    xors = np.array([np.sum((a ^ b ^ m >> 1 ^ m & 1) << corner) for m in range(4)])
    table = np.where(circuit.operation == AND, ands[negated], xors[negated])
    flipped = np.unique(circuit.output[circuit.output & 1 == 1])
    output = np.where(
        circuit.output & 1 == 1, inputs + 1 + gates + np.searchsorted(flipped, circuit.output), node[circuit.output >> 1]
    )
    return lookup(
        inputs,
        np.concatenate([[0], np.full(gates, 2), np.ones(len(flipped), np.int64)]),
        np.concatenate([np.stack([node[circuit.left >> 1], node[circuit.right >> 1]], axis=1).reshape(-1), node[flipped >> 1]]),
        np.concatenate([[0], table, np.full(len(flipped), NOT1)]),
        output,
    )


def difference(one: Lookup, other: Lookup) -> Lookup:
    """The program with one output: whether any output of `one` is not that of `other`, on the same inputs.

    Raises InputError when they have other numbers of inputs or outputs, or no output at all.
    """
    if one.inputs != other.inputs or len(one.output) != len(other.output) or not len(one.output):
        raise InputError(
            f"a program of {one.inputs} inputs and {len(one.output)} outputs is compared with one of "
            f"{other.inputs} and {len(other.output)}: the same numbers are expected, and an output"
        )
    inputs, count = one.inputs, len(one.output)

    def moved(nodes: IntArray) -> IntArray:
        return np.where(nodes < inputs, nodes, nodes + one.gates)

    first = inputs + one.gates + other.gates  # of the comparisons
    joined = first + count + np.arange(count - 1)  # the disjunctions so far
    pairs = np.stack([one.output, moved(other.output)], axis=1)
    ors = np.stack([np.concatenate([[first], joined[:-1]])[: count - 1], first + np.arange(1, count)], axis=1)
    return lookup(
        inputs,
        np.concatenate([np.diff(one.start), np.diff(other.start), np.full(2 * count - 1, 2)]),
        np.concatenate([one.source, moved(other.source), pairs.reshape(-1), ors.reshape(-1)]),
        np.concatenate([one.table, other.table, np.full(count, XOR2), np.full(count - 1, OR2)]),
        [first + 2 * count - 2],
    )


def composed(first: Lookup, then: Lookup) -> Lookup:
    """`then` on the inputs of `first` followed by its outputs. Raises InputError when `then` has another number of inputs."""
    if then.inputs != first.inputs + len(first.output):
        raise InputError(f"{first.inputs} inputs and {len(first.output)} outputs are followed by {then.inputs} inputs")
    place = np.concatenate([np.arange(first.inputs), first.output, first.inputs + first.gates + np.arange(then.gates)])
    return lookup(
        first.inputs,
        np.concatenate([np.diff(first.start), np.diff(then.start)]),
        np.concatenate([first.source, place[then.source]]),
        np.concatenate([first.table, then.table]),
        place[then.output],
    )
