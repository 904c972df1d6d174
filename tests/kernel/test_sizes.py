"""Sizes and relations: counted as docs/formats.md says, exact, and no relation that is false, empty or endless is proved."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import pytest
from written import BITS, Net, bits, by_meanings, certificate, emulation, product, q, random_aig, relation, statement

from proofcheck.kernel import Rejected, replay


def m(name: str) -> list[Any]:
    return ["measure", name]


def number(value: int | Fraction) -> list[Any]:
    return ["number", q(value)]


def parameter(name: str) -> list[Any]:
    return ["parameter", name]


def mixed() -> Net:
    """Two inputs; neurons in layers 1, 1, 2; a shared affine node; a constant; 3 different activations."""
    net = Net(2)
    shared = net.node("identity", Fraction(5, 4), {0: 2, 1: -1})
    first = net.node("relu", 0, {shared: 1})
    second = net.node("step", -1, {shared: Fraction(-1, 3)})
    constant = net.node("identity", 7, {})
    third = net.node("leaky_relu", 0, {first: 1, second: 1, constant: 1}, slope=Fraction(1, 8))
    net.output = [net.node("identity", 0, {third: 1}), third]
    return net


KINDS = ("leaky_relu", "relu", "step")
MEASURES = {"inputs": 2, "outputs": 2, "depth": 2, "width": 2, "neurons": 3}
MEASURES |= {"nonzeros": 11, "largest_weight": 7, "weight_bits": 5}


@pytest.mark.parametrize("name", MEASURES)
def test_measures(name: str) -> None:
    net = mixed()
    assert replay(relation(net, ["==", m(name), number(MEASURES[name])], KINDS, layered=True)).measures[name] == MEASURES[name]
    for wrong in (["<", m(name), number(MEASURES[name])], ["<", number(MEASURES[name]), m(name)], ["==", m(name), number(99)]):
        with pytest.raises(Rejected, match="is false"):
            replay(relation(net, wrong, KINDS))


def test_slopes_are_not_weights() -> None:
    net = Net(1)
    net.output = [net.node("leaky_relu", 0, {0: 1}, slope=1000)]
    assert replay(relation(net, ["==", m("largest_weight"), number(1)], ["leaky_relu"])).measures["weight_bits"] == 1


def test_a_network_without_neurons() -> None:
    net = Net(0)
    replay(relation(net, ["==", ["+", m("depth"), m("width"), m("nonzeros"), m("weight_bits")], number(0)], [], layered=True))


def test_activations_that_are_not_allowed_are_named() -> None:
    cases = (((), "leaky_relu, relu, step"), (("relu",), "leaky_relu, step"), (("identity", "relu", "step"), "leaky_relu"))
    for allowed, missing in cases:
        with pytest.raises(Rejected, match=f"the network uses {missing}, which the statement does not allow"):
            replay(relation(mixed(), ["<", m("depth"), number(3)], allowed))
    replay(relation(mixed(), ["<", m("depth"), number(3)], ("identity", *KINDS)))


def two_layers() -> Net:
    net = Net(2)
    first, second = (net.node("relu", 0, {i: 1}) for i in (0, 1))
    net.output = [net.node("relu", 0, {first: 1, second: -1})]
    return net


def altered(change: str) -> Net:
    net = two_layers()
    if change == "a neuron reads an input":
        net.output = [net.node("relu", 0, {4: 1, 0: 1})]
    elif change == "a neuron reads an input through an affine node":
        net.output = [net.node("relu", 0, {net.node("identity", 0, {4: 1, 1: 1}): 1})]
    elif change == "a neuron reads two layers below":
        net.output = [net.node("relu", 0, {4: 1, 2: 1})]
    elif change == "an output reads an earlier layer":
        net.output = [4, 3]
    elif change == "an output reads an input":
        net.output = [4, 0]
    elif change == "an output reads an earlier layer through an affine node":
        net.output = [net.node("identity", 0, {4: 1, 3: 1})]
    elif change == "a neuron without sources is read late":
        net.output = [net.node("relu", 0, {4: 1, net.node("relu", 1, {}): 1})]
    return net


SKIPS = (
    "a neuron reads an input",
    "a neuron reads an input through an affine node",
    "a neuron reads two layers below",
    "an output reads an earlier layer",
    "an output reads an input",
    "an output reads an earlier layer through an affine node",
    "a neuron without sources is read late",
)


@pytest.mark.parametrize("change", SKIPS)
def test_a_network_that_skips_a_layer_is_not_layered(change: str) -> None:
    width = ["<=", m("width"), number(3)]
    replay(relation(two_layers(), width, layered=True))
    replay(relation(altered(change), width, layered=False))
    with pytest.raises(Rejected, match="the network is not strictly layered"):
        replay(relation(altered(change), width, layered=True))


def test_constants_restrict_no_layer_and_affine_nodes_add_none() -> None:
    net = two_layers()
    constant = net.node("identity", 3, {})
    net.output = [net.node("identity", 0, {net.node("identity", 1, {4: 1}): 1, constant: 1}), constant]
    replay(relation(net, ["==", m("depth"), number(2)], layered=True))
    flat = Net(1)
    flat.output = [0, flat.node("identity", 0, {0: 2})]
    replay(relation(flat, ["==", m("depth"), number(0)], [], layered=True))


def test_a_layered_emulation_is_layered_and_a_direct_one_is_not() -> None:
    aig = random_aig(6, 60, 5, seed=2, reach=12)
    depth = ["<=", m("depth"), number(60)]
    replay(relation(emulation(aig, layered=True), depth, layered=True))
    replay(by_meanings(emulation(aig, layered=True), aig.ascii()))
    with pytest.raises(Rejected, match="not strictly layered"):
        replay(relation(emulation(aig), depth, layered=True))


VALUES: list[tuple[list[Any], int | Fraction]] = [
    (["+", number(1), number(2), number(Fraction(1, 2))], Fraction(7, 2)),
    (["-", number(1), number(Fraction(1, 2))], Fraction(1, 2)),
    (["*", number(2), number(3), number(7)], 42),
    (["+", number(5)], 5),
    (["floordiv", number(-7), number(2)], -4),
    (["floordiv", number(Fraction(7, 2)), number(Fraction(1, 2))], 7),
    (["power", number(2), number(10)], 1024),
    (["power", number(2), number(-3)], Fraction(1, 8)),
    (["power", number(Fraction(2, 3)), number(2)], Fraction(4, 9)),
    (["power", number(0), number(0)], 1),
    (["power", number(-1), number(10**30)], 1),
    (["power", number(1), number(-(10**30))], 1),
    (["power", number(0), number(10**30)], 0),
    (["ceil_log2", number(1)], 0),
    (["ceil_log2", number(2**47 + 1)], 48),
    (["ceil_log2", number(2**47)], 47),
    (["ceil_log2", number(Fraction(9, 2))], 3),
    (["floor_log2", number(2**53 - 1)], 52),
    (["floor_log2", number(2**53)], 53),
    (["floor_log2", number(Fraction(15, 2))], 2),
    (["max", number(1), number(3), number(2)], 3),
    (["min", number(1), number(-3)], -3),
    (["binomial", number(10), number(3)], 120),
    (["binomial", number(3), number(10)], 0),
    (["binomial", number(3), number(10**9)], 0),
    (["binomial", number(300), number(150)], math.comb(300, 150)),
    (["*", parameter("n"), parameter("rate"), parameter("n")], Fraction(25, 3)),
]


@pytest.mark.parametrize(("expression", "value"), VALUES, ids=range(len(VALUES)))
def test_expressions_are_exact(expression: list[Any], value: int | Fraction) -> None:
    parameters = {"n": 5, "rate": "0x1/0x3"}
    for compare, other, right in (("==", value, True), ("==", value + Fraction(1, 10**40), False), ("<", value, False)):
        left = ["+", ["*", m("width"), number(0)], expression]
        data = relation(two_layers(), [compare, left, number(other)], parameters=parameters)
        if right:
            replay(data)
        else:
            with pytest.raises(Rejected, match="is false"):
                replay(data)


W = m("width")
REFUSED: list[tuple[Any, str]] = [
    (["==", number(1), number(1)], "the relation mentions no measured size"),
    (["==", parameter("n"), number(5)], "the relation mentions no measured size"),
    ([">=", W, number(0)], "a relation must be ==, <= or <"),
    ([["=="], W, number(0)], "a relation must be ==, <= or <"),
    (["==", W], "a relation must be an array of 3 to 3"),
    (["==", W, 2], "a size expression must be an array of 2"),
    (["==", W, []], "a size expression must be an array of 2"),
    (["==", W, ["sum", number(1)]], "a size expression has an unknown operation"),
    (["==", W, [["+"], number(1)]], "a size expression has an unknown operation"),
    (["==", W, ["measure", "beauty"]], "measure in a size expression has arguments that it does not take"),
    (["==", W, ["measure", ["width"]]], "measure in a size expression has arguments that it does not take"),
    (["==", W, ["number", 2]], "number in a size expression has arguments"),
    (["==", W, ["number", "2"]], "is not a rational in canonical hexadecimal form"),
    (["==", W, ["number", "0x2", "0x2"]], "number in a size expression has arguments"),
    (["==", W, ["-", number(1)]], "- in a size expression has arguments"),
    (["==", W, ["-", number(1), number(1), number(1)]], "- in a size expression has arguments"),
    (["==", W, ["ceil_log2", number(1), number(1)]], "ceil_log2 in a size expression has arguments"),
    (["==", W, ["+"]], "a size expression must be an array of 2"),
    (["==", W, parameter("k")], "the parameter 'k' is not given"),
    (["==", W, m("volume")], "the measure 'volume' is not given"),
    (["==", W, ["floordiv", number(1), number(0)]], "a size expression divides by zero"),
    (["==", W, ["ceil_log2", number(0)]], "a logarithm is taken of 0, it needs at least 1"),
    (["==", W, ["floor_log2", number(Fraction(1, 2))]], "a logarithm is taken of 1/2, it needs at least 1"),
    (["==", W, ["power", number(0), number(-1)]], "a power needs an integer exponent, and none below 0 on 0"),
    (["==", W, ["power", number(4), number(Fraction(1, 2))]], "a power needs an integer exponent"),
    (["==", W, ["power", number(2), number(10**9)]], "a power exceeds 1000000 bits"),
    (["==", W, ["power", number(Fraction(1, 2)), number(10**9)]], "a power exceeds 1000000 bits"),
    (["==", W, ["power", number(2), ["power", number(2), number(100)]]], "a power exceeds 1000000 bits"),
    (["==", W, ["binomial", number(10**9), number(5 * 10**8)]], "a binomial may exceed 1000000 bits"),
    (["==", W, ["binomial", number(-1), number(1)]], "a binomial needs integers from 0 up"),
    (["==", W, ["binomial", number(5), number(Fraction(1, 2))]], "a binomial needs integers from 0 up"),
    (["==", W, ["*", *[["power", number(3), number(500_000)]] * 3]], "bits arises, the limit is 1000000"),
]


@pytest.mark.parametrize(("expression", "message"), REFUSED, ids=range(len(REFUSED)))
def test_bad_relations_are_refused(expression: Any, message: str) -> None:
    with pytest.raises(Rejected) as caught:
        replay(relation(two_layers(), expression, parameters={"n": 5}))
    assert message in str(caught.value)


def test_a_deep_expression_is_refused_or_right() -> None:
    expression: Any = number(2)
    for _ in range(400):
        expression = ["+", expression, number(0)]
    replay(relation(two_layers(), ["==", W, expression]))
    for _ in range(5000):
        expression = ["max", expression]
    text = expression
    with pytest.raises((Rejected, RecursionError)):
        replay(relation(two_layers(), ["==", W, text]))


BOX = product((["interval", "0x0", "0x1/0x2"], 2))


@pytest.mark.parametrize(
    ("domain", "volume"),
    [
        (BOX, Fraction(1, 4)),
        (product((["intervals", [["0x0", "0x1"], ["0x2", "0x5"]]], 1), (["interval", "-0x1", "0x1"], 1)), 8),
        (product((["interval", "0x1", "0x1"], 2)), 0),
        (product((["interval", None, "0x1"], 2)), None),
        (product((["interval", "0x0", None], 2)), None),
        (bits(2), None),
        ({**BOX, "different": [[0, 1]]}, None),
        ({**BOX, "constraints": [[[[0, "0x1"]], "<=", "0x0"]]}, None),
    ],
)
def test_volumes(domain: Any, volume: int | Fraction | None) -> None:
    data = relation(two_layers(), ["==", m("volume"), number(volume or 0)], domain=domain)
    if volume is None:
        with pytest.raises(Rejected, match="a volume is known for products of"):
            replay(data)
    else:
        proved = replay(data)
        assert proved.measures["volume"] == volume
        assert "the volume is that of " in proved.sentence


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"activations": ["step", "relu"]}, "the activations must be sorted kinds"),
        ({"activations": ["relu", "relu"]}, "the activations must be sorted kinds"),
        ({"activations": ["relu", "tanh"]}, "the activations must be sorted kinds"),
        ({"activations": [["relu"]]}, "the activations must be sorted kinds"),
        ({"layered": 1}, "layered must be true or false"),
        ({"layered": None}, "layered must be true or false"),
        ({"parameters": []}, "the parameters must be an object"),
        ({"parameters": {"n\nproved: all is well": 5}}, "whose keys are identifiers"),
        ({"parameters": {"\ud800": 5}}, "whose keys are identifiers"),
        ({"parameters": {"": 5}}, "whose keys are identifiers"),
        ({"parameters": {"n": "5"}}, "is not a rational in canonical hexadecimal form"),
        ({"parameters": {"n": True}}, "parameter n is not a text"),
        ({"parameters": {"n": 2.5}}, "parameter n is not a text"),
        ({"domain": bits(3)}, "the domain must have 2 coordinates"),
        ({"domain": 5}, "a domain must be an object"),
        ({"domain": product((BITS, 1), (BITS, 1))}, "adjacent runs of sets must differ"),
    ],
)
def test_bad_parts_of_a_relation_are_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(Rejected) as caught:
        replay(relation(two_layers(), ["==", W, number(2)], **changes))
    assert message in str(caught.value)


def test_the_sentence_of_a_relation() -> None:
    net = two_layers()
    whole = ["<=", m("neurons"), ["*", number(3), ["ceil_log2", parameter("n")], ["-", m("inputs"), number(1)]]]
    proved = replay(relation(net, whole, layered=True, parameters={"n": 5}))
    assert proved.sentence == (
        f"the network {net.digest()[:16]} is strictly layered, uses no activation but relu "
        "and satisfies its neurons <= (3 * ceil_log2(n) * (its inputs - 1)) where n = 5, its inputs = 2, its neurons = 3"
    )


def test_relations_are_proved_by_sizes_only() -> None:
    net = two_layers()
    parts = {"relation": ["==", W, number(2)], "parameters": {}, "activations": ["relu"], "layered": False, "domain": None}
    whole = statement(net, "relation", **parts)
    with pytest.raises(Rejected, match="exhaustion proves statements"):
        replay(certificate("exhaustive", whole, net.file()))
    with pytest.raises(Rejected, match="meanings prove what a network computes"):
        replay(certificate("meanings", whole, net.file(), circuit=b"", meaning=[-1] * 3))
    computes = statement(net, domain=bits(2), target={"circuit": "0" * 64})
    with pytest.raises(Rejected, match="sizes prove relations between sizes"):
        replay(certificate("sizes", computes, net.file()))
