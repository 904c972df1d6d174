"""Proofs by lemmas: facts and cases are laws of arithmetic, right proofs pass, and every way to cheat is refused."""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Any

import pytest
from written import Net, by_lemmas, comb, poly, product, terms

from proofcheck.kernel import Rejected, replay
from proofcheck.kernel.exact import Work
from proofcheck.kernel.network import KINDS, activate
from proofcheck.kernel.proof import cases_of, facts_of
from proofcheck.kernel.terms import OPERATIONS

REALS = ["interval", None, None]
UNIT = ["interval", "0x0", "0x1"]
x0, x1 = ("input", 0), ("input", 1)
ARITY = {name: entry[0] or 3 for name, entry in OPERATIONS.items()}
BOOLEAN = ("not", "and", "or", "xor")


def true_of(fact: Any, values: dict[int, Fraction]) -> bool:
    polynomial, relation = fact
    total = Fraction(0)
    for monomial, coefficient in polynomial.items():
        part = Fraction(coefficient)
        for v in monomial:
            part *= values[v]
        total += part
    return {"==": total == 0, ">=": total >= 0, ">": total > 0}[relation]


def drawn(operation: str, draw: random.Random) -> list[Fraction]:
    numbers = [Fraction(draw.randint(-6, 6), draw.choice((1, 2, 3))) for _ in range(ARITY.get(operation, 1))]
    if operation in BOOLEAN:
        return [Fraction(draw.getrandbits(1)) for _ in numbers]
    if draw.random() < 0.3:
        numbers = [draw.choice((Fraction(0), Fraction(1), numbers[0]))] * len(numbers)
    return [Fraction(draw.getrandbits(1)), *numbers[1:]] if operation == "where" else numbers


@pytest.mark.parametrize("operation", sorted({*OPERATIONS, *KINDS}))
def test_facts_hold_and_cases_cover(operation: str) -> None:
    """At random values all facts of an operation are true, and some case is true in all its facts."""
    draw = random.Random(operation)
    hit: set[int] = set()
    for _ in range(400):
        a, number = drawn(operation, draw), Fraction(0)
        if operation in ("floordiv", "mod"):
            a, number = a[:1], Fraction(draw.randint(1, 5))
        if operation == "leaky_relu":
            number = draw.choice([Fraction(1, 10), Fraction(-1), Fraction(3), Fraction(1), Fraction(0)])
        if operation in KINDS:
            value = Fraction(activate((operation, number), a[0]))
        else:
            value = Fraction(OPERATIONS[operation][1](*a, *([int(number)] if operation in ("floordiv", "mod") else [])))
        values = {0: value, **dict(enumerate(a, 1))}
        arguments = [{(i,): 1} for i in range(1, len(a) + 1)]
        assert all(true_of(fact, values) for fact in facts_of(operation, {(0,): 1}, arguments, number, Work())), (a, number)
        if operation in ("identity", "square", "not", "floordiv", "mod"):
            with pytest.raises(Rejected, match="has no cases"):
                cases_of(operation, {(0,): 1}, arguments, number)
            continue
        true = [
            k for k, case in enumerate(cases_of(operation, {(0,): 1}, arguments, number)) if all(true_of(f, values) for f in case)
        ]
        assert true, (a, number)
        hit |= {*true}
        for k, case in enumerate(cases_of(operation, {(0,): 1}, arguments, number)):
            wrong = {**values, 0: value + 1}
            assert k not in true or not all(true_of(f, wrong) for f in case), "a case must say what the value is"
    if operation not in ("identity", "square", "not", "floordiv", "mod"):
        assert len(hit) == len(cases_of(operation, {(0,): 1}, arguments, number)), "every case occurs"


def larger(weight: Any = 1) -> Net:
    """x1 + relu(x0 - x1): nodes 2 and 3."""
    net = Net(2)
    net.node("relu", 0, {0: weight, 1: -1})
    net.output = [net.node("identity", 0, {1: 1, 2: 1})]
    return net


