"""Copies and sequences of families: what is true of them is proved, and neither joint claims nor parts that do not fit are."""

import inspect
import json
import random
from dataclasses import replace
from fractions import Fraction
from functools import cache

import pytest

from proofcheck import Bits, NonNegative, Reals, evaluate, relu
from proofcheck.checkers.certificates import certificate_of
from proofcheck.checkers.families.induction import growth, induction, obligations, unrolling
from proofcheck.checkers.families.reachable import counterexample
from proofcheck.checkers.task import Budget
from proofcheck.claims.evidence import Strength, Verdict
from proofcheck.claims.family_kinds import Grows, Unrolls
from proofcheck.errors import ConstructionError
from proofcheck.families import (
    Contract,
    Each,
    FamilyStatement,
    Fold,
    InstanceStatement,
    Parallel,
    Series,
    Then,
    is_bit,
    largest,
)
from proofcheck.families.reading import Reads
from proofcheck.kernel import Rejected, family_obligations, replay
from proofcheck.networks import network_bytes, sizes
from tests.families.composed import ATTACKS, COMPOSED, DIFFERENCES, MAXIMIN, NORM, PRODUCTS, STOCK, STOCKS, meant
from tests.families.composed import SECOND_LARGEST as SORTED
from tests.families.samples import AUTOMATON, CAPPED, CHAIN, MAXIMUM, RULE, SHORTEST, TREE

ONE, MINUS = "0x1", "-0x1"
REALS = ["interval", None, None]
BY_NAME = {sample.family: sample for sample in COMPOSED}
LARGEST_SIZE, PRODUCT, LEAST_ROWS, COPIES = (BY_NAME[family] for family in (NORM, PRODUCTS, MAXIMIN, STOCKS))
AT = {PRODUCTS: [(1, 1, 1), (2, 3, 4), (3, 1, 2)], MAXIMIN: [(1, 1), (3, 4), (7, 2)], STOCKS: [(1, 1), (2, 3), (4, 2)]}


def text(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


@cache
def proof(sample):
    return [o.proof for o in obligations(sample.statement, Budget())]


def replayed(statement, parts):
    return replay(certificate_of("induction", statement, proof=text(parts).encode()))


@pytest.mark.parametrize("sample", COMPOSED, ids=lambda s: s.name)
def test_a_true_contract_of_a_composed_family_is_certified(sample):
    finding = induction(sample.statement, Budget())
    assert (finding.verdict, finding.strength) == (Verdict.HOLDS, Strength.CERTIFIED)
    found = replay(finding.certificate)
    assert (found.statement_digest, found.network_digest) == (sample.statement.digest, sample.statement.family_digest)
    assert counterexample(sample.statement, Budget(), 40) is None


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda a: a.name)
def test_a_false_or_unsupported_contract_is_never_proved(attack):
    statement = FamilyStatement(attack.family.data(), attack.contract.data(attack.family))
    finding = induction(statement, Budget())
    assert finding.verdict is (Verdict.REFUTED if attack.refuted else Verdict.UNKNOWN)
    assert finding.certificate is None
    assert finding.reason
    for sample in COMPOSED:
        if sample.statement.family["rule"] == statement.family["rule"]:
            with pytest.raises(Rejected):
                replayed(statement.json(), proof(sample))


def test_each_obligation_of_a_part_and_the_link_between_parts_must_be_proved():
    parts = proof(LARGEST_SIZE)
    names = [name for name, *_ in LARGEST_SIZE.statement.read.obligations]
    tree = [f"second {name}" for name in ("leaf", "merge", "associativity", "claim")]
    assert names == ["first base", "first step", "first claim", *tree, "between"]
    empty = {"define": [], "lemmas": [], "goals": []}
    for i, part in enumerate(parts):
        with pytest.raises(Rejected):
            replayed(LARGEST_SIZE.statement.json(), [*parts[:i], *parts[i + 1 :]])
        if part["goals"]:
            with pytest.raises(Rejected):
                replayed(LARGEST_SIZE.statement.json(), [*parts[:i], empty, *parts[i + 1 :]])
    assert parts[-1]["goals"]


def changed(sample, path, value):
    """The statement with one part of its data replaced."""
    whole = json.loads(sample.statement.json())
    place = whole
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return text(whole)


def fact(relation, *parts):
    return [relation, [[q, list(places)] for q, *places in parts]]


