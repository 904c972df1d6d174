"""A second finder of multipliers: an exact solver says which facts are needed, an exact simplex how much of each.

It is asked where floats found nothing: cvc5 where it is installed, else z3. The solver runs in a process of its own
(`cores_child`) and is believed in nothing. Of its core the multipliers are computed here, and a core that has none is said to
be wrong; a point is replayed in every fact. Whatever comes out goes through the kernel like any other proof.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from proofcheck.checkers.piecewise.farkas import Combination, Point, Row, by_simplex, is_shown
from proofcheck.checkers.piecewise.polynomials import Monomial, Number, Polynomial, plain
from proofcheck.checkers.processes.limited import run_limited

CHILD = (sys.executable, "-P", str(Path(__file__).with_name("cores_child.py")))
PREFERRED = ("cvc5", "z3")
"""The order in which solvers are chosen. z3 is always there, cvc5 with the extra `cvc5`."""
SECONDS, MEMORY_MB, RLIMIT = 60.0, 4096, 50_000_000
STEPS = 20_000_000


@dataclass(frozen=True)
class Open:
    """Neither multipliers nor a point were found, and why."""

    reason: str


def solver_at_hand() -> str:
    """The solver that is asked: the first of those preferred that is installed."""
    return next(name for name in PREFERRED if find_spec(name) is not None)


def decided_by_solver(
    goal: Polynomial, strict: bool, rows: Sequence[Row], solver: str = "", child: Sequence[str] = CHILD
) -> Combination | Point | Open:
    """As `farkas.decided`, by a solver over the rationals; a point is exact, and where there is neither the reason is said.

    solver: "cvc5" or "z3", or "" for the one at hand. child: the program that answers.
    """
    solver = solver or solver_at_hand()
    forms = [*rows, Row(">=" if strict else ">", {m: plain(-q) for m, q in goal.items()})]
    monomials = sorted({m for row in forms for m in row.polynomial if m})
    outcome = run_limited(child, _query(solver, forms, monomials), SECONDS, MEMORY_MB)
    if outcome.problem:
        return Open(f"{solver} {outcome.problem}")
    try:
        answer = json.loads(outcome.output)
        core, point = answer.get("core"), answer.get("point")
        if core is not None:
            return _combination(solver, goal, strict, rows, [int(j) for j in core])
        if point is not None:
            return _point(solver, forms, dict(zip(monomials, map(Fraction, point), strict=True)))
        return Open(f"{solver} gave up: {str(answer.get('reason'))[:100]}")
    except (ValueError, TypeError, AttributeError, RecursionError):
        return Open(f"the answer of {solver} cannot be read")


def _query(solver: str, forms: Sequence[Row], monomials: Sequence[Monomial]) -> bytes:
    place = {monomial: i for i, monomial in enumerate(monomials)}
    rows: list[Any] = []
    for row in forms:
        parts = [[place[m], str(Fraction(q))] for m, q in row.polynomial.items() if m]
        rows.append([row.relation, str(Fraction(row.polynomial.get((), 0))), parts])
    return json.dumps({"solver": solver, "rlimit": RLIMIT, "count": len(monomials), "rows": rows}).encode()


def _combination(solver: str, goal: Polynomial, strict: bool, rows: Sequence[Row], core: Sequence[int]) -> Combination | Open:
    """The multipliers of the facts in the core, whose last number may be that of the negated goal."""
    if not all(0 <= j <= len(rows) for j in core):
        return Open(f"{solver} names facts that it was not given")
    kept = sorted({j for j in core if j < len(rows)})
    few = [rows[j] for j in kept]
    found = by_simplex(goal, strict, few, STEPS)
    if isinstance(found, Combination):
        found = Combination(found.of_goal, {kept[j]: q for j, q in found.multipliers.items()})
        if is_shown(goal, strict, rows, found):
            return found
    return Open(f"no multipliers were found for the {len(kept)} facts that {solver} says contradict each other")


def _point(solver: str, forms: Sequence[Row], values: dict[Monomial, Fraction]) -> Point | Open:
    for row in forms:
        total = sum((q * values.get(m, 1) for m, q in row.polynomial.items()), start=Fraction(0))
        if not (total == 0 if row.relation == "==" else total > 0 if row.relation == ">" else total >= 0):
            return Open(f"the point that {solver} gave breaks a fact")
    exact: dict[Monomial, float | Number] = {m: plain(x) for m, x in values.items()}
    return Point({(): 1, **exact})
