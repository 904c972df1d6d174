"""What some families compute, in plain Python and without their recursion: a tape by its table, walks by Bellman and Ford."""

from __future__ import annotations

from typing import Any

BEAVER = {("A", 0): (1, 1, "B"), ("A", 1): (1, -1, "B"), ("B", 0): (1, -1, "A"), ("B", 1): (1, 1, "H")}
"""The two-state busy beaver: what is written, where the head moves, and its next state."""


def rule_110(tape: list[Any], T: int) -> list[int]:
    """The tape after T steps, zeros beyond its ends."""
    cells = [int(cell) for cell in tape]
    for _ in range(T):
        whole = [0, *cells, 0]
        cells = [110 >> (4 * whole[i] + 2 * whole[i + 1] + whole[i + 2]) & 1 for i in range(len(cells))]
    return cells


def two_state_beaver(wires: list[Any], n: int, T: int) -> list[int]:
    """Symbols, then the head in the states A, B, H, after T steps from one head or none; a head that leaves the tape is gone."""
    symbols, heads = [int(cell) for cell in wires[:n]], wires[n:]
    state, place = next((("ABH"[i // n], i % n) for i, head in enumerate(heads) if head), ("H", n))
    for _ in range(T):
        if state != "H" and 0 <= place < n:
            symbols[place], move, state = BEAVER[state, symbols[place]]
            place += move
    return [*symbols, *(int(name == state and i == place) for name in "ABH" for i in range(n))]


def least_walks(d: list[Any], n: int) -> list[Any]:
    """The least lengths of walks of one edge or more, row by row: one more edge at a time, n times."""
    edges = [d[i * n : (i + 1) * n] for i in range(n)]
    best = [list(row) for row in edges]
    for _ in range(n):
        best = [[min(best[i][j], *(best[i][m] + edges[m][j] for m in range(n))) for j in range(n)] for i in range(n)]
    return [entry for row in best for entry in row]
