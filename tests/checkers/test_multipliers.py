"""The finders of multipliers: exact simplex, floats, and solvers over the rationals. Whatever they say is checked exactly."""

from __future__ import annotations

import json
import random
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from checker_tasks import BUDGET, computes, satisfies, tournament

from proofcheck.checkers.piecewise import cores, farkas, trees
from proofcheck.checkers.piecewise.cores import PREFERRED, Open, decided_by_solver, solver_at_hand
from proofcheck.checkers.piecewise.cores_child import by_cvc5, by_z3
from proofcheck.checkers.piecewise.effort import QUESTIONS
from proofcheck.checkers.piecewise.farkas import Combination, Point, Row, by_program, by_simplex, decided, is_shown
from proofcheck.checkers.piecewise.lemmas import lemmas
from proofcheck.checkers.piecewise.polynomials import Polynomial
from proofcheck.checkers.processes.limited import Outcome
from proofcheck.claims.evidence import Strength, Verdict
from proofcheck.domains import Constraint, Domain, Interval, Reals
from proofcheck.kernel import replay
from proofcheck.networks import inputs, network, relu
from proofcheck.spec import all_of, maximum, sorted_terms, total

SOLVERS = [
    pytest.param(name, marks=[] if name == "z3" or cores.find_spec(name) else pytest.mark.skip(f"{name} is not installed"))
    for name in PREFERRED
]


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """The solver answers in this process: many small systems would otherwise pay for a process each."""

    def run(_: Any, given: bytes, *limits: float) -> Outcome:
        query = json.loads(given)
        answer = {"cvc5": by_cvc5, "z3": by_z3}[query["solver"]](query["rows"], query["count"], query["rlimit"])
        return Outcome(json.dumps(answer).encode(), "")

    monkeypatch.setattr(cores, "run_limited", run)


def system(seed: int, follows: bool) -> tuple[Polynomial, bool, list[Row]]:
    """Random facts that all hold at one point, and a goal: a combination of them, or one that fails at that point."""
    draw = random.Random(seed)
    at = [Fraction(draw.randrange(-9, 10), draw.randrange(1, 5)) for _ in range(5)]
    rows = []
    for _ in range(9):
        form: Polynomial = {(i,): c for i in range(5) if (c := draw.randrange(-4, 5))}
        value = sum((c * at[m[0]] for m, c in form.items()), start=Fraction(0))
        relation = draw.choice((">=", ">=", ">", "=="))
        rest = -value + (0 if relation == "==" else Fraction(draw.randrange(1, 5), 3))
        rows.append(Row(relation, form | ({(): rest} if rest else {})))
    goal: Polynomial = {}
    for row in draw.sample(rows, 3) if follows else ():
        farkas.add(goal, row.polynomial, draw.randrange(1, 4))
    if not follows:
        goal = {(0,): 1, (): -at[0] - Fraction(1, 7)}
    return goal, False, rows


def holds_at(row: Row, values: Any) -> bool:
    total = sum((q * values.get(m, 0) for m, q in row.polynomial.items() if m), start=Fraction(row.polynomial.get((), 0)))
    return total == 0 if row.relation == "==" else total > 0 if row.relation == ">" else total >= 0


@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize("seed", range(25))
@pytest.mark.usefixtures("here")
def test_what_follows_has_multipliers_from_every_finder(seed: int, solver: str) -> None:
    goal, strict, rows = system(seed, follows=True)
    for found in (by_simplex(goal, strict, rows), by_program(goal, strict, rows), decided_by_solver(goal, strict, rows, solver)):
        assert isinstance(found, Combination)
        assert is_shown(goal, strict, rows, found)


@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize("seed", range(25))
@pytest.mark.usefixtures("here")
def test_what_does_not_follow_has_multipliers_from_none(seed: int, solver: str) -> None:
    goal, strict, rows = system(seed, follows=False)
    for found in (by_simplex(goal, strict, rows), by_program(goal, strict, rows)):
        assert not isinstance(found, Combination)
    found = decided_by_solver(goal, strict, rows, solver)
    assert isinstance(found, Point)
    assert all(holds_at(row, found.values) for row in rows)
    assert not holds_at(Row(">=", goal), found.values)


def growing(base: int, n: int, others: int = 0) -> tuple[Polynomial, bool, list[Row]]:
    """x_0 >= base^-n and x_{i+1} >= base x_i, so x_n >= 1; `others`: facts that say nothing of these, so that floats are used."""
    draw = random.Random(1)
    rows = [Row(">=", {(0,): 1, (): Fraction(-1, base**n)})]
    rows += [Row(">=", {(i + 1,): 1, (i,): -base}) for i in range(n)]
    rows += [Row(">=", {(n + 1 + draw.randrange(300),): 1, (n + 400 + j,): 1, (): draw.randrange(1, 5)}) for j in range(others)]
    return {(n,): 1, (): -1}, False, rows


@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize(("base", "n"), [(10, 20), (7, 25), (3, 40), (2, 60)])
@pytest.mark.usefixtures("here")
def test_a_badly_scaled_system_that_floats_miss_is_decided_by_a_solver(base: int, n: int, solver: str) -> None:
    goal, strict, rows = growing(base, n, others=1200)
    assert not isinstance(decided(goal, strict, rows), Combination)
    found = decided_by_solver(goal, strict, rows, solver)
    assert isinstance(found, Combination)
    assert is_shown(goal, strict, rows, found)
    assert found.multipliers == {j: base ** (n - max(j - 1, -1) - 1) if j else base**n for j in range(n + 1)}


