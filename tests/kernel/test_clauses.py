"""Clausal proofs: a right refutation proves, and every wrong step, circuit or statement is refused by name."""

from __future__ import annotations

import hashlib
import itertools
import random
from collections.abc import Iterator

import pytest
from clausal import Step, clauses_of, packed, refutation, written
from written import BITS, Aig, Net, bits, certificate, emulation, product, random_aig, statement, terms

from proofcheck.kernel import Rejected, replay
from proofcheck.kernel.aiger import read_aiger
from proofcheck.kernel.clauses import check_refutation, miter
from proofcheck.kernel.exact import MOST_STEPS, Work


def differently(aig: Aig, draw: random.Random) -> Aig:
    """The same function with double negations, repeated and swapped operands put in."""
    made, name = Aig(aig.inputs), {v: 2 * v for v in range(aig.inputs + 1)}
    for k, (a, b) in enumerate(aig.gates):
        a, b = (name[p >> 1] ^ p & 1 for p in (a, b))
        if draw.random() < 0.4:
            a = made.conjunction(a, a)
        if draw.random() < 0.3:
            b = made.disjunction(b, made.conjunction(a, b))
        name[aig.inputs + 1 + k] = made.conjunction(b, a)
    made.outputs = [name[p >> 1] ^ p & 1 for p in aig.outputs]
    return made


def check(own: Aig, other: Aig, proof: bytes) -> int:
    a, b = read_aiger(own.ascii()), read_aiger(other.ascii())
    return check_refutation(miter((a, b), (a.outputs, b.outputs), Work()), proof, Work())


def pairs(count: int) -> Iterator[tuple[Aig, Aig]]:
    """Random small circuits: copies, changed copies and strangers."""
    draw = random.Random(7)
    for seed in range(count):
        own = random_aig(3, draw.randrange(1, 7), 2, seed)
        other = differently(own, draw) if seed % 3 else random_aig(3, 4, 2, seed + 1000)
        if seed % 3 == 1:
            k = draw.randrange(len(other.gates))
            a, b = other.gates[k]
            other.gates[k] = (a ^ 1, b) if a >> 1 > b >> 1 else (a, b)
        yield own, other


def test_the_clauses_of_the_miter_are_those_of_the_formats_page() -> None:
    for own, other in pairs(60):
        a, b = read_aiger(own.binary()), read_aiger(other.ascii())
        made = miter((a, b), (a.outputs, b.outputs), Work())
        assert [set(clause) for clause in made] == [set(clause) for clause in clauses_of(own, other)]
        assert all(len(set(clause)) == len(clause) for clause in made)


def test_equal_circuits_have_an_accepted_refutation_and_different_ones_have_none() -> None:
    """Against exhaustive simulation; forged proofs of a false equality are refused, whatever they are made of."""
    draw, equal, different = random.Random(3), 0, 0
    for own, other in pairs(120):
        same = all(own.run(x) == other.run(x) for x in itertools.product((0, 1), repeat=3))
        clauses = clauses_of(own, other)
        steps = refutation(clauses, own.inputs)
        assert (steps is not None) == same
        if steps is not None:
            equal += 1
            assert check(own, other, written(len(clauses), steps)) == len(steps)
            assert check(own, other, written(len(clauses), steps, last_uses=False)) == len(steps)
            continue
        different += 1
        for _ in range(20):
            forged: list[Step] = []
            for _ in range(draw.randrange(3)):
                clause = [draw.randrange(40) for _ in range(draw.randrange(3))]
                forged.append((clause, draw.choices(range(len(clauses)), k=draw.randrange(1, 6))))
            forged.append(([], draw.choices(range(len(clauses) + len(forged)), k=draw.randrange(1, 12))))
            with pytest.raises(Rejected):
                check(own, other, written(len(clauses), forged))
    assert min(equal, different) > 30


def exclusive_ors() -> tuple[Aig, Aig]:
    """x xor y, by the three gates of `parity` and as (x and not y) or (y and not x)."""
    own, other = Aig(2), Aig(2)
    own.outputs = [own.parity(2, 4)]
    other.outputs = [other.disjunction(other.conjunction(2, 5), other.conjunction(3, 4))]
    return own, other


@pytest.fixture(scope="module")
def example() -> tuple[Aig, Aig, int, list[Step]]:
    own, other = exclusive_ors()
    clauses = clauses_of(own, other)
    steps = refutation(clauses, 2)
    assert steps is not None
    return own, other, len(clauses), steps


def test_every_changed_number_of_a_proof_is_refused_or_as_good(example) -> None:
    own, other, given, steps = example
    proof, draw, refused = written(given, steps), random.Random(1), 0
    for _ in range(600):
        mutant = bytearray(proof)
        mutant[draw.randrange(len(mutant))] = draw.randrange(256)
        try:
            check(own, other, bytes(mutant))
        except Rejected:
            refused += 1
    assert refused > 450
    for length in range(len(proof)):
        with pytest.raises(Rejected):
            check(own, other, proof[:length])


