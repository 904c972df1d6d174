"""Exhaustion: every input once, the first failing one as the witness, and nothing in between."""

from __future__ import annotations

import sys
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from checker_tasks import BUDGET, computes, computes_circuit, computes_reference, ripple, satisfies, tournament, xor_chain

from proofcheck.checkers import exhaustive, exhaustive_certificate
from proofcheck.checkers.exhaustive import covers
from proofcheck.circuits import emulate, less_than, multiplier
from proofcheck.claims.evidence import Strength, Verdict
from proofcheck.domains import Bits, Constraint, Domain, Graphs, Integers, Permutations, Points, Reals
from proofcheck.domains.sets import BIT
from proofcheck.engine.device.bits import DeviceBits
from proofcheck.engine.device.programs import DeviceFault
from proofcheck.engine.native import kernels
from proofcheck.errors import ConstructionError
from proofcheck.networks import inputs, network, relu
from proofcheck.spec import all_of, bits_of, maximum, mod, where, word

MODULE = sys.modules[exhaustive.__module__]

TRUE = {
    "permutations": lambda: computes(tournament(4, on=Permutations), lambda x: maximum(*x)),
    "graphs": lambda: computes(network([relu(v) for v in inputs(3, 3, on=Graphs)[0]]), lambda x: list(x[0])),
    "a grid of thirds": lambda: computes(network(relu(inputs(on=Points(-1, 1, Fraction(1, 3))))), lambda x: maximum(x, 0)),
    "large numbers": lambda: computes(network(2**70 * relu(inputs(on=Integers(-3, 3)))), lambda x: 2**70 * maximum(x, 0)),
    "property": lambda: satisfies(tournament(3, on=Integers(0, 3)), lambda x, y: all_of(y[0] >= a for a in x)),
    "words": lambda: computes(ripple(3), lambda x, y: bits_of(word(x) + word(y), 3)),
    "circuit": lambda: computes_circuit(emulate(multiplier(3)), multiplier(3)),
    "reference": lambda: computes_reference(tournament(3, on=Integers(-1, 1)), lambda x: (max(x),)),
}


@pytest.mark.parametrize("name", TRUE)
def test_true_claims_are_established_on_exactly_the_cardinality(name: str):
    task = TRUE[name]()
    finding = exhaustive(task, BUDGET)
    assert (finding.verdict, finding.strength) == (Verdict.HOLDS, Strength.ESTABLISHED), finding.reason
    assert task.statement.domain is not None
    assert finding.checked == task.statement.domain.cardinality()
    assert ("the construction's reference function" in finding.trust) == (name == "reference")


def test_the_witness_is_the_first_failing_rank():
    task = computes(xor_chain(8), lambda x: where(x[7] & x[6] & ~x[0], 0, mod(sum(x), 2)))
    finding = exhaustive(task, BUDGET)
    assert finding.verdict is Verdict.REFUTED
    assert finding.witness is not None
    assert task.statement.domain is not None
    ranks = [r for r in range(256) if r >> 6 == 3 and not r & 1 and bin(r).count("1") % 2]
    assert task.statement.domain.rank(finding.witness.inputs) == min(ranks)
    assert (finding.witness.found, finding.witness.expected) == ((1,), (0,))


def test_a_domain_that_is_too_large_infinite_or_empty_is_not_enumerated():
    many = computes(tournament(2, on=Integers(1, 2**21)), lambda x: maximum(*x))
    assert exhaustive(many, BUDGET).reason == (
        "4398046511104 inputs are too many to try: the limit is 2^40, since they are not compared in bits: "
        "the inputs are not all of {0,1}^n"
    )
    assert exhaustive(computes(ripple(25), lambda x, y: bits_of(word(x) + word(y), 25)), BUDGET).reason == (
        "1125899906842624 inputs are too many to try: the limit is 2^40, since they are not compared in bits: "
        "there are more than 2^48 inputs"
    )
    assert exhaustive(computes(tournament(2, on=Reals), lambda x: maximum(*x)), BUDGET).verdict is Verdict.UNKNOWN
    nothing = Domain((BIT, BIT), (Constraint(((0, Fraction(1)), (1, Fraction(1))), "==", Fraction(3)),))
    with pytest.raises(ConstructionError, match="which is empty: it would say nothing"):
        exhaustive(computes(network(list(inputs(2, on=Bits))), lambda x: list(x), on=nothing), BUDGET)


def test_inputs_that_are_bits_are_compared_64_to_a_word_and_the_witness_is_the_first_rank():
    task = computes(ripple(13), lambda x, y: bits_of(word(x) + word(y), 13))
    finding = exhaustive(task, BUDGET)
    assert (finding.verdict, finding.strength, finding.checked) == (Verdict.HOLDS, Strength.ESTABLISHED, 2**26)
    how = "by a compiled kernel" if kernels() is not None else "by numpy"
    assert finding.trust == (f"the evaluation in bits {how}",)
    rare = {(5000, 8190), (4999, 8191)}
    task = computes(
        ripple(13),
        lambda x, y: bits_of(word(x) + word(y) + sum(where((word(x) == a) & (word(y) == b), 1, 0) for a, b in rare), 13),
    )
    finding = exhaustive(task, BUDGET)
    assert finding.verdict is Verdict.REFUTED
    assert finding.checked == 5000 + (8190 << 13) + 1
    assert finding.witness is not None
    assert task.statement.domain is not None
    assert task.statement.domain.rank(finding.witness.inputs) == 5000 + (8190 << 13)


