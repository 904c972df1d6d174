"""Claims about limits: what a construction without a network must say, and that the gate settles no more than it found."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import pytest

from proofcheck import Computes, Construction, Enclosure, Probably, Source, pi
from proofcheck.catalogue.building import build
from proofcheck.catalogue.discovery import discover
from proofcheck.catalogue.store import Store
from proofcheck.checkers.task import Budget
from proofcheck.claims.evidence import Verdict
from proofcheck.claims.judged import Evidence, Status
from proofcheck.errors import ConstructionError
from proofcheck.gate.error_budget import error_budget_lines, within_error_budget
from proofcheck.gate.judging import judge
from proofcheck.gate.plan import cases_of
from proofcheck.spec.reals_statement import ERROR_FAMILY, ERROR_SHARE

SOURCE = Source("the tests", fidelity="ours")
PAGE = '''
"""A limit for the tests."""
from fractions import Fraction
from proofcheck import Construction, Coordinate, Enclosure, Experiment, Probably, Source, pi, sqrt

def build(n):
    return sqrt(n)

def normal(mean):
    return Experiment(1, (Coordinate(mean, ((0, 1 + 0 * pi),), True),))

construction = Construction(
    title="Roots", source=Source("the tests", fidelity="ours"), build=build, form="limit",
    claims={
        "root": Enclosure(lambda x: [("not above 3", x <= 3)], about="the root is at most 3", assuming="nothing", at=[4, 9, 10]),
        "size": Enclosure(lambda x: [("above 0", x > 0)], about="the root is positive", assuming="nothing", says="size", at=[4]),
        "probably": Probably(
            lambda x: normal(x), mutant=lambda x: normal(x / 2), about="a normal number around the root is positive",
            probability=Fraction(1, 10), trials=2000, assuming="nothing", share=Fraction(SHARE), at=[4, 16],
        ),
    },
)
'''


def judged(tmp_path: Path, page: str, share: str = "1, 10**8") -> dict[str, Evidence]:
    path = tmp_path / "constructions" / "roots_by_test.py"
    path.parent.mkdir(exist_ok=True)
    path.write_text(page.replace("SHARE", share))
    cases = cases_of(build(discover([path])[0]))
    found = [judge(case, Budget(), Store(tmp_path / "store")) for case in cases]
    return {f"{e.claim} {e.size}": e for e in found}


def test_a_limit_is_built_elsewhere_and_judged_from_its_statement(tmp_path: Path) -> None:
    evidence = judged(tmp_path, PAGE)
    assert {name: e.status for name, e in evidence.items()} == {
        "root n = 4": Status.MET,
        "root n = 9": Status.MET,
        "root n = 10": Status.REFUTED,
        "size n = 4": Status.MET,
        "probably n = 4": Status.MET,
        "probably n = 16": Status.UNKNOWN,
    }
    refuted = evidence["root n = 10"].finding
    assert refuted is not None
    assert refuted.witness is not None
    assert refuted.witness.wire == "not above 3"
    assert "the test has no power" in str(evidence["probably n = 16"].finding)
    assert all(e.network == "" and e.finding is not None and e.finding.assumptions == ("nothing",) for e in evidence.values())
    assert evidence["root n = 4"].sentence == "the root is at most 3: 1 comparisons of exact reals"


def test_a_second_run_recalls_what_held_and_settles_the_rest_again(tmp_path: Path) -> None:
    judged(tmp_path, PAGE)
    again = judged(tmp_path, PAGE)
    assert {name for name, e in again.items() if e.recalled} == {"root n = 4", "root n = 9", "size n = 4", "probably n = 4"}
    other = judged(tmp_path, PAGE.replace("trials=2000", "trials=2001"))
    assert not other["probably n = 4"].recalled


def test_verdicts_beyond_the_error_budget_of_a_run_are_unknown(tmp_path: Path) -> None:
    evidence = list(judged(tmp_path, PAGE, "6, 10**7").values())
    assert error_budget_lines(evidence) == ["2 statistical checks: error probability at most 1.2e-06 in all, budget 1e-06"]
    within = {f"{e.claim} {e.size}": e for e in within_error_budget(evidence)}
    assert within["probably n = 4"].finding is not None
    assert within["probably n = 4"].finding.verdict is Verdict.UNKNOWN
    assert within["probably n = 4"].finding.reason.startswith("the statistical claims take 1.2e-06 of the error budget 1e-06")
    assert within["root n = 9"].status is Status.MET
    assert within["root n = 10"].status is Status.REFUTED
    modest = list(judged(tmp_path, PAGE, "1, 4 * 10**8").values())
    assert within_error_budget(modest) == modest
    assert error_budget_lines([e for e in modest if e.claim == "root"]) == []


WRONG = {
    "an undefined number": ("x <= 3", "1 / (pi - pi) == x", "has no value"),
    "a float": ("x <= 3", "x <= 3.0", "is a float"),
    "no comparison": ("x <= 3", "True", "expected pairs such as"),
    "a chain": ("x <= 3", "0 < x < 3", "used as a truth value"),
    "nothing": ('[("not above 3", x <= 3)]', "[]", "an enclosure of no comparisons says nothing"),
    "no experiment": ("lambda x: normal(x),", "lambda x: x,", "expected an Experiment"),
    "nothing planted": ("normal(x / 2)", "normal(x)", "the planted-false variant is the experiment itself"),
    "a greedy share": ("Fraction(SHARE)", "Fraction(1, 100)", "the error share 1/100 was given"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_claim_that_cannot_be_judged_never_holds(tmp_path: Path, name: str) -> None:
    old, new, words = WRONG[name]
    assert old in PAGE
    broken = [e for e in judged(tmp_path, PAGE.replace(old, new)).values() if words in f"{e.problem} {e.finding}"]
    assert broken
    assert not any(broken)


REFUSED = {
    "no assumption": (
        lambda: Enclosure(lambda x: [], about="x", assuming=(), at=[1]),
        "a claim about a limit assumes that the limit describes networks: say so in assuming=",
    ),
    "a floor that nothing can meet": (
        lambda: Enclosure(lambda x: [], about="x", assuming="a", at=[1], floor=_certified()),
        "the floor of a claim about exact reals is established: there is no certificate for it",
    ),
    "an unknown subject": (
        lambda: Enclosure(lambda x: [], about="x", assuming="a", says="colour", at=[1]),
        "says is 'colour', expected function or size",
    ),
    "an enclosure about a network": (
        lambda: _construction({"a": _enclosure(), "b": _enclosure(says="size")}, form="layered"),
        "the claim 'a' does not fit the form layered: Enclosure and Probably go with form=\"limit\"",
    ),
    "a network's claim about a limit": (
        lambda: _construction({"a": Computes(lambda x: x, at=[1]), "b": _enclosure(says="size")}),
        "the claim 'a' does not fit the form limit: Enclosure and Probably go with form=\"limit\"",
    ),
    "no size": (
        lambda: _construction({"a": _enclosure()}),
        "no claim speaks of a size: add a Relation, such as Relation(depth == n, at=...)",
    ),
    "an experiment that is none": (
        lambda: Probably(3, mutant=lambda x: x, about="x", probability=Fraction(1, 2), trials=1, assuming="a", at=[1]),
        "the experiment of Probably is 3, expected a function: write lambda x: ...",
    ),
}


def _certified():
    from proofcheck import certified

    return certified


def _enclosure(**rest) -> Enclosure:
    return Enclosure(lambda x: [("a", pi > 3)], about="x", assuming="a", at=[1], **rest)


def _construction(claims, form="limit") -> Construction:
    return Construction(title="t", source=SOURCE, build=lambda n: n, claims=claims, form=form)


@pytest.mark.parametrize("name", REFUSED)
def test_what_a_limit_must_say(name: str) -> None:
    make, message = REFUSED[name]
    with pytest.raises(ConstructionError) as caught:
        make()
    assert str(caught.value) == message


def test_a_statement_of_another_kind_is_refused(tmp_path: Path) -> None:
    """A child that sends an enclosure under the name of a probability, or a network's statement, is not believed."""
    from dataclasses import replace

    path = tmp_path / "constructions" / "roots_by_test.py"
    path.parent.mkdir()
    path.write_text(PAGE.replace("SHARE", "1, 10**8"))
    cases = {f"{c.job.claim} {c.job.size}": c for c in cases_of(build(discover([path])[0]))}
    case, other = cases["probably n = 4"], cases["root n = 4"]
    for statement in (
        other.job.statement,
        json.dumps({"claim": "relation"}),
        "",
        "{}",
        case.job.statement.replace('"<=0"', '"<0"') + " ",
    ):
        evidence = judge(replace(case, job=replace(case.job, statement=statement)), Budget(), Store(tmp_path / "store"))
        assert evidence.finding is None
        assert evidence.status is Status.BAD_INPUT


def test_the_shares_of_400_claims_are_the_budget() -> None:
    assert 400 * ERROR_SHARE == ERROR_FAMILY == Fraction(1, 10**6)
