"""Every reading of a term agrees with its values in Fractions, on random terms and on inputs chosen to break them."""

import json
from fractions import Fraction
from importlib import import_module

import numpy as np
import pytest
import torch
import z3
from hypothesis import given, settings
from hypothesis import strategies as st

from proofcheck.domains import Bits, Box, Domain, Integers, Points, Reals, Words, product_of
from proofcheck.errors import Refusal
from proofcheck.kernel.domain import read_domain
from proofcheck.kernel.exact import Work
from proofcheck.kernel.terms import evaluate_terms, read_terms
from proofcheck.spec import (
    Statement,
    TermTarget,
    absolute,
    batched,
    coordinates,
    evaluate,
    from_sympy,
    maximum,
    minimum,
    mod,
    output_variables,
    scaled,
    smt,
    statement_of,
    strategy,
    sympy_terms,
    terms_json,
    terms_of,
    total,
    variables,
    where,
    z3_terms,
)
from proofcheck.spec.batched import Column
from proofcheck.spec.batched import _numpy_arrays as numpy_arrays
from proofcheck.spec.batched import _squared as squared

OUTPUTS = 2
DOMAINS = {
    "reals and bits": product_of([Reals.of((2,)), Bits.of((2,))]),
    "integers and bits": product_of([Integers(-50, 50).of((2,)), Bits.of((2,))]),
    "fractions": product_of([Points(-2, 2, Fraction(1, 6)).of((2,)), Integers(1, 1).of((1,)), Box(-1, 1).of((1,))]),
    "long words": product_of([Words(62).of((1,)), Integers(-(2**61), 2**61 - 1).of((1,)), Bits.of((1,)), Words(3).of((1,))]),
}
FACTORS = st.one_of(
    st.integers(-3, 3), st.fractions(-2, 2, max_denominator=6), st.sampled_from((2**31, -(2**62), Fraction(2**40, 3)))
)
NUMBERS = ("affine", "max", "min", "abs", "square", "floordiv", "mod", "constant", "<=", "<", "==", "!=")
KINDS = (*NUMBERS, "not", "and", "or", "xor", "where", "wherebool")


