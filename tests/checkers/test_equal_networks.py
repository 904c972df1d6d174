"""Networks built differently that compute the same: certified by bends, orders and counts, and never where one is wrong."""

from __future__ import annotations

import random
from collections.abc import Callable
from fractions import Fraction
from itertools import product
from typing import Any

import pytest
from checker_tasks import BUDGET

from proofcheck.checkers import Task
from proofcheck.checkers.piecewise.comparators import FEW_INPUTS, tables_of
from proofcheck.checkers.piecewise.lemmas import lemmas
from proofcheck.checkers.piecewise.needed import only_needed
from proofcheck.checkers.settle import settle
from proofcheck.claims.evidence import Strength, Verdict
from proofcheck.commands.networks import equals_network
from proofcheck.domains import Box, Reals
from proofcheck.kernel import replay
from proofcheck.networks import Network, evaluate, inputs, layered, leaky_relu, network, relu
from tests.evidence.equal_networks import batcher, bubbles, chain, dense, lifted, simplified, tournament

BOX = Box(-1, 1)
Pair = tuple[Network, Network]


def compared(first: Network, second: Network) -> Task:
    return Task(first, equals_network(first, second, BOX.of((first.input_count,))), other=second)


def comparators(n: int, pairs: list[tuple[int, int]], outputs: list[int] | None = None, small: bool = False) -> Network:
    """After each pair (i, j) wire i carries the larger and j the smaller one; small: written by their minimum."""
    x = list(inputs(n, on=Reals))
    for i, j in pairs:
        if small:
            lower = x[j] - relu(x[j] - x[i])
            x[i], x[j] = x[i] + x[j] - lower, lower
        else:
            upper = x[j] + relu(x[i] - x[j])
            x[i], x[j] = upper, x[i] + x[j] - upper
    return network([x[i] for i in outputs] if outputs is not None else x)


def part(net: Network, *outputs: int) -> Network:
    y = inputs(len(net.output), on=Reals)
    return net >> network([y[i] for i in outputs])


def kinds(twisted: bool) -> Network:
    """The same bends written as leaky neurons, as pairs and as absolute values."""
    x, y = inputs(2, on=Reals)
    a = x - 2 * y + 1
    bend, turned = relu(a), relu(-2 * a)
    if twisted:
        return network([leaky_relu(a, Fraction(1, 4)), relu(bend - y) - relu(y - bend)])
    return network([a / 4 + Fraction(3, 4) * (turned / 2 + a), turned / 2 + a - y])


EQUAL: dict[str, Callable[[], Pair]] = {
    "a maximum": lambda: (chain(6), tournament(6)),
    "sorting 6": lambda: (bubbles(6), batcher(6)),
    "sorting 8": lambda: (bubbles(8), batcher(8)),
    "the other way round": lambda: (batcher(5), bubbles(5)),
    "sorting with minima": lambda: (comparators(4, FOUR, small=True), batcher(4)),
    "sorting in strict layers": lambda: (layered(bubbles(4)), batcher(4)),
    "both in strict layers": lambda: (layered(bubbles(4)), layered(batcher(4))),
    "the median of 7": lambda: (part(bubbles(7), 3), part(batcher(7), 3)),
    "the second of 5": lambda: (part(bubbles(5), 1), part(batcher(5), 1)),
    "two of 6": lambda: (part(bubbles(6), 1, 4), part(batcher(6), 1, 4)),
    "neurons scaled and reordered": lambda: (dense((5, 20, 20, 1), 1), dense((5, 20, 20, 1), 1, twisted=True)),
    "three hidden layers": lambda: (dense((3, 8, 8, 8, 2), 4), dense((3, 8, 8, 8, 2), 4, twisted=True)),
    "inputs carried": lambda: (dense((2, 6, 6, 1), 3), lifted((2, 6, 6, 1), 3)),
    "neurons that never bend": lambda: simplified((4, 16, 16, 1), 5),
    "the simpler one first": lambda: simplified((4, 16, 16, 1), 5)[::-1],
    "bounds that need a small tree": lambda: simplified((4, 16, 16, 16, 1), 5)[::-1],
    "other kinds of neurons": lambda: (kinds(False), kinds(True)),
}
FOUR = [(0, 1), (2, 3), (0, 2), (1, 3), (1, 2)]