EMITS = {**CHAIN.data(), "emit": [[[ONE, [0]]]], "outputs": []}
STEPS = {**CHAIN.data(), "first": 0, "init": [[[ONE, [0]]]], "inputs": [], "fixed": [REALS], "nodes": [], "state": [[[ONE, [0]]]]}

COPIED = {"rule": "parallel", "block": NORM.second.data(), "shared": [True]}


def nested(family, depth):
    for _ in range(depth):
        family = {"rule": "parallel", "block": family, "shared": [False]}
    return family


@pytest.mark.parametrize(
    ("sample", "path", "value", "reason"),
    [
        (PRODUCT, ["family", "shared"], [True], "whether inputs are shared must be an array of 2 to 2"),
        (PRODUCT, ["family", "shared"], [0, 1], "whether an input is shared must be true or false"),
        (PRODUCT, ["family", "block"], {"rule": "row"}, "the rule of a family must be one of"),
        (PRODUCT, ["family", "copies"], 3, "copies must be an object with the keys block, shared, rule"),
        # a joint claim: the contract of a copy has no place for another copy
        (PRODUCT, ["contract", "conclusion"], [fact("==", (ONE, 0), (MINUS, 3))], "a place must be an integer from 0 to 2"),
        (PRODUCT, ["contract"], {"first": {}, "second": {}}, "the contract must be an object with the keys"),
        (COPIES, ["contract", "witness"], [MINUS], "the witness lies outside the sets of the fixed inputs"),
        (COPIES, ["family"], nested(CHAIN.data(), 9), "families are made of families at most 8 deep"),
        # the shapes are equal at n = 1 only, or at n = 2 only, or not at all
        (LARGEST_SIZE, ["family", "first"], CHAIN.data(), "y0 of the first part and x0 of the second have different"),
        (LEAST_ROWS, ["family", "first", "block"], EMITS, "e0 of the first part and x0 of the second have different"),
        (LEAST_ROWS, ["family", "first", "shared"], [], "whether inputs are shared must be an array of 1 to 1"),
        (LARGEST_SIZE, ["family", "second"], COPIED, "the second part has a parameter, of copies or steps, that none of its"),
        (LARGEST_SIZE, ["family", "second", "inputs"], [REALS, REALS], "the first part has 1 outputs, the second 2 inputs"),
        (LARGEST_SIZE, ["family", "third"], {}, "a sequence must be an object with the keys first, second, rule"),
        (LARGEST_SIZE, ["contract", "between"], [], "a sequence must be an object with the keys first, second"),
        # what comes second has sets, not premises, and sets of which membership is a fact
        (LARGEST_SIZE, ["family", "second", "inputs"], [["intervals", [["0x0", "0x1"], ["0x2", "0x3"]]]], "of one interval"),
        (LARGEST_SIZE, ["family", "second", "inputs"], [["grid", "0x0", "0x1", 9]], "one of at most 8 numbers"),
    ],
)
def test_a_statement_that_breaks_a_rule_is_refused(sample, path, value, reason):
    data = changed(sample, path, value)
    if path == ["family"] and value["rule"] == "parallel":  # the contract is that of the innermost copy
        whole = json.loads(data)
        whole["contract"] = json.loads(LEAST_ROWS.statement.json())["contract"]["first"]
        data = text(whole)
    with pytest.raises(Rejected, match=reason):
        family_obligations(data)
    with pytest.raises(Rejected):
        replayed(data, proof(sample))


PASSES = Fold({"x": NonNegative}, None, lambda x: {"z": x}, lambda v: v, fixed={"v": NonNegative})
PASSED = Contract(lambda y: [y >= 0], each=lambda z: [z >= 0])
LETS = Fold({"x": Bits}, None, lambda x: {"z": x})


@pytest.mark.parametrize(
    ("first", "second", "of_first", "of_second"),
    [
        (PASSES, CAPPED, PASSED, STOCK),
        (Parallel(PASSES), Parallel(CAPPED), Each(PASSED), Each(STOCK)),
    ],
)
def test_what_comes_second_has_no_premises(first, second, of_first, of_second):
    """Premises may be about several inputs at different places, of which what comes first says nothing in common."""
    family = {"rule": "sequence", "first": first.data(), "second": second.data()}
    contract = {"first": of_first.data(first), "second": of_second.data(second)}
    with pytest.raises(Rejected, match="what comes second holds of all inputs, without premises"):
        family_obligations(text({"claim": "family", "family": family, "contract": contract}))
    free = contract["second"] | {"premises": []}
    assert family_obligations(text({"claim": "family", "family": family, "contract": contract | {"second": free}}))


