"""Node by node: right annotations prove, and every wrong network, annotation, circuit or statement is refused."""

from __future__ import annotations

import hashlib
import itertools
import random
from fractions import Fraction

import pytest
from written import (
    BITS,
    Aig,
    Net,
    bits,
    by_meanings,
    canonical,
    certificate,
    emulation,
    product,
    random_aig,
    statement,
)

from proofcheck.kernel import Rejected, replay


def full_adder() -> Aig:
    aig = Aig(3)
    half = aig.parity(2, 4)
    total = aig.parity(half, 6)
    carry = aig.disjunction(aig.conjunction(2, 4), aig.conjunction(half, 6))
    aig.outputs = [total, carry]
    return aig


def adder_network(aig: Aig) -> Net:
    """carry = relu(t - 1) - relu(t - 2), sum = t - 2 carry, where t = a + b + c; only carry and sum are annotated."""
    net, (total, carry) = Net(3), aig.outputs
    t = net.node("identity", 0, {0: 1, 1: 1, 2: 1})
    low, high = net.node("relu", -1, {t: 1}), net.node("relu", -2, {t: 1})
    c = net.node("identity", 0, {low: 1, high: -1}, literal=carry)
    s = net.node("identity", 0, {t: 1, c: -2}, literal=total)
    net.output = [s, c]
    return net


@pytest.mark.parametrize("layered", [False, True])
@pytest.mark.parametrize("form", ["ascii", "binary"])
def test_an_emulation_is_proved(layered: bool, form: str) -> None:
    aig = random_aig(8, 120, 9, seed=3, reach=30)
    net = emulation(aig, layered)
    proved = replay(by_meanings(net, getattr(aig, form)()))
    assert proved.network_digest == net.digest()
    assert proved.method == "meanings"
    assert proved.assumptions == ()
    assert proved.sentence.startswith(f"for all x in {{0,1}}^8: the network {net.digest()[:16]} computes what the circuit with")
    assert proved.measures["neurons"] == sum(kind == "relu" for kind, *_ in net.nodes)


def test_inner_nodes_without_a_literal_are_evaluated_at_the_corners() -> None:
    aig = full_adder()
    assert replay(by_meanings(adder_network(aig), aig.ascii())).measures["depth"] == 1


def test_a_literal_that_the_circuit_computes_from_others_is_not_free() -> None:
    """sum reads carry beside a, b, c: at the corner a = b = c = 1, carry = 0 it would be 3, but that never happens."""
    aig = full_adder()
    net = adder_network(aig)
    assert net.nodes[4][3].keys() == {3, 6}
    replay(by_meanings(net, aig.ascii()))


def test_an_output_may_be_an_input_a_constant_or_an_unannotated_node() -> None:
    aig, net = Aig(2, outputs=[3, 2, 1, 0, 5]), Net(2)
    inverted = net.node("identity", 1, {0: -1})
    one = net.node("relu", 1, {}, literal=1)
    zero = net.node("step", Fraction(-1, 2), {})
    also = net.node("leaky_relu", 1, {1: -1}, slope=Fraction(1, 2), literal=5)
    net.output = [inverted, 0, one, zero, also]
    replay(by_meanings(net, aig.ascii()))


def test_an_output_may_carry_another_literal_with_the_same_value() -> None:
    aig = Aig(2)
    both = aig.conjunction(2, 4)
    aig.outputs = [aig.conjunction(both, both)]
    net = Net(2)
    net.output = [net.node("relu", -1, {0: 1, 1: 1}, literal=both)]
    replay(by_meanings(net, aig.ascii()))


@pytest.mark.parametrize(
    ("kind", "bias", "weights", "gate"),
    [
        ("step", -2, (1, 1), "and"),
        ("saturated_linear", -1, (1, 1), "and"),
        ("saturated_linear", 0, (1, 1), "or"),
        ("step", Fraction(-1, 3), (Fraction(1, 3), Fraction(1, 3)), "or"),
        ("leaky_relu", 0, (1, 1), "neither"),
        ("relu", 0, (1, 1), "neither"),
        ("relu", 0, (1, -1), "neither"),
    ],
)
def test_activations_mean_what_the_format_says(kind: str, bias: int, weights: tuple[int, int], gate: str) -> None:
    for name in ("and", "or"):
        aig, net = Aig(2), Net(2)
        aig.outputs = [aig.conjunction(2, 4) if name == "and" else aig.disjunction(2, 4)]
        net.output = [net.node(kind, bias, dict(enumerate(weights)), literal=aig.outputs[0])]
        if name == gate:
            replay(by_meanings(net, aig.ascii()))
        else:
            with pytest.raises(Rejected, match="node 2 should be literal"):
                replay(by_meanings(net, aig.ascii()))


def test_the_first_wrong_node_and_the_corner_are_named() -> None:
    aig, net = Aig(2), Net(2)
    aig.outputs = [aig.conjunction(2, 4)]
    net.output = [net.node("relu", 0, {0: 1, 1: 1}, literal=6)]
    with pytest.raises(Rejected) as caught:
        replay(by_meanings(net, aig.ascii()))
    assert str(caught.value) == "node 2 should be literal 6: it is 1 instead of 0 where literal 2 is 1, literal 4 is 0"