MAX = terms(("max", x0, x1))  # variables 4 and 5 are the inputs again, 6 is the maximum
DEFINED, ABOVE_Z, ABOVE_0 = [0, 3, 0], [0, 2, 1], [0, 2, 0]


def leaf(i: int, j: int) -> list[Any]:
    """The goal y - max == 0 where the maximum is x_i, the first fact, and relu is in its case j, the next two."""
    below = comb((1, DEFINED), (1, [ABOVE_Z, ABOVE_0][i]), (-1, [3, 0]))
    above = comb((1, [0, 6, j]), (-1, DEFINED), (-1, [3, 2]))
    return ["sum", below, above]


TREE = [["split", 6], ["split", 2], leaf(0, 0), leaf(0, 1), ["split", 2], leaf(1, 0), leaf(1, 1)]
PLANE = product((REALS, 2))


def maximum(tree: Any = TREE, net: Net | None = None, domain: Any = PLANE, **keys: Any) -> bytes:
    return by_lemmas(net or larger(), domain, [tree], **{"target": {"terms": MAX}, **keys})


def test_the_maximum_of_two_reals_is_proved() -> None:
    proved = replay(maximum())
    assert (proved.method, proved.measures["lemmas"], proved.assumptions) == ("lemmas", 0, ())
    assert proved.sentence.startswith("for all x in R^2 and y the output of the network")
    assert proved.sentence.endswith("there: y0 = max(x0, x1)")


def changed(k: int, step: Any) -> list[Any]:
    return [*TREE[:k], step, *TREE[k + 1 :]]


below, above = leaf(0, 0)[1:]
REFUSED = [
    (changed(2, ["sum", comb((1, DEFINED), (1, ABOVE_0), (-1, [3, 0])), above]), "goal 0: the sum is not the goal"),
    (changed(2, ["sum", below]), "goal 0: the sum is not the goal|needs a sum of equalities"),
    (changed(2, ["sum", below, above, above]), "a step of goal 0 must be an array of 2 to 3 entries"),
    (
        changed(2, ["sum", comb((1, DEFINED), (-1, ABOVE_Z), (-1, [3, 0])), above]),
        "only equalities are multiplied by variables or",
    ),
    (
        changed(2, ["sum", comb((1, DEFINED), (1, (0,), ABOVE_Z), (-1, [3, 0])), above]),
        "only equalities are multiplied by variables or",
    ),
    (changed(2, ["never", comb((1, ABOVE_Z))]), "goal 0: the sum is not the goal"),
    (changed(2, ["never", []]), "goal 0: the sum exceeds the goal"),
    (changed(2, ["never", below, above]), "the sums of goal 0 must be an array of 1 to 1 entries"),
    (changed(2, ["sum", [["0x1", [], []]], above]), "the facts of a term must be an array of 1 to 8 entries"),
    (
        changed(2, ["sum", comb((1, DEFINED), (1, [3, 5]), (-1, [3, 0])), above]),
        "the number of a (lemma|given fact|fact of the case) must be",
    ),
    (
        changed(2, ["sum", comb((1, DEFINED), (1, [1, 0]), (-1, [3, 0])), above]),
        "the number of a (lemma|given fact|fact of the case) must be",
    ),
    (changed(2, ["sum", comb((1, DEFINED), (1, [2, 0]), (-1, [3, 0])), above]), "the number of a given fact must be an integer"),
    (
        changed(2, ["sum", comb((1, DEFINED), (1, [0, 2, 2]), (-1, [3, 0])), above]),
        "the number of a fact must be an integer from 0 to 1",
    ),
    (
        changed(2, ["sum", comb((1, DEFINED), (1, [True, 2, 1]), (-1, [3, 0])), above]),
        "the kind of a fact must be an integer from 0 to 4",
    ),
    (changed(2, ["sum", comb((1, DEFINED), (1, [0, 7, 0]), (-1, [3, 0])), above]), "a variable must be an integer from 0 to 6"),
    (changed(2, ["sum", [[1, [], [DEFINED]]], above]), "a coefficient must be a text"),
    (changed(2, ["sum", [["1", [], [DEFINED]]], above]), "a coefficient, '1', is not a rational in canonical"),
    (changed(2, ["sum", [["0x1", [0] * 9, [DEFINED]]], above]), "the variables of a product must be an array of 0 to 8"),
    (changed(2, ["sum", [["0x1", [0] * 8, [DEFINED]]], above]), "a product has a degree above 8"),
    (changed(2, ["show", below, above]), "goal 0 has a step of an unknown kind"),
    (changed(0, ["split", 3]), "a node of the kind identity has no cases"),
    (changed(0, ["split", 0]), "is free, and divided at a gap"),
    (changed(0, ["split", 5]), "is free, and divided at a gap"),
    (changed(0, ["gap", 0, 0]), "variable 0 has no members 0 and 0 [+] 1"),
    (changed(0, ["gap", 2, 0]), "variable 2 has no members 0 and 0 [+] 1"),
    (TREE[:-1], "goal 0 leaves a case open"),
    ([*TREE, leaf(0, 0)], "goal 0 goes on after its last case"),
    ([], "goal 0 must be an array of 1"),
    ([TREE[1], *TREE[2:4]], "only equalities are multiplied"),
    (changed(6, leaf(0, 1)), "the sum is not the goal"),  # the facts of a sibling are out of reach
]


