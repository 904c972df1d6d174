"""Where people work: completion, badges, the action, the hook, and pytest's marks."""

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from proofcheck.claims.evidence import Strength, Verdict
from proofcheck.cli import _parser, main
from proofcheck.commands.completion import bash, commands_of, fish, zsh
from proofcheck.gate.badge import badge_svg, badge_words
from proofcheck.gate.evidence_file import Entry
from proofcheck.gate.report import OUTCOMES

ROOT = Path(__file__).resolve().parents[2]
COMMANDS = commands_of(_parser())


def completed(tmp_path, *words):
    """What bash offers for the last of the words."""
    script = f"""
{bash(COMMANDS)}
COMP_WORDS=("$@"); COMP_CWORD=$(( $# - 1 )); _proofcheck; printf '%s\\n' "${{COMPREPLY[@]}}"
"""
    command = ["bash", "-c", script, "bash", "proofcheck", *words]
    return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True).stdout.split()


def test_bash_offers_every_command_and_every_option_of_each(tmp_path):
    assert completed(tmp_path, "") == [*(c.name for c in COMMANDS), "--help", "--version"]
    assert completed(tmp_path, "exp") == ["export"]
    for command in COMMANDS:
        assert set(completed(tmp_path, command.name, "-")) == {flag for o in command.options for flag in o.flags}


def test_bash_offers_values_and_the_names_of_constructions(tmp_path, project):
    project("parts")
    (tmp_path / "constructions" / "_helper.py").write_text("")
    assert completed(tmp_path, "export", "x.net", "--to", "") == ["onnx", "vnnlib", "smtlib", "torch", "dot", "net"]
    assert completed(tmp_path, "completion", "f") == ["fish"]
    assert completed(tmp_path, "show", "") == ["parts"]
    assert completed(tmp_path, "gate", "--json", "x") == []


@pytest.mark.parametrize("shell", [bash, zsh, fish])
def test_every_option_stands_in_every_script(shell):
    script = shell(COMMANDS)
    for command in COMMANDS:
        assert command.name in script
        for option in command.options:
            for flag in option.flags:
                assert (flag.lstrip("-") if shell is fish else flag) in script


def test_a_script_is_printed(capsys):
    assert main(["completion", "bash"]) == 0
    assert capsys.readouterr().out == bash(COMMANDS)


def entry(size=2, verdict=Verdict.HOLDS, strength=Strength.CERTIFIED, floor=Strength.ESTABLISHED, claim="computes", name="adder"):
    return Entry(name, claim, f"n = {size}", floor, verdict, strength)


BADGES = [
    ([entry(n) for n in range(2, 9)], "certified, n = 2..8", "#2e7d32"),
    ([entry(strength=Strength.ESTABLISHED)], "established, n = 2", "#1565c0"),
    (
        [entry(strength=Strength.UNREFUTED, verdict=Verdict.UNREFUTED, floor=Strength.UNREFUTED)],
        "unrefuted on samples, n = 2",
        "#1565c0",
    ),
    (
        [entry(), entry(claim="depth", strength=Strength.ESTABLISHED), entry(name="other")],
        "2 certified, 1 established, 2 constructions, 3 claims at 3 sizes in all",
        "#1565c0",
    ),
    ([entry(), entry(3, Verdict.REFUTED, None)], "1 of 2 refuted, n = 2, 3", "#b3261e"),
    ([entry(), entry(3, Verdict.UNKNOWN, None)], "1 of 2 not met, n = 2, 3", "#b45309"),
    ([entry(strength=Strength.ESTABLISHED, floor=Strength.CERTIFIED)], "1 of 1 not met, n = 2", "#b45309"),
    ([entry(), Entry("bad", "", "", Strength.ESTABLISHED, None, None, problem="no")], "1 of 2 not met, n = 2", "#b45309"),
]


@pytest.mark.parametrize(("entries", "words", "colour"), BADGES)
def test_a_badge_says_strength_and_scope_and_is_green_only_when_all_is_certified(entries, words, colour):
    assert badge_words(entries) == (words, colour)
    svg = ElementTree.fromstring(badge_svg(entries))
    texts = ["".join(element.itertext()) for element in svg.iter("{http://www.w3.org/2000/svg}text")]
    assert texts[1] == words
    assert svg.find("{http://www.w3.org/2000/svg}title").text == f"{texts[0]}: {words}"


def test_what_a_construction_is_called_is_no_markup():
    svg = ElementTree.fromstring(badge_svg([entry(claim='<script>"&', name="a\nb")]))
    assert not list(svg.iter("{http://www.w3.org/2000/svg}script"))


def test_a_badge_is_made_of_an_evidence_file(project, tmp_path, capsys):
    project("parts")
    assert main(["gate", "--json", "e.json", "--mutants", "0"]) == 0
    capsys.readouterr()
    assert main(["badge", "e.json", "--only", "computes", "-o", "b.svg"]) == 0
    assert capsys.readouterr().out.startswith("b.svg: established, n = 1, 2\n")
    assert "parts::computes" in (tmp_path / "b.svg").read_text()
    assert main(["badge", "e.json", "--only", "nothing", "-o", "c.svg"]) == 64
    assert not (tmp_path / "c.svg").exists()


