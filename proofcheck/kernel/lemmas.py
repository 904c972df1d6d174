"""Lemmas about one network: its nodes and the terms of the statement, at any input of the domain, are the values of a proof."""

from __future__ import annotations

from .domain import Domain, Grid, Intervals, contains
from .exact import Rejected, Work, rational, require
from .files import fields, items, json_of
from .network import Network
from .proof import ONE, Definition, Fact, Polynomial, Proof, Values, at_least, combined, equal, variable
from .statement import Statement
from .terms import DIVISIONS, Node, Terms, read_nodes


def check_lemmas(statement: Statement, network: Network, proof: bytes, work: Work) -> int:
    """Rejected unless the lemmas of a proof, and the statement from them, hold for every input; their number."""
    domain, terms = statement.domain, statement.target
    if domain is None or not isinstance(terms, Terms):
        raise Rejected("lemmas prove statements whose target or property is terms")
    keys = ("point", "terms", "lemmas", "goals")
    point, extra, lemmas, goals = fields(json_of(proof.decode("ascii", "replace"), "the proof"), "the proof", *keys)
    if domain.constraints or domain.different or point is not None:
        member = [rational(q, "a coordinate of the point") for q in items(point, "the point", *[network.inputs] * 2)]
        require(contains(domain, member, work), "the point is not in the domain: a statement about no input says nothing")
    nodes, boolean = list(terms.nodes), list(terms.boolean)
    read_nodes(items(extra, "the terms of the proof"), domain, len(network.output), nodes, boolean)
    at = _Places(network, domain, nodes, work)
    rows = [(combined((bound, ONE), (-1, {(i,): q for i, q in row})), kind) for row, kind, bound in domain.constraints]
    given = [(polynomial, ">=" if kind == "<=" else "==") for polynomial, kind in rows]
    check = Proof(Values(at.first + len(nodes), at.define, given, at.alias), work)
    check.run(lemmas, goals, _goals(statement, terms, at))
    return len(check.lemmas)


class _Places:
    """Variables: the nodes of the network, then the terms; a term that is an input or output is the network's node."""

    def __init__(self, network: Network, domain: Domain, nodes: list[Node], work: Work) -> None:
        self.network, self.domain, self.nodes, self.work = network, domain, nodes, work
        self.first = network.inputs + len(network.nodes)

    def alias(self, v: int) -> int:
        return v if v < self.first else self.term(v - self.first)

    def term(self, t: int) -> int:
        """The variable of a term."""
        node = self.nodes[t]
        if node.operation == "input":
            return int(node.number)
        return self.network.output[int(node.number)] if node.operation == "output" else self.first + t

    def define(self, v: int) -> Grid | Intervals | Definition:
        """The set of an input; the operation of any other variable on its arguments."""
        if v < self.network.inputs:
            return self.domain.sets[v]
        if v < self.first:
            (operation, number), bias, reads, weights = self.network.nodes[v - self.network.inputs]
            self.work.spend(1 + len(reads))
            return operation, [{(): bias, **{(j,): q for j, q in zip(reads, weights, strict=True)}}], number
        node = self.nodes[v - self.first]
        on: list[Polynomial] = [variable(self.term(j)) for j in node.on]
        self.work.spend(1 + len(on))
        if node.operation in ("constant", "affine"):
            return node.operation, [combined((node.number, ONE), *zip(node.weights, on, strict=True))], 0
        return node.operation, on, node.number if node.operation in DIVISIONS else 0


def _goals(statement: Statement, terms: Terms, at: _Places) -> list[Fact]:
    """What the statement says, as facts."""
    if statement.claim == "property":
        return [equal(variable(at.term(terms.outputs[0])), ONE)]
    pairs = zip(at.network.output, terms.outputs, strict=True)
    apart = [combined((1, variable(y)), (-1, variable(at.term(t)))) for y, t in pairs]
    if statement.claim == "computes":
        return [(difference, "==") for difference in apart]
    error = combined((statement.error, ONE))
    return [at_least(error, combined((sign, difference))) for difference in apart for sign in (1, -1)]
