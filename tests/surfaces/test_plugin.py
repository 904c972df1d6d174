"""Constructions under pytest: one item for each claim at each size, and users' own tests as ever."""

import re
import subprocess
import sys

import pytest

WRONG = {"lambda x: [maximum(a, 0) for a in x]": "lambda x: [maximum(a, 1) for a in x]"}


@pytest.fixture
def run(tmp_path):
    def pytest_in(*arguments):
        command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-p", "no:hypothesispytest", *arguments]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr

    return pytest_in


def test_each_claim_at_each_size_is_an_item_with_a_readable_name(project, run):
    project("parts")
    code, out = run("--collect-only", "-q", "constructions/")
    assert code == 0
    assert [line for line in out.splitlines() if "::" in line] == [
        f"constructions/parts.py::{name}" for name in ("computes[n=1]", "computes[n=2]", "depth[n=1]", "depth[n=2]", "depth[n=3]")
    ]
    code, out = run("-q", "constructions/parts.py::depth[n=2]")
    assert (code, "1 passed" in out) == (0, True)


def test_a_failure_shows_verdict_scope_and_witness(project, run):
    project("wrong", replace=WRONG)
    code, out = run("-q", "constructions")
    assert (code, "2 failed, 3 passed" in out) == (1, True)
    assert re.search(
        r"wrong::computes\[n=1\]: refuted for an input in R, n = 1 \(by \w+\)\n"
        r"  judged: network \w+ computes maximum\(x_0, 1\) for all x in R\n  input     \S+\n  found     \S+\n  expected  1\n",
        out,
    )
    assert "Traceback" not in out


def test_it_runs_under_xdist(project, run):
    project("parts")
    project("wrong", replace=WRONG)
    code, out = run("-q", "-n", "2", "constructions")
    assert (code, "2 failed, 8 passed" in out) == (1, True)


def test_other_files_are_left_alone(project, run, tmp_path):
    path = project("test_parts")
    (tmp_path / "constructions" / "test_users.py").write_text(
        "construction = 3\n\ndef test_fine():\n    assert construction == 3\n"
    )
    (tmp_path / "constructions" / "plain.py").write_text("construction = 1 / 0\n")
    (tmp_path / "elsewhere.py").write_text(path.read_text())
    code, out = run("-q", "--collect-only")
    assert code == 0
    assert "test_users.py::test_fine" in out
    assert "test_parts.py::depth[n=3]" in out
    assert "plain.py" not in out
    assert "elsewhere.py" not in out
    code, out = run("-q", "--collect-only", "--proofcheck", "elsewhere.py", "elsewhere.py")
    assert "elsewhere.py::depth[n=3]" in out


def test_a_folder_given_by_name_is_a_catalogue_and_a_file_without_a_construction_an_error(project, run, tmp_path):
    path = project("parts")
    (tmp_path / "theorems").mkdir()
    (tmp_path / "theorems" / "plain.py").write_text("x = 1\n")
    (tmp_path / "theorems" / "parts.py").write_text(path.read_text())
    code, out = run("-q", "--proofcheck", "theorems", "theorems")
    assert code != 0
    assert "this file defines no `construction`" in out


def test_a_path_that_is_not_there_is_no_reason_to_collect_nothing(project, run):
    project("parts")
    code, out = run("-q", "--proofcheck", "theroems")
    assert code == 4
    assert "--proofcheck theroems: there is no such file or folder" in out


def test_a_failing_check_shows_the_whole_evidence(run, tmp_path):
    (tmp_path / "test_mine.py").write_text(
        "from proofcheck import *\n\n"
        "def test_parts():\n"
        "    x = inputs(2)\n"
        "    assert check(network(relu(x[0]) + x[1]), Computes(lambda x: maximum(x[0], 1) + x[1], on=Integers(0, 1)))\n"
    )
    code, out = run("-q", "test_mine.py")
    assert code == 1
    assert "refuted for an input in {0,1}^2 (by samples)\n  judged: network " in out
    assert " for all x in {0,1}^2\n  input     0 0\n  found     0\n  expected  1\n" in out


def test_the_plugin_is_cheap(tmp_path):
    code = "import sys, pytest; before = set(sys.modules); import proofcheck.pytest_plugin; print(*(set(sys.modules) - before))"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert {name for name in out if name.split(".")[0] not in sys.stdlib_module_names} == {
        "proofcheck",
        "proofcheck.pytest_plugin",
    }
