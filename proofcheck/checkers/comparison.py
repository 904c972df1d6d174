"""A statement on bits as one program of tables that is 1 exactly at the inputs at which it fails.

Network and target are evaluated side by side, 64 inputs in a word, and only whether they differ leaves the engine. The tables
of the network come from its weights, those of a circuit from its gates, those of terms from `spec.bitwise`.
"""

from __future__ import annotations

from collections.abc import Callable

from proofcheck.checkers.task import Task
from proofcheck.circuits.builder import Builder
from proofcheck.circuits.words import Word
from proofcheck.domains import Domain
from proofcheck.domains.sets import BIT
from proofcheck.engine.bits.boolean import bits_and_forms, lookup_of_network
from proofcheck.engine.bits.lookup import Lookup, composed, difference, lookup_of_circuit
from proofcheck.engine.bits.programs import BitEngine, bit_engine
from proofcheck.errors import Refusal
from proofcheck.spec import bitwise
from proofcheck.spec.statement import CircuitTarget, NetworkTarget, TermTarget


def comparison(task: Task, make: Callable[[Lookup], BitEngine] = bit_engine) -> BitEngine:
    """The program, ready to run where `make` puts it: input number r is the point of rank r.

    Raises Refusal, with the reason, when the domain is not {0,1}^n, when the statement is not about values, when a node is
    not certified to be a bit, or when the target has no reading in gates; InputError when the numbers of outputs differ.
    """
    statement = task.statement
    if statement.domain is None or not all_bits(statement.domain):
        raise Refusal("the inputs are not all of {0,1}^n")
    if statement.condition is not None or (statement.kind == "computes" and isinstance(statement.target, TermTarget)):
        return make(_against_terms(task))
    if statement.kind != "computes":
        raise Refusal(f"a statement of the kind {statement.kind} is not compared bit by bit")
    network = lookup_of_network(task.network, statement.domain)
    match statement.target:
        case CircuitTarget():
            assert task.circuit is not None
            return make(difference(network, lookup_of_circuit(task.circuit)))
        case NetworkTarget():
            assert task.other is not None
            return make(difference(network, lookup_of_network(task.other, statement.domain)))
    raise Refusal("a reference function has no reading in gates")


def all_bits(domain: Domain) -> bool:
    """Whether the domain is {0,1}^n for an n from 1 to 61, without further conditions."""
    plain = not domain.constraints and not domain.different and all(s == BIT for s in domain.sets)
    return plain and 1 <= domain.dimension <= 61


def _against_terms(task: Task) -> Lookup:
    statement, count = task.statement, task.network.input_count
    program, forms = bits_and_forms(task.network, statement.domain)
    builder = Builder()
    literals = builder.declare([Word("x", count), Word("y", len(program.output))])
    inputs, bits = literals[:count], literals[count:]
    found = [bitwise.form(builder, form, bits) for form in forms]
    if statement.condition is not None:
        (condition,) = bitwise.words(builder, [statement.condition], inputs, found)
        fails = bitwise.truth(condition) ^ 1
    else:
        assert isinstance(statement.target, TermTarget)
        expected = bitwise.words(builder, statement.target.terms, inputs)
        if len(expected) != len(found):
            raise Refusal(f"the target has {len(expected)} outputs, the network {len(found)}")
        fails = builder.or_all([bitwise.equal(builder, a, b) ^ 1 for a, b in zip(found, expected, strict=True)])
    builder.output("fails", fails)
    return composed(program, lookup_of_circuit(builder.circuit()))
