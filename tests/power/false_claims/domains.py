"""Claims on the wrong inputs: empty and vacuous domains, faces and points, cells, polyhedra, graphs, foreign shapes."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from proofcheck import (
    Bits,
    Box,
    Cells,
    Computes,
    DirectedGraphs,
    Graphs,
    Integers,
    Permutations,
    Points,
    Polyhedron,
    Property,
    Reals,
    floor,
    maximum,
    such_that,
)
from proofcheck.domains import Constraint, Domain, Grid, Interval, Intervals
from proofcheck.networks import Network, inputs, network, relu
from tests.power.false_claims.rows import ESTABLISHED, Row, bounded, row

EMPTY = "a claim about no input says nothing"
OUTSIDE = "not certainly inside the domain of the network"
HALF, TINY = Fraction(1, 2), Fraction(1, 2**50)


def condition(relation: str, bound: int | Fraction, *terms: tuple[int, int]) -> Constraint:
    return Constraint(tuple((i, Fraction(q)) for i, q in terms), relation, Fraction(bound))


def parts(n: int, on: Any = Reals) -> Network:
    return network([relu(x) for x in inputs(n, on=on)])


def unit(on: Any) -> Network:
    return network(relu(inputs(on=on)))


def apart(on: Any = Reals) -> Network:
    """The positive part of the difference of two numbers."""
    a, b = inputs(2, on=on)
    return network(relu(a - b))


def above(on: Any = Reals) -> Network:
    """By how much the sum of two numbers is above 1."""
    a, b = inputs(2, on=on)
    return network(relu(a + b - 1))


def quantiser(gap: Fraction) -> Network:
    """floor(2 x) / 2 on [0, 1] outside a gap below 1/2."""
    x = inputs(on=Box(0, 1))
    slope = 1 / gap
    return network((relu(slope * (x - HALF + gap)) - relu(slope * (x - HALF))) / 2)


def asymmetry() -> Network:
    """How many edges of three vertices lack their opposite."""
    a = inputs(3, 3, on=Bits)
    return network(sum(relu(a[i][j] - a[j][i]) for i in range(3) for j in range(3)))


def loops() -> Network:
    a = inputs(3, 3, on=Bits)
    return network(sum(relu(a[i][i]) for i in range(3)))


def refused(what: str, build: Any, target: Callable[..., Any], false: Any, true: Any, ends: str = EMPTY, **rest: Any) -> Row:
    """A false target on a domain on which everything or nothing would be true, and the right one on a domain of inputs."""
    wrong = lambda *x: [value + 1 for value in target(*x)]  # noqa: E731
    return row(what, build, lambda: Computes(wrong, on=false), lambda: Computes(target, on=true), ends, **rest)


def positive(x: Any) -> list[Any]:
    return [maximum(value, 0) for value in x]


ZERO = condition("<=", -1, (0, 1))
TRIANGLE = [condition("<=", 1, (i, 1), (j, 1)) for i, j in ((0, 1), (1, 2), (0, 2))]
HIDDEN = Domain(Reals.of((3,)).sets, (*TRIANGLE, condition("<=", -2, (0, -1), (1, -1), (2, -1))))
SHOWN = Domain(Reals.of((3,)).sets, (*TRIANGLE, condition("<=", Fraction(-3, 2), (0, -1), (1, -1), (2, -1))))

VACUOUS = (
    refused("x >= 0 and x <= -1", lambda: parts(1), positive, Polyhedron((ZERO,), on=Box(0, 1)), Box(0, 1), strength=ESTABLISHED),
    refused(
        "bits that add up to 3",
        lambda: parts(2, Bits),
        positive,
        Polyhedron((condition("==", 3, (0, 1), (1, 1)),), on=Bits),
        Polyhedron((condition("==", 2, (0, 1), (1, 1)),), on=Bits),
    ),
    refused(
        "bits that add up to 1/2",
        lambda: parts(2, Bits),
        positive,
        Polyhedron((condition("==", HALF, (0, 1), (1, 1)),), on=Bits),
        Polyhedron((condition("==", 1, (0, 1), (1, 1)),), on=Bits),
    ),
    refused(
        "three different bits",
        lambda: parts(3, Bits),
        positive,
        Domain(Bits.of((3,)).sets, (), ((0, 1, 2),)),
        Domain(Bits.of((3,)).sets, (), ((0, 1),)),
    ),
    refused("a triangle of sums that only a solver finds empty", lambda: parts(3), positive, HIDDEN, SHOWN, strength=ESTABLISHED),
    refused(
        "a condition that is false",
        lambda: parts(1),
        positive,
        such_that(Box(0, 1), lambda x: x[0] < x[0]),
        Box(0, 1),
        "is not a condition of a domain",
        strength=ESTABLISHED,
    ),
    row(
        "an interval from 3/2 to 1/2",
        lambda: parts(1),
        lambda: Property(lambda x, y: y[0] < 0, on=lambda: Box(Fraction(3, 2), HALF)),
        lambda: Property(lambda x, y: y[0] >= 0, on=Box(HALF, Fraction(3, 2))),
        "is empty",
        strength=ESTABLISHED,
    ),
    row(
        "a grid of no points",
        lambda: parts(1),
        lambda: Computes(lambda x: 7, on=lambda: Domain((Grid(Fraction(0), Fraction(1), 0),))),
        lambda: Computes(lambda x: 0, on=Domain((Grid(Fraction(0), Fraction(1), 1),))),
        "is not a set",
    ),
    row(
        "integers from 1 to 0",
        lambda: parts(1),
        lambda: Computes(lambda x: 7, on=lambda: Integers(1, 0)),
        lambda: Computes(lambda x: 1, on=Integers(1, 1)),
        "is not reached from",
    ),
    row(
        "a union of no intervals",
        lambda: parts(1),
        lambda: Computes(lambda x: 7, on=lambda: Domain((Intervals(()),))),
        lambda: Computes(lambda x: x[0], on=Domain((Intervals(((Fraction(0), Fraction(1)),)),))),
        "is empty",
        strength=ESTABLISHED,
    ),
    row(
        "no outputs at all",
        lambda: network([], inputs=inputs(2)),
        lambda: Computes(lambda x: []),
        lambda: Computes(lambda x: positive(x)),
        "the network has no outputs",
        strength=ESTABLISHED,
        twin=lambda: parts(2),
    ),
)

THIN = (
    bounded("a point, and a little more", lambda: unit(Reals), lambda x: 1, Box(1, 1 + TINY), Box(1, 1)),
    bounded(
        "a diagonal, and a band",
        apart,
        lambda x: 0,
        such_that(Reals, lambda x: x[0] - x[1] <= TINY),
        such_that(Reals, lambda x: x[0] == x[1]),
        strength=ESTABLISHED,
    ),
    bounded(
        "a triangle, and its square",
        lambda: above(Box(0, 1)),
        lambda x: 0,
        Box(0, 1),
        such_that(Box(0, 1), lambda x: x[0] + x[1] <= 1),
        strength=ESTABLISHED,
    ),
    bounded(
        "a face, and an edge more",
        lambda: above(Box(0, 1)),
        lambda x: x[1],
        Domain((Interval(1 - TINY, Fraction(1)), Interval(Fraction(0), Fraction(1)))),
        Domain((Interval(Fraction(1), Fraction(1)), Interval(Fraction(0), Fraction(1)))),
        strength=ESTABLISHED,
    ),
    bounded(
        "a vertex of a polyhedron",
        above,
        lambda x: 0,
        such_that(Box(0, 1), lambda x: 2 * x[0] + x[1] <= 2 + TINY),
        such_that(Box(0, 1), lambda x: [2 * x[0] + x[1] <= 2, x[0] + x[1] <= 1]),
        strength=ESTABLISHED,
    ),
    bounded(
        "cells with their gaps",
        lambda: quantiser(Fraction(1, 8)),
        lambda x: floor(2 * x) / 2 - floor(x) / 2,
        Box(0, 1),
        Cells(2, Fraction(1, 8)),
        strength=ESTABLISHED,
    ),
    bounded(
        "cells with a smaller gap",
        lambda: quantiser(Fraction(1, 8)),
        lambda x: floor(2 * x) / 2 - floor(x) / 2,
        Cells(2, Fraction(1, 9)),
        Cells(2, Fraction(1, 8)),
        strength=ESTABLISHED,
    ),
    bounded(
        "two intervals, and what lies between",
        lambda: unit(Box(-1, 1)),
        lambda x: maximum(x, 0) + maximum(1 - 4 * maximum(x - HALF, HALF - x), 0),
        Box(-1, 1),
        Domain((Intervals(((Fraction(-1), Fraction(1, 4)), (Fraction(3, 4), Fraction(1)))),)),
        strength=ESTABLISHED,
    ),
    bounded(
        "points given as intervals",
        lambda: unit(Box(-1, 1)),
        lambda x: x,
        Domain((Intervals(((Fraction(-1), Fraction(-1)), (Fraction(1), Fraction(1)))),)),
        Domain((Intervals(((Fraction(0), Fraction(0)), (Fraction(1), Fraction(1)))),)),
    ),
    bounded("a finer grid", lambda: unit(Box(-1, 1)), lambda x: 3 * x // 3, Points(0, 1, Fraction(1, 7)), Points(0, 1, 1)),
)

STRUCTURED = (
    bounded("directed graphs are not symmetric", asymmetry, lambda a: 0, DirectedGraphs, Graphs),
    bounded("bits with loops", loops, lambda a: 0, Bits, DirectedGraphs),
    bounded(
        "permutations add up to 3", lambda: network(sum(relu(x) for x in inputs(3))), lambda x: 3, Integers(0, 2), Permutations
    ),
    bounded(
        "different, the first two alone",
        lambda: apart(Integers(0, 3)),
        lambda x: x[0] - x[1],
        Domain(Integers(0, 3).of((2,)).sets, (), ((0, 1),)),
        Polyhedron((condition("<=", 0, (0, -1), (1, 1)),), on=Integers(0, 3)),
    ),
    bounded(
        "one port's domain for another's",
        lambda: network(relu((x := inputs(on=Integers(-1, 1))) - (y := inputs(on=Integers(0, 2)))), inputs=(x, y)),
        lambda x, y: 0,
        (Integers(0, 1), Integers(0, 2)),
        (Integers(-1, 0), Integers(0, 2)),
    ),
)

WRONG = (
    row(
        "the claim on more than the network's own domain",
        lambda: unit(Box(0, 1)),
        lambda: Computes(lambda x: x, on=Box(0, 2)),
        lambda: Computes(lambda x: x, on=Box(0, 1)),
        OUTSIDE,
        strength=ESTABLISHED,
    ),
    row(
        "reals for bits",
        lambda: unit(Bits),
        lambda: Computes(lambda x: x, on=Reals),
        lambda: Computes(lambda x: x, on=Bits),
        OUTSIDE,
    ),
    row(
        "a grid that is finer than the network's",
        lambda: unit(Integers(0, 2)),
        lambda: Computes(lambda x: x, on=Points(0, 2, HALF)),
        lambda: Computes(lambda x: x, on=Integers(0, 2)),
        OUTSIDE,
    ),
    row(
        "a domain of another dimension",
        lambda: parts(2),
        lambda: Computes(positive, on=Bits.of((3,))),
        lambda: Computes(positive, on=Bits.of((2,))),
        "the domain has 3 coordinates, the network 2 inputs",
    ),
    row(
        "two domains for one port",
        lambda: parts(2),
        lambda: Computes(positive, on=(Bits, Bits)),
        lambda: Computes(positive, on=(Bits,)),
        "on names 2 domains for 1 input port",
    ),
    row(
        "a number for a domain",
        lambda: parts(2),
        lambda: Computes(positive, on=2),
        lambda: Computes(positive, on=Integers(0, 2)),
        "expected a family",
    ),
    row(
        "a coordinate twice in a group",
        lambda: parts(2, Bits),
        lambda: Computes(positive, on=lambda: Domain(Bits.of((2,)).sets, (), ((0, 0),))),
        lambda: Computes(positive, on=Domain(Bits.of((2,)).sets, (), ((0, 1),))),
        "at least two distinct coordinates",
    ),
    row(
        "a coordinate that is not there",
        lambda: parts(2, Bits),
        lambda: Computes(positive, on=lambda: Domain(Bits.of((2,)).sets, (condition("<=", 0, (2, 1)),))),
        lambda: Computes(positive, on=Domain(Bits.of((2,)).sets, (condition("<=", 0, (1, 1)),))),
        "a condition names coordinate 2",
    ),
    row(
        "permutations of a matrix",
        lambda: network([relu(v) for r in inputs(2, 2) for v in r]),
        lambda: Computes(lambda x: [v for r in x for v in r], on=Permutations),
        lambda: Computes(lambda x: [v for r in x for v in r], on=Bits),
        "the shape is (n,)",
    ),
)

ROWS: tuple[Row, ...] = (*VACUOUS, *THIN, *STRUCTURED, *WRONG)
