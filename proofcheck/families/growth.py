"""Closed forms for the number of neurons of a family, written as functions and turned into data."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from proofcheck.errors import ConstructionError
from proofcheck.families.expressions import Table, lifted
from proofcheck.families.reading import called, variables

PLACES = {"fold": "n", "calls": "np", "tree": "n", "cells": "nT", "stages": "kn", "sort": "kP"}
FORMS = {"calls": 2, "sort": 2}


def closed_forms(family: Mapping[str, Any], functions: Sequence[Callable[..., Any]]) -> tuple[Any, ...]:
    """POLYs over the indeterminates of the rule. Raises ConstructionError where there are too few or too many."""
    rule = family["rule"]
    names, wanted = tuple(PLACES[rule]), FORMS.get(rule, 1)
    if functions and len(functions) != wanted:
        raise ConstructionError(f"exactly= has {len(functions)} functions, expected {wanted}, of {' and '.join(names)}")
    table = Table(variables(names))
    return tuple(table.polynomial(lifted(called("a closed form", function, table.names))) for function in functions)
