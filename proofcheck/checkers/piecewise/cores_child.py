"""The process in which the second finder of multipliers runs: a system of linear facts in, an unsatisfiable core or a point out.

Reads one JSON object from standard input, writes one to standard output. cvc5 and z3 compute in rationals, so they lose no
system to rounding. All randomness is fixed and the budget is counted in the solver's own units; behind a fence a solver can
do no more than answer.
"""

from __future__ import annotations

import json
import sys
from fractions import Fraction
from typing import Any

from proofcheck.checkers.processes import fence


def main() -> None:
    """Answer the query on standard input: solver, rlimit, count of variables, rows [relation, constant, [[variable, q], ...]]."""
    query = json.loads(sys.stdin.buffer.read())
    answer = {"cvc5": by_cvc5, "z3": by_z3}[query["solver"]](query["rows"], query["count"], query["rlimit"])
    sys.stdout.write(json.dumps(answer))


def by_cvc5(rows: list[Any], count: int, rlimit: int) -> dict[str, Any]:
    """{"core": numbers of rows} or {"point": values of the variables as texts} or {"reason": why neither}."""
    import cvc5

    manager = cvc5.TermManager()
    solver = cvc5.Solver(manager)
    options = (
        ("produce-unsat-cores", "true"),
        ("minimal-unsat-cores", "true"),
        ("produce-models", "true"),
        ("rlimit", str(rlimit)),
    )
    for option, value in options:
        solver.setOption(option, value)
    solver.setLogic("QF_LRA")
    real, zero = manager.getRealSort(), manager.mkReal(0)
    x = [manager.mkConst(real, f"x{i}") for i in range(count)]
    relation = {">=": cvc5.Kind.GEQ, ">": cvc5.Kind.GT, "==": cvc5.Kind.EQUAL}
    named: dict[Any, int] = {}
    for number, (compared, start, parts) in enumerate(rows):
        terms = [manager.mkReal(start), *(manager.mkTerm(cvc5.Kind.MULT, manager.mkReal(q), x[i]) for i, q in parts)]
        total = manager.mkTerm(cvc5.Kind.ADD, *terms) if len(terms) > 1 else terms[0]
        fact = manager.mkTerm(relation[compared], total, zero)
        named.setdefault(fact, number)
        solver.assertFormula(fact)
    result = solver.checkSat()
    if result.isUnsat():
        return {"core": sorted(named[fact] for fact in solver.getUnsatCore())}
    if result.isSat():
        return {"point": [str(solver.getValue(v).getRealValue()) for v in x]}
    return {"reason": str(result.getUnknownExplanation())}


def by_z3(rows: list[Any], count: int, rlimit: int) -> dict[str, Any]:
    """The same by z3."""
    import z3

    solver = z3.SolverFor("QF_LRA")
    solver.set("rlimit", rlimit)
    solver.set("random_seed", 0)
    solver.set("core.minimize", True)
    x = [z3.Real(f"x{i}") for i in range(count)]
    for number, (compared, start, parts) in enumerate(rows):
        total = z3.Sum([z3.RealVal(start), *(z3.RealVal(q) * x[i] for i, q in parts)])
        fact = total >= 0 if compared == ">=" else total > 0 if compared == ">" else total == 0
        solver.assert_and_track(fact, f"row {number}")
    result = solver.check()
    if result == z3.unsat:
        return {"core": sorted(int(str(name).split()[1]) for name in solver.unsat_core())}
    if result == z3.sat:
        model = solver.model()
        values = [model.eval(v, model_completion=True) for v in x]
        return {"point": [str(Fraction(v.numerator_as_long(), v.denominator_as_long())) for v in values]}
    return {"reason": str(solver.reason_unknown())}


if __name__ == "__main__":
    fence.close()
    main()
