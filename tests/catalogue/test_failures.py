"""The failures of earlier runs as entries: bounded, sealed, each whole, and none from elsewhere."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from pathlib import Path

import pytest

from proofcheck.catalogue import failures
from proofcheck.catalogue.failures import Failure, keep_failure, keys_of, recall_failures
from proofcheck.catalogue.store import Store

KEYS = keys_of("adder", "computes", "n = 4", "a" * 64)
NETWORK = "f" * 64


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "cache")


def failure(*numbers: int) -> Failure:
    return Failure(tuple(Fraction(number, 3) for number in numbers), NETWORK)


def entries(store: Store) -> list[Path]:
    return sorted((store.folder / "failures").rglob("*.json"))


def aged(store: Store) -> None:
    """Make what is there an hour older, so that what comes is the latest."""
    for file in entries(store):
        times = file.stat().st_mtime_ns - 3600 * 10**9
        os.utime(file, ns=(times, times))


def test_a_failure_comes_back_by_what_is_said_and_by_where(store: Store) -> None:
    keep_failure(store, KEYS, failure(1, -2))
    assert recall_failures(store, KEYS) == [failure(1, -2)]
    moved = keys_of("other", "computes", "n = 4", "a" * 64)
    reworded = keys_of("adder", "computes", "n = 4", "b" * 64)
    assert recall_failures(store, moved) == recall_failures(store, reworded) == [failure(1, -2)]
    for strange in (("adder", "computes", "n = 5", "b" * 64), ("adder", "depth", "n = 4", "b" * 64)):
        assert recall_failures(store, keys_of(*strange)) == []


def test_the_latest_come_first_and_only_a_few_are_kept(store: Store) -> None:
    for number in range(10):
        keep_failure(store, KEYS, failure(number))
        aged(store)
    found = recall_failures(store, KEYS)
    assert found == [failure(number) for number in range(9, 9 - failures.MOST_OF_A_KEY, -1)]
    assert len(entries(store)) == 2 * failures.MOST_OF_A_KEY
    keep_failure(store, KEYS, failure(7))
    assert recall_failures(store, KEYS)[0] == failure(7)


@pytest.mark.parametrize(("name", "most"), [("MOST", 6), ("MOST_BYTES", 1000)])
def test_all_together_are_bounded(store: Store, monkeypatch: pytest.MonkeyPatch, name: str, most: int) -> None:
    monkeypatch.setattr(failures, name, most)
    for number in range(12):
        keep_failure(store, keys_of("adder", "computes", f"n = {number}", f"{number:064x}"), failure(number))
        aged(store)
    assert 0 < len(entries(store)) <= most
    assert sum(file.stat().st_size for file in entries(store)) <= max(most, 1000) * 2
    assert recall_failures(store, keys_of("adder", "computes", "n = 11", f"{11:064x}")) == [failure(11)]


def test_a_point_that_is_too_long_is_not_kept(store: Store) -> None:
    keep_failure(store, KEYS, Failure((Fraction(1 << 2**22),), NETWORK))
    assert entries(store) == []


def test_what_is_damaged_moved_or_foreign_is_not_there(store: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    keep_failure(store, KEYS, failure(1))
    for file in entries(store):
        data = file.read_bytes()
        for position in range(0, len(data), 7):
            file.write_bytes(data[:position] + bytes([data[position] ^ 1]) + data[position + 1 :])
            assert recall_failures(store, [file.name[:64]]) == []
        for torn in (b"", data[: len(data) // 2], data + b" ", b"{}", b"\xff"):
            file.write_bytes(torn)
            assert recall_failures(store, [file.name[:64]]) == []
        file.write_bytes(data)
    other = keys_of("other", "computes", "n = 4", "c" * 64)
    for key, file in zip(other, entries(store), strict=True):
        place = store.folder / "failures" / key[:2] / (key + file.name[64:])
        place.parent.mkdir(exist_ok=True)
        place.write_bytes(file.read_bytes())
    assert recall_failures(store, other) == []
    assert recall_failures(store, KEYS) == [failure(1)]
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "another user"))
    assert recall_failures(store, KEYS) == []


def test_many_runs_at_once_lose_nothing(store: Store) -> None:
    """As many at once as are kept of a key: each is there afterwards, and whole."""
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda number: keep_failure(store, KEYS, failure(number)), range(4)))
    assert {f.point for f in recall_failures(store, KEYS)} == {failure(number).point for number in range(4)}


@pytest.mark.parametrize("place", [".", "failures", f"failures/{KEYS[0][:2]}"])
def test_a_link_leads_nowhere(store: Store, tmp_path: Path, place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is read, written or removed behind a link that came with a project."""
    monkeypatch.setattr(failures, "MOST", 0)
    elsewhere = tmp_path / "elsewhere"
    for folder in (elsewhere, elsewhere / KEYS[0][:2], elsewhere / "failures" / KEYS[0][:2]):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{KEYS[0]}-{'0' * 32}.json").write_text("{}")
    before = sorted(elsewhere.rglob("*"))
    link = store.folder / place
    link.parent.mkdir(parents=True, exist_ok=True)
    link.symlink_to(elsewhere)
    keep_failure(store, KEYS, failure(1))
    assert recall_failures(store, KEYS) == []
    assert sorted(elsewhere.rglob("*")) == before
