"""Families made of families: errors in one sentence, and ports with an index for each number of copies."""

import pytest

from proofcheck import Reals
from proofcheck.claims.family_kinds import ForAll, Grows, Unrolls
from proofcheck.errors import ConstructionError
from proofcheck.families import Each, Fold, Parallel, Series, Then, Tree
from tests.families.composed import MAXIMIN, NORM, PRODUCTS, SIZES, STOCKS
from tests.families.samples import AUTOMATON, CHAIN, MAXIMUM, PRODUCT, SHORTEST, STAGES, TREE

PAIR = Tree({"a": Reals, "b": Reals}, lambda a, b: {"m": a + b}, lambda left, right: {"m": left.m + right.m}, lambda m: m)


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: Parallel(3), "the part is 3, expected a family such as Fold(...), Tree(...) or Parallel(...)"),
        (lambda: Parallel(SHORTEST, shared="a"), "shared='a' was given, expected a list of some of a, b"),
        (lambda: Parallel(SHORTEST, shared=["c"]), "shared=['c'] was given, expected a list of some of a, b"),
        (lambda: Series(CHAIN, TREE), "the first part gives y of shapes (), expected what the second takes: x of (a)"),
        (lambda: Series(SIZES, PAIR), "the first part gives z of shapes (a), expected what the second takes: a, b of (a), (a)"),
        (
            lambda: Series(Parallel(SIZES), TREE),
            "the first part gives z of shapes (a x b), expected what the second takes: x of (a)",
        ),
        (
            lambda: Series(STAGES, Parallel(AUTOMATON)),
            "the first part gives y of shapes (a x a), expected what the second takes: x of (a x b)",
        ),
        (lambda: Series(SIZES, 3), "the part is 3, expected a family such as Fold(...), Tree(...) or Parallel(...)"),
        (lambda: Each(MAXIMUM).data(CHAIN), f"the family is {CHAIN!r}, expected Parallel(...)"),
        (lambda: Then(MAXIMUM, MAXIMUM).data(CHAIN), f"the family is {CHAIN!r}, expected Series(...)"),
        (lambda: PRODUCTS.network(2, 3), "the network at 2, 3 was asked for, expected integers m, m1, n"),
        (lambda: PRODUCTS.network(2, 3, True), "the network at 2, 3, True was asked for, expected integers m, m1, n"),
        (lambda: STOCKS.network(0, 3), "the network at 0, 3 was asked for, expected m >= 1, n >= 1"),
        (
            lambda: ForAll(3, Each(MAXIMUM)),
            "the family of ForAll is 3, expected Fold, Calls, Tree, Automaton, Stages, OddEvenSort, Parallel or Series",
        ),
        (
            lambda: Unrolls(MAXIMIN, at=[(2, 2)]).statement("0" * 64, (2,)),
            "Unrolls speaks of a build with the parameters of its family, here m and n",
        ),
        (
            lambda: Grows(MAXIMIN, (1, 0, 1, 0, 0), (1, 0, 1, 0), exactly=lambda n: n).statement(),
            "exactly= has 1 functions, expected 3, of n; n; m and n",
        ),
    ],
)
def test_what_does_not_fit_is_refused_in_one_sentence(make, sentence):
    with pytest.raises(ConstructionError) as caught:
        make()
    assert str(caught.value) == sentence


@pytest.mark.parametrize(
    ("family", "at", "inputs", "outputs"),
    [
        (PRODUCTS, (2, 3, 4), [("a", (2, 4)), ("b", (3, 4))], [("y", (2, 3))]),
        (MAXIMIN, (3, 2), [("x", (3, 2))], [("y", ())]),
        (NORM, (5,), [("x", (5,))], [("y", ())]),
        (STOCKS, (2, 3), [("x", (2, 3)), ("v", ())], [("y", (2,))]),
        (Parallel(AUTOMATON), (2, 3, 1), [("x", (2, 3))], [("x", (2, 3))]),
        (Parallel(STAGES, shared=["d"]), (2, 3), [("d", (3, 3))], [("y", (2, 3, 3))]),
        (Parallel(PRODUCT, shared=["a"]), (2, 3, 2), [("x", (2, 3)), ("a", (2,))], [("lo", (2, 3)), ("v", (2, 2))]),
        (
            Parallel(Fold({"x": Reals}, None, lambda x: {"z": x, "w": -x})),
            (2, 3),
            [("x", (2, 3))],
            [("z", (2, 3)), ("w", (2, 3))],
        ),
    ],
)
def test_ports_have_an_index_for_each_number_of_copies(family, at, inputs, outputs):
    network = family.network(*at)
    assert [(port.name, port.shape) for port in network.inputs] == inputs
    assert [(port.name, port.shape) for port in network.outputs] == outputs
