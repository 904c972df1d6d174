"""Networks and tasks for the tests of checkers: each function says in one line what is claimed of which network."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from hashlib import sha256
from typing import Any

from proofcheck.checkers import Budget, Task
from proofcheck.circuits import Circuit
from proofcheck.domains import Bits, Domain, Reals
from proofcheck.networks import Network, inputs, network, relu
from proofcheck.spec import CircuitTarget, ReferenceTarget, SizeRelation, Statement, TermTarget, flat, output_variables, variables

BUDGET = Budget(seconds=60, rlimit=20_000_000, samples=2000, seed=1)


def computes(net: Network, target: Callable[..., Any], on: Domain | None = None, error: Any = None) -> Task:
    """network(x) == target(x), or within `error` of it; the target is a function of terms shaped like the ports."""
    domain = on or net.domain
    terms = tuple(flat(target(*variables(domain, [port.shape for port in net.inputs]))))
    kind = "computes" if error is None else "approximates"
    return Task(net, Statement(kind=kind, network=net.digest, domain=domain, target=TermTarget(terms), error=error))


def satisfies(net: Network, condition: Callable[..., Any], on: Domain | None = None) -> Task:
    """condition(x, network(x)) for all x."""
    domain = on or net.domain
    x = variables(domain, [port.shape for port in net.inputs])
    y = output_variables([port.shape for port in net.outputs])
    return Task(net, Statement(kind="property", network=net.digest, domain=domain, condition=condition(*x, *y)))


def computes_circuit(net: Network, circuit: Circuit) -> Task:
    """network(x) == circuit(x) for all bits."""
    target = CircuitTarget(sha256(circuit.aiger()[0]).hexdigest())
    domain = Bits.of((circuit.input_count,))
    return Task(net, Statement(kind="computes", network=net.digest, domain=domain, target=target), circuit=circuit)


def computes_reference(net: Network, function: Callable[[tuple[Fraction, ...]], tuple[Any, ...]]) -> Task:
    """network(x) == function(x), by running the function."""
    statement = Statement(kind="computes", network=net.digest, domain=net.domain, target=ReferenceTarget("0" * 64))
    return Task(net, statement, reference=lambda points: [function(point) for point in points])


def has_sizes(net: Network, relation: SizeRelation, layered: bool = False, on: Domain | None = None, **sizes: int) -> Task:
    """The relation at these parameters, of a network that may use relu only."""
    parameters = {name: Fraction(value) for name, value in sizes.items()}
    statement = Statement(
        kind="relation",
        network=net.digest,
        domain=on,
        relation=relation,
        parameters=parameters,
        activations=("relu",),
        layered=layered,
    )
    return Task(net, statement)


def tournament(n: int, on: Any = Reals) -> Network:
    """The maximum of n numbers in rounds."""
    x = inputs(n, on=on)
    while len(x) > 1:
        x = [b + relu(a - b) for a, b in zip(x[::2], x[1::2], strict=False)] + x[len(x) // 2 * 2 :]
    return network(x)


def ripple(p: int) -> Network:
    """The sum of two p-bit words modulo 2^p."""
    x, y = inputs(p, on=Bits, name="x"), inputs(p, on=Bits, name="y")
    t = x[0] + y[0]
    carry = relu(t - 1)
    digits = [t - 2 * carry]
    for a, b in zip(x[1:], y[1:], strict=True):
        t = a + b + carry
        carry = relu(t - 1) - relu(t - 2)
        digits.append(t - 2 * carry)
    return network(digits)


def xor_chain(n: int) -> Network:
    """The parity of n bits, two neurons for each XOR."""
    x = inputs(n, on=Bits)
    parity = x[0]
    for bit in x[1:]:
        parity = relu(parity - bit) + relu(bit - parity)
    return network(parity)


def changed(net: Network, before: Any, after: Any) -> Network:
    """The network with every weight or bias `before` replaced by `after`; the order of the values must not change."""
    values = tuple(Fraction(after) if value == before else value for value in net.values)
    assert values != net.values
    return replace(net, values=values)
