"""The statement of a claim about one network: canonical JSON (docs/formats.md) whose SHA-256 identifies the claim.

A statement is data: terms, domains and names by hash. The kernel reads the same text with its own code.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from string import hexdigits
from typing import Any

from proofcheck.domains import Domain, domain_of
from proofcheck.engine.formats import FORMATS
from proofcheck.errors import InputError, UsageError
from proofcheck.exact import rational, rational_of, text_of
from proofcheck.networks.activation import KINDS
from proofcheck.spec.evaluation import postorder
from proofcheck.spec.nodes import terms_json, terms_of
from proofcheck.spec.relations import SizeRelation, relation_of
from proofcheck.spec.term import Term
from proofcheck.spec.words import list_text, text

FIELDS = {
    "computes": ("domain", "target"),
    "approximates": ("domain", "target", "error"),
    "property": ("domain", "condition"),
    "exact": ("domain", "dtype"),
    "relation": ("relation", "parameters", "activations", "layered"),
}
OUTPUT_LIMIT = 10**8


@dataclass(frozen=True)
class TermTarget:
    """What each output should be, as a term over the inputs."""

    terms: tuple[Term, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "terms", tuple(self.terms))


@dataclass(frozen=True)
class CircuitTarget:
    """The circuit whose AIGER file has this SHA-256 (hex)."""

    sha256: str


@dataclass(frozen=True)
class NetworkTarget:
    """What another network computes, named by its digest; on all bits only."""

    sha256: str


@dataclass(frozen=True)
class ReferenceTarget:
    """The reference function whose sources have this SHA-256 (hex); nothing is certified of it."""

    sha256: str


Target = TermTarget | CircuitTarget | NetworkTarget | ReferenceTarget


@dataclass(frozen=True, kw_only=True, eq=False)
class Statement:
    """One claim about the network with digest `network`. Two statements are equal when their JSON is.

    kind "computes": network(x) == target(x) for all x in domain. "approximates": each output within `error` of the
    target's. "property": the Boolean term `condition` over inputs and outputs is true for all x in domain.
    "exact": evaluating the network in the number format `dtype` rounds nowhere, for all x in domain.
    "relation": the size relation holds at `parameters` of a network that uses only `activations` and, if `layered`, is
    strictly layered; `domain` is the one whose volume it speaks of.
    Raises UsageError when a field of its kind is missing or another is given.
    """

    kind: str
    network: str
    domain: Domain | None = None
    target: Target | None = None
    error: Fraction | None = None
    condition: Term | None = None
    dtype: str | None = None
    relation: SizeRelation | None = None
    parameters: Mapping[str, Fraction] | None = None
    activations: tuple[str, ...] | None = None
    layered: bool | None = None
    _text: str = field(init=False, repr=False, default="")

    def __post_init__(self) -> None:
        if self.kind not in FIELDS:
            raise UsageError(f"{self.kind!r} is not a kind of statement: known are {', '.join(FIELDS)}")
        _check_sha(self.network, "the network")
        expected = FIELDS[self.kind]
        for name in ("domain", "target", "error", "condition", "dtype", "relation", "parameters", "activations", "layered"):
            given = getattr(self, name) is not None
            if given != (name in expected) and (self.kind, name) != ("relation", "domain"):
                raise UsageError(f"a statement of kind {self.kind} {'has no' if given else 'needs its'} {name}")
        if self.error is not None:
            object.__setattr__(self, "error", rational(self.error))
        if self.parameters is not None:
            exact = {name: rational(value) for name, value in sorted(self.parameters.items())}
            object.__setattr__(self, "parameters", exact)
        if self.activations is not None:
            object.__setattr__(self, "activations", tuple(sorted(set(self.activations))))
        self._check()
        object.__setattr__(self, "_text", json.dumps(self._value(), sort_keys=True, separators=(",", ":")))

    def _check(self) -> None:
        if isinstance(self.target, TermTarget):
            outside = next((t for t in postorder(self.target.terms) if t.op == "output"), None)
            if outside is not None:
                raise UsageError(f"the target reads {outside!r}, an output of the network: a target is a function of the inputs")
        elif self.target is not None:
            _check_sha(self.target.sha256, "the target")
            if self.kind == "approximates":
                raise UsageError("an approximation is stated against terms: give a TermTarget")
        if self.error is not None and self.error < 0:
            raise UsageError(f"the error {self.error} is negative: give a number from 0 on")
        if self.condition is not None and not self.condition.boolean:
            raise UsageError("a property is a Boolean term: compare, for instance y == x or y <= 1")
        if self.layered is not None and not isinstance(self.layered, bool):
            raise UsageError(f"layered is {self.layered!r}, expected True or False")
        if self.dtype is not None and self.dtype not in FORMATS:
            raise UsageError(f"the dtype {self.dtype!r} is not known here: choose one of {', '.join(FORMATS)}")
        unknown = set(self.activations or ()) - set(KINDS)
        if unknown:
            raise UsageError(f"{', '.join(map(repr, sorted(unknown)))} is no activation: known are {', '.join(KINDS)}")
        if self.relation is not None and self.parameters is not None:
            missing = self.relation.parameters() - self.parameters.keys()
            if missing:
                raise UsageError(f"the relation names {', '.join(sorted(missing))} without a value: give it in parameters")

    def _value(self) -> dict[str, Any]:
        value: dict[str, Any] = {"claim": self.kind, "network": self.network}
        if self.domain is not None or self.kind == "relation":
            value["domain"] = None if self.domain is None else self.domain.json()
        match self.target:
            case TermTarget(terms):
                value["target"] = {"terms": terms_json(terms)}
            case CircuitTarget(sha256):
                value["target"] = {"circuit": sha256}
            case NetworkTarget(sha256):
                value["target"] = {"network": sha256}
            case ReferenceTarget(sha256):
                value["target"] = {"reference": sha256}
        if self.error is not None:
            value["error"] = text_of(self.error)
        if self.condition is not None:
            value["property"] = terms_json((self.condition,))
        if self.dtype is not None:
            value["dtype"] = self.dtype
        if self.relation is not None and self.parameters is not None and self.activations is not None:
            value["relation"] = self.relation.json()
            value["parameters"] = {name: _parameter_json(number) for name, number in self.parameters.items()}
            value["activations"] = list(self.activations)
            value["layered"] = self.layered
        return value

    def json(self) -> str:
        """The canonical JSON text of STATEMENT."""
        return self._text

    @cached_property
    def digest(self) -> str:
        """The SHA-256 (hex) of the JSON."""
        return hashlib.sha256(self._text.encode()).hexdigest()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Statement) and self._text == other._text

    def __hash__(self) -> int:
        return hash(self._text)

    def sentence(self) -> str:
        """The statement in words."""
        network, everywhere = f"network {self.network[:12]}", "" if self.domain is None else f"for all x in {_named(self.domain)}"
        if self.kind == "property":
            assert self.condition is not None
            return f"{network} with outputs y satisfies {text(self.condition)} {everywhere}"
        if self.kind == "exact":
            return f"evaluating {network} in {self.dtype} rounds nowhere {everywhere}"
        if self.kind == "relation":
            assert self.relation is not None
            at = ", ".join(f"{name} = {value}" for name, value in (self.parameters or {}).items())
            form = f"{'strictly layered ' if self.layered else ''}{network} with activations {', '.join(self.activations or ())}"
            return f"{form} satisfies {self.relation.describe()}{f' at {at}' if at else ''}"
        match self.target:
            case TermTarget(terms):
                what = list_text(terms)
            case CircuitTarget(sha256):
                what = f"the circuit {sha256[:12]}"
            case NetworkTarget(sha256):
                what = f"the function of the network {sha256[:12]}"
            case ReferenceTarget(sha256):
                what = f"the reference function {sha256[:12]}"
        verb = "computes" if self.error is None else f"is within {self.error} of"
        return f"{network} {verb} {what} {everywhere}"


def statement_of(data: str) -> Statement:
    """Read the JSON text of a statement. Raises InputError for anything but the exact output of `Statement.json`."""
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        raise InputError("the statement is not JSON") from None
    try:
        statement = _read(value)
    except (KeyError, TypeError, AttributeError):
        raise InputError("the statement is not of the form that docs/formats.md gives") from None
    except UsageError as error:
        raise InputError(str(error)) from None
    if statement.json() != data:
        raise InputError("the statement is not in canonical form: sorted keys, no spaces, no other keys")
    return statement


def _read(value: dict[str, Any]) -> Statement:
    kind = value["claim"]
    domain = None if kind == "relation" and value["domain"] is None else domain_of(value["domain"])
    fields: dict[str, Any] = {"kind": kind, "network": value["network"], "domain": domain}
    if "target" in value:
        (form, content), *others = value["target"].items()
        if others or form not in ("terms", "circuit", "network", "reference"):
            raise InputError("a target is an object with one of the keys terms, circuit, network, reference")
        named = {"circuit": CircuitTarget, "network": NetworkTarget, "reference": ReferenceTarget}
        fields["target"] = TermTarget(terms_of(content, domain)) if form == "terms" else named[form](content)
    if "error" in value:
        fields["error"] = rational_of(value["error"])
    if "property" in value:
        (fields["condition"],) = _one(terms_of(value["property"], domain, OUTPUT_LIMIT))
    if "dtype" in value:
        fields["dtype"] = value["dtype"]
    if kind == "relation":
        numbers = {name: Fraction(v) if type(v) is int else rational_of(v) for name, v in value["parameters"].items()}
        fields |= {"relation": relation_of(value["relation"]), "parameters": numbers}
        fields |= {"activations": tuple(value["activations"]), "layered": value["layered"]}
    return Statement(**fields)


def _one(terms: tuple[Term, ...]) -> tuple[Term, ...]:
    if len(terms) != 1:
        raise InputError(f"a property has one output, {len(terms)} are given")
    return terms


def _parameter_json(value: Fraction) -> int | str:
    return value.numerator if value.denominator == 1 else text_of(value)


def _check_sha(value: object, what: str) -> None:
    if not isinstance(value, str) or len(value) != 64 or not set(value) <= set(hexdigits.lower()):
        raise UsageError(f"{what} is named by {str(value)[:70]!r}, expected a SHA-256 as 64 lower-case hexadecimal digits")


def _named(domain: Domain) -> str:
    return domain.describe().removeprefix("all x in ")
