"""The process in which z3 runs: reads a query from standard input, writes one JSON object to standard output.

The query is rebuilt here from the network file, the statement and the gates. All randomness is fixed and the budget is
counted in z3's resource units, so the same query gives the same answer on every machine. Behind a fence z3 can do no
more than answer.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import Any

import z3

from proofcheck.checkers.processes import fence
from proofcheck.domains import Bits
from proofcheck.errors import UsageError
from proofcheck.exact import text_of
from proofcheck.networks.files import read_network
from proofcheck.networks.interpret import interpret, z3_arithmetic
from proofcheck.spec.evaluation import postorder
from proofcheck.spec.smt import Scaled, fraction_of, z3_terms
from proofcheck.spec.solver import Coordinates, coordinates
from proofcheck.spec.statement import NetworkTarget, Statement, TermTarget, statement_of
from proofcheck.spec.term import Term

INHABITANT_RLIMIT = 10_000_000
LINEAR, SQUARES = "QF_LRA", "QF_NRA"


def main() -> None:
    """Answer the query on standard input: a statement, or a *corner*, values that gates should have at some input."""
    line, _, rest = sys.stdin.buffer.read().partition(b"\n")
    header = json.loads(line)
    if "corner" in header:
        box = coordinates(Bits.of((len(header["gates"][0]),)))
        known = _gates(box, *header["gates"])
        goal = z3.And(*(known[variable] if value else z3.Not(known[variable]) for variable, value in header["corner"]))
        sys.stdout.write(json.dumps({"model": ask(box, goal, header["rlimit"], LINEAR)[1]}))
        return
    statement = statement_of(header["statement"])
    assert statement.domain is not None
    box = coordinates(statement.domain)
    given, length = [_real(value) for value in box.values], header["length"]
    outputs = interpret(read_network(rest[:length]), given, z3_arithmetic())
    if isinstance(statement.target, NetworkTarget):
        other = interpret(read_network(rest[length:]), given, z3_arithmetic())
        goals = [y == t for y, t in zip(outputs, other, strict=True)]
    else:
        goals = claims(statement, box, outputs, header["gates"])
    answer = {"statement": statement.digest, "version": z3.get_version_string(), "rehearsal": rehearsal(box, outputs, goals)}
    verdict, model, reason = settled(box, goals, header["rlimit"], logic_of(statement, box))
    sys.stdout.write(json.dumps(answer | {"answer": verdict, "model": model, "reason": reason}))


def rehearsal(box: Coordinates, outputs: Sequence[Any], goals: Sequence[Any]) -> list[Any] | None:
    """[a point of the domain, the outputs there, whether the claim is true there] as the query has them; None without one.

    It shows that the domain is not empty, and the parent compares it with its own evaluation.
    """
    solver = z3.Solver()
    solver.set("rlimit", INHABITANT_RLIMIT)
    solver.add(*box.constraints)
    if solver.check() != z3.sat:
        return None
    model = solver.model()
    values = [text_of(fraction_of(model.eval(output, model_completion=True))) for output in outputs]
    holds = all(z3.is_true(model.eval(goal, model_completion=True)) for goal in goals)
    return [[text_of(value) for value in box.point(model)], values, holds]


def logic_of(statement: Statement, box: Coordinates) -> str | None:
    """The logic whose strategy is for this query; the linear one is much faster where bits meet reals."""
    if any(z3.is_int(variable) for variable in box.variables):
        return None
    terms = statement.target.terms if isinstance(statement.target, TermTarget) else ()
    if statement.condition is not None:
        terms = (statement.condition,)
    return SQUARES if any(term.op == "square" for term in postorder(terms)) else LINEAR


def settled(box: Coordinates, goals: Sequence[Any], rlimit: int, logic: str | None) -> tuple[str, list[str] | None, str]:
    """(unsat, None, "") when every goal holds on the domain; otherwise what z3 says of the first goal that fails.

    One query for each goal: a conjunction of many is far harder than its parts.
    """
    open_goals = ""
    for goal in goals:
        verdict, model, reason = ask(box, z3.Not(goal), rlimit, logic)
        if verdict == "sat":
            return verdict, model, reason
        open_goals = open_goals or reason
    return ("unknown", None, open_goals) if open_goals else ("unsat", None, "")


def ask(box: Coordinates, goal: Any, rlimit: int, logic: str | None) -> tuple[str, list[str] | None, str]:
    """(sat, unsat or unknown, a point of the domain at which the goal is true, why there is no answer or no point)."""
    solver = z3.Solver() if logic is None else z3.SolverFor(logic)
    solver.set("rlimit", rlimit)
    solver.set("random_seed", 0)
    solver.add(*box.constraints, goal)
    verdict = solver.check()
    if verdict == z3.unsat:
        return "unsat", None, ""
    if verdict == z3.unknown:
        return "unknown", None, solver.reason_unknown() or "no reason given"
    try:
        return "sat", [text_of(value) for value in box.point(solver.model())], ""
    except UsageError as error:
        return "sat", None, str(error)


def claims(statement: Statement, box: Coordinates, outputs: Sequence[Any], gates: Any) -> list[Any]:
    """The statement at one input, as z3 formulas that must all be true."""
    if statement.condition is not None:
        parts = statement.condition.args if statement.condition.op == "and" else (statement.condition,)
        return z3_terms(parts, box.values, outputs)
    if not isinstance(statement.target, TermTarget):
        known = _gates(box, *gates)
        expected = [_real(_literal(known, literal)) for literal in gates[2]]
        return [y == t for y, t in zip(outputs, expected, strict=True)]
    if statement.error is None:
        return [goal for y, term in zip(outputs, statement.target.terms, strict=True) for goal in _equal(y, term, box)]
    expected = [_real(value) for value in z3_terms(statement.target.terms, box.values)]
    error = z3.Q(statement.error.numerator, statement.error.denominator)
    return [z3.And(y - t <= error, t - y <= error) for y, t in zip(outputs, expected, strict=True)]


def _equal(y: Any, term: Term, box: Coordinates) -> list[Any]:
    """y == term; for a maximum that y is at least every argument and at most one of them, which is much easier."""
    if term.op not in ("max", "min"):
        return [y == _real(z3_terms([term], box.values)[0])]
    values = [_real(value) for value in z3_terms(term.args, box.values)]
    if term.op == "max":
        return [z3.And(*(y >= value for value in values)), z3.Or(*(y <= value for value in values))]
    return [z3.And(*(y <= value for value in values)), z3.Or(*(y >= value for value in values))]


def _gates(box: Coordinates, inputs: list[int], rows: list[list[int]], outputs: list[int]) -> dict[int, Any]:
    """Every variable as a z3 Bool; the domain must be all bits."""
    known = {0: z3.BoolVal(False), **dict(zip(inputs, box.values, strict=True))}
    for variable, left, right in rows:
        known[variable] = z3.And(*(_literal(known, literal) for literal in (left, right)))
    return known


def _literal(known: dict[int, Any], literal: int) -> Any:
    return z3.Not(known[literal >> 1]) if literal & 1 else known[literal >> 1]


def _real(value: Any) -> Any:
    """A coordinate or term as a z3 expression of sort Real, so that everything stays in linear real arithmetic."""
    if isinstance(value, Scaled):
        return z3.Q(1, value.denominator) * _real(value.expr)
    if z3.is_bool(value):
        return z3.If(value, z3.RealVal(1), z3.RealVal(0))
    return z3.ToReal(value) if z3.is_int(value) else value


if __name__ == "__main__":
    fence.close()
    main()
