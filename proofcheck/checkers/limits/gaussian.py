"""Draw a Gaussian vector with exact parameters so that each trial is decided rightly or left undecided.

Floats cannot hold an exact normal number, but they can locate one. A raw 64-bit integer U stands for every uniform real
u in [U, U + 1] / 2^64, whose lower bits were not drawn; if the integers are independent and uniform, then so are such
reals, and the transform of Box and Muller (1958) turns them into independent standard normals z, exactly. What is
computed is a z' with |z' - z| <= 2^-22, whichever u was meant, and a sign is believed only when the value is farther
from 0 than all that can have gone wrong. A trial that is not decided so is counted against every verdict.

Why 2^-22. Only U >= 2^24, that is u >= 2^-40, is used; a smaller one leaves its trial undecided. For R^2 = -2 ln(u) the
cell of u (2^-64 wide) and its rounding (2^-53 of u) give an error of at most 2 (2^-64 / 2^-40 + 2^-52) < 2^-22.9. Where
R >= 1 this moves R by less than half of it; where R < 1, u > 1/2, so that the error of R^2 is below 2^-50 and R moves by
at most the root of that, 2^-25. The angle 2 pi u' errs by less than 2^-48, and R <= 7.5.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from proofcheck.spec.reals import Real
from proofcheck.spec.reals_algebra import Algebra
from proofcheck.spec.reals_enclosure import Enclosures, decide_all
from proofcheck.spec.reals_intervals import Undecided
from proofcheck.spec.reals_statement import Experiment

BLOCK = 1 << 22
"""Raw integers drawn at a time; the split into blocks does not change the stream."""
LEAST_RAW = np.uint64(1 << 24)
GUARD = 2.0**-19
"""Eight times the error of a normal, for each unit of weight: it also covers the rounding of weights, mean and sum."""
PARAMETER_BITS = (80, 160, 640)
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Count:
    """failures: trials in which a sign is certainly wrong. undecided: trials too close to call."""

    trials: int
    failures: int
    undecided: int


def raw_stream(seed: bytes) -> Any:
    """Philox4x64-10 in counter mode, keyed by the first 128 bits of the SHA-256 of the seed. Raw integers only: how numpy
    makes floats of them may change between releases."""
    return np.random.Philox(key=int.from_bytes(hashlib.sha256(seed).digest()[:16], "little"))


def standard_normals(raw: NDArray[np.uint64]) -> tuple[Floats, NDArray[np.bool_]]:
    """Normals from an even number of raw integers per row, (rows, 2 r) to (rows, 2 r), and which rows may be used."""
    first, second = raw[:, 0::2], raw[:, 1::2]
    radius = np.sqrt(-2.0 * np.log((first.astype(np.float64) + 0.5) * 2.0**-64))
    angle = (2.0**-63 * np.pi) * (second.astype(np.float64) + 0.5)
    normals = np.concatenate([radius * np.cos(angle), radius * np.sin(angle)], axis=1)
    return normals, np.all(first >= LEAST_RAW, axis=1)


def count_failures(experiment: Experiment, trials: int, seed: bytes) -> Count:
    """Run the trials. Trial t reads raw integers t r to (t + 1) r of the stream, so more trials do not move earlier ones.

    Raises Undecided when a parameter has no value.
    """
    mean, weights, positive = _parameters(experiment)
    guard = GUARD * (np.abs(weights).sum(axis=1) + np.abs(mean))
    constant = _constant_failures(experiment)
    per_trial = 2 * ((experiment.normals + 1) // 2)
    stream, failures, undecided, left = raw_stream(seed), 0, 0, trials
    while left:
        rows = min(left, max(1, BLOCK // per_trial))
        normals, usable = standard_normals(stream.random_raw(rows * per_trial).reshape(rows, per_trial))
        values = normals[:, : experiment.normals] @ weights.T + mean
        signed = np.where(positive, values, -values)
        wrong = usable & (np.any(signed < -guard, axis=1) | constant)
        right = usable & np.all(signed > guard, axis=1) & (not constant)
        failures += int(wrong.sum())
        undecided += int((~wrong & ~right).sum())
        left -= rows
    return Count(trials, failures, undecided)


def _parameters(experiment: Experiment) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """Means (c), weights (c, normals) and signs (c) of the coordinates that have a weight."""
    coordinates = [c for c in experiment.coordinates if c.weights]
    nearest = _nearest({id(x): x for c in coordinates for x in (c.mean, *(weight for _, weight in c.weights))})
    weights = np.zeros((len(coordinates), experiment.normals))
    for i, coordinate in enumerate(coordinates):
        for j, weight in coordinate.weights:
            weights[i, j] = nearest[id(weight)]
    mean = np.array([nearest[id(c.mean)] for c in coordinates], dtype=np.float64)
    return mean, weights, np.array([c.positive for c in coordinates], dtype=np.bool_)


def _nearest(numbers: Mapping[int, Real]) -> dict[int, float]:
    """For each number a float within 2^-50 of it, relatively.

    Raises Undecided when no precision shows one, or for a number of extreme size, where floats lose their digits.
    """
    algebra = Algebra()
    precisions = [Enclosures(bits, algebra) for bits in PARAMETER_BITS]
    result = {}
    for key, x in numbers.items():
        intervals = (enclosures.of(x) for enclosures in precisions)
        close = next((i for i in intervals if i.high - i.low <= max(abs(i.low), abs(i.high)) / 2**60), None)
        value = algebra.rational_value(x) if close is None else (close.low + close.high) / 2
        if value is None or (value and not Fraction(1, 2**400) <= abs(value) <= 2**400):
            raise Undecided("a parameter is too close to 0 or too large to be drawn with")
        result[key] = value.numerator / value.denominator
    return result


def _constant_failures(experiment: Experiment) -> bool:
    """Whether a coordinate without weights, which is its mean, has the wrong sign. Raises Undecided when that is open."""
    fixed = [c for c in experiment.coordinates if not c.weights]
    decisions = decide_all([c.mean > 0 if c.positive else c.mean <= 0 for c in fixed])
    for decision in decisions:
        if decision.answer is None:
            raise Undecided(decision.reason)
    return any(decision.answer is False for decision in decisions)
