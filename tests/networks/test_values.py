"""Sizes, composition, assembly, the interpreter in other arithmetics, and the gadgets."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
import torch
import z3

from proofcheck.domains import Bits, Integers, Interval, Permutations
from proofcheck.errors import InputError, Refusal
from proofcheck.networks import (
    COLUMNS,
    INTERVALS,
    RELU,
    Activation,
    Network,
    Port,
    Sizes,
    assemble,
    bounds,
    evaluate,
    gadgets,
    inputs,
    interpret,
    layers,
    leaky_relu,
    network,
    relu,
    saturated_linear,
    sizes,
    step,
    z3_arithmetic,
)


def mixed() -> Network:
    x = inputs(3)
    h = [relu(x[0] - 2 * x[1]), step(x[2] + 1), leaky_relu(x[0] + x[2], Fraction(1, 2)), saturated_linear(x[1])]
    return network([relu(h[0] + h[1] - h[2]) + h[3], h[2] - x[0]])


def test_sizes_are_those_of_the_definition():
    x = inputs(2, on=Bits)
    total = x[0] + x[1]
    net = network([relu(total - Fraction(3, 4)), relu(relu(total) - 5), 7 + x[0]])
    assert sizes(net) == Sizes(
        width=2, depth=2, neurons=3, nonzeros=2 + 2 + 1 + 2 + 2, largest_weight=Fraction(7), weight_bits=4, inputs=2, outputs=3
    )  # fmt: skip
    assert layers(net).tolist() == [0, 0, 0, 1, 1, 2, 0]


def test_composition_passes_outputs_on_and_keeps_the_first_domain():
    x = inputs(2, on=Bits)
    f = network([x[0] + x[1], relu(x[0] - x[1])])
    y = inputs(2)
    g = network(relu(2 * y[0] - y[1]))
    both = f >> g
    assert both.domain == f.domain
    assert both.outputs == g.outputs
    for point in product((0, 1), repeat=2):
        assert both(point) == g(f(point))
    assert sizes(both).neurons == sizes(f).neurons + sizes(g).neurons


def test_composition_adds_up_weights_on_the_same_output():
    x = inputs()
    twice = network([x, x])
    y = inputs(2)
    assert (twice >> network(y[0] + y[1]))(5) == (10,)
    assert len((twice >> network(y[0] - y[1])).source) == 0


def test_side_by_side_renames_ports_whose_name_is_taken():
    f = network(relu(inputs(3, on=Permutations)[0]))
    three = f | f | f
    assert [port.name for port in three.inputs] == ["x", "x_2", "x_3"]
    assert [port.name for port in three.outputs] == ["out", "out_2", "out_3"]
    assert three.domain.different == ((0, 1, 2), (3, 4, 5), (6, 7, 8))
    assert (f | (f | f)) == three


def test_networks_that_do_not_fit_are_refused():
    x = inputs(2)
    with pytest.raises(InputError) as error:
        network(x[0]) >> network(x[0] + x[1])
    assert str(error.value) == "f >> g: the outputs of f have the sizes [1], the inputs of g [2]: they must agree port by port"
    with pytest.raises(TypeError):
        network(x[0]) >> 3


@pytest.mark.parametrize("point", [(0, 0, 0), (3, -1, 2), (-5, 2, -4), (1, 1, -1)])
def test_every_arithmetic_agrees(point):
    net = mixed()
    exact = evaluate(net, point)
    column = interpret(net, np.array(point, dtype=float).reshape(3, 1), COLUMNS)
    assert tuple(Fraction(float(v[0])) for v in column) == exact
    tensor = interpret(net, list(torch.tensor(point, dtype=torch.float64).reshape(3, 1)), COLUMNS)
    assert tuple(Fraction(v.item()) for v in tensor) == exact
    assert interpret(net, [(v, v) for v in point], INTERVALS) == tuple((v, v) for v in exact)
    variables = z3.Reals("a b c")
    solver = z3.Solver()
    solver.add(*(v == p for v, p in zip(variables, point, strict=True)))
    terms = interpret(net, variables, z3_arithmetic())
    solver.add(z3.Or([t != z3.Q(e.numerator, e.denominator) for t, e in zip(terms, exact, strict=True)]))
    assert solver.check() == z3.unsat


@pytest.mark.parametrize(
    ("activation", "interval", "image"),
    [
        (relu, (-2, 3), (0, 3)),
        (relu, (None, -1), (0, 0)),
        (relu, (2, None), (2, None)),
        (step, (-1, None), (0, 1)),
        (step, (0, 5), (1, 1)),
        (step, (None, Fraction(-1, 2)), (0, 0)),
        (saturated_linear, (Fraction(1, 2), None), (Fraction(1, 2), 1)),
        (saturated_linear, (None, None), (0, 1)),
        (lambda v: leaky_relu(v, 2), (-2, 3), (-4, 3)),
        (lambda v: leaky_relu(v, 2), (None, -1), (None, -2)),
        (lambda v: leaky_relu(v, -2), (-2, 3), (0, 4)),
        (lambda v: leaky_relu(v, -2), (None, -1), (2, None)),
        (lambda v: leaky_relu(v, 0), (None, 3), (0, 3)),
    ],
)
def test_an_activation_takes_an_interval_to_its_image(activation, interval, image):
    assert interpret(network(activation(inputs())), [interval], INTERVALS) == (image,)


def test_bounds_that_would_fill_the_memory_are_given_up():
    x = inputs(on=Integers(0, 2))
    for _ in range(300):
        x = relu(2 * x)
    assert interpret(network(x), [(0, 2)], INTERVALS) == ((0, None),)


def test_assembling_gates_gives_what_tracing_the_same_gates_gives():
    x = inputs(3, on=Bits)
    first = relu(x[0] + x[1] - 1)
    traced = network([relu(first - x[2]), first])
    built = assemble(
        inputs=3, on=Bits, start=[0, 2, 4], source=[1, 0, 3, 2], weight=[1, 1, 1, -1], bias=[-1, 0], output=[4, 3]
    )  # fmt: skip
    assert built.digest == traced.digest
    assert built == replace(traced, inputs=(Port("x", (3,)),))


def test_assembly_adds_repeated_weights_up_and_leaves_zeros_out():
    net = assemble(inputs=2, on=Bits, start=[0, 4], source=[0, 1, 0, 1], weight=[1, 2, Fraction(1, 2), -2], bias=0, output=[2])
    assert list(net.nodes()) == [(2, RELU, 0, ((0, Fraction(3, 2)),))]


ASSEMBLY_ERRORS = [
    ({"weight": [0.5]}, Refusal, "0.5 is a float, and a float does not say which number is meant: write Fraction('0.5') "
     "for the decimal, or dyadic(0.5) for the binary value it stores"),
    ({"source": [0.0]}, InputError, "source must hold integers, it has the dtype float64"),
    ({"start": [0, 2]}, InputError, "start must have one entry more than there are nodes and increase from 0 to 1"),
    ({"bias": [1, 2]}, InputError, "bias has 2 entries, 1 are expected"),
    ({"activation": 1}, InputError, "activation has an index outside 0 .. 0"),
    ({"source": [-1]}, InputError, "every node must read earlier nodes only"),
    ({"source": [2]}, InputError, "every node must read earlier nodes only"),
    ({"output": [3]}, InputError, "output has an index outside 0 .. 2"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "kind", "message"), ASSEMBLY_ERRORS)
def test_arrays_that_form_no_network_are_refused(change, kind, message):
    fields = {"inputs": 2, "on": Bits, "start": [0, 1], "source": [0], "weight": [1], "bias": [0], "output": [2]}
    with pytest.raises(kind) as error:
        assemble(**fields | change)
    assert str(error.value) == message


def test_a_network_of_wrong_fields_is_refused():
    net = mixed()
    for change, message in [
        ({"domain": Bits.of((2,))}, "the domain has 2 coordinates, the network 3 inputs"),
        ({"output": [0]}, "the output ports hold 2 values, 1 are given"),
        ({"bias": net.bias.astype(float)}, "bias must be a flat array of integers, it has the shape (7,) and the dtype float64"),
        ({"outputs": (Port("a", ()), Port("a", ()))}, "two output ports have the same name: a, a"),
    ]:
        with pytest.raises(InputError) as error:
            replace(net, **change)
        assert str(error.value) == message
    with pytest.raises(InputError, match=r"relu has no slope, 2 was given"):
        Activation("relu", Fraction(2))


def test_the_digest_leaves_names_and_domain_out_and_equality_does_not():
    net = mixed()
    renamed = replace(net, inputs=(Port("other", (3,)),))
    bounded = replace(net, domain=replace(net.domain, sets=(Interval(Fraction(0), None),) * 3))
    assert net.digest == renamed.digest == bounded.digest
    assert len({net, renamed, bounded}) == 3


GADGETS = [
    (gadgets.larger, 2, range(-3, 4), max, 1),
    (gadgets.smaller, 2, range(-3, 4), min, 1),
    (gadgets.magnitude, 1, range(-3, 4), abs, 2),
    (gadgets.compare_exchange, 2, range(-3, 4), lambda a, b: (min(a, b), max(a, b)), 1),
    (lambda t: gadgets.threshold(t, 2), 1, range(-3, 6), lambda t: int(t >= 2), 2),
    (lambda t: gadgets.equals_integer(t, 2), 1, range(-3, 6), lambda t: int(t == 2), 3),
    (gadgets.full_adder, 3, range(2), lambda *b: (sum(b) % 2, sum(b) // 2), 2),
    (lambda b, y, n: gadgets.select(b, y, n, 1), 3, range(2), lambda b, y, n: y if b else n, 2),
    (lambda v: tuple(gadgets.bits_of(v, 4)), 1, range(16), lambda v: tuple(v >> k & 1 for k in range(4)), 8),
    (lambda *b: gadgets.number_of(b), 4, range(2), lambda *b: sum(v << k for k, v in enumerate(b)), 0),
]


@pytest.mark.parametrize(("gadget", "arity", "values", "meaning", "neurons"), GADGETS)
def test_a_gadget_computes_what_it_says_with_the_neurons_it_says(gadget, arity, values, meaning, neurons):
    x = inputs(arity)
    net = network(gadget(*x))
    assert sizes(net).neurons == neurons
    for point in product(values, repeat=arity):
        expected = meaning(*point)
        assert net(point) == (expected if isinstance(expected, tuple) else (expected,))


def test_bounds_of_integers_are_those_of_any_numbers():
    """Networks of integers are bounded by a loop of their own; a half in an unread weight sends them the other way."""
    from proofcheck.circuits import emulate, random_circuit
    from proofcheck.domains import Integers

    x = inputs(3, on=Integers(-4, 9))
    chain = [relu(3 * x[0] - 2 * x[1] + 5), relu(-x[2]) - x[0], relu(x[1] - 20)]
    for net in (emulate(random_circuit(200, 8, 1, 20)), network([sum(chain), -7 * relu(chain[0] - 4 * chain[1])])):
        box = [net.domain.bounds(i) for i in range(net.input_count)]
        one = bounds(net, box)
        values = tuple(sorted({*net.values, Fraction(1, 2)}))
        place = [values.index(v) for v in net.values]
        other = replace(net, values=values, weight=[place[w] for w in net.weight], bias=[place[b] for b in net.bias])
        assert one == bounds(other, box)