@st.composite
def terms(draw, domain, with_outputs=False, largest=14, squares=3):
    """A few numbers and Booleans over the domain, built from each other in random ways, with a few squares at most."""
    (x,) = variables(domain, [(domain.dimension,)])
    numbers = [*x, *(output_variables([(OUTPUTS,)])[0] if with_outputs else [])]
    booleans = [term for term in x if term.boolean]
    for _ in range(draw(st.integers(1, largest))):
        a, b, c = (draw(st.sampled_from(numbers + booleans)) for _ in range(3))
        kind = draw(st.sampled_from(KINDS))
        if kind not in NUMBERS and not booleans:
            kind = "<="
        squares -= kind == "square"
        if squares < 0:
            kind = "abs"
        p, q, r = (draw(st.sampled_from(booleans)) if booleans else None for _ in range(3))
        match kind:
            case "affine":
                numbers.append(total([draw(FACTORS) * a, draw(FACTORS) * b, draw(FACTORS)]))
            case "max":
                numbers.append(maximum(a, b, c))
            case "min":
                numbers.append(minimum(a, b, draw(FACTORS)))
            case "abs":
                numbers.append(absolute(a))
            case "square":
                numbers.append(a**2)
            case "floordiv":
                numbers.append(a // draw(st.sampled_from((1, 2, 3, 7, 2**33))))
            case "mod":
                numbers.append(mod(a, draw(st.sampled_from((1, 2, 3, 7, 2**33)))))
            case "constant":
                numbers.append(a + draw(FACTORS))
            case "where":
                numbers.append(where(p, a, b))
            case "wherebool":
                booleans.append(where(p, q, r))
            case "not":
                booleans.append(~p)
            case "and":
                booleans.append(p & q)
            case "or":
                booleans.append(p | q)
            case "xor":
                booleans.append(p ^ q)
            case _:
                booleans.append({"<=": a <= b, "<": a < b, "==": a == b, "!=": a != b}[kind])
    return (numbers + booleans)[-4:]


def inputs(domain: Domain) -> st.SearchStrategy[list[tuple[Fraction, ...]]]:
    return st.lists(strategy(domain), min_size=1, max_size=6)


def fractions_of(numerators, denominator):
    return [tuple(Fraction(int(value), denominator) for value in row) for row in numerators]


def z3_equal(expression, value):
    """That a z3 expression of sort Bool, Int or Real has an exact value."""
    rational = z3.Q(value.numerator, value.denominator, ctx=expression.ctx)
    return expression == (z3.BoolVal(bool(value), expression.ctx) if z3.is_bool(expression) else rational)


CASES = pytest.mark.parametrize("domain", DOMAINS.values(), ids=DOMAINS)


@CASES
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_arrays_agree(domain, data):
    built, points = data.draw(terms(domain)), data.draw(inputs(domain))
    numerators, denominator = scaled(points)
    values, common = batched(built, numerators, denominator)
    assert values.shape == (len(points), len(built))
    assert fractions_of(values, common) == [evaluate(built, x) for x in points]
    assert values.dtype == object or values.dtype == np.int64


@CASES
@settings(max_examples=20, deadline=None)
@given(data=st.data())
def test_torch_agrees_or_refuses(domain, data):
    built, points = data.draw(terms(domain)), data.draw(inputs(domain))
    numerators, denominator = scaled(points)
    if numerators.dtype == object:
        return
    try:
        values, common = batched(built, torch.from_numpy(numerators), denominator)
    except Refusal:
        return
    assert values.dtype == torch.int64
    assert fractions_of(values.numpy(), common) == [evaluate(built, x) for x in points]


@CASES
@settings(max_examples=20, deadline=None)
@given(data=st.data())
def test_z3_agrees(domain, data):
    built, points = data.draw(terms(domain)), data.draw(inputs(domain))
    (x,) = variables(domain, [(domain.dimension,)])
    context = z3.Context()
    box = coordinates(domain, context=context)
    for point in points[:2]:
        solver = z3.Solver(ctx=context)
        solver.add(*box.constraints, *map(z3_equal, z3_terms(x, box.values), point))
        assert solver.check() == z3.sat
        model = solver.model()
        assert box.point(model) == point
        for term, read, value in zip(built, z3_terms(built, box.values), evaluate(built, point), strict=True):
            assert z3.is_bool(read) == term.boolean
            assert z3.is_true(z3.simplify(z3_equal(model.eval(read, model_completion=True), value)))


@CASES
@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_sympy_agrees_and_converts_back(domain, data):
    import sympy

    built, points = data.draw(terms(domain, largest=8)), data.draw(inputs(domain))
    (x,) = variables(domain, [(domain.dimension,)])
    symbols = sympy.symbols(f"x_0:{domain.dimension}", real=True)
    for term, expression in zip(built, sympy_terms(built, symbols), strict=True):
        back = from_sympy(expression, dict(zip(symbols, x, strict=True)))
        for point in points:
            assert evaluate([back], point) == evaluate([term], point)
        numbers = {s: sympy.Rational(v.numerator, v.denominator) for s, v in zip(symbols, points[0], strict=True)}
        value = expression.subs(numbers).doit()
        value = int(bool(value)) if value in (sympy.true, sympy.false) else Fraction(int(value.p), int(value.q))
        assert value == evaluate([term], points[0])[0]


@CASES
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_the_kernel_agrees_and_the_file_form_is_canonical(domain, data):
    built, points = data.draw(terms(domain, with_outputs=True, squares=0)), data.draw(inputs(domain))
    outputs = data.draw(st.tuples(*[st.fractions(-9, 9)] * OUTPUTS))
    written = terms_json(built)
    again = terms_of(json.loads(json.dumps(written)), domain, OUTPUTS)
    assert all(a is b for a, b in zip(again, built, strict=True))
    assert terms_json(again) == written
    read = read_terms(written, read_domain(domain.json()), OUTPUTS)
    assert [read.boolean[j] for j in read.outputs] == [term.boolean for term in built]
    for x in points:
        plain = [[v.numerator if v.denominator == 1 else v for v in vector] for vector in (x, outputs)]
        assert tuple(map(Fraction, evaluate_terms(read, *plain, Work()))) == evaluate(built, x, outputs)


@CASES
@settings(max_examples=20, deadline=None)
@given(data=st.data())
def test_statements_are_read_back_as_they_were(domain, data):
    built = data.draw(terms(domain))
    statement = Statement(kind="computes", network="a" * 64, domain=domain, target=TermTarget(tuple(built)))
    again = statement_of(statement.json())
    assert again == statement
    assert again.digest == statement.digest
    assert again.sentence() == statement.sentence()


NASTY = [
    Fraction(n, d)
    for n in (0, 1, -1, 2, -2, 7, -7, 2**62, -(2**62), 2**63 - 1, -(2**63), 2**64, -(2**64) - 1)
    for d in (1, 2, 3, 7)
]


@pytest.mark.parametrize("k", [1, 2, 3, 2**31, 2**63, 2**70])
def test_floors_and_remainders_of_negative_and_huge_rationals(k):
    (x,) = variables(Reals.of((1,)), [()])
    built = [x // k, x % k, (x * 3) // k, (x / 2) % k, absolute(x // k)]
    expected = [evaluate(built, [v]) for v in NASTY]
    assert [e[:2] for e in expected] == [(Fraction(v // k), v % k) for v in NASTY]
    numerators, denominator = scaled([[v] for v in NASTY])
    assert fractions_of(*batched(built, numerators, denominator)) == expected
    for v, values in zip(NASTY, expected, strict=True):
        read = z3_terms(built, [z3.Q(v.numerator, v.denominator)])
        assert all(z3.is_true(z3.simplify(e == z3.Q(w.numerator, w.denominator))) for e, w in zip(read, values, strict=True))


def test_torch_refuses_what_needs_more_than_63_bits():
    (x,) = variables(Reals.of((1,)), [()])
    values, _ = batched([x * 2**33], torch.tensor([[2**29]]))
    assert values.tolist() == [[2**62]]
    with pytest.raises(Refusal) as caught:
        batched([x * 2**33], torch.tensor([[2**30]]))
    assert (
        str(caught.value) == "a value of the term may need more than 63 bits on these inputs: evaluate it on numpy arrays instead"
    )


def test_int64_is_left_exactly_when_it_does_not_suffice():
    (x,) = variables(Integers(0, 2**62).of((2,)), [(2,)])
    for top, kind in ((2**62 - 1, np.int64), (2**62, object)):
        values, _ = batched([x[0] + x[1]], np.array([[top, top], [0, 0]]))
        assert values.dtype == kind
        assert values[:, 0].tolist() == [2 * top, 0]
    back, _ = batched([(4 * x[0]) // 8], np.array([[2**62, 0]]))
    assert (back.dtype, back.tolist()) == (np.int64, [[2**61]])


def test_booleans_are_numbers_where_numbers_are_expected():
    (b, x) = variables(product_of([Bits.of((2,)), Reals.of((1,))]), [(2,), ()])
    built = [b[0] + b[1] + (x <= 0), maximum(b[0], x), (b[0] & b[1]) <= (x < 1), where(b[0], b[1], x), -(~b[0]) // 2]
    points = [(p, q, v) for p in (0, 1) for q in (0, 1) for v in (Fraction(-1, 2), 0, 1)]
    expected = [evaluate(built, x) for x in points]
    assert expected[0] == (1, 0, 1, Fraction(-1, 2), -1)
    assert fractions_of(*batched(built, *scaled(points))) == expected


def test_a_batch_of_no_points_and_a_term_without_inputs():
    (x,) = variables(Reals.of((1,)), [()])
    values, _ = batched([x + 1, x <= 2], np.zeros((0, 1), dtype=np.int64))
    assert values.shape == (0, 2)
    constant = x - x + Fraction(1, 3)
    values, denominator = batched([constant], np.zeros((4, 1), dtype=np.int64))
    assert (values.tolist(), denominator) == ([[1]] * 4, 3)


@pytest.mark.parametrize("scale", [1, 2**15, 2**31, 2**40])
def test_squares_of_negative_and_huge_rationals(scale):
    """z3 over reals and over integers, sympy, int64 up to 3037000499 and Python ints beyond it."""
    (x,) = variables(Reals.of((1,)), [()])
    built = [x**2, (3 * x - 1) ** 2 - x * x, (x // 2) ** 2, (x < 1) ** 2, maximum(x, 0) ** 2 <= x]
    points = [v * scale for v in NASTY]
    expected = [evaluate(built, [v]) for v in points]
    assert [e[:2] for e in expected] == [(v**2, 8 * v**2 - 6 * v + 1) for v in points]
    numerators, denominator = scaled([[v] for v in points])
    assert fractions_of(*batched(built, numerators, denominator)) == expected
    for v, values in zip(points, expected, strict=True):
        read = z3_terms(built, [z3.Q(v.numerator, v.denominator)])
        whole = z3_terms(built, [smt.Scaled(z3.IntVal(v.numerator), v.denominator)])
        assert all(z3.is_true(z3.simplify(z3_equal(e, w))) for e, w in zip(read + whole, values * 2, strict=True))
    (expression,) = sympy_terms([x**2])
    assert from_sympy(expression, dict.fromkeys(expression.free_symbols, x)) is x**2


@pytest.mark.parametrize(("top", "kind"), [(3037000499, np.int64), (3037000500, object)])
def test_int64_squares_exactly_when_it_suffices(top, kind):
    (x,) = variables(Reals.of((1,)), [()])
    values, _ = batched([x**2], np.array([[-top], [1]]))
    assert (values.dtype, values.tolist()) == (kind, [[top**2], [1]])
    if kind is object:
        with pytest.raises(Refusal, match="may need more than 63 bits"):
            batched([x**2], torch.tensor([[-top], [1]]))
    else:
        assert batched([x**2], torch.tensor([[-top], [1]]))[0].tolist() == [[top**2], [1]]


@pytest.mark.parametrize("ends", [(-5, 3), (-5, -3), (3, 5), (-5, 0), (0, 0)])
def test_the_range_of_a_square_is_that_of_its_values(ends):
    """The range decides what fits; one that is too small would overflow, one that is too large would cost."""
    low, high = ends
    column = squared(Column(np.array([low, high]), 2, low, high), numpy_arrays(2))
    squares = [v * v for v in range(low, high + 1)]
    assert (column.low, column.high, column.denominator) == (min(squares), max(squares), 4)


DEEP = 10_000


def test_depth_costs_no_stack():
    """10,000 nested maxima are built, evaluated, written, read back and freed."""
    domain = Reals.of((2,))
    (x,) = variables(domain, [(2,)])
    term = x[0]
    for _ in range(DEEP):
        term = maximum(term + 1, x[1])
    assert evaluate([term], [0, 3]) == (DEEP + 2,)
    values, _ = batched([term], np.array([[0, 3], [5, 0]]))
    assert values.tolist() == [[DEEP + 2], [DEEP + 5]]
    (again,) = terms_of(terms_json([term]), domain)
    assert again is term


def test_shared_parts_are_evaluated_once():
    """A chain of doublings by sharing has 2^200 paths."""
    (x,) = variables(Reals.of((1,)), [()])
    term = x
    for _ in range(200):
        term = maximum(term, -term) + minimum(term, 1)
    assert len(terms_json([term])["nodes"]) < 1000
    assert evaluate([term], [1])[0] == evaluate([term], [1])[0]
    with pytest.raises(Refusal, match="more than 20000 nodes when written out"):
        sympy_terms([term])


def wrong_division(op, divisor, argument, arrays):
    """Rounds towards zero, as C does."""
    scaled_divisor = divisor * argument.denominator
    quotient = np.abs(argument.values) // scaled_divisor * np.sign(argument.values)
    values = quotient if op == "floordiv" else argument.values - quotient * scaled_divisor
    return Column(values, 1 if op == "floordiv" else argument.denominator, -(2**70), 2**70)


def wrong_floor(op, divisor, value):
    """Rounds reals up."""
    quotient = -z3.ToInt(-value.expr / divisor)
    return smt.Scaled(quotient) if op == "floordiv" else smt.Scaled(value.expr - divisor * z3.ToReal(quotient))


def wrong_square(argument, arrays):
    """Forgets to square the denominator."""
    return Column(argument.values * argument.values, argument.denominator, 0, argument.peak**2)


def law_of_squares():
    test_squares_of_negative_and_huge_rationals(1)


def law_of_floors():
    test_floors_and_remainders_of_negative_and_huge_rationals(3)


BOOLEANS = test_booleans_are_numbers_where_numbers_are_expected
FAULTS = {
    "arrays that divide towards zero": ("batched", "_divided", wrong_division, law_of_floors),
    "arrays that square numerators only": ("batched", "_squared", wrong_square, law_of_squares),
    "z3 that rounds up": ("smt", "_divided", wrong_floor, law_of_floors),
    "arrays that trust 64 bits too far": ("batched", "INT64_MAX", 2**64, test_int64_is_left_exactly_when_it_does_not_suffice),
    "arrays that forget that a Boolean is a number": ("batched", "_as_number", lambda column, arrays: column, BOOLEANS),
}


@pytest.mark.parametrize("name", FAULTS)
def test_planted_faults_are_caught(name, monkeypatch):
    module, attribute, fault, law = FAULTS[name]
    monkeypatch.setattr(import_module(f"proofcheck.spec.{module}"), attribute, fault)
    with pytest.raises((AssertionError, OverflowError, TypeError)):
        law()
