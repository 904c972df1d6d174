"""Faults planted into the enclosures must break their laws: otherwise the laws would not protect anybody."""

from __future__ import annotations

import importlib
import inspect
import sys
import types
from collections.abc import Callable
from fractions import Fraction
from random import Random

import mpmath
import pytest

from proofcheck.errors import ProofcheckError

INTERVALS, FUNCTIONS = "proofcheck.spec.reals_intervals", "proofcheck.spec.reals_functions"


def sabotaged(name: str, old: str, new: str, count: int) -> types.ModuleType:
    """A fresh module from the source of `name`, with `old` replaced; it must occur `count` times."""
    source = inspect.getsource(importlib.import_module(name))
    assert source.count(old) == count, f"{old!r} occurs {source.count(old)} times in {name}"
    module = types.ModuleType(f"sabotaged_{name.rpartition('.')[2]}")
    sys.modules[module.__name__] = module
    exec(compile(source.replace(old, new), module.__name__, "exec"), module.__dict__)  # noqa: S102
    return module


def exact(q: Fraction) -> mpmath.mpf:
    return mpmath.mpf(q.numerator) / q.denominator


def arithmetic_laws(m: types.ModuleType) -> bool:
    """add, subtract, multiply, divide, power and square_root contain the results at every pair of corners."""
    rng = Random(1)
    for bits in (1, 3, 8, 20):
        for _ in range(60):
            ends = [Fraction(rng.randint(-999, 999), rng.randint(1, 999)) for _ in range(4)]
            x, y = m.Interval(*sorted(ends[:2])), m.Interval(*sorted(ends[2:]))
            e = rng.randint(1, 5)
            inside = (x.low + x.high) / 2
            for a in (x.low, x.high, inside, *([Fraction(0)] if x.low < 0 < x.high else [])):
                if a**e not in m.power(x, e, bits) or (a >= 0 and not root_law(m, a, bits)):
                    return False
                for b in (y.low, y.high):
                    sound = a + b in m.add(x, y, bits) and a - b in m.subtract(x, y, bits) and a * b in m.multiply(x, y, bits)
                    if not sound or (y.low * y.high > 0 and a / b not in m.divide(x, y, bits)):
                        return False
                    if y.low * y.high > 0 and 1 / b not in m.invert(y, bits):
                        return False
    return True


def root_law(m: types.ModuleType, q: Fraction, bits: int) -> bool:
    interval = m.square_root(m.point(q), bits)
    return interval.low**2 <= q <= interval.high**2


def series_laws(m: types.ModuleType) -> bool:
    """Each series holds 2^w f(q) between its integers, judged with 60 digits."""
    with mpmath.workdps(60):
        for bits in (3, 8, 13, 40):
            for w in (bits + 4, bits + 16):
                for d in range(3, 40):
                    q = Fraction(1, d)
                    for series, f in (
                        (m.arctangent_series, mpmath.atan),
                        (m.exponential_series, mpmath.exp),
                        (m.hyperbolic_arctangent_series, mpmath.atanh),
                    ):
                        low, high = series(q, w, bits)
                        if not low <= mpmath.ldexp(f(exact(q)), w) <= high:
                            return False
    return True


def function_laws(m: types.ModuleType) -> bool:
    """pi, acos, exp and log contain the values that mpmath finds with 60 digits."""
    intervals = importlib.import_module(INTERVALS)
    with mpmath.workdps(60):
        for bits in (4, 11, 53, 100):
            if not _inside(m.circle(bits), mpmath.pi):
                return False
            for n in range(-12, 13):
                q = Fraction(n, 12)
                positive = Fraction(n + 13, 5)
                x, y = intervals.point(q), intervals.point(positive)
                if not (
                    _inside(m.arccosine(x, bits), mpmath.acos(exact(q)))
                    and _inside(m.exponential(intervals.point(9 * q), bits), mpmath.exp(exact(9 * q)))
                    and _inside(m.logarithm(y, bits), mpmath.log(exact(positive)))
                ):
                    return False
            wide = m.arccosine(intervals.Interval(Fraction(-1, 2), Fraction(1, 3)), bits)
            if not (_inside(wide, mpmath.acos(mpmath.mpf(-1) / 2)) and _inside(wide, mpmath.acos(mpmath.mpf(1) / 3))):
                return False
    return True


