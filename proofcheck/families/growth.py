"""Closed forms for the number of neurons of a family, written as functions and turned into data."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from proofcheck.errors import ConstructionError
from proofcheck.families.composition import shapes
from proofcheck.families.expressions import Table, lifted
from proofcheck.families.reading import called, variables

PLACES = {"fold": "n", "calls": "np", "tree": "n", "cells": "nT", "stages": "kn", "sort": "kP"}
FORMS = {"calls": 2, "sort": 2}


def closed_forms(family: Mapping[str, Any], functions: Sequence[Callable[..., Any]]) -> tuple[Any, ...]:
    """POLYs over the indeterminates of the rule. Raises ConstructionError where there are too few or too many."""
    wanted = [*_parts(family), *([] if family["rule"] in PLACES else [form_names(family)])]
    if functions and len(functions) != len(wanted):
        of = "; ".join(" and ".join(names) for names in wanted)
        raise ConstructionError(f"exactly= has {len(functions)} functions, expected {len(wanted)}, of {of}")
    tables = (Table(variables(names)) for names in wanted)
    pairs = zip(tables, functions, strict=False)
    return tuple(table.polynomial(lifted(called("a closed form", function, table.names))) for table, function in pairs)


def form_names(family: Mapping[str, Any]) -> tuple[str, ...]:
    """The indeterminates of the form for the whole family."""
    return tuple(PLACES.get(family["rule"]) or (name for name, _ in shapes(family)[2]))


def _parts(family: Mapping[str, Any]) -> list[tuple[str, ...]]:
    """The indeterminates of the forms for its folds, trees and the like."""
    keys = {"parallel": ["block"], "sequence": ["first", "second"]}.get(family["rule"])
    if keys is not None:
        return [names for key in keys for names in _parts(family[key])]
    return [tuple(PLACES[family["rule"]])] * FORMS.get(family["rule"], 1)
