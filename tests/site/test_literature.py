"""Notes on literature: in one form, about constructions that exist, and never with the mark of a settled claim."""

import re
from pathlib import Path

import pytest

from proofcheck.errors import InputError
from proofcheck.site.literature import FOLDER, read
from proofcheck.site.widths import least_needed

ROOT = Path(__file__).resolve().parents[2] / "constructions"
NAMES = {path.stem for path in ROOT.rglob("*.py") if not path.name.startswith("_")}


def test_the_notes_speak_of_constructions_that_exist():
    notes = read(ROOT)
    assert set(notes.bounds) <= NAMES
    assert {name for row in notes.widths for name in row.get("here", ())} <= NAMES
    assert {bound["here"] for group in notes.bounds.values() for bound in group["rows"] if "here" in bound} <= NAMES
    assert all(bound["scope"].strip() or "here" in bound for group in notes.bounds.values() for bound in group["rows"])


def test_every_source_with_a_number_has_its_bibtex():
    notes, lacking = read(ROOT), []
    for path in ROOT.rglob("*.py"):
        for number in re.findall(r'(?:arxiv|doi)="([^"]+)"', path.read_text(encoding="utf-8")):
            lacking += [] if number in notes.papers else [f"{path.stem}: {number}"]
    assert not lacking


def test_every_row_of_what_is_not_built_has_a_reason():
    rows = [row for group in read(ROOT).roster for row in group["rows"]]
    assert len(rows) > 90
    assert all(row["paper"] and row["says"].endswith(".") and row["why"].endswith(".") for row in rows)
    assert all(re.fullmatch(r"(\d{4}\.\d{4,5})?", row["arxiv"]) for row in rows)


def test_bounds_on_the_least_width_never_cross():
    for d_x in range(1, 9):
        for d_y in range(1, 9):
            assert least_needed(d_x, d_y) <= (d_x + 1 if d_y == 1 else d_x + d_y), (d_x, d_y)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "these notes cannot be read as JSON"),
        ('[{"id": "x"}]', "a note lacks domain, distance, activation, upper, lower, source"),
        ('["x"]', "a note lacks id, domain"),
    ],
)
def test_malformed_notes_are_refused(tmp_path, text, words):
    (tmp_path / FOLDER).mkdir()
    (tmp_path / FOLDER / "widths.json").write_text(text)
    with pytest.raises(InputError, match=words):
        read(tmp_path)
