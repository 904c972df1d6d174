"""A domain as a Hypothesis strategy: tuples of Fractions that shrink towards small, simple points of the domain.

Ties and permutations hold by construction, finite domains go through their ranks, other conditions filter. Hypothesis
is imported when `strategy` is called.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from proofcheck.domains import Domain, Grid, Interval, ScalarSet
from proofcheck.domains.ranking import Classes, classes_of
from proofcheck.domains.sets import size, value_at
from proofcheck.errors import Refusal
from proofcheck.spec.sampling import sample

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

Point = tuple[Fraction, ...]
SAMPLES = 64
SHUFFLED = 1024


def strategy(domain: Domain) -> SearchStrategy[Point]:
    """Points of the domain, as tuples of d Fractions. Raises Refusal when the domain is empty or no point can be found."""
    from hypothesis import strategies as st

    classes = classes_of(domain.sets, domain.constraints, domain.different)
    if classes.empty:
        raise Refusal(f"{domain.describe()} is empty: there is nothing to draw")
    if classes.rest or classes.clashes:
        try:
            total = domain.cardinality()
        except Refusal:
            if any(constraint.relation == "==" for constraint in classes.rest):
                return _between_samples(domain)
            return _product(classes).filter(domain.contains)
        if not total:
            raise Refusal(f"{domain.describe()} is empty: there is nothing to draw")
        return st.integers(0, total - 1).map(domain.unrank)
    return _product(classes)


def _product(classes: Classes) -> SearchStrategy[Point]:
    """All classes drawn independently, but the members of a group together."""
    from hypothesis import strategies as st

    grouped = {k for group in classes.groups for k in group}
    parts: list[Any] = [_group(classes, group) for group in classes.groups]
    order = [k for group in classes.groups for k in group]
    for k, s in enumerate(classes.sets):
        if k not in grouped:
            parts.append(_scalar(s).map(lambda value: (value,)))
            order.append(k)
    place = {k: position for position, k in enumerate(order)}

    def spread(drawn: tuple[tuple[Fraction, ...], ...]) -> Point:
        flat = [value for part in drawn for value in part]
        return tuple(flat[place[k]] for k in classes.member)

    return st.tuples(*parts).map(spread)


def _group(classes: Classes, group: tuple[int, ...]) -> SearchStrategy[Point]:
    from hypothesis import strategies as st

    s, length = classes.sets[group[0]], len(group)
    elements = size(s)
    if elements is None or elements > SHUFFLED:
        return st.lists(_scalar(s), min_size=length, max_size=length, unique=True).map(tuple)
    if elements < length:
        raise Refusal(f"{length} different values are asked for from a set of {elements}: there is nothing to draw")
    return st.permutations([value_at(s, i) for i in range(elements)]).map(lambda values: tuple(values[:length]))


def _scalar(s: ScalarSet) -> SearchStrategy[Fraction]:
    from hypothesis import strategies as st

    if isinstance(s, Grid):
        zero = min(max(int(-s.low // s.step), 0), s.count - 1)
        return st.integers(-zero, s.count - 1 - zero).map(lambda t: s.low + (t + zero) * s.step)
    if not isinstance(s, Interval):
        return st.one_of([_scalar(Interval(low, high)) for low, high in s.parts])
    if s.low is not None and s.low == s.high:
        return st.just(s.low)
    low = None if s.low is None else -(-s.low // 1)
    high = None if s.high is None else s.high // 1
    fractions = st.fractions(s.low, s.high)
    if low is not None and high is not None and low > high:
        return fractions
    return st.one_of(st.integers(low, high).map(Fraction), fractions)


def _between_samples(domain: Domain) -> SearchStrategy[Point]:
    """Points on segments between sampled ones, where these lie in the domain; equations leave filtering no chance."""
    from hypothesis import strategies as st

    numerators, denominator = sample(domain, SAMPLES, 0)
    points = [tuple(Fraction(int(v), denominator) for v in row) for row in numerators]

    def between(a: Point, b: Point, weight: Fraction) -> Point:
        middle = tuple(weight * q + (1 - weight) * p for p, q in zip(a, b, strict=True))
        return middle if domain.contains(middle) else a

    choice = st.sampled_from(sorted(points, key=lambda point: sum(map(abs, point))))
    return st.builds(between, choice, choice, st.fractions(0, 1))
