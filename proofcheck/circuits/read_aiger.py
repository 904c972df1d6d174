"""AIGER files, ASCII (`aag`) and binary (`aig`), without state.

The gates are those of the file, in its order when that is topological. The circuit keeps the file, so that literals
and hashes can refer to it. http://fmv.jku.at/aiger describes the format; latches and property sections are refused.
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np

from proofcheck.circuits.binary import IntArray, decode
from proofcheck.circuits.circuit import AND, Circuit, Original
from proofcheck.circuits.order import Cycle, topological_order
from proofcheck.circuits.text import Text, most_bits, quoted
from proofcheck.circuits.words import Word, words_of
from proofcheck.errors import InputError

_MOST_VARIABLES = 1 << 40
_GATE = re.compile(rb"([0-9]{1,13}) ([0-9]{1,13}) ([0-9]{1,13})\r?\n")


def read_aiger(data: bytes, path: str | Path) -> Circuit:
    """The circuit in the bytes of an AIGER file. Raises InputError."""
    return _Reader(data, path).circuit()


class _Reader:
    """A position in the bytes, and the counts of the header."""

    def __init__(self, data: bytes, path: str | Path) -> None:
        self.data, self.path, self.position, self.line = data, path, 0, 0
        self.text = Text(b"", path)
        words = self.words("the header 'aag M I L O A'", 6, 10)
        if words[0] not in ("aag", "aig"):
            self.text.fault(f"{quoted(words[0])} where 'aag' or 'aig' is expected", 1)
        self.ascii = words[0] == "aag"
        names = ("M", "I", "L", "O", "A", "B", "C", "J", "F")
        counts = [self.text.number(word, 1, name, _MOST_VARIABLES) for word, name in zip(words[1:], names, strict=False)]
        self.most, self.inputs, latches, self.outputs, self.gates = counts[:5]
        if latches:
            self.text.fault(f"the header promises {latches} latches: only circuits without state can be read", 1)
        if any(counts[5:]):
            self.text.fault("the circuit has a property section: only outputs can be read", 1)
        if self.most < self.inputs + self.gates or (not self.ascii and self.most > self.inputs + self.gates):
            relation = "at least" if self.ascii else "exactly"
            self.text.fault(f"M is {self.most}, {relation} I + A = {self.inputs + self.gates} is expected", 1)
        if self.inputs > most_bits(data):
            self.text.fault(f"the header promises {self.inputs} inputs, more than the file can mention", 1)
        if 2 * (self.outputs + self.gates) > len(data):
            self.text.fault(f"the header promises {self.gates} gates and {self.outputs} outputs, more than the file can hold", 1)

    def circuit(self) -> Circuit:
        if self.ascii:
            input_variables = [self.defined("an input literal") for _ in range(self.inputs)]
            output = [self.literals("an output literal", 1)[0] for _ in range(self.outputs)]
            output_lines = range(self.line - self.outputs + 1, self.line + 1)
            variable, left, right = self.gates_in_order(input_variables)
            ours = dict(zip(variable.tolist(), range(len(variable)), strict=True))
            for literal, line in zip(output, output_lines, strict=True):
                if literal >> 1 not in ours:
                    self.text.fault(f"the output literal {literal} is not defined", line)
            output = [2 * ours[literal >> 1] + (literal & 1) for literal in output]
        else:
            output = [self.literals("an output literal", 1)[0] for _ in range(self.outputs)]
            variable = np.arange(self.most + 1)
            left, right = self.binary_gates()
        inputs, outputs, plain = self.symbols()
        original = Original(self.data, variable) if plain and b"\r" not in self.data[: self.position] else None
        operation = np.full(self.gates, AND, np.uint8)
        return Circuit(inputs, outputs, operation, left, right, np.array(output, np.int64), original)

    def next_line(self) -> bytes:
        self.line += 1
        end = self.data.find(b"\n", self.position)
        if end < 0:
            what = "in the middle of a line" if self.position < len(self.data) else "too early"
            raise InputError(f"the file ends {what}: it is truncated", self.path, self.line)
        line = self.data[self.position : end]
        self.position = end + 1
        return line.removesuffix(b"\r")

    def words(self, what: str, least: int, most: int) -> list[str]:
        line = self.next_line()
        words = line.decode("latin-1").split(" ")
        if not least <= len(words) <= most or not all(words):
            raise InputError(f"{quoted(line.decode('latin-1'))} where {what} is expected", self.path, self.line)
        return words

    def literals(self, what: str, count: int) -> list[int]:
        return [self.text.number(word, self.line, "a literal", 2 * self.most + 1) for word in self.words(what, count, count)]

    def gate(self) -> tuple[int, ...]:
        """The three literals of a gate line; the common case is quick."""
        match = _GATE.match(self.data, self.position)
        row = tuple(map(int, match.groups())) if match else ()
        if not match or max(row) > 2 * self.most + 1:
            return tuple(self.literals("an AND gate of three literals", 3))
        self.position, self.line = match.end(), self.line + 1
        return row

    def defined(self, what: str) -> int:
        (literal,) = self.literals(what, 1)
        self.definable(literal)
        return literal >> 1

    def definable(self, literal: int) -> None:
        if literal < 2 or literal & 1:
            self.text.fault(f"the literal {literal} cannot be defined: a positive even literal is expected", self.line)

    def gates_in_order(self, inputs: list[int]) -> tuple[IntArray, IntArray, IntArray]:
        """(variable, left, right) of an ASCII file: our variables in its numbering, and the operands in our literals."""
        first = self.line + 1
        place: dict[int, int] = {0: -1}  # -1 for the constant and the inputs, else the gate
        for line, own in enumerate(inputs, 2):
            if own in place:
                self.text.fault(f"the literal {2 * own} is defined twice", line)
            place[own] = -1
        rows = []
        for i in range(self.gates):
            row = self.gate()
            self.definable(row[0])
            if row[0] >> 1 in place:
                self.text.fault(f"the literal {row[0]} is defined twice", self.line)
            place[row[0] >> 1] = i
            rows.append(row)
        for line, row in enumerate(rows, first):
            for literal in row[1:]:
                if literal >> 1 not in place:
                    self.text.fault(f"gate {row[0]} reads the literal {literal}, which is not defined", line)
        try:
            order = topological_order([(place[a >> 1], place[b >> 1]) for _, a, b in rows])
        except Cycle as cycle:
            gate = cycle.node
            self.text.fault(f"gate {rows[gate][0]} depends on itself: a circuit without cycles is expected", first + gate)
        variable = [0, *inputs, *(rows[i][0] >> 1 for i in order)]
        ours = dict(zip(variable, range(len(variable)), strict=True))
        left, right = (np.array([2 * ours[rows[i][k] >> 1] + (rows[i][k] & 1) for i in order], np.int64) for k in (1, 2))
        return np.array(variable, np.int64), left, right

    def binary_gates(self) -> tuple[IntArray, IntArray]:
        found = decode(self.data, self.position, 2 * self.gates)
        if found is None:
            raise InputError(f"the file ends before its {self.gates} gates do: it is truncated", self.path)
        differences, self.position = found
        own = 2 * (np.arange(self.gates) + self.inputs + 1)
        left = own - differences[0::2]
        right = left - differences[1::2]
        wrong = (differences[0::2] <= 0) | (differences[1::2] < 0) | (left < 0) | (right < 0)
        if bool(wrong.any()):
            raise InputError(
                f"gate {int(own[int(wrong.argmax())])} must read two smaller literals, the larger one first", self.path
            )
        return left, right

    def symbols(self) -> tuple[tuple[Word, ...], tuple[Word, ...], bool]:
        """(input words, output words, whether the rest of the file is written as the format says)."""
        names: dict[str, dict[int, str]] = {"i": {}, "o": {}}
        counts = {"i": self.inputs, "o": self.outputs}
        plain = True
        while self.position < len(self.data):
            if self.data[self.position] == ord("c"):  # a comment up to the end of the file, whatever it holds
                plain = plain and self.data[self.position : self.position + 2] == b"c\n"
                break
            line = self.next_line()
            place = self.line if self.ascii else None
            try:
                entry = line.decode("utf-8")
            except UnicodeDecodeError:
                raise InputError("a name that is not UTF-8", self.path, place) from None
            key, _, name = entry[1:].partition(" ")
            kind = entry[:1]
            if kind not in names or not (key.isascii() and key.isdigit()) or not name or "\0" in name or "\r" in name:
                raise InputError(
                    f"{quoted(entry)} where a name such as 'i0 x', a comment 'c' or the end is expected", self.path, place
                )
            if len(key) > 12 or int(key) >= counts[kind]:
                raise InputError(f"{quoted(entry)} names number {key[:40]} of {counts[kind]}", self.path, place)
            if int(key) in names[kind]:
                raise InputError(f"{quoted(entry)} gives a second name to number {key}", self.path, place)
            names[kind][int(key)] = name
        inputs, outputs = (_named(names[kind], counts[kind], default) for kind, default in (("i", "x"), ("o", "y")))
        return inputs, outputs, plain


def _named(names: dict[int, str], count: int, default: str) -> tuple[Word, ...]:
    """Words from names; bits without one are called after their number, and all together `default` when none has one."""
    given = set(names.values())
    if len(given) < len(names) or not names:
        return (Word(default, count),) if count else ()
    return words_of([names.get(i, f"{default}{i}") for i in range(count)], default)
