"""What rests on what: constructions, the statements for every n inside them, library parts and premises, as one drawn graph.

Edges are read from construction files (what they import from this package), from their declared form and from their evidence
(statements for every n, premises). None is written down by hand, so none can drift.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from html import escape
from typing import Any

import networkx as nx

from proofcheck import circuits, families, networks
from proofcheck.site.views import ORDER, ClaimView, Mark

PARTS = ("proofcheck.families", "proofcheck.circuits", "proofcheck.networks.minimum_width", "proofcheck.networks.gadgets")
STATEMENTS = ("proofcheck.families.words", "proofcheck.families.contract", "proofcheck.families.statement")
DATA = ("Contract", "LocalRule", "StageContract", "Everywhere", "Ghost", "Sorted", "Each", "Then")  # statements, not networks
LAYERED = "carries of the layered form"
BOX_WIDTH, BOX_HEIGHT, COLUMN, ROW = 304, 44, 408, 54
LONGEST = 34
KINDS = {"part": "library part", "premise": "premise, not checked", "lemma": "for every n", "theorem": "construction"}
HEADS = {"part": "library", "premise": "premises", "lemma": "for every n", "theorem": "constructions"}


@dataclass(frozen=True)
class Node:
    """kind: "part" of the library, "premise" that nobody checked, "lemma" for every n, or "theorem", a construction."""

    key: str
    kind: str
    title: str
    mark: Mark | None
    page: str = ""
    below: str = ""


@dataclass(frozen=True)
class Graph:
    """The nodes by key, the edges from what is rested on to what rests on it, and the place of each node."""

    nodes: Mapping[str, Node]
    edges: tuple[tuple[str, str], ...]
    places: Mapping[str, tuple[float, float]]
    height: float
    width: float
    columns: tuple[str, ...]

    def reach(self, key: str, back: bool) -> list[str]:
        """All nodes that a node rests on (back), or that rest on it."""
        graph = nx.DiGraph(self.edges)
        graph.add_nodes_from(self.nodes)
        found = nx.ancestors(graph, key) if back else nx.descendants(graph, key)
        return [node for node in self.nodes if node in found]

    @property
    def words(self) -> str:
        """Nodes, edges, cycles, what is unconnected, what is weakest."""
        graph = nx.DiGraph(self.edges)
        alone = [node.title for node in self.nodes.values() if node.key not in graph]
        cycles = "no cycle" if nx.is_directed_acyclic_graph(graph) else "a cycle"
        weakest = min((n.mark.how for n in self.nodes.values() if n.mark), key=_rank, default="unknown")
        kept = f"{len(alone)} unconnected" if alone else "every node connected"
        return f"{len(self.nodes)} nodes, {len(self.edges)} edges, {cycles}, {kept}; the weakest mark is {weakest}"

    def data(self) -> dict[str, Any]:
        """For the page's script."""
        nodes = [
            {"id": n.key, "name": n.title, "kind": n.kind, "page": n.page}
            | ({"k": n.mark.glyph, "word": n.mark.spoken, "sc": n.mark.scope, "letter": n.mark.letter} if n.mark else {})
            for n in self.nodes.values()
        ]
        return {"nodes": nodes, "edges": [list(edge) for edge in self.edges]}

    def svg(self) -> str:
        """The graph as an SVG element whose nodes are links."""
        heads = "".join(f'<text class="hd" x="{4 + COLUMN * i}" y="20">{head}</text>' for i, head in enumerate(self.columns))
        edges = "".join(self._edge(a, b) for a, b in self.edges)
        boxes = "".join(self._box(node) for node in self.nodes.values())
        words = "Graph of what rests on what: the library on the left, constructions on the right"
        size = f"0 0 {self.width:.0f} {self.height:.0f}"
        return f'<svg class="gsvg" id="gsvg" viewBox="{size}" role="group" aria-label="{words}">{heads}{edges}{boxes}</svg>'

    def _edge(self, a: str, b: str) -> str:
        (x, y), (u, v) = self.places[a], self.places[b]
        x, y, v = x + BOX_WIDTH, y + BOX_HEIGHT / 2, v + BOX_HEIGHT / 2
        bend = min(60.0, (u - x) / 2)
        path = f"M{x:.0f} {y:.0f}C{x + bend:.0f} {y:.0f} {u - bend:.0f} {v:.0f} {u:.0f} {v:.0f}"
        return f'<path class="ge" data-a="{a}" data-b="{b}" d="{path}"/>'

    def _box(self, node: Node) -> str:
        x, y = self.places[node.key]
        below = node.below or {"part": "part of the library", "premise": "assumed, not checked"}[node.kind]
        glyph = (
            f'<svg class="g {node.mark.glyph}" x="{x + 10:.0f}" y="{y + 14:.0f}" width="18" height="18">'
            f'<use href="#g-{node.mark.glyph}"/></svg>'
            if node.mark
            else ""
        )
        round_ = 17 if node.kind == "part" else 4
        left = x + (36 if node.mark else 14)
        title, under = _short(node.title, LONGEST if node.mark else LONGEST + 3), _short(below, LONGEST + 9)
        spoken = f"{title} {under}; {KINDS[node.kind]}{f', {node.mark.spoken}' if node.mark else ''}"
        return (
            f'<a href="#focus={node.key}" data-id="{node.key}" aria-label="{escape(spoken)}"><g class="gn {node.kind}">'
            f'<rect x="{x:.0f}" y="{y:.0f}" width="{BOX_WIDTH}" height="{BOX_HEIGHT}" rx="{round_}"/>{glyph}'
            f'<text x="{left:.0f}" y="{y + 20:.0f}">{escape(title)}</text> '
            f'<text class="sub" x="{left:.0f}" y="{y + 37:.0f}">{escape(under)}</text></g></a>'
        )


