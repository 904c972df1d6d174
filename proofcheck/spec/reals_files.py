"""Exact reals as canonical JSON: the REALS of docs/formats.md, written from expressions and read with suspicion."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from proofcheck.errors import InputError
from proofcheck.exact import rational_of, text_of
from proofcheck.spec.reals import MAX_EXPONENT, Real, postorder

Json = dict[str, Any]

MAX_NODES = 200_000
MAX_RATIONAL_DIGITS = 20_000
ARITIES = {"pi": (0, 0), "+": (2, MAX_NODES), "*": (2, MAX_NODES), "/": (2, 2)} | dict.fromkeys(
    ("sqrt", "acos", "exp", "log"), (1, 1)
)
"""The least and the largest number of arguments."""


def reals_json(outputs: Sequence[Real]) -> Json:
    """`{"nodes": [...], "outputs": [...]}`: equal nodes are written once, in depth-first post-order of the outputs."""
    nodes: list[list[Any]] = []
    rows: dict[tuple[Any, ...], int] = {}
    place: dict[int, int] = {}
    for node in postorder(outputs):
        row = _row(node, [place[id(argument)] for argument in node.arguments])
        key = tuple(row)
        if key not in rows:
            rows[key] = len(nodes)
            nodes.append(row)
        place[id(node)] = rows[key]
    return {"nodes": nodes, "outputs": [place[id(output)] for output in outputs]}


def reals_of(data: Any) -> tuple[Real, ...]:
    """The outputs of what `reals_json` wrote. Raises InputError for anything else, canonical order included."""
    if not isinstance(data, dict) or set(data) != {"nodes", "outputs"} or set(map(type, data.values())) != {list}:
        raise InputError("exact reals were expected as an object with the lists nodes and outputs")
    if len(data["nodes"]) > MAX_NODES:
        raise InputError(f"exact reals of {len(data['nodes'])} nodes were given, at most {MAX_NODES} are read")
    nodes: list[Real] = []
    for i, row in enumerate(data["nodes"]):
        nodes.append(_node(i, row, nodes))
    outputs = tuple(nodes[_reference(len(nodes), "an output", j)] for j in data["outputs"])
    if not outputs or reals_json(outputs) != data:
        raise InputError("the nodes of exact reals are not in depth-first post-order of the outputs, or repeated, or unused")
    return outputs


def _row(node: Real, arguments: list[int]) -> list[Any]:
    match node.kind:
        case "rational":
            return ["rational", text_of(Fraction(node.value or 0))]
        case "power":
            return ["power", *arguments, node.value]
        case kind:
            return [kind, *arguments]


def _node(i: int, row: Any, nodes: list[Real]) -> Real:
    if not isinstance(row, list) or not row or not isinstance(row[0], str):
        raise InputError(f"node {i} of exact reals is {_short(row)}, expected a list that starts with a kind")
    kind, *rest = row
    if kind == "rational" and len(rest) == 1 and isinstance(rest[0], str) and len(rest[0]) <= MAX_RATIONAL_DIGITS:
        return Real("rational", (), rational_of(rest[0]))
    if kind == "power" and len(rest) == 2 and type(rest[1]) is int and abs(rest[1]) <= MAX_EXPONENT:
        return Real("power", (nodes[_reference(i, "an argument", rest[0])],), rest[1])
    if kind in ARITIES:
        least, most = ARITIES[kind]
        if least <= len(rest) <= most:
            return Real(kind, tuple(nodes[_reference(i, "an argument", j)] for j in rest))
    raise InputError(f"node {i} of exact reals is {_short(row)}, which is no node that docs/formats.md lists")


def _reference(limit: int, what: str, j: Any) -> int:
    if type(j) is not int or not 0 <= j < limit:
        raise InputError(f"{what} in exact reals is {_short(j)}, expected the number of an earlier node, below {limit}")
    return j


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
