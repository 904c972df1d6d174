"""Exhaustive runs that are killed by SIGKILL at random moments go on where they stopped, and end with the same receipt."""

from __future__ import annotations

import random
from pathlib import Path

from proofcheck.checkers.receipts import read_receipt
from tests.evidence.resumption import killed, start, written

PART = 1 << 14


def test_killed_at_random_moments_the_receipt_is_that_of_a_run_nobody_stopped(tmp_path: Path) -> None:
    written(tmp_path, 12)
    draw, receipt, seen = random.Random(5), None, []
    for _ in range(4):
        wrong, receipt = killed(tmp_path, draw.uniform(0, 0.005), receipt, -1.0, PART, 5 * PART)
        assert wrong == []
        assert receipt is not None
        seen.append(receipt.count)
    assert seen == sorted(set(seen))  # each run went on
    assert seen[-2] < 1 << 24
    assert start(tmp_path, "r.json", 1.0, PART).wait() == 0
    assert start(tmp_path, "whole.json", 1.0, PART).wait() == 0
    assert (tmp_path / "r.json").read_bytes() == (tmp_path / "whole.json").read_bytes()
    assert read_receipt(tmp_path / "r.json").tried == ((0, 1 << 24),)


def test_a_run_over_2_to_the_40_inputs_goes_on_where_it_stopped(tmp_path: Path) -> None:
    written(tmp_path, 20)
    wrong, first = killed(tmp_path, 0.0, None, -1.0, 0, 1)
    assert (wrong, first is not None) == ([], True)
    assert first is not None
    wrong, second = killed(tmp_path, 0.0, first, -1.0, 0, 1)
    assert wrong == []
    assert second is not None
    (tried,) = second.tried  # in one piece: the second run began exactly where the first one had come to
    assert first.tried == ((0, first.count),)
    assert 0 < first.count < second.count == tried[1] < second.total == 1 << 40
