"""A figure as inline SVG, once across for wide pages and once downwards for narrow ones. Every node is a button with a name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from html import escape

from proofcheck.site.figure import Figure, Node

ACROSS, DOWN = 1000, 366
ROUNDS = 4


@dataclass(frozen=True)
class Place:
    """The centre and the radius of a node."""

    x: float
    y: float
    r: float


def across(figure: Figure) -> str:
    """Layers from left to right."""
    most = max(len(column) for column in figure.by_layer)
    labels = any(node.label for node in figure.nodes if node.role in ("neuron", "carry"))
    gap = 58 if labels and most <= 12 else 42 if most <= 16 else 30
    height = max(240, 62 + gap * most)
    span = (ACROSS - 150) / max(1, len(figure.by_layer) - 1)
    places = {}
    for column, nodes in enumerate(_ordered(figure)):
        step = min((height - 62) / len(nodes), 92)
        top = 46 + (height - 62 - step * len(nodes)) / 2 + step / 2
        for i, node in enumerate(nodes):
            places[node.key] = Place(64 + column * span, top + i * step, _radius(node, min(gap, step)))
    heads = "".join(
        f'<text class="hd" x="{64 + column * span:.0f}" y="20" text-anchor="middle">{_head(figure, column)}</text>'
        for column in range(len(figure.by_layer))
    )
    return _svg("wide", ACROSS, height, heads, figure, places, True)


def down(figure: Figure) -> str:
    """Layers from top to bottom."""
    span = 88
    height = 56 + span * (len(figure.by_layer) - 1) + 44
    places = {}
    for row, nodes in enumerate(_ordered(figure)):
        step = min((DOWN - 16) / len(nodes), 72)
        left = (DOWN - step * len(nodes)) / 2 + step / 2
        for i, node in enumerate(nodes):
            places[node.key] = Place(left + i * step, 34 + row * span, min(_radius(node, 44), step * 0.46))
    return _svg("tall", DOWN, height, "", figure, places, False)


def _svg(kind: str, width: int, height: float, heads: str, figure: Figure, places: Mapping[str, Place], flat: bool) -> str:
    edges = "".join(_edge(source, weight, node, places, flat) for node in figure.nodes for source, weight in node.terms)
    nodes = "".join(_node(node, places[node.key], flat) for node in figure.nodes)
    counts = [len(column) for column in figure.by_layer]
    words = (
        f"Network: {counts[0]} inputs, hidden layers of {', '.join(map(str, counts[1:-1])) or 'no'} neurons, {counts[-1]} outputs"
    )
    return (
        f'<svg class="netsvg {kind}" viewBox="0 0 {width} {height:.0f}" role="group" aria-label="{escape(words)}">'
        f"{heads}{edges}{nodes}</svg>"
    )


def _edge(source: str, weight: Fraction, node: Node, places: Mapping[str, Place], flat: bool) -> str:
    a, b = places[source], places[node.key]
    sign = "p" if weight > 0 else "m"
    heavy = "" if abs(weight) == 1 else " w3" if abs(weight) > 2 else " w2"
    label = f' data-w="{weight}"' if abs(weight) != 1 else ""
    if flat:
        x, y, u, v = a.x + a.r, a.y, b.x - b.r, b.y
        half = (u - x) * 0.5
        path = f"M{x:.0f} {y:.0f}C{x + half:.0f} {y:.0f} {u - half:.0f} {v:.0f} {u:.0f} {v:.0f}"
    else:
        x, y, u, v = a.x, a.y + a.r, b.x, b.y - b.r
        half = (v - y) * 0.5
        path = f"M{x:.0f} {y:.0f}C{x:.0f} {y + half:.0f} {u:.0f} {v - half:.0f} {u:.0f} {v:.0f}"
    return f'<path class="e {sign}{heavy}" data-s="{source}" data-t="{node.key}"{label} d="{path}"/>'


def _node(node: Node, at: Place, flat: bool) -> str:
    kind = {"input": "in", "output": "out", "carry": "car", "neuron": "cmp"}[node.role]
    label = node.label if flat or node.role in ("input", "output") else ""
    where = f'y="{at.y - at.r - 6:.0f}" text-anchor="middle"'
    beside = f'y="{at.y + 5:.0f}"'
    if node.role == "input" and flat:
        text = f'<text class="lb" x="{at.x - at.r - 7:.0f}" {beside} text-anchor="end">{escape(label)}</text>'
    elif node.role == "output" and flat:
        text = f'<text class="lb" x="{at.x + at.r + 7:.0f}" {beside}>{escape(label)}</text>'
    else:
        text = f'<text class="lb" x="{at.x:.0f}" {where}>{escape(label)}</text>' if label else ""
    name = escape(f"{label} {node.name}: {node.formula}".strip())
    return (
        f'<g class="nd {kind}" data-id="{node.key}" tabindex="-1" role="button" aria-label="{name}">'
        f'<circle class="hit" cx="{at.x:.0f}" cy="{at.y:.0f}" r="{max(at.r, 14):.0f}"/>'
        f'<circle class="c" cx="{at.x:.0f}" cy="{at.y:.0f}" r="{at.r:.1f}"/>'
        f'<text class="v" x="{at.x:.0f}" y="{at.y:.0f}"></text> {text}</g>'
    )


def _radius(node: Node, gap: float) -> float:
    wanted = {"input": 15, "output": 20, "carry": 12, "neuron": 19}[node.role]
    return min(wanted, gap * 0.42)


def _head(figure: Figure, column: int) -> str:
    if column == 0:
        return "inputs" if len(figure.inputs) > 1 else "input"
    if column == len(figure.by_layer) - 1:
        return "outputs" if len(figure.outputs) > 1 else "output"
    if figure.depth > 7:
        return str(column)
    count = len(figure.by_layer[column])
    return f"layer {column}, {count} neuron{'s' * (count != 1)}" if figure.depth < 6 else f"layer {column}"


def _ordered(figure: Figure) -> list[list[Node]]:
    """Each layer in an order that lets few edges cross: a few sweeps by the mean place of what a node reads or is read by."""
    columns = [list(column) for column in figure.by_layer]
    reads = {node.key: [source for source, _ in node.terms] for node in figure.nodes}
    readers: dict[str, list[str]] = {node.key: [] for node in figure.nodes}
    for key, sources in reads.items():
        for source in sources:
            readers[source].append(key)
    for turn in range(ROUNDS):
        beside = reads if turn % 2 == 0 else readers
        place = {node.key: (i + 0.5) / len(column) for column in columns for i, node in enumerate(column)}
        for column in columns[1:-1]:
            column.sort(key=lambda node: _mean([place[other] for other in beside[node.key]], place[node.key]))
            place |= {node.key: (i + 0.5) / len(column) for i, node in enumerate(column)}
    return columns


def _mean(values: Sequence[float], otherwise: float) -> float:
    return sum(values) / len(values) if values else otherwise
