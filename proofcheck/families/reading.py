"""Calling the plain functions that a family is written with: each parameter is looked up by its name."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from proofcheck.errors import ConstructionError
from proofcheck.families.expressions import Expression, Fact, lifted, variable

Names = Mapping[str, Expression]


@dataclass(frozen=True)
class Reads:
    """A function of all names at once, instead of one whose parameters are looked up."""

    function: Callable[[Mapping[str, Any]], Any]


def variables(names: Sequence[str]) -> dict[str, Expression]:
    """A fresh variable for each name."""
    return {name: variable(name) for name in names}


def called(what: str, function: Any, names: Mapping[str, Any]) -> Any:
    """The value of a function whose parameters are among `names`. Raises ConstructionError when one is not."""
    if isinstance(function, Reads):
        return function.function(names)
    if not callable(function):
        raise ConstructionError(f"{what} is {function!r}, expected a function: write lambda {', '.join(names)}: ...")
    wanted = list(inspect.signature(function).parameters)
    for name in wanted:
        if name not in names:
            also = ": with first=1 it reads the inputs of the first step" if what == "the start" and not names else ""
            raise ConstructionError(f"{what} reads {name!r}, expected some of {', '.join(names) or 'nothing'}{also}")
    return function(*(names[name] for name in wanted))


def named(what: str, value: Any) -> dict[str, Expression]:
    """A dict of expressions as it is, one expression as {"y": expression}, a list as y0, y1, ..."""
    if isinstance(value, Mapping):
        pairs = dict(value)
    elif isinstance(value, list | tuple):
        pairs = {f"y{i}": part for i, part in enumerate(value)}
    else:
        pairs = {"y": value}
    for name, part in pairs.items():
        if not isinstance(name, str) or not name.isidentifier():
            raise ConstructionError(f"{what} gives the name {name!r}, expected an identifier")
        if isinstance(part, Fact):
            raise ConstructionError(f"{what} gives a comparison for {name!r}, expected an expression")
    return {name: lifted(part) for name, part in pairs.items()}


def facts(what: str, value: Any) -> list[Fact]:
    """A fact or a list of facts; a list in it is taken apart."""
    if isinstance(value, Fact):
        return [value]
    if not isinstance(value, list | tuple):
        raise ConstructionError(f"{what} gives {value!r}, expected a list of comparisons such as [m == t, m >= 0]")
    return [fact for part in value for fact in facts(what, part)]


def apart(groups: Mapping[str, Sequence[str]]) -> None:
    """Raise ConstructionError when one name stands for two things; groups: what the names are of, in words."""
    seen: dict[str, str] = {}
    for what, names in groups.items():
        for name in names:
            if not isinstance(name, str) or not name.isidentifier():
                raise ConstructionError(f"{name!r} names {what}, expected an identifier")
            if name in seen:
                raise ConstructionError(f"{name!r} names {seen[name]} and {what}: rename one of them")
            seen[name] = what


def side(names: Names, own: str = "") -> SimpleNamespace:
    """One side of a merge: left.m, left.t, and left.own for the value that a ghost itself has."""
    return SimpleNamespace(**names, **({"own": names[own]} if own else {}))
