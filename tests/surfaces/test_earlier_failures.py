"""What refuted a claim of a construction once is tried first in the next gate, in worker processes, and by pytest."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from proofcheck.catalogue.failures import recall_failures
from proofcheck.catalogue.store import local_store
from proofcheck.cli import main

WORDS = "(by a failure of an earlier run)"
WRONG = {"relu(x) for x in": "relu(x - 1) for x in"}
GIVEN = "lambda x: [maximum(a, 0) for a in x], on=Reals"


def gate(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, bool, list[list[str]]]:
    """(exit code, whether an earlier failure is named, the inputs of the witnesses)."""
    code = main(["gate", "--mutants", "0", "--json", "e.json", "--only", "*::computes", *words])
    witnesses = [item["finding"]["witness"] for item in json.loads(Path("e.json").read_text())["evidence"]]
    return code, WORDS in " ".join(capsys.readouterr().out.split()), [w["inputs"] for w in witnesses if w]


def test_the_next_gate_says_that_it_met_an_earlier_failure(project, capsys: pytest.CaptureFixture[str]) -> None:
    project("parts", replace=WRONG)
    code, named, witnesses = gate(capsys)
    assert (code, named, len(witnesses)) == (1, False, 2)
    assert gate(capsys) == (1, True, witnesses)
    assert gate(capsys, "-j", "2", "--recheck") == (1, True, witnesses)
    project("parts", replace={**WRONG, GIVEN: "lambda x: [a - minimum(a, 0) for a in x], on=Reals"})
    assert gate(capsys)[:2] == (1, True)  # a claim in the same place, in other words
    project("parts")
    assert gate(capsys) == (0, False, [])


def test_two_gates_at_once_and_one_that_is_killed_leave_whole_entries(project) -> None:
    project("parts", replace=WRONG)
    command, draw = [sys.executable, "-m", "proofcheck", "gate", "--mutants", "0"], random.Random(1)
    for kill in (False, True):
        gates = [subprocess.Popen(command, stdout=subprocess.DEVNULL) for _ in range(2)]
        if kill:
            time.sleep(draw.uniform(0.5, 2.5))
            gates[0].send_signal(signal.SIGKILL)
        codes = [process.wait() for process in gates]
        assert codes[1] == 1
        assert codes[0] in ((-signal.SIGKILL, 1) if kill else (1,))
    entries = sorted(Path(".proofcheck/failures").rglob("*.json"))
    assert len(entries) == 4
    assert {len(recall_failures(local_store(), [file.name[:64]])) for file in entries} == {1}


def test_the_pytest_items_meet_it_too(project, tmp_path: Path) -> None:
    project("parts", replace=WRONG)
    command = [sys.executable, "-m", "pytest", "constructions", "-k", "computes and 1", "-p", "no:cacheprovider"]
    said = [subprocess.run(command, capture_output=True, text=True, check=False).stdout for _ in range(2)]
    assert [(WORDS in text, "1 failed" in text) for text in said] == [(False, True), (True, True)]
