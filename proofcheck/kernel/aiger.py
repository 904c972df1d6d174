"""AIGER circuits without state, ASCII and binary: a literal is the meaning of a wire.

Variable 0 is false, literal 2*v is variable v and 2*v + 1 its negation; variables keep the numbers of the file.
Latches and property sections are refused. Memory is bounded by the length of the file, whatever its header says.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter

from .exact import Rejected, require
from .files import MOST_COORDINATES

MOST_VARIABLES = 1 << 40
MOST_GATES = 1 << 20
AFTER_GATES = re.compile(rb"(?:[io][0-9]+ [^\n]*\n)*(?:c\n.*)?", re.DOTALL)  # names, then a comment


@dataclass(frozen=True)
class Circuit:
    """inputs: one variable each; gates: the two literals whose conjunction a variable is; outputs: literals.

    level: 0 for false and the inputs, otherwise 1 + the larger level read, so that a gate rests on lower levels only.
    """

    inputs: tuple[int, ...]
    gates: dict[int, tuple[int, int]]
    outputs: tuple[int, ...]
    level: dict[int, int]


def circuit_of(inputs: tuple[int, ...], gates: dict[int, tuple[int, int]], outputs: tuple[int, ...] = ()) -> Circuit:
    """The circuit; Rejected when a variable is defined twice, not at all, or by itself."""
    level = dict.fromkeys((0, *inputs), 0)
    require(len(level) == len(inputs) + 1 and not level.keys() & gates.keys(), "a variable of the circuit is defined twice")
    try:
        order = list(TopologicalSorter({v: (left >> 1, right >> 1) for v, (left, right) in gates.items()}).static_order())
    except CycleError:
        raise Rejected("a gate of the circuit depends on itself") from None
    for v in order:
        require(v in gates or v in level, f"variable {v} of the circuit is used and not defined")
        if v in gates:
            level[v] = 1 + max(level[literal >> 1] for literal in gates[v])
    require(all(literal >> 1 in level for literal in outputs), "an output of the circuit is not defined")
    return Circuit(inputs, gates, outputs, level)


class _Reader:
    def __init__(self, data: bytes) -> None:
        self.data, self.position = data, 0

    def numbers(self, least: int, most: int, largest: int, word: bytes = b"") -> list[int]:
        """The numbers of the next line, after a leading word."""
        end = self.data.find(b"\n", self.position)
        line = self.data[self.position : end]
        self.position = end + 1
        words = line[len(word) :].split(b" ")
        plain = end >= 0 and line.startswith(word) and all(w.isdigit() and len(w) < 16 and int(w) <= largest for w in words)
        require(plain and least <= len(words) <= most, f"the circuit has {line[:40]!r}, not {least} numbers up to {largest}")
        return [int(w) for w in words]

    def delta(self) -> int:
        """A number in groups of seven bits, least significant first."""
        value = shift = 0
        while shift < 49 and self.position < len(self.data):
            byte = self.data[self.position]
            self.position += 1
            value |= (byte & 127) << shift
            if byte < 128:
                return value
            shift += 7
        raise Rejected("the circuit ends in the middle of a gate, or has a number of more than 49 bits")


def read_aiger(data: bytes) -> Circuit:
    """Read the bytes of an AIGER file."""
    reader, binary = _Reader(data), data.startswith(b"aig ")
    most, inputs, latches, outputs, gates, *other = reader.numbers(5, 9, MOST_VARIABLES, b"aig " if binary else b"aag ")
    require(latches == 0, f"the circuit has {latches} latches: only a circuit without state is a function")
    require(not any(other), "the circuit has bad, constraint, justice or fairness properties, which mean nothing here")
    fits = inputs <= MOST_COORDINATES and 2 * (outputs + gates) <= len(data) and most >= inputs + gates
    require(fits and (most == inputs + gates or not binary), "the counts in the header do not fit the circuit")
    require(gates <= MOST_GATES, f"the circuit has {gates} gates, the limit is {MOST_GATES}")
    largest = 2 * most + 1
    names = [2 * v for v in range(1, inputs + 1)] if binary else [reader.numbers(1, 1, largest)[0] for _ in range(inputs)]
    made = tuple(reader.numbers(1, 1, largest)[0] for _ in range(outputs))
    table: dict[int, tuple[int, int]] = {}
    for i in range(inputs + 1, inputs + gates + 1):
        gate, left, right = (2 * i, reader.delta(), reader.delta()) if binary else reader.numbers(3, 3, largest)
        if binary:
            left, right = gate - left, gate - left - right
            require(gate > left >= right >= 0, f"gate {gate} of the circuit must read smaller literals, the larger first")
        require(gate % 2 == 0 and gate >> 1 not in table, f"gate {gate} of the circuit is negated or defined twice")
        table[gate >> 1] = left, right
    require(all(v % 2 == 0 for v in names), "an input of the circuit is negated")
    require(AFTER_GATES.fullmatch(data, reader.position), "after its gates the circuit has more than names and a comment")
    return circuit_of(tuple(v >> 1 for v in names), table, made)