@pytest.mark.skipif(kernels() is None, reason="the processor in place of a GPU needs a C compiler")
def test_a_device_is_named_in_the_evidence_and_one_that_fails_on_the_way_settles_nothing(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PROOFCHECK_DEVICE", "twin")
    task = computes(ripple(9), lambda x, y: bits_of(word(x) + word(y), 9))
    finding = exhaustive(task, BUDGET)
    assert (finding.verdict, finding.strength, finding.checked) == (Verdict.HOLDS, Strength.ESTABLISHED, 2**18)
    assert finding.trust == ("the evaluation in bits by a kernel on a processor in place of a GPU",)
    wrong = computes(ripple(9), lambda x, y: bits_of(word(x) + word(y) + where((word(x) == 77) & (word(y) == 300), 1, 0), 9))
    assert exhaustive(wrong, BUDGET).checked == 77 + (300 << 9) + 1

    def fails(*given: object) -> None:
        raise DeviceFault("the GPU failed: it is gone")

    monkeypatch.setattr(DeviceBits, "first", fails)
    finding = exhaustive(task, BUDGET)
    assert (finding.verdict, finding.reason) == (Verdict.UNKNOWN, "the GPU failed: it is gone")
    monkeypatch.setenv("PROOFCHECK_DEVICE", "abacus")
    trust = "the evaluation in bits by a compiled kernel (not on the device abacus: kernels are made for cuda, not for 'abacus')"
    assert exhaustive(task, BUDGET).trust == (trust,)


@pytest.mark.parametrize("name", [*TRUE, "sum of bits as a number"])
def test_the_comparison_in_bits_agrees_with_the_one_input_by_input(name: str, monkeypatch: pytest.MonkeyPatch):
    """Also on small domains, where it is not worth its while, and whatever it refuses."""
    monkeypatch.setattr(MODULE, "WORTH_BITS", 0)
    numbers = lambda: computes(network(sum(inputs(7, on=Bits))), lambda x: sum(x))  # noqa: E731
    task = (TRUE | {"sum of bits as a number": numbers})[name]()
    finding = exhaustive(task, BUDGET)
    assert task.statement.domain is not None
    assert (finding.verdict, finding.checked) == (Verdict.HOLDS, task.statement.domain.cardinality()), finding.reason


def test_when_the_time_is_up_the_rest_is_unknown(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(MODULE, "LARGEST_CHUNK", 64)
    finding = exhaustive(TRUE["words"](), replace(BUDGET, seconds=0))
    assert (finding.verdict, finding.reason) == (Verdict.HOLDS, "")
    finding = exhaustive(computes(ripple(4), lambda x, y: bits_of(word(x) + word(y), 4)), replace(BUDGET, seconds=0))
    assert (finding.verdict, finding.reason) == (Verdict.UNKNOWN, "64 of 256 inputs were tried in 0 s")


def test_a_batched_evaluation_that_disagrees_with_the_rationals_settles_nothing(monkeypatch: pytest.MonkeyPatch):
    task = TRUE["words"]()
    monkeypatch.setattr(MODULE, "failures", lambda *given: np.array([5]))
    assert exhaustive(task, BUDGET).reason == "the batched evaluation fails at an input at which the rationals do not"
    monkeypatch.setattr(MODULE, "failures", lambda *given: np.array([], int))
    wrong = computes(ripple(3), lambda x, y: bits_of(word(x) + word(y) + 1, 3))
    assert exhaustive(wrong, BUDGET).verdict is Verdict.REFUTED


@pytest.mark.parametrize(
    ("receipts", "whole"),
    [
        ([(0, 4), (4, 10)], True),
        ([(4, 10), (0, 4)], True),
        ([(0, 10)], True),
        ([(0, 4), (5, 10)], False),
        ([(0, 4), (3, 10)], False),
        ([(0, 4), (0, 4), (4, 10)], False),
        ([(0, 4), (4, 9)], False),
        ([(0, 4), (4, 4), (4, 10)], False),
        ([(1, 10)], False),
        ([], False),
    ],
)
def test_receipts_are_disjoint_and_cover_everything(receipts: list[tuple[int, int]], whole: bool):
    assert covers(receipts, 10) is whole
    assert not covers([], 0)


def test_small_domains_are_certified_by_the_kernel():
    for name in ("permutations", "a grid of thirds", "large numbers", "property", "words"):
        finding = exhaustive_certificate(TRUE[name](), BUDGET)
        assert (finding.verdict, finding.strength, finding.method) == (Verdict.HOLDS, Strength.CERTIFIED, "exhaustive"), (
            finding.reason
        )


def test_the_kernel_does_not_certify_what_is_false_or_not_terms():
    false = exhaustive_certificate(computes(ripple(2), lambda x, y: bits_of(word(x), 2)), BUDGET)
    assert (false.verdict, false.certificate) == (Verdict.UNKNOWN, None)
    assert false.reason.startswith("at x = (")
    assert exhaustive_certificate(TRUE["reference"](), BUDGET).reason == "the kernel enumerates inputs only against terms"
    assert exhaustive_certificate(computes_circuit(emulate(less_than(2)), less_than(2)), BUDGET).verdict is Verdict.UNKNOWN
