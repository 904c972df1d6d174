"""The reading of terms as TERMS of docs/formats.md: a list of nodes that the kernel reads with its own code, and back.

The nodes stand in depth-first post-order of the outputs, each once, so that equal terms have equal text.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from proofcheck.domains import Domain
from proofcheck.domains.sets import BIT, subset
from proofcheck.errors import InputError, UsageError
from proofcheck.exact import rational_of, text_of
from proofcheck.spec.evaluation import postorder
from proofcheck.spec.term import COMPARISONS, CONNECTIVES, Term, node


def terms_json(terms: Sequence[Term]) -> dict[str, Any]:
    """The JSON value TERMS. Raises UsageError when one input occurs both as a bit and as a number."""
    order = postorder(terms)
    number = {term: i for i, term in enumerate(order)}
    inputs = [term.data for term in order if term.op == "input"]
    if len(set(inputs)) < len(inputs):
        raise UsageError("one input occurs both as a bit and as a number: take all variables of a statement from one domain")
    return {"nodes": [node_json(term, [number[a] for a in term.args]) for term in order], "outputs": [number[t] for t in terms]}


def node_json(term: Term, args: Sequence[int]) -> list[Any]:
    """One node as TERMS has it; `args` are the numbers of its arguments."""
    match term.op:
        case "input" | "output":
            return [term.op, term.data]
        case "constant":
            return ["constant", text_of(term.data)]
        case "affine":
            start, coefficients = term.data
            return ["affine", text_of(start), [[text_of(c), j] for c, j in zip(coefficients, args, strict=True)]]
        case "floordiv" | "mod":
            return [term.op, args[0], term.data]
    return [term.op, *args]


def terms_of(data: object, domain: Domain | None, output_count: int = 0) -> tuple[Term, ...]:
    """Read the JSON value TERMS; inputs are coordinates of the domain, outputs are allowed up to `output_count`.

    Raises InputError for anything but nodes in depth-first post-order without duplicates, all reachable and well typed.
    """
    nodes, outputs = _checked(data)
    terms: list[Term] = []
    seen: set[str] = set()
    for position, parts in enumerate(nodes):
        text = json.dumps(parts, separators=(",", ":"))
        if text in seen:
            raise InputError(f"node {position} of the terms repeats an earlier one")
        seen.add(text)
        terms.append(_term(position, parts, terms, domain, output_count))
    result = tuple(terms[_index(j, len(terms), "an output")] for j in outputs)
    if [id(term) for term in postorder(result)] != [id(term) for term in terms]:
        raise InputError("the nodes of the terms are not the depth-first post-order of what the outputs reach")
    return result


def _checked(data: object) -> tuple[list[list[Any]], list[Any]]:
    if not isinstance(data, dict) or data.keys() != {"nodes", "outputs"}:
        raise InputError("terms are an object with the keys nodes and outputs")
    nodes, outputs = data["nodes"], data["outputs"]
    if not isinstance(nodes, list) or not isinstance(outputs, list) or not all(isinstance(part, list) and part for part in nodes):
        raise InputError("nodes and outputs of the terms are lists, and every node is a list")
    return nodes, outputs


def _term(position: int, parts: list[Any], terms: list[Term], domain: Domain | None, output_count: int) -> Term:
    op, *rest = parts
    place = f"node {position} of the terms"

    def read(values: list[Any], least: int, most: int | None, boolean: bool = False) -> tuple[Term, ...]:
        if len(values) < least or (most is not None and len(values) > most):
            raise InputError(f"{place}: {op} has {len(values)} arguments")
        args = tuple(terms[_index(j, position, place)] for j in values)
        if boolean and not all(a.boolean for a in args):
            raise InputError(f"{place}: {op} needs Boolean arguments")
        return args

    match op:
        case "input" | "output":
            dimension = output_count if op == "output" else domain.dimension if domain is not None else 0
            if len(rest) != 1:
                raise InputError(f"{place}: {op} has {len(rest)} arguments")
            i = _index(rest[0], dimension, place)
            return node(op, i, (), op == "input" and domain is not None and subset(domain.sets[i], BIT))
        case "constant":
            if len(rest) != 1 or not isinstance(rest[0], str):
                raise InputError(f"{place}: a constant has one rational")
            value = rational_of(rest[0])
            return node(op, value, (), value in (0, 1))
        case "affine":
            return _affine(place, rest, terms, position)
        case "max" | "min":
            return node(op, None, read(rest, 1, None), False)
        case "abs" | "square":
            return node(op, None, read(rest, 1, 1), False)
        case "floordiv" | "mod":
            args = read(rest[:1], 1, 1)
            if len(rest) != 2 or type(rest[1]) is not int or rest[1] < 1:
                raise InputError(f"{place}: {op} divides by a positive whole number")
            return node(op, rest[1], args, False)
        case "where":
            condition, then, otherwise = read(rest, 3, 3)
            if not condition.boolean:
                raise InputError(f"{place}: where needs a Boolean condition")
            return node(op, None, (condition, then, otherwise), then.boolean and otherwise.boolean)
    if op in COMPARISONS:
        return node(op, None, read(rest, 2, 2), True)
    if op in CONNECTIVES:
        least, most = {"not": (1, 1), "xor": (2, 2)}.get(op, (1, None))
        return node(op, None, read(rest, least, most, boolean=True), True)
    raise InputError(f"{place}: {str(op)[:20]!r} is not an operation of terms")


def _affine(place: str, rest: list[Any], terms: list[Term], position: int) -> Term:
    if len(rest) != 2 or not isinstance(rest[0], str) or not isinstance(rest[1], list):
        raise InputError(f"{place}: affine has a rational and a list of [rational, node]")
    coefficients: list[Fraction] = []
    args: list[Term] = []
    for pair in rest[1]:
        if not isinstance(pair, list) or len(pair) != 2 or not isinstance(pair[0], str):
            raise InputError(f"{place}: affine has a rational and a list of [rational, node]")
        coefficients.append(rational_of(pair[0]))
        args.append(terms[_index(pair[1], position, place)])
    if 0 in coefficients or len(set(args)) < len(args):
        raise InputError(f"{place}: an affine node has a zero coefficient or names a node twice")
    return node("affine", (rational_of(rest[0]), tuple(coefficients)), tuple(args), False)


def _index(value: object, size: int, place: str) -> int:
    if type(value) is not int or not 0 <= value < size:
        raise InputError(f"{place} refers to {str(value)[:20]}, expected a whole number from 0 to {size - 1}")
    return value
