"""A verdict with its scope, and the exit code that follows from all verdicts."""

import itertools
from dataclasses import replace
from fractions import Fraction

import pytest

from proofcheck.claims.evidence import Finding, Strength, Verdict, Witness
from proofcheck.claims.judged import Evidence, Status, exit_code, verdict_words
from proofcheck.claims.recorded import finding_json, finding_of
from proofcheck.errors import InputError

HELD = Finding(Verdict.HOLDS, Strength.ESTABLISHED, "z3", "all inputs in R^4", trust=("z3 5",))
WITNESS = Witness((Fraction(1, 2), Fraction(3)), (Fraction(0), Fraction(3)), (Fraction(1), Fraction(3)), "node 7 carries 0")
REFUTED = Finding(Verdict.REFUTED, None, "exhaustion", "all inputs in {0,1}^2", witness=WITNESS, checked=4)
SAMPLED = Finding(Verdict.UNREFUTED, Strength.UNREFUTED, "samples", "all inputs in R^4", checked=1000)
UNKNOWN = Finding(Verdict.UNKNOWN, None, "z3", "all inputs in R^4", reason="z3 gave up")
CERTIFIED = Finding(Verdict.HOLDS, Strength.CERTIFIED, "meanings", "all inputs in {0,1}^256", certificate=b"c")


def evidence(finding, floor=Strength.ESTABLISHED, **more):
    return Evidence("adder", "computes", "computes", "n = 4", floor, finding, **more)


@pytest.mark.parametrize(
    ("finding", "floor", "status"),
    [
        (HELD, Strength.UNREFUTED, Status.MET),
        (HELD, Strength.ESTABLISHED, Status.MET),
        (HELD, Strength.CERTIFIED, Status.WEAKER),
        (CERTIFIED, Strength.CERTIFIED, Status.MET),
        (SAMPLED, Strength.UNREFUTED, Status.MET),
        (SAMPLED, Strength.ESTABLISHED, Status.WEAKER),
        (UNKNOWN, Strength.UNREFUTED, Status.UNKNOWN),
        (REFUTED, Strength.UNREFUTED, Status.REFUTED),
        (None, Strength.UNREFUTED, Status.BAD_INPUT),
    ],
)
def test_the_status_follows_from_finding_and_floor(finding, floor, status):
    judged = evidence(finding, floor)
    assert judged.status is status
    assert bool(judged) is (status is Status.MET)


def test_an_internal_fault_is_never_a_refutation():
    assert evidence(None, fault=True).status is Status.FAULT


def test_no_verdict_is_printed_without_its_scope():
    assert verdict_words(evidence(CERTIFIED)) == "holds for all inputs in {0,1}^256, certified, n = 4 (by meanings)"
    assert verdict_words(evidence(SAMPLED)) == "unrefuted on 1000 samples of R^4, n = 4 (by samples)"
    assert verdict_words(evidence(UNKNOWN)) == "unknown for all inputs in R^4, n = 4"
    assert verdict_words(evidence(None, problem="no such gate")) == "not judged, no such gate"


def test_a_refutation_shows_input_both_values_and_the_first_wire():
    assert repr(evidence(REFUTED)) == (
        "adder::computes[n=4]: refuted for an input in {0,1}^2, n = 4 (by exhaustion)\n"
        "  input     1/2 3\n"
        "  found     0 3\n"
        "  expected  1 3\n"
        "  differ at 0\n"
        "  first deviating wire: node 7 carries 0"
    )


def test_assumptions_trust_and_the_missed_floor_stand_beside_the_verdict():
    assumed = replace(HELD, assumptions=("the lemma of Cybenko",))
    assert repr(evidence(assumed, Strength.CERTIFIED)).splitlines()[1:] == [
        "  weaker than the floor: certified was declared",
        "  assuming the lemma of Cybenko",
        "  trusting z3 5",
    ]


def test_the_worst_exit_code_wins_in_the_declared_order():
    order = [Status.FAULT, Status.BAD_INPUT, Status.REFUTED, Status.WEAKER, Status.UNKNOWN, Status.MET]
    for chosen in itertools.chain.from_iterable(itertools.combinations(order, r) for r in range(1, 7)):
        assert exit_code(reversed(chosen)) == chosen[0].value
    assert exit_code([]) == 4


@pytest.mark.parametrize("finding", [HELD, REFUTED, SAMPLED, UNKNOWN, CERTIFIED])
def test_a_recorded_finding_is_read_back(finding):
    assert finding_of(finding_json(finding), finding.certificate) == finding


@pytest.mark.parametrize(
    "damage",
    [
        {"verdict": "proved"},
        {"strength": "certified"},
        {"checked": "many"},
        {"witness": {"inputs": ["0.5"]}},
        {"trust": None},
        {"certificate": "0" * 64},
    ],
)
def test_a_damaged_record_is_no_finding(damage):
    with pytest.raises(InputError):
        finding_of(finding_json(HELD) | damage, None)
