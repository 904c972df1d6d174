"""`proofcheck bench`: its exit codes, its lines, its table and its data."""

from __future__ import annotations

import json
import re
import sys
from dataclasses import replace
from pathlib import Path

import pytest

import proofcheck.bench.soundness as soundness
from proofcheck.bench.anchor_table import ANCHORS
from proofcheck.bench.anchors import Truth
from proofcheck.checkers import Budget
from proofcheck.cli import main

LIAR = """#!/bin/sh
read -r line
if [ "$line" = null ]; then echo '{"version": "9"}'; else echo '{"answer": "unsat", "inputs": null}'; fi
"""


@pytest.fixture
def liar(tmp_path: Path) -> str:
    """A peer that says unsat of everything; its input has no line end, so `read` fails and is ignored."""
    path = tmp_path / "python"
    path.write_text(LIAR)
    path.chmod(0o755)
    return str(path)


def run(capsys, *arguments: str) -> tuple[int, str, str]:
    code = main(["bench", *arguments])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_the_page_shows_every_anchor_and_no_answer_of_ours_that_is_not_right() -> None:
    page = (Path(__file__).resolve().parents[2] / "docs/soundness.md").read_text()
    shown = page.partition("```text\n")[2].partition("```")[0].split("\n\n")
    heads = [f"{a.says}: {a.truth.value}, for {a.because}" for a in ANCHORS]
    assert [block.splitlines()[0] for block in shown[:-1]] == heads
    assert all(block.splitlines()[1].startswith("  right       proofcheck: ") for block in shown[:-1])
    assert shown[-1].startswith(f"proofcheck: {len(ANCHORS)} of {len(ANCHORS)} right, 0 wrong")


def test_without_a_name_it_says_which_there_are(capsys) -> None:
    code, out, _ = run(capsys)
    assert (code, out.startswith("soundness  ")) == (0, True)
    assert run(capsys, "speeed") == (64, "", "proofcheck: there is no benchmark 'speeed': known are soundness, speed\n")


def test_the_lines_say_who_is_right(capsys, liar: str, tmp_path: Path) -> None:
    code, out, _ = run(capsys, "soundness", "--only", "relu 1", "--peer-python", liar, "--json", str(tmp_path / "f"))
    assert code == 0
    blocks = out.split("\n\n")
    assert blocks[3] == (
        "relu(x) < 1 on [-1, 1]: refuted, for relu(1) = 1\n"
        "  right       proofcheck: refuted at x = (1): the output is 1\n"
        "  WRONG       Marabou 9: unsat\n"
        "  WRONG       1000 float64 samples: accepted: nowhere off by more than 1e-06"
    )
    assert blocks[4].splitlines()[1:] == [
        "Marabou 9: of 4 questions 3 answered rightly, 1 answered WRONGLY",
        "1000 float64 samples: of 4 questions 3 answered rightly, 1 answered WRONGLY",
    ]
    data = json.loads((tmp_path / "f").read_text())
    assert (data["format"], data["exit_code"], len(data["rows"])) == ("proofcheck-bench-soundness", 0, 4)
    assert data["rows"][3]["peers"]["Marabou 9"][0]["standing"] == "WRONG"
    assert data["rows"][3]["proofcheck"]["right"] is True


def test_a_peer_that_is_absent_is_not_wrong(capsys, monkeypatch) -> None:
    monkeypatch.setattr(soundness, "marabou", lambda python: None)
    code, out, _ = run(capsys, "soundness", "--only", "contradiction")
    assert code == 0
    assert out.splitlines()[-1].startswith("Marabou: not installed; say --peer-python PYTHON")
    assert "WRONG" not in out


def test_a_wrong_verdict_of_ours_is_exit_1_and_none_is_exit_3(capsys, monkeypatch) -> None:
    monkeypatch.setattr(soundness, "marabou", lambda python: None)
    (anchor,) = (a for a in ANCHORS if a.name == "relu 1")
    monkeypatch.setattr(soundness, "ANCHORS", (replace(anchor, truth=Truth.HOLDS),))
    code, out, _ = run(capsys, "soundness")
    assert (code, "WRONG       proofcheck: refuted" in out) == (1, True)
    (anchor,) = (a for a in ANCHORS if a.name == "maximum of 4")
    monkeypatch.setattr(soundness, "ANCHORS", (anchor,))
    monkeypatch.setattr(soundness, "BUDGET", Budget(rlimit=1, samples=1))
    monkeypatch.setattr(soundness, "settle", lambda task, floor, budget: smt_alone(task, budget))
    code, out, _ = run(capsys, "soundness")
    assert (code, "no answer   proofcheck: unknown: z3" in out) == (3, True)


def smt_alone(task, budget):
    from proofcheck.checkers import smt

    return smt(task, budget)


def test_what_matches_nothing_and_what_cannot_be_written_is_a_usage_error(capsys) -> None:
    code, _, err = run(capsys, "soundness", "--only", "nonsense")
    assert (code, err.startswith("proofcheck: no anchor contains 'nonsense': they are called residual 1e-3, ")) == (64, True)
    assert run(capsys, "soundness", "--json", "/no/folder/f")[0] == 64


def test_on_a_terminal_it_is_a_table(capsys, monkeypatch, liar: str) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "200")
    code, out, _ = run(capsys, "soundness", "--only", "relu 1", "--peer-python", liar)
    assert code == 0
    out = re.sub("\x1b[^m]*m", "", out)
    header = next(line for line in out.splitlines() if "claim" in line)
    assert [part.strip() for part in header.strip("┃ ").split("┃")] == [
        "claim",
        "truth",
        "proofcheck",
        "Marabou 9",
        "1000 float64 samples",
    ]
    assert "proofcheck: 4 of 4 right, 0 wrong" in out
