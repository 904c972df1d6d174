"""Families: what is written is what is unrolled, and what a contract says in words; errors in one sentence."""

import random
from dataclasses import replace
from fractions import Fraction
from itertools import product

import pytest

from proofcheck import Bits, Reals, evaluate, maximum, relu
from proofcheck.errors import ConstructionError, Refusal
from proofcheck.families import Calls, Contract, Fold, Ghost, Tree, is_bit, largest
from proofcheck.families.arrays import ordered
from tests.families.samples import (
    AUTOMATON,
    CALLS,
    CHAIN,
    COUNTS,
    INCREMENT,
    MACHINE,
    MAXIMUM,
    POPCOUNT,
    SAMPLES,
    SORT,
    SQUARED,
    STAGES,
    TREE,
    approximation,
)

SIZES = (1, 2, 3, 7, 64, 200)


def points(network, seed):
    draw = random.Random(seed)
    for _ in range(3):
        row = []
        for raw, count in network.domain.json()["sets"]:
            row += [
                Fraction(draw.randrange(2)) if raw[0] == "grid" else Fraction(draw.randrange(9), draw.choice([1, 2, 3]))
                for _ in range(count)
            ]
        yield row


def flat(outputs):
    return [value for part in outputs for value in (part if isinstance(part, list | tuple) else [part])]


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("sample", SAMPLES, ids=lambda s: s.name)
def test_the_unrolled_network_computes_what_the_family_means(sample, n):
    families = (
        [replace(sample.family, split=s) for s in ("halves", "left", "power")]
        if isinstance(sample.family, Tree)
        else [sample.family]
    )
    for family in families:
        network = family.network(n)
        for x in points(network, n):
            width = len(family.inputs)
            arguments = [x[i * n : (i + 1) * n] for i in range(width)] + x[width * n :]
            assert list(evaluate(network, x)) == sample.meaning(*arguments)


@pytest.mark.parametrize("m", SIZES)
def test_the_unrolled_square_interpolates_the_square(m):
    network = SQUARED.family.network(m)
    for x in (Fraction(0), Fraction(1, 3), Fraction(1, 2), Fraction(1, 2 ** (m + 1)), Fraction(1)):
        (value,) = evaluate(network, [x])
        assert value == approximation(x, m)
        assert 0 <= value - x**2 <= Fraction(1, 4 ** (m + 1))
    assert evaluate(network, [Fraction(1, 2 ** (m + 1))])[0] - Fraction(1, 4 ** (m + 1)) == Fraction(1, 4 ** (m + 1))


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (
            lambda: Fold({"x": Reals}, lambda: {"x": 0}, lambda x: {"x": x}, lambda x: x),
            "'x' names an input and a state: rename one of them",
        ),
        (
            lambda: Fold({"x": Reals}, lambda x: {"m": x}, lambda m, x: {"m": m + x}, lambda m: m),
            "the start reads 'x', expected some of nothing: with first=1 it reads the inputs of the first step",
        ),
        (
            lambda: Fold({"x": Reals}, lambda: {"m": 0}, lambda z: {"m": z}, lambda m: m),
            "the step reads 'z', expected some of m, x",
        ),
        (
            lambda: Fold({"x": Reals}, lambda: {"m": 0}, lambda x: {"s": x}),
            "the step does not say what becomes of 'm': it gives s",
        ),
        (
            lambda: Fold({"x": Reals}, lambda: {"m": 0}, lambda m: {"m": m}),
            "the family has no outputs: give outputs=, or let the step emit some",
        ),
        (
            lambda: Fold({"x": Reals}, lambda: {"m": 0}, lambda m: {"m": m}, lambda m: m, first=2),
            "first is 2, expected 0 or 1: whether the start reads the inputs of step 0",
        ),
        (
            lambda: Fold({"x": 3}, lambda: {"m": 0}, lambda m: {"m": m}, lambda m: m),
            "the set of 'x' is 3, expected a family such as Reals, Bits or Box(0, 1)",
        ),
        (
            lambda: Fold({"x": Reals}, lambda: {"m": 0}, lambda m: {"m": m}, lambda m: m, units={"W": (1, 0)}),
            "the unit 'W' is (1, 0), expected (start, ratio), two numbers above 0",
        ),
        (
            lambda: Tree({"x": Reals}, lambda x: {"m": x}, lambda left, right: {"t": left.m}, lambda m: m),
            "the merge gives t, expected what a leaf has: m",
        ),
        (lambda: replace(TREE, split="thirds"), "the split is 'thirds', expected one of halves, left, right, power"),
        (
            lambda: replace(MAXIMUM, ghosts={"m": largest("x")}, invariant=None, conclusion=None).data(CHAIN),
            "'m' names a part of the family and a ghost: rename one of them",
        ),
        (
            lambda: replace(MAXIMUM, ghosts={"y": largest("x")}, invariant=None, conclusion=None).data(CHAIN),
            "'y' names an output and a ghost: rename one of them",
        ),
        (
            lambda: replace(MAXIMUM, conclusion=lambda m: [m == 0]).data(CHAIN),
            "the conclusion reads 'm', expected some of y, t, n",
        ),
        (
            lambda: MAXIMUM.data(replace(CHAIN, first=0, start=lambda: {"m": 0})),
            "a ghost reads 'x', expected one of no names: use first=1",
        ),
        (
            lambda: replace(MAXIMUM, ghosts={"t": Ghost(lambda x: x)}).data(CHAIN),
            "the ghost 't' has no step: in a fold give Ghost(start, step=lambda ...: ...)",
        ),
        (
            lambda: replace(MAXIMUM, ghosts={"t": Ghost(lambda x: x, lambda m, t: t)}).data(CHAIN),
            "the step of the ghost 't' reads 'm', expected some of t, x, own",
        ),
        (lambda: replace(MAXIMUM, premises=list).data(TREE), "a tree has no steps and no fixed inputs: leave out premises="),
        (lambda: CHAIN.network(0), "the network at n = 0 was asked for, expected an integer from 1 to 100000"),
    ],
)
def test_what_is_no_family_or_contract_is_refused_in_one_sentence(make, sentence):
    with pytest.raises(ConstructionError) as caught:
        make()
    assert str(caught.value) == sentence


