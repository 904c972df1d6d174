"""Statements whose subject is not a network: comparisons of exact reals, and the probability of an event.

Both are canonical JSON (docs/formats.md) whose SHA-256 identifies the claim, like statements about networks. `about` says in
words what the numbers are; no machine checks that sentence, so a reworded one makes another statement.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from proofcheck.errors import InputError, UsageError
from proofcheck.exact import rational, rational_of, text_of
from proofcheck.spec.reals import OPERATORS, Comparison, Real
from proofcheck.spec.reals_files import Json, reals_json, reals_of

MAX_TRIALS = 100_000
MAX_DRAWS = 10**9
MAX_NORMALS, MAX_WEIGHTS = 1 << 20, 1 << 25
ERROR_FAMILY = Fraction(1, 10**6)
"""The probability that the statistical claims of one gate, all together, mislead anybody."""
ERROR_SHARE = ERROR_FAMILY / 400
"""What one claim takes of it unless it says otherwise: a gate of 400 such claims spends the whole."""


@dataclass(frozen=True, eq=False)
class EnclosureStatement:
    """All comparisons are true. cases: a name for each, unique, to say which one fails."""

    about: str
    comparisons: tuple[Comparison, ...]
    cases: tuple[str, ...]
    assumptions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _check_words(self.about, self.assumptions)
        if not self.comparisons:
            raise UsageError("an enclosure of no comparisons says nothing: give at least one")
        if len(set(self.cases)) != len(self.comparisons) or len(self.cases) != len(self.comparisons):
            raise UsageError(f"{len(self.cases)} cases name {len(self.comparisons)} comparisons: give each its own name")

    def json(self) -> str:
        sides = [side for comparison in self.comparisons for side in (comparison.left, comparison.right)]
        return _canonical(
            {
                "claim": "enclosure",
                "about": self.about,
                "assumptions": list(self.assumptions),
                "cases": list(self.cases),
                "relations": [comparison.relation for comparison in self.comparisons],
                "reals": reals_json(sides),
            }
        )

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.json().encode()).hexdigest()

    def sentence(self) -> str:
        return f"{self.about}: {len(self.comparisons)} comparisons of exact reals"


@dataclass(frozen=True, eq=False)
class Coordinate:
    """One number of a Gaussian vector, mean + sum of weight * z_j, and the sign it must have.

    weights: pairs (j, weight) with increasing j. positive: True when the number must be > 0, False when <= 0.
    """

    mean: Real
    weights: tuple[tuple[int, Real], ...]
    positive: bool


@dataclass(frozen=True, eq=False)
class Experiment:
    """Independent standard normals z_0, z_1, ... and a vector affine in them; it fails when a sign is wrong.

    The parameters are exact, so this is the Gaussian process itself and not a simulation of what it came from.
    """

    normals: int
    coordinates: tuple[Coordinate, ...]

    def __post_init__(self) -> None:
        if not 1 <= self.normals <= MAX_NORMALS or not self.coordinates:
            raise UsageError(
                f"an experiment of {self.normals} normals and {len(self.coordinates)} coordinates was given, expected some"
            )
        if self.normals * len(self.coordinates) > MAX_WEIGHTS:
            raise UsageError(
                f"{len(self.coordinates)} coordinates of {self.normals} normals are more than {MAX_WEIGHTS} weights: use fewer"
            )
        for coordinate in self.coordinates:
            places = [j for j, _ in coordinate.weights]
            if places != sorted(set(places)) or (places and not 0 <= places[0] <= places[-1] < self.normals):
                raise UsageError(
                    f"the weights of a coordinate are at {places[:8]}, expected increasing numbers below {self.normals}"
                )

    def json(self) -> Json:
        numbers = [x for c in self.coordinates for x in (c.mean, *(weight for _, weight in c.weights))]
        signs = [">0" if c.positive else "<=0" for c in self.coordinates]
        return {
            "normals": self.normals,
            "signs": signs,
            "weights": [[j for j, _ in c.weights] for c in self.coordinates],
            "reals": reals_json(numbers),
        }


@dataclass(frozen=True, eq=False)
class ProbabilityStatement:
    """The experiment fails with probability at most `probability`.

    trials: the sample size, fixed before the first draw. share: the probability with which the verdict may be wrong.
    mutant: a planted-false variant, which the same test must refute; otherwise the test has no power and settles nothing.
    """

    about: str
    probability: Fraction
    trials: int
    experiment: Experiment
    mutant: Experiment
    share: Fraction = ERROR_SHARE
    assumptions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _check_words(self.about, self.assumptions)
        object.__setattr__(self, "probability", rational(self.probability))
        object.__setattr__(self, "share", rational(self.share))
        if not 0 < self.probability < 1:
            raise UsageError(f"the probability {self.probability} was given, expected one between 0 and 1, both excluded")
        if not 0 < self.share <= ERROR_FAMILY:
            raise UsageError(
                f"the error share {self.share} was given, expected one above 0 and at most {ERROR_FAMILY}, that of a whole gate"
            )
        if type(self.trials) is not int or not 1 <= self.trials <= MAX_TRIALS:
            raise UsageError(f"{self.trials} trials were given, expected 1 to {MAX_TRIALS}")
        draws = self.trials * (self.experiment.normals + self.mutant.normals)
        if draws > MAX_DRAWS:
            raise UsageError(f"the trials need {draws} normals, at most {MAX_DRAWS} are drawn: make the experiment smaller")
        if self.experiment.json() == self.mutant.json():
            raise UsageError("the planted-false variant is the experiment itself: plant a fault")

    def json(self) -> str:
        return _canonical(
            {
                "claim": "probably",
                "about": self.about,
                "assumptions": list(self.assumptions),
                "probability": text_of(self.probability),
                "trials": self.trials,
                "share": text_of(self.share),
                "experiment": self.experiment.json(),
                "mutant": self.mutant.json(),
            }
        )

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.json().encode()).hexdigest()

    def sentence(self) -> str:
        return f"{self.about}: wrong with probability at most {self.probability}"


RealStatement = EnclosureStatement | ProbabilityStatement


def real_statement_of(data: str) -> RealStatement:
    """Read what `json` of either statement wrote. Raises InputError for anything else."""
    try:
        value = json.loads(data)
        statement = _enclosure(value) if value["claim"] == "enclosure" else _probability(value)
    except (ValueError, RecursionError):
        raise InputError("the statement is not JSON") from None
    except (KeyError, TypeError, AttributeError):
        raise InputError("the statement is not of the form that docs/formats.md gives") from None
    except UsageError as error:
        raise InputError(str(error)) from None
    if statement.json() != data:
        raise InputError("the statement is not in canonical form: sorted keys, no spaces, no other keys")
    return statement


def _enclosure(value: dict[str, Any]) -> EnclosureStatement:
    sides, relations = reals_of(value["reals"]), value["relations"]
    if len(sides) != 2 * len(relations) or not set(relations) <= set(OPERATORS):
        raise InputError(f"{len(relations)} relations were given for {len(sides)} sides, expected <, <= or == for each two")
    comparisons = tuple(Comparison(a, relation, b) for a, relation, b in zip(sides[::2], relations, sides[1::2], strict=True))
    return EnclosureStatement(value["about"], comparisons, tuple(value["cases"]), tuple(value["assumptions"]))


def _probability(value: dict[str, Any]) -> ProbabilityStatement:
    if value["claim"] != "probably":
        raise InputError(f"the claim is {str(value['claim'])[:40]!r}, expected enclosure or probably")
    return ProbabilityStatement(
        value["about"],
        rational_of(value["probability"]),
        value["trials"],
        _experiment(value["experiment"]),
        _experiment(value["mutant"]),
        rational_of(value["share"]),
        tuple(value["assumptions"]),
    )


def _experiment(value: dict[str, Any]) -> Experiment:
    numbers, places, signs = list(reals_of(value["reals"])), value["weights"], value["signs"]
    if len(places) != len(signs) or not set(signs) <= {">0", "<=0"} or len(numbers) != sum(1 + len(row) for row in places):
        raise InputError("the means, weights and signs of an experiment do not belong together")
    if type(value["normals"]) is not int or any(type(j) is not int for row in places for j in row):
        raise InputError("the normals of an experiment are numbered by integers")
    rest = iter(numbers)
    coordinates = [
        Coordinate(next(rest), tuple((j, next(rest)) for j in row), sign == ">0") for row, sign in zip(places, signs, strict=True)
    ]
    return Experiment(value["normals"], tuple(coordinates))


def _check_words(about: str, assumptions: Sequence[str]) -> None:
    if not isinstance(about, str) or not about.strip():
        raise UsageError("the statement does not say what its numbers are: write it in `about`")
    if any(not isinstance(text, str) or not text.strip() for text in assumptions):
        raise UsageError("an assumption is empty: write it as a sentence, or leave it out")


def _canonical(value: Json) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"))
