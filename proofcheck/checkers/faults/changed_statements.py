"""Statements with one thing changed about an unchanged network: an operator of the target, or the domain.

A changed target says something else, so it should be refuted, unless it is the same function or the claim was made with
slack. On a wider domain a claim may fail; on a narrower one it must hold, or a checker is wrong.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from hashlib import sha256

from proofcheck.checkers.task import Task
from proofcheck.circuits.circuit import AND, XOR, Circuit
from proofcheck.domains import Constraint, Domain, Grid, Interval, Intervals, ScalarSet
from proofcheck.errors import InputError, Refusal, UsageError
from proofcheck.spec.evaluation import postorder
from proofcheck.spec.solver import is_empty
from proofcheck.spec.statement import CircuitTarget, Statement, TermTarget, statement_of
from proofcheck.spec.term import (
    Term,
    absolute,
    affine,
    compare,
    connective,
    constant,
    exclusive,
    extremum,
    floordiv,
    mod,
    negation,
    node,
    square,
    where,
)
from proofcheck.spec.words import text

TARGET, WIDER, NARROWER = "target changed", "domain wider", "domain narrower"
LONGEST = 60
RELATIONS = {"<=": ("<", "=="), "<": ("<=", "=="), "==": ("<=", "<")}

Args = Sequence[Term]
Variant = tuple[str, Callable[[Args], Term]]


@dataclass(frozen=True)
class Changed:
    """A change of a statement: what is done, in which term, and what makes the changed task, None when that is no other."""

    words: str
    made: Callable[[], Task | None]
    term: Term | None = None

    def __str__(self) -> str:
        return self.words if self.term is None or not self.term.args else f"{self.words} in {text(self.term, LONGEST)}"


def changed_targets(task: Task) -> list[Changed]:
    """One operator, constant, coefficient or variable of the target or property changed; of a circuit one gate or output."""
    statement = task.statement
    if task.circuit is not None:
        return [Changed(words, partial(_with_circuit, task, made)) for words, made in _circuits(task.circuit)]
    if statement.condition is not None:
        terms: tuple[Term, ...] = (statement.condition,)
    elif isinstance(statement.target, TermTarget):
        terms = statement.target.terms
    else:
        return []
    found = []
    others = _others(terms)
    for position, term in enumerate(postorder(terms)):
        for words, variant in _variants(term, others):
            found.append(Changed(words, partial(_with_terms, task, terms, position, variant), term))
    for i in range(len(terms) - 1):
        swapped = (*terms[:i], terms[i + 1], terms[i], *terms[i + 2 :])
        found.append(Changed(f"outputs {i} and {i + 1} exchanged", partial(_stated, task, swapped)))
    return found


def wider_domains(task: Task) -> list[Changed]:
    """The domain with one coordinate's ends moved out, made denser or filled up, or one condition left out."""
    domain = task.statement.domain
    assert domain is not None
    if task.statement.condition is None and not isinstance(task.statement.target, TermTarget):
        return []  # a circuit has no values off the bits, and a reference function need not have any
    found = [(f"x_{i} {words}", _with_set(domain, i, s)) for i in _coordinates(domain) for words, s in _wider(domain.sets[i])]
    for k, constraint in enumerate(domain.constraints):
        rest = domain.constraints[:k] + domain.constraints[k + 1 :]
        found.append((f"without {_words(constraint)}", Domain(domain.sets, rest, domain.different)))
    for k, group in enumerate(domain.different):
        rest_groups = domain.different[:k] + domain.different[k + 1 :]
        found.append((f"x_{group[0]}, ... may be equal", Domain(domain.sets, domain.constraints, rest_groups)))
    return [Changed(words, partial(_on, task, other, True)) for words, other in found]


def narrower_domains(task: Task) -> list[Changed]:
    """The domain with one coordinate's end moved in, or with a condition added."""
    domain = task.statement.domain
    assert domain is not None
    if task.reference is not None:
        return []
    found: list[tuple[str, Domain]] = []
    if task.circuit is None:
        found = [
            (f"x_{i} {words}", _with_set(domain, i, s)) for i in _coordinates(domain) for words, s in _narrower(domain.sets[i])
        ]
    for i in range(domain.dimension - 1):
        constraint = Constraint(((i, Fraction(1)), (i + 1, Fraction(-1))), "<=", Fraction(0))
        conditions = (*domain.constraints, constraint)
        found.append((f"with x_{i} <= x_{i + 1}", Domain(domain.sets, conditions, domain.different)))
    return [Changed(words, partial(_on, task, other, False)) for words, other in found]


def _coordinates(domain: Domain) -> Iterator[int]:
    """One coordinate of each kind, and its first and last."""
    kinds = {domain.sets.index(s) for s in set(domain.sets)}
    return iter(sorted({*kinds, domain.dimension - 1} & set(range(domain.dimension))))