def _inside(interval: object, number: mpmath.mpf) -> bool:
    slack = mpmath.mpf(10) ** -55
    return exact(interval.low) <= number + slack and number - slack <= exact(interval.high)  # type: ignore[attr-defined]


Law = Callable[[types.ModuleType], bool]
LAWS: dict[str, list[Law]] = {INTERVALS: [arithmetic_laws], FUNCTIONS: [series_laws, function_laws]}

FAULTS = {
    "round_down rounds up": (INTERVALS, "Fraction((n << shift) // d, 1", "Fraction(-(-(n << shift) // d), 1", 1),
    "round_up rounds down": (INTERVALS, "return -round_down(-q, bits)", "return round_down(q, bits)", 1),
    "outward rounds only below": (INTERVALS, "round_up(high, bits)", "round_down(high, bits)", 1),
    "subtract pairs the wrong ends": (INTERVALS, "x.low - y.high, x.high - y.low", "x.low - y.low, x.high - y.high", 1),
    "a corner of the product is forgotten": (INTERVALS, "x.low * y.low, x.low * y.high, ", "x.low * y.low, ", 1),
    "an even power over 0 takes one end": (INTERVALS, "max(-x.low, x.high)", "x.high", 1),
    "an even power over 0 is monotone": (INTERVALS, "if x.low < 0 < x.high:", "if False:", 1),
    "a power is rounded down above": (INTERVALS, "square = round_up(square", "square = round_down(square", 1),
    "a root is never corrected upward": (INTERVALS, "above += above * above < ceiling", "pass", 1),
    "a reciprocal forgets an end": (
        INTERVALS,
        "outward(1 / x.high, 1 / x.low, bits)",
        "outward(1 / x.high, 1 / x.high, bits)",
        1,
    ),
    "arctan drops its tail": (FUNCTIONS, "(low, high + term_high) if sign > 0 else (low - term_high, high)", "(low, high)", 1),
    "arctan forgets its tail below": (FUNCTIONS, "else (low - term_high, high)", "else (low, high)", 1),
    "exp and artanh drop their tails": (FUNCTIONS, "return low, high + 2 * term_high", "return low, high", 2),
    "terms are rounded down above": (FUNCTIONS, "-(-power_high // i)", "power_high // i", 2),
    "the fixed point rounds one way": (
        FUNCTIONS,
        "-((-q.numerator << w) // q.denominator)",
        "(q.numerator << w) // q.denominator",
        1,
    ),
    "powers are shifted one way": (FUNCTIONS, "return -(-n >> w)", "return n >> w", 1),
    "acos is taken as increasing": (FUNCTIONS, "_arccosine(x.high, bits).low", "_arccosine(x.low, bits).low", 1),
    "Machin's signs are mixed up": (FUNCTIONS, "16 * low5 - 4 * high239", "16 * high5 - 4 * low239", 1),
    "log of less than 1 keeps its sign": (FUNCTIONS, "Interval(-main.high, -main.low)", "main", 1),
}


@pytest.mark.parametrize("name", LAWS)
def test_the_laws_hold_for_the_code_as_it_is(name: str) -> None:
    assert all(law(importlib.import_module(name)) for law in LAWS[name])


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_breaks_a_law(fault: str) -> None:
    module, old, new, count = FAULTS[fault]
    sabotage = sabotaged(module, old, new, count)
    try:
        caught = not all(law(sabotage) for law in LAWS[module])
    except ProofcheckError:  # an empty interval
        caught = True
    del sys.modules[sabotage.__name__]
    assert caught
