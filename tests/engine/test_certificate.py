"""The certificate is tight, names what fails, and knows steps, bounds and domains."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import permutations

import pytest
import torch

from proofcheck.domains import Bits, Box, NonNegative, Points, Reals, Words
from proofcheck.engine import choose_dtype, exactness, require_exact
from proofcheck.engine import ranges as analysis
from proofcheck.engine.formats import FORMATS, Format
from proofcheck.errors import Refusal, UsageError
from proofcheck.networks import Network, inputs, network, relu, saturated_linear, step

Naive = Callable[[Network, torch.dtype, list[tuple[Fraction | int, ...]]], list[list[tuple[Fraction | None, ...]]]]


def two(e: int) -> Fraction:
    return Fraction(2) ** e


def values(*numbers: Fraction | int) -> Points:
    """The family of two or one given values."""
    low, high = min(numbers), max(numbers)
    return Points(low, high, high - low if high > low else 1)


def boundary(form: Format) -> tuple[Network, Network]:
    """A bit plus the largest bias that is certified, and the next."""
    edge = form.largest if form.integer else 2**form.bits
    return network(relu(inputs(on=Bits) + (edge - 1))), network(relu(inputs(on=Bits) + edge))


@pytest.mark.parametrize("form", FORMATS.values(), ids=lambda f: f.name)
def test_the_bound_is_tight(form: Format, naive: Naive) -> None:
    inside, outside = boundary(form)
    certified, refused = exactness(inside, form.name), exactness(outside, form.name)
    assert certified.exact
    assert certified.needed_bits == form.bits == certified.available_bits
    assert not refused.exact
    assert (refused.layer, refused.node, refused.needed_bits, refused.available_bits) == (1, 1, form.bits + 1, form.bits)
    assert refused.reason == f"layer 1 needs {form.bits + 1} bits, {form.name} has {form.bits}"
    top = 2**form.bits if not form.integer else form.largest
    assert naive(inside, getattr(torch, form.name), [(1,)]) == [[(Fraction(top),)]] * 6


@pytest.mark.parametrize("form", [f for f in FORMATS.values() if not f.integer], ids=lambda f: f.name)
def test_the_exponent_range_is_tight(form: Format) -> None:
    least, odd = form.least_exponent, 2**form.bits - 1
    unit = Fraction(form.largest, odd)
    assert exactness(network(inputs(on=values(0, 1)) * two(least)), form.name).exact
    assert not exactness(network(inputs(on=values(0, two(-1))) * two(least)), form.name).exact
    assert exactness(network(odd * inputs(on=values(0, unit))), form.name).exact
    assert not exactness(network((odd + 1) * inputs(on=values(0, unit))), form.name).exact
    info = torch.finfo(getattr(torch, form.name))
    assert (Fraction(info.max), Fraction(info.tiny), Fraction(info.eps)) == (form.largest, two(least), two(1 - form.bits))


@pytest.mark.parametrize("form", FORMATS.values(), ids=lambda f: f.name)
def test_a_format_stores_what_torch_stores(form: Format) -> None:
    dtype = getattr(torch, form.name)
    edges = [
        Fraction(0),
        Fraction(1),
        Fraction(1, 3),
        Fraction(form.largest),
        Fraction(form.largest + 1),
        two(form.least_exponent),
    ]
    edges += [two(form.bits) + d for d in (-1, 0, 1)] + [-3 * two(form.least_exponent), Fraction(form.largest, 2), two(-1)]
    for value in edges:
        if form.integer:
            expected = value.denominator == 1 and abs(value) <= torch.iinfo(dtype).max
        else:
            kept = torch.tensor(float(value), dtype=torch.float64).to(dtype).double().item()
            expected = kept - kept == 0 and Fraction(kept) == value
        assert form.stores(value) == expected, value


def test_layers_and_advice_are_named() -> None:
    x = inputs(on=Bits)
    deep = network(relu(relu(relu(x) + 1) + 2**24))
    with pytest.raises(Refusal, match=r"^layer 3 needs 25 bits, float32 has 24: use int32$"):
        require_exact(deep, "float32")
    with pytest.raises(Refusal, match=r"^layer 3 needs 26 bits, float32 has 24: use float64$"):
        require_exact(network(relu(relu(relu(x) + Fraction(1, 2)) + 2**24)), torch.float32)
    with pytest.raises(
        Refusal,
        match=r"^input 0 takes a continuum of values, which has no least step: give a grid of values: "
        r"no dtype of torch is exact here, evaluate it in fractions$",
    ):
        require_exact(network(relu(inputs(on=Reals))), "float64")


def test_the_first_layer_that_fails_is_reported_with_its_worst_node() -> None:
    x, y = inputs(on=Bits), inputs(on=Bits)
    net = network([relu(relu(x) + 2**30), relu(x + 2**24), relu(y + 2**26), relu(y)])
    found = exactness(net, "float32")
    assert (found.layer, found.needed_bits, found.reason) == (1, 27, "layer 1 needs 27 bits, float32 has 24")


def test_an_exact_certificate_names_the_node_that_needs_most() -> None:
    x = inputs(on=Bits)
    found = exactness(network(relu(relu(x + 5) * 3)), "float32")
    assert (found.exact, found.layer, found.needed_bits, found.available_bits, found.reason) == (True, 2, 5, 24, "")


def test_domains_without_a_least_step_are_refused_unless_unused() -> None:
    for family in (Reals, NonNegative, Box(0, 1)):
        x, unused = inputs(on=Bits), inputs(on=family)
        assert not exactness(network(relu(x + unused)), "float64").exact
        assert exactness(network(relu(x), inputs=[x, unused]), "int8").exact
    assert exactness(network(relu(inputs(on=Box(3, 3)))), "int8").exact
    assert choose_dtype(network(inputs(on=Points(0, 1, Fraction(1, 3))))) == "fraction"


def test_steps_follow_sources_products_and_biases() -> None:
    x = inputs(on=Points(0, 12, 4))
    net = network([relu(3 * x), relu(x * Fraction(1, 8) + 1), relu(x + Fraction(1, 4)), relu(0 * x - 5)])
    steps = [analysis.analyse(net).of(j).sum.exponent for j in net.output.tolist()]
    assert steps == [2, -1, -2, 0]
    totals = [analysis.analyse(net).of(j).total for j in net.output.tolist()]
    assert totals == [9, 5, 49, 5]


def test_step_and_saturation_stop_the_growth() -> None:
    x = inputs(on=Words(20))
    assert not exactness(network(relu(x)), "int8").exact
    assert exactness(network(relu(step(x - 5) * 100)), "int32").exact
    bounded = network(saturated_linear(x * two(-3)) * 8)
    assert analysis.analyse(bounded).of(int(bounded.output[0])).value == analysis.Range(0, 0, 8)


def test_exclusive_ors_stay_bits_however_long_the_chain() -> None:
    bits = inputs(40, on=Bits)
    total = bits[0]
    for x in bits[1:]:
        total = relu(total + x) - 2 * relu(total + x - 1)
    assert exactness(network(relu(total)), "int8").needed_bits == 3


def test_absurd_numbers_are_refused_without_computing_them() -> None:
    x, y = inputs(on=values(0, two(-(10**5)))), inputs(on=values(0, two(10**5)))
    assert (
        exactness(network(x + y), "float64").reason
        == "input 0 has steps of 2^-100000, float64 has no normal number below 2^-1022"
    )
    faults = {fact.fault for fact in analysis.analyse(network(relu(x + y) + 1)).facts}
    assert faults == {"", "needs more than 4096 bits", None}
    grows = inputs(on=Words(8))
    for _ in range(900):
        grows = relu(grows * 2**8 + 1)
    assert exactness(network(grows), "float64").reason == "layer 6 needs 56 bits, float64 has 53"


def test_unknown_dtypes_are_a_usage_error() -> None:
    with pytest.raises(UsageError, match=r"^the dtype 'float8' is not known here: choose one of int8, int16, "):
        exactness(network(inputs(on=Bits)), "float8")


def test_fractions_are_always_exact() -> None:
    assert exactness(network(relu(inputs(on=Reals) * Fraction(1, 3))), "fraction").exact


def test_a_narrower_domain_admits_a_narrower_dtype() -> None:
    net = network(relu(inputs(2, on=Reals)[0] * 3))
    assert choose_dtype(net) == "fraction"
    assert choose_dtype(net, Words(4).of((2,))) == "int8"
    assert choose_dtype(net, Words(12).of((2,))) == "int16"


def test_constant_nodes_and_empty_networks_are_exact() -> None:
    assert exactness(network([inputs(on=Bits) * 0 + 127]), "int8").exact
    assert not exactness(network([inputs(on=Bits) * 0 + 128]), "int8").exact


def test_the_order_of_sources_does_not_matter() -> None:
    for order in permutations(range(3)):
        x = inputs(3, on=Bits)
        weights = (1, 2**24 - 3, 2)
        assert exactness(network(relu(sum(weights[i] * x[i] for i in order))), "float32").exact
