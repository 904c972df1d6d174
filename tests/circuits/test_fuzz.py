"""A seeded slice of the fuzzer; `python -m tests.circuits.fuzz` runs more."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.circuits.fuzz import FORMATS, case, outcome


@pytest.mark.parametrize("form", FORMATS)
def test_hostile_files_give_a_circuit_or_one_sentence(form: str) -> None:
    found = Counter(outcome(form, case(form, 2024, number)) for number in range(500))
    assert min(found["circuit"], found["refused"]) > 20, f"the cases are too much alike: {found}"
