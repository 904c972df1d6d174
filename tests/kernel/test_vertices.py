"""The vertices method: what it accepts is true inside the cells too, each of its rules is needed, and bad cuts are refused."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

import pytest
from written import BITS, Net, canonical, certificate, product, q, statement, terms

from proofcheck.kernel import Rejected, replay

HALF = Fraction(1, 2)
X, Y = ("input", 0), ("output", 0)
UNIT = ["interval", "0x0", "0x1"]
CELLS = ["intervals", [["0x0", "0x1/0x4"], ["0x1/0x2", "0x1"]]]
RULES = sys.modules["proofcheck.kernel.vertices"]


def by_vertices(net: Net, domain: Any, claim: str = "computes", cuts: Any = None, **keys: Any) -> bytes:
    """cuts: for each coordinate a list of numbers, or the bytes of the tensor."""
    rows = [[] for _ in range(net.inputs)] if cuts is None else cuts
    raw = rows if isinstance(rows, bytes) else canonical([[q(cut) for cut in row] for row in rows]).encode()
    return certificate("vertices", statement(net, claim, domain=domain, **keys), net.file(domain), cuts=raw)


def neuron(kind: str, bias: Any, weights: dict[int, Any], slope: Any = 0, inputs: int = 1) -> Net:
    net = Net(inputs)
    net.output = [net.node(kind, bias, weights, slope)]
    return net


def line(constant: Any, slope: Any) -> Any:
    """The term constant + slope * x0."""
    return ("affine", constant, (slope, X)) if slope else ("constant", constant)


def constant(value: Any) -> Net:
    return neuron("identity", value, {})


IDENTITY = neuron("identity", 0, {0: 1})


def compared(operation: str, number: Any) -> Any:
    """A comparison of x0 with a number, as a number."""
    return ("affine", 0, (1, (operation, X, ("constant", number))))


def sides(z: Any) -> set[Any]:
    """Which of z >= 0 and z <= 0 hold: both at 0."""
    return {sign for sign in (1, -1) if sign * z >= 0}


# On [0, 1] each is true at 0 and at 1 and false between: (network, target, where a cut shows it, the rule weakened).
FALSE_BETWEEN: dict[str, tuple[Net, Any, Fraction, Callable[[str, Sequence[Any]], set[Any]]]] = {
    "relu": (neuron("relu", -HALF, {0: 1}), line(0, HALF), HALF, lambda o, a: {0}),
    "leaky_relu": (neuron("leaky_relu", -HALF, {0: 1}, HALF), line("-1/4", "3/4"), HALF, lambda o, a: {0}),
    "abs": (constant(HALF), ("abs", line(-HALF, 1)), HALF, lambda o, a: {0}),
    "saturated_linear below": (neuron("saturated_linear", -1, {0: 2}), line(0, 1), HALF, lambda o, a: {a[0] >= 1, a[0] <= 1}),
    "saturated_linear above": (neuron("saturated_linear", 0, {0: 2}), line(0, 1), HALF, lambda o, a: {a[0] >= 0, a[0] <= 0}),
    "step": (neuron("step", -1, {0: 1}), line(0, 1), HALF, lambda o, a: {0}),
    "step at 0": (neuron("step", 0, {0: -1}), line(1, -1), HALF, lambda o, a: sides(a[0])),
    "max": (constant(1), ("max", X, line(1, -1)), HALF, lambda o, a: set(range(len(a)))),
    "max of the first two": (constant(1), ("max", ("constant", 0), X, line(1, -1)), HALF, lambda o, a: {a[0] <= max(a[1:])}),
    "min": (constant(0), ("min", X, line(1, -1)), HALF, lambda o, a: set(range(len(a)))),
    "<=": (neuron("identity", 1, {0: -1}), compared("<=", HALF), HALF, lambda o, a: {0}),
    "<= at its end": (neuron("identity", 1, {0: -1}), compared("<=", 0), HALF, lambda o, a: sides(a[1] - a[0])),
    "<": (IDENTITY, ("affine", 1, (-1, ("<", X, ("constant", HALF)))), HALF, lambda o, a: {0}),
    "< at its end": (IDENTITY, ("affine", 1, (-1, ("<", X, ("constant", 1)))), HALF, lambda o, a: sides(a[1] - a[0])),
    "==": (IDENTITY, compared("==", 1), HALF, lambda o, a: {0}),
    "== on both sides": (constant(0), compared("==", HALF), HALF, lambda o, a: {a[0] == a[1]}),
    "floordiv": (IDENTITY, ("floordiv", X, 1), HALF, lambda o, a: {0}),
    "mod": (constant(0), ("mod", X, 1), HALF, lambda o, a: {0}),
}


@pytest.mark.parametrize("name", FALSE_BETWEEN)
def test_each_rule_refuses_what_is_true_at_the_vertices_only(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the rule weakened the kernel would accept the false statement, so this table would notice."""
    net, target, cut, weaker = FALSE_BETWEEN[name]
    domain, right, rule = product((UNIT, 1)), {"terms": terms(target)}, RULES.pieces
    with pytest.raises(Rejected, match=r"on the cell \[0, 1\] .* is not shown to be affine"):
        replay(by_vertices(net, domain, target=right))
    with pytest.raises(Rejected, match=r"at x = \(1/2\)|is not shown to be affine"):
        replay(by_vertices(net, domain, target=right, cuts=[[cut]]))
    operation = name.split()[0]
    monkeypatch.setattr(RULES, "pieces", lambda o, a: weaker(o, a) if o == operation else rule(o, a))
    assert replay(by_vertices(net, domain, target=right)).measures["cells"] == 1


