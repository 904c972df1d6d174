"""Statements: their canonical text and digest, their sentence, and what is refused."""

import json
from fractions import Fraction

import pytest

from proofcheck.domains import Bits, Box, Cells, Permutations, Reals, product_of
from proofcheck.errors import InputError, UsageError
from proofcheck.spec import (
    CircuitTarget,
    ReferenceTarget,
    Statement,
    TermTarget,
    all_of,
    ceil_log2,
    depth,
    maximum,
    n,
    neurons,
    output_variables,
    statement_of,
    variables,
    volume,
)

NET, SHA = "0123456789abcdef" * 4, "f" * 64
DOMAIN = product_of([Box(0, 1).of((2,)), Bits.of(())])
(x, b), (y,) = variables(DOMAIN, [(2,), ()]), output_variables([()])

STATEMENTS = {
    "network 0123456789ab computes maximum(x_0, x_1) for all x in [0, 1]^2 x {0,1}": Statement(
        kind="computes", network=NET, domain=DOMAIN, target=TermTarget((maximum(*x),))
    ),
    "network 0123456789ab computes (x_0, x_1 + x_2) for all x in [0, 1]^2 x {0,1}": Statement(
        kind="computes", network=NET, domain=DOMAIN, target=TermTarget((x[0], x[1] + b))
    ),
    "network 0123456789ab computes the circuit ffffffffffff for all x in {0,1}^64": Statement(
        kind="computes", network=NET, domain=Bits.of((64,)), target=CircuitTarget(SHA)
    ),
    "network 0123456789ab computes the reference function ffffffffffff for all x in the permutations of 0..7": Statement(
        kind="computes", network=NET, domain=Permutations.of((8,)), target=ReferenceTarget(SHA)
    ),
    "network 0123456789ab is within 1/16 of x_0 for all x in [0, 1]^2 x {0,1}": Statement(
        kind="approximates", network=NET, domain=DOMAIN, target=TermTarget((x[0],)), error=Fraction(1, 16)
    ),
    "network 0123456789ab with outputs y satisfies (x_0 <= y_0) & (y_0 <= x_0 + 1) for all x in [0, 1]^2 x {0,1}": Statement(
        kind="property", network=NET, domain=DOMAIN, condition=all_of([x[0] <= y, y <= x[0] + 1])
    ),
    "strictly layered network 0123456789ab with activations relu, step satisfies depth == ceil_log2(n) at n = 9": Statement(
        kind="relation",
        network=NET,
        relation=depth == ceil_log2(n),
        parameters={"n": 9},
        activations=("step", "relu"),
        layered=True,
    ),
    "network 0123456789ab with activations relu satisfies neurons <= 9": Statement(
        kind="relation", network=NET, relation=neurons <= 9, parameters={}, activations=("relu",), layered=False
    ),
    "network 0123456789ab with activations relu satisfies volume * neurons <= n at n = 7/2": Statement(
        kind="relation",
        network=NET,
        relation=volume * neurons <= n,
        parameters={"n": Fraction(7, 2)},
        activations=("relu",),
        layered=False,
        domain=Cells(4, Fraction(1, 100)).of((2,)),
    ),
}


@pytest.mark.parametrize("sentence", STATEMENTS)
def test_a_statement_in_words(sentence):
    assert STATEMENTS[sentence].sentence() == sentence


@pytest.mark.parametrize("sentence", STATEMENTS)
def test_a_statement_is_read_back(sentence):
    statement = STATEMENTS[sentence]
    again = statement_of(statement.json())
    assert again == statement
    assert (again.digest, again.sentence()) == (statement.digest, sentence)
    assert json.dumps(json.loads(statement.json()), sort_keys=True, separators=(",", ":")) == statement.json()


def test_the_text_is_the_documented_one():
    """Changing this text changes the identity of every claim that was ever certified."""
    statement = STATEMENTS["network 0123456789ab computes (x_0, x_1 + x_2) for all x in [0, 1]^2 x {0,1}"]
    assert statement.json() == (
        '{"claim":"computes","domain":{"constraints":[],"different":[],'
        '"sets":[[["interval","0x0","0x1"],2],[["grid","0x0","0x1",2],1]]},'
        f'"network":"{NET}",'
        '"target":{"terms":{"nodes":[["input",0],["input",1],["input",2],["affine","0x0",[["0x1",1],["0x1",2]]]],"outputs":[0,3]}}}'
    )
    assert statement.digest == "213a9ea2b616dfa59da2486e093a73004c9ac79bb0fec05b4ec14aec32732597"


