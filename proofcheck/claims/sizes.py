"""What a construction is built for: parameters of `build`, or a named instance with its own measures."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from proofcheck.errors import ConstructionError, Refusal
from proofcheck.exact import decimal, rational


@dataclass(frozen=True, eq=False, init=False)
class Instance:
    """A named value to build for, and the measures that size relations read with `parameter(name)`."""

    name: str
    value: Any
    measures: Mapping[str, Fraction]

    def __init__(self, name: str, value: Any, **measures: Any) -> None:
        if not name or any(c in name for c in "[]:,\n"):
            raise ConstructionError(f"{name!r} cannot name an instance: give a name without brackets, colons and commas")
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "value", value)
        object.__setattr__(
            self, "measures", {key: _number(f"the measure {key} of {name}", m) for key, m in sorted(measures.items())}
        )


@dataclass(frozen=True)
class Size:
    """One element of `at`, read with the signature of `build`.

    label: how reports name it ("n = 4", "d_x = 1, k = 2", an instance's name). parameters: what relations read.
    """

    label: str
    parameters: Mapping[str, Fraction] = field(compare=False)
    arguments: Mapping[str, Any] = field(compare=False)

    @property
    def compact(self) -> str:
        """The label without blanks, for test ids."""
        return self.label.replace(" ", "")


def parameters_of(build: Callable[..., Any]) -> tuple[str, ...]:
    """The names of the parameters of `build`. Raises ConstructionError for one that takes *args or **kwargs."""
    parameters = inspect.signature(build).parameters.values()
    if any(p.kind in (p.VAR_POSITIONAL, p.VAR_KEYWORD, p.POSITIONAL_ONLY) for p in parameters):
        raise ConstructionError("build takes *args, **kwargs or unnamed parameters: give each parameter of the size a name")
    return tuple(p.name for p in parameters)


def size_of(element: Any, names: tuple[str, ...]) -> Size:
    """One element of `at` for a `build` with these parameters. Raises ConstructionError when it does not fit."""
    if isinstance(element, Instance):
        if len(names) != 1:
            raise ConstructionError(
                f"the instance {element.name} was given to a build of {len(names)} parameters: it takes one, the value"
            )
        return Size(element.name, element.measures, {names[0]: element.value})
    if isinstance(element, Mapping):
        values = dict(element)
        if set(values) != set(names):
            raise ConstructionError(f"the size {element!r} does not name the parameters of build: {', '.join(names)}")
    else:
        row = tuple(element) if isinstance(element, (tuple, list)) else (element,)
        if len(row) != len(names):
            raise ConstructionError(
                f"the size {element!r} has {len(row)} values for the {len(names)} parameters of build: {', '.join(names)}"
            )
        values = dict(zip(names, row, strict=True))
    exact = {name: _number(f"the parameter {name}", values[name]) for name in names}
    label = ", ".join(f"{name} = {decimal(exact[name])}" for name in names)
    return Size(label, exact, {name: int(v) if v.denominator == 1 else v for name, v in exact.items()})


def labels_of(claim: Any, names: tuple[str, ...]) -> list[str]:
    """How reports name the sizes that a claim is made at: those of `at`, or "every n >= 1" of a claim about a family."""
    if hasattr(claim, "family") and not claim.at:
        return [claim.statement().scope]
    return [size.label for size in sizes_of(claim.at, names)]


def sizes_of(at: tuple[Any, ...], names: tuple[str, ...]) -> tuple[Size, ...]:
    """All of `at`, each size once, in the order given."""
    sizes: dict[str, Size] = {}
    for element in at:
        size = size_of(element, names)
        if not same_size(sizes.setdefault(size.label, size), size):
            raise ConstructionError(f"two different sizes are called {size.label}: give each its own name")
    return tuple(sizes.values())


def same_size(a: Size, b: Size) -> bool:
    """Whether two sizes stand for the same thing, whatever they are called; values that cannot be compared differ."""
    try:
        return a is b or bool(dict(a.parameters) == dict(b.parameters) and dict(a.arguments) == dict(b.arguments))
    except Exception:  # noqa: BLE001 - the values of instances are anybody's, and so is their ==
        return False


def _number(what: str, value: Any) -> Fraction:
    try:
        return rational(value)
    except Refusal:
        raise ConstructionError(
            f"{what} is {value!r}, expected an int or a Fraction: wrap other values in Instance(name, value)"
        ) from None
