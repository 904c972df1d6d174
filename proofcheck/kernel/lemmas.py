"""Lemmas: polynomial facts about the values of nodes, each proved from definitions, the domain and earlier lemmas.

Fix an input of the domain: every node of the network and every term then has one value, and a proof speaks of these values
only. A fact is a polynomial in them that is == 0, >= 0 or > 0. A proof splits into closed cases that cover all values, and in
each writes the goal as a sum of products of facts: the check is one identity of polynomials. Farkas' lemma is the linear case.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .domain import Grid, contains
from .exact import Number, Rejected, Work, rational, require
from .files import fields, integer, items, json_of
from .network import Network
from .statement import Statement
from .terms import DIVISIONS, Terms, read_nodes

LARGEST_DEGREE = 8
RELATIONS = ("==", ">=", ">")
Polynomial = dict[tuple[int, ...], Number]  # {sorted variables: coefficient}
Fact = tuple[Polynomial, str]  # the polynomial is == 0, >= 0 or > 0
ZERO: Polynomial = {}
ONE: Polynomial = {(): 1}


def variable(v: int) -> Polynomial:
    """A variable as a polynomial."""
    return {(v,): 1}


def combined(*parts: tuple[Number, Polynomial]) -> Polynomial:
    """The sum of coefficient * polynomial; coefficients that are 0 may be left in."""
    total: Polynomial = {}
    for q, polynomial in parts:
        for monomial, coefficient in polynomial.items():
            total[monomial] = total.get(monomial, 0) + q * coefficient
    return total


def equal(a: Polynomial, b: Polynomial) -> Fact:
    return combined((1, a), (-1, b)), "=="


def at_least(a: Polynomial, b: Polynomial, strictly: bool = False) -> Fact:
    """a >= b, or a > b."""
    return combined((1, a), (-1, b)), ">" if strictly else ">="


def facts_of(operation: str, v: Polynomial, a: list[Polynomial], number: Number, work: Work) -> list[Fact]:
    """What always holds of the value v of an operation on values a; number: its slope or divisor."""
    if operation in ("identity", "constant", "affine"):
        return [equal(v, a[0])]
    if operation == "square":
        return [equal(v, product(a[0], a[0], work))]
    if operation == "not":
        return [equal(v, combined((1, ONE), (-1, a[0])))]
    if operation in ("relu", "abs", "leaky_relu"):
        other = combined(({"relu": 0, "abs": -1}.get(operation, number), a[0]))
        over = operation != "leaky_relu" or number <= 1
        bounds = [a[0], other] if operation != "relu" else [ZERO, a[0]]
        return [at_least(v, bound) if over else at_least(bound, v) for bound in bounds]
    if operation in ("max", "min"):
        return [at_least(v, b) if operation == "max" else at_least(b, v) for b in a]
    if operation == "floordiv":
        times = combined((number, v))
        return [at_least(a[0], times), at_least(combined((1, times), (number, ONE)), a[0], strictly=True)]
    if operation == "mod":
        return [at_least(v, ZERO), at_least(combined((number, ONE)), v, strictly=True)]
    return [] if operation == "where" else [at_least(v, ZERO), at_least(ONE, v)]


def cases_of(operation: str, v: Polynomial, a: list[Polynomial], number: Number) -> list[list[Fact]]:
    """Cases of which at least one holds, whatever the values a are; each a list of facts."""
    one, zero = equal(v, ONE), equal(v, ZERO)
    if operation in ("relu", "leaky_relu", "abs"):
        other = combined(({"relu": 0, "abs": -1}.get(operation, number), a[0]))
        return [[at_least(a[0], ZERO), equal(v, a[0])], [at_least(ZERO, a[0]), equal(v, other)]]
    if operation == "saturated_linear":
        middle = [at_least(a[0], ZERO), at_least(ONE, a[0]), equal(v, a[0])]
        return [[at_least(ZERO, a[0]), zero], middle, [at_least(a[0], ONE), one]]
    if operation == "step":
        return [[at_least(a[0], ZERO), one], [at_least(ZERO, a[0], strictly=True), zero]]
    if operation in ("max", "min"):
        return [[equal(v, b)] for b in a]
    if operation in ("<=", "<"):
        strict = operation == "<"
        return [[at_least(a[1], a[0], strict), one], [at_least(a[0], a[1], not strict), zero]]
    if operation == "==":
        return [[equal(a[0], a[1]), one], [at_least(a[1], a[0], True), zero], [at_least(a[0], a[1], True), zero]]
    if operation in ("and", "or"):
        (all_of, every), (some, other) = [(one, ONE), (zero, ZERO)] if operation == "and" else [(zero, ZERO), (one, ONE)]
        return [[all_of, *(equal(b, every) for b in a)], *([some, equal(b, other)] for b in a)]
    if operation == "xor":
        ends = [(ZERO, ZERO, zero), (ZERO, ONE, one), (ONE, ZERO, one), (ONE, ONE, zero)]
        return [[equal(a[0], left), equal(a[1], right), value] for left, right, value in ends]
    require(operation == "where", f"a node of the kind {operation} has no cases")
    return [[equal(a[0], ONE), equal(v, a[1])], [equal(a[0], ZERO), equal(v, a[2])]]


def product(a: Polynomial, b: Polynomial, work: Work) -> Polynomial:
    total: Polynomial = {}
    work.spend(len(a) * len(b))
    for left, p in a.items():
        for right, q in b.items():
            monomial = tuple(sorted(left + right)) if left and right else left or right
            require(len(monomial) <= LARGEST_DEGREE, f"a product has a degree above {LARGEST_DEGREE}")
            total[monomial] = work.exact(total.get(monomial, 0) + p * q)
    return total


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
    check = _Proof(statement, network, Terms(tuple(nodes), (), tuple(boolean)), work)
    for lemma in items(lemmas, "the lemmas"):
        relation, raw, tree = items(lemma, "a lemma", 3, 3)
        require(relation in RELATIONS, f"the relation of a lemma must be one of {', '.join(RELATIONS)}")
        fact = check.polynomial(raw), str(relation)
        check.tree(f"lemma {len(check.lemmas)}", tree, fact)
        check.lemmas.append(fact)
    wanted = check.goals(statement, terms)
    for i, (tree, fact) in enumerate(zip(items(goals, "the goals", *[len(wanted)] * 2), wanted, strict=True)):
        check.tree(f"goal {i}", tree, fact)
    return len(check.lemmas)


class _Proof:
    """The variables and what is known of them: definitions, the domain, and the lemmas proved so far."""

    def __init__(self, statement: Statement, network: Network, terms: Terms, work: Work) -> None:
        self.domain, self.network, self.terms, self.work = statement.domain, network, terms, work
        self.first = network.inputs + len(network.nodes)  # the variable of term 0
        self.lemmas: list[Fact] = []
        self.known: dict[int, list[Fact]] = {}  # the facts of a variable, once they have been asked for
        self.numbers: dict[str, Number] = {}

    def term(self, t: int) -> int:
        """The variable of a term: of the network's node where the term is an input or an output."""
        node = self.terms.nodes[t]
        if node.operation == "input":
            return int(node.number)
        return self.network.output[int(node.number)] if node.operation == "output" else self.first + t

    def index(self, raw: Any) -> int:
        """A variable as the proof writes it."""
        v = integer(raw, "a variable", 0, self.first + len(self.terms.nodes) - 1)
        return v if v < self.first else self.term(v - self.first)

    def definition(self, v: int) -> tuple[str, list[Polynomial], Number]:
        """The operation of a variable that is no input, its arguments, and its slope or divisor."""
        if v < self.first:
            (operation, number), bias, reads, weights = self.network.nodes[v - self.network.inputs]
            self.work.spend(1 + len(reads))
            return operation, [{(): bias, **{(j,): q for j, q in zip(reads, weights, strict=True)}}], number
        node = self.terms.nodes[v - self.first]
        on = [variable(self.term(j)) for j in node.on]
        self.work.spend(1 + len(on))
        if node.operation in ("constant", "affine"):
            return node.operation, [combined((node.number, ONE), *zip(node.weights, on, strict=True))], 0
        return node.operation, on, node.number if node.operation in DIVISIONS else 0

    def goals(self, statement: Statement, terms: Terms) -> list[Fact]:
        """What the statement says, as facts."""
        if statement.claim == "property":
            return [equal(variable(self.term(terms.outputs[0])), ONE)]
        pairs = zip(self.network.output, terms.outputs, strict=True)
        apart = [combined((1, variable(y)), (-1, variable(self.term(t)))) for y, t in pairs]
        if statement.claim == "computes":
            return [(difference, "==") for difference in apart]
        error = combined((statement.error, ONE))
        return [at_least(error, combined((sign, difference))) for difference in apart for sign in (1, -1)]

    def number(self, raw: Any) -> Number:
        require(type(raw) is str, "a coefficient must be a text")
        if raw not in self.numbers:
            self.numbers[raw] = rational(raw, "a coefficient")
        return self.numbers[raw]

    def polynomial(self, raw: Any) -> Polynomial:
        """A polynomial as the proof writes it."""
        total: Polynomial = {}
        for part in items(raw, "a polynomial"):
            q, variables = items(part, "a part of a polynomial", 2, 2)
            monomial = self.monomial(variables)
            total[monomial] = self.work.exact(total.get(monomial, 0) + self.number(q))
        return total

    def monomial(self, raw: Any) -> tuple[int, ...]:
        return tuple(sorted([self.index(v) for v in items(raw, "the variables of a product", 0, LARGEST_DEGREE)]))

    def fact(self, raw: Any, path: Sequence[Fact]) -> Fact:
        """The fact that the proof names, in the case that `path` describes."""
        kind, *rest = items(raw, "a fact", 2, 3)
        place = integer(kind, "the kind of a fact", 0, 4)
        if place == 0:
            v = self.index(items(rest, "a fact of a variable", 2, 2)[0])
            if v not in self.known:
                self.known[v] = self._facts(v)
            return self.known[v][integer(rest[1], "the number of a fact", 0, len(self.known[v]) - 1)]
        (inside,) = items(rest, "a fact", 1, 1)
        if place == 4:
            root = self.polynomial(inside)
            return product(root, root, self.work), ">="
        if place == 2 and self.domain is not None:
            known = self.domain.constraints
            terms, relation, bound = known[integer(inside, "the number of a constraint", 0, len(known) - 1)]
            return combined((bound, ONE), (-1, {(i,): q for i, q in terms})), ">=" if relation == "<=" else "=="
        facts = self.lemmas if place == 1 else path
        return facts[integer(inside, "the number of a lemma or of a fact of the case", 0, len(facts) - 1)]

    def _facts(self, v: int) -> list[Fact]:
        if v >= self.network.inputs:
            operation, a, number = self.definition(v)
            found = facts_of(operation, variable(v), a, number, self.work)
        else:
            low, high = self.members(v)[0][0], self.members(v, last=True)[-1][1]
            found = [at_least(variable(v), combined((low, ONE)))] if low is not None else [({}, ">=")]
            found += [at_least(combined((high, ONE)), variable(v))] if high is not None else []
        self.work.spend(16 * sum(len(polynomial) for polynomial, _ in found))  # what stays in memory costs more
        return found

    def members(self, i: int, k: int = 0, last: bool = False) -> list[tuple[Number | None, Number | None]]:
        """The intervals k and k + 1 of the set of input i, or its last one; a point of a grid is one."""
        values = self.domain.sets[i] if self.domain is not None else Grid(0, 1, 1)
        if isinstance(values, Grid):
            steps = [values.count - 1] if last else range(k, min(k + 2, values.count))
            return [(values.low + step * values.step,) * 2 for step in steps]
        return list(values.parts[-1:] if last else values.parts[k : k + 2])

    def cases(self, step: list[Any]) -> list[list[Fact]]:
        """The cases that a step divides into."""
        if step[0] == "sign":
            root = self.polynomial(items(step, "a sign", 2, 2)[1])
            return [[(root, ">=")], [at_least(ZERO, root, strictly=True)]]
        if step[0] == "gap":
            i = integer(items(step, "a gap", 3, 3)[1], "an input", 0, self.network.inputs - 1)
            ends = self.members(i, integer(step[2], "the number of a member", 0, 1 << 62))
            below, above, x = ends[0][1], ends[-1][0], variable(i)
            if len(ends) < 2 or below is None or above is None:
                raise Rejected(f"input {i} has no members {step[2]} and {step[2]} + 1")
            return [[at_least(combined((below, ONE)), x)], [at_least(x, combined((above, ONE)))]]
        v = self.index(items(step, "a split", 2, 2)[1])
        require(v >= self.network.inputs, "an input is divided at a gap")
        operation, a, number = self.definition(v)
        return cases_of(operation, variable(v), a, number)

    def tree(self, what: str, raw: Any, goal: Fact) -> None:
        """Rejected unless the goal follows in every case of the tree."""
        path: list[Fact] = []
        waiting: list[tuple[int, list[Fact]]] = [(0, [])]
        for part in items(raw, what, 1):
            require(waiting, f"{what} goes on after its last case")
            kind, *rest = step = items(part, f"a step of {what}", 2, 3)
            above, facts = waiting.pop()
            path[above:] = facts
            if kind in ("split", "gap", "sign"):
                waiting += [(len(path), case) for case in reversed(self.cases(step))]
            else:
                require(kind in ("sum", "never"), f"{what} has a step of an unknown kind")
                self.close(what, rest, path, goal if kind == "sum" else (ZERO, ">"))
        require(not waiting, f"{what} leaves a case open")

    def close(self, what: str, sums: list[Any], path: Sequence[Fact], goal: Fact) -> None:
        """Rejected unless the sums show the goal; 0 > 0 is the goal of a case that no input reaches."""
        polynomial, relation = goal
        signs = (1, -1) if relation == "==" and len(sums) == 2 else (1,)
        for sign, raw in zip(signs, items(sums, f"the sums of {what}", *[len(signs)] * 2), strict=True):
            total, shown = self.total(raw, path)
            self.work.spend(len(polynomial) + len(total))
            rest = combined((sign, polynomial), (-1, total))
            left = rest.pop((), 0)
            require(not any(rest.values()), f"{what}: the sum is not the goal, its parts do not cancel")
            if relation == "==" and len(signs) == 1:
                require(left == 0 and shown == "==", f"{what}: an equality needs a sum of equalities, or two sums")
            else:
                strict = relation == ">" and shown != ">"
                require(left > 0 if strict else left >= 0, f"{what}: the sum exceeds the goal")

    def total(self, raw: Any, path: Sequence[Fact]) -> Fact:
        """The sum of products of facts, and what it is compared with 0."""
        total, relation = Polynomial(), "=="
        for part in items(raw, "a sum"):
            q, variables, names = items(part, "a term of a sum", 3, 3)
            facts = [self.fact(name, path) for name in items(names, "the facts of a term", 1, LARGEST_DEGREE)]
            found: Polynomial = {self.monomial(variables): self.number(q)}
            for polynomial, _ in facts:
                found = product(found, polynomial, self.work)
            relations = {compared for _, compared in facts}
            if "==" not in relations:
                require(self.number(q) > 0 and not variables, "only equalities are multiplied by variables or negative numbers")
                relation = ">" if relation == ">" or relations == {">"} else ">="
            for monomial, coefficient in found.items():
                total[monomial] = self.work.exact(total.get(monomial, 0) + coefficient)
        return total, relation
