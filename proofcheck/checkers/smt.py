"""Settle a statement by z3 over the rationals, in a process of its own.

The child (`smt_child`) rebuilds the query from the network file and the statement, so the parent hands over data only.
*unsat* is believed, and the finding says so; *sat* counts only when the model replays in rationals; everything else,
a child that dies, hangs or prints what it should not included, is unknown with the reason.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from proofcheck.checkers.boolean.gates import gates_of
from proofcheck.checkers.processes.limited import run_limited
from proofcheck.checkers.task import Budget, Point, Progress, Task, scope_of, unknown
from proofcheck.checkers.witness import replayed
from proofcheck.claims.evidence import Finding, Strength, Verdict
from proofcheck.errors import InputError
from proofcheck.exact import rational_of
from proofcheck.networks import Network, evaluate, network_bytes
from proofcheck.spec.statement import ReferenceTarget

CHILD = (sys.executable, "-P", str(Path(__file__).with_name("smt_child.py")))


@dataclass(frozen=True)
class Answer:
    """What the child said, checked for form only.

    rehearsal: a point of the domain with the outputs and the truth of the claim there, as the query has them; None when
    z3 found none. model: for "sat".
    """

    answer: str
    reason: str
    version: str
    rehearsal: tuple[Point, Point, bool] | None
    model: Point | None


def smt(task: Task, budget: Budget, progress: Progress | None = None, child: Sequence[str] = CHILD) -> Finding:
    """Settle a statement about all inputs by z3: established, refuted with a replayed model, or unknown."""
    if isinstance(task.statement.target, ReferenceTarget):
        return unknown("z3", task, "a reference function can only be run, not read by a solver")
    outcome = run_limited(child, query_bytes(task, budget), budget.seconds, budget.memory_mb)
    if outcome.problem:
        return unknown("z3", task, f"the solver {outcome.problem}")
    try:
        answer = answer_of(outcome.output, task)
    except InputError as error:
        return unknown("z3", task, f"the solver's answer cannot be used: {error}")
    return _finding(task, answer)


def _finding(task: Task, answer: Answer) -> Finding:
    domain = task.statement.domain
    assert domain is not None
    if answer.answer == "unsat":
        if answer.rehearsal is None or not domain.contains(answer.rehearsal[0]):
            return unknown("z3", task, "the solver showed no input of the domain, so its answer may be vacuous")
        point, outputs, holds = answer.rehearsal
        if evaluate(task.network, point) != outputs or (replayed(task, point) is None) != holds:
            return unknown("z3", task, "the solver's query and the rationals disagree at an input")
        return Finding(Verdict.HOLDS, Strength.ESTABLISHED, "z3", scope_of(task), trust=(f"z3 {answer.version}",))
    if answer.answer == "sat":
        if answer.model is None:
            return unknown("z3", task, f"the solver's model cannot be replayed: {answer.reason}")
        witness = replayed(task, answer.model)
        if witness is None:
            return unknown("z3", task, "the solver's model does not replay in rationals")
        return Finding(Verdict.REFUTED, None, "z3", scope_of(task), witness=witness)
    return unknown("z3", task, f"z3 {answer.version} gave up: {answer.reason}")


def query_bytes(task: Task, budget: Budget) -> bytes:
    """What the child reads: one line of JSON with the statement and the circuit's gates, then the network files."""
    rows = None
    if task.circuit is not None:
        gates = gates_of(task.circuit)
        rows = [list(gates.inputs), [[v, *sides] for v, sides in gates.gates.items()], gates.outputs]
    own, other = network_bytes(task.network), b"" if task.other is None else network_bytes(task.other)
    header = {"statement": task.statement.json(), "gates": rows, "rlimit": budget.rlimit, "length": len(own)}
    return json.dumps(header, separators=(",", ":")).encode() + b"\n" + own + other


def answer_of(output: bytes, task: Task) -> Answer:
    """Read the child's answer. Raises InputError unless it is one JSON object of the right form about this statement."""
    try:
        data = json.loads(output)
    except (ValueError, RecursionError):
        raise InputError(f"it is not JSON but {output[:60]!r}") from None
    expected = {"statement", "answer", "reason", "version", "rehearsal", "model"}
    if not isinstance(data, dict) or data.keys() != expected:
        raise InputError(f"it is not an object with the keys {', '.join(sorted(expected))}")
    if data["statement"] != task.statement.digest:
        raise InputError("it is about another statement")
    if data["answer"] not in ("sat", "unsat", "unknown"):
        raise InputError(f"it says {str(data['answer'])[:60]!r} instead of sat, unsat or unknown")
    for name in ("reason", "version"):
        if not isinstance(data[name], str):
            raise InputError(f"its {name} is no text")
    model = None if data["model"] is None else _point(data["model"], task.network.input_count)
    rehearsal = None if data["rehearsal"] is None else _rehearsal(data["rehearsal"], task.network)
    return Answer(data["answer"], data["reason"][:300], data["version"][:40], rehearsal, model)


def _rehearsal(data: object, network: Network) -> tuple[Point, Point, bool]:
    if not isinstance(data, list) or len(data) != 3 or not isinstance(data[2], bool):
        raise InputError("its rehearsal is not a point, outputs and a truth value")
    return _point(data[0], network.input_count), _point(data[1], len(network.output)), data[2]


def _point(data: object, dimension: int) -> Point:
    if not isinstance(data, list) or len(data) != dimension or not all(isinstance(text, str) for text in data):
        raise InputError(f"a point of it is not a list of {dimension} rationals")
    return tuple(rational_of(text) for text in data)
