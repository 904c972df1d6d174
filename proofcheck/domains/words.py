"""A domain said in words, for reports and errors: "{0,1}^256", "[0, 1]^2", "the permutations of 0..5"."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import groupby
from math import isqrt

from proofcheck.domains.constraints import Constraint
from proofcheck.domains.sets import BIT, Grid, Interval, Intervals, ScalarSet

SHOWN = 6


def graph_constraints(n: int, directed: bool) -> tuple[Constraint, ...]:
    """What makes n x n bits, row by row, an adjacency matrix without loops: zero diagonal and, if undirected, symmetry."""
    one = Fraction(1)
    diagonal = [Constraint(((i * n + i, one),), "==", Fraction(0)) for i in range(n)]
    pairs = [] if directed else [(i * n + j, j * n + i) for i in range(n) for j in range(i + 1, n)]
    return (*diagonal, *(Constraint(((a, one), (b, -one)), "==", Fraction(0)) for a, b in pairs))


def describe(sets: Sequence[ScalarSet], constraints: Sequence[Constraint], different: Sequence[tuple[int, ...]]) -> str:
    """The domain in words; of many constraints the first six and their number."""
    n = isqrt(len(sets))
    if not different and n >= 2 and n * n == len(sets) and len(constraints) >= n and all(s == BIT for s in sets):
        for directed in (False, True):
            if tuple(constraints) == graph_constraints(n, directed):
                return f"the {'directed' if directed else 'undirected'} graphs on {n} vertices"
    if not constraints and tuple(different) == (tuple(range(len(sets))),):
        numbers = Grid(Fraction(0), Fraction(1), len(sets))
        if all(s == numbers for s in sets):
            return f"the permutations of 0..{len(sets) - 1}"
    product = " x ".join(_power(scalar_words(s), len(list(run))) for s, run in groupby(sets)) or "the single point ()"
    conditions = [constraint_words(constraint) for constraint in constraints[:SHOWN]]
    conditions += [", ".join(f"x_{i}" for i in group) + " pairwise different" for group in different[:SHOWN]]
    hidden = max(0, len(constraints) - SHOWN) + max(0, len(different) - SHOWN)
    if hidden:
        conditions.append(f"{hidden} more conditions")
    return f"all x in {product} with {' and '.join(conditions)}" if conditions else product


def scalar_words(s: ScalarSet) -> str:
    """One scalar set in words."""
    if isinstance(s, Interval):
        if s.low is None and s.high is None:
            return "R"
        return ("(-inf, " if s.low is None else f"[{s.low}, ") + ("inf)" if s.high is None else f"{s.high}]")
    if isinstance(s, Intervals):
        shown = s.parts if len(s.parts) <= 4 else (s.parts[0], s.parts[1], s.parts[-1])
        words = [f"[{low}, {high}]" for low, high in shown]
        if len(s.parts) > 4:
            words.insert(2, f"... ({len(s.parts)} parts)")
        return "(" + " or ".join(words) + ")"
    if s.count == 1:
        return f"{{{s.low}}}"
    if s.count == 2:
        return f"{{{s.low},{s.high}}}"
    return f"{{{s.low}..{s.high}}}" if s.step == 1 else f"{{{s.low}, {s.low + s.step}, ..., {s.high}}}"


def constraint_words(constraint: Constraint) -> str:
    """One constraint in words: "x_0 + 2*x_1 <= 9", "x_0 == x_1"."""
    if constraint.tie is not None:
        return "x_{} == x_{}".format(*constraint.tie)
    text = ""
    for i, coefficient in constraint.terms:
        size = "" if abs(coefficient) == 1 else f"{abs(coefficient)}*"
        sign = (" - " if coefficient < 0 else " + ") if text else ("-" if coefficient < 0 else "")
        text += f"{sign}{size}x_{i}"
    return f"{text} {constraint.relation} {constraint.bound}"


def _power(words: str, exponent: int) -> str:
    return words if exponent == 1 else f"{words}^{exponent}"
