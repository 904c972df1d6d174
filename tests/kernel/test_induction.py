"""Induction over families: true contracts are proved, no false one is, and no damaged certificate or statement is accepted."""

import copy
import inspect
import json
import random
from dataclasses import replace
from fractions import Fraction
from functools import cache

import pytest

from proofcheck.checkers.certificates import certificate_of
from proofcheck.checkers.families.induction import growth, induction, obligations
from proofcheck.checkers.families.reachable import counterexample
from proofcheck.checkers.task import Budget
from proofcheck.claims.evidence import Strength, Verdict
from proofcheck.claims.family_kinds import Grows
from proofcheck.errors import InputError
from proofcheck.families import Automaton, Calls, FamilyStatement, family_statement_of
from proofcheck.families.reading import Reads
from proofcheck.kernel import Rejected, family_obligations, replay
from proofcheck.networks import network_bytes, sizes
from tests.families.samples import ARRAYS, ATTACKS, AUTOMATON, CALLS, CAPPED, MACHINE, SAMPLES, SIGNED, SQUARED, STAGES, TREE

ALL = [*SAMPLES, *ARRAYS, SQUARED, *CALLS]
PREMISED = next(s for s in ALL if s.family is CAPPED)


@cache
def proved(sample):
    """The parts of a certificate that replays."""
    return sample.statement, [o.proof for o in obligations(sample.statement, Budget())]


def replayed(statement, proof):
    return replay(certificate_of("induction", statement.json(), proof=text(proof)))


def text(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


@pytest.mark.parametrize("sample", ALL, ids=lambda s: s.name)
def test_a_true_contract_is_certified(sample):
    finding = induction(sample.statement, Budget())
    assert (finding.verdict, finding.strength) == (Verdict.HOLDS, Strength.CERTIFIED)
    assert finding.certificate is not None
    found = replay(finding.certificate)
    assert (found.statement_digest, found.network_digest) == (sample.statement.digest, sample.statement.family_digest)
    assert found.assumptions == ()
    assert found.method == "induction"
    assert counterexample(sample.statement, Budget()) is None


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda a: a.name)
def test_a_false_or_unsupported_contract_is_never_proved(attack):
    statement = FamilyStatement(attack.family.data(), attack.contract.data(attack.family))
    finding = induction(statement, Budget())
    assert finding.verdict is (Verdict.REFUTED if attack.refuted else Verdict.UNKNOWN)
    assert finding.certificate is None
    assert finding.reason


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda a: a.name)
def test_the_proof_of_a_true_contract_proves_no_other(attack):
    statement = FamilyStatement(attack.family.data(), attack.contract.data(attack.family))
    for sample in ALL:
        if sample.statement.family["rule"] == statement.family["rule"]:
            with pytest.raises(Rejected):
                replayed(statement, proved(sample)[1])


def mutants(proof):
    """Damaged proofs: parts left out, exchanged, or with another fact, case, coefficient or variable."""
    for i in range(len(proof)):
        yield [*proof[:i], *proof[i + 1 :]]
        yield [*proof[:i], {**proof[i], "goals": proof[i]["goals"][:-1]}, *proof[i + 1 :]]
        if proof[i]["lemmas"]:
            yield [*proof[:i], {**proof[i], "lemmas": proof[i]["lemmas"][1:]}, *proof[i + 1 :]]
    for i in range(len(proof) - 1):
        yield [*proof[:i], proof[i + 1], proof[i], *proof[i + 2 :]]
    draw = random.Random(5)
    for _ in range(60):
        damaged = copy.deepcopy(proof)
        place = damaged
        while isinstance(place, list | dict):
            keys = list(place) if isinstance(place, dict) else range(len(place))
            if not keys:
                break
            key = draw.choice(list(keys))
            if isinstance(place[key], int):
                place[key] += draw.choice([1, -1])
                break
            if isinstance(place[key], str):
                place[key] = {"split": "gap", "sum": "never", "==": ">=", ">=": "=="}.get(place[key], "0x7")
                break
            place = place[key]
        yield damaged


@pytest.mark.parametrize("sample", [ALL[0], ALL[1], PREMISED, SQUARED, CALLS[0]], ids=lambda s: s.name)
def test_a_damaged_proof_is_rejected_or_proves_the_same(sample):
    statement, proof = proved(sample)
    rejected = 0
    for damaged in mutants(proof):
        try:
            assert replayed(statement, damaged).statement_digest == statement.digest
        except Rejected:
            rejected += 1
    assert rejected > 10


