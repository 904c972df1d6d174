"""Where CaDiCaL's LRAT cannot be had: another solver of python-sat, whose clauses are shown to follow one after another.

PySAT gives only the clauses that a solver learned (DRUP). Each is checked by unit propagation over all clauses before
it, with two watched literals, and the clauses that were used become its hints. Plain Python: for small circuits.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from types import SimpleNamespace

from proofcheck.checkers.boolean.refutation import ProofFault

SOLVER = "glucose4"
MOST_CLAUSES = 20_000  # learned, beyond which following them takes too long


def learned(clauses: Sequence[Sequence[int]], conflicts: int) -> tuple[int, list[list[int]], list[int]]:
    """(answer, learned clauses, model) in DIMACS literals: 20 with clauses, 10 with the true literals, 0 for neither.

    Raises ImportError where python-sat is missing or has not this solver.
    """
    from pysat import solvers

    # behind the fence no file can be created, and a proof needs a file
    solvers.tempfile = SimpleNamespace(TemporaryFile=lambda: os.fdopen(os.memfd_create("proof"), "w+b"))
    with solvers.Solver(name=SOLVER, bootstrap_with=clauses, with_proof=True) as solver:
        solver.conf_budget(conflicts)
        answer = solver.solve_limited()
        if answer is None:
            return 0, [], []
        if answer:
            return 10, [], solver.get_model()
        rows = [row.split() for row in solver.get_proof()]
    return 20, [[int(literal) for literal in row[:-1]] for row in rows if row[0] != "d"], []


def followed(clauses: Iterable[Sequence[int]], steps: Sequence[Sequence[int]]) -> list[tuple[list[int], list[int]]]:
    """(clause, hints) of each step up to the empty clause; a hint counts the given clauses first, then the steps.

    Raises ProofFault when a step does not follow by unit propagation.
    """
    if len(steps) > MOST_CLAUSES:
        raise ProofFault(f"the solver learned {len(steps)} clauses: following more than {MOST_CLAUSES} takes too long")
    known = _Known()
    for clause in clauses:
        known.add(list(dict.fromkeys(clause)))
    made = []
    for step in [*steps, []]:
        hints = known.shown(step)
        if hints is None:
            raise ProofFault("a clause that the solver learned does not follow by unit propagation")
        made.append((list(step), hints))
        known.add(list(step))
        if not step:
            break
    return made


class _Known:
    """The clauses so far. The first two literals of each are watched: one of them is not false, or propagation has seen it."""

    def __init__(self) -> None:
        self.clauses: list[list[int]] = []
        self.watched: dict[int, list[int]] = {}
        self.units: list[int] = []

    def add(self, clause: list[int]) -> None:
        number = len(self.clauses)
        self.clauses.append(clause)
        if len(clause) < 2:
            self.units.append(number)
        for literal in clause[:2] if len(clause) > 1 else []:
            self.watched.setdefault(literal, []).append(number)

    def shown(self, clause: Sequence[int]) -> list[int] | None:
        """The hints, in the order in which they force literals, that show a clause; None when propagation does not."""
        reason: dict[int, int] = {}  # of each true literal: the clause that forces it, -1 for an assumption
        trail = list(dict.fromkeys(-literal for literal in clause))
        reason |= dict.fromkeys(trail, -1)
        if any(-literal in reason for literal in trail):
            return None  # a tautology: nothing shows it, and nothing needs it
        for number in self.units:
            (literal,) = self.clauses[number] or (0,)
            if not literal or -literal in reason:
                return self._used(number, reason)
            if literal not in reason:
                reason[literal] = number
                trail.append(literal)
        for true in trail:  # grows
            conflict = self._propagate(-true, reason, trail)
            if conflict >= 0:
                return self._used(conflict, reason)
        return None

    def _propagate(self, false: int, reason: dict[int, int], trail: list[int]) -> int:
        """Look at the clauses that watch a literal that is now false; the number of one that is false, or -1."""
        kept: list[int] = []
        watchers = self.watched.get(false, [])
        for place, number in enumerate(watchers):
            clause = self.clauses[number]
            if clause[0] == false:
                clause[0], clause[1] = clause[1], clause[0]
            other = clause[0]
            if other not in reason:
                for k in range(2, len(clause)):
                    if -clause[k] not in reason:
                        clause[1], clause[k] = clause[k], clause[1]
                        self.watched.setdefault(clause[1], []).append(number)
                        break
                else:
                    kept.append(number)
                    if -other in reason:
                        self.watched[false] = kept + watchers[place + 1 :]
                        return number
                    reason[other] = number
                    trail.append(other)
                continue
            kept.append(number)
        self.watched[false] = kept
        return -1

    def _used(self, conflict: int, reason: dict[int, int]) -> list[int]:
        """The clauses that the conflict rests on, in the order in which they were forced."""
        needed, stack = {conflict}, [conflict]
        while stack:
            for literal in self.clauses[stack.pop()]:
                number = reason.get(-literal, -1)
                if number >= 0 and number not in needed:
                    needed.add(number)
                    stack.append(number)
        return [number for number in reason.values() if number in needed and number != conflict] + [conflict]
