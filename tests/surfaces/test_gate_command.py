"""`proofcheck gate` and `check`: every exit code, on constructions that deserve it."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from proofcheck.cli import main

GIVEN = "lambda x: [maximum(a, 0) for a in x], on=Reals"
WRONG = {GIVEN: "lambda x: [maximum(a, 1) for a in x], on=Reals"}
PARTS = "lambda x: [2 * (maximum(a, 0) // 2) + maximum(a, 0) % 2 for a in x]"  # which no certificate relates to maxima
STRONGER = {f"{GIVEN}, at=[1, 2]": f"{PARTS}, on=Reals, at=[1, 2], floor=certified"}
HARD = {GIVEN: "reference(lambda x: [max(a, 0) for a in x]), on=Reals"}
BROKEN = {"relu(x)": "rely(x)"}


def run(capsys, *arguments):
    """Without mutants, which tests/surfaces/test_gate_mutants.py is about."""
    code = main([*arguments[:1], *(["--mutants", "0"] if "gate" in arguments else []), *arguments[1:]])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ([HARD, STRONGER], 2),
        ([HARD], 3),
        ([WRONG, STRONGER, HARD], 1),
        ([BROKEN, WRONG], 65),
        ([], 4),
    ],
)
def test_the_exit_code_is_the_first_that_applies(project, capsys, files, code):
    for i, replace in enumerate(files):
        project(f"construction_{i}", replace=replace)
    found, out, err = run(capsys, "gate")
    assert (found, err) == (code, "")
    assert f"exit {code}: " in out


def test_a_refutation_prints_a_witness_that_replays(project, capsys):
    project("wrong", replace=WRONG)
    code, out, _ = run(capsys, "check", "wrong::computes", "-n", "1")
    lines = {line.split()[0]: line.split()[1:] for line in out.splitlines() if line.startswith("          ")}
    (x,), (found,), (expected,) = lines["input"], lines["found"], lines["expected"]
    from fractions import Fraction

    assert code == 1
    assert Fraction(found) == max(Fraction(x), 0) != Fraction(expected) == max(Fraction(x), 1)


def test_reports_are_written_and_the_base_is_held(project, capsys):
    project("parts")
    assert run(capsys, "gate", "--json", "base.json", "--junit", "j.xml", "--sarif", "s.sarif")[0] == 0
    data = json.loads(Path("base.json").read_text())
    assert data["exit_code"] == 0
    assert {(e["claim"], e["size"], e["status"]) for e in data["evidence"]} >= {
        ("computes", "n = 1", "met"),
        ("depth", "n = 3", "met"),
    }
    assert ElementTree.parse("j.xml").getroot().attrib["tests"] == "5"
    assert json.loads(Path("s.sarif").read_text())["version"] == "2.1.0"
    assert run(capsys, "gate", "--base", "base.json")[0] == 0
    project("parts", replace={"at=[1, 2]": "at=[1], floor=unrefuted", "depth == 1": "depth <= 2"})
    code, out, _ = run(capsys, "gate", "--base", "base.json")
    assert code == 2
    assert out.split("weaker than the base:\n")[1].startswith("""\
  parts::computes: the scope has shrunk; it no longer speaks of n = 2
  parts::computes: the floor was lowered from established to unrefuted, n = 1
  parts::computes: the evidence has fallen from established to unrefuted, n = 1
  parts::depth: the relation allows more, n = 1..3
    - depth == 1
    + depth <= 2
