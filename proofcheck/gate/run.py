"""Run a gate: build, judge, and keep what was found whatever happens, in this process or in several."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field

from proofcheck.catalogue.discovery import ConstructionFile
from proofcheck.catalogue.listing import keep_standing
from proofcheck.catalogue.store import local_store
from proofcheck.checkers.task import Budget
from proofcheck.claims.judged import Evidence
from proofcheck.gate.error_budget import within_error_budget
from proofcheck.gate.judging import judge, unreached
from proofcheck.gate.plan import Case, Selection, plan, unjudged
from proofcheck.gate.workers import Workers

INTERRUPTED = "the run was interrupted before this was settled"


@dataclass(frozen=True)
class Options:
    """How to run. deadline: seconds for the whole gate, the case at hand included; None without limit.

    workers: processes that judge.
    """

    selection: Selection = field(default_factory=Selection)
    budget: Budget = field(default_factory=Budget)
    deadline: float | None = None
    recheck: bool = False
    workers: int = 1


@dataclass(frozen=True)
class Watch:
    """Who looks on. planned: so many more cases. begun: what is being worked on. done: one more case."""

    planned: Callable[[int], None] = lambda count: None
    begun: Callable[[str], None] = lambda text: None
    done: Callable[[Evidence], None] = lambda evidence: None


def run_gate(files: Sequence[ConstructionFile], options: Options, watch: Watch | None = None) -> list[Evidence]:
    """Judge every selected claim of the files; the evidence is in the order of files, claims and sizes.

    A claim that was not reached before the deadline or an interrupt (Ctrl-C) is unknown, with that reason.
    """
    watch = watch or Watch()
    evidence: list[Evidence] = []
    end = None if options.deadline is None else time.monotonic() + options.deadline
    waiting, cases = list(files), list[Case]()
    results: dict[int, Evidence] = {}
    try:
        with ExitStack() as stack:
            apart = options.workers > 1 or options.deadline is not None  # only a process can be ended in the middle of a case
            workers = stack.enter_context(Workers(options.workers, options.budget, options.recheck)) if apart else None
            for file, item in stack.enter_context(closing(plan(files, options.selection, end, _spent(options)))):
                waiting.remove(file)
                if isinstance(item, Evidence):
                    evidence.append(item)
                    watch.done(item)
                    continue
                cases, results = item, {}
                watch.planned(len(cases))
                judged = workers.judged(cases, end, _spent(options)) if workers else _here(cases, options, end, watch)
                for index, found in judged:
                    results[index] = found
                    watch.done(found)
                evidence += [results[i] for i in range(len(cases))]
                if cases:
                    keep_standing(file, cases[0].sources, results.values())
                cases = []
    except KeyboardInterrupt:
        evidence += [results[i] if i in results else unreached(case, INTERRUPTED) for i, case in enumerate(cases)]
        evidence += [unjudged(file, INTERRUPTED, unknown=True) for file in waiting]
    return within_error_budget(evidence)


def _here(cases: Sequence[Case], options: Options, end: float | None, watch: Watch) -> Iterator[tuple[int, Evidence]]:
    store = local_store()
    for index, case in enumerate(cases):
        if end is not None and time.monotonic() >= end:
            yield index, unreached(case, _spent(options))
            continue
        watch.begun(f"{case.file.name} {case.job.claim} {case.job.size}")
        yield index, judge(case, options.budget, store, options.recheck)


def _spent(options: Options) -> str:
    return f"the budget of {options.deadline or 0:g} s for the whole run was spent"
