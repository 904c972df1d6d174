"""Statistical verdicts: exact thresholds, registered samples, three verdicts, tested power, one error budget."""

from __future__ import annotations

from fractions import Fraction
from math import comb

import mpmath
import numpy as np
import pytest
from scipy.stats import beta

from proofcheck.checkers.limits import gaussian
from proofcheck.checkers.limits.binomial import at_most, lower_bound, thresholds, upper_bound
from proofcheck.checkers.limits.gaussian import count_failures, raw_stream, standard_normals
from proofcheck.checkers.limits.statistical import check_probability, power, spent
from proofcheck.claims.evidence import Strength, Verdict
from proofcheck.errors import InputError, Refusal, UsageError
from proofcheck.spec.reals import pi, real, sqrt
from proofcheck.spec.reals_statement import (
    ERROR_FAMILY,
    ERROR_SHARE,
    Coordinate,
    Experiment,
    ProbabilityStatement,
    real_statement_of,
)

F = Fraction


def one_normal(mean, deviation=1, positive=True) -> Experiment:
    """Fails when mean + deviation z has the wrong sign."""
    return Experiment(1, (Coordinate(real(mean), ((0, real(deviation)),), positive),))


PERCENT = F(1, 100)


def claim(mean=3, probability=PERCENT, trials=5000, planted=1, **rest) -> ProbabilityStatement:
    """P(mean + z <= 0) <= probability; that of 3 is 0.00135, that of 1 is 0.159."""
    return ProbabilityStatement("a normal number", probability, trials, one_normal(mean), one_normal(planted), **rest)


# Exact thresholds


@pytest.mark.parametrize("share", [F(1, 20), F(1, 1000), ERROR_SHARE])
@pytest.mark.parametrize("probability", [F(1, 100), F(1, 3), F(1, 2), F(97, 100)])
def test_thresholds_are_those_of_the_definition(probability: Fraction, share: Fraction) -> None:
    for trials in (1, 7, 40):
        mass = [comb(trials, i) * probability**i * (1 - probability) ** (trials - i) for i in range(trials + 1)]
        holds = max((x for x in range(trials + 1) if sum(mass[: x + 1]) <= share), default=-1)
        refuted = min((x for x in range(trials + 1) if sum(mass[x:]) <= share), default=trials + 1)
        found = thresholds(trials, probability, share)
        assert (found.holds, found.refuted) == (holds, refuted)


