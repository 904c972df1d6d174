"""Laws of domains: ranks are bijections, every reading has the same members, and what is_subset affirms is so."""

from fractions import Fraction
from functools import cache
from itertools import product
from math import factorial

import numpy as np
import pytest
import z3
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from proofcheck.domains import (
    Bits,
    Box,
    Cells,
    Constraint,
    DirectedGraphs,
    Domain,
    Graphs,
    Grid,
    Integers,
    Interval,
    Intervals,
    NonNegative,
    Permutations,
    Points,
    Polyhedron,
    Reals,
    Words,
    domain_of,
    product_of,
)
from proofcheck.domains.sets import cut, element, index_of, meet, size, subset, value_at
from proofcheck.errors import Refusal, UsageError
from proofcheck.spec import coordinates, is_empty, sample, strategy, such_that

ONE = Fraction(1)
PAIR_SUM = Constraint(((0, ONE), (1, ONE)), "<=", Fraction(5))

FINITE = {
    "bits": (Bits.of((4,)), 16),
    "no coordinates": (Bits.of((0,)), 1),
    "words": (Words(2).of((3,)), 64),
    "a grid of fractions": (Points(Fraction(-1, 2), 1, Fraction(1, 4)).of((2,)), 49),
    "permutations": (Permutations.of((5,)), 120),
    "one permutation": (Permutations.of((1,)), 1),
    "graphs": (Graphs.of((3, 3)), 8),
    "directed graphs": (DirectedGraphs.of((3, 3)), 64),
    "partial permutations": (Domain((Grid(0, 1, 5),) * 3, (), ((0, 1, 2),)), 60),
    "too many different": (Domain((Grid(0, 1, 2),) * 3, (), ((0, 1, 2),)), 0),
    "two groups": (Domain((Grid(0, 1, 3),) * 5, (), ((0, 2), (1, 3, 4))), 36),
    "overlapping groups": (Domain((Grid(0, 1, 3),) * 3, (), ((0, 1), (1, 2))), 12),
    "group of unlike sets": (Domain((Grid(0, 1, 3), Grid(1, 1, 3)), (), ((0, 1),)), 7),
    "group and tie": (Domain((Grid(0, 1, 4),) * 4, (Constraint(((0, ONE), (3, -ONE)), "==", Fraction(0)),), ((0, 1, 2),)), 24),
    "tie inside a group": (Domain((Grid(0, 1, 4),) * 2, (Constraint(((0, ONE), (1, -ONE)), "==", Fraction(0)),), ((0, 1),)), 0),
    "tie of unlike grids": (Domain((Grid(0, 2, 9), Grid(0, 3, 9)), (Constraint(((0, ONE), (1, -ONE)), "==", Fraction(0)),)), 3),
    "tie of a real to a grid": (
        Domain((Interval(None, None), Grid(0, 3, 9)), (Constraint(((0, ONE), (1, -ONE)), "==", Fraction(0)),)),
        9,
    ),
    "fixed coordinate": (Domain((Grid(0, 1, 4),) * 2, (Constraint(((1, Fraction(2)),), "==", Fraction(6)),)), 4),
    "fixed outside": (Domain((Grid(0, 1, 4),) * 2, (Constraint(((1, Fraction(2)),), "==", Fraction(5)),)), 0),
    "filtered": (Polyhedron((PAIR_SUM,), Words(3)).of((2,)), 21),
    "filtered to nothing": (
        Domain((Grid(1, 1, 3),) * 2, (Constraint(((0, Fraction(2)), (1, Fraction(2))), "==", Fraction(7)),)),
        0,
    ),
    "isolated points": (Domain((Intervals(((0, 0), (Fraction(1, 3), Fraction(1, 3)))), Grid(Fraction(1, 2), 1, 2))), 4),
    "one point": (Domain((Interval(3, 3), Grid(7, 10**30, 1))), 1),
    "equation": (
        Domain((Grid(-2, 1, 5),) * 3, (Constraint(((0, ONE), (1, Fraction(2)), (2, Fraction(-3))), "==", Fraction(1)),)),
        8,
    ),
}


