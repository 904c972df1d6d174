"""Networks and circuits that are built differently: certified, refuted by an input, or unknown with the reason."""

from __future__ import annotations

import json
import sys
from dataclasses import replace

import pytest
from checker_tasks import BUDGET, computes, computes_circuit

from proofcheck.checkers import Task, settle
from proofcheck.checkers.boolean import clauses_child as searching
from proofcheck.checkers.boolean.clauses import clauses, miter_of
from proofcheck.checkers.boolean.gates import gates_of
from proofcheck.checkers.boolean.refutation import Steps
from proofcheck.checkers.boolean.sweep import Sweep, conclude
from proofcheck.circuits import (
    Builder,
    Circuit,
    arithmetic,
    balanced,
    carry_select_adder,
    emulate,
    equality,
    kogge_stone_adder,
    less_than,
    majority,
    multiplier,
    parity,
    random_circuit,
    resynthesised,
    ripple_adder,
    row_multiplier,
    simulate,
    wallace_multiplier,
)
from proofcheck.claims.evidence import Strength, Verdict
from proofcheck.domains import Bits
from proofcheck.engine.bits.network_circuit import circuit_of_network
from proofcheck.errors import Refusal
from proofcheck.kernel import Rejected, replay
from proofcheck.networks import Network, evaluate, inputs, layered, network, relu, step
from proofcheck.spec import NetworkTarget, Statement, any_of, bits_of, maximum, word

LARGE = replace(BUDGET, seconds=120)


def rewritten(circuit: Circuit, seed: int = 1) -> Circuit:
    return balanced(resynthesised(balanced(resynthesised(circuit, seed, share=1)), seed + 1, 5))


def commuted(p: int) -> Circuit:
    builder = Builder()
    x, y = builder.inputs("x", p), builder.inputs("y", p)
    builder.outputs("product", arithmetic.multiply(builder, y, x, 2 * p))
    return builder.circuit()


def chain(n: int, order: int) -> Circuit:
    """Parity by a chain that takes the inputs in steps of `order`."""
    builder = Builder()
    x, total = builder.inputs("x", n), 0
    for i in range(n):
        total = builder.xor(total, x[i * order % n])
    builder.output("parity", total)
    return builder.circuit()


def equals(first: Network, second: Network) -> Task:
    domain = Bits.of((first.input_count,))
    target = NetworkTarget(second.digest)
    return Task(first, Statement(kind="computes", network=first.digest, domain=domain, target=target), other=second)


PAIRS = {
    "adders, ripple and prefix": lambda: (ripple_adder(16), kogge_stone_adder(16)),
    "adders, carry select and prefix": lambda: (carry_select_adder(20), kogge_stone_adder(20)),
    "multiplication commutes": lambda: (multiplier(4), commuted(4)),
    "multipliers, rows and a tree": lambda: (row_multiplier(4), wallace_multiplier(4)),
    "a rewritten multiplier": lambda: (multiplier(6), rewritten(multiplier(6))),
    "a rewritten random circuit": lambda: (random_circuit(120, 16, 4), rewritten(random_circuit(120, 16, 4))),
    "parity, two chains": lambda: (chain(12, 1), chain(12, 5)),
    "no gates at all": lambda: (emptied(3), emptied(3)),
}


def emptied(n: int) -> Circuit:
    builder = Builder()
    x = builder.inputs("x", n)
    builder.outputs("y", [x[1], x[0] ^ 1, 1, 0])
    return builder.circuit()


@pytest.mark.parametrize("name", PAIRS)
def test_circuits_that_look_nothing_alike_are_certified(name: str):
    first, second = PAIRS[name]()
    finding = clauses(computes_circuit(emulate(first), second), LARGE)
    assert (finding.verdict, finding.strength) == (Verdict.HOLDS, Strength.CERTIFIED), finding.reason
    assert finding.certificate is not None
    assert replay(finding.certificate).method == "clauses"


