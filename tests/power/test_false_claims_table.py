"""The table of false claims: none holds, each witness stands before the kernel, each true twin holds with its strength."""

from __future__ import annotations

import contextlib
import io
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import pytest

from proofcheck.checkers import exhaustive, exhaustive_certificate, meanings, sizes, smt, smt_child, vertices
from proofcheck.checkers.processes.limited import Outcome as Limited
from proofcheck.claims.evidence import Verdict
from tests.power.false_claims import ROWS
from tests.power.false_claims.rows import BUDGET, REFUTED, Row, judged, task_of
from tests.power.false_claims.verdicts import fault_of_the_false, fault_of_the_true

KINDS = {"computes", "approximates", "property", "relation", "enclosure", "probably"}
SETTLED = [row for row in ROWS if row.kind in ("computes", "approximates", "property") and row.ends in ("refuted", "unknown")]
RELATIONS = [row for row in ROWS if row.kind == "relation" and row.ends in ("refuted", "unknown")]


@pytest.fixture(autouse=True)
def solver_in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """The solver's own process is tested elsewhere; here the same code answers without starting one for each claim."""

    def answer(command: Sequence[str], given: bytes, seconds: float, memory_mb: int) -> Limited:
        if seconds == 0:
            return Limited(b"", "gave no answer within 0 s")
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given)))
        with contextlib.redirect_stdout(io.StringIO()) as said:
            smt_child.main()
        return Limited(said.getvalue().encode(), "")

    monkeypatch.setattr(sys.modules["proofcheck.checkers.smt"], "run_limited", answer)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.what)
def test_a_false_claim_does_not_hold(row: Row) -> None:
    assert fault_of_the_false(row, judged(row.false)) == ""


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.what)
def test_its_twin_holds(row: Row) -> None:
    assert fault_of_the_true(row, judged(row.true)) == ""


@pytest.mark.parametrize("row", SETTLED, ids=lambda row: row.what)
def test_no_checker_alone_says_that_it_holds(row: Row) -> None:
    """Samples come first in the plan, so they were asked above."""
    task = task_of(row.false, row.false.claim())
    for checker in (exhaustive, exhaustive_certificate, meanings, vertices, smt):
        finding = checker(task, replace(BUDGET, rlimit=200_000))
        assert finding.verdict is not Verdict.HOLDS, checker.__name__
        assert finding.certificate is None


@pytest.mark.parametrize("row", RELATIONS, ids=lambda row: row.what)
def test_no_size_relation_holds(row: Row) -> None:
    assert sizes(task_of(row.false, row.false.claim()), BUDGET).verdict is not Verdict.HOLDS


def test_the_table_is_wide_enough() -> None:
    """At least 100 rows, every kind of claim, no description twice, and most claims are refuted by a witness."""
    kinds = Counter(row.kind for row in ROWS)
    assert kinds.keys() == KINDS
    assert min(kinds.values()) >= 8
    assert len({row.what for row in ROWS}) == len(ROWS) >= 250
    assert sum(row.ends == REFUTED for row in ROWS) >= 180


def test_a_true_claim_in_the_place_of_a_false_one_is_noticed() -> None:
    """The judgement of the table itself: put the twin where the false claim stands, and the other way round."""
    row = next(row for row in ROWS if row.what == "the last corner")
    assert fault_of_the_false(row, judged(row.true)) == "THE FALSE CLAIM HOLDS"
    assert fault_of_the_true(row, judged(row.false)).startswith("the twin does not hold")
    false = judged(row.false)
    assert false.finding is not None
    assert false.finding.witness is not None
    witness = replace(false.finding.witness, inputs=(*false.finding.witness.inputs[:-1], 0))
    moved = replace(false, finding=replace(false.finding, witness=witness))
    assert fault_of_the_false(row, moved) == "the kernel does not find the values of the network"