def test_obligations_left_out_or_exchanged_are_rejected():
    statement, proof = proved(ALL[0])
    for damaged in (proof[:2], [*proof, proof[0]], [proof[1], proof[0], proof[2]], [], [proof[0]] * 3):
        with pytest.raises(Rejected):
            replayed(statement, damaged)


def changed(sample, path, value):
    """The statement of a sample with one part of its data replaced."""
    whole = json.loads(sample.statement.json())
    place = whole
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return json.dumps(whole, sort_keys=True, separators=(",", ":"))


def fact(relation, *parts):
    return [relation, [[q, list(places)] for q, *places in parts]]


ADDER, PARITY, CHAIN = (next(s for s in ALL if s.name == name) for name in ("ripple adder", "parity", "maximum by a chain"))
ONE, MINUS = "0x1", "-0x1"
METRIC = next(s for s in ALL if s.name == "shortest paths: above every metric")
SHORT = next(s for s in ALL if s.name == "shortest paths: below d, triangle")
WALKED = next(s for s in ALL if "walk" in s.name)
TURING = next(s for s in ALL if s.family is MACHINE)
TAPE = next(s for s in ALL if s.family is AUTOMATON)
SORTED = next(s for s in ALL if s.name == "odd-even merge sort")


MULTIPLIED = next(s for s in ALL if s.name == "multiplication by repeated addition")
COUNTED = next(s for s in ALL if s.name == "popcount")


def claim(relation, reads, *parts, finished=()):
    return [[list(read) for read in reads], list(finished), *fact(relation, *parts)]


