"""What the tests of circuits share: small files of every format, an independent simulator, and words in and out."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator, Sequence
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from proofcheck.circuits import AND, Circuit, simulate

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="../shared/data, the public benchmark files, is not on this machine")

SAMPLES: dict[str, bytes] = {
    "half_adder.aag": (b"aag 7 2 0 2 3\n2\n4\n6\n12\n6 13 15\n12 2 4\n14 3 5\ni0 x\ni1 y\no0 s\no1 c\nc\nhalf adder\n"),
    "and.aig": b"aig 3 2 0 1 1\n6\n\x02\x02i0 a\ni1 b\no0 z\nc\nany\x00bytes\xff",
    "full_adder.blif": (
        b".model full_adder # a comment\n.inputs a b \\\n c\n.outputs sum carry\n.names a b c sum\n100 1\n010 1\n001 1\n111 1\n"
        b".names a b c carry\n00- 0\n0-0 0\n-00 0\n.end\n"
    ),
    "constants.blif": b".model k\n.inputs a\n.outputs one zero none not copy\n.names one\n1\n.names zero\n0\n.names none\n"
    b".names a not\n0 1\n.names a copy\n1 1\n.end\n",
    "c17.bench": b"# six NANDs\nINPUT(1)\nINPUT(2)\nINPUT(3)\nINPUT(6)\nINPUT(7)\nOUTPUT(22)\nOUTPUT(23)\n\n10 = NAND(1, 3)\n"
    b"11 = NAND(3, 6)\n16 = NAND(2, 11)\n19 = NAND(11, 7)\n22 = NAND(10, 16)\n23 = NAND(16, 19)\n",
    "lut.bench": b"INPUT(a)\nINPUT(b)\nINPUT(c)\nOUTPUT(z)\nOUTPUT(k)\nOUTPUT(g)\n"
    b"z = LUT 0xca ( a, b, c )\nk = vdd\ng = LUT 0x4 (a,b)\n",
    "adder1.bristol": b"2 4\n2 1 1\n1 2\n\n2 1 0 1 2 XOR\n2 1 0 1 3 AND\n",
    "kinds.bristol": b"6 10\n1 3\n1 6\n\n2 1 0 1 3 XOR\n1 1 3 4 INV\n1 1 4 5 EQW\n1 1 1 6 EQ\n1 1 0 7 EQ\n4 2 0 1 1 2 8 9 MAND\n",
    "old.bristol": b"3 6\n2 1 2\n\n2 1 0 1 3 AND\n1 1 2 4 INV\n2 1 3 4 5 XOR\n",
    "majority.pla": b"# two of three\n.i 3\n.o 2\n.ilb a b c\n.ob maj all\n.p 4\n11- 1-\n1-1 10\n-11 1~\n111|11\n.e\n",
    "small.cnf": b"c one solution of x1 or not x2, x2\np cnf 3 2\n1 -2 0 2\n0\n",
}


def slow(circuit: Circuit, x: Sequence[int]) -> list[int]:
    """The outputs at one input, gate by gate over Python bools: shares nothing with `simulate`."""
    value = [False, *map(bool, x)]

    def of(literal: int) -> bool:
        return value[literal // 2] is not (literal % 2 == 1)

    for operation, a, b in zip(circuit.operation.tolist(), circuit.left.tolist(), circuit.right.tolist(), strict=True):
        value.append((of(a) and of(b)) if operation == AND else of(a) is not of(b))
    return [int(of(literal)) for literal in circuit.output.tolist()]


def every_input(circuit: Circuit) -> list[tuple[int, ...]]:
    """All of {0,1}^I, for small I."""
    return list(product((0, 1), repeat=circuit.input_count))


def table(circuit: Circuit) -> list[tuple[int, ...]]:
    """The outputs at every input."""
    return [tuple(slow(circuit, x)) for x in every_input(circuit)]


def random_bits(circuit: Circuit, count: int, seed: int = 0) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """Random inputs, among them all zeros, all ones, and for each input the one where it stands alone (at most `count`)."""
    corners = np.concatenate([np.zeros((1, circuit.input_count)), np.ones((1, circuit.input_count)), np.eye(circuit.input_count)])
    drawn = np.random.default_rng(seed).integers(0, 2, (count, circuit.input_count))
    return np.concatenate([corners[:count], drawn]).astype(np.uint8)


def numbers(circuit: Circuit, *operands: Sequence[int]) -> list[tuple[int, ...]]:
    """The output words as numbers, when the input words are these numbers; one row for each place in the operands."""
    columns = [
        [value >> i & 1 for value in values]
        for word, values in zip(circuit.inputs, operands, strict=True)
        for i in range(word.size)
    ]
    rows = simulate(circuit, np.array(columns, np.uint8).T).tolist()
    result = []
    for row in rows:
        bits = iter(row)
        result.append(tuple(sum(next(bits) << i for i in range(word.size)) for word in circuit.outputs))
    return result


def pairs(bits: int, count: int, seed: int = 0) -> Iterator[tuple[int, int]]:
    """Corner and random operands of `bits` bits."""
    top = (1 << bits) - 1
    corners = [0, 1, top, top - 1, top >> 1, (top >> 1) + 1]
    yield from product(corners, corners)
    draw = np.random.default_rng(seed)
    for _ in range(count):
        a, b = (int.from_bytes(draw.bytes(-(-bits // 8)), "little") & top for _ in range(2))
        yield a, b


def certificate(statement: dict[str, Any], network: bytes, circuit: bytes, meaning: Sequence[int]) -> bytes:
    """A certificate file of the method `meanings`, as docs/formats.md describes it."""
    header: dict[str, Any] = {
        "__metadata__": {
            "format": "proofcheck-certificate",
            "method": "meanings",
            "statement": json.dumps(statement, sort_keys=True, separators=(",", ":")),
            "version": "1",
        }
    }
    data = b""
    for name, dtype, part in (
        ("network", "U8", network),
        ("circuit", "U8", circuit),
        ("meaning", "I64", struct.pack(f"<{len(meaning)}q", *meaning)),
    ):
        length = len(meaning) if dtype == "I64" else len(part)
        header[name] = {"dtype": dtype, "shape": [length], "data_offsets": [len(data), len(data) + len(part)]}
        data += part
    text = json.dumps(header, separators=(",", ":")).encode()
    return struct.pack("<Q", len(text)) + text + data
