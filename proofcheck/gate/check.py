"""`check`: settle one claim from Python, about a network at hand or about a construction file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from proofcheck.catalogue.building import build
from proofcheck.catalogue.discovery import discover
from proofcheck.catalogue.listing import described
from proofcheck.catalogue.store import local_store
from proofcheck.checkers.task import Budget, Task
from proofcheck.claims.evidence import Strength
from proofcheck.claims.formulate import formulate
from proofcheck.claims.judged import Evidence, Status
from proofcheck.claims.kinds import LIMIT_CLAIMS, Claim, FamilyClaim, kind_of
from proofcheck.claims.sizes import size_of
from proofcheck.errors import ConstructionError, UsageError
from proofcheck.gate.judging import assumed, found, judge
from proofcheck.gate.plan import cases_of
from proofcheck.gate.report import scope_words, sizes_words
from proofcheck.networks import Network

PRECEDENCE = (Status.FAULT, Status.BAD_INPUT, Status.REFUTED, Status.WEAKER, Status.UNKNOWN, Status.MET)


def check(
    subject: Network | str | Path,
    claim: Claim | None = None,
    *,
    floor: Strength | None = None,
    budget: Budget | None = None,
    **parameters: Any,
) -> Evidence:
    """Settle a claim and return the evidence, which is true in a condition exactly when the floor is met.

    subject: a network, with the claim to settle about it in this process; `at` is ignored. Or "path.py::claim", which
    is built in processes of its own. parameters: the size, such as n=4; a claim of a file without them is settled at
    all its sizes, and the weakest evidence is returned. floor: instead of the claim's own. Raises UsageError,
    ConstructionError or InputError for what cannot be judged.
    """
    if isinstance(subject, Network):
        if claim is None:
            raise UsageError("check(network, ...) needs a claim: write check(network, Computes(lambda x: ..., on=Reals))")
        return _in_process(subject, claim, floor, budget or Budget(), parameters)
    if claim is not None:
        raise UsageError('a claim of a file is named in its path: write check("path.py::claim", n=4)')
    return _from_file(str(subject), floor, budget or Budget(), parameters)


def _in_process(network: Network, claim: Claim, floor: Strength | None, budget: Budget, parameters: dict[str, Any]) -> Evidence:
    if not isinstance(claim, Claim):
        raise UsageError(f"{claim!r} is no claim: write check(network, Computes(lambda x: ..., on=Reals))")
    if isinstance(claim, FamilyClaim):
        raise UsageError(f"{type(claim).__name__} is a claim about a family, not about one network: name it in its file")
    if isinstance(claim, LIMIT_CLAIMS):
        raise UsageError(f"{type(claim).__name__} is a claim about a limit, not about a network: name it in its file")
    size = size_of(parameters, tuple(parameters))
    formulated = formulate(claim, network, size, layered=False)
    statement = formulated.statement
    evidence = Evidence(
        construction="",
        claim="",
        kind=kind_of(claim),
        size=size.label,
        floor=claim.floor if floor is None else floor,
        finding=None,
        statement=statement.json(),
        sentence=statement.sentence(),
        network=network.digest,
    )
    task = Task(network, statement, formulated.circuit, formulated.reference, formulated.steps)
    return assumed(found(evidence, task, budget, None, True, "", lambda text: None), claim.assuming)


def _from_file(name: str, floor: Strength | None, budget: Budget, parameters: dict[str, Any]) -> Evidence:
    path, separator, claim = name.partition("::")
    if not separator or not claim:
        raise UsageError(f'{name!r} names no claim: write check("path.py::claim", n=4)')
    (file,) = discover([path])
    description = described(file)
    declared = description.claim(claim)
    if declared is None:
        raise UsageError(f"{path} has no claim {claim!r}: it has {', '.join(c.name for c in description.claims)}")
    elements = None
    if parameters:
        if set(parameters) != set(description.parameters):
            raise UsageError(f"build takes {', '.join(description.parameters)}, the size given names {', '.join(parameters)}")
        elements = (tuple(parameters[name] for name in description.parameters),)
    cases = cases_of(build(file, [claim], None, elements), elements)
    cases = [replace(case, claim=replace(case.claim, floor=case.claim.floor if floor is None else floor)) for case in cases]
    return _weakest([judge(case, budget, local_store()) for case in cases])


def _weakest(evidence: Sequence[Evidence]) -> Evidence:
    """The first evidence of the worst status and the least strength; where all is met with the sizes, scopes and trust of all."""
    worst = min(evidence, key=lambda e: (PRECEDENCE.index(e.status), _strength(e)))
    if worst.status is Status.BAD_INPUT:
        raise ConstructionError(worst.problem, worst.path)
    findings = [e.finding for e in evidence if e.finding is not None and e.status is Status.MET]
    if worst.finding is None or len(findings) < len(evidence):
        return worst
    scopes = list(dict.fromkeys(finding.scope for finding in findings))
    whole = replace(
        worst.finding,
        scope=scope_words(scopes, len(findings)),
        method=", ".join(dict.fromkeys(finding.method for finding in findings)),
        trust=tuple(dict.fromkeys(text for finding in findings for text in finding.trust)),
        assumptions=tuple(dict.fromkeys(text for finding in findings for text in finding.assumptions)),
        checked=min(finding.checked for finding in findings if finding.verdict is worst.finding.verdict),
    )
    return replace(worst, size=sizes_words([e.size for e in evidence]), finding=whole if len(findings) > 1 else worst.finding)


def _strength(evidence: Evidence) -> int:
    finding = evidence.finding
    return -1 if finding is None or finding.strength is None else int(finding.strength)
