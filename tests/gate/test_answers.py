"""What somebody else found counts as far as it is checked here: workers that lie refute nothing and certify nothing."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from proofcheck.catalogue.building import build
from proofcheck.catalogue.discovery import discover
from proofcheck.catalogue.store import Store
from proofcheck.checkers.task import Budget
from proofcheck.claims.evidence import Finding, Strength, Verdict, Witness
from proofcheck.claims.judged import Evidence, Status
from proofcheck.gate.answers import NOWHERE, Answer
from proofcheck.gate.judging import judge
from proofcheck.gate.plan import Case, cases_of

WORKERS = "the workers of the cluster at tcp://x"
GIVEN = "lambda x: [maximum(a, 0) for a in x], on=Reals, at=[1, 2]"
FALSE = {GIVEN: "lambda x: [maximum(a, 1) for a in x], on=Reals, at=[2]"}
TRUE = {GIVEN: "lambda x: [maximum(a, 0) for a in x], on=Reals, at=[2], floor=certified"}
HOLDS = Finding(Verdict.HOLDS, Strength.ESTABLISHED, "z3", "all inputs everywhere", ("z3",))


def refuted(*numbers: int) -> Finding:
    point = tuple(map(Fraction, numbers))
    return Finding(Verdict.REFUTED, None, "samples", "R", witness=Witness(point, (Fraction(5),), (Fraction(6),)), checked=1)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "cache")


def case_of(project, replaced: dict[str, str], claim: str = "computes") -> Case:  # type: ignore[no-untyped-def]
    (case, *_) = cases_of(build(discover([project("parts", replace=replaced)])[0], [claim]))
    return case


def judged(case: Case, store: Store | None, finding: Finding, recheck: bool = True) -> Evidence:
    return judge(case, Budget(), store, recheck, answer=Answer(finding, WORKERS))


def test_a_true_claim_is_never_refuted_and_a_false_one_never_certified(project, store: Store) -> None:
    true = case_of(project, TRUE)
    for lie in (refuted(0, 0), refuted(1), refuted(3, -4), refuted(*range(9))):
        evidence = judged(true, store, lie)
        assert evidence.status is Status.UNKNOWN
        assert evidence.finding is not None
        assert evidence.finding.reason == f"{WORKERS} gave an input at which the claim does not fail here"
    honest = judge(true, Budget(), None)
    assert honest.finding is not None
    assert honest.status is Status.MET
    for certificate in (b"", b"certified, trust me", honest.finding.certificate):
        assert certificate is not None
        false = case_of(project, FALSE)
        evidence = judged(false, store, replace(honest.finding, certificate=certificate))
        assert evidence.status is Status.UNKNOWN
        assert evidence.finding is not None
        assert "the kernel does not find this statement proved" in evidence.finding.reason


def test_what_is_checked_here_trusts_nobody_and_the_rest_names_them(project, store: Store) -> None:
    true = case_of(project, TRUE)
    honest = judge(true, Budget(), None).finding
    assert honest is not None
    evidence = judged(true, store, honest)
    assert (evidence.status, evidence.finding) == (Status.MET, honest)
    evidence = judged(true, store, HOLDS)
    assert (evidence.status, evidence.finding and evidence.finding.trust) == (Status.WEAKER, ("z3", WORKERS))
    assert evidence.finding is not None
    assert evidence.finding.scope == "all inputs in R^2"  # the words of a worker do not widen what was judged
    false = case_of(project, FALSE)
    evidence = judged(false, store, refuted(0, 0))
    assert evidence.finding is not None
    assert evidence.finding.witness is not None
    assert (evidence.finding.witness.found, evidence.finding.witness.expected) == ((0, 0), (1, 1))  # not what it said


def test_only_what_the_kernel_replays_is_remembered(project, store: Store) -> None:
    """A run without the cluster does not count on what its workers said."""
    case = case_of(project, {GIVEN: GIVEN})
    assert judged(case, store, HOLDS).status is Status.MET
    assert not judge(case, Budget(), store).recalled
    case = case_of(project, TRUE)
    honest = judge(case, Budget(), None).finding
    assert honest is not None
    judged(case, store, honest)
    assert judge(case, Budget(), store).recalled


def test_a_refutation_without_an_input_is_settled_here(project, store: Store) -> None:
    case = case_of(project, {}, "depth")
    lie = Finding(Verdict.REFUTED, None, "sizes", "this network", witness=Witness((), (Fraction(1),), (Fraction(2),)))
    assert judged(case, store, lie).status is Status.MET


FAMILY = """from proofcheck.families import Contract, Fold, largest
CHAIN = Fold({"x": Reals}, lambda x: {"m": x}, lambda m, x: {"m": x + relu(m - x)}, lambda m: m, first=1)
MAXIMUM = Contract(lambda y, t: [y == t], {"t": largest("x")}, lambda m, t: [m == t])
"""


def test_of_a_family_only_a_certificate_counts(project, store: Store) -> None:
    """A pickled finding need not keep the rules of findings: refuted, beside a certificate that the kernel replays."""
    family = '),\n        "all": ForAll(CHAIN, MAXIMUM), "family": Unrolls(CHAIN, at=[1]),'
    written = project("parts", FAMILY, {GIVEN + "),": GIVEN + family, "claims={": 'form="traced",\n    claims={'})
    (case,) = cases_of(build(discover([written])[0], ["all"]))
    honest = judge(case, Budget(), None).finding
    assert honest is not None
    assert honest.strength is Strength.CERTIFIED
    assert judged(case, None, replace(honest, scope="all that there is")).finding == honest
    lie = replace(refuted(1), strength=Strength.CERTIFIED, certificate=honest.certificate)
    for finding in (lie, refuted(1), HOLDS):
        evidence = judged(case, None, finding)
        assert evidence.status is Status.MET
        assert evidence.finding is not None
        assert replace(evidence.finding, seconds=0) == replace(honest, seconds=0)


def pickled(finding: Finding, **parts: Any) -> Finding:
    """A finding that breaks the rules of findings, as one can be that comes from elsewhere."""
    made = object.__new__(Finding)
    for name, value in (vars(finding) | parts).items():
        object.__setattr__(made, name, value)
    return made


def test_no_finding_counts_for_more_than_the_word_of_a_worker(project, store: Store) -> None:
    case = case_of(project, TRUE)
    assert judged(case, store, pickled(refuted(1), witness=None)).status is Status.MET
    for strength in (99, None, Strength.UNREFUTED):
        evidence = judged(case, store, pickled(HOLDS, strength=strength))
        assert evidence.finding is not None
        assert evidence.finding.reason.startswith(f"of the answer of {WORKERS}: a finding of the method 'z3' breaks a rule")


def test_no_answer_is_known_as_such(project, store: Store) -> None:
    evidence = judge(case_of(project, TRUE), Budget(), store, answer=NOWHERE)
    assert evidence.finding is not None
    assert (evidence.finding.verdict, evidence.finding.method) == (Verdict.UNKNOWN, NOWHERE.finding.method)
    assert not (store.folder / "findings").exists()
