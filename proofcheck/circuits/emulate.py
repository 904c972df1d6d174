"""Circuits as ReLU networks, gate by gate.

After Kratsios, Zvigelsky, Hart, arXiv 2508.18526 (abstract: every gate is replaced by a canonical ReLU emulator). On
bits x AND y = relu(x + y - 1) is one neuron and x XOR y = relu(x - y) + relu(y - x) is two with an affine sum; a
negated literal is 1 - x inside the weights, and costs nothing. Arrays only: 200,000 gates take a fraction of a second.
"""

from __future__ import annotations

import hashlib

import numpy as np

from proofcheck.circuits.circuit import XOR, Circuit, IntArray
from proofcheck.domains import Bits
from proofcheck.networks import IDENTITY, RELU, Network, Port, assemble


def emulate(circuit: Circuit) -> Network:
    """The network that equals `circuit` on {0,1}^I, exactly; between the bits it is unspecified.

    One neuron for an AND, two for an XOR, as many hidden layers as the circuit has levels; skips are used. An output
    that is a gate is that gate's node, any other literal an affine node. The ports are the words of the circuit and the
    domain is all bits. Meanings are the literals of `circuit.aiger()`; the two neurons of an XOR have none.
    """
    data, variable = circuit.aiger()
    inputs = circuit.input_count
    size = np.where(circuit.operation == XOR, 3, 1)
    last = np.cumsum(size) + inputs - 1  # the node that carries the value of a gate
    node = np.concatenate([[-1], np.arange(inputs), last]).astype(np.int64)  # of each variable; the constant has none
    weight, source, bias, value = _gates(circuit, node, size)

    literal = circuit.output
    passed = np.unique(literal[(literal & 1 == 1) | (literal <= 2 * inputs)])  # the outputs that are not simply a gate
    passed_source = node[passed >> 1]
    passed_weight = np.where(passed_source < 0, 0, _sign(passed))
    after = inputs + len(bias) + np.searchsorted(passed, literal)
    output = np.where(np.isin(literal, passed), after, node[literal >> 1])

    affine = np.concatenate([np.repeat(size == 3, size) & (value >= 0), np.ones(len(passed), bool)])
    value = np.concatenate([value, passed])
    source = np.concatenate([source, np.stack([passed_source, passed_source], axis=1)])
    weight = np.concatenate([weight, np.stack([passed_weight, np.zeros_like(passed)], axis=1)])
    reads = weight != 0
    return assemble(
        inputs=[Port(word.name, word.shape) for word in circuit.inputs],
        outputs=[Port(word.name, word.shape) for word in circuit.outputs],
        on=Bits,
        start=np.concatenate([[0], np.cumsum(reads.sum(axis=1))]),
        source=source[reads],
        weight=weight[reads],
        bias=np.concatenate([bias, passed & 1]),
        activation=affine.astype(np.int64),
        activations=(RELU, IDENTITY),
        output=output,
        circuit=hashlib.sha256(data).hexdigest(),
        meaning=np.where(value < 0, -1, 2 * variable[value >> 1] + (value & 1)),
    )


def _gates(circuit: Circuit, node: IntArray, size: IntArray) -> tuple[IntArray, IntArray, IntArray, IntArray]:
    """(weight, source, bias, literal) of the N nodes of all gates, in order; shapes (N, 2), (N, 2), (N,), (N,).

    An AND is one node, an XOR three: relu(x - y), relu(y - x) and their sum. Each node reads two slots, one of weight 0
    reads nothing; a literal x = 1 - v adds its weight to the bias. `literal` is the literal of the circuit that a node
    carries, or -1.
    """
    inputs = circuit.input_count
    gate = np.repeat(np.arange(circuit.gate_count), size)
    own = np.arange(len(gate)) + inputs
    left = node[1 + inputs + gate] - own  # nodes up to the one that carries the gate: 2, 1, 0 within an XOR
    is_xor = size[gate] == 3
    is_sum, is_relu = is_xor & (left == 0), is_xor & (left > 0)
    flip = np.where(left == 1, -1, 1)
    x, y = circuit.left[gate], circuit.right[gate]
    weight = np.stack([flip, np.where(is_relu, -flip, 1)], axis=1)
    bias = (weight * np.stack([x & 1, y & 1], axis=1)).sum(axis=1) - ~is_xor
    weight *= np.stack([_sign(x), _sign(y)], axis=1)
    source = np.stack([node[x >> 1], node[y >> 1]], axis=1)
    weight[source < 0] = 0
    # on x AND NOT x, and on x XOR x, the two reads cancel; relu(x - 1) is 0 as well, and reads x as its meaning does
    cancel = (source[:, 0] == source[:, 1]) & (source[:, 0] >= 0) & (weight.sum(axis=1) == 0)
    weight[cancel], bias[cancel] = (1, 0), -1
    source[is_sum] = np.stack([own[is_sum] - 2, own[is_sum] - 1], axis=1)
    weight[is_sum], bias[is_sum] = 1, 0
    return weight, source, bias, np.where(is_relu, -1, 2 * (1 + inputs + gate))


def _sign(literal: IntArray) -> IntArray:
    """+1 for a variable, -1 for its negation, shape as given."""
    sign: IntArray = 1 - 2 * (literal & 1)
    return sign