@pytest.mark.parametrize(
    ("step", "sentence"),
    [
        (lambda m, x: {"m": maximum(m, x)}, "max is no activation of a network: write it with neurons, as in b + relu(a - b)"),
        (
            lambda m, x: {"m": x if m >= 0 else m},
            "a fact about all inputs has no truth value: list facts one by one, 0 <= y and y <= 1 for 0 <= y <= 1",
        ),
        (lambda m, x: {"m": m / x}, "<Expression of 1 terms> (Expression) is not an exact number: use int or Fraction"),
        (
            lambda m, x: {"m": 0.5 * m},
            "0.5 is a float, and a float does not say which number is meant: write Fraction('0.5') for the decimal, "
            "or dyadic(0.5) for the binary value it stores",
        ),
    ],
)
def test_what_a_step_cannot_be_is_refused_in_one_sentence(step, sentence):
    with pytest.raises(Refusal) as caught:
        Fold({"x": Reals}, lambda: {"m": 0}, step, lambda m: m)
    assert str(caught.value) == sentence


def test_a_product_of_state_and_input_is_refused_by_the_kernel():
    family = Fold({"x": Bits}, lambda: {"m": 1}, lambda m, x: {"m": m * x}, lambda m: m)
    statement = replace(SAMPLES[0], family=family, contract=Contract(lambda y: [is_bit(y)], {}, lambda m: [is_bit(m)])).statement
    with pytest.raises(Exception, match="a network is affine but for units"):
        _ = statement.read


def test_the_sentence_says_domain_ghosts_and_first_n():
    assert SAMPLES[0].statement.sentence() == (
        "for every n >= 1, all inputs x of n steps, x0 in R: the fold d0d60431e7a34804 satisfies y0 - g0 == 0, "
        "where g0 begins as x0 and becomes h0; h0 = max(g0, x0)"
    )


def test_a_ghost_that_reads_what_steps_emit_is_shown_as_such():
    family = Fold({"x": Reals}, lambda: {"m": 0}, lambda m, x: {"m": m, "e": relu(x)}, None)
    contract = Contract(lambda t: [t >= 0], {"t": Ghost(0, lambda own, e: own + e)}, lambda t: [t >= 0], each=lambda e: [e >= 0])
    assert "g0 begins as 0 and becomes g0 + e0" in replace(SAMPLES[0], family=family, contract=contract).statement.sentence()


@pytest.mark.parametrize("n", range(1, 11))
def test_the_sort_sorts_all_bits(n):
    """Which is enough for all reals, and for the wiring that docs/trust.md argues about."""
    data = SORT.data()
    for bits in product((0, 1), repeat=n):
        assert ordered(data, list(bits)) == sorted(bits, reverse=True)