@pytest.mark.parametrize("name", ["adders, ripple and prefix", "multipliers, rows and a tree", "a rewritten random circuit"])
def test_networks_that_look_nothing_alike_are_certified(name: str):
    first, second = PAIRS[name]()
    finding = clauses(equals(layered(emulate(first)), emulate(second)), LARGE)
    assert (finding.verdict, finding.strength) == (Verdict.HOLDS, Strength.CERTIFIED), finding.reason


def damaged(circuit: Circuit, k: int) -> Circuit:
    """One operand negated."""
    left = circuit.left.copy()
    left[k] ^= 1
    return Circuit(circuit.inputs, circuit.outputs, circuit.operation, left, circuit.right, circuit.output)


@pytest.mark.parametrize("name", ["adders, ripple and prefix", "a rewritten multiplier", "multipliers, rows and a tree"])
def test_a_wrong_variant_is_refuted_by_an_input_with_both_outputs(name: str):
    first, second = PAIRS[name]()
    for k in (0, second.gate_count // 2, second.gate_count - 1):
        wrong = damaged(second, k)
        finding = clauses(computes_circuit(emulate(first), wrong), LARGE)
        assert finding.verdict is Verdict.REFUTED, finding.reason
        witness = finding.witness
        assert witness is not None
        at = [[int(bit) for bit in witness.inputs]]
        assert simulate(first, at).tolist() == [list(witness.found)]
        assert simulate(wrong, at).tolist() == [list(witness.expected)]
        assert witness.found != witness.expected


def test_a_difference_at_one_input_of_many_is_found():
    """The equality of two 24-bit words, and nothing: they differ at one input in 2^24."""
    builder = Builder()
    builder.inputs("x", 24), builder.inputs("y", 24)
    builder.output("equal", 0)
    assert clauses(computes_circuit(emulate(equality(24)), builder.circuit()), LARGE).verdict is Verdict.REFUTED


def test_words_and_boolean_terms_are_reached_from_a_circuit_of_another_kind():
    """A prefix adder has none of the carries of x + y as the kernel adds them; its certificate goes over the ripple adder."""
    net = emulate(kogge_stone_adder(12))
    finding = settle(computes(net, lambda x, y: bits_of(word(x) + word(y), 12)), Strength.CERTIFIED, LARGE)
    assert (finding.method, finding.strength) == ("clauses", Strength.CERTIFIED), finding.reason
    x = inputs(20, on=Bits)
    either = network(1 - step(-sum(x)))
    assert settle(computes(either, any_of), Strength.CERTIFIED, BUDGET).verdict is Verdict.HOLDS


def test_networks_on_bits_are_compared_by_every_route():
    first, second = emulate(ripple_adder(2)), emulate(kogge_stone_adder(2))
    for floor in Strength:
        finding = settle(equals(first, second), floor, BUDGET)
        assert (finding.verdict, finding.strength or 0) >= (Verdict.HOLDS, floor), finding.reason
    wrong = emulate(damaged(kogge_stone_adder(2), 1))
    assert settle(equals(first, wrong), Strength.CERTIFIED, BUDGET).verdict is Verdict.REFUTED
    first, wrong = emulate(ripple_adder(20)), emulate(damaged(kogge_stone_adder(20), 1))
    assert settle(equals(first, wrong), Strength.CERTIFIED, BUDGET).verdict is Verdict.REFUTED


def wide() -> Network:
    """A threshold of more bits than are tabulated."""
    return network(step(sum(inputs(20, on=Bits)) - 10))


UNKNOWN = {
    "real inputs": (
        lambda: computes(network(relu(inputs())), lambda x: maximum(x, 0)),
        "circuits are compared on all of {0,1}^n",
    ),
    "a wide threshold": (
        lambda: computes_circuit(wide(), majority(20)),
        "node 20 of the network is no function of at most 8 bits that can be read off",
    ),
    "a wide threshold on the other side": (
        lambda: equals(emulate(majority(20)), wide()),
        "of the other network: node 20 of the network is no function of at most 8 bits that can be read off",
    ),
    "an output that is a number": (
        lambda: computes(network(2 * inputs(on=Bits)), lambda x: 2 * x),
        "output 0 of the network is not always 0 or 1, as far as can be read off",
    ),
}


@pytest.mark.parametrize("name", UNKNOWN)
def test_what_has_no_circuit_is_unknown_with_the_reason(name: str):
    task, reason = UNKNOWN[name]
    finding = clauses(task(), BUDGET)
    assert (finding.verdict, finding.reason) == (Verdict.UNKNOWN, reason)


def test_the_budget_is_counted_in_conflicts():
    task = computes_circuit(emulate(row_multiplier(6)), wallace_multiplier(6))
    findings = [clauses(task, replace(BUDGET, conflicts=50)) for _ in range(2)]
    assert {f.reason for f in findings} == {"no proof and no difference was found in 50 conflicts"}


def saying(source: str) -> list[str]:
    return [sys.executable, "-c", f"import sys, json; question = json.load(sys.stdin); {source}"]


def answering(proof: bytes = b"", **changes: object) -> list[str]:
    line = json.dumps({"input": None, "reason": "", **changes}).encode() + b"\n"
    return saying(f"sys.stdout.buffer.write({line + proof!r})")


BAD = "the answer of the search cannot be used: "
NOT_KEYS = BAD + "it is not an object with the keys input and reason, a text"
REJECTED = "the kernel rejects the certificate: "


@pytest.mark.parametrize(
    ("child", "reason"),
    [
        (saying("print('unsat')"), BAD + "it begins with b'unsat' and not with a line of JSON"),
        (saying(""), BAD + "it begins with b'' and not with a line of JSON"),
        (saying("print([])"), NOT_KEYS),
        (answering(reason=None), NOT_KEYS),
        (answering(more=1), NOT_KEYS),
        (answering(input=[0, 1]), BAD + "its input is not a list of 4 bits"),
        (answering(input=[0, 1, 2, 0]), BAD + "its input is not a list of 4 bits"),
        (answering(input=[0, 1, True, 0]), BAD + "its input is not a list of 4 bits"),
        (answering(input=[0, 1, 1, 0]), "the difference that was found does not replay in rationals"),
        (answering(reason="gave up"), "gave up"),
        (answering(), REJECTED + "the proof ends without the empty clause"),
        (answering(b"\x00\x01\x02"), REJECTED + "hint 1 of step 0 does not follow from those before it"),
        (answering(b"\xff" * 99), REJECTED + "the proof has a number of more than 42 bits"),
        (saying("import os; os.abort()"), "the search was ended by signal 6 (SIGABRT)"),
        (saying("x = bytearray(2**33)"), "the search ended with exit code 1: MemoryError"),
        (saying("import time; time.sleep(99)"), "the search gave no answer within 2 s"),
    ],
)
def test_a_search_that_lies_hangs_dies_or_babbles_gives_unknown(child: list[str], reason: str):
    task = computes_circuit(emulate(ripple_adder(2)), kogge_stone_adder(2))
    finding = clauses(task, replace(BUDGET, seconds=2 if "within" in reason else 20), child=child)
    assert (finding.verdict, finding.reason) == (Verdict.UNKNOWN, reason)


def miter(first: Circuit, second: Circuit):
    return miter_of(gates_of(first), gates_of(second))


def certified(first: Circuit, second: Circuit, proof: bytes) -> bool:
    """Whether the kernel takes this proof, in a certificate of the checker."""
    child = answering(proof)
    return clauses(computes_circuit(emulate(first), second), BUDGET, child=child).verdict is Verdict.HOLDS


def test_sweeping_alone_proves_copies_that_share_their_inner_functions():
    first = multiplier(6)
    second = rewritten(first)
    own, _ = circuit_of_network(emulate(first))
    question = miter_of(gates_of(own), gates_of(second))
    sweep = Sweep(question, Steps(question))
    sweep.run()
    assert conclude(sweep) == []
    assert sweep.found.structural > 250
    assert sweep.found.solved > 0
    assert certified(first, second, sweep.steps.proof())


def test_sweeping_leaves_different_outputs_open():
    first, second = less_than(6), damaged(rewritten(less_than(6)), 3)
    question = miter(first, second)
    sweep = Sweep(question, Steps(question))
    sweep.run()
    assert conclude(sweep) == [0]


def test_without_lrat_another_solver_is_followed(monkeypatch: pytest.MonkeyPatch):
    """Its learned clauses become steps by propagation of our own; a wrong circuit is refuted as well."""
    monkeypatch.setattr(searching, "lacks", lambda: "the wheel is another")
    first, second = ripple_adder(6), kogge_stone_adder(6)
    own, _ = circuit_of_network(emulate(first))
    answer, proof = searching.compare(miter_of(gates_of(own), gates_of(second)), 10_000, 0)
    assert answer == {"input": None, "reason": ""}
    assert certified(first, second, proof)
    answer, _ = searching.compare(miter(first, damaged(second, 4)), 10_000, 0)
    assert answer["input"] is not None
    answer, proof = searching.compare(miter(row_multiplier(5), wallace_multiplier(5)), 10, 0)
    reason = "no proof and no difference was found in 10 conflicts; the wheel is another"
    assert (answer, proof) == ({"input": None, "reason": reason}, b"")


def test_a_proof_too_long_to_be_replayed_is_a_reason(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(searching, "LONGEST_PROOF", 50)
    answer, proof = searching.compare(miter(ripple_adder(4), kogge_stone_adder(4)), 10_000, 0)
    assert (answer["input"], proof) == (None, b"")
    assert answer["reason"].endswith(" bytes, and more than 50 are not replayed")


NETWORKS = {
    "gates": lambda: emulate(multiplier(3)),
    "strictly layered, with carries": lambda: layered(emulate(multiplier(4))),
    "sums that are no bits inside": lambda: _full_adder(),
    "thresholds": lambda: network([step(sum(x) - k) for x in [inputs(6, on=Bits)] for k in (1, 3, 6)]),
    "parity": lambda: emulate(parity(9)),
    "inputs and constants": lambda: emulate(emptied(3)),
}


def _full_adder() -> Network:
    a, b, c = inputs(3, on=Bits)
    total = a + b + c
    carry = relu(total - 1) - relu(total - 2)
    return network([total - 2 * carry, carry])


@pytest.mark.parametrize("name", NETWORKS)
def test_the_circuit_of_a_network_computes_what_the_network_computes(name: str):
    """At every input; and the kernel agrees with every literal."""
    net = NETWORKS[name]()
    circuit, literals = circuit_of_network(net)
    domain = Bits.of((net.input_count,))
    points = [domain.unrank(r) for r in range(domain.cardinality())]
    assert simulate(circuit, [[int(v) for v in x] for x in points]).tolist() == [list(evaluate(net, x)) for x in points]
    assert len(literals) == net.node_count - net.input_count
    assert clauses(computes_circuit(net, circuit), BUDGET).strength is Strength.CERTIFIED


def test_a_network_on_other_inputs_has_no_circuit():
    with pytest.raises(Refusal, match=r"the domain of the network is R\^2, and only bits have a circuit"):
        circuit_of_network(network([relu(v) for v in inputs(2)]))


def test_a_certificate_for_one_circuit_is_none_for_another():
    first, second = ripple_adder(4), kogge_stone_adder(4)
    finding = clauses(computes_circuit(emulate(first), second), BUDGET)
    assert finding.certificate is not None
    data = second.aiger()[0]
    place = finding.certificate.index(data)
    wrong = bytearray(finding.certificate)
    wrong[place + len(data) - 1] ^= 1
    with pytest.raises(Rejected, match="the target of the statement is not the circuit in the certificate"):
        replay(bytes(wrong))
