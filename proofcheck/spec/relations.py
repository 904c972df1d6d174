"""Size expressions and relations: what a claim says about the size of a network, in exact integers and rationals.

`depth == ceil_log2(n)` is a relation: measures of the network (`width`, `depth`, ...) and parameters of the
construction (`n`, `k`, ...) joined by exact functions. It holds or not at given parameters; it has no truth value
while it is written.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, comb, floor
from typing import Any, NoReturn

from proofcheck.errors import InputError, Refusal, UsageError
from proofcheck.exact import Number, rational, rational_of, text_of

MEASURES = ("width", "depth", "neurons", "nonzeros", "largest_weight", "weight_bits", "inputs", "outputs", "volume")
MAX_BITS = 10**6
SYMBOLS = {"+": "+", "-": "-", "*": "*", "floordiv": "//", "power": "**"}
BINDING = {"+": 1, "-": 1, "*": 2, "floordiv": 2, "power": 3}
NAMES = {"max": "maximum", "min": "minimum"}
ARITY = {"-": 2, "floordiv": 2, "power": 2, "binomial": 2, "ceil_log2": 1, "floor_log2": 1}
OPERATIONS = ("+", "-", "*", "floordiv", "power", "ceil_log2", "floor_log2", "max", "min", "binomial")


@dataclass(frozen=True, eq=False)
class Size:
    """A size expression: a number (`data` a Fraction), a parameter or measure (`data` its name), or an operation on `args`."""

    op: str
    data: Any = None
    args: tuple[Size, ...] = ()

    def __add__(self, other: Any) -> Size:
        return _joined("+", self, other)

    def __radd__(self, other: Any) -> Size:
        return _joined("+", other, self)

    def __sub__(self, other: Any) -> Size:
        return _joined("-", self, other)

    def __rsub__(self, other: Any) -> Size:
        return _joined("-", other, self)

    def __neg__(self) -> Size:
        return _joined("*", -1, self)

    def __mul__(self, other: Any) -> Size:
        return _joined("*", self, other)

    def __rmul__(self, other: Any) -> Size:
        return _joined("*", other, self)

    def __truediv__(self, other: Any) -> Size:
        if isinstance(other, Size) or rational(other) == 0:
            raise Refusal("a size is divided by // (rounding down), or by / and a number other than zero")
        return _joined("*", 1 / rational(other), self)

    def __floordiv__(self, other: Any) -> Size:
        return _joined("floordiv", self, other)

    def __rfloordiv__(self, other: Any) -> Size:
        return _joined("floordiv", other, self)

    def __pow__(self, other: Any) -> Size:
        return _joined("power", self, other)

    def __rpow__(self, other: Any) -> Size:
        if isinstance(other, float):  # Fraction.__pow__ of Python 3.11 hands over the float of its value
            raise Refusal(
                "a Fraction to the power of a size becomes a float: write 2 ** -k, or spec.size_of(Fraction(1, 2)) ** k"
            )
        return _joined("power", other, self)

    def __le__(self, other: Any) -> SizeRelation:
        return SizeRelation("<=", self, size_of(other))

    def __lt__(self, other: Any) -> SizeRelation:
        return SizeRelation("<", self, size_of(other))

    def __ge__(self, other: Any) -> SizeRelation:
        return SizeRelation("<=", size_of(other), self)

    def __gt__(self, other: Any) -> SizeRelation:
        return SizeRelation("<", size_of(other), self)

    def __eq__(self, other: object) -> SizeRelation:  # type: ignore[override]
        return SizeRelation("==", self, size_of(other))

    def __ne__(self, other: object) -> NoReturn:
        raise Refusal("a size relation compares by ==, <=, <, >= or >: != says nothing about how large a network is")

    __hash__ = object.__hash__

    def __bool__(self) -> NoReturn:
        raise Refusal("a size has no truth value while a claim is written: compare it by ==, <=, <, >= or >")

    def value(self, measures: Mapping[str, Number], parameters: Mapping[str, Number]) -> Fraction:
        """The exact value. Raises UsageError when a name is missing or an operation has no value at these sizes."""
        if self.op == "number":
            return rational(self.data)
        if self.op in ("measure", "parameter"):
            known = measures if self.op == "measure" else parameters
            if self.data not in known:
                raise UsageError(f"the {self.op} {self.data} is not given: known are {', '.join(sorted(known)) or 'none'}")
            return rational(known[self.data])
        return _apply(self.op, [argument.value(measures, parameters) for argument in self.args])

    def describe(self) -> str:
        """The expression as it is written in Python."""
        if self.op == "number":
            return str(self.data)
        if self.op in ("measure", "parameter"):
            return str(self.data)
        if self.op not in SYMBOLS:
            return f"{NAMES.get(self.op, self.op)}({', '.join(argument.describe() for argument in self.args)})"
        parts = [argument.describe() for argument in self.args]
        for i, argument in enumerate(self.args):
            signed = argument.op == "number" and (argument.data < 0 or argument.data.denominator > 1)
            tight, own = 1 if signed else BINDING.get(argument.op, 4), BINDING[self.op]
            if tight < own or (tight == own and (i > 0) == (self.op != "power") and self.op != "+"):
                parts[i] = f"({parts[i]})"
        return f" {SYMBOLS[self.op]} ".join(parts)

    def json(self) -> list[Any]:
        """The JSON value EXPR of docs/formats.md."""
        if self.op == "number":
            return ["number", text_of(self.data)]
        return [self.op, *([] if self.data is None else [self.data]), *(argument.json() for argument in self.args)]

    def names(self, op: str) -> frozenset[str]:
        """The names of all measures (op "measure") or parameters (op "parameter") in it."""
        own = frozenset([self.data]) if self.op == op else frozenset[str]()
        return own.union(*(argument.names(op) for argument in self.args))


@dataclass(frozen=True, eq=False)
class SizeRelation:
    """left == right, left <= right or left < right, with a measure on at least one side.

    Raises Refusal without one, and for a parameter called like a measure: "depth <= 2" would say of a size that the
    construction is asked for what a reader takes for a size that was counted.
    """

    op: str
    left: Size
    right: Size

    def __post_init__(self) -> None:
        if not self.measures():
            raise Refusal(f"{self.describe()} names no measure of the network: write one of {', '.join(MEASURES[:6])}, ...")
        alike = sorted(self.parameters() & set(MEASURES))
        if alike:
            raise Refusal(f"a parameter is called {alike[0]}, and would be read as what is measured: give it another name")

    def __bool__(self) -> NoReturn:
        raise Refusal("a size relation has no truth value while a claim is written: write two claims instead of a <= b <= c")

    def measures(self) -> frozenset[str]:
        """The measures it names."""
        return self.left.names("measure") | self.right.names("measure")

    def parameters(self) -> frozenset[str]:
        """The parameters it names."""
        return self.left.names("parameter") | self.right.names("parameter")

    def sides(self, measures: Mapping[str, Number], parameters: Mapping[str, Number]) -> tuple[Fraction, Fraction]:
        """The exact values of both sides. Raises UsageError as `Size.value`."""
        return self.left.value(measures, parameters), self.right.value(measures, parameters)

    def holds(self, measures: Mapping[str, Number], parameters: Mapping[str, Number]) -> bool:
        """Whether the relation holds; exact."""
        left, right = self.sides(measures, parameters)
        return left == right if self.op == "==" else left <= right if self.op == "<=" else left < right

    def describe(self) -> str:
        """The relation as it is written in Python."""
        return f"{self.left.describe()} {self.op} {self.right.describe()}"

    def json(self) -> list[Any]:
        """The JSON value RELATION of docs/formats.md."""
        return [self.op, self.left.json(), self.right.json()]


def size_of(value: Any) -> Size:
    """A size expression as it is, an exact number as a constant one."""
    return value if isinstance(value, Size) else Size("number", rational(value))


def parameter(name: str) -> Size:
    """A parameter of the construction, such as n."""
    if not name.isidentifier():
        raise UsageError(f"{name!r} is not the name of a parameter: use letters, digits and _")
    return Size("parameter", name)


def measure(name: str) -> Size:
    """A measure of the network, one of MEASURES."""
    if name not in MEASURES:
        raise UsageError(f"{name!r} is not a measure: known are {', '.join(MEASURES)}")
    return Size("measure", name)


def ceil_log2(value: Any) -> Any:
    """The least k with 2^k >= value, for a value of at least 1; by bit length. A number gives an int, a size a size."""
    return Size("ceil_log2", args=(value,)) if isinstance(value, Size) else int(_apply("ceil_log2", [rational(value)]))


def floor_log2(value: Any) -> Any:
    """The largest k with 2^k <= value, for a value of at least 1; by bit length. A number gives an int, a size a size."""
    return Size("floor_log2", args=(value,)) if isinstance(value, Size) else int(_apply("floor_log2", [rational(value)]))


def binomial(n: Any, k: Any) -> Any:
    """The number of k-element subsets of n elements. Numbers give an int, sizes a size."""
    if isinstance(n, Size) or isinstance(k, Size):
        return _joined("binomial", n, k)
    return int(_apply("binomial", [rational(n), rational(k)]))


def size_extremum(op: str, values: Sequence[Any]) -> Size:
    """The largest ("max") or smallest ("min") of size expressions and numbers."""
    return Size(op, args=tuple(size_of(value) for value in values))


def relation_of(data: object) -> SizeRelation:
    """Read the JSON value RELATION. Raises InputError for anything but the exact output of `SizeRelation.json`."""
    if not isinstance(data, list) or len(data) != 3 or data[0] not in ("==", "<=", "<"):
        raise InputError("a relation is [op, left, right] with op ==, <= or <")
    try:
        return SizeRelation(data[0], _size_from(data[1], 0), _size_from(data[2], 0))
    except Refusal as refusal:
        raise InputError(str(refusal)) from None


def _size_from(data: object, depth: int) -> Size:
    if not isinstance(data, list) or not data or not isinstance(data[0], str) or depth > 100:
        raise InputError("a size expression is a list that starts with the name of its operation, nested at most 100 deep")
    op, *rest = data
    if op in ("number", "parameter", "measure"):
        if len(rest) != 1 or not isinstance(rest[0], str):
            raise InputError(f"{op} takes one text")
        if op == "number":
            return Size("number", rational_of(rest[0]))
        if (op == "measure" and rest[0] not in MEASURES) or not rest[0].isidentifier():
            raise InputError(f"{rest[0]!r} is not the name of a {op}")
        return Size(op, rest[0])
    if op not in OPERATIONS or len(rest) != ARITY.get(op, max(1, len(rest))):
        raise InputError(f"{op[:20]!r} with {len(rest)} arguments is not a size expression")
    return Size(op, args=tuple(_size_from(argument, depth + 1) for argument in rest))


def _joined(op: str, left: Any, right: Any) -> Size:
    return Size(op, args=(size_of(left), size_of(right)))


def _apply(op: str, args: Sequence[Fraction]) -> Fraction:
    first, second = args[0], args[-1]
    match op:
        case "+":
            return _limited(sum(args, Fraction(0)))
        case "-":
            return _limited(first - second)
        case "*":
            product = Fraction(1)
            for argument in args:
                product = _limited(product * argument)
            return product
        case "max":
            return max(args)
        case "min":
            return min(args)
        case "floordiv":
            if second == 0:
                raise UsageError(f"{first} // 0 has no value")
            return Fraction(first // second)
        case "power":
            return _power(first, second)
        case "ceil_log2" | "floor_log2":
            if first < 1:
                raise UsageError(f"{op}({first}) has no value: the argument must be at least 1")
            return Fraction((ceil(first) - 1).bit_length() if op == "ceil_log2" else floor(first).bit_length() - 1)
        case "binomial":
            if first.denominator > 1 or second.denominator > 1 or min(args) < 0:
                raise UsageError(f"binomial({first}, {second}) has no value: both must be whole numbers from 0 on")
            if min(second, first - second) * first.numerator.bit_length() > MAX_BITS:
                raise UsageError(f"binomial({first}, {second}) may exceed 10^6 bits")
            return Fraction(comb(first.numerator, second.numerator))
    raise AssertionError(op)


def _power(base: Fraction, exponent: Fraction) -> Fraction:
    if exponent.denominator > 1:
        raise UsageError(f"{base} ** ({exponent}) has no exact value: the exponent must be a whole number")
    if base == 0 and exponent < 0:
        raise UsageError(f"0 ** {exponent} has no value")
    bits = max(abs(base.numerator), base.denominator).bit_length() - 1
    if bits * abs(exponent) > MAX_BITS:
        raise UsageError(f"a power with exponent {exponent} exceeds 10^6 bits")
    return _limited(base ** int(exponent))


def _limited(value: Fraction) -> Fraction:
    if max(value.numerator.bit_length(), value.denominator.bit_length()) > MAX_BITS:
        raise UsageError("a size exceeds 10^6 bits")
    return value


width, depth, neurons = measure("width"), measure("depth"), measure("neurons")
nonzeros, largest_weight, weight_bits = measure("nonzeros"), measure("largest_weight"), measure("weight_bits")
inputs_count, outputs_count, volume = measure("inputs"), measure("outputs"), measure("volume")
n, k, m, p = parameter("n"), parameter("k"), parameter("m"), parameter("p")
d_x, d_y = parameter("d_x"), parameter("d_y")
