"""Wires: real numbers inside a network that is being written.

A wire holds how it was made and nothing else. Numbers become exact here; what is not affine is refused here.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import count
from math import prod
from typing import Any, NoReturn, TypeVar, cast

from proofcheck.domains import Domain, Reals
from proofcheck.errors import InputError, Refusal, UsageError
from proofcheck.exact import rational
from proofcheck.networks.activation import IDENTITY, RELU, SATURATED_LINEAR, STEP, Activation
from proofcheck.networks.interpret import RATIONALS

Number = int | Fraction
W = TypeVar("W")

_serial = count()


@dataclass(frozen=True, eq=False)
class Source:
    """One call of `inputs`; `serial` orders the ports by creation."""

    name: str | None
    shape: tuple[int, ...]
    domain: Domain
    serial: int


class Wire:
    """One real number inside a network that is being written; made by `inputs`, arithmetic and activations.

    Wires can be added, subtracted, negated, and multiplied or divided by exact constants. They have no value yet, so
    they cannot be compared, used as a condition, or multiplied with each other.
    """

    __array_ufunc__ = None  # numpy integers on the left leave the operation to the wire
    __hash__ = object.__hash__
    __slots__ = ("_activation", "_bias", "_port", "_serial", "_terms")

    def __init__(
        self,
        activation: Activation,
        bias: Number,
        terms: tuple[tuple[Wire, Number], ...],
        port: tuple[Source, int] | None = None,
    ) -> None:
        self._activation, self._bias, self._terms, self._port = activation, bias, terms, port
        self._serial = next(_serial)

    def __add__(self, other: Any) -> Wire:
        return self._plus(other, 1)

    __radd__ = __add__

    def __sub__(self, other: Any) -> Wire:
        return self._plus(other, -1)

    def __rsub__(self, other: Any) -> Wire:
        return (-self)._plus(other, 1)

    def __neg__(self) -> Wire:
        return self._scaled(-1)

    def __pos__(self) -> Wire:
        return self

    def __mul__(self, other: Any) -> Wire:
        if isinstance(other, Wire):
            raise Refusal(
                "products of two wires are not affine: a network of neurons multiplies wires by constants only; "
                "on a finite domain write the product with activations"
            )
        return self._scaled(exact(other))

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Wire:
        if isinstance(other, Wire):
            raise Refusal("quotients of two wires are not affine: a network of neurons divides wires by constants only")
        divisor = rational(other)
        if divisor == 0:
            raise Refusal("a wire is divided by zero")
        return self._scaled(exact(1 / divisor))

    def __rtruediv__(self, other: Any) -> Wire:
        raise Refusal("dividing by a wire is not affine: a network of neurons divides wires by constants only")

    def __pow__(self, other: Any) -> Wire:
        raise Refusal("powers of a wire are not affine: on a finite domain write them with activations")

    def __bool__(self) -> bool:
        raise Refusal(
            "a wire has no truth value while the network is being written: `if`, `and`, `or` and `not` cannot look at it; "
            "choose with activations, for example b + relu(a - b) for the larger of a and b"
        )

    def _compare(self, other: Any) -> bool:
        raise Refusal(
            "wires cannot be compared while the network is being written: write step(a - b) for a >= b, b + relu(a - b) for "
            "the larger of a and b, or use `is` to ask whether two wires are the same"
        )

    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = _compare

    def __getitem__(self, index: object) -> NoReturn:
        raise Refusal("this is one wire and no list of wires: inputs() makes one wire, inputs(n) a list of n")

    def __repr__(self) -> str:
        if self._port is not None:
            source, place = self._port
            return f"<Wire {place} of the input {source.name or ''}{list(source.shape)}>"
        return f"<Wire {self._activation} of {len(self._terms)} wires>"

    def _plus(self, other: Any, sign: int) -> Wire:
        if isinstance(other, Wire):
            if other is self:
                return self._scaled(1 + sign)
            return Wire(IDENTITY, 0, ((self, 1), (other, sign)))
        number = exact(other)
        return Wire(IDENTITY, sign * number, ((self, 1),)) if number != 0 else self

    def _scaled(self, factor: Number) -> Wire:
        if factor == 1:
            return self
        return Wire(IDENTITY, 0, ((self, factor),) if factor != 0 else ())


def inputs(*shape: int, on: Any = None, name: str | None = None) -> Any:
    """A new input port: a Wire for `inputs()`, a list for `inputs(n)`, a list of n lists for `inputs(n, m)`, ...

    on: the domain of the port, a family such as Bits or a Domain of matching size; all reals unless given.
    name: unless given, the ports of a network are called x, y, z, or x1, x2, ... when there are more than three.
    """
    sizes = tuple(_length(length) for length in shape)
    total = prod(sizes)
    if on is None:
        domain = Reals.of(sizes)
    elif isinstance(on, Domain):
        domain = on
    elif hasattr(on, "of"):
        domain = on.of(sizes)
    else:
        raise UsageError(f"on={on!r} is not a domain: give a family such as Bits, or a Domain with {total} coordinates")
    if len(domain.sets) != total:
        raise InputError(f"the domain has {len(domain.sets)} coordinates, inputs{sizes} has {total}")
    source = Source(name, sizes, domain, next(_serial))
    wires: list[Any] = [Wire(IDENTITY, 0, (), (source, place)) for place in range(total)]
    for length in reversed(sizes[1:]):
        wires = [wires[k : k + length] for k in range(0, len(wires), length)]
    return wires if sizes else wires[0]


def relu(x: W) -> W:
    """max(x, 0): one neuron. Of a number: the number max(x, 0)."""
    return _neuron(RELU, x)


def leaky_relu(x: W, slope: Any) -> W:
    """x where x >= 0, slope * x elsewhere: one neuron. The slope is an exact constant."""
    return _neuron(Activation("leaky_relu", rational(slope)), x)


def step(x: W) -> W:
    """1 where x >= 0, 0 elsewhere: one neuron."""
    return _neuron(STEP, x)


def saturated_linear(x: W) -> W:
    """min(max(x, 0), 1): one neuron."""
    return _neuron(SATURATED_LINEAR, x)


def exact(value: Any) -> Number:
    """`rational`, with integers as int because Python computes with them much faster."""
    number = rational(value)
    return number.numerator if number.denominator == 1 else number


def _neuron(activation: Activation, x: W) -> W:
    if isinstance(x, Wire):
        return cast(W, Wire(activation, 0, ((x, 1),)))
    if hasattr(x, "operated"):  # an expression of a family
        return cast(W, x.operated(activation.kind, number=activation.slope))
    if isinstance(x, list | tuple):
        name = activation.kind
        raise Refusal(f"{name} takes one wire, a {type(x).__name__} was given: write [{name}(v) for v in x]")
    if hasattr(x, "boolean"):  # a term of a statement; the part of it that knows its class stands below this one
        raise Refusal(
            f"{activation.kind} takes a wire of a network, a term was given: in a statement write maximum(x, 0), where(...)"
        )
    return cast(W, rational(RATIONALS.activation(activation, rational(x))))


def _length(length: Any) -> int:
    number = rational(length)
    if number.denominator != 1 or number < 1:
        raise UsageError(f"inputs(...) takes lengths, integers of at least 1: {length!r} was given")
    return number.numerator
