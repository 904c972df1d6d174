"""Exactness in a number format: bounds and least steps, certified by the kernel where its own bounds are enough.

The kernel bounds each node from what it reads; on bits it also uses proved literals, since bounds alone grow along chains of
exclusive ors. The engine's analysis knows more (it tabulates small cuts): where only that succeeds, the result is established.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256

import numpy as np

from proofcheck.checkers.certificates import certificate_bytes, certified
from proofcheck.checkers.task import Budget, Progress, Task, scope_of, unknown
from proofcheck.claims.evidence import Finding, Strength, Verdict
from proofcheck.engine.certificate import exactness as analysed
from proofcheck.kernel import Rejected

TRUST = ("the analysis of ranges in proofcheck/engine",)


def exactness(task: Task, budget: Budget, progress: Progress | None = None) -> Finding:
    """Certified, established by the engine's analysis, or unknown with the layer that may round.

    Never refuted: bounds that are too large say nothing about what happens.
    """
    statement = task.statement
    assert statement.dtype is not None
    found = analysed(task.network, statement.dtype, statement.domain)
    reason = found.reason
    for certificate in _certificates(task) if found.exact else ():
        try:
            return certified(task, "exactness", certificate)
        except Rejected as rejected:
            reason = f"the kernel's bounds are wider: {rejected}"
    if not found.exact:
        return unknown("exactness", task, reason)
    return Finding(Verdict.HOLDS, Strength.ESTABLISHED, "exactness", scope_of(task), TRUST, reason=reason)


def _certificates(task: Task) -> Iterator[bytes]:
    """By bounds alone, then with the literals that the network's own meanings name."""
    yield certificate_bytes(task, "exactness")
    notes, circuit = task.network.meanings, task.circuit
    if notes is not None and circuit is not None:
        data, _ = circuit.aiger()
        if sha256(data).hexdigest() == notes.circuit:
            yield certificate_bytes(task, "exactness", circuit=data, meaning=np.asarray(notes.literal))
