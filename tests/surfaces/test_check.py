"""`check` from Python: about networks at hand and about files, with refusals that say what to write."""

from fractions import Fraction

import pytest

from proofcheck import (
    Bits,
    Computes,
    Integers,
    Property,
    Reals,
    Relation,
    Strength,
    Verdict,
    certified,
    check,
    circuits,
    depth,
    established,
    inputs,
    maximum,
    n,
    network,
    reference,
    relu,
    unrefuted,
)
from proofcheck.errors import ConstructionError, UsageError


def larger():
    a, b = inputs(2)
    return network(b + relu(a - b))


def test_evidence_is_true_exactly_when_the_floor_is_met():
    claim = Computes(lambda x: maximum(*x), on=Reals)
    assert check(larger(), claim)
    assert check(larger(), claim, floor=unrefuted)
    weaker = check(larger(), Relation(depth == n), n=1)
    assert weaker
    assert weaker.finding.strength is Strength.CERTIFIED
    assert not check(larger(), Relation(depth == n), n=2)
    sampled = check(larger(), claim, floor=certified)
    assert bool(sampled) is (sampled.finding.strength is Strength.CERTIFIED)


def test_a_false_claim_comes_with_an_input_and_both_values():
    evidence = check(larger(), Computes(lambda x: x[0], on=Bits))
    witness = evidence.finding.witness
    assert evidence.finding.verdict is Verdict.REFUTED
    assert (witness.inputs, witness.found, witness.expected) == ((0, 1), (1,), (0,))
    assert repr(evidence).startswith("computes: refuted for an input in {0,1}^2 (by ")


def test_properties_circuits_and_reference_functions():
    assert check(larger(), Property(lambda x, out: out >= x[0], on=Integers(-2, 2)))
    adder = circuits.ripple_adder(3)
    assert check(circuits.emulate(adder), Computes(circuit=lambda: adder), floor=certified)
    evidence = check(larger(), Computes(reference(lambda x: max(x)), on=Integers(0, 3)))
    assert evidence
    assert "trusting the construction's reference function" in repr(evidence)
    assert not check(larger(), Computes(reference(lambda x: max(x)), on=Integers(0, 3), floor=certified))


def test_what_a_claim_assumes_is_printed_and_caps_its_strength():
    evidence = check(larger(), Relation(depth == n, floor=established, assuming="n is what the paper calls n"), n=1)
    assert evidence
    assert (evidence.finding.strength, evidence.finding.assumptions) == (Strength.ESTABLISHED, ("n is what the paper calls n",))
    assert "assuming n is what the paper calls n" in repr(evidence)
    assert not check(larger(), Relation(depth == n, floor=established, assuming="n is"), floor=certified, n=1)
    assert check(larger(), Relation(depth == n, floor=established, assuming="n is"), n=2).finding.verdict is Verdict.REFUTED
    known = check(larger(), Computes(lambda x: maximum(*x), on=Bits, assuming="bits"), floor=unrefuted)
    assert (known.finding.verdict, known.finding.assumptions) == (Verdict.HOLDS, ("bits",))


PREMISE = """
from proofcheck import Box, Computes, Construction, Relation, Source, depth, established, inputs, network, relu

construction = Construction(
    title="t",
    source=Source("folklore", fidelity="ours"),
    build=lambda n: network([relu(x) for x in inputs(n, on=Box(0, 1))]),
    claims={
        "computes": Computes(lambda x: x, at=[2], assuming=["first", "second"]),
        "depth": Relation(depth == 1, at=[2], floor=established, assuming="third"),
    },
)
"""


def test_what_a_claim_of_a_file_assumes_comes_with_its_evidence_also_when_remembered(tmp_path):
    path = tmp_path / "premise.py"
    path.write_text(PREMISE)
    for _ in range(2):
        assert check(f"{path}::computes").finding.assumptions == ("first", "second")
        depth_of = check(f"{path}::depth").finding
        assert (depth_of.strength, depth_of.assumptions) == (Strength.ESTABLISHED, ("third",))


MIXED = """
from proofcheck import *

def build(n):
    return network(relu(sum(inputs(n))))

construction = Construction(
    title="t",
    source=Source("none", fidelity="ours"),
    build=build,
    claims={
        "computes": Computes(lambda x: maximum(sum(x), 0), on=lambda n: Box(0, 1) if n == 1 else Integers(0, n), at=[1, 2, 3]),
        "depth": Relation(depth == 1, at=[1, 2, 3]),
    },
)
"""


def test_all_sizes_of_a_claim_stand_as_strongly_as_the_weakest(tmp_path):
    path = tmp_path / "mixed.py"
    path.write_text(MIXED)
    assert check(f"{path}::computes", n=1).finding.strength is Strength.CERTIFIED
    evidence = check(f"{path}::computes")
    assert evidence.finding.strength is Strength.ESTABLISHED
    assert repr(evidence).split("\n")[0] == (
        "mixed::computes[n=1..3]: holds for all inputs in [0, 1], {0..2}^2, ..., {0..3}^3, established, n = 1..3 "
        "(by vertices, exhaustion)"
    )
    assert evidence.finding.trust == ("the batched evaluation",)
    assert repr(check(f"{path}::depth")).startswith("mixed::depth[n=1..3]: holds for these networks, certified, n = 1..3")


def test_a_claim_of_a_file_is_built_elsewhere(project):
    path = project("parts")
    evidence = check(f"{path}::depth", n=7)
    assert evidence
    assert evidence.size == "n = 7"
    assert check(f"{path}::computes").size == "n = 1, 2"
    assert check(f"{path}::computes", floor=certified, n=1).finding.strength is Strength.CERTIFIED
    wrong = project("wrong", replace={"depth == 1": "depth == n"})
    evidence = check(f"{wrong}::depth")
    assert (evidence.finding.verdict, evidence.size) == (Verdict.REFUTED, "n = 2")
    assert evidence.finding.witness.expected == (Fraction(2),)


@pytest.mark.parametrize(
    ("call", "error", "sentence"),
    [
        (lambda path: check(larger()), UsageError, "check(network, ...) needs a claim"),
        (lambda path: check(larger(), "depth"), UsageError, "'depth' is no claim: write check(network, Computes("),
        (lambda path: check(path, Relation(depth == 1)), UsageError, "a claim of a file is named in its path"),
        (lambda path: check(path), UsageError, "names no claim: write check("),
        (lambda path: check(f"{path}::width"), UsageError, "has no claim 'width': it has computes, depth"),
        (lambda path: check(f"{path}::depth", k=3), UsageError, "build takes n, the size given names k"),
        (lambda path: check(larger(), Computes(lambda x: [x[0], x[1]])), ConstructionError, "the target returns 2 values"),
    ],
)
def test_what_makes_no_sense_is_refused(project, call, error, sentence):
    path = project("parts")
    with pytest.raises(error) as caught:
        call(str(path))
    assert sentence in str(caught.value)
