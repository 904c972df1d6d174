"""Domains as values: what they contain, how they read in words and files, and what is refused in which words."""

from fractions import Fraction

import pytest

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
from proofcheck.errors import InputError, Refusal, UsageError

ONE = Fraction(1)
SUM = Constraint(((0, ONE), (1, Fraction(-1, 2))), "<=", Fraction(9))

WORDS = {
    "{0,1}^256": Bits.of((256,)),
    "[0, 1]^2": Box(0, 1).of((2,)),
    "R^3": Reals.of((3,)),
    "R": Reals.of(()),
    "[0, inf)^4": NonNegative.of((2, 2)),
    "(-inf, 1/2]": Domain((Interval(None, Fraction(1, 2)),)),
    "{0..7}": Words(3).of(()),
    "{-2..2}^3": Integers(-2, 2).of((3,)),
    "{0, 1/4, ..., 1}": Points(0, 1, Fraction(1, 4)).of(()),
    "{5}": Integers(5, 5).of(()),
    "[0, 1]^2 x {0,1}": product_of([Box(0, 1).of((2,)), Bits.of(())]),
    "([0, 2/5] or [1/2, 1])^2": Cells(2, Fraction(1, 10)).of((2,)),
    "([0, 0] or [1/8, 1/8] or ... (8 parts) or [7/8, 1])": Cells(8, Fraction(1, 8)).of(()),
    "all x in {0..7}^2 with x_0 - 1/2*x_1 <= 9": Polyhedron((SUM,), Words(3)).of((2,)),
    "all x in R^2 with x_0 == x_1": Domain((Interval(None, None),) * 2, (Constraint(((0, ONE), (1, -ONE)), "==", Fraction(0)),)),
    "all x in {0..3}^4 with x_0, x_2 pairwise different": Domain((Grid(0, 1, 4),) * 4, (), ((2, 0),)),
    "the permutations of 0..5": Permutations.of((6,)),
    "the undirected graphs on 3 vertices": Graphs.of((3, 3)),
    "the directed graphs on 3 vertices": DirectedGraphs.of((3, 3)),
    "the single point ()": Bits.of((0,)),
}


@pytest.mark.parametrize("words", WORDS)
def test_a_domain_in_words(words):
    assert WORDS[words].describe() == words


@pytest.mark.parametrize("words", WORDS)
def test_the_file_form_is_read_back(words):
    domain = WORDS[words]
    assert domain_of(domain.json()) == domain


def test_the_file_form_is_the_documented_one():
    domain = Domain((*Bits.of((2,)).sets, Interval(None, Fraction(-3, 4))), (SUM,), ((0, 1),))
    assert domain.json() == {
        "sets": [[["grid", "0x0", "0x1", 2], 2], [["interval", None, "-0x3/0x4"], 1]],
        "constraints": [[[[0, "0x1"], [1, "-0x1/0x2"]], "<=", "0x9"]],
        "different": [[0, 1]],
    }


GOOD = Polyhedron((SUM,), Words(3)).of((2,)).json()
BAD_FILES = [
    None,
    [],
    {},
    {**GOOD, "more": 1},
    {**GOOD, "sets": [[["grid", "0x0", "0x1", 8], 1], [["grid", "0x0", "0x1", 8], 1]]},
    {**GOOD, "sets": [[["grid", "0x0", "0x1", 8], 2.0]]},
    {**GOOD, "sets": [[["grid", "0x0", "0x1", True], 2]]},
    {**GOOD, "sets": [[["grid", "0x0", "0x1", 8], -2]]},
    {**GOOD, "sets": [[["grid", 0, "0x1", 8], 2]]},
    {**GOOD, "sets": [[["grid", "0x0", "0x0", 8], 2]]},
    {**GOOD, "sets": [[["circle", "0x0", "0x1", 8], 2]]},
    {**GOOD, "sets": [[["interval", "0x1", "0x0"], 2]]},
    {**GOOD, "sets": [[["intervals", []], 2]]},
    {**GOOD, "sets": [[["intervals", [["0x0", "0x1"], ["0x1", "0x2"]]], 2]]},
    {**GOOD, "sets": [[["grid", "0x0", "0x1", 8], 10**9]]},
    {**GOOD, "constraints": [[[[1, "0x1"], [0, "0x1"]], "<=", "0x9"]]},
    {**GOOD, "constraints": [[[[0, "0x1"], [0, "0x1"]], "<=", "0x9"]]},
    {**GOOD, "constraints": [[[[0, "0x0"]], "<=", "0x9"]]},
    {**GOOD, "constraints": [[[[2, "0x1"]], "<=", "0x9"]]},
    {**GOOD, "constraints": [[[[True, "0x1"]], "<=", "0x9"]]},
    {**GOOD, "constraints": [[[[0, "0x1"]], "<", "0x9"]]},
    {**GOOD, "constraints": [[[], "<=", "0x9"]]},
    {**GOOD, "different": [[1, 0]]},
    {**GOOD, "different": [[0]]},
    {**GOOD, "different": [[0, 0]]},
]


