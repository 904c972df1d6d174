"""Samples of a domain: corners and other telling points first, then seeded random ones; always members, always exact.

The same domain, count and seed give the same points on every machine. Ties between coordinates, which matter to max and
comparisons, occur often. What is drawn and violates a condition of the domain is dropped.
"""

from __future__ import annotations

from fractions import Fraction
from math import lcm
from typing import Any

import numpy as np
import numpy.typing as npt

from proofcheck.domains import Domain, Interval
from proofcheck.domains.ranking import Classes, classes_of
from proofcheck.domains.sets import size, value_at
from proofcheck.errors import Refusal
from proofcheck.spec.batched import INT64_MAX, batched, scaled
from proofcheck.spec.lattice import SCALES, Lattice, draw, lattices_of
from proofcheck.spec.solver import extreme_points
from proofcheck.spec.term import affine, compare, node

Array = npt.NDArray[Any]
DEVIATIONS = 64
ROUNDS = 40
SMALLEST_ROUND = 1024
SHUFFLED = 4096


def sample(domain: Domain, count: int, seed: int) -> tuple[Array, int]:
    """(numerators (at most count, d), denominator) of points of the domain; int64 when they fit, otherwise object. Exact.

    A finite domain of at most `count` points is returned whole, each point once. Raises Refusal when the domain is
    empty, or when its conditions leave too little to be found by drawing.
    """
    classes = classes_of(domain.sets, domain.constraints, domain.different)
    generator = np.random.Generator(np.random.PCG64(seed))
    total = _cardinality(domain)
    if total == 0:
        raise Refusal(f"{domain.describe()} is empty: there is nothing to sample")
    if total is not None and total <= count:
        return domain.unrank_scaled(0, total)
    if total is not None and (classes.rest or classes.clashes):
        ranks = np.concatenate([np.arange(min(count, 2)), [total - 1], generator.integers(0, total, count)])[:count]
        return domain.unrank_at(ranks)
    numerators, denominator = _drawn(domain, classes, count, generator)
    if len(numerators) < count and not domain.different and all(isinstance(s, Interval) for s in domain.sets):
        return _combined(domain, count, seed, generator)
    if not len(numerators):
        raise Refusal(f"no point of {domain.describe()} was found by drawing: give a domain with fewer conditions")
    return numerators, denominator


def members(domain: Domain, numerators: Array, denominator: int) -> npt.NDArray[np.bool_]:
    """Which rows satisfy the constraints and all-different groups of the domain, as a mask (count,); sets are not looked at."""
    coordinate = [node("input", i, (), False) for i in range(domain.dimension)]
    good = np.ones(len(numerators), dtype=bool)
    for constraint in domain.constraints:
        form = affine(0, ((c, coordinate[i]) for i, c in constraint.terms))
        values, _ = batched([compare(constraint.relation, form, constraint.bound)], numerators, denominator)
        good &= values[:, 0] == 1
    for group in domain.different:
        ordered = np.sort(numerators[:, list(group)], axis=1)
        good &= np.all(ordered[:, 1:] != ordered[:, :-1], axis=1)
    return good


def _cardinality(domain: Domain) -> int | None:
    try:
        return domain.cardinality()
    except Refusal:
        return None


def _drawn(domain: Domain, classes: Classes, count: int, generator: np.random.Generator) -> tuple[Array, int]:
    """At most `count` points, drawn class by class and filtered."""
    lattices = [lattices_of(s) for s in classes.sets]
    denominator = lcm(*(lattice.denominator for parts in lattices for lattice in parts))
    largest = max((part.largest for parts in lattices for part in parts), default=Fraction(0))
    kind: Any = np.int64 if largest * denominator <= INT64_MAX else object
    batch: Array = _corners(lattices, denominator, kind)[: max(1, count // 2)]
    found: list[Array] = []
    missing = count
    for turn in range(ROUNDS):
        if turn:
            manner = np.arange(max(missing, SMALLEST_ROUND) if classes.rest else missing) % 4
            scale = generator.integers(0, len(SCALES) + 1, len(manner))
            batch = np.empty((len(manner), len(lattices)), dtype=kind)
            for k, parts in enumerate(lattices):
                batch[:, k] = draw(parts, manner, scale, denominator, kind, generator)
        _shuffle_groups(batch, classes, denominator, generator)
        points = batch[:, list(classes.member)]
        kept = points[members(domain, points, denominator)][:missing]
        found.append(kept)
        missing -= len(kept)
        if not missing:
            break
    return np.concatenate(found), denominator


def _corners(lattices: list[tuple[Lattice, ...]], denominator: int, kind: Any) -> Array:
    """All low, all high, all next to zero, all one step inside, alternating, and single coordinates that deviate."""
    columns = [_telling(parts, denominator) for parts in lattices]
    low, high, zero, above, below = (np.array(values, dtype=kind) for values in zip(*columns, strict=True))
    odd = np.arange(len(columns)) % 2 == 1
    rows = [low, high, zero, above, below, np.where(odd, low, high), np.where(odd, high, low)]
    for k in np.unique(np.linspace(0, len(columns) - 1, DEVIATIONS).astype(int)):
        at = np.arange(len(columns)) == k
        rows += [np.where(at, high, low), np.where(at, low, high), np.where(at, high, zero), np.where(at, low, zero)]
    return np.stack(rows)


def _telling(parts: tuple[Lattice, ...], denominator: int) -> list[int]:
    """Numerators of the lowest and highest value, the one nearest zero, and those one step inside the ends."""
    first, last = parts[0], parts[-1]
    nearest = min(parts, key=lambda part: abs(part.anchor + part.unit * part.zero))
    inside = ((first, min(first.low + 1, first.high)), (last, max(last.high - 1, last.low)))
    chosen = ((first, first.low), (last, last.high), (nearest, nearest.zero), *inside)
    return [int((part.anchor + part.unit * t) * denominator) for part, t in chosen]


def _shuffle_groups(batch: Array, classes: Classes, denominator: int, generator: np.random.Generator) -> None:
    """Give each all-different group with few values distinct ones: increasing, decreasing, then at random."""
    for group in classes.groups:
        elements = size(classes.sets[group[0]])
        if elements is None or elements > SHUFFLED or elements < len(group):
            continue
        values = np.array([int(value_at(classes.sets[group[0]], i) * denominator) for i in range(elements)], dtype=batch.dtype)
        order = np.argsort(generator.random((len(batch), elements)), axis=1)[:, : len(group)]
        order[:1] = np.arange(len(group))
        order[1:2] = np.arange(elements)[::-1][: len(group)]
        batch[:, list(group)] = values[order]


def _combined(domain: Domain, count: int, seed: int, generator: np.random.Generator) -> tuple[Array, int]:
    """Points of a polyhedron: extreme points found by z3, and weighted means of pairs of them."""
    corners = extreme_points(domain, 2 * domain.dimension + 16, seed)
    if not corners:
        raise Refusal(f"no point of {domain.describe()} was found by drawing or by z3: it may be empty")
    points = corners[:count]
    while len(points) < count:
        a, b = (points[int(i)] for i in generator.integers(0, len(points), 2))
        weight = Fraction(int(generator.integers(0, 17)), 16)
        points.append(tuple(weight * p + (1 - weight) * q for p, q in zip(a, b, strict=True)))
    return scaled(points)
