"""A statement cut down to what a comparison reads: small parts as they are, terms and experiments by SHA-256.

The network is left out, which may change while the claim stays; so are the names of things that cannot be ordered.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any

from proofcheck.domains import domain_of
from proofcheck.exact import rational_of
from proofcheck.spec.relations import relation_of

Reading = Mapping[str, Any]

BY_HASH = ("target", "property", "experiment", "mutant", "scope", "contract")
LONGEST = 20_000
KEYS = {
    "function": ("domain", "error", "target"),
    "property": ("domain", "property"),
    "exact": ("domain", "dtype"),
    "relation": ("activations", "domain", "layered", "parameters", "relation"),
    "family": ("scope", "contract"),
    "growth": ("attained", "depth", "exactly", "neurons", "scope", "splits"),
    "instance": ("n", "scope", "splits"),
    "enclosure": ("about", "assumptions", "comparisons"),
    "probably": ("about", "assumptions", "experiment", "mutant", "probability", "share", "trials"),
}
"""The keys of a reading besides "claim"; one of another kind is compared key by key."""


def reading_of(statement: str) -> Reading:
    """The reading of a statement's canonical JSON; empty for the empty text, of a claim that makes no statement.

    A claim that computes its target approximates it with error 0, and is read so. The comparisons of an enclosure are
    {case: [relation, SHA-256 of both sides]}. Of a family its blocks and the invariant are left out, as the network is.
    """
    if not statement:
        return {}
    value: dict[str, Any] = json.loads(statement)
    value.pop("network", None)
    if value["claim"] in ("computes", "approximates"):
        value = {"error": "0x0"} | value | {"claim": "function"}
    if value["claim"] == "enclosure":
        sides = _sides(value.pop("reals"))
        relations = zip(value.pop("cases"), value.pop("relations"), sides[::2], sides[1::2], strict=True)
        value["comparisons"] = {case: [relation, digest(left + right)] for case, relation, left, right in relations}
    if value["claim"] == "family":
        family, contract = value["family"], value["contract"]
        return {"claim": "family", "scope": digest(_scope(family, contract)), "contract": digest(_says(family, contract))}
    if value["claim"] in ("instance", "growth"):
        value = {"attained": False, "exactly": None} | value if value["claim"] == "growth" else value
        value["scope"], value["splits"] = digest(_scope(value.pop("family"), {})), json.dumps(value.pop("how"))
        return {key: digest(part) if key == "exactly" and part else part for key, part in value.items()}
    return {key: _short(key, part) for key, part in value.items()}


def _scope(family: Mapping[str, Any], contract: Mapping[str, Any]) -> Any:
    """For which n, inputs and premises something is said of a family; its blocks, which may change, are left out."""
    if family["rule"] == "parallel":  # of a part as of a family
        return ["parallel", family["shared"], _scope(family["block"], contract)]
    if family["rule"] == "sequence":
        return ["sequence", *(_scope(family[key], contract.get(key, {})) for key in ("first", "second"))]
    scope = {key: family.get(key) for key in ("rule", "first", "inputs", "fixed", "units", "reach", "pad")}
    scope |= {"premises": contract.get("premises")}
    if "block" in family:  # of calls: the inputs of a step, and how many words are given
        scope |= {"steps": family["block"]["fixed"], "words": len(family["block"]["inputs"]) - len(family["state"])}
    return scope | ({"heads": contract["heads"]["count"]} if "heads" in contract else {})


def _says(family: Mapping[str, Any], contract: Mapping[str, Any]) -> Any:
    """What is said of a family, without the invariant that shows it."""
    if family["rule"] == "parallel":
        return _says(family["block"], contract)
    if family["rule"] == "sequence":
        return ["sequence", *(_says(family[key], contract[key]) for key in ("first", "second"))]
    says = {key: part for key, part in contract.items() if key not in ("invariant", "premises", "witness", "block", "heads")}
    says |= {"outputs": len(family.get("outputs", []))}
    return says | ({"state": [top is not None for _, top in family["state"]]} if "block" in family else {})  # words put out


def check_reading(reading: Reading) -> None:
    """Raises KeyError, TypeError, ValueError, AttributeError or InputError for what `reading_of` does not write."""
    if not isinstance(reading, dict):
        raise TypeError
    if not reading or _text(reading["claim"]) not in KEYS:
        return
    if reading.keys() != {"claim", *KEYS[reading["claim"]]}:
        raise KeyError
    for key, value in reading.items():
        CHECKS[key](value)


def numbers(reading: Reading) -> dict[str, Any]:
    """The parameters of a relation as exact numbers."""
    return _numbers(reading["parameters"])


def digest(value: Any) -> str:
    """SHA-256 of a value's canonical JSON."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _short(key: str, value: Any) -> Any:
    if key in BY_HASH:
        (kind, *_) = value if isinstance(value, dict) and len(value) == 1 else ("terms",)
        return f"{kind} {digest(value)}"
    return {"sha256": digest(value)} if key == "domain" and len(json.dumps(value)) > LONGEST else value


def _sides(reals: Mapping[str, Any]) -> list[str]:
    """The SHA-256 of each output of REALS: of its node with the SHA-256 of what it reads in place of their numbers."""
    known: list[str] = []
    for kind, *rest in reals["nodes"]:
        read = [] if kind in ("rational", "pi") else rest[:1] if kind == "power" else rest
        known.append(digest([kind, *(known[j] for j in read), *rest[len(read) :]]))
    return [known[j] for j in reals["outputs"]]


def _numbers(parameters: Mapping[str, Any]) -> dict[str, Any]:
    return {name: v if type(v) is int else rational_of(v) for name, v in parameters.items()}


def _text(value: Any) -> str:
    return str(_typed(value, str))


def _typed(value: Any, kind: type) -> Any:
    if type(value) is not kind:
        raise TypeError
    return value


def _texts(value: Any) -> None:
    for text in _typed(value, list):
        _text(text)


def _check_domain(value: Any) -> None:
    if value is not None and _typed(value, dict).keys() != {"sha256"}:
        domain_of(value)


def _whole(value: Any) -> None:
    for number in value if type(value) is list else [value]:
        _typed(number, int)


def _check_comparisons(value: Any) -> None:
    for relation, sides in _typed(value, dict).values():
        if relation not in ("<", "<=", "=="):
            raise ValueError
        _text(sides)


CHECKS: dict[str, Callable[[Any], Any]] = {
    "domain": _check_domain,
    "relation": relation_of,
    "parameters": _numbers,
    "activations": _texts,
    **dict.fromkeys(("attained", "layered"), lambda value: _typed(value, bool)),
    **dict.fromkeys(("depth", "n", "neurons"), _whole),
    "exactly": lambda value: value is None or _text(value),
    "comparisons": _check_comparisons,
    "trials": lambda value: _typed(value, int),
    "assumptions": _texts,
    **dict.fromkeys(("error", "probability", "share"), rational_of),
    **dict.fromkeys(("claim", "about", "dtype", "splits", *BY_HASH), _text),
}