TRUE = {
    "a kink on the border of two cells": (
        neuron("relu", -HALF, {0: 1}),
        ("max", line(-HALF, 1), ("constant", 0)),
        UNIT,
        [HALF],
        2,
    ),
    "a kink between two intervals": (neuron("relu", "-3/8", {0: 1}), ("max", line("-3/8", 1), ("constant", 0)), CELLS, [], 2),
    "a kink at a degenerate interval": (
        neuron("relu", -HALF, {0: 1}),
        ("max", line(-HALF, 1), ("constant", 0)),
        ["intervals", [["0x0", "0x1/0x4"], ["0x1/0x2", "0x1/0x2"], ["0x3/0x4", "0x1"]]],
        [],
        3,
    ),
    "an absolute value": (neuron("leaky_relu", 0, {0: 2}, -1), ("abs", line(0, 2)), ["interval", "-0x1", "0x1"], [0], 2),
    "a closed comparison that is true at its end": (constant(1), compared("<=", 1), UNIT, [], 1),
    "a strict comparison that is false at its end": (constant(0), compared("<", 0), UNIT, [], 1),
    "equal at the end only, on a cell of its own": (constant(1), compared("==", 1), ["interval", "0x1", "0x1"], [], 1),
    "a step at its end": (neuron("step", 0, {0: 1}), ("constant", 1), UNIT, [], 1),
    "saturation in three parts": (
        neuron("saturated_linear", -1, {0: 3}),
        ("min", ("max", line(-1, 3), ("constant", 0)), ("constant", 1)),
        UNIT,
        [Fraction(1, 3), Fraction(2, 3)],
        3,
    ),
    "the whole part on a half-open piece": (constant(0), ("floordiv", X, 2), UNIT, [], 1),
    "the rest on a half-open piece": (IDENTITY, ("mod", X, 2), UNIT, [], 1),
    "points of a grid, each a cell": (constant(0), ("mod", X, 1), ["grid", "-0x3", "0x1", 7], [], 7),
    "bits": (neuron("identity", 1, {0: -1}), ("not", X), BITS, [], 2),
    "a condition that changes between cells": (
        neuron("step", "-3/8", {0: 1}),
        ("where", ("<", X, ("constant", HALF)), ("constant", 0), ("constant", 1)),
        CELLS,
        [],
        2,
    ),
}


@pytest.mark.parametrize("name", TRUE)
def test_what_is_affine_on_every_cell_is_proved(name: str) -> None:
    net, target, values, cuts, cells = TRUE[name]
    proved = replay(by_vertices(net, product((values, 1)), cuts=[cuts], target={"terms": terms(target)}))
    assert (proved.method, proved.measures["cells"], proved.assumptions) == ("vertices", cells, ())


def test_a_line_that_is_wrong_in_one_cell_is_refused_there() -> None:
    net, domain = neuron("relu", "-3/8", {0: 1}), product((CELLS, 1))
    for slope, start, at in ((2, "-7/8", "1"), (1, "-1/4", "1/2")):
        wrong = ("where", ("<=", X, ("constant", "3/8")), ("constant", 0), line(start, slope))
        with pytest.raises(Rejected, match=rf"^at x = \({at}\) the network gives"):
            replay(by_vertices(net, domain, target={"terms": terms(wrong)}))