def _others(terms: Sequence[Term]) -> dict[Term, Term]:
    """For each variable the next one of the same sort that occurs."""
    found: dict[tuple[str, bool], list[Term]] = {}
    for term in postorder(terms):
        if term.op in ("input", "output"):
            found.setdefault((term.op, term.boolean), []).append(term)
    next_one: dict[Term, Term] = {}
    for group in found.values():
        ordered = sorted(group, key=lambda term: int(term.data))
        next_one |= {a: b for a, b in zip(ordered, ordered[1:] + ordered[:1], strict=True) if a is not b}
    return next_one


def _variants(term: Term, others: dict[Term, Term]) -> Iterator[Variant]:
    """What may stand in place of a node, as functions of its arguments."""
    op, data = term.op, term.data
    match op:
        case "input" | "output":
            if term in others:
                yield f"{others[term]!r} for {term!r}", lambda args: others[term]
        case "constant":
            if term.boolean:
                yield f"{1 - data} for {data}", lambda args: constant(1 - data)
            else:
                yield f"{data + 1} for {data}", lambda args: constant(data + 1)
                yield f"{data - 1} for {data}", lambda args: constant(data - 1)
        case "affine":
            start, coefficients = data
            yield "1 more", lambda args: affine(start + 1, tuple(zip(coefficients, args, strict=True)))
            yield "1 less", lambda args: affine(start - 1, tuple(zip(coefficients, args, strict=True)))
            for k in range(len(coefficients)):
                yield f"sign of summand {k}", partial(_negated, term, k)
        case "max" | "min":
            other = "min" if op == "max" else "max"
            yield f"{other} for {op}", lambda args: extremum(other, args)
            if len(term.args) > 2:
                yield f"last argument left out of {op}", lambda args: extremum(op, args[:-1])
        case "abs":
            yield "no absolute value", lambda args: args[0]
        case "square":
            yield "absolute value for square", lambda args: absolute(args[0])
        case "floordiv" | "mod":
            divide = floordiv if op == "floordiv" else mod
            yield f"divisor {data + 1} for {data}", lambda args: divide(args[0], data + 1)
            if data > 1:
                yield f"divisor {data - 1} for {data}", lambda args: divide(args[0], data - 1)
        case "and" | "or":
            other = "or" if op == "and" else "and"
            yield f"{other} for {op}", lambda args: connective(other, args)
        case "xor":
            yield "or for xor", lambda args: connective("or", args)
        case "not":
            yield "no negation", lambda args: args[0]
        case "where":
            yield "branches exchanged", lambda args: where(args[0], args[2], args[1])
        case _:
            for other in RELATIONS[op]:
                yield f"{other} for {op}", partial(_compared, other)


def _negated(term: Term, k: int, args: Args) -> Term:
    start, coefficients = term.data
    return affine(start, [(-c if i == k else c, a) for i, (c, a) in enumerate(zip(coefficients, args, strict=True))])


def _compared(op: str, args: Args) -> Term:
    return compare(op, args[0], args[1])


def _with_terms(task: Task, terms: Sequence[Term], position: int, variant: Callable[[Args], Term]) -> Task | None:
    """The task with one node replaced wherever it is read; None when the terms come out the same or make no statement."""
    made: dict[Term, Term] = {}
    try:
        for i, term in enumerate(postorder(terms)):
            args = [made[a] for a in term.args]
            made[term] = variant(args) if i == position else _rebuilt(term, args)
        return _stated(task, [made[term] for term in terms])
    except Refusal:
        return None


def _rebuilt(term: Term, args: Args) -> Term:
    if all(a is b for a, b in zip(term.args, args, strict=True)):
        return term
    match term.op:
        case "affine":
            return affine(term.data[0], tuple(zip(term.data[1], args, strict=True)))
        case "max" | "min":
            return extremum(term.op, args)
        case "floordiv" | "mod":
            return (floordiv if term.op == "floordiv" else mod)(args[0], term.data)
        case "and" | "or":
            return connective(term.op, args)
        case "<=" | "<" | "==":
            return compare(term.op, args[0], args[1])
    unary: dict[str, Callable[[Term], Term]] = {"abs": absolute, "square": square, "not": negation}
    if term.op in unary:
        return unary[term.op](args[0])
    return exclusive(*args) if term.op == "xor" else where(*args)


def _stated(task: Task, terms: Sequence[Term]) -> Task | None:
    """The task about these terms instead of its own."""
    statement = task.statement
    if statement.condition is not None:
        (condition,) = terms
        if not condition.boolean or not any(term.op == "output" for term in postorder((condition,))):
            return None
        changed = replace(statement, condition=condition)
    else:
        changed = replace(statement, target=TermTarget(tuple(terms)))
    return None if changed == statement else replace(task, statement=changed)


