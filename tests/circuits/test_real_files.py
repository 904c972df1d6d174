"""The public benchmark files mean what their publishers say."""

from __future__ import annotations

import math
import struct
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise, product
from pathlib import Path

import numpy as np
import pytest

from proofcheck.circuits import Circuit, emulate, read_circuit, simulate
from proofcheck.errors import InputError
from tests.circuits.samples import DATA, needs_data, numbers, pairs, random_bits, slow
from tests.evidence.real_circuits import circuits, simulated

pytestmark = needs_data

FOLDERS = {"aiger": "aag", "epfl": "aig blif", "bristol": "txt", "iscas85": "bench", "mcnc": "blif pla", "equivalence": "cnf"}
FILES = [f"{folder}/{path.name}" for folder, kinds in FOLDERS.items() for kind in kinds.split()
         for path in sorted((DATA / folder).glob(f"*.{kind}")) if path.stem != "License"]  # fmt: skip
SEQUENTIAL = {"cnt1", "cnt1e", "notcnt1", "notcnt1e", "toggle", "toggle-re"}


def circuit(name: str) -> Circuit:
    return read_circuit(DATA / name)


@pytest.mark.parametrize("name", FILES)
def test_every_file_is_read_and_emulated_or_has_latches(name: str) -> None:
    if Path(name).stem in SEQUENTIAL:
        with pytest.raises(InputError, match=r":1: the header promises 1 latches: only circuits without state can be read$"):
            circuit(name)
        return
    built = circuit(name)
    rows = random_bits(built, 3)
    expected = [slow(built, row) for row in rows.tolist()]
    assert simulate(built, rows).tolist() == expected
    network = emulate(built)
    if built.gate_count < 4000:
        assert [list(map(int, network(row))) for row in rows.tolist()] == expected


@pytest.mark.parametrize("stem", ["adder", "bar", "cavlc", "ctrl", "dec", "priority", "router"])
def test_the_two_forms_of_an_epfl_circuit_agree(stem: str) -> None:
    one, other = circuit(f"epfl/{stem}.aig"), circuit(f"epfl/{stem}.blif")
    assert (one.inputs, one.outputs) == (other.inputs, other.outputs)
    rows = random_bits(one, 300)
    assert np.array_equal(simulate(one, rows), simulate(other, rows))


def test_epfl_adder_adds() -> None:
    a, b = zip(*pairs(128, 200), strict=True)
    assert numbers(circuit("epfl/adder.aig"), a, b) == [((x + y) % 2**128, (x + y) >> 128) for x, y in zip(a, b, strict=True)]


def test_epfl_square_squares() -> None:
    a = [x for x, _ in pairs(64, 200)]
    assert numbers(circuit("epfl/square.aig"), a) == [(x * x,) for x in a]


def test_epfl_bar_rotates_left() -> None:
    a = [x for x, _ in pairs(128, 220)]
    shift = [i % 128 for i in range(len(a))]
    rotated = [((x << s | x >> (128 - s)) % 2**128,) for x, s in zip(a, shift, strict=True)]
    assert numbers(circuit("epfl/bar.aig"), a, shift) == rotated


def test_epfl_voter_wants_501_of_1001() -> None:
    rng = np.random.default_rng(1)
    ones = [0, 499, 500, 501, 502, 1001, *rng.integers(490, 513, 40).tolist()]
    rows = np.stack([rng.permutation([1] * k + [0] * (1001 - k)) for k in ones])
    assert simulate(circuit("epfl/voter.aig"), rows)[:, 0].tolist() == [int(k >= 501) for k in ones]


def test_epfl_dec_is_one_hot() -> None:
    rows = simulate(circuit("epfl/dec.aig"), np.array([[i >> k & 1 for k in range(8)] for i in range(256)]))
    assert np.array_equal(rows, np.roll(np.eye(256, dtype=np.uint8), 128, axis=1))


def test_epfl_priority_finds_the_highest_bit() -> None:
    a = [0, *(1 << i for i in range(128)), *(x >> (i % 128) for i, (x, _) in enumerate(pairs(128, 200)))]
    for x, (index, valid) in zip(a, numbers(circuit("epfl/priority.aig"), a), strict=True):
        assert valid == (x > 0)
        assert not x or index == x.bit_length() - 1


@pytest.mark.parametrize(("name", "operation"), [
    ("adder64", lambda x, y: x + y), ("sub64", lambda x, y: x - y), ("mult64", lambda x, y: x * y),
])  # fmt: skip
def test_bristol_arithmetic_wraps_around(name: str, operation: Callable[[int, int], int]) -> None:
    a, b = zip(*pairs(64, 200), strict=True)
    expected = [(operation(x, y) % 2**64,) for x, y in zip(a, b, strict=True)]
    assert numbers(circuit(f"bristol/{name}.txt"), a, b) == expected


