"""Sorting by odd-even merge: it sorts, with the comparators of the literature; wrong wiring and wrong numbers are refuted."""

from __future__ import annotations

from itertools import permutations, product

import pytest
from catalogue_tasks import built, finding_of, module_of, task_of

from proofcheck import (
    Bits,
    Computes,
    Property,
    Relation,
    Strength,
    Verdict,
    depth,
    evaluate,
    inputs,
    layered,
    n,
    network,
    neurons,
    relu,
    sizes,
    width,
)
from proofcheck.checkers import Budget, exhaustive, settle
from proofcheck.checkers import sizes as sizes_checker

NAME = "tropical/sort_by_odd_even_merge"
FUNCTION = ("computes", "order statistics", "in order", "sorts bits")


def algorithm_m(n):
    """Knuth's merge exchange, 5.2.2 Algorithm M: the comparators (i, j) on n wires, stage after stage."""
    t = (n - 1).bit_length()
    p = 2 ** (t - 1) if t else 0
    while p:
        q, r, d = 2 ** (t - 1), 0, p
        while True:
            yield from ((i, i + d) for i in range(n - d) if i & p == r)
            if q == p:
                break
            d, q, r = q - p, q // 2, p
        p //= 2


def sorter(n, comparators):
    """The network of these comparators; the smaller number goes to the wire named first."""
    x = list(inputs(n, name="x"))
    for i, j in comparators:
        excess = relu(x[i] - x[j])
        x[i], x[j] = x[i] - excess, x[j] + excess
    return network(x)


@pytest.mark.parametrize("n", range(2, 65))
def test_there_are_as_many_comparators_as_in_the_literature(n):
    """For powers of two as many as in Algorithm M, which wires any other n differently; never more than the next power has."""
    found, full = sizes(module_of(NAME).build(n)).neurons, len(list(algorithm_m(2 ** (n - 1).bit_length())))
    assert found == full if n & (n - 1) == 0 else len(list(algorithm_m(n - 1))) < found < full


@pytest.mark.parametrize("n", range(1, 7))
def test_every_order_of_every_multiset_is_sorted(n):
    net = built(NAME, n)
    for numbers in product(range(3), repeat=n) if n < 6 else permutations(range(n)):
        assert evaluate(net, numbers) == tuple(sorted(numbers))


@pytest.mark.parametrize("n", [2, 5, 8, 11, 16])
def test_algorithm_m_computes_the_same_on_bits_by_other_comparators(n):
    task = task_of(NAME, "computes on bits", n, network=layered(sorter(n, algorithm_m(n))))
    finding = settle(task, Strength.CERTIFIED, Budget())
    assert (finding.verdict, finding.strength) == (Verdict.HOLDS, Strength.CERTIFIED), finding.reason


def without(k):
    return lambda wires: [pair for at, pair in enumerate(wires) if at != k]


def upside_down(k):
    return lambda wires: [pair[::-1] if at == k else pair for at, pair in enumerate(wires)]


COUNT = len(list(algorithm_m(6)))
WRONG = {f"comparator {k} left out": without(k) for k in range(COUNT)} | {
    f"comparator {k} upside down": upside_down(k) for k in range(COUNT)
}


@pytest.mark.parametrize("name", WRONG)
def test_a_comparator_left_out_or_upside_down_is_refuted_by_some_bits(name):
    """On bits all is decided: no comparator of this network is idle."""
    net = sorter(6, WRONG[name](list(algorithm_m(6))))
    finding = exhaustive(task_of(NAME, "sorts bits", 6, network=net), Budget())
    assert finding.verdict is Verdict.REFUTED
    assert sorted(finding.witness.inputs) == list(finding.witness.expected) != list(finding.witness.found)


def largest_twice():
    *first, last = inputs(4, name="x")
    return network([*first, last + relu(first[-1] - last)])


SMALL = {
    "pairs shifted by one": sorter(4, [(0, 1), (2, 3), (0, 2), (1, 3)]),
    "the largest twice": largest_twice(),
    "half a comparator": sorter(4, list(algorithm_m(4))[:-1]),
}


@pytest.mark.parametrize("claim", FUNCTION)
@pytest.mark.parametrize("name", SMALL)
def test_each_claim_about_the_function_refutes_a_network_that_does_not_sort(name, claim):
    finding = finding_of(NAME, claim, 4, network=SMALL[name])
    assert finding.verdict is Verdict.REFUTED
    assert finding.witness is not None


def test_sorted_alone_or_the_sum_alone_would_not_be_enough():
    """Two networks that sort nothing: each satisfies one part of the claim `in order`, and the claim refutes both."""
    x = inputs(3, name="x")
    constant, identity = network([x[0] + 0, x[0] + 0, x[0] + 0]), network([x[0] + 0, x[1] + 0, x[2] + 0])
    increasing = Property(lambda x, y: (y[0] <= y[1]) & (y[1] <= y[2]))
    total = Property(lambda x, y: y[0] + y[1] + y[2] == x[0] + x[1] + x[2])
    for net, part in ((constant, increasing), (identity, total)):
        assert finding_of(NAME, part, 3, network=net).verdict is Verdict.HOLDS
        assert finding_of(NAME, "in order", 3, network=net).verdict is Verdict.REFUTED


SIZES = {
    "a stage less": Relation(depth <= 9),
    "a comparator less": Relation(neurons - 2 * n * depth <= 62),
    "one carry for a free real": Relation(neurons == 63 + n * depth),
    "narrower": Relation(width <= 5 * n / 2 - 1),
}


@pytest.mark.parametrize("name", SIZES)
def test_wrong_sizes_are_refuted(name):
    assert sizes_checker(task_of(NAME, SIZES[name], 16), Budget()).verdict is Verdict.REFUTED


def test_more_than_is_not_at_least():
    wrong = Computes(lambda x: [sum(x) > len(x) - i for i in range(len(x))], on=Bits)
    assert finding_of(NAME, wrong, 3).verdict is Verdict.REFUTED
