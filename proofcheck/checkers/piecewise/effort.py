"""How much work a search for a proof may do, and how it ends without one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from proofcheck.checkers.piecewise.branches import Values
from proofcheck.checkers.piecewise.proof_forms import Fact
from proofcheck.checkers.piecewise.scope import Known, Near, Tree


class Exhausted(Exception):
    """The search has done as much work as it may."""


class Failed(Exception):
    """The goal cannot be shown from the facts in scope; `values` are those of the variables where it fails."""

    def __init__(self, values: Values, reason: str = "") -> None:
        super().__init__(reason or "the goal does not follow from the facts in scope")
        self.values = values


QUESTIONS = 20


@dataclass
class Effort:
    """Counts linear programs, so that what is found does not depend on the clock. over: called at each, may raise.

    questions: how often an exact solver may still be asked, which starts a process.
    """

    left: int
    over: Callable[[], None] = lambda: None
    spent: int = 0
    leaves: int = 0
    questions: int = QUESTIONS

    def asks(self) -> bool:
        """Whether a solver may be asked; counted when it may."""
        self.over()
        self.questions -= 1
        return self.questions >= 0

    def spend(self) -> None:
        """Raise Exhausted when there is nothing left."""
        self.over()
        self.left -= 1
        self.spent += 1
        if self.left < 0:
            raise Exhausted


Prover = Callable[[Known, Fact, Effort, Near | None], Tree]


def within(prover: Prover, known: Known, fact: Fact, effort: Effort, near: Near | None, most: int) -> Tree:
    """What the prover gives with at most so many linear programs; Failed when they do not suffice."""
    part = Effort(min(most, effort.left), effort.over, questions=effort.questions)
    try:
        return prover(known, fact, part, near)
    except Exhausted:
        part.over()
        if effort.left <= most:
            raise
        raise Failed({}) from None
    finally:
        effort.left -= part.spent
        effort.spent += part.spent
        effort.leaves += part.leaves
        effort.questions = part.questions