""")
    assert run(capsys, "gate", "--base", "base.json", "--only", "*::depth", "--json", "now.json")[0] == 2
    changes = json.loads(Path("now.json").read_text())["changes"]
    assert [(c["subject"], c["kind"], c["weaker"], c["sizes"]) for c in changes] == [
        ("parts::depth", "relation", True, ["n = 1", "n = 2", "n = 3"])
    ]


def test_what_a_construction_says_of_itself_is_held_too(project, capsys):
    project("parts")
    run(capsys, "gate", "--json", "base.json")
    project("parts", replace={'"folklore"': '"nobody"', "build=build,": 'build=build,\n    form="traced",'})
    code, out, _ = run(capsys, "gate", "--base", "base.json")
    assert code == 2
    assert "  parts: the form has changed\n    - layered\n    + traced\n" in out
    assert "  parts: the source's citation has changed\n    - folklore\n    + nobody\n" in out
    assert "  parts::depth: strict layering is no longer claimed, n = 1..3\n" in out


def test_a_construction_that_is_gone_is_weaker_even_when_nothing_is_left(project, capsys):
    path = project("parts")
    run(capsys, "gate", "--json", "base.json")
    path.unlink()
    code, out, _ = run(capsys, "gate", "--base", "base.json")
    assert code == 2
    assert "  parts: the construction is gone; it made 2 claims: computes, depth\n" in out


def test_a_second_run_recalls_and_recheck_settles_again(project, capsys):
    project("parts")
    for arguments, recalled in (([], False), ([], True), (["--recheck"], False)):
        run(capsys, "gate", "--json", "e.json", *arguments)
        assert {e["recalled"] for e in json.loads(Path("e.json").read_text())["evidence"]} == {recalled}


def test_only_what_matches_is_judged(project, capsys):
    project("parts")
    project("wrong", replace=WRONG)
    assert run(capsys, "gate", "--only", "parts")[0] == 0
    assert run(capsys, "gate", "--only", "*::depth")[0] == 0
    assert run(capsys, "gate", "--only", "nothing")[0] == 4


def test_workers_find_the_same_and_a_spent_budget_is_unknown(project, capsys):
    project("parts")
    project("wrong", replace=WRONG)
    alone = run(capsys, "gate", "--recheck")
    shutil.rmtree(".proofcheck/failures")  # the next gate would name them
    assert run(capsys, "gate", "--recheck", "-j", "2") == alone
    code, out, _ = run(capsys, "gate", "--budget", "0s")
    assert code == 3
    assert "because the budget of 0 s for the whole run was spent" in out


def test_sizes_are_chosen_on_the_command_line(project, capsys):
    project("parts")
    code, out, _ = run(capsys, "check", "parts::depth", "-n", "5..9")
    assert (code, "depth: holds for these networks, certified, n = 5..9 (by sizes)" in out) == (0, True)


def test_an_interrupt_keeps_what_was_found(project, monkeypatch, capsys):
    from proofcheck.gate import run as module

    project("a_parts")
    project("b_parts")
    judged = []

    def judge(case, *rest):
        if len(judged) == 3:
            raise KeyboardInterrupt
        judged.append(case)
        return module.unreached(case, "tried") if len(judged) == 1 else original(case, *rest)

    original = module.judge
    monkeypatch.setattr(module, "judge", judge)
    code, out, _ = run(capsys, "gate")
    assert code == 3
    assert out.count("the run was interrupted before this was settled") >= 2
    assert "ok      computes" in out
    assert "b_parts" in out


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["gate", "nowhere"], 65, "nowhere: there is no such file or folder: give a construction file or a folder of them"),
        (["gate", "--base", "none.json"], 65, "none.json: the evidence file cannot be read: No such file or directory"),
        (["gate", "--budget", "soon"], 64, "'soon' is no time: write 90s, 10m or 2h"),
        (["gate", "--mutants", "-1"], 64, "--mutants -1 was given: the number of mutants is at least 0"),
        (["gate", "-j", "0"], 64, "-j 0 was given: the number of processes is at least 1"),
        (["gate", "--json", "no/where.json"], 64, "no/where.json cannot be written: its folder does not exist"),
        (["gate", "--json", "constructions"], 64, "constructions cannot be written: it is a folder, give the name of a file"),
        (["gate", "--nonsense"], 64, "unrecognized arguments: --nonsense (see proofcheck --help)"),
        (["check", "unknown"], 64, "there is no construction called 'unknown': known are parts"),
        (
            ["check", "parts:depth"],
            64,
            "there is no construction called 'parts:depth': known are parts, and a claim of one is NAME::CLAIM",
        ),
        (
            ["show", "parts", "--plot", "-n", "3"],
            64,
            "-n 3 was given: --plot draws all sizes that the claims name, leave out one of the two",
        ),
        (["check", "parts::width"], 64, "parts has no claim 'width': it has computes, depth"),
        (
            ["check", "parts", "-n", "two"],
            64,
            "'two' is no size: write a number, a range such as 2..8, or several of them with commas",
        ),
        (["check", "parts", "-n", "8..2"], 64, "the range 8..2 is empty or has more than 10000 sizes"),
        (
            [],
            64,
            "no command was given: say list, check, gate, ... (see proofcheck --help)",
        ),
    ],
)
def test_every_error_is_one_sentence_and_its_exit_code(project, capsys, arguments, code, sentence):
    project("parts")
    assert run(capsys, *arguments) == (code, "", f"proofcheck: {sentence}\n")


def test_a_fault_of_the_package_is_seventy_and_one_line(project, monkeypatch, capsys):
    project("parts")
    monkeypatch.setattr("proofcheck.commands.judging.discover", lambda paths: 1 / 0)
    code, _, err = run(capsys, "gate")
    assert (code, err) == (
        70,
        "proofcheck: internal fault, ZeroDivisionError: division by zero (PROOFCHECK_DEBUG=1 shows where)\n",
    )
    monkeypatch.setenv("PROOFCHECK_DEBUG", "1")
    assert "Traceback" in run(capsys, "gate")[2]


def test_a_checker_that_breaks_is_seventy_and_hides_nothing(project, monkeypatch, capsys):
    def broken(*arguments):
        raise IndexError("out of range")

    project("parts")
    monkeypatch.setattr("proofcheck.gate.judging.settle", broken)
    code, out, _ = run(capsys, "gate", "--recheck")
    assert code == 70
    assert "FAULT   computes: not judged, internal fault, IndexError: out of range" in out


def test_a_checker_that_claims_more_than_its_certificate_is_not_believed(project, monkeypatch, capsys):
    from proofcheck.claims.evidence import Finding, Strength, Verdict

    forged = Finding(Verdict.HOLDS, Strength.CERTIFIED, "meanings", "all inputs in R", certificate=b"trust me")
    project("parts", replace=WRONG | {"on=Reals, at=[1, 2]": "on=Reals, at=[1, 2]"})
    monkeypatch.setattr("proofcheck.gate.judging.settle", lambda *arguments: forged)
    code, out, _ = run(capsys, "gate", "--recheck")
    assert code == 3
    assert "the kernel does not find this statement proved" in " ".join(out.split())


@pytest.mark.parametrize("arguments", [["--help"], ["list"], ["audit", "none.cert"]])
def test_quick_commands_load_no_solver_and_no_tensors(project, arguments):
    project("parts")
    code = (
        "import sys\nfrom proofcheck.cli import main\n"
        f"try: main({arguments!r})\nexcept SystemExit: pass\n"
        "sys.exit(len({'torch', 'sympy', 'z3'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=False).returncode == 0


def test_a_pattern_that_matches_nothing_is_said(project, capsys):
    project("parts")
    code, out, _ = run(capsys, "gate", "--only", "nothing")
    assert code == 4
    assert "no claim matches --only nothing: proofcheck list shows what there is\n" in out


def test_an_empty_folder_is_told_how_to_begin(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    place = "there is no such file or folder: give a construction file or a folder of them"
    sentence = f"{place}, or write a first one by proofcheck new NAME"
    for words in (["gate"], ["list"], ["show", "name"]):
        assert run(capsys, *words) == (65, "", f"proofcheck: constructions: {sentence}\n")
    (tmp_path / "constructions").mkdir()
    none = "there is no construction called 'name', and none at all: write a first one by proofcheck new NAME"
    assert run(capsys, "show", "name") == (64, "", f"proofcheck: {none}\n")


def test_a_letter_that_the_terminal_lacks_is_printed_as_an_escape(project):
    project("parts", "", {'"Positive parts"': '"Größe"'})
    words = [sys.executable, "-m", "proofcheck.cli", "list"]
    done = subprocess.run(words, env=os.environ | {"PYTHONIOENCODING": "ascii"}, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.startswith(rb"parts  Gr\xf6\xdfe")
