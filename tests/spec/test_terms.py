"""Terms as they are written: what the functions mean, how terms read in words, and what is refused in which words."""

import copy
import math
import subprocess
import sys
from fractions import Fraction

import numpy as np
import pytest

from proofcheck.domains import Bits, Box, Integers, Reals, Words, product_of
from proofcheck.errors import InputError, Refusal, UsageError
from proofcheck.spec import (
    Term,
    all_of,
    any_of,
    batched,
    bits_of,
    evaluate,
    flat,
    floor,
    implies,
    latex,
    maximum,
    median,
    minimum,
    mod,
    output_variables,
    scaled,
    sorted_terms,
    square,
    such_that,
    terms_json,
    terms_of,
    text,
    total,
    variables,
    where,
    word,
)

DOMAIN = product_of([Reals.of((3,)), Bits.of((3,))])
X, B = variables(DOMAIN, [(3,), (3,)])
x, y, z = X
a, b, c = B
POINT = (Fraction(-7, 2), 3, 10, 1, 0, 1)

VALUES = {
    "sum of a mixed list": (total([x, 2, b, Fraction(1, 2)]), -1),
    "the builtin sum": (sum(X), Fraction(19, 2)),
    "scaled and shifted": (3 - 2 * x / 7, 4),
    "numpy scalars": (np.int64(2) * y + np.int64(1), 7),
    "maximum of terms and numbers": (maximum(x, y, 5), 5),
    "minimum of one": (minimum(x), Fraction(-7, 2)),
    "floor": (floor(x), -4),
    "math.floor": (math.floor(x), -4),
    "math.ceil": (math.ceil(x), -3),
    "floor division": (x // 3, -2),
    "remainder": (mod(x, 3), Fraction(5, 2)),
    "remainder of an integer": (z % 3, 1),
    "builtin abs": (abs(x), Fraction(7, 2)),
    "square": (square(x), Fraction(49, 4)),
    "power": ((x + y) ** 2, Fraction(1, 4)),
    "square of a number": (square(Fraction(-1, 2)), Fraction(1, 4)),
    "square of a Boolean": (10 * (x < y) ** 2 + b**2, 10),
    "word": (word(B), 5),
    "bits of a word": (total(2**i * bit for i, bit in enumerate(bits_of(z, 4))), 10),
    "all of": (all_of([a, c, y <= 3]), 1),
    "all of nothing": (all_of([]), 1),
    "any of nothing": (any_of([]), 0),
    "implication": (implies(b, x == 1000), 1),
    "not equal": (where(y != 3, 1, 2), 2),
    "xor": (a ^ c ^ True, 1),
    "python booleans": ((a & True) | False, 1),
    "strict comparisons": ((x < y) & (y > x) & ~(y < y), 1),
    "median": (median([x, y, z]), 3),
    "a Boolean where": (where(a, b, c) ^ 1, 1),
    "Booleans in arithmetic": (10 * a - b + (x <= y), 11),
}


@pytest.mark.parametrize("name", VALUES)
def test_a_term_has_the_value_it_reads_as(name):
    term, value = VALUES[name]
    assert evaluate([term], POINT) == (value,)
    values, denominator = batched([term], *scaled([POINT]))
    assert Fraction(int(values[0, 0]), denominator) == value


@pytest.mark.parametrize("n", range(1, 12))
def test_sorting_sorts(n):
    (terms,) = variables(Reals.of((n,)), [(n,)])
    generator = np.random.default_rng(n)
    rows = generator.integers(-4, 5, (50, n))
    values, _ = batched(sorted_terms(terms), rows)
    assert np.array_equal(values, np.sort(rows, axis=1))


@pytest.mark.parametrize("n", [1, 2, 3, 4, 5, 6, 7, 8])
def test_sorting_sorts_all_bit_vectors(n):
    """By the 0-1 principle this settles that the compare-exchange sequence sorts everything."""
    (terms,) = variables(Bits.of((n,)), [(n,)])
    rows = Bits.of((n,)).unrank_many(0, 2**n)
    values, _ = batched(sorted_terms(terms), rows)
    assert np.array_equal(values, np.sort(rows, axis=1))


def test_terms_built_alike_are_the_same_object():
    assert (x + y) is (y + x)
    assert (x + y) + z is x + (y + z)
    assert (x + y) - y is x
    assert 2 * (x / 2) is x
    assert maximum(x, y) is maximum(x, y)
    assert ~~a is a
    assert maximum(x, 3, 5) is maximum(5, x)
    assert x * x is x**2
    assert not (a**2).boolean
    assert where(True, x, y) is x
    assert copy.deepcopy([x + 1])[0] is x + 1


def test_long_sums_stay_shared():
    """A running sum of n terms has O(n) nodes and arguments although every prefix is used."""
    (terms,) = variables(Reals.of((2000,)), [(2000,)])
    prefixes, running = [], total([])
    for term in terms:
        running = running + term
        prefixes.append(running)
    nodes = terms_json(prefixes)["nodes"]
    assert sum(len(node[2]) for node in nodes if node[0] == "affine") < 100 * len(terms)
    point = list(range(2000))
    assert list(evaluate(prefixes, point)) == [i * (i + 1) // 2 for i in range(2000)]


def test_variables_come_in_the_shapes_asked_for():
    matrix, scalar, empty = variables(Reals.of((7,)), [(2, 3), (), (0, 5)])
    assert [[term.data for term in row] for row in matrix] == [[0, 1, 2], [3, 4, 5]]
    assert (scalar.data, empty) == (6, [])
    assert [term.data for term in flat([matrix, scalar])] == list(range(7))
    assert [term.boolean for term in B + X] == [True] * 3 + [False] * 3
    assert [variables(d.of((1,)), [()])[0].boolean for d in (Integers(0, 0), Integers(1, 1), Box(0, 1), Words(2))] == [
        True,
        True,
        False,
        False,
    ]


REFUSED = {
    "a term has no truth value while a statement is written: write where(condition, a, b) instead of if, "
    "maximum and minimum instead of max and min, all_of and any_of instead of all and any, "
    "and & | ~ instead of and, or, not": [
        lambda: bool(x < y),
        lambda: x if x <= y else y,
        lambda: x and y,
        lambda: 0 <= x <= 1,
        lambda: max(x, y),
    ],
    "a product of two terms is written only for a term with itself, as square(x): "
    "if one is a Boolean term b, write where(b, x, 0)": [
        lambda: x * y,
        lambda: a * x,
    ],
    "division by a term is not piecewise linear: divide by a number, or compare without dividing": [lambda: x / y, lambda: 1 / x],
    "division by a term is not piecewise linear: // and % take a positive whole number on the right": [
        lambda: x // y,
        lambda: x % y,
        lambda: 7 // x,
        lambda: 7 % x,
    ],
    "division of a term by zero has no value: divide by another number": [lambda: x / 0],
    "// and % take a positive whole number on the right, -2 was given: scale the term first": [lambda: x // -2],
    "// and % take a positive whole number on the right, 1/2 was given: scale the term first": [lambda: mod(x, Fraction(1, 2))],
    "the only power of a term is its square, x**2": [
        lambda: x**3,
        lambda: x ** Fraction(1, 2),
        lambda: x**y,
        lambda: 2**x,
        lambda: Fraction(1, 2) ** x,
    ],
    "a term is not a number while a statement is written: write floor(term) to round it down": [
        lambda: int(x),
        lambda: float(x),
        lambda: math.sqrt(x),
        lambda: range(x),
        lambda: [1, 2, 3][x],
        lambda: math.trunc(x),
    ],
    "round has no single meaning for a term: write floor(x + Fraction(1, 2)) for halves rounded up": [lambda: round(x)],
    "0.1 is a float, and a float does not say which number is meant: write Fraction('0.1') for the decimal, "
    "or dyadic(0.1) for the binary value it stores": [
        lambda: x + 0.1,
        lambda: maximum(x, 0.1),
        lambda: x <= 0.1,
        lambda: 0.1 * x,
    ],
    "True is a bool where a number is expected: write 1": [lambda: x + True],
    "'one' (str) is not an exact number: use int or Fraction": [lambda: x + "one", lambda: x == "one"],
    "and (&) needs Boolean terms and x_0 is a number: compare it first, for instance x == 1 or x >= 0": [lambda: a & x],
    "or (|) needs Boolean terms and 2 is a number: compare it first, for instance x == 1 or x >= 0": [lambda: a | 2],
    "xor (^) needs Boolean terms and x_0 is a number: compare it first, for instance x == 1 or x >= 0": [lambda: x ^ a],
    "not (~) needs Boolean terms and <affine term> is a number: compare it first, for instance x == 1 or x >= 0": [
        lambda: ~(a + b)
    ],
    "where needs Boolean terms and y_0 is a number: compare it first, for instance x == 1 or x >= 0": [
        lambda: where(output_variables([()])[0], x, y)
    ],
    "the maximum of no terms has no value: give at least one": [maximum],
    "the minimum of no terms has no value: give at least one": [minimum],
    "the median of 2 terms is not one of them: give an odd number, or take from sorted_terms": [lambda: median([x, y])],
    "a Term is made by variables(...), by operators and by functions such as maximum, not by calling Term": [Term],
    "the shapes [(2, 2)] hold 4 variables, the domain has 6 coordinates": [lambda: variables(DOMAIN, [(2, 2)])],
    "the term reads input 2, only 2 inputs are given": [
        lambda: evaluate([z], [0, 0]),
        lambda: batched([z], np.zeros((1, 2), dtype=int)),
    ],
    "the term reads output 0, only 0 outputs are given": [lambda: evaluate(output_variables([()]), [0])],
    "one input occurs both as a bit and as a number: take all variables of a statement from one domain": [
        lambda: terms_json([a, variables(Reals.of((4,)), [(4,)])[0][3]])
    ],
    "maximum(x_0, x_1) is not linear in the inputs: write sums of constant multiples of them": [
        lambda: such_that(Reals, lambda x: maximum(x[0], x[1]) <= 1).of((2,))
    ],
    "x_0 < 1 is not a condition of a domain: write <=, >= or == between linear terms, joined by &": [
        lambda: such_that(Reals, lambda x: x[0] < 1).of((2,))
    ],
    "a condition of the domain of shape (2,) is false everywhere: the domain would be empty": [
        lambda: such_that(Reals, lambda x: x[0] - x[0] >= 1).of((2,))
    ],
}


@pytest.mark.parametrize(("message", "attempt"), [(m, f) for m, attempts in REFUSED.items() for f in attempts])
def test_what_is_refused_is_refused_in_one_sentence(message, attempt):
    with pytest.raises((Refusal, UsageError)) as caught:
        attempt()
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("batch", "message"),
    [
        (
            np.array([[0.5, 1.0]]),
            "a batch of float64 would not be exact: give integers over one denominator, as scaled(points) does",
        ),
        (
            np.array([[Fraction(1, 2), 1]], dtype=object),
            "a batch holds integers over one denominator: scaled(points) makes it from exact numbers",
        ),
    ],
)
def test_a_batch_of_anything_but_integers_is_refused(batch, message):
    with pytest.raises(Refusal) as caught:
        batched([x], batch)
    assert str(caught.value) == message


def test_fixed_width_integers_inside_an_object_array_do_not_wrap_around():
    values, _ = batched([x * 4], np.array([[np.int64(2**62)], [np.int64(1)]], dtype=object))
    assert values.tolist() == [[2**64], [4]]


def test_a_term_is_immutable():
    with pytest.raises(AttributeError, match="a term is immutable: op cannot be set"):
        x.op = "max"


TEXTS = {
    "x_0 + 2*x_1 - (1/3)*x_2 + 5": x + 2 * y - z / 3 + 5,
    "maximum(x_0, x_1 + 1)": maximum(x, y + 1),
    "where(x_3 & (~x_4), x_1 // 3, x_2 % 5)": where(a & ~b, y // 3, z % 5),
    "(x_0 + x_1) // 2": (x + y) // 2,
    "x_0 + 1 <= abs(x_1)": x + 1 <= abs(y),
    "(x_0 == 1) | (x_3 ^ x_4)": (x == 1) | (a ^ b),
    "-x_0": -x,
    "square(x_0 + x_1) - 2*square(x_2)": (x + y) ** 2 - 2 * z**2,
    "1/3": total([Fraction(1, 3)]),
    "a term of 205 nodes": sum(i * maximum(x, i) for i in range(1, 101)) + y,
}


@pytest.mark.parametrize("words", TEXTS)
def test_a_term_in_words(words):
    assert text(TEXTS[words]) == words


def test_latex_is_what_sympy_writes():
    assert latex(maximum(x, y / 2)) == r"\max\left(x_{0}, \frac{x_{1}}{2}\right)"
    assert latex((x + 1) ** 2) == r"\left(x_{0} + 1\right)^{2}"
    assert latex(x // 2) == r"\left\lfloor{\frac{x_{0}}{2}}\right\rfloor"


GOOD = terms_json([where(a, maximum(x, y), x // 3), x + 2 * y])
N = GOOD["nodes"]
BAD_FILES = [
    None,
    {"nodes": N},
    {**GOOD, "more": 0},
    {**GOOD, "outputs": [len(N)]},
    {**GOOD, "outputs": [True]},
    {**GOOD, "outputs": list(reversed(GOOD["outputs"]))},
    {**GOOD, "nodes": [*N, ["input", 2]]},
    {**GOOD, "nodes": [N[0], N[0], *N[1:]]},
    {"nodes": [["input", 6]], "outputs": [0]},
    {"nodes": [["input", -1]], "outputs": [0]},
    {"nodes": [["input", 0, 0]], "outputs": [0]},
    {"nodes": [["output", 0]], "outputs": [0]},
    {"nodes": [["constant", 1]], "outputs": [0]},
    {"nodes": [["constant", "1"]], "outputs": [0]},
    {"nodes": [["constant", "0x2/0x2"]], "outputs": [0]},
    {"nodes": [["input", 0], ["sin", 0]], "outputs": [1]},
    {"nodes": [["input", 0], ["max"]], "outputs": [0, 1]},
    {"nodes": [["input", 0], ["abs", 0, 0]], "outputs": [1]},
    {"nodes": [["input", 0], ["abs", 1]], "outputs": [1]},
    {"nodes": [["input", 0], ["square"]], "outputs": [1]},
    {"nodes": [["input", 0], ["square", 0, 2]], "outputs": [1]},
    {"nodes": [["input", 0], ["square", 1]], "outputs": [1]},
    {"nodes": [["input", 3], ["square", 0], ["not", 1]], "outputs": [2]},
    {"nodes": [["input", 0], ["not", 0]], "outputs": [1]},
    {"nodes": [["input", 0], ["where", 0, 0, 0]], "outputs": [1]},
    {"nodes": [["input", 0], ["mod", 0, 0]], "outputs": [1]},
    {"nodes": [["input", 0], ["mod", 0, True]], "outputs": [1]},
    {"nodes": [["input", 0], ["mod", 0, 2.0]], "outputs": [1]},
    {"nodes": [["input", 0], ["affine", "0x0", [["0x0", 0]]]], "outputs": [1]},
    {"nodes": [["input", 0], ["affine", "0x0", [["0x1", 0], ["0x1", 0]]]], "outputs": [1]},
    {"nodes": [["input", 0], ["affine", "0x0", [[1, 0]]]], "outputs": [1]},
    {"nodes": [["input", 0], ["affine", "0x0"]], "outputs": [1]},
    {"nodes": [["input", 1], ["input", 0], ["max", 1, 0]], "outputs": [2]},
]


@pytest.mark.parametrize("data", BAD_FILES, ids=range(len(BAD_FILES)))
def test_only_the_written_form_is_read(data):
    with pytest.raises(InputError):
        terms_of(data, DOMAIN)


def test_a_reader_need_not_simplify():
    """Another program may write terms that ours never would; they are read as they stand."""
    foreign = {"nodes": [["input", 0], ["max", 0], ["affine", "0x0", [["0x1", 1]]], ["affine", "0x1", []]], "outputs": [2, 3]}
    read = terms_of(foreign, DOMAIN)
    assert terms_json(read) == foreign
    assert evaluate(read, POINT) == (Fraction(-7, 2), 1)
    values, denominator = batched(read, *scaled([POINT]))
    assert (values.tolist(), denominator) == ([[-7, 2]], 2)


def test_a_family_is_cut_by_conditions_on_terms():
    domain = such_that(Box(0, 1), lambda m: [m[0][0] + m[1][1] <= 1, (m[0][1] == 2 * m[1][0]) & (m[0][0] >= 0), True]).of((2, 2))
    assert domain.describe() == "all x in [0, 1]^4 with x_0 + x_3 <= 1 and x_1 - 2*x_2 == 0 and -x_0 <= 0"
    long = such_that(Reals, lambda v: sum(v) <= 1).of((200,))
    assert len(long.constraints[0].terms) == 200


def test_importing_terms_loads_no_solver():
    code = "import sys, proofcheck.spec; print([m for m in ('z3', 'sympy', 'torch', 'hypothesis') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
