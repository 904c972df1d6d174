"""Exact gadgets on wires: what a formula computes, on which inputs, and what it costs.

The names say what is computed exactly. Costs are neurons in one hidden layer; carries are extra. The names differ from
those of terms (`maximum`, `minimum`, `absolute` there are statements, these are networks).
"""

from __future__ import annotations

from collections.abc import Sequence

from proofcheck.errors import UsageError
from proofcheck.networks.wire import Wire, relu


def larger(a: Wire, b: Wire) -> Wire:
    """max(a, b) for all reals: 1 neuron, and b is carried."""
    return b + relu(a - b)


def smaller(a: Wire, b: Wire) -> Wire:
    """min(a, b) for all reals: 1 neuron, and a is carried."""
    return a - relu(a - b)


def magnitude(a: Wire) -> Wire:
    """|a| for all reals: 2 neurons."""
    return relu(a) + relu(-a)


def compare_exchange(a: Wire, b: Wire) -> tuple[Wire, Wire]:
    """(min(a, b), max(a, b)) for all reals: 1 neuron, and both are carried."""
    excess = relu(a - b)
    return a - excess, b + excess


def threshold(total: Wire, least: int) -> Wire:
    """1 where total >= least, else 0, for integers: 2 neurons. Between integers it rises linearly."""
    return relu(total - (least - 1)) - relu(total - least)


def equals_integer(total: Wire, value: int) -> Wire:
    """1 where total == value, else 0, for integers: 3 neurons. Between integers it is a hat."""
    return relu(total - (value - 1)) - 2 * relu(total - value) + relu(total - (value + 1))


def full_adder(a: Wire, b: Wire, carry: Wire) -> tuple[Wire, Wire]:
    """(sum bit, carry bit) of three bits: 2 neurons, and a + b + carry is carried."""
    total = a + b + carry
    out = threshold(total, 2)
    return total - 2 * out, out


def select(bit: Wire, yes: Wire, no: Wire, most: int) -> Wire:
    """`yes` where bit is 1, `no` where it is 0, for yes and no in [0, most]: 2 neurons."""
    return relu(yes - most * (1 - bit)) + relu(no - most * bit)


def bits_of(number: Wire, count: int) -> list[Wire]:
    """The bits of an integer in 0 .. 2^count - 1, least significant first: `count` hidden layers of 2 neurons."""
    if count < 1:
        raise UsageError(f"bits_of needs a number of bits of at least 1, {count} was given")
    found = []
    for place in reversed(range(count)):
        bit = threshold(number, 1 << place)
        found.append(bit)
        number = number - (1 << place) * bit
    return found[::-1]


def number_of(bits: Sequence[Wire]) -> Wire:
    """The integer with these bits, least significant first: affine, no neurons."""
    if not bits:
        raise UsageError("number_of needs at least one bit")
    total = bits[0]
    for place, bit in enumerate(bits[1:], start=1):
        total = total + (1 << place) * bit
    return total
