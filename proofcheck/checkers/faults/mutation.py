"""Run mutants against the conjunction of what is claimed of a network, and say of each how it ended.

A mutant of the network is refuted by any one claim. Where none refutes it, it is equal when a claim of exact computation
pins it down or the two networks are proved equal wherever the claims speak; else every claim must be proved of it, and
then it is within slack. A changed statement is run about the network as it is. What none of this settles survives.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np

from proofcheck.checkers.batch import failures
from proofcheck.checkers.faults.changed_statements import (
    NARROWER,
    TARGET,
    WIDER,
    Changed,
    changed_targets,
    narrower_domains,
    wider_domains,
)
from proofcheck.checkers.faults.mutants import changes, in_turn
from proofcheck.checkers.settle import settle
from proofcheck.checkers.task import Budget, Point, Task, seed_of
from proofcheck.checkers.witness import replayed
from proofcheck.claims.evidence import Finding, Strength, Verdict, Witness
from proofcheck.claims.score import Mutated, Outcome
from proofcheck.domains import Domain
from proofcheck.engine import evaluate_batch
from proofcheck.errors import InputError, ProofcheckError, Refusal, UsageError
from proofcheck.networks import Network, evaluate
from proofcheck.spec.from_network import from_network
from proofcheck.spec.functions import variables
from proofcheck.spec.sampling import sample
from proofcheck.spec.statement import Statement, TermTarget
from proofcheck.spec.term import compare, connective

SAMPLES = 512
TARGETS = 3
Points = tuple[np.ndarray[Any, np.dtype[Any]], int]


@dataclass(frozen=True)
class Candidate:
    """A change that can be made: of the network, or of the statement of the claim named."""

    kind: str
    change: str | Changed
    claim: str
    made: Callable[[], Network | Task | None]


@dataclass(frozen=True)
class Claims:
    """What is claimed of one network: its tasks by the names of the claims, with samples of their domains.

    proved: the claims that are known to hold; of the others only samples are known.
    """

    network: Network
    tasks: Mapping[str, Task]
    proved: Collection[str]
    points: Mapping[str, Points | None]
    budget: Budget

    def domains(self) -> list[Domain]:
        """The domains that the claims speak of, without those inside another."""
        found: list[Domain] = []
        for task in self.tasks.values():
            domain = _domain(task)
            if not any(domain.is_subset(other) for other in found):
                found = [*(other for other in found if not other.is_subset(domain)), domain]
        return found


def mutation_run(
    tasks: Mapping[str, Task], count: int, budget: Budget, proved: Collection[str] | None = None
) -> Iterator[Mutated]:
    """How `count` mutants end, or fewer where there are no more; the same ones for the same network and statements.

    tasks: all claims about the function of one network, by name. proved: those that are known to hold, by default all;
    of the others no verdict about a mutant is derived. Raises ProofcheckError when two checkers contradict each other,
    which is a fault of this package.
    """
    network = next(iter(tasks.values())).network
    seed = seed_of("mutants", network.digest, *(task.statement.digest for task in tasks.values()))
    tasks = {name: _remembering(task) for name, task in tasks.items()}
    points = {name: _sampled(_domain(task)) for name, task in tasks.items()}
    claims = Claims(network, tasks, set(tasks if proved is None else proved), points, budget)
    ended = 0
    seen: set[object] = {network.digest}
    for _, candidate in in_turn(_candidates(claims), random.Random(seed)):
        if ended == count:
            return
        made = candidate.made()
        mark = made.digest if isinstance(made, Network) else made and (candidate.claim, made.statement.digest)
        if made is None or mark in seen:
            continue
        seen.add(mark)
        ended += 1
        try:
            yield _network(claims, candidate, made) if isinstance(made, Network) else _statement(claims, candidate, made)
        except (InputError, Refusal, UsageError) as error:
            yield _mutated(candidate, Outcome.SURVIVOR, reason=str(error))


def _candidates(claims: Claims) -> dict[str, list[Candidate]]:
    """All changes, in groups that take turns: kinds of faults of the network, targets (at least three times), domains."""
    groups = {
        kind: [Candidate(kind, change, "", made) for change, made in found] for kind, found in changes(claims.network).items()
    }
    parts = -(-TARGETS // len(claims.tasks))
    for name, task in claims.tasks.items():
        targets = _of_claim(TARGET, name, changed_targets(task))
        groups |= {f"{TARGET} {name} {i}": targets[i::parts] for i in range(parts)}
    for kind, function in ((WIDER, wider_domains), (NARROWER, narrower_domains)):
        proved = {name: task for name, task in claims.tasks.items() if name in claims.proved}
        groups[kind] = [c for name, task in proved.items() for c in _of_claim(kind, name, function(task))]
    return groups


def _of_claim(kind: str, name: str, found: list[Changed]) -> list[Candidate]:
    return [Candidate(kind, changed, name, changed.made) for changed in found]


def _network(claims: Claims, candidate: Candidate, mutant: Network) -> Mutated:
    """How a mutant of the network ends."""
    tasks = {
        name: replace(task, network=mutant, statement=replace(task.statement, network=mutant.digest))
        for name, task in claims.tasks.items()
    }
    for name, task in tasks.items():
        witness = _refuted(task, claims.points[name])
        if witness is not None:
            return _mutated(candidate, Outcome.REFUTED, name, "samples", witness)
    differs = _difference(claims, mutant)
    findings: dict[str, Finding] = {}
    for name, task in tasks.items():
        findings[name] = finding = settle(task, Strength.ESTABLISHED, claims.budget)
        if finding.verdict is Verdict.REFUTED:
            return _mutated(candidate, Outcome.REFUTED, name, finding.method, finding.witness)
    held = all(finding.verdict is Verdict.HOLDS for finding in findings.values())
    exact = [n for n in claims.proved if tasks[n].statement.kind == "computes" and findings[n].verdict is Verdict.HOLDS]
    left = [d for d in claims.domains() if not any(d.is_subset(_domain(tasks[name])) for name in exact)]
    same: list[Finding] = []
    if differs is None:
        for domain in left:
            same.append(settle(_equality(mutant, claims.network, domain), Strength.ESTABLISHED, claims.budget))
            differs = differs or same[-1].witness
    elif not left:
        raise ProofcheckError(f"{candidate.change}: it is proved to compute what the network computes, and differs at an input")
    if differs is None and all(finding.verdict is Verdict.HOLDS for finding in same):
        methods = " and ".join(dict.fromkeys(finding.method for finding in same))
        reason = f"shown by {methods}" if left else f"it meets {' and '.join(sorted(exact))}"
        return _mutated(candidate, Outcome.EQUAL, reason=reason)
    if not held:
        open_claims = [f"{name} is unknown: {f.reason}" for name, f in findings.items() if f.verdict is not Verdict.HOLDS]
        return _mutated(candidate, Outcome.SURVIVOR, reason="; ".join(open_claims), witness=differs)
    if differs is None:
        reason = "every claim holds of it, and whether it is another function is unknown"
        return _mutated(candidate, Outcome.SURVIVOR, reason=reason)
    return _within_slack(claims, candidate, differs)


def _within_slack(claims: Claims, candidate: Candidate, differs: Witness) -> Mutated:
    """All claims hold of it, and it is another function."""
    for name, task in claims.tasks.items():
        if task.statement.error and _domain(task).contains(differs.inputs):
            reason = f"within the error {task.statement.error} of {name}"
            return _mutated(candidate, Outcome.SLACK, name, reason, differs)
    return _mutated(candidate, Outcome.SLACK, reason="all claims hold of another function", witness=differs)


def _statement(claims: Claims, candidate: Candidate, task: Task) -> Mutated:
    """How a changed statement about the network as it is ends."""
    original = claims.tasks[candidate.claim].statement
    points = claims.points[candidate.claim] if candidate.kind == TARGET else _sampled(_domain(task))
    witness, method = _refuted(task, points), "samples"
    if witness is None:
        finding = settle(task, Strength.ESTABLISHED, claims.budget)
        witness, method = finding.witness, finding.method
        if witness is None and finding.verdict is not Verdict.HOLDS:
            return _mutated(candidate, Outcome.SURVIVOR, reason=f"unknown: {finding.reason}")
    if witness is not None:
        if candidate.kind == NARROWER:
            raise ProofcheckError(f"{candidate.claim} holds and fails on a narrower domain: {candidate.change}")
        return _mutated(candidate, Outcome.REFUTED, candidate.claim, method, witness)
    if candidate.claim not in claims.proved:
        return _mutated(candidate, Outcome.SURVIVOR, reason=f"it is proved, and {candidate.claim} itself only not refuted")
    if candidate.kind != TARGET:
        outcome = Outcome.WIDER if candidate.kind == WIDER else Outcome.NARROWER
        return _mutated(candidate, outcome, reason=method)
    if original.kind == "computes" or _same_target(claims, original, task):
        return _mutated(candidate, Outcome.EQUAL, reason="the changed target is the same function")
    if original.kind == "property":
        return _mutated(candidate, Outcome.SLACK, reason="the changed property holds of the network too")
    return _mutated(candidate, Outcome.SLACK, candidate.claim, f"within the error {original.error} of {candidate.claim}")


def _same_target(claims: Claims, original: Statement, task: Task) -> bool:
    """Whether the target of an approximation and the changed one are proved equal."""
    old, new = original.target, task.statement.target
    if not isinstance(old, TermTarget) or not isinstance(new, TermTarget):
        return False
    condition = connective("and", [compare("==", a, b) for a, b in zip(old.terms, new.terms, strict=True)])
    same = Statement(kind="property", network=task.network.digest, domain=original.domain, condition=condition)
    return settle(replace(task, statement=same), Strength.ESTABLISHED, claims.budget).verdict is Verdict.HOLDS


def _equality(mutant: Network, network: Network, domain: Domain) -> Task:
    """The mutant computes what the network computes, on the domain."""
    (given,) = variables(domain, [(network.input_count,)])
    target = TermTarget(from_network(network, given))
    return Task(mutant, Statement(kind="computes", network=mutant.digest, domain=domain, target=target))


def _difference(claims: Claims, mutant: Network) -> Witness | None:
    """A sample at which the mutant and the network differ, with both values, in rationals."""
    for points in claims.points.values():
        if points is None:
            continue
        numerators, denominator = points
        (new, a), (old, b) = (evaluate_batch(net, numerators, denominator) for net in (mutant, claims.network))
        for row in np.flatnonzero(np.any(new.astype(object) * b != old.astype(object) * a, axis=1)):
            x = _point(numerators[row], denominator)
            found, expected = evaluate(mutant, x), evaluate(claims.network, x)
            if found != expected:
                return Witness(x, found, expected)
    return None


def _refuted(task: Task, points: Points | None) -> Witness | None:
    """A sample at which the statement fails in rationals."""
    if points is None:
        return None
    numerators, denominator = points
    rows = failures(task, numerators, denominator)
    return replayed(task, _point(numerators[rows[0]], denominator)) if rows.size else None


def _sampled(domain: Domain) -> Points | None:
    """Corners and random inputs, the same ones in every run; None when none could be drawn."""
    try:
        points = sample(domain, SAMPLES, seed_of("mutants", str(domain.json())))
    except Refusal:
        return None
    return points if len(points[0]) else None


def _point(row: Any, denominator: int) -> Point:
    return tuple(Fraction(int(value), denominator) for value in row)


def _domain(task: Task) -> Domain:
    assert task.statement.domain is not None
    return task.statement.domain


def _remembering(task: Task) -> Task:
    """The task with a reference function that is asked once for each input: it is somebody's process, and dear to run."""
    ask = task.reference
    if ask is None:
        return task
    known: dict[Point, Point] = {}

    def reference(points: Any) -> list[Point]:
        new = [point for point in dict.fromkeys(points) if point not in known]
        known.update(zip(new, ask(new) if new else [], strict=True))
        return [known[point] for point in points]

    return replace(task, reference=reference)


def _mutated(candidate: Candidate, outcome: Outcome, by: str = "", reason: str = "", witness: Witness | None = None) -> Mutated:
    return Mutated(candidate.kind, str(candidate.change), candidate.claim, outcome, by, reason, witness)
