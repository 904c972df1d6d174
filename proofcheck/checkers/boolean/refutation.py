"""Clausal proofs while they are made: the clauses of a miter as the kernel numbers them, steps, trimming, and the file.

Literals are those of AIGER, 2 * variable + negated. Steps are held in flat arrays of 32 bits, since a proof can have ten
million hints. What is wrong here the kernel rejects.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from graphlib import TopologicalSorter

import numpy as np
import numpy.typing as npt

from proofcheck.circuits.binary import encode

Numbers = npt.NDArray[np.int64]
ADDED = 97  # the letter a, which opens a step of a binary LRAT file
BLOCK = 1 << 18


class ProofFault(Exception):
    """What a solver wrote is no proof of the kind that the kernel replays."""


@dataclass(frozen=True)
class Miter:
    """Two circuits over the same inputs, with the variables of docs/formats.md: 0 false, the inputs, the gates, the differences.

    gates[k] are the two literals that variable 1 + inputs + k is the conjunction of. pairs: the outputs to be compared.
    """

    inputs: int
    gates: tuple[tuple[int, int], ...]
    pairs: tuple[tuple[int, int], ...]

    @property
    def first(self) -> int:
        """The variable of the first gate."""
        return 1 + self.inputs

    @property
    def top(self) -> int:
        """The first variable behind the gates: that of the first pair."""
        return self.first + len(self.gates)

    @cached_property
    def level(self) -> list[int]:
        """Of each variable up to the gates: 0 for false and the inputs, else 1 + the larger level read."""
        level = [0] * self.top
        for variable in TopologicalSorter(
            {v: (a >> 1, b >> 1) for v, (a, b) in enumerate(self.gates, self.first)}
        ).static_order():
            if variable >= self.first:
                a, b = self.gates[variable - self.first]
                level[variable] = 1 + max(level[a >> 1], level[b >> 1])
        return level

    @cached_property
    def order(self) -> list[int]:
        """The gates that a pair rests on, lower levels first."""
        found, stack = set[int](), [literal >> 1 for pair in self.pairs for literal in pair]
        while stack:
            variable = stack.pop()
            if variable >= self.first and variable not in found:
                found.add(variable)
                stack += [literal >> 1 for literal in self.gates[variable - self.first]]
        return sorted(found, key=lambda variable: (self.level[variable], variable))

    def gate_clauses(self, variable: int) -> tuple[int, int, int]:
        """The numbers of: gate implies left, gate implies right, both imply the gate."""
        number = 1 + 3 * (variable - self.first)
        return number, number + 1, number + 2

    def pair_clauses(self, k: int) -> tuple[int, int]:
        """The numbers of: where pair k may differ one of the two is true, and one is false."""
        number = 1 + 3 * len(self.gates) + 2 * k
        return number, number + 1

    def clauses(self) -> list[tuple[int, ...]]:
        """All clauses in the order of their numbers; the last one says that some pair differs."""
        made: list[tuple[int, ...]] = [(1,)]
        for own, (a, b) in enumerate(self.gates, self.first):
            made += [(2 * own + 1, a), (2 * own + 1, b), tuple(dict.fromkeys((2 * own, a ^ 1, b ^ 1)))]
        for k, (a, b) in enumerate(self.pairs, self.top):
            made += [tuple(dict.fromkeys((2 * k + 1, a, b))), tuple(dict.fromkeys((2 * k + 1, a ^ 1, b ^ 1)))]
        return [*made, tuple(range(2 * self.top, 2 * (self.top + len(self.pairs)), 2))]

    def values(self, inputs: Sequence[int], full: int) -> list[int]:
        """The pattern sets of false, the inputs and the gates in `order`; bit c of `inputs[i]` is input i in pattern c."""
        known = [0, *inputs, *[0] * len(self.gates)]
        mask, gates, first = (0, full), self.gates, self.first
        for gate in self.order:
            a, b = gates[gate - first]
            known[gate] = (known[a >> 1] ^ mask[a & 1]) & (known[b >> 1] ^ mask[b & 1])
        return known


class Steps:
    """A growing list of clauses, each with the hints that show it; numbers continue those of the miter's clauses."""

    def __init__(self, miter: Miter) -> None:
        self.known = miter.clauses()
        self.given = len(self.known)
        self.literal, self.hint = array("i"), array("i")
        self.sizes, self.counts, self.starts = array("i"), array("i"), array("i")

    def add(self, clause: Sequence[int], hints: Sequence[int]) -> int:
        """The number of the new clause. A literal that occurs twice is written once."""
        literals = clause if len(clause) < 2 else tuple(dict.fromkeys(clause))
        self.starts.append(len(self.literal))
        self.literal.extend(literals)
        self.hint.extend(hints)
        self.sizes.append(len(literals))
        self.counts.append(len(hints))
        return self.given + len(self.sizes) - 1

    def follow(self, clause: Sequence[int], hints: Iterable[int]) -> int:
        """As `add`, for hints of which a part may do: those up to the first that closes the step, without idle ones."""
        false, used = set(clause), list[int]()
        for hint in hints:
            left = [literal for literal in self.clause(hint) if literal not in false]
            if not left or left[0] ^ 1 not in false:
                used.append(hint)
            if not left:
                break
            false.add(left[0] ^ 1)
        return self.add(clause, used)

    def clause(self, number: int) -> Sequence[int]:
        """The clause of this number."""
        if number < self.given:
            return self.known[number]
        start = self.starts[number - self.given]
        return self.literal[start : start + self.sizes[number - self.given]]

    def add_arrays(self, clause: Numbers, hints: Numbers) -> None:
        """As `add`, for many long steps; no literal may occur twice."""
        self.starts.append(len(self.literal))
        self.literal.frombytes(clause.astype(np.int32).tobytes())
        self.hint.frombytes(hints.astype(np.int32).tobytes())
        self.sizes.append(len(clause))
        self.counts.append(len(hints))

    @property
    def end(self) -> int:
        """The number of the next step."""
        return self.given + len(self.sizes)

    def proof(self) -> bytes:
        """The file's `proof` (docs/formats.md): only steps that the last one rests on, each clause given up after its last use.

        Raises ProofFault unless the last step is the empty clause.
        """
        sizes, counts = np.frombuffer(self.sizes, np.int32), np.frombuffer(self.counts, np.int32)
        if not len(sizes) or sizes[-1]:
            raise ProofFault("no contradiction was derived")
        literal, hint = np.frombuffer(self.literal, np.int32), np.frombuffer(self.hint, np.int32)
        needed = _needed(self.given, counts, hint)
        keep_literal, keep_hint = np.repeat(needed, sizes), np.repeat(needed, counts)
        number = self.given + np.cumsum(needed) - 1  # of each step among those kept
        hint = hint[keep_hint]
        inner = hint >= self.given
        hint = np.where(inner, number[np.where(inner, hint - self.given, 0)], hint).astype(np.int64)
        literal, sizes, counts = literal[keep_literal], sizes[needed], counts[needed]
        last = np.zeros(self.given + len(sizes), np.int64)
        last[hint] = np.arange(len(hint))  # the last of equal indices is the one that stays
        owner = np.repeat(self.given + np.arange(len(sizes)), counts)
        return _written(literal, sizes, 2 * (owner - hint) + (last[hint] == np.arange(len(hint))), counts)


