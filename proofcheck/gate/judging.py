"""Judge one case: read what the child built, settle the statement, let the kernel replay what claims to be certified."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction

from proofcheck.catalogue.building import evaluate_reference
from proofcheck.catalogue.store import Store, finding_key, replayed
from proofcheck.checkers import settle
from proofcheck.checkers.families.induction import growth, induction, unrolling
from proofcheck.checkers.limits.enclosure import check_enclosure
from proofcheck.checkers.limits.statistical import check_probability
from proofcheck.checkers.task import Budget, Point, Reference, Task
from proofcheck.circuits.read_aiger import read_aiger
from proofcheck.claims.evidence import Finding, Strength, Verdict
from proofcheck.claims.formulate import check_domain
from proofcheck.claims.judged import Evidence
from proofcheck.errors import ConstructionError, InputError, ProofcheckError
from proofcheck.exact import rational_of, text_of
from proofcheck.families import family_statement_of, growth_statement_of, instance_statement_of
from proofcheck.gate.answers import Answer
from proofcheck.gate.earlier import earlier_failure, remember
from proofcheck.gate.plan import Case
from proofcheck.networks import Network, is_layered, network_bytes, read_network
from proofcheck.spec import CircuitTarget, ReferenceTarget, Statement, TermTarget, statement_of
from proofcheck.spec.evaluation import squared
from proofcheck.spec.nodes import terms_json, terms_of
from proofcheck.spec.reals_statement import EnclosureStatement, real_statement_of
from proofcheck.spec.term import COMPARISONS, Term

BATCH = 2**16
MOST_SQUARED = 12
REFERENCE_TRUST = "the construction's reference function"
Progress = Callable[[str], None]


def judge(
    case: Case,
    budget: Budget,
    store: Store | None,
    recheck: bool = False,
    progress: Progress = lambda text: None,
    answer: Answer | None = None,
) -> Evidence:
    """The evidence about one case; whatever goes wrong is part of it. A KeyboardInterrupt passes through.

    store: where findings are remembered, None for nowhere. answer: what was found elsewhere, instead of settling a claim about
    a network or a family here.
    """
    job, evidence = case.job, _blank(case)
    if job.error:
        return replace(evidence, problem=job.error)
    try:
        if case.form == "limit":
            return _limit(case, evidence, store, recheck)
        if case.claim.kind == "forall":
            return _family(case, evidence, budget, store, recheck, answer)
        if case.claim.kind == "grows":
            return _growth(case, evidence)
        if case.claim.kind == "unrolls":
            return _instance(case, evidence)
        task = task_of(case)
        evidence = replace(evidence, network=task.network.digest, sentence=task.statement.sentence())
        sources = case.sources if job.reference else ""
        evidence = found(evidence, task, budget, store, recheck, sources, progress, answer)
        return assumed(evidence, case.claim.assuming)
    except (InputError, ConstructionError) as error:
        return replace(evidence, problem=str(error))
    except MemoryError:
        return replace(evidence, finding=unknown("the memory was exhausted"))
    except Exception as error:  # noqa: BLE001 - one claim that breaks the machinery does not hide the others
        kind = "" if isinstance(error, ProofcheckError) else f"{type(error).__name__}: "
        return replace(evidence, problem=f"internal fault, {kind}{error}", fault=True)


def found(
    evidence: Evidence,
    task: Task,
    budget: Budget,
    store: Store | None,
    recheck: bool,
    sources: str,
    progress: Progress,
    answer: Answer | None = None,
) -> Evidence:
    """The evidence with a finding about the task: an input that failed before and fails now, a remembered finding that still
    counts, or a new one."""
    network, statement, key = task.network.digest, task.statement.digest, key_of(task, evidence.floor, budget, sources)
    if store is not None and (failed := earlier_failure(evidence, task, store)) is not None:
        remember(evidence, task, store, failed)
        return replace(evidence, finding=failed)
    if store is not None and not recheck and (known := store.recall(key, network, statement)) is not None:
        return replace(evidence, finding=known, recalled=True)
    if answer is None or answer.decided_here:
        finding = settle(task, evidence.floor, budget, progress)
    else:
        finding = answer.counted(task)
    if task.reference is not None and REFERENCE_TRUST not in finding.trust:
        finding = replace(finding, trust=(*finding.trust, REFERENCE_TRUST))
    finding = replayed(finding, network, statement)
    if store is not None:
        _keep(store, key, finding, answer)
        remember(evidence, task, store, finding)
    return replace(evidence, finding=finding)


def _keep(store: Store, key: str, finding: Finding, answer: Answer | None) -> None:
    """Keep a finding for the next run; of what was found elsewhere only what the kernel replays."""
    if answer is None or answer.decided_here or finding.strength is Strength.CERTIFIED:
        store.keep(key, finding)


def assumed(evidence: Evidence, assuming: Sequence[str]) -> Evidence:
    """The evidence with what its claim assumes: printed beside the verdict, and established at most."""
    finding = evidence.finding
    if finding is None or not assuming:
        return evidence
    strength = finding.strength and min(finding.strength, Strength.ESTABLISHED)
    added = tuple(text for text in assuming if text not in finding.assumptions)
    return replace(evidence, finding=replace(finding, strength=strength, assumptions=(*finding.assumptions, *added)))


def key_of(task: Task, floor: Strength, budget: Budget, sources: str) -> str:
    """Under what a finding about the task is kept; `sources`: of what a reference function reads, "" without one."""
    spent = f"{budget.rlimit} {budget.memory_mb} {budget.samples} {budget.seed}"
    if task.steps:
        spent += f" {hashlib.sha256(json.dumps(terms_json(task.steps)).encode()).hexdigest()}"
    return finding_key(network_bytes(task.network), task.statement.digest, floor, spent, sources)


def _limit(case: Case, evidence: Evidence, store: Store | None, recheck: bool) -> Evidence:
    """The evidence about exact reals: no network, no certificate."""
    statement = real_statement_of(case.job.statement)
    kind = "enclosure" if isinstance(statement, EnclosureStatement) else "probably"
    if kind != case.claim.kind:
        raise InputError(f"the statement is of the kind {kind}, the claim of the kind {case.claim.kind}")
    evidence = replace(evidence, sentence=statement.sentence())
    key = finding_key(b"", statement.digest, case.claim.floor, "")
    if store is not None and not recheck and (known := store.recall(key, "", statement.digest)) is not None:
        return replace(evidence, finding=known, recalled=True)
    finding = check_enclosure(statement) if isinstance(statement, EnclosureStatement) else check_probability(statement)
    if store is not None:
        store.keep(key, finding)
    return replace(evidence, finding=finding)


def _family(
    case: Case, evidence: Evidence, budget: Budget, store: Store | None, recheck: bool, answer: Answer | None
) -> Evidence:
    """The evidence about a family for every n: its digest stands in the place of a network's."""
    statement = family_statement_of(case.job.statement)
    if case.job.size != statement.scope:
        raise InputError(f"the claim is made for {case.job.size}, its statement for {statement.scope}")
    network, text = statement.family_digest, statement.digest
    evidence = replace(evidence, network=network, sentence=statement.sentence())
    key = finding_key(b"", text, case.claim.floor, str(budget.seed))
    if store is not None and not recheck and (known := store.recall(key, network, text)) is not None:
        return replace(evidence, finding=known, recalled=True)
    told = None if answer is None else answer.finding
    if told is not None and (told.verdict, told.strength) == (Verdict.HOLDS, Strength.CERTIFIED):
        told = replace(told, scope="all inputs")
    elif told is not None and told.verdict is not Verdict.UNKNOWN:
        told = None  # no more than its word
    finding = replayed(induction(statement, budget) if told is None else told, network, text)
    if store is not None:
        _keep(store, key, finding, answer)
    return replace(evidence, finding=finding)


