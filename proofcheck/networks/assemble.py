"""Networks from arrays: the vectorised path for builders of hundreds of thousands of neurons.

The result is the network that tracing the same nodes in the same order gives, to the bit of its digest.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from proofcheck.domains import Domain
from proofcheck.errors import InputError
from proofcheck.exact import rational
from proofcheck.networks.activation import RELU, Activation
from proofcheck.networks.network import IntArray, Meanings, Network, Port
from proofcheck.networks.table import Table, merged


def assemble(
    *,
    inputs: int | Sequence[Port],
    on: Any,
    start: Any,
    source: Any,
    weight: Any,
    bias: Any,
    output: Any,
    outputs: Sequence[Port] | None = None,
    activation: Any = 0,
    activations: Sequence[Activation] = (RELU,),
    circuit: str | None = None,
    meaning: Any = None,
) -> Network:
    """The network with the given nodes.

    inputs: the input ports, or a number of inputs for one port x. on: their domain, or a family such as Bits.
    Node i of N, counted after the inputs, has the bias bias[i], the weights weight[start[i]:start[i+1]] on the nodes
    source[start[i]:start[i+1]] (inputs counted first), and the activation activations[activation[i]]; `bias`,
    `activation` and `weight` may each be one number for all. Biases and weights are integer arrays, or sequences of
    exact numbers. Sources may repeat within a node (weights add up) and weights may be zero (they are left out).
    output: the nodes put out, by default one port `out`.
    circuit, meaning: SHA-256 of an AIGER file and for each node its literal or -1.
    Raises InputError for arrays that do not fit together, Refusal for floats.
    """
    ports = (Port("x", (inputs,)),) if isinstance(inputs, int) else tuple(inputs)
    domain = on if isinstance(on, Domain) else on.of((sum(port.size for port in ports),))
    table = Table()
    begins, sources = _integers("start", start), _integers("source", source)
    count = len(begins) - 1
    fan_in = np.diff(begins)
    if count < 0 or begins[0] != 0 or begins[-1] != sources.size or bool(np.any(fan_in < 0)):
        raise InputError(f"start must have one entry more than there are nodes and increase from 0 to {sources.size}")
    weights = _indices(table, "weight", weight, sources.size)
    biases = _indices(table, "bias", bias, count)
    kinds = _broadcast("activation", _integers("activation", activation), count)
    if kinds.size and not 0 <= int(kinds.min()) <= int(kinds.max()) < len(activations):
        raise InputError(f"activation has an index outside 0 .. {len(activations) - 1}")
    if sources.size and int(sources.min()) < 0:
        raise InputError("every node must read earlier nodes only")
    begins, sources, weights = merged(table, count, np.repeat(np.arange(count), fan_in), sources, weights)
    rank, values = table.sorted_subset(np.concatenate([biases, weights]))
    kinds_used = np.unique(kinds)
    chosen = sorted({activations[k] for k in kinds_used.tolist()})
    place = np.zeros(len(activations), np.int64)
    place[kinds_used] = [chosen.index(activations[k]) for k in kinds_used.tolist()]
    nodes = _integers("output", output)
    return Network(
        inputs=ports,
        outputs=(Port("out", (nodes.size,)),) if outputs is None else tuple(outputs),
        domain=domain,
        values=values,
        activations=tuple(chosen),
        activation=place[kinds],
        bias=rank[biases],
        start=begins,
        source=sources,
        weight=rank[weights],
        output=nodes,
        meanings=None if circuit is None else Meanings(circuit, _integers("meaning", meaning)),
    )


def _integers(name: str, values: Any) -> IntArray:
    array = np.asarray(values)
    if array.size and array.dtype.kind not in "iu":
        raise InputError(f"{name} must hold integers, it has the dtype {array.dtype}")
    return array.astype(np.int64)


def _indices(table: Table, name: str, values: Any, count: int) -> IntArray:
    """Indices into `table` of integers in an array, or of exact numbers in a sequence, or of one number for all."""
    array = np.asarray(values)
    if array.dtype.kind in "iu":
        distinct, place = np.unique(array, return_inverse=True)
        indices = table.indices(distinct.tolist())[place.reshape(array.shape)]
    elif array.size == 0:
        indices = np.zeros(0, np.int64)
    elif isinstance(values, np.ndarray | list | tuple):
        numbers: list[Fraction] = [rational(value) for value in (values.tolist() if isinstance(values, np.ndarray) else values)]
        indices = table.indices(numbers)
    else:
        indices = table.indices([rational(values)])[0]
    return _broadcast(name, indices, count)


def _broadcast(name: str, array: IntArray, count: int) -> IntArray:
    if array.ndim == 0:
        return np.full(count, array, np.int64)
    if array.shape != (count,):
        raise InputError(f"{name} has {array.size} entries, {count} are expected")
    return array
