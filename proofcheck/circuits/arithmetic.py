"""Arithmetic on words of literals, least significant bit first, in a `Builder`.

Operands of one operation have the same width. `standard.py` makes circuits of these.
"""

from __future__ import annotations

from collections.abc import Sequence

from proofcheck.circuits.builder import Builder
from proofcheck.circuits.circuit import FALSE, TRUE

Literals = Sequence[int]


def full_add(builder: Builder, x: int, y: int, z: int) -> tuple[int, int]:
    """(sum, carry) of three bits: two XOR and, where nothing folds, three AND."""
    half = builder.xor(x, y)
    return builder.xor(half, z), builder.or_(builder.and_(x, y), builder.and_(half, z))


def add(builder: Builder, x: Literals, y: Literals, carry: int = FALSE) -> tuple[list[int], int]:
    """(sum, carry out) of x + y + carry, the carry rippling upwards."""
    total = []
    for a, b in zip(x, y, strict=True):
        digit, carry = full_add(builder, a, b, carry)
        total.append(digit)
    return total, carry


def subtract(builder: Builder, x: Literals, y: Literals) -> tuple[list[int], int]:
    """(difference modulo 2^p, borrow): x - y = x + NOT y + 1, and the borrow is 1 exactly when x < y."""
    difference, carry = add(builder, x, [b ^ 1 for b in y], TRUE)
    return difference, carry ^ 1


def prefix_add(builder: Builder, x: Literals, y: Literals) -> tuple[list[int], int]:
    """(sum, carry out) in depth O(log p): the parallel prefix of Kogge and Stone, IEEE Trans. Computers C-22, 1973."""
    halves = [builder.xor(a, b) for a, b in zip(x, y, strict=True)]
    generate, propagate = [builder.and_(a, b) for a, b in zip(x, y, strict=True)], list(halves)
    span = 1
    while span < len(halves):
        above = range(span, len(halves))
        joined = [builder.or_(generate[i], builder.and_(propagate[i], generate[i - span])) for i in above]
        passed = [builder.and_(propagate[i], propagate[i - span]) for i in above]
        generate[span:], propagate[span:] = joined, passed
        span *= 2
    carries = [FALSE, *generate]
    return [builder.xor(a, b) for a, b in zip(halves, carries, strict=False)], carries[-1]


def add_columns(builder: Builder, columns: Sequence[Sequence[int]], width: int) -> list[int]:
    """The sum modulo 2^width of bits, columns[i] holding those of weight 2^i: full adders until one bit is left in each."""
    todo = [list(column) for column in columns[:width]] + [[] for _ in range(width + 1 - len(columns[:width]))]
    for i in range(width):
        done = 0  # bits are taken from the front, so that they are added in the order in which they arrive
        column = todo[i]
        while len(column) - done > 1:
            z = column[done + 2] if len(column) - done > 2 else FALSE
            digit, carry = full_add(builder, column[done], column[done + 1], z)
            done += 3 if len(column) - done > 2 else 2
            column.append(digit)
            todo[i + 1].append(carry)
        todo[i] = column[done:] or [FALSE]
    return [column[0] for column in todo[:width]]


def multiply(builder: Builder, x: Literals, y: Literals, width: int) -> list[int]:
    """x * y modulo 2^width: all partial products, added in carry-save form."""
    columns: list[list[int]] = [[] for _ in range(width)]
    for i, a in enumerate(x):
        for j, b in enumerate(y[: max(0, width - i)]):
            columns[i + j].append(builder.and_(a, b))
    return add_columns(builder, columns, width)


def less_than(builder: Builder, x: Literals, y: Literals) -> int:
    """x < y as numbers: decided by the highest bit in which they differ."""
    less = FALSE
    for a, b in zip(x, y, strict=True):
        less = builder.or_(builder.and_(a ^ 1, b), builder.and_(builder.or_(a ^ 1, b), less))
    return less


def equal(builder: Builder, x: Literals, y: Literals) -> int:
    """x = y."""
    return builder.and_all([builder.xor(a, b) ^ 1 for a, b in zip(x, y, strict=True)])


def count_ones(builder: Builder, bits: Literals) -> list[int]:
    """The number of ones among n bits, as a word of bit length of n."""
    return add_columns(builder, [bits], len(bits).bit_length())


def at_least(builder: Builder, x: Literals, threshold: int) -> int:
    """x >= threshold, for a constant that fits the width of x."""
    return less_than(builder, x, [TRUE if threshold >> i & 1 else FALSE for i in range(len(x))]) ^ 1


def decode(builder: Builder, x: Literals) -> list[int]:
    """2^k bits, of which the one numbered x is 1."""
    lines = [TRUE]
    for bit in x:
        lines = [builder.and_(line, bit ^ 1) for line in lines] + [builder.and_(line, bit) for line in lines]
    return lines


def highest(builder: Builder, bits: Literals) -> tuple[list[int], int]:
    """(index of the highest 1 among n bits, whether there is one); the index is 0 when there is none."""
    width = max(1, (len(bits) - 1).bit_length())
    index, valid = [FALSE] * width, FALSE
    for place, bit in enumerate(bits):
        index = [builder.or_(bit, old) if place >> i & 1 else builder.and_(bit ^ 1, old) for i, old in enumerate(index)]
        valid = builder.or_(valid, bit)
    return index, valid


def rotate_left(builder: Builder, x: Literals, amount: Literals) -> list[int]:
    """Bit i of x goes to place i + amount modulo the width: one row of multiplexers for each bit of `amount`."""
    word = list(x)
    for k, select in enumerate(amount):
        shift = (1 << k) % len(word)
        word = [builder.mux(select, word[i - shift], word[i]) for i in range(len(word))]
    return word
