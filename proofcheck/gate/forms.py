"""The form of a statement: what two sizes of one claim have in common when one of them can stand for both in a report."""

from __future__ import annotations

import json
from typing import Any


def form_of(statement: str) -> object:
    """Equal for statements that differ as those of one claim do at two sizes, in numbers and lengths; canonical JSON is given.

    Of terms the operations that occur are compared, of a relation its shape with the measures and parameters in it. So a claim
    that says less at some sizes has another form there where other operations say it, not other numbers or another order.
    """
    if not statement:
        return ""
    value: dict[str, Any] = json.loads(statement)
    terms = value.get("property") or value.get("target") or {}
    terms = terms.get("terms", terms)
    operations = frozenset(node[0] for node in terms["nodes"]) if "nodes" in terms else frozenset(terms)
    rest = tuple(json.dumps(value.get(key)) for key in ("activations", "layered", "dtype"))
    return value["claim"], operations, rest, json.dumps(_shape(value.get("relation")))


def _shape(relation: Any) -> Any:
    """A relation without its numbers."""
    if not isinstance(relation, list):
        return relation
    return ["number"] if relation[0] == "number" else [_shape(part) for part in relation]
