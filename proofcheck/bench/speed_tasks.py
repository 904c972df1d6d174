"""Whole tasks that `proofcheck bench speed` times: exhaustion, building, and how the cost of a program grows."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from hashlib import sha256
from typing import Any

from proofcheck.bench.measured import Measured, timed
from proofcheck.bench.report import Done
from proofcheck.bench.speed_device import on_gpu
from proofcheck.bench.speed_threads import threads
from proofcheck.checkers import Budget, Task, replayed, sampled
from proofcheck.checkers.batch import failures
from proofcheck.circuits import Circuit, emulate, kogge_stone_adder, random_circuit, ripple_adder, simulate_integers
from proofcheck.circuits.circuit import AND, XOR
from proofcheck.domains import Bits, Domain, Reals
from proofcheck.engine.bits.boolean import lookup_of_network
from proofcheck.engine.bits.lookup import difference, lookup_of_circuit
from proofcheck.engine.bits.programs import bit_engine
from proofcheck.errors import ProofcheckError
from proofcheck.networks import Network, evaluate, inputs, layered, network, relu
from proofcheck.spec import CircuitTarget, Statement, TermTarget, flat, maximum, variables
from proofcheck.spec.sampling import sample
from proofcheck.spec.strategies import strategy


def tasks(done: Done, only: str = "") -> list[Measured]:
    """Those whose names contain `only`, one after another."""
    found = []
    for name, work in TASKS.items():
        if only in name:
            done(name)
            found += work()
    return found


def _exhaustion() -> list[Measured]:
    return [*_exhaustive_27k(), *_exhaustive_adder()]


def _exhaustive_27k() -> list[Measured]:
    circuit = random_circuit(27_000, 20, 1, 100, 4)
    network = emulate(circuit)
    _ = network.digest
    name = "all 2^20 inputs of 27,000 gates, tables read off the weights included"
    return [timed(name, lambda: _equal(network, circuit, 1 << 20))]


def _exhaustive_adder() -> list[Measured]:
    network, name = emulate(ripple_adder(16)), "all 2^32 inputs of a 16+16-bit adder against a prefix adder"
    return [timed(name, lambda: _equal(network, kogge_stone_adder(16), 1 << 32))]


def _equal(network: Any, circuit: Circuit, total: int) -> None:
    engine = bit_engine(difference(lookup_of_network(network), lookup_of_circuit(circuit)))
    for start in range(0, total, 1 << 28):
        if engine.first(start, min(start + (1 << 28), total)) is not None:
            raise ProofcheckError("the network does not compute the circuit that it was made from")


def _property_testing() -> list[Measured]:
    """Inputs a second, by plain Hypothesis and in batches, and the witness of one planted fault that each ends with."""
    circuit = random_circuit(1_000, 32, 1, 50, 4)
    network = emulate(circuit)
    plain = _examples_a_second(network, circuit)
    engine = bit_engine(difference(lookup_of_network(network), lookup_of_circuit(circuit)))
    count = 1 << 24
    engine.first(0, 64, 0)
    started = time.process_time()
    if engine.first(0, count, 0) is not None:
        raise ProofcheckError("the network does not compute the circuit that it was made from")
    batched = count / (time.process_time() - started)
    numbers = {"plain": plain, "batched": batched, "times": batched / plain}
    words = f"{plain:.3g} inputs/s by plain Hypothesis, {batched:.3g} in batches: {batched / plain:.3g} times as many"
    faulty = ripple_adder(12)
    operation = faulty.operation.copy()
    operation[[i for i in range(faulty.gate_count // 2, faulty.gate_count) if operation[i] == AND][:1]] = XOR
    wrong = replace(faulty, operation=operation)
    task = Task(
        emulate(wrong),
        Statement(
            kind="computes",
            network=emulate(wrong).digest,
            domain=Bits.of((24,)),
            target=CircuitTarget(sha256(faulty.aiger()[0]).hexdigest()),
        ),
        circuit=faulty,
    )
    ones = {"plain": int(sum(_by_hypothesis(task))), "batched": int(sum(_in_batches(task)))}
    fault = ", ".join(f"{way}: {count} ones" for way, count in ones.items())
    return [
        Measured("property testing of 1,000 gates", words, numbers),
        Measured("ones in the shrunk witness of an XOR in place of an AND in a 12-bit adder", fault, dict(ones)),
    ]


def _piecewise_linear() -> list[Measured]:
    """The same for the maximum of 16 reals, inputs drawn included; the planted fault is a kink that comes late."""
    task = _maximum(16, Fraction(0))
    domain = task.statement.domain
    assert domain is not None
    failures(task, *sample(domain, 1 << 10, 1))
    started = time.process_time()
    numerators, one = sample(domain, 1 << 16, 0)
    for begin in range(0, len(numerators), 1 << 14):
        if failures(task, numerators[begin : begin + (1 << 14)], one).size:
            raise ProofcheckError("the tournament does not compute the maximum")
    batched = len(numerators) / (time.process_time() - started)

    def holds(x: tuple[Fraction, ...]) -> bool:
        return replayed(task, x) is None

    plain = _rate(domain, holds)
    numbers = {"plain": plain, "batched": batched, "times": batched / plain}
    words = f"{plain:.3g} inputs/s by plain Hypothesis, {batched:.3g} in batches: {batched / plain:.3g} times as many"
    late = _maximum(4, Fraction(1, 7))
    sizes = {"plain": _size(_by_hypothesis(late)), "batched": _size(_in_batches(late))}
    fault = ", ".join(f"{way}: {size:g}" for way, size in sizes.items())
    return [
        Measured("property testing of the maximum of 16 reals, drawing included", words, numbers),
        Measured("numerators and denominators in the shrunk witness of kinks that are 1/7 late", fault, sizes),
    ]


def _maximum(n: int, late: Fraction) -> Task:
    """A tournament whose kinks come `late`, against the maximum."""
    x = list(inputs(n, on=Reals))
    while len(x) > 1:
        x = [b + relu(a - b - late) for a, b in zip(x[::2], x[1::2], strict=True)]
    found = network(x)
    terms = (maximum(*flat(variables(found.domain, [(n,)]))),)
    statement = Statement(kind="computes", network=found.digest, domain=found.domain, target=TermTarget(terms))
    return Task(found, statement)


def _size(x: tuple[Fraction, ...]) -> int:
    return sum(abs(value.numerator) + value.denominator for value in x)


def _examples_a_second(network: Network, circuit: Circuit) -> float:
    def holds(x: tuple[Fraction, ...]) -> bool:
        return evaluate(network, x) == tuple(simulate_integers(circuit, [int(v) for v in x], 1))

    return _rate(network.domain, holds)


def _rate(domain: Domain, right: Callable[[tuple[Fraction, ...]], bool], examples: int = 300) -> float:
    """Examples a second of plain Hypothesis, one by one in rationals."""
    from hypothesis import HealthCheck, Phase, given, settings

    @settings(
        max_examples=examples,
        database=None,
        deadline=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy(domain))
    def holds(x: tuple[Fraction, ...]) -> None:
        if not right(x):
            raise ProofcheckError("the network does not compute what it was made for")

    started = time.process_time()
    holds()
    return examples / (time.process_time() - started)


def _by_hypothesis(task: Task) -> tuple[Fraction, ...]:
    from hypothesis import find, settings

    assert task.statement.domain is not None
    chosen = settings(max_examples=20_000, database=None, deadline=None, derandomize=True)
    return find(strategy(task.statement.domain), lambda x: replayed(task, x) is not None, settings=chosen)


def _in_batches(task: Task) -> tuple[Fraction, ...]:
    finding = sampled(task, Budget())
    if finding.witness is None:
        raise ProofcheckError("the planted fault was not found")
    return finding.witness.inputs


def _building() -> list[Measured]:
    circuit = random_circuit(200_000, 1024, 1, 300, 4)
    skip = timed("200,000 gates to a network with skips", lambda: emulate(circuit), memory=True)
    network = emulate(circuit)
    name = "that network strictly layered, neurons as late as possible"
    return [skip, timed(name, lambda: layered(network, "latest"), memory=True)]


def _growth() -> list[Measured]:
    """Seconds for one program and 2^16 inputs when one thing grows."""
    found = []
    for what, shapes in {
        "gates": [(gates, 100, 1 << 16) for gates in (1_000, 10_000, 100_000)],
        "depth": [(27_000, depth, 1 << 16) for depth in (30, 100, 1_000)],
        "inputs": [(27_000, 100, count) for count in (1 << 12, 1 << 16, 1 << 20)],
    }.items():
        parts, numbers = [], {}
        for gates, depth, count in shapes:
            engine = bit_engine(lookup_of_network(emulate(random_circuit(gates, 256, 1, depth, 4))))
            engine = bit_engine(difference(engine.program, engine.program))
            engine.first(0, 1 << 12, 0)
            started = time.process_time()
            engine.first(0, count, 0)
            spent = time.process_time() - started
            value = {"gates": gates, "depth": depth, "inputs": count}[what]
            parts.append(f"{value}: {spent:.3g} s")
            numbers[f"{what}_{value}"] = spent
        found.append(Measured(f"cost by {what}", ", ".join(parts), numbers))
    return found


TASKS: dict[str, Callable[[], list[Measured]]] = {
    "exhaustion": _exhaustion,
    "property testing": _property_testing,
    "property testing, piecewise linear": _piecewise_linear,
    "threads": threads,
    "GPU": on_gpu,
    "building": _building,
    "growth": _growth,
}
"""By the names that --only looks at."""
