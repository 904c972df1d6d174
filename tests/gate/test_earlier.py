"""Failures of earlier runs: tried first, and refuting only where the claim fails now, whatever is kept."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from proofcheck.catalogue.failures import Failure, keep_failure, keys_of, recall_failures
from proofcheck.catalogue.store import Store
from proofcheck.checkers import witness
from proofcheck.checkers.task import Budget, Task
from proofcheck.circuits import Circuit, emulate, ripple_adder
from proofcheck.circuits.circuit import AND, XOR
from proofcheck.claims.evidence import Strength, Verdict
from proofcheck.claims.judged import Evidence
from proofcheck.domains import Bits, Box, Integers, Reals
from proofcheck.gate import judging
from proofcheck.gate.earlier import METHOD
from proofcheck.networks import Network, inputs, network, relu
from proofcheck.spec import CircuitTarget, ReferenceTarget, Statement, TermTarget, flat, maximum, output_variables, variables

QUICK = Budget(samples=2000, rlimit=5_000_000)
ADDER, BOX = ripple_adder(3), Box(-1, 1)


def positive(shift: Fraction | int = 0, on: object = Reals) -> Network:
    x = inputs(2, on=on)
    return network([relu(v - shift) for v in x])


def swapped(circuit: Circuit) -> Circuit:
    operation = circuit.operation.copy()
    operation[[i for i in range(circuit.gate_count) if operation[i] == AND][:1]] = XOR
    return replace(circuit, operation=operation)


def parts(net: Network, reference: bool = False) -> Task:
    terms = tuple(maximum(a, 0) for a in flat(variables(net.domain, [(2,)])))
    target = ReferenceTarget("0" * 64) if reference else TermTarget(terms)
    statement = Statement(kind="computes", network=net.digest, domain=net.domain, target=target)
    return Task(net, statement, reference=lambda rows: [tuple(max(v, Fraction(0)) for v in row) for row in rows])


def near(net: Network) -> Task:
    return Task(net, replace(parts(net).statement, kind="approximates", error=Fraction(1, 100)))


def above(net: Network) -> Task:
    (x,), (y,) = variables(net.domain, [(2,)]), output_variables([(2,)])
    condition = (y[0] >= x[0]) & (y[1] >= x[1])
    return Task(net, Statement(kind="property", network=net.digest, domain=net.domain, condition=condition))


def adds(circuit: Circuit) -> Task:
    net, target = emulate(circuit), CircuitTarget(hashlib.sha256(ADDER.aiger()[0]).hexdigest())
    return Task(net, Statement(kind="computes", network=net.digest, domain=Bits.of((6,)), target=target), circuit=ADDER)


PLANTED: dict[str, tuple[Callable[..., Task], object, object, object]] = {
    "a shifted kink": (parts, positive(), positive(Fraction(1, 7)), positive(Fraction(1, 9))),
    "an approximation": (near, positive(0, BOX), positive(Fraction(1, 7), BOX), positive(Fraction(1, 9), BOX)),
    "a property": (above, positive(), positive(Fraction(1, 7)), positive(Fraction(1, 9))),
    "on integers": (parts, positive(0, Integers(-9, 9)), positive(2, Integers(-9, 9)), positive(1, Integers(-9, 9))),
    "a gate": (adds, ADDER, swapped(ADDER), replace(swapped(ADDER), output=swapped(ADDER).output ^ 1)),
    "a reference function": (
        lambda net: parts(net, True),
        positive(0, Integers(-9, 9)),
        positive(2, Integers(-9, 9)),
        positive(1, Integers(-9, 9)),
    ),
}


@pytest.fixture
def evaluated(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """The points at which networks are evaluated in rationals, one after another, and "settle" where a search begins."""
    points: list[object] = []
    interpret, settle = witness.interpret_nodes, judging.settle

    def noted(net, values, arithmetic):  # type: ignore[no-untyped-def]
        points.append(tuple(map(Fraction, values)))
        return interpret(net, values, arithmetic)

    monkeypatch.setattr(witness, "interpret_nodes", noted)
    monkeypatch.setattr(judging, "settle", lambda *rest: points.append("settle") or settle(*rest))
    return points


def found(task: Task, store: Store, recheck: bool = False) -> Evidence:
    said, digest = task.statement.json(), task.network.digest
    blank = Evidence("parts", "computes", "computes", "n = 2", Strength.ESTABLISHED, None, statement=said, network=digest)
    return judging.found(blank, task, QUICK, store, recheck, "", lambda text: None)


def kept(store: Store) -> list[Path]:
    return sorted((store.folder / "failures").rglob("*.json"))


@pytest.mark.parametrize("name", PLANTED)
def test_a_fault_is_met_again_at_the_first_point(name: str, evaluated: list[object], tmp_path: Path) -> None:
    """Then by another fault in its place; and mended, the claim holds, after that point was tried."""
    make, right, wrong, other = PLANTED[name]
    store = Store(tmp_path / "cache")
    first = found(make(wrong), store).finding
    assert first is not None
    assert (first.verdict, first.method == METHOD) == (Verdict.REFUTED, False)
    assert first.witness is not None
    for again in (False, True):
        evaluated.clear()
        second = found(make(wrong), store, again).finding
        assert second is not None
        assert (second.verdict, second.method, second.witness, second.checked) == (Verdict.REFUTED, METHOD, first.witness, 1)
        assert evaluated == [first.witness.inputs]  # one evaluation settles it: nothing is searched
    evaluated.clear()
    third = found(make(other), store).finding
    assert third is not None
    assert (third.verdict, third.method) == (Verdict.REFUTED, METHOD)
    assert evaluated[0] == first.witness.inputs
    assert "settle" not in evaluated
    evaluated.clear()
    mended = found(make(right), store).finding
    assert mended is not None
    assert mended.verdict is Verdict.HOLDS
    assert first.witness.inputs in evaluated[: evaluated.index("settle")]  # tried before anything else
    recalled = found(make(right), store)
    assert recalled.recalled
    assert recalled.finding is not None
    assert recalled.finding.verdict is Verdict.HOLDS


def test_a_remembered_finding_does_not_hide_a_failure(tmp_path: Path) -> None:
    """Whatever the cache says of a network, an input at which it fails refutes."""
    store, task = Store(tmp_path / "cache"), parts(positive(Fraction(1, 7)))
    good = found(parts(positive()), store).finding
    assert good is not None
    key = judging.key_of(task, Strength.ESTABLISHED, QUICK, "")
    store.keep(key, replace(good, strength=Strength.ESTABLISHED, certificate=None))
    assert found(task, store).recalled
    keep_failure(store, keys_of("parts", "computes", "n = 2", ""), Failure((Fraction(1), Fraction(1)), "0" * 64))
    refuted = found(task, store).finding
    assert refuted is not None
    assert (refuted.verdict, refuted.method) == (Verdict.REFUTED, METHOD)


LIES: tuple[tuple[Fraction, ...], ...] = (
    (Fraction(0), Fraction(0)),
    (Fraction(10**6), Fraction(-1)),
    (Fraction(1, 3), Fraction(-7, 2)),
    (),
    tuple(map(Fraction, range(9))),
    (Fraction(1 << 4000, 3), Fraction(0)),
)


@pytest.mark.parametrize("name", ["on integers", "a gate", "a reference function"])
def test_what_is_kept_decides_nothing(name: str, tmp_path: Path) -> None:
    """Points sealed by the user that are no failures, of other lengths or outside the domain; and entries damaged in any way."""
    make, right, wrong, _ = PLANTED[name]
    for task, verdict in ((make(right), Verdict.HOLDS), (make(wrong), Verdict.REFUTED)):
        store = Store(tmp_path / verdict.value)
        keys = keys_of("parts", "computes", "n = 2", found(task, store).meaning)
        for lie in LIES:
            for file in kept(store):
                file.unlink()
            keep_failure(store, keys, Failure(lie, task.network.digest))
            assert recall_failures(store, keys)[0].point == lie
            finding = found(task, store, recheck=True).finding
            assert finding is not None
            assert finding.verdict is verdict
        for data in (b"", b"{}", os.urandom(200), b"[" * 10**5):
            for file in kept(store):
                file.write_bytes(data)
            finding = found(task, store, recheck=True).finding
            assert finding is not None
            assert finding.verdict is verdict


def test_a_claim_on_a_domain_that_is_not_the_networks_stays_bad_input(tmp_path: Path) -> None:
    store, small = Store(tmp_path / "cache"), positive(2, Integers(-9, 9))
    task = parts(positive(2))
    task = replace(task, network=small, statement=replace(task.statement, network=small.digest))
    keep_failure(store, keys_of("parts", "computes", "n = 2", ""), Failure((Fraction(1), Fraction(1)), "0" * 64))
    with pytest.raises(judging.ConstructionError, match="not certainly inside the domain of the network"):
        found(task, store)
