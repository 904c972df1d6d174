"""Tracing: ordinary formulas on wires, turned into a network.

    x = inputs(2)
    larger = network(x[1] + relu(x[0] - x[1]))

What is written is what is built: every activation written is one neuron, in the order of writing, and nothing is
merged. An affine combination with exactly one reader is folded into that reader, as is one that only scales a wire;
neither adds a weight. Any other affine combination becomes a shared affine node. Everything is iterative: a chain of
any length can be traced.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import count
from math import prod
from typing import Any

import numpy as np

from proofcheck.domains import Domain, product_of
from proofcheck.errors import InputError, UsageError
from proofcheck.networks.activation import IDENTITY
from proofcheck.networks.network import Network, Port
from proofcheck.networks.wire import Number, Source, Wire, exact


def network(outputs: Any, inputs: Any = None, names: Sequence[str] | None = None) -> Network:
    """The network that computes `outputs`.

    outputs: a wire or number, or nested lists of them: one port of that shape. A tuple of such things is several
    ports, a dict names them. names: the names of the output ports instead (by default `out`, or out1, out2, ...).
    inputs: what `inputs(...)` returned, or a list or tuple of such things, to state the input ports and their order;
    otherwise the ports that the outputs depend on, in order of creation.
    Raises InputError for ragged or empty outputs and for wires of a port that is left out of `inputs`.
    """
    ports, leaves = _output_ports(outputs, names)
    wires = [leaf if isinstance(leaf, Wire) else Wire(IDENTITY, exact(leaf), ()) for leaf in leaves]
    graph = _Graph(wires)
    sources = _stated(inputs) if inputs is not None else sorted(graph.sources.values(), key=lambda s: s.serial)
    missing = [s for s in graph.sources.values() if not any(s is t for t in sources)]
    if missing:
        port = missing[0].name or f"of shape {list(missing[0].shape)}"
        raise InputError(f"the outputs depend on the input {port}, which is not among `inputs`")
    return graph.build(_named(sources), product_of(s.domain for s in sources), sources, ports)


class _Graph:
    """The wires that the outputs depend on, with scalings resolved and single-reader affine wires marked."""

    def __init__(self, outputs: list[Wire]) -> None:
        self.outputs = outputs
        self.wires = _reachable(outputs)
        self.sources: dict[int, Source] = {w._port[0].serial: w._port[0] for w in self.wires if w._port is not None}
        self.scaled: dict[int, tuple[Wire, Number]] = {}
        readers: dict[int, int] = {}
        kept = {wire._serial for wire in outputs}
        for wire in self.wires:
            if _is_affine(wire) and wire._bias == 0 and len(wire._terms) == 1 and wire._serial not in kept:
                base, factor = wire._terms[0]
                inner, by = self.scaled.get(base._serial, (base, 1))
                self.scaled[wire._serial] = inner, factor * by
        for wire in self.wires:
            if wire._serial not in self.scaled:
                for source, _ in wire._terms:
                    base = self.scaled.get(source._serial, (source, 1))[0]
                    readers[base._serial] = readers.get(base._serial, 0) + 1
        self.folded = {
            w._serial
            for w in self.wires
            if _is_affine(w) and w._serial not in kept and (readers.get(w._serial, 0) <= 1 or not w._terms)
        }

    def combination(self, wire: Wire) -> tuple[Number, dict[int, Number]]:
        """Bias and serial -> weight of a wire over the wires that stay nodes."""
        bias: Number = wire._bias
        terms: dict[int, Number] = {}
        stack: list[tuple[Wire, Number]] = [*wire._terms]
        while stack:
            source, factor = stack.pop()
            base, by = self.scaled.get(source._serial, (source, 1))
            factor = factor * by
            if base._serial in self.folded:
                bias += factor * base._bias
                stack += [(inner, factor * weight) for inner, weight in base._terms]
            else:
                terms[base._serial] = terms.get(base._serial, 0) + factor
        return bias, {serial: weight for serial, weight in terms.items() if weight != 0}

    def build(self, inputs: tuple[Port, ...], domain: Domain, sources: list[Source], outputs: tuple[Port, ...]) -> Network:
        nodes = [w for w in self.wires if w._port is None and w._serial not in self.folded and w._serial not in self.scaled]
        rows = {wire._serial: self.combination(wire) for wire in nodes}
        nodes = _needed(nodes, rows, self.outputs)
        first = dict(zip((s.serial for s in sources), np.cumsum([0, *(prod(s.shape) for s in sources)]).tolist(), strict=False))
        place = {w._serial: first[w._port[0].serial] + w._port[1] for w in self.wires if w._port is not None}
        place |= {wire._serial: len(domain.sets) + i for i, wire in enumerate(nodes)}
        values = sorted({v for w in nodes for v in (rows[w._serial][0], *rows[w._serial][1].values())})
        index = {value: i for i, value in enumerate(values)}
        activations = sorted({wire._activation for wire in nodes})
        start, source, weight = [0], [], []
        for wire in nodes:
            for j, value in sorted((place[serial], value) for serial, value in rows[wire._serial][1].items()):
                source.append(j)
                weight.append(index[value])
            start.append(len(source))
        return Network(
            inputs=inputs,
            outputs=outputs,
            domain=domain,
            values=tuple(Fraction(value) for value in values),
            activations=tuple(activations),
            activation=np.array([activations.index(wire._activation) for wire in nodes], np.int64),
            bias=np.array([index[rows[wire._serial][0]] for wire in nodes], np.int64),
            start=np.array(start, np.int64),
            source=np.array(source, np.int64),
            weight=np.array(weight, np.int64),
            output=np.array([place[wire._serial] for wire in self.outputs], np.int64),
        )


def _reachable(outputs: Iterable[Wire]) -> list[Wire]:
    """All wires that the outputs depend on, in order of creation, which is topological."""
    found: dict[int, Wire] = {}
    stack = list(outputs)
    while stack:
        wire = stack.pop()
        if wire._serial not in found:
            found[wire._serial] = wire
            stack += [source for source, _ in wire._terms]
    return [found[serial] for serial in sorted(found)]


def _needed(nodes: list[Wire], rows: Mapping[int, tuple[Number, dict[int, Number]]], outputs: Iterable[Wire]) -> list[Wire]:
    """The nodes that still have a reader once weights have cancelled."""
    used = {wire._serial for wire in outputs}
    for wire in reversed(nodes):
        if wire._serial in used:
            used.update(rows[wire._serial][1])
    return [wire for wire in nodes if wire._serial in used]


def _is_affine(wire: Wire) -> bool:
    return wire._port is None and wire._activation is IDENTITY


def _output_ports(outputs: Any, names: Sequence[str] | None) -> tuple[tuple[Port, ...], list[Any]]:
    if isinstance(outputs, Mapping):
        parts, titles = list(outputs.values()), [str(key) for key in outputs]
    else:
        parts = list(outputs) if isinstance(outputs, tuple) else [outputs]
        titles = ["out"] if len(parts) == 1 else [f"out{k + 1}" for k in range(len(parts))]
    if names is not None:
        if len(names) != len(parts):
            raise UsageError(f"{len(names)} names are given for {len(parts)} output ports")
        titles = list(names)
    ports, leaves = [], []
    for title, part in zip(titles, parts, strict=True):
        shape, flat = _shape(part)
        ports.append(Port(title, shape))
        leaves += flat
    if not leaves:
        raise InputError("the network has no outputs: give at least one wire")
    return tuple(ports), leaves


def _shape(part: Any) -> tuple[tuple[int, ...], list[Any]]:
    """Shape and leaves of nested lists. Raises InputError when rows differ in shape."""
    shape: list[int] = []
    level = [part]
    while any(isinstance(x, list | tuple) or (hasattr(x, "tolist") and hasattr(x, "__len__")) for x in level):
        rows = [list(x) if hasattr(x, "__len__") else None for x in level]
        lengths = {None if row is None else len(row) for row in rows}
        if len(lengths) != 1:
            raise InputError("the outputs are ragged: every row of a port must have the same length and depth")
        shape.append(len(rows[0] or ()))
        level = [x for row in rows if row is not None for x in row]
    return tuple(shape), level


def _stated(ports: Any) -> list[Source]:
    """The input ports meant by `inputs=`: one port, or a list or tuple of ports."""
    if not isinstance(ports, list | tuple) or not ports:
        return [_source_of(ports)]
    first, last = _source_of(ports[0]), _source_of(ports[-1])
    return [first] if first is last and first.shape[:1] == (len(ports),) else [_source_of(port) for port in ports]


def _source_of(port: Any) -> Source:
    while isinstance(port, list | tuple) and port:
        port = port[0]
    if not isinstance(port, Wire) or port._port is None:
        raise InputError("`inputs=` takes what `inputs(...)` returned, or a list of such things")
    return port._port[0]


def _named(sources: list[Source]) -> tuple[Port, ...]:
    """Ports with names: x, y, z or x1, x2, ... for those without, skipping names that are given."""
    given = {s.name for s in sources}
    pattern = iter("xyz") if len(sources) <= 3 else (f"x{k}" for k in count(1))
    free = (name for name in pattern if name not in given)
    return tuple(Port(s.name if s.name is not None else next(free), s.shape) for s in sources)