@pytest.mark.parametrize("value", [2, -1, Fraction(1, 2)])
def test_a_value_that_is_not_a_bit_is_refused(value: Fraction) -> None:
    aig, net = Aig(1, outputs=[2]), Net(1)
    net.output = [net.node("identity", 0, {0: value}, literal=2)]
    with pytest.raises(Rejected, match=f"it is {value} instead of 1 where literal 2 is 1"):
        replay(by_meanings(net, aig.ascii()))


def test_a_literal_above_what_the_node_rests_on_is_refused() -> None:
    """The node is right as a function of its inputs, but nothing in the notes says so."""
    aig = Aig(3)
    both = aig.conjunction(2, 4)
    aig.outputs = [aig.conjunction(both, 6)]
    net = Net(3)
    carried = net.node("relu", -1, {0: 1, 1: 1}, literal=both)
    net.output = [net.node("relu", 0, {carried: 1}, literal=aig.outputs[0])]
    with pytest.raises(Rejected, match="node 4 should be literal 10, but the node rests on 8, which do not determine it"):
        replay(by_meanings(net, aig.ascii()))


def test_wrong_meanings_that_support_each_other_are_refused() -> None:
    """Both nodes compute OR; both are noted as AND. The first of them is found."""
    aig = Aig(2)
    aig.outputs = [aig.conjunction(2, 4)]
    net = Net(2)
    first = net.node("saturated_linear", 0, {0: 1, 1: 1}, literal=6)
    net.output = [net.node("relu", 0, {first: 1}, literal=6)]
    with pytest.raises(Rejected, match="node 2 should be literal 6"):
        replay(by_meanings(net, aig.ascii()))


def test_every_changed_literal_is_refused_or_as_true() -> None:
    aig = random_aig(5, 60, 6, seed=11, reach=20)
    net = emulation(aig)
    table = [aig.values(x) for x in itertools.product((0, 1), repeat=5)]
    draw, refused = random.Random(5), 0
    for _ in range(150):
        literals, node, other = list(net.literals), draw.randrange(len(net.literals)), draw.randrange(2 * len(table[0]))
        same = all(v[other >> 1] ^ other & 1 == v[literals[node] >> 1] ^ literals[node] & 1 for v in table)
        literals[node] = other
        try:
            replay(by_meanings(net, aig.ascii(), literals))
        except Rejected:
            refused += 1
        else:
            assert same
    assert refused > 120


def test_every_mutated_weight_is_refused_or_changes_nothing() -> None:
    aig = random_aig(10, 500, 20, seed=1, reach=60)
    net, circuit = emulation(aig, layered=True), aig.binary()
    draw, refused = random.Random(2), 0
    for _ in range(40):
        i = draw.randrange(len(net.nodes))
        original = net.nodes[i]
        kind, slope, bias, weights = original
        change = draw.choice([1, -1, Fraction(1, 2)])
        if weights and draw.random() < 0.7:
            j = draw.choice(list(weights))
            weights = {**weights, j: weights[j] + change}
            weights = {s: w for s, w in weights.items() if w}
        else:
            bias += change
        net.nodes[i] = kind, slope, bias, weights
        try:
            replay(by_meanings(net, circuit))
        except Rejected:
            refused += 1
        else:  # only a node that cannot tell the difference: compare the two on all values of what it reads
            sources = sorted(original[3].keys() | weights.keys())
            for x in itertools.product((0, 1), repeat=len(sources)):
                at = dict(zip(sources, x, strict=True))
                both = ((original[2], original[3]), (bias, weights))
                before, after = (constant + sum(w * at[s] for s, w in terms.items()) for constant, terms in both)
                assert max(before, 0) == max(after, 0) or kind != "relu"
        net.nodes[i] = original
    assert refused >= 33


def broken(**changes: object) -> bytes:
    """A right certificate for one AND, with something replaced."""
    aig = Aig(2)
    aig.outputs = [aig.conjunction(2, 4)]
    net = Net(2)
    net.output = [net.node("relu", -1, {0: 1, 1: 1}, literal=6)]
    parts = {"circuit": aig.ascii(), "meaning": [6], **changes}
    target = {"circuit": hashlib.sha256(aig.ascii()).hexdigest()}
    whole = statement(net, domain=changes.get("domain", bits(2)), target=changes.get("target", target))
    tensors = {name: parts[name] for name in ("circuit", "meaning")}
    return certificate("meanings", whole, net.file(), **tensors)


