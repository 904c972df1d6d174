"""Laws of networks: tracing, layering, composition, files and assembly agree with plain computation on any program."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from proofcheck.errors import Refusal
from proofcheck.networks import (
    RELU,
    Network,
    assemble,
    bounds,
    evaluate,
    is_layered,
    layered,
    layers,
    network_bytes,
    read_network,
    sizes,
)
from proofcheck.networks.flow import flow_of
from tests.networks.formulas import points, programs

ALL = ("relu", "leaky_relu", "step", "saturated_linear")
few = settings(max_examples=20, deadline=None)
many = settings(max_examples=50, deadline=None)


def constant_chain(network: Network) -> bool:
    """Whether some neuron is constant on the domain, so that layering may lose depth."""
    return any(low is not None and low == high for low, high in flow_of(network, {}).bounds)


@many
@given(st.data())
def test_a_traced_network_computes_the_formula(data):
    program = data.draw(programs(ALL))
    x = data.draw(points(program))
    assert evaluate(program.build(), x) == tuple(program.run(x))


@many
@given(st.data())
def test_every_node_stays_in_its_bounds(data):
    program = data.draw(programs(ALL))
    network, x = program.build(), data.draw(points(program))
    from proofcheck.networks.interpret import RATIONALS, interpret_nodes

    box = [network.domain.bounds(i) for i in range(network.input_count)]
    for value, (low, high) in zip(interpret_nodes(network, x, RATIONALS), bounds(network, box), strict=True):
        assert low is None or low <= value
        assert high is None or value <= high


@pytest.mark.parametrize("schedule", ["auto", "earliest", "latest", "eased", "retimed"])
@pytest.mark.parametrize("operations", [("relu",), ALL])
@few
@given(data=st.data())
def test_layering_keeps_the_function_and_the_depth(schedule, operations, data):
    program = data.draw(programs(operations))
    network = program.build()
    strict = layered(network, schedule=schedule, carry=RELU)
    assert is_layered(strict)
    assert sizes(strict).neurons >= sizes(network).neurons
    assert sizes(strict).depth <= sizes(network).depth
    if not constant_chain(network):
        assert sizes(strict).depth == sizes(network).depth
    for _ in range(4):
        x = data.draw(points(program))
        assert strict(x) == network(x)


@many
@given(data=st.data())
def test_auto_needs_no_more_neurons_than_any_schedule(data):
    network = data.draw(programs()).build()
    best = sizes(layered(network)).neurons
    assert all(best <= sizes(layered(network, schedule=s)).neurons for s in ("earliest", "latest", "eased", "retimed"))


@pytest.mark.parametrize("operation", ["leaky_relu", "step", "saturated_linear"])
@many
@given(data=st.data())
def test_layering_with_the_networks_own_activation_is_right_or_refused(operation, data):
    program = data.draw(programs((operation,)))
    network = program.build()
    try:
        strict = layered(network)
    except Refusal:
        with pytest.raises(Refusal, match=r"neurons cannot carry|cannot carry a free real"):
            layered(network)
        return
    assert is_layered(strict)
    if sizes(network).neurons:
        assert {a.kind for a in strict.activations} <= {operation, "identity"}
    x = data.draw(points(program))
    assert strict(x) == network(x)


@many
@given(st.data())
def test_layering_twice_changes_nothing_but_the_first_time(data):
    strict = layered(data.draw(programs()).build())
    again = layered(strict)
    assert sizes(again).neurons == sizes(strict).neurons or constant_chain(strict)


@few
@given(st.data())
def test_a_file_gives_the_network_back(data):
    network = data.draw(programs(ALL)).build()
    file = network_bytes(network)
    assert read_network(file) == network
    assert network_bytes(read_network(file)) == file


@few
@given(st.data())
def test_assembling_the_rows_of_a_network_gives_the_network(data):
    network = data.draw(programs(ALL)).build()
    again = assemble(
        inputs=network.inputs,
        on=network.domain,
        start=network.start,
        source=network.source,
        weight=[network.values[w] for w in network.weight.tolist()],
        bias=[network.values[b] for b in network.bias.tolist()],
        activation=network.activation,
        activations=network.activations,
        output=network.output,
        outputs=network.outputs,
    )
    assert again == network


@few
@given(st.data())
def test_side_by_side_computes_both(data):
    first, second = data.draw(programs(ALL)), data.draw(programs(ALL))
    x, y = data.draw(points(first)), data.draw(points(second))
    f, g = first.build(), second.build()
    assert (f | g)(x + y) == f(x) + g(y)


@few
@given(st.data())
def test_composition_is_associative_and_computes_one_after_the_other(data):
    f, g, h = (data.draw(programs(ALL)).build() for _ in range(3))
    assert (f | g) | h == f | (g | h)
    x = data.draw(st.tuples(*[st.integers(-3, 3)] * f.input_count))
    mix = _square(data, f, g)
    swap = _square(data, f, f)
    assert (f >> mix)(x) == mix(f(x))
    assert (f >> swap) >> mix == f >> (swap >> mix)


def _square(data, f, g):
    """A random affine map with neurons from the outputs of f to the inputs of ... itself, as a network."""
    from proofcheck.networks import inputs, network, relu

    n = len(f.output)
    x = inputs(n)
    places = data.draw(st.lists(st.integers(0, n - 1), min_size=n, max_size=n))
    return network([relu(x[p]) - 2 * x[q] for q, p in enumerate(places)])


@few
@given(st.data())
def test_layers_of_a_strict_network_follow_its_order(data):
    strict = layered(data.draw(programs()).build())
    assert (
        sorted(layers(strict).tolist()[: strict.node_count - len(strict.output)])
        == (layers(strict).tolist()[: strict.node_count - len(strict.output)])
    )
