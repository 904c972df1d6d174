"""Deliberately false constructions: what the gate says of each, and that it is never that the false claim holds."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent / "false_constructions"

# name, exit code, the false claim, what is said of it
EXPECTED = [
    ("wrong_at_one_corner", 1, "computes", "refuted for an input in {0,1}^10"),
    ("strict_for_non_strict", 1, "positive", "refuted for an input in [-1, 1]"),
    ("width_off_by_one", 1, "width", "width == n - 1 does not hold"),
    ("empty_domain", 65, "computes", "is empty: a claim about no input says nothing"),
    ("wrong_at_n_7", 1, "computes", "refuted for an input in R^7, n = 7"),
    ("patches_the_checker", 65, "", "while it runs: a construction may use this package, not alter it"),
    ("build_by_chance", 65, "", "build must not depend on hash order, time or chance"),
    ("reference_that_builds", 65, "computes", "the reference function traces or runs a network"),
    ("equal_on_the_grid_only", 1, "computes", "refuted for an input in [0, 2]"),
    ("right_step_wrong_wiring", 1, "for every p", "refuted for an input in {0,1}^4 at n = 2, every n >= 0"),
    ("invariant_too_weak", 3, "for every n", "because the invariant was not shown to imply y0 - g0 == 0"),
    ("base_off_by_one", 1, "for every n", "refuted for an input in {0,1} at n = 1, every n >= 0"),
    ("logarithm_in_floats", 1, "depth", "does not hold"),
    ("another_family_measured", 3, "is the family", "is not that of the family at n = 2"),
    ("count_that_overflows", 1, "for every n and p", "refuted for an input in {0,1}^2 at n = 2, p = 1"),
    ("two_heads_on_a_tape", 1, "any tape", "refuted for an input in {0,1}^3 at n = 1, T = 1"),
    ("closed_form_off_later", 3, "sizes", "equation 3 of the recurrence is not met by the form"),
    ("copies_claimed_jointly", 1, "at most the stock", "refuted for an input in [0, 1] at m = 2, n = 0, every m >= 1 and n >= 0"),
    ("post_misses_the_domain", 1, "for every n", "output 0 of the first part in [0, inf) is false, of its left side -1/2"),
    ("shapes_equal_at_one_n", 65, "", "the first part gives y of shapes (), expected what the second takes: x of (a)"),
    ("float_overflow", 1, "computes", "refuted for an input in {0,1}"),
]


def gate(name: str, folder: Path) -> tuple[int, str]:
    """Exit code and report of the gate on one false construction, words separated by single spaces."""
    command = [sys.executable, "-m", "proofcheck.cli", "gate", "--mutants", "0", str(HERE / f"{name}.py")]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300, check=False)
    return done.returncode, " ".join((done.stdout + done.stderr).split())


def test_every_false_construction_is_in_the_table() -> None:
    assert sorted(name for name, *_ in EXPECTED) == sorted(path.stem for path in HERE.glob("*.py"))


@pytest.mark.parametrize(("name", "code", "claim", "words"), EXPECTED, ids=[row[0] for row in EXPECTED])
def test_the_gate_is_not_fooled(name: str, code: int, claim: str, words: str, tmp_path: Path) -> None:
    found, report = gate(name, tmp_path)
    assert found == code, report
    assert words in report
    if claim and name not in ("width_off_by_one", "wrong_at_n_7"):  # in these the claim is true at other sizes
        assert f"ok {claim}: holds" not in report