@pytest.mark.parametrize("trials", [50, 1000])
def test_confidence_bounds_are_those_of_clopper_and_pearson(trials: int) -> None:
    for count in (0, 1, trials // 3, trials - 1):
        for share in (F(1, 100), F(1, 10**8)):
            exact = beta.ppf(1 - float(share), count + 1, trials - count)
            assert exact <= float(upper_bound(count, trials, share, digits=5)) <= exact + 1.1e-5
            if count:
                exact = beta.ppf(float(share), count, trials - count + 1)
                assert exact - 1.1e-5 <= float(lower_bound(count, trials, share, digits=5)) <= exact
    assert (upper_bound(trials, trials, F(1, 100)), lower_bound(0, trials, F(1, 100))) == (1, 0)


def test_a_verdict_is_wrong_with_at_most_its_share_whatever_the_truth() -> None:
    """Exactly, over a grid of true probabilities: falsely holds above the claimed one, falsely refuted up to it."""
    claimed, trials, share = F(1, 10), 200, F(1, 1000)
    worst = F(0)
    for i in range(1, 40):
        truth = F(i, 200)
        held, refuted = power(trials, claimed, truth, share)
        wrong = refuted if truth <= claimed else held
        worst = max(worst, wrong)
        assert wrong <= share
    assert worst > share / 4, "the test would be needlessly weak"


def test_the_normal_approximation_would_not_do() -> None:
    """At the share of one claim, mean - 5.85 sigma lies where the exact tail is 30 times too heavy or 0."""
    trials, claimed = 5000, F(1, 100)
    exact = thresholds(trials, claimed, ERROR_SHARE)
    approximate = 50 + 5.85 * float(trials * claimed * (1 - claimed)) ** 0.5
    assert 1 - at_most(int(approximate) - 1, trials, claimed) > 10 * ERROR_SHARE
    assert exact.refuted > approximate


# Sampling


def test_normals_are_located_whatever_the_undrawn_bits_are() -> None:
    """Against the transform with 60 digits at both ends of each cell, at the largest, the smallest and random integers."""
    rng = np.random.Generator(np.random.Philox(5))
    edges = [1 << 24, (1 << 24) + 1, 1 << 40, (1 << 63) - 1, 1 << 63, (1 << 64) - 2, (1 << 64) - 1]
    firsts = edges + [int(x) for x in rng.integers(1 << 24, 1 << 63, 60)]
    seconds = [0, 1 << 62, (1 << 64) - 1] + [int(x) for x in rng.integers(0, 1 << 63, 64)]
    raw = np.array([[u, v] for u, v in zip(firsts, seconds, strict=True)], dtype=np.uint64)
    found, usable = standard_normals(raw)
    assert usable.all()
    with mpmath.workdps(60):
        for (u, v), pair in zip(zip(firsts, seconds, strict=True), found, strict=True):
            for a in (u, u + 1):
                for b in (v, v + 1):
                    radius = mpmath.sqrt(-2 * mpmath.log(mpmath.ldexp(a, -64)))
                    angle = 2 * mpmath.pi * mpmath.ldexp(b, -64)
                    for value, exact in zip(pair, (radius * mpmath.cos(angle), radius * mpmath.sin(angle)), strict=True):
                        assert abs(float(value) - exact) <= 2.0**-22


def test_an_integer_too_small_to_locate_its_normal_is_not_used() -> None:
    raw = np.array([[(1 << 24) - 1, 5], [1 << 24, 5]], dtype=np.uint64)
    assert standard_normals(raw)[1].tolist() == [False, True]


def test_the_stream_is_pinned() -> None:
    """Raw integers of numpy's Philox for a registered seed: a release that changes them would change verdicts."""
    assert [hex(int(x)) for x in raw_stream(b"proofcheck").random_raw(3)] == PINNED


PINNED = ["0x352a24a7f050c40d", "0x3e50a6cedcb02c31", "0x7e0ae4c1fb41f2d"]


def test_more_trials_do_not_move_earlier_ones() -> None:
    experiment = Experiment(3, tuple(Coordinate(real(1), ((0, real(1)), (j, sqrt(2))), True) for j in (1, 2)))
    counts = [count_failures(experiment, trials, b"seed").failures for trials in (1, 10, 100, 1000)]
    assert counts == sorted(counts)
    gaussian_block, gaussian.BLOCK = gaussian.BLOCK, 64
    try:
        assert [count_failures(experiment, trials, b"seed").failures for trials in (1, 10, 100, 1000)] == counts
    finally:
        gaussian.BLOCK = gaussian_block


CASES = {
    "one side": (one_normal(1), lambda: 1 - mpmath.ncdf(1)),
    "the other side": (one_normal(F(-3, 2), 2, False), lambda: 1 - mpmath.ncdf(0.75)),
    "irrational parameters": (one_normal(pi / 4, sqrt(3)), lambda: 1 - mpmath.ncdf(mpmath.pi / 4 / mpmath.sqrt(3))),
    "two independent": (
        Experiment(2, tuple(Coordinate(real(1), ((j, real(1)),), True) for j in (0, 1))),
        lambda: 1 - mpmath.ncdf(1) ** 2,
    ),
    "the same normal twice": (
        Experiment(2, tuple(Coordinate(real(1), ((0, real(1)),), True) for _ in (0, 1))),
        lambda: 1 - mpmath.ncdf(1),
    ),
    "an odd number of normals added up": (
        Experiment(3, (Coordinate(real(2), tuple((j, real(1)) for j in range(3)), True),)),
        lambda: 1 - mpmath.ncdf(2 / mpmath.sqrt(3)),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_failures_are_as_frequent_as_they_should_be(name: str) -> None:
    """Within the exact binomial limits for the true probability at 10^-6: a registered seed, so this never flickers."""
    experiment, truth = CASES[name]
    trials, probability = 10_000, F(float(truth())).limit_denominator(1000)
    count = count_failures(experiment, trials, name.encode())
    limits = thresholds(trials, probability, F(1, 10**6))
    assert limits.holds < count.failures < limits.refuted
    assert count.undecided <= 1


def test_a_coordinate_without_weights_is_decided_exactly() -> None:
    """0 reads 0: it is no failure where a number <= 0 is due, and one where a number > 0 is."""
    for mean, positive, failures in (
        (0, False, 0),
        (0, True, 50),
        (pi - pi, False, 0),
        (F(1, 10**30), False, 50),
        (-pi, True, 50),
    ):
        fixed = Experiment(1, (Coordinate(real(mean), (), positive), Coordinate(real(40), ((0, real(1)),), True)))
        assert count_failures(fixed, 50, b"").failures == failures


# Verdicts


def test_a_true_claim_is_established_and_says_on_what_it_rests() -> None:
    finding = check_probability(claim(assumptions=("the limit describes training",)))
    assert (finding.verdict, finding.strength, finding.method) == (Verdict.HOLDS, Strength.ESTABLISHED, "statistics")
    assert finding.checked == 5000
    assert finding.assumptions == ("the limit describes training",)
    assert "with 5000 trials" in finding.scope
    assert "error share 2.5e-09" in finding.scope
    assert any("Philox" in text for text in finding.trust)
    assert "planted-false variant refuted" in finding.reason


def test_a_false_claim_is_refuted_with_the_bound_that_excludes_it() -> None:
    finding = check_probability(claim(mean=2, planted=1, trials=20_000))
    assert finding.verdict is Verdict.REFUTED
    assert finding.witness is not None
    trials, failures = finding.witness.inputs
    assert finding.witness.found[0] > finding.witness.expected[0] == F(1, 100)
    assert trials == 20_000
    assert 300 < failures < 600


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        (claim(trials=100), "the test tells neither way: 0 failures in 100 trials, where it never holds at this sample size"),
        (claim(mean=F(7, 3), trials=2000), "the test tells neither way"),
        (claim(probability=F(14, 10000), trials=100_000), "the test tells neither way"),
        (claim(planted=F(5, 2)), "the test has no power, it does not refute the planted-false variant"),
    ],
)
def test_not_refuted_is_never_supported(statement: ProbabilityStatement, words: str) -> None:
    """Too few trials, a truth near the claim, and a planted fault that survives all end in unknown."""
    finding = check_probability(statement)
    assert finding.verdict is Verdict.UNKNOWN
    assert finding.reason.startswith(words)


def test_trials_that_cannot_be_decided_count_against_every_verdict(monkeypatch: pytest.MonkeyPatch) -> None:
    assert check_probability(claim()).verdict is Verdict.HOLDS
    assert check_probability(claim(mean=1, planted=0)).verdict is Verdict.REFUTED
    monkeypatch.setattr(gaussian, "GUARD", 10.0)
    for mean in (3, 1):
        finding = check_probability(claim(mean=mean, planted=0))
        assert finding.verdict is Verdict.UNKNOWN
        assert "undecided" in finding.reason


def test_a_registered_seed_repeats_and_a_salt_draws_anew() -> None:
    same = {check_probability(claim()).reason for _ in range(3)}
    assert len(same) == 1
    assert len({check_probability(claim(), salt=f"night {i}").reason for i in range(5)}) > 1
    assert {check_probability(claim(), salt=f"night {i}").verdict for i in range(10)} == {Verdict.HOLDS}


def test_any_word_of_the_claim_changes_its_seed() -> None:
    statements = [
        claim(), claim(trials=5001), claim(probability=F(11, 1000)), claim(planted=F(1, 2)), claim(share=ERROR_SHARE / 2),
        claim(assumptions=("a",)), claim(mean=4),
    ]  # fmt: skip
    assert len({statement.digest for statement in statements}) == len(statements)


def test_a_parameter_without_a_value_settles_nothing() -> None:
    for mean in (1 / (pi - pi), sqrt(real(-1))):
        finding = check_probability(claim(mean=mean))
        assert finding.verdict is Verdict.UNKNOWN
        assert finding.reason.startswith("a parameter has no value")


# The budget of the whole gate


def test_the_gate_has_one_error_budget() -> None:
    assert spent([ERROR_SHARE] * 400) == ERROR_FAMILY
    assert spent([ERROR_FAMILY / 2, ERROR_SHARE]) == F(1, 2 * 10**6) + ERROR_SHARE
    with pytest.raises(UsageError) as caught:
        spent([ERROR_SHARE] * 401)
    assert str(caught.value) == (
        "the statistical claims take 1.0025e-06 of the error budget 1e-06 of a gate: "
        "give them smaller shares, and larger samples, or make fewer"
    )


REFUSED = {
    "a certain event": (lambda: claim(probability=1), "the probability 1 was given, expected one between 0 and 1, both excluded"),
    "no trials": (lambda: claim(trials=0), "0 trials were given, expected 1 to 100000"),
    "too many": (lambda: claim(trials=10**6), "1000000 trials were given, expected 1 to 100000"),
    "a greedy share": (
        lambda: claim(share=F(1, 100)),
        "the error share 1/100 was given, expected one above 0 and at most 1/1000000, that of a whole gate",
    ),
    "nothing planted": (lambda: claim(planted=3), "the planted-false variant is the experiment itself: plant a fault"),
    "a weight beyond the normals": (
        lambda: Experiment(1, (Coordinate(pi, ((1, pi),), True),)),
        "the weights of a coordinate are at [1], expected increasing numbers below 1",
    ),
    "too many weights": (
        lambda: Experiment(1 << 20, (Coordinate(pi, (), True),) * 33),
        "33 coordinates of 1048576 normals are more than 33554432 weights: use fewer",
    ),
    "no coordinate": (lambda: Experiment(1, ()), "an experiment of 1 normals and 0 coordinates was given, expected some"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_tested_is_refused(name: str) -> None:
    build, message = REFUSED[name]
    with pytest.raises(UsageError) as caught:
        build()
    assert str(caught.value) == message


def test_a_float_is_no_probability() -> None:
    with pytest.raises(Refusal):
        claim(probability=0.01)


def test_statements_come_back_from_json() -> None:
    statement = claim(mean=pi, assumptions=("a", "b"))
    again = real_statement_of(statement.json())
    assert again.json() == statement.json()
    assert check_probability(again).reason == check_probability(statement).reason
    text = statement.json()
    for old, new in (
        ('">0"', '">=0"'),
        ('"normals":1', '"normals":1.0'),
        ('"trials":5000', '"trials":true'),
        ("[[0]]", "[[1]]"),
        ("[[0]]", "[[0,0]]"),
    ):
        with pytest.raises(InputError):
            real_statement_of(text.replace(old, new))
