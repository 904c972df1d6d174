"""The inputs of programs of bits by number, 64 to a word: the ranked bijection of {0,1}^n, or random bits of a seed.

Bit i of input number r is bit i of r, or depends on the seed and r alone. kernels.c and columns.cu make the same.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Words = npt.NDArray[np.uint64]

WORD = 64
FULL = np.uint64(0xFFFFFFFFFFFFFFFF)


def bits_of_input(number: int, inputs: int, seed: int | None = None) -> list[int]:
    """The input with this number, bit by bit."""
    words = input_words(inputs, number // WORD, 1, seed)[:, 0]
    return [int(word) >> number % WORD & 1 for word in words]


def input_words(inputs: int, first: int, count: int, seed: int | None = None) -> Words:
    """The columns (inputs, count) of the words first .. first + count - 1, as the compiled kernel makes them."""
    place = np.arange(first, first + count, dtype=np.uint64)
    if seed is not None:
        index = place[None, :] * np.uint64(inputs) + np.arange(inputs, dtype=np.uint64)[:, None]
        return _mixed(np.uint64(seed & (1 << 64) - 1), index)
    rows = np.zeros((inputs, count), np.uint64)
    within = [sum(1 << k for k in range(WORD) if k >> i & 1) for i in range(6)]
    for i in range(min(inputs, 6 + 63)):
        rows[i] = np.uint64(within[i]) if i < 6 else np.where(place >> np.uint64(i - 6) & np.uint64(1), FULL, np.uint64(0))
    return rows


def _mixed(seed: np.uint64, place: Words) -> Words:
    with np.errstate(over="ignore"):
        z = seed + (place + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ z >> np.uint64(30)) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ z >> np.uint64(27)) * np.uint64(0x94D049BB133111EB)
        return np.asarray(z ^ z >> np.uint64(31), np.uint64)
