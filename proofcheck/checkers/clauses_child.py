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

from proofcheck.checkers import fence
from proofcheck.checkers.cadical import SATISFIABLE, UNSATISFIABLE, lacks, refute
from proofcheck.checkers.refutation import Miter, ProofFault, Steps, derivation
from proofcheck.checkers.sweep import Sweep, conclude

FIRST_TRY = 20_000  # conflicts


def main() -> None:
    """Answer the question on standard input."""
    question = json.loads(sys.stdin.buffer.read())
    pairs = tuple((int(a), int(b)) for a, b in question["pairs"])
    miter = Miter(question["inputs"], tuple((int(a), int(b)) for a, b in question["gates"]), pairs)
    answer, proof = compare(miter, question["conflicts"], question["seed"])
    sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n" + proof)


def compare(miter: Miter, conflicts: int, seed: int) -> tuple[dict[str, Any], bytes]:
    """({"input": bits or null, "reason": text, "steps": number, ...}, the proof)."""
    problem = lacks()
    if problem:
        return {"input": None, "reason": problem}, b""
    steps = Steps(miter)
    try:
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
    return {"input": point, "reason": ""}, b"" if point is not None else steps.proof()


def _solved(miter: Miter, steps: Steps, lemmas: Sequence[int], conflicts: int) -> tuple[list[int] | None, str]:
    """(an input where the circuits differ or None, why nothing was found or ""); a proof is added to the steps.

    lemmas: the steps that the solver is given beside the clauses of the miter.
    """
    clauses = [*steps.known, *(steps.clause(number) for number in lemmas)]
    rows = [[-(p >> 1) - 1 if p & 1 else (p >> 1) + 1 for p in clause] for clause in clauses]
    answer, proof, model = refute(rows, conflicts)
    if answer == SATISFIABLE:
        return [int(model[v] > 0) for v in range(1, miter.first)], ""
    if answer != UNSATISFIABLE:
        return None, f"no proof and no difference was found in {conflicts} conflicts"
    found = derivation(proof, len(rows))
    number = np.concatenate([np.arange(steps.given), np.array(lemmas, np.int64), steps.end + np.arange(len(found.clauses))])
    for clause, hints in zip(found.clauses, found.hints, strict=True):
        steps.add_arrays(clause - 2, number[hints])
    return None, ""


if __name__ == "__main__":
    fence.close()
    main()
