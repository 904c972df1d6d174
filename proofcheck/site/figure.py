"""A small network ready to be drawn and run in a page: neurons with exact weights, affine nodes folded in, closed forms beside.

Folding changes no function: a neuron reads inputs and neurons, each with the sum of products along the affine nodes between.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

from proofcheck.domains import Grid
from proofcheck.networks import Network, Port, layers
from proofcheck.site.closed_forms import Affine, Interval, activated, affine, atom, simplified, words

MOST_NEURONS = 60
LONGEST_FORM = 90
SUBSCRIPTS = str.maketrans("0123456789,", "₀₁₂₃₄₅₆₇₈₉,")
LAST = "y"


@dataclass(frozen=True)
class Node:
    """An input, a neuron or an output. terms: (node, weight). role: "input", "neuron", "carry" or "output".

    formula: over the nodes it reads. content: what it is over the inputs, or "" when that is too long. label: for the drawing.
    """

    key: str
    layer: int
    role: str
    kind: str
    slope: Fraction
    bias: Fraction
    terms: tuple[tuple[str, Fraction], ...]
    name: str
    formula: str
    content: str
    label: str


@dataclass(frozen=True)
class Figure:
    """The nodes by layers, the domain of each input as (low, high, step, words), and the sizes for the caption."""

    nodes: tuple[Node, ...]
    domain: tuple[tuple[str, str, str, str], ...]
    depth: int

    @cached_property
    def by_layer(self) -> list[list[Node]]:
        columns: list[list[Node]] = [[] for _ in range(self.depth + 2)]
        for node in self.nodes:
            columns[node.layer].append(node)
        return columns

    @property
    def inputs(self) -> list[Node]:
        return self.by_layer[0]

    @property
    def outputs(self) -> list[Node]:
        return self.by_layer[-1]

    def data(self) -> list[dict[str, Any]]:
        """What the page computes with; numbers are texts such as "-3/2"."""
        return [
            {
                "id": node.key,
                "layer": node.layer,
                "role": node.role,
                "kind": node.kind,
                "slope": str(node.slope),
                "bias": str(node.bias),
                "terms": [[key, str(weight)] for key, weight in node.terms],
                "name": node.name,
                "formula": node.formula,
                "content": node.content,
            }
            for node in self.nodes
        ]


def figure_of(network: Network, most: int = MOST_NEURONS) -> Figure | None:
    """The figure of a network, or None for one with more neurons, inputs or outputs than can be drawn."""
    kinds = [kind.kind for _, kind, _, _ in network.nodes()]
    neurons = sum(kind != "identity" for kind in kinds)
    if not 1 <= neurons <= most or network.input_count > 16 or not 1 <= len(network.output) <= 16:
        return None
    names = input_names(network)
    bounds: list[Interval] = [network.domain.bounds(i) for i in range(network.input_count)]
    layer = layers(network).tolist()
    depth = max((layer[node] for node, kind, _, _ in network.nodes() if kind.kind != "identity"), default=0)
    folded: dict[int, tuple[Fraction, dict[int, Fraction]]] = {
        i: (Fraction(0), {i: Fraction(1)}) for i in range(network.input_count)
    }
    forms: dict[int, Affine] = {i: atom("input", i) for i in range(network.input_count)}
    nodes = [
        Node(f"n{i}", 0, "input", "identity", Fraction(0), Fraction(0), (), names[i], names[i], names[i], names[i])
        for i in range(network.input_count)
    ]
    shown = {f"n{i}": names[i] for i in range(network.input_count)}
    count = 0
    for node, kind, bias, reads in network.nodes():
        shift, terms = _folded(bias, reads, folded)
        form = affine(bias, {})
        for source, weight in reads:
            form = form.plus(forms[source], weight)
        form = simplified(form)
        if kind.kind == "identity":
            folded[node], forms[node] = (shift, terms), form
            continue
        folded[node] = (Fraction(0), {node: Fraction(1)})
        forms[node] = activated(kind.kind, kind.slope, form, bounds)
        count += 1
        key = f"n{node}"
        shown[key] = f"h{str(count).translate(SUBSCRIPTS)}"
        inner = _sum(shift, terms, shown)
        carried = forms[node] == form or (kind.kind == "relu" and _passes(form))
        content = words(forms[node], names)
        nodes.append(
            Node(
                key,
                layer[node],
                "carry" if carried else "neuron",
                kind.kind,
                kind.slope,
                shift,
                _terms(terms),
                shown[key],
                f"{kind.kind.replace('_', ' ')}({inner})",
                content if len(content) <= LONGEST_FORM else "",
                _label(content),
            )
        )
    out_names = output_names(network)
    for i, node in enumerate(network.output.tolist()):
        shift, terms = folded[node]
        content = words(forms[node], names)
        formula = _sum(shift, terms, shown)
        nodes.append(
            Node(
                f"{LAST}{i}",
                depth + 1,
                "output",
                "identity",
                Fraction(0),
                shift,
                _terms(terms),
                out_names[i],
                formula,
                content if len(content) <= LONGEST_FORM else "",
                out_names[i],
            )
        )
    domain = tuple(_domain(network, i) for i in range(network.input_count))
    return Figure(tuple(nodes), domain, depth)


def input_names(network: Network) -> list[str]:
    """ "x₀", "d₀₁": the port and the place in it."""
    return _names(network.inputs)


def output_names(network: Network) -> list[str]:
    """As `input_names`, of the output ports."""
    return _names(network.outputs)


def _names(ports: Sequence[Port]) -> list[str]:
    return [port.name if port.size == 1 else _named(port.name, place) for port in ports for place in _places(port.shape)]


def _named(port: str, place: tuple[int, ...]) -> str:
    mark = "" if all(i < 10 for i in place) else ","
    return port + mark.join(map(str, place)).translate(SUBSCRIPTS)


def _places(shape: tuple[int, ...]) -> list[tuple[int, ...]]:
    places: list[tuple[int, ...]] = [()]
    for extent in shape:
        places = [(*place, i) for place in places for i in range(extent)]
    return places


def _folded(
    bias: Fraction, reads: tuple[tuple[int, Fraction], ...], known: Mapping[int, tuple[Fraction, dict[int, Fraction]]]
) -> tuple[Fraction, dict[int, Fraction]]:
    shift, terms = bias, dict[int, Fraction]()
    for source, weight in reads:
        inner, parts = known[source]
        shift += weight * inner
        for node, factor in parts.items():
            terms[node] = terms.get(node, Fraction(0)) + weight * factor
    return shift, {node: weight for node, weight in terms.items() if weight}


def _terms(terms: Mapping[int, Fraction]) -> tuple[tuple[str, Fraction], ...]:
    return tuple((f"n{node}", weight) for node, weight in terms.items())


def _sum(shift: Fraction, terms: Mapping[int, Fraction], shown: Mapping[str, str]) -> str:
    text = ""
    for node, weight in terms.items():
        size = "" if abs(weight) == 1 else f"{abs(weight)}·"
        text += (" − " if weight < 0 else " + ") if text else ("−" if weight < 0 else "")
        text += size + shown[f"n{node}"]
    if shift or not text:
        text += f" {'−' if shift < 0 else '+'} {abs(shift)}" if text else str(shift).replace("-", "−")
    return text


def _passes(form: Affine) -> bool:
    """Whether relu of this form is the positive or negative part of one value that is carried on."""
    return len(form.terms) == 1 and not form.shift and abs(form.terms[0][1]) == 1


def _label(content: str) -> str:
    """What stands beside a neuron in the drawing: its content where that is short."""
    inner = content.removeprefix("relu(").removesuffix(")") if content.startswith("relu(") else content
    text = f"({inner})⁺" if content.startswith("relu(") else content
    return text if len(text) <= 15 else ""


def _domain(network: Network, i: int) -> tuple[str, str, str, str]:
    """Where a slider goes and what is allowed: (low, high, step, words)."""
    chosen = network.domain.sets[i]
    if isinstance(chosen, Grid):
        return str(chosen.low), str(chosen.low + chosen.step * (chosen.count - 1)), str(chosen.step), "grid"
    least, most = network.domain.bounds(i)
    low = Fraction(-10) if least is None else least
    high = (low + 20) if most is None else most
    step = Fraction(1) if high - low >= 8 else (high - low) / 32
    return str(low), str(high), str(step), f"{'' if least is None else least}..{'' if most is None else most}"
