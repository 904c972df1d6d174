"""A seeded part of the sabotage; `python -m tests.evidence.sabotage` changes every field of every type."""

from __future__ import annotations

from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest

from proofcheck.kernel import replay
from tests.evidence import sabotage
from tests.evidence.brute_force import truth
from tests.evidence.certificate_samples import SAMPLES, samples
from tests.evidence.mutants import decoded, encoded, signed

ALL = [(name, place) for name, makers in SAMPLES.items() for place in range(len(makers))]


@pytest.mark.parametrize(("name", "place"), ALL)
def test_a_changed_certificate_is_rejected_or_proves_what_it_proved(name: str, place: int) -> None:
    data = samples()[name][place]
    assert encoded(decoded(data)) == encoded(signed(decoded(data)) or decoded(data)) == data
    assert truth(data) == ("sampled" if name.startswith(("induction", "growth", "unrolling")) else "true")
    counts, faults = sabotage.tried(name, place, flip_count=40, every=max(41, len(data) // 40))
    assert not faults
    assert counts["rejected"] > 80


@pytest.mark.parametrize(("name", "planted"), [("sizes", "false: "), ("exhaustive", "false: "), ("exactness", "false: ")])
def test_a_kernel_that_takes_whatever_it_can_read_is_found_out(name: str, planted: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its methods check nothing, so a changed statement with the right digests is accepted although it is false."""
    module = import_module("proofcheck.kernel.replay")

    monkeypatch.setattr(module, "METHODS", {method: lambda *arguments: {} for method in module.METHODS})
    monkeypatch.setattr(module, "sentence", lambda *arguments: "anything")
    _, faults = sabotage.tried(name, 0, flip_count=10, every=7)
    assert any(planted in fault for fault in faults)


def test_a_kernel_that_proves_another_thing_under_the_same_digests_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Any] = []

    def forgetful(data: bytes) -> Any:
        seen.append(replay(data))
        return SimpleNamespace(**(vars(seen[-1]) | {"assumptions": ("the last file was right",) * (len(seen) > 1)}))

    monkeypatch.setattr(sabotage, "replay", forgetful)
    _, faults = sabotage.tried("exhaustive", 0, flip_count=10, every=5)
    assert any("the assumptions have changed" in fault for fault in faults)
