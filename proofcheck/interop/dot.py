"""DOT files of networks, for Graphviz: one rank for each layer, weights on the edges, biases and activations in the nodes."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from proofcheck.errors import Refusal
from proofcheck.networks import Network, Port, layers

MOST_EDGES = 20_000


def dot_text(network: Network) -> str:
    """The network as a graph that `dot -Tsvg` draws from left to right; negative weights are dashed.

    Raises Refusal beyond 20,000 edges, of which nobody sees anything.
    """
    if len(network.source) > MOST_EDGES:
        raise Refusal(f"the network has {len(network.source)} weights, more than the {MOST_EDGES} that a drawing can show")
    return "\n".join(["digraph network {", *(f"  {line}" for line in _lines(network)), "}"]) + "\n"


def _lines(network: Network) -> Iterator[str]:
    yield 'rankdir=LR; node [shape=box, fontname="sans-serif"]; edge [fontname="sans-serif"];'
    layer = layers(network).tolist()
    names = port_names(network.inputs)
    for i, name in enumerate(names):
        yield f"n{i} [label={quoted(name)}, shape=plaintext];"
    for node, kind, bias, terms in network.nodes():
        label = f"{kind}" if kind.kind != "identity" else "+"
        yield f"n{node} [label={quoted(f'{label}{_signed(bias)}')}{', style=rounded' if label == '+' else ''}];"
        for source, weight in terms:
            style = ", style=dashed" if weight < 0 else ""
            yield f"n{source} -> n{node} [label={quoted(str(weight))}{style}];"
    for i, (name, node) in enumerate(zip(port_names(network.outputs), network.output.tolist(), strict=True)):
        yield f"y{i} [label={quoted(name)}, shape=plaintext];"
        yield f"n{node} -> y{i};"
    neuron = {node for node, kind, _, _ in network.nodes() if kind.kind != "identity"}
    for number in range(max(layer, default=0) + 1):
        same = [f"n{node}" for node, at in enumerate(layer) if at == number and (number == 0 or node in neuron)]
        same = [name for name in same if number or int(name[1:]) < network.input_count]
        if len(same) > 1:
            yield f"{{rank=same; {'; '.join(same)};}}"


def port_names(ports: tuple[Port, ...]) -> list[str]:
    """The names of single values: x[0], x[1], ...; the name of the port for a scalar."""
    names = []
    for port in ports:
        for index in range(port.size):
            place = []
            for extent in reversed(port.shape):
                index, i = divmod(index, extent)
                place.append(str(i))
            names.append(port.name + (f"[{','.join(reversed(place))}]" if port.shape else ""))
    return names


def quoted(text: str) -> str:
    """A string of the DOT language."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ") + '"'


def _signed(value: Fraction) -> str:
    return f" {'+' if value > 0 else '-'} {abs(value)}" if value else ""
