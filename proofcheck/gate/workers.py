"""Processes that judge. One that dies takes only the case it was working on with it, and nothing outlives the run."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import Any

from proofcheck.catalogue.store import local_store
from proofcheck.checkers.task import Budget
from proofcheck.claims.judged import Evidence, Status
from proofcheck.claims.score import Score
from proofcheck.gate.judging import judge, unreached
from proofcheck.gate.plan import Case
from proofcheck.gate.scoring import Group, score, unscored

Work = tuple[Any, ...]
"""A function of this module and its arguments, as they are sent to a process."""
Lost = Callable[[int, str], Any]

SAFE_PATH = "PYTHONSAFEPATH"


class Workers:
    """`count` processes; use as a context manager. Leaving it early, as by Ctrl-C, ends what is still running."""

    def __init__(self, count: int, budget: Budget, recheck: bool) -> None:
        self.count, self.budget, self.recheck = count, budget, recheck
        self.pool: ProcessPoolExecutor | None = None
        self.unsafe: str | None = None

    def __enter__(self) -> Workers:
        # New Pythons look into the working folder first, where a file may be called like a module of theirs.
        self.unsafe = os.environ.get(SAFE_PATH)
        os.environ[SAFE_PATH] = "1"
        return self

    def __exit__(self, *error: object) -> None:
        self._close(at_once=error[0] is not None)
        if self.unsafe is None:
            del os.environ[SAFE_PATH]
        else:
            os.environ[SAFE_PATH] = self.unsafe

    def judged(self, cases: Sequence[Case], end: float | None, spent: str) -> Iterator[tuple[int, Evidence]]:
        """(index, evidence) of each case as it comes; what is left at the monotonic time `end` is unknown, because of `spent`."""
        work = {i: (_judge, case, self.budget, self.recheck) for i, case in enumerate(cases)}
        yield from self._each(work, end, spent, lambda index, reason: unreached(cases[index], reason))

    def scored(self, groups: Sequence[Group], count: int, end: float | None, spent: str) -> Iterator[tuple[int, Score]]:
        """(index, score) of each group of cases as it comes, each with `count` mutants; what is left at `end` is unknown."""
        work = {i: (_score, group, count, self.budget, self.recheck, end) for i, group in enumerate(groups)}
        yield from self._each(work, end, spent, lambda index, reason: unscored(groups[index], reason, Status.UNKNOWN))

    def _each(self, work: Mapping[int, Work], end: float | None, spent: str, lost: Lost) -> Iterator[tuple[int, Any]]:
        left = dict(work)
        try:
            yield from self._as_completed(left, self.count, end, spent, lost)
        except BrokenProcessPool:
            for index, item in list(left.items()):  # find out which one kills its process: each in one of its own
                self._close(at_once=True)
                try:
                    yield from self._as_completed({index: item}, 1, end, spent, lost)
                except BrokenProcessPool:
                    yield index, lost(index, "the process that judged it died")
            self._close(at_once=True)

    def _as_completed(
        self, left: dict[int, Work], count: int, end: float | None, spent: str, lost: Lost
    ) -> Iterator[tuple[int, Any]]:
        """Do the work and take each piece out of `left` when it is done. Raises BrokenProcessPool."""
        if self.pool is None:
            context = multiprocessing.get_context("spawn")
            self.pool = ProcessPoolExecutor(count, context, initializer=_begin)
        with _interrupts_later():
            futures = {self.pool.submit(*item): index for index, item in left.items()}
        try:
            for future in as_completed(futures, timeout=None if end is None else max(0.0, end - time.monotonic())):
                found = future.result()
                del left[futures[future]]
                yield futures[future], found
        except TimeoutError:
            self._close(at_once=True)
            for index in list(left):
                yield index, lost(index, spent)

    def _close(self, at_once: bool) -> None:
        if self.pool is not None:
            if at_once:
                for process in multiprocessing.active_children():
                    process.terminate()
            self.pool.shutdown(wait=True, cancel_futures=True)
            self.pool = None


@contextmanager
def _interrupts_later() -> Iterator[None]:
    """Processes that are started here never see Ctrl-C, not even before `_begin`; it reaches this one at the end of the block."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _begin() -> None:
    """Leave interrupts to the parent, and end with it even when it was killed: a pool alone would wait for it forever."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _judge(case: Case, budget: Budget, recheck: bool) -> Evidence:
    return judge(case, budget, local_store(), recheck)


def _score(group: Group, count: int, budget: Budget, recheck: bool, end: float | None) -> Score:
    return score(group, count, budget, local_store(), recheck, end)
