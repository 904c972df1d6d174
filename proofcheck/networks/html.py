"""A network in a notebook: a small table of what it reads, gives and costs, and its formulas while they are few.

Plain HTML without scripts and colours of its own, so that it is readable in every theme; all text is escaped.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from proofcheck.networks.network import Network, Port

MOST_FORMULAS = 16
LONGEST = 200
MOST_NODES = 100_000


def network_html(network: Network) -> str:
    """The table, for `_repr_html_`."""
    rows = [
        ("inputs", ", ".join(map(str, network.inputs)) or "none"),
        ("outputs", ", ".join(map(str, network.outputs)) or "none"),
        ("domain", network.domain.describe()),
    ]
    if network.node_count <= MOST_NODES:
        rows.append(("sizes", _measures(network)))
    rows.append(("digest", network.digest))
    body = "".join(f"<tr><th scope='row'>{name}</th><td>{escape(_cut(value))}</td></tr>" for name, value in rows)
    formulas = ""
    if len(network.activation) <= MOST_FORMULAS:
        formulas = f"<pre>{escape(chr(10).join(map(_cut, _formulas(network))))}</pre>"
    return f"<table><caption>Network</caption>{body}</table>{formulas}"


def _measures(network: Network) -> str:
    """Neurons, depth, width and weights; `sizes` stands on networks and cannot be asked here."""
    layer = [0] * network.input_count
    width = Counter[int]()
    for _, kind, _, terms in network.nodes():
        before = max((layer[source] for source, _ in terms), default=0)
        layer.append(before + (kind.kind != "identity"))
        width[layer[-1]] += kind.kind != "identity"
    neurons, depth, widest = width.total(), max(layer, default=0), max(width.values(), default=0)
    return f"{neurons} neuron{'s' * (neurons != 1)}, depth {depth}, width {widest}, {len(network.source)} weights"


def _formulas(network: Network) -> Iterator[str]:
    names = _names(network.inputs)
    for node, kind, bias, terms in network.nodes():
        text = _sum(bias, [(names[source], weight) for source, weight in terms])
        names.append(f"v{node}")
        yield f"v{node} = {text if kind.kind == 'identity' else f'{kind}({text})'}"
    for name, node in zip(_names(network.outputs), network.output.tolist(), strict=True):
        yield f"{name} = {names[node]}"


def _names(ports: tuple[Port, ...]) -> list[str]:
    return [f"{port.name}[{i}]" if port.shape else port.name for port in ports for i in range(port.size)]


def _sum(bias: Fraction, terms: list[tuple[str, Fraction]]) -> str:
    parts = [f"{weight}*{name}" if weight != 1 else name for name, weight in terms]
    return " + ".join([*parts, *([str(bias)] if bias or not parts else [])]).replace("+ -", "- ")


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}..."
