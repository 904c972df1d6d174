"""Laws of exact reals: enclosures contain, nest and round outward; comparisons are decided rightly or not at all."""

from __future__ import annotations

import random
from fractions import Fraction
from math import isqrt

import mpmath
import pytest

from proofcheck.errors import InputError, Refusal
from proofcheck.spec.reals import Comparison, Real, acos, exp, log, pi, product, real, sqrt, total
from proofcheck.spec.reals_enclosure import Enclosures, ceiling_of, decide, decide_all, decimals, enclose, floor_of
from proofcheck.spec.reals_files import reals_json, reals_of
from proofcheck.spec.reals_intervals import Undecided
from proofcheck.spec.reals_sympy import latex, to_sympy

F = Fraction


def value(expression: Real) -> mpmath.mpf:
    """The value to 90 digits, by code that shares nothing with the enclosures."""
    with mpmath.workdps(90):
        functions = {"sqrt": mpmath.sqrt, "acos": mpmath.acos, "exp": mpmath.exp, "log": mpmath.log}
        x = [value(argument) for argument in expression.arguments]
        match expression.kind:
            case "rational":
                return mpmath.mpf(expression.value.numerator) / expression.value.denominator
            case "pi":
                return +mpmath.pi
            case "+":
                return mpmath.fsum(x)
            case "*":
                return mpmath.fprod(x)
            case "/":
                return x[0] / x[1]
            case "power":
                return x[0] ** expression.value
            case kind:
                return functions[kind](x[0])


def contains(interval, number) -> bool:
    """The interval contains the number up to the 85 digits to which that is known."""
    with mpmath.workdps(90):
        slack = abs(number) * mpmath.mpf(10) ** -85
        low = mpmath.mpf(interval.low.numerator) / interval.low.denominator
        high = mpmath.mpf(interval.high.numerator) / interval.high.denominator
        return low <= number + slack and number - slack <= high


def random_real(rng: random.Random, depth: int) -> Real:
    """A random expression that has a value: arguments are moved into the domains of the functions."""
    if depth == 0:
        return rng.choice([pi, real(F(rng.randint(-9, 9), rng.randint(1, 9))), sqrt(rng.randint(2, 30))])
    a, b = random_real(rng, depth - 1), random_real(rng, rng.randrange(depth))
    cosine = a / sqrt(1 + a * a + b * b)
    return rng.choice(
        [
            lambda: a + b, lambda: a - b, lambda: a * b, lambda: a / (1 + b * b), lambda: (1 + a * a) ** rng.randint(-3, 3),
            lambda: sqrt(1 + a * a), lambda: acos(cosine), lambda: log(1 + a * a), lambda: exp(cosine),
            lambda: a ** rng.randint(1, 4),
        ]
    )()  # fmt: skip


EXPRESSIONS = [random_real(random.Random(seed), depth) for depth in range(4) for seed in range(40)]
EDGES = {
    "sqrt of a square": (sqrt(F(49, 4)), F(7, 2)),
    "sqrt of zero": (sqrt(0), F(0)),
    "sqrt at its edge": (sqrt(1 - (sqrt(3) / sqrt(12) * 2) ** 2), F(0)),
    "acos at one": (acos(sqrt(2) * sqrt(2) / 2), F(0)),
    "exp of zero": (exp(pi - pi), F(1)),
    "log of one": (log(sqrt(3) / sqrt(3)), F(0)),
}


@pytest.mark.parametrize("bits", [2, 8, 53, 64, 200])
def test_enclosures_contain_the_value(bits: int) -> None:
    decided = 0
    for expression in EXPRESSIONS:
        try:
            interval = enclose(expression, bits)
        except Undecided:
            continue
        decided += 1
        assert contains(interval, value(expression)), (expression, bits)
    assert decided == len(EXPRESSIONS) if bits >= 53 else decided > 50


def test_enclosures_nest_and_shrink_as_precision_doubles() -> None:
    for expression in EXPRESSIONS:
        wide = enclose(expression, 64)
        for bits in (128, 256, 512):
            narrow = enclose(expression, bits)
            assert narrow.within(wide)
            assert narrow.high - narrow.low <= F(2) ** (40 - bits) * max(1, abs(wide.low), abs(wide.high))
            wide = narrow


@pytest.mark.parametrize("name", EDGES)
def test_the_edges_of_the_domains_are_exact(name: str) -> None:
    expression, expected = EDGES[name]
    assert decide(expression == expected).answer is True
    assert decide(expression < expected).answer is False
    assert decide(expression > expected).answer is False


def test_square_roots_are_enclosed_to_the_last_unit() -> None:
    for n in range(200):
        interval = enclose(sqrt(n), 40)
        assert interval.low**2 <= n <= interval.high**2
        assert (interval.low == interval.high) == (isqrt(n) ** 2 == n)


