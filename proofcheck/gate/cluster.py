"""Claims judged on the workers of a running Dask cluster, each counted once.

Workers get what was built, never a construction: what runs one (a reference function), sizes, limits and mutants are judged
here. The workers are trusted only where their answer says so: an input that refutes is replayed here, and so is a
certificate; what is established without one names them. A claim whose worker is lost is given to another, and is told once.
`distributed` is an optional extra, imported when an address is given; the workers need it and this package, in one version.
"""

from __future__ import annotations

import time
from asyncio import CancelledError
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError as FuturesCancelledError
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from importlib import import_module
from typing import Any
from uuid import uuid4

from proofcheck.catalogue.discovery import ConstructionFile
from proofcheck.catalogue.fingerprint import package_sources
from proofcheck.catalogue.store import local_store
from proofcheck.checkers.task import Budget
from proofcheck.claims.judged import Evidence
from proofcheck.claims.score import Score
from proofcheck.errors import UsageError
from proofcheck.gate.answers import NOWHERE, Answer
from proofcheck.gate.judging import judge, unreached
from proofcheck.gate.plan import Case
from proofcheck.gate.scoring import Group
from proofcheck.gate.workers import Workers

Item = tuple[ConstructionFile, list[Case] | Evidence]

SECONDS = 30
SENT = ("computes", "approximates", "property", "forall")
LOST = "the cluster was lost before this was judged"
DIED = "the workers of the cluster that judged it died"


@contextmanager
def connected(address: str) -> Iterator[tuple[Any, Any]]:
    """(the module `distributed`, a client of the cluster). Raises UsageError without the extra, a cluster or a worker."""
    try:
        distributed: Any = import_module("distributed")
    except ImportError:
        raise UsageError("--cluster needs Dask: install proofcheck[cluster]") from None
    try:
        client = distributed.Client(address, timeout=SECONDS, set_as_default=False)
    except (OSError, ValueError) as error:
        raise UsageError(f"there is no cluster at {address!r}: {type(error).__name__}") from None
    with client:
        if not client.nthreads():
            raise UsageError(f"the cluster at {address!r} has no workers")
        yield distributed, client


class Cluster:
    """The workers at an address, and processes here for what is not sent; use as a context manager, like `Workers`."""

    def __init__(self, address: str, count: int, budget: Budget, recheck: bool) -> None:
        self.address, self.budget, self.recheck = address, budget, recheck
        self.here: AbstractContextManager[Workers] = Workers(count, budget, recheck)
        self.stack = ExitStack()
        self.name = uuid4().hex
        self.sent = dict[tuple[str, str, str], Any]()

    def __enter__(self) -> Cluster:
        with ExitStack() as stack:
            self.distributed, self.client = stack.enter_context(connected(self.address))
            self.local = stack.enter_context(self.here)
            self.stack = stack.pop_all()
        return self

    def __exit__(self, *error: Any) -> None:
        self.stack.__exit__(*error)

    def scored(self, groups: Sequence[Group], count: int, end: float | None, spent: str) -> Iterator[tuple[int, Score]]:
        """As of `Workers`: mutants are run here."""
        yield from self.local.scored(groups, count, end, spent)

    def ahead(self, items: Iterator[Item], mine: Callable[[Case], bool]) -> Iterator[Item]:
        """The items of a plan, after all cases in them that are `mine` have been sent: the workers need not wait for a file."""
        waiting = []
        for file, item in items:
            if not isinstance(item, Evidence):
                self.sent |= {_place(case): self._sent(case) for case in item if mine(case)}
            waiting.append((file, item))
        yield from waiting

    def judged(self, cases: Sequence[Case], end: float | None, spent: str) -> Iterator[tuple[int, Evidence]]:
        """(index, evidence) of each case as it comes; what is left at the monotonic time `end` is unknown, because of `spent`."""
        futures, here = dict[Any, int](), list[int]()
        for index, case in enumerate(cases):
            name = _place(case)
            place = self.sent.pop(name) if name in self.sent else self._sent(case)
            if place is None:
                here.append(index)
            elif isinstance(place, Evidence):
                yield index, place
            else:
                futures[place] = index
        yield from self._here(cases, here, end, spent)
        here = []
        for index, answer in self._answers(futures, end, spent):
            if isinstance(answer, str):
                yield index, unreached(cases[index], answer)
            elif answer is None:
                here.append(index)
            else:
                yield index, judge(cases[index], self.budget, local_store(), True, answer=answer)
        yield from self._here(cases, here, end, spent)

    def _sent(self, case: Case) -> Any:
        """The future of a case, its evidence where that is known without settling it, None where it is not sent."""
        place: Any = None
        if case.claim.kind in SENT and case.form != "limit" and not case.job.reference and not case.job.error:
            place = judge(case, self.budget, local_store(), self.recheck, answer=NOWHERE)
            if place.finding is not None and place.finding.method == NOWHERE.finding.method:
                name = f"proofcheck-{self.name}-{'-'.join(_place(case))}"
                place = self.client.submit(judge_there, case, self.budget, key=name, retries=2, pure=False)
        return place

    def _here(self, cases: Sequence[Case], which: Sequence[int], end: float | None, spent: str) -> Iterator[tuple[int, Evidence]]:
        for place, evidence in self.local.judged([cases[index] for index in which], end, spent):
            yield which[place], evidence

    def _answers(self, sent: dict[Any, int], end: float | None, spent: str) -> Iterator[tuple[int, Answer | str | None]]:
        """(index, answer) of each future, in any order: a reason where there is none, None where it is to be judged here."""
        left = dict(sent)
        with suppress(TimeoutError):
            for future in self.distributed.as_completed(list(left), loop=self.client.loop, timeout=_until(end)):
                answer = self._answer(future, end)
                yield left.pop(future), spent if isinstance(answer, str) and _until(end) == 0 else answer
                future.release()
        self.client.cancel(list(left), force=True)
        for index in left.values():
            yield index, spent

    def _answer(self, future: Any, end: float | None = None) -> Answer | str | None:
        try:
            version, evidence = future.result(timeout=_until(end))
        except (CancelledError, FuturesCancelledError):
            return LOST
        except Exception as error:  # noqa: BLE001 - a worker that fails in any way leaves a claim unknown
            if isinstance(error, self.distributed.KilledWorker):
                return DIED
            return f"a worker of the cluster failed: {type(error).__name__}: {error}"
        if version != package_sources():
            raise UsageError(f"the workers at {self.address} have another version of this package: install this one there")
        return None if evidence.finding is None else Answer(evidence.finding, f"the workers of the cluster at {self.address}")


def _until(end: float | None) -> float | None:
    return None if end is None else max(0.0, end - time.monotonic())


def judge_there(case: Case, budget: Budget) -> tuple[str, Evidence]:
    """What a worker does: (the version of this package there, its evidence)."""
    return package_sources(), judge(case, budget, None)


def _place(case: Case) -> tuple[str, str, str]:
    return case.file.name, case.job.claim, case.job.size
