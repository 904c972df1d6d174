"""Rebuilt circuits: the same function at every input, by other gates."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from proofcheck import circuits
from proofcheck.circuits import Builder, Circuit, balanced, random_circuit, resynthesised, simulate_integers
from proofcheck.circuits.restructure import pruned
from proofcheck.errors import UsageError

SOURCES: dict[str, Callable[[], Circuit]] = {
    "adder": lambda: circuits.ripple_adder(6, carry_out=True),
    "multiplier": lambda: circuits.multiplier(5),
    "comparator": lambda: circuits.less_than(7),
    "shifter": lambda: circuits.barrel_shifter(3),
    "random": lambda: random_circuit(400, 12, 3),
    "deep random": lambda: random_circuit(300, 9, 4, depth=100),
    "no gates": lambda: random_circuit(0, 3, 0),
}
REBUILDING: dict[str, Callable[[Circuit], Circuit]] = {
    "balanced": balanced,
    "pruned": pruned,
    "resynthesised": lambda c: resynthesised(c, 1, share=1),
    "over two leaves": lambda c: resynthesised(c, 2, leaves=2, share=1),
    "over eight leaves": lambda c: resynthesised(c, 3, leaves=8),
    "not at all": lambda c: resynthesised(c, 4, share=0),
    "twice": lambda c: balanced(resynthesised(balanced(resynthesised(c, 5, share=1)), 6, 5)),
}


@pytest.mark.parametrize("rebuilt", REBUILDING)
@pytest.mark.parametrize("source", SOURCES)
def test_the_function_and_the_ports_stay(source: str, rebuilt: str) -> None:
    """At every input of up to 12 bits."""
    circuit = SOURCES[source]()
    other = REBUILDING[rebuilt](circuit)
    assert (other.inputs, other.outputs) == (circuit.inputs, circuit.outputs)
    n = circuit.input_count
    patterns = [sum(1 << c for c in range(1 << n) if c >> i & 1) for i in range(n)]
    assert simulate_integers(other, patterns, 1 << n) == simulate_integers(circuit, patterns, 1 << n)


def test_a_chain_becomes_a_tree() -> None:
    for operation in ("and_", "xor"):
        builder = Builder()
        x = builder.inputs("x", 64)
        total = x[0]
        for bit in x[1:]:
            total = getattr(builder, operation)(total, bit)
        builder.output("y", total ^ 1)
        circuit = builder.circuit()
        assert (circuit.depth, balanced(circuit).depth, balanced(circuit).gate_count) == (63, 6, 63)


def test_resynthesis_changes_the_gates_and_never_many_more() -> None:
    circuit = circuits.multiplier(8)
    first, second = resynthesised(circuit, 1, share=1), resynthesised(circuit, 2, share=1)
    assert first == resynthesised(circuit, 1, share=1)
    assert first != second
    gates = {(int(o), int(a), int(b)) for o, a, b in zip(circuit.operation, circuit.left, circuit.right, strict=True)}
    kept = sum((int(o), int(a), int(b)) in gates for o, a, b in zip(first.operation, first.left, first.right, strict=True))
    assert kept < first.gate_count * 3 // 4
    assert first.gate_count < 2 * circuit.gate_count


def test_gates_that_no_output_rests_on_go() -> None:
    builder = Builder()
    x = builder.inputs("x", 8)
    used = builder.and_(x[0], x[1])
    for bit in x:
        builder.xor(used, bit)
    builder.output("y", used)
    assert builder.circuit().gate_count == 9
    assert pruned(builder.circuit()).gate_count == 1


@pytest.mark.parametrize(("leaves", "share"), [(1, 0.5), (9, 0.5), (4, -0.1), (4, 1.5), (4, float("nan"))])
def test_what_cannot_be_asked_for_is_said(leaves: int, share: float) -> None:
    message = f"{leaves} leaves and a share of {share} were given: 2 to 8 and 0 to 1 are expected"
    with pytest.raises(UsageError, match=message):
        resynthesised(circuits.parity(3), 0, leaves, share)
