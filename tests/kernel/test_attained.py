"""Depths that are claimed exactly, for every n: they are those of the unrolled networks, and what cancels is not overlooked."""

import json
import random
from dataclasses import replace

import pytest

from proofcheck import Reals, relu
from proofcheck.checkers.certificates import certificate_of
from proofcheck.checkers.families.induction import growth
from proofcheck.claims.evidence import Verdict
from proofcheck.claims.family_kinds import Grows
from proofcheck.errors import ConstructionError
from proofcheck.families import Automaton, Fold, OddEvenSort, Parallel, Series, Stages, Tree
from proofcheck.kernel import Rejected, replay
from proofcheck.networks import sizes
from tests.families.composed import DIFFERENCES, MAXIMIN, NORM, PRODUCTS, STOCKS
from tests.families.samples import (
    AUTOMATON,
    CAPPED,
    CHAIN,
    COMPARISON,
    DISTANCE,
    MACHINE,
    MONOTONE,
    PARITY,
    POPCOUNT,
    SORT,
    SQUARE,
    STAGES,
    TREE,
    adder,
)


def canonical(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


NUMBERS = [*range(1, 10), 16, 17, 33]


def levels(n):
    return (n - 1).bit_length()


def given(family, depth):
    """The claim that the depth is attained, with as many neurons as it takes."""
    counts = {"Fold": 2, "Calls": 2, "Tree": 3}
    parts = [family.first, family.second] if isinstance(family, Series) else [family]
    size = sum(counts.get(type(inner(part)).__name__, 1) for part in parts)
    return Grows(family, neurons=(9,) * size, depth=depth, attained=True)


def inner(family):
    return inner(family.block) if isinstance(family, Parallel) else family


EXACT = [
    (CHAIN, (1, 0), [(n,) for n in NUMBERS], lambda n: n - 1),
    (adder(), (1, 0), [(n,) for n in NUMBERS], lambda n: n),
    (COMPARISON, (1, 0), [(n,) for n in NUMBERS], lambda n: n),
    (PARITY, (1, 0), [(n,) for n in NUMBERS], lambda n: n),
    (CAPPED, (1, 0), [(n,) for n in NUMBERS], lambda n: n),
    (DISTANCE, (0, 1), [(n,) for n in NUMBERS], lambda n: 1),
    (MONOTONE, (0, 1), [(n,) for n in NUMBERS], lambda n: 1),
    (TREE, (1, 0), [(n,) for n in NUMBERS], levels),
    (replace(TREE, split="power"), (1, 0), [(n,) for n in NUMBERS], levels),
    (replace(TREE, split="left"), (1, 0), [(n,) for n in NUMBERS], lambda n: n - 1),
    (replace(TREE, split="right"), (1, 0), [(n,) for n in NUMBERS], lambda n: n - 1),
    (AUTOMATON, (1,), [(1, 1), (1, 3), (2, 2), (5, 4)], lambda n, T: T),
    (MACHINE, (1,), [(1, 1), (1, 3), (2, 2), (5, 4)], lambda n, T: T),
    (STAGES, (1,), [(n,) for n in range(1, 7)], lambda n: n),
    (NORM, (0, 1, 1, 0), [(n,) for n in NUMBERS], lambda n: 1 + levels(n)),
    (PRODUCTS, (1, 0), [(1, 1, 1), (2, 2, 3), (1, 3, 5)], lambda m, m1, n: n - 1),
    (MAXIMIN, (1, 0, 1, 0), [(1, 1), (2, 3), (5, 2), (3, 1)], lambda m, n: n - 1 + levels(m)),
    (STOCKS, (1, 0), [(1, 1), (2, 3), (4, 2)], lambda m, n: n),
]


@pytest.mark.parametrize(("family", "depth", "at", "means"), EXACT)
def test_an_exact_depth_is_that_of_every_unrolled_network(family, depth, at, means):
    finding = growth(given(family, depth).statement())
    assert finding.verdict is Verdict.HOLDS
    assert "depth exactly" in finding.reason
    for numbers in at:
        network = family.network(*numbers)
        assert sizes(network).depth == folded_depth(network) == means(*numbers)
    for i in range(len(depth)):
        more = (*depth[:i], depth[i] + 1, *depth[i + 1 :])
        assert growth(given(family, more).statement()).verdict is Verdict.UNKNOWN


def folded_depth(network):
    """The depth of the outputs, where affine nodes are put into what reads them, and neurons without a source are numbers."""
    forms, layers = [{i: 1} for i in range(network.input_count)], dict.fromkeys(range(network.input_count), 0)
    for i, kind in enumerate(network.activation):
        form = {}
        for e in range(network.start[i], network.start[i + 1]):
            for v, q in forms[network.source[e]].items():
                form[v] = form.get(v, 0) + q * network.values[network.weight[e]]
        form = {v: q for v, q in form.items() if q}
        if form and network.activations[kind].kind != "identity":
            layers[network.input_count + i] = 1 + max(layers[v] for v in form)
            form = {network.input_count + i: 1}
        forms.append(form if network.activations[kind].kind == "identity" or form else {})
    return max((layers[v] for output in network.output for v in forms[output]), default=0)


def pairs(p, q, x):
    """One neuron in two states, of which the next one reads the difference."""
    r = relu(p - q + x)
    return {"p": r, "q": r + x}


def twice(x):
    r = relu(x)
    return {"p": r, "q": r - x}


PAIRS = Fold({"x": Reals}, lambda: {"p": 0, "q": 0}, pairs, lambda p, q: p + q)
TURNS = Fold({}, lambda f: {"m": 0 * f}, lambda m, f: {"m": f - m}, lambda m: relu(m), fixed={"f": Reals})
CONSTANT = Fold({"x": Reals}, lambda: {"m": 0, "s": 0}, lambda m, s, x: {"m": relu(m + 1), "s": s + x}, lambda m, s: m + s)
RIGHT = replace(TREE, merge=lambda left, right: {"m": relu(right.m + 0 * left.m)})
MOVES = Automaton({"x": Reals}, lambda near: {"x": relu(near[0].x)}, {"x": 0})
FORGETS = Stages(Reals, lambda direct, first, second: relu(direct - first))
TWO = Fold({"x": Reals}, None, twice)
APART = Tree(
    {"a": Reals, "b": Reals},
    lambda a, b: {"m": relu(a - b)},
    lambda left, right: {"m": right.m + relu(left.m - right.m)},
    lambda m: m,
)
HIGHEST = Fold({"x": Reals}, lambda: {"m": 0}, lambda m, x: {"m": (y := m + relu(x - m)), "z": y})
EARLY = Series(HIGHEST, Fold({"z": Reals}, lambda: {"m": 0}, lambda m, z: {"m": m + relu(z - m)}, lambda m: m))
ALIKE = Series(Parallel(CHAIN, shared=["x"]), TREE)

CANCELLED = [
    ("a difference of one neuron and itself", PAIRS, (1, 0), (7,), 1),
    ("a state that is there and not there, in turn", TURNS, (0, 1), (4,), 0),
    ("a neuron of numbers only", CONSTANT, (1, 0), (3,), 0),
    ("a merge that takes nothing from the left", RIGHT, (1, 0), (5,), 2),
    ("a cell that moves on and leaves none", MOVES, (1,), (1, 2), 0),
    ("a stage in which an entry is its own neighbour", FORGETS, (1,), (1,), 0),
    ("outputs of one neuron that the second part subtracts", Series(TWO, APART), (0, 1, 1, 1), (4,), 3),
    ("outputs that the second part reads the earlier the less deep they are", EARLY, (1, 0, 1, 0), (4,), 5),
    ("copies of one number, of which a tournament takes differences", ALIKE, (1, 0, 1, 0), (4, 1), 0),
]


@pytest.mark.parametrize(("family", "depth", "at", "is_"), [row[1:] for row in CANCELLED], ids=[row[0] for row in CANCELLED])
def test_what_cancels_or_ends_is_not_claimed_to_be_deep(family, depth, at, is_):
    """The bound is right; at this size the depth is less, once a neuron of numbers only is a number."""
    bound = replace(given(family, depth), attained=False).statement()
    assert growth(bound).verdict is Verdict.HOLDS
    assert growth(replace(bound, attained=True)).verdict is Verdict.UNKNOWN
    assert folded_depth(family.network(*at)) == is_


def sum_of(*parts):
    return [[hex(q) if q >= 0 else f"-{hex(-q)}", places] for q, *places in parts]


NUMBER = ["interval", None, None]
STEPS = {"rule": "fold", "first": 0, "inputs": [], "fixed": [NUMBER], "units": [], "emit": [], "last": []}
FADES = STEPS | {  # a state that is the number k - 30 at step k multiplies the other one: the depth is 0 from n = 31 on
    "init": [sum_of((-30,)), sum_of((1, 0))],
    "nodes": [["relu", "0x0", [sum_of((1, 0, 1))]]],
    "state": [sum_of((1, 0), (1,)), sum_of((1, 3))],
    "outputs": [sum_of((1, 1))],
}
MANY = 100_001  # units; one that had the number of the neuron of the step before would pass for it, and the depth is 1
CROWD = STEPS | {
    "units": [["0x1", "0x1"]] * MANY,
    "init": [[]],
    "nodes": [["relu", "0x0", [sum_of((1, 0), (-1, 0), (1, 1), (1, MANY))]]],
    "state": [sum_of((1, MANY + 2))],
    "outputs": [sum_of((1, 0))],
}


@pytest.mark.parametrize(
    ("family", "reason"),
    [(FADES, "a network is affine but for units"), (CROWD, "after 2 steps no path is left, and the depth is said to be 2")],
    ids=["a number that runs to 0", "more units than a family has neurons"],
)
def test_a_path_needs_coefficients_that_stay_the_same(family, reason):
    bound = {"claim": "growth", "family": family, "how": None, "neurons": [1, 0], "depth": [1, 0]}
    replay(certificate_of("growth", canonical(bound)))
    with pytest.raises(Rejected, match=reason):
        replay(certificate_of("growth", canonical(bound | {"attained": True})))


def test_the_splits_of_all_trees_are_part_of_the_sentence():
    """The same factors say other things of other splits."""
    for split, levels in (("halves", "ceil(log2 n)"), ("left", "(n - 1)"), ("right", "(n - 1)"), ("power", "ceil(log2 n)")):
        family = Series(NORM.first, replace(NORM.second, split=split))
        claim = given(family, (0, 1, 1, 0)).statement()
        said = growth(claim).reason
        assert f" by {split} has at most" in said
        assert f"depth exactly 0 * n + 1 + 1 * {levels} + 0" in said
        assert f" by {split} is bounded" in claim.sentence()


def random_fold(seed):
    """A fold of two states and two or three neurons whose weights are -1, 0 and 1, so that much cancels."""
    draw = random.Random(seed)

    def mixed(*values):
        return sum((draw.choice([-1, 0, 0, 1]) * value for value in values), 0 * values[0])

    def step(p, q, x):
        read, deep = [p, q, x], []
        for _ in range(draw.choice([2, 3])):
            deep.append(relu(mixed(*read, *deep)))
        return {"p": mixed(*read, *deep), "q": mixed(*read, *deep)}

    first = draw.choice([0, 1])
    start = (lambda x: {"p": x, "q": 0 * x}) if first else (lambda: {"p": 0, "q": 1})
    return Fold({"x": Reals}, start, step, lambda p, q: mixed(p, q) + relu(mixed(p, q)), first=first)


def test_whatever_is_claimed_of_random_folds_is_true():
    shown = 0
    for seed in range(300):
        family = random_fold(seed)
        refused = growth(Grows(family, (9, 9), (0, 0)).statement()).reason
        least = [int(q) for q in refused.rpartition("below [")[2].rstrip("]").split(",")] if "below" in refused else [0, 0]
        finding = growth(given(family, tuple(least)).statement())
        assert growth(Grows(family, (9, 9), tuple(least)).statement()).verdict is Verdict.HOLDS
        for n in range(1, 9):
            found, bound = folded_depth(family.network(n)), least[0] * (n - family.first) + least[1]
            assert found == bound if finding.verdict is Verdict.HOLDS else found <= bound
        shown += finding.verdict is Verdict.HOLDS and least[0] > 0
    assert shown > 30


@pytest.mark.parametrize(
    ("family", "depth", "reason"),
    [
        (SORT, (1,), "that the depth is attained is not shown of a family by the rule sort"),
        (POPCOUNT, (1, 0, 0), "that the depth is attained is not shown of a family by the rule calls"),
        (SQUARE, (1, 0), "a network is affine but for units"),
        (DIFFERENCES, (0, 0, 1, 0), "is shown where the first part has one output, and what it reads is not shared"),
        (Series(OddEvenSort(Reals, SORT.compare), TREE), (1, 1, 0), "is not shown of a family by the rule sort"),
    ],
)
def test_where_an_exact_depth_is_not_shown_the_kernel_says_so(family, depth, reason):
    assert reason in growth(given(family, depth).statement()).reason


def test_attained_is_true_or_left_out():
    data = json.loads(given(CHAIN, (1, 0)).statement().json())
    assert data["attained"] is True
    for wrong in (False, 1, None, "true"):
        text = json.dumps(data | {"attained": wrong}, sort_keys=True, separators=(",", ":"))
        with pytest.raises(Rejected, match="attained must be true, or left out"):
            replay(certificate_of("growth", text))
    with pytest.raises(ConstructionError, match="attained=1 was given, expected True or False"):
        Grows(CHAIN, (1, 0), (1, 0), attained=1)
