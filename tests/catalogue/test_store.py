"""The cache: what it may give back, and that nothing damaged counts."""

import os
from dataclasses import replace

import pytest

from proofcheck import Computes, Reals, Relation, check, depth, inputs, maximum, network, relu
from proofcheck.catalogue.store import Store, finding_key, local_store, replayed
from proofcheck.claims.evidence import Finding, Strength, Verdict

KEY = "0" * 64


@pytest.fixture(scope="module")
def certified():
    x = inputs(2)
    evidence = check(network(x[1] + relu(x[0] - x[1])), Relation(depth == 1))
    assert evidence.finding.strength is Strength.CERTIFIED
    import hashlib

    return evidence.finding, evidence.network, hashlib.sha256(evidence.statement.encode()).hexdigest()


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "cache")


def entry(store):
    return next((store.folder / "findings").rglob("*.json"))


def test_a_certified_finding_comes_back_when_the_kernel_replays_it(store, certified):
    finding, network_digest, statement = certified
    store.keep(KEY, finding)
    assert store.recall(KEY, network_digest, statement).strength is Strength.CERTIFIED
    assert store.recall(KEY, network_digest, "f" * 64) is None
    assert store.recall(KEY, "f" * 64, statement) is None
    assert store.recall("1" * 64, network_digest, statement) is None


def test_a_certificate_changed_in_any_byte_does_not_count(store, certified):
    finding, network_digest, statement = certified
    store.keep(KEY, finding)
    file = next((store.folder / "certificates").iterdir())
    for position in (0, 40, len(finding.certificate) - 1):
        damaged = bytearray(finding.certificate)
        damaged[position] ^= 1
        file.write_bytes(damaged)
        assert store.recall(KEY, network_digest, statement) is None
    file.unlink()
    assert store.recall(KEY, network_digest, statement) is None


@pytest.mark.parametrize("damage", [b"", b"{}", b"\xff\xfe", b"0\n{}"])
def test_a_torn_entry_is_as_if_it_were_not_there(store, certified, damage):
    finding, network_digest, statement = certified
    store.keep(KEY, finding)
    entry(store).write_bytes(damage)
    assert store.recall(KEY, network_digest, statement) is None


def test_an_entry_moved_to_another_key_does_not_count(store):
    finding = Finding(Verdict.HOLDS, Strength.ESTABLISHED, "z3", "all inputs in R^2")
    store.keep(KEY, finding)
    other = store.folder / "findings" / "11" / ("1" * 64 + ".json")
    other.parent.mkdir()
    other.write_bytes(entry(store).read_bytes())
    assert store.recall("1" * 64, "", "") is None
    assert store.recall(KEY, "", "") == finding


def test_only_what_holds_or_is_unrefuted_is_kept(store):
    store.keep(KEY, Finding(Verdict.UNKNOWN, None, "z3", "R", reason="z3 gave up"))
    assert not store.folder.exists()


def test_a_cache_that_cannot_be_written_is_no_error(tmp_path):
    (tmp_path / "file").write_text("")
    store = Store(tmp_path / "file")
    store.keep(KEY, Finding(Verdict.HOLDS, Strength.ESTABLISHED, "z3", "R"))
    assert store.recall(KEY, "", "") is None


@pytest.mark.parametrize("place", [".", "findings", "unfinished"])
def test_a_link_in_the_cache_leads_nowhere(tmp_path, place):
    """A repository may hold a cache in which a folder is a link to the user's files: none is written there, none removed."""
    elsewhere, folder = tmp_path / "elsewhere", tmp_path / "cache"
    elsewhere.mkdir()
    for name in ("letter.txt", "letter.part"):
        (elsewhere / name).write_text("dear")
        os.utime(elsewhere / name, (10**9, 10**9))
    link = folder / place
    link.parent.mkdir(exist_ok=True)
    link.symlink_to(elsewhere)
    store = Store(folder)
    store.keep(KEY, Finding(Verdict.HOLDS, Strength.ESTABLISHED, "z3", "R"))
    assert store.recall(KEY, "", "") is None
    assert sorted(path.name for path in elsewhere.iterdir() if path.is_file()) == ["letter.part", "letter.txt"]


def test_only_unfinished_files_of_runs_long_gone_are_removed(store):
    unfinished = store.folder / "unfinished"
    unfinished.mkdir(parents=True)
    for name, age in (("old.part", 10**9), ("new.part", None), ("letter.txt", 10**9)):
        (unfinished / name).write_text("")
        if age:
            os.utime(unfinished / name, (age, age))
    store.keep(KEY, Finding(Verdict.HOLDS, Strength.ESTABLISHED, "z3", "R"))
    assert sorted(path.name for path in unfinished.iterdir()) == ["letter.txt", "new.part"]


def test_a_checker_that_hands_in_the_wrong_certificate_gives_unknown(certified):
    finding, network_digest, statement = certified
    assert replayed(finding, network_digest, statement) == finding
    wrong = replayed(finding, network_digest, "f" * 64)
    assert (wrong.verdict, wrong.strength) == (Verdict.UNKNOWN, None)
    forged = replace(finding, certificate=b"certified, trust me")
    assert replayed(forged, network_digest, statement).verdict is Verdict.UNKNOWN


def test_the_key_depends_on_everything_that_a_verdict_depends_on():
    base = (b"net", "statement", Strength.ESTABLISHED, "budget", "sources")
    changed = [
        (b"n", *base[1:]),
        (*base[:1], "s", *base[2:]),
        (*base[:2], Strength.CERTIFIED, *base[3:]),
        (*base[:3], "b", "sources"),
        (*base[:4], "s"),
    ]
    assert len({finding_key(*args) for args in [base, *changed]}) == 6


def test_the_cache_is_that_of_the_project_above_the_working_folder(tmp_path, monkeypatch):
    (tmp_path / "pyproject.toml").write_text("")
    (tmp_path / "deep" / "below").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "deep" / "below")
    assert local_store().folder == tmp_path / ".proofcheck"


def test_what_is_established_is_recalled_as_it_was(store):
    x = inputs(2)
    evidence = check(network(x[1] + relu(x[0] - x[1])), Computes(lambda x: maximum(*x), on=Reals))
    store.keep(KEY, evidence.finding)
    found = store.recall(KEY, "", "")
    assert (found.verdict, found.method, found.trust) == (Verdict.HOLDS, evidence.finding.method, evidence.finding.trust)
