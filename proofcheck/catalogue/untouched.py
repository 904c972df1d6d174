"""A tripwire in the process that runs a construction: whether this package is there what it was before.

It finds a file that patches a function or class of this package, or a builtin, by accident or in plain sight, so that its
claims would say something else than they seem to. It is no wall: code that runs beside it can get round it. What must hold
against such code is checked by the process that judges.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from types import FunctionType, ModuleType
from typing import Any

PACKAGE = __name__.partition(".")[0]
BENEATH = ("__main__", "builtins", "fractions", "functools", "hashlib", "inspect", "json", "json.encoder", "math", "operator")
Part = tuple[Any, str, object]


def watch() -> Callable[[], str]:
    """A function that names what has been changed since, such as "proofcheck.networks.relu"; "" for nothing."""
    modules = {name: module for name, module in sys.modules.items() if _is_watched(name)}
    parts = [(owner, name, value, _body(value)) for module in modules.values() for owner, name, value in _parts(module)]

    def changed() -> str:
        for name, module in modules.items():
            if sys.modules.get(name) is not module:
                return f"sys.modules[{name!r}]"
        for owner, name, value, body in parts:
            if vars(owner).get(name) is not value or _body(value) != body:
                return f"{_name(owner)}.{name}"
        return ""

    return changed


def _is_watched(name: str) -> bool:
    return name == PACKAGE or name.startswith(f"{PACKAGE}.") or name in BENEATH


def _parts(module: ModuleType) -> Iterator[Part]:
    """Functions, classes and modules by their names in the module, and what this package's own classes consist of."""
    for name, value in list(vars(module).items()):
        if callable(value) or isinstance(value, ModuleType):
            yield module, name, value
        if isinstance(value, type) and _is_watched(value.__module__) and value.__module__ not in BENEATH:
            for part, content in list(vars(value).items()):
                if callable(content) or hasattr(content, "__get__"):
                    yield value, part, content


def _body(value: object) -> tuple[object, ...]:
    """What a function does when it is called, as far as Python shows it."""
    function = getattr(value, "__func__", getattr(value, "fget", getattr(value, "__wrapped__", value)))
    if not isinstance(function, FunctionType):
        return ()
    return function.__code__, id(function.__defaults__), str(function.__kwdefaults__)


def _name(owner: Any) -> str:
    return owner.__name__ if isinstance(owner, ModuleType) else f"{owner.__module__}.{owner.__qualname__}"
