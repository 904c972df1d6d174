"""Claims about limits: comparisons of exact reals that floats get wrong, and probabilities that a sample must not pass."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

from proofcheck import Coordinate, Enclosure, Experiment, Probably, acos, certified, exp, log, pi, real, sqrt
from tests.power.false_claims.rows import ESTABLISHED, UNKNOWN, Row, row

PREMISE = ("the numbers are those of the theorem",)
HALF = Fraction(1, 2)


def compared(what: str, false: Callable[[], Any], true: Callable[[], Any], ends: str = "refuted") -> Row:
    """A row of two comparisons of exact reals."""
    claims = [lambda made=made: Enclosure(lambda limit: [("the case", made())], "a number", PREMISE) for made in (false, true)]
    return row(what, None, *claims, ends, ESTABLISHED)


def listed(what: str, false: Callable[[], Any], ends: str) -> Row:
    """A row of comparisons that are no list of named ones."""
    right = lambda: Enclosure(lambda limit: [("pi", pi > 3)], "a number", PREMISE)  # noqa: E731
    return row(what, None, lambda: Enclosure(lambda limit: false(), "a number", PREMISE), right, ends, ESTABLISHED)


def normal(mean: int | Fraction, positive: bool = True) -> Experiment:
    """Fails when mean + z has the wrong sign."""
    return Experiment(1, (Coordinate(real(mean), ((0, real(1)),), positive),))


# P(3 + z <= 0) is 0.00135, that of 1 is 0.159, that of 0 is 1/2.
RIGHT = Probably(lambda limit: normal(3), lambda limit: normal(0), "a normal number", Fraction(1, 10), 2000, PREMISE)


def likely(what: str, ends: str, **changes: Any) -> Row:
    """A row of the right claim above, and the same with some fields changed."""
    return row(what, None, lambda: replace(RIGHT, **changes), lambda: RIGHT, ends, ESTABLISHED)


LARGE = 640320**3 + 744  # exp(pi sqrt(163)) is less by 7.5e-13

REALS = (
    compared("355/113 is above pi", lambda: pi > Fraction(355, 113), lambda: pi < Fraction(355, 113)),
    compared("pi in float64", lambda: pi <= Fraction(884279719003555, 2**48), lambda: pi > Fraction(884279719003555, 2**48)),
    compared(
        "sqrt(2) to eleven places",
        lambda: sqrt(2) < Fraction(141421356237, 10**11),
        lambda: sqrt(2) > Fraction(141421356237, 10**11),
    ),
    compared("sqrt(2)^2 is not below 2", lambda: sqrt(2) * sqrt(2) < 2, lambda: sqrt(2) * sqrt(2) <= 2),
    compared("sqrt(2) sqrt(3) is sqrt(6)", lambda: sqrt(2) * sqrt(3) == sqrt(5), lambda: sqrt(2) * sqrt(3) == sqrt(6)),
    compared(
        "sums of roots that agree to eleven places",
        lambda: sqrt(10**8) + sqrt(10**8 + 2) >= 2 * sqrt(10**8 + 1),
        lambda: sqrt(10**8) + sqrt(10**8 + 2) < 2 * sqrt(10**8 + 1),
    ),
    compared("Ramanujan's number is no integer", lambda: exp(pi * sqrt(163)) == LARGE, lambda: exp(pi * sqrt(163)) < LARGE),
    compared("exp and log of 2", lambda: log(2) < Fraction(693147, 10**6), lambda: log(2) < Fraction(693148, 10**6)),
    compared(
        "(1 + 1/n)^n is below e",
        lambda: real(Fraction(1001, 1000)) ** 1000 > exp(1),
        lambda: real(Fraction(1001, 1000)) ** 1000 < exp(1),
    ),
    compared(
        "a difference of 10^-40",
        lambda: exp(1) - exp(1) * (1 - real(Fraction(1, 10**40))) <= 0,
        lambda: exp(1) - exp(1) * (1 - real(Fraction(1, 10**40))) > 0,
    ),
    compared(
        "the angle of -1/2",
        lambda: acos(-HALF) < 2 * pi / 3 - Fraction(1, 10**30),
        lambda: acos(-HALF) > 2 * pi / 3 - Fraction(1, 10**30),
    ),
    compared(
        "what is true for a reason that is not known here",
        lambda: acos(Fraction(1, 3)) + acos(-Fraction(1, 3)) < pi,
        lambda: acos(Fraction(1, 3)) + acos(-Fraction(1, 3)) <= pi + Fraction(1, 10**50),
        UNKNOWN,
    ),
    compared("a quotient by 0", lambda: 1 / (sqrt(2) * sqrt(2) - 2) > 0, lambda: 1 / (sqrt(2) * sqrt(2) - 1) > 0, UNKNOWN),
    compared(
        "a zero times what has no value", lambda: 0 * (1 / (sqrt(4) - 2)) == 0, lambda: 0 * (1 / (sqrt(4) - 1)) == 0, UNKNOWN
    ),
    compared("the root of a negative number", lambda: sqrt(2 - sqrt(5)) >= 0, lambda: sqrt(sqrt(5) - 2) >= 0, UNKNOWN),
    compared("the logarithm of 0", lambda: log(pi - pi) < 0, lambda: log(pi - 3) < 0, UNKNOWN),
    compared("the angle of more than 1", lambda: acos(sqrt(2)) >= 0, lambda: acos(sqrt(2) - 1) >= 0, UNKNOWN),
    compared("pi as a float", lambda: pi > 3.14159, lambda: pi > Fraction("3.14159"), "is a float"),
    compared("a truth value", lambda: 3 < 4, lambda: real(3) < 4, "expected pairs"),
    compared("a chain of comparisons", lambda: 3 < pi < 4, lambda: pi < 4, "used as a truth value"),
    listed("no comparisons at all", list, "an enclosure of no comparisons says nothing"),
    listed("two comparisons of one name", lambda: [("a", pi > 3), ("a", pi < 3)], "give each its own name"),
    listed("one false comparison among true ones", lambda: [("a", pi > 3), ("b", pi < 3), ("c", pi < 4)], "refuted"),
)

CHANCES = (
    likely("a probability that is larger", "refuted", experiment=lambda limit: normal(1)),
    likely("the sign the other way", "refuted", experiment=lambda limit: normal(3, positive=False)),
    likely(
        "just below what it is",
        UNKNOWN,
        experiment=lambda limit: normal(0),
        probability=HALF - Fraction(1, 2**30),
        mutant=lambda limit: normal(-3),
    ),
    likely("too few trials", UNKNOWN, trials=3),
    likely("a planted-false variant that is true", UNKNOWN, mutant=lambda limit: normal(2)),
    likely(
        "a planted-false variant that is the claim",
        "the planted-false variant is the experiment itself",
        mutant=lambda limit: normal(3),
    ),
    likely("a probability of 1", "expected one between 0 and 1", probability=Fraction(1)),
    likely("more than the whole error budget", "expected one above 0", share=HALF),
    likely("no trials", "0 trials were given", trials=0),
    row(
        "a limit that assumes nothing",
        None,
        lambda: replace(RIGHT, assuming=()),
        lambda: RIGHT,
        "assumes that the limit describes networks",
        ESTABLISHED,
    ),
    row(
        "a limit that is certified",
        None,
        lambda: replace(RIGHT, floor=certified),
        lambda: RIGHT,
        "there is no certificate for it",
        ESTABLISHED,
    ),
)

ROWS: tuple[Row, ...] = (*REALS, *CHANCES)