@pytest.mark.parametrize(("tree", "message"), REFUSED)
def test_a_wrong_tree_is_refused(tree: Any, message: str) -> None:
    with pytest.raises(Rejected, match=message):
        replay(maximum(tree))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: maximum(net=larger(Fraction(1) + Fraction(1, 2**40))), "the sum is not the goal"),
        (lambda: by_lemmas(larger(), PLANE, [], target={"terms": MAX}), "the goals must be an array of 1 to 1 entries"),
        (lambda: by_lemmas(larger(), PLANE, [TREE, TREE], target={"terms": MAX}), "the goals must be an array of 1 to 1 entries"),
        (lambda: maximum(target={"terms": terms(("min", x0, x1))}), "the sum is not the goal"),
        (lambda: maximum(point=["0x0", "0x0", "0x0"]), "the point must be an array of 2 to 2 entries"),
        (lambda: maximum(extra=[["output", 1]]), "node 3 of the terms must be an integer from 0 to 0"),
        (lambda: maximum(extra=[["max", 4]]), "a reference of node 3 of the terms must be an integer from 0 to 2"),
        (lambda: maximum(extra=[["not", 0]]), "node 3 of the terms needs a Boolean argument for not"),
        (lambda: maximum(lemmas=[["<=", [], [["never", []]]]]), "the relation of a lemma must be one of ==, >=, >"),
        (lambda: maximum(lemmas=[[">=", [], [["sum", comb((1, [1, 0]))]]]]), "the number of a lemma must be"),
        (lambda: maximum(lemmas=[[">", [], [["sum", []]]]]), "lemma 0: the sum exceeds the goal"),
        (lambda: maximum(claim="relation"), "the statement must be an object"),
        (lambda: maximum(domain=product((REALS, 2), constraints=[[[[0, "0x1"]], "<=", "0x0"]])), "the point must be an array"),
        (
            lambda: maximum(domain=product((REALS, 2), constraints=[[[[0, "0x1"]], "<=", "0x0"]]), point=["0x1", "0x0"]),
            "the point is not in the domain: a statement about no input says nothing",
        ),
    ],
)
def test_a_wrong_proof_is_refused(make: Any, message: str) -> None:
    with pytest.raises(Rejected, match=message):
        replay(make())