def _circuits(circuit: Circuit) -> Iterator[tuple[str, Callable[[], Circuit]]]:
    """One gate with the other operation or a negated operand, or one negated output."""
    first = 1 + circuit.input_count
    for i, operation in enumerate(circuit.operation.tolist()):
        words = ("XOR for AND", "AND for XOR")[operation == XOR]
        yield f"{words} in gate {first + i}", partial(_edited, circuit, "operation", i, AND if operation == XOR else XOR)
        for side in ("left", "right"):
            literal = int(getattr(circuit, side)[i])
            yield f"{side} operand of gate {first + i} negated", partial(_edited, circuit, side, i, literal ^ 1)
    for k, literal in enumerate(circuit.output.tolist()):
        yield f"output {k} negated", partial(_edited, circuit, "output", k, literal ^ 1)


def _edited(circuit: Circuit, name: str, index: int, value: int) -> Circuit:
    array = getattr(circuit, name).copy()
    array[index] = value
    arrays = {other: getattr(circuit, other) for other in ("operation", "left", "right", "output")}
    return Circuit(circuit.inputs, circuit.outputs, **arrays | {name: array})


def _with_circuit(task: Task, made: Callable[[], Circuit]) -> Task:
    circuit = made()
    target = CircuitTarget(sha256(circuit.aiger()[0]).hexdigest())
    return replace(task, circuit=circuit, statement=replace(task.statement, target=target))


def _wider(s: ScalarSet) -> Iterator[tuple[str, ScalarSet]]:
    if isinstance(s, Grid):
        yield "one step further up", Grid(s.low, s.step, s.count + 1)
        yield "one step further down", Grid(s.low - s.step, s.step, s.count + 1)
        if s.count > 1:
            yield "in steps half as long", Grid(s.low, s.step / 2, 2 * s.count - 1)
            yield "any real between its ends", Interval(s.low, s.high)
        return
    if isinstance(s, Intervals):
        (low, top), *rest = s.parts
        yield "1 further down", Intervals(((low - 1, top), *rest))
        if rest:
            joined = (low, rest[0][1])
            yield "with the first gap filled", Intervals((joined, *rest[1:])) if rest[1:] else Interval(*joined)
        return
    if s.low is not None:
        yield "1 further down", Interval(s.low - 1, s.high)
    if s.high is not None:
        yield "1 further up", Interval(s.low, s.high + 1)


def _narrower(s: ScalarSet) -> Iterator[tuple[str, ScalarSet]]:
    if isinstance(s, Grid):
        if s.count > 1:
            yield "without the last step", Grid(s.low, s.step, s.count - 1)
            yield "without the first step", Grid(s.low + s.step, s.step, s.count - 1)
        return
    if isinstance(s, Intervals):
        if len(s.parts) > 1:
            yield "without the last part", Intervals(s.parts[:-1]) if s.parts[2:] else Interval(*s.parts[0])
        return
    if s.low is None or s.high is None:
        low = s.low if s.low is not None else Fraction(-1) if s.high is None else s.high - 2
        high = low + 2 if s.high is None else s.high
        yield f"in [{low}, {high}]", Interval(low, high)
    elif s.low < s.high:
        yield "in the lower half", Interval(s.low, (s.low + s.high) / 2)


def _with_set(domain: Domain, i: int, s: ScalarSet) -> Domain:
    return Domain((*domain.sets[:i], s, *domain.sets[i + 1 :]), domain.constraints, domain.different)


def _on(task: Task, domain: Domain, wider: bool) -> Task | None:
    """The task on another domain, about the network on that domain where it is wider; None when it is none to speak of."""
    old = task.statement.domain
    assert old is not None
    smaller, larger = (old, domain) if wider else (domain, old)
    try:
        if not smaller.is_subset(larger) or larger.is_subset(smaller) or is_empty(domain) is not False:
            return None
        statement = _read_on(task.statement, domain)
    except (InputError, Refusal, UsageError):
        return None
    inside = domain.is_subset(task.network.domain)
    return replace(task, statement=statement, network=task.network if inside else replace(task.network, domain=domain))


def _read_on(statement: Statement, domain: Domain) -> Statement:
    """The statement read again for another domain: there an input may be a number that was a bit."""
    data = json.loads(statement.json()) | {"domain": domain.json()}
    return statement_of(json.dumps(data, sort_keys=True, separators=(",", ":")))


def _words(constraint: Constraint) -> str:
    total = affine(0, [(c, node("input", i, (), False)) for i, c in constraint.terms])
    return f"{text(total, LONGEST)} {constraint.relation} {constraint.bound}"
