"""The variables of a proof by lemmas, what always holds of each, and the cases that it divides into (docs/formats.md).

This mirrors the table that the kernel goes by, for the search. A mistake here costs a proof, never soundness.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from proofcheck.checkers.piecewise.polynomials import (
    Number,
    Polynomial,
    constant,
    difference,
    linear,
    plain,
    product,
    scaled,
    variable,
)
from proofcheck.domains import Domain
from proofcheck.domains.sets import Interval, Intervals, ScalarSet, ends, size
from proofcheck.networks import Network
from proofcheck.spec.evaluation import postorder
from proofcheck.spec.functions import variables
from proofcheck.spec.nodes import node_json
from proofcheck.spec.statement import Statement, TermTarget
from proofcheck.spec.term import Term

Fact = tuple[str, Polynomial]  # "==", ">=" or ">", and what it compares with 0
Case = list[Fact]
ONE: Polynomial = {(): 1}


@dataclass(frozen=True)
class Definition:
    """How a variable that is no input comes about: an operation on polynomials. number: its slope or divisor."""

    operation: str
    arguments: tuple[Polynomial, ...]
    number: Number = 0


class Variables(Protocol):
    """What a proof speaks of: free variables, definitions that read lower ones, what always holds of each, and cases."""

    definitions: dict[int, Definition]
    rank: dict[int, tuple[int, int]]

    @property
    def free(self) -> Sequence[int]:
        """The variables without a definition."""

    def order(self, v: int) -> tuple[int, int]: ...

    def facts(self, v: int) -> list[Fact]: ...

    def cases(self, v: int) -> list[Case]: ...

    def members(self, i: int) -> int: ...

    def gap(self, i: int, k: int) -> list[Case]: ...


class Forms:
    """The variables of one statement's proof: nodes of the network, terms of the statement, and terms added on the way.

    rank: a total order in which a definition reads lower variables only: inputs, terms over inputs, nodes of the network,
    terms over outputs.
    """

    def __init__(self, network: Network, statement: Statement) -> None:
        assert statement.domain is not None
        self.network, self.statement = network, statement
        self.domain: Domain = statement.domain
        self.inputs, self.first = network.input_count, network.node_count
        self.output: list[int] = network.output.tolist()
        self.definitions: dict[int, Definition] = {}
        self.rank: dict[int, tuple[int, int]] = {i: (0, i) for i in range(self.inputs)}
        self.terms: dict[Term, int] = {}  # the variable of a term: a node of the network for an input or output
        self.named: dict[int, Term] = dict(enumerate(variables(self.domain, [(self.inputs,)])[0]))  # terms over inputs
        self.place: dict[Term, int] = {}  # the number of a term among all terms of the proof
        self.extra: list[list[Any]] = []
        for v, activation, bias, pairs in network.nodes():
            argument = linear(plain(bias), ((s, plain(w)) for s, w in pairs))
            self.definitions[v] = Definition(activation.kind, (argument,), plain(activation.slope))
            self.rank[v] = (2, v)
        self._facts: dict[int, list[Fact]] = {}
        self._cases: dict[int, list[Case]] = {}
        target = statement.target
        roots = target.terms if isinstance(target, TermTarget) else (statement.condition,)
        self.roots: tuple[Term, ...] = tuple(term for term in roots if term is not None)
        self.own = postorder(self.roots)
        for term in self.own:
            self._enter(term)

    def term(self, term: Term) -> int:
        """The variable of a term, which becomes one of the proof's own where the statement does not have it."""
        if term not in self.terms:
            for part in postorder((term,)):
                if part not in self.terms:
                    self.extra.append(node_json(part, [self.place[a] for a in part.args]))
                    self._enter(part)
        return self.terms[term]

    def _enter(self, term: Term) -> None:
        t = len(self.place)
        self.place[term] = t
        if term.op in ("input", "output"):
            self.terms[term] = term.data if term.op == "input" else self.output[term.data]
            return
        v = self.terms[term] = self.first + t
        on = [self.terms[a] for a in term.args]
        if term.op in ("constant", "affine"):
            start, coefficients = (term.data, ()) if term.op == "constant" else term.data
            arguments: tuple[Polynomial, ...] = (linear(start, zip(on, coefficients, strict=True)),)
        else:
            arguments = tuple(variable(a) for a in on)
        number = term.data if term.op in ("floordiv", "mod") else 0
        self.definitions[v] = Definition(term.op, arguments, number)
        self.rank[v] = (3 if any(self.rank[a][0] >= 2 for a in on) else 1, t)
        if self.rank[v][0] == 1:
            self.named[v] = term

    @property
    def free(self) -> Sequence[int]:
        """The inputs."""
        return range(self.inputs)

    def order(self, v: int) -> tuple[int, int]:
        """The rank of a variable."""
        return self.rank[v]

    def facts(self, v: int) -> list[Fact]:
        """What always holds of the variable, in the order of the table."""
        if v not in self._facts:
            self._facts[v] = bounds_of(v, self.domain.sets[v]) if v < self.inputs else facts_of(v, self.definitions[v])
        return self._facts[v]

    def cases(self, v: int) -> list[Case]:
        """The cases that the variable divides into; none for an input and for what has none."""
        if v < self.inputs:
            return []
        if v not in self._cases:
            self._cases[v] = cases_of(v, self.definitions[v])
        return self._cases[v]

    def members(self, i: int) -> int:
        """How many intervals or points the set of input i has; 1 where it has no gaps."""
        return members_of(self.domain.sets[i])

    def gap(self, i: int, k: int) -> list[Case]:
        """Input i is at most the end of member k, or at least the start of the next."""
        return gap_of(i, self.domain.sets[i], k)

    def constraints(self) -> list[Fact]:
        """The constraints of the domain as facts."""
        found = []
        for constraint in self.domain.constraints:
            form = linear(constraint.bound, ((i, -plain(q)) for i, q in constraint.terms))
            found.append((">=" if constraint.relation == "<=" else "==", form))
        return found

    def goals(self) -> list[Fact]:
        """The obligations of the statement, in the order of the proof."""
        statement, roots = self.statement, [self.terms[root] for root in self.roots]
        if statement.kind == "property":
            return [("==", difference(variable(roots[0]), ONE))]
        apart = [difference(variable(y), variable(t)) for y, t in zip(self.output, roots, strict=True)]
        if statement.error is None:
            return [("==", form) for form in apart]
        error = constant(statement.error)
        return [(">=", difference(error, scaled(form, sign))) for form in apart for sign in (1, -1)]