@pytest.mark.parametrize("n", [1, 2, 3, 17, 64, 100, 127, 200])
def test_the_unrolled_sort_sorts(n):
    draw = random.Random(n)
    x = [Fraction(draw.randrange(50), 7) for _ in range(n)]
    assert list(evaluate(SORT.network(n), x)) == sorted(x, reverse=True)


@pytest.mark.parametrize(("n", "T"), [(1, 0), (1, 3), (5, 4), (40, 12)])
def test_the_unrolled_automaton_runs_its_rule(n, T):
    draw = random.Random(n)
    tape = [draw.randrange(2) for _ in range(n)]
    found = evaluate(AUTOMATON.network(n, T), [Fraction(c) for c in tape])
    for _ in range(T):
        whole = [0, *tape, 0]
        tape = [110 >> (4 * whole[i] + 2 * whole[i + 1] + whole[i + 2]) & 1 for i in range(n)]
    assert list(found) == tape


@pytest.mark.parametrize("n", [1, 2, 3, 7, 12])
def test_the_unrolled_stages_find_shortest_paths(n):
    draw = random.Random(n)
    d = [[Fraction(draw.randrange(30), 2) for _ in range(n)] for _ in range(n)]
    best = [row[:] for row in d]
    for _ in range(n):  # walks of one more edge, again and again
        best = [[min(best[i][j], *(best[i][v] + d[v][j] for v in range(n))) for j in range(n)] for i in range(n)]
    found = evaluate(STAGES.network(n), [entry for row in d for entry in row])
    assert list(found) == [entry for row in best for entry in row]


@pytest.mark.parametrize(("n", "p"), [(1, 1), (2, 3), (7, 3), (9, 12), (40, 6), (200, 8)])
@pytest.mark.parametrize("sample", CALLS, ids=lambda s: s.name)
def test_the_unrolled_words_count_and_multiply(sample, n, p):
    network = sample.family.network(n, p)
    given = len(sample.family.given)
    for x in points(network, n * p):
        if sample.family is POPCOUNT:
            assert list(evaluate(network, x)) == sample.meaning(x, p)  # modulo 2^p
        else:
            assert list(evaluate(network, x)) == sample.meaning(x[:n], x[n:])
        assert len(x) == n + p * given


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: Calls(replace(INCREMENT, first=1, start=lambda v: {"c": v}), {"v": "s"}), "expected Fold(..., first=0)"),
        (lambda: Calls(replace(INCREMENT, inputs={"v": Reals}), {"v": "s"}), "the inputs v of the block are places of words"),
        (lambda: Calls(replace(INCREMENT, units={"U": (1, 3)}), {"v": "s"}), "the units of the block are {'U': (1, 3)}"),
        (lambda: Calls(INCREMENT, {"w": "s"}), "the words w: expected some of v"),
        (lambda: Calls(INCREMENT, {}), "the words none: expected some of v"),
        (lambda: Calls(INCREMENT, {"v": "carry"}), "'carry', the block has s as digits and carry behind them"),
        (lambda: replace(COUNTS, block=None).data(POPCOUNT), "a contract has block=Contract(...), what holds of the block"),
        (lambda: replace(MAXIMUM, block=COUNTS).data(CHAIN), "for Calls(...) and only there"),
        (lambda: replace(COUNTS, witness={"W": 2}).data(POPCOUNT), "the witness is {'W': 2}, expected integers n and p"),
        (lambda: POPCOUNT.network(3, 0), "the network at p = 0 was asked for, expected an integer from 1 to 1000"),
    ],
)
def test_what_is_no_call_is_refused_in_one_sentence(make, sentence):
    with pytest.raises(ConstructionError) as caught:
        make()
    assert sentence in str(caught.value)


@pytest.mark.parametrize(("n", "T"), [(1, 4), (2, 3), (12, 9), (40, 60), (200, 8)])
def test_the_unrolled_machine_runs_its_table(n, T):
    draw = random.Random(n)
    symbols, state, place = [draw.randrange(2) for _ in range(n)], "A", draw.randrange(n)
    tape = {"a": symbols, **{name: [int(name == state and i == place) for i in range(n)] for name in ("A", "B", "H")}}
    found = evaluate(MACHINE.network(n, T), [Fraction(bit) for wire in tape.values() for bit in wire])
    table = {("A", 0): (1, 1, "B"), ("A", 1): (1, -1, "B"), ("B", 0): (1, -1, "A"), ("B", 1): (1, 1, "H")}
    for _ in range(T):
        if state != "H" and 0 <= place < n:
            symbols[place], move, state = table[state, symbols[place]]
            place += move
    after = [*symbols, *(int(name == state and i == place) for name in ("A", "B", "H") for i in range(n))]
    assert list(found) == after