def test_different_claims_have_different_digests():
    assert len({statement.digest for statement in STATEMENTS.values()}) == len(STATEMENTS)


GOOD = {"kind": "computes", "network": NET, "domain": DOMAIN, "target": TermTarget((x[0],))}
RELATION = {
    "kind": "relation",
    "network": NET,
    "relation": depth == n,
    "parameters": {"n": 1},
    "activations": ("relu",),
    "layered": True,
}
REFUSED = {
    "'proves' is not a kind of statement: known are computes, approximates, property, exact, relation": GOOD | {"kind": "proves"},
    "the network is named by 'abc', expected a SHA-256 as 64 lower-case hexadecimal digits": GOOD | {"network": "abc"},
    "the target is named by 'F', expected a SHA-256 as 64 lower-case hexadecimal digits": GOOD | {"target": CircuitTarget("F")},
    "a statement of kind computes needs its domain": GOOD | {"domain": None},
    "a statement of kind computes has no error": GOOD | {"error": Fraction(1)},
    "a statement of kind approximates needs its error": GOOD | {"kind": "approximates"},
    "the error -1 is negative: give a number from 0 on": GOOD | {"kind": "approximates", "error": -1},
    "an approximation is stated against terms: give a TermTarget": GOOD
    | {"kind": "approximates", "error": 1, "target": CircuitTarget(SHA)},
    "the target reads y_0, an output of the network: a target is a function of the inputs": GOOD
    | {"target": TermTarget((x[0] + y,))},
    "a property is a Boolean term: compare, for instance y == x or y <= 1": {
        "kind": "property",
        "network": NET,
        "domain": DOMAIN,
        "condition": x[0] + y,
    },
    "the relation names n without a value: give it in parameters": RELATION | {"parameters": {"k": 1}},
    "layered is 1, expected True or False": RELATION | {"layered": 1},
    "'ReLU' is no activation: known are identity, relu, leaky_relu, step, saturated_linear": RELATION
    | {"activations": ("ReLU",)},
    "a statement of kind relation needs its layered": RELATION | {"layered": None},
}


@pytest.mark.parametrize("message", REFUSED)
def test_what_is_refused_is_refused_in_one_sentence(message):
    with pytest.raises(UsageError) as caught:
        Statement(**REFUSED[message])
    assert str(caught.value) == message


TEXT = Statement(**GOOD).json()
VALUE = json.loads(TEXT)
BAD_FILES = {
    "not JSON": "{",
    "not an object": "[]",
    "spaces": TEXT.replace(":", ": "),
    "a repeated key": TEXT.replace('{"claim":"computes"', '{"claim":"computes","claim":"computes"'),
    "another key": {**VALUE, "zeal": 1},
    "a missing key": {k: v for k, v in VALUE.items() if k != "target"},
    "an unknown kind": {**VALUE, "claim": "proves"},
    "two targets": {**VALUE, "target": {**VALUE["target"], "circuit": SHA}},
    "an unknown target": {**VALUE, "target": {"poem": SHA}},
    "a target that is a list": {**VALUE, "target": []},
    "an input outside the domain": {**VALUE, "target": {"terms": {"nodes": [["input", 3]], "outputs": [0]}}},
    "a network without digest": {**VALUE, "network": 7},
    "integers as text": json.loads(Statement(**RELATION).json()) | {"parameters": {"n": "0x1"}},
    "unsorted activations": json.loads(Statement(**RELATION).json()) | {"activations": ["step", "relu"]},
    "layered as a number": json.loads(Statement(**RELATION).json()) | {"layered": 1},
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_only_the_written_form_is_read(name):
    data = BAD_FILES[name]
    with pytest.raises(InputError):
        statement_of(data if isinstance(data, str) else json.dumps(data, sort_keys=True, separators=(",", ":")))


def test_a_statement_about_reals_has_the_same_text_however_a_sum_is_written():
    (u,) = variables(Reals.of((3,)), [(3,)])
    ways = [u[0] + u[1] + u[2], u[2] + (u[1] + u[0]), 2 * (u[0] / 2 + u[1] / 2) + u[2], sum(u)]
    texts = {Statement(kind="computes", network=NET, domain=Reals.of((3,)), target=TermTarget((way,))).json() for way in ways}
    assert len(texts) == 1