@pytest.mark.parametrize("sign", [-1, 1])
@pytest.mark.parametrize("exponent", [1, 2, 3, 4, 7, 8])
def test_a_comparison_is_decided_however_close_the_sides_are(exponent: int, sign: int) -> None:
    """22/7-like approximations of pi^e: the convergent differs from it by less than 10^-150."""
    with mpmath.workdps(200):
        digits = F(int(mpmath.floor(mpmath.pi**exponent * mpmath.mpf(10) ** 150)), 10**150)
    below, above = digits, digits + F(1, 10**150)
    assert decide(pi**exponent > below).answer is True
    assert decide(pi**exponent < above).answer is True
    assert decide(sign * pi**exponent < sign * (below if sign > 0 else above)).answer is False
    assert decide(pi**exponent == below).answer is False


IDENTITIES = {
    "roots multiply": (sqrt(6), sqrt(2) * sqrt(3)),
    "a root in a denominator": (1 / sqrt(F(3, 7)), sqrt(21) / 3),
    "Euler's angle": (acos(F(-1, 2)), 2 * pi / 3),
    "a rationalised denominator": (1 / (sqrt(3) - sqrt(2)), sqrt(3) + sqrt(2)),
    "one transcendental argument": (exp(acos(F(1, 3)) * 2) / (1 + pi), exp(acos(F(3, 9)) + acos(F(1, 3))) / (pi + 1)),
    "a binomial": ((pi + sqrt(5)) ** 3, pi**3 + 3 * pi**2 * sqrt(5) + 15 * pi + 5 * sqrt(5)),
    "a negative power": ((1 + pi) ** -2, 1 / (1 + 2 * pi + pi * pi)),
}


@pytest.mark.parametrize("name", IDENTITIES)
def test_identities_are_decided_by_algebra_and_near_identities_by_enclosure(name: str) -> None:
    left, right = IDENTITIES[name]
    assert (decide(left == right).answer, decide(left == right).method) == (True, "algebra")
    assert decide(left <= right).answer is True
    assert decide(left < right).answer is False
    false = decide(left == right + F(1, 10**40))
    assert (false.answer, false.method) == (False, "enclosure")
    assert decide(left < right + F(1, 10**40)).answer is True


def test_an_equality_that_nobody_can_show_ends_without_an_answer() -> None:
    decision = decide(acos(F(1, 3)) + acos(F(-1, 3)) == pi, most_bits=1024)
    assert decision.answer is None
    assert decision.reason == "1024 bits do not tell the sides apart"


UNDEFINED = {
    "1/0": (1 / (pi - pi), "a division by a number that may be 0"),
    "sqrt(-1)": (sqrt(real(-1)), "a square root of a number that may be negative"),
    "sqrt of something below 0": (sqrt(3 - pi), "a square root of a number that may be negative"),
    "acos(2)": (acos(2), "an acos of a number that may lie outside [-1, 1]"),
    "log(0)": (log(sqrt(2) - sqrt(2)), "a logarithm of a number that may not be positive"),
    "0^-1": ((pi - pi) ** -1, "a division by a number that may be 0"),
    "0 * (1/0)": (0 * (1 / (pi - pi)), "a division by a number that may be 0"),
    "exp(exp(100))": (exp(exp(100)), "an exponential of a number beyond 65536"),
    "a huge number": (real(10) ** 9999 * real(10) ** 9999 * real(10) ** 9999 * real(10) ** 9999 * pi, "beyond 2^131072"),
}


@pytest.mark.parametrize("name", UNDEFINED)
@pytest.mark.parametrize("relation", ["<", "<=", "=="])
def test_nothing_is_decided_about_an_expression_without_a_value(name: str, relation: str) -> None:
    expression, problem = UNDEFINED[name]
    for comparison in (Comparison(expression, relation, real(0)), Comparison(expression, relation, expression)):
        decision = decide(comparison, most_bits=256)
        assert decision.answer is None
        assert problem in decision.reason


def test_work_is_bounded_by_a_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("proofcheck.spec.reals_enclosure.MAX_WORK", 100_000)
    decisions = decide_all([acos(F(1, 3)) + acos(F(-1, 3)) == pi, pi > 3])
    assert [decision.answer for decision in decisions] == [None, True]
    assert decisions[0].reason == "64 bits do not tell the sides apart, and 128 bits are too much work"


def test_decisions_of_many_are_those_of_each() -> None:
    comparisons = [a < b for a, b in zip(EXPRESSIONS[:30], EXPRESSIONS[30:60], strict=True)]
    together = [decision.answer for decision in decide_all(comparisons)]
    assert together == [decide(comparison).answer for comparison in comparisons]
    with mpmath.workdps(90):
        for answer, comparison in zip(together, comparisons, strict=True):
            if answer is not None and abs(value(comparison.left) - value(comparison.right)) > mpmath.mpf(10) ** -60:
                assert answer == (value(comparison.left) < value(comparison.right))


