"""Run a gate: build, judge, and keep what was found whatever happens, in this process, in several, or on a cluster."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field

from proofcheck.catalogue.discovery import ConstructionFile
from proofcheck.catalogue.listing import keep_facts, keep_score, keep_standing
from proofcheck.catalogue.store import local_store
from proofcheck.checkers.task import Budget
from proofcheck.claims.judged import Evidence, Status
from proofcheck.claims.score import Score
from proofcheck.gate.cluster import Cluster, Item
from proofcheck.gate.error_budget import within_error_budget
from proofcheck.gate.judging import judge, unreached
from proofcheck.gate.plan import Case, Selection, plan, unjudged
from proofcheck.gate.scoring import Group, group_of, score, unscored
from proofcheck.gate.shards import Planned, Shard, planned_of
from proofcheck.gate.workers import Workers

INTERRUPTED = "the run was interrupted before this was settled"


@dataclass(frozen=True)
class Options:
    """How to run. deadline: seconds for the whole gate, the case at hand included; None without limit.

    workers: processes that judge. mutants: how many are run against the claims of each construction. shard: judge this part
    only; mutants are then not run. cluster: the address of a Dask cluster that judges what can be sent to it.
    """

    selection: Selection = field(default_factory=Selection)
    budget: Budget = field(default_factory=Budget)
    deadline: float | None = None
    recheck: bool = False
    workers: int = 1
    mutants: int = 0
    shard: Shard | None = None
    cluster: str | None = None


@dataclass(frozen=True)
class Judged:
    """What a gate found: evidence in the order of files, claims and sizes, and the scores of the constructions.

    planned: what the whole gate is about, so that its parts can be told from those of another; only of a shard.
    """

    evidence: list[Evidence]
    scores: list[Score] = field(default_factory=list)
    planned: list[Planned] = field(default_factory=list)


@dataclass(frozen=True)
class Watch:
    """Who looks on. planned: so many more cases. begun: what is being worked on. done: one more case."""

    planned: Callable[[int], None] = lambda count: None
    begun: Callable[[str], None] = lambda text: None
    done: Callable[[Evidence], None] = lambda evidence: None


def run_gate(files: Sequence[ConstructionFile], options: Options, watch: Watch | None = None) -> Judged:
    """Judge every selected claim of the files, then run the mutants of the constructions all of whose claims were selected.

    What was not reached before the deadline or an interrupt (Ctrl-C) is unknown, with that reason.
    """
    watch = watch or Watch()
    evidence: list[Evidence] = []
    end = None if options.deadline is None else time.monotonic() + options.deadline
    waiting, cases = list(files), list[Case]()
    results: dict[int, Evidence] = {}
    groups: list[Group] = []
    scores: dict[int, Score] = {}
    planned: list[Planned] = []
    try:
        with ExitStack() as stack:
            apart = options.workers > 1 or options.deadline is not None  # only a process can be ended in the middle of a case
            workers: Workers | Cluster | None = None
            planning = plan(files, options.selection, end, _spent(options), options.recheck)
            items: Iterator[Item] = stack.enter_context(closing(planning))
            if options.cluster is not None:
                workers = stack.enter_context(Cluster(options.cluster, options.workers, options.budget, options.recheck))
                items = workers.ahead(items, lambda case: _is_mine(case, options.shard))
            elif apart:
                workers = stack.enter_context(Workers(options.workers, options.budget, options.recheck))
            for file, item in items:
                waiting.remove(file)
                if options.shard is not None:
                    planned += planned_of(file.name, item)
                if isinstance(item, Evidence):
                    if options.shard is not None and not options.shard.holds(file.name):
                        continue
                    evidence.append(item)
                    watch.done(item)
                    continue
                cases, results = [case for case in item if _is_mine(case, options.shard)], {}
                watch.planned(len(cases))
                judged = workers.judged(cases, end, _spent(options)) if workers else _here(cases, options, end, watch)
                for index, found in judged:
                    results[index] = found
                    watch.done(found)
                evidence += [results[i] for i in range(len(cases))]
                if cases and options.shard is None:
                    keep_standing(file, cases[0].sources, results.values())
                    keep_facts(file, cases[0].sources, results.values())
                    group = group_of(cases, list(results.values()), options.selection) if options.mutants else None
                    groups += [group] if group is not None else []
                cases = []
            for index, scored in _scored(groups, workers, options, end, watch):
                scores[index], first = scored, groups[index].cases[0]
                keep_score(first.file, first.sources, scored)
    except KeyboardInterrupt:
        evidence += [results[i] if i in results else unreached(case, INTERRUPTED) for i, case in enumerate(cases)]
        evidence += [unjudged(file, INTERRUPTED, unknown=True) for file in waiting]
    unreached_scores = (unscored(group, INTERRUPTED, Status.UNKNOWN) for group in groups)
    all_scores = [scores.get(i, blank) for i, blank in enumerate(unreached_scores)]
    return Judged(within_error_budget(evidence), all_scores, planned)


def _is_mine(case: Case, shard: Shard | None) -> bool:
    statistical = case.claim.kind == "probably"
    return shard is None or shard.holds(case.file.name, case.job.claim, case.job.size, statistical)


def _here(cases: Sequence[Case], options: Options, end: float | None, watch: Watch) -> Iterator[tuple[int, Evidence]]:
    store = local_store()
    for index, case in enumerate(cases):
        if end is not None and time.monotonic() >= end:
            yield index, unreached(case, _spent(options))
            continue
        watch.begun(f"{case.file.name} {case.job.claim} {case.job.size}")
        yield index, judge(case, options.budget, store, options.recheck)


def _scored(
    groups: Sequence[Group], workers: Workers | Cluster | None, options: Options, end: float | None, watch: Watch
) -> Iterator[tuple[int, Score]]:
    if workers:
        yield from workers.scored(groups, options.mutants, end, _spent(options))
        return
    for index, group in enumerate(groups):
        if end is not None and time.monotonic() >= end:
            yield index, unscored(group, _spent(options), Status.UNKNOWN)
            continue
        watch.begun(f"mutants of {group.cases[0].file.name}")
        yield index, score(group, options.mutants, options.budget, local_store(), options.recheck, end)


def _spent(options: Options) -> str:
    return f"the budget of {options.deadline or 0:g} s for the whole run was spent"