@pytest.mark.parametrize("data", BAD_FILES, ids=range(len(BAD_FILES)))
def test_anything_else_is_refused_as_a_file(data):
    with pytest.raises(InputError):
        domain_of(data)


REFUSED = {
    "the interval [1, 0] is empty: its low end must not exceed its high end": lambda: Interval(1, 0),
    "the interval [3, 2] is empty": lambda: Box(3, 2),
    "0.5 is a float, and a float does not say which number is meant": lambda: Box(0, 0.5),
    "a grid of 0 points is not a set: give a whole number from 1 on": lambda: Grid(0, 1, 0),
    "the step 0 of a grid must be positive": lambda: Grid(0, 0, 3),
    "a union of no intervals is empty: give at least one part": lambda: Intervals(()),
    "a part from 1 follows one up to 1: give disjoint parts in increasing order": lambda: Intervals(((0, 1), (1, 2))),
    "5 is not reached from 0 in steps of 2: give two points and a step > 0": lambda: Points(0, 5, 2),
    "words of -1 bits were asked for: the number of bits is at least 0": lambda: Words(-1),
    "4 cells with gaps of 1/2 were asked for: a gap is above 0 and at most 1/count": lambda: Cells(4, Fraction(1, 2)),
    "permutations of shape (2, 2) were asked for: the shape is (n,) with n at least 1": lambda: Permutations.of((2, 2)),
    "graphs of shape (2, 3) were asked for: the shape is (n, n) with n at least 1": lambda: Graphs.of((2, 3)),
    "a constraint compares by '<': write '<=' or '=='": lambda: Constraint(((0, ONE),), "<", ONE),
    "a constraint without coordinates says nothing: leave it out": lambda: Constraint((), "<=", ONE),
    "a constraint names a coordinate twice: add its coefficients up": lambda: Constraint(((0, ONE), (0, ONE)), "<=", ONE),
    "a constraint has a zero coefficient: leave the coordinate out": lambda: Constraint(((0, Fraction(0)),), "<=", ONE),
    "the domain has coordinates 0 .. 1, a condition names coordinate 2": lambda: Domain(Bits.of((2,)).sets, (), ((0, 2),)),
    "an all-different group needs at least two distinct coordinates, [0] was given": lambda: Domain(
        Bits.of((2,)).sets, (), ((0,),)
    ),
    "R^2 is infinite: it has no cardinality and no ranks": lambda: Reals.of((2,)).cardinality(),
    "{0, 1/2, ..., 1} has values that are not integers: use unrank_scaled, which gives a denominator": lambda: (
        Points(0, 1, Fraction(1, 2)).of(()).unrank_many(0, 1)
    ),
    "would be filtered from 2305843009213693952 candidates: at most 2^20 can be ranked": lambda: Domain(
        (Grid(0, 1, 2**61), Grid(0, 1, 1), Grid(0, 1, 1)), (), ((0, 1),)
    ).cardinality(),
    "('1/2',) is not in {0,1}: it has no rank": lambda: Bits.of(()).rank([Fraction(1, 2)]),
    "a point of this domain has 3 coordinates, 2 were given": lambda: Bits.of((3,)).contains([0, 1]),
    "{0,1}^2 is not a product of intervals: only those have a volume here": lambda: Bits.of((2,)).volume(),
    "[0, inf) is unbounded: it has no finite volume": lambda: NonNegative.of(()).volume(),
}