def test_a_domain_with_constraints_needs_a_member() -> None:
    constraints = [[[[0, "0x1"], [1, "0x1"]], "<=", "0x1"], [[[0, "0x1"], [1, "-0x1"]], "==", "0x2"]]
    domain = product((["grid", "0x0", "0x1/0x2", 5], 1), (REALS, 1), constraints=constraints)
    assert replay(maximum(domain=domain, point=["0x3/0x2", "-0x1/0x2"]))
    for point in (["0x3/0x2", "-0x1"], ["0x2", "0x0"], ["0x5/0x4", "-0x3/0x4"], ["0x5/0x2", "0x1/0x2"], ["-0x1/0x2", "-0x5/0x2"]):
        with pytest.raises(Rejected, match="the point is not in the domain"):
            replay(maximum(domain=domain, point=point))


def passes(n: int = 1) -> Net:
    net = Net(n)
    net.output = list(range(n))
    return net


def prop(condition: Any, tree: Any, domain: Any, lemmas: Any = (), n: int = 1, **keys: Any) -> bytes:
    return by_lemmas(passes(n), domain, [tree], lemmas, "property", property=terms(condition), **keys)


CELLS = ["intervals", [["0x0", "0x1"], ["0x2", "0x3"]]]
TWO = ("constant", 2)


def inside(true: Any, false: Any) -> list[Any]:
    """p == 1 for a comparison p, variable 3 behind x (1, an alias) and 2: where it is true, and why it is never false."""
    return [["split", 3], ["sum", comb((1, [3, true]))], ["never", false]]


def test_bounds_gaps_and_strictness() -> None:
    """x <= 1 is shown by the end of an interval; x < 1 is not."""
    one = ("constant", 1)
    right = inside(1, comb((1, [3, 0]), (1, [0, 0, 1]), (1, [0, 2, 0])))
    assert replay(prop(("<=", x0, one), right, product((UNIT, 1))))
    with pytest.raises(Rejected, match="the sum exceeds the goal"):
        replay(prop(("<", x0, one), right, product((UNIT, 1))))
    with pytest.raises(Rejected, match="the number of a fact must be an integer from 0 to 0"):
        replay(prop(("<=", x0, one), right, product((["interval", "0x0", None], 1))))


@pytest.mark.parametrize(
    ("values", "k", "right"), [(CELLS, 0, True), (["grid", "0x0", "0x1", 4], 1, True), (["grid", "0x0", "0x1/0x2", 7], 2, False)]
)
def test_a_gap_divides_neighbours(values: Any, k: int, right: bool) -> None:
    """Nothing of the set lies between 1 and 2: x <= 1 or x >= 2."""
    condition = ("or", ("<=", x0, ("constant", 1)), ("<=", TWO, x0))  # 2: one, 3: x <= 1, 4: two, 5: two <= x, 6: or
    tree = [["gap", 0, k]]
    tree += [["split", 6], ["split", 3], ["never", comb((1, [3, 5]), (-1, [3, 2]))]]
    tree += [["never", comb((1, [3, 4]), (1, [3, 0]), (1, [0, 2, 0]))]]
    tree += [["sum", comb((1, [3, 1]))]] * 2
    tree += [["split", 6], ["split", 5], ["never", comb((1, [3, 5]), (-1, [3, 3]))]]
    tree += [["never", comb((1, [3, 4]), (1, [3, 0]), (-1, [0, 4, 0]))]]
    tree += [["sum", comb((1, [3, 1]))]] * 2
    data = prop(condition, tree, product((values, 1)))
    if right:
        assert replay(data)
    else:
        with pytest.raises(Rejected):
            replay(data)


