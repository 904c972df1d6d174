"""Claims as questions for solvers: is there an input of the domain at which the claim fails?

"sat" refutes the claim and "unsat" shows it. The question is a Boolean term over inputs and outputs of the network.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from proofcheck.checkers.task import Task
from proofcheck.circuits.circuit import AND, Circuit
from proofcheck.domains import Domain
from proofcheck.errors import InputError, Refusal
from proofcheck.networks import Network
from proofcheck.spec import TermTarget, all_of, any_of, variables
from proofcheck.spec.evaluation import postorder
from proofcheck.spec.from_network import from_network
from proofcheck.spec.functions import output_variables
from proofcheck.spec.statement import CircuitTarget, NetworkTarget, Statement
from proofcheck.spec.term import Term, constant, exclusive, negation


@dataclass(frozen=True)
class Question:
    """Is there an x in `domain` such that `condition` is true of x and the outputs of the network at x?"""

    domain: Domain
    condition: Term

    def negated(self, network: Network) -> Statement:
        """The claim that there is none, about this network. Raises InputError when their sizes differ."""
        if self.domain.dimension != network.input_count:
            raise InputError(f"the question is about {self.domain.dimension} inputs, the network has {network.input_count}")
        outside = next((t for t in postorder((self.condition,)) if t.op == "output" and t.data >= len(network.output)), None)
        if outside is not None:
            raise InputError(f"the question reads {outside!r}, the network has {len(network.output)} outputs")
        return Statement(kind="property", network=network.digest, domain=self.domain, condition=negation(self.condition))


def question_of(task: Task) -> Question:
    """The question that a claim about a network's function asks. Raises Refusal for claims that ask no such question."""
    statement = task.statement
    domain = statement.domain
    if domain is None or statement.kind not in ("computes", "approximates", "property"):
        raise Refusal(f"a claim of the kind {statement.kind!r} is no question about inputs and outputs: it cannot be exported")
    if statement.condition is not None:
        return Question(domain, negation(statement.condition))
    (given,) = variables(domain, [(domain.dimension,)])
    match statement.target:
        case TermTarget(terms):
            expected = terms
        case CircuitTarget():
            assert task.circuit is not None
            expected = circuit_terms(task.circuit, given)
        case NetworkTarget():
            assert task.other is not None
            expected = from_network(task.other, given)
        case _:
            raise Refusal("the target is a reference function, which can only be run: it cannot be exported")
    found = output_variables([(len(expected),)])[0]
    error = statement.error or Fraction(0)
    return Question(domain, any_of([_apart(y, t, error) for y, t in zip(found, expected, strict=True)]))


def _apart(found: Term, expected: Term, error: Fraction) -> Term:
    return any_of([found < expected - error, expected + error < found])


def circuit_terms(circuit: Circuit, inputs: list[Term]) -> tuple[Term, ...]:
    """The outputs of a circuit as Boolean terms over its input bits."""
    known: list[Term] = [constant(0), *inputs]

    def literal(value: int) -> Term:
        return negation(known[value >> 1]) if value & 1 else known[value >> 1]

    for operation, left, right in zip(circuit.operation.tolist(), circuit.left.tolist(), circuit.right.tolist(), strict=True):
        pair = literal(left), literal(right)
        known.append(all_of(pair) if operation == AND else exclusive(*pair))
    return tuple(literal(value) for value in circuit.output.tolist())
