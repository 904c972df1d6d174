"""AIGER: real files are read, and files that lie, cycle or keep state are refused, at the cost of their own length."""

from __future__ import annotations

import hashlib
import itertools
from pathlib import Path

import pytest
from written import Aig, Net, by_meanings, emulation

from proofcheck.kernel import Rejected, replay

DATA = Path(__file__).parents[3] / "shared" / "data"

AND = b"aag 3 2 0 1 1\n2\n4\n6\n6 4 2\n"

REFUSED = [
    (b"", "the circuit has"),
    (b"hello\n", "the circuit has"),
    (b"aag", "the circuit has"),
    (b"aag \n", "the circuit has"),
    (b"aag 3 2 0 1\n", "not 5 numbers"),
    (b"aag 3 2 0 1 1 0 0 0 0 0\n", "not 5 numbers"),
    (b"aag  3 2 0 1 1\n", "not 5 numbers"),
    (b"aag 3 2 0 1 x\n", "not 5 numbers"),
    (b"aag 3 2 0 1 -1\n", "not 5 numbers"),
    (b"aag 3 2 0 1 +1\n", "not 5 numbers"),
    ("aag 3 2 0 1 ²\n".encode(), "not 5 numbers"),
    (b"aag 3 2 0 1 1\r\n", "not 5 numbers"),
    (b"aag 3 2 1 1 0\n2\n4\n6 2\n6\n", "the circuit has 1 latches"),
    (b"aag 3 2 0 1 1 1\n2\n4\n6\n6\n6 4 2\n", "bad, constraint, justice or fairness properties"),
    (b"aag 3 2 0 1 1 0 1\n2\n4\n6\n6\n6 4 2\n", "bad, constraint, justice or fairness properties"),
    (b"aag 3 2 0 1 1 0 0 1\n2\n4\n6\n1\n6\n6 4 2\n", "bad, constraint, justice or fairness properties"),
    (b"aag 3 2 0 1 1 0 0 0 1\n2\n4\n6\n6\n6 4 2\n", "bad, constraint, justice or fairness properties"),
    (b"aag 2 2 0 1 1\n2\n4\n6\n6 4 2\n", "the counts in the header do not fit"),
    (b"aag 1000000000 2 0 1 999999998\n2\n4\n6\n6 4 2\n", "the counts in the header do not fit"),
    (b"aag 1000000000 2 0 999999999 1\n2\n4\n6\n6 4 2\n", "the counts in the header do not fit"),
    (b"aag 1000000000 1000000000 0 0 0\n", "the counts in the header do not fit"),
    (b"aig 1000000000 1000000000 0 0 0\n", "the counts in the header do not fit"),
    (b"aig 4000000000 2 0 0 3999999998\n", "the counts in the header do not fit"),
    (b"aag 99999999999999 2 0 0 0\n", "the circuit has"),
    (b"aag 9999999999999999999999 2 0 0 0\n", "the circuit has"),
    (b"aag 3 2 0 1 1\n3\n4\n6\n6 4 2\n", "an input of the circuit is negated"),
    (b"aag 3 2 0 1 1\n0\n4\n6\n6 4 2\n", "a variable of the circuit is defined twice"),
    (b"aag 3 2 0 1 1\n2\n2\n6\n6 4 2\n", "a variable of the circuit is defined twice"),
    (b"aag 3 2 0 1 1\n2\n6\n6\n6 4 2\n", "a variable of the circuit is defined twice"),
    (b"aag 3 2 0 1 1\n2\n4\n6\n0 4 2\n", "a variable of the circuit is defined twice"),
    (b"aag 3 2 0 1 1\n2\n4\n8\n6 4 2\n", "numbers up to 7"),
    (b"aag 4 2 0 1 1\n2\n4\n8\n6 4 2\n", "an output of the circuit is not defined"),
    (b"aag 4 2 0 1 1\n2\n4\n6\n6 8 2\n", "variable 4 of the circuit is used and not defined"),
    (b"aag 3 2 0 1 1\n2\n4\n6\n7 4 2\n", "gate 7 of the circuit is negated or defined twice"),
    (b"aag 4 2 0 1 2\n2\n4\n6\n6 4 2\n6 2 2\n", "gate 6 of the circuit is negated or defined twice"),
    (b"aag 3 2 0 1 1\n2\n4\n6\n6 6 2\n", "a gate of the circuit depends on itself"),
    (b"aag 4 2 0 1 2\n2\n4\n6\n6 8 2\n8 7 4\n", "a gate of the circuit depends on itself"),
    (b"aag 3 2 0 1 1\n2\n4\n6\n6 4\n", "not 3 numbers"),
    (b"aag 3 2 0 1 1\n2\n4\n6\n6 4 2 2\n", "not 3 numbers"),
    (b"aag 3 2 0 1 1\n2\n4\n6\n6 4 2", "not 3 numbers"),
    (b"aag 3 2 0 1 1\n2\n4\n6\n", "not 3 numbers"),
    (AND + b"8 2 2\n", "after its gates the circuit has more"),
    (AND + b"i0\n", "after its gates the circuit has more"),
    (AND + b"i0 x", "after its gates the circuit has more"),
    (AND + b"b0 x\n", "after its gates the circuit has more"),
    (AND + b"\n", "after its gates the circuit has more"),
    (b"aig 3 2 0 1 1\n6\n", "ends in the middle of a gate"),
    (b"aig 3 2 0 1 1\n6\n\x02", "ends in the middle of a gate"),
    (b"aig 3 2 0 1 1\n6\n\x82\x80\x80\x80\x80\x80\x80\x80\x80\x00\x02", "more than 49 bits"),
    (b"aig 3 2 0 1 1\n6\n\x00\x02", "gate 6 of the circuit must read smaller literals"),
    (b"aig 3 2 0 1 1\n6\n\x07\x00", "gate 6 of the circuit must read smaller literals"),
    (b"aig 3 2 0 1 1\n6\n\x02\x05", "gate 6 of the circuit must read smaller literals"),
    (b"aig 4 2 0 1 1\n6\n\x02\x02", "the counts in the header do not fit"),
    (b"aig 3 2 0 1 1\n6\n\x02\x02\x00", "after its gates the circuit has more"),
    (b"aig 3 2 0 1 1\n8\n\x02\x02", "numbers up to 7"),
]