def test_floor_and_ceiling_are_exact_at_integers() -> None:
    for n in range(2, 40):
        assert floor_of(sqrt(n)) == isqrt(n)
        assert ceiling_of(sqrt(n)) == isqrt(n - 1) + 1
    assert (floor_of(-pi), ceiling_of(-pi), floor_of(sqrt(2) * sqrt(2)), ceiling_of(real(F(7, 2)))) == (-4, -3, 2, 4)


def test_statements_are_canonical_json_and_come_back() -> None:
    data = reals_json(EXPRESSIONS)
    assert reals_json(reals_of(data)) == data
    for old, new in zip(EXPRESSIONS, reals_of(data), strict=True):
        assert enclose(old, 80) == enclose(new, 80)
    assert reals_json([sqrt(2) * pi, sqrt(2)]) == {
        "nodes": [["rational", "0x2"], ["sqrt", 0], ["pi"], ["*", 1, 2]],
        "outputs": [3, 1],
    }


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ([], "exact reals were expected as an object with the lists nodes and outputs"),
        ({"nodes": [["pi"]], "outputs": []}, "not in depth-first post-order"),
        ({"nodes": [["pi"], ["pi"]], "outputs": [0, 1]}, "not in depth-first post-order"),
        ({"nodes": [["rational", "0x1"], ["pi"]], "outputs": [1, 0]}, "not in depth-first post-order"),
        ({"nodes": [["sqrt", 0]], "outputs": [0]}, "an argument in exact reals is 0, expected the number of an earlier node"),
        ({"nodes": [["pi"], ["sqrt", True]], "outputs": [1]}, "an argument in exact reals is True"),
        ({"nodes": [["pi"]], "outputs": [1]}, "an output in exact reals is 1, expected the number of an earlier node, below 1"),
        ({"nodes": [["rational", "0x2/0x4"]], "outputs": [0]}, "not a rational in canonical hexadecimal form"),
        ({"nodes": [["rational", 0.5]], "outputs": [0]}, "which is no node that docs/formats.md lists"),
        ({"nodes": [["sin", 0]], "outputs": [0]}, "which is no node that docs/formats.md lists"),
        ({"nodes": [["pi"], ["power", 0, 10**6]], "outputs": [1]}, "which is no node that docs/formats.md lists"),
        ({"nodes": [["pi"], ["+", 0]], "outputs": [1]}, "which is no node that docs/formats.md lists"),
        ({"nodes": ["pi"], "outputs": [0]}, "expected a list that starts with a kind"),
    ],
)
def test_malformed_statements_are_refused_in_one_sentence(data: object, message: str) -> None:
    with pytest.raises(InputError) as caught:
        reals_of(data)
    assert message in str(caught.value)


def test_sympy_agrees() -> None:
    with mpmath.workdps(60):
        for expression in EXPRESSIONS[:60]:
            known = value(expression)
            assert abs(mpmath.mpf(str(to_sympy(expression).evalf(40))) - known) <= 1e-30 * (1 + abs(known))
    assert latex(acos(1 / sqrt(3)) <= pi / 2) == r"\operatorname{acos}{\left(\frac{\sqrt{3}}{3} \right)} \le \frac{\pi}{2}"


def test_depth_costs_no_stack() -> None:
    tower = pi
    for _ in range(3_000):
        tower = 1 + tower / 2
    assert decide(tower > 2 - F(1, 10**100)).answer is True
    assert decide(tower < 2 + F(1, 10**100)).answer is True
    assert len(reals_of(reals_json([tower]))) == 1


def test_what_cannot_be_exact_is_refused() -> None:
    for refused in (lambda: pi + 0.5, lambda: real(0.1), lambda: pi**0.5, lambda: pi**True, lambda: bool(pi), lambda: 0 < pi < 4):
        with pytest.raises(Refusal):
            refused()


def test_constants_are_added_at_once() -> None:
    assert total([1, F(1, 2), pi]).arguments[1].value == F(3, 2)
    assert product([2, 3]).value == 6
    assert (total([]).value, product([]).value) == (0, 1)


def test_an_interval_is_printed_outward() -> None:
    assert decimals(enclose(pi), 4) == "[3.1415, 3.1416]"
    assert decimals(enclose(-pi / 100), 4) == "[-0.0315, -0.0314]"


def test_shared_parts_are_enclosed_once() -> None:
    enclosures, x = Enclosures(64), pi
    for _ in range(200):
        x = sqrt(x + x)
    assert enclosures.of(x).low > 1
