"""One leaf of a proof: is the goal a nonnegative combination of facts, or do the facts contradict each other? Exact answers.

By Motzkin's theorem both are one question: are there multipliers that cancel every monomial of the facts and of the negated
goal, and have weight on something strict? If not, there is a point at which the facts hold and the goal fails. A small system
is solved by an exact simplex. A large one is a linear program in floats, whose multipliers are then solved for in rationals.
Where neither finds anything an exact solver is asked (`cores`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from proofcheck.checkers.piecewise.polynomials import Monomial, Number, Polynomial, add, plain
from proofcheck.checkers.piecewise.simplex import STEPS, Bounded, reached

FEW_ENTRIES = 3000
SMALL = 1e-9
ROUNDS = 20
DENOMINATOR = 1 << 20


@dataclass(frozen=True)
class Row:
    """A fact at a leaf: polynomial compared with 0 by `relation`."""

    relation: str
    polynomial: Polynomial


@dataclass(frozen=True)
class Combination:
    """of_goal: the multipliers sum up to the goal, up to a constant on the right side of 0; else they contradict each other."""

    of_goal: bool
    multipliers: dict[int, Number]


@dataclass(frozen=True)
class Point:
    """Values of the monomials where every fact holds and the goal does not; from a large system they are floats."""

    values: Mapping[Monomial, float | Number]


def decided(goal: Polynomial, strict: bool, rows: Sequence[Row]) -> Combination | Point | None:
    """A proof that goal >= 0 (strict: > 0) follows from the rows or that these are contradictory; a point; or None."""
    if sum(len(row.polynomial) for row in rows) <= FEW_ENTRIES:
        found = by_simplex(goal, strict, rows)
        if found is not None:
            return found
    return by_program(goal, strict, rows)


def by_simplex(goal: Polynomial, strict: bool, rows: Sequence[Row], steps: int = STEPS) -> Combination | Point | None:
    """As `decided`, in rationals throughout; None when it takes more steps."""
    forms = [Bounded(row.polynomial, int(row.relation == ">"), row.relation == "==") for row in rows]  # type: ignore[arg-type]
    forms += [Bounded({m: -q for m, q in goal.items()}, int(not strict)), Bounded({(): 1}, 1)]
    answer = reached(forms, steps)
    if answer is None:
        return None
    values, multipliers = answer
    if values is not None:
        one = values[()]
        return Point({m: x if one == 1 else plain(Fraction(x) / one) for m, x in values.items()})  # type: ignore[misc]
    of_goal = Fraction(multipliers.pop(len(rows), 0))
    multipliers.pop(len(rows) + 1, None)
    if of_goal:
        multipliers = {j: plain(q / of_goal) for j, q in multipliers.items()}
    return Combination(bool(of_goal), multipliers)


def by_program(goal: Polynomial, strict: bool, rows: Sequence[Row]) -> Combination | Point | None:
    """As `decided`, by floats: multipliers are exact, a point is not, and None says that rounding left nothing usable."""
    monomials = sorted({m for row in rows for m in row.polynomial} | set(goal) | {()})
    place = {monomial: i for i, monomial in enumerate(monomials)}
    columns: list[Polynomial] = [row.polynomial for row in rows]
    columns += [{m: -q for m, q in goal.items()}, {(): 1}]
    weight = np.array([float(row.relation == ">") for row in rows] + [float(not strict), 1.0])
    free = [row.relation == "==" for row in rows] + [False, False]
    solution = _program(columns, weight, free, place)
    if solution is None:
        return None
    multipliers, values, used = solution
    if values is not None:
        constant = values[place[()]]
        if constant <= SMALL:
            return None
        return Point({monomial: float(values[i] / constant) for monomial, i in place.items()})
    for guess in (SMALL, 1e-7, 1e-5):
        found = _exact(goal, strict, rows, multipliers, used > guess)
        if found is not None:
            return found
    return None


def _program(
    columns: Sequence[Polynomial], weight: np.ndarray, free: Sequence[bool], place: Mapping[Monomial, int]
) -> tuple[np.ndarray, np.ndarray | None, np.ndarray] | None:
    """The multipliers, the values of the monomials when there are none, and how large the multipliers are for the solver.

    None when the solver fails. The system is scaled, as the coefficients of a proof may differ by many powers of two.
    """
    entries = [(place[m], j, float(q)) for j, column in enumerate(columns) for m, q in column.items()]
    at = np.array([i for i, _, _ in entries])
    of = np.array([j for _, j, _ in entries])
    value = np.array([q for _, _, q in entries])
    size = np.abs(value)
    if not np.all(np.isfinite(size)) or not np.all(size > 0):
        return None
    row_scale, column_scale = np.zeros(len(place)), np.zeros(len(columns))
    logs = np.log2(size)
    if logs.max() - logs.min() > 6:
        for _ in range(ROUNDS):
            row_scale = -_mean(logs + column_scale[of], at, len(place))
            column_scale = -_mean(logs + row_scale[at], of, len(columns))
        column_scale -= column_scale[-1]
        row_scale, column_scale = np.round(row_scale), np.round(column_scale)
    scaled = value * np.exp2(row_scale[at] + column_scale[of])
    from scipy.optimize import linprog  # slow to import, and small systems do not need it
    from scipy.sparse import csc_matrix

    matrix = csc_matrix((scaled, (at, of)), shape=(len(place), len(columns)))
    answer = linprog(
        -weight,
        A_eq=matrix,
        b_eq=np.zeros(len(place)),
        A_ub=csc_matrix(weight[None]),
        b_ub=[1.0],
        bounds=[(None if f else 0, None) for f in free],
        method="highs-ds",
    )
    if answer.status != 0:
        return None
    if -answer.fun > 0.5:
        return answer.x * np.exp2(column_scale), None, np.abs(answer.x) / np.abs(answer.x).max()
    return answer.x, -np.asarray(answer.eqlin.marginals) * np.exp2(row_scale), np.abs(answer.x)


def _mean(values: np.ndarray, index: np.ndarray, count: int) -> np.ndarray:
    """The middle of the smallest and largest value at each index."""
    low, high = np.full(count, np.inf), np.full(count, -np.inf)
    np.minimum.at(low, index, values)
    np.maximum.at(high, index, values)
    return np.where(high >= low, (np.where(high >= low, low, 0) + np.where(high >= low, high, 0)) / 2, 0.0)


def _exact(goal: Polynomial, strict: bool, rows: Sequence[Row], guess: np.ndarray, used: np.ndarray) -> Combination | None:
    """Rational multipliers with the support of the guess, checked; None when there are none."""
    of_goal = bool(used[-2])
    factor = float(guess[-2]) if of_goal else float(max(abs(guess[: len(rows)]), default=0.0))
    if factor <= 0:
        return None
    relative = guess / factor
    support = [j for j in range(len(rows)) if used[j]]
    wanted: dict[Monomial, Number] = {m: q for m, q in goal.items() if m} if of_goal else {}
    fixed: dict[int, Number] = {}
    if not of_goal:
        strictly = [j for j in support if rows[j].relation == ">"] or support
        lead = max(strictly, key=lambda j: abs(relative[j]))
        fixed[lead] = 1
        relative = relative / relative[lead]
        wanted = {m: -q for m, q in rows[lead].polynomial.items() if m}
        support.remove(lead)
    columns = [{m: q for m, q in rows[j].polynomial.items() if m} for j in support]
    solved = solve(columns, wanted, [float(relative[j]) for j in support])
    if solved is None:
        return None
    found = Combination(of_goal, {j: q for j, q in [*fixed.items(), *zip(support, solved, strict=True)] if q})
    return found if is_shown(goal, strict, rows, found) else None


def is_shown(goal: Polynomial, strict: bool, rows: Sequence[Row], found: Combination) -> bool:
    """Whether the multipliers show what they should, computed in rationals."""
    if any(q < 0 and rows[j].relation != "==" for j, q in found.multipliers.items()):
        return False
    rest: Polynomial = dict(goal) if found.of_goal else {}
    for j, q in found.multipliers.items():
        add(rest, rows[j].polynomial, -q)
    left = rest.pop((), 0)
    is_strict = any(rows[j].relation == ">" for j in found.multipliers)
    return not rest and (left > 0 or (left == 0 and (is_strict or (found.of_goal and not strict))))


def solve(
    columns: Sequence[Mapping[Monomial, Number]], wanted: Mapping[Monomial, Number], guess: Sequence[float]
) -> list[Number] | None:
    """Exact x with sum of x_j * column j == wanted, or None; what is not determined is the guess, rounded."""
    equations: dict[Monomial, dict[int, Number]] = {m: {} for m in wanted}
    for j, column in enumerate(columns):
        for m, q in column.items():
            equations.setdefault(m, {})[j] = q
    right: dict[Monomial, Number] = dict(wanted)
    done: list[tuple[int, dict[int, Number], Number]] = []
    waiting = sorted(equations, key=lambda m: len(equations[m]))
    readers: dict[int, set[Monomial]] = {}
    for m, row in equations.items():
        for j in row:
            readers.setdefault(j, set()).add(m)
    while waiting:
        waiting.sort(key=lambda m: len(equations[m]), reverse=True)
        m = waiting.pop()
        row, value = equations.pop(m), right.pop(m, 0)
        for j in row:
            readers[j].discard(m)
        if not row:
            if value:
                return None
            continue
        pivot = min(row, key=lambda j: len(readers[j]))
        c = row.pop(pivot)
        inverse = c if c in (1, -1) else 1 / Fraction(c)
        row = {j: plain(q * inverse) for j, q in row.items()}
        value = plain(value * inverse)
        done.append((pivot, row, value))
        for other in list(readers[pivot]):
            equation = equations[other]
            factor = equation.pop(pivot)
            readers[pivot].discard(other)
            for j, q in row.items():
                total = equation.get(j, 0) - factor * q
                if total:
                    equation[j] = plain(total)
                    readers[j].add(other)
                elif j in equation:
                    del equation[j]
                    readers[j].discard(other)
            right[other] = plain(right.get(other, 0) - factor * value)
    solution: dict[int, Number] = {}
    for j in set(range(len(columns))) - {pivot for pivot, _, _ in done}:
        solution[j] = plain(Fraction(guess[j]).limit_denominator(DENOMINATOR))
    for pivot, row, value in reversed(done):
        solution[pivot] = plain(value - sum(q * solution[j] for j, q in row.items()))
    return [solution[j] for j in range(len(columns))]
