"""An anchor: a claim whose true answer is known by a proof on paper, as we state it and as a float verifier can.

Such a verifier is asked for a point where the claim *fails*: inputs in a box, and inequalities between inputs and outputs,
a disjunction of cases. It knows no strict inequality, so one is sent as <= or with a margin; the data says
what the right answer to each of these questions is, so that a verifier is judged by the question it was asked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction

from proofcheck.checkers.task import Task
from proofcheck.claims.formulate import formulate
from proofcheck.claims.kinds import NetworkClaim
from proofcheck.claims.sizes import size_of
from proofcheck.networks import Network

Bounds = tuple[tuple[Fraction | None, Fraction | None], ...]
Number = int | Fraction

MARGIN = Fraction(1, 10**4)  # well above the tolerances of the verifiers, which are about 10^-6


class Truth(Enum):
    """HOLDS; FAILS, at some input; EMPTY: there is no input, and a claim must be refused."""

    HOLDS = "holds"
    FAILS = "refuted"
    EMPTY = "refused"


class Strictness(Enum):
    """How "greater than" is sent to a verifier that has only "at least"."""

    NONE = ""  # the question has none: what is sent is what is meant
    MARGIN = "> as >= + 1e-4"
    WEAK = "> as >="


@dataclass(frozen=True)
class Atom:
    """sum x[i] * input i + sum y[i] * output i >= bound, or > when strict."""

    y: Mapping[int, Number]
    bound: Number = 0
    strict: bool = False
    x: Mapping[int, Number] | None = None


@dataclass(frozen=True)
class Case:
    """A way in which a claim fails: all the atoms at one input. reached: whether there is such an input.

    reached_by_margin, reached_weakly: the same for the question with its strict atoms sent so; None as `reached`.
    """

    atoms: tuple[Atom, ...]
    reached: bool = False
    reached_by_margin: bool | None = None
    reached_weakly: bool | None = None

    def satisfiable(self, strictness: Strictness) -> bool:
        """The right answer to the question as it is sent."""
        sent = {Strictness.MARGIN: self.reached_by_margin, Strictness.WEAK: self.reached_weakly}.get(strictness)
        return self.reached if sent is None else sent


@dataclass(frozen=True)
class Anchor:
    """A claim with its true answer.

    name: for --only and the JSON. says: the claim in words. because: why the answer is the true one. network: builds it.
    claim: what we are asked. fails: the cases in which the claim fails, or why they cannot be stated as such.
    box: the inputs as a verifier is given them, where that is not the domain of the claim.
    """

    name: str
    says: str
    truth: Truth
    because: str
    network: Callable[[], Network]
    claim: NetworkClaim
    fails: tuple[Case, ...] | str
    box: Bounds | None = None

    def task(self) -> Task:
        """The claim as a task for our checkers. Raises ConstructionError where it speaks of no input."""
        network = self.network()
        formulated = formulate(self.claim, network, size_of((), ()), layered=False)
        return Task(network, formulated.statement, formulated.circuit, formulated.reference, formulated.steps)

    def is_strict(self) -> bool:
        """Whether the question of a float verifier needs strict inequalities."""
        return not isinstance(self.fails, str) and any(atom.strict for case in self.fails for atom in case.atoms)
