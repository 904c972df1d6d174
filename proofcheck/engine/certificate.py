"""The certificate that a network is evaluated exactly in a number format, in any order of summation, fused or not.

For every node the analysis bounds P = |bias| + sum of |weight| * max |source|, in units of the least power-of-two step
of the terms. When P fits the significand, the step is a normal number, P is at most the largest finite value and every
constant is stored exactly, then every product, every partial sum in any order and every stored value is a number of
the format, so that no operation rounds. The argument is that of error-free transformations (Higham, Accuracy and
Stability of Numerical Algorithms, 2002, chapter 2): an operation whose exact result is a number of the format returns it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from proofcheck.domains import Domain
from proofcheck.engine.formats import FASTEST_FIRST, FORMATS, FRACTION, Format, name_of
from proofcheck.engine.ranges import Analysis, Fact, analyse, short
from proofcheck.errors import Refusal
from proofcheck.networks.network import Network


@dataclass(frozen=True)
class Exactness:
    """Whether `dtype` evaluates a network exactly on a domain, and what decides it.

    exact: the answer. node, layer: the first node that fails, or where exact the one that needs most bits; -1 when
    there is none. needed_bits, available_bits: of the significand (for integers: of the magnitude) at that node;
    needed_bits is -1 when the node has no range. reason: why it fails, in words; "" when exact.
    """

    dtype: str
    exact: bool
    layer: int
    node: int
    needed_bits: int
    available_bits: int
    reason: str


def exactness(network: Network, dtype: Any, domain: Domain | None = None) -> Exactness:
    """The certificate of `network` in `dtype` ("float32", torch.float32, "int8", "fraction", ...).

    Holds for all inputs in `domain`, by default the network's own. Raises UsageError for an unknown dtype.
    """
    name = name_of(dtype)
    if name == FRACTION:
        return Exactness(name, True, -1, -1, -1, -1, "")
    return _judge(analyse(network, domain), FORMATS[name])


def require_exact(network: Network, dtype: Any, domain: Domain | None = None) -> Exactness:
    """`exactness`, but raises Refusal, with what to use instead, when the evaluation may round."""
    found = exactness(network, dtype, domain)
    if not found.exact:
        fastest = choose_dtype(network, domain)
        advice = f"use {fastest}" if fastest != FRACTION else "no dtype of torch is exact here, evaluate it in fractions"
        raise Refusal(f"{found.reason}: {advice}")
    return found


def choose_dtype(network: Network, domain: Domain | None = None) -> str:
    """The fastest dtype that is certified exact on `domain`; "fraction" when none of torch's is."""
    analysis = analyse(network, domain)
    return next((name for name in FASTEST_FIRST if _judge(analysis, FORMATS[name]).exact), FRACTION)


def _judge(analysis: Analysis, form: Format) -> Exactness:
    complaints = [(fact, reason) for fact in analysis.facts if fact.fault is not None and (reason := _complaint(fact, form))]
    if complaints:
        fact, reason = min(complaints, key=lambda c: (c[0].layer, c[0].is_affine, -_needed(c[0], form), c[0].node))
    elif analysis.facts:
        fact, reason = max(analysis.facts, key=lambda f: (_needed(f, form), -f.node)), ""
    else:
        return Exactness(form.name, True, -1, -1, -1, form.bits, "")
    return Exactness(form.name, not complaints, fact.layer, fact.node, _needed(fact, form), form.bits, reason)


def _complaint(fact: Fact, form: Format) -> str:
    """Why the nodes that `fact` describes may round in the format; "" when they cannot."""
    place = f"input {fact.node}" if fact.is_input else f"layer {fact.layer}" if not fact.is_affine else _affine(fact.layer)
    if fact.fault:
        return f"{place} {fact.fault}"
    if _needed(fact, form) > form.bits:
        return f"{place} needs {_needed(fact, form)} bits, {form.name} has {form.bits}"
    for what, constant in fact.constants():
        if not form.stores(constant):
            return f"{place} has the {what} {short(constant)}, which {form.name} does not store"
    for total, step in _magnitudes(fact):
        if total and step < form.least_exponent:
            least = "only stores integers" if form.integer else f"has no normal number below 2^{form.least_exponent}"
            return f"{place} has steps of 2^{step}, {form.name} {least}"
    for total, step in _magnitudes(fact):
        if total.bit_length() + step > form.largest.bit_length() or total * Fraction(2) ** step > form.largest:
            return f"{place} can reach {_size(total, step)}, {form.name} ends at {_size(form.largest, 0)}"
    return ""


def _magnitudes(fact: Fact) -> Iterator[tuple[int, int]]:
    """(largest magnitude in steps, exponent of the step): of all partial sums, then of the stored value."""
    yield fact.total, fact.sum.exponent
    yield fact.value.magnitude, fact.value.exponent


def _needed(fact: Fact, form: Format) -> int:
    """The bits that the nodes of `fact` need: the least b with P <= 2^b steps, for integers with P < 2^b."""
    if fact.fault != "":
        return -1
    if form.integer:
        return max(_integer_bits(total, step) for total, step in _magnitudes(fact))
    return max((total - 1).bit_length() if total else 0 for total, _ in _magnitudes(fact))


def _integer_bits(total: int, step: int) -> int:
    return total.bit_length() + step if step >= 0 and total else total.bit_length()


def _affine(layer: int) -> str:
    return f"an affine node after layer {layer}" if layer else "an affine node of the inputs"


def _size(total: int, step: int) -> str:
    """A magnitude for people: all digits of a short number, else a power of two that it reaches."""
    bits = total.bit_length() + step
    return str(total * Fraction(2) ** step) if bits <= 32 else f"2^{bits - 1}"
