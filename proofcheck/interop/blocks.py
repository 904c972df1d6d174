"""A network as blocks of neurons: all nodes of one level and one activation together, with the matrix that makes them.

Formats made of tensor operations (ONNX, torch) are written from these. A strictly layered network of one activation
gives one block for each layer, each reading the block before it only.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from proofcheck.errors import Refusal
from proofcheck.interop.forms import folded
from proofcheck.networks import IDENTITY, Activation, Network, is_layered

Matrix = npt.NDArray[np.float64]
MOST_ENTRIES = 1 << 25


@dataclass(frozen=True, eq=False)
class Block:
    """activation(matrix @ columns + bias), (rows, columns).

    reads: the blocks that it reads, 0 for the inputs, side by side in this order. columns: of these side by side the ones
    that the matrix multiplies; None for all. nodes: the nodes of the network, one for each row.
    """

    activation: Activation
    reads: tuple[int, ...]
    columns: tuple[int, ...] | None
    matrix: Matrix
    bias: npt.NDArray[np.float64]
    nodes: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Blocks:
    """A network in blocks. `network`: what the blocks compute, node by node. output: (block, row) of each output."""

    network: Network
    blocks: tuple[Block, ...]
    output: tuple[tuple[int, int], ...]

    @property
    def sequential(self) -> bool:
        """Whether each block reads all of the block before it and the outputs are the last block."""
        return all(b.reads == (i,) and b.columns is None for i, b in enumerate(self.blocks)) and self.output == tuple(
            (len(self.blocks), row) for row in range(len(self.blocks[-1].nodes) if self.blocks else self.network.input_count)
        )


def suited(network: Network) -> Network:
    """The network that is written for this one: without affine nodes between layers when it is strictly layered."""
    return folded(network) if is_layered(network) else network


def blocks_of(network: Network) -> Blocks:
    """`network`, as `suited` gives it, in blocks. Every number must be a float64, as the certificate of a dtype shows.

    Raises Refusal when the matrices would have more than 2^25 entries, or a number is not a float64.
    """
    count, first = network.node_count, network.input_count
    level = _levels(network)
    keys = sorted({(level[first + i], kind) for i, kind in enumerate(network.activation.tolist())})
    number = {key: index + 1 for index, key in enumerate(keys)}
    rows: list[list[int]] = [list(range(first)), *([] for _ in keys)]
    block, row = np.zeros(count, np.int64), np.arange(count)
    for i, kind in enumerate(network.activation.tolist()):
        b = number[level[first + i], kind]
        block[first + i], row[first + i] = b, len(rows[b])
        rows[b].append(first + i)
    values = np.array([_stored(value) for value in network.values], np.float64)
    made: list[Block] = []
    entries = 0
    for index, (_, kind) in enumerate(keys, 1):
        mine = np.array(rows[index]) - first
        spans = [np.arange(network.start[i], network.start[i + 1]) for i in mine]
        edges = np.concatenate(spans) if spans else np.zeros(0, np.int64)
        reader = np.repeat(np.arange(len(mine)), [len(span) for span in spans])
        source = network.source[edges]
        reads = sorted(set(block[source].tolist())) or [0]
        offset = np.zeros(len(keys) + 1, np.int64)
        total = 0
        for b in reads:
            offset[b] = total
            total += len(rows[b])
        column = offset[block[source]] + row[source]
        used = np.unique(column)
        columns = None
        if len(reads) > 1 or 2 * len(used) < total:
            columns = tuple(used.tolist()) if len(used) < total else None
        if columns is not None:
            column, total = np.searchsorted(used, column), len(used)
        entries += len(mine) * total
        if entries > MOST_ENTRIES:
            raise Refusal("the matrices have more than 2^25 entries: the network is too large for a format of dense layers")
        matrix = np.zeros((len(mine), total))
        matrix[reader, column] = values[network.weight[edges]]
        made.append(
            Block(network.activations[kind], tuple(reads), columns, matrix, values[network.bias[mine]], tuple(rows[index]))
        )
    return Blocks(network, tuple(made), tuple((int(block[node]), int(row[node])) for node in network.output.tolist()))


def _levels(network: Network) -> list[int]:
    level = [0] * network.input_count
    for _, _, _, terms in network.nodes():
        level.append(1 + max((level[source] for source, _ in terms), default=0))
    return level


def _stored(value: Fraction) -> float:
    try:
        stored = value.numerator / value.denominator
    except OverflowError:
        stored = 0.0
    if stored.as_integer_ratio() != (value.numerator, value.denominator):
        raise Refusal(f"the number {value} of the network is no float64: it cannot be written as a tensor without rounding")
    return stored


__all__ = ["IDENTITY", "Block", "Blocks", "blocks_of", "suited"]
