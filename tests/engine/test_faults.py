"""The certificate refuses every case in which naive arithmetic is wrong, and no part of it can be left out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import pytest
import torch

from proofcheck.domains import Bits, Integers, Points
from proofcheck.engine import certificate, exactness
from proofcheck.engine import ranges as analysis
from proofcheck.engine.formats import FORMATS, Format
from proofcheck.engine.tables import Tables
from proofcheck.networks import RELU, Activation, Network, inputs, leaky_relu, network, relu

Naive = Callable[[Network, torch.dtype, list[tuple[Fraction | int, ...]]], list[list[tuple[Fraction | None, ...]]]]


def two(e: int) -> Fraction:
    return Fraction(2) ** e


def values(*numbers: Fraction | int) -> Points:
    """The family of two or one given values."""
    low, high = min(numbers), max(numbers)
    return Points(low, high, high - low if high > low else 1)


def increment() -> Network:
    return network(inputs(on=Bits) + 2**24)


def cancelling_bump() -> Network:
    x = inputs(on=Bits)
    return network(relu(x + 2**24) - relu(x) - 2**24)


def large_intermediate() -> Network:
    a, b = inputs(2, on=Integers(1, 2**24))
    c = inputs(on=Bits)
    return network(a + c - b)


def products(terms: int, weight: int) -> Network:
    return network(sum(weight * x for x in inputs(terms, on=values(0, weight))))


def forgotten_half() -> Network:
    return network(inputs(on=Integers(0, 2**24)) + Fraction(1, 2))


@dataclass(frozen=True)
class Fault:
    """A network that `dtype` evaluates wrongly at `x` in some order of summation, and the sentence that refuses it."""

    name: str
    network: Network
    dtype: str
    x: tuple[Fraction | int, ...]
    reason: str
    flush: bool = False


def faults() -> Iterator[Fault]:
    yield Fault("2^24 + 1", increment(), "float32", (1,), "an affine node of the inputs needs 25 bits, float32 has 24")
    yield Fault("a neuron", network(relu(inputs(on=Bits) + 2**24)), "float32", (1,), "layer 1 needs 25 bits, float32 has 24")
    yield Fault("cancelled 2^24", cancelling_bump(), "float32", (1,), "layer 1 needs 25 bits, float32 has 24")
    yield Fault(
        *("an intermediate sum larger than any value", large_intermediate(), "float32", (2**24, 1, 1)),
        "an affine node of the inputs needs 26 bits, float32 has 24",
    )
    yield Fault(
        *("sixteen products 64 * 64", products(16, 64), "float16", (64,) * 16),
        "an affine node of the inputs can reach 65536, float16 ends at 65504",
    )
    tiny = network(two(-80) * inputs(on=values(0, two(-80))))
    yield Fault(
        *("2^-80 * 2^-80", tiny, "float32", (two(-80),)),
        "an affine node of the inputs has steps of 2^-160, float32 has no normal number below 2^-126",
    )
    flushed = network(two(-30) * inputs(on=values(0, two(-100))))
    yield Fault(
        *("a subnormal product where devices flush", flushed, "float32", (two(-100),)),
        "an affine node of the inputs has steps of 2^-130, float32 has no normal number below 2^-126",
        flush=True,
    )
    scaled_up = network(two(-160) * inputs(on=values(0, two(100))))
    yield Fault(
        *("a weight below all numbers", scaled_up, "float32", (two(100),)),
        f"an affine node of the inputs has the weight {str(two(-160))[:36]} ..., which float32 does not store",
    )
    yield Fault(
        *("a weight above all numbers", network(70000 * inputs(on=values(0))), "float16", (0,)),
        "an affine node of the inputs has the weight 70000, which float16 does not store",
    )
    hundreds = [relu(sum(inputs(2, on=values(0, 100))))]
    yield Fault("100 + 100", network(hundreds), "int8", (100, 100), "layer 1 needs 8 bits, int8 has 7")
    twice = [relu(relu(sum(inputs(2, on=values(0, 60)))) + 10)]
    yield Fault("60 + 60 + 10", network(twice), "int8", (60, 60), "layer 2 needs 8 bits, int8 has 7")
    yield Fault(
        "2049", network(inputs(on=Bits) + 2048), "float16", (1,), "an affine node of the inputs needs 12 bits, float16 has 11"
    )
    yield Fault(
        "257", network(inputs(on=Bits) + 256), "bfloat16", (1,), "an affine node of the inputs needs 9 bits, bfloat16 has 8"
    )
    beyond = network(sum(inputs(2, on=values(0, 32768))))
    yield Fault(
        *("65536 from powers of two", beyond, "float16", (32768, 32768)),
        "an affine node of the inputs can reach 65536, float16 ends at 65504",
    )
    rounded_up = network(inputs(on=values(0, 65504)) + 16)
    yield Fault("65520", rounded_up, "float16", (65504,), "an affine node of the inputs needs 12 bits, float16 has 11")
    third = network(inputs(on=Bits) * Fraction(1, 3))
    yield Fault(
        "a third", third, "float64", (1,), "an affine node of the inputs has the weight 1/3, which no binary format stores"
    )
    yield Fault(
        "a step from the bias",
        forgotten_half(),
        "float32",
        (2**24,),
        "an affine node of the inputs needs 26 bits, float32 has 24",
    )
    slope = network(leaky_relu(inputs(on=Integers(-(2**24) + 1, 0)), 3))
    yield Fault("the slope's product", slope, "float32", (-(2**24) + 1,), "layer 1 needs 26 bits, float32 has 24")
    odd = network(inputs(on=values(2**24 + 1)))
    yield Fault("an input that is not stored", odd, "float32", (2**24 + 1,), "input 0 needs 25 bits, float32 has 24")
    half = network(inputs(on=Bits) * Fraction(1, 2))
    yield Fault(
        "halves in integers", half, "int32", (1,), "an affine node of the inputs has the weight 1/2, which int32 does not store"
    )
    grid = network(inputs(on=Points(0, 1, Fraction(1, 2))))
    yield Fault(
        "a grid of halves in integers", grid, "int32", (Fraction(1, 2),), "input 0 has steps of 2^-1, int32 only stores integers"
    )


FAULTS = list(faults())


@pytest.mark.parametrize("fault", FAULTS, ids=lambda f: f.name)
def test_what_naive_arithmetic_gets_wrong_is_refused_by_name(fault: Fault, naive: Naive) -> None:
    truth = fault.network(*fault.x)
    assert fault.network.domain.contains(fault.x)
    flushes = torch.set_flush_denormal(True) if fault.flush else True
    try:
        wrong = naive(fault.network, getattr(torch, fault.dtype), [fault.x])
    finally:
        torch.set_flush_denormal(False)
    if flushes:
        assert any(rows != [truth] for rows in wrong)
    found = exactness(fault.network, fault.dtype)
    assert not found.exact
    assert found.reason == fault.reason


def true_sum(bias: tuple[int, int], terms: Any) -> tuple[analysis.Range, int]:
    return TRUE["_sum_range"](bias, terms)


def without_bias(bias: tuple[int, int], terms: Any) -> tuple[analysis.Range, int]:
    return true_sum((0, 0), terms)


def values_instead_of_partial_sums(bias: tuple[int, int], terms: Any) -> tuple[analysis.Range, int]:
    found, _ = true_sum(bias, terms)
    return found, found.magnitude


def without_weights(bias: tuple[int, int], terms: Any) -> tuple[analysis.Range, int]:
    return true_sum(bias, [((1, 0), value) for _, value in terms])


def with_the_largest_step(bias: tuple[int, int], terms: Any) -> tuple[analysis.Range, int]:
    found, total = true_sum(bias, terms)
    shift = max([e + value.exponent for (_, e), value in terms if value.magnitude] + [bias[1]]) - found.exponent
    return analysis.Range(found.exponent + shift, found.low >> shift, found.high >> shift), total >> shift


def without_slope(activation: Activation, value: analysis.Range) -> analysis.Range:
    return TRUE["_activated"](activation if activation.kind != "leaky_relu" else RELU, value)


def without_inputs(fact: analysis.Fact, form: Format) -> str:
    return "" if fact.is_input else TRUE_COMPLAINT(fact, form)


def losing_the_largest(self: Tables, *node: Any) -> Any:
    found = TRUE_ADD(self, *node)
    return found and found[: max(1, len(found) - 1)]


TRUE = {name: getattr(analysis, name) for name in ("_sum_range", "_activated")}
TRUE_ADD, TRUE_COMPLAINT = Tables.add, certificate._complaint
WEAKENED: dict[str, Callable[[pytest.MonkeyPatch], None]] = {
    "the bias is forgotten": lambda m: m.setattr(analysis, "_sum_range", without_bias),
    "values are bounded, not partial sums": lambda m: m.setattr(analysis, "_sum_range", values_instead_of_partial_sums),
    "products are forgotten": lambda m: m.setattr(analysis, "_sum_range", without_weights),
    "the largest step is taken": lambda m: m.setattr(analysis, "_sum_range", with_the_largest_step),
    "the slope is forgotten": lambda m: m.setattr(analysis, "_activated", without_slope),
    "inputs are not checked": lambda m: m.setattr(certificate, "_complaint", without_inputs),
    "a table loses a value": lambda m: m.setattr(Tables, "add", losing_the_largest),
    "constants are not checked": lambda m: m.setattr(Format, "stores", lambda form, value: True),
    "the least number is forgotten": lambda m: change_formats(m, least_exponent=-2000),
    "the largest number is forgotten": lambda m: change_formats(m, largest=1 << 2000),
    "one bit too many": lambda m: [m.setitem(FORMATS, k, replace(f, bits=f.bits + 1)) for k, f in FORMATS.items()] and None,
}


def change_formats(patch: pytest.MonkeyPatch, **fields: int) -> None:
    for name, form in FORMATS.items():
        patch.setitem(FORMATS, name, replace(form, **fields))


@pytest.mark.parametrize("fault", WEAKENED)
def test_a_weakened_certificate_accepts_something_wrong(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each part of the certificate is needed: without it some case of the table above would pass."""
    analysis._analyse.cache_clear()
    WEAKENED[fault](monkeypatch)
    accepted = [case.name for case in FAULTS if exactness(case.network, case.dtype).exact]
    analysis._analyse.cache_clear()
    assert accepted
