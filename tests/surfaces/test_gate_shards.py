"""A gate in parts: every claim at every size in one part, and the merged evidence that of the whole gate."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from proofcheck.cli import main
from proofcheck.errors import UsageError
from proofcheck.gate.shards import Shard

GIVEN = "lambda x: [maximum(a, 0) for a in x], on=Reals"
WRONG = {GIVEN: "lambda x: [maximum(a, 1) for a in x], on=Reals"}


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = main(list(words))
    return code, *capsys.readouterr()


def told(path: str) -> list[tuple[str, str, str, str, str]]:
    return sorted(
        (item["construction"], item["claim"], item["size"], item["status"], item["sentence"])
        for item in json.loads(Path(path).read_text())["evidence"]
    )


def test_the_parts_together_say_what_the_whole_gate_says(project, capsys: pytest.CaptureFixture[str]) -> None:
    project("first")
    project("second")
    assert run(capsys, "gate", "--mutants", "0", "--json", "whole.json")[0] == 0
    names = []
    for i in (1, 2, 3):
        names.append(f"{i}.json")
        code, out, _ = run(capsys, "gate", "--shard", f"{i}/3", "--json", names[-1])
        assert (code, f"part {i} of 3: the other parts are to be judged too" in out) == (0, True)
    code, out, _ = run(capsys, "merge", *names, "-o", "merged.json")
    assert code == 0
    assert told("merged.json") == told("whole.json")
    assert out.startswith(f"{len(told('whole.json'))} checks in 3 parts: ")
    assert run(capsys, "gate", "--mutants", "0", "--base", "merged.json")[0] == 0
    code, _, err = run(capsys, "merge", *names[:2])
    assert (code, "parts 3 of 3 are missing" in err) == (65, True)
    code, _, err = run(capsys, "merge", *names, names[0])
    assert (code, "which was given before" in err) == (65, True)
    code, _, err = run(capsys, "merge", "whole.json", *names)
    assert (code, "is no part of a gate" in err) == (65, True)


def shards(capsys: pytest.CaptureFixture[str], k: int, *words: str, start: int = 1, prefix: str = "") -> list[str]:
    names = [f"{prefix}{i}.json" for i in range(start, k + 1)]
    for i, name in enumerate(names, start):
        assert run(capsys, "gate", *words, "--shard", f"{i}/{k}", "--json", name)[0] in (0, 1)
    return names


def test_parts_of_gates_that_differ_do_not_merge(project, capsys: pytest.CaptureFixture[str]) -> None:
    """A file that only one machine has, another network, other sizes, another source, another selection."""
    project("first")
    a, b = shards(capsys, 2)
    assert run(capsys, "merge", a, b)[0] == 0
    for changed in (
        {"relu(x) for x in": "relu(2 * x) - relu(x) for x in"},
        {"at=[1, 2, 3]": "at=[1, 2]"},
        {'"folklore"': '"nobody"'},
    ):
        project("first", replace=changed)
        (other,) = shards(capsys, 2, start=2, prefix="other")
        code, _, err = run(capsys, "merge", a, other)
        assert code == 65
        assert "about different claims, sizes or networks" in err or "of different sources of first" in err
    project("first")
    project("second")
    (other,) = shards(capsys, 2, start=2, prefix="other")
    assert "about different claims, sizes or networks" in run(capsys, "merge", a, other)[2]
    code, _, err = run(capsys, "merge", b, shards(capsys, 2, "--only", "first", prefix="only")[0])
    assert (code, "ran differently" in err) == (65, True)


def edited(path: str, change: Callable[[dict[str, Any]], object]) -> str:
    value = json.loads(Path(path).read_text())
    change(value)
    Path("edited.json").write_text(json.dumps(value))
    return "edited.json"


def taken_out(value: dict[str, Any]) -> None:
    value["evidence"].pop()


def copied(value: dict[str, Any]) -> None:
    value["evidence"].append({**value["evidence"][0], "size": "n = 77"})


def refuted_but_met(value: dict[str, Any]) -> None:
    value["evidence"][0]["finding"] |= {"verdict": "refuted", "strength": None}


def test_a_part_that_was_tampered_with_is_refused(project, capsys: pytest.CaptureFixture[str]) -> None:
    project("first")
    parts = shards(capsys, 2)
    full = next(i for i in (0, 1) if json.loads(Path(parts[i]).read_text())["evidence"])
    changes: dict[str, tuple[Callable[[dict[str, Any]], object], ...]] = {
        "missing or another one": (taken_out, copied),
        "its finding says otherwise": (
            refuted_but_met,
            lambda v: v["evidence"][0].update(floor="certified", finding={"verdict": "holds", "strength": "established"}),
            lambda v: v["evidence"][0].update(finding=None),
        ),
        "different versions of this package": (
            lambda v: v.update(package="0" * 64),
            lambda v: v["made"].update(kernel="Kernel: another"),
        ),
        "a field missing or of another kind": (
            lambda v: v.pop("whole"),
            lambda v: v.update(whole=[]),
            lambda v: v["evidence"][0].pop("status"),
            lambda v: v["evidence"][0].update(status="fine"),
            lambda v: v.update(shard=[3, 2]),
        ),
        "is no part of a gate": (lambda v: v.update(shard=[True, 2]), lambda v: v.update(version=1)),
    }
    for words, all_of_a_kind in changes.items():
        for change in all_of_a_kind:
            given = [edited(parts[i], change) if i == full else parts[i] for i in (0, 1)]
            code, _, err = run(capsys, "merge", *given)
            assert (code, words in err) == (65, True), (words, err)
    for text in ("", "[]", "{", "[" * 10**5):
        Path("garbage.json").write_text(text)
        assert run(capsys, "merge", parts[0], "garbage.json")[0] == 65


def test_a_refuted_claim_is_refuted_in_the_whole(project, capsys: pytest.CaptureFixture[str]) -> None:
    project("wrong", replace=WRONG)
    codes = [run(capsys, "gate", "--shard", f"{i}/2", "--json", f"{i}.json")[0] for i in (1, 2)]
    assert 1 in codes
    assert run(capsys, "merge", "1.json", "2.json")[0] == 1


def test_every_name_is_in_one_part_and_statistical_claims_are_in_the_first() -> None:
    for k in (1, 2, 7):
        shards = [Shard(i, k) for i in range(1, k + 1)]
        for n in range(40):
            assert sum(shard.holds("a", "b", f"n = {n}") for shard in shards) == 1
            assert [shard.holds("a", "b", f"n = {n}", True) for shard in shards] == [i == 1 for i in range(1, k + 1)]
    assert len({next(i for i in range(1, 8) if Shard(i, 7).holds("a", "b", str(n))) for n in range(100)}) == 7


def test_parts_that_make_no_sense_are_refused(project, capsys: pytest.CaptureFixture[str]) -> None:
    project("first")
    with pytest.raises(UsageError, match="the shard 3/2 was asked for"):
        Shard(3, 2)
    for words, message in (
        (("--shard", "0/2"), "the shard 0/2 was asked for"),
        (("--shard", "x"), "the shard 'x' was asked for"),
        (("--shard", "1/2", "--base", "b.json"), "--base and --bundle are of a whole gate"),
    ):
        Path("b.json").write_text("{}")
        code, _, err = run(capsys, "gate", *words)
        assert code in (64, 65)
        assert message in err or "evidence file" in err
