"""The binary form of and-inverter graphs: AND gates as pairs of differences, seven bits a byte.

Vectorised both ways; http://fmv.jku.at/aiger describes the format.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[np.int64]

_LONGEST = 7  # bytes of one number: 49 bits


def and_inverter_graph(
    inputs: int, is_xor: npt.NDArray[np.bool_], left: IntArray, right: IntArray
) -> tuple[IntArray, IntArray, IntArray]:
    """(variable, left, right): the same gates with every XOR written as three ANDs.

    x XOR y is AND(NOT AND(x, y), NOT AND(NOT x, NOT y)). variable (V,) maps the old variables to the new ones;
    the new gates have the variables inputs+1, inputs+2, ... and the returned operands.
    """
    last = np.cumsum(np.where(is_xor, 3, 1)) + inputs
    variable = np.concatenate([np.arange(inputs + 1), last]).astype(np.int64)
    total = int(last[-1]) - inputs if last.size else 0
    x, y = (variable[side >> 1] * 2 + (side & 1) for side in (left, right))
    new_left, new_right = np.zeros(total, np.int64), np.zeros(total, np.int64)
    place = last - inputs - 1
    new_left[place], new_right[place] = x, y
    xor_place, xor_x, xor_y = place[is_xor], x[is_xor], y[is_xor]
    new_left[xor_place - 2], new_right[xor_place - 2] = xor_x, xor_y
    new_left[xor_place - 1], new_right[xor_place - 1] = xor_x ^ 1, xor_y ^ 1
    new_left[xor_place], new_right[xor_place] = 2 * (last[is_xor] - 2) + 1, 2 * (last[is_xor] - 1) + 1
    return variable, new_left, new_right


def binary_aiger(inputs: int, left: IntArray, right: IntArray, output: IntArray, symbols: str = "") -> bytes:
    """The binary AIGER file of AND gates inputs+1, inputs+2, ... in topological order."""
    gates = len(left)
    header = f"aig {inputs + gates} {inputs} 0 {len(output)} {gates}\n" + "".join(f"{literal}\n" for literal in output.tolist())
    own = 2 * (np.arange(gates) + inputs + 1)
    high, low = np.maximum(left, right), np.minimum(left, right)
    differences = np.stack([own - high, high - low], axis=1).reshape(-1)
    return header.encode() + encode(differences) + symbols.encode()


def encode(numbers: IntArray) -> bytes:
    """Each number in groups of seven bits, least significant first, the top bit set on all but the last group."""
    groups = (numbers[:, None] >> (7 * np.arange(_LONGEST))) & 127
    more = (numbers[:, None] >> (7 * np.arange(1, _LONGEST + 1))) > 0
    used = np.concatenate([np.ones((len(numbers), 1), bool), more[:, :-1]], axis=1)
    code = (groups | np.where(more, 128, 0)).astype(np.uint8)
    return bytes(code[used])


def decode(data: bytes, position: int, count: int) -> tuple[IntArray, int] | None:
    """(numbers, end) of `count` encoded numbers from `position` on; None when the data end too early.

    A number of more than 49 bits is returned as -1.
    """
    code = np.frombuffer(data, np.uint8, offset=position)
    ends = np.flatnonzero(code < 128)[:count]
    if len(ends) < count:
        return None
    if not count:
        return np.zeros(0, np.int64), position
    code = code[: int(ends[-1]) + 1]
    starts = np.concatenate([[0], ends[:-1] + 1])
    lengths = ends - starts + 1
    shift = np.minimum(np.arange(len(code)) - np.repeat(starts, lengths), _LONGEST)
    numbers = np.add.reduceat((code & 127).astype(np.int64) << (7 * shift), starts)
    return np.where(lengths > _LONGEST, -1, numbers), position + len(code)
