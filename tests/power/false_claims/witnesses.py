"""Does a witness stand? The kernel is asked, which shares no code with the checker that found it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from proofcheck.checkers.certificates import certificate_bytes
from proofcheck.checkers.task import Task
from proofcheck.circuits import simulate
from proofcheck.claims.evidence import Witness
from proofcheck.domains import Domain, Grid
from proofcheck.kernel import Rejected, replay
from proofcheck.spec import CircuitTarget, ReferenceTarget, Statement, TermTarget
from proofcheck.spec.term import constant

Point = Sequence[Fraction]


def objection(task: Task, witness: Witness) -> str:
    """What is wrong with a witness against the task's statement; "" when it stands.

    At the point alone, the kernel must prove that the network gives what the witness says, and must not prove the claim;
    for a relation it must not prove the claim.
    """
    statement = task.statement
    if statement.kind == "relation":
        return "" if not proves(task, "sizes") else "the kernel proves the relation"
    assert statement.domain is not None
    if not statement.domain.contains(tuple(witness.inputs)):
        return "the witness is not in the domain"
    here = Domain(tuple(Grid(value, Fraction(1), 1) for value in witness.inputs))
    found = TermTarget(tuple(map(constant, witness.found)))
    if not proves(_with(task, Statement(kind="computes", network=statement.network, domain=here, target=found)), "exhaustive"):
        return "the kernel does not find the values of the network"
    if isinstance(statement.target, CircuitTarget | ReferenceTarget):
        expected = run(task, witness.inputs)
        return "" if expected == witness.expected != witness.found else f"the target gives {expected}"
    said = refusal(_with(task, replace(statement, domain=here)), "exhaustive")
    if not said:
        return "the kernel proves the claim at the witness"
    if statement.kind == "property" or "unknown operation" in said:  # a square is not yet a term of the kernel
        return ""
    return "" if proves(_at(task, here, witness.expected), "exhaustive") else "the kernel does not find the target's values"


def proves(task: Task, method: str) -> bool:
    """Whether the kernel accepts a certificate of this method for the statement."""
    return not refusal(task, method)


def refusal(task: Task, method: str) -> str:
    """The sentence with which the kernel rejects a certificate of this method; "" when it accepts it."""
    try:
        proved = replay(certificate_bytes(task, method))
    except Rejected as rejected:
        return str(rejected)
    return "" if proved.statement_digest == task.statement.digest else "it proves another statement"


def run(task: Task, point: Point) -> tuple[Fraction, ...]:
    """The value of a circuit or a reference function at a point."""
    if task.reference is not None:
        return tuple(map(Fraction, task.reference([tuple(point)])[0]))
    assert task.circuit is not None
    return tuple(Fraction(int(bit)) for bit in simulate(task.circuit, [list(map(int, point))])[0])


def _with(task: Task, statement: Statement) -> Task:
    return replace(task, statement=statement)


def _at(task: Task, here: Domain, values: Point) -> Task:
    """The task to show that the target has these values: some network that has them computes it there."""
    from proofcheck.networks import inputs, network

    x = inputs(len(here.sets), on=here)
    net = network([0 * x[0] + value for value in values], inputs=x)
    target = task.statement.target
    return Task(net, Statement(kind="computes", network=net.digest, domain=here, target=target))
