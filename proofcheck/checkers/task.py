"""What a checker is given: one network, one statement about it, and how much it may spend.

A checker is a plain function `(task, budget, progress) -> Finding`. It may be wrong in any way that ends in *unknown*;
it says *refuted* only with a witness that has been replayed in rationals, and never *holds* on samples.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from proofcheck.circuits.circuit import Circuit
from proofcheck.claims.evidence import Finding, Verdict
from proofcheck.errors import ConstructionError
from proofcheck.networks import Network
from proofcheck.spec.statement import ReferenceTarget, Statement
from proofcheck.spec.term import Term

Point = tuple[Fraction, ...]
Reference = Callable[[Sequence[Point]], list[Point]]
Progress = Callable[[str], None]


@dataclass(frozen=True)
class Task:
    """One network in its declared form and one statement about it.

    circuit, other: the target's value when the statement names a circuit or a network by its hash. reference: the target
    as a batched function, when the statement names one; it is somebody else's code, so a result that rests on it says so.
    steps: hints for a proof, comparisons in order; nothing follows from them before they are proved.
    """

    network: Network
    statement: Statement
    circuit: Circuit | None = None
    reference: Reference | None = None
    steps: tuple[Term, ...] = ()
    other: Network | None = None


@dataclass(frozen=True)
class Budget:
    """What one checker may spend on one task.

    seconds: wall clock, a safety net only. rlimit: z3's own resource units for each of its queries, the same on every
    machine. conflicts: of the SAT solver, likewise. memory_mb: of a solver's process. samples: how many inputs the
    sampled checker draws. seed: of all random choices.
    """

    seconds: float = 60
    rlimit: int = 50_000_000
    conflicts: int = 300_000
    memory_mb: int = 4096
    samples: int = 10_000
    seed: int = 0


def seed_of(*digests: str) -> int:
    """A seed derived from hashes, so that a run can be repeated and its samples cannot be chosen."""
    return int.from_bytes(hashlib.sha256(" ".join(digests).encode()).digest()[:8], "big")


def unknown(method: str, task: Task, reason: str, checked: int = 0) -> Finding:
    """The finding of a checker that could not settle the task."""
    return Finding(Verdict.UNKNOWN, None, method, scope_of(task), reason=reason, checked=checked)


def scope_of(task: Task) -> str:
    """The inputs that the statement speaks of, in words."""
    domain = task.statement.domain
    return "this network" if task.statement.kind == "relation" or domain is None else f"all inputs in {domain.describe()}"


def trust_of(task: Task) -> tuple[str, ...]:
    """What a result of running the target rests on: a reference function is the construction's own code."""
    return ("the construction's reference function",) if isinstance(task.statement.target, ReferenceTarget) else ()


def check_domain(task: Task) -> None:
    """Raise ConstructionError unless the statement is about this network and its domain lies inside the network's own."""
    statement, network = task.statement, task.network
    if statement.network != network.digest:
        raise ConstructionError(
            f"the statement speaks of the network {statement.network[:12]}..., the network at hand is {network.digest[:12]}..."
        )
    if statement.domain is None or statement.kind == "relation":
        return
    if statement.domain.is_empty():
        raise ConstructionError(f"the claim is made on {statement.domain.describe()}, which is empty: it would say nothing")
    if not statement.domain.is_subset(network.domain):
        raise ConstructionError(
            f"the claim is made on {statement.domain.describe()}, which is not certainly inside the domain of the network, "
            f"{network.domain.describe()}: choose a smaller `on` or build the network for a larger domain"
        )
