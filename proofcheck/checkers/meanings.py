"""Boolean targets, wire by wire: find what each node means, write the certificate, and let the kernel check it."""

from __future__ import annotations

from hashlib import sha256

import numpy as np

from proofcheck.checkers.certificates import certificate_bytes, certified
from proofcheck.checkers.gates import Gates, gates_of
from proofcheck.checkers.search import find_literals
from proofcheck.checkers.task import Budget, Progress, Task, unknown
from proofcheck.checkers.words import adders
from proofcheck.claims.evidence import Finding
from proofcheck.domains.sets import BIT
from proofcheck.kernel import Rejected, circuit_of_terms
from proofcheck.spec.nodes import terms_json
from proofcheck.spec.statement import CircuitTarget, TermTarget


def meanings(task: Task, budget: Budget, progress: Progress | None = None) -> Finding:
    """Certify a statement of kind "computes" on all bits, or unknown with the kernel's sentence.

    The target is a circuit, Boolean terms, or bits of integer forms over Boolean terms. For a circuit the network's own
    meanings are tried first, when they speak of its file; otherwise, and for terms, the literals are searched for.
    """
    statement, domain = task.statement, task.statement.domain
    assert domain is not None
    if domain.constraints or domain.different or any(s != BIT for s in domain.sets):
        return unknown("meanings", task, f"meanings are literals on all of {{0,1}}^n, the claim is made on {domain.describe()}")
    try:
        if statement.kind == "computes" and isinstance(statement.target, CircuitTarget):
            return _circuit(task, statement.target.sha256, budget)
        if statement.kind == "computes" and isinstance(statement.target, TermTarget):
            return _terms(task, budget)
    except Rejected as rejected:
        return unknown("meanings", task, f"the kernel rejects the certificate: {rejected}")
    return unknown("meanings", task, "meanings prove that a network computes a circuit, Boolean terms, or arithmetic on words")


def _circuit(task: Task, sha: str, budget: Budget) -> Finding:
    assert task.circuit is not None
    data, _ = task.circuit.aiger()
    if sha256(data).hexdigest() != sha:
        return unknown("meanings", task, "the circuit at hand is not the one that the statement names")
    notes = task.network.meanings
    if notes is not None and notes.circuit == sha:
        try:
            return certified(task, "meanings", certificate_bytes(task, "meanings", circuit=data, meaning=notes.literal))
        except Rejected:
            pass  # a search may still find what each node carries; its rejection is the one reported
    literals = find_literals(task.network, gates_of(task.circuit), budget.seed)
    return certified(task, "meanings", certificate_bytes(task, "meanings", circuit=data, meaning=np.array(literals, np.int64)))


def _terms(task: Task, budget: Budget) -> Finding:
    assert isinstance(task.statement.target, TermTarget)
    network, terms = task.network, terms_json(task.statement.target.terms)
    rows, outputs = circuit_of_terms(terms, network.input_count)
    if None not in outputs:
        inputs = tuple(range(1, network.input_count + 1))
        gates = Gates(inputs, {v: (a, b) for v, a, b in rows}, [literal or 0 for literal in outputs])
        data, tensors = b"", {}
    else:
        built = adders(terms, network.input_count)
        if built is None:
            return unknown("meanings", task, "an output of the target is neither Boolean nor a bit of an integer form over bits")
        gates, data, tensors = built.gates, built.circuit, built.tensors()
    literals = np.array(find_literals(network, gates, budget.seed), np.int64)
    return certified(task, "meanings", certificate_bytes(task, "meanings", circuit=data, meaning=literals, **tensors))