def _needed(given: int, counts: npt.NDArray[np.int32], hint: npt.NDArray[np.int32]) -> npt.NDArray[np.bool_]:
    """Which steps the last one rests on."""
    needed = np.zeros(given + len(counts), bool)
    needed[-1] = True
    ends = np.cumsum(counts).tolist()
    for k in range(len(counts) - 1, -1, -1):
        if needed[given + k]:
            needed[hint[ends[k] - counts[k] : ends[k]]] = True
    return needed[given:]


def _written(literal: npt.NDArray[np.int32], sizes: npt.NDArray[np.int32], hint: Numbers, counts: npt.NDArray[np.int32]) -> bytes:
    """Step after step: the number of literals, these, the number of hints, these; written in blocks of steps."""
    parts, literals, hints = [], 0, 0
    for k in range(0, len(sizes), BLOCK):
        size, count = sizes[k : k + BLOCK].astype(np.int64), counts[k : k + BLOCK].astype(np.int64)
        start = np.cumsum(2 + size + count) - 2 - size - count
        numbers = np.zeros(int((2 + size + count).sum()), np.int64)
        is_literal = _ranges(start + 1, size)
        is_hint = _ranges(start + 2 + size, count)
        numbers[start], numbers[start + 1 + size] = size, count
        numbers[is_literal] = literal[literals : literals + len(is_literal)]
        numbers[is_hint] = hint[hints : hints + len(is_hint)]
        literals, hints = literals + len(is_literal), hints + len(is_hint)
        parts += [encode(numbers[j : j + BLOCK]) for j in range(0, len(numbers), BLOCK)]
    return b"".join(parts)