def bounds_of(i: int, s: ScalarSet) -> list[Fact]:
    """What always holds of a free variable, by its set."""
    low, high = ends(s)
    found: list[Fact] = [(">=", {}) if low is None else (">=", difference(variable(i), constant(low)))]
    return found if high is None else [*found, (">=", difference(constant(high), variable(i)))]


def members_of(s: ScalarSet) -> int:
    """How many intervals or points a set has; 1 where it has no gaps."""
    return len(s.parts) if isinstance(s, Intervals) else 1 if isinstance(s, Interval) else size(s) or 1


def gap_of(i: int, s: ScalarSet, k: int) -> list[Case]:
    """Variable i is at most the end of member k of its set, or at least the start of the next."""
    if isinstance(s, Intervals):
        end, start = s.parts[k][1], s.parts[k + 1][0]
    else:
        assert not isinstance(s, Interval)
        end, start = s.low + k * s.step, s.low + (k + 1) * s.step
    return [[(">=", difference(constant(end), variable(i)))], [(">=", difference(variable(i), constant(start)))]]


def facts_of(v: int, definition: Definition) -> list[Fact]:
    """What always holds of a defined variable, in the order of the table."""
    operation, a, number, own = definition.operation, definition.arguments, definition.number, variable(v)
    if operation in ("identity", "constant", "affine"):
        return [("==", difference(own, a[0]))]
    if operation == "square":
        return [("==", difference(own, product(a[0], a[0])))]
    if operation == "not":
        return [("==", difference(own, difference(ONE, a[0])))]
    if operation == "relu":
        return [(">=", own), (">=", difference(own, a[0]))]
    if operation in ("abs", "leaky_relu"):
        slope = -1 if operation == "abs" else number
        bounds = [a[0], scaled(a[0], slope)]
        return [(">=", difference(own, b) if slope <= 1 else difference(b, own)) for b in bounds]
    if operation in ("max", "min"):
        return [(">=", difference(own, b) if operation == "max" else difference(b, own)) for b in a]
    if operation == "floordiv":
        rest = difference(a[0], scaled(own, number))
        return [(">=", rest), (">", difference(constant(number), rest))]
    if operation == "mod":
        return [(">=", own), (">", difference(constant(number), own))]
    return [] if operation == "where" else [(">=", own), (">=", difference(ONE, own))]


def cases_of(v: int, definition: Definition) -> list[Case]:
    """The cases that a defined variable divides into."""
    operation, a, own = definition.operation, definition.arguments, variable(v)
    one, zero = ("==", difference(own, ONE)), ("==", own)

    def equals(b: Polynomial) -> Fact:
        return "==", difference(own, b)

    if operation in ("relu", "leaky_relu", "abs"):
        slope = {"relu": 0, "abs": -1}.get(operation, definition.number)
        return [[(">=", a[0]), equals(a[0])], [(">=", scaled(a[0], -1)), equals(scaled(a[0], slope))]]
    if operation == "saturated_linear":
        middle: Case = [(">=", a[0]), (">=", difference(ONE, a[0])), equals(a[0])]
        return [[(">=", scaled(a[0], -1)), zero], middle, [(">=", difference(a[0], ONE)), one]]
    if operation == "step":
        return [[(">=", a[0]), one], [(">", scaled(a[0], -1)), zero]]
    if operation in ("max", "min"):
        return [[equals(b)] for b in a]
    if operation in ("<=", "<"):
        true, false = (">=", ">") if operation == "<=" else (">", ">=")
        return [[(true, difference(a[1], a[0])), one], [(false, difference(a[0], a[1])), zero]]
    if operation == "==":
        apart = difference(a[0], a[1])
        return [[("==", apart), one], [(">", scaled(apart, -1)), zero], [(">", apart), zero]]
    if operation in ("and", "or"):
        every, some = (one, zero) if operation == "and" else (zero, one)
        full, other = (ONE, {}) if operation == "and" else ({}, ONE)
        return [[every, *(("==", difference(b, full)) for b in a)], *([some, ("==", difference(b, other))] for b in a)]
    if operation == "xor":
        zero_of, one_of = [("==", b) for b in a], [("==", difference(b, ONE)) for b in a]
        return [
            [zero_of[0], zero_of[1], zero],
            [zero_of[0], one_of[1], one],
            [one_of[0], zero_of[1], one],
            [one_of[0], one_of[1], zero],
        ]
    if operation == "where":
        return [[("==", difference(a[0], ONE)), equals(a[1])], [("==", a[0]), equals(a[2])]]
    return []
