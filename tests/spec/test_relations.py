"""Size relations: exact values, words, the file form, and what is refused in which words."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proofcheck.errors import InputError, Refusal, UsageError
from proofcheck.kernel.exact import Work
from proofcheck.kernel.relation import read_relation, value_of
from proofcheck.spec import (
    binomial,
    ceil_log2,
    d_x,
    depth,
    floor_log2,
    inputs_count,
    k,
    largest_weight,
    maximum,
    measure,
    minimum,
    n,
    neurons,
    nonzeros,
    p,
    parameter,
    relation_of,
    size_of,
    volume,
    width,
)

SIZES = {
    "width": 12,
    "depth": 5,
    "neurons": 40,
    "nonzeros": 100,
    "largest_weight": Fraction(3, 2),
    "volume": Fraction(1, 8),
    "inputs": 3,
}
AT = {"n": 8, "k": 3, "p": 1, "d_x": 2, "eps": Fraction(1, 10)}

RELATIONS = {
    "depth == ceil_log2(n) + 2": (depth == ceil_log2(n) + 2, True),
    "width <= maximum(d_x + 1, n) + 4": (width <= maximum(d_x + 1, n) + 4, True),
    "width < minimum(n, k, 100)": (width < minimum(n, k, 100), False),
    "neurons == 5 * n": (neurons == 5 * n, True),
    "2 ** k - 1 <= nonzeros": (nonzeros >= 2**k - 1, True),
    "n * (n - 1) // 2 < neurons": (neurons > n * (n - 1) // 2, True),
    "neurons - (n - k) == 35": (neurons - (n - k) == 35, True),
    "neurons - n - k == 29": (neurons - n - k == 29, True),
    "neurons // (n // k) == 20": (neurons // (n // k) == 20, True),
    "largest_weight == (3/2) * p": (largest_weight == 3 * p / 2, True),
    "volume == (1/2) ** k": (volume == size_of(Fraction(1, 2)) ** k, True),
    "volume == 2 ** ((-1) * k)": (volume == 2**-k, True),
    "(n ** 2) ** k <= depth": ((n**2) ** k <= depth, False),
    "n ** 2 ** k <= depth": (n ** (2**k) <= depth, False),
    "binomial(n, k) == 56 + 0 * depth": (binomial(n, k) == 56 + 0 * depth, True),
    "floor_log2(n + 1) == inputs": (floor_log2(n + 1) == inputs_count, True),
    "width * eps <= 1 + 1/5": (width * parameter("eps") <= 1 + measure("depth") * 0 + Fraction(1, 5), True),
}


@pytest.mark.parametrize("words", RELATIONS)
def test_a_relation_reads_and_holds_as_written(words):
    relation, answer = RELATIONS[words]
    if "eps" not in words and "largest" not in words:
        assert relation.describe() == words
    assert relation.holds(SIZES, AT) is answer


@pytest.mark.parametrize("words", RELATIONS)
def test_the_kernel_reads_the_same_values(words):
    relation, _ = RELATIONS[words]
    op, left, right = read_relation(relation.json())
    assert op == relation.op
    assert (value_of(left, SIZES, AT, Work()), value_of(right, SIZES, AT, Work())) == relation.sides(SIZES, AT)


@pytest.mark.parametrize("words", RELATIONS)
def test_the_file_form_is_read_back(words):
    relation, _ = RELATIONS[words]
    assert relation_of(relation.json()).json() == relation.json()
    assert relation_of(relation.json()).describe() == relation.describe()


@given(st.integers(1, 2**3000))
def test_logarithms_are_exact(value):
    low, high = floor_log2(value), ceil_log2(value)
    assert 2**low <= value < 2 ** (low + 1)
    assert value <= 2**high
    assert high == 0 or 2 ** (high - 1) < value


def test_functions_of_numbers_are_numbers():
    assert [ceil_log2(v) for v in (1, 2, 3, 4, 5, Fraction(5, 2), 2**64, 2**64 + 1)] == [0, 1, 2, 2, 3, 2, 64, 65]
    assert [floor_log2(v) for v in (1, 2, 3, 4, Fraction(9, 2), 2**64 - 1)] == [0, 1, 1, 2, 2, 63]
    assert binomial(10, 3) == 120
    assert type(ceil_log2(5)) is int


LIST = "width, depth, neurons, nonzeros, largest_weight, weight_bits"
REFUSED = {
    "a Fraction to the power of a size becomes a float: write 2 ** -k, or spec.size_of(Fraction(1, 2)) ** k": lambda: (
        volume <= 0.5**k
    ),
    f"n == 8 names no measure of the network: write one of {LIST}, ...": lambda: n == 8,
    "a size relation has no truth value while a claim is written: write two claims instead of a <= b <= c": lambda: (
        1 <= depth <= n
    ),
    "a size has no truth value while a claim is written: compare it by ==, <=, <, >= or >": lambda: bool(depth),
    "a size relation compares by ==, <=, <, >= or >: != says nothing about how large a network is": lambda: depth != 3,
    "a size is divided by // (rounding down), or by / and a number other than zero": lambda: depth / n,
    "0.5 is a float, and a float does not say which number is meant: write Fraction('0.5') for the decimal, "
    "or dyadic(0.5) for the binary value it stores": lambda: depth <= 0.5 * n,
    f"'height' is not a measure: known are {LIST}, inputs, outputs, volume": lambda: measure("height"),
    "'a b' is not the name of a parameter: use letters, digits and _": lambda: parameter("a b"),
    "a parameter is called depth, and would be read as what is measured: give it another name": lambda: (
        parameter("depth") <= 2 + 0 * width
    ),
    "the parameter q is not given: known are d_x, eps, k, n, p": lambda: (depth == parameter("q")).holds(SIZES, AT),
    "the measure outputs is not given: known are depth, inputs, largest_weight, neurons, nonzeros, volume, width": lambda: (
        measure("outputs") == 1
    ).holds(SIZES, AT),
    "5 // 0 has no value": lambda: (depth // (n - 8) == 1).holds(SIZES, AT),
    "ceil_log2(0) has no value: the argument must be at least 1": lambda: ceil_log2(0),
    "2 ** (1/10) has no exact value: the exponent must be a whole number": lambda: (depth <= 2 ** parameter("eps")).holds(
        SIZES, AT
    ),
    "0 ** -1 has no value": lambda: (depth <= (n - 8) ** -p).holds(SIZES, AT),
    "a power with exponent 1073741824 exceeds 10^6 bits": lambda: (depth <= 3 ** (2**30 + 0 * n)).holds(SIZES, AT),
    "binomial(-1, 2) has no value: both must be whole numbers from 0 on": lambda: binomial(-1, 2),
    "binomial(1000000000, 500000000) may exceed 10^6 bits": lambda: binomial(10**9, 5 * 10**8),
}


@pytest.mark.parametrize("message", REFUSED)
def test_what_is_refused_is_refused_in_one_sentence(message):
    with pytest.raises((Refusal, UsageError)) as caught:
        REFUSED[message]()
    assert str(caught.value) == message


def test_a_power_of_one_has_no_size():
    assert (depth <= 1 ** (2**40 + n)).holds(SIZES, AT) is False


BAD_FILES = [
    None,
    ["=="],
    ["!=", ["measure", "depth"], ["number", "0x1"]],
    ["==", ["number", "0x1"], ["number", "0x1"]],
    ["==", ["measure", "height"], ["number", "0x1"]],
    ["==", ["measure", "depth"], ["number", 1]],
    ["==", ["measure", "depth"], ["number", "1"]],
    ["==", ["measure", "depth"], ["parameter", "n m"]],
    ["<=", ["measure", "depth"], ["parameter", "width"]],
    ["==", ["measure", "depth"], ["+"]],
    ["==", ["measure", "depth"], ["-", ["number", "0x1"]]],
    ["==", ["measure", "depth"], ["sqrt", ["number", "0x1"]]],
    ["==", ["measure", "depth"], []],
    ["==", ["measure", "depth"], [["number", "0x1"]]],
]


@pytest.mark.parametrize("data", BAD_FILES, ids=range(len(BAD_FILES)))
def test_only_the_written_form_is_read(data):
    with pytest.raises(InputError):
        relation_of(data)


def test_a_hostile_nesting_is_refused():
    deep: object = ["measure", "depth"]
    for _ in range(10_000):
        deep = ["+", deep]
    with pytest.raises(InputError, match="nested at most 100 deep"):
        relation_of(["==", deep, ["number", "0x1"]])