@pytest.mark.parametrize(
    ("sample", "path", "value", "reason"),
    [
        (PREMISED, ["contract", "premises"], [fact(">=", (ONE, 1))], "a place must be an integer from 0 to 0"),
        (PREMISED, ["contract", "premises"], [fact(">=", (MINUS, 0)), fact(">", (ONE, 0))], "the witness breaks a premise"),
        (PREMISED, ["contract", "witness"], [MINUS], "the witness lies outside the sets of the fixed inputs"),
        (PREMISED, ["contract", "witness"], [], "the witness must be an array of 1 to 1 entries"),
        (ADDER, ["family", "units"], [[ONE, "0x0"]], "the start and the ratio of a unit must be positive"),
        (ADDER, ["family", "units"], [[MINUS, "0x2"]], "the start and the ratio of a unit must be positive"),
        (ADDER, ["family", "first"], 2, "the first n must be an integer from 0 to 1"),
        (CHAIN, ["contract", "ghosts", "step"], [[[ONE, [3]]]], "a place must be an integer from 0 to 2"),
        (
            CHAIN,
            ["contract", "ghosts", "nodes"],
            [["and", "0x0", [[[ONE, [0]]], [[ONE, [1]]]]]],
            "a definition has the unknown operation 'and'",
        ),
        (
            CHAIN,
            ["contract", "ghosts", "nodes"],
            [["where", "0x0", [[[ONE, [0]]]] * 3]],
            "a definition has the unknown operation 'where'",
        ),
        (
            CHAIN,
            ["family", "nodes"],
            [["max", "0x0", [[[ONE, [0]]], [[ONE, [1]]]]]],
            "a definition has the unknown operation 'max'",
        ),
        (CHAIN, ["family", "nodes"], [["relu", "0x0", [[[ONE, [0, 1]]]]]], "a network is affine but for units"),
        (CHAIN, ["family", "nodes"], [["relu", "0x0", [[[ONE, [2]]]]]], "a place must be an integer from 0 to 1"),
        (CHAIN, ["family", "nodes"], [["relu", ONE, [[[ONE, [0]]]]]], "relu does not take 1"),
        (CHAIN, ["contract", "conclusion"], [], "a contract without a conclusion says nothing"),
        (CHAIN, ["contract", "conclusion"], [fact("!=", (ONE, 0))], "the relation of a fact must be one of ==, >=, >"),
        (CHAIN, ["contract", "ghosts", "init"], [], "start and step have different lengths"),
        (CHAIN, ["family", "rule"], "row", "the rule of a family must be one of"),
        (CHAIN, ["family", "rule"], ["fold"], "the rule of a family must be one of"),
        (CHAIN, ["family", "name"], "m", "a fold must be an object with the keys"),
        (METRIC, ["contract", "claims"], [claim(">=", ["Dij"], (ONE, 0))], "every claim must speak of one"),
        (
            METRIC,
            ["contract", "claims"],
            [claim(">=", [["D", "i", "j"], ["E0", "i", "j"]], (ONE, 0), ("0x0", 1))],
            "every claim must speak",
        ),
        (
            METRIC,
            ["contract", "claims"],
            [claim(">=", [["D", "i", "j"], ["E0", "i", "j"], ["E0", "i", "j"]], (ONE, 0), (ONE, 1), (MINUS, 2))],
            "every claim must speak of one",
        ),
        (METRIC, ["contract", "premises"], [claim(">=", ["Dij"], (ONE, 0))], "an entry is of d, E0"),
        (METRIC, ["contract", "premises"], [claim(">=", ["dij"], (ONE, 0), finished="i")], "a premise has no finished indices"),
        (METRIC, ["contract", "each"], [fact(">=", (ONE, 0))], "nothing is said of a stage alone"),
        (SHORT, ["contract", "premises"], [claim(">=", ["dij"], (ONE, 0))], "premises are about other arrays"),
        (SHORT, ["contract", "claims"], [claim(">=", ["Dik"], (ONE, 0))], "an entry is of D, d at letters of ijlm"),
        (SHORT, ["contract", "claims"], [claim(">=", ["Dij"], (ONE, 0), finished="l")], "a finished index must be read"),
        (SHORT, ["contract", "claims"], [claim(">=", [["D", "ij", "l"]], (ONE, 0))], "an index is one letter"),
        (SHORT, ["contract", "claims"], [claim(">=", [["D", "i", ""]], (ONE, 0))], "an index is one letter"),
        (SHORT, ["contract", "claims"], [], "the claims must be an array of 1"),
        (SHORT, ["contract", "each"], [fact(">=", (ONE, 4))], "a place must be an integer from 0 to 3"),
        (SHORT, ["family", "nodes"], [["relu", "0x0", [[[ONE, [3]]]]]], "a place must be an integer from 0 to 2"),
        (WALKED, ["contract", "walks"], False, "walks must be true, or left out"),
        (WALKED, ["contract", "walks"], 1, "walks must be true, or left out"),
        (TAPE, ["family", "pad"], [], "the pad must be an array of 1 to 1"),
        (TAPE, ["family", "reach"], -1, "the reach must be an integer from 0 to 8"),
        (TAPE, ["contract", "ghosts", "step"], [], "a cell must become a cell"),
        (TAPE, ["contract", "invariant"], [fact(">=", (ONE, 1))], "a place must be an integer from 0 to 0"),
        (TURING, ["contract", "heads", "witness"], ["0x0", ONE, "0x0", "0x0"], "a cell of the inputs without heads"),
        (TURING, ["contract", "heads", "witness"], ["0x2", "0x0", "0x0", "0x0"], "a cell of the inputs without heads"),
        (TURING, ["contract", "heads", "witness"], ["0x0"], "the witness must be an array of 4 to 4"),
        (TURING, ["contract", "heads", "moves"], [[], []], "what moves must be an array of 3 to 3"),
        (TURING, ["contract", "heads", "count"], [[ONE, [4]]], "a place must be an integer from 0 to 3"),
        (TURING, ["contract", "heads"], None, "the heads must be an object"),
        (SORTED, ["contract", "order"], "increasing", "gives a decreasing order"),
        (SORTED, ["family", "high"], [[ONE, [9]]], "a place must be an integer"),
        (COUNTED, ["contract", "block", "premises"], [fact(">=", (ONE, 0))], "the contract of a block has no premises"),
        (COUNTED, ["contract", "witness"], [2, 1], "the witness breaks a premise"),
        (COUNTED, ["contract", "witness"], [1, 0], "a word has a place"),
        (COUNTED, ["contract", "witness"], [ONE, ONE], "the witness must be an integer"),
        (COUNTED, ["contract", "premises"], [fact(">=", (ONE, 2))], "a place must be an integer from 0 to 1"),
        (COUNTED, ["family", "state"], [], "the state must be an array of 1 to 1"),
        (COUNTED, ["family", "state"], [[1, None]], "the digits of a word must be an integer from 0 to 0"),
        (COUNTED, ["family", "state"], [[0, 1]], "the last digit of a word must be an integer from 0 to 0"),
        (COUNTED, ["family", "block", "inputs"], [["grid", "0x0", "0x1", 3]], "words are of bits, the unit of a block is 2"),
        (COUNTED, ["family", "block", "inputs"], [["grid", "0x0", "0x1", 2.0]], "must be an integer"),
        (COUNTED, ["family", "block", "units"], [[ONE, "0x3"]], "words are of bits, the unit of a block is 2"),
        (COUNTED, ["family", "block", "first"], 1, "a fold from 0 on is called"),
        (COUNTED, ["family", "block", "first"], False, "the first n must be an integer"),
        (COUNTED, ["family", "block", "rule"], "calls", "a fold from 0 on is called"),
        (ALL[1], ["contract", "conclusion"], [], "the facts must be an array of 1"),
        (ALL[1], ["contract", "premises"], [], "the contract must be an object with the keys"),
        (ALL[1], ["family", "merge", "state"], [[[ONE, [5]]]], "a place must be an integer from 0 to 2"),
    ],
)
def test_a_statement_that_breaks_a_rule_is_refused(sample, path, value, reason):
    data = changed(sample, path, value)
    with pytest.raises(Rejected, match=reason):
        family_obligations(data)
    with pytest.raises(Rejected, match=reason):
        replay(certificate_of("induction", data, proof=text(proved(sample)[1])))