def test_a_kernel_without_the_link_or_with_premises_would_certify_what_is_false(monkeypatch):
    """So it is these checks that stop the attacks: half a size is no size, and a stock of 100 is more than 10."""
    halves = next(a for a in ATTACKS if a.name == "half a size")
    false = FamilyStatement(halves.family.data(), halves.contract.data(halves.family))
    assert induction(false, Budget()).verdict is Verdict.REFUTED
    monkeypatch.setattr("proofcheck.kernel.composition._members", lambda *arguments: [])
    forged = FamilyStatement(false.family, false.contract)
    assert induction(forged, Budget()).verdict is Verdict.HOLDS
    assert counterexample(forged, Budget()) is not None
    monkeypatch.setattr("proofcheck.kernel.composition._premised", lambda *arguments: False)
    stocks = Series(PASSES, CAPPED)
    forged = FamilyStatement(stocks.data(), Then(PASSED, STOCK).data(stocks))
    assert induction(forged, Budget()).verdict is Verdict.HOLDS
    assert list(evaluate(stocks.network(1), [0, 100])) == [100]  # where y <= 10 is claimed


@pytest.mark.parametrize("sample", COMPOSED, ids=lambda s: s.name)
def test_the_unrolled_network_is_the_family_and_computes_what_is_meant(sample):
    for at in AT.get(sample.family, [(1,), (2,), (5,), (12,)]):
        network = sample.family.network(*at)
        statement = Unrolls(sample.family, at=[at]).statement(network.digest, at)
        assert unrolling(statement, network_bytes(network)).verdict is Verdict.HOLDS
        for wrong in [
            Unrolls(sample.family, at=[at]).statement(network.digest, (*at[:-1], at[-1] + 1)),
            replace(statement, how=3),
        ]:
            assert unrolling(wrong, network_bytes(network)).verdict is Verdict.UNKNOWN
        draw, x = random.Random(5), []
        for raw, count in network.domain.json()["sets"]:
            low = 0 if raw[1] else -9
            x += [Fraction(draw.randrange(2) if raw[0] == "grid" else draw.randrange(low, 9)) for _ in range(count)]
        assert list(evaluate(network, x)) == meant(sample, x, *at)


def test_copies_that_share_other_inputs_are_another_network():
    network = Parallel(SHORTEST, shared=["a"]).network(2, 3)
    for other in (Parallel(SHORTEST), Parallel(SHORTEST, shared=["b"]), Parallel(SHORTEST, shared=["a", "b"])):
        statement = Unrolls(other, at=[(2, 3)]).statement(network.digest, (2, 3))
        assert unrolling(statement, network_bytes(network)).verdict is Verdict.UNKNOWN


def test_nothing_says_how_often_a_tape_that_comes_second_is_mapped():
    family = {"rule": "sequence", "first": LETS.data(), "second": AUTOMATON.data()}
    contract = {"first": Contract(each=lambda z: [is_bit(z)]).data(LETS), "second": RULE.data(AUTOMATON)}
    with pytest.raises(Rejected, match="the second part has a parameter, of copies or steps, that none of its inputs shows"):
        family_obligations(text({"claim": "family", "family": family, "contract": contract}))
    with pytest.raises(ConstructionError, match="expected what the second takes"):
        Series(LETS, AUTOMATON)


RUNNING = Fold({"x": Reals}, lambda x: {"m": x}, lambda m, x: {"m": x + relu(m - x), "e": m}, first=1)
LATER = Series(RUNNING, TREE)  # n - 1 running maxima, of which there is none at n = 1


