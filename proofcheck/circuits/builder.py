"""Circuits gate by gate, with constant folding and structural hashing.

A literal is an int, 2*variable + negated; FALSE is 0, TRUE is 1, and `literal ^ 1` is its negation. The same gate on
the same literals is made once, and a gate whose value is known or is one of its operands is not made at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from proofcheck.circuits.circuit import AND, FALSE, TRUE, XOR, Circuit
from proofcheck.circuits.words import Word
from proofcheck.errors import UsageError


class Builder:
    """Collects inputs, then gates and outputs; `circuit()` is the result. All methods take and return literals."""

    def __init__(self) -> None:
        self._inputs: list[Word] = []
        self._outputs: list[Word] = []
        self._output: list[int] = []
        self._operation = bytearray()
        self._left: list[int] = []
        self._right: list[int] = []
        self._made: dict[tuple[int, int, int], int] = {}
        self._next = 2

    @property
    def gate_count(self) -> int:
        """The number of gates so far."""
        return len(self._left)

    def input(self, name: str) -> int:
        """A new input bit. Raises UsageError after the first gate."""
        return self._declare(Word(name))[0]

    def inputs(self, name: str, width: int) -> list[int]:
        """A new input word of `width` bits, least significant first. Raises UsageError after the first gate."""
        return self._declare(Word(name, width))

    def declare(self, words: Iterable[Word]) -> list[int]:
        """The bits of several new input words, one after another. Raises UsageError after the first gate."""
        return [bit for word in words for bit in self._declare(word)]

    def output(self, name: str, literal: int) -> None:
        """Put one literal out."""
        self.put((Word(name),), [literal])

    def outputs(self, name: str, literals: Sequence[int]) -> None:
        """Put a word out, least significant bit first."""
        self.put((Word(name, len(literals)),), literals)

    def put(self, words: Iterable[Word], literals: Iterable[int]) -> None:
        """Put the bits of several words out."""
        self._outputs += words
        self._output += literals

    def gate(self, operation: int, left: int, right: int) -> int:
        """A gate exactly as asked for, neither folded nor shared: for readers, which keep the gates of their file."""
        self._operation.append(operation)
        self._left.append(left)
        self._right.append(right)
        self._next += 2
        return self._next - 2

    def not_(self, x: int) -> int:
        return x ^ 1

    def and_(self, x: int, y: int) -> int:
        if x > y:
            x, y = y, x
        if x in (FALSE, y ^ 1):
            return FALSE
        if x in (TRUE, y):
            return y
        return self._shared(AND, x, y)

    def or_(self, x: int, y: int) -> int:
        return self.and_(x ^ 1, y ^ 1) ^ 1

    def xor(self, x: int, y: int) -> int:
        """Negations move to the result: a gate reads variables, not their negations."""
        negated = (x ^ y) & 1
        x, y = sorted((x & -2, y & -2))
        if x == y:
            return negated
        return (y if x == FALSE else self._shared(XOR, x, y)) ^ negated

    def mux(self, select: int, when_true: int, when_false: int) -> int:
        """when_true if select else when_false."""
        if when_true == when_false:
            return when_true
        if when_true == when_false ^ 1:
            return self.xor(select, when_false)
        if when_false in (FALSE, TRUE):  # swap, so that a constant branch is when_true
            select, when_true, when_false = select ^ 1, when_false, when_true
        if when_true in (FALSE, TRUE):
            return self.or_(select, when_false) if when_true == TRUE else self.and_(select ^ 1, when_false)
        return self.or_(self.and_(select, when_true), self.and_(select ^ 1, when_false))

    def and_all(self, literals: Sequence[int]) -> int:
        """The conjunction as a balanced tree; TRUE of none."""
        return self._tree(AND, literals)

    def or_all(self, literals: Sequence[int]) -> int:
        """The disjunction as a balanced tree; FALSE of none."""
        return self._tree(AND, [literal ^ 1 for literal in literals]) ^ 1

    def xor_all(self, literals: Sequence[int]) -> int:
        """The parity as a balanced tree; FALSE of none."""
        return self._tree(XOR, literals)

    def circuit(self) -> Circuit:
        """Raises InputError for an output that is no literal or for two words of one name."""
        return Circuit(
            tuple(self._inputs),
            tuple(self._outputs),
            np.frombuffer(bytes(self._operation), np.uint8),
            np.array(self._left, np.int64),
            np.array(self._right, np.int64),
            np.array(self._output, np.int64),
        )

    def _declare(self, word: Word) -> list[int]:
        if self._operation:
            raise UsageError(f"the input {word.name} is declared after the first gate: declare all inputs first")
        first, self._next = self._next, self._next + 2 * word.size
        self._inputs.append(word)
        return list(range(first, self._next, 2))

    def _shared(self, operation: int, x: int, y: int) -> int:
        key = operation, x, y
        made = self._made.get(key)
        if made is None:
            made = self._made[key] = self.gate(operation, x, y)
        return made

    def _tree(self, operation: int, literals: Sequence[int]) -> int:
        join = self.and_ if operation == AND else self.xor
        level = list(literals)
        while len(level) > 1:
            joined = [join(x, y) for x, y in zip(level[::2], level[1::2], strict=False)]
            level = joined + level[len(joined) * 2 :]
        return level[0] if level else (TRUE if operation == AND else FALSE)