def test_an_error_that_is_attained_and_one_that_is_a_little_too_small() -> None:
    """relu(x) - x/2 is 1/2 at both ends of [-1, 1]."""
    net, domain = neuron("relu", 0, {0: 1}), product((["interval", "-0x1", "0x1"], 1))
    target = {"terms": terms(line(0, HALF))}
    assert replay(by_vertices(net, domain, "approximates", [[0]], target=target, error="0x1/0x2")).measures["cells"] == 2
    with pytest.raises(Rejected, match=r"^at x = \(-1\) the network gives \(0\) and the terms \(-1/2\)"):
        replay(by_vertices(net, domain, "approximates", [[0]], target=target, error=q(HALF - Fraction(1, 2**60))))


def test_a_property_reads_the_outputs() -> None:
    """On [0, 1] x {0, 1}: the network's output lies between x1 and x0 + x1."""
    net = neuron("relu", "-1/2", {0: 1, 1: 1}, inputs=2)
    holds = ("and", ("<=", ("affine", 0, (1, Y)), ("affine", "1/2", (1, ("input", 1)))), ("<=", ("constant", 0), Y))
    domain = product((UNIT, 1), (BITS, 1))
    proved = replay(by_vertices(net, domain, "property", [[HALF], []], property=terms(holds)))
    assert proved.measures["cells"] == 4
    with pytest.raises(Rejected, match=r"on the cell \[0, 1\] x \[0, 0\] node 2 is not shown to be affine: cut there, if at all"):
        replay(by_vertices(net, domain, "property", property=terms(holds)))
    with pytest.raises(Rejected, match=r"^at x = \(0, 1\) the network gives \(1/2\) and the terms \(0\)"):
        replay(by_vertices(net, domain, "property", [[HALF], []], property=terms(("<", Y, ("constant", HALF)))))


def test_a_kink_of_the_terms_is_refused_like_one_of_the_network() -> None:
    with pytest.raises(Rejected, match=r"^on the cell \[0, 1\] a node of the terms is not shown to be affine"):
        replay(by_vertices(constant(HALF), product((UNIT, 1)), target={"terms": terms(("abs", line(-HALF, 1)))}))


REFUSED = [
    (product((UNIT, 1)), [[0]], "a cut of x0 lies inside none of its intervals"),
    (product((UNIT, 1)), [[1]], "a cut of x0 lies inside none of its intervals"),
    (product((UNIT, 1)), [["3/2"]], "a cut of x0 lies inside none of its intervals"),
    (product((CELLS, 1)), [["3/8"]], "a cut of x0 lies inside none of its intervals"),
    (product((BITS, 1)), [[1]], "a cut of x0 lies inside none of its intervals"),
    (product((["interval", "0x1", "0x1"], 1)), [[1]], "a cut of x0 lies inside none of its intervals"),
    (product((UNIT, 1)), [[HALF, HALF]], "the cuts of x0 must be strictly increasing"),
    (product((UNIT, 1)), [["2/3", "1/3"]], "the cuts of x0 must be strictly increasing"),
    (product((UNIT, 1)), [], "the cuts must be an array of 1 to 1 entries"),
    (product((UNIT, 1)), [[], []], "the cuts must be an array of 1 to 1 entries"),
    (product((UNIT, 1)), b"", "the cuts is not JSON"),
    (product((UNIT, 1)), b"[[ ]]", "the cuts is not in canonical form"),
    (product((UNIT, 1)), b"{}", "the cuts must be an array"),
    (product((UNIT, 1)), b"[{}]", "the cuts of x0 must be an array"),
    (product((UNIT, 1)), b'[["0x2/0x4"]]', "a cut, '0x2/0x4', is not a rational in canonical hexadecimal form"),
    (product((UNIT, 1)), b"[[0.5]]", "a cut is not a text"),
    (product((["interval", None, "0x1"], 1)), [[]], "x0 is unbounded: vertices need a bounded domain"),
    (product((["interval", "0x0", None], 1)), [[]], "x0 is unbounded: vertices need a bounded domain"),
    (product((["interval", None, None], 1)), [["1/2"]], "x0 is unbounded: vertices need a bounded domain"),
    (product((["grid", "0x0", "0x1", 1 << 62], 1)), [[]], "x0 has more than 65536 values"),
    (
        product((UNIT, 1), constraints=[[[[0, "0x1"]], "<=", "0x1"]]),
        [[]],
        "vertices need a domain without constraints and without different coordinates",
    ),
]


