"""What is written is what is built; what is not affine is refused with a sentence that helps."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from proofcheck.domains import Bits, Domain, Interval, Permutations
from proofcheck.errors import InputError, Refusal, UsageError
from proofcheck.networks import Port, inputs, leaky_relu, network, relu, saturated_linear, sizes, step
from proofcheck.spec import maximum


def test_inputs_have_the_shape_asked_for():
    assert inputs() is not None
    assert len(inputs(3)) == 3
    cube = inputs(2, 3, 4)
    assert (len(cube), len(cube[0]), len(cube[0][0])) == (2, 3, 4)
    net = network(cube[1][2][3])
    assert net([0] * 23 + [7]) == (7,)


def test_every_activation_written_is_one_neuron_even_a_repeated_one():
    x = inputs()
    assert sizes(network(relu(x) + relu(x) + relu(x))).neurons == 3


def test_an_affine_wire_with_one_reader_is_folded_and_with_two_is_shared():
    x = inputs(3)
    once = network(relu(x[0] + x[1] + 1))
    assert (sizes(once).nonzeros, len(once.activation)) == (3, 1)
    total = x[0] + x[1] + x[2]
    shared = network([relu(total - 1), relu(total - 2)])
    assert (sizes(shared).nonzeros, len(shared.activation)) == (3 + 2 + 2, 3)


def test_scaling_a_wire_costs_no_node():
    x = inputs()
    minus = -relu(x)
    net = network([relu(minus + 1), relu(minus + 2), minus + 3])
    assert (len(net.activation), sizes(net).neurons) == (4, 3)
    assert net(5) == (0, 0, -2)


def test_a_sum_folds_into_its_reader_without_adding_weights():
    x = inputs(50)
    net = network(relu(sum(x)))
    assert (len(net.activation), sizes(net).nonzeros) == (1, 50)


def test_weights_that_cancel_leave_no_node_behind():
    x = inputs(2)
    hidden = relu(x[0])
    net = network(hidden - hidden + x[1])
    assert (len(net.activation), sizes(net).nonzeros) == (1, 1)


def test_neurons_come_in_the_order_of_writing():
    x = inputs()
    later, earlier = relu(x - 1), None
    earlier = relu(x - 2)
    net = network([earlier, later])
    assert [bias for _, _, bias, _ in net.nodes()] == [-1, -2]
    assert net.output.tolist() == [2, 1]


def test_long_chains_are_traced_without_recursion():
    x = inputs(2)
    wire, scaled = x[0], x[1]
    for _ in range(100_000):
        wire = relu(wire - x[1]) + 1
        scaled = -scaled
    net = network([wire, scaled])
    assert sizes(net).depth == 100_000
    assert net(5, 0) == (100_005, 0)


def test_ports_are_named_in_order_of_creation_and_cut_to_those_that_are_used():
    a, _unused, b = inputs(), inputs(2), inputs(2, on=Bits)
    net = network(b[0] - a)
    assert net.inputs == (Port("x", ()), Port("y", (2,)))
    assert net.domain == Domain((Interval(None, None), *Bits.of((2,)).sets))
    assert [p.name for p in network(sum(inputs() for _ in range(4))).inputs] == ["x1", "x2", "x3", "x4"]
    assert [p.name for p in network(inputs(name="y") + inputs()).inputs] == ["y", "x"]


def test_stated_inputs_keep_unused_ports_and_their_order():
    a, b = inputs(2), inputs(3, name="b")
    net = network(a[0], inputs=[b, a])
    assert [str(port) for port in net.inputs] == ["b[3]", "x[2]"]
    assert net([1, 2, 3], [4, 5]) == (4,)
    assert network(a[0], inputs=a).inputs == (Port("x", (2,)),)
    one = inputs()
    assert network(one, inputs=one).inputs == (Port("x", ()),)


def test_conditions_of_a_port_speak_of_its_own_coordinates():
    first, second = inputs(2), inputs(3, on=Permutations)
    assert network(first[0] + second[0]).domain.different == ((2, 3, 4),)


def test_output_ports_follow_the_nesting():
    x = inputs(2)
    assert network(x[0]).outputs == (Port("out", ()),)
    assert network([[x[0], 1], [x[1], 2]]).outputs == (Port("out", (2, 2)),)
    assert network((x[0], [x[1]])).outputs == (Port("out1", ()), Port("out2", (1,)))
    assert network({"sum": x[0] + x[1], "both": x}).outputs == (Port("sum", ()), Port("both", (2,)))
    assert network(x[0], names=["y"]).outputs == (Port("y", ()),)
    assert network(np.array([x[0], x[1]], dtype=object)).outputs == (Port("out", (2,)),)


def test_constants_are_outputs_and_activations_of_numbers_are_numbers():
    x = inputs()
    assert network([x, 3, Fraction(1, 2)])(0) == (0, 3, Fraction(1, 2))
    assert [relu(-1), relu(2), step(0), step(-1), saturated_linear(Fraction(1, 2)), leaky_relu(-2, 3)] == [
        0, 2, 1, 0, Fraction(1, 2), -6,
    ]  # fmt: skip


def test_numpy_integers_are_exact_constants():
    x = inputs()
    assert network(np.int64(3) * x + np.int32(2))(5) == (17,)


x = inputs(2)
MESSAGES = [
    (
        lambda: x[0] * x[1],
        "products of two wires are not affine: a network of neurons multiplies wires by constants only; "
        "on a finite domain write the product with activations",
    ),
    (
        lambda: x[0] / x[1],
        "quotients of two wires are not affine: a network of neurons divides wires by constants only",
    ),
    (lambda: 1 / x[0], "dividing by a wire is not affine: a network of neurons divides wires by constants only"),
    (lambda: x[0] ** 2, "powers of a wire are not affine: on a finite domain write them with activations"),
    (lambda: x[0] / 0, "a wire is divided by zero"),
    (
        lambda: 1 if x[0] else 0,
        "a wire has no truth value while the network is being written: `if`, `and`, `or` and `not` cannot look at it; "
        "choose with activations, for example b + relu(a - b) for the larger of a and b",
    ),
    (
        lambda: x[0] < x[1],
        "wires cannot be compared while the network is being written: write step(a - b) for a >= b, "
        "b + relu(a - b) for the larger of a and b, or use `is` to ask whether two wires are the same",
    ),
    (
        lambda: x[0] == 1,
        "wires cannot be compared while the network is being written: write step(a - b) for a >= b, "
        "b + relu(a - b) for the larger of a and b, or use `is` to ask whether two wires are the same",
    ),
    (
        lambda: 0.1 * x[0],
        "0.1 is a float, and a float does not say which number is meant: write Fraction('0.1') for the decimal, "
        "or dyadic(0.1) for the binary value it stores",
    ),
    (lambda: relu(x), "relu takes one wire, a list was given: write [relu(v) for v in x]"),
    (lambda: x[0][0], "this is one wire and no list of wires: inputs() makes one wire, inputs(n) a list of n"),
    (lambda: [*x[0]], "this is one wire and no list of wires: inputs() makes one wire, inputs(n) a list of n"),
    (
        lambda: maximum(x[0], 0),
        "a wire of a network was given to a function of terms, which are for statements: "
        "in build write b + relu(a - b) for maximum(a, b)",
    ),
    (lambda: network(x[0])([0.5, 1]), "0.5 is a float, and a float does not say which number is meant: "
     "write Fraction('0.5') for the decimal, or dyadic(0.5) for the binary value it stores"),
]  # fmt: skip


@pytest.mark.parametrize(("action", "message"), MESSAGES)
def test_what_exactness_forbids_is_refused(action, message):
    with pytest.raises(Refusal) as refused:
        action()
    assert str(refused.value) == message


ERRORS = [
    (lambda: inputs(0), UsageError, "inputs(...) takes lengths, integers of at least 1: 0 was given"),
    (lambda: inputs(2, on=3), UsageError, "on=3 is not a domain: give a family such as Bits, or a Domain with 2 coordinates"),
    (lambda: inputs(3, on=Bits.of((2,))), InputError, "the domain has 2 coordinates, inputs(3,) has 3"),
    (lambda: network([]), InputError, "the network has no outputs: give at least one wire"),
    (
        lambda: network([[x[0]], x]),
        InputError,
        "the outputs are ragged: every row of a port must have the same length and depth",
    ),
    (lambda: network(x[0], names=["a", "b"]), UsageError, "2 names are given for 1 output ports"),
    (
        lambda: network(x[0] + inputs(name="z"), inputs=x),
        InputError,
        "the outputs depend on the input z, which is not among `inputs`",
    ),
    (
        lambda: network(x[0], inputs=[relu(x[0])]),
        InputError,
        "`inputs=` takes what `inputs(...)` returned, or a list of such things",
    ),
    (lambda: network(inputs(name="a") + inputs(name="a")), InputError, "two input ports have the same name: a, a"),
    (lambda: network(x[0])(1, 2, 3), InputError, "3 values are given for 2 inputs"),
]


@pytest.mark.parametrize(("action", "kind", "message"), ERRORS)
def test_an_error_says_what_was_given_and_what_was_expected(action, kind, message):
    with pytest.raises(kind) as error:
        action()
    assert str(error.value) == message
