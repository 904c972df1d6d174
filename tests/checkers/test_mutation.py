"""How mutants end, checked by other means: by replay, by trying every input, and by planted faults in the checkers."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import pytest
from checker_tasks import BUDGET, computes, computes_reference, ripple, satisfies, tournament, xor_chain

from proofcheck.checkers import mutation_run, replayed
from proofcheck.checkers.faults import mutation
from proofcheck.checkers.faults.mutants import changes
from proofcheck.claims.evidence import Finding, Strength, Verdict
from proofcheck.claims.score import Outcome, Score, mutated_json, mutated_of
from proofcheck.domains import Bits, Integers
from proofcheck.errors import ProofcheckError
from proofcheck.networks import Network, evaluate, inputs, layered, network, relu
from proofcheck.spec import all_of, bits_of, maximum, mod, square, word

CONSTRUCTIONS = {
    "maximum": {"computes": computes(tournament(3), lambda x: maximum(*x))},
    "maximum on a grid": {"computes": computes(tournament(3, on=Integers(-1, 1)), lambda x: maximum(*x))},
    "parity": {"computes": computes(xor_chain(3), lambda x: mod(sum(x), 2))},
    "adder": {"computes": computes(ripple(2), lambda x, y: bits_of(word(x) + word(y), 2))},
    "layered adder": {"computes": computes(layered(ripple(2)), lambda x, y: bits_of(word(x) + word(y), 2))},
}


def network_of(net: Network, change: str) -> Network:
    """The mutant that a change names."""
    return next(made() for found in changes(net).values() for name, made in found if name == change)


@pytest.mark.parametrize("name", CONSTRUCTIONS)
def test_exact_claims_explain_every_mutant(name: str):
    """Refuted with a witness that replays, or equal, which on finite domains is tried input by input; nothing within slack."""
    tasks = CONSTRUCTIONS[name]
    (task,) = tasks.values()
    found = tuple(mutation_run(tasks, 40, BUDGET))
    assert len(found) == 40
    assert Score("", "", ("computes",), mutants=found).complaints() == []
    assert not {Outcome.SURVIVOR, Outcome.SLACK} & {mutant.outcome for mutant in found}
    assert sum(mutant.outcome is Outcome.REFUTED for mutant in found) >= 25
    for mutant in found:
        if mutant.outcome is Outcome.REFUTED:
            assert mutant.witness is not None
            changed = network_of(task.network, mutant.change) if not mutant.claim else task.network
            assert evaluate(changed, mutant.witness.inputs) == mutant.witness.found != mutant.witness.expected, str(mutant)
            if not mutant.claim:
                assert evaluate(task.network, mutant.witness.inputs) == mutant.witness.expected, str(mutant)
        elif mutant.outcome is Outcome.EQUAL and not mutant.claim and name not in ("maximum",):
            changed, domain = network_of(task.network, mutant.change), task.statement.domain
            points = map(domain.unrank, range(domain.cardinality()))
            assert all(evaluate(changed, x) == evaluate(task.network, x) for x in points), str(mutant)
    assert all(mutant.outcome is Outcome.NARROWER for mutant in found if mutant.kind == "domain narrower")


def test_two_runs_give_the_same_mutants_with_the_same_ends():
    tasks = CONSTRUCTIONS["adder"]
    first, again = (tuple(mutation_run(tasks, 25, BUDGET)) for _ in range(2))
    assert first == again
    assert [mutated_of(mutated_json(mutant)) for mutant in first] == list(first)
    assert tuple(mutation_run(tasks, 10, BUDGET)) == first[:10]


def with_carry(p: int) -> Network:
    """The digits of x + y and the last carry."""
    x, y = inputs(p, on=Bits, name="x"), inputs(p, on=Bits, name="y")
    digits, carry = [], 0
    for a, b in zip(x, y, strict=True):
        t = a + b + carry
        carry = relu(t - 1) - relu(t - 2)
        digits.append(t - 2 * carry)
    return network([*digits, carry])


def sorted_bits(n: int) -> Network:
    """n bits in order, by neighbours compared again and again."""
    x = inputs(n, on=Bits)
    for _ in range(n):
        for i in range(n - 1):
            excess = relu(x[i] - x[i + 1])
            x[i], x[i + 1] = x[i] - excess, x[i + 1] + excess
    return network(x)


WEAK = {
    "the sum of the digits of x + y": (
        satisfies(with_carry(2), lambda x, y, out: word(out) == word(x) + word(y)),
        satisfies(with_carry(2), lambda x, y, out: all_of((o == 0) | (o == 1) for o in out)),
    ),
    "the outputs are in order": (
        satisfies(sorted_bits(3), lambda x, y: all_of(a <= b for a, b in pairwise(y))),
        satisfies(sorted_bits(3), lambda x, y: sum(y) == sum(x)),
    ),
}


@pytest.mark.parametrize("name", WEAK)
def test_true_claims_that_say_too_little_are_told_by_their_mutants(name: str):
    """The sum telescopes whatever the neurons compute, and 0, 0, 0 is in order: the claims hold, and of other networks too."""
    weak, missing = WEAK[name]
    domain = weak.statement.domain
    assert all(replayed(weak, domain.unrank(r)) is None for r in range(domain.cardinality()))
    found = tuple(mutation_run({"weak": weak}, 60, BUDGET))
    score = Score("sums", "n = 2", ("weak",), mutants=found)
    silent = [m for m in found if not m.claim and m.outcome is Outcome.SLACK]
    assert len(silent) >= 4
    (complaint,) = score.complaints()
    others = sum(not mutant.claim for mutant in found)
    assert complaint.startswith(f"the claims say too little: {len(silent)} of {others} mutants of the network satisfy all")
    for mutant in silent:
        changed, witness = network_of(weak.network, mutant.change), mutant.witness
        assert witness is not None
        assert evaluate(changed, witness.inputs) == witness.found != witness.expected == evaluate(weak.network, witness.inputs)
    together = tuple(mutation_run({"weak": weak, "missing": missing}, 60, BUDGET))
    assert sum(not m.claim and m.outcome is Outcome.SLACK for m in together) < len(silent)


def test_declared_slack_explains_what_the_claims_leave_open_but_not_claims_that_refute_nothing():
    weak, _ = WEAK["the outputs are in order"]
    found = tuple(mutation_run({"weak": weak}, 60, BUDGET))
    assert Score("sort", "n = 3", ("weak",), slack="only the order is claimed", mutants=found).complaints() == []
    nothing = tuple(mutation_run({"any": satisfies(tournament(2, on=Bits), lambda x, y: y[0] <= y[0])}, 20, BUDGET))
    score = Score("max", "n = 2", ("any",), slack="everything", mutants=nothing)
    assert score.complaints()[0].startswith("the claims say too little: none of ")


def test_a_stated_error_explains_mutants_within_it():
    x = inputs(on=Integers(0, 4))
    near = computes(network(relu(x - 2) + relu(x)), lambda x: square(x) / 2, error=2)
    found = tuple(mutation_run({"near": near}, 40, BUDGET))
    within = [m for m in found if m.outcome is Outcome.SLACK]
    assert within
    assert {m.by for m in within} == {"near"}
    assert {m.reason for m in within} == {"within the error 2 of near"}
    assert Score("near", "", ("near",), mutants=found).complaints() == []
    for mutant in within:
        changed = network_of(near.network, mutant.change) if not mutant.claim else near.network
        if not mutant.claim:
            assert all(abs(evaluate(changed, [v])[0] - Fraction(v * v, 2)) <= 2 for v in range(5)), str(mutant)
            assert any(evaluate(changed, [v]) != evaluate(near.network, [v]) for v in range(5)), str(mutant)


SPIKE = Fraction(1234567, 1009)


def spiked() -> Network:
    """The positive part, and a neuron that is 0 everywhere; with its bias 1 larger it is not, within 1/2000 of one number."""
    x = inputs()
    return network(relu(x) + relu(-1000 * (relu(x - SPIKE) + relu(SPIKE - x)) - Fraction(1, 2)))


def test_what_samples_miss_and_no_solver_can_read_survives(monkeypatch):
    """Of a reference function only samples are known, so the spike is neither refuted nor shown harmless; terms refute it."""
    monkeypatch.setattr(mutation, "changes", lambda net: {"bias +-1": changes(net)["bias +-1"]})
    for name in ("changed_targets", "wider_domains", "narrower_domains"):
        monkeypatch.setattr(mutation, name, lambda task: [])
    known = {"computes": computes_reference(spiked(), lambda x: (max(x[0], Fraction(0)),))}
    found = tuple(mutation_run(known, 200, BUDGET, proved=()))
    survivors = [m for m in found if m.outcome is Outcome.SURVIVOR]
    spike = next(m for m in survivors if m.change.startswith("bias of node") and m.change.endswith("+ 1"))
    score = Score("spiked", "", ("computes",), slack="none of this", mutants=found)
    assert score.complaints() == [
        f"{len(survivors)} mutant{'s' * (len(survivors) > 1)} neither refuted nor shown to be harmless, such as "
        f"{survivors[0]}: {survivors[0].reason}"
    ]
    assert "computes is unknown" in spike.reason
    readable = {"computes": computes(spiked(), lambda x: maximum(x, 0))}
    ends = {m.change: m for m in mutation_run(readable, 200, BUDGET)}
    assert ends[spike.change].outcome is Outcome.REFUTED
    assert ends[spike.change].reason == "z3"
    assert Outcome.SURVIVOR not in {m.outcome for m in ends.values()}


def test_a_reference_function_is_asked_once_for_each_input():
    asked: list[tuple[Fraction, ...]] = []

    def function(x: tuple[Fraction, ...]) -> tuple[Fraction, ...]:
        asked.append(x)
        return (max(x),)

    found = tuple(mutation_run({"computes": computes_reference(tournament(2, on=Integers(0, 3)), function)}, 20, BUDGET))
    assert len(asked) == len(set(asked)) == 16
    assert {m.outcome for m in found} <= {Outcome.REFUTED, Outcome.EQUAL}


def test_a_claim_called_proved_that_fails_on_a_narrower_domain_is_a_fault():
    x = inputs(2, on=Integers(0, 2))
    wrong = {"computes": computes(network(relu(x[0])), lambda x: maximum(*x))}
    with pytest.raises(ProofcheckError, match="computes holds and fails on a narrower domain"):
        list(mutation_run(wrong, 60, BUDGET))


def test_a_checker_that_proves_everything_is_caught_by_an_input(monkeypatch):
    finding = Finding(Verdict.HOLDS, Strength.ESTABLISHED, "z3", "everything")
    monkeypatch.setattr(mutation, "settle", lambda *arguments: finding)
    monkeypatch.setattr(mutation, "_refuted", lambda *arguments: None)
    with pytest.raises(ProofcheckError, match="it is proved to compute what the network computes, and differs at an input"):
        list(mutation_run(CONSTRUCTIONS["maximum"], 5, BUDGET))