@pytest.mark.parametrize(("domain", "cuts", "message"), REFUSED, ids=range(len(REFUSED)))
def test_domains_and_cuts_that_say_something_else_are_refused(domain: Any, cuts: Any, message: str) -> None:
    with pytest.raises(Rejected) as caught:
        replay(by_vertices(IDENTITY, domain, cuts=cuts, target={"terms": terms(X)}))
    assert message in str(caught.value)


def test_different_coordinates_are_refused() -> None:
    net = Net(2)
    net.output = [0, 1]
    domain = product((BITS, 2), different=[[0, 1]])
    with pytest.raises(Rejected, match="without constraints and without different coordinates"):
        replay(by_vertices(net, domain, target={"terms": terms(X, ("input", 1))}))


def test_more_vertices_than_the_work_allows_cost_nothing() -> None:
    for sides in (27, 1000):
        net = Net(sides)
        net.output = [0]
        with pytest.raises(Rejected, match="the file asks for more than 100000000 steps of work"):
            replay(by_vertices(net, product((UNIT, sides)), target={"terms": terms(X)}))


def test_another_target_or_more_tensors_are_refused() -> None:
    net, domain = IDENTITY, product((UNIT, 1))
    with pytest.raises(Rejected, match="vertices prove statements whose target or property is terms"):
        replay(by_vertices(net, domain, target={"reference": "0" * 64}))
    right = statement(net, domain=domain, target={"terms": terms(X)})
    replay(certificate("vertices", right, net.file(), cuts=b"[[]]"))
    for tensors in ({}, {"cuts": b"[[]]", "circuit": b""}, {"circuit": b"[[]]"}):
        with pytest.raises(Rejected, match="the tensors must be network, cuts in this order"):
            replay(certificate("vertices", right, net.file(), **tensors))


SETS = (UNIT, CELLS, ["interval", "-0x1", "0x1"], ["interval", "0x1/0x2", "0x1/0x2"], ["grid", "-0x1/0x2", "0x1/0x2", 3], BITS)
KINDS = ("relu", "leaky_relu", "saturated_linear", "step", "identity")
BINARY = ("max", "min", "<=", "<", "==")


def random_net(draw: random.Random, inputs: int) -> Net:
    """Neurons that mostly fold along one coordinate, at a multiple of 1/4."""
    net = Net(inputs)
    for j in range(draw.randint(1, 4)):
        read = draw.sample(range(inputs + j), draw.choice((1, 1, 1, min(2, inputs + j))))
        weights = {k: draw.choice((1, 1, -1, 2, Fraction(-1, 2))) for k in read}
        net.node(draw.choice(KINDS), Fraction(draw.randint(-3, 3), 4), weights, draw.choice((0, Fraction(1, 4), -1, 2)))
    net.nodes = [(k, s if k == "leaky_relu" else Fraction(0), b, w) for k, s, b, w in net.nodes]
    net.output = [inputs + len(net.nodes) - 1]
    return net


def random_term(draw: random.Random, inputs: int, size: int, leaves: Sequence[Any]) -> Any:
    """A number."""
    if size == 0 or draw.random() < 0.2:
        return draw.choice((*leaves, ("constant", Fraction(draw.randint(-2, 4), 4))))
    a, b = (random_term(draw, inputs, size - 1, leaves) for _ in range(2))
    operation = draw.choice((*BINARY[:2], "abs", "floordiv", "mod", "affine", "where"))
    if operation == "abs":
        return ("abs", a)
    if operation in ("floordiv", "mod"):
        return (operation, a, draw.randint(1, 2))
    if operation == "affine":
        return ("affine", Fraction(draw.randint(-2, 2), 4), (draw.choice((1, -1, 2)), a)) + (((1, b),) if a != b else ())
    if operation == "where":
        return ("where", random_truth(draw, inputs, size - 1, leaves), a, b)
    return (operation, a, b)


def random_truth(draw: random.Random, inputs: int, size: int, leaves: Sequence[Any]) -> Any:
    a, b = (random_term(draw, inputs, size - 1, leaves) for _ in range(2)) if size > 0 else (leaves[0], ("constant", HALF))
    first = (draw.choice(BINARY[2:]), a, b)
    if size <= 0 or draw.random() < 0.5:
        return first
    second = random_truth(draw, inputs, size - 1, leaves)
    return draw.choice((("not", first), ("and", first, second), ("or", first, second), ("xor", first, second)))


