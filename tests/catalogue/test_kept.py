"""Builds that are kept: a warm gate starts no child, and nothing that has changed counts."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from proofcheck.catalogue import building, kept
from proofcheck.catalogue.building import Wanted
from proofcheck.catalogue.discovery import discover
from proofcheck.catalogue.kept import build_or_recall
from proofcheck.catalogue.store import local_store
from proofcheck.checkers.processes import fence
from proofcheck.cli import main

pytestmark = pytest.mark.skipif(bool(fence.lacks()), reason="constructions are not fenced off here, so nothing is kept")
ALL = Wanted()


@pytest.fixture
def asked(monkeypatch):
    """Counts the children."""
    seen = []
    ask = building.ask
    monkeypatch.setattr(building, "ask", lambda *arguments: seen.append(arguments) or ask(*arguments))
    return seen


@pytest.fixture
def file(project):
    project("parts", before="from _helper import ONE")
    Path("constructions/_helper.py").write_text("ONE = 1\n")
    return discover()[0]


def entry():
    return next((local_store().folder / "built").iterdir())


def test_what_was_built_comes_back_without_a_child(file, asked):
    first = build_or_recall(file, ALL)
    assert len(asked) == 2
    assert build_or_recall(file, ALL) == first
    assert len(asked) == 2
    assert build_or_recall(file, ALL, afresh=True) == first
    assert len(asked) == 4


def test_another_question_is_asked(file, asked):
    build_or_recall(file, ALL)
    for i, wanted in enumerate([Wanted(("depth",)), Wanted(labels=("n=2",)), Wanted(elements=((3,),))], 2):
        build_or_recall(file, wanted)
        assert len(asked) == 2 * i


@pytest.mark.parametrize(
    "change",
    [
        lambda: Path("constructions/_helper.py").write_text("ONE = 2\n"),
        lambda: Path("constructions/parts.py").write_text(Path("constructions/parts.py").read_text() + "\n# a remark\n"),
        lambda: Path("constructions/json.py").write_text(""),
        lambda: Path("constructions/_helper").mkdir(),
    ],
    ids=["a helper", "the file", "a module beside it", "a package beside it"],
)
def test_a_change_builds_again(file, asked, change):
    build_or_recall(file, ALL)
    change()
    build_or_recall(file, ALL)
    assert len(asked) == 4


@pytest.mark.parametrize(
    "change",
    [
        lambda: Path("constructions/_parts/one").mkdir(),
        lambda: Path("constructions/_parts/fast.py").write_text(""),
        lambda: Path("constructions/_parts/weights.json").write_text("[1]"),
        lambda: Path("constructions/_parts/numbers.db").write_text("2"),
        lambda: (Path("constructions/_link").unlink(), Path("constructions/_link").symlink_to("other")),
        lambda: os.chdir("constructions"),
        lambda: os.environ.update(TZ="Elsewhere/Else"),
    ],
    ids=["a package before it", "a module", "a file that was not there", "a content", "a link", "elsewhere", "time zone"],
)
def test_all_that_lies_beside_is_part_of_what_is_asked(file, change, monkeypatch):
    """Also deep below, and whether or not it was opened: it may be looked for, listed, or read by other code than Python's."""
    monkeypatch.setenv("TZ", "UTC")
    folder = Path("constructions/_parts")
    folder.mkdir()
    (folder / "one.py").write_text("")
    (folder / "numbers.db").write_text("1, 2")
    Path("constructions/_link").symlink_to("numbers")
    before = kept._key(file, ALL)
    assert kept._key(file, ALL) == before
    (folder / "one.py").write_text("what it is counts when it is read")
    assert kept._key(file, ALL) == before
    change()
    assert kept._key(file, ALL) != before


@pytest.mark.parametrize(
    ("look", "kept_"),
    [
        ("import os\nos.listdir(os.path.dirname(__file__))", True),
        ("import pathlib\nlist(pathlib.Path(__file__).parent.parent.glob('*.json'))", False),
        ("try:\n    open('weights.json')\nexcept OSError:\n    pass", False),
        ("import os\nos.open('parts.py', 0, dir_fd=os.open('constructions', 0))", False),
        ("import sys, os\nsys.path.append(os.path.dirname(__file__) + '/_link')\nimport helping", False),
    ],
    ids=["its own folder", "a folder above", "a file that is not there", "a file by another folder", "a folder behind a link"],
)
def test_of_what_looks_elsewhere_nothing_is_kept(project, asked, look, kept_):
    Path("lib").mkdir()
    Path("lib/helping.py").write_text("")
    Path("constructions/_link").symlink_to("../lib")
    project("parts", before=look)
    (file,) = discover()
    few = Wanted(("depth",), ("n=1",))
    for _ in range(2):
        build_or_recall(file, few)
    assert len(asked) == (2 if kept_ else 4)


def test_beside_too_much_nothing_is_kept(file, asked, monkeypatch):
    monkeypatch.setattr(kept, "MOST_BESIDE", 1)
    for count in (2, 4):
        build_or_recall(file, Wanted(("depth",), ("n=1",)))
        assert len(asked) == count


def test_another_version_of_anything_builds_again(file, asked, monkeypatch):
    build_or_recall(file, ALL)
    monkeypatch.setattr(kept, "installed", lambda: "other packages")
    build_or_recall(file, ALL)
    monkeypatch.setattr(kept, "solver_versions", lambda: ("python 4",))
    build_or_recall(file, ALL)
    assert len(asked) == 6


@pytest.mark.parametrize("place", [0, 70, 200, -1])
def test_a_damaged_entry_is_as_if_it_were_not_there(file, asked, place):
    first = build_or_recall(file, ALL)
    data = bytearray(entry().read_bytes())
    data[place] ^= 1
    entry().write_bytes(data)
    assert build_or_recall(file, ALL) == first
    assert len(asked) == 4


def test_an_entry_in_the_place_of_another_does_not_count(file, asked):
    build_or_recall(file, ALL)
    stolen = entry().read_bytes()
    entry().unlink()
    second = build_or_recall(file, Wanted(("depth",)))
    entry().write_bytes(stolen)
    assert build_or_recall(file, Wanted(("depth",))) == second
    assert len(asked) == 6


def test_nothing_is_taken_where_constructions_are_not_fenced_off(file, asked, monkeypatch):
    build_or_recall(file, ALL)
    monkeypatch.setattr(kept, "local_store", lambda: replace(local_store(), believed=False))
    build_or_recall(file, ALL)
    assert len(asked) == 4


def test_a_size_that_could_not_be_built_is_built_again(project, asked):
    project("parts", replace={"return network": "assert n == 1\n    return network"})
    (file,) = discover()
    for count in (2, 4):
        assert any(job.error for job in build_or_recall(file, ALL).jobs)
        assert len(asked) == count


def test_a_warm_gate_says_the_same_and_starts_no_child(file, asked, capsys):
    assert main(["gate", "--mutants", "0"]) == 0
    cold, count = capsys.readouterr().out, len(asked)
    assert main(["gate", "--mutants", "0"]) == 0
    assert (capsys.readouterr().out, len(asked)) == (cold, count)
    assert main(["gate", "--mutants", "0", "--recheck"]) == 0
    assert len(asked) > count
