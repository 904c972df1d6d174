"""One interpreter for networks, in any arithmetic.

An `Arithmetic` is three functions. The same loop evaluates a network over rationals, intervals, z3 terms or columns
of an array; what the arithmetic keeps exact, the result keeps exact.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from proofcheck.errors import InputError
from proofcheck.exact import rational
from proofcheck.networks.activation import Activation

if TYPE_CHECKING:
    from proofcheck.networks.network import Network

V = TypeVar("V")
Bound = int | Fraction | None
Bounds = tuple[Bound, Bound]


@dataclass(frozen=True)
class Arithmetic(Generic[V]):
    """What an interpreter must know about the values that flow.

    constant: a weight or bias in the form that `affine` takes it. affine: bias + sum of weight * value over the
    terms (there may be none). activation: the activation (never the identity) of a value.
    """

    constant: Callable[[Fraction], Any]
    affine: Callable[[Any, Sequence[tuple[Any, V]]], V]
    activation: Callable[[Activation, V], V]


def interpret(network: Network, inputs: Sequence[V], arithmetic: Arithmetic[V]) -> tuple[V, ...]:
    """The outputs of `network` at `inputs`, one value per input and output, in `arithmetic`."""
    node = interpret_nodes(network, inputs, arithmetic)
    return tuple(node[j] for j in network.output.tolist())


def interpret_nodes(network: Network, inputs: Sequence[V], arithmetic: Arithmetic[V]) -> list[V]:
    """The value of every node, inputs included."""
    if len(inputs) != network.input_count:
        raise InputError(f"{len(inputs)} values are given for {network.input_count} inputs")
    constants = [arithmetic.constant(value) for value in network.values]
    kinds = [None if a.kind == "identity" else a for a in network.activations]
    source, start = network.source.tolist(), network.start.tolist()
    weight = [constants[w] for w in network.weight.tolist()]
    affine, apply = arithmetic.affine, arithmetic.activation
    node: list[V] = list(inputs)
    first = 0
    for a, b, last in zip(network.activation.tolist(), network.bias.tolist(), start[1:], strict=True):
        value = affine(constants[b], [(weight[e], node[source[e]]) for e in range(first, last)])
        kind = kinds[a]
        node.append(value if kind is None else apply(kind, value))
        first = last
    return node


def evaluate(network: Network, x: Any) -> tuple[Fraction, ...]:
    """The outputs at one input, exactly and flat.

    x: the input values, flat or nested in any way (row-major order, ports one after another), each an exact number.
    Raises InputError for a wrong number of values and Refusal for floats. Whether x lies in the domain of the network
    is not checked.
    """
    values = [_short(rational(value)) for value in flat(x)]
    return tuple(Fraction(value) for value in interpret(network, values, RATIONALS))


def flat(x: Any) -> list[Any]:
    """The leaves of nested lists, tuples and arrays, in order."""
    if hasattr(x, "tolist") and hasattr(x, "shape"):
        x = x.tolist()
    if not isinstance(x, list | tuple):
        return [x]
    leaves: list[Any] = []
    for part in x:
        if isinstance(part, list | tuple) or hasattr(part, "tolist"):
            leaves += flat(part)
        else:
            leaves.append(part)
    return leaves


def bounds(network: Network, box: Iterable[tuple[Fraction | None, Fraction | None]]) -> list[Bounds]:
    """For every node a closed interval that holds its value for all inputs in `box`; None is unbounded."""
    ends = [(_short(low), _short(high)) for low, high in box]
    return _integer_bounds(network, ends) or interpret_nodes(network, ends, INTERVALS)


def _integer_bounds(network: Network, box: Sequence[tuple[Any, Any]]) -> list[Bounds] | None:
    """`bounds` where all numbers are integers and every activation is relu or the identity, in half the time; else None."""
    kinds = [a.kind for a in network.activations]
    whole = all(type(end) is int for pair in box for end in pair) and all(v.denominator == 1 for v in network.values)
    if not whole or not {*kinds} <= {"relu", "identity"} or len(box) != network.input_count:
        return None
    values, relu = [v.numerator for v in network.values], [kind == "relu" for kind in kinds]
    low, high = [pair[0] for pair in box], [pair[1] for pair in box]
    source, start = network.source.tolist(), network.start.tolist()
    weight = [values[w] for w in network.weight.tolist()]
    first = 0
    for a, b, last in zip(network.activation.tolist(), network.bias.tolist(), start[1:], strict=True):
        least = most = values[b]
        for e in range(first, last):
            w, s = weight[e], source[e]
            if w > 0:
                least += w * low[s]
                most += w * high[s]
            else:
                least += w * high[s]
                most += w * low[s]
        if least < -_LARGEST_BOUND or most > _LARGEST_BOUND:
            return None
        if relu[a]:
            least, most = max(least, 0), max(most, 0)
        low.append(least)
        high.append(most)
        first = last
    return list(zip(low, high, strict=True))


def z3_arithmetic() -> Arithmetic[Any]:
    """Arithmetic on z3 terms of sort Real; z3 is imported here and nowhere else."""
    import z3

    def constant(value: Fraction) -> Any:
        return z3.Q(value.numerator, value.denominator)

    def affine(bias: Any, terms: Sequence[tuple[Any, Any]]) -> Any:
        return z3.Sum([bias, *(weight * value for weight, value in terms)]) if terms else bias

    def activation(kind: Activation, value: Any) -> Any:
        zero, one = z3.RealVal(0), z3.RealVal(1)
        if kind.kind == "relu":
            return z3.If(value >= 0, value, zero)
        if kind.kind == "leaky_relu":
            return z3.If(value >= 0, value, constant(kind.slope) * value)
        if kind.kind == "step":
            return z3.If(value >= 0, one, zero)
        return z3.If(value >= 1, one, z3.If(value >= 0, value, zero))

    return Arithmetic(constant, affine, activation)


def _short(value: Any) -> Any:
    """An integral Fraction as an int, which Python computes with much faster; None stays None."""
    return value.numerator if value is not None and value.denominator == 1 else value


def _affine_rational(bias: Any, terms: Sequence[tuple[Any, Any]]) -> Any:
    for weight, value in terms:
        bias += weight * value
    return bias


def _activation_rational(kind: Activation, value: Any) -> Any:
    if kind.kind == "relu":
        return value if value > 0 else 0
    if kind.kind == "leaky_relu":
        return value if value >= 0 else _short(kind.slope) * value
    if kind.kind == "step":
        return 1 if value >= 0 else 0
    return 0 if value <= 0 else 1 if value >= 1 else value


# Bounds that grow past this are given up: they would certify nothing, and their digits would fill the memory.
_LARGEST_BOUND = 1 << 256


def _affine_interval(bias: Any, terms: Sequence[tuple[Any, Bounds]]) -> Bounds:
    low: Any = bias
    high: Any = bias
    for weight, (a, b) in terms:
        if weight < 0:
            a, b = b, a
        low = None if low is None or a is None else low + weight * a
        high = None if high is None or b is None else high + weight * b
    if low is not None and low < -_LARGEST_BOUND:
        low = None
    if high is not None and high > _LARGEST_BOUND:
        high = None
    return low, high


def _activation_interval(kind: Activation, value: Bounds) -> Bounds:
    low, high = value
    if kind.kind == "relu":
        return (low if low is not None and low > 0 else 0), (high if high is None or high > 0 else 0)
    if kind.kind == "step":
        return (1 if low is not None and low >= 0 else 0), (0 if high is not None and high < 0 else 1)
    if kind.kind == "saturated_linear":
        return (0 if low is None or low <= 0 else min(low, 1)), (1 if high is None or high >= 1 else max(high, 0))
    return _leaky_interval(_short(kind.slope), low, high)


def _leaky_interval(slope: Any, low: Bound, high: Bound) -> Bounds:
    """The image of [low, high]: of its part above 0 (unchanged) and of its part below 0 (times any slope)."""
    images: list[Bounds] = []
    if high is None or high >= 0:
        images.append((low if low is not None and low > 0 else 0, high))
    if low is None or low < 0:
        top = high if high is not None and high < 0 else 0
        far = (0 if slope == 0 else None) if low is None else slope * low
        images.append((far, slope * top) if slope >= 0 else (slope * top, far))
    lows = [a for a, _ in images]
    highs = [b for _, b in images]
    low_bound = None if any(a is None for a in lows) else min(a for a in lows if a is not None)
    high_bound = None if any(b is None for b in highs) else max(b for b in highs if b is not None)
    return low_bound, high_bound


def _constant_column(value: Fraction) -> Any:
    return value.numerator if value.denominator == 1 else value.numerator / value.denominator


def _activation_column(kind: Activation, value: Any) -> Any:
    if isinstance(value, int | float):
        return _constant_column(Fraction(_activation_rational(kind, Fraction(value))))
    if kind.kind == "relu":
        return value.clip(min=0)
    if kind.kind == "leaky_relu":
        return value.clip(min=0) + _constant_column(kind.slope) * value.clip(max=0)
    if kind.kind == "step":
        return (value >= 0) + 0 * value
    return value.clip(0, 1)


RATIONALS: Arithmetic[Any] = Arithmetic(_short, _affine_rational, _activation_rational)
"""Exact: on int and Fraction."""

INTERVALS: Arithmetic[Bounds] = Arithmetic(_short, _affine_interval, _activation_interval)
"""Exact end points: on closed intervals (low, high) of int or Fraction, None where unbounded."""

COLUMNS: Arithmetic[Any] = Arithmetic(_constant_column, _affine_rational, _activation_column)
"""On numpy arrays and torch tensors, one row per input point; weights that are not integers become floats, so
whether the result is exact is the caller's business."""