def conjunction() -> Net:
    net = Net(2)
    net.output = [net.node("relu", -1, {0: 1, 1: 1}, literal=6)]
    return net


@pytest.mark.parametrize(("data", "message"), REFUSED, ids=range(len(REFUSED)))
def test_a_broken_circuit_is_refused(data: bytes, message: str) -> None:
    with pytest.raises(Rejected) as caught:
        replay(by_meanings(conjunction(), data or b"\n"))
    assert message in str(caught.value)


@pytest.mark.parametrize(
    "data",
    [
        AND,
        b"aag 3 2 0 1 1 0 0 0 0\n2\n4\n6\n6 4 2\n",
        b"aag 3 2 0 1 1\n2\n4\n6\n6 2 4\n",
        b"aag 9 2 0 1 1\n2\n4\n6\n6 2 4\n",
        AND + b"i0 x\ni1 y\no0 both of them\n",
        AND + b"c\n",
        AND + b"i0 x\nc\nanything\x00\xff",
        b"aig 3 2 0 1 1\n6\n\x02\x02",
        b"aig 3 2 0 1 1\n6\n\x02\x02c\nmade by hand",
        b"aig 3 2 0 1 1\n6\n\x82\x00\x02",
        b"aag 5 2 0 1 3\n2\n4\n6\n6 8 10\n8 4 1\n10 2 1\n",
    ],
    ids=range(11),
)
def test_ways_to_write_one_conjunction(data: bytes) -> None:
    net = conjunction()
    assert replay(by_meanings(net, data)).statement["target"] == {"circuit": hashlib.sha256(data).hexdigest()}


def test_variables_keep_the_numbers_of_the_file() -> None:
    """Inputs 8 and 2, gate 6, in this order."""
    data = b"aag 9 2 0 2 1\n8\n2\n6\n9\n6 9 2\n"
    net = Net(2)
    gate = net.node("relu", 0, {0: -1, 1: 1}, literal=6)
    net.output = [gate, net.node("identity", 1, {0: -1}, literal=9)]
    replay(by_meanings(net, data))
    swapped = Net(2)
    gate = swapped.node("relu", 0, {1: -1, 0: 1}, literal=6)
    swapped.output = [gate, swapped.node("identity", 1, {1: -1}, literal=9)]
    with pytest.raises(Rejected, match="node 2 should be literal 6"):
        replay(by_meanings(swapped, data))


def test_a_long_chain_does_not_exhaust_the_stack() -> None:
    aig = Aig(1)
    literal = 2
    for _ in range(20_000):
        literal = aig.conjunction(literal, 2)
    aig.outputs = [literal]
    backwards = aig.ascii().split(b"\n")
    rows = b"\n".join(backwards[:3] + backwards[3:-1][::-1]) + b"\n"
    net = Net(1)
    net.output = [0]
    for data in (aig.binary(), rows):
        replay(by_meanings(net, data))


