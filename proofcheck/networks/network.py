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
from math import prod

import numpy as np
import numpy.typing as npt

from proofcheck.domains import Domain
from proofcheck.errors import InputError
from proofcheck.exact import text_of

IntArray = npt.NDArray[np.int64]

KINDS = ("identity", "relu", "leaky_relu", "step", "saturated_linear")


@dataclass(frozen=True, order=True)
class Activation:
    """An activation function on rationals.

    identity v; relu max(v, 0); leaky_relu v if v >= 0 else slope*v; step 1 if v >= 0 else 0;
    saturated_linear min(max(v, 0), 1). `slope` is 0 except for leaky_relu.
    """

    kind: str
    slope: Fraction = Fraction(0)

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise InputError(f"unknown activation {self.kind!r}: known are {', '.join(KINDS)}")
        if self.slope != 0 and self.kind != "leaky_relu":
            raise InputError(f"{self.kind} has no slope, {self.slope} was given")


IDENTITY = Activation("identity")
RELU = Activation("relu")
STEP = Activation("step")
SATURATED_LINEAR = Activation("saturated_linear")


@dataclass(frozen=True)
class Port:
    """A named array of inputs or outputs; `shape` () is a scalar. Elements are in row-major order."""

    name: str
    shape: tuple[int, ...]

    @property
    def size(self) -> int:
        return prod(self.shape)


@dataclass(frozen=True)
class Meanings:
    """Untrusted notes on the wires: for each node that is not an input the circuit literal it carries, or -1.

    Literals are those of the AIGER file with SHA-256 `circuit` (2*variable + negated, 0 false, 1 true). A node
    without a note is internal to the gadget that reads it.
    """

    circuit: str
    literal: IntArray

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Meanings) and self.circuit == other.circuit and np.array_equal(self.literal, other.literal)


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
            array = np.ascontiguousarray(getattr(self, name), dtype=np.int64)
            array = array.copy() if array.flags.writeable else array
            array.setflags(write=False)
            object.__setattr__(self, name, array)
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

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Network)
            and self.digest == other.digest
            and (self.inputs, self.outputs, self.domain, self.meanings) == (other.inputs, other.outputs, other.domain, other.meanings)
        )

    def __hash__(self) -> int:
        return hash(self.digest)

    def _check(self) -> None:
        """Raise InputError unless the arrays form a network."""
        count, edges = len(self.activation), len(self.source)
        inputs, nodes = self.input_count, self.input_count + count
        if len(self.domain.sets) != inputs:
            raise InputError(f"the domain has {len(self.domain.sets)} coordinates, the network {inputs} inputs")
        if len(self.output) != sum(port.size for port in self.outputs):
            raise InputError(f"the output ports hold {sum(p.size for p in self.outputs)} values, {len(self.output)} are given")
        if list(self.values) != sorted(set(self.values)):
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
