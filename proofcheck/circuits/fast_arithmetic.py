"""Adders and multipliers of low depth, and one that is deliberately plain: the same words by other circuits.

Words of literals, least significant bit first, in a `Builder`, as in `arithmetic.py`.
"""

from __future__ import annotations

from collections.abc import Sequence

from proofcheck.circuits.arithmetic import add, full_add, prefix_add
from proofcheck.circuits.builder import Builder
from proofcheck.circuits.circuit import FALSE, TRUE

Literals = Sequence[int]


def carry_select_add(builder: Builder, x: Literals, y: Literals, block: int) -> tuple[list[int], int]:
    """(sum, carry out): blocks are added for both carries at once, and the right one is selected (Bedrij, 1962)."""
    total, carry = list[int](), FALSE
    for start in range(0, len(x), block):
        a, b = x[start : start + block], y[start : start + block]
        without, low = add(builder, a, b)
        within, high = add(builder, a, b, TRUE)
        total += [builder.mux(carry, p, q) for p, q in zip(within, without, strict=True)]
        carry = builder.mux(carry, high, low)
    return total, carry


def multiply_by_rows(builder: Builder, x: Literals, y: Literals) -> list[int]:
    """x * y in 2p bits: shift and add, each row by a ripple adder."""
    total: list[int] = [FALSE] * (len(x) + len(y))
    for i, bit in enumerate(y):
        row = [builder.and_(a, bit) for a in x]
        part, carry = add(builder, total[i : i + len(x)], row)
        total[i : i + len(x) + 1] = [*part, carry]
    return total


def multiply_by_tree(builder: Builder, x: Literals, y: Literals) -> list[int]:
    """x * y in 2p bits: three rows become two until two are left (Wallace, 1964), then a parallel prefix adder."""
    width = len(x) + len(y)
    rows = [[FALSE] * i + [builder.and_(a, bit) for a in x] + [FALSE] * (len(y) - i) for i, bit in enumerate(y)]
    while len(rows) > 2:
        reduced = []
        for k in range(0, len(rows) - 2, 3):
            pairs = [full_add(builder, *bits) for bits in zip(*rows[k : k + 3], strict=True)]
            reduced += [[digit for digit, _ in pairs], [FALSE, *(carry for _, carry in pairs[:-1])]]
        rows = reduced + rows[len(rows) // 3 * 3 :]
    return prefix_add(builder, rows[0], rows[1])[0][:width] if len(rows) == 2 else rows[0]
