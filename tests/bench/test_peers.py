"""A peer that lies, hangs, dies, eats memory or babbles: its standing, and that nothing it says is believed."""

from __future__ import annotations

import sys
from fractions import Fraction
from pathlib import Path

import pytest

from proofcheck.bench.anchor_table import ANCHORS
from proofcheck.bench.peers import MARABOU, Marabou, Standing, judge, marabou, shown
from proofcheck.errors import UsageError

NAMED = {anchor.name: anchor for anchor in ANCHORS}
HEAD = "import json, sys\nquestion = json.loads(sys.stdin.read())\n"


def peer(code: str) -> Marabou:
    return Marabou((sys.executable, "-I", "-c", HEAD + code), "0")


def says(answer: str, *inputs: float) -> Marabou:
    given = [float(v).hex() for v in inputs] or None
    return peer(f"print(json.dumps({{'answer': {answer!r}, 'inputs': {given!r}}}))")


def judged(who: Marabou, name: str, seconds: float = 20):
    return [(j.standing, j.words) for j in judge(who, NAMED[name], seconds)]


def test_unsat_is_right_of_a_true_claim_and_wrong_of_a_false_one() -> None:
    assert judged(says("unsat"), "residual 1e-9") == [(Standing.RIGHT, "unsat")]
    assert judged(says("unsat"), "relu 1") == [(Standing.WRONG, "unsat")]


def test_sat_is_judged_by_the_truth_and_its_input_in_rationals() -> None:
    off = "where the output is 0, which is not what was asked"
    assert judged(says("sat", 0.25), "residual 1e-9") == [(Standing.WRONG, f"sat at x = 0.25, {off}")]
    assert judged(says("sat", 1.000002), "relu 1e-6") == [(Standing.WRONG, "sat at x = 1.000002, outside the box")]
    assert judged(says("sat"), "relu 1e-6") == [(Standing.WRONG, "sat without an input")]
    assert judged(says("sat", 1), "relu 1") == [(Standing.RIGHT, "sat at x = 1, which replays")]
    assert judged(says("sat", -1), "relu 1") == [(Standing.RIGHT, f"sat at x = -1, {off}")]


def test_a_strict_question_is_put_in_two_ways_and_may_leave_the_claim_open() -> None:
    assert judged(says("unsat"), "y0 >= 0") == [(Standing.OPEN, "unsat"), (Standing.WRONG, "unsat")]
    margin, weak = judged(says("sat", 0, 0), "y0 >= 0")
    assert margin[0] is Standing.WRONG
    assert weak == (Standing.OPEN, "sat at x = (0, 0), which replays")
    questions = [j.question for j in judge(says("unsat"), NAMED["y0 >= 0"], 20)]
    assert questions == ["> as >= + 1e-4", "> as >="]


def test_what_a_box_or_linear_inequalities_cannot_say_is_not_asked() -> None:
    assert judged(peer("raise SystemExit(1)"), "square m=2") == [(Standing.UNSTATED, "the square is not piecewise linear")]


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("print('unsat')", "the answer cannot be read: it is not JSON but b'unsat\\n'"),
        ("print('[' * 100000)", f"the answer cannot be read: it is not JSON but {b'[' * 40!r}"),
        ("print('[]')", "the answer cannot be read: it is not an object with answer and inputs"),
        ('print(\'{"answer": 1, "inputs": null}\')', "the answer cannot be read: it is not an object with answer and inputs"),
        ('print(\'{"answer": "sat", "inputs": [1]}\')', "the answer cannot be read: '1' is not a finite number"),
        ('print(\'{"answer": "sat", "inputs": ["nan"]}\')', "the answer cannot be read: 'nan' is not a finite number"),
        ('print(\'{"answer": "sat", "inputs": ["-inf"]}\')', "the answer cannot be read: '-inf' is not a finite number"),
        ('print(\'{"answer": "sat", "inputs": []}\')', "the answer cannot be read: its inputs are not a list of 1 numbers"),
        ('print(\'{"answer": "TIMEOUT", "inputs": null}\')', "it says 'TIMEOUT'"),
        ("pass", "the answer cannot be read: it is not JSON but b''"),
        ("raise ValueError('no')", "ended with exit code 1: ValueError: no"),
        ("import os; os.abort()", "was ended by signal 6 (SIGABRT)"),
        ("x = bytearray(2**34)", "ended with exit code 1: MemoryError"),
        ("import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(99)", "gave no answer within 1 s"),
    ],
)
def test_a_peer_that_does_not_answer_has_not_erred(code: str, words: str) -> None:
    assert judged(peer(code), "residual 1e-9", 1 if "within" in words else 20) == [(Standing.NONE, words)]


def test_a_wrong_answer_counts_although_another_question_has_none() -> None:
    """The second case of "two orders" dies; the first is answered wrongly."""
    code = (
        "first = question['atoms'][0][0][0][0]\n"
        "print(json.dumps({'answer': 'sat', 'inputs': ['0x0p+0'] * 4})) if first[0] != '-' else sys.exit(3)"
    )
    assert judged(peer(code), "two orders, 1e-9")[0][0] is Standing.WRONG


def test_numbers_are_shown_as_floats_and_say_when_they_are_not() -> None:
    assert [shown(Fraction(v)) for v in (1, "1/2", "1/10")] == ["1", "0.5", "about 0.1"]
    assert shown(1 - Fraction(1, 10**20)) == "about 1"


def test_a_peer_that_is_not_installed_is_none_and_a_python_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"--peer-python /no/python: there is no such file"):
        marabou("/no/python")
    for text in ("#!/bin/sh\nexit 1\n", "#!/bin/sh\necho nonsense\n", "#!/bin/sh\necho '{\"version\": 2}'\n", "no program"):
        fake = tmp_path / "python"
        fake.write_text(text)
        fake.chmod(0o755)
        assert marabou(str(fake)) is None


def test_a_peer_names_its_version(tmp_path: Path) -> None:
    fake = tmp_path / "python"
    fake.write_text('#!/bin/sh\necho "{\\"version\\": \\"9.9\\"}"\n')
    fake.chmod(0o755)
    found = marabou(str(fake))
    assert found == Marabou((str(fake), "-I", str(MARABOU)), "9.9")
    assert found.name == "Marabou 9.9"
