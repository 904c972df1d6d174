"""Programs of tables in numpy, level by level: what the compiled kernel computes, without it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from proofcheck.engine.bits.inputs import FULL, Words
from proofcheck.engine.bits.lookup import IntArray, Lookup

PORTABLE_WORDS = 1 << 10
PORTABLE_BYTES = 1 << 24


def portable(program: Lookup, columns: Words) -> Words:
    """`BitEngine.run` in numpy, gates of one level and table at once, in tiles that a cache can hold."""
    groups = list(_groups(program))
    result = np.empty((len(program.output), columns.shape[1]), np.uint64)
    tile = min(max(PORTABLE_BYTES // (8 * (program.inputs + program.gates)), 32), PORTABLE_WORDS)
    state = np.empty((program.inputs + program.gates, min(tile, columns.shape[1])), np.uint64)
    for begin in range(0, columns.shape[1], tile):
        part = columns[:, begin : begin + tile]
        here = state[:, : part.shape[1]]
        here[: program.inputs] = part
        for gates, table, sources in groups:
            here[gates] = _looked_up(table, [here[s] for s in sources], (len(gates), part.shape[1]))
        result[:, begin : begin + tile] = here[program.output]
    return result


def _groups(program: Lookup) -> Iterator[tuple[IntArray, int, list[IntArray]]]:
    """(nodes, table, the first, second, ... source of each), level by level; only what an output depends on."""
    live, start, source = np.zeros(program.inputs + program.gates, bool), program.start, program.source
    live[program.output] = True
    for i in reversed(range(program.gates)):
        if live[program.inputs + i]:
            live[source[start[i] : start[i + 1]]] = True
    key = _levels(program) * 2048 + np.diff(start) * 512 + program.table
    order = np.argsort(key, kind="stable")
    order = order[live[program.inputs + order]]
    for gates in np.split(order, np.flatnonzero(np.diff(key[order])) + 1):
        if len(gates):
            fan_in = int(start[gates[0] + 1] - start[gates[0]])
            yield program.inputs + gates, int(program.table[gates[0]]), [source[start[gates] + k] for k in range(fan_in)]


def _levels(program: Lookup) -> IntArray:
    level = [0] * program.inputs
    start, source = program.start.tolist(), program.source.tolist()
    for i in range(program.gates):
        level.append(1 + max([level[s] for s in source[start[i] : start[i + 1]]], default=0))
    return np.array(level[program.inputs :], np.int64)


def _looked_up(table: int, read: list[Words], shape: tuple[int, int]) -> Words:
    """The value of a table, split on its last source first."""
    if not read:
        return np.full(shape, FULL if table & 1 else 0, np.uint64)
    half = 1 << (len(read) - 1)
    low, high = table & (1 << half) - 1, table >> half & (1 << half) - 1
    when_false = _looked_up(low, read[:-1], shape)
    if high == low:
        return when_false
    return when_false ^ (read[-1] & (when_false ^ _looked_up(high, read[:-1], shape)))