def test_the_proof_of_one_pair_refutes_no_other(example) -> None:
    """Another gate, other outputs, other inputs: the clauses are made from the circuits, so the proof does not fit them."""
    own, other, given, steps = example
    proof = written(given, steps)
    either = Aig(2, [*other.gates[:-1], (other.gates[-1][0], other.gates[-1][1] ^ 1)], other.outputs)
    negated = Aig(2, list(other.gates), [other.outputs[0] ^ 1])
    swapped = Aig(2, [(4, 2), (5, 3), (9, 7)], [10])  # the same function by other gates
    for wrong in (either, negated, swapped):
        with pytest.raises(Rejected):
            check(own, wrong, proof)


MESSAGES = {
    "no step at all": (b"", "the proof ends without the empty clause"),
    "the last step missing": ([([2], [0])], "step 0 does not follow from its hints"),
    "only a lemma": ([([1], [0])], "the proof ends without the empty clause"),
    "no hint": ([([], [])], "step 0 does not follow from its hints"),
    "a hint that forces nothing": ([([], [3])], "hint 1 of step 0 does not follow from those before it"),
    "itself": ([([], [22])], "step 0 rests on clause 22, which is not there"),
    "before the first": (packed([0, 1, 2 * 23]), "step 0 rests on clause -1, which is not there"),
    "a clause given up": (packed([1, 1, 1, 45, 1, 1, 1, 46]), "step 1 rests on clause 0, which is not there"),
    "given up within the step": (packed([1, 1, 2, 45, 44]), "step 0 rests on clause 0, which is not there"),
    "a hint behind the contradiction": ([([1], [0, 1])], "step 0 goes on after its contradiction"),
    "the contradiction twice": ([([1], [0, 0])], "step 0 goes on after its contradiction"),
    "a step by resolution on a definition": ([([100], [1])], "hint 1 of step 0 does not follow from those before it"),
    "half a step": (packed([3, 1]), "the proof ends in the middle of step 0"),
    "half the hints": (packed([1, 1, 2, 44]), "the proof ends in the middle of step 0"),
    "half a number": (bytes([1, 129]), "the proof ends in the middle of a number"),
    "a number without end": (b"\xff" * 9, "the proof has a number of more than 42 bits"),
}


@pytest.mark.parametrize("name", MESSAGES)
def test_what_is_wrong_with_a_proof_is_said(name: str) -> None:
    own, other = exclusive_ors()
    given = len(clauses_of(own, other))
    assert given == 22
    steps, message = MESSAGES[name]
    with pytest.raises(Rejected) as caught:
        check(own, other, steps if isinstance(steps, bytes) else written(given, steps, last_uses=False))
    assert str(caught.value) == message


def test_nothing_may_follow_the_empty_clause(example) -> None:
    own, other, given, steps = example
    with pytest.raises(Rejected, match="the proof goes on after the empty clause"):
        check(own, other, written(given, steps) + packed([0, 1, 2]))


def test_a_step_may_not_assume_what_only_keeps_satisfiability() -> None:
    """d <-> x, a new variable's definition, is a step in other proof systems; its clauses do not follow, and are refused."""
    own, other = exclusive_ors()
    given = len(clauses_of(own, other))
    for clause in ([100, 3], [101, 2]):
        with pytest.raises(Rejected, match="step 0 does not follow from its hints"):
            check(own, other, written(given, [(clause, [0]), ([], [0])]))


def test_work_is_counted_by_literals() -> None:
    """A clause of 3,000 literals, all but one of them false, is read once, and then more often than the work allows."""
    clauses = [(1,), tuple(range(3, 6003, 2))]
    for times, message in ((1, "step 0 does not follow from its hints"), (40, f"more than {MOST_STEPS} steps of work")):
        work = Work()
        work.left = 100_000
        with pytest.raises(Rejected, match=message):
            check_refutation(clauses, packed([2999, *range(5, 6003, 2), times, *[2] * times]), work)
        assert work.left == (97_000 if times == 1 else -2_000)


def by_clauses(net: Net, own: Aig, proof: bytes, circuit: bytes, target: object, **keys: object) -> bytes:
    whole = statement(net, **{"domain": bits(net.inputs), "target": target, **keys})
    columns = {"circuit": circuit, "own": own.ascii(), "meaning": list(net.literals), "proof": proof}
    return certificate("clauses", whole, net.file(), **columns)


def named(circuit: bytes) -> dict[str, str]:
    return {"circuit": hashlib.sha256(circuit).hexdigest()}


def test_a_network_computes_a_circuit_that_it_does_not_emulate(example) -> None:
    own, other, given, steps = example
    net, circuit = emulation(own), other.ascii()
    proved = replay(by_clauses(net, own, written(given, steps), circuit, named(circuit)))
    assert proved.method == "clauses"
    assert proved.measures["steps"] == len(steps)
    assert proved.sentence == (
        f"for all x in {{0,1}}^2: the network {net.digest()[:16]} computes what the circuit with SHA-256 "
        f"{named(circuit)['circuit']} computes, 1 outputs"
    )


