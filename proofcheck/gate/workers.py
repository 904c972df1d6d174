"""Processes that judge. One that dies takes only the case it was working on with it, and nothing outlives the run."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool

from proofcheck.catalogue.store import local_store
from proofcheck.checkers.task import Budget
from proofcheck.claims.judged import Evidence
from proofcheck.gate.judging import judge, unreached
from proofcheck.gate.plan import Case

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
        left = dict(enumerate(cases))
        try:
            yield from self._as_completed(left, self.count, end, spent)
        except BrokenProcessPool:
            for index, case in list(left.items()):  # find out which case kills its process: each in one of its own
                self._close(at_once=True)
                try:
                    yield from self._as_completed({index: case}, 1, end, spent)
                except BrokenProcessPool:
                    yield index, unreached(case, "the process that judged it died")
            self._close(at_once=True)

    def _as_completed(self, left: dict[int, Case], count: int, end: float | None, spent: str) -> Iterator[tuple[int, Evidence]]:
        """Judge the cases and take each out of `left` when it is done. Raises BrokenProcessPool."""
        if self.pool is None:
            context = multiprocessing.get_context("spawn")
            self.pool = ProcessPoolExecutor(count, context, initializer=_begin)
        futures = {self.pool.submit(_judge, case, self.budget, self.recheck): index for index, case in left.items()}
        try:
            for future in as_completed(futures, timeout=None if end is None else max(0.0, end - time.monotonic())):
                evidence = future.result()
                del left[futures[future]]
                yield futures[future], evidence
        except TimeoutError:
            self._close(at_once=True)
            for index, case in list(left.items()):
                yield index, unreached(case, spent)

    def _close(self, at_once: bool) -> None:
        if self.pool is not None:
            if at_once:
                for process in multiprocessing.active_children():
                    process.terminate()
            self.pool.shutdown(wait=True, cancel_futures=True)
            self.pool = None


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