def test_a_head_beyond_the_ends_of_the_tape_is_not_overlooked():
    contract, family = TURING.statement.contract, copy.deepcopy(TURING.statement.family)
    family["pad"] = ["0x0", ONE, "0x0", "0x0"]
    assert contract["heads"]["witness"] == ["0x0"] * 4
    finding = induction(FamilyStatement(family, contract), Budget())
    assert finding.verdict is not Verdict.HOLDS
    assert obligations(FamilyStatement(family, contract), Budget())[-1].name == "pad"


def test_facts_of_a_sibling_case_and_of_a_later_lemma_are_rejected():
    statement, proof = proved(CHAIN)
    step = copy.deepcopy(proof)
    for tree in (lemma[2] for lemma in step[1]["lemmas"]):
        for part in tree:
            if part[0] == "sum":
                for term in part[1]:
                    term[2] = [[3, 9] if name[0] == 3 else name for name in term[2]]
    with pytest.raises(Rejected, match="the number of a fact of the case must be an integer"):
        replayed(statement, step)
    later = copy.deepcopy(proof)
    later[0]["goals"] = [[["sum", [[ONE, [], [[1, 0]]]]]]]
    later[0]["lemmas"] = []
    with pytest.raises(Rejected, match="the number of a lemma must be an integer"):
        replayed(statement, later)


def at(family, n):
    """The network at n, of an automaton after 3 steps, of calls on words of 3 bits."""
    return family.network(n, 3) if isinstance(family, Automaton | Calls) else family.network(n)


@pytest.mark.parametrize("n", [1, 2, 3, 8, 33])
@pytest.mark.parametrize("sample", ALL, ids=lambda s: s.name)
def test_the_kernel_finds_the_unrolled_network_to_be_the_family(sample, n):
    family = sample.family
    n = min(n, 6) if family in (STAGES, SIGNED) else n
    how = 3 if isinstance(family, Automaton | Calls) else getattr(family, "split", None)
    data, network = {"claim": "instance", "family": family.data(), "n": n, "how": how}, at(family, n)
    found = replay(certificate_of("unrolling", text(data | {"network": network.digest}).decode(), network=network_bytes(network)))
    assert found.network_digest == network.digest
    assert f"at n = {n}" in found.sentence
    for other in (at(family, n + 1), (PARITY if sample is ADDER else ADDER).family.network(n)):
        with pytest.raises(Rejected):
            replay(certificate_of("unrolling", text(data | {"network": other.digest}).decode(), network=network_bytes(other)))