def test_boolean_terms_are_compiled_and_compared() -> None:
    """where(x, not y, y) is x xor y."""
    _, other = exclusive_ors()
    wanted = terms(("where", ("input", 0), ("not", ("input", 1)), ("input", 1)))
    compiled = Aig(2)  # OR(AND(c, a), AND(not c, b)), as the table in docs/formats.md says
    compiled.outputs = [compiled.disjunction(compiled.conjunction(2, 5), compiled.conjunction(3, 4))]
    clauses = clauses_of(other, compiled)
    steps = refutation(clauses, 2)
    assert steps is not None
    proved = replay(by_clauses(emulation(other), other, written(len(clauses), steps), b"", {"terms": wanted}))
    assert "y0 = " in proved.sentence


def two_networks(first: Aig, other: Aig, steps: bytes, **changes: object) -> bytes:
    net, second = emulation(first), emulation(other, layered=True)
    target = changes.get("target", {"network": second.digest()})
    whole = statement(net, domain=bits(2), target=target)
    columns: dict[str, object] = {"circuit": other.ascii(), "own": first.ascii(), "meaning": list(net.literals), "proof": steps}
    columns |= {"other": second.file(), "noted": list(second.literals)}
    columns |= {name: value for name, value in changes.items() if name in columns}
    return certificate("clauses", whole, net.file(), **columns)


def test_two_networks_compute_the_same(example) -> None:
    own, other, given, steps = example
    proved = replay(two_networks(own, other, written(given, steps)))
    second = emulation(other, layered=True).digest()
    assert proved.sentence.endswith(f"computes what the network with digest {second} computes, 1 outputs")


def test_two_networks_that_emulate_one_circuit_need_no_proof() -> None:
    own, _ = exclusive_ors()
    net, second = emulation(own), emulation(own, layered=True)
    whole = statement(net, domain=bits(2), target={"network": second.digest()})
    columns = {"circuit": own.ascii(), "meaning": list(net.literals), "other": second.file(), "noted": list(second.literals)}
    assert replay(certificate("meanings", whole, net.file(), **columns)).method == "meanings"


NOTES = "the certificate needs one meaning for each node that is not an input"
FAULTS = {
    "another network": (
        {"target": {"network": "0" * 64}},
        "the target of the statement is not the other network in the certificate",
    ),
    "a circuit's name": (
        {"target": {"circuit": "0" * 64}},
        "the tensors must be network, circuit, own, meaning, proof in this order",
    ),
    "no name": ({"target": {"network": 5}}, "the name of a network must be a SHA-256"),
    "notes missing": ({"noted": []}, NOTES),
    "too many notes": ({"noted": [-1] * 99}, NOTES),
    "no proof": ({"proof": b""}, "the proof ends without the empty clause"),
    "own another": ({"own": b"aag 2 2 0 1 0\n2\n4\n2\n"}, "a node carries literal 8, which the circuit does not define"),
    "own with two outputs": ({"own": None}, "the network's own circuit has 2 outputs, the network 1"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_in_a_certificate_of_two_networks_is_refused(example, name: str) -> None:
    own, other, given, steps = example
    changes, message = FAULTS[name]
    if changes.get("own", b"") is None:
        changes = {"own": Aig(2, list(own.gates), [own.outputs[0]] * 2).ascii()}
    with pytest.raises(Rejected) as caught:
        replay(two_networks(own, other, written(given, steps), **changes))
    assert str(caught.value) == message


def test_the_other_network_has_as_many_inputs(example) -> None:
    own, other, given, steps = example
    net, second = emulation(own), emulation(random_aig(3, 4, 1, 1))
    whole = statement(net, domain=bits(2), target={"network": second.digest()})
    columns = {"circuit": other.ascii(), "own": own.ascii(), "meaning": list(net.literals), "proof": written(given, steps)}
    with pytest.raises(Rejected, match="the other network has 3 inputs and 1 outputs, the circuit others"):
        replay(certificate("clauses", whole, net.file(), **columns, other=second.file(), noted=list(second.literals)))


def test_the_domain_is_all_bits_and_the_claim_is_computes(example) -> None:
    own, other, given, steps = example
    net, circuit = emulation(own), other.ascii()
    for domain in (product((BITS, 2), different=[[0, 1]]), product((["grid", "0x0", "0x1", 3], 2))):
        with pytest.raises(Rejected, match="meanings prove what a network computes on all of"):
            replay(by_clauses(net, own, written(given, steps), circuit, named(circuit), domain=domain))


def test_a_wrong_note_is_refused_whatever_the_proof_says(example) -> None:
    own, other, given, steps = example
    net, circuit = emulation(own), other.ascii()
    net.literals[0] ^= 1
    with pytest.raises(Rejected, match="node 2 should be literal 7: it is"):
        replay(by_clauses(net, own, written(given, steps), circuit, named(circuit)))