def test_constants_in_gates() -> None:
    """AND(x, false) is false, AND(x, true) is x; the network has nothing there."""
    aig = Aig(1)
    aig.outputs = [aig.conjunction(2, 0), aig.conjunction(2, 1)]
    net = Net(1)
    net.output = [net.node("identity", 0, {}, literal=0), 0]
    with pytest.raises(Rejected, match="output 0 should be literal 4, but the node rests on no variable"):
        replay(by_meanings(net, aig.ascii()))
    net.output = [net.node("identity", 0, {0: 1}, literal=-1), 0]
    net.nodes[-1] = ("relu", net.nodes[-1][1], -net.nodes[-1][2] - 1, net.nodes[-1][3])
    replay(by_meanings(net, aig.ascii()))


SMALL = ("and", "or", "halfadder", "inverter", "buffer", "xor1", "xorxormiter", "true", "false")
STATEFUL = ("cnt1", "cnt1e", "notcnt1", "notcnt1e", "toggle", "toggle-re")


@pytest.mark.skipif(not DATA.is_dir(), reason="the shared data are not here")
@pytest.mark.parametrize("name", SMALL)
def test_real_small_circuits_are_proved(name: str) -> None:
    data = (DATA / "aiger" / f"{name}.aag").read_bytes()
    aig, names = small(data)
    net = emulation(aig)
    replay(by_meanings(net, data, [2 * names[literal >> 1] + literal % 2 for literal in net.literals]))


def test_a_network_without_outputs_computes_nothing() -> None:
    with pytest.raises(Rejected, match="the network has no output"):
        replay(by_meanings(Net(0), b"aag 0 0 0 0 0\n"))


@pytest.mark.skipif(not DATA.is_dir(), reason="the shared data are not here")
@pytest.mark.parametrize("name", STATEFUL)
def test_real_circuits_with_state_are_refused(name: str) -> None:
    data = (DATA / "aiger" / f"{name}.aag").read_bytes()
    with pytest.raises(Rejected, match=r"latches: only a circuit without state|properties, which mean nothing"):
        replay(by_meanings(conjunction(), data))


@pytest.mark.skipif(not DATA.is_dir(), reason="the shared data are not here")
@pytest.mark.parametrize("name", ["adder", "bar", "ctrl", "dec", "cavlc", "priority", "router"])
def test_real_binary_circuits_are_proved(name: str) -> None:
    data = (DATA / "epfl" / f"{name}.aig").read_bytes()
    aig = parsed(data)
    net = emulation(aig)
    assert replay(by_meanings(net, data)).measures["neurons"] == len(aig.gates)
    net.nodes[len(aig.gates) // 2] = ("relu", net.nodes[0][1], net.nodes[0][2] + 7, {0: net.nodes[0][2] + 7 or 1})
    with pytest.raises(Rejected, match="should be literal"):
        replay(by_meanings(net, data))


def small(data: bytes) -> tuple[Aig, list[int]]:
    """(the circuit of an ASCII file with variables in topological order, the variable of the file for each of these)."""
    head, *lines = data.split(b"\n")
    _, inputs, _, outputs, gates = map(int, head.split()[1:6])
    rows = [tuple(map(int, line.split())) for line in lines[: inputs + outputs + gates]]
    waiting, names, table = rows[inputs + outputs :], [0, *(row[0] >> 1 for row in rows[:inputs])], []

    def renamed(literal: int) -> int:
        return 2 * names.index(literal >> 1) + literal % 2

    while waiting:
        gate = next(row for row in waiting if row[1] >> 1 in names and row[2] >> 1 in names)
        waiting.remove(gate)
        table.append((renamed(gate[1]), renamed(gate[2])))
        names.append(gate[0] >> 1)
    return Aig(inputs, table, [renamed(row[0]) for row in rows[inputs : inputs + outputs]]), names


def parsed(data: bytes) -> Aig:
    """The circuit of a binary file."""
    head, _, rest = data.partition(b"\n")
    _, inputs, _, outputs, gates = map(int, head.split()[1:6])
    lines = rest.split(b"\n")[:outputs]
    raw, table = iter(rest[sum(len(line) + 1 for line in lines) :]), []
    for k in range(gates):
        deltas = []
        for _ in range(2):
            value, shift, more = 0, 0, True
            while more:
                byte = next(raw)
                value, shift, more = value | (byte & 127) << shift, shift + 7, byte > 127
            deltas.append(value)
        left = 2 * (inputs + 1 + k) - deltas[0]
        table.append((left, left - deltas[1]))
    return Aig(inputs, table, [int(line) for line in lines])


def test_the_tests_own_circuits_agree_with_their_networks() -> None:
    """The emulation used everywhere here, against the circuit itself, by plain evaluation."""
    aig = Aig(3)
    aig.outputs = [aig.parity(aig.parity(2, 5), 6), aig.disjunction(3, 7)]
    for x in itertools.product((0, 1), repeat=3):
        assert aig.run(x) == [x[0] ^ (1 - x[1]) ^ x[2], (1 - x[0]) | (1 - x[2])]
