"""Receipts: every rank once, whatever the order, and nothing merges that speaks of something else."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proofcheck.checkers.receipts import Receipt, domain_digest, joined, merge, read_receipt, share_of
from proofcheck.domains import Integers, Points, Words
from proofcheck.errors import InputError, UsageError

WHOLE = Receipt("a" * 64, ("circuit", "b" * 64), "d" * 64, 1 << 20, (0, 1 << 20))


@given(st.integers(0, 1 << 50), st.integers(1, 40))
def test_shards_are_disjoint_and_cover_everything(total: int, k: int) -> None:
    if total < 64 * k:
        return
    shares = [share_of(total, i, k) for i in range(1, k + 1)]
    assert joined(shares) == ((0, total),)
    assert all(low % 64 == 0 for low, _ in shares)


@given(st.lists(st.integers(0, 1 << 20), min_size=1, max_size=8, unique=True), st.randoms())
def test_what_is_missing_and_what_was_tried_are_the_whole(ends: list[int], random: Any) -> None:
    cuts = sorted({0, *ends, 1 << 20})
    ranges = list(pairwise(cuts))
    random.shuffle(ranges)
    receipt = WHOLE
    for k, (first, last) in enumerate(ranges):
        assert receipt.count + sum(b - a for a, b in receipt.missing) == 1 << 20
        assert (receipt.missing == ()) == (k == len(ranges))
        receipt = receipt.with_range(first, last)
    assert (receipt.tried, receipt.missing) == (((0, 1 << 20),), ())
    with pytest.raises(InputError, match="would be counted twice"):
        receipt.with_range(5, 6)


def test_a_file_gives_the_same_receipt(tmp_path: Path) -> None:
    receipt = replace(WHOLE.with_range(64, 128), failing=7)
    (tmp_path / "r.json").write_bytes(receipt.bytes())
    assert read_receipt(tmp_path / "r.json") == receipt


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"format": "x"}, "is no receipt of an exhaustive run"),
        ({"total": True}, "field missing or of another kind"),
        ({"total": "5"}, "field missing or of another kind"),
        ({"tried": [[0, 64], [32, 96]]}, "the inputs 32 .. 63 would be counted twice"),
        ({"tried": [[64, 64]]}, "is empty"),
        ({"tried": [[0, 1 << 21]]}, "do not lie in its share"),
        ({"share": [0, 1 << 21]}, "its share not in the domain"),
        ({"failing": -1}, "do not lie in its share"),
        ({"equals": "circuit"}, "field missing or of another kind"),
        ({"domain": None}, "field missing or of another kind"),
        ({"version": 1}, "is no receipt of an exhaustive run"),
    ],
)
def test_what_is_no_receipt_is_refused(changed: dict[str, Any], words: str, tmp_path: Path) -> None:
    path = tmp_path / "r.json"
    path.write_text(json.dumps(json.loads(WHOLE.bytes()) | changed))
    with pytest.raises(InputError, match=words):
        read_receipt(path)


def test_only_receipts_of_one_comparison_merge() -> None:
    shares = [replace(WHOLE, share=share_of(1 << 20, i, 3)) for i in (1, 2, 3)]
    done = [share.with_range(*share.share) for share in shares]
    assert merge(done).missing == ()
    assert merge(done[::2]).missing == (shares[1].share,)
    with pytest.raises(InputError, match="would be counted twice"):
        merge([*done, done[1]])
    for changed in ({"network": "c" * 64}, {"equals": ("network", "b" * 64)}, {"domain": "e" * 64}, {"total": 1 << 21}):
        other = replace(done[0], **changed)  # type: ignore[arg-type]
        with pytest.raises(InputError, match="different comparisons"):
            merge([other, done[1]])
    assert merge([done[0], replace(done[1], failing=1 << 19)]).failing == 1 << 19


def test_domains_with_as_many_points_are_told_apart() -> None:
    domains = [family.of((2,)) for family in (Integers(0, 3), Integers(1, 4), Points(0, 3, 1), Points(0, 6, 2), Words(2))]
    digests = {domain_digest(domain): domain for domain in domains}
    assert {domain.cardinality() for domain in domains} == {16}
    assert len(digests) == len({domain.unrank(15) for domain in domains}) == 3


def test_shards_that_make_no_sense_are_refused() -> None:
    for i, k in ((0, 3), (4, 3), (1, 0)):
        with pytest.raises(UsageError, match="1 <= i <= k is expected"):
            share_of(1 << 20, i, k)
    with pytest.raises(UsageError, match="100 inputs do not make 9 shards"):
        share_of(100, 1, 9)