def test_bristol_unary_circuits() -> None:
    a = [x for x, _ in pairs(64, 100)]
    assert numbers(circuit("bristol/neg64.txt"), a) == [(-x % 2**64,) for x in a]
    assert numbers(circuit("bristol/zero_equal.txt"), [*a, 0]) == [(int(x == 0),) for x in [*a, 0]]


def test_bristol_comparisons_are_those_of_ieee_floats() -> None:
    rng = np.random.default_rng(2)
    special = [
        0.0,
        -0.0,
        1.0,
        -1.0,
        5e-324,
        -5e-324,
        math.inf,
        -math.inf,
        math.nan,
        1.7976931348623157e308,
        2.2250738585072014e-308,
    ]
    drawn = rng.integers(0, 2**64, 200, dtype=np.uint64).view(np.float64).tolist()
    values = [*product(special, special), *pairwise(drawn), *((x, x) for x in drawn)]
    words = [[struct.unpack("<Q", struct.pack("<d", value))[0] for value in side] for side in zip(*values, strict=True)]
    for name, compare in (("FP-eq", lambda x, y: x == y), ("FP-lt", lambda x, y: x < y)):
        assert numbers(circuit(f"bristol/{name}.txt"), *words) == [(int(compare(x, y)),) for x, y in values]


def all_rows(bits: int, *, highest_first: bool = False) -> np.ndarray:
    order = range(bits - 1, -1, -1) if highest_first else range(bits)
    return np.array([[i >> k & 1 for k in order] for i in range(1 << bits)])


def test_mcnc_functions() -> None:
    ones = all_rows(9).sum(axis=1)
    assert simulate(circuit("mcnc/9symml.blif"), all_rows(9))[:, 0].tolist() == ((ones >= 3) & (ones <= 6)).tolist()
    rows = random_bits(circuit("mcnc/parity.blif"), 500)
    assert simulate(circuit("mcnc/parity.blif"), rows)[:, 0].tolist() == (rows.sum(axis=1) % 2).tolist()
    weights = 1 << np.arange(12)[::-1]
    product_of = simulate(circuit("mcnc/mlp4.pla"), all_rows(8, highest_first=True)) @ weights[-8:]
    assert product_of.tolist() == [(i >> 4) * (i & 15) for i in range(256)]
    square_of = simulate(circuit("mcnc/sqr6.pla"), all_rows(6, highest_first=True)) @ weights
    assert square_of.tolist() == [i * i for i in range(64)]


def test_c17_and_c432_are_the_same_in_both_suites() -> None:
    for bench, blif, counts in (("c17", "C17", (6, 0)), ("c432", "C432", None)):
        one, other = circuit(f"iscas85/{bench}.bench"), circuit(f"mcnc/{blif}.blif")
        rows = random_bits(one, 500)
        assert counts in (None, (one.and_count, one.xor_count))
        assert np.array_equal(simulate(one, rows), simulate(other, rows))


def test_c499_corrects_single_errors() -> None:
    """The word zero with its check bits, read with any one of its 32 bits wrong, comes out right."""
    rows = np.zeros((33, 41), np.uint8)
    rows[1:, :32] = np.eye(32)
    assert not simulate(circuit("iscas85/c499.bench"), rows).any()


def test_cnf_circuits_are_satisfied_where_the_formula_is() -> None:
    for stem in ("false", "full2", "ph2", "ph3", "prime4"):
        name = DATA / "equivalence" / f"{stem}.cnf"
        body = " ".join(line for line in name.read_text().splitlines() if line and line[0] not in "cp")
        clauses = [[int(word) for word in clause.split()] for clause in f" {body} ".split(" 0 ")[:-1]]
        built = read_circuit(name)
        rows = all_rows(built.input_count) if built.input_count <= 12 else random_bits(built, 2000)
        expected = [int(all(any(row[abs(v) - 1] == (v > 0) for v in c) for c in clauses)) for row in rows.tolist()]
        assert simulate(built, rows)[:, 0].tolist() == expected
        assert not any(expected) or stem == "prime4"


@pytest.mark.parametrize("path", [path for path in circuits() if path.stem not in SEQUENTIAL], ids=lambda path: path.name)
def test_the_table_of_readings_holds(path: Path) -> None:
    """What `python -m tests.evidence.real_circuits` compares each file with; a changed output is noticed."""
    built = read_circuit(path)
    words = simulated(path, built)
    if words != "-":
        with pytest.raises(AssertionError, match="differs"):
            simulated(path, replace(built, output=built.output ^ 1, original=None))