def test_a_sequence_begins_where_its_second_part_does():
    contract = Then(Contract(each=lambda e, t: [e == t], ghosts={"t": largest("x")}, invariant=lambda m, t: [m == t]), MAXIMUM)
    statement = FamilyStatement(LATER.data(), contract.data(LATER))
    assert induction(statement, Budget()).verdict is Verdict.HOLDS
    assert statement.scope == "every n >= 2"
    sizes = Grows(LATER, neurons=(1, 0, 1, 0, 0), depth=(1, 0, 1, 0)).statement()
    assert sizes.scope == "every n >= 2"
    assert "for every n >= 2 the sequence" in growth(sizes).reason
    assert "1 * ceil(log2 (n - 1))" in growth(sizes).reason
    network = LATER.network(2)
    for n, reason in ((1, "n must be an integer from 2"), (0, "n must be an integer from 2")):
        wrong = InstanceStatement(LATER.data(), [n], [None, "halves"], network.digest)
        assert reason in unrolling(wrong, network_bytes(network)).reason
    with pytest.raises(ConstructionError, match="was asked for, expected n >= 2"):
        LATER.network(1)


@pytest.mark.parametrize(
    ("family", "n", "how", "reason"),
    [
        (PRODUCTS, [2, 3], None, "the parameters must be an array of 3 to 3"),
        (PRODUCTS, 2, None, "the parameters must be an array of 3 to 3"),
        (PRODUCTS, [2, 0, 2], None, "m1 must be an integer from 1"),
        (PRODUCTS, [True, 2, 2], None, "m must be an integer from 1"),
        (PRODUCTS, [2, 2, 2], "halves", "only a tree has a split"),
        (MAXIMIN, [2, 2], "halves", "the splits of the parts of a sequence must be an array of 2 to 2"),
        (MAXIMIN, [2, 2], [None, "thirds"], "a tree needs a split"),
        (MAXIMIN, [100_000, 100_000], [None, "halves"], "a family is unrolled over at most 1000000 inputs"),
    ],
)
def test_a_way_to_unroll_that_does_not_fit_is_refused(family, n, how, reason):
    network = TREE.network(2)
    statement = InstanceStatement(family.data(), n, how, network.digest)
    assert reason in unrolling(statement, network_bytes(network)).reason


def test_many_copies_of_many_steps_of_nothing_cost_bounded_work(monkeypatch):
    monkeypatch.setattr("proofcheck.kernel.exact.MOST_STEPS", 10**6)
    idle = Fold({}, lambda v: {"m": v}, lambda m: {"m": m}, lambda m: m, fixed={"v": Reals})
    family = Parallel(Parallel(idle, shared=["v"]), shared=["v"])
    statement = InstanceStatement(family.data(), [1000, 1000, 100_000], None, TREE.network(2).digest)
    assert "more than 1000000 steps of work" in unrolling(statement, network_bytes(TREE.network(2))).reason


