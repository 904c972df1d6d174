"""Domains, terms and exhaustion: all points, none twice, every false statement refused, nothing vacuous accepted."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from written import BITS, Net, bits, by_exhaustion, canonical, certificate, product, q, statement, terms

from proofcheck.kernel import Rejected, replay
from proofcheck.kernel.exact import MOST_STEPS, Work


def x(i: int) -> Any:
    return ("input", i)


def y(i: int) -> Any:
    return ("output", i)


def identity(n: int) -> Net:
    net = Net(n)
    net.output = list(range(n))
    return net


def points(domain: Any, n: int) -> int:
    """The number of points that the kernel enumerates."""
    return replay(by_exhaustion(identity(n), domain, target={"terms": terms(*map(x, range(n)))})).measures["points"]


GRID = ["grid", "-0x1", "0x1/0x2", 5]


@pytest.mark.parametrize(
    ("domain", "n", "count"),
    [
        (bits(1), 1, 2),
        (bits(10), 10, 1024),
        (product((GRID, 2)), 2, 25),
        (product((GRID, 1), (BITS, 2)), 3, 20),
        (product((["intervals", [["0x1", "0x1"], ["0x5/0x2", "0x5/0x2"]]], 2)), 2, 4),
        (product((["interval", "-0x3", "-0x3"], 3)), 3, 1),
        (product((["grid", "0x0", "0x1", 5], 5), different=[[0, 1, 2, 3, 4]]), 5, 120),
        (product((["grid", "0x0", "0x1", 7], 7), different=[list(range(7))]), 7, 5040),
        (product((["grid", "0x0", "0x1", 4], 4), different=[[0, 1], [2, 3]]), 4, 144),
        (product((["grid", "0x0", "0x1", 4], 3), different=[[2, 0], [0, 1]]), 3, 36),
        (product((BITS, 4), constraints=[[[[0, "0x1"], [1, "0x1"], [2, "0x1"], [3, "0x1"]], "==", "0x2"]]), 4, 6),
        (product((BITS, 4), constraints=[[[[0, "0x1"], [3, "-0x1"]], "<=", "0x0"]]), 4, 12),
        (product((GRID, 2), constraints=[[[[0, "0x2/0x3"]], "<=", "0x0"], [[[1, "0x1"]], "==", "0x1/0x2"]]), 2, 3),
    ],
)
def test_every_point_is_counted_once(domain: Any, n: int, count: int) -> None:
    assert points(domain, n) == count


@pytest.mark.parametrize(
    ("domain", "n", "message"),
    [
        (bits(17), 17, "only a finite domain of 1 to 65536 points"),
        (product((["grid", "0x0", "0x1", 65537], 1)), 1, "only a finite domain of 1 to 65536 points"),
        (product((["grid", "0x0", "0x1", 1 << 62], 1)), 1, "only a finite domain of 1 to 65536 points"),
        (product((["grid", "0x0", "0x1", 1 << 63], 1)), 1, "a count must be an integer from 1"),
        (product((["interval", "0x0", "0x1"], 1)), 1, "only a finite domain of 1 to 65536 points"),
        (product((["interval", None, None], 1)), 1, "only a finite domain of 1 to 65536 points"),
        (product((["intervals", [["0x0", "0x0"], ["0x1", "0x2"]]], 1)), 1, "only a finite domain of 1 to 65536 points"),
        (product((["grid", "0x0", "0x1", 9], 9), different=[list(range(9))]), 9, "only a finite domain of 1 to 65536 points"),
        (product((["grid", "0x0", "0x1", 2], 3), different=[[0, 1, 2]]), 3, "the domain is empty"),
        (product((BITS, 2), constraints=[[[[0, "0x1"]], "<=", "-0x1"]]), 2, "the domain is empty"),
        (product((BITS, 2), constraints=[[[[0, "0x1"], [1, "0x1"]], "==", "0x1/0x2"]]), 2, "the domain is empty"),
        (product((BITS, 1), (BITS, 1)), 2, "adjacent runs of sets must differ"),
        ({"sets": [[BITS, 0]], "constraints": [], "different": []}, 0, "the length of a run of sets must be an integer from 1"),
        ({"sets": [[BITS, -1]], "constraints": [], "different": []}, 0, "the length of a run of sets must be an integer from 1"),
        ({"sets": [[BITS, 1 << 40]], "constraints": [], "different": []}, 0, "the length of a run of sets must be an integer"),
        ({"sets": [[BITS]], "constraints": [], "different": []}, 0, "a run of sets must be an array of 2 to 2"),
        ({"sets": [], "constraints": []}, 0, "a domain must be an object with the keys"),
        ([], 0, "a domain must be an object"),
        (product((["grid", "0x0", "0x0", 2], 1)), 1, "the step of a grid must be positive"),
        (product((["grid", "0x0", "-0x1", 2], 1)), 1, "the step of a grid must be positive"),
        (product((["grid", "0x0", "0x1", 0], 1)), 1, "a count must be an integer from 1"),
        (product((["grid", "0x0", "0x1", "0x2"], 1)), 1, "a count must be an integer from 1"),
        (product((["grid", "0x0", "0x1"], 1)), 1, "a set must be an interval, intervals or a grid"),
        (product((["grid", None, "0x1", 2], 1)), 1, "a start is not a text"),
        (product((["ball", "0x0", "0x1"], 1)), 1, "a set must be an interval, intervals or a grid"),
        (product((["interval", "0x1", "0x0"], 1)), 1, "an interval must not be empty"),
        (product((["intervals", []], 1)), 1, "intervals must be an array of 1"),
        (product((["intervals", [["0x0", "0x1"], ["0x1", "0x2"]]], 1)), 1, "intervals must be disjoint and increasing"),
        (product((["intervals", [["0x2", "0x3"], ["0x0", "0x1"]]], 1)), 1, "intervals must be disjoint and increasing"),
        (product((["intervals", [["0x1", "0x0"]]], 1)), 1, "intervals must be disjoint and increasing"),
        (product((["intervals", [[None, "0x0"]]], 1)), 1, "an end is not a text"),
        (product((BITS, 2), different=[[0]]), 2, "a list of coordinates must be an array of 2"),
        (product((BITS, 2), different=[[0, 0]]), 2, "a coordinate is named twice"),
        (product((BITS, 2), different=[[0, 2]]), 2, "a coordinate must be an integer from 0 to 1"),
        (product((BITS, 2), constraints=[[[], "<=", "0x0"]]), 2, "a constraint must be an array of 1"),
        (product((BITS, 2), constraints=[[[[0, "0x0"]], "<=", "0x0"]]), 2, "with coefficients that are not 0"),
        (product((BITS, 2), constraints=[[[[0, "0x1"]], "<", "0x0"]]), 2, "a constraint must be <= or =="),
        (product((BITS, 2), constraints=[[[[0, "0x1"], [0, "0x1"]], "<=", "0x0"]]), 2, "a coordinate is named twice"),
        (product((BITS, 2), constraints=[[[[-1, "0x1"]], "<=", "0x0"]]), 2, "a coordinate must be an integer from 0"),
        (product((BITS, 2), constraints=[[[[0, 1]], "<=", "0x0"]]), 2, "a coefficient is not a text"),
        (product((BITS, 2), constraints=[[[[0, "0x1"]], "<=", None]]), 2, "a bound is not a text"),
    ],
)
def test_a_bad_or_empty_or_endless_domain_is_refused(domain: Any, n: int, message: str) -> None:
    net = identity(n)
    whole = statement(net, domain=domain, target={"terms": terms(*map(x, range(n)))})
    with pytest.raises(Rejected) as caught:
        replay(certificate("exhaustive", whole, net.file()))
    assert message in str(caught.value)


def network_for(*nodes: tuple[str, Any, dict[int, Any]], slope: Any = 0, inputs: int = 2) -> Net:
    net = Net(inputs)
    for kind, bias, weights in nodes:
        net.node(kind, bias, weights, slope=slope if kind == "leaky_relu" else 0)
    net.output = [inputs + len(nodes) - 1]
    return net


CORNERS = product((["grid", "-0x3", "0x1/0x2", 13], 2))
HALF = Fraction(1, 2)
FIRST = ("affine", HALF, (1, x(0)), (-1, x(1)))


NOT_NEGATIVE = [("<=", ("constant", 0), x(i)) for i in (0, 1)]
SIGNS = [("step", 0, {0: 1}), ("step", 0, {1: 1})]
FLOOR = [("step", k, {0: 1}) for k in range(-3, 3)]


@pytest.mark.parametrize(
    ("net", "target"),
    [
        (network_for(("relu", HALF, {0: 1, 1: -1})), ("max", FIRST, ("constant", 0))),
        (network_for(("step", HALF, {0: 1, 1: -1})), ("<=", ("constant", 0), FIRST)),
        (network_for(("saturated_linear", HALF, {0: 1, 1: -1})), ("min", ("max", FIRST, ("constant", 0)), ("constant", 1))),
        (network_for(("leaky_relu", HALF, {0: 1, 1: -1}), slope=HALF), ("max", FIRST, ("affine", 0, (HALF, FIRST)))),
        (network_for(("leaky_relu", HALF, {0: 1, 1: -1}), slope=-1), ("abs", FIRST)),
        (network_for(("identity", HALF, {0: 1, 1: -1})), FIRST),
        (network_for(("identity", HALF, {})), ("constant", HALF)),
        (network_for(*SIGNS, ("identity", 0, {2: 1, 3: -1})), ("affine", 0, (1, NOT_NEGATIVE[0]), (-1, NOT_NEGATIVE[1]))),
        (network_for(("step", 0, {0: 1, 1: -1}), ("step", 0, {0: -1, 1: 1}), ("identity", -1, {2: 1, 3: 1})), ("==", x(0), x(1))),
        (network_for(("step", 0, {0: -1, 1: 1}), ("identity", 1, {2: -1})), ("<", x(1), x(0))),
        (network_for(*SIGNS, ("relu", -1, {2: 1, 3: 1})), ("and", *NOT_NEGATIVE)),
        (network_for(*SIGNS, ("step", -1, {2: 1, 3: 1})), ("or", NOT_NEGATIVE[0], ("not", ("<", x(1), ("constant", 0))))),
        (network_for(*SIGNS, ("leaky_relu", 0, {2: 1, 3: -1}), slope=-1), ("xor", *NOT_NEGATIVE)),
        (
            network_for(("relu", 0, {0: 1}), ("relu", 0, {0: -1}), ("identity", 0, {2: 1, 3: 1})),
            ("where", ("<", x(0), ("constant", 0)), ("affine", 0, (-1, x(0))), x(0)),
        ),
        (network_for(*FLOOR, ("identity", -3, dict.fromkeys(range(2, 8), 1))), ("floordiv", x(0), 1)),
    ],
    ids=range(15),
)
def test_operations_and_activations_mean_what_the_format_says(net: Net, target: Any) -> None:
    """Proved on 169 points; every network with another bias is refuted, with the point in the message."""
    assert replay(by_exhaustion(net, CORNERS, target={"terms": terms(target)})).measures["points"] == 169
    kind, slope, bias, weights = net.nodes[-1]
    net.nodes[-1] = kind, slope, bias + 1, weights
    with pytest.raises(Rejected, match=r"^at x = \(.*\) the network gives \(.*\) and the terms \(.*\)$"):
        replay(by_exhaustion(net, CORNERS, target={"terms": terms(target)}))


@pytest.mark.parametrize("divisor", [1, 2, 3, 5])
def test_floor_and_remainder_round_down_for_negative_numbers_and_fractions(divisor: int) -> None:
    target = ("affine", 0, (divisor, ("floordiv", x(0), divisor)), (1, ("mod", x(0), divisor)))
    in_range = ("and", ("<=", ("constant", 0), ("mod", x(0), divisor)), ("<", ("mod", x(0), divisor), ("constant", divisor)))
    net, domain = identity(1), product((["grid", "-0x7", "0x1/0x2", 29], 1))
    replay(by_exhaustion(net, domain, target={"terms": terms(target)}))
    replay(by_exhaustion(net, domain, "property", property=terms(in_range)))


def test_an_approximation_holds_up_to_its_error_and_no_further() -> None:
    net, half = network_for(("identity", Fraction(1, 4), {0: 1}), inputs=1), Fraction(1, 4)
    domain, target = product((GRID, 1)), {"terms": terms(x(0))}
    proved = replay(by_exhaustion(net, domain, "approximates", target=target, error=q(half)))
    assert "y0 is within 1/4 of x0" in proved.sentence
    below = q(half - Fraction(1, 1000))
    for error, message in ((below, "at x = "), ("-0x1", "the error must not be negative"), (0, "the error is not a text")):
        with pytest.raises(Rejected, match=message):
            replay(by_exhaustion(net, domain, "approximates", target=target, error=error))


def test_each_output_counts() -> None:
    net = identity(2)
    swapped = {"terms": terms(x(1), x(0))}
    with pytest.raises(Rejected, match=r"at x = \(0, 1\) the network gives \(0, 1\) and the terms \(1, 0\)"):
        replay(by_exhaustion(net, bits(2), target=swapped))
    with pytest.raises(Rejected, match=r"at x = \(0, 1\)"):
        replay(by_exhaustion(net, bits(2), "approximates", target=swapped, error="0x1/0x2"))
    with pytest.raises(Rejected, match="the target has 1 outputs, the network 2"):
        replay(by_exhaustion(net, bits(2), target={"terms": terms(x(0))}))


def test_a_property_reads_outputs_and_must_hold_everywhere() -> None:
    net = network_for(("relu", 0, {0: 1, 1: -1}))
    right = ("or", ("==", y(0), ("constant", 0)), ("<", x(1), x(0)))
    proved = replay(by_exhaustion(net, CORNERS, "property", property=terms(right)))
    assert "((y0 = 0)" in proved.sentence
    for claim, message in (
        (("<", ("constant", 0), y(0)), "at x = "),
        (y(0), "a property must be one Boolean term"),
        (("affine", 0, (1, ("<=", y(0), x(0)))), "a property must be one Boolean term"),
        (("<=", y(1), x(0)), "must be an integer from 0 to 0"),
    ):
        with pytest.raises(Rejected, match=message):
            replay(by_exhaustion(net, CORNERS, "property", property=terms(claim)))
    with pytest.raises(Rejected, match="a property must be one Boolean term"):
        replay(by_exhaustion(net, bits(2), "property", property=terms(x(0), x(1))))


def raw(nodes: list[Any], outputs: list[Any]) -> dict[str, Any]:
    return {"nodes": nodes, "outputs": outputs}


I0, I1 = ["input", 0], ["input", 1]
TERMS = [
    (raw([I0], []), "the terms have a node that no output uses"),
    (raw([I0, I1], [0]), "the terms have a node that no output uses"),
    (raw([I0, I0, ["max", 0, 1]], [2]), "the terms have the same node twice"),
    (raw([["constant", "0x0"], ["constant", "0x0"], ["max", 0, 1]], [2]), "the terms have the same node twice"),
    (raw([I1, I0, ["max", 1, 0]], [2]), "the nodes of the terms are not in depth-first post-order"),
    (raw([I0, I1, ["abs", 0], ["max", 2, 1]], [3]), "the nodes of the terms are not in depth-first post-order"),
    (raw([I0], [1]), "an output of the terms must be an integer from 0 to 0"),
    (raw([I0], [-1]), "an output of the terms must be an integer from 0 to 0"),
    (raw([I0], [0.0]), "an output of the terms must be an integer from 0 to 0"),
    (raw([I0], [False]), "an output of the terms must be an integer from 0 to 0"),
    (raw([["abs", 0]], [0]), "a reference of node 0 of the terms must be an integer from 0 to -1"),
    (raw([I0, ["abs", 1]], [1]), "a reference of node 1 of the terms must be an integer from 0 to 0"),
    (raw([I0, ["abs", -1]], [1]), "a reference of node 1 of the terms must be an integer from 0 to 0"),
    (raw([I0, ["abs", "0"]], [1]), "a reference of node 1 of the terms must be an integer from 0 to 0"),
    (raw([["input", 2]], [0]), "node 0 of the terms must be an integer from 0 to 1"),
    (raw([["input", -1]], [0]), "node 0 of the terms must be an integer from 0 to 1"),
    (raw([["input", "0"]], [0]), "node 0 of the terms must be an integer from 0 to 1"),
    (raw([["input"]], [0]), "node 0 of the terms must be an array of 2"),
    (raw([["input", 0, 1]], [0]), "node 0 of the terms must be an array of 1 to 1"),
    (raw([["output", 0]], [0]), "node 0 of the terms must be an integer from 0 to -1"),
    (raw([["constant", 1]], [0]), "node 0 of the terms is not a text"),
    (raw([["constant", "1"]], [0]), "is not a rational in canonical hexadecimal form"),
    (raw([["sin", 0]], [0]), "node 0 of the terms has an unknown operation"),
    (raw([[["max"], 0]], [0]), "node 0 of the terms has an unknown operation"),
    (raw([I0, ["max"]], [1]), "node 1 of the terms must be an array of 2"),
    (raw([I0, ["abs", 0, 0]], [1]), "must be an array of 1 to 1"),
    (raw([I0, ["<=", 0]], [1]), "must be an array of 2 to 2"),
    (raw([I0, ["where", 0, 0]], [1]), "must be an array of 3 to 3"),
    (raw([I0, ["mod", 0]], [1]), "must be an array of 2 to 2"),
    (raw([I0, ["mod", 0, 0]], [1]), "the divisor of node 1 of the terms must be an integer from 1"),
    (raw([I0, ["mod", 0, -2]], [1]), "the divisor of node 1 of the terms must be an integer from 1"),
    (raw([I0, ["floordiv", 0, "0x2"]], [1]), "the divisor of node 1 of the terms must be an integer from 1"),
    (raw([I0, ["affine", "0x0", [["0x0", 0]]]], [1]), "node 1 of the terms has a weight that is zero"),
    (raw([I0, ["affine", "0x0", [["0x1", 0], ["0x1", 0]]]], [1]), "node 1 of the terms adds the same node twice"),
    (raw([I0, ["affine", "0x0", [[1, 0]]]], [1]), "node 1 of the terms is not a text"),
    (raw([I0, ["affine", "0x0", [["0x1", 5]]]], [1]), "a reference of node 1 of the terms"),
    (raw([I0, ["affine", "0x0"]], [1]), "node 1 of the terms must be an array of 2 to 2"),
    (raw([I0, ["not", 0]], [1]), "node 1 of the terms needs a Boolean argument for not"),
    (raw([I0, ["and", 0]], [1]), "node 1 of the terms needs a Boolean argument for and"),
    (raw([I0, ["or", 0]], [1]), "node 1 of the terms needs a Boolean argument for or"),
    (raw([I0, ["xor", 0, 0]], [1]), "node 1 of the terms needs a Boolean argument for xor"),
    (raw([I0, ["where", 0, 0, 0]], [1]), "node 1 of the terms needs a Boolean argument for where"),
    (raw([["constant", "0x2"], ["not", 0]], [1]), "node 1 of the terms needs a Boolean argument for not"),
    (raw([I0, ["<=", 0, 0], ["where", 1, 0, 1], ["not", 2]], [3]), "node 3 of the terms needs a Boolean argument for not"),
    ({"nodes": []}, "terms must be an object with the keys nodes, outputs"),
    (raw([5], [0]), "node 0 of the terms must be an array"),
]


@pytest.mark.parametrize(("value", "message"), TERMS, ids=range(len(TERMS)))
def test_bad_terms_are_refused(value: Any, message: str) -> None:
    net = Net(2)
    net.output = [0]
    with pytest.raises(Rejected) as caught:
        replay(by_exhaustion(net, CORNERS, target={"terms": value}))
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("values", "is_bit"),
    [
        (BITS, True),
        (["grid", "0x1", "0x1", 1], True),
        (["grid", "0x0", "0x7", 1], True),
        (["interval", "0x1", "0x1"], True),
        (["intervals", [["0x0", "0x0"], ["0x1", "0x1"]]], True),
        (["interval", "0x0", "0x1"], False),
        (["grid", "0x0", "0x1", 3], False),
        (["grid", "0x1", "0x1", 2], False),
        (["grid", "0x0", "0x1/0x2", 2], False),
        (["interval", None, None], False),
    ],
)
def test_an_input_is_boolean_when_its_set_lies_within_the_bits(values: Any, is_bit: bool) -> None:
    net = network_for(("identity", 1, {0: -1}), inputs=1)
    data = by_exhaustion(net, product((values, 1)), target={"terms": terms(("not", x(0)))})
    if is_bit:
        replay(data)
    else:
        with pytest.raises(Rejected, match="needs a Boolean argument for not"):
            replay(data)


def test_numbers_are_bounded() -> None:
    net = Net(1)
    node = 0
    for _ in range(40):
        node = net.node("identity", 0, {node: 2**3000})
    net.output = [node]
    with pytest.raises(Rejected, match=r"a number of \d+ bits arises, the limit is 65536"):
        replay(by_exhaustion(net, product((GRID, 1)), target={"terms": terms(x(0))}))


def test_denominators_are_bounded_inside_one_sum() -> None:
    """The sum of (p + 1)/p over many primes p, each a small number."""
    primes = [p for p in range(3, 60000) if all(p % d for d in range(2, int(p**0.5) + 1))]
    parts = [(Fraction(1, p), ("max", x(0), ("constant", p + 1))) for p in primes]
    with pytest.raises(Rejected, match=r"a number of 655\d\d bits arises, the limit is 65536"):
        replay(by_exhaustion(identity(1), product((GRID, 1)), target={"terms": terms(("affine", 0, *parts))}))


def test_work_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    wide = Net(16)
    for _ in range(400):
        wide.node("relu", 0, dict.fromkeys(range(16), 1))
    wide.output = [0]
    monkeypatch.setattr("proofcheck.kernel.exact.MOST_STEPS", 400_000)
    with pytest.raises(Rejected, match="the file asks for more than 400000 steps of work"):
        replay(by_exhaustion(wide, bits(16), target={"terms": terms(x(0))}))


def test_a_deep_term_does_not_exhaust_the_stack_nor_the_sentence() -> None:
    nodes: list[Any] = [["input", 0]]
    for k in range(20_000):
        nodes.append(["abs", k] if k % 2 else ["max", k, k])
    proved = replay(by_exhaustion(identity(1), bits(1), target={"terms": raw(nodes, [20_000])}))
    assert len(proved.sentence) < 10**6


def test_the_sentence_says_what_was_proved() -> None:
    net = network_for(("relu", 0, {0: 1, 1: -1}))
    domain = product((["grid", "0x0", "0x1/0x2", 7], 1), (BITS, 1), constraints=[[[[0, "0x1"], [1, "-0x2"]], "<=", "0x3/0x2"]])
    difference = ("affine", 0, (1, x(0)), (-1, x(1)))
    target = {"terms": terms(("max", difference, ("constant", 0)))}
    proved = replay(by_exhaustion(net, domain, target=target))
    assert proved.sentence == (
        "for all x in {0,1/2,1,...,3} x {0,1}, 1*x0 + -2*x1 <= 3/2 and y the output of the network "
        f"{net.digest()[:16]} there: y0 = max((x0 + -1*x1), 0)"
    )
    assert canonical(proved.statement) == canonical(statement(net, domain=domain, target=target))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{}", "the claim must be one of computes, approximates, property, exact, relation"),
        ("[]", "the claim must be one of"),
        ('{"claim":"impossible"}', "the claim must be one of"),
        ('{"claim":["computes"]}', "the claim must be one of"),
        ('{"claim":"computes"}', "the statement must be an object with the keys network, domain, target, claim"),
        ('{"claim": "computes"}', "the statement is not in canonical form"),
        ('{"claim":"computes","claim":"computes"}', "the statement is not in canonical form"),
        ("", "the statement is not JSON"),
    ],
)
def test_a_bad_statement_is_refused(text: str, message: str) -> None:
    with pytest.raises(Rejected) as caught:
        replay(certificate("exhaustive", text, identity(1).file()))
    assert message in str(caught.value)


def test_a_statement_with_other_keys_is_refused() -> None:
    net = identity(1)
    right = statement(net, domain=bits(1), target={"terms": terms(x(0))})
    replay(certificate("exhaustive", right, net.file()))
    for wrong in ({**right, "error": "0x0"}, {**right, "more": 1}, {k: v for k, v in right.items() if k != "domain"}):
        with pytest.raises(Rejected, match="the statement must be an object with the keys"):
            replay(certificate("exhaustive", wrong, net.file()))


@pytest.mark.parametrize("target", [{"circuit": "0" * 64}, {"reference": "0" * 64}])
def test_circuits_and_references_are_not_enumerated(target: Any) -> None:
    with pytest.raises(Rejected, match="exhaustion proves statements whose target or property is terms"):
        replay(by_exhaustion(identity(1), bits(1), target=target))
    with pytest.raises(Rejected, match="an approximation needs a target of terms"):
        replay(by_exhaustion(identity(1), bits(1), "approximates", target=target, error="0x0"))


def test_long_products_that_cancel_cost_work():
    """Each is longer than any number that is kept, their sum is 0."""
    work, long = Work(), (1 << 60_000) + 1
    assert work.affine(1, [(long, long), (-long, long)]) == 1
    assert MOST_STEPS - work.left > 2 * (120_000 >> 9) ** 2
