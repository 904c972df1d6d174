"""The search by ranks: the first failing rank of any finite domain, whatever the tiles, in memory that does not grow."""

from __future__ import annotations

import tracemalloc
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from proofcheck.domains import Bits, Domain, Integers, Permutations, Points, Words
from proofcheck.domains.constraints import Constraint
from proofcheck.engine import ranks
from proofcheck.engine.bits.programs import search
from proofcheck.engine.ranks import RankEngine
from proofcheck.errors import UsageError

LEAST = Constraint(((0, Fraction(1)), (1, Fraction(1))), "<=", Fraction(5))
DOMAINS = {
    "integers": Integers(-3, 9).of((3,)),
    "thirds": Points(-1, 1, Fraction(1, 3)).of((4,)),
    "words": Words(4).of((3,)),
    "bits": Bits.of((11,)),
    "permutations": Permutations.of((6,)),
    "filtered": Domain(Integers(0, 20).of((3,)).sets, (LEAST,)),
    "large": Integers(10**20, 10**20 + 40).of((2,)),
    "cells": Domain((*Integers(0, 6).of((2,)).sets, *Bits.of((3,)).sets)),
}


def sought(domain: Domain, wanted: set[int]) -> RankEngine:
    """A search for the points of these ranks; each tile is compared with what `unrank` says, point by point."""
    points = {domain.unrank(rank) for rank in wanted}

    def fails(numerators, denominator):  # type: ignore[no-untyped-def]
        rows = [tuple(Fraction(int(v), denominator) for v in row) for row in numerators]
        return np.array([i for i, row in enumerate(rows) if row in points], int)

    return RankEngine(domain, fails, 1)


@pytest.mark.parametrize("name", DOMAINS)
@settings(deadline=None)
@given(data=st.data())
def test_the_first_of_the_ranks_sought_is_found_in_any_range_and_tiles(name: str, data: st.DataObject) -> None:
    domain = DOMAINS[name]
    total = domain.cardinality()
    wanted = data.draw(st.sets(st.integers(0, total - 1), max_size=4))
    begin = data.draw(st.integers(0, total))
    end = data.draw(st.integers(begin, total))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ranks, "TILE", (1, data.draw(st.sampled_from([7, 64, 1000]))))
        found = sought(domain, wanted).first(begin, end)
    assert found == min((rank for rank in wanted if begin <= rank < end), default=None)


@pytest.mark.parametrize("threads", [1, 3])
def test_parts_on_threads_are_told_in_order_up_to_the_first_found(threads: int) -> None:
    domain, told = DOMAINS["integers"], list[tuple[int, int]]()
    engine = sought(domain, {700, 1500, 1501})
    found = search(engine, 0, domain.cardinality(), None, threads, 128, lambda a, b: told.append((a, b)) is None)
    assert (found, told) == (700, [(128 * i, 128 * (i + 1)) for i in range(5)])


def test_memory_does_not_grow_with_the_inputs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ranks, "TILE", (1, 1 << 10))
    domain, peaks = Integers(0, 40).of((4,)), []
    engine = RankEngine(domain, lambda numerators, one: np.flatnonzero(numerators[:, 0] < 0), 1)
    for count in (1 << 12, 1 << 18):
        tracemalloc.start()
        assert engine.first(0, count) is None
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.5 * peaks[0]
    assert RankEngine(domain, engine.fails, 1 << 20).tile < RankEngine(domain, engine.fails, 1 << 16).tile == 256


def test_what_it_cannot_do_is_refused() -> None:
    engine = sought(DOMAINS["words"], set())
    with pytest.raises(UsageError, match="takes no seed"):
        engine.first(0, 64, 1)
    with pytest.raises(UsageError, match="ranks go from 0 up to that number"):
        engine.first(0, 1 << 20)
