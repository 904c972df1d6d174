"""Claims about all reals of a box or of R^n: strictness, ties, thresholds, slopes, slivers, margins below every tolerance."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

from proofcheck import (
    Box,
    NonNegative,
    Reals,
    Strength,
    absolute,
    floor,
    maximum,
    median,
    minimum,
    sorted_terms,
    where,
)
from proofcheck.networks import Network, inputs, layered, leaky_relu, network, relu, saturated_linear, step
from tests.power.false_claims.integers import SQUARE_ERROR, TINY, chords, square
from tests.power.false_claims.rows import BUDGET, ESTABLISHED, UNKNOWN, UNREFUTED, Row, approximated, bounded, computed, satisfied

UNIT = Box(-1, 1)
SLIVER = Fraction(1, 2**40)


def one(activation: Any, on: Any = UNIT, weight: int | Fraction = 1, bias: int | Fraction = 0) -> Network:
    return network(activation(weight * inputs(on=on) + bias))


def rectified(weight: int | Fraction = 1, bias: int | Fraction = 0, on: Any = UNIT) -> Network:
    return one(relu, on, weight, bias)


def larger(n: int, on: Any = Reals) -> Network:
    """The maximum of n numbers, one after another."""
    x = inputs(n, on=on)
    best = x[0]
    for v in x[1:]:
        best = v + relu(best - v)
    return network(best)


def comparator() -> Network:
    a, b = inputs(2)
    return network([a - relu(a - b), b + relu(a - b)])


def middle() -> Network:
    """The median of three: max(min(a, b), min(max(a, b), c))."""
    a, b, c = inputs(3)
    low, high = a - relu(a - b), b + relu(a - b)
    capped = high - relu(high - c)
    return network(capped + relu(low - capped))


def residual() -> Network:
    x = inputs(on=UNIT)
    return network(relu(x) - relu(-x) - x)


def difference() -> Network:
    a, b = inputs(2)
    return network(relu(a - b))


def tent() -> Network:
    x = inputs(on=Box(0, 1))
    return network(2 * relu(x) - 4 * relu(x - Fraction(1, 2)))


def ramp(width: Fraction) -> Network:
    """1 from 1/2 on, by a ramp of this width below."""
    x = inputs(on=Box(0, 1))
    edge = Fraction(1, 2) - width
    return network((relu(x - edge) - relu(x - Fraction(1, 2))) / width)


def cancelling(weight: int) -> Network:
    """1 on [0, 1], as the difference of two numbers of the size of the weight."""
    x = inputs(on=Box(0, 1))
    return network(relu(weight * x + 1) - relu(weight * x))


def clipped() -> Network:
    x = inputs(on=Box(-2, 2))
    return network([relu(x), saturated_linear(x), step(x)])


def holds(what: str, build: Any, false: Any, true: Any, **rest: Any) -> Row:
    return satisfied(what, build, false, true, **{"strength": ESTABLISHED, **rest})


def equals(what: str, build: Any, false: Any, true: Any, **rest: Any) -> Row:
    return computed(what, build, false, true, **{"strength": ESTABLISHED, **rest})


ACTIVATIONS = (
    equals("step at 0 is 1", lambda: one(step), lambda x: x > 0, lambda x: x >= 0),
    equals(
        "step at a threshold",
        lambda: one(step, bias=-Fraction(1, 3)),
        lambda x: x > Fraction(1, 3),
        lambda x: ~(x < Fraction(1, 3)),
    ),
    equals("step is not the sign", lambda: one(step), lambda x: where(x >= 0, 1, -1), lambda x: where(x >= 0, 1, 0)),
    equals(
        "a leaky slope above 1 is a minimum",
        lambda: one(lambda x: leaky_relu(x, 2)),
        lambda x: maximum(x, 2 * x),
        lambda x: minimum(x, 2 * x),
    ),
    equals("a leaky slope of -1 is |x|", lambda: one(lambda x: leaky_relu(x, -1)), lambda x: x, lambda x: absolute(x)),
    equals(
        "a leaky slope of 1/100",
        lambda: one(lambda x: leaky_relu(x, Fraction(1, 100))),
        lambda x: maximum(x, 0),
        lambda x: maximum(x, x / 100),
    ),
    equals(
        "saturation above 1",
        lambda: one(saturated_linear, Box(-2, 2)),
        lambda x: maximum(x, 0),
        lambda x: minimum(maximum(x, 0), 1),
    ),
    bounded(
        "saturation begins at 1",
        lambda: one(saturated_linear, Box(0, 2)),
        lambda x: x,
        Box(0, 1 + SLIVER),
        Box(0, 1),
        strength=ESTABLISHED,
    ),
    bounded("relu begins at 0", lambda: rectified(), lambda x: x, Box(-SLIVER, 1), Box(0, 1), strength=ESTABLISHED),
)

MARGINS = (
    equals(
        "a weight off by 2^-40", lambda: rectified(1 + SLIVER), lambda x: maximum(x, 0), lambda x: maximum(x, 0), twin=rectified
    ),
    equals(
        "a bias off by 2^-40, on R",
        lambda: rectified(1, -SLIVER, Reals),
        lambda x: maximum(x, 0),
        lambda x: maximum(x - SLIVER, 0),
    ),
    equals("a residual of 10^-30", residual, lambda x: Fraction(1, 10**30), lambda x: 0),
    holds("a residual of 10^-10 at least", residual, lambda x, y: y >= Fraction(1, 10**10), lambda x, y: y < Fraction(1, 10**10)),
    holds(
        "beyond the box by 10^-6", rectified, lambda x, y: y >= 1 + Fraction(1, 10**6), lambda x, y: y < 1 + Fraction(1, 10**6)
    ),
    equals("a large weight that cancels", lambda: cancelling(2**100), lambda x: 0, lambda x: 1),
    approximated(
        "an error of 2^-40 is not less",
        lambda: rectified(1, SLIVER),
        lambda x: maximum(x, 0),
        SLIVER * (1 - SLIVER),
        SLIVER,
        strength=ESTABLISHED,
    ),
    approximated(
        "x^2 itself within 2^(-2m - 2)",
        lambda: square(2, Box(0, 1)),
        lambda x: x**2,
        SQUARE_ERROR - TINY,
        SQUARE_ERROR,
        strength=ESTABLISHED,
    ),
    holds(
        "the interpolant is above x^2, not within half of it",
        lambda: square(1, Box(0, 1)),
        lambda x, y: y <= x**2 + Fraction(1, 32),
        lambda x, y: (x**2 <= y) & (y <= x**2 + Fraction(1, 16)),
    ),
    approximated(
        "x^2 within 2^(-2m - 2), on the interval",
        lambda: square(2, Box(0, 1)),
        lambda x: chords(3, x),
        SQUARE_ERROR - TINY,
        SQUARE_ERROR,
        strength=ESTABLISHED,
    ),
    approximated(
        "two outputs, one error", comparator, lambda x: [minimum(*x), maximum(*x) - 1], 1 - TINY, 1, strength=ESTABLISHED
    ),
    equals(
        "a single real",
        rectified,
        lambda x: where(x == Fraction(1, 3), 0, maximum(x, 0)),
        lambda x: where(x == Fraction(1, 3), Fraction(1, 3), maximum(x, 0)),
    ),
    equals(
        "a sliver of 2^-40",
        rectified,
        lambda x: where((x > SLIVER) & (x < 2 * SLIVER), 0, maximum(x, 0)),
        lambda x: where(x > SLIVER, x, maximum(x, 0)),
    ),
)

STRICTNESS = (
    holds("relu is not positive", rectified, lambda x, y: y > 0, lambda x, y: y >= 0),
    holds("the end of the box", rectified, lambda x, y: y < 1, lambda x, y: y <= 1),
    holds("a tie", lambda: larger(2), lambda x, y: (y > x[0]) | (y > x[1]), lambda x, y: (y >= x[0]) & (y >= x[1])),
    holds(
        "excluded middle, strictly",
        comparator,
        lambda x, y: (y[0] < y[1]) | (y[1] < y[0]),
        lambda x, y: (y[0] < y[1]) | (y[0] >= y[1]),
    ),
    holds("the peak of the tent", tent, lambda x, y: y < 1, lambda x, y: y <= 1),
    holds(
        "monotone, not strictly",
        lambda: network([relu(v) for v in inputs(2)]),
        lambda x, y: (x[0] >= x[1]) | (y[0] < y[1]),
        lambda x, y: (x[0] >= x[1]) | (y[0] <= y[1]),
    ),
    holds(
        "1-Lipschitz, not less",
        lambda: network([relu(v) for v in inputs(2)]),
        lambda x, y: absolute(y[0] - y[1]) <= Fraction(99, 100) * absolute(x[0] - x[1]),
        lambda x, y: absolute(y[0] - y[1]) <= absolute(x[0] - x[1]),
    ),
    holds("relu, then saturation, then step", clipped, lambda x, y: y[2] <= y[1], lambda x, y: y[1] <= y[0]),
)

FUNCTIONS = (
    equals("one input forgotten", lambda: larger(5), lambda x: maximum(*x[:4]), lambda x: maximum(*x)),
    equals("the maximum with 0", lambda: larger(3), lambda x: maximum(*x, 0), lambda x: maximum(*x)),
    equals("the minimum for the maximum", lambda: larger(3), lambda x: minimum(*x), lambda x: -minimum(*[-v for v in x])),
    equals("the median is not the maximum", middle, lambda x: sorted_terms(x)[2], lambda x: median(x)),
    equals("outputs exchanged", comparator, lambda x: [maximum(*x), minimum(*x)], lambda x: [minimum(*x), maximum(*x)]),
    equals("inputs exchanged", difference, lambda x: maximum(x[1] - x[0], 0), lambda x: maximum(x[0] - x[1], 0)),
    equals("symmetric where it is not", difference, lambda x: absolute(x[0] - x[1]), lambda x: maximum(x[0], x[1]) - x[1]),
    equals("the tent inverted", tent, lambda x: 1 - absolute(2 * x), lambda x: 1 - absolute(2 * x - 1)),
    equals(
        "a layered network that drops a carry", lambda: layered(larger(3)), lambda x: maximum(x[0], x[1]), lambda x: maximum(*x)
    ),
    bounded(
        "a ramp is no staircase",
        lambda: ramp(Fraction(1, 8)),
        lambda x: floor(2 * x) - floor(x),
        Box(0, 1),
        Box(Fraction(1, 2), Fraction(7, 8)),
        strength=ESTABLISHED,
    ),
    bounded("the identity below 0", lambda: rectified(on=Reals), lambda x: x, Reals, NonNegative, strength=ESTABLISHED),
    bounded(
        "homogeneous on the wrong side",
        lambda: one(lambda x: leaky_relu(x, 3), Reals),
        lambda x: x,
        Box(-1, 5),
        Box(0, 5),
        strength=ESTABLISHED,
    ),
)

UNSETTLED = (
    equals(
        "a sliver, and nothing but samples",
        rectified,
        lambda x: where((x > SLIVER) & (x < 2 * SLIVER), 0, maximum(x, 0)),
        lambda x: maximum(x, 0),
        ends=UNREFUTED,
        floor=Strength.UNREFUTED,
    ),
    equals(
        "a sliver, and a solver that may not work but is not needed",
        rectified,
        lambda x: where((x > SLIVER) & (x < 2 * SLIVER), 0, maximum(x, 0)),
        lambda x: maximum(x, 0),
        budget=replace(BUDGET, rlimit=1),
    ),
    equals(
        "a sliver, and a solver without time",
        rectified,
        lambda x: where((x > SLIVER) & (x < 2 * SLIVER), 0, maximum(x, 0)),
        lambda x: maximum(x, 0),
        ends=UNKNOWN,
        budget=replace(BUDGET, seconds=0),
    ),
)

ROWS: tuple[Row, ...] = (*UNSETTLED, *ACTIVATIONS, *MARGINS, *STRICTNESS, *FUNCTIONS)
