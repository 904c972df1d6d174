"""Terms: the small symbolic language in which statements are written.

A term is an immutable node of a shared graph: linear arithmetic, max, min, abs, squares, floor division and remainder
by a constant, comparisons, Boolean connectives and `where` (docs/formats.md). Terms that are built alike are the same
object. Every term has a value on every input: nothing is partial, and nothing here needs recursion.

A *Boolean* term is the number 0 or 1 wherever a number is expected. A term has no truth value of its own: `if`, `and`,
`or`, `not` on a term are refused, and `==` builds a Boolean term.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any, NoReturn
from weakref import WeakValueDictionary

from proofcheck.errors import Refusal
from proofcheck.exact import rational
from proofcheck.networks.wire import Wire

MERGE_LIMIT = 64
COMPARISONS = ("<=", "<", "==")
CONNECTIVES = ("not", "and", "or", "xor")


class Term:
    """One node. `op` and `args` are those of docs/formats.md; `data` is what is not a term:

    the index of an input or output, the value of a constant, (q0, coefficients) of an affine node, the divisor k.
    """

    __slots__ = ("__weakref__", "args", "boolean", "data", "op")
    __array_ufunc__ = None  # numpy scalars on the left must leave arithmetic to the term

    op: str
    data: Any
    args: tuple[Term, ...]
    boolean: bool

    def __init__(self) -> None:
        raise Refusal("a Term is made by variables(...), by operators and by functions such as maximum, not by calling Term")

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"a term is immutable: {name} cannot be set")

    def __repr__(self) -> str:
        if self.op in ("input", "output"):
            return f"{'x' if self.op == 'input' else 'y'}_{self.data}"
        return str(self.data) if self.op == "constant" else f"<{self.op} term>"

    __hash__ = object.__hash__

    def __add__(self, other: Any) -> Term:
        return affine(0, ((1, self), (1, lift(other))))

    def __radd__(self, other: Any) -> Term:
        return affine(0, ((1, lift(other)), (1, self)))

    def __sub__(self, other: Any) -> Term:
        return affine(0, ((1, self), (-1, lift(other))))

    def __rsub__(self, other: Any) -> Term:
        return affine(0, ((1, lift(other)), (-1, self)))

    def __neg__(self) -> Term:
        return affine(0, ((-1, self),))

    def __pos__(self) -> Term:
        return self

    def __mul__(self, other: Any) -> Term:
        factor = lift(other)
        if factor.op == "constant":
            return affine(0, ((factor.data, self),))
        if self.op == "constant":
            return affine(0, ((self.data, factor),))
        if factor is self:
            return square(self)
        raise Refusal(
            "a product of two terms is written only for a term with itself, as square(x): "
            "if one is a Boolean term b, write where(b, x, 0)"
        )

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Term:
        divisor = lift(other)
        if divisor.op != "constant":
            raise Refusal("division by a term is not piecewise linear: divide by a number, or compare without dividing")
        if divisor.data == 0:
            raise Refusal("division of a term by zero has no value: divide by another number")
        return affine(0, ((1 / divisor.data, self),))

    def __rtruediv__(self, other: Any) -> NoReturn:
        raise Refusal("division by a term is not piecewise linear: divide by a number, or compare without dividing")

    def __floordiv__(self, other: Any) -> Term:
        return floordiv(self, other)

    def __mod__(self, other: Any) -> Term:
        return mod(self, other)

    def __rfloordiv__(self, other: Any) -> Term:
        return floordiv(other, self)

    def __rmod__(self, other: Any) -> Term:
        return mod(other, self)

    def __pow__(self, other: Any) -> Term:
        exponent = lift(other)
        if exponent.op == "constant" and exponent.data == 2:
            return square(self)
        raise Refusal("the only power of a term is its square, x**2")

    def __rpow__(self, other: Any) -> NoReturn:
        raise Refusal("the only power of a term is its square, x**2")

    def __abs__(self) -> Term:
        return node("abs", None, (self,), False) if self.op != "constant" else constant(abs(self.data))

    def __floor__(self) -> Term:
        return floordiv(self, 1)

    def __ceil__(self) -> Term:
        return -floordiv(-self, 1)

    def __le__(self, other: Any) -> Term:
        return compare("<=", self, other)

    def __lt__(self, other: Any) -> Term:
        return compare("<", self, other)

    def __ge__(self, other: Any) -> Term:
        return compare("<=", other, self)

    def __gt__(self, other: Any) -> Term:
        return compare("<", other, self)

    def __eq__(self, other: object) -> Term:  # type: ignore[override]
        return compare("==", self, other)

    def __ne__(self, other: object) -> Term:  # type: ignore[override]
        return negation(compare("==", self, other))

    def __and__(self, other: Any) -> Term:
        return connective("and", (self, other))

    def __or__(self, other: Any) -> Term:
        return connective("or", (self, other))

    def __xor__(self, other: Any) -> Term:
        return exclusive(self, other)

    __rand__, __ror__, __rxor__ = __and__, __or__, __xor__

    def __invert__(self) -> Term:
        return negation(self)

    def __bool__(self) -> NoReturn:
        raise Refusal(
            "a term has no truth value while a statement is written: "
            "write where(condition, a, b) instead of if, maximum and minimum instead of max and min, "
            "all_of and any_of instead of all and any, and & | ~ instead of and, or, not"
        )

    def __getitem__(self, index: object) -> NoReturn:
        raise Refusal(
            "this is one term and no list of terms: a port made by inputs() or network(wire) is one number, "
            "one made by inputs(n) or network([wires]) a list"
        )

    def _no_number(self) -> NoReturn:
        raise Refusal("a term is not a number while a statement is written: write floor(term) to round it down")

    __index__ = __int__ = __float__ = __trunc__ = _no_number

    def __round__(self, digits: object = None) -> NoReturn:
        raise Refusal("round has no single meaning for a term: write floor(x + Fraction(1, 2)) for halves rounded up")

    def __copy__(self) -> Term:
        return self

    def __deepcopy__(self, memo: object) -> Term:
        return self


_nodes: WeakValueDictionary[tuple[Any, ...], Term] = WeakValueDictionary()


def node(op: str, data: Any, args: tuple[Term, ...], boolean: bool) -> Term:
    """The one node with these parts, as they stand: no simplification and no checks."""
    key = (op, data, boolean, *map(id, args))
    known = _nodes.get(key)
    if known is None:
        known = Term.__new__(Term)
        for name, value in (("op", op), ("data", data), ("args", args), ("boolean", boolean)):
            object.__setattr__(known, name, value)
        _nodes[key] = known
    return known


def constant(value: Any) -> Term:
    """The constant term of an exact number; 0 and 1 are Boolean."""
    number = rational(value)
    return node("constant", number, (), number in (0, 1))


def lift(value: Any) -> Term:
    """A term as it is, an exact number as a constant. Raises Refusal for floats and everything else."""
    if isinstance(value, Wire):
        raise Refusal(
            "a wire of a network was given to a function of terms, which are for statements: "
            "in build write b + relu(a - b) for maximum(a, b)"
        )
    return value if isinstance(value, Term) else constant(value)


def lift_boolean(value: Any, where: str) -> Term:
    """A Boolean term as it is, True, False, 0 and 1 as constants; `where` names the reader in the Refusal otherwise."""
    term = constant(int(value)) if isinstance(value, bool) else lift(value)
    if not term.boolean:
        raise Refusal(f"{where} needs Boolean terms and {term!r} is a number: compare it first, for instance x == 1 or x >= 0")
    return term


def affine(start: int | Fraction, pairs: Iterable[tuple[int | Fraction, Term]]) -> Term:
    """start + sum of coefficient * term, with affine terms of up to 64 summands merged into the sum.

    The summands are inputs by index, outputs by index, then other terms as written; equal ones are added up.
    """
    pairs, total = tuple(pairs), Fraction(start)
    room = MERGE_LIMIT
    sums: dict[Term, Fraction | int] = {}
    for factor, term in pairs:
        if term.op == "constant":
            total += factor * term.data
        elif term.op == "affine" and (len(term.args) <= room or len(pairs) == 1):
            total += factor * term.data[0]
            room -= len(term.args)
            for inner, coefficient in zip(term.args, term.data[1], strict=True):
                sums[inner] = sums.get(inner, 0) + factor * coefficient
        else:
            room -= 1
            sums[term] = sums.get(term, 0) + factor
    kept = sorted(((t, Fraction(c)) for t, c in sums.items() if c), key=lambda pair: _place(pair[0]))
    if not kept:
        return constant(total)
    if total == 0 and len(kept) == 1 and kept[0][1] == 1:
        return kept[0][0]
    return node("affine", (total, tuple(c for _, c in kept)), tuple(t for t, _ in kept), False)


def extremum(op: str, values: Iterable[Any]) -> Term:
    """The maximum or minimum (op "max" or "min") of at least one term or number."""
    values = tuple(values)
    if any(isinstance(value, list | tuple) for value in values):
        raise Refusal(f"{op}imum takes terms and numbers one by one and was given a list: write {op}imum(*x)")
    terms = [lift(value) for value in values]
    numbers = [term.data for term in terms if term.op == "constant"]
    args = list(dict.fromkeys(term for term in terms if term.op != "constant"))
    if numbers:
        args.append(constant(max(numbers) if op == "max" else min(numbers)))
    if not args:
        raise Refusal(f"the {op}imum of no terms has no value: give at least one")
    return args[0] if len(args) == 1 else node(op, None, tuple(args), False)


def absolute(value: Any) -> Any:
    """The absolute value."""
    if hasattr(value, "operated"):  # an expression of a family
        return value.operated("abs")
    term = lift(value)
    return constant(abs(term.data)) if term.op == "constant" else node("abs", None, (term,), False)


def square(value: Any) -> Term:
    """value * value; a number, also of a Boolean term."""
    term = lift(value)
    return constant(term.data * term.data) if term.op == "constant" else node("square", None, (term,), False)


def floordiv(value: Any, divisor: Any) -> Term:
    """floor(value / divisor) for a positive whole divisor; rounds down for negative values too."""
    term, k = lift(value), _divisor(divisor)
    return constant(term.data // k) if term.op == "constant" else node("floordiv", k, (term,), False)


def mod(value: Any, divisor: Any) -> Term:
    """value - divisor*floor(value / divisor) for a positive whole divisor: in [0, divisor), also for negative values."""
    term, k = lift(value), _divisor(divisor)
    return constant(term.data % k) if term.op == "constant" else node("mod", k, (term,), False)


def compare(op: str, left: Any, right: Any) -> Term:
    """The Boolean term left <= right, left < right or left == right."""
    a, b = lift(left), lift(right)
    if a.op == "constant" and b.op == "constant":
        return constant(int({"<=": a.data <= b.data, "<": a.data < b.data, "==": a.data == b.data}[op]))
    return node(op, None, (a, b), True)


def negation(value: Any) -> Term:
    """The Boolean term that is true where `value` is false."""
    term = lift_boolean(value, "not (~)")
    if term.op == "constant":
        return constant(1 - term.data)
    return term.args[0] if term.op == "not" else node("not", None, (term,), True)


def connective(op: str, values: Iterable[Any]) -> Term:
    """The conjunction ("and") or disjunction ("or") of Boolean terms; of none of them, true or false."""
    terms = [lift_boolean(value, f"{op} ({'&' if op == 'and' else '|'})") for value in values]
    neutral, absorbing = (1, 0) if op == "and" else (0, 1)
    if any(term.op == "constant" and term.data == absorbing for term in terms):
        return constant(absorbing)
    args = tuple(dict.fromkeys(term for term in terms if term.op != "constant"))
    if not args:
        return constant(neutral)
    return args[0] if len(args) == 1 else node(op, None, args, True)


def exclusive(left: Any, right: Any) -> Term:
    """The Boolean term that is true where exactly one side is."""
    a, b = lift_boolean(left, "xor (^)"), lift_boolean(right, "xor (^)")
    for fixed, other in ((a, b), (b, a)):
        if fixed.op == "constant":
            return negation(other) if fixed.data else other
    return node("xor", None, (a, b), True)


def where(condition: Any, then: Any, otherwise: Any) -> Term:
    """`then` where the Boolean term `condition` is true, `otherwise` elsewhere; Boolean when both branches are."""
    c, a, b = lift_boolean(condition, "where"), _branch(then), _branch(otherwise)
    if c.op == "constant":
        return a if c.data else b
    return node("where", None, (c, a, b), a.boolean and b.boolean)


def _branch(value: Any) -> Term:
    return constant(int(value)) if isinstance(value, bool) else lift(value)


def _divisor(value: Any) -> int:
    if isinstance(value, Term):
        raise Refusal("division by a term is not piecewise linear: // and % take a positive whole number on the right")
    number = rational(value)
    if number.denominator != 1 or number < 1:
        raise Refusal(f"// and % take a positive whole number on the right, {number} was given: scale the term first")
    return int(number)


def _place(term: Term) -> tuple[int, int]:
    return (("input", "output").index(term.op), term.data) if term.op in ("input", "output") else (2, 0)
