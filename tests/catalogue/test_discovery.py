"""Which files are constructions, by name alone."""

import os

import pytest

from proofcheck.catalogue.discovery import discover, find
from proofcheck.errors import InputError, UsageError


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("constructions/a/one.py", "constructions/b/two.py", "constructions/a/_help.py", "constructions/.x/three.py"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")
    return tmp_path


def test_helpers_and_hidden_folders_are_left_out(folder):
    assert [file.name for file in discover()] == ["one", "two"]
    assert [file.shown for file in discover(["constructions/b"])] == ["constructions/b/two.py"]


def test_a_file_given_twice_counts_once(folder):
    assert len(discover(["constructions", "constructions/a/one.py", "constructions/a"])) == 2


def test_helpers_are_found_from_the_folder_called_constructions(folder):
    assert discover(["constructions/a/one.py"])[0].root == folder / "constructions"


def test_names_are_unique(folder):
    (folder / "constructions/b/one.py").write_text("")
    with pytest.raises(InputError) as caught:
        discover()
    assert str(caught.value) == (
        "constructions/b/one.py: two constructions are called one, the other is constructions/a/one.py: rename one"
    )


def test_what_does_not_exist_is_said_so(folder):
    with pytest.raises(
        InputError, match="nowhere: there is no such file or folder: give a construction file or a folder of them"
    ):
        discover(["nowhere"])
    (folder / "notes.txt").write_text("")
    with pytest.raises(InputError, match="this is no Python file"):
        discover(["notes.txt"])
    with pytest.raises(UsageError, match="there is no construction called 'on': known are one"):
        find("on")
    assert find("constructions/a/one.py").name == find("one").name == "one"


def test_a_path_that_is_not_in_utf_8_is_refused(folder):
    odd = os.fsencode(folder) + b"/constructions/p\xe4th"
    try:
        os.mkdir(odd)
    except OSError:
        pytest.skip("this file system takes names in UTF-8 only")
    with open(odd + b"/four.py", "wb"):
        pass
    with pytest.raises(InputError, match=r"p\?th/four.py: this path is not encoded in UTF-8: rename its folder"):
        discover()
