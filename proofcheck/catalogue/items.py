"""What a query sees of a construction: a record of plain data, the same for `proofcheck list` and for the site.

Sizes come from settled relations alone: that `depth == ceil_log2(n)` holds at n = 5 says that the depth there is 3.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from proofcheck.catalogue.description import Description
from proofcheck.catalogue.query import ALL_SIZES
from proofcheck.errors import ProofcheckError
from proofcheck.spec.relations import Size, SizeRelation, relation_of

Facts = Mapping[str, Mapping[str, Any]]
LONGEST = 400
MIRRORED = {"==": "==", "<=": ">=", "<": ">"}


def fact_of(kind: str, statement: str, sentence: str) -> dict[str, Any]:
    """What is kept about a claim at one size: its words without the network, for a relation also what it compares."""
    value: dict[str, Any] = json.loads(statement) if statement else {}
    kept = {"kind": kind, "says": _without_network(sentence)[:LONGEST]}
    if value.get("claim") == "relation":
        kept |= {"relation": value["relation"], "parameters": value["parameters"], "activations": value["activations"]}
    return kept


def item(
    name: str, path: str, description: Description, standing: Mapping[str, Mapping[str, str]], facts: Facts
) -> dict[str, Any]:
    """The record of a construction. standing: how each claim is settled at each size. facts: of `fact_of`, by claim and size."""
    claims, known, kinds = [], [], set[str]()
    for claim in description.claims:
        settled = {_label(size): standing.get(claim.name, {}).get(size, "unjudged") for size in claim.sizes}
        about = facts.get(claim.name, {})
        sentences = list(dict.fromkeys(str(fact.get("says", "")) for fact in about.values()))
        says = " ".join([claim.name, *sentences[:3]])[:LONGEST]
        claims.append({"name": claim.name, "kind": claim.kind, "says": says.lower(), "settled": settled})
        for size, fact in about.items():
            how = standing.get(claim.name, {}).get(size)
            if how in ("certified", "established") and "relation" in fact:
                known += [[measure, size, op, str(value), how] for measure, op, value in measured(fact)]
                kinds.update(fact["activations"])
    source = description.source
    words = (name, path, description.title, description.summary, source.citation, source.arxiv, source.doi)
    return {
        "name": name.lower(),
        "text": " ".join(words).lower(),
        "subject": subject_of(path),
        "paper": " ".join((source.citation, source.arxiv, source.doi)).lower(),
        "act": sorted(kinds),
        "form": description.form,
        "scope": sorted({"all" if ALL_SIZES in claim["settled"] else "listed" for claim in claims}),
        "claims": claims,
        "facts": known,
    }


def measured(fact: Mapping[str, Any]) -> list[tuple[str, str, Any]]:
    """(measure, "==", "<=" or ">=", number) when a measure stands alone on one side of the relation, and numbers on the other."""
    try:
        relation = relation_of(fact["relation"])
        found = _alone(relation)
        if found is None:
            return []
        measure, op, side = found
        value = side.value({}, dict(fact["parameters"]) and _numbers(fact["parameters"]))
    except (ProofcheckError, KeyError, TypeError, ValueError):
        return []
    if op in ("<", ">"):  # of whole numbers; a bound that is not attained says a little less than it could
        op = f"{op}="
    return [(measure, op, value)]


def subject_of(path: str) -> str:
    """The folder that a construction lies in, below `constructions`."""
    parts = path.split("/")[:-1]
    below = parts[parts.index("constructions") + 1 :] if "constructions" in parts else parts[-1:]
    return below[0] if below else ""


def _label(size: str) -> str:
    return ALL_SIZES if size.startswith("every ") else size


def _alone(relation: SizeRelation) -> tuple[str, str, Size] | None:
    left, right = relation.left, relation.right
    if left.op == "measure" and not right.names("measure"):
        return str(left.data), relation.op, right
    if right.op == "measure" and not left.names("measure"):
        return str(right.data), MIRRORED[relation.op], left
    return None


def _numbers(parameters: Mapping[str, Any]) -> dict[str, Any]:
    from proofcheck.exact import rational_of

    return {name: value if type(value) is int else rational_of(value) for name, value in parameters.items()}


def _without_network(sentence: str) -> str:
    before, found, after = sentence.partition("network ")
    return f"{before}network {after.partition(' ')[2]}" if found else sentence
