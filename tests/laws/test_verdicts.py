"""Random claims about small random networks: no checker says what trying every input does not say.

Networks, targets and conditions are evaluated here by code of its own, in Fractions, so that the law covers what all
checkers share too. A claim is true, false at many inputs, or false at one input alone.
"""

from __future__ import annotations

import random
from collections import Counter
from fractions import Fraction
from importlib import import_module
from itertools import product
from math import floor

import pytest

from proofcheck.checkers import Budget, Task, exhaustive, exhaustive_certificate, lemmas, sampled, smt, vertices
from proofcheck.claims.evidence import Verdict
from proofcheck.domains import Constraint, Domain, Grid, Interval, Intervals
from proofcheck.domains.sets import BIT, size, value_at
from proofcheck.engine import batch
from proofcheck.errors import Refusal
from proofcheck.networks import inputs, leaky_relu, network, relu, saturated_linear, step
from proofcheck.spec import Statement, TermTarget, all_of, flat, maximum, mod, output_variables, square, variables, where
from proofcheck.spec.from_network import from_network
from proofcheck.spec.term import floordiv, lift

BUDGET = Budget(seconds=60, rlimit=3_000_000, samples=64, seed=1)
NUMBERS = [Fraction(v) for v in ("0", "1", "-1", "2", "-2", "1/2", "-1/2", "3", "1/3", "-3/4")]
SLOPES = [Fraction(v) for v in ("1/2", "-1", "2", "-1/3")]
SETS = [
    *(BIT,) * 4,
    Grid(-1, Fraction(1, 2), 4),
    Grid(Fraction(-1, 3), Fraction(1, 3), 3),
    Grid(0, 2, 3),
    Grid(-2, 1, 5),
    Intervals(((-1, -1), (Fraction(1, 2), Fraction(1, 2)), (1, 1))),
    Interval(1, 1),
]
LARGE = {"WORTH_BITS": 0, "SMALL_ROWS": 1, "SMALL": 1}
"""What is otherwise worth it from some size on only: bits, the compiled rows, torch."""


def a_domain(r):
    n = r.randint(1, 3)
    constraints = ()
    if n > 1 and r.random() < 0.3:
        terms = tuple((i, r.choice((1, -1, 2))) for i in range(n))
        constraints = (Constraint(terms, r.choice(("<=", "==")), r.choice((0, 1, Fraction(1, 2)))),)
    sets = (BIT,) * n if r.random() < 0.3 else tuple(r.choice(SETS) for _ in range(n))
    return Domain(sets, constraints, ((0, 1),) if n > 1 and r.random() < 0.1 else ())


def a_network(r, domain):
    x = inputs(domain.dimension, on=domain)
    values = list(x)
    for _ in range(r.randint(1, 6)):
        v = sum((r.choice(NUMBERS) * r.choice(values) for _ in range(r.randint(1, 3))), r.choice(NUMBERS))
        bend = r.choice((relu, relu, step, saturated_linear, lambda v: v, lambda v: leaky_relu(v, r.choice(SLOPES))))
        values.append(bend(v) if not isinstance(v, Fraction) else x[0] + v)
    return network([r.choice(values[domain.dimension :]) for _ in range(r.randint(1, 2))], inputs=[x])


def a_condition(r, leaves, depth):
    """A Boolean term."""

    def number(depth):
        a, b = r.choice(leaves), r.choice(leaves)
        if depth > 0:
            a = number(depth - 1)
        kinds = (
            lambda: r.choice(NUMBERS) * a + r.choice(NUMBERS) * b + r.choice(NUMBERS),
            lambda: maximum(a, b, r.choice(NUMBERS)),
            lambda: floordiv(a, r.randint(1, 3)) - b,
            lambda: mod(a, r.randint(1, 4)),
            lambda: square(a),
            lambda: abs(lift(a)),
        )
        return lift(r.choice(kinds)())

    if depth > 0 and r.random() < 0.6:
        a, b = a_condition(r, leaves, depth - 1), a_condition(r, leaves, depth - 1)
        return r.choice((lambda: a & b, lambda: a | b, lambda: a ^ b, lambda: ~a, lambda: where(a, b, ~b)))()
    a, b = number(depth), r.choice((number(0), lift(r.choice(NUMBERS))))
    return r.choice((lambda: a <= b, lambda: a < b, lambda: a == b, lambda: a != b))()


