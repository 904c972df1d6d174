"""The process in which circuits are compared: reads a miter, writes a refutation of it or an input where its pairs differ.

A line of JSON in, a line of JSON out, and behind it the bytes of the proof. Effort is counted in conflicts of the solver
and in candidates, so the same question has the same answer on every machine. First the solver alone for a short while,
then sweeping, then the solver again with what sweeping found.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import Any

import numpy as np

from proofcheck.checkers.boolean import drup
from proofcheck.checkers.boolean.cadical import SATISFIABLE, UNSATISFIABLE, lacks, refute
from proofcheck.checkers.boolean.refutation import Miter, ProofFault, Steps, derivation
from proofcheck.checkers.boolean.sweep import Sweep, conclude
from proofcheck.checkers.processes import fence

FIRST_TRY = 20_000  # conflicts
LONGEST_PROOF = 60_000_000  # bytes, somewhat below what a child may print; the kernel's limit on work ends near there too


def main() -> None:
    """Answer the question on standard input."""
    question = json.loads(sys.stdin.buffer.read())
    pairs = tuple((int(a), int(b)) for a, b in question["pairs"])
    miter = Miter(question["inputs"], tuple((int(a), int(b)) for a, b in question["gates"]), pairs)
    answer, proof = compare(miter, question["conflicts"], question["seed"])
    sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n" + proof)


def compare(miter: Miter, conflicts: int, seed: int) -> tuple[dict[str, Any], bytes]:
    """({"input": bits or null, "reason": text, "steps": number, ...}, the proof)."""
    steps, problem = Steps(miter), lacks()
    try:
        if problem:
            point, reason = _followed(miter, steps, conflicts)
            return _answer(point, steps) if not reason else ({"input": None, "reason": f"{reason}; {problem}"}, b"")
        point, reason = _solved(miter, steps, [], min(conflicts, FIRST_TRY))
        if point is not None or not reason:
            return _answer(point, steps)
        sweep = Sweep(miter, steps, seed)
        sweep.run()
        if not conclude(sweep):
            return _answer(None, steps)
        known = [number for numbers in sweep.same.values() for number in numbers]
        point, reason = _solved(miter, steps, known, conflicts)
        if point is not None or not reason:
            return _answer(point, steps)
        return {"input": None, "reason": reason}, b""
    except ProofFault as fault:
        return {"input": None, "reason": str(fault)}, b""


def _answer(point: Sequence[int] | None, steps: Steps) -> tuple[dict[str, Any], bytes]:
    proof = b"" if point is not None else steps.proof()
    if len(proof) > LONGEST_PROOF:
        return {"input": None, "reason": f"the proof has {len(proof)} bytes, and more than {LONGEST_PROOF} are not replayed"}, b""
    return {"input": point, "reason": ""}, proof


def _solved(miter: Miter, steps: Steps, lemmas: Sequence[int], conflicts: int) -> tuple[list[int] | None, str]:
    """(an input where the circuits differ or None, why nothing was found or ""); a proof is added to the steps.

    lemmas: the steps that the solver is given beside the clauses of the miter.
    """
    rows = [_dimacs(clause) for clause in [*steps.known, *(steps.clause(number) for number in lemmas)]]
    answer, proof, model = refute(rows, conflicts)
    if answer != UNSATISFIABLE:
        return _input(miter, answer, model, conflicts)
    found = derivation(proof, len(rows))
    number = np.concatenate([np.arange(steps.given), np.array(lemmas, np.int64), steps.end + np.arange(len(found.clauses))])
    for clause, hints in zip(found.clauses, found.hints, strict=True):
        steps.add_arrays(clause - 2, number[hints])
    return None, ""


def _followed(miter: Miter, steps: Steps, conflicts: int) -> tuple[list[int] | None, str]:
    """As `_solved`, by a solver without LRAT."""
    rows = [_dimacs(clause) for clause in steps.known]
    try:
        answer, clauses, model = drup.learned(rows, conflicts)
    except (ImportError, AttributeError, NotImplementedError) as error:
        return None, f"no solver can be used ({type(error).__name__}: {str(error)[:120]})"
    if answer != UNSATISFIABLE:
        return _input(miter, answer, model, conflicts)
    for clause, hints in drup.followed(rows, clauses):
        steps.add([2 * abs(literal) - 2 + (literal < 0) for literal in clause], hints)
    return None, ""


def _input(miter: Miter, answer: int, model: Sequence[int], conflicts: int) -> tuple[list[int] | None, str]:
    """The input of a model, or that there is none."""
    if answer == SATISFIABLE:
        return [int(model[v] > 0) for v in range(1, miter.first)], ""
    return None, f"no proof and no difference was found in {conflicts} conflicts"


def _dimacs(clause: Sequence[int]) -> list[int]:
    return [-(literal >> 1) - 1 if literal & 1 else (literal >> 1) + 1 for literal in clause]


if __name__ == "__main__":
    fence.close()
    main()