@pytest.mark.parametrize("message", REFUSED)
def test_what_is_refused_is_refused_in_one_sentence(message):
    with pytest.raises((InputError, Refusal, UsageError)) as caught:
        REFUSED[message]()
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_membership_is_exact():
    third = Box(0, Fraction(1, 3)).of(())
    assert third.contains([Fraction(1, 3)])
    assert not third.contains([Fraction(10**40 + 1, 3 * 10**40)])
    assert Graphs.of((2, 2)).contains([0, 1, 1, 0])
    assert not Graphs.of((2, 2)).contains([0, 1, 0, 0])
    assert not Permutations.of((3,)).contains([0, 1, 1])


def test_volumes_are_exact_products_of_lengths():
    assert Box(Fraction(-1, 3), Fraction(1, 2)).of((3,)).volume() == Fraction(125, 216)
    assert Cells(4, Fraction(1, 100)).of((2,)).volume() == Fraction(97, 100) ** 2
    assert Reals.of((0,)).volume() == 1


def test_bounds_follow_from_constraints():
    simplex = Polyhedron((Constraint(tuple((i, ONE) for i in range(4)), "==", ONE),), NonNegative).of((4,))
    assert [simplex.bounds(i) for i in range(4)] == [(0, 1)] * 4
    assert Reals.of((2,)).bounds(1) == (None, None)


SUBSETS = [
    (Bits.of((2,)), Box(0, 1).of((2,)), True),
    (Box(0, 1).of((2,)), Bits.of((2,)), False),
    (Bits.of((2,)), Words(3).of((2,)), True),
    (Words(3).of((2,)), Bits.of((2,)), False),
    (Points(0, 1, Fraction(1, 2)).of(()), Points(0, 1, Fraction(1, 4)).of(()), True),
    (Points(0, 1, Fraction(1, 4)).of(()), Points(0, 1, Fraction(1, 2)).of(()), False),
    (Cells(4, Fraction(1, 100)).of((3,)), Box(0, 1).of((3,)), True),
    (Box(0, Fraction(1, 10)).of(()), Cells(4, Fraction(1, 100)).of(()), True),
    (Box(0, Fraction(1, 2)).of(()), Cells(4, Fraction(1, 100)).of(()), False),
    (Permutations.of((3,)), Words(2).of((3,)), True),
    (Permutations.of((3,)), Domain(Words(2).of((3,)).sets, (), ((0, 2),)), True),
    (Words(2).of((3,)), Permutations.of((3,)), False),
    (Graphs.of((3, 3)), DirectedGraphs.of((3, 3)), True),
    (DirectedGraphs.of((3, 3)), Graphs.of((3, 3)), False),
    (Reals.of((2,)), Reals.of((3,)), False),
    (Box(0, 1).of((2,)), Polyhedron((Constraint(((0, ONE), (1, ONE)), "<=", Fraction(2)),)).of((2,)), True),
    (Box(0, 1).of((2,)), Polyhedron((Constraint(((0, ONE), (1, ONE)), "<=", Fraction(3, 2)),)).of((2,)), False),
    (
        Polyhedron((Constraint(((0, Fraction(2)),), "<=", ONE),), Box(0, 1)).of((2,)),
        Polyhedron((Constraint(((0, ONE),), "<=", Fraction(1, 2)),)).of((2,)),
        True,
    ),
]


@pytest.mark.parametrize(("inner", "outer", "answer"), SUBSETS, ids=range(len(SUBSETS)))
def test_subsets_by_table(inner, outer, answer):
    assert inner.is_subset(outer) is answer


def test_a_concatenation_shifts_the_conditions():
    joined = product_of([Permutations.of((2,)), Graphs.of((2, 2))])
    assert joined.contains([1, 0, 0, 1, 1, 0])
    assert not joined.contains([1, 1, 0, 1, 1, 0])
    assert not joined.contains([1, 0, 0, 1, 0, 0])
    assert joined.cardinality() == 4
