"""What the public benchmark files mean, as far as their publishers say: the output bits of each from its input bits.

Written on plain integers, sharing nothing with the package. Only ../shared/data/README.md and the formats were read for it.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from pathlib import Path

Bits = Sequence[int]
Reading = Callable[[Bits], list[int | None]]  # None: nothing is said about this output


def number(bits: Bits) -> int:
    """Least significant bit first."""
    return sum(bit << k for k, bit in enumerate(bits))


def word(value: int, width: int) -> list[int | None]:
    """The bits of a value modulo 2^width, least significant first."""
    return [value >> k & 1 for k in range(width)]


def halves(bits: Bits) -> tuple[int, int]:
    return number(bits[: len(bits) // 2]), number(bits[len(bits) // 2 :])


def of_two(operation: Callable[[int, int], int], width: int) -> Reading:
    return lambda bits: word(operation(*halves(bits)), width)


def highest_first(operation: Callable[[int], int], width: int) -> Reading:
    return lambda bits: word(operation(number(bits[::-1])), width)[::-1]


def of_floats(compare: Callable[[float, float], bool]) -> Reading:
    """Two words of 64 bits as IEEE binary64, the answer in the lowest bit of 64."""

    def read(bits: Bits) -> list[int | None]:
        x, y = (struct.unpack("<d", struct.pack("<Q", value))[0] for value in halves(bits))
        return word(int(compare(x, y)), 64)

    return read


def rotated(bits: Bits) -> list[int | None]:
    value, shift = number(bits[:128]), number(bits[128:])
    return word(value << shift | value >> (128 - shift), 128)


def one_hot(bits: Bits) -> list[int | None]:
    return [int(k == (number(bits) + 128) % 256) for k in range(256)]


def highest_set(bits: Bits) -> list[int | None]:
    """The index is said only where a bit is set."""
    index = max([k for k, bit in enumerate(bits) if bit], default=0)
    return [*(word(index, 7) if any(bits) else [None] * 7), int(any(bits))]


READINGS: dict[str, tuple[str, Reading]] = {
    "adder.aig": ("a + b", of_two(lambda a, b: a + b, 129)),
    "bar.aig": ("rotates left", rotated),
    "square.aig": ("a * a", lambda bits: word(number(bits) ** 2, 128)),
    "voter.aig": ("501 of 1,001", lambda bits: [int(sum(bits) >= 501)]),
    "dec.aig": ("one-hot", one_hot),
    "priority.aig": ("highest bit", highest_set),
    "adder64.txt": ("a + b", of_two(lambda a, b: a + b, 64)),
    "sub64.txt": ("a - b", of_two(lambda a, b: a - b, 64)),
    "mult64.txt": ("a * b", of_two(lambda a, b: a * b, 64)),
    "neg64.txt": ("-a", lambda bits: word(-number(bits), 64)),
    "zero_equal.txt": ("a == 0", lambda bits: [int(not any(bits))]),
    "FP-eq.txt": ("a == b", of_floats(lambda x, y: x == y)),
    "FP-lt.txt": ("a < b", of_floats(lambda x, y: x < y)),
    "9symml.blif": ("3 to 6 of 9", lambda bits: [int(3 <= sum(bits) <= 6)]),
    "parity.blif": ("parity of 16", lambda bits: [sum(bits) % 2]),
    "mlp4.pla": ("a * b", highest_first(lambda v: (v >> 4) * (v & 15), 8)),
    "sqr6.pla": ("a * a", highest_first(lambda v: v * v, 12)),
}
"""By file: in words, and as a function."""


def reading_of(path: Path) -> tuple[str, Reading] | None:
    """The reading of a file: its own, that of the other file of the same circuit, or for a CNF the formula itself."""
    if path.suffix in (".cnf", ".dimacs"):
        return "the formula", formula(path)
    return READINGS.get(path.name) or (READINGS.get(f"{path.stem}.aig") if path.parent.name == "epfl" else None)


def formula(path: Path) -> Reading:
    """Whether all clauses are satisfied."""
    lines = [line for line in path.read_text().splitlines() if line and line[0] not in "cp%"]
    clauses: list[list[int]] = [[]]
    for literal in map(int, " ".join(lines).split()):
        if literal:
            clauses[-1].append(literal)
        else:
            clauses.append([])
    return lambda bits: [int(all(any(bits[abs(v) - 1] == (v > 0) for v in clause) for clause in clauses[:-1]))]
