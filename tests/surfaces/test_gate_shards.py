"""A gate in parts: every claim at every size in one part, and the merged evidence that of the whole gate."""

from __future__ import annotations

import json
from pathlib import Path

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