def _growth(case: Case, evidence: Evidence) -> Evidence:
    """The evidence about the sizes of a family for every n."""
    statement = growth_statement_of(case.job.statement)
    if case.job.size != statement.scope:
        raise InputError(f"the claim is made for {case.job.size}, its statement for {statement.scope}")
    evidence = replace(evidence, network=statement.family_digest, sentence=statement.sentence())
    return replace(evidence, finding=growth(statement))


def _instance(case: Case, evidence: Evidence) -> Evidence:
    """The evidence that a network is a family at some n: the kernel unrolls it, which costs less than to remember it."""
    network, statement = read_network(case.job.network), instance_statement_of(case.job.statement)
    if statement.network != network.digest:
        raise InputError("the statement speaks of another network than the one that was built")
    evidence = replace(evidence, network=network.digest, sentence=statement.sentence())
    return replace(evidence, finding=unrolling(statement, case.job.network))


def task_of(case: Case) -> Task:
    """The task of a case, read and checked. Raises InputError for data that no honest child sends."""
    job = case.job
    network, statement = read_network(job.network), statement_of(job.statement)
    if statement.network != network.digest:
        raise InputError("the statement speaks of another network than the one that was built")
    if statement.kind != case.claim.kind:
        raise InputError(f"the statement is of the kind {statement.kind}, the claim of the kind {case.claim.kind}")
    layered = case.form == "layered"
    if layered and not is_layered(network):
        raise InputError("the network is declared strictly layered and is not")
    if statement.layered is not None and statement.layered is not layered:
        raise InputError("the statement is about another form than the construction declares")
    if statement.domain is not None:
        check_domain(statement.domain, network)
    if isinstance(statement.target, ReferenceTarget) and not job.reference:
        raise InputError("the statement names a reference function and none was sent with it")
    _check_powers(statement)
    circuit = None
    if isinstance(statement.target, CircuitTarget):
        if job.circuit is None or hashlib.sha256(job.circuit).hexdigest() != statement.target.sha256:
            raise InputError("the circuit is not the one that the statement names")
        circuit = read_aiger(job.circuit, "the circuit of the claim")
    reference = _reference(case, network, statement) if job.reference else None
    return Task(network, statement, circuit, reference, _steps(job.steps, network, statement))


