"""Building circuits: folding, sharing, and arithmetic of every size."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from math import isqrt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from proofcheck import circuits
from proofcheck.circuits import FALSE, TRUE, Builder, Circuit, arithmetic
from proofcheck.errors import UsageError
from tests.circuits.samples import every_input, numbers, pairs, slow

OPERATIONS: dict[str, Callable[[int, int, int], int]] = {
    "and_": lambda a, b, _c: a & b,
    "or_": lambda a, b, _c: a | b,
    "xor": lambda a, b, _c: a ^ b,
    "not_": lambda a, _b, _c: 1 - a,
    "mux": lambda a, b, c: b if a else c,
}
ARITY = {"not_": 1, "mux": 3}


@pytest.mark.parametrize("name", OPERATIONS)
def test_operations_on_every_choice_of_literals_and_constants(name: str) -> None:
    arity = ARITY.get(name, 2)
    for operands in product(range(6), repeat=arity):  # the constants, and two inputs with their negations
        builder = Builder()
        builder.inputs("x", 2)
        builder.output("z", getattr(builder, name)(*operands))
        circuit = builder.circuit()
        for x in every_input(circuit):
            values = [(0, *x)[literal >> 1] ^ (literal & 1) for literal in operands]
            assert slow(circuit, x) == [OPERATIONS[name](*[*values, 0, 0][:3])]
        if any(literal in (FALSE, TRUE) for literal in operands) and name != "mux":
            assert circuit.gate_count == 0
        assert circuit.gate_count <= (3 if name == "mux" else 1)


def test_equal_gates_are_shared() -> None:
    builder = Builder()
    a, b = builder.inputs("x", 2)
    assert builder.and_(a, b) == builder.and_(b, a) == builder.or_(a ^ 1, b ^ 1) ^ 1
    assert builder.xor(a, b) == builder.xor(b ^ 1, a) ^ 1
    builder.outputs("z", [builder.and_(a, b), builder.xor(a, b)])
    assert builder.circuit().gate_count == 2


def test_trees_are_balanced_and_know_the_empty_case() -> None:
    builder = Builder()
    x = builder.inputs("x", 9)
    assert (builder.and_all([]), builder.or_all([]), builder.xor_all([])) == (TRUE, FALSE, FALSE)
    builder.outputs("z", [builder.and_all(x), builder.or_all(x), builder.xor_all(x)])
    circuit = builder.circuit()
    assert circuit.depth == 4
    for row in every_input(circuit):
        assert slow(circuit, row) == [min(row), max(row), sum(row) % 2]


def test_inputs_come_before_gates() -> None:
    builder = Builder()
    builder.and_(*builder.inputs("x", 2))
    with pytest.raises(UsageError, match="the input y is declared after the first gate: declare all inputs first"):
        builder.input("y")


BINARY: dict[str, tuple[Callable[[int], Circuit], Callable[[int, int, int], tuple[int, ...]]]] = {
    "ripple_adder": (circuits.ripple_adder, lambda x, y, p: ((x + y) % 2**p,)),
    "ripple_adder with carry": (lambda p: circuits.ripple_adder(p, carry_out=True), lambda x, y, p: (x + y,)),
    "kogge_stone_adder": (circuits.kogge_stone_adder, lambda x, y, p: ((x + y) % 2**p,)),
    "kogge_stone_adder with carry": (lambda p: circuits.kogge_stone_adder(p, carry_out=True), lambda x, y, p: (x + y,)),
    "carry_select_adder": (circuits.carry_select_adder, lambda x, y, p: ((x + y) % 2**p,)),
    "carry_select_adder with carry": (lambda p: circuits.carry_select_adder(p, carry_out=True), lambda x, y, p: (x + y,)),
    "row_multiplier": (circuits.row_multiplier, lambda x, y, p: (x * y,)),
    "wallace_multiplier": (circuits.wallace_multiplier, lambda x, y, p: (x * y,)),
    "subtractor": (circuits.subtractor, lambda x, y, p: ((x - y) % 2**p,)),
    "subtractor with borrow": (lambda p: circuits.subtractor(p, borrow_out=True), lambda x, y, p: ((x - y) % 2**p, int(x < y))),
    "multiplier": (circuits.multiplier, lambda x, y, p: (x * y,)),
    "less_than": (circuits.less_than, lambda x, y, p: (int(x < y),)),
    "equality": (circuits.equality, lambda x, y, p: (int(x == y),)),
}


@pytest.mark.parametrize("name", BINARY)
def test_binary_arithmetic_of_every_small_and_some_large_sizes(name: str) -> None:
    make, value = BINARY[name]
    for p in (1, 2, 3, 4, 5, 16, 64):
        operands = list(product(range(1 << p), repeat=2)) if p <= 5 else list(pairs(p, 60))
        x, y = zip(*operands, strict=True)
        assert numbers(make(p), x, y) == [value(a, b, p) for a, b in operands]


UNARY: dict[str, Callable[[int, int], tuple[int, ...]]] = {
    "popcount": lambda x, n: (x.bit_count(),),
    "parity": lambda x, n: (x.bit_count() % 2,),
    "majority": lambda x, n: (int(2 * x.bit_count() > n),),
    "priority_encoder": lambda x, n: (max(x.bit_length() - 1, 0), int(x > 0)),
}


@pytest.mark.parametrize("name", UNARY)
def test_functions_of_one_word(name: str) -> None:
    for n in (1, 2, 3, 4, 5, 6, 7, 8, 9, 31, 64):
        words = list(range(1 << n)) if n < 10 else [x >> (i % n) for i, (x, _) in enumerate(pairs(n, 100))]
        assert numbers(getattr(circuits, name)(n), words) == [UNARY[name](x, n) for x in words]


def test_decoders_and_shifters() -> None:
    for k in (1, 2, 3, 5):
        assert numbers(circuits.decoder(k), range(1 << k)) == [(1 << x,) for x in range(1 << k)]
        n = 1 << k
        operands = [(x, s) for x, _ in pairs(n, 20) for s in range(n)]
        x, amount = zip(*operands, strict=True)
        expected = [((a << s | a >> (n - s)) % (1 << n),) for a, s in operands]
        assert numbers(circuits.barrel_shifter(k), x, amount) == expected


def test_sizes_are_the_known_ones() -> None:
    """A full adder is 2 XOR and 3 AND; Kogge and Stone have logarithmic depth; parity is n - 1 XOR."""
    for p in (2, 8, 33):
        ripple = circuits.ripple_adder(p, carry_out=True)
        assert (ripple.xor_count, ripple.and_count) == (2 * p - 1, 3 * p - 2)
        assert (circuits.parity(p).xor_count, circuits.parity(p).and_count) == (p - 1, 0)
        assert circuits.kogge_stone_adder(p).depth <= 2 * (p - 1).bit_length() + 2
        assert circuits.carry_select_adder(p).depth <= 4 * (isqrt(p) + 3) + 8
        assert circuits.wallace_multiplier(p).depth <= 10 * p.bit_length() + 4 < circuits.row_multiplier(p).depth + 30
    assert circuits.less_than(16).xor_count == 0


def test_a_size_below_one_is_refused() -> None:
    with pytest.raises(UsageError, match="a circuit of 0 bits was asked for: at least 1 is expected"):
        circuits.ripple_adder(0)


@given(st.integers(1, 6), st.integers(0, 70), st.data())
@settings(max_examples=60, deadline=None)
def test_comparison_with_a_constant(width: int, seed: int, data: st.DataObject) -> None:
    threshold = data.draw(st.integers(0, (1 << width) - 1))
    builder = Builder()
    x = builder.inputs("x", width)
    builder.output("z", arithmetic.at_least(builder, x, threshold))
    assert numbers(builder.circuit(), range(1 << width)) == [(int(x >= threshold),) for x in range(1 << width)]
