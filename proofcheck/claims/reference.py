"""Reference functions: targets that can only be run, not read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class ReferenceFunction:
    """Plain Python on Fractions, shaped like the ports: readable only by running it, so nothing about it is certified."""

    function: Callable[..., Any]


def reference(function: Callable[..., Any]) -> ReferenceFunction:
    """Mark a target as a reference function; usable as a decorator."""
    return ReferenceFunction(function)