def bounds(family, at):
    """Neurons and depth at most, by the factors of GROWTHS."""
    n, m, m1 = at[-1], at[0], at[len(at) // 2]
    return {
        NORM: (2 * n - 1, 1 + (n - 1).bit_length()),
        PRODUCTS: (m * m1 * (n - 1), n - 1),
        MAXIMIN: (m * n - 1, n - 1 + (m - 1).bit_length()),
        STOCKS: (m * n, n),
        DIFFERENCES: (2 * n, n),
    }[family]


GROWTHS = [
    (NORM, (1, 0, 1, 0, 0), (0, 1, 1, 0), [lambda n: n, lambda n: n - 1, lambda n: 2 * n - 1]),
    (PRODUCTS, (1, 0), (1, 0), [lambda n: n - 1, lambda m, m1, n: m * m1 * (n - 1)]),
    (MAXIMIN, (1, 0, 1, 0, 0), (1, 0, 1, 0), [lambda n: n - 1, lambda n: n - 1, lambda m, n: m * n - 1]),
    (STOCKS, (1, 0), (1, 0), [lambda n: n, lambda m, n: m * n]),
    (DIFFERENCES, (0, 0, 2, 0), (0, 0, 1, 0), [lambda n: 0, lambda n: 2 * n, lambda n: 2 * n]),
]


@pytest.mark.parametrize(("family", "neurons", "depth", "forms"), GROWTHS)
def test_sizes_of_parts_bound_the_whole_and_closed_forms_add_up(family, neurons, depth, forms):
    def verdict(neurons=neurons, depth=depth, forms=forms):
        return growth(Grows(family, neurons, depth, exactly=tuple(forms)).statement()).verdict

    assert verdict() is Verdict.HOLDS
    for factors, key in ((neurons, "neurons"), (depth, "depth")):
        for i in range(len(factors)):
            if factors[i]:
                assert verdict(**{key: (*factors[:i], factors[i] - 1, *factors[i + 1 :])}) is Verdict.UNKNOWN
        assert verdict(**{key: factors[:-1]}) is verdict(**{key: (*factors, 0)}) is Verdict.UNKNOWN
    for i, form in enumerate(forms):
        names = list(inspect.signature(form).parameters)
        more = Reads(lambda values, form=form, names=names: form(*(values[name] for name in names)) + 1)
        assert verdict(forms=[*forms[:i], more, *forms[i + 1 :]]) is Verdict.UNKNOWN
    for at in AT.get(family, [(1,), (2,), (5,), (8,)]):
        counted = sizes(family.network(*at))
        assert counted.neurons == bounds(family, at)[0] == forms[-1](*map(Fraction, at))
        assert counted.depth <= bounds(family, at)[1]


def test_forms_of_parts_are_not_taken_for_each_other():
    data = json.loads(Grows(MAXIMIN, *GROWTHS[2][1:3], exactly=tuple(GROWTHS[2][3])).statement().json())
    one, other, whole = data["exactly"]
    for wrong in ([whole], [one, whole], [one, other], [one, other, whole, whole], [], [other, one, one], [one, other, one]):
        with pytest.raises(Rejected):
            replay(certificate_of("growth", text(data | {"exactly": wrong})))
    for few, reason in (([one], "there are fewer forms than the family has parts"), ([], "the forms must be an array of 1")):
        with pytest.raises(Rejected, match=reason):
            replay(certificate_of("growth", text(data | {"exactly": few})))
    for how in (None, "halves", [None], [None, None], ["halves", "halves"], [None, "thirds"]):
        with pytest.raises(Rejected):
            replay(certificate_of("growth", text(data | {"how": how})))


def test_a_sort_has_no_closed_form_as_a_part():
    """Its forms are for n = P = 2^k only."""
    sizes = {"neurons": [9] * 3, "depth": [9] * 3, "exactly": [[], [], [], []]}
    with pytest.raises(Rejected, match="closed forms of parts are those of folds, trees and calls"):
        replay(certificate_of("growth", text({"claim": "growth", "family": SORTED.data(), "how": [None, None]} | sizes)))


@pytest.mark.parametrize(
    ("family", "change", "reason"),
    [
        (PRODUCTS, lambda f: f | {"means": "a product"}, "copies must be an object with the keys block, shared, rule"),
        (MAXIMIN, lambda f: f | {"means": "a game"}, "a sequence must be an object with the keys first, second, rule"),
        (MAXIMIN, lambda f: f | {"first": f["first"] | {"m": 2}}, "copies must be an object with the keys block, shared, rule"),
        (SORTED, lambda f: f | {"first": f["first"] | {"inputs": [REALS] * 2}}, "the sets must be an array of 1 to 1"),
    ],
    ids=["copies", "a sequence", "copies within", "a sort of two lists"],
)
def test_sizes_are_told_of_families_in_their_one_form_only(family, change, reason):
    """No key that nobody reads, and no input that the rule has no place for."""
    how = [None, "halves" if family is MAXIMIN else None] if isinstance(family, Series) else None
    counts = {PRODUCTS: 2, MAXIMIN: 5, SORTED: 3}[family]
    sizes = {"neurons": [9] * counts, "depth": [9] * (3 if family is SORTED else counts - counts // 5)}
    statement = {"claim": "growth", "family": family.data(), "how": how} | sizes
    replay(certificate_of("growth", text(statement)))
    with pytest.raises(Rejected, match=reason):
        replay(certificate_of("growth", text(statement | {"family": change(family.data())})))


def test_the_sentence_says_what_each_part_reads_and_how_often_it_runs():
    said = LEAST_ROWS.statement.sentence()
    assert "second, where x0 is y0, n is m of the first: for every n >= 1, all n leaves x in order" in said
    shared = "any number m >= 1 of copies, which share f0 and have all else of their own; of each: for every n >= 0"
    assert shared in COPIES.statement.sentence()
    contract = Then(Contract(each=lambda e, t: [e == t], ghosts={"t": largest("x")}, invariant=lambda m, t: [m == t]), MAXIMUM)
    later = FamilyStatement(LATER.data(), contract.data(LATER)).sentence()
    assert "second, where x0 is e0, n is n - 1 of the first: for every n >= 1, all n leaves x in order" in later
