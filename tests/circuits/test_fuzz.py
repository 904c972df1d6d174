"""A seeded slice of the fuzzer; `python -m tests.circuits.fuzz` runs more."""

from __future__ import annotations

import pytest

from tests.circuits import fuzz
from tests.circuits.fuzz_cases import FORMATS
from tests.circuits.fuzz_files import OWN


@pytest.mark.parametrize("form", [*FORMATS, *OWN])
def test_hostile_files_give_a_value_or_one_sentence(form: str) -> None:
    results, faults, _, _ = fuzz.tried(form, 2024, range(500))
    assert not faults
    found = sum(results.values(), start=type(results["random"])())
    assert min(found.total() - found["refused"], found["refused"]) > 20, f"the cases are too much alike: {found}"


def test_a_reader_that_hangs_or_breaks_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(form: str, data: bytes) -> str:
        if data:
            raise KeyError("planted")
        return "refused"

    monkeypatch.setattr(fuzz, "outcome", broken)
    assert len(fuzz.tried("aag", 1, range(20))[1]) > 15

    def endless(form: str, data: bytes) -> str:
        while True:
            pass

    monkeypatch.setattr(fuzz, "outcome", endless)
    monkeypatch.setattr(fuzz, "HANGS", 0.2)
    (fault,) = fuzz.tried("aag", 1, range(1))[1]
    assert "Hangs: it did not end in 0.2 s" in fault


def test_memory_that_grows_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fuzz, "outcome", lambda form, data: b"x" * (512 << 20) and "read")
    assert any(" MiB for this case or one of the " in fault for fault in fuzz.tried("aag", 1, range(1))[1])
