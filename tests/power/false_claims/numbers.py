"""How numbers enter: float literals, NaN and infinities, negative zero, decimals and dyadics, words that are no numbers."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np

from proofcheck import Approximates, Bits, Box, Computes, Integers, Property, Relation, dyadic, maximum, minimum, mod, width
from proofcheck.networks import Network, inputs, leaky_relu, network, relu
from tests.power.false_claims.rows import Row, computed, row, satisfied, sized

THIRD = Fraction(1, 3)
NAN, INFINITY = float("nan"), float("inf")
FLOAT = "is a float"


def unit(on: object = None) -> Network:
    return network(relu(inputs(on=on or Integers(0, 3))))


def tenth(value: Fraction) -> Network:
    return network(relu(value * inputs(on=Integers(0, 3))))


def with_float_weight() -> Network:
    return network(relu(0.5 * inputs(on=Integers(0, 3))))


def with_half() -> Network:
    return network(relu(inputs(on=Integers(0, 3)) / 2))


ROWS: tuple[Row, ...] = (
    computed("0.1 as a float in a target", lambda: tenth(Fraction(1, 10)), lambda x: 0.1 * x, lambda x: x / 10, FLOAT),
    computed("the float next to 0.1", lambda: tenth(Fraction(1, 10)), lambda x: dyadic(0.1) * x, lambda x: Fraction("0.1") * x),
    computed("the decimal for the float", lambda: tenth(dyadic(0.1)), lambda x: x / 10, lambda x: dyadic(0.1) * x),
    computed("0.333333 for 1/3", lambda: tenth(THIRD), lambda x: Fraction(333333, 10**6) * x, lambda x: x / 3),
    computed("NaN equals nothing", unit, lambda x: NAN * x, lambda x: x, FLOAT),
    computed("an infinity", unit, lambda x: minimum(x, INFINITY), lambda x: minimum(x, 3), FLOAT),
    computed("negative zero as a float", unit, lambda x: maximum(x, -0.0), lambda x: maximum(x, -0), FLOAT),
    computed("the dyadic of NaN", unit, lambda x: x + dyadic(NAN), lambda x: x + dyadic(-0.0), "only finite floats"),
    computed("the dyadic of an infinity", unit, lambda x: x * dyadic(INFINITY), lambda x: x * dyadic(1.0), "only finite floats"),
    computed("a float of numpy", unit, lambda x: x * np.float32(1), lambda x: x * np.int64(1), "float"),
    computed("True as a number", unit, lambda x: x * True, lambda x: x * 1, "is a bool where a number is expected"),
    computed("a text as a number", unit, lambda x: x + "0", lambda x: x + 0, "is not an exact number"),
    computed("a square is no sum", unit, lambda x: x * x, lambda x: x + x - x),
    computed("a cube", unit, lambda x: x * x * x, lambda x: x, "a product of two terms is written only"),
    computed(
        "a product of two inputs",
        lambda: network(sum(inputs(2, on=Bits))),
        lambda x: x[0] * x[1],
        lambda x: x[0] + x[1],
        "a product of two terms is written only",
    ),
    computed("a power", unit, lambda x: x**1, lambda x: x * 1, "the only power of a term is its square"),
    computed("division by 0", unit, lambda x: x / 0, lambda x: x / 1, "division of a term by zero"),
    computed(
        "a remainder by a negative number",
        unit,
        lambda x: mod(x, -4),
        lambda x: mod(x, 4),
        "a positive whole number on the right",
    ),
    computed(
        "a quotient by a half", unit, lambda x: x // Fraction(1, 2), lambda x: 2 * x // 2, "a positive whole number on the right"
    ),
    computed("the minimum of nothing", unit, lambda x: minimum(), lambda x: minimum(x), "the minimum of no terms has no value"),
    computed(
        "the maximum of nothing", unit, lambda x: maximum(*[]), lambda x: maximum(*[x]), "the maximum of no terms has no value"
    ),
    computed("Python's choice", unit, lambda x: x if x > 0 else 0, lambda x: maximum(x, 0), "a term has no truth value"),
    computed("Python's rounding", lambda: with_half(), lambda x: round(x / 2), lambda x: x / 2, "round has no single meaning"),
    computed(
        "a target of two values", unit, lambda x: [x, x], lambda x: [x], "the target returns 2 values, the network has 1 output"
    ),
    computed("a target of no value", unit, lambda x: [], lambda x: x, "the target returns 0 values"),
    computed(
        "a target that is missing an input",
        lambda: network(sum(inputs(2, on=Bits))),
        lambda a, b: a + b,
        lambda x: x[0] + x[1],
        "takes (a, b), expected 1 argument",
    ),
    computed("sin", unit, lambda x: math.sin(x), lambda x: x, "a term is not a number"),
    satisfied("a property that is a number", unit, lambda x, y: y - x, lambda x, y: y - x == 0, "a property is a Boolean term"),
    satisfied("a property of the input alone", unit, lambda x, y: x >= 0, lambda x, y: y >= 0, "the property mentions no output"),
    satisfied("a property that is True", unit, lambda x, y: True, lambda x, y: y >= 0, "the property mentions no output"),
    satisfied("a property compared with a float", unit, lambda x, y: y >= 0.0, lambda x, y: y >= 0, FLOAT),
    sized("half a neuron", unit, lambda n: width * n == 0.5, lambda n: width * n == 1, FLOAT, size={"n": 1}),
    row("an error below 0", unit, lambda: Approximates(lambda x: x, -1), lambda: Approximates(lambda x: x, 0), "negative"),
    row("an error of NaN", unit, lambda: Approximates(lambda x: x, NAN), lambda: Approximates(lambda x: x, 0), FLOAT),
    row(
        "an error of infinity",
        unit,
        lambda: Approximates(lambda x: x, INFINITY),
        lambda: Approximates(lambda x: x, 10**40),
        FLOAT,
    ),
    row(
        "an interval that ends at NaN",
        unit,
        lambda: Computes(lambda x: x, on=lambda: Box(0, NAN)),
        lambda: Computes(lambda x: x, on=Integers(0, 2)),
        FLOAT,
    ),
    row(
        "a weight given as a float",
        with_float_weight,
        lambda: Computes(lambda x: x / 2),
        lambda: Computes(lambda x: x / 2),
        FLOAT,
        twin=with_half,
    ),
    row(
        "a slope given as a float",
        lambda: network(leaky_relu(inputs(on=Integers(-1, 1)), 0.5)),
        lambda: Property(lambda x, y: y <= 1),
        lambda: Property(lambda x, y: y <= 1),
        FLOAT,
        twin=lambda: network(leaky_relu(inputs(on=Integers(-1, 1)), Fraction(1, 2))),
    ),
    row(
        "neither target nor circuit",
        unit,
        lambda: Computes(),
        lambda: Computes(lambda x: x),
        "Computes takes a target or a circuit",
    ),
    row("a number for a target", unit, lambda: Computes(3), lambda: Computes(lambda x: x), "expected a function"),
    row(
        "a size of a fraction",
        unit,
        lambda: Relation(width == 1),
        lambda: Relation(width == 1),
        "expected an int or a Fraction",
        size={"n": 0.5},
        twin_size={"n": 1},
    ),
)
