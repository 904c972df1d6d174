"""Claims on bits: corners, tables, endianness, signs, carries, permuted outputs, circuits, reference functions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from proofcheck import (
    Bits,
    Computes,
    all_of,
    any_of,
    bits_of,
    implies,
    maximum,
    mod,
    reference,
    where,
    word,
)
from proofcheck.circuits import Circuit, decoder, emulate, equality, kogge_stone_adder, less_than, multiplier, ripple_adder
from proofcheck.networks import Network, inputs, layered, network, relu, step
from tests.power.false_claims.rows import ESTABLISHED, Row, computed, row, satisfied

TINY = Fraction(1, 2**40)
TABLE = (0, 1, 1, 1, 0, 0, 0, 0)


def adder(p: int, whole: bool = False) -> Network:
    """The sum of two p-bit words modulo 2^p, bit by bit, or as one number."""
    x, y = inputs(p, on=Bits, name="x"), inputs(p, on=Bits, name="y")
    carry: Any = 0
    digits = []
    for a, b in zip(x, y, strict=True):
        t = a + b + carry
        carry = relu(t - 1) - relu(t - 2)
        digits.append(t - 2 * carry)
    return network(sum(2**i * digit for i, digit in enumerate(digits)) if whole else digits)


def table(values: Sequence[int]) -> Network:
    """A table of 2^3 entries, entry x0 + 2 x1 + 4 x2: a neuron for each 1."""
    x = inputs(3, on=Bits)
    ones = [[c >> i & 1 for i in range(3)] for c, value in enumerate(values) if value]
    return network(sum(relu(sum(v if b else -v for v, b in zip(x, row, strict=True)) - sum(row) + 1) for row in ones))


def looked_up(values: Sequence[int], bits: Sequence[Any]) -> Any:
    """The entry of the table that a word names."""
    return any_of(word(bits) == c for c, value in enumerate(values) if value)


def parity(n: int, weight: int | Fraction = 1) -> Network:
    """Two neurons for each XOR; the last ones with this weight."""
    x = inputs(n, on=Bits)
    found = x[0]
    for i, bit in enumerate(x[1:], 2):
        found = (relu(found - bit) + relu(bit - found)) * (weight if i == n else 1)
    return network(found)


def threshold(n: int, least: int) -> Network:
    return network(step(sum(inputs(n, on=Bits)) - least))


def half_adder() -> Network:
    a, b = inputs(on=Bits), inputs(on=Bits)
    carry = relu(a + b - 1)
    return network([a + b - 2 * carry, carry])


def one_hot() -> Network:
    """The lines of a decoder of two bits."""
    return emulate(decoder(2))


def conjunction(n: int) -> Network:
    return network(relu(sum(inputs(n, on=Bits)) - n + 1))


def fixed(value: int) -> Network:
    return network(0 * (x := inputs(2, on=Bits))[0] + value, inputs=x)


def copies() -> Network:
    x = inputs(2, on=Bits)
    y = relu(x[0] + x[1] - 1)
    return network([y, y], inputs=x)


def with_unused() -> Network:
    """The parity of the first two of three bits."""
    x = inputs(3, on=Bits)
    return network(relu(x[0] - x[1]) + relu(x[1] - x[0]), inputs=x)


def inverted(circuit: Circuit, place: int) -> Circuit:
    """The circuit with one output negated."""
    output = circuit.output.copy()
    output[place] ^= 1
    return replace(circuit, output=output)


def reversed_outputs(circuit: Circuit) -> Circuit:
    return replace(circuit, output=circuit.output[::-1].copy())


def is_circuit(what: str, build: Any, false: Circuit, true: Circuit, **rest: Any) -> Row:
    """A row of two circuits."""
    return row(what, build, lambda: Computes(circuit=lambda: false), lambda: Computes(circuit=lambda: true), **rest)


def referred(what: str, build: Any, false: Any, true: Any, **rest: Any) -> Row:
    """A row of two reference functions: established at most."""
    return computed(what, build, reference(false), reference(true), strength=ESTABLISHED, **rest)


def signed(bits: Sequence[Any]) -> Any:
    return word(bits) - 2 ** len(bits) * bits[-1]


CORNERS = (
    computed("one corner of 1,024", lambda: conjunction(10), lambda x: all_of(x[:9]), lambda x: all_of(x)),
    computed("the last corner", lambda: parity(8), lambda x: where(all_of(x), 1, mod(sum(x), 2)), lambda x: mod(sum(x), 2)),
    computed("an inner corner", lambda: parity(8), lambda x: where(word(x) == 165, 1, mod(sum(x), 2)), lambda x: mod(sum(x), 2)),
    computed("OR at (1, 1)", lambda: parity(2), lambda x: x[0] | x[1], lambda x: x[0] ^ x[1]),
    computed("XNOR", lambda: parity(3), lambda x: ~(x[0] ^ x[1] ^ x[2]), lambda x: x[0] ^ x[1] ^ x[2]),
    computed("more than half, or half", lambda: threshold(4, 2), lambda x: sum(x) > 2, lambda x: sum(x) >= 2),
    computed("a threshold off by one", lambda: threshold(5, 3), lambda x: sum(x) >= 4, lambda x: sum(x) > 2),
    computed("no conditions are all true", lambda: fixed(1), lambda x: any_of([]), lambda x: all_of([])),
    computed("no condition is true of none", lambda: fixed(0), lambda x: all_of([]), lambda x: any_of([])),
    computed("an input that is not used", with_unused, lambda x: x[0] ^ x[1] ^ x[2], lambda x: x[0] ^ x[1]),
    computed(
        "2^-40 in a weight",
        lambda: parity(5, 1 + TINY),
        lambda x: mod(sum(x), 2),
        lambda x: mod(sum(x), 2),
        twin=lambda: parity(5),
    ),
    computed(
        "2^-1100 in a bias, which no float64 has",
        lambda: network(relu(inputs(2, on=Bits)[0] + Fraction(1, 2**1100))),
        lambda x: x[0],
        lambda x: x[0] + Fraction(1, 2**1100),
    ),
)

WORDS = (
    computed(
        "the bits of a table's index", lambda: table(TABLE), lambda x: looked_up(TABLE, x[::-1]), lambda x: looked_up(TABLE, x)
    ),
    computed("an entry of a table", lambda: table(TABLE), lambda x: looked_up((*TABLE[:7], 1), x), lambda x: looked_up(TABLE, x)),
    computed(
        "words from the wrong end",
        lambda: adder(3),
        lambda x, y: bits_of(word(x[::-1]) + word(y[::-1]), 3),
        lambda x, y: bits_of(word(x) + word(y), 3),
    ),
    computed(
        "a sum from the wrong end",
        lambda: adder(3),
        lambda x, y: bits_of(word(x) + word(y), 3)[::-1],
        lambda x, y: bits_of(word(x) + word(y), 3),
    ),
    computed(
        "a sum without the remainder",
        lambda: adder(3, whole=True),
        lambda x, y: word(x) + word(y),
        lambda x, y: mod(word(x) + word(y), 8),
    ),
    computed(
        "a sum that saturates",
        lambda: adder(3, whole=True),
        lambda x, y: word(x) + word(y) - maximum(word(x) + word(y) - 7, 0),
        lambda x, y: mod(word(x) + word(y), 8),
    ),
    computed(
        "the last carry",
        lambda: adder(5),
        lambda x, y: bits_of(word(x) + word(y) - 16 * (x[4] & y[4]), 5),
        lambda x, y: bits_of(word(x) + word(y), 5),
    ),
    computed(
        "a carry in", lambda: adder(4), lambda x, y: bits_of(word(x) + word(y) + 1, 4), lambda x, y: bits_of(word(x) + word(y), 4)
    ),
    computed(
        "one pair of 2^64",
        lambda: adder(32),
        lambda x, y: bits_of(word(x) + word(y) + where(all_of(x + y), 1, 0), 32),
        lambda x, y: bits_of(word(x) + word(y), 32),
    ),
    computed(
        "the top bit of 2^64 pairs",
        lambda: adder(32),
        lambda x, y: bits_of(word(x[:31]) + word(y), 32),
        lambda x, y: bits_of(word(x) + word(y), 32),
    ),
    computed(
        "a signed comparison",
        lambda: emulate(less_than(3)),
        lambda x, y: [signed(x) < signed(y)],
        lambda x, y: [word(x) < word(y)],
    ),
    computed(
        "a comparison that is not strict",
        lambda: emulate(less_than(4)),
        lambda x, y: [word(x) <= word(y)],
        lambda x, y: [word(x) < word(y)],
    ),
    computed("sum and carry exchanged", half_adder, lambda x, y: [x & y, x ^ y], lambda x, y: [x ^ y, x & y]),
    computed("the second of two equal outputs", copies, lambda x: [x[0] & x[1], x[0] | x[1]], lambda x: [x[0] & x[1]] * 2),
)

PROPERTIES = (
    satisfied(
        "a property at one corner", lambda: parity(6), lambda x, y: (y == 0) | ~all_of(x[:5]), lambda x, y: (y == 0) | (y == 1)
    ),
    satisfied("at most one line, or exactly one", one_hot, lambda x, y: sum(y) == 0, lambda x, y: sum(y) == 1),
    satisfied(
        "a line beside its number",
        one_hot,
        lambda x, y: implies(word(x) == 1, y[2] == 1),
        lambda x, y: implies(word(x) == 2, y[2] == 1),
    ),
    satisfied(
        "implication the other way",
        lambda: conjunction(3),
        lambda x, y: implies(x[0], y == 1),
        lambda x, y: implies(y == 1, x[0]),
    ),
    satisfied(
        "the sum alone does not say bits",
        lambda: adder(2),
        lambda x, y, out: word(out) == word(x) + word(y),
        lambda x, y, out: mod(word(out) - word(x) - word(y), 4) == 0,
    ),
)

CIRCUITS = (
    is_circuit("an output negated", lambda: emulate(ripple_adder(4)), inverted(ripple_adder(4), 3), ripple_adder(4)),
    is_circuit("outputs in the other order", lambda: emulate(multiplier(3)), reversed_outputs(multiplier(3)), multiplier(3)),
    is_circuit("another function of the same words", lambda: emulate(equality(4)), less_than(4), equality(4)),
    is_circuit(
        "a layered emulation",
        lambda: layered(emulate(kogge_stone_adder(4))),
        inverted(kogge_stone_adder(4), 0),
        kogge_stone_adder(4),
    ),
    is_circuit(
        "another circuit of the same function, or not",
        lambda: emulate(ripple_adder(4)),
        inverted(kogge_stone_adder(4), 2),
        kogge_stone_adder(4),
        strength=ESTABLISHED,
    ),
    is_circuit(
        "an output more",
        lambda: emulate(ripple_adder(3)),
        ripple_adder(3, carry_out=True),
        ripple_adder(3),
        ends="the circuit has 6 inputs and 4 outputs, the network 6 and 3",
    ),
    is_circuit(
        "inputs more",
        lambda: emulate(ripple_adder(3)),
        ripple_adder(4),
        ripple_adder(3),
        ends="the circuit has 8 inputs and 4 outputs, the network 6 and 3",
    ),
)

REFERENCES = (
    referred("a bit that the reference forgets", lambda: parity(6), lambda x: sum(x[:5]) % 2, lambda x: sum(x) % 2),
    referred(
        "a reference that is wrong at one corner",
        lambda: conjunction(10),
        lambda x: int(sum(x) >= 10 and not x[3]),
        lambda x: int(sum(x) == 10),
    ),
    referred(
        "a reference that says yes in words",
        lambda: parity(3),
        lambda x: "yes",
        lambda x: sum(x) % 2,
        ends="'yes' (str) is not an exact number",
    ),
    referred(
        "a reference of floats", lambda: parity(3), lambda x: float(sum(x) % 2), lambda x: sum(x) % 2, ends="0.0 is a float"
    ),
)

ROWS: tuple[Row, ...] = (*CORNERS, *WORDS, *PROPERTIES, *CIRCUITS, *REFERENCES)
