"""The solver answers in this process: the same code, without starting a process for each question."""

from __future__ import annotations

import contextlib
import io
import sys
from collections.abc import Sequence

import pytest

from proofcheck.checkers import smt_child
from proofcheck.checkers.processes.limited import Outcome


@pytest.fixture(autouse=True)
def solver_in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    def answer(command: Sequence[str], given: bytes, seconds: float, memory_mb: int) -> Outcome:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given)))
        with contextlib.redirect_stdout(io.StringIO()) as said:
            smt_child.main()
        return Outcome(said.getvalue().encode(), "")

    monkeypatch.setattr(sys.modules["proofcheck.checkers.smt"], "run_limited", answer)
