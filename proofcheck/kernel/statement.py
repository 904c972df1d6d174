"""Statements: what a certificate claims about one network, read with every rule and written as a sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from .domain import Domain, read_domain, written
from .exact import Note, Number, Rejected, Work, rational, require, shown, unnoted
from .files import fields, items, json_of, sha
from .network import KINDS, Network, evaluate
from .relation import Expression, read_parameters, read_relation, written_expression
from .rounding import FORMATS
from .terms import Terms, evaluate_terms, read_terms, written_terms

KEYS = {
    "computes": ("domain", "target"),
    "approximates": ("domain", "target", "error"),
    "property": ("domain", "property"),
    "exact": ("domain", "dtype"),
    "relation": ("relation", "parameters", "activations", "layered", "domain"),
}


@dataclass(frozen=True)
class Relation:
    """A comparison of two size expressions at given parameters, with the kinds of activation allowed."""

    compare: str
    left: Expression
    right: Expression
    parameters: dict[str, Number]
    activations: tuple[str, ...]
    layered: bool

    def measures(self) -> set[str]:
        """The measured sizes that are mentioned."""
        return {name for operation, name, *_ in self.left + self.right if operation == "measure"}


@dataclass(frozen=True)
class Statement:
    """claim: the kind. target: terms (the property, for one), or ("circuit", "reference" or "dtype", its name). raw: the JSON."""

    claim: str
    raw: dict[str, Any]
    domain: Domain | None = None
    target: Terms | tuple[str, str] | None = None
    error: Number = 0
    relation: Relation | None = None


def read_statement(text: str, network: Network) -> Statement:
    """Read and validate a statement about this network."""
    raw = json_of(text, "the statement")
    claim = str(raw.get("claim")) if type(raw) is dict else ""
    require(claim in KEYS, f"the claim must be one of {', '.join(KEYS)}")
    digest, *values = fields(raw, "the statement", "network", *KEYS[claim], "claim")[:-1]
    require(digest == network.digest, f"the statement is about network {str(digest)[:64]!r}, the file holds {network.digest}")
    domain = None if values[-1] is None and claim == "relation" else read_domain(values[-1 if claim == "relation" else 0])
    require(domain is None or len(domain.sets) == network.inputs, f"the domain must have {network.inputs} coordinates")
    require(claim == "relation" or network.output, "the network has no output: a statement about none says nothing")
    if claim == "relation" or domain is None:
        return Statement(claim, raw, domain, relation=_read_relation(*values[:4]))
    if claim == "exact":
        require(values[1] in FORMATS, f"the dtype must be one of {', '.join(FORMATS)}")
        return Statement(claim, raw, domain, ("dtype", str(values[1])))
    if claim == "property":
        terms = read_terms(values[1], domain, len(network.output))
        require(len(terms.outputs) == 1 and terms.boolean[terms.outputs[0]], "a property must be one Boolean term")
        return Statement(claim, raw, domain, terms)
    target = _read_target(values[1], domain, len(network.output))
    error = rational(values[2], "the error") if claim == "approximates" else 0
    require(error >= 0, "the error must not be negative")
    require(claim == "computes" or isinstance(target, Terms), "an approximation needs a target of terms")
    return Statement(claim, raw, domain, target, error)


def _read_target(value: Any, domain: Domain, outputs: int) -> Terms | tuple[str, str]:
    require(type(value) is dict and len(value) == 1, "a target must be terms, a circuit or a reference")
    ((kind, content),) = value.items()
    if kind == "terms":
        terms = read_terms(content, domain, 0)
        require(len(terms.outputs) == outputs, f"the target has {len(terms.outputs)} outputs, the network {outputs}")
        return terms
    require(kind in ("circuit", "reference"), "a target must be terms, a circuit or a reference")
    return kind, sha(content, f"the name of a {kind}")


def _read_relation(relation: Any, parameters: Any, activations: Any, layered: Any) -> Relation:
    kinds = items(activations, "the activations")
    require(all(kind in KINDS for kind in kinds) and sorted(set(kinds)) == kinds, "the activations must be sorted kinds")
    require(type(layered) is bool, "layered must be true or false")
    return Relation(*read_relation(relation), read_parameters(parameters), tuple(kinds), layered)


def check_at(
    point: Sequence[Number], statement: Statement, target: Terms, network: Network, work: Work, note: Note = unnoted
) -> None:
    """Reject unless a statement with this target, or this property, holds at one input. note: as in `evaluate`."""
    made = evaluate(network, point, work, note)
    expected, is_property = evaluate_terms(target, point, made, work, note), statement.claim == "property"
    close = is_property or all(-statement.error <= y - t <= statement.error for y, t in zip(made, expected, strict=True))
    if not close or (is_property and expected != [1]):
        at, found, wanted = (", ".join(map(shown, vector)) for vector in (point, made, expected))
        raise Rejected(f"at x = ({at}) the network gives ({found}) and the terms ({wanted})")


def sentence(statement: Statement, network: Network, measures: dict[str, Number]) -> str:
    """What the statement says, in words; `measures` are printed beside a relation."""
    name, inputs = f"the network {network.digest[:16]}", written(statement.domain) if statement.domain is not None else ""
    if statement.relation is not None:
        relation = statement.relation
        sides = f"{written_expression(relation.left)} {relation.compare} {written_expression(relation.right)}"
        known = relation.measures()
        given = [f"{key} = {shown(value)}" for key, value in sorted(relation.parameters.items())]
        given += [f"its {key} = {shown(measures[key])}" for key in sorted(known)]
        given += [f"the volume is that of {inputs}"] if "volume" in known else []
        kinds = f" but {', '.join(relation.activations)}" if relation.activations else ""
        shape = " is strictly layered," if relation.layered else ""
        return f"{name}{shape} uses no activation{kinds} and satisfies {sides} where {', '.join(given)}"
    inputs = f"for all x in {inputs}"
    if not isinstance(statement.target, Terms):
        kind, digest = statement.target or ("", "")
        if statement.claim == "exact":
            return f"{inputs}: evaluating {name} node by node in {digest} rounds nowhere, in any order of summation, fused or not"
        return f"{inputs}: {name} computes what the {kind} with SHA-256 {digest} computes, {len(network.output)} outputs"
    texts, parts = written_terms(statement.target)
    where = f" where {parts}" if parts else ""
    if statement.claim == "property":
        return f"{inputs} and y the output of {name} there: {texts[0]}{where}"
    sign = "=" if statement.claim == "computes" else f"is within {shown(statement.error)} of"
    outputs = ", ".join(f"y{i} {sign} {text}" for i, text in enumerate(texts))
    return f"{inputs} and y the output of {name} there: {outputs or 'there is no output'}{where}"