def a_statement(r, net, domain, points):
    (x,) = variables(domain, [(domain.dimension,)])
    y = flat(output_variables([port.shape for port in net.outputs]))
    given = {"network": net.digest, "domain": domain}
    if r.random() < 0.5:
        terms, place = [lift(term) for term in from_network(net, x)], r.randrange(len(y))
        if r.random() < 0.6:
            at = r.choice(points)
            there = all_of([a == b for a, b in zip(x, at, strict=True)]) if r.random() < 0.7 else a_condition(r, x, 1)
            terms[place] = terms[place] + where(there, r.choice((1, Fraction(1, 1000), -2)), 0)
        if r.random() < 0.3:
            return Statement(kind="approximates", target=TermTarget(terms), error=r.choice((0, Fraction(1, 1000), 1)), **given)
        return Statement(kind="computes", target=TermTarget(terms), **given)
    ends = [outputs_at(net, point)[0] for point in points]
    tight = r.choice((y[0] <= max(ends), y[0] < max(ends), y[0] >= min(ends), a_condition(r, [*x, *y], 2)))
    return Statement(kind="property", condition=tight | a_condition(r, [*x, *y], 1) if r.random() < 0.3 else tight, **given)


def outputs_at(net, x):
    values = [*x]
    for _, activation, bias, terms in net.nodes():
        v = bias + sum((weight * values[source] for source, weight in terms), Fraction(0))
        match activation.kind:
            case "relu":
                v = max(v, Fraction(0))
            case "leaky_relu":
                v = v if v >= 0 else activation.slope * v
            case "step":
                v = Fraction(v >= 0)
            case "saturated_linear":
                v = min(max(v, Fraction(0)), Fraction(1))
        values.append(v)
    return [values[node] for node in net.output.tolist()]


def value(term, x, y):
    a, data = [value(argument, x, y) for argument in term.args], term.data
    match term.op:
        case "input":
            return x[data]
        case "output":
            return y[data]
        case "constant":
            return data
        case "affine":
            return data[0] + sum(c * v for c, v in zip(data[1], a, strict=True))
        case "floordiv":
            return Fraction(floor(a[0] / data))
        case "mod":
            return a[0] - data * floor(a[0] / data)
        case "square":
            return a[0] ** 2
        case "where":
            return a[1] if a[0] else a[2]
        case "max" | "min" | "abs":
            return {"max": max, "min": min, "abs": lambda v: abs(v[0])}[term.op](a)
    two = {"<=": lambda p, q: p <= q, "<": lambda p, q: p < q, "==": lambda p, q: p == q, "xor": lambda p, q: p != q}
    many = {"not": lambda: not a[0], "and": lambda: all(a), "or": lambda: any(a)}
    return Fraction(two[term.op](*a) if term.op in two else many[term.op]())


def true_at(net, statement, x):
    y = outputs_at(net, x)
    if statement.condition is not None:
        return value(statement.condition, x, y) == 1
    pairs = zip(y, statement.target.terms, strict=True)
    return all(abs(v - value(term, x, y)) <= (statement.error or 0) for v, term in pairs)


@pytest.mark.parametrize("worth", ["as it is", "every way"])
def test_no_checker_contradicts_the_inputs(worth, monkeypatch):
    if worth == "every way":
        for name, least in LARGE.items():
            monkeypatch.setattr(import_module("proofcheck.checkers.exhaustive") if name == "WORTH_BITS" else batch, name, least)
    said = Counter()
    for seed in range(300):
        r = random.Random(seed)
        domain = a_domain(r)
        points = [x for x in product(*([value_at(s, i) for i in range(size(s))] for s in domain.sets)) if domain.contains(x)]
        if not points:
            continue
        try:
            net = a_network(r, domain)
            task = Task(net, a_statement(r, net, domain, points))
        except Refusal:  # a slope or weight that the random formula may not have
            continue
        truth = all(true_at(net, task.statement, x) for x in points)
        routes = [exhaustive, exhaustive_certificate, sampled]
        routes += [lemmas] * (seed % 10 == 0) + [vertices] * (seed % 10 == 1) + [smt] * (seed % 60 == 2)
        for route in routes:
            finding = route(task, BUDGET)
            assert finding.verdict is not (Verdict.REFUTED if truth else Verdict.HOLDS), (seed, route.__name__)
            if finding.witness is not None:
                assert not true_at(net, task.statement, finding.witness.inputs), (seed, route.__name__)
            said[route.__name__, finding.verdict] += 1
            if route is exhaustive:
                assert finding.verdict is (Verdict.HOLDS if truth else Verdict.REFUTED), seed
    assert not said["sampled", Verdict.HOLDS]
    assert min(said["exhaustive", v] for v in (Verdict.HOLDS, Verdict.REFUTED)) > 60
    assert min(said[name, Verdict.HOLDS] for name in ("exhaustive_certificate", "lemmas", "vertices", "smt")) > 0
