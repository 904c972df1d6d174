"""The target that is constant on each cell of the cube."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from proofcheck.spec.functions import where
from proofcheck.spec.term import Term


def on_cells(values: Mapping[tuple[int, ...], Sequence[Any]], x: Sequence[Term]) -> list[Any]:
    """values[cell] for x in the cell (k_1, ..., k_d) of [0, 1]^d: k_i/K <= x_i < (k_i + 1)/K, with 1 in the last one.

    values: for each cell, 0 <= k_i < K, a row of numbers or terms. One choice by `where` for each border of a coordinate.
    """
    cells = max(cell[-1] for cell in values) + 1

    def chosen(first: tuple[int, ...]) -> list[Any]:
        """The row for x whose cell starts with these numbers."""
        if len(first) == len(x):
            return list(values[first])
        row = chosen((*first, cells - 1))
        for k in reversed(range(cells - 1)):
            below = x[len(first)] < Fraction(k + 1, cells)
            row = [where(below, a, b) for a, b in zip(chosen((*first, k)), row, strict=True)]
        return row

    return chosen(())
