"""Sizes off by one under each convention, each measure, the activations, the layered form, parameters and instances."""

from __future__ import annotations

from fractions import Fraction

from proofcheck import (
    Box,
    Cells,
    Instance,
    Integers,
    Polyhedron,
    Reals,
    binomial,
    ceil_log2,
    depth,
    floor_log2,
    inputs_count,
    k,
    largest_weight,
    n,
    neurons,
    nonzeros,
    outputs_count,
    parameter,
    volume,
    weight_bits,
    width,
)
from proofcheck.domains import Constraint, Domain, Interval
from proofcheck.networks import Network, inputs, layered, leaky_relu, network, relu, saturated_linear, step
from tests.power.false_claims.rows import UNKNOWN, Row, sized

HALF = Fraction(1, 2)


def tournament(n: int) -> Network:
    """The maximum of n numbers in rounds."""
    x = inputs(n)
    while len(x) > 1:
        x = [b + relu(a - b) for a, b in zip(x[::2], x[1::2], strict=False)] + x[len(x) // 2 * 2 :]
    return network(x)


def parts(n: int, **options: object) -> Network:
    """The positive part of each number."""
    return network([relu(x) for x in inputs(n, **options)])


def pairs(n: int) -> Network:
    """A neuron for each pair i < j."""
    x = inputs(n)
    return network([relu(x[i] - x[j]) for j in range(n) for i in range(j)])


def through_affine() -> Network:
    """One hidden layer between shared affine combinations."""
    a, b = inputs(2)
    s = relu(a + 2 * b) + 1
    return network([s + a, s - b, s])


def skipping() -> Network:
    """The second layer reads an input."""
    a, b = inputs(2)
    return network(relu(relu(a - b) + b))


def bypassed() -> Network:
    """The output reads an input beside the last layer."""
    x = inputs()
    return network(relu(x) + x)


def weighted(*weights: int | Fraction, bias: int | Fraction = 0) -> Network:
    """One neuron."""
    return network(relu(sum(w * v for w, v in zip(weights, inputs(len(weights)), strict=True)) + bias))


def repeated() -> Network:
    """The same neuron written twice, and one output twice."""
    x = inputs()
    y = relu(x)
    return network([y, relu(x), y])


def constant() -> Network:
    """A neuron that reads nothing."""
    x = inputs()
    return network(relu(0 * x + 3), inputs=x)


def affine() -> Network:
    return network(sum(inputs(3)))


def mixed() -> Network:
    """One neuron of each kind."""
    x = inputs()
    return network([relu(x), step(x), leaky_relu(x, 2), saturated_linear(x)])


ALL = ("leaky_relu", "relu", "saturated_linear", "step")
FACE = Domain((Interval(Fraction(0), Fraction(1)), Interval(Fraction(1), Fraction(1))))
DIAGONAL = Polyhedron((Constraint(((0, Fraction(1)), (1, Fraction(1))), "<=", Fraction(1)),), on=Box(0, 1))

DEPTHS = (
    sized("hidden layers, not layers of weights", lambda: tournament(8), depth == 4, depth == 3),
    sized("hidden layers, not the first and last too", lambda: tournament(8), depth == 5, depth + 2 == 5),
    sized("rounds are rounded up", lambda: tournament(9), depth == floor_log2(n), depth == ceil_log2(n), size={"n": 9}),
    sized(
        "a power of two needs no round more",
        lambda: tournament(8),
        depth == floor_log2(n) + 1,
        depth == floor_log2(n - 1) + 1,
        size={"n": 8},
    ),
    sized(
        "max{0, x_1, ..., x_n} is of n + 1 numbers",
        lambda: tournament(9),
        depth == ceil_log2(n),
        depth == ceil_log2(n + 1),
        size={"n": 8},
    ),
    sized("affine nodes are no layers", through_affine, depth == 2, depth == 1),
    sized("strictly fewer layers than there are", lambda: tournament(8), depth < 3, depth <= 3),
    sized("no neurons, no depth", affine, depth == 1, depth == 0),
    sized("a constant neuron is a layer", constant, depth == 0, depth == 1),
    sized("layered, and a layer is skipped", skipping, depth == 2, depth == 2, layered=True, twin=lambda: layered(skipping())),
    sized(
        "layered, and the output reads an input", bypassed, depth == 1, depth == 1, layered=True, twin=lambda: layered(bypassed())
    ),
)

MEASURES = (
    sized("one neuron too many", lambda: tournament(9), neurons == n, neurons == n - 1, size={"n": 9}),
    sized("affine nodes are no neurons", through_affine, neurons == 4, neurons == 1),
    sized("neurons that are alike count each", repeated, neurons == 1, neurons == 2),
    sized("width is that of the widest layer", lambda: tournament(9), width == 2, width == 4),
    sized("width with its carries", lambda: layered(tournament(5)), width == 2, width == 2, twin=lambda: tournament(5)),
    sized("width strictly below", lambda: parts(4), width < n, width < n + 1, size={"n": 4}),
    sized("no neurons, no width", affine, width == 1, width == 0),
    sized("biases are non-zeros", lambda: weighted(1, 2, bias=5), nonzeros == 2, nonzeros == 3),
    sized("a bias of zero is none", lambda: weighted(1, 2), nonzeros == 3, nonzeros == 2),
    sized("affine nodes have non-zeros", through_affine, nonzeros <= 3, nonzeros >= 6),
    sized("the largest weight by absolute value", lambda: weighted(2, -3), largest_weight == 2, largest_weight == 3),
    sized("a bias is a weight", lambda: weighted(1, bias=-7), largest_weight == 1, largest_weight == 7),
    sized("2^53 + 1 is not 2^53", lambda: weighted(2**53 + 1), largest_weight == 2**53, largest_weight == 2**53 + 1),
    sized("10^400 is finite", lambda: weighted(10**400), largest_weight == 10**400 - 1, largest_weight == 10**400),
    sized(
        "1/3 is more than 0.333333",
        lambda: weighted(Fraction(1, 3)),
        largest_weight <= Fraction(333333, 10**6),
        largest_weight == Fraction(1, 3),
    ),
    sized("2^53 + 1 takes 54 bits", lambda: weighted(2**53 + 1), weight_bits == 53, weight_bits == 54),
    sized("a denominator takes bits", lambda: weighted(Fraction(1, 3)), weight_bits == 1, weight_bits == 2),
    sized(
        "inputs are counted one by one",
        lambda: network([relu(a) for r in inputs(2, 3) for a in r]),
        inputs_count == 2,
        inputs_count == 6,
    ),
    sized("an unused input is one", lambda: network(relu((x := inputs(3))[0]), inputs=x), inputs_count == 1, inputs_count == 3),
    sized("an output given twice counts twice", repeated, outputs_count == 2, outputs_count == 3),
)

EXPRESSIONS = (
    sized(
        "pairs without the diagonal", lambda: pairs(5), neurons == binomial(n + 1, 2), neurons == binomial(n, 2), size={"n": 5}
    ),
    sized("2^n - 1, not 2^n", lambda: parts(31), neurons == 2**k, neurons == 2**k - 1, size={"k": 5}),
    sized("half of 9 rounded down", lambda: parts(4), neurons == n - n // 2, neurons == n // 2, size={"n": 9}),
    sized("floor of a negative quotient", lambda: parts(1), width == n // 2 + 4, width == n // 2 + 5, size={"n": -7}),
    sized(
        "3/2 n at n = 3 is no integer", lambda: parts(4), neurons == n * Fraction(3, 2), 2 * neurons == n * 3 - 1, size={"n": 3}
    ),
    sized("10^-40 less is less", lambda: parts(2), width <= 2 - Fraction(1, 10**40), width < 2 + Fraction(1, 10**40)),
    sized("a parameter that is not given", lambda: parts(2), width == k, width == n, "names k without a value", size={"n": 2}),
    sized(
        "a relation without a measure",
        lambda: parts(2),
        lambda n: n == n,
        width == n,
        "mentions no measured quantity",
        size={"n": 2},
    ),
    sized("a logarithm of 0", lambda: parts(2), width == 2 + ceil_log2(n), width == 2 + ceil_log2(n + 1), UNKNOWN, size={"n": 0}),
    sized("a division by 0", lambda: parts(2), width == n // (n - 2), width == n // (n - 1), UNKNOWN, size={"n": 2}),
    sized(
        "an instance's measure is what it says",
        lambda: parts(5),
        neurons == parameter("gates"),
        neurons == parameter("gates"),
        size=Instance("a", None, gates=6),
        twin_size=Instance("a", None, gates=5),
    ),
    sized(
        "an instance's measure has another name",
        lambda: parts(5),
        neurons == parameter("gate"),
        neurons == parameter("gates"),
        "names gate without a value",
        size=Instance("a", None, gates=5),
    ),
)

FORMS = (
    sized("relu alone, and a step is there", mixed, width == 4, width == 4, uses="relu", twin_uses=ALL),
    sized("leaky relu is not relu", lambda: network(leaky_relu(inputs(), 2)), width == 1, width == 1, twin_uses="leaky_relu"),
    sized("relu is no step", lambda: parts(1), width == 1, width == 1, uses="step", twin_uses="relu"),
    sized("no activation allowed, and none there", lambda: parts(1), width <= 1, width <= 1, uses=(), twin=affine),
    sized(
        "an activation that does not exist",
        lambda: parts(1),
        width == 1,
        width == 1,
        "no activation",
        uses="tanh",
        twin_uses="relu",
    ),
    sized("slivers have a volume", lambda: parts(2), volume == 1, volume == Fraction(5, 8) ** 2, on=Cells(4, Fraction(1, 8))),
    sized("the volume of [-1, 1]^2 is 4", lambda: parts(2), volume == 2, volume == 4, on=Box(-1, 1)),
    sized("a point has no volume", lambda: parts(2), volume == 1, volume == 0, on=Box(HALF, HALF)),
    sized("a face has no volume", lambda: parts(2), volume > 0, volume == 0, on=FACE),
    sized("a grid has none", lambda: parts(2), volume == 4, volume == 4, UNKNOWN, on=Integers(0, 2), twin_on=Box(0, 2)),
    sized("all reals have none", lambda: parts(2), volume >= 1, volume >= 1, UNKNOWN, on=Reals, twin_on=Box(0, 2)),
    sized(
        "a triangle's is not the square's", lambda: parts(2), volume == 1, volume == 1, UNKNOWN, on=DIAGONAL, twin_on=Box(0, 1)
    ),
)

ROWS: tuple[Row, ...] = (*DEPTHS, *MEASURES, *EXPRESSIONS, *FORMS)
