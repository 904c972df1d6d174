"""Networks that every format is tried on: layered and not, all activations, several ports, scalars, constants."""

from fractions import Fraction

from proofcheck import Bits, Integers, Points, inputs, layered, leaky_relu, network, relu, saturated_linear, step
from proofcheck.circuits import emulate, ripple_adder


def maximum(n, on=None):
    x = inputs(n, on=on or Integers(-5, 5))
    while len(x) > 1:
        x = [b + relu(a - b) for a, b in zip(x[::2], x[1::2], strict=False)] + x[len(x) // 2 * 2 :]
    return network(x)


def mixed():
    """Every activation, a skipped layer, an output that is an input, one that is a constant, two that are equal."""
    x = inputs(3, on=Points(-2, 2, Fraction(1, 4)))
    a = relu(x[0] - x[1] / 2)
    b = step(a - x[2])
    c = saturated_linear(a + b - 1)
    d = leaky_relu(c - x[0], Fraction(1, 8))
    shared = a + b + c
    return network([d, shared, relu(shared - x[1]) + relu(1 - shared), x[1], 7, shared, Fraction(3, 2) * b])


def two_ports():
    """A matrix and a scalar in, a scalar and a matrix out."""
    a, t = inputs(2, 2, on=Integers(-3, 3), name="a"), inputs(on=Integers(0, 9), name="t")
    return network({"total": a[0][0] + a[1][1] - t, "out": [[relu(t - v) for v in row] for row in a]})


NETWORKS = {
    "identity": maximum(1),
    "maximum_2": maximum(2),
    "maximum_5": maximum(5),
    "maximum_8_layered": layered(maximum(8)),
    "mixed": mixed(),
    "two_ports": two_ports(),
    "adder": emulate(ripple_adder(3)),
    "adder_layered": layered(emulate(ripple_adder(2))),
    "bits": network([relu(sum(inputs(4, on=Bits)) - 1)]),
}


def points(net, count=60):
    """Some inputs of a finite domain, spread over all of it."""
    total = net.domain.cardinality()
    return [net.domain.unrank(i * total // min(count, total)) for i in range(min(count, total))]