def value(term: Any, x: Sequence[Fraction], y: Sequence[Fraction]) -> Fraction:
    """The value of a term, by the words of docs/formats.md."""
    operation, *rest = term
    if operation in ("input", "output", "constant"):
        return {"input": x, "output": y}[operation][rest[0]] if operation != "constant" else Fraction(rest[0])
    if operation == "affine":
        return Fraction(rest[0]) + sum(Fraction(w) * value(part, x, y) for w, part in rest[1:])
    if operation in ("floordiv", "mod"):
        whole, k = value(rest[0], x, y) // rest[1], rest[1]
        return Fraction(whole) if operation == "floordiv" else value(rest[0], x, y) - k * whole
    a = [value(part, x, y) for part in rest]
    table: dict[str, Callable[[], Any]] = {
        "max": lambda: max(a),
        "min": lambda: min(a),
        "abs": lambda: a[0] if a[0] >= 0 else -a[0],
        "<=": lambda: a[0] <= a[1],
        "<": lambda: a[0] < a[1],
        "==": lambda: a[0] == a[1],
        "not": lambda: a[0] == 0,
        "and": lambda: a[0] and a[1],
        "or": lambda: a[0] or a[1],
        "xor": lambda: a[0] != a[1],
        "where": lambda: a[1] if a[0] else a[2],
    }
    return Fraction(table[operation]())


def outputs(net: Net, x: Sequence[Fraction]) -> list[Fraction]:
    known = list(x)
    for kind, slope, bias, weights in net.nodes:
        z = bias + sum(w * known[j] for j, w in weights.items())
        known.append(
            {
                "relu": z if z > 0 else Fraction(0),
                "leaky_relu": z if z > 0 else slope * z,
                "saturated_linear": Fraction(0) if z < 0 else Fraction(1) if z > 1 else z,
                "step": Fraction(z >= 0),
                "identity": z,
            }[kind]
        )
    return [known[j] for j in net.output]


def number(text: str) -> Fraction:
    """The rational of a text in a file."""
    return Fraction(*(int(part, 16) for part in text.split("/")))


def members(values: Any) -> list[Fraction]:
    """Points of a set: all of a grid, the multiples of 1/24 in intervals."""
    if values[0] == "grid":
        return [number(values[1]) + k * number(values[2]) for k in range(values[3])]
    parts = [values[1:]] if values[0] == "interval" else values[1]
    return [Fraction(k, 24) for k in range(-24, 25) if any(number(low) <= Fraction(k, 24) <= number(high) for low, high in parts)]


def test_whatever_is_accepted_is_true_at_every_point_tried() -> None:
    """Random networks, statements, domains and cuts, against plain evaluation on a fine grid that the cells do not know."""
    draw, accepted, refused = random.Random(7), 0, 0
    for _ in range(1000):
        inputs = draw.choice((1, 1, 2))
        net, sets = random_net(draw, inputs), [draw.choice(SETS) for _ in range(inputs)]
        domain = product(*((s, 1) for s in sets)) if inputs == 1 or sets[0] != sets[1] else product((sets[0], 2))
        quarters = [[m for m in members(s) if m.denominator in (1, 2, 4)] for s in sets]
        cuts = [[c for c in row if (s[0] == "interval" and row[0] < c < row[-1])] for s, row in zip(sets, quarters, strict=True)]
        x = [("input", i) for i in range(inputs)]
        if draw.random() < 0.5:
            claim, root = "property", random_truth(draw, inputs, 2, [*x, Y])
            keys: dict[str, Any] = {"property": terms(root)}
        else:
            claim, root = "approximates", random_term(draw, inputs, 2, x)
            keys = {"target": {"terms": terms(root)}, "error": q(draw.choice((HALF, 1, 2)))}
        try:
            replay(by_vertices(net, domain, claim, cuts, **keys))
        except Rejected:
            refused += 1
            continue
        accepted += 1
        for point in grid([members(s) for s in sets]):
            y = outputs(net, point)
            wanted = value(root, point, y)
            close = wanted == 1 if claim == "property" else abs(y[0] - wanted) <= number(keys["error"])
            assert close, (net, root, point)
    assert accepted > 100
    assert refused > 100


def grid(rows: Sequence[Sequence[Fraction]]) -> list[tuple[Fraction, ...]]:
    points: list[tuple[Fraction, ...]] = [()]
    for row in rows:
        points = [(*point, v) for point in points for v in row]
    return points
