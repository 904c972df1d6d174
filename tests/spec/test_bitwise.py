"""Terms read as gates: at every input they have the values that they have in rationals."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from proofcheck.circuits import Builder, simulate
from proofcheck.domains import Bits
from proofcheck.errors import Refusal
from proofcheck.spec import Term, all_of, any_of, bits_of, bitwise, flat, maximum, minimum, mod, variables, where, word
from proofcheck.spec.evaluation import evaluate
from proofcheck.spec.functions import square

COUNT = 5


def values(terms: list[Term], outputs: int = 0) -> list[tuple[Fraction, ...]]:
    """The values by gates at every input; the last `outputs` inputs are also what the terms read as outputs, plus 1/2 each."""
    builder = Builder()
    literals = builder.inputs("x", COUNT)
    found = [bitwise.form(builder, (Fraction(1, 2), ((Fraction(1), COUNT - 1 - i),)), literals) for i in range(outputs)]
    words = bitwise.words(builder, terms, literals, found)
    for k, word_ in enumerate(words):
        builder.outputs(f"y{k}", word_.bits)
    rows = simulate(builder.circuit(), np.arange(1 << COUNT)[:, None] >> np.arange(COUNT) & 1)
    result = []
    for row in rows.tolist():
        numbers, at = [], 0
        for word_ in words:
            bits = row[at : at + len(word_.bits)]
            at += len(bits)
            number = sum(b << i for i, b in enumerate(bits)) - (bits[-1] << len(bits))
            assert word_.low <= number <= word_.high
            numbers.append(Fraction(number, word_.denominator))
        result.append(tuple(numbers))
    return result


def truth(terms: list[Term]) -> list[tuple[Fraction, ...]]:
    return [evaluate(terms, [c >> i & 1 for i in range(COUNT)]) for c in range(1 << COUNT)]


TERMS: dict[str, Callable[[Any], Any]] = {
    "sums": lambda x: [word(x) + 3, word(x[:3]) - 2 * word(x[3:]), -word(x), 5, 0 * x[0], Fraction(-7, 3) * x[0] + 1],
    "max and min": lambda x: [maximum(word(x[:2]), word(x[2:]), 3), minimum(-word(x), x[0] - Fraction(5, 2), 0)],
    "abs and square": lambda x: [abs(word(x) - 11), square(word(x) - 20), square(Fraction(1, 3) * word(x) - 2)],
    "division": lambda x: [(word(x) - 13) // k for k in (1, 2, 3, 7, 8)] + [mod(word(x) - 13, k) for k in (1, 2, 3, 7, 8)],
    "division of fractions": lambda x: [(Fraction(3, 4) * word(x) - 5) // 2, mod(Fraction(2, 3) * word(x) - 5, 3)],
    "comparisons": lambda x: [word(x) <= 7, word(x[:3]) < word(x[3:]), word(x) == 17, x[0] == x[1], Fraction(1, 2) * x[0] < x[1]],
    "connectives": lambda x: [all_of(x), any_of(x), ~x[0], x[0] ^ x[1] ^ x[2], (word(x) < 9) & (x[0] | ~x[1])],
    "where": lambda x: [where(x[0], word(x), -1), where(word(x) < 8, x[1], x[2]), where(x[3], Fraction(1, 3), word(x))],
    "digits": lambda x: bits_of(3 * word(x) + 1, 7),
}


@pytest.mark.parametrize("name", TERMS)
def test_gates_have_the_values_of_the_terms(name: str) -> None:
    (x,) = variables(Bits.of((COUNT,)), [(COUNT,)])
    terms = flat(TERMS[name](list(x)))
    assert values(terms) == truth(terms)


@st.composite
def numbers(draw: st.DrawFn, x: list[Term], depth: int) -> Term:
    if depth == 0:
        return draw(st.sampled_from(x)) * draw(st.integers(-3, 3)) + draw(st.integers(-2, 2))
    a, b = draw(numbers(x, depth - 1)), draw(numbers(x, draw(st.integers(0, depth - 1))))
    kind = draw(st.integers(0, 7))
    half = Fraction(1, 2)
    return [
        lambda: a + half * b,
        lambda: maximum(a, b),
        lambda: minimum(a, b, 1),
        lambda: abs(a - b),
        lambda: a // draw(st.integers(1, 5)),
        lambda: mod(a, draw(st.integers(1, 5))),
        lambda: where(a <= b, b, half * a),
        lambda: where((a == b) ^ (a < 0), a, 1),
    ][kind]()


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_gates_have_the_values_of_terms_of_any_kind(data: st.DataObject) -> None:
    (x,) = variables(Bits.of((COUNT,)), [(COUNT,)])
    terms = [data.draw(numbers(list(x), 3))]
    assert values(terms) == truth(terms)


def test_words_that_are_too_wide_and_outputs_that_are_not_there_are_refused() -> None:
    (x,) = variables(Bits.of((COUNT,)), [(COUNT,)])
    with pytest.raises(Refusal, match="the terms need words of 130 bits, at most 128 are read as gates"):
        values([2**128 * x[0]])
    builder = Builder()
    with pytest.raises(Refusal, match="reads input 4, only 2 inputs are given"):
        bitwise.words(builder, [x[4]], builder.inputs("x", 2))
