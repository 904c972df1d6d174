"""Exactness in a number format: no operation rounds, in whatever order the sums are formed, with fused products or without.

For each node P = |bias| + sum of |weight| * largest |source| bounds every product and every partial sum, and all of them are
multiples of one power of two, the step. Where P is at most 2^bits steps, and steps and P lie within the format, each of these
is a number of the format; an operation whose exact result is one returns it.
"""

from __future__ import annotations

from collections.abc import Collection
from fractions import Fraction

from .domain import Domain, Grid, Intervals
from .exact import Number, Rejected, Work, require, shown
from .network import Network, activate

# name: (bits of the significand, exponent of the least normal number, largest number)
FORMATS: dict[str, tuple[int, int, int]] = {
    **{f"int{bits}": (bits - 1, 0, (1 << bits - 1) - 1) for bits in (8, 16, 32, 64)},
    **{
        name: (bits, 1 - top, (1 << bits) - 1 << top + 1 - bits)
        for name, bits, top in (("float16", 11, 15), ("bfloat16", 8, 127), ("float32", 24, 127), ("float64", 53, 1023))
    },
}
Range = tuple[Fraction, Number, Number]  # all values are multiples of the step, from the least to the largest; step 0: all are 0
BIT: Range = (Fraction(1), 0, 1)


def step_of(q: Number) -> Fraction:
    """The largest power of two that divides q, 0 for 0; Rejected unless q is a multiple of one."""
    require(q.denominator & (q.denominator - 1) == 0, f"{shown(q)} is no multiple of a power of two")
    return Fraction(q.numerator & -q.numerator, q.denominator)


def least(*steps: Fraction) -> Fraction:
    """The least step of sums: a step of 0 does not count."""
    return min([step for step in steps if step], default=Fraction(0))


def check_exactness(network: Network, domain: Domain, name: str, bits: Collection[int], work: Work) -> None:
    """Rejected unless evaluation in the format is exact on the domain; `bits`: nodes already known to be 0 or 1 there."""
    significand, exponent, largest = FORMATS[name]
    simple = not domain.constraints and not domain.different
    require(simple, "exactness is stated on a product of sets, without constraints and without different coordinates")

    def stored(what: str, magnitude: Number, step: Fraction) -> None:
        fits = step == 0 or (magnitude <= min(largest, step * 2**significand) and step * Fraction(2) ** -exponent >= 1)
        require(fits, f"{what} may need {shown(magnitude)} in steps of {shown(step)}, which {name} does not hold")

    ranges: list[Range] = []
    for i, values in enumerate(domain.sets):
        step, low, high = _members(i, values)
        stored(f"input {i}", max(-low, high), step)
        ranges.append((step, low, high))
    for node, (activation, bias, reads, weights) in enumerate(network.nodes, network.inputs):
        step, low, high, total = step_of(bias), bias, bias, max(-bias, bias)
        for constant in (bias, activation[1], *weights):
            stored(f"a weight, bias or slope of node {node}", max(-constant, constant), step_of(constant))
        for q, source in zip(weights, reads, strict=True):
            unit, smallest, greatest = ranges[source]
            a, b = sorted((work.exact(q * smallest), work.exact(q * greatest)))
            step, low, high = least(step, step_of(q) * unit), low + a, high + b
            total = work.exact(total + max(-a, b))
        stored(f"a sum of node {node}", total, step)
        if node in bits:
            ranges.append(BIT)
            continue
        step = least(step, step * step_of(activation[1]), Fraction(activation[0] in ("step", "saturated_linear")))
        ends = [activate(activation, end) for end in (low, high)] + [activate(activation, 0)] * (low < 0 < high)
        low, high = min(ends), max(ends)
        stored(f"the value of node {node}", max(-low, high), step)
        ranges.append((step, low, high))


def _members(i: int, values: Grid | Intervals) -> Range:
    """The range of a set of numbers with a common step."""
    if isinstance(values, Grid):
        step = least(step_of(values.low), step_of(values.step if values.count > 1 else 0))
        return step, values.low, values.low + (values.count - 1) * values.step
    points = [low for low, high in values.parts if low is not None and low == high]
    if len(points) < len(values.parts):
        raise Rejected(f"input {i} takes a continuum of values, which has no least step")
    return least(*map(step_of, points)), points[0], points[-1]
