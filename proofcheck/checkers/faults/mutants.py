"""Networks with one planted fault, of every kind that an error of construction or transcription makes.

The faults are the same for the same network and seed. A mutant may compute the same function as the network all the
same: whether it does is for others to find out.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from itertools import combinations, pairwise
from typing import Any, TypeVar

import numpy as np

from proofcheck.networks import Network, layers
from proofcheck.networks.network import IntArray
from proofcheck.networks.sizes import is_neuron

T = TypeVar("T")
SMALL = Fraction(1, 2**30)
MOST_PAIRED = 32
MOST = 20_000
BIASES: dict[str, dict[str, Callable[[Fraction], Fraction]]] = {
    "bias +-1": {"+ 1": lambda v: v + 1, "- 1": lambda v: v - 1},
    "bias +-2^-30": {"+ 2^-30": lambda v: v + SMALL, "- 2^-30": lambda v: v - SMALL},
}
WEIGHTS: dict[str, dict[str, Callable[[Fraction], Fraction]]] = {
    "weight +-1": {"+ 1": lambda v: v + 1, "- 1": lambda v: v - 1},
    "weight +-2^-30": {"+ 2^-30": lambda v: v + SMALL, "- 2^-30": lambda v: v - SMALL},
    "sign flip": {"negated": lambda v: -v},
    "connection dropped": {"dropped": lambda v: Fraction(0)},
}

Change = tuple[str, Callable[[], Network]]


@dataclass(frozen=True)
class Mutant:
    """A network that differs in one place: of which kind the fault is, and where and how."""

    kind: str
    change: str
    network: Network


def mutants(network: Network, count: int, seed: int) -> Iterator[Mutant]:
    """At most `count` mutants of pairwise different places and changes, drawn with the seed, kind after kind in turn.

    A weight or bias is shifted by 1 or 2^-30, a weight negated, a connection or a node cut off (so that it passes
    activation(0) on), two inputs are exchanged, a node on the way to others reads the neighbour of what it should read or
    what stands before that ("wrong carry"), and likewise any other wire ("misread wire"). A change that changes nothing is
    left out.
    """
    draw = random.Random(seed)
    found = 0
    for kind, (change, changed) in in_turn(changes(network), draw):
        if found == count:
            return
        mutant = changed()
        if mutant.digest != network.digest:
            found += 1
            yield Mutant(kind, change, mutant)


def changes(network: Network) -> dict[str, list[Change]]:
    """For each kind of fault that the network offers its changes, each with the network that it makes.

    Of more than 20,000 connections or nodes only so many, evenly spaced, are changed.
    """
    offered: dict[str, list[Change]] = {}
    nodes = _some(range(len(network.activation)))
    for kind, values in WEIGHTS.items():
        offered[kind] = [
            (f"weight of node {reader} on node {source} {change}", partial(_value_changed, network, "weight", e, function))
            for e, (reader, source) in _some(list(enumerate(_connections(network))))
            for change, function in values.items()
        ]
    for kind, values in BIASES.items():
        offered[kind] = [
            (f"bias of node {network.input_count + i} {change}", partial(_value_changed, network, "bias", i, function))
            for i in nodes
            for change, function in values.items()
        ]
    offered["neuron dropped"] = [(f"node {network.input_count + i} dropped", partial(_node_dropped, network, i)) for i in nodes]
    offered["inputs swapped"] = [
        (f"inputs {i} and {j} exchanged", partial(_inputs_exchanged, network, i, j)) for i, j in _pairs(network.input_count)
    ]
    offered["wrong carry"], offered["misread wire"] = _misreadings(network)
    return {kind: found for kind, found in offered.items() if found}


def in_turn(groups: dict[str, list[T]], draw: random.Random) -> Iterator[tuple[str, T]]:
    """One of each group in turn, each group in an order that is drawn, until all are used up."""
    waiting = {kind: draw.sample(items, len(items)) for kind, items in groups.items()}
    while any(waiting.values()):
        for kind, items in waiting.items():
            if items:
                yield kind, items.pop()


def _some(items: Sequence[T]) -> Sequence[T]:
    """The items, or MOST of them evenly spaced."""
    return items if len(items) <= MOST else [items[i * len(items) // MOST] for i in range(MOST)]


def _connections(network: Network) -> Iterator[tuple[int, int]]:
    """(reader, source) of each weight."""
    readers = np.repeat(np.arange(len(network.activation)) + network.input_count, np.diff(network.start))
    return zip(readers.tolist(), network.source.tolist(), strict=True)


def _pairs(inputs: int) -> Iterable[tuple[int, int]]:
    """The pairs of inputs; of many inputs neighbours only."""
    return combinations(range(inputs), 2) if inputs <= MOST_PAIRED else ((i, i + 1) for i in range(inputs - 1))


def _misreadings(network: Network) -> tuple[list[Change], list[Change]]:
    """Readings of another node than a neuron, by a node that others read; and all others, outputs included."""
    carries: list[Change] = []
    others: list[Change] = []
    neuron = [False] * network.input_count + is_neuron(network).tolist()
    beside, behind = _neighbours(network, neuron), _sources(network)
    known, read = [set(sources) for sources in behind], set(network.source.tolist())
    for e, (reader, source) in _some(list(enumerate(_connections(network)))):
        for node in dict.fromkeys([*beside[source], *behind[source]]):
            if node < reader and node not in known[reader]:
                change = f"node {reader} reads node {node} instead of node {source}"
                made = partial(_reading, network, e, node)
                (carries if reader in read and neuron[source] else others).append((change, made))
    for k, source in _some(list(enumerate(network.output.tolist()))):
        for node in dict.fromkeys([*beside[source], *behind[source]]):
            others.append((f"output {k} is node {node} instead of node {source}", partial(_output, network, k, node)))
    return carries, others


def _neighbours(network: Network, neuron: Sequence[bool]) -> list[list[int]]:
    """For each node those before and after it among the inputs, the neurons of its layer, or the affine nodes of its layer."""
    sorts: dict[Any, list[int]] = {}
    for node, layer in enumerate(layers(network).tolist()):
        sorts.setdefault((node < network.input_count, neuron[node], layer), []).append(node)
    beside: list[list[int]] = [[] for _ in neuron]
    for nodes in sorts.values():
        for a, b in pairwise(nodes):
            beside[a].append(b)
            beside[b].append(a)
    return beside


def _sources(network: Network) -> list[list[int]]:
    """What each node reads."""
    source, start = network.source.tolist(), network.start.tolist()
    return [[] for _ in range(network.input_count)] + [source[a:b] for a, b in pairwise(start)]


def _value_changed(network: Network, place: str, index: int, change: Callable[[Fraction], Fraction]) -> Network:
    indices = {"bias": network.bias.copy(), "weight": network.weight.copy()}
    value = change(network.values[int(indices[place][index])])
    if place == "weight" and value == 0:
        return _without(network, np.arange(len(network.weight)) != index, indices["bias"])
    indices[place][index] = len(network.values)
    return _with(network, (*network.values, value), indices["bias"], indices["weight"], network.source, network.start)


def _node_dropped(network: Network, index: int) -> Network:
    keep = np.ones(len(network.weight), dtype=bool)
    keep[network.start[index] : network.start[index + 1]] = False
    bias = network.bias.copy()
    bias[index] = len(network.values)
    return _without(network, keep, bias, (*network.values, Fraction(0)))


def _inputs_exchanged(network: Network, i: int, j: int) -> Network:
    other = np.arange(network.node_count)
    other[[i, j]] = j, i
    return replace(_rewired(network, other[network.source]), output=other[network.output])


def _reading(network: Network, index: int, node: int) -> Network:
    source = network.source.copy()
    source[index] = node
    return _rewired(network, source)


def _output(network: Network, index: int, node: int) -> Network:
    output = network.output.copy()
    output[index] = node
    return replace(network, output=output)


def _rewired(network: Network, source: IntArray) -> Network:
    """The network with these sources, the connections of each node in order."""
    order = np.lexsort((source, np.repeat(np.arange(len(network.activation)), np.diff(network.start))))
    return replace(network, source=source[order], weight=network.weight[order])


def _without(network: Network, keep: np.ndarray, bias: np.ndarray, values: tuple[Fraction, ...] | None = None) -> Network:
    """Leave out the connections where `keep` is false."""
    start = np.concatenate([[0], np.cumsum(keep)])[network.start]
    return _with(network, values or network.values, bias, network.weight[keep], network.source[keep], start)


def _with(
    network: Network, values: tuple[Fraction, ...], bias: np.ndarray, weight: np.ndarray, source: np.ndarray, start: np.ndarray
) -> Network:
    """The network with these arrays, whose bias and weight index `values` in any order; the table is made canonical."""
    used = sorted({values[i] for i in np.unique(np.concatenate([bias, weight])).tolist()})
    position = {value: i for i, value in enumerate(used)}
    renamed = np.array([position.get(value, -1) for value in values], dtype=np.int64)
    return replace(network, values=tuple(used), bias=renamed[bias], weight=renamed[weight], source=source, start=start)