def test_another_split_or_weight_is_another_network():
    tree, data = TREE, {"claim": "instance", "family": TREE.data(), "n": 5, "how": "left"}
    network = tree.network(5)
    for change in ({}, {"how": None}, {"how": "thirds"}, {"how": 3}, {"n": 0}, {"n": True}, {"n": "5"}):
        with pytest.raises(Rejected):
            replay(
                certificate_of(
                    "unrolling", text(data | {"network": network.digest} | change).decode(), network=network_bytes(network)
                )
            )
    network = replace(tree, split="left").network(5)
    assert replay(certificate_of("unrolling", text(data | {"network": network.digest}).decode(), network=network_bytes(network)))
    with pytest.raises(Rejected, match="the network at hand"):
        replay(certificate_of("unrolling", text(data | {"network": "0" * 64}).decode(), network=network_bytes(network)))


def coefficients(value, path=()):
    """The places of all coefficients in the blocks of a family."""
    if isinstance(value, dict):
        for key in value:
            if key not in ("inputs", "fixed", "units", "rule", "first"):
                yield from coefficients(value[key], (*path, key))
    elif isinstance(value, list):
        if len(value) == 2 and isinstance(value[0], str) and isinstance(value[1], list) and all(type(v) is int for v in value[1]):
            yield (*path, 0)
        else:
            for i, part in enumerate(value):
                yield from coefficients(part, (*path, i))


@pytest.mark.parametrize(
    "sample",
    [s for s in ALL if s.name in ("maximum by a chain", "maximum by any tree", "parity", "sum of minima")],
    ids=lambda s: s.name,
)
def test_a_family_with_one_other_coefficient_is_proved_only_if_no_small_n_refutes_it(sample):
    places = list(coefficients(sample.statement.family))
    assert len(places) >= 4
    for path in places:
        family = copy.deepcopy(sample.statement.family)
        place = family
        for key in path[:-1]:
            place = place[key]
        place[path[-1]] = hex(int(place[path[-1]], 16) + 2)
        statement = FamilyStatement(family, sample.statement.contract)
        found = induction(statement, Budget())
        assert (found.verdict is Verdict.HOLDS) == (counterexample(statement, Budget()) is None)


def test_a_statement_that_is_not_canonical_is_bad_input():
    data = CHAIN.statement.json()
    assert family_statement_of(data).json() == data
    for bad in ("", "[]", "null", data + " ", data.replace('"first":1', '"first":1.0'), data.replace('"claim"', '"clam"')):
        with pytest.raises(InputError):
            family_statement_of(bad)


GROWTH = [
    (ADDER, (2, 0), (1, 0), lambda n: (2 * n, n)),
    (CHAIN, (1, 0), (1, 0), lambda n: (n - 1, n - 1)),
    (ALL[1], (1, 0, 0), (1, 0), lambda n: (n - 1, (n - 1).bit_length())),
    (TAPE, (2,), (1,), lambda n: (6 * n, 3)),
    (SHORT, (1,), (1,), lambda n: (n**3, n)),
    (SORTED, (2,), (1,), lambda n: (n * depth_of(n), depth_of(n))),
    (COUNTED, (1, 0), (1, 0, 0), lambda n: (3 * n, n + 2)),
    (MULTIPLIED, (3, 0), (1, 0, 1), lambda n: (9 * n, 2 * n + 2)),
]


def depth_of(n):
    levels = (n - 1).bit_length()
    return levels * (levels + 1) // 2


@pytest.mark.parametrize(("sample", "neurons", "depth", "bounds"), GROWTH, ids=[row[0].name for row in GROWTH])
def test_bounds_for_every_n_hold_of_the_unrolled_networks_and_no_smaller_factors_are_certified(sample, neurons, depth, bounds):
    family = sample.family
    data = {
        "claim": "growth",
        "family": family.data(),
        "how": getattr(family, "split", None),
        "neurons": [*neurons],
        "depth": [*depth],
    }
    found = replay(certificate_of("growth", text(data).decode()))
    assert found.network_digest == sample.statement.family_digest
    for n in (1, 2, 3, 4, 5, 7, 8, 12):
        counted = sizes(at(family, n))
        assert counted.neurons <= bounds(n)[0]
        assert counted.depth <= bounds(n)[1]
    for key, factors in (("neurons", neurons), ("depth", depth)):
        smaller = [
            [factors[0] - 1, *factors[1:]],
            [*factors, 0],
            [],
            [True, *factors[1:]] if factors[0] != 1 else [1.0, *factors[1:]],
        ]
        for wrong in smaller:
            with pytest.raises(Rejected):
                replay(certificate_of("growth", text(data | {key: wrong}).decode()))
    for wrong in ({"how": "thirds"}, {"family": {"rule": "fold"}}, {"family": []}, {"claim": "family"}):
        with pytest.raises(Rejected):
            replay(certificate_of("growth", text(data | wrong).decode()))


