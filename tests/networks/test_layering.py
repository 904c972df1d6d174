"""Layering: how many neurons it takes where theorems say so, and what survives it."""

from __future__ import annotations

import json
from hashlib import sha256
from types import SimpleNamespace

import numpy as np
import pytest

from proofcheck.checkers.certificates import certificate_bytes
from proofcheck.circuits import emulate, kogge_stone_adder, multiplier, parity, popcount, ripple_adder
from proofcheck.domains import Bits, Box, Integers, NonNegative
from proofcheck.errors import Refusal, UsageError
from proofcheck.kernel import replay
from proofcheck.networks import (
    RELU,
    Network,
    assemble,
    inputs,
    is_layered,
    layered,
    leaky_relu,
    network,
    relu,
    saturated_linear,
    sizes,
    step,
)
from proofcheck.networks.span import Span, primitive


def tournament(n):
    x = inputs(n)
    while len(x) > 1:
        x = [b + relu(a - b) for a, b in zip(x[::2], x[1::2], strict=False)] + x[len(x) // 2 * 2 :]
    return network(x)


def shortest_paths(n):
    d = inputs(n, n, on=NonNegative)
    for k in range(n):
        d = [[relu(d[i][j]) - relu(d[i][j] - d[i][k] - d[k][j]) for j in range(n)] for i in range(n)]
    return network(d)


@pytest.mark.parametrize("k", range(1, 8))
def test_a_tournament_of_2_to_the_k_reals_takes_3_neurons_a_match_and_k_layers(k):
    strict = layered(tournament(2**k))
    assert (sizes(strict).neurons, sizes(strict).depth) == (3 * (2**k - 1), k)
    assert is_layered(strict)
    assert strict([(7 * i) % 2**k for i in range(2**k)]) == (2**k - 1,)


@pytest.mark.parametrize("n", range(1, 8))
def test_shortest_paths_take_2_n_cubed_neurons_and_no_carry(n):
    strict = layered(shortest_paths(n))
    assert (sizes(strict).neurons, sizes(strict).depth) == (2 * n**3, n)
    assert sizes(strict).nonzeros <= 8 * n**3 + 2 * n**2
    assert is_layered(strict)


def late(wire, layers):
    for _ in range(layers):
        wire = relu(wire - 1)
    return wire


@pytest.mark.parametrize(
    ("domain", "needed", "carries"),
    [
        (None, lambda x: x[1], 2),
        (NonNegative, lambda x: x[1], 1),
        (Box(-5, 5), lambda x: x[1], 1),
        (None, lambda x: x[1] + x[2], 2),
        (NonNegative, lambda x: x[1] + x[2], 1),
        (Box(-5, 5), lambda x: x[1] - 2 * x[2], 1),
        (NonNegative, lambda x: x[1] - x[2], 2),
        (Box(3, 3), lambda x: x[1], 0),
    ],
)
def test_a_value_needed_later_is_carried_as_one_affine_value(domain, needed, carries):
    x = inputs(3, on=domain) if domain else inputs(3)
    net = network(late(x[0], 4) + needed(x))
    strict = layered(net)
    assert sizes(strict).neurons == 4 + 4 * carries
    assert strict(3, 3, 3) == net(3, 3, 3)


def test_two_sums_over_three_values_are_carried_as_three_values_when_those_are_cheaper():
    x = inputs(4, on=NonNegative)
    net = network([late(x[3], 3) + x[0] - x[1], late(x[3], 3) + x[0] - x[2]])
    assert sizes(layered(net)).neurons == 6 + 3 * 3


def test_the_least_of_the_schedules_is_chosen():
    x = inputs(4, on=NonNegative)
    pairs = [relu(x[0] + x[1] - 1), relu(x[2] + x[3] - 1)]
    net = network(late(x[0], 5) + pairs[0] + pairs[1])
    found = {s: sizes(layered(net, schedule=s)).neurons for s in ("auto", "earliest", "latest", "eased", "retimed")}
    assert found["auto"] == min(found.values()) < max(found.values())


def test_a_network_without_neurons_is_layered_as_it_stands():
    x = inputs(2)
    net = network([x[0] - x[1], 3])
    assert layered(net)(5, 2) == (3, 3)
    assert (sizes(layered(net)).depth, is_layered(layered(net))) == (0, True)


def test_a_constant_neuron_stays_and_its_readers_use_its_value():
    x = inputs(2, on=Integers(0, 3))
    constant = relu(x[0] - 5)
    net = network(late(x[1], 2) + constant + 1)
    strict = layered(net)
    assert sizes(strict).neurons == 3
    assert strict(1, 3) == net(1, 3) == (2,)


def test_weights_that_cancel_only_after_folding_are_constants_too():
    x = inputs(2)
    a, b = relu(x[0]), relu(x[1])
    first, second = a + b, b + a
    uses = relu(first - 3) + relu(second - 4)
    zero = first - second
    one, two = relu(zero + 1), relu(zero + 2)
    net = network([relu(relu(one + a - 2) + two - 1) + zero, uses, relu(relu(one))])
    strict = layered(net)
    assert is_layered(strict)
    for point in ((1, 2), (-3, 5), (9, 9)):
        assert strict(point) == net(point)


CIRCUITS = [(build, n) for build in (ripple_adder, kogge_stone_adder, multiplier, popcount, parity) for n in (3, 8)]


# In the multiplier of 12 bits, sums carried without regard to meanings need more variables than a proof may have.
@pytest.mark.parametrize(("build", "n"), [*CIRCUITS, (multiplier, 12)])
def test_the_kernel_proves_layered_circuits_by_the_meanings_that_survive(build, n):
    circuit = build(n)
    strict = layered(emulate(circuit))
    assert is_layered(strict)
    data, _ = circuit.aiger()
    statement = {
        "claim": "computes",
        "domain": strict.domain.json(),
        "network": strict.digest,
        "target": {"circuit": sha256(data).hexdigest()},
    }
    text = json.dumps(statement, sort_keys=True, separators=(",", ":"))
    task = SimpleNamespace(network=strict, statement=SimpleNamespace(json=lambda: text))
    assert strict.meanings is not None
    replay(certificate_bytes(task, "meanings", circuit=data, meaning=strict.meanings.literal))


def random_gates(gates, depth, wide=64):
    """An AND of two earlier literals for each neuron, many of them far away."""
    rng = np.random.default_rng(1)
    source, weight, bias, known = [], [], [], wide
    last = np.arange(wide)
    for _ in range(depth):
        count = gates // depth
        a, b = rng.choice(last, count), rng.integers(0, known, count)
        b = np.where(b == a, (a + 1) % known, b)
        sign = rng.integers(0, 2, (count, 2))
        source.append(np.stack([a, b], 1))
        weight.append(1 - 2 * sign)
        bias.append(sign.sum(1) - 1)
        last = np.arange(known, known + count)
        known += count
    return assemble(
        inputs=wide,
        on=Bits,
        start=2 * np.arange(known - wide + 1),
        source=np.concatenate(source).ravel(),
        weight=np.concatenate(weight).ravel(),
        bias=np.concatenate(bias),
        output=last,
    )


def test_a_large_circuit_takes_the_vectorised_path_to_the_same_function():
    net = random_gates(27_000, 60)
    strict = layered(net)
    assert is_layered(strict)
    assert sizes(strict).depth == 60
    x = np.random.default_rng(2).integers(0, 2, net.input_count).tolist()
    assert strict(x) == net(x)


@pytest.mark.parametrize("carry", [None, RELU])
@pytest.mark.parametrize("activation", [lambda v: leaky_relu(v, 2), lambda v: leaky_relu(v, -3), saturated_linear, step, relu])
def test_carries_are_of_the_networks_own_activation_unless_asked_otherwise(activation, carry):
    x = inputs(2, on=Bits)
    deep = activation(activation(activation(x[0] + x[1] - 1)))
    net = network(deep + x[1])
    strict = layered(net, carry=carry)
    kinds = {a for a in strict.activations if a.kind != "identity"}
    assert kinds == {a for a in net.activations if a.kind != "identity"} | ({carry} if carry else set())
    for point in ((0, 0), (0, 1), (1, 0), (1, 1)):
        assert strict(point) == net(point)


def test_a_leaky_pair_carries_a_free_real():
    x = inputs(2)
    deep = leaky_relu(leaky_relu(leaky_relu(x[0], 3) - 1, 3), 3)
    net = network(deep + x[1])
    strict = layered(net)
    assert sizes(strict).neurons == 3 + 2 * 3
    assert strict(-2, -7) == net(-2, -7)


def needing(activation, domain=None):
    x = inputs(2, on=domain) if domain else inputs(2)
    return network(activation(activation(x[0])) + x[1])


REFUSALS = [
    (
        lambda: layered(needing(step)),
        "step neurons cannot carry an unbounded value to a later layer: pass carry=RELU to layered()",
    ),
    (
        lambda: layered(needing(step, Box(0, 1))),
        "step neurons cannot carry a value that takes more than two values to a later layer: pass carry=RELU to layered()",
    ),
    (
        lambda: layered(needing(saturated_linear)),
        "saturated_linear neurons cannot carry an unbounded value to a later layer: pass carry=RELU to layered()",
    ),
    (
        lambda: layered(needing(lambda v: leaky_relu(v, -1))),
        "leaky_relu of slope -1 is the absolute value and cannot carry a free real: pass carry=RELU to layered()",
    ),
]


@pytest.mark.parametrize(("action", "message"), REFUSALS)
def test_a_value_that_its_own_activation_cannot_carry_is_refused(action, message):
    with pytest.raises(Refusal) as refused:
        action()
    assert str(refused.value) == message


def test_an_unknown_schedule_is_refused():
    with pytest.raises(UsageError) as error:
        layered(tournament(4), schedule="asap")
    assert str(error.value) == "unknown schedule 'asap': known are auto, earliest, latest, eased, retimed"


@pytest.mark.parametrize(
    ("build", "strict"),
    [
        (lambda x, h: h - 1, True),
        (lambda x, h: h + x[0], False),
        (lambda x, h: relu(h + x[0]), False),
        (lambda x, h: relu(h) + 5, True),
        (lambda x, h: relu(h) + h, False),
    ],
)
def test_a_skip_over_a_layer_is_not_strict(build, strict):
    x = inputs(2)
    assert is_layered(network(build(x, relu(x[0]) + relu(x[1])))) is strict


def test_layering_is_the_same_in_every_process():
    first, second = layered(shortest_paths(3)), layered(shortest_paths(3))
    assert isinstance(first, Network)
    assert first == second


def test_a_span_knows_its_members_and_their_coordinates():
    span = Span()
    vectors = [primitive(v)[0] for v in ({0: 2, 1: 4}, {1: 3, 2: -3}, {0: 1, 2: 2})]
    assert [span.extend(v) for v in vectors] == [True, True, False]
    assert span.rank == 2
    assert span.combination(vectors[2]) == {0: 1, 1: -2}
    assert not span.holds(((0, 1),))
