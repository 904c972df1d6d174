"""Circuits that every size has: adders, multipliers, comparators and the like.

Words are least significant bit first.
"""

from __future__ import annotations

from math import isqrt

from proofcheck.circuits import arithmetic, fast_arithmetic
from proofcheck.circuits.builder import Builder
from proofcheck.circuits.circuit import Circuit
from proofcheck.errors import UsageError


def ripple_adder(p: int, *, carry_out: bool = False) -> Circuit:
    """sum[p] = x[p] + y[p] modulo 2^p; with carry_out sum[p+1], the whole sum."""
    builder, x, y = _two_words(p)
    total, carry = arithmetic.add(builder, x, y)
    builder.outputs("sum", [*total, carry] if carry_out else total)
    return builder.circuit()


def kogge_stone_adder(p: int, *, carry_out: bool = False) -> Circuit:
    """As `ripple_adder`, in depth O(log p)."""
    builder, x, y = _two_words(p)
    total, carry = arithmetic.prefix_add(builder, x, y)
    builder.outputs("sum", [*total, carry] if carry_out else total)
    return builder.circuit()


def carry_select_adder(p: int, *, carry_out: bool = False) -> Circuit:
    """As `ripple_adder`, in blocks of about sqrt(p) bits that are added for both carries."""
    builder, x, y = _two_words(p)
    total, carry = fast_arithmetic.carry_select_add(builder, x, y, isqrt(p))
    builder.outputs("sum", [*total, carry] if carry_out else total)
    return builder.circuit()


def subtractor(p: int, *, borrow_out: bool = False) -> Circuit:
    """difference[p] = x[p] - y[p] modulo 2^p; with borrow_out also the bit `borrow`, 1 exactly when x < y."""
    builder, x, y = _two_words(p)
    difference, borrow = arithmetic.subtract(builder, x, y)
    builder.outputs("difference", difference)
    if borrow_out:
        builder.output("borrow", borrow)
    return builder.circuit()


def multiplier(p: int) -> Circuit:
    """product[2p] = x[p] * y[p]: an array of partial products, added in carry-save form."""
    builder, x, y = _two_words(p)
    builder.outputs("product", arithmetic.multiply(builder, x, y, 2 * p))
    return builder.circuit()


def row_multiplier(p: int) -> Circuit:
    """As `multiplier`, by shifting and adding: one ripple adder for each row of partial products."""
    builder, x, y = _two_words(p)
    builder.outputs("product", fast_arithmetic.multiply_by_rows(builder, x, y))
    return builder.circuit()


def wallace_multiplier(p: int) -> Circuit:
    """As `multiplier`, in depth O(log p): a tree that makes two rows of three, then a parallel prefix adder."""
    builder, x, y = _two_words(p)
    builder.outputs("product", fast_arithmetic.multiply_by_tree(builder, x, y))
    return builder.circuit()


def less_than(p: int) -> Circuit:
    """less = 1 exactly when x[p] < y[p]."""
    builder, x, y = _two_words(p)
    builder.output("less", arithmetic.less_than(builder, x, y))
    return builder.circuit()


def equality(p: int) -> Circuit:
    """equal = 1 exactly when x[p] = y[p]."""
    builder, x, y = _two_words(p)
    builder.output("equal", arithmetic.equal(builder, x, y))
    return builder.circuit()


def popcount(n: int) -> Circuit:
    """count = the number of ones in x[n], as a word of the bit length of n."""
    builder, x = _word(n, "bits")
    builder.outputs("count", arithmetic.count_ones(builder, x))
    return builder.circuit()


def parity(n: int) -> Circuit:
    """parity = the sum of x[n] modulo 2, by a balanced tree of n - 1 XOR."""
    builder, x = _word(n, "bits")
    builder.output("parity", builder.xor_all(x))
    return builder.circuit()


def majority(n: int) -> Circuit:
    """majority = 1 exactly when more than half of x[n] are 1."""
    builder, x = _word(n, "bits")
    builder.output("majority", arithmetic.at_least(builder, arithmetic.count_ones(builder, x), n // 2 + 1))
    return builder.circuit()


def decoder(k: int) -> Circuit:
    """line[2^k]: the line numbered x[k] is 1, all others are 0."""
    builder, x = _word(k, "bits")
    builder.outputs("line", arithmetic.decode(builder, x))
    return builder.circuit()


def priority_encoder(n: int) -> Circuit:
    """index = the place of the highest 1 in x[n], 0 when there is none; valid = 1 when there is one."""
    builder, x = _word(n, "bits")
    index, valid = arithmetic.highest(builder, x)
    builder.outputs("index", index)
    builder.output("valid", valid)
    return builder.circuit()


def barrel_shifter(k: int) -> Circuit:
    """rotated[2^k] = x[2^k] rotated upwards by amount[k] places."""
    _at_least_one(k, "bits of the amount")
    builder = Builder()
    x, amount = builder.inputs("x", 1 << k), builder.inputs("amount", k)
    builder.outputs("rotated", arithmetic.rotate_left(builder, x, amount))
    return builder.circuit()


def _two_words(p: int) -> tuple[Builder, list[int], list[int]]:
    _at_least_one(p, "bits")
    builder = Builder()
    return builder, builder.inputs("x", p), builder.inputs("y", p)


def _word(n: int, what: str) -> tuple[Builder, list[int]]:
    _at_least_one(n, what)
    builder = Builder()
    return builder, builder.inputs("x", n)


def _at_least_one(size: int, what: str) -> None:
    if size < 1:
        raise UsageError(f"a circuit of {size} {what} was asked for: at least 1 is expected")
