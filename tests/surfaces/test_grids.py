"""Exhaustive comparisons on grids, words and permutations from outside: shards, receipts, resumption, differences."""

from __future__ import annotations

import json
import random
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from proofcheck.circuits import ripple_adder, write_aiger
from proofcheck.cli import main
from proofcheck.commands import comparing
from proofcheck.commands.cluster import engine_of
from proofcheck.domains import Integers, Permutations, Points
from proofcheck.engine.ranks import RankEngine
from proofcheck.networks import Network, inputs, network, read_network, relu, write_network


def tournament(on: Any, n: int = 4) -> Network:
    x = inputs(n, on=on)
    while len(x) > 1:
        x = [b + relu(a - b) for a, b in zip(x[::2], x[1::2], strict=False)] + x[len(x) // 2 * 2 :]
    return network(x)


def chain(on: Any, n: int = 4, wrong: int = 0) -> Network:
    """The maximum one after another; `wrong` more where the first input is above 8."""
    x = inputs(n, on=on)
    largest = x[0]
    for v in x[1:]:
        largest = v + relu(largest - v)
    return network([largest + wrong * (relu(x[0] - 8) + 0)])


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(comparing, "RANK_CELLS", 1 << 12)
    monkeypatch.setattr(comparing, "SAVED_EVERY", -1.0)


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = main(list(words))
    return code, *capsys.readouterr()


def written(on: Any, wrong: int = 0, n: int = 4) -> list[str]:
    write_network(tournament(on, n), "a.net")
    write_network(chain(on, n, wrong), "b.net")
    return ["run", "a.net", "--exhaustive", "--equals", "b.net"]


@pytest.mark.parametrize(
    ("on", "total", "words"),
    [
        (Integers(-3, 9), 13**4, "{-3,-2,...,9}^4"),
        (Points(0, 2, Fraction(1, 5)), 11**4, "{0,1/5,...,2}^4"),
        (Permutations, 24, "the permutations of 4"),
    ],
)
def test_shards_merge_to_the_whole(on: Any, total: int, words: str, capsys: pytest.CaptureFixture[str]) -> None:
    ask = written(on)
    code, out, err = run(capsys, *ask)
    assert code == 0
    assert out == f"equal on {total} inputs, all inputs in {read_network('a.net').domain.describe()}\n"
    assert err.startswith("compared by ranks by ")
    if total < 64 * 3:
        return
    names = [f"{i}.json" for i in (1, 2, 3)]
    for i, name in enumerate(names, 1):
        assert run(capsys, *ask, "--shard", f"{i}/3", "--receipt", name)[0] == 0
    code, out, _ = run(capsys, "merge", *names, "-o", "all.json")
    assert (code, f"equal on {total} inputs, all inputs of the domain" in out) == (0, True)
    assert json.loads(Path("all.json").read_text())["tried"] == [[0, total]]
    assert run(capsys, "merge", *names[:2])[0] == 3
    code, _, err = run(capsys, "merge", *names, names[1])
    assert (code, "would be counted twice" in err) == (65, True)


def test_a_run_that_is_stopped_anywhere_goes_on_and_counts_nothing_twice(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    ask, draw, tried = [*written(Integers(-3, 9)), "--receipt", "r.json"], random.Random(3), list[int]()
    ranks = RankEngine.first

    def counted(self: RankEngine, begin: int, end: int, seed: int | None = None) -> int | None:
        if draw.random() < 0.5:
            raise KeyboardInterrupt
        found = ranks(self, begin, end, seed)
        tried.extend(range(begin, end))
        return found

    monkeypatch.setattr(comparing, "_threads", lambda: 1)
    monkeypatch.setattr(RankEngine, "first", counted)
    stops = 0
    while run(capsys, *ask)[0] != 0:
        stops += 1
        if Path("r.json").exists():
            done = json.loads(Path("r.json").read_text())["tried"]
            assert done == [[0, len(tried)]]  # what was finished is kept, and only that
    assert stops > 2
    assert tried == list(range(13**4))
    monkeypatch.setattr(RankEngine, "first", ranks)
    kept = Path("r.json").read_bytes()
    Path("r.json").unlink()
    assert run(capsys, *ask)[0] == 0
    assert Path("r.json").read_bytes() == kept


def test_the_first_difference_is_told_and_kept(capsys: pytest.CaptureFixture[str]) -> None:
    ask = written(Integers(-3, 9), wrong=1)
    for more in ([], ["--receipt", "r.json"], ["--receipt", "r.json"]):
        code, out, _ = run(capsys, *ask, *more)
        assert (code, out.splitlines()) == (1, ["input     9 -3 -3 -3", "output    9", "expected  10"])
    rank = read_network("a.net").domain.rank([9, -3, -3, -3])
    assert json.loads(Path("r.json").read_text())["failing"] == rank
    assert (run(capsys, "merge", "r.json")[0:2])[0] == 1


def test_receipts_of_another_domain_with_as_many_points_are_not_taken(capsys: pytest.CaptureFixture[str]) -> None:
    """The same network on 0 .. 9 and on 1 .. 10: a rank means another input."""
    for low, name in ((0, "low"), (1, "high")):
        ask = written(Integers(low, low + 9))
        for i in (1, 2):
            assert run(capsys, *ask, "--shard", f"{i}/2", "--receipt", f"{name}{i}.json")[0] == 0
    code, _, err = run(capsys, "merge", "low1.json", "high2.json")
    assert (code, "speak of different comparisons" in err) == (65, True)
    code, _, err = run(capsys, *ask, "--shard", "1/2", "--receipt", "low1.json")
    assert (code, "is the receipt of another run" in err) == (65, True)


def test_a_grid_past_2_to_the_24_is_tried_whole(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comparing, "RANK_CELLS", 1 << 26)
    ask = written(Integers(0, 64))
    code, out, _ = run(capsys, *ask)
    assert (code, out.split(",")[0]) == (0, f"equal on {65**4} inputs")
    assert 65**4 > 1 << 24
    assert run(capsys, "run", "a.net", "--exhaustive")[0] == 64  # printed one a line there are too many


def test_large_numbers_over_different_denominators_do_not_wrap(capsys: pytest.CaptureFixture[str]) -> None:
    """4 x and 4 x + 2^64, which is how these two look over the denominator 4, are the same modulo 2^64."""
    x = inputs(on=Integers(0, 200))
    write_network(network([x + 2**62]), "a.net")
    write_network(network([Fraction(1, 4) * relu(x) + Fraction(3, 4) * relu(x)]), "b.net")
    for how in (["--exhaustive"], ["--exhaustive", "--dtype", "exact"], ["--random", "50"]):
        code, out, _ = run(capsys, "run", "a.net", *how, "--equals", "b.net")
        assert (code, out.splitlines()[1:]) == (1, [f"output    {2**62}", "expected  0"])


def test_a_circuit_has_no_output_where_inputs_are_not_bits(capsys: pytest.CaptureFixture[str]) -> None:
    x = inputs(4, on=Integers(0, 2))
    write_network(network([x[0], x[1]]), "a.net")
    write_aiger(ripple_adder(2), "adder.aig")
    code, _, err = run(capsys, "run", "a.net", "--exhaustive", "--equals", "adder.aig")
    assert (code, "is not a row of bits: a circuit has no output there" in err) == (65, True), err


def test_bits_that_have_no_reading_in_bits_are_compared_by_ranks() -> None:
    x = inputs(3, on=Integers(0, 1))
    count = network([relu(x[0] + x[1] + x[2] - Fraction(1, 2)) * 2])
    assert isinstance(engine_of(count, count), RankEngine)