@pytest.mark.parametrize("solver", SOLVERS)
def test_the_solver_in_its_own_process_says_the_same(solver: str) -> None:
    goal, strict, rows = growing(3, 4)
    found = decided_by_solver(goal, strict, rows, solver)
    assert found == Combination(True, {0: 81, 1: 27, 2: 9, 3: 3, 4: 1})
    assert isinstance(decided_by_solver(goal, True, rows, solver), Point)


def test_the_solver_at_hand_is_cvc5_where_it_is_installed_and_else_z3(monkeypatch: pytest.MonkeyPatch) -> None:
    assert solver_at_hand() == ("cvc5" if cores.find_spec("cvc5") else "z3")
    monkeypatch.setattr(cores, "find_spec", lambda name: None if name == "cvc5" else object())
    assert solver_at_hand() == "z3"


LIES = {
    "a core that does not suffice": (
        '{"core": [0]}',
        "no multipliers were found for the 1 facts that z3 says contradict each other",
    ),
    "a fact that it was not given": ('{"core": [99]}', "z3 names facts that it was not given"),
    "a point that breaks a fact": ('{"point": ["0", "0", "0", "0", "0"]}', "the point that z3 gave breaks a fact"),
    "a point of another size": ('{"point": ["0"]}', "the answer of z3 cannot be read"),
    "no number": ('{"point": ["nan", "0", "0", "0", "0"]}', "the answer of z3 cannot be read"),
    "no object": ("[]", "the answer of z3 cannot be read"),
    "nothing": ("", "the answer of z3 cannot be read"),
    "that it gave up": ('{"reason": "resource limits reached"}', "z3 gave up: resource limits reached"),
}


@pytest.mark.parametrize("name", LIES)
def test_a_solver_that_lies_or_gives_up_is_said_to(name: str, tmp_path: Path) -> None:
    said, reason = LIES[name]
    child = tmp_path / "child.py"
    child.write_text(f"print({said!r}, end='')")
    assert decided_by_solver(*growing(3, 4), "z3", (sys.executable, str(child))) == Open(reason)


def test_a_solver_that_dies_is_said_to(tmp_path: Path) -> None:
    child = tmp_path / "child.py"
    child.write_text("import os; os.abort()")
    assert decided_by_solver(*growing(3, 4), "z3", (sys.executable, str(child))) == Open("z3 was ended by signal 6 (SIGABRT)")


OFF = Fraction(1, 1 << 20)
CLAIMS: dict[str, Any] = {
    "a maximum": lambda off: computes(tournament(4), lambda x: maximum(*x) + off),
    "a comparator": lambda off: computes(
        network((lambda x: [x[0] - relu(x[0] - x[1]), x[1] + relu(x[0] - x[1])])(inputs(2))),
        lambda x: [y + off * x[0] for y in sorted_terms(x)],
    ),
    "two carries": lambda off: computes(network((lambda x: relu(x) - relu(-x))(inputs(on=Reals, name="x"))), lambda x: x + off),
}


@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize("name", CLAIMS)
@pytest.mark.usefixtures("here")
def test_the_second_finder_alone_finds_proofs_that_the_kernel_accepts(
    name: str, solver: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trees, "decided", lambda *_: None)
    monkeypatch.setattr(cores, "PREFERRED", (solver,))
    monkeypatch.setattr("proofcheck.checkers.piecewise.effort.Effort.asks", lambda self: True)
    task = CLAIMS[name](0)
    finding = lemmas(task, BUDGET)
    assert finding.strength is Strength.CERTIFIED, finding.reason
    assert finding.certificate is not None
    assert replay(finding.certificate).statement_digest == task.statement.digest
    assert lemmas(CLAIMS[name](OFF), BUDGET).verdict is not Verdict.HOLDS


def steep(base: int, n: int) -> Domain:
    """x_0 >= base^-n, x_{i+1} >= base x_i."""
    one = Fraction(1)
    sides = [Constraint(((0, -one),), "<=", -Fraction(1, base**n))]
    sides += [Constraint(((i, Fraction(base)), (i + 1, -one)), "<=", Fraction(0)) for i in range(n)]
    return Domain((Interval(Fraction(0), None),) * (n + 1), tuple(sides))


def test_a_claim_on_a_badly_scaled_domain_is_certified_only_with_the_second_finder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(farkas, "FEW_ENTRIES", 0)  # else the exact simplex does so small a system
    domain = steep(1000, 8)
    x = inputs(9, on=domain)
    task = satisfies(network(relu(x[8] - 1)), lambda x, y: all_of([x[8] >= 1, total(x) >= 1]), on=domain)
    with monkeypatch.context() as without:
        without.setattr("proofcheck.checkers.piecewise.effort.QUESTIONS", 0)
        without.setattr("proofcheck.checkers.piecewise.effort.Effort.asks", lambda self: False)
        finding = lemmas(task, BUDGET)
        assert finding.verdict is Verdict.UNKNOWN
        assert finding.reason == f"floats found neither a proof nor a point, and a solver has been asked {QUESTIONS} times"
    assert lemmas(task, BUDGET).strength is Strength.CERTIFIED
