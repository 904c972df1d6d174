"""Laws: what is certified agrees bit for bit with rationals, in every order; the analysis never claims too much."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from proofcheck.domains import Domain, Grid
from proofcheck.engine import evaluate_batch, exactness, module
from proofcheck.engine.certificate import choose_dtype
from proofcheck.engine.formats import FORMATS
from proofcheck.engine.ranges import analyse
from proofcheck.engine.scaled import evaluate_scaled
from proofcheck.engine.shape import shape_of
from proofcheck.networks import RATIONALS, Activation, Network, Port, evaluate
from proofcheck.networks.interpret import interpret_nodes

Naive = Callable[..., list[list[tuple[Fraction | None, ...]]]]
NUMBERS = [1, 1, 1, -1, -1, 2, -2, 3, -5, 7, 64, 100, 127, 255, 2047, 2**23 - 1, 2**24, 2**30, Fraction(1, 2), Fraction(-3, 4)]
NUMBERS += [Fraction(1, 2**20), Fraction(5, 2**9), Fraction(2) ** -80, Fraction(2) ** 60]
ACTIVATIONS = (
    *(Activation("identity"), Activation("leaky_relu", Fraction(-3)), Activation("leaky_relu", Fraction(1, 2))),
    *(Activation("relu"), Activation("saturated_linear"), Activation("step")),
)


@st.composite
def grids(draw: st.DrawFn, steps: list[Any]) -> Grid:
    step = abs(Fraction(draw(st.sampled_from(steps))))
    low = draw(st.integers(-3, 3)) * step + draw(st.sampled_from([0, 0, step / 4, -3 * step / 2]))
    return Grid(low, step, draw(st.integers(1, 3)))


@st.composite
def networks(draw: st.DrawFn, extra: tuple[Fraction, ...] = ()) -> Network:
    """Small networks over grids; `extra` are further weights."""
    small = draw(st.booleans())
    numbers = [*(NUMBERS[:8] if small else NUMBERS), *extra]
    inputs, count = draw(st.integers(1, 3)), draw(st.integers(1, 7))
    values = tuple(sorted({Fraction(0), *map(Fraction, numbers)}))
    index = {value: i for i, value in enumerate(values)}
    number = st.sampled_from(numbers).map(lambda v: index[Fraction(v)])
    start, source, weight, bias, kinds = [0], [], [], [], []
    for i in range(count):
        read = draw(st.lists(st.integers(0, inputs + i - 1), max_size=4, unique=True))
        source += read
        weight += [draw(number) for _ in read]
        start.append(len(source))
        bias.append(draw(st.one_of(st.just(index[Fraction(0)]), number)))
        kinds.append(draw(st.sampled_from([0, 3, 3, 1, 2, 4, 5])))
    output = draw(st.lists(st.integers(0, inputs + count - 1), min_size=1, max_size=3))
    domain = Domain(tuple(draw(grids(numbers[:10] if small else numbers)) for _ in range(inputs)))
    arrays = (np.array(a, np.int64) for a in (kinds, bias, start, source, weight, output))
    return Network((Port("x", (inputs,)),), (Port("y", (len(output),)),), domain, values, ACTIVATIONS, *arrays)


def points(net: Network) -> tuple[np.ndarray[Any, Any], int, list[tuple[Fraction, ...]]]:
    count = net.domain.cardinality()
    return *net.domain.unrank_scaled(0, count), [net.domain.unrank(r) for r in range(count)]


def shuffled(net: Network, rng: np.random.Generator) -> Network:
    """The same function with the sources of every node in another order."""
    source, weight = net.source.copy(), net.weight.copy()
    for a, b in zip(net.start[:-1], net.start[1:], strict=True):
        order = a + rng.permutation(b - a)
        source[a:b], weight[a:b] = net.source[order], net.weight[order]
    return replace(net, source=source, weight=weight)


@settings(max_examples=120, deadline=None)
@given(networks(), st.integers(0, 2**32 - 1))
def test_every_certified_dtype_gives_the_rationals_bit_for_bit(net: Network, seed: int) -> None:
    _, _, rows = points(net)
    truth = [evaluate(net, row) for row in rows]
    assert exactness(net, "fraction").exact
    rng = np.random.default_rng(seed)
    for name in FORMATS:
        if exactness(net, name).exact:
            same = shuffled(net, rng)
            for version in (net, same):
                built = module(version, name)
                x = torch.tensor([[float(v) for v in row] for row in rows], dtype=torch.float64)
                found = built(x)
                assert found.dtype == getattr(torch, name)
                assert [tuple(map(Fraction, row)) for row in found.tolist()] == truth


@settings(max_examples=40, deadline=None)
@given(networks())
def test_naive_arithmetic_in_a_certified_dtype_is_right_in_every_order(naive: Naive, net: Network) -> None:
    rows = points(net)[2]
    truth = [evaluate(net, row) for row in rows]
    for name in FORMATS:
        if exactness(net, name).exact:
            assert all(found == truth for found in naive(net, getattr(torch, name), rows)), name


@settings(max_examples=150, deadline=None)
@given(networks(extra=(Fraction(1, 3),)))
def test_ranges_hold_every_value_and_every_partial_sum(net: Network) -> None:
    analysis, live = analyse(net), shape_of(net).live
    terms_of = {node: (bias, terms) for node, _, bias, terms in net.nodes()}
    for row in points(net)[2]:
        node = interpret_nodes(net, [Fraction(v) for v in row], RATIONALS)
        for j in np.flatnonzero(live).tolist():
            fact = analysis.of(j)
            if fact.fault == "":
                units = Fraction(node[j]) / Fraction(2) ** fact.value.exponent
                assert units.denominator == 1
                assert fact.value.low <= units <= fact.value.high
                bias, terms = terms_of.get(j, (Fraction(0), ()))
                parts = [abs(w * node[s]) for s, w in terms] + [abs(bias)]
                assert sum(parts) <= fact.total * Fraction(2) ** fact.sum.exponent
                assert all((Fraction(part) / Fraction(2) ** fact.sum.exponent).denominator == 1 for part in parts)


@settings(max_examples=100, deadline=None)
@given(networks(extra=(Fraction(1, 3), Fraction(-7, 5))), st.booleans(), st.integers(1, 6))
def test_batches_are_exact_whatever_the_numbers(net: Network, through_torch: bool, factor: int) -> None:
    numerators, denominator, rows = points(net)
    truth = [evaluate(net, row) for row in rows]
    numerators, denominator = numerators.astype(object) * factor, denominator * factor
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("proofcheck.engine.batch.SMALL", 0 if through_torch else 1 << 40)
        found, below = evaluate_batch(net, numerators, denominator)
    assert [tuple(Fraction(int(v), below) for v in row) for row in found] == truth
    found, below = evaluate_scaled(net, numerators.astype(object), denominator)
    assert [tuple(Fraction(int(v), below) for v in row) for row in found] == truth


@settings(max_examples=60, deadline=None)
@given(networks(), st.integers(-40, 40), st.integers(1, 9))
def test_batches_outside_the_certified_domain_are_exact_too(net: Network, shift: int, denominator: int) -> None:
    numerators = points(net)[0] + shift
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("proofcheck.engine.batch.SMALL", 0)
        found, below = evaluate_batch(net, numerators, denominator)
    truth = [evaluate(net, [Fraction(int(v), denominator) for v in row]) for row in numerators]
    assert [tuple(Fraction(int(v), below) for v in row) for row in found] == truth


def test_the_laws_see_certified_networks_of_every_dtype() -> None:
    """Otherwise the laws above would hold of nothing."""
    seen: set[str] = set()

    @settings(max_examples=150, deadline=None, database=None, derandomize=True)
    @given(networks())
    def collect(net: Network) -> None:
        seen.update(name for name in FORMATS if exactness(net, name).exact)
        seen.add("automatic " + choose_dtype(net))

    collect()
    assert seen >= {*FORMATS, "automatic int8", "automatic float32", "automatic float64", "automatic fraction"}
