"""Comparisons of exact reals are settled by enclosure and algebra, or left open with the reason; never by floats."""

from __future__ import annotations

import json
from contextlib import suppress
from fractions import Fraction

import pytest

from proofcheck.checkers.limits.enclosure import check_enclosure
from proofcheck.claims.evidence import Strength, Verdict
from proofcheck.errors import InputError, UsageError
from proofcheck.spec.reals import Comparison, acos, exp, log, pi, real, sqrt
from proofcheck.spec.reals_enclosure import enclose
from proofcheck.spec.reals_statement import EnclosureStatement, real_statement_of

F = Fraction


def stated(*comparisons: Comparison, assumptions: tuple[str, ...] = ()) -> EnclosureStatement:
    return EnclosureStatement("numbers", comparisons, tuple(f"case {i}" for i in range(len(comparisons))), assumptions)


TRUE = {
    "pi < 22/7": pi < F(22, 7),
    "e^pi > pi^e": exp(pi) > exp(exp(1) * log(pi)),
    "Ramanujan's constant is no integer": exp(pi * sqrt(163)) < 262537412640768744,
    "but close to one": exp(pi * sqrt(163)) > 262537412640768744 - F(1, 10**12),
    "sqrt(2) sqrt(3) = sqrt(6)": sqrt(2) * sqrt(3) == sqrt(6),
    "acos(1/sqrt(2)) is about pi/4": acos(1 / sqrt(2)) * 4 - pi < F(1, 10**300),
    "zero is at most zero": pi - pi <= 0,
}
FALSE = {
    "pi = 355/113": pi == F(355, 113),
    "pi <= 333/106": pi <= F(333, 106),
    "strict where equal": sqrt(8) < 2 * sqrt(2),
    "Ramanujan's constant is an integer": exp(pi * sqrt(163)) == 262537412640768744,
    "off by 10^-200": sqrt(2) ** 2 == 2 + F(1, 10**200),
}


@pytest.mark.parametrize("name", TRUE)
def test_true_comparisons_are_established(name: str) -> None:
    finding = check_enclosure(stated(TRUE[name]))
    assert (finding.verdict, finding.strength, finding.checked) == (Verdict.HOLDS, Strength.ESTABLISHED, 1)
    assert finding.method in ("enclosure", "algebra")
    assert finding.certificate is None


@pytest.mark.parametrize("name", FALSE)
def test_false_comparisons_are_refuted_with_disjoint_enclosures_or_equal_sides(name: str) -> None:
    finding = check_enclosure(stated(TRUE["pi < 22/7"], FALSE[name]))
    assert finding.verdict is Verdict.REFUTED
    assert finding.strength is None
    assert finding.witness is not None
    assert finding.witness.wire == "case 1"
    (low, high), (least, most) = finding.witness.found, finding.witness.expected
    assert high < least or most < low or name == "strict where equal"


def test_all_comparisons_must_be_true() -> None:
    everything = list(TRUE.values())
    assert check_enclosure(stated(*everything)).scope == f"all {len(everything)} stated comparisons"
    assert check_enclosure(stated(*everything)).method == "enclosure and algebra"
    for name in FALSE:
        assert check_enclosure(stated(*everything, FALSE[name])).verdict is Verdict.REFUTED


def test_an_open_comparison_is_unknown_and_says_which() -> None:
    finding = check_enclosure(stated(pi > 3, acos(F(1, 3)) + acos(F(-1, 3)) == pi), most_bits=256)
    assert (finding.verdict, finding.strength) == (Verdict.UNKNOWN, None)
    assert finding.reason == "1 of 2 comparisons are open, first 'case 1': 256 bits do not tell the sides apart"


@pytest.mark.parametrize("expression", [1 / (pi - pi), sqrt(3 - pi), acos(2), log(real(0)), sqrt(real(-1)) ** 2])
@pytest.mark.parametrize("relation", ["<", "<=", "=="])
def test_nothing_holds_of_what_has_no_value(expression, relation: str) -> None:
    """Not even that it equals itself, or that 0 times it is 0."""
    for comparison in (Comparison(expression, relation, expression), Comparison(0 * expression, relation, real(0))):
        finding = check_enclosure(stated(comparison), most_bits=128)
        assert finding.verdict is Verdict.UNKNOWN
        assert "has no value" in finding.reason


def test_assumptions_are_carried_and_change_the_statement() -> None:
    bare, assuming = stated(pi > 3), stated(pi > 3, assumptions=("the limit describes training",))
    assert check_enclosure(assuming).assumptions == ("the limit describes training",)
    assert check_enclosure(assuming).strength is Strength.ESTABLISHED
    assert bare.digest != assuming.digest


def test_the_verdict_is_that_of_what_was_written_to_json() -> None:
    for comparison in (*TRUE.values(), *FALSE.values()):
        statement = stated(comparison)
        again = real_statement_of(statement.json())
        assert again.json() == statement.json()
        assert again.digest == statement.digest
        assert check_enclosure(again).verdict is check_enclosure(statement).verdict


def test_a_float_would_have_been_wrong() -> None:
    """In float64 the two sides are one number; the enclosures separate them."""
    a, b = sqrt(10**30 + 1), real(10**15)
    assert float(enclose(a).low) == float(10**15)
    assert check_enclosure(stated(a > b)).verdict is Verdict.HOLDS
    assert check_enclosure(stated(a == b)).verdict is Verdict.REFUTED


def test_statements_that_say_nothing_are_refused() -> None:
    for build, message in (
        (lambda: stated(), "an enclosure of no comparisons says nothing: give at least one"),
        (
            lambda: EnclosureStatement(" ", (pi > 3,), ("a",)),
            "the statement does not say what its numbers are: write it in `about`",
        ),
        (lambda: EnclosureStatement("x", (pi > 3, pi > 2), ("a", "a")), "2 cases name 2 comparisons: give each its own name"),
        (lambda: stated(pi > 3, assumptions=("",)), "an assumption is empty: write it as a sentence, or leave it out"),
    ):
        with pytest.raises(UsageError) as caught:
            build()
        assert str(caught.value) == message


def test_every_altered_statement_is_refused_or_another_statement() -> None:
    text = stated(pi > 3, sqrt(2) * sqrt(3) == sqrt(6)).json()
    data = json.loads(text)
    for key in data:
        with pytest.raises(InputError):
            real_statement_of(json.dumps({k: v for k, v in data.items() if k != key}, sort_keys=True, separators=(",", ":")))
    for other in (
        text + " ",
        text[:-1],
        text.replace('"<"', '">"'),
        text.replace("enclosure", "closure"),
        "[]",
        "null",
        "{}",
        "[" * 10**5,
    ):
        with pytest.raises(InputError):
            real_statement_of(other)
    for i in range(0, len(text), 7):
        changed = text[:i] + chr(32 + (ord(text[i]) - 31) % 95) + text[i + 1 :]
        with suppress(InputError):
            assert real_statement_of(changed).digest != real_statement_of(text).digest
