"""Forged certificates against the kernel: `python -m tests.evidence.forged_proofs [COUNT [SEED]]`.

COUNT forgeries (default 20,000) of four kinds: lemmas derived at random, rightly and wrongly; right proofs with one place of
proof, statement, network or domain changed; exhaustions and exactness certificates of random networks, false ones included.
Whatever the kernel accepts is evaluated here, by code of its own, at inputs of the domain. Prints a line for each kind; the
exit status is 1 when something accepted is false at one of them.
"""

from __future__ import annotations

import copy
import json
import random
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import product as tuples
from typing import Any

from proofcheck.kernel import Rejected, replay
from proofcheck.kernel.domain import read_domain
from proofcheck.kernel.exact import Work
from proofcheck.kernel.lemmas import _Places
from proofcheck.kernel.proof import Proof, Values, combined
from proofcheck.kernel.proof import product as multiplied
from proofcheck.kernel.terms import Node, read_nodes
from tests.kernel.written import Net, by_lemmas, canonical, certificate, comb, poly, product, q, statement, terms

Point = tuple[Fraction, ...]
Forgery = tuple[bytes, Callable[[], str]]  # a certificate, and what of it is false where ("" for nothing)

TINY = Fraction(1, 2**40)
NUMBERS = [Fraction(v) for v in (-2, -1, 0, 1, 2)] + [Fraction(1, 2), Fraction(-1, 3), 1 + TINY, -TINY]
KINDS = ("identity", "relu", "leaky_relu", "step", "saturated_linear")
SETS: list[Any] = [
    ["interval", None, None],
    ["interval", "-0x1", "0x1"],
    ["interval", "0x0", None],
    ["intervals", [["-0x1", "0x0"], ["0x1/0x2", "0x2"]]],
    ["grid", "-0x1", "0x1/0x2", 5],
    ["grid", "0x0", "0x1", 2],
    ["grid", "0x3", "0x1", 1],
]


# What things are worth, by code that shares nothing with the kernel.


def activated(kind: str, slope: Fraction, z: Fraction) -> Fraction:
    match kind:
        case "relu":
            return z if z > 0 else Fraction(0)
        case "leaky_relu":
            return z if z > 0 else slope * z
        case "step":
            return Fraction(0 if z < 0 else 1)
        case "saturated_linear":
            return sorted((Fraction(0), z, Fraction(1)))[1]
    return z


def node_values(net: Net, x: Point) -> list[Fraction]:
    """Inputs and nodes."""
    values = list(x)
    for kind, slope, bias, reads in net.nodes:
        values.append(activated(kind, slope, bias + sum(w * values[j] for j, w in reads.items())))
    return values


def number(text: str) -> Fraction:
    top, _, bottom = text.partition("/")
    return Fraction(int(top, 16), int(bottom or "1", 16))


