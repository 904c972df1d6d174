"""Targets that look nothing like the network: read off its circuit, refute that it ever differs, and let the kernel replay.

Everything is done on circuits, in a child process; a difference that the child finds counts only when it replays in rationals.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from hashlib import sha256
from pathlib import Path

import numpy as np
import numpy.typing as npt

from proofcheck.checkers.boolean.gates import Gates, gates_of
from proofcheck.checkers.boolean.refutation import Miter
from proofcheck.checkers.boolean.words import adders
from proofcheck.checkers.certificates import certificate_bytes, certified
from proofcheck.checkers.processes.limited import run_limited
from proofcheck.checkers.task import Budget, Progress, Task, scope_of, unknown
from proofcheck.checkers.witness import replayed
from proofcheck.claims.evidence import Finding, Verdict
from proofcheck.domains.sets import BIT
from proofcheck.engine.bits.network_circuit import circuit_of_network
from proofcheck.errors import InputError, Refusal
from proofcheck.kernel import Rejected, circuit_of_terms
from proofcheck.networks.files import network_bytes
from proofcheck.spec.nodes import terms_json
from proofcheck.spec.statement import CircuitTarget, NetworkTarget, TermTarget

CHILD = (sys.executable, "-P", str(Path(__file__).with_name("clauses_child.py")))
Columns = Mapping[str, bytes | npt.NDArray[np.int64]]


@dataclass(frozen=True)
class Wanted:
    """The target as gates; `circuit` for the certificate, and behind the proof the columns that tie the two together."""

    gates: Gates
    circuit: bytes
    columns: Columns


def clauses(task: Task, budget: Budget, progress: Progress | None = None, child: Sequence[str] = CHILD) -> Finding:
    """Certify a statement of kind "computes" on all bits by a refutation, refute it by an input, or unknown."""
    domain = task.statement.domain
    assert domain is not None
    if task.statement.kind != "computes" or domain.constraints or domain.different or any(s != BIT for s in domain.sets):
        return unknown("clauses", task, "circuits are compared on all of {0,1}^n")
    try:
        own, notes = circuit_of_network(task.network)
        wanted = _wanted(task)
    except (Refusal, Rejected) as refused:
        return unknown("clauses", task, str(refused))
    gates = gates_of(own)
    if len(gates.outputs) != len(wanted.gates.outputs):
        return unknown("clauses", task, f"the target has {len(wanted.gates.outputs)} outputs, the network {len(gates.outputs)}")
    outcome = run_limited(child, question(miter_of(gates, wanted.gates), budget), budget.seconds, budget.memory_mb)
    if outcome.problem:
        return unknown("clauses", task, f"the search {outcome.problem}")
    try:
        point, reason, proof = answer_of(outcome.output, domain.dimension)
    except InputError as error:
        return unknown("clauses", task, f"the answer of the search cannot be used: {error}")
    if point is not None:
        witness = replayed(task, tuple(map(Fraction, point)))
        if witness is None:
            return unknown("clauses", task, "the difference that was found does not replay in rationals")
        return Finding(Verdict.REFUTED, None, "clauses", scope_of(task), witness=witness)
    if reason:
        return unknown("clauses", task, reason)
    data, _ = own.aiger()
    columns = {"circuit": wanted.circuit, "own": data, "meaning": notes, "proof": proof, **wanted.columns}
    try:
        return certified(task, "clauses", certificate_bytes(task, "clauses", **columns))
    except Rejected as rejected:
        return unknown("clauses", task, f"the kernel rejects the certificate: {rejected}")


def miter_of(own: Gates, wanted: Gates) -> Miter:
    """The miter of docs/formats.md. The circuits have as many inputs and outputs each."""
    made: list[tuple[int, int]] = []
    sides: list[list[int]] = []
    first = 1 + len(own.inputs)
    for gates in (own, wanted):
        variables = sorted(gates.gates)
        name = {0: 0} | {v: i for i, v in enumerate(gates.inputs, 1)} | {v: i for i, v in enumerate(variables, first + len(made))}

        def renamed(literals: Sequence[int], name: Mapping[int, int] = name) -> list[int]:
            return [2 * name[literal >> 1] + (literal & 1) for literal in literals]

        pairs = [sorted(renamed(gates.gates[v])) for v in variables]
        made += [(a, b) for a, b in pairs]
        sides.append(renamed(gates.outputs))
    return Miter(len(own.inputs), tuple(made), tuple(zip(*sides, strict=True)))


def question(miter: Miter, budget: Budget) -> bytes:
    """What the child reads: one object of JSON."""
    rows = {"inputs": miter.inputs, "gates": miter.gates, "pairs": miter.pairs}
    return json.dumps(rows | {"conflicts": budget.conflicts, "seed": budget.seed}, separators=(",", ":")).encode()


def answer_of(output: bytes, inputs: int) -> tuple[tuple[int, ...] | None, str, bytes]:
    """(an input where the circuits differ or None, why nothing was found or "", the proof). Raises InputError."""
    line, _, proof = output.partition(b"\n")
    try:
        data = json.loads(line)
    except (ValueError, RecursionError):
        raise InputError(f"it begins with {line[:60]!r} and not with a line of JSON") from None
    if not isinstance(data, dict) or data.keys() != {"input", "reason"} or not isinstance(data["reason"], str):
        raise InputError("it is not an object with the keys input and reason, a text")
    point = data["input"]
    if point is None:
        return None, data["reason"][:300], proof
    if not isinstance(point, list) or len(point) != inputs or any(type(bit) is not int or bit not in (0, 1) for bit in point):
        raise InputError(f"its input is not a list of {inputs} bits")
    return tuple(point), "", b""


def _wanted(task: Task) -> Wanted:
    """The target as gates. Raises Rejected or Refusal where it has none."""
    match task.statement.target:
        case CircuitTarget(sha):
            assert task.circuit is not None
            data, _ = task.circuit.aiger()
            if sha256(data).hexdigest() != sha:
                raise Refusal("the circuit at hand is not the one that the statement names")
            return Wanted(gates_of(task.circuit), data, {})
        case NetworkTarget():
            assert task.other is not None
            try:
                circuit, notes = circuit_of_network(task.other)
            except Refusal as reason:
                raise Refusal(f"of the other network: {reason}") from None
            return Wanted(gates_of(circuit), circuit.aiger()[0], {"other": network_bytes(task.other), "noted": notes})
        case TermTarget(terms):
            count, rows = task.network.input_count, terms_json(terms)
            gates, outputs = circuit_of_terms(rows, count)
            if None not in outputs:
                inputs = tuple(range(1, count + 1))
                return Wanted(Gates(inputs, {v: (a, b) for v, a, b in gates}, [p or 0 for p in outputs]), b"", {})
            built = adders(rows, count)
            if built is not None:
                return Wanted(built.gates, built.circuit, built.tensors())
    raise Refusal("the target is neither a circuit nor a network of bits, nor Boolean terms or words")
