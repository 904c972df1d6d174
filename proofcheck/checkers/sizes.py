"""Size relations: evaluated here, and proved by the kernel, which counts on its own."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from proofcheck.checkers.certificates import certificate_bytes, certified
from proofcheck.checkers.task import Budget, Progress, Task, scope_of, unknown
from proofcheck.claims.evidence import Finding, Verdict, Witness
from proofcheck.errors import InputError, Refusal, UsageError
from proofcheck.kernel import Rejected
from proofcheck.networks.network import Network
from proofcheck.networks.sizes import is_layered
from proofcheck.networks.sizes import sizes as sizes_of
from proofcheck.spec.relations import MEASURES


def sizes(task: Task, budget: Budget, progress: Progress | None = None) -> Finding:
    """Settle a statement of kind "relation": certified, or refuted with both sides of what fails as the witness.

    What fails is the relation, an activation that is not allowed, or the strictly layered form. A relation that has
    no value at these parameters is unknown.
    """
    statement = task.statement
    assert statement.relation is not None
    try:
        found, expected = statement.relation.sides(measures(task), statement.parameters or {})
        holds = statement.relation.holds(measures(task), statement.parameters or {})
    except (InputError, UsageError, Refusal) as error:
        return unknown("sizes", task, str(error))
    if not holds:
        return _refuted(task, found, expected, f"{statement.relation.describe()} does not hold")
    foreign = foreign_activations(task.network, statement.activations or ())
    if foreign:
        allowed = ", ".join(statement.activations or ("none",))
        return _refuted(
            task, Fraction(sum(foreign.values())), Fraction(0), f"neurons apply {', '.join(foreign)}, allowed is {allowed}"
        )
    if statement.layered and not is_layered(task.network):
        return _refuted(task, Fraction(0), Fraction(1), "the network is not strictly layered")
    try:
        return certified(task, "sizes", certificate_bytes(task, "sizes"))
    except Rejected as rejected:
        return unknown("sizes", task, f"the kernel does not confirm it: {rejected}")


def measures(task: Task) -> dict[str, Fraction]:
    """The measures of the network that the statement names, by name."""
    assert task.statement.relation is not None
    counted = sizes_of(task.network)
    named = task.statement.relation.measures()
    values = {name: Fraction(getattr(counted, name)) for name in named if name in MEASURES and name != "volume"}
    if "volume" in named:
        if task.statement.domain is None:
            raise UsageError("the relation speaks of a volume without saying of which domain: give on=")
        values["volume"] = task.statement.domain.volume()
    return values


def foreign_activations(network: Network, allowed: tuple[str, ...]) -> dict[str, int]:
    """How many neurons apply each kind of activation that is not allowed; affine nodes are not neurons."""
    kinds = [activation.kind for activation in network.activations]
    counts = np.bincount(network.activation, minlength=len(kinds)).tolist()
    return {kind: counts[i] for i, kind in enumerate(kinds) if counts[i] and kind != "identity" and kind not in allowed}


def _refuted(task: Task, found: Fraction, expected: Fraction, reason: str) -> Finding:
    witness = Witness((), (found,), (expected,))
    return Finding(Verdict.REFUTED, None, "sizes", scope_of(task), witness=witness, reason=reason)