def brute(domain: Domain) -> set[tuple[Fraction, ...]]:
    """The members among the product of the finite sets, by contains alone; infinite coordinates take values of the others."""
    pools = [[value_at(s, i) for i in range(n)] if (n := size(s)) is not None else None for s in domain.sets]
    everything = sorted({value for pool in pools if pool is not None for value in pool})
    return {x for x in product(*(everything if pool is None else pool for pool in pools)) if domain.contains(x)}


@pytest.mark.parametrize("name", FINITE)
def test_ranks_are_a_bijection_with_the_members(name):
    domain, count = FINITE[name]
    assert domain.is_finite
    assert domain.cardinality() == count
    points = [domain.unrank(r) for r in range(count)]
    assert set(points) == brute(domain)
    assert [domain.rank(x) for x in points] == list(range(count))
    assert domain.is_empty() == (count == 0)


@pytest.mark.parametrize("name", FINITE)
def test_vectorised_ranks_agree_with_single_ones(name):
    domain, count = FINITE[name]
    for start, stop in {(0, count), (count // 3, count), (count // 2, count // 2)}:
        numerators, denominator = domain.unrank_scaled(start, stop)
        assert numerators.shape == (stop - start, domain.dimension)
        assert [tuple(Fraction(int(v), denominator) for v in row) for row in numerators] == [
            domain.unrank(r) for r in range(start, stop)
        ]
    numerators, denominator = domain.unrank_at(np.arange(count)[::-1])
    assert [tuple(Fraction(int(v), denominator) for v in row) for row in numerators] == [domain.unrank(r) for r in range(count)][
        ::-1
    ]


def test_the_first_coordinate_is_least_significant():
    assert Words(2).of((2,)).unrank_many(0, 6).tolist() == [[0, 0], [1, 0], [2, 0], [3, 0], [0, 1], [1, 1]]


@given(st.integers(0, 2**200 - 1))
def test_ranks_beyond_64_bits(r):
    domain = product_of([Words(70).of((2,)), Bits.of((60,))])
    assert domain.cardinality() == 2**200
    assert domain.rank(domain.unrank(r)) == r
    stop = min(r + 3, 2**200)
    rows = domain.unrank_many(r, stop).tolist()
    assert [tuple(map(Fraction, row)) for row in rows] == [domain.unrank(i) for i in range(r, stop)]


@given(st.integers(0, factorial(20) - 1))
def test_long_permutations_have_ranks(r):
    domain = Permutations.of((20,))
    assert domain.cardinality() == factorial(20)
    assert domain.rank(domain.unrank(r)) == r
    assert tuple(map(Fraction, domain.unrank_many(r, r + 1)[0].tolist())) == domain.unrank(r)


SMALL = st.fractions(-3, 3, max_denominator=3)


@st.composite
def scalar_sets(draw):
    kind = draw(st.sampled_from(("interval", "union", "grid")))
    if kind == "grid":
        return Grid(draw(SMALL), draw(st.fractions(Fraction(1, 6), 2, max_denominator=6)), draw(st.integers(1, 6)))
    if kind == "union":
        ends = sorted(draw(st.lists(SMALL, min_size=4, max_size=4, unique=True)))
        return (
            Intervals(((ends[0], ends[1]), (ends[2], ends[3])))
            if draw(st.booleans())
            else Intervals(((ends[0],) * 2, (ends[3],) * 2))
        )
    low, high = sorted((draw(SMALL), draw(SMALL)))
    return Interval(draw(st.sampled_from((low, None))), draw(st.sampled_from((high, None))))


PROBES = sorted({Fraction(n, d) for d in (1, 2, 3, 4, 6) for n in range(-4 * d, 4 * d + 1)} | {Fraction(100), Fraction(-100)})


@given(scalar_sets(), scalar_sets(), SMALL, SMALL)
def test_operations_on_scalar_sets_are_those_of_sets(a, b, low, high):
    """meet is intersection, cut is cutting, subset is certain both ways on probes, and elements have indices."""

    def inside(s, value):
        return s is not None and element(s, value)

    common, middle = meet(a, b), cut(a, low, high)
    pieces = [s for s in (a, b) if size(s) is not None]
    probes = {*PROBES, *(value_at(s, i) for s in pieces for i in range(size(s)))}
    for value in probes:
        assert inside(common, value) == (element(a, value) and element(b, value))
        assert inside(middle, value) == (element(a, value) and low <= value <= high)
    if subset(a, b):
        assert all(element(b, value) for value in probes if element(a, value))
    elif size(a) is not None:
        assert not all(element(b, value_at(a, i)) for i in range(size(a)))
    for s in pieces:
        values = [value_at(s, i) for i in range(size(s))]
        assert values == sorted(set(values))
        assert [index_of(s, value) for value in values] == list(range(size(s)))


@st.composite
def small_domains(draw):
    sets = tuple(
        draw(st.lists(st.builds(Grid, SMALL, st.sampled_from((ONE, Fraction(1, 2))), st.integers(1, 4)), min_size=1, max_size=3))
    )
    indices = range(len(sets))
    coefficient = st.sampled_from((-2, -1, 1, Fraction(1, 2)))
    constraints = []
    for _ in range(draw(st.integers(0, 2))):
        chosen = draw(st.sets(st.sampled_from(indices), min_size=1))
        terms = tuple((i, Fraction(draw(coefficient))) for i in sorted(chosen))
        constraints.append(Constraint(terms, draw(st.sampled_from(("<=", "=="))), draw(SMALL)))
    different = ((0, 1),) if len(sets) > 1 and draw(st.booleans()) else ()
    return Domain(sets, tuple(constraints), different)


@given(small_domains())
def test_random_domains_have_ranks_bounds_and_a_file_form(domain):
    members = brute(domain)
    assert {domain.unrank(r) for r in range(domain.cardinality())} == members
    for i in range(domain.dimension):
        low, high = domain.bounds(i)
        assert all(low <= x[i] <= high for x in members)
    assert domain_of(domain.json()) == domain


@given(small_domains(), small_domains())
def test_what_is_subset_affirms_is_so(a, b):
    if a.dimension == b.dimension and a.is_subset(b):
        assert brute(a) <= brute(b)
    assert a.is_subset(a)
    assert a.is_subset(Domain(a.sets))


@settings(max_examples=40, deadline=None)
@given(small_domains())
def test_z3_and_samples_have_the_same_members(domain):
    members = brute(domain)
    assert is_empty(domain) == (not members)
    box = coordinates(domain)
    solver = z3.Solver()
    solver.add(*box.constraints)
    found = set()
    while len(found) < 20 and solver.check() == z3.sat:
        model = solver.model()
        found.add(box.point(model))
        solver.add(z3.Or(*(v != model.eval(v, model_completion=True) for v in box.variables)))
    assert found <= members
    assert len(found) == min(20, len(members))
    if members:
        numerators, denominator = sample(domain, 1000, 0)
        assert {tuple(Fraction(int(v), denominator) for v in row) for row in numerators} == members


SAMPLED = {
    "reals": Reals.of((3,)),
    "non-negative": NonNegative.of((2, 2)),
    "below": Domain((Interval(None, Fraction(-1, 3)),) * 2),
    "a box": Box(Fraction(-1, 3), Fraction(2, 7)).of((2,)),
    "one point": Box(Fraction(1, 3), Fraction(1, 3)).of((2,)),
    "bits": Bits.of((40,)),
    "long words": Words(64).of((3,)),
    "integers": Integers(-(2**31), 2**31).of((2,)),
    "cells": Cells(5, Fraction(1, 100)).of((2,)),
    "permutations": Permutations.of((9,)),
    "graphs": Graphs.of((8, 8)),
    "different reals": Domain((Interval(None, None),) * 3, (), ((0, 1, 2),)),
    "partial permutations": Domain((Grid(0, 1, 6000),) * 3, (), ((0, 1, 2),)),
    "half a box": such_that(Box(0, 1), lambda x: x[0] + x[1] <= 1).of((2,)),
    "the simplex": such_that(NonNegative, lambda x: sum(x) == 1).of((6,)),
    "a filtered grid": such_that(Words(12), lambda x: 3 * x[0] <= 2 * x[1]).of((2,)),
    "two ports": product_of([Box(-1, 1).of((2,)), Bits.of((3,))]),
}


@pytest.mark.parametrize("name", SAMPLED)
def test_samples_are_members_and_repeatable(name):
    domain = SAMPLED[name]
    numerators, denominator = sample(domain, 400, 1)
    again, _ = sample(domain, 400, 1)
    other, _ = sample(domain, 400, 2)
    assert numerators.shape == (1 if name == "one point" else 400, domain.dimension)
    assert (numerators == again).all()
    points = [tuple(Fraction(int(v), denominator) for v in row) for row in numerators]
    assert all(domain.contains(x) for x in points)
    assert name == "one point" or numerators.tolist() != other.tolist()
    assert len(set(points)) >= (1 if name == "one point" else 30)


def test_samples_reach_both_ends_of_every_coordinate():
    for domain in (SAMPLED["a box"], SAMPLED["bits"], SAMPLED["long words"], SAMPLED["cells"], SAMPLED["integers"]):
        numerators, denominator = sample(domain, 400, 1)
        for i in range(domain.dimension):
            column = [Fraction(int(v), denominator) for v in numerators[:, i]]
            assert (min(column), max(column)) == domain.bounds(i)


def test_samples_of_reals_tie_coordinates():
    numerators, _ = sample(Reals.of((2,)), 1000, 0)
    assert 20 < np.sum(numerators[:, 0] == numerators[:, 1]) < 500


@cache
def strategy_of(name):
    return strategy(SAMPLED[name])


@pytest.mark.parametrize("name", SAMPLED)
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_strategies_draw_members(name, data):
    assert SAMPLED[name].contains(data.draw(strategy_of(name)))


@pytest.mark.parametrize("name", [name for name, (_, count) in FINITE.items() if count])
@settings(max_examples=5, deadline=None)
@given(data=st.data())
def test_strategies_draw_members_of_finite_domains(name, data):
    domain, _ = FINITE[name]
    assert domain.contains(data.draw(strategy(domain)))


def test_an_empty_domain_has_nothing_to_draw():
    empty = FINITE["filtered to nothing"][0]
    with pytest.raises(Refusal, match="is empty: there is nothing to sample"):
        sample(empty, 10, 0)
    with pytest.raises(Refusal, match="is empty: there is nothing to draw"):
        strategy(empty)


def test_emptiness_over_the_reals_is_decided_by_z3():
    assert is_empty(such_that(Reals, lambda x: [x[0] + x[1] <= 1, x[0] - x[1] >= 3, x[1] >= Fraction(-1, 2)]).of((2,))) is True
    assert is_empty(such_that(Reals, lambda x: [x[0] + x[1] <= 1, x[0] - x[1] >= 3]).of((2,))) is False


def test_ranks_outside_are_refused():
    with pytest.raises(UsageError, match="rank 8 was asked of a domain of 8 points"):
        Bits.of((3,)).unrank(8)
    with pytest.raises(UsageError, match=r"ranks -1 \.\. 2 was asked of a domain of 8 points"):
        Bits.of((3,)).unrank_many(-1, 3)
