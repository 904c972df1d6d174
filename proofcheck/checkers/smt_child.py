"""The process in which z3 runs: reads a query from standard input, writes one JSON object to standard output.

The query is rebuilt here from the network file, the statement and the gates. All randomness is fixed and the budget is
counted in z3's resource units, so the same query gives the same answer on every machine.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import Any

import z3

from proofcheck.errors import UsageError
from proofcheck.exact import text_of
from proofcheck.networks.files import read_network
from proofcheck.networks.interpret import interpret, z3_arithmetic
from proofcheck.spec.smt import Scaled, z3_terms
from proofcheck.spec.solver import Coordinates, coordinates
from proofcheck.spec.statement import Statement, TermTarget, statement_of


def main() -> None:
    """Answer the query on standard input."""
    line, _, rest = sys.stdin.buffer.read().partition(b"\n")
    header = json.loads(line)
    statement = statement_of(header["statement"])
    assert statement.domain is not None
    box = coordinates(statement.domain)
    answer = {"statement": statement.digest, "version": z3.get_version_string(), "model": None, "reason": ""}
    _, inhabitant, _ = ask(box, [], header["rlimit"])
    outputs = interpret(read_network(rest), [_real(value) for value in box.values], z3_arithmetic())
    goal = z3.Not(claim(statement, box, outputs, header["gates"]))
    answer["answer"], answer["model"], answer["reason"] = ask(box, [goal], header["rlimit"])
    sys.stdout.write(json.dumps(answer | {"inhabitant": inhabitant}))


def ask(box: Coordinates, goals: Sequence[Any], rlimit: int) -> tuple[str, list[str] | None, str]:
    """(sat, unsat or unknown, a point of the domain that meets the goals, why there is none)."""
    solver = z3.Solver()
    solver.set("rlimit", rlimit)
    solver.set("random_seed", 0)
    solver.add(*box.constraints, *goals)
    verdict = solver.check()
    if verdict == z3.unsat:
        return "unsat", None, ""
    if verdict == z3.unknown:
        return "unknown", None, solver.reason_unknown()
    try:
        return "sat", [text_of(value) for value in box.point(solver.model())], ""
    except UsageError as error:
        return "sat", None, str(error)


def claim(statement: Statement, box: Coordinates, outputs: Sequence[Any], gates: Any) -> Any:
    """The statement at one input, as a z3 formula."""
    if statement.condition is not None:
        return z3_terms([statement.condition], box.values, outputs)[0]
    if isinstance(statement.target, TermTarget):
        expected = [_real(value) for value in z3_terms(statement.target.terms, box.values)]
    else:
        expected = [_real(value) for value in _circuit(box, *gates)]
    if statement.error is None:
        return z3.And(*(y == t for y, t in zip(outputs, expected, strict=True)))
    error = z3.Q(statement.error.numerator, statement.error.denominator)
    return z3.And(*(z3.And(y - t <= error, t - y <= error) for y, t in zip(outputs, expected, strict=True)))


def _circuit(box: Coordinates, inputs: list[int], rows: list[list[int]], outputs: list[int]) -> list[Any]:
    """The outputs of the gates as z3 Bools; the domain must be all bits."""
    known = {0: z3.BoolVal(False), **dict(zip(inputs, box.values, strict=True))}

    def literal(number: int) -> Any:
        return z3.Not(known[number >> 1]) if number & 1 else known[number >> 1]

    for variable, left, right in rows:
        known[variable] = z3.And(literal(left), literal(right))
    return [literal(number) for number in outputs]


def _real(value: Any) -> Any:
    """A coordinate or term as a z3 expression of sort Real, so that everything stays in linear real arithmetic."""
    if isinstance(value, Scaled):
        return z3.Q(1, value.denominator) * _real(value.expr)
    if z3.is_bool(value):
        return z3.If(value, z3.RealVal(1), z3.RealVal(0))
    return z3.ToReal(value) if z3.is_int(value) else value


if __name__ == "__main__":
    main()
