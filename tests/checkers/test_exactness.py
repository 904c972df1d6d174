"""Claims of exactness in a number format: certified where bounds are enough, unknown where something may round."""

from __future__ import annotations

from fractions import Fraction

import pytest

from proofcheck import Box, ConstructionError, Exact, Integers, Network, check, inputs, network, relu
from proofcheck.claims.evidence import Strength, Verdict


def larger(low: int = -(2**22), high: int = 2**22) -> Network:
    a, b = inputs(2, on=Integers(low, high))
    return network(b + relu(a - b))


def test_a_network_of_small_integers_is_certified_in_float32() -> None:
    evidence = check(larger(), Exact("float32"))
    assert evidence
    assert evidence.finding is not None
    assert (evidence.finding.strength, evidence.finding.method) == (Strength.CERTIFIED, "exactness")
    assert "rounds nowhere" in evidence.sentence


@pytest.mark.parametrize(
    ("net", "dtype", "reason"),
    [
        (larger(-(2**24), 2**24), "float32", "layer 1 needs 25 bits, float32 has 24"),
        (larger(), "int16", "input 0"),
        (network(relu(inputs(on=Box(0, 1)))), "float64", "takes a continuum of values"),
        (network(relu(inputs(on=Integers(0, 1)) * Fraction(1, 3))), "float64", "1/3"),
    ],
)
def test_what_may_round_is_unknown_with_the_place(net: Network, dtype: str, reason: str) -> None:
    evidence = check(net, Exact(dtype))
    assert not evidence
    assert evidence.finding is not None
    assert evidence.finding.verdict is Verdict.UNKNOWN
    assert reason in evidence.finding.reason


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(ConstructionError, match="the dtype 'float8' is not known here: choose one of int8"):
        check(larger(), Exact("float8"))
