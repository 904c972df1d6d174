"""A claim becomes the statement that it says, or is refused when it does not fit the network or says nothing."""

import json
from fractions import Fraction

import pytest

from proofcheck import (
    Approximates,
    Bits,
    Box,
    Computes,
    Integers,
    Polyhedron,
    Property,
    Reals,
    Relation,
    all_of,
    circuits,
    depth,
    inputs,
    k,
    maximum,
    n,
    network,
    reference,
    relu,
    volume,
)
from proofcheck.claims.formulate import formulate
from proofcheck.claims.sizes import Instance, size_of
from proofcheck.domains import Constraint
from proofcheck.errors import ConstructionError
from proofcheck.spec import CircuitTarget, ReferenceTarget

FOUR = size_of(4, ("n",))


def larger(on=Reals):
    a, b = inputs(on=on, name="a"), inputs(on=on, name="b")
    return network(b + relu(a - b))


def statement(claim, net=None, size=FOUR, layered=False):
    return formulate(claim, net or larger(), size, layered=layered).statement


def test_a_target_is_called_with_one_term_for_each_port():
    found = statement(Computes(lambda a, b: maximum(a, b)))
    assert found.sentence().endswith("computes maximum(x_0, x_1) for all x in R^2")
    assert found.network == larger().digest


def test_a_target_may_be_a_function_of_the_size():
    at_four = statement(Computes(lambda n: lambda a, b: maximum(a, b) + n))
    assert at_four == statement(Computes(lambda a, b: maximum(a, b) + 4))


def test_the_domain_is_one_family_or_one_for_each_port_or_a_function_of_the_size():
    both = statement(Computes(lambda a, b: maximum(a, b), on=(Bits, Box(0, 4))))
    assert both.domain.describe() == "{0,1} x [0, 4]"
    assert statement(Computes(lambda a, b: maximum(a, b), on=lambda n: (Bits, Box(0, n)))) == both


def test_other_kinds():
    close = statement(Approximates(lambda a, b: a, error=Fraction(1, 3), on=Box(0, 1)))
    assert close.error == Fraction(1, 3)
    held = statement(Property(lambda a, b, out: all_of([out >= a, out >= b])))
    assert held.kind == "property"
    sized = statement(Relation(depth == n), layered=True)
    assert (sized.parameters, sized.layered, sized.domain) == ({"n": 4}, True, None)
    assert statement(Relation(volume == 4, on=Box(0, 2))).domain.describe() == "[0, 2]^2"


def test_circuits_and_reference_functions_are_named_by_hash():
    adder = circuits.ripple_adder(2)
    size = size_of(Instance("adder", adder), ("circuit",))
    made = formulate(Computes(circuit=lambda circuit: circuit), circuits.emulate(adder), size, layered=False)
    assert isinstance(made.statement.target, CircuitTarget)
    assert made.circuit == adder
    made = formulate(
        Computes(reference(lambda a, b: max(a, b)), on=Integers(0, 3)), larger(), FOUR, layered=False, sources="a" * 64
    )
    assert made.statement.target == ReferenceTarget("a" * 64)
    assert made.reference([(Fraction(1), Fraction(3)), (Fraction(2), Fraction(0))]) == [(3,), (2,)]


def test_the_same_claim_is_the_same_statement():
    first, second = (statement(Computes(lambda a, b: maximum(a, b), on=Box(0, 1))) for _ in range(2))
    assert first.json() == second.json()
    assert json.loads(first.json())["claim"] == "computes"


@pytest.mark.parametrize(
    ("claim", "sentence"),
    [
        (
            Computes(lambda x: x),
            r"the target takes \(x\), expected 2 arguments, one for each of the ports a, b: where it depends on the size, "
            "write lambda n: lambda x: ... with the names of build's parameters",
        ),
        (Property(lambda a: a >= 0), r"the property takes \(a\), expected 3 arguments, one for each of the ports a, b, out"),
        (Computes(lambda a, b: a[0]), r"this is one term and no list of terms: a port made by inputs\(\) or network\(wire\) is"),
        (Computes(lambda a, b: maximum(*a)), "this is one term and no list of terms"),
        (Computes(lambda a, b: maximum([a, b])), r"maximum takes terms and numbers one by one .* write maximum\(\*x\)"),
        (Computes(lambda a, b: relu(a)), "relu takes a wire of a network, a term was given: in a statement write maximum"),
        (Property(lambda a, b, out: [out >= a, out >= b]), r"the property returns a list, expected one .* write all_of\("),
        (Relation(depth == k), "the relation names k without a value: at this size there are n"),
        (
            Relation(lambda k: depth == k),
            r"the relation is a function of \(k\), expected one of parameters of build, which are n: use their names",
        ),
        (Computes(lambda a, b: [a, b]), "the target returns 2 values, the network has 1 output"),
        (Computes(lambda a, b: 0.5), "0.5 is a float"),
        (Computes(lambda a, b: a * b), "."),
        (Computes(lambda a, b: a if a > b else b), "a term has no truth value"),
        (Computes(lambda a, b: a, on=(Bits,)), "on names 1 domains for 2 input ports: give one, or one for each"),
        (
            Computes(lambda a, b: a, on=(Bits.of((2,)), Bits.of((0,)))),
            "on gives the port a a domain of 2 coordinates, it has 1: the coordinates of the others would be shifted",
        ),
        (Computes(lambda a, b: a, on="bits"), "on is 'bits', expected a family such as Reals, Bits or Box"),
        (Property(lambda a, b, out: a <= a + 1), "the property mentions no output of the network, so it says nothing about it"),
        (Approximates(lambda a, b: a, error=0.1), "0.1 is a float"),
        (Approximates(reference(max), error=1), "an approximation is stated against a function of terms"),
        (Relation(True, at=[1]), "the relation is True and mentions no measured quantity"),
        (Computes(circuit=lambda n: 3), "circuit= gave 3, expected a function of the size that returns a circuit"),
    ],
)
def test_what_says_nothing_or_does_not_fit_is_refused(claim, sentence):
    with pytest.raises(ConstructionError, match=sentence):
        statement(claim)


def test_a_claim_about_no_input_is_refused_also_where_bounds_do_not_show_it():
    below, above = Constraint(((0, 1), (1, -1)), "<=", -1), Constraint(((0, -1), (1, 1)), "<=", -1)
    claim = Computes(lambda x: maximum(*x), on=Polyhedron((below, above)))
    x = inputs(2)
    with pytest.raises(ConstructionError, match="is empty: a claim about no input says nothing"):
        statement(claim, network(x[0] + relu(x[1] - x[0])))


def test_a_domain_outside_that_of_the_network_is_refused():
    with pytest.raises(ConstructionError) as caught:
        statement(Computes(lambda a, b: a, on=Box(0, 2)), larger(on=Box(0, 1)))
    assert str(caught.value) == (
        "the claim is made on [0, 2]^2, which is not certainly inside the domain of the network, [0, 1]^2: "
        "choose a smaller `on`, or build the network with inputs(..., on=...)"
    )


def test_a_name_that_means_a_size_and_an_input_is_refused():
    size = size_of(4, ("a",))
    with pytest.raises(
        ConstructionError, match="the target takes 'a', which names a parameter of build and an input: rename one"
    ):
        formulate(Computes(lambda a: a), larger(), size, layered=False)