SMALL_OR = b"aag 3 2 0 1 1\n2\n4\n7\n6 3 5\n"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"circuit": SMALL_OR}, "the target of the statement is not the circuit in the certificate"),
        ({"circuit": b""}, "the target of the statement is not the circuit in the certificate"),
        ({"meaning": []}, "one meaning for each node"),
        ({"meaning": [6, 6]}, "one meaning for each node"),
        ({"meaning": [-2]}, "meaning has an entry outside"),
        ({"meaning": [8]}, "carries literal 8, which the circuit does not define"),
        ({"meaning": [7]}, "node 2 should be literal 7: it is 0 instead of 1"),
        ({"meaning": [2]}, "node 2 should be literal 2"),
        ({"domain": product((["interval", "0x0", "0x1"], 2))}, "meanings prove what a network computes on all of"),
        ({"domain": product((["grid", "0x0", "0x1", 3], 2))}, "meanings prove what a network computes on all of"),
        ({"domain": product((BITS, 2), different=[[0, 1]])}, "meanings prove what a network computes on all of"),
        ({"domain": product((BITS, 2), constraints=[[[[0, "0x1"]], "<=", "0x0"]])}, "on all of"),
        ({"domain": bits(3)}, "the domain must have 2 coordinates"),
        ({"target": {"reference": "0" * 64}}, "the target of the statement is not the circuit"),
        ({"target": {"circuit": "0" * 64}}, "the target of the statement is not the circuit"),
        ({"target": {"circuit": "0" * 63}}, "the name of a circuit must be a SHA-256"),
        ({"target": {"circuit": "0" * 63 + "A"}}, "the name of a circuit must be a SHA-256"),
        ({"target": {"table": "0" * 64}}, "a target must be terms, a circuit, a network or a reference"),
        ({"target": {}}, "a target must be terms, a circuit, a network or a reference"),
        ({"target": 5}, "a target must be terms, a circuit, a network or a reference"),
    ],
)
def test_a_fault_in_the_certificate_is_refused(changes: dict[str, object], message: str) -> None:
    replay(broken())
    with pytest.raises(Rejected, match=message):
        replay(broken(**changes))


@pytest.mark.parametrize("form", [b"aag 3 3 0 1 0\n2\n4\n6\n2\n", b"aag 2 2 0 2 0\n2\n4\n2\n4\n", b"aag 1 1 0 1 0\n2\n2\n"])
def test_a_circuit_with_another_number_of_inputs_or_outputs_is_refused(form: bytes) -> None:
    net = Net(2)
    net.output = [0]
    with pytest.raises(Rejected, match=r"the circuit has \d (in|out)puts, the network"):
        replay(by_meanings(net, form))


def test_other_claims_are_not_proved_by_meanings() -> None:
    net = Net(1)
    net.output = [0]
    terms = {"nodes": [["input", 0]], "outputs": [0]}
    whole = statement(net, "approximates", domain=bits(1), target={"terms": terms}, error="0x0")
    with pytest.raises(Rejected, match="meanings prove what a network computes"):
        replay(certificate("meanings", whole, net.file(), circuit=b"", meaning=[]))


def test_a_node_on_too_many_free_variables_is_refused() -> None:
    for n, right in ((16, True), (17, False)):
        aig, net = Aig(n), Net(n)
        literal = 2
        for i in range(1, n):
            literal = aig.conjunction(literal, 2 * i + 2)
        aig.outputs = [literal]
        net.output = [net.node("relu", 1 - n, dict.fromkeys(range(n), 1), literal=literal)]
        if right:
            replay(by_meanings(net, aig.ascii()))
        else:
            with pytest.raises(Rejected, match="more than 16 free circuit variables"):
                replay(by_meanings(net, aig.ascii()))


def test_a_node_with_too_many_values_is_refused_and_not_expanded() -> None:
    aig, net = Aig(16, outputs=[2]), Net(16)
    word = net.node("identity", 0, {i: 2**i for i in range(16)})
    net.output = [net.node("step", -1, {word: 1}, literal=2)]
    with pytest.raises(Rejected, match="too many different values at too many corners"):
        replay(by_meanings(net, aig.ascii()))


def test_mutants_of_a_certificate_prove_the_same_or_nothing() -> None:
    """One byte or bit changed, 1,500 times: rejected, or the very same statement about the very same network."""
    aig = full_adder()
    data = by_meanings(adder_network(aig), aig.ascii())
    original, draw, accepted = replay(data), random.Random(9), 0
    for k in range(1500):
        mutant, at = bytearray(data), draw.randrange(len(data))
        mutant[at] = mutant[at] ^ 1 << draw.randrange(8) if k % 2 else draw.randrange(256)
        try:
            proved = replay(bytes(mutant))
        except Rejected:
            continue
        accepted += 1
        assert proved == original
    assert accepted < 100
    for k in range(len(data)):
        with pytest.raises(Rejected):
            replay(data[:k])
    with pytest.raises(Rejected):
        replay(data + b"\0")


def test_the_statement_is_about_this_network() -> None:
    aig = full_adder()
    net = adder_network(aig)
    data = by_meanings(net, aig.ascii())
    other = statement(net)["network"]
    with pytest.raises(Rejected, match="the statement is about network"):
        replay(data.replace(other.encode(), other[::-1].encode()))
    assert canonical(replay(data).statement).encode() in data.replace(b'\\"', b'"')