@pytest.mark.parametrize("name", EQUAL)
def test_equal_networks_are_certified(name: str) -> None:
    first, second = EQUAL[name]()
    task = compared(first, second)
    finding = lemmas(task, BUDGET)
    assert finding.strength is Strength.CERTIFIED, finding.reason
    assert finding.certificate is not None
    assert replay(finding.certificate).statement_digest == task.statement.digest


def off(net: Network) -> Network:
    """The last output is too large by one part in 2^20."""
    y = inputs(len(net.output), on=Reals)
    return net >> network([*y[:-1], y[-1] + Fraction(1, 1 << 20) * y[-1]])


@pytest.mark.parametrize("name", EQUAL)
def test_wrong_variants_are_refuted_by_an_input(name: str) -> None:
    first, second = EQUAL[name]()
    found = settle(compared(first, off(second)), Strength.CERTIFIED, BUDGET)
    assert found.verdict is Verdict.REFUTED
    assert found.witness is not None
    assert found.witness.found != found.witness.expected


@pytest.mark.parametrize("missing", range(len(FOUR)))
def test_a_sorting_network_without_one_comparator_is_refuted(missing: int) -> None:
    broken = comparators(4, FOUR[:missing] + FOUR[missing + 1 :])
    found = settle(compared(broken, batcher(4)), Strength.CERTIFIED, BUDGET)
    assert found.verdict is Verdict.REFUTED


def test_outputs_in_another_order_are_refuted() -> None:
    swapped = part(batcher(4), 0, 2, 1, 3)
    assert settle(compared(bubbles(4), swapped), Strength.CERTIFIED, BUDGET).verdict is Verdict.REFUTED


def drawn(seed: int) -> tuple[Network, Network, bool]:
    """Two random networks of comparators and whether they are equal, by all inputs of 0 and 1 (Knuth's principle)."""
    draw = random.Random(seed)
    n = draw.choice((3, 3, 4))
    sides = [[tuple(draw.sample(range(n), 2)) for _ in range(draw.randrange(2, 7))] for _ in range(2)]
    if draw.randrange(3) == 0:  # to compare the same two again changes nothing
        sides[1] = [pair for pair in sides[0] for _ in range(draw.randrange(1, 3))]
    outputs = draw.sample(range(n), draw.choice((1, n)))
    first, second = (comparators(n, side, outputs, small=bool(draw.randrange(2))) for side in sides)
    return first, second, all(evaluate(first, x) == evaluate(second, x) for x in product((0, 1), repeat=n))


SEEDS = range(60)


def test_random_networks_of_comparators_are_certified_just_where_they_agree_on_bits() -> None:
    ends = {True: 0, False: 0}
    for seed in SEEDS:
        first, second, equal = drawn(seed)
        finding = lemmas(compared(first, second), BUDGET)
        assert (finding.verdict is Verdict.HOLDS) == equal, (seed, finding.reason)
        ends[equal] += 1
    assert min(ends.values()) >= 15, ends


def test_tables_say_which_choices_include_an_input() -> None:
    assert tables_of(2) == [0b1010, 0b1100]
    few, many = tables_of(FEW_INPUTS), tables_of(FEW_INPUTS + 1)
    assert all(table.bit_count() == 1 << FEW_INPUTS - 1 for table in few)
    assert len(set(many)) == FEW_INPUTS + 1
    assert all(a | b not in (a, b) for a in many for b in many if a != b)


def test_lemmas_that_nothing_rests_on_are_left_out_and_the_others_renumbered() -> None:
    def fact(*names: list[Any]) -> list[Any]:
        return [["sum", [["0x1", [], [name]] for name in names]]]

    rows = [[">=", [], fact([0, 1, 0])], [">=", [], fact([1, 0])], [">=", [], fact([3, 0])], [">=", [], fact([1, 2], [1, 0])]]
    kept, goals = only_needed(rows, [fact([1, 3], [0, 1, 1])])
    assert kept == [rows[0], rows[2], [">=", [], fact([1, 1], [1, 0])]]
    assert goals == [fact([1, 2], [0, 1, 1])]
    assert only_needed(rows, [fact([0, 1, 0])]) == ([], [fact([0, 1, 0])])