def term_values(rows: list[Any], x: Point, y: list[Fraction]) -> list[Fraction]:
    """Terms as they stand in a file."""
    values: list[Fraction] = []
    for operation, *rest in rows:
        a = [values[j] for j in rest if type(j) is int and operation not in ("input", "output", "floordiv", "mod")]
        match operation:
            case "input" | "output":
                value = (x if operation == "input" else y)[rest[0]]
            case "constant":
                value = number(rest[0])
            case "affine":
                value = number(rest[0]) + sum(number(w) * values[j] for w, j in rest[1])
            case "floordiv" | "mod":
                quotient = values[rest[0]] / rest[1]
                whole = Fraction(quotient.numerator // quotient.denominator)
                value = whole if operation == "floordiv" else values[rest[0]] - rest[1] * whole
            case "where":
                value = a[1] if a[0] == 1 else a[2]
            case "square":
                value = a[0] * a[0]
            case "abs":
                value = a[0] if a[0] > 0 else -a[0]
            case "not":
                value = 1 - a[0]
            case "max" | "or":
                value = sorted(a)[-1]
            case "min" | "and":
                value = sorted(a)[0]
            case _:
                truth = {"<=": a[0] <= a[1], "<": a[0] < a[1], "==": a[0] == a[1], "xor": a[0] != a[1]}
                value = Fraction(truth[operation])
        values.append(value)
    return values


def members(raw: Any, draw: random.Random) -> list[Fraction]:
    """Some members of a set: its ends, what lies close to them, and others."""
    kind, *rest = raw
    if kind == "grid":
        return [number(rest[0]) + k * number(rest[1]) for k in range(rest[2])]
    found: list[Fraction] = []
    for low, high in [rest] if kind == "interval" else rest[0]:
        a = number(low) if low is not None else (number(high) if high is not None else Fraction(0)) - 9
        b = number(high) if high is not None else max(a, Fraction(0)) + 9
        inner = [a, b, (a + b) / 2, a + TINY, b - TINY, *(a + (b - a) * Fraction(draw.randrange(13), 12) for _ in range(4))]
        found += [v for v in (*inner, Fraction(0), TINY, Fraction(1), Fraction(-1)) if a <= v <= b]
    return found


def points(domain: Any, draw: random.Random, most: int = 40) -> list[Point]:
    """Members of a domain, at most so many."""
    columns = [members(values, draw) for values, count in domain["sets"] for _ in range(count)]
    every = list(tuples(*columns)) if len(columns) < 3 else [tuple(draw.choice(c) for c in columns) for _ in range(400)]
    draw.shuffle(every)
    return [x for x in every if _allowed(domain, x)][:most]


def _allowed(domain: Any, x: Point) -> bool:
    for row, relation, bound in domain["constraints"]:
        total = sum(number(w) * x[i] for i, w in row)
        if total > number(bound) or (relation == "==" and total != number(bound)):
            return False
    return all(len({x[i] for i in group}) == len(group) for group in domain["different"])


# Lemmas derived at random.


def lemmas_at_random(draw: random.Random) -> Forgery:
    """A few lemmas on a random network: each a sum of products of facts, in two out of three cases with something wrong."""
    net, domain, rows = random_net(draw), random_domain(draw), [["input", 0]]
    net = net if net.inputs == sum(count for _, count in domain["sets"]) else _passes(domain, draw)
    extra = random_terms(draw, net)
    net.output = [0]
    nodes: list[Node] = []
    boolean: list[bool] = []
    read_nodes(rows + extra, read_domain(domain), 1, nodes, boolean)
    proof = _proof(net, domain, nodes)
    lemmas, goal = [], [["sum", []]]
    for _ in range(draw.choice((1, 1, 1, 2, 3))):
        lemma = _lemma(proof, draw)
        if lemma is None:
            continue
        lemmas.append(lemma)
        proof.lemmas.append((proof.polynomial(lemma[1]), lemma[0]))
    inhabited = points(domain, random.Random(0), 1)
    point = [q(v) for v in inhabited[0]] if inhabited and (domain["constraints"] or domain["different"]) else None
    data = by_lemmas(net, domain, [goal], lemmas, extra=extra, point=point, target={"terms": {"nodes": rows, "outputs": [0]}})

    def fault() -> str:
        for x in points(domain, draw):
            known = node_values(net, x)
            values = known + term_values(rows + extra, x, [known[j] for j in net.output])
            for relation, polynomial, _ in lemmas:
                total = Fraction(0)
                for coefficient, variables in polynomial:
                    part = number(coefficient)
                    for v in variables:
                        part *= values[v]
                    total += part
                if not {"==": total == 0, ">=": total >= 0, ">": total > 0}[relation]:
                    return f"the lemma {polynomial} {relation} 0 is false at {x}"
        return ""

    return data, fault


def random_net(draw: random.Random) -> Net:
    net = Net(draw.randint(1, 2))
    for _ in range(draw.randint(1, 4)):
        kind = draw.choice(KINDS)
        before = net.inputs + len(net.nodes)
        reads = {j: draw.choice([v for v in NUMBERS if v]) for j in draw.sample(range(before), draw.randint(1, min(2, before)))}
        slope = draw.choice([*NUMBERS, *[Fraction(3)] * 6]) if kind == "leaky_relu" else 0
        net.node(kind, draw.choice(NUMBERS), dict(sorted(reads.items())), slope)
    return net


def _passes(domain: Any, draw: random.Random) -> Net:
    net = Net(sum(count for _, count in domain["sets"]))
    net.node(draw.choice(("relu", "step", "saturated_linear")), 0, {0: 1})
    return net


def random_domain(draw: random.Random) -> dict[str, Any]:
    sets = [draw.choice(SETS) for _ in range(draw.randint(1, 2))]
    runs = [(sets[0], 2)] if len(sets) == 2 and sets[0] == sets[1] else [(s, 1) for s in sets]
    constraints = []
    if draw.random() < 0.3:
        row = [[i, q(draw.choice([v for v in NUMBERS if v]))] for i in range(len(sets))]
        constraints.append([row, draw.choice(["<=", "<=", "=="]), q(draw.choice(NUMBERS))])
    different = [[0, 1]] if len(sets) == 2 and draw.random() < 0.1 else []
    return product(*runs, constraints=constraints, different=different)


def random_terms(draw: random.Random, net: Net) -> list[Any]:
    """Terms behind the one of the statement, an input; some read the output."""
    rows: list[Any] = [["input", 0]]
    numbers, booleans = [0], list[int]()
    for _ in range(draw.randint(1, 5)):
        j = len(rows)
        pick = lambda: draw.choice(numbers + booleans)  # noqa: E731
        kind = draw.choice(["output", "constant", "affine", "max", "min", "abs", "square", "floordiv", "mod", "compare", "logic"])
        if kind == "output":
            rows.append(["output", 0])
        elif kind == "constant":
            rows.append(["constant", q(draw.choice([v for v in NUMBERS if v not in (0, 1)]))])
        elif kind == "affine":
            chosen = draw.sample(range(j), draw.randint(1, min(2, j)))
            rows.append(["affine", q(draw.choice(NUMBERS)), [[q(draw.choice([v for v in NUMBERS if v])), c] for c in chosen]])
        elif kind in ("max", "min"):
            rows.append([kind, *(pick() for _ in range(draw.randint(1, 3)))])
        elif kind in ("abs", "square"):
            rows.append([kind, pick()])
        elif kind in ("floordiv", "mod"):
            rows.append([kind, pick(), draw.randint(1, 3)])
        elif kind == "logic" and booleans:
            name = draw.choice(["not", "and", "or", "xor", "where"])
            count = {"not": 1, "xor": 2, "where": 1}.get(name, draw.randint(1, 3))
            chosen = [draw.choice(booleans) for _ in range(count)]
            rows.append([name, *chosen, *([pick(), pick()] if name == "where" else [])])
            if name != "where":
                booleans.append(j)
                continue
        else:
            rows.append([draw.choice(["<=", "<", "=="]), pick(), pick()])
            booleans.append(j)
            continue
        numbers.append(j)
    return rows[1:]


def _proof(net: Net, domain: Any, nodes: list[Node]) -> Proof:
    """The kernel's own view, from which derivations are made; what they are worth is found out without it."""
    from proofcheck.kernel.network import read_network

    at = _Places(read_network(net.file(domain)), read_domain(domain), nodes, Work())
    given = [
        (combined((number(bound), {(): 1}), (-1, {(i,): number(w) for i, w in row})), ">=" if kind == "<=" else "==")
        for row, kind, bound in domain["constraints"]
    ]
    return Proof(Values(at.first + len(nodes), at.define, given, at.alias), Work())


def _lemma(proof: Proof, draw: random.Random) -> Any:
    """[relation, polynomial, tree]; the polynomial is the sum, or almost."""
    tree: list[Any] = []
    path: list[Any] = []
    cases: list[list[Any]] = []
    if draw.random() < 0.4:
        step = draw.choice([["split", _variable(proof, draw)], ["sign", poly((1, draw.randrange(proof.values.count)))]])
        try:
            cases = proof.cases(step)
        except Rejected:
            return None
        tree, path = [step], list(cases[0])
    sums, total, relation = [], {}, "=="
    for _ in range(draw.choice((0, 1, 1, 1, 2, 3))):
        names = [_name(proof, path, draw) for _ in range(draw.choice((1, 1, 1, 2)))]
        try:
            facts = [proof.fact(name, path) for name in names]
        except Rejected:
            continue
        equality = any(kind == "==" for _, kind in facts)
        loose = equality or draw.random() < 0.1
        coefficient = draw.choice(NUMBERS if loose else [v for v in NUMBERS if v > 0])
        variables = [draw.randrange(proof.values.count)] if loose and draw.random() < 0.4 else []
        part: Any = {tuple(sorted(map(proof.index, variables))): coefficient}
        for polynomial, _ in facts:
            part = multiplied(part, polynomial, Work())
        total = combined((1, total), (1, part))
        if not equality:
            relation = ">" if relation == ">" or {kind for _, kind in facts} == {">"} else ">="
        sums.append([q(coefficient), variables, names])
    if draw.random() < 0.25:
        relation = draw.choice(["==", ">=", ">"])
    if draw.random() < 0.3:
        total = combined((1, total), (draw.choice((1, -1, TINY, -TINY)), {(): 1}))
    leaf = ["sum", sums] if relation != "==" or draw.random() < 0.7 else ["sum", sums, _negated(sums)]
    others = [draw.choice([leaf, leaf, ["never", sums], ["never", []]]) for _ in cases[1 if draw.random() < 0.9 else 2 :]]
    rows = [[q(c), list(m)] for m, c in total.items() if c]
    return [relation, rows, [*tree, leaf, *others]]


def _negated(sums: list[Any]) -> list[Any]:
    return [[q(-number(c)), *rest] for c, *rest in sums]


def _variable(proof: Proof, draw: random.Random) -> int:
    """Any variable, more often one that an operation defines."""
    v = draw.randrange(proof.values.count)
    return v if isinstance(proof.values.define(proof.values.alias(v)), tuple) else draw.randrange(proof.values.count)


def _name(proof: Proof, path: list[Any], draw: random.Random) -> Any:
    kind = draw.choice([0, 0, 0, 0, 1, 2, 3, 3, 4])
    if kind == 0:
        return [0, _variable(proof, draw), draw.choice((0, 0, 1, 1, 2))]
    if kind == 4:
        return [4, poly((1, draw.randrange(proof.values.count)), (q(draw.choice(NUMBERS)),))]
    return [kind, draw.randrange(1 + max(len(proof.lemmas) if kind == 1 else len(path) if kind == 3 else 1, 0))]


# Right proofs with something changed.

REALS, UNIT = ["interval", None, None], ["interval", "0x0", "0x1"]
x0, x1, y0 = ("input", 0), ("input", 1), ("output", 0)


def _larger() -> tuple[Net, Any, dict[str, Any], dict[str, Any]]:
    """x1 + relu(x0 - x1) is the maximum."""
    net = Net(2)
    net.node("relu", 0, {0: 1, 1: -1})
    net.output = [net.node("identity", 0, {1: 1, 2: 1})]

    def leaf(i: int, j: int) -> list[Any]:
        below = comb((1, [0, 3, 0]), (1, [[0, 2, 1], [0, 2, 0]][i]), (-1, [3, 0]))
        return ["sum", below, comb((1, [0, 6, j]), (-1, [0, 3, 0]), (-1, [3, 2]))]

    tree = [["split", 6], ["split", 2], leaf(0, 0), leaf(0, 1), ["split", 2], leaf(1, 0), leaf(1, 1)]
    proof = {"point": None, "terms": [], "lemmas": [], "goals": [tree]}
    return net, product((REALS, 2)), {"claim": "computes", "target": {"terms": terms(("max", x0, x1))}}, proof


def _close() -> tuple[Net, Any, dict[str, Any], dict[str, Any]]:
    """relu(x) is within 1 of x on [-1, 1]."""
    net = Net(1)
    net.output = [net.node("relu", 0, {0: 1})]
    upper = [["split", 1], ["sum", comb((-1, [3, 1]))], ["sum", comb((-1, [3, 1]), (1, [0, 0, 0]))]]
    proof = {"point": None, "terms": [], "lemmas": [], "goals": [upper, [["sum", comb((1, [0, 1, 1]))]]]}
    told = {"claim": "approximates", "error": "0x1", "target": {"terms": terms(x0)}}
    return net, product((["interval", "-0x1", "0x1"], 1)), told, proof


def _squares() -> tuple[Net, Any, dict[str, Any], dict[str, Any]]:
    """x^2 <= x on [0, 1], by the product of the bounds."""
    net = Net(1)
    net.output = [0]
    tree = [["split", 3], ["sum", comb((1, [3, 1]))]]
    tree += [["never", comb((1, [3, 0]), (1, [0, 0, 0], [0, 0, 1]), (-1, [0, 2, 0]))]]
    proof = {"point": None, "terms": [], "lemmas": [], "goals": [tree]}
    return net, product((UNIT, 1)), {"claim": "property", "property": terms(("<=", ("square", x0), x0))}, proof


def _positive() -> tuple[Net, Any, dict[str, Any], dict[str, Any]]:
    """0 < x^2 where x >= 1, by two lemmas; on half of a plane."""
    net = Net(1)
    net.output = [0]
    first = [">", poly((1, 0)), [["sum", comb((1, [0, 0, 0]))]]]
    second = [">", poly((1, 0, 0)), [["sum", comb((1, [1, 0], [1, 0]))]]]
    tree = [["split", 4], ["sum", comb((1, [3, 1]))]]
    tree += [["never", comb((1, [3, 0]), (1, [1, 1]), (1, [0, 3, 0]), (-1, [0, 1, 0]))]]
    proof = {"point": None, "terms": [], "lemmas": [first, second], "goals": [tree]}
    told = {"claim": "property", "property": terms(("<", ("constant", 0), ("square", x0)))}
    return net, product((["interval", "0x1", None], 1)), told, proof


def _ordered() -> tuple[Net, Any, dict[str, Any], dict[str, Any]]:
    """y0 <= x1 where x0 <= x1, y0 the relu of x0 and x1 >= 0."""
    net = Net(2)
    net.output = [net.node("relu", 0, {0: 1})]
    domain = product((REALS, 1), (["interval", "0x0", None], 1), constraints=[[[[0, "0x1"], [1, "-0x1"]], "<=", "0x0"]])
    tree = [["split", 5], ["sum", comb((1, [3, 1]))], ["split", 2]]  # 5: the comparison, 2: relu
    tree += [["never", comb((1, [3, 0]), (1, [2, 0]), (-1, [3, 3]))], ["never", comb((1, [3, 0]), (1, [0, 1, 0]), (-1, [3, 3]))]]
    proof = {"point": ["0x0", "0x0"], "terms": [], "lemmas": [], "goals": [tree]}
    return net, domain, {"claim": "property", "property": terms(("<=", y0, x1))}, proof


RIGHT = (_larger, _close, _squares, _positive, _ordered)


def changed_proofs(draw: random.Random) -> Forgery:
    """A right proof, its statement, network and domain, one to three places of which are changed."""
    net, domain, told, proof = draw.choice(RIGHT)()
    for _ in range(draw.randint(1, 3)):
        part = draw.choice(["proof", "proof", "proof", "told", "domain", "net"])
        if part == "net":
            _change_net(net, draw)
        elif part == "proof":
            proof = changed_json(proof, draw)
        elif part == "told":
            told = {k: v if k == "claim" else changed_json(v, draw) for k, v in told.items()}
            if draw.random() < 0.05:
                told["claim"] = draw.choice(["computes", "property", "approximates"])
        else:
            domain = changed_json(domain, draw)
    try:
        whole = canonical(statement(net, domain=domain, **told))
        data = certificate("lemmas", whole, net.file(product((REALS, net.inputs))), proof=canonical(proof).encode())
    except (TypeError, ValueError, KeyError):  # what no file can hold
        return b"", lambda: ""
    return data, lambda: fault_of(net, json.loads(whole), draw)


def fault_of(net: Net, told: dict[str, Any], draw: random.Random) -> str:
    """Where a statement of a network is false."""
    inputs = points(told["domain"], draw)
    if not inputs and (told["domain"]["constraints"] or told["domain"]["different"]):
        return ""  # none was found; the kernel demands one
    for x in inputs:
        known = node_values(net, x)
        y = [known[j] for j in net.output]
        rows = told["property"] if told["claim"] == "property" else told["target"]["terms"]
        values = term_values(rows["nodes"], x, y)
        wanted = [values[j] for j in rows["outputs"]]
        error = number(told.get("error", "0x0"))
        good = wanted == [1] if told["claim"] == "property" else all(abs(a - b) <= error for a, b in zip(y, wanted, strict=True))
        if not good:
            return f"{told} is false at {x}: {y}, {wanted}"
    return ""


def _change_net(net: Net, draw: random.Random) -> None:
    if not net.nodes:
        return
    i = draw.randrange(len(net.nodes))
    kind, slope, bias, reads = net.nodes[i]
    match draw.choice(["kind", "bias", "weight", "output"]):
        case "kind":
            kind = draw.choice(KINDS)
            slope = draw.choice(NUMBERS) if kind == "leaky_relu" else Fraction(0)
        case "bias":
            bias += draw.choice((1, -1, TINY, -TINY))
        case "weight":
            j = draw.choice(list(reads))
            reads = {**reads, j: reads[j] + draw.choice((TINY, -TINY, 1)) or Fraction(2)}
        case "output":
            net.output = [draw.randrange(net.inputs + len(net.nodes)) for _ in net.output]
    net.nodes[i] = (kind, slope, bias, reads)


def changed_json(value: Any, draw: random.Random) -> Any:
    """The same with one place changed."""
    value = copy.deepcopy(value)
    places: list[tuple[Any, Any]] = []
    stack = [value]
    while stack:
        here = stack.pop()
        for key in list(here) if isinstance(here, dict) else range(len(here)) if isinstance(here, list) else ():
            places.append((here, key))
            stack.append(here[key])
    if not places:
        return _other(value, draw)
    here, key = draw.choice(places)
    if isinstance(here, list) and draw.random() < 0.3:
        match draw.choice(["drop", "repeat", "swap", "copy"]):
            case "drop":
                del here[key]
            case "repeat":
                here.insert(key, copy.deepcopy(here[key]))
            case "swap":
                other = draw.randrange(len(here))
                here[key], here[other] = here[other], here[key]
            case "copy":
                there, name = draw.choice(places)
                here[key] = copy.deepcopy(there[name]) if not isinstance(there[name], dict) else here[key]
    else:
        here[key] = _other(here[key], draw)
    return value


def _other(value: Any, draw: random.Random) -> Any:
    if type(value) is int:
        return draw.choice([value + 1, value - 1, 0, 1, 2, 3, 4, 5, 6, bool(value), float(value), str(value), -value])
    if isinstance(value, str) and value.removeprefix("-").startswith("0x"):
        return draw.choice(
            ["0x0", "0x1", "-0x1", "0x2", "0x1/0x2", "-0x1/0x2", "0x1/0x10000000000", "-0x0", "0X1", "0x01", "\u0661", 1, 1.0]
        )
    if isinstance(value, str):
        names = [
            "==",
            ">=",
            ">",
            "<=",
            "<",
            "sum",
            "never",
            "split",
            "sign",
            "gap",
            "max",
            "min",
            "abs",
            "and",
            "or",
            "grid",
            "input",
        ]
        return draw.choice([*names, "output", "square", "not", None])
    return draw.choice([None, [], True, "0x1", 0, float("nan"), float("inf")]) if value is None or draw.random() < 0.2 else value


# Random networks by exhaustion and in number formats.


def exhaustions(draw: random.Random) -> Forgery:
    """A random property or target on a finite domain, true or false."""
    net = random_net(draw)
    domain = product((draw.choice(SETS[4:]), net.inputs))
    net.output = [net.inputs + len(net.nodes) - 1]
    extra = random_terms(draw, net)
    rows = [["input", 0], *extra]
    if draw.random() < 0.5:
        rows = [row for row in rows if row[0] != "output"] if not any(row[0] == "output" for row in rows) else [["input", 0]]
        told: dict[str, Any] = {"claim": "computes", "target": {"terms": {"nodes": rows, "outputs": [len(rows) - 1]}}}
    else:
        told = {"claim": "property", "property": {"nodes": rows, "outputs": [len(rows) - 1]}}
    whole = statement(net, domain=domain, **told)
    return certificate("exhaustive", whole, net.file(domain)), lambda: fault_of(net, whole, draw)


FORMATS = {
    "int8": (127, Fraction(1), 2**7),
    "float16": (65504, Fraction(1, 2**14), 2**11),
    "bfloat16": (2**128, Fraction(1, 2**126), 2**8),
}


def formats(draw: random.Random) -> Forgery:
    """A random network of dyadic weights in a small number format: every product and partial sum is looked at."""
    net, name = random_net(draw), draw.choice(list(FORMATS))
    scale = draw.choice([1, 8, 64, Fraction(1, 2**8), Fraction(1, 2**13)])
    dyadic = [Fraction(v) * scale for v in (-3, -1, 1, 2, 5)]
    net.nodes = [
        (k, draw.choice(dyadic) if k == "leaky_relu" else s, draw.choice(dyadic), {j: draw.choice(dyadic) for j in r})
        for k, s, _, r in net.nodes
    ]
    net.output = [net.inputs + len(net.nodes) - 1]
    domain = product((draw.choice(SETS[4:]), net.inputs))
    data = certificate("exactness", statement(net, "exact", domain=domain, dtype=name), net.file(domain))
    return data, lambda: _rounded(net, domain, name, draw)


def _rounded(net: Net, domain: Any, name: str, draw: random.Random) -> str:
    largest, smallest, steps = FORMATS[name]

    def held(v: Fraction) -> bool:
        if v == 0:
            return True
        step = max(smallest if name == "int8" else Fraction(0), Fraction(v.numerator & -v.numerator, v.denominator))
        whole = v / step
        return whole.denominator == 1 and abs(whole) <= steps and abs(v) <= largest and (name == "int8" or abs(v) >= smallest)

    for x in points(domain, draw, 30):
        values = list(x)
        for kind, slope, bias, reads in net.nodes:
            parts = [bias, *(w * values[j] for j, w in reads.items())]
            for _ in range(3):
                draw.shuffle(parts)
                for k in range(1, len(parts) + 1):
                    if not held(sum(parts[:k], Fraction(0))) or not held(parts[k - 1]):
                        return f"{parts} rounds in {name} at {x}"
            values.append(activated(kind, slope, sum(parts, Fraction(0))))
            if not held(values[-1]):
                return f"{values[-1]} is no {name} at {x}"
    return ""


FORGERS: dict[str, tuple[Callable[[random.Random], Forgery], int]] = {
    "lemmas derived at random": (lemmas_at_random, 9),
    "right proofs, changed": (changed_proofs, 9),
    "random exhaustions": (exhaustions, 1),
    "random number formats": (formats, 1),
}


def forged(name: str, count: int, seed: int) -> Iterator[tuple[bytes, bool, str]]:
    """(certificate, whether the kernel accepts it, what is false of it if so)."""
    forger = FORGERS[name][0]
    for k in range(count):
        draw = random.Random(f"{name} {seed} {k}")
        data, fault = forger(draw)
        try:
            replay(data)
        except Rejected:
            yield data, False, ""
        else:
            yield data, True, fault()


def main(arguments: list[str]) -> int:
    """Print the table; 1 when a false statement or lemma was accepted."""
    total, seed = int(arguments[0]) if arguments else 20_000, int(arguments[1]) if len(arguments) > 1 else 0
    wrong = 0
    for name, (_, share) in FORGERS.items():
        counts: Counter[str] = Counter()
        for data, accepted, fault in forged(name, total * share // sum(s for _, s in FORGERS.values()), seed):
            counts["forgeries"] += 1
            counts["accepted"] += accepted
            counts["false"] += bool(fault)
            if fault:
                print(f"FALSE AND ACCEPTED: {fault}\n  {data.hex()[:2000]}")
        wrong += counts["false"]
        print(
            f"{name}: {counts['forgeries']} forgeries, {counts['accepted']} accepted, {counts['false']} of them false", flush=True
        )
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