def _steps(text: str, network: Network, statement: Statement) -> tuple[Term, ...]:
    """The hints of a claim, as data that a child sent: only comparisons of terms."""
    if not text:
        return ()
    try:
        steps = terms_of(json.loads(text), statement.domain, len(network.output))
    except (ValueError, RecursionError):
        raise InputError("the steps of the claim are not JSON") from None
    if any(step.op not in COMPARISONS for step in steps):
        raise InputError("a step of the claim is no comparison of terms")
    return steps


def _check_powers(statement: Statement) -> None:
    """Raise InputError for powers that nobody could compute: the terms come from a construction, and are evaluated here."""
    terms = statement.target.terms if isinstance(statement.target, TermTarget) else ()
    times = squared(terms if statement.condition is None else (statement.condition,))
    if times > MOST_SQUARED:
        raise InputError(f"the statement squares a number {times} times over, expected at most {MOST_SQUARED}: that is too long")


def unreached(case: Case, reason: str) -> Evidence:
    """The evidence about a case that nobody got round to."""
    return replace(_blank(case), finding=unknown(reason))


def _blank(case: Case) -> Evidence:
    return Evidence(
        construction=case.file.name,
        claim=case.job.claim,
        kind=case.claim.kind,
        size=case.job.size,
        floor=case.claim.floor,
        finding=None,
        statement=case.job.statement,
        convention=case.claim.convention,
        declared=case.declared,
        path=case.file.shown,
        files=tuple(case.files.items()),
    )


def unknown(reason: str) -> Finding:
    """The finding that nothing was found."""
    return Finding(Verdict.UNKNOWN, None, "none", "", reason=reason)


def _reference(case: Case, network: Network, statement: Statement) -> Reference:
    """The construction's reference function, run in a child on batches of points."""
    job = {
        "claim": case.job.claim,
        "size": case.job.size,
        "elements": case.elements,
        "ports": [[port.name, list(port.shape)] for port in network.inputs],
        "outputs": len(network.output),
    }

    def evaluate(points: Sequence[Point]) -> list[Point]:
        values: list[tuple[Fraction, ...]] = []
        for start in range(0, len(points), BATCH):
            batch = [[text_of(Fraction(v)) for v in point] for point in points[start : start + BATCH]]
            values += [tuple(map(rational_of, value)) for value in evaluate_reference(case.file, job, batch, case.files)]
        return values

    return evaluate
