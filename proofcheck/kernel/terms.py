"""Terms: what a network should compute. Read with every rule of docs/formats.md, evaluated exactly, written in words.

Nothing recurses: a node refers to earlier nodes only, so every pass is one loop.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from .domain import BITS, Domain, values_of
from .exact import Note, Number, Work, rational, require, shown, unnoted
from .files import fields, integer, items

LARGEST_DIVISOR = 1 << 4096
LONGEST_PART = 120  # characters of a term that is written inside another

# operation: (number of arguments, None for any from 1; its value; its words). A divisor counts as the last argument.
OPERATIONS: dict[str, tuple[int | None, Callable[..., Number], str]] = {
    "max": (None, lambda *a: max(a), "max({all})"),
    "min": (None, lambda *a: min(a), "min({all})"),
    "abs": (1, abs, "|{0}|"),
    "square": (1, lambda a: a * a, "{0}^2"),
    "floordiv": (2, lambda a, k: a // k, "floor({0} / {1})"),
    "mod": (2, lambda a, k: a % k, "({0} mod {1})"),
    "<=": (2, lambda a, b: int(a <= b), "({0} <= {1})"),
    "<": (2, lambda a, b: int(a < b), "({0} < {1})"),
    "==": (2, lambda a, b: int(a == b), "({0} = {1})"),
    "not": (1, lambda a: 1 - a, "not {0}"),
    "and": (None, lambda *a: int(all(a)), "and({all})"),
    "or": (None, lambda *a: int(any(a)), "or({all})"),
    "xor": (2, lambda a, b: int(a != b), "({0} xor {1})"),
    "where": (3, lambda c, a, b: a if c else b, "({1} if {0} else {2})"),
}
LEAVES = {"input": "x", "output": "y", "constant": ""}
CONNECTIVES = ("not", "and", "or", "xor")
COMPARISONS = ("<=", "<", "==")
DIVISIONS = ("floordiv", "mod")


@dataclass(frozen=True)
class Node:
    """operation on the earlier nodes `on`; number: the constant, the divisor, or the index of an input or output."""

    operation: str
    on: tuple[int, ...] = ()
    number: Number = 0
    weights: tuple[Number, ...] = ()


@dataclass(frozen=True)
class Terms:
    """`nodes` in depth-first post-order of `outputs`; boolean[j]: node j is Boolean by its form."""

    nodes: tuple[Node, ...]
    outputs: tuple[int, ...]
    boolean: tuple[bool, ...]


def read_terms(value: Any, domain: Domain, outputs: int = 0) -> Terms:
    """Read and validate TERMS over a domain; ["output", i] may occur for i < outputs."""
    raw_nodes, raw_roots = fields(value, "terms", "nodes", "outputs")
    nodes: list[Node] = []
    boolean: list[bool] = []
    read_nodes(items(raw_nodes, "the nodes"), domain, outputs, nodes, boolean)
    roots = [integer(j, "an output of the terms", 0, len(nodes) - 1) for j in items(raw_roots, "the outputs of the terms")]
    require(len(set(nodes)) == len(nodes), "the terms have the same node twice")
    _check_order(nodes, roots)
    return Terms(tuple(nodes), tuple(roots), tuple(boolean))


def read_nodes(raw_nodes: list[Any], domain: Domain, outputs: int, nodes: list[Node], boolean: list[bool]) -> None:
    """Read and validate nodes, and append them to those that they may refer to; boolean: whether each is Boolean."""
    is_bit = {values: set(values_of(values, 2) or [2]) <= {0, 1} for values in {*domain.sets, BITS}}
    for raw in raw_nodes:
        node = _node(raw, len(nodes), len(domain.sets), outputs)
        operation, on = node.operation, node.on
        conditions = on if operation in CONNECTIVES else on[:1] if operation == "where" else ()
        require(all(boolean[j] for j in conditions), f"node {len(nodes)} of the terms needs a Boolean argument for {operation}")
        boolean.append(
            operation in CONNECTIVES + COMPARISONS
            or (operation == "constant" and node.number in (0, 1))
            or (operation == "input" and is_bit[domain.sets[int(node.number)]])
            or (operation == "where" and boolean[on[1]] and boolean[on[2]])
        )
        nodes.append(node)


def _node(raw: Any, position: int, inputs: int, outputs: int) -> Node:
    what = f"node {position} of the terms"
    operation, *rest = items(raw, what, 2)
    number: Number = 0
    weights: tuple[Number, ...] = ()
    if operation in ("input", "output"):
        limit = inputs if operation == "input" else outputs
        number, rest = integer(items(rest, what, 1, 1)[0], what, 0, limit - 1), []
    elif operation == "constant":
        number, rest = rational(items(rest, what, 1, 1)[0], what), []
    elif operation == "affine":
        constant, terms = items(rest, what, 2, 2)
        pairs = [items(pair, what, 2, 2) for pair in items(terms, what)]
        number, weights, rest = rational(constant, what), tuple(rational(q, what) for q, _ in pairs), [j for _, j in pairs]
        require(0 not in weights, f"{what} has a weight that is zero")
    else:
        require(type(operation) is str and operation in OPERATIONS, f"{what} has an unknown operation")
        arity = OPERATIONS[operation][0]
        rest = items(rest, what, arity or 1, arity)
        if operation in DIVISIONS:
            number = integer(rest.pop(), f"the divisor of {what}", 1, LARGEST_DIVISOR)
    on = tuple(integer(j, f"a reference of {what}", 0, position - 1) for j in rest)
    require(operation != "affine" or len(set(on)) == len(on), f"{what} adds the same node twice")
    return Node(operation, on, number, weights)


def _check_order(nodes: list[Node], roots: list[int]) -> None:
    """Rejected unless a depth-first walk from the outputs finishes the nodes in the order 0, 1, 2, ..., all of them."""
    finished = 0
    for root in roots:
        stack = [(root, 0)]
        while stack:
            node, child = stack.pop()
            if node >= finished and child < len(nodes[node].on):
                stack += [(node, child + 1), (nodes[node].on[child], 0)]
            elif node >= finished:
                require(node == finished, "the nodes of the terms are not in depth-first post-order")
                finished += 1
    require(finished == len(nodes), "the terms have a node that no output uses")


def evaluate_terms(
    terms: Terms, point: Sequence[Number], made: Sequence[Number], work: Work, note: Note = unnoted
) -> list[Number]:
    """The outputs of the terms at an input vector; `made` are the outputs of the network there. note: as in `evaluate`."""
    values: list[Number] = []
    for node in terms.nodes:
        arguments = [values[j] for j in node.on] + [node.number] * (node.operation in DIVISIONS)
        work.spend(1 + len(arguments))
        if node.operation == "affine":
            value = work.affine(node.number, zip(node.weights, arguments, strict=True))
        elif node.operation in LEAVES:
            vector = {"input": point, "output": made}.get(node.operation)
            value = node.number if vector is None else vector[int(node.number)]
        else:
            note(node.operation, arguments)
            value = OPERATIONS[node.operation][1](*arguments)
        values.append(work.exact(value))
    return [values[j] for j in terms.outputs]


def written_terms(terms: Terms) -> tuple[list[str], str]:
    """The outputs in words, and the definitions of the parts t0, t1, ... they name: parts used twice, and long ones."""
    uses = [0] * len(terms.nodes)
    for node in terms.nodes:
        for j in node.on:
            uses[j] += 1
    text: list[str] = []
    parts: list[str] = []
    for node, used in zip(terms.nodes, uses, strict=True):
        on = [text[j] for j in node.on] + [shown(node.number)] * (node.operation in DIVISIONS)
        if node.operation == "affine":
            terms_of = [term if q == 1 else f"{shown(q)}*{term}" for q, term in zip(node.weights, on, strict=True)]
            words = "(" + " + ".join(terms_of + [shown(node.number)] * (node.number != 0 or not on)) + ")"
        elif node.operation in LEAVES:
            words = LEAVES[node.operation] + shown(node.number)
        else:
            words = OPERATIONS[node.operation][2].format(*on, all=", ".join(on))
        if node.on and used and (used > 1 or len(words) > LONGEST_PART):
            parts.append(f"t{len(parts)} = {words}")
            words = f"t{len(parts) - 1}"
        text.append(words)
    return [text[j] for j in terms.outputs], "; ".join(parts)
