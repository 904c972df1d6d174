"""What the values and sums of a network can be on a domain: least steps and bounds, in exact integers.

The analysis must never claim too much: every value that a live node takes on the domain is a multiple of the step and
lies within the bounds, and the same holds for every partial sum that any order of evaluation can form. Nodes that no
output depends on are left out. Linear in the number of weights; nodes that look alike are analysed once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from math import ceil, floor

from proofcheck.domains import Domain, Grid, Intervals, ScalarSet
from proofcheck.engine.shape import shape_of
from proofcheck.engine.tables import MANY, Number, Tables
from proofcheck.errors import InputError
from proofcheck.networks.activation import IDENTITY, Activation
from proofcheck.networks.network import Network
from proofcheck.networks.sizes import layers

WIDEST = 1 << 12
"""A sum that spans more bits than this is given up: no format holds it, and its digits would fill the memory."""


@dataclass(frozen=True)
class Range:
    """All values are multiples of 2^exponent from low * 2^exponent to high * 2^exponent."""

    exponent: int
    low: int
    high: int

    @property
    def magnitude(self) -> int:
        """The largest absolute value, in steps."""
        return max(-self.low, self.high)


ZERO, BIT, ONE = Range(0, 0, 0), Range(0, 0, 1), Range(0, 1, 1)


class NoRange(Exception):
    """A value without a least step or without bounds; the text continues the sentence "input 3 ..." or "layer 2 ..."."""


@dataclass(frozen=True)
class Fact:
    """What holds for one node and for all that look alike; it is the first of them, by layer and then by number.

    layer: 0 for an input. sum: the range of the affine combination before the activation. total: P = |bias| +
    sum of |weight| * max |source| in steps of `sum`; it bounds every product and partial sum, and all of these are
    multiples of that step. value: the range after the activation. fault: why the ranges are not known, or "";
    None when a source has the fault.
    """

    node: int
    layer: int
    is_input: bool
    sum: Range
    total: int
    value: Range
    activation: Activation = IDENTITY
    bias: Fraction = Fraction(0)
    weights: tuple[Fraction, ...] = ()
    fault: str | None = ""

    @property
    def is_affine(self) -> bool:
        return not self.is_input and self.activation.kind == "identity"

    def constants(self) -> Iterator[tuple[str, Fraction]]:
        """Every number that an evaluation of the node must hold, with its role."""
        yield from (("weight", w) for w in self.weights)
        yield "bias", self.bias
        yield "slope", self.activation.slope


@dataclass(frozen=True)
class Analysis:
    """The distinct facts, and for every node the index of its fact: -1 for a node that no output depends on."""

    facts: tuple[Fact, ...]
    kind: tuple[int, ...]

    def of(self, node: int) -> Fact:
        """The fact about a live node."""
        return self.facts[self.kind[node]]


def analyse(network: Network, domain: Domain | None = None) -> Analysis:
    """The ranges of every live node of `network` for all inputs in `domain`, by default the network's own.

    Raises InputError when the domain has another number of coordinates.
    """
    return _analyse(network, network.domain if domain is None else domain)


@lru_cache(maxsize=8)
def _analyse(network: Network, domain: Domain) -> Analysis:
    if domain.dimension != network.input_count:
        raise InputError(f"the domain has {domain.dimension} coordinates, the network {network.input_count} inputs")
    layer, live = layers(network).tolist(), shape_of(network).live.tolist()
    source, start, weight = network.source.tolist(), network.start.tolist(), network.weight.tolist()
    facts: list[Fact] = []
    known: dict[object, int] = {}
    tables = Tables(network.values, network.activations)
    numbers: dict[Range | None, int] = {}  # equal ranges have equal numbers, so that equal keys mean equal facts
    kind, number = [-1] * network.node_count, [-1] * network.node_count

    def settle(node: int, place: int) -> None:
        fact = facts[place]
        if (layer[node], node) < (fact.layer, fact.node):
            fact = facts[place] = replace(fact, node=node, layer=layer[node])
        kind[node] = place
        number[node] = numbers.setdefault(fact.value if fact.fault == "" else None, len(numbers))

    for i, scalar in enumerate(domain.sets):
        if live[i]:
            key: object = (scalar, domain.bounds(i))
            if key not in known:
                known[key] = len(facts)
                facts.append(_input_fact(i, scalar, *domain.bounds(i)))
            settle(i, known[key])
            if isinstance(scalar, Grid) and scalar.count <= MANY:
                tables.add_input(i, [scalar.low + k * scalar.step for k in range(scalar.count)])
    for i, (a, b) in enumerate(zip(network.activation.tolist(), network.bias.tolist(), strict=True)):
        node = network.input_count + i
        if live[node]:
            sources, weights = source[start[i] : start[i + 1]], tuple(weight[start[i] : start[i + 1]])
            values = tables.add(node, a, b, weights, sources)
            ends = None if values is None else (values[0], values[-1])
            key = (a, b, weights, tuple([number[s] for s in sources]), ends)
            if key not in known:
                known[key] = len(facts)
                constants = tuple(network.values[w] for w in weights)
                read = [facts[kind[s]] for s in sources]
                fact = _node_fact(node, layer[node], network.activations[a], network.values[b], constants, read)
                facts.append(fact if ends is None or fact.fault != "" else replace(fact, value=_narrowed(fact.value, *ends)))
            settle(node, known[key])
    return Analysis(tuple(facts), tuple(kind))


def range_of(scalar: ScalarSet, low: Fraction | None, high: Fraction | None) -> Range:
    """The range of a scalar set within [low, high]. Raises NoRange for a continuum, no bounds, or values that are not dyadic."""
    if low is not None and low == high:
        odd, exponent = _dyadic("value", low)
        return Range(exponent, odd, odd)
    if isinstance(scalar, Grid):
        parts = [("low end", scalar.low), ("step", scalar.step)]
    elif isinstance(scalar, Intervals) and all(a == b for a, b in scalar.parts):
        parts = [("value", a) for a, _ in scalar.parts]
    else:
        raise NoRange("takes a continuum of values, which has no least step: give a grid of values")
    assert low is not None
    assert high is not None
    split = [_dyadic(what, value) for what, value in parts]
    exponent = min(e for odd, e in split if odd)
    _check_width(max(e for odd, e in split if odd) - exponent)
    unit = Fraction(2) ** exponent
    return Range(exponent, floor(low / unit), ceil(high / unit))


def _narrowed(value: Range, low: Number, high: Number) -> Range:
    """`value` cut down to low .. high, which are known to bound it too."""
    unit = Fraction(2) ** value.exponent
    return Range(value.exponent, max(value.low, ceil(low / unit)), min(value.high, floor(high / unit)))


def _input_fact(node: int, scalar: ScalarSet, low: Fraction | None, high: Fraction | None) -> Fact:
    try:
        found = range_of(scalar, low, high)
    except NoRange as fault:
        return Fact(node, 0, True, ZERO, 0, ZERO, fault=str(fault))
    return Fact(node, 0, True, found, found.magnitude, found)


def _node_fact(
    node: int, layer: int, activation: Activation, bias: Fraction, weights: tuple[Fraction, ...], read: Sequence[Fact]
) -> Fact:
    fact = Fact(node, layer, False, ZERO, 0, ZERO, activation, bias, weights)
    try:
        terms = [(_dyadic("weight", w), fact.value) for w, fact in zip(weights, read, strict=True)]
        if any(source.fault != "" for source in read):
            return replace(fact, fault=None)
        found, total = _sum_range(_dyadic("bias", bias), terms)
        return replace(fact, sum=found, total=total, value=_activated(activation, found))
    except NoRange as fault:
        return replace(fact, fault=str(fault))


def _sum_range(bias: tuple[int, int], terms: Sequence[tuple[tuple[int, int], Range]]) -> tuple[Range, int]:
    """(range, P) of bias + sum of weight * value; weights are (odd, exponent), P is in steps of the range."""
    steps = [e + value.exponent for (_, e), value in terms if value.magnitude] + [bias[1]] * (bias[0] != 0)
    if not steps:
        return ZERO, 0
    exponent = min(steps)
    _check_width(max(steps) - exponent)
    low = high = bias[0] << (bias[1] - exponent) if bias[0] else 0
    total = abs(low)
    for (odd, e), value in terms:
        if value.magnitude:
            scaled = odd << (e + value.exponent - exponent)
            ends = scaled * value.low, scaled * value.high
            low, high, total = low + min(ends), high + max(ends), total + abs(scaled) * value.magnitude
    _check_width(total.bit_length())
    return Range(exponent, low, high), total


def _activated(activation: Activation, v: Range) -> Range:
    """The range of the activation of a value in `v`."""
    kind = activation.kind
    if kind == "identity" or (kind in ("relu", "leaky_relu") and v.low >= 0):
        return v
    if kind == "step":
        return ONE if v.low >= 0 else ZERO if v.high < 0 else BIT
    if v.high <= 0 and (kind != "leaky_relu" or activation.slope == 0):
        return ZERO
    if kind == "saturated_linear":
        if v.exponent > 0:
            return ONE if v.low > 0 else BIT
        _check_width(-v.exponent)
        one = 1 << -v.exponent
        return Range(v.exponent, min(max(v.low, 0), one), min(v.high, one))
    if kind == "relu" or activation.slope == 0:
        return Range(v.exponent, 0, v.high)
    odd, e = _dyadic("slope", activation.slope)
    _check_width(abs(e))
    exponent = v.exponent + (min(e, 0) if v.high > 0 else e)
    slope = odd << (v.exponent + e - exponent)
    images = [slope * v.low, slope * min(v.high, 0)] + [max(v.high, 0) << (v.exponent - exponent) for _ in (1,) if v.high > 0]
    return Range(exponent, min(images), max(images))


def _dyadic(what: str, value: Fraction) -> tuple[int, int]:
    """(odd, e) with value = odd * 2^e, and (0, 0) for zero."""
    numerator, denominator = value.numerator, value.denominator
    if denominator & (denominator - 1):
        raise NoRange(f"has the {what} {short(value)}, which no binary format stores")
    zeros = (numerator & -numerator).bit_length() - 1 if numerator else 0
    return numerator >> zeros, zeros - denominator.bit_length() + 1


def _check_width(bits: int) -> None:
    if bits > WIDEST:
        raise NoRange(f"needs more than {WIDEST} bits")


def short(value: Fraction) -> str:
    """The text of a rational in a message, cut when it is long."""
    text = str(value) if max(value.numerator.bit_length(), value.denominator.bit_length()) < 200 else f"{value.numerator:#x}/..."
    return text if len(text) <= 40 else text[:36] + " ..."
