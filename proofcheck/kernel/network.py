"""The network: read from bytes, validated, named by its digest, evaluated in exact arithmetic, measured.

Nodes 0 .. inputs-1 are the inputs; each later node applies an activation to bias + sum weight * earlier node.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise
from math import prod
from typing import Any, NamedTuple

from .domain import read_domain
from .exact import Note, Number, Work, rational, require, unnoted
from .files import MOST_COORDINATES, canonical, container, expect, fields, integer, integers, items, json_of, sha

KINDS = ("identity", "leaky_relu", "relu", "saturated_linear", "step")
TENSORS = ("activation", "bias", "start", "source", "weight", "output")
LONGEST_TABLE = 1 << 24  # characters of all values together


class Node(NamedTuple):
    """activation (kind, slope) of bias + sum of weight * earlier node."""

    activation: tuple[str, Number]
    bias: Number
    reads: tuple[int, ...]
    weights: tuple[Number, ...]


@dataclass(frozen=True)
class Network:
    """Node inputs + i is nodes[i]; `output` names one node for each output. `digest` covers all of this."""

    inputs: int
    nodes: tuple[Node, ...]
    output: tuple[int, ...]
    digest: str


def read_network(data: bytes) -> Network:
    """Read and validate the bytes of a network file; names, domain and meanings are checked and then left out."""
    (text,), tensors = container(data, "network", "network")
    keys = ("activations", "domain", "inputs", "outputs", "values", "circuit")
    activations, domain, inputs, outputs, texts, circuit = fields(json_of(text, "the network's JSON"), "the network", *keys)
    raw = expect(tensors, *TENSORS, *([] if circuit is None else ["meaning"]))
    size, made, table = _ports(inputs), _ports(outputs), _activations(activations)
    require(len(read_domain(domain).sets) == size, f"the network's domain must have {size} coordinates, one for each input")
    if circuit is not None:
        sha(circuit, "the circuit of the meanings")
        integers(raw[-1], "meaning", -1, 1 << 62)
    length = sum(len(str(text)) for text in items(texts, "the value table"))
    require(length <= LONGEST_TABLE, f"the value table has more than {LONGEST_TABLE} characters")
    values = tuple(rational(text, "a value") for text in texts)
    require(all(a < b for a, b in pairwise(values)), "the value table must be strictly increasing")

    count, edges = len(raw[0]) // 8, len(raw[3]) // 8
    lengths = [count, count, count + 1, edges, edges, made, count][: len(raw)]
    require([len(tensor) // 8 for tensor in raw] == lengths, "the arrays of the network have inconsistent lengths")
    limits = (len(table) - 1, len(values) - 1, edges, size + count - 1, len(values) - 1, size + count - 1)
    arrays = [integers(tensor, name, 0, limit) for tensor, name, limit in zip(raw[:6], TENSORS, limits, strict=True)]
    activation, bias, start, source, weight, output = arrays
    require(start[0] == 0 and start[-1] == edges, "the starts of the weight lists must run from 0 to their number")
    require(0 not in values or values.index(0) not in weight, "a weight is zero")
    nodes: list[Node] = []
    for kind, constant, (first, last) in zip(activation, bias, pairwise(start), strict=True):
        reads = source[first:last]
        node = size + len(nodes)
        require(first <= last and max(reads, default=-1) < node, f"node {node} must read earlier nodes only")
        require(len(set(reads)) == len(reads), f"node {node} reads the same node twice")
        nodes.append(Node(table[kind], values[constant], reads, tuple([values[k] for k in weight[first:last]])))
    header = {"activations": activations, "inputs": size, "lengths": [count, edges, made], "values": texts}
    digest = sha256(canonical(header).encode() + b"".join(raw[:6])).hexdigest()
    return Network(size, tuple(nodes), output, digest)


def _ports(ports: Any) -> int:
    """The number of scalars in a list of [name, shape]."""
    total = 0
    for port in items(ports, "the ports"):
        name, shape = items(port, "a port", 2, 2)
        require(type(name) is str, "the name of a port must be a text")
        total += prod(integer(side, "a side of a port", 0, MOST_COORDINATES) for side in items(shape, "a shape", 0, 16))
    require(total <= MOST_COORDINATES, f"a network may have at most {MOST_COORDINATES} inputs or outputs")
    return total


def _activations(table: Any) -> tuple[tuple[str, Number], ...]:
    pairs = [items(pair, "an activation", 2, 2) for pair in items(table, "the activations")]
    require(all(kind in KINDS for kind, _ in pairs), f"the activations must be of the kinds {', '.join(KINDS)}")
    activations = tuple((str(kind), rational(slope, "a slope")) for kind, slope in pairs)
    require(all(a < b for a, b in pairwise(activations)), "the activation table must be strictly increasing")
    require(all(slope == 0 for kind, slope in activations if kind != "leaky_relu"), "only leaky_relu has a slope")
    return activations


def activate(activation: tuple[str, Number], value: Number) -> Number:
    """The activation function, given by kind and slope, at a value."""
    kind, slope = activation
    above = value.numerator > 0  # cheaper to ask than whether a fraction is
    if kind == "relu":
        return value if above else 0
    if kind == "leaky_relu":
        return value if above else slope * value
    if kind == "step":
        return 1 if value >= 0 else 0
    return min(max(value, 0), 1) if kind == "saturated_linear" else value


def evaluate(network: Network, point: Sequence[Number], work: Work, note: Note = unnoted) -> list[Number]:
    """The outputs at an input vector, exactly; `note` is told every activation and its argument."""
    value = list(point)
    for activation, bias, reads, weights in network.nodes:
        work.spend(len(reads))
        total = work.affine(bias, zip(weights, [value[j] for j in reads], strict=True))
        note(activation[0], (total,))
        value.append(activate(activation, total))
    return [value[j] for j in network.output]


@dataclass(frozen=True)
class Sizes:
    """The measures of docs/formats.md. kinds: the activations of the neurons. layered: strictly layered."""

    measures: dict[str, Number]
    kinds: frozenset[str]
    layered: bool


def sizes(network: Network) -> Sizes:
    """Count, on the network as it stands.

    layer[j]: 0 for an input, 1 + the largest layer read for a neuron, the largest layer read for an affine node.
    lowest[j]: the lowest layer that a reader of node j reads through it; a constant restricts nobody.
    """
    layer, lowest = [0] * network.inputs, [0] * network.inputs
    neurons, kinds, layered = Counter[int](), set[str](), True
    for (kind, _), _, reads, _ in network.nodes:
        above, below = max([layer[j] for j in reads], default=0), min([lowest[j] for j in reads], default=len(network.nodes))
        if kind != "identity":
            layered &= below >= above
            above = below = above + 1
            neurons[above] += 1
            kinds.add(kind)
        layer.append(above)
        lowest.append(below)
    depth = max(neurons, default=0)
    used = {q for node in network.nodes for q in (node.bias, *node.weights)}
    bits = [q.numerator.bit_length() + q.denominator.bit_length() - 1 for q in used]
    nonzeros = sum(len(node.weights) + (node.bias != 0) for node in network.nodes)
    measures: dict[str, Number] = {"inputs": network.inputs, "outputs": len(network.output), "depth": depth}
    measures |= {"width": max(neurons.values(), default=0), "neurons": neurons.total(), "nonzeros": nonzeros}
    measures |= {"largest_weight": max([max(q, -q) for q in used], default=0), "weight_bits": max(bits, default=0)}
    return Sizes(measures, frozenset(kinds), layered and all(lowest[j] >= depth for j in network.output))
