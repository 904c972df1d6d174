"""The network value: exact data, immutable, and the same for six neurons and for two hundred thousand.

A network is a directed acyclic graph in topological order. Nodes 0 .. inputs-1 are the inputs; each later node
applies an activation to one affine combination of earlier nodes. A node whose activation is the identity is an
*affine node*: shared, and not a neuron. Weights are indices into a table of distinct rationals, so that a large
network is a handful of integer arrays and a small table.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from proofcheck.domains import Domain
from proofcheck.errors import InputError
from proofcheck.exact import text_of
from proofcheck.networks.activation import Activation
from proofcheck.networks.compose import parallel, sequence
from proofcheck.networks.interpret import evaluate

if TYPE_CHECKING:
    from proofcheck.engine.exact_module import ExactModule

IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Port:
    """A named array of inputs or outputs; `shape` () is a scalar. Elements are in row-major order."""

    name: str
    shape: tuple[int, ...]

    def __post_init__(self) -> None:
        if any(length < 0 for length in self.shape):
            raise InputError(f"port {self.name} has the shape {list(self.shape)}: lengths are at least 0")

    @property
    def size(self) -> int:
        return prod(self.shape)

    def __str__(self) -> str:
        return f"{self.name}{list(self.shape)}" if self.shape else self.name


@dataclass(frozen=True, eq=False)
class Meanings:
    """Untrusted notes on the wires: for each node that is not an input the circuit literal it carries, or -1.

    Literals are those of the AIGER file with SHA-256 `circuit` (2*variable + negated, 0 false, 1 true). A node
    without a note is internal to the gadget that reads it.
    """

    circuit: str
    literal: IntArray

    def __post_init__(self) -> None:
        object.__setattr__(self, "literal", _frozen("meaning", self.literal))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Meanings) and self.circuit == other.circuit and np.array_equal(self.literal, other.literal)

    def __hash__(self) -> int:
        return hash(self.circuit)


@dataclass(frozen=True, eq=False)
class Network:
    """An exact network.

    inputs, outputs: ports; `domain` is the set of inputs that the network is made for, one coordinate per input.
    values: the distinct rationals used, strictly increasing. activations: the distinct activations used, sorted.
    For node `inputs + i`: activation[i] indexes `activations`; bias[i] indexes `values`; its weights are
    weight[start[i]:start[i+1]] (indices into `values`, never of zero) on the nodes source[start[i]:start[i+1]]
    (distinct within a node). output: one node for each output. Arrays are int64 and read-only.
    Two networks are equal when all of this is equal; `digest` covers what determines the function.
    """

    inputs: tuple[Port, ...]
    outputs: tuple[Port, ...]
    domain: Domain
    values: tuple[Fraction, ...]
    activations: tuple[Activation, ...]
    activation: IntArray
    bias: IntArray
    start: IntArray
    source: IntArray
    weight: IntArray
    output: IntArray
    meanings: Meanings | None = None

    def __post_init__(self) -> None:
        for name in ("activation", "bias", "start", "source", "weight", "output"):
            object.__setattr__(self, name, _frozen(name, getattr(self, name)))
        self._check()

    @cached_property
    def input_count(self) -> int:
        return sum(port.size for port in self.inputs)

    @cached_property
    def node_count(self) -> int:
        """Inputs, affine nodes and neurons together."""
        return self.input_count + len(self.activation)

    def nodes(self) -> Iterator[tuple[int, Activation, Fraction, tuple[tuple[int, Fraction], ...]]]:
        """Yield (node, activation, bias, ((source, weight), ...)) in topological order, inputs left out."""
        values, source, weight = self.values, self.source.tolist(), self.weight.tolist()
        start, bias, activation = self.start.tolist(), self.bias.tolist(), self.activation.tolist()
        for i in range(len(activation)):
            terms = tuple((source[e], values[weight[e]]) for e in range(start[i], start[i + 1]))
            yield self.input_count + i, self.activations[activation[i]], values[bias[i]], terms

    @cached_property
    def digest(self) -> str:
        """SHA-256 (hex) of what determines the function: inputs, activations, values, the graph and the outputs.

        The header is canonical JSON (docs/formats.md), then the six arrays as little-endian int64.
        """
        header = {
            "activations": [[a.kind, text_of(a.slope)] for a in self.activations],
            "inputs": self.input_count,
            "lengths": [len(self.activation), len(self.source), len(self.output)],
            "values": [text_of(v) for v in self.values],
        }
        state = hashlib.sha256(json.dumps(header, sort_keys=True, separators=(",", ":")).encode())
        for array in (self.activation, self.bias, self.start, self.source, self.weight, self.output):
            state.update(array.astype("<i8").tobytes())
        return state.hexdigest()

    def torch(self, dtype: Any = "auto", device: Any = "cpu", check_domain: bool = True) -> ExactModule:
        """This network as a torch module, (batch, inputs) to (batch, outputs), whose outputs equal the rationals bit for bit.

        See `proofcheck.engine.module`. Raises Refusal, naming layer, needed and available bits, when `dtype` might round.
        """
        from proofcheck.engine import module  # the one arrow against the order of the parts: people look for it here

        return module(self, dtype, device, check_domain)

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Network)
            and self.digest == other.digest
            and (self.inputs, self.outputs) == (other.inputs, other.outputs)
            and (self.domain, self.meanings) == (other.domain, other.meanings)
        )

    def __hash__(self) -> int:
        return hash(self.digest)

    def __call__(self, *x: Any) -> tuple[Fraction, ...]:
        """The outputs at one input, exactly: `evaluate` of the arguments, one per port or all values flat."""
        return evaluate(self, x)

    def __rshift__(self, other: Network) -> Network:
        """`f >> g`: the outputs of f are the inputs of g (`compose.sequence`)."""
        return sequence(self, other) if isinstance(other, Network) else NotImplemented

    def __or__(self, other: Network) -> Network:
        """`f | g`: both side by side, on separate inputs (`compose.parallel`)."""
        return parallel(self, other) if isinstance(other, Network) else NotImplemented

    def __repr__(self) -> str:
        inputs, outputs = (", ".join(map(str, ports)) for ports in (self.inputs, self.outputs))
        return f"<Network {inputs} -> {outputs}: {len(self.activation)} nodes, {len(self.source)} weights, {self.digest[:12]}>"

    def _repr_html_(self) -> str:
        """What a notebook shows: ports, domain, sizes, digest, and the formulas while they are few."""
        from proofcheck.networks.html import network_html

        return network_html(self)

    def _check(self) -> None:
        """Raise InputError unless the arrays form a network."""
        count, edges = len(self.activation), len(self.source)
        for side, ports in (("input", self.inputs), ("output", self.outputs)):
            if len({port.name for port in ports}) < len(ports):
                raise InputError(f"two {side} ports have the same name: {', '.join(port.name for port in ports)}")
        inputs, nodes = self.input_count, self.input_count + count
        if len(self.domain.sets) != inputs:
            raise InputError(f"the domain has {len(self.domain.sets)} coordinates, the network {inputs} inputs")
        if len(self.output) != sum(port.size for port in self.outputs):
            raise InputError(f"the output ports hold {sum(p.size for p in self.outputs)} values, {len(self.output)} are given")
        if not all(a < b for a, b in pairwise(self.values)):
            raise InputError("the value table must be strictly increasing")
        if list(self.activations) != sorted(set(self.activations)):
            raise InputError("the activation table must be strictly increasing")
        if len(self.bias) != count or len(self.start) != count + 1 or len(self.weight) != edges:
            raise InputError("the arrays of the network have inconsistent lengths")
        if self.start[0] != 0 or self.start[-1] != edges or bool(np.any(np.diff(self.start) < 0)):
            raise InputError("the starts of the weight lists must increase from 0 to their number")
        reader = np.repeat(np.arange(count) + inputs, np.diff(self.start))
        if bool(np.any(self.source < 0)) or bool(np.any(self.source >= reader)):
            raise InputError("every node must read earlier nodes only")
        pairs = np.sort(reader * (nodes + 1) + self.source)
        if bool(np.any(np.diff(pairs) == 0)):
            raise InputError("a node reads the same node twice: add the weights up")
        for name, array, size in (
            ("activation", self.activation, len(self.activations)),
            ("bias", self.bias, len(self.values)),
            ("weight", self.weight, len(self.values)),
            ("output", self.output, nodes),
        ):
            if array.size and (int(array.min()) < 0 or int(array.max()) >= size):
                raise InputError(f"{name} has an index outside 0 .. {size - 1}")
        zero = next((i for i, v in enumerate(self.values) if v == 0), None)
        if zero is not None and bool(np.any(self.weight == zero)):
            raise InputError("a weight is zero: leave the connection out")
        if self.meanings is not None and len(self.meanings.literal) != count:
            raise InputError(f"there are {len(self.meanings.literal)} meanings for {count} nodes")


def _frozen(name: str, values: Any) -> IntArray:
    """A read-only int64 array of one dimension. Raises InputError for anything else than integers."""
    array = np.asarray(values)
    if array.ndim != 1 or (array.size and array.dtype.kind not in "iu"):
        raise InputError(f"{name} must be a flat array of integers, it has the shape {array.shape} and the dtype {array.dtype}")
    if array.flags.writeable or array.dtype != np.int64 or not array.flags.c_contiguous:
        array = array.astype(np.int64, order="C")
        array.setflags(write=False)
    return array