COUNTED_BY = [
    (ADDER.family, (2, 0), (1, 0), [lambda n: 2 * n], lambda n: 2 * n + 1),
    (CHAIN.family, (1, 0), (1, 0), [lambda n: n - 1], lambda n: n),
    (TREE, (1, 0, 0), (1, 0), [lambda n: n - 1], lambda n: n * n - n),
    (AUTOMATON, (2,), (1,), [lambda n, T: 2 * n * T], lambda n, T: 2 * n * T + n),
    (STAGES, (1,), (1,), [lambda k, n: k * n**2], lambda k, n: n**3),
    (CALLS[0].family, (1, 0), (1, 0, 0), [lambda p: p, lambda n, p: n * p], lambda n, p: n * p + n),
    (CALLS[1].family, (3, 0), (1, 0, 1), [lambda p: 3 * p, lambda n, p: 3 * n * p], lambda n, p: 3 * n * (p - 1)),
    (
        SORTED.family,
        (2,),
        (1,),
        [lambda k, P: 2 * k * P + 2, lambda k, P: P * (k * k - k + 4) / 2 - 2],
        lambda k, P: P * (k * k + k) / 2,
    ),
]


@pytest.mark.parametrize(("family", "neurons", "depth", "forms", "wrong"), COUNTED_BY)
def test_closed_forms_satisfy_the_recurrence_and_bound_what_is_unrolled(family, neurons, depth, forms, wrong):
    """Other forms do not, not even one that agrees at one n; what an unrolling leaves out is the difference."""

    def verdict(functions):
        return growth(Grows(family, neurons, depth, exactly=tuple(functions)).statement()).verdict

    assert verdict(forms) is Verdict.HOLDS
    assert verdict([*forms[:-1], wrong]) is Verdict.UNKNOWN
    for i, form in enumerate(forms):
        names = list(inspect.signature(form).parameters)
        one_more = Reads(lambda values, form=form, names=names: form(*(values[name] for name in names)) + 1)
        assert verdict([*forms[:i], one_more, *forms[i + 1 :]]) is Verdict.UNKNOWN
    names = list(inspect.signature(forms[-1]).parameters)
    for k in (1, 2, 3):
        n = 2**k
        values = {"n": n, "T": 3, "p": 3, "k": n if family is STAGES else k, "P": n}
        most = forms[-1](*(Fraction(values[name]) for name in names))
        counted = sizes(at(family, n)).neurons
        assert counted <= most
        assert isinstance(family, Automaton | Calls) or counted == most


def test_the_depth_of_a_tree_is_no_logarithm_when_it_leans():
    data = {"claim": "growth", "family": TREE.data(), "how": "left", "neurons": [1, 0, 0], "depth": [1, 0]}
    assert "depth at most 1 * (n - 1) + 0" in replay(certificate_of("growth", text(data).decode())).sentence
    assert "1 * ceil(log2 n) + 0" in replay(certificate_of("growth", text(data | {"how": "power"}).decode())).sentence


@pytest.mark.parametrize(
    ("sample", "path", "value", "reason"),
    [
        (CHAIN, ["outputs"], [], "it puts out nothing"),
        (TAPE, ["state"], [[[ONE, [0, 2]]]], "a network is affine but for units"),  # of two cells one is a pad
        (COUNTED, ["block", "first"], 1, "a fold from 0 on is called"),
        (COUNTED, ["rule"], "row", "a family has no rule, or another one"),
    ],
)
def test_sizes_of_what_is_no_family_are_not_certified(sample, path, value, reason):
    family = copy.deepcopy(sample.statement.family)
    place = family
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    data = {"claim": "growth", "family": family, "how": None, "neurons": [9, 9], "depth": [9, 9]}
    with pytest.raises(Rejected, match=reason):
        replay(certificate_of("growth", text(data).decode()))
