"""Boolean targets, wire by wire: find what each node means, write the certificate, and let the kernel check it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256

import numpy as np
import numpy.typing as npt

from proofcheck.checkers.boolean.gates import Gates, gates_of
from proofcheck.checkers.boolean.nearby import nearby_witness
from proofcheck.checkers.boolean.search import find_literals
from proofcheck.checkers.boolean.words import adders
from proofcheck.checkers.certificates import certificate_bytes, certified
from proofcheck.checkers.task import Budget, Progress, Task, scope_of, unknown
from proofcheck.claims.evidence import Finding, Verdict
from proofcheck.domains.sets import BIT
from proofcheck.kernel import Rejected, circuit_of_terms
from proofcheck.spec.nodes import terms_json
from proofcheck.spec.statement import CircuitTarget, TermTarget

Literals = npt.NDArray[np.int64]


def meanings(task: Task, budget: Budget, progress: Progress | None = None, nearby: bool = True) -> Finding:
    """Certify a statement of kind "computes" on all bits, or unknown with the kernel's sentence.

    nearby: whether to look for a witness near the first wrong node, which takes a solver.

    The target is a circuit, Boolean terms, or bits of integer forms over Boolean terms. For a circuit the network's own
    meanings are tried first, when they speak of its file; otherwise, and for terms, the literals are searched for.
    """
    statement, domain = task.statement, task.statement.domain
    assert domain is not None
    if domain.constraints or domain.different or any(s != BIT for s in domain.sets):
        return unknown("meanings", task, f"meanings are literals on all of {{0,1}}^n, the claim is made on {domain.describe()}")
    if statement.kind == "computes" and isinstance(statement.target, CircuitTarget):
        return _circuit(task, statement.target.sha256, budget, nearby)
    if statement.kind == "computes" and isinstance(statement.target, TermTarget):
        return _terms(task, budget, nearby)
    return unknown("meanings", task, "meanings prove that a network computes a circuit, Boolean terms, or arithmetic on words")


def _circuit(task: Task, sha: str, budget: Budget, nearby: bool) -> Finding:
    assert task.circuit is not None
    data, _ = task.circuit.aiger()
    if sha256(data).hexdigest() != sha:
        return unknown("meanings", task, "the circuit at hand is not the one that the statement names")
    notes, gates = task.network.meanings, gates_of(task.circuit)
    if notes is not None and notes.circuit == sha:
        finding = _settled(task, gates, notes.literal, {"circuit": data}, budget, nearby)
        if finding.verdict is not Verdict.UNKNOWN:
            return finding
    return _settled(task, gates, find_literals(task.network, gates, budget.seed), {"circuit": data}, budget, nearby)


def _terms(task: Task, budget: Budget, nearby: bool) -> Finding:
    assert isinstance(task.statement.target, TermTarget)
    network, terms = task.network, terms_json(task.statement.target.terms)
    try:
        rows, outputs = circuit_of_terms(terms, network.input_count)
        if None not in outputs:
            inputs = tuple(range(1, network.input_count + 1))
            gates = Gates(inputs, {v: (a, b) for v, a, b in rows}, [literal or 0 for literal in outputs])
            return _settled(task, gates, find_literals(network, gates, budget.seed), {"circuit": b""}, budget, nearby)
        built = adders(terms, network.input_count)
    except Rejected as rejected:
        return unknown("meanings", task, f"the kernel makes no gates of the target: {rejected}")
    if built is None:
        return unknown("meanings", task, "an output of the target is neither Boolean nor a bit of an integer form over bits")
    found = find_literals(network, built.gates, budget.seed)
    return _settled(task, built.gates, found, {"circuit": built.circuit, **built.tensors()}, budget, nearby)


def _settled(
    task: Task,
    gates: Gates,
    literals: Sequence[int] | Literals,
    tensors: Mapping[str, bytes | Literals],
    budget: Budget,
    nearby: bool,
) -> Finding:
    """Certified by these literals; else refuted near the first node that is not its literal; else the kernel's sentence."""
    circuit, *identities = tensors.items()
    columns = dict([circuit, ("meaning", np.asarray(literals, np.int64)), *identities])
    try:
        return certified(task, "meanings", certificate_bytes(task, "meanings", **columns))
    except Rejected as rejected:
        witness = nearby_witness(task, gates, list(map(int, literals)), budget) if nearby else None
        if witness is not None:
            return Finding(Verdict.REFUTED, None, "meanings", scope_of(task), witness=witness)
        return unknown("meanings", task, f"the kernel rejects the certificate: {rejected}")
