"""Processes that judge: one that dies takes only its own case with it."""

import os
import signal
from dataclasses import replace

from proofcheck.catalogue.building import build
from proofcheck.catalogue.discovery import discover
from proofcheck.checkers.task import Budget
from proofcheck.claims.judged import Status
from proofcheck.gate.plan import cases_of
from proofcheck.gate.workers import Workers


class Bomb:
    """Ends the process that unpickles it."""

    def __reduce__(self):
        return os._exit, (9,)


def test_a_worker_takes_no_module_from_the_working_folder(project, tmp_path):
    """A new Python looks there first: a file called like one of its modules would run in the process that judges."""
    cases = cases_of(build(discover([project("parts")])[0], ["depth"]))
    for name in ("multiprocessing", "pickle", "signal", "threading", "json"):
        (tmp_path / f"{name}.py").write_text("open('was_run', 'w')")
    with Workers(1, Budget(), recheck=True) as workers:
        found = dict(workers.judged(cases, None, ""))
    assert [found[i].status for i in range(3)] == [Status.MET] * 3
    assert not (tmp_path / "was_run").exists()


def test_a_worker_that_dies_leaves_its_case_unknown_and_the_others_judged(project):
    cases = cases_of(build(discover([project("parts")])[0], ["depth"]))
    cases[1] = replace(cases[1], sources=Bomb())
    with Workers(2, Budget(), recheck=True) as workers:
        found = dict(workers.judged(cases, None, ""))
    assert [found[i].status for i in range(3)] == [Status.MET, Status.UNKNOWN, Status.MET]
    assert found[1].finding.reason == "the process that judged it died"


def test_a_worker_never_sees_an_interrupt_not_even_while_it_starts():
    """Ctrl-C goes to all processes of a terminal: one that is still importing would print its traceback."""
    asked = {0: (signal.pthread_sigmask, signal.SIG_BLOCK, [])}
    with Workers(1, Budget(), recheck=True) as workers:
        found = dict(workers._as_completed(asked, 1, None, "", lambda index, reason: reason))
    assert signal.SIGINT in found[0]
    assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, [])
