"""The anchors say what they should: our checkers agree with every true answer, and so does each question to a peer."""

from __future__ import annotations

from fractions import Fraction

import pytest

from proofcheck.bench.anchor_table import ANCHORS
from proofcheck.bench.anchors import MARGIN, Anchor, Case, Strictness, Truth
from proofcheck.bench.float_samples import judge as judged_by_samples
from proofcheck.bench.peers import Standing, box_of, inside
from proofcheck.bench.soundness import ours
from proofcheck.checkers import Budget, Task, replayed, smt
from proofcheck.claims.evidence import Verdict
from proofcheck.networks import evaluate
from proofcheck.spec import Statement, all_of, output_variables, sample, variables

STATED = [anchor for anchor in ANCHORS if not isinstance(anchor.fails, str)]
INHABITED = [anchor for anchor in STATED if anchor.truth is not Truth.EMPTY]


@pytest.mark.parametrize("anchor", ANCHORS, ids=lambda anchor: anchor.name)
def test_our_verdict_is_the_true_one(anchor: Anchor) -> None:
    found = ours(anchor)
    assert found.right is True, found.words
    assert found.verdict == anchor.truth.value
    assert found.certified is (anchor.truth is Truth.HOLDS), found.words


@pytest.mark.parametrize("anchor", INHABITED, ids=lambda anchor: anchor.name)
def test_a_peer_s_question_has_the_answer_that_the_table_says(anchor: Anchor) -> None:
    """Asked of z3 in rationals: each case, with > as it is meant, with the margin, and as >=."""
    for case in anchor.fails:
        assert isinstance(case, Case)
        for strictness in Strictness:
            finding = smt(_nowhere(anchor, case, strictness), Budget())
            expected = Verdict.REFUTED if case.satisfiable(strictness) else Verdict.HOLDS
            assert finding.verdict is expected, (case, strictness, finding.reason)


def _nowhere(anchor: Anchor, case: Case, strictness: Strictness) -> Task:
    """No input meets the case, as a property."""
    task = anchor.task()
    network, domain = task.network, task.statement.domain
    assert domain is not None
    (x,), (y,) = variables(domain, [(network.input_count,)]), output_variables([(len(network.output),)])
    met = []
    for atom in case.atoms:
        form = sum(c * y[i] for i, c in atom.y.items()) + sum(c * x[i] for i, c in (atom.x or {}).items()) - atom.bound
        margin = MARGIN if atom.strict and strictness is Strictness.MARGIN else 0
        met.append(form > 0 if atom.strict and strictness is Strictness.NONE else form >= margin)
    return Task(network, Statement(kind="property", network=network.digest, domain=domain, condition=~all_of(met)))


@pytest.mark.parametrize("anchor", INHABITED, ids=lambda anchor: anchor.name)
def test_a_claim_fails_where_one_of_its_cases_is_met(anchor: Anchor) -> None:
    """At 60 inputs, where the claim is replayed in rationals."""
    task = anchor.task()
    assert task.statement.domain is not None
    numerators, denominator = sample(task.statement.domain, 60, seed=3)
    for row in numerators.tolist():
        point = tuple(Fraction(int(v), denominator) for v in row)
        assert inside(box_of(anchor), point)
        y = evaluate(task.network, point)
        met = any(all(_meant(atom, point, y) for atom in case.atoms) for case in anchor.fails if isinstance(case, Case))
        assert met == (replayed(task, point) is not None)


def _meant(atom, x, y) -> bool:
    form = sum(c * y[i] for i, c in atom.y.items()) + sum(c * x[i] for i, c in (atom.x or {}).items())
    return form > atom.bound or (form == atom.bound and not atom.strict)


def test_names_are_distinct_and_every_truth_occurs() -> None:
    assert len({anchor.name for anchor in ANCHORS}) == len({anchor.says for anchor in ANCHORS}) == len(ANCHORS) >= 40
    assert {anchor.truth for anchor in ANCHORS} == set(Truth)


@pytest.mark.parametrize("anchor", ANCHORS, ids=lambda anchor: anchor.name)
def test_samples_with_a_tolerance_accept_all_anchors(anchor: Anchor) -> None:
    """They err on every false one, whose margins are smaller than the tolerance; what is empty they cannot sample."""
    expected = {Truth.HOLDS: Standing.RIGHT, Truth.FAILS: Standing.WRONG, Truth.EMPTY: Standing.UNSTATED}
    assert judged_by_samples(anchor).standing is expected[anchor.truth]
