"""Proofs: polynomial facts about values, from their definitions, from what is given, and from lemmas proved before.

Every variable has one value: it is free in a set, or defined by an operation on others. A fact is a polynomial in the variables
that is == 0, >= 0 or > 0. A proof divides into closed cases that cover all values, and in each writes the goal as a sum of
products of facts: the check is one identity of polynomials. Farkas' lemma is the linear case.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from .domain import Grid, Intervals
from .exact import Number, Rejected, Work, rational, require
from .files import integer, items

LARGEST_DEGREE = 8
RELATIONS = ("==", ">=", ">")
Polynomial = dict[tuple[int, ...], Number]  # {sorted variables: coefficient}
Fact = tuple[Polynomial, str]  # the polynomial is == 0, >= 0 or > 0
Definition = tuple[str, list[Polynomial], Number]  # operation, arguments, and its slope or divisor
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


def product(a: Polynomial, b: Polynomial, work: Work, added: Polynomial | None = None) -> Polynomial:
    """a * b, put into `added` if that is given."""
    total = {} if added is None else added
    work.spend(32 * len(a) * len(b))  # what stays in memory costs more
    for left, p in a.items():
        for right, q in b.items():
            monomial = tuple(sorted(left + right)) if left and right else left or right
            if len(monomial) > LARGEST_DEGREE:
                raise Rejected(f"a product has a degree above {LARGEST_DEGREE}")
            total[monomial] = work.exact(total.get(monomial, 0) + p * q)
    return total


def value_at(polynomial: Polynomial, numbers: Sequence[Any], work: Work) -> Any:
    """The value of a polynomial."""
    total: Any = 0
    for monomial, q in polynomial.items():
        for v in monomial:
            q = work.exact(q * numbers[v])
        total = work.exact(total + q)
    return total


@dataclass(frozen=True)
class Values:
    """What a proof speaks of: variables 0 .. count-1, each free in a set or defined, and facts that are given.

    alias: the variable that a number of the proof means, which may be an earlier one.
    """

    count: int
    define: Callable[[int], Grid | Intervals | Definition]
    given: Sequence[Fact] = ()
    alias: Callable[[int], int] = lambda v: v


class Proof:
    """What is known of the values: definitions, what is given, and the lemmas proved so far."""

    def __init__(self, values: Values, work: Work) -> None:
        self.values, self.work = values, work
        self.lemmas: list[Fact] = []
        self.known: dict[int, list[Fact]] = {}  # the facts of a variable, once they have been asked for
        self.numbers: dict[str, Number] = {}

    def run(self, lemmas: Any, goals: Any, wanted: Sequence[Fact]) -> None:
        """Prove the lemmas in order, then the wanted facts; Rejected unless all follow."""
        for lemma in items(lemmas, "the lemmas"):
            relation, raw, tree = items(lemma, "a lemma", 3, 3)
            require(relation in RELATIONS, f"the relation of a lemma must be one of {', '.join(RELATIONS)}")
            fact = self.polynomial(raw), str(relation)
            self.tree(f"lemma {len(self.lemmas)}", tree, fact)
            self.lemmas.append(fact)
        for i, (tree, fact) in enumerate(zip(items(goals, "the goals", *[len(wanted)] * 2), wanted, strict=True)):
            self.tree(f"goal {i}", tree, fact)

    def index(self, raw: Any) -> int:
        """A variable as the proof writes it."""
        return self.values.alias(integer(raw, "a variable", 0, self.values.count - 1))

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
        what, facts = (("lemma", self.lemmas), ("given fact", self.values.given), ("fact of the case", path))[place - 1]
        return facts[integer(inside, f"the number of a {what}", 0, len(facts) - 1)]

    def _facts(self, v: int) -> list[Fact]:
        meaning, x = self.values.define(v), variable(v)
        if isinstance(meaning, tuple):
            found = facts_of(meaning[0], x, *meaning[1:], self.work)
        else:
            low, high = members(meaning)[0][0], members(meaning, last=True)[-1][1]
            found = [at_least(x, combined((low, ONE)))] if low is not None else [({}, ">=")]
            found += [at_least(combined((high, ONE)), x)] if high is not None else []
        self.work.spend(16 * sum(len(polynomial) for polynomial, _ in found))  # what stays in memory costs more
        return found

    def cases(self, step: list[Any]) -> list[list[Fact]]:
        """The cases that a step divides into."""
        if step[0] == "sign":
            root = self.polynomial(items(step, "a sign", 2, 2)[1])
            return [[(root, ">=")], [at_least(ZERO, root, strictly=True)]]
        v = self.index(items(step, "a division", 2, 3)[1])
        meaning, x = self.values.define(v), variable(v)
        if step[0] == "split":
            if not isinstance(meaning, tuple) or len(step) > 2:
                raise Rejected(f"variable {v} is free, and divided at a gap")
            found = cases_of(meaning[0], x, *meaning[1:])
            self.work.spend(32 * sum(1 + len(polynomial) for case in found for polynomial, _ in case))  # all wait in memory
            return found
        k = integer(items(step, "a gap", 3, 3)[2], "the number of a member", 0, 1 << 62)
        ends = [] if isinstance(meaning, tuple) else members(meaning, k)
        below, above = (ends[0][1], ends[1][0]) if len(ends) == 2 else (None, None)
        if below is None or above is None:
            raise Rejected(f"variable {v} has no members {k} and {k} + 1")
        return [[at_least(combined((below, ONE)), x)], [at_least(x, combined((above, ONE)))]]

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
            for polynomial, _ in facts[:-1]:
                found = product(found, polynomial, self.work)
            product(found, facts[-1][0], self.work, total)
            relations = {compared for _, compared in facts}
            if "==" not in relations:
                require(self.number(q) > 0 and not variables, "only equalities are multiplied by variables or negative numbers")
                relation = ">" if relation == ">" or relations == {">"} else ">="
        return total, relation


def members(values: Grid | Intervals, k: int = 0, last: bool = False) -> list[tuple[Number | None, Number | None]]:
    """The intervals k and k + 1 of a set, or its last one; a point of a grid is one."""
    if isinstance(values, Grid):
        steps = [values.count - 1] if last else range(k, min(k + 2, values.count))
        return [(values.low + step * values.step,) * 2 for step in steps]
    return list(values.parts[-1:] if last else values.parts[k : k + 2])
