"""Relations between sizes: expressions in exact integers and rationals, bounded in size, evaluated and written in words."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import reduce
from math import ceil, comb, floor
from typing import Any

from .domain import Domain, Intervals
from .exact import Number, Rejected, Work, rational, require, shown
from .files import items

LONGEST_VALUE = 1_000_000  # bits
MEASURES = ("width", "depth", "neurons", "nonzeros", "largest_weight", "weight_bits", "inputs", "outputs", "volume")
LEAVES = ("number", "parameter", "measure")
COMPARE: dict[str, Callable[[Any, Any], bool]] = {"==": lambda a, b: a == b, "<=": lambda a, b: a <= b, "<": lambda a, b: a < b}
Expression = list[list[Any]]  # the nodes of an expression in post-order


def _power(a: Number, b: Number) -> Number:
    longest = max(abs(a.numerator), a.denominator)
    require(type(b) is int and (a != 0 or b >= 0), "a power needs an integer exponent, and none below 0 on 0")
    require(longest == 1 or longest.bit_length() * max(b, -b) <= 2 * LONGEST_VALUE, f"a power exceeds {LONGEST_VALUE} bits")
    return Fraction(a) ** int(b)


def _binomial(a: Number, b: Number) -> Number:
    if type(a) is not int or type(b) is not int or a < 0 or b < 0:
        raise Rejected("a binomial needs integers from 0 up")
    require(a.bit_length() * min(b, max(a - b, 0)) <= LONGEST_VALUE, f"a binomial may exceed {LONGEST_VALUE} bits")
    return comb(a, b)


def _at_least_one(a: Number) -> Number:
    require(a >= 1, f"a logarithm is taken of {shown(a)}, it needs at least 1")
    return a


# operation: (number of arguments, None for any from 1; its value; its words). Sums and the like are folded from the left.
OPERATIONS: dict[str, tuple[int | None, Callable[..., Number], str]] = {
    "+": (None, lambda a, b: a + b, " + "),
    "*": (None, lambda a, b: a * b, " * "),
    "max": (None, max, ", "),
    "min": (None, min, ", "),
    "-": (2, lambda a, b: a - b, " - "),
    "floordiv": (2, lambda a, b: a // b, ", "),
    "power": (2, _power, ", "),
    "binomial": (2, _binomial, ", "),
    "ceil_log2": (1, lambda a: (ceil(_at_least_one(a)) - 1).bit_length(), ", "),
    "floor_log2": (1, lambda a: floor(_at_least_one(a)).bit_length() - 1, ", "),
}


def read_relation(value: Any) -> tuple[str, Expression, Expression]:
    """The comparison and its two sides."""
    compare, left, right = items(value, "a relation", 3, 3)
    require(type(compare) is str and compare in COMPARE, "a relation must be ==, <= or <")
    sides = _nodes(left), _nodes(right)
    require(any(node[0] == "measure" for side in sides for node in side), "the relation mentions no measured size")
    return compare, *sides


def _nodes(expression: Any) -> Expression:
    order, stack = [], [expression]
    while stack:
        operation, *arguments = node = items(stack.pop(), "a size expression", 2)
        require(type(operation) is str and operation in (*LEAVES, *OPERATIONS), "a size expression has an unknown operation")
        if operation in LEAVES:
            right = len(arguments) == 1 and type(arguments[0]) is str and (operation != "measure" or arguments[0] in MEASURES)
        else:
            right = OPERATIONS[operation][0] in (None, len(arguments))
            stack += arguments
        require(right, f"{operation} in a size expression has arguments that it does not take")
        order.append(node)
    return order[::-1]


def read_parameters(value: Any) -> dict[str, Number]:
    """Parameters by name: integers, or rationals as text."""
    named = type(value) is dict and all(name.isascii() and name.isidentifier() for name in value)
    require(named, "the parameters must be an object whose keys are identifiers")
    return {name: number if type(number) is int else rational(number, f"parameter {name}") for name, number in value.items()}


def value_of(nodes: Expression, measures: dict[str, Number], parameters: dict[str, Number], work: Work) -> Number:
    """The exact value of an expression."""
    stack: list[Number] = []
    for operation, *arguments in nodes:
        if operation == "number":
            value = rational(arguments[0])
        elif operation in LEAVES:
            table = measures if operation == "measure" else parameters
            require(arguments[0] in table, f"the {operation} {arguments[0]!r} is not given")
            value = table[arguments[0]]
        else:
            stack, values = stack[: -len(arguments)], stack[-len(arguments) :]
            arity, apply, _ = OPERATIONS[operation]
            require(operation != "floordiv" or values[1] != 0, "a size expression divides by zero")
            value = apply(*values) if arity else reduce(lambda a, b: work.exact(apply(a, b), LONGEST_VALUE), values)
        stack.append(work.exact(value, LONGEST_VALUE))
    return stack[0]


def written_expression(nodes: Expression) -> str:
    """The expression in words."""
    stack: list[str] = []
    for operation, *arguments in nodes:
        if operation in LEAVES:
            name = shown(rational(arguments[0])) if operation == "number" else arguments[0]
            text = f"its {name}" if operation == "measure" else name
        else:
            stack, texts = stack[: -len(arguments)], stack[-len(arguments) :]
            joint = OPERATIONS[operation][2]
            text = f"{operation if joint == ', ' else ''}({joint.join(texts)})"
        stack.append(text)
    return stack[0]


def volume(domain: Domain, work: Work) -> Number:
    """The Lebesgue measure of a bounded product of intervals."""
    require(not domain.constraints and not domain.different, "a volume is known for products of intervals only")
    total: Number = 1
    for values in domain.sets:
        parts = values.parts if isinstance(values, Intervals) else ((None, None),)
        lengths = [high - low for low, high in parts if low is not None and high is not None]
        require(len(lengths) == len(parts), "a volume is known for products of bounded intervals only")
        total = work.exact(total * work.affine(0, [(1, length) for length in lengths]), LONGEST_VALUE)
    return total