def _ranges(start: Numbers, length: Numbers) -> Numbers:
    """The numbers start[i], start[i] + 1, ..., length[i] of them, for each i in turn."""
    ends = np.cumsum(length)
    return np.repeat(start - (ends - length), length) + np.arange(int(ends[-1]) if len(ends) else 0)


@dataclass(frozen=True)
class Derivation:
    """The steps of a solver's proof that its empty clause needs, in order; literals are 2 * (DIMACS variable) + negated.

    A hint below `given` is that clause of the formula, from 0; any other is step hint - given.
    """

    given: int
    clauses: tuple[Numbers, ...]
    hints: tuple[Numbers, ...]


def derivation(numbers: Numbers, given: int) -> Derivation:
    """Read the numbers of a binary LRAT proof for a formula of `given` clauses.

    Raises ProofFault unless it ends in the empty clause, with hints to earlier clauses only.
    """
    zeros = np.flatnonzero(numbers == 0)
    steps: list[tuple[int, Numbers, Numbers]] = []
    place = at = 0
    while place < len(numbers):
        is_step = numbers[place] == ADDED
        if at + is_step >= len(zeros):
            raise ProofFault("the proof of the solver is cut off")
        middle, end = int(zeros[at]), int(zeros[at + is_step])
        if is_step:
            steps.append((int(numbers[place + 1]) >> 1, numbers[place + 2 : middle], numbers[middle + 1 : end]))
        place, at = end + 1, at + 1 + int(is_step)
    if not steps or len(steps[-1][1]):
        raise ProofFault("the proof of the solver does not end in the empty clause")
    number = np.full(max(steps[-1][0], given) + 1, -1, np.int64)  # of each clause, from 0
    number[1 : given + 1] = np.arange(given)
    for k, (own, _, _) in enumerate(steps):
        if not given < own < len(number) or number[own] >= 0:
            raise ProofFault("the clauses of the solver's proof are not numbered in order")
        number[own] = given + k
    return _trimmed(given, steps, number)


def _trimmed(given: int, steps: list[tuple[int, Numbers, Numbers]], number: Numbers) -> Derivation:
    hints = list[Numbers]()
    for _, _, raw in steps:
        if len(raw) and (int(raw.max()) >> 1 >= len(number) or np.any(raw & 1)):
            raise ProofFault("the proof of the solver has a step that is not by unit propagation")
        hints.append(number[raw >> 1])
    needed = np.zeros(given + len(steps), bool)
    needed[-1] = True
    for k in range(len(steps) - 1, -1, -1):
        if needed[given + k]:
            if len(hints[k]) and not 0 <= int(hints[k].min()) <= int(hints[k].max()) < given + k:
                raise ProofFault("a step of the solver's proof rests on a clause that does not come before it")
            needed[hints[k]] = True
    renumbered = np.concatenate([np.arange(given), given + np.cumsum(needed[given:]) - 1])
    kept = np.flatnonzero(needed[given:]).tolist()
    return Derivation(given, tuple(steps[k][1] for k in kept), tuple(renumbered[hints[k]] for k in kept))
