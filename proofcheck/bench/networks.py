"""The networks of the anchors, by the formulas that a paper would write; `error` is added to one weight of one of them."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from proofcheck.domains import Bits, Box
from proofcheck.networks import Network, Wire, inputs, network, relu
from proofcheck.networks.gadgets import compare_exchange, larger

HALF = Fraction(1, 2)
LARGE = 10**12


def gadget() -> Network:
    """relu(x) - relu(-x) - x, which is 0."""
    x = inputs(on=Box(-1, 1))
    return network(relu(x) - relu(-x) - x)


def same() -> Network:
    """x itself, without a neuron."""
    return network(inputs())


def positive_part() -> Network:
    """relu(x) on [-1, 1]."""
    return network(relu(inputs(on=Box(-1, 1))))


def positive_parts() -> Network:
    """relu(x0), relu(x1) on [0, 1]^2."""
    return network([relu(x) for x in inputs(2, on=Box(0, 1))])


def positive_sum() -> Network:
    """relu(x0) + relu(x1) + relu(x2) on [-1, 1]^3."""
    return network(sum(relu(x) for x in inputs(3, on=Box(-1, 1))))


def maximum_of_4(error: Fraction | int = 0) -> Network:
    """max of four numbers in two rounds, the first weight 1 + error."""
    a, b, c, d = inputs(4, on=Box(-1, 1))
    return network(larger(b + relu((1 + error) * a - b), larger(c, d)))


def maxima_in_two_orders() -> Network:
    """max(max(a, b), max(c, d)) and max(a, max(b, max(c, d)))."""
    a, b, c, d = inputs(4, on=Box(-1, 1))
    return network([larger(larger(a, b), larger(c, d)), larger(a, larger(b, larger(c, d)))])


def sorted_3() -> Network:
    """Three numbers in increasing order, by three comparators."""
    a, b, c = inputs(3, on=Box(-1, 1))
    a, b = compare_exchange(a, b)
    b, c = compare_exchange(b, c)
    a, b = compare_exchange(a, b)
    return network([a, b, c])


def adder_3(error: Fraction | int = 0) -> Network:
    """The sum of two words of 3 bits, modulo 8; what leaves the second place is carried with weight 2 + error."""
    x, y = inputs(3, on=Bits, name="x"), inputs(3, on=Bits, name="y")
    carry: Any = 0
    digits = []
    for place in range(3):
        total = x[place] + y[place] + carry
        carry = relu(total - 1) - relu(total - 2)
        digits.append(total - (2 + (error if place == 1 else 0)) * carry)
    return network(digits)


def _teeth(x: Wire, count: int, error: Fraction | int = 0) -> list[Wire]:
    """g_1 .. g_count at x in [0, 1]: g is 2x up to 1/2 and 2 - 2x behind, g_s its s-fold composition."""
    found = [x]
    for s in range(1, count + 1):
        t = found[-1]
        found.append((2 + (error if s == count else 0)) * t - 4 * relu(t - HALF))
    return found[1:]


def sawtooth_3(error: Fraction | int = 0) -> Network:
    """g_3 on [0, 1], four teeth, the last upward weight 2 + error."""
    return network(_teeth(inputs(on=Box(0, 1)), 3, error)[-1])


def square(m: int) -> Network:
    """f_m on [0, 1]: x - g_1/4 - ... - g_m/4^m, between x^2 and x^2 + 4^-(m+1)."""
    x = inputs(on=Box(0, 1))
    return network(x - sum(g * Fraction(1, 4**s) for s, g in enumerate(_teeth(x, m), 1)))


def homogeneous() -> Network:
    """relu(K x) - K relu(x) for K = 10^12, which is 0."""
    x = inputs(on=Box(-1, 1))
    return network(relu(LARGE * x) - LARGE * relu(x))


def steep_ramp() -> Network:
    """relu(K x) - relu(K x - 1) for K = 10^12: from 0 up to 1."""
    x = inputs(on=Box(-1, 1))
    return network(relu(LARGE * x) - relu(LARGE * x - 1))
