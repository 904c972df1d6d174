"""Mutants of a construction at one small size: chosen, run against all its claims about the function, and remembered.

The score is shown beside the claims and never raises a strength. Like a finding it depends on network, statements,
budget, sources and versions, and on nothing else; only one without a complaint is remembered.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from proofcheck.catalogue.fingerprint import installed, solver_versions
from proofcheck.catalogue.listing import described
from proofcheck.catalogue.store import Store, data_key
from proofcheck.checkers.faults.mutants import changes
from proofcheck.checkers.faults.mutation import mutation_run
from proofcheck.checkers.task import Budget, Task
from proofcheck.claims.evidence import Verdict
from proofcheck.claims.judged import Evidence, Status
from proofcheck.claims.score import Mutated, Score, mutated_json, mutated_of
from proofcheck.errors import InputError
from proofcheck.gate.judging import task_of
from proofcheck.gate.plan import Case, Selection
from proofcheck.networks import network_bytes, read_network

COUNT = 40
RLIMIT = 10_000_000
SIZES = 8
FUNCTION = ("computes", "approximates", "property")


@dataclass(frozen=True)
class Group:
    """The cases about the function of one network. proved: the claims that hold of it. problem: why no mutants can be run."""

    cases: tuple[Case, ...]
    proved: frozenset[str] = frozenset()
    problem: str = ""


def group_of(cases: Sequence[Case], evidence: Sequence[Evidence], selection: Selection) -> Group | None:
    """The group of a construction, out of all its cases; None when no claim about a function was asked for."""
    asked = [case for case in cases if case.claim.kind in FUNCTION]
    if not asked:
        return None
    if selection.labels is not None or selection.elements is not None:
        return Group(tuple(asked), problem="only some sizes were asked for")
    claims = [c.name for c in described(asked[0].file).claims if c.kind in FUNCTION]
    missing = sorted(set(claims) - {case.job.claim for case in asked})
    if missing:
        return Group(tuple(asked), problem=f"{missing[0]} was not asked for, and mutants are run against all claims together")
    try:
        group = chosen(asked)
    except InputError as error:
        return Group(tuple(asked), problem=str(error))
    found = {(e.claim, e.size): e for e in evidence}
    proved = set()
    for case in group:
        e = found[case.job.claim, case.job.size]
        if e.finding is None or e.status not in (Status.MET, Status.WEAKER):
            return Group(tuple(group), problem=f"{case.job.claim} does not stand at {case.job.size}")
        proved |= {e.claim} if e.finding.verdict is Verdict.HOLDS else set()
    return Group(tuple(group or asked), frozenset(proved), "" if group else "no network was built")


def chosen(cases: Sequence[Case]) -> list[Case]:
    """The cases about the function at the size at which mutants are run; empty when no network was built.

    Of the sizes at which most such claims are made these are the eight with the smallest network files, and of them the
    first whose network offers most kinds of faults. So a construction cannot choose, and none is left out.
    """
    sizes: dict[str, list[Case]] = {}
    for case in cases:
        if case.job.network and not case.job.error:
            sizes.setdefault(case.job.size, []).append(case)
    most = max(map(len, sizes.values()), default=0)
    candidates = sorted((group for group in sizes.values() if len(group) == most), key=lambda group: len(group[0].job.network))
    return max(candidates[:SIZES], key=lambda group: len(changes(read_network(group[0].job.network))), default=[])


def score(group: Group, count: int, budget: Budget, store: Store, recheck: bool = False, end: float | None = None) -> Score:
    """The score of a group, remembered or new; whatever goes wrong is part of it.

    end: the monotonic time at which it is given up. A KeyboardInterrupt passes through.
    """
    found = unscored(group, group.problem)
    if group.problem:
        return found
    budget = replace(budget, rlimit=min(budget.rlimit, RLIMIT))
    try:
        tasks = {case.job.claim: task_of(case) for case in group.cases}
        key = _key(group, tasks, count, budget)
        known = None if recheck or not store.believed else _recalled(store, key)
        if known is not None:
            return replace(found, mutants=known)
        ended: list[Mutated] = []
        for mutant in mutation_run(tasks, count, budget, group.proved):
            ended.append(mutant)
            if end is not None and time.monotonic() >= end:
                return unscored(group, "the time for the whole run was spent", Status.UNKNOWN)
        found = replace(found, mutants=tuple(ended))
        if found.status is Status.MET:
            store.keep_data(key, {"mutants": [mutated_json(mutant) for mutant in ended]})
        return found
    except MemoryError:
        return unscored(group, "the memory was exhausted", Status.UNKNOWN)
    except Exception as error:  # noqa: BLE001 - mutants that break the machinery do not hide the claims
        return unscored(group, f"internal fault, {type(error).__name__}: {error}", Status.FAULT)


def unscored(group: Group, problem: str, unrun: Status = Status.MET) -> Score:
    """The score of a group whose mutants were not run; unrun: what that means for the gate."""
    first, claims = group.cases[0], tuple(dict.fromkeys(case.job.claim for case in group.cases))
    slack = json.loads(first.declared)["construction"].get("slack", "")
    return Score(first.file.name, first.job.size, claims, slack, problem=problem, unrun=unrun, path=first.file.shown)


def _key(group: Group, tasks: Mapping[str, Task], count: int, budget: Budget) -> str:
    """Under what the mutants are kept: whatever their end depends on. With a reference function that is all it may read."""
    network = next(iter(tasks.values())).network
    reads = (group.cases[0].sources, installed()) if any(case.job.reference for case in group.cases) else ()
    return data_key(
        "mutants",
        hashlib.sha256(network_bytes(network)).hexdigest(),
        *(f"{name} {name in group.proved} {task.statement.digest}" for name, task in tasks.items()),
        f"{count} {budget.rlimit} {budget.memory_mb} {budget.seed}",
        *solver_versions(),
        *reads,
    )


def _recalled(store: Store, key: str) -> tuple[Mutated, ...] | None:
    data = store.recall_data(key)
    try:
        return None if data is None else tuple(mutated_of(item) for item in data["mutants"])
    except (KeyError, TypeError, ValueError, AttributeError, InputError):
        return None
