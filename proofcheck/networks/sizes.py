"""The sizes of a network, as docs/formats.md defines them, and whether it is strictly layered."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import inf

import numpy as np
import numpy.typing as npt

from proofcheck.networks.network import IntArray, Network


@dataclass(frozen=True)
class Sizes:
    """What is counted on a network as it stands.

    width: the largest number of neurons in one layer. depth: hidden layers. neurons: nodes that are not affine.
    nonzeros: weights, and biases other than zero, affine nodes included. largest_weight: the largest absolute value of
    a weight or bias. weight_bits: the largest bit length of a numerator plus that of its denominator less 1.
    inputs, outputs: numbers of single values.
    """

    width: int
    depth: int
    neurons: int
    nonzeros: int
    largest_weight: Fraction
    weight_bits: int
    inputs: int
    outputs: int


def sizes(network: Network) -> Sizes:
    """All sizes of `network`."""
    neuron = is_neuron(network)
    layer = layers(network)[network.input_count :][neuron]
    used = {network.values[i] for i in np.unique(np.concatenate([network.bias, network.weight])).tolist()}
    return Sizes(
        width=int(np.bincount(layer).max(initial=0)),
        depth=int(layer.max(initial=0)),
        neurons=int(neuron.sum()),
        nonzeros=len(network.weight) + int(np.count_nonzero(nonzero_bias(network))),
        largest_weight=max((abs(value) for value in used), default=Fraction(0)),
        weight_bits=max((abs(v.numerator).bit_length() + v.denominator.bit_length() - 1 for v in used), default=0),
        inputs=network.input_count,
        outputs=len(network.output),
    )


def is_neuron(network: Network) -> npt.NDArray[np.bool_]:
    """For each node that is not an input whether it is a neuron."""
    active = np.array([a.kind != "identity" for a in network.activations], bool)
    return active[network.activation]


def nonzero_bias(network: Network) -> npt.NDArray[np.bool_]:
    return np.array([value != 0 for value in network.values], bool)[network.bias]


def layers(network: Network) -> IntArray:
    """The layer of every node: of an input 0, of an affine node the largest of its sources (0 if none), of a neuron one more."""
    layer = [0] * network.input_count
    source, start = network.source.tolist(), network.start.tolist()
    first = 0
    for neuron, last in zip(is_neuron(network).tolist(), start[1:], strict=True):
        largest = 0
        for s in source[first:last]:
            if layer[s] > largest:
                largest = layer[s]
        layer.append(largest + neuron)
        first = last
    return np.array(layer, np.int64)


def is_layered(network: Network) -> bool:
    """Whether each neuron of layer l reads layer l - 1 only and the outputs the last layer, through affine nodes or not."""
    earliest, latest = _layer_ranges(network)
    first, depth = network.input_count, 0
    source, start = network.source.tolist(), network.start.tolist()
    for i in np.flatnonzero(is_neuron(network)).tolist():
        read = latest[first + i] - 1
        depth = max(depth, read + 1)
        if any(earliest[source[e]] < read for e in range(start[i], start[i + 1])):
            return False
    return all(earliest[j] >= depth for j in network.output.tolist())


def _layer_ranges(network: Network) -> tuple[list[float], list[int]]:
    """The earliest and the latest layer of the neurons and inputs behind each node; infinity and 0 behind a constant.

    A neuron or input is behind itself only.
    """
    earliest: list[float] = [0] * network.input_count
    latest = [0] * network.input_count
    source, start = network.source.tolist(), network.start.tolist()
    first = 0
    for neuron, last in zip(is_neuron(network).tolist(), start[1:], strict=True):
        layer = 0
        for e in range(first, last):
            if latest[source[e]] > layer:
                layer = latest[source[e]]
        if neuron:
            latest.append(layer + 1)
            earliest.append(layer + 1)
        else:
            latest.append(layer)
            earliest.append(min((earliest[source[e]] for e in range(first, last)), default=inf))
        first = last
    return earliest, latest