def block(text, key):
    """The lines of a YAML block scalar `key: |`."""
    lines = text.split(f"      {key}: |\n", 1)[1].split("\n")
    return "\n".join(line[8:] for line in lines if line.startswith(" " * 8))


@pytest.mark.parametrize(("wrong", "code"), [(False, 0), (True, 1)])
def test_the_action_runs_the_gate_and_ends_with_its_code(project, tmp_path, wrong, code):
    project("parts", replace={"maximum(a, 0)": "maximum(a, 1)"} if wrong else None)
    script = block((ROOT / "action.yml").read_text(), "run")
    assert "proofcheck gate" in script
    (tmp_path / "bin").mkdir()
    program = tmp_path / "bin" / "proofcheck"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -P -m proofcheck "$@"\n')
    program.chmod(0o755)
    environment = os.environ | {
        "PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}",
        "PATHS": "constructions",
        "ARGUMENTS": "--mutants 0",
        "BASE": "",
        "GITHUB_OUTPUT": str(tmp_path / "output"),
        "GITHUB_STEP_SUMMARY": str(tmp_path / "summary"),
    }
    command = ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", script]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert done.returncode == code, done.stdout + done.stderr
    assert (tmp_path / "output").read_text() == f"exit-code={code}\n"
    assert ("::error file=constructions/parts.py" in done.stdout) is wrong
    assert done.stdout.startswith("::stop-commands::")
    assert "### proofcheck: " in (tmp_path / "summary").read_text()
    assert json.loads((tmp_path / "proofcheck.sarif").read_text())["runs"][0]["invocations"][0]["exitCode"] == code
    assert ElementTree.parse(tmp_path / "proofcheck-junit.xml").getroot().tag == "testsuites"
    assert json.loads((tmp_path / "proofcheck-evidence.json").read_text())["exit_code"] == code


def test_inputs_of_the_action_never_enter_a_script_as_text():
    """An input that is pasted into a script can end it and begin another command."""
    for script in re.findall(r"\n( *)run: (.*(?:\n\1 +.*)*)", (ROOT / "action.yml").read_text()):
        assert "${{" not in script[1]


def shown():
    """The proofcheck commands of the pages, each with its page: what stands indented, or behind a prompt."""
    for page in sorted((ROOT / "docs").glob("*.md")):
        for line in re.findall(r"^(?:    |\$ )(proofcheck [a-z].*)$", page.read_text(), re.MULTILINE):
            yield page.name, line.partition(" # ")[0].partition(" > ")[0].strip()


def test_commands_on_the_pages_are_commands():
    found = list(shown())
    assert len(found) > 10
    for page, line in found:
        words = shlex.split(line)[1:]
        options = _parser().parse_args(words)
        assert options.command, (page, line)


def test_the_page_on_exit_codes_names_those_of_the_command():
    page = (ROOT / "docs" / "in-your-project.md").read_text()
    for code, words in OUTCOMES.items():
        assert code >= 64 or f"| {code} | {words} |" in page


HOOK = (ROOT / ".pre-commit-hooks.yaml").read_text()


@pytest.mark.parametrize(
    ("path", "taken"),
    [
        ("constructions/circuits/adder.py", True),
        ("project/constructions/adder.py", True),
        ("constructions/_helper.py", False),
        ("constructions/.hidden.py", False),
        ("tests/adder.py", False),
        ("constructions/readme.md", False),
    ],
)
def test_the_hook_takes_constructions_only(path, taken):
    pattern = re.search(r"files: (.*)", HOOK)[1]
    assert (re.search(pattern, path) is not None) is taken


def test_the_command_of_the_hook_judges_files(project, capsys):
    project("parts")
    arguments = re.search(r"entry: proofcheck (.*)", HOOK)[1].split()
    assert main([*arguments, "constructions/parts.py"]) == 0


SHOW_MARKS = """
import pytest


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    for item in items:
        print(f"marks {item.path.name}::{item.name}: {' '.join(sorted(mark.name for mark in item.iter_markers()))}")
"""


def test_pytest_takes_claims_by_strength_and_by_subject(tmp_path, project):
    for folder in ("circuits", "width"):
        project("parts", replace={"on=Reals, at=[1, 2]": "on=Reals, at=[1, 2], floor=certified"} if folder == "width" else None)
        (tmp_path / "constructions" / folder).mkdir()
        (tmp_path / "constructions" / "parts.py").rename(tmp_path / "constructions" / folder / f"{folder}_parts.py")

    (tmp_path / "conftest.py").write_text(SHOW_MARKS)
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--strict-markers", "--collect-only", "-q"]
    done = subprocess.run(
        [*command, "-m", "not (circuits and certified)", "constructions"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    marks = dict(line.removeprefix("marks ").split(": ") for line in done.stdout.splitlines() if line.startswith("marks "))
    sized = [f"computes[n={n}]" for n in (1, 2)], [f"depth[n={n}]" for n in (1, 2, 3)]
    assert marks == {
        **{f"circuits_parts.py::{name}": "circuits established" for name in sized[0]},
        **{f"circuits_parts.py::{name}": "certified circuits" for name in sized[1]},
        **{f"width_parts.py::{name}": "certified width" for name in sized[0] + sized[1]},
    }
    taken = [line.rpartition("/")[2] for line in done.stdout.splitlines() if line.startswith("constructions/")]
    assert taken == [name for name, words in marks.items() if words != "certified circuits"]
