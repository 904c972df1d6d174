"""The order in which a network is evaluated: which nodes matter, and in which step each is computed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from proofcheck.networks.network import Network

IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Shape:
    """Per node, inputs included.

    level: 0 for an input, else 1 + the largest level of its sources (affine nodes count, unlike in `layers`);
    live: whether an output depends on it; last: the largest level that reads it, `levels` for an output.
    """

    level: IntArray
    live: npt.NDArray[np.bool_]
    last: IntArray
    levels: int


@lru_cache(maxsize=8)
def shape_of(network: Network) -> Shape:
    """Linear in the number of weights."""
    inputs, count = network.input_count, network.node_count
    source, start = network.source.tolist(), network.start.tolist()
    level = [0] * count
    for i in range(count - inputs):
        level[inputs + i] = 1 + max([level[s] for s in source[start[i] : start[i + 1]]], default=0)
    levels = 1 + max(level, default=0)
    last = [-1] * count
    for node in network.output.tolist():
        last[node] = levels
    for i in reversed(range(count - inputs)):
        if last[inputs + i] >= 0:
            own = level[inputs + i]
            for s in source[start[i] : start[i + 1]]:
                if last[s] < own:
                    last[s] = own
    as_array = np.array(last, np.int64)
    return Shape(np.array(level, np.int64), as_array >= 0, as_array, levels)
