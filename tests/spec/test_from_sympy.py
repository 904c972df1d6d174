"""Targets written in sympy: what converts means the same, and what does not convert is refused by name."""

from fractions import Fraction

import pytest
import sympy as sp

from proofcheck.domains import Bits, Reals, product_of
from proofcheck.errors import Refusal
from proofcheck.spec import evaluate, from_sympy, variables

DOMAIN = product_of([Reals.of((2,)), Bits.of((2,))])
(X, B) = variables(DOMAIN, [(2,), (2,)])
x, y = sp.symbols("x y", real=True)
p, q = sp.symbols("p q")
SYMBOLS = dict(zip((x, y, p, q), (*X, *B), strict=True))
POINTS = [
    (Fraction(u), Fraction(v), r, s)
    for u in ("-5/2", "0", "7/3", "4")
    for v in ("-1", "4", "1/3")
    for r in (0, 1)
    for s in (0, 1)
]

EXPRESSIONS = {
    "linear": 2 * x - y / 3 + sp.Rational(1, 7),
    "maximum": sp.Max(x, y, 1),
    "minimum": sp.Min(x, 2 * y),
    "absolute": sp.Abs(x - y),
    "square": (x - 2 * y) ** 2 / 3 + x**2,
    "floor": sp.floor(x / 2) + sp.floor(y),
    "ceiling": sp.ceiling(x / 3),
    "remainder": sp.Mod(x, 3) + sp.Mod(x + y, 2),
    "piecewise": sp.Piecewise((x, x < y), (y, sp.Eq(x, y)), (3, x >= 4), (0, True)),
    "nested products of numbers": 2 * (3 * (x / 4 + 1)),
    "if-then-else": sp.Piecewise((1, sp.ITE(x < y, x > 0, y > 0)), (0, True)),
    "constant": sp.Integer(5),
}
CONDITIONS = {
    "comparison": x <= y,
    "negated": sp.Not(sp.Eq(x, y)),
    "unequal": sp.Ne(x, 4),
    "logic": sp.And(x < y, sp.Or(x > 0, sp.Not(y > 1))),
    "exclusive": sp.Xor(x > 0, y > 0, x + y > 1),
    "implication": sp.Implies(x > 0, y > 0),
    "true": sp.true,
}


@pytest.mark.parametrize("name", EXPRESSIONS)
def test_expressions_mean_the_same(name):
    term = from_sympy(EXPRESSIONS[name], SYMBOLS)
    for point in POINTS:
        numbers = dict(zip((x, y, p, q), (sp.Rational(v.numerator, v.denominator) for v in point), strict=True))
        value = EXPRESSIONS[name].subs(numbers)
        assert evaluate([term], point) == (Fraction(int(value.p), int(value.q)),)


@pytest.mark.parametrize("name", CONDITIONS)
def test_conditions_mean_the_same(name):
    term = from_sympy(CONDITIONS[name], SYMBOLS)
    assert term.boolean
    for point in POINTS:
        numbers = dict(zip((x, y, p, q), (sp.Rational(v.numerator, v.denominator) for v in point), strict=True))
        assert evaluate([term], point) == (int(bool(CONDITIONS[name].subs(numbers))),)


def test_boolean_symbols_stand_for_bits():
    term = from_sympy(p & ~q, SYMBOLS)
    assert term is B[0] & ~B[1]


ALLOWED = (
    "a target is written with sums, rational multiples, squares, Max, Min, Abs, floor, ceiling, Mod, Piecewise, "
    "comparisons and logic"
)
REFUSED = {
    f"sin(x) is sin, which has no exact reading: {ALLOWED}": sp.sin(x) + 1,
    f"x**3 is a power other than a square: {ALLOWED}": x**3 + y,
    f"1/x is a power other than a square: {ALLOWED}": 1 / x,
    f"2**x is a power other than a square: {ALLOWED}": 2**x,
    "x*y is a product of unknowns: for a bit b write Piecewise((x, Eq(b, 1)), (0, True)) instead of b*x": x * y,
    "0.500000000000000 is a sympy Float, which does not say which number is meant: write sympy.Rational('0.500000000000000')": 0.5
    * x,
    f"pi is a number that is not rational: {ALLOWED}": sp.pi * x,
    f"oo is a number that is not rational: {ALLOWED}": sp.oo,
    f"zoo is a number that is not rational: {ALLOWED}": sp.zoo,
    f"nan is a number that is not rational: {ALLOWED}": sp.nan,
    f"I is a number that is not rational: {ALLOWED}": sp.I * x,
    f"sqrt(2) is a power other than a square: {ALLOWED}": sp.sqrt(2) * x,
    f"sign(x) is sign, which has no exact reading: {ALLOWED}": sp.sign(x),
    "the symbol z stands for no input: known are p, q, u, x, y": sp.Symbol("z") + x,
    "Mod(x, y) divides by y: a remainder is taken by a positive whole number": sp.Mod(x, y),
    "Mod(x, 1/2) divides by 1/2: a remainder is taken by a positive whole number": sp.Mod(x, sp.Rational(1, 2), evaluate=False),
    "Piecewise((x, x > y)) has no value where none of its conditions holds: end the Piecewise with (value, True)": sp.Piecewise(
        (x, x > y)
    ),
    "and (&) needs Boolean terms and x_0 is a number: compare it first, for instance x == 1 or x >= 0": sp.And(sp.Symbol("u"), p),
    "True is a bool of Python: write sympy.Eq(a, b), since a == b only compares how expressions are written": x + y == y + x,
    "False is a bool of Python: write sympy.Eq(a, b), since a == b only compares how expressions are written": x == y,
}


@pytest.mark.parametrize("message", REFUSED)
def test_what_does_not_convert_is_refused_by_name(message):
    with pytest.raises(Refusal) as caught:
        from_sympy(REFUSED[message], {**SYMBOLS, sp.Symbol("u"): X[0]})
    assert str(caught.value) == message