def graph_of(found: Iterable[tuple[str, str, str, Sequence[ClaimView]]]) -> Graph:
    """The graph of constructions given as (name, form, source text, claims)."""
    nodes: dict[str, Node] = {}
    edges: dict[tuple[str, str], None] = {}
    theorems: list[Node] = []
    for name, form, source, claims in found:
        weakest = min((mark for claim in claims for mark in claim.marks), key=lambda mark: _rank(mark.how))
        theorems.append(Node(name, "theorem", name, weakest, f"c/{name}.html", weakest.brief))
        lemmas = [claim for claim in claims if claim.kind == "forall"]
        for part in [*library_parts(source), *([LAYERED] if form == "layered" else [])]:
            key = _key("part", part)
            nodes.setdefault(key, Node(key, "part", part, None))
            readers = [_key(name, claim.name) for claim in lemmas] if lemmas and part != LAYERED else [name]
            edges |= {(key, reader): None for reader in readers}
        for claim in lemmas:
            key = _key(name, claim.name)
            mark = claim.marks[0]
            nodes[key] = Node(key, "lemma", claim.name, mark, f"c/{name}.html", f"{mark.scope}; {name}")
            edges[(key, name)] = None
        for text in dict.fromkeys(text for claim in claims for s in claim.settlements for text in s.assumptions):
            key = _key("premise", text)
            nodes.setdefault(key, Node(key, "premise", text, None))
            edges[(key, name)] = None
    nodes |= {node.key: node for node in theorems}
    return _placed(nodes, list(edges))


def library_parts(source: str) -> list[str]:
    """The parts of this package that a construction file imports and that build networks or circuits."""
    parts = []
    for statement in ast.walk(ast.parse(source)):
        if isinstance(statement, ast.ImportFrom) and statement.module and statement.module.partition(".")[0] == "proofcheck":
            for alias in statement.names:
                value = next(
                    (getattr(part, alias.name) for part in (families, circuits, networks) if hasattr(part, alias.name)), None
                )
                module = str(getattr(value, "__module__", ""))
                if module.startswith(PARTS) and not module.startswith(STATEMENTS) and alias.name not in DATA:
                    parts.append(alias.name)
    return list(dict.fromkeys(parts))


def _placed(nodes: Mapping[str, Node], edges: Sequence[tuple[str, str]]) -> Graph:
    """Columns by what a node is, rows by a few sweeps that bring neighbours to one height."""
    graph = nx.DiGraph(edges)
    graph.add_nodes_from(nodes)
    columns = [[k for k, n in nodes.items() if n.kind in kinds] for kinds in (("part", "premise"), ("lemma",), ("theorem",))]
    columns = [column for column in columns if column]
    rows = {key: float(i) for column in columns for i, key in enumerate(column)}
    for turn in range(12):
        for column in columns if turn % 2 else columns[::-1]:
            want = {key: _mean([rows[other] for other in nx.all_neighbors(graph, key)], rows[key]) for key in column}
            column.sort(key=lambda key: want[key])
            middle = _mean(list(want.values()), 0.0)
            rows |= {key: middle + i - (len(column) - 1) / 2 for i, key in enumerate(column)}
    most = max(len(column) for column in columns)
    places: dict[str, tuple[float, float]] = {}
    for c, column in enumerate(columns):
        step = ROW if len(column) == most else min(ROW * 1.6, ROW * most / len(column))
        top = 34 + (ROW * most - step * len(column)) / 2 + (step - BOX_HEIGHT) / 2
        places |= {key: (2.0 + COLUMN * c, top + step * i) for i, key in enumerate(column)}
    heads = tuple(
        "library parts and premises" if nodes[column[0]].kind in ("part", "premise") else HEADS[nodes[column[0]].kind]
        for column in columns
    )
    ordered = {key: nodes[key] for column in columns for key in column}
    return Graph(ordered, tuple(edges), places, 34 + ROW * most + 6, COLUMN * (len(columns) - 1) + BOX_WIDTH + 4, heads)


def _key(*parts: str) -> str:
    return f"{parts[0]}-{sha256('/'.join(parts).encode()).hexdigest()[:8]}"


def _rank(how: str) -> int:
    return ORDER.index(how) if how in ORDER else 0


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def _mean(values: Sequence[float], otherwise: float) -> float:
    return sum(values) / len(values) if values else otherwise
