"""The shape of the table of false claims, and how a row is judged.

A row is one detail: a claim in which the detail is wrong, and its true twin in which it is right. The twin shows that the
false claim is not refused for another reason, and that nothing that holds is lost.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from proofcheck import Approximates, Computes, Enclosure, Instance, Probably, Property, Relation
from proofcheck.checkers.limits.enclosure import check_enclosure
from proofcheck.checkers.limits.statistical import check_probability
from proofcheck.checkers.task import Budget, Task
from proofcheck.claims.evidence import Finding, Strength
from proofcheck.claims.formulate import formulate
from proofcheck.claims.judged import Evidence, Status
from proofcheck.claims.kinds import kind_of
from proofcheck.claims.limits import formulate_limit
from proofcheck.claims.sizes import Size, size_of
from proofcheck.errors import ProofcheckError
from proofcheck.gate.judging import found
from proofcheck.networks import Network
from proofcheck.spec.reals_statement import EnclosureStatement

BUDGET = Budget(seconds=60, rlimit=20_000_000, samples=256, seed=1)
CERTIFIED, ESTABLISHED = Strength.CERTIFIED, Strength.ESTABLISHED
REFUTED, UNREFUTED, UNKNOWN = "refuted", "unrefuted", "unknown"

Build = Callable[[], Network]


@dataclass(frozen=True)
class Side:
    """A claim, the network (or None, for a limit) that it is about, the size, whether strictly layered is claimed; how
    strongly it is to be settled, and what that may cost."""

    build: Build | None
    claim: Callable[[], Any]
    size: Any = None
    layered: bool = False
    floor: Strength = CERTIFIED
    budget: Budget = BUDGET


@dataclass(frozen=True)
class Row:
    """kind: of the claims. what: the detail. ends: how the false side ends, "refuted", "unrefuted", "unknown", or a part of
    the error's sentence. strength: with which the true side holds, at least."""

    kind: str

    what: str
    false: Side
    true: Side
    ends: str = REFUTED
    strength: Strength = CERTIFIED


@dataclass(frozen=True)
class Outcome:
    """How a side ended: the finding, or the sentence of the error. task: what the checkers were given."""

    finding: Finding | None = None
    error: str = ""
    task: Task | None = None

    @property
    def verdict(self) -> str:
        return "error" if self.finding is None else self.finding.verdict.value


def row(
    what: str,
    build: Build | None,
    false: Callable[[], Any],
    true: Callable[[], Any],
    ends: str = REFUTED,
    strength: Strength = CERTIFIED,
    *,
    size: Any = None,
    layered: bool = False,
    twin: Build | None = None,
    twin_size: Any = None,
    floor: Strength = CERTIFIED,
    budget: Budget = BUDGET,
) -> Row:
    """A row; `twin` and `twin_size` are the network and the size of the true side where the detail lies there.

    floor, budget: how strongly the false side is to be settled, and what that may cost.
    """
    right = Side(twin or build, true, size if twin_size is None else twin_size, layered)
    return Row(kind_of(true()), what, Side(build, false, size, layered, floor, budget), right, ends, strength)


def sized(
    what: str,
    build: Build,
    false: Any,
    true: Any,
    ends: str = REFUTED,
    *,
    uses: str | tuple[str, ...] = "relu",
    twin_uses: str | tuple[str, ...] = "",
    on: Any = None,
    twin_on: Any = None,
    **rest: Any,
) -> Row:
    """A row of two size relations. uses: the activations that the claim allows; on: the domain whose volume it speaks of."""
    return row(
        what,
        build,
        lambda: Relation(false, activations=uses, on=on),
        lambda: Relation(true, activations=twin_uses or uses, on=twin_on or on),
        ends,
        **rest,
    )


def computed(what: str, build: Build, false: Any, true: Any, ends: str = REFUTED, *, on: Any = None, **rest: Any) -> Row:
    """A row of two targets on one domain, by default that of the network."""
    return row(what, build, lambda: Computes(false, on=on), lambda: Computes(true, on=on), ends, **rest)


def satisfied(what: str, build: Build, false: Any, true: Any, ends: str = REFUTED, *, on: Any = None, **rest: Any) -> Row:
    """A row of two properties on one domain."""
    return row(what, build, lambda: Property(false, on=on), lambda: Property(true, on=on), ends, **rest)


def approximated(
    what: str, build: Build, target: Any, false: Any, true: Any, ends: str = REFUTED, *, on: Any = None, **rest: Any
) -> Row:
    """A row of two errors, `false` and `true`, of one target."""
    return row(what, build, lambda: Approximates(target, false, on=on), lambda: Approximates(target, true, on=on), ends, **rest)


def bounded(what: str, build: Build, target: Any, false: Any, true: Any, ends: str = REFUTED, **rest: Any) -> Row:
    """A row of two domains, on the smaller of which the network computes the target."""
    return row(what, build, lambda: Computes(target, on=false), lambda: Computes(target, on=true), ends, **rest)


def judged(side: Side) -> Outcome:
    """What the library says of a side. Errors meant for people are outcomes; any other exception passes through."""
    try:
        claim = side.claim()
        if isinstance(claim, Enclosure | Probably):
            limit = formulate_limit(claim, None)
            return Outcome(check_enclosure(limit) if isinstance(limit, EnclosureStatement) else check_probability(limit))
        task = task_of(side, claim)
        evidence = found(_blank(claim, task, side.floor), task, side.budget, None, True, "", lambda text: None)
        assert evidence.finding is not None
        assert (evidence.status is Status.REFUTED) == (evidence.finding.verdict.value == REFUTED)
        return Outcome(evidence.finding, task=task)
    except ProofcheckError as error:
        return Outcome(error=str(error))


def task_of(side: Side, claim: Any) -> Task:
    """The statement that the claim makes about the network of the side."""
    assert side.build is not None
    network = side.build()
    formulated = formulate(claim, network, _size(side.size), layered=side.layered)
    return Task(network, formulated.statement, formulated.circuit, formulated.reference, formulated.steps)


def _size(size: Any) -> Size:
    if isinstance(size, Instance):
        return size_of(size, ("value",))
    return size_of(size or {}, tuple(size or {}))


def _blank(claim: Any, task: Task, floor: Strength) -> Evidence:
    return Evidence("", "", kind_of(claim), "", floor, None, statement=task.statement.json(), network=task.network.digest)