def test_squares_and_products() -> None:
    """x^2 <= x on [0, 1] by the product of its two bounds; x <= (x^2 + 1)/2 by a square."""
    below = inside(1, comb((1, [3, 0]), (1, [0, 0, 0], [0, 0, 1]), (-1, [0, 2, 0])))
    data = prop(("<=", ("square", x0), x0), below, product((UNIT, 1)))
    assert replay(data).sentence.endswith("there: (x0^2 <= x0)")
    with pytest.raises(Rejected, match="the sum is not the goal"):
        replay(prop(("<=", ("square", x0), x0), below, product((["interval", "0x0", "0x2"], 1))))
    mean = ("affine", Fraction(1, 2), (Fraction(1, 2), ("square", x0)))  # 2: the square, 3: the mean, 4: the comparison
    root = poly((1, 0), (-1,))
    tree = [["split", 4], ["sum", comb((1, [3, 1]))]]
    tree += [["never", comb((1, [3, 0]), (Fraction(1, 2), [4, root]), (1, [0, 3, 0]), (Fraction(1, 2), [0, 2, 0]))]]
    assert replay(prop(("<=", x0, mean), tree, product((REALS, 1))))
    strict = [["split", 4], ["sum", comb((1, [3, 1]))], tree[2]]
    with pytest.raises(Rejected, match="the sum exceeds the goal"):
        replay(prop(("<", x0, mean), strict, product((REALS, 1))))  # false at x = 1


def test_a_lemma_serves_later_ones_and_strict_products_stay_strict() -> None:
    """x >= 1 gives x > 0, this x^2 > 0."""
    domain = product((["interval", "0x1", None], 1))
    first = [">", poly((1, 0)), [["sum", comb((1, [0, 0, 0]))]]]
    second = [">", poly((1, 0, 0)), [["sum", comb((1, [1, 0], [1, 0]))]]]
    condition = ("<", ("constant", 0), ("square", x0))  # 1: constant, 2: x, 3: square, 4: comparison
    tree = [["split", 4], ["sum", comb((1, [3, 1]))], ["never", comb((1, [3, 0]), (1, [1, 1]), (1, [0, 3, 0]), (-1, [0, 1, 0]))]]
    assert replay(prop(condition, tree, domain, [first, second])).measures["lemmas"] == 2
    weak = [">", poly((1, 0, 0)), [["sum", comb((1, [1, 0], [4, poly((1,))]))]]]
    with pytest.raises(Rejected, match="lemma 1: the sum"):
        replay(prop(condition, tree, domain, [first, [">", poly((1, 0)), [["sum", comb((1, [1, 0], [4, poly((1,))]))]]]]))
    with pytest.raises(Rejected, match="lemma 1: the sum is not the goal"):
        replay(prop(condition, tree, domain, [first, weak]))


def test_signs_cover() -> None:
    """|x| >= 0 by the sign of x, with a lemma that holds on both sides."""
    domain = product((REALS, 1))
    condition = ("<=", ("constant", 0), ("abs", x0))  # 1: 0, 2: x, 3: |x|, 4: comparison
    lemma = [
        ">=",
        poly((1, 3)),
        [["sign", poly((1, 0))], ["sum", comb((1, [0, 3, 0]), (1, [3, 0]))], ["sum", comb((1, [0, 3, 1]), (1, [3, 0]))]],
    ]
    tree = [["split", 4], ["sum", comb((1, [3, 1]))], ["never", comb((1, [3, 0]), (1, [1, 0]), (-1, [0, 1, 0]))]]
    assert replay(prop(condition, tree, domain, [lemma]))


def test_approximations_have_two_goals_an_output() -> None:
    """relu(x) is within 1 of x on [-1, 1]: 1 - (y - x) >= 0 and 1 + (y - x) >= 0."""
    net = Net(1)
    net.output = [net.node("relu", 0, {0: 1})]
    domain = product((["interval", "-0x1", "0x1"], 1))
    upper = [["split", 1], ["sum", comb((-1, [3, 1]))], ["sum", comb((-1, [3, 1]), (1, [0, 0, 0]))]]
    lower = [["sum", comb((1, [0, 1, 1]))]]
    keys = {"claim": "approximates", "target": {"terms": terms(x0)}}
    assert replay(by_lemmas(net, domain, [upper, lower], error="0x1", **keys))
    with pytest.raises(Rejected, match="goal 0: the sum exceeds the goal"):
        replay(by_lemmas(net, domain, [upper, lower], error="0x3/0x4", **keys))
    with pytest.raises(Rejected, match="the goals must be an array of 2 to 2 entries"):
        replay(by_lemmas(net, domain, [upper], error="0x1", **keys))
