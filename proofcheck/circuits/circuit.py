"""The circuit value: AND and XOR gates on literals, flat arrays, immutable.

Variable 0 is the constant false, 1 .. I are the inputs, then come the gates in topological order, as in AIGER; the
literal 2*v + s is variable v, negated when s is 1. A circuit of 200,000 gates is four integer arrays.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from proofcheck.circuits.binary import and_inverter_graph, binary_aiger
from proofcheck.circuits.words import Word, bit_names
from proofcheck.errors import InputError

IntArray = npt.NDArray[np.int64]

AND, XOR = 0, 1
FALSE, TRUE = 0, 1  # the constant literals

_ARRAYS = ("operation", "left", "right", "output")


@dataclass(frozen=True, eq=False)
class Original:
    """The AIGER file a circuit was read from: its bytes, and for each of our variables that of the file, shape (V,)."""

    data: bytes
    variable: IntArray


@dataclass(frozen=True, eq=False)
class Circuit:
    """A circuit without state.

    inputs, outputs: words. For gate i, which is variable 1 + I + i: operation[i] is AND or XOR of the literals left[i]
    and right[i], both of smaller variables. output: one literal for each output bit. Arrays are read-only, `operation`
    uint8 and the others int64. Two circuits are equal when names, gates and outputs are; `original` does not enter.
    Raises InputError when the arrays do not form a circuit.
    """

    inputs: tuple[Word, ...]
    outputs: tuple[Word, ...]
    operation: npt.NDArray[np.uint8]
    left: IntArray
    right: IntArray
    output: IntArray
    original: Original | None = None

    def __post_init__(self) -> None:
        for name in ("inputs", "outputs"):
            object.__setattr__(self, name, tuple(Word(*word) for word in getattr(self, name)))
        for name in _ARRAYS:
            object.__setattr__(self, name, _frozen(name, getattr(self, name)))
        self._check()

    @cached_property
    def input_count(self) -> int:
        return sum(word.size for word in self.inputs)

    @property
    def output_count(self) -> int:
        return len(self.output)

    @property
    def gate_count(self) -> int:
        return len(self.operation)

    @property
    def variable_count(self) -> int:
        """The constant, the inputs and the gates together."""
        return 1 + self.input_count + self.gate_count

    @cached_property
    def and_count(self) -> int:
        return int(np.count_nonzero(self.operation == AND))

    @cached_property
    def xor_count(self) -> int:
        return int(np.count_nonzero(self.operation == XOR))

    @cached_property
    def levels(self) -> IntArray:
        """The level of each variable, shape (V,): 0 for the constant and the inputs, else 1 + the larger level read."""
        level = [0] * (1 + self.input_count)
        for a, b in zip((self.left >> 1).tolist(), (self.right >> 1).tolist(), strict=True):
            x, y = level[a], level[b]
            level.append(1 + (x if x > y else y))
        return np.array(level, np.int64)

    @cached_property
    def depth(self) -> int:
        """The largest level."""
        return int(self.levels.max())

    def input_names(self) -> list[str]:
        """The name of every input bit."""
        return bit_names(self.inputs)

    def output_names(self) -> list[str]:
        """The name of every output bit."""
        return bit_names(self.outputs)

    def aiger(self) -> tuple[bytes, IntArray]:
        """(file, variable): the AIGER file whose SHA-256 names this circuit, and our variables in its numbering, shape (V,).

        The file it was read from, unchanged, when there is one; otherwise a binary file without names, in which every
        XOR is three ANDs.
        """
        return self._aiger

    @cached_property
    def _aiger(self) -> tuple[bytes, IntArray]:
        if self.original is not None:
            return self.original.data, self.original.variable
        variable, left, right = and_inverter_graph(self.input_count, self.operation == XOR, self.left, self.right)
        return binary_aiger(self.input_count, left, right, variable[self.output >> 1] * 2 + (self.output & 1)), variable

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Circuit)
            and (self.inputs, self.outputs) == (other.inputs, other.outputs)
            and all(np.array_equal(getattr(self, name), getattr(other, name)) for name in _ARRAYS)
        )

    def __hash__(self) -> int:
        return hash((self.inputs, self.outputs, self.left.tobytes(), self.right.tobytes()))

    def __repr__(self) -> str:
        return f"<Circuit {_described(self.inputs)} -> {_described(self.outputs)}: {self.and_count} AND, {self.xor_count} XOR>"

    def _check(self) -> None:
        for side, words in (("input", self.inputs), ("output", self.outputs)):
            if len({word.name for word in words}) < len(words):
                raise InputError(f"two {side} words of the circuit have the same name: {', '.join(w.name for w in words[:20])}")
            for word in words:
                if not word.name or any(c in word.name for c in "\0\r\n"):
                    raise InputError(
                        f"the {side} name {word.name!r} is empty or has a line break: a name on one line is expected"
                    )
                if word.width is not None and word.width < 0:
                    raise InputError(f"the {side} word {word.name} has {word.width} bits: at least 0 are expected")
        count = self.gate_count
        if len(self.left) != count or len(self.right) != count:
            raise InputError(f"{count} operations have {len(self.left)} left and {len(self.right)} right operands")
        if sum(word.size for word in self.outputs) != len(self.output):
            raise InputError(f"the output words hold {sum(w.size for w in self.outputs)} bits, {len(self.output)} are given")
        if count and int(self.operation.max()) > XOR:
            raise InputError(f"{int(self.operation.max())} is not an operation: 0 is AND and 1 is XOR")
        own = 2 * (np.arange(count) + self.input_count + 1)
        for operands in (self.left, self.right):
            if bool(np.any(operands < 0)) or bool(np.any(operands >= own)):
                raise InputError("every gate must read literals of earlier variables only")
        if self.output.size and not 0 <= int(self.output.min()) <= int(self.output.max()) < 2 * self.variable_count:
            raise InputError(f"an output is not a literal of the variables 0 .. {self.variable_count - 1}")
        if self.original is not None and len(self.original.variable) != self.variable_count:
            raise InputError(f"{len(self.original.variable)} variables of a file are given for {self.variable_count} variables")


def _described(words: tuple[Word, ...]) -> str:
    """The first few words of one side."""
    shown = [word.name if word.width is None else f"{word.name}[{word.width}]" for word in words[:4]]
    return ", ".join([*shown, "..."] if len(words) > 4 else shown)


def _frozen(name: str, values: Any) -> npt.NDArray[Any]:
    """A read-only copy, uint8 or int64. Raises InputError for anything but a flat array of integers."""
    array = np.asarray(values)
    if array.ndim != 1 or (array.size and array.dtype.kind not in "iu"):
        raise InputError(f"{name} must be a flat array of integers, it has the shape {array.shape} and the dtype {array.dtype}")
    if name == "operation" and array.size and not 0 <= int(array.min()) <= int(array.max()) <= 255:
        raise InputError(f"{name} must hold 0 for AND and 1 for XOR")
    frozen = array.astype(np.uint8 if name == "operation" else np.int64)
    frozen.setflags(write=False)
    return frozen
