"""The reading of terms over many inputs at once, as integer arrays over one denominator; it never rounds.

Every node carries the exact range of its values on this batch, found from the extremes of the input columns. A node
whose arguments, products and partial sums all fit in 63 bits is computed in int64, any other one on arrays of Python
ints. torch tensors have no such arrays, so there a node that does not fit is refused.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from operator import index
from typing import Any

import numpy as np

from proofcheck.errors import Refusal, UsageError
from proofcheck.exact import rational
from proofcheck.spec.evaluation import postorder
from proofcheck.spec.term import COMPARISONS, CONNECTIVES, Term

INT64_MAX = 2**63 - 1


@dataclass(frozen=True)
class Column:
    """One value for each input: values / denominator, with low <= values <= high.

    `values` is bool when `boolean`, otherwise int64 when both ends fit and object when not.
    """

    values: Any
    denominator: int
    low: int
    high: int
    boolean: bool = False

    @property
    def peak(self) -> int:
        return max(-self.low, self.high)


@dataclass(frozen=True)
class Arrays:
    """What numpy and torch call by different names; `wide` makes an array of Python ints, `narrow` one of int64."""

    maximum: Callable[[Any, Any], Any]
    minimum: Callable[[Any, Any], Any]
    where: Callable[[Any, Any, Any], Any]
    full: Callable[[int], Any]
    wide: Callable[[Any], Any]
    narrow: Callable[[Any], Any]
    stack: Callable[[list[Any]], Any]


def batched(
    terms: Sequence[Term], numerators: Any, denominator: int = 1, outputs: Any = None, output_denominator: int = 1
) -> tuple[Any, int]:
    """(values, common denominator) of the terms at the inputs numerators / denominator; both arrays (count, ...).

    numerators (count, d): numpy int64 or object, or a torch int64 tensor on any device. outputs (count, m): the
    network's outputs over `output_denominator`, for properties. The result (count, len(terms)) is of the same library.
    Exact. Raises UsageError when a column is missing, Refusal when a torch result needs more than 63 bits.
    """
    count = len(numerators)
    arrays = _torch_arrays(numerators) if type(numerators).__module__ == "torch" else _numpy_arrays(count)
    given = {"input": (numerators, denominator), "output": (outputs, output_denominator)}
    order = postorder(terms)
    readers = Counter(argument for term in order for argument in term.args)
    readers.update(terms)
    columns: dict[Term, Column] = {}
    for term in order:
        if term.op in given:
            columns[term] = _given_column(term, *given[term.op], arrays)
        else:
            columns[term] = _column(term, [columns[argument] for argument in term.args], arrays)
        for argument in term.args:
            readers[argument] -= 1
            if not readers[argument]:
                del columns[argument]
    common = lcm(*(columns[term].denominator for term in terms))
    results = [_rescaled(_as_number(columns[term], arrays), common, arrays) for term in terms]
    if any(result.peak > INT64_MAX for result in results):
        return arrays.stack([arrays.wide(result.values) for result in results]), common
    return arrays.stack([result.values for result in results]), common


def _given_column(term: Term, numerators: Any, denominator: int, arrays: Arrays) -> Column:
    if numerators is None or term.data >= numerators.shape[1]:
        width = 0 if numerators is None else numerators.shape[1]
        raise UsageError(f"the term reads {term.op} {term.data}, only {width} {term.op}s are given")
    values = _whole(numerators[:, term.data])
    if term.boolean:
        return _truth(values != 0)
    low, high = (int(values.min()), int(values.max())) if len(values) else (0, 0)
    return _fitted(values, denominator, low, high, arrays)


def _whole(values: Any) -> Any:
    """The values as they are if they are integers; numpy integers in an object array would wrap around, so they become int."""
    if str(values.dtype) == "object":
        try:
            return np.array([index(value) for value in values], dtype=object)
        except TypeError:
            raise Refusal("a batch holds integers over one denominator: scaled(points) makes it from exact numbers") from None
    if not any(name in str(values.dtype) for name in ("int", "bool")):
        raise Refusal(f"a batch of {values.dtype} would not be exact: give integers over one denominator, as scaled(points) does")
    return values


def _column(term: Term, args: list[Column], arrays: Arrays) -> Column:
    if term.op in CONNECTIVES:
        return _connective(term.op, [_as_bool(a) for a in args])
    if term.op == "where" and term.boolean:
        condition, then, otherwise = (_as_bool(a) for a in args)
        return _truth((condition & then) | (~condition & otherwise))
    if term.op == "constant":
        value = term.data.numerator
        return _fitted(arrays.full(value), term.data.denominator, value, value, arrays)
    condition = _as_bool(args[0]) if term.op == "where" else None
    numbers = [_as_number(a, arrays) for a in args[condition is not None :]]
    if term.op == "affine":
        start, coefficients = term.data
        return _affine(start, coefficients, numbers, arrays)
    if term.op in ("floordiv", "mod"):
        return _divided(term.op, term.data, numbers[0], arrays)
    if term.op == "square":
        return _squared(numbers[0], arrays)
    common = lcm(*(a.denominator for a in numbers))
    same = [_rescaled(a, common, arrays) for a in numbers]
    if any(a.peak > INT64_MAX for a in same):
        values = [arrays.wide(a.values) for a in same]
    else:
        values = [a.values for a in same]
    lows, highs = [a.low for a in same], [a.high for a in same]
    match term.op:
        case "max" | "min":
            pick, join = (max, arrays.maximum) if term.op == "max" else (min, arrays.minimum)
            result = values[0]
            for value in values[1:]:
                result = join(result, value)
            return _fitted(result, common, pick(lows), pick(highs), arrays)
        case "abs":
            low = 0 if lows[0] <= 0 <= highs[0] else min(abs(lows[0]), abs(highs[0]))
            return _fitted(abs(values[0]), common, low, same[0].peak, arrays)
        case "where":
            return _fitted(arrays.where(condition, *values), common, min(lows), max(highs), arrays)
    assert term.op in COMPARISONS
    a, b = values
    return _truth(a <= b if term.op == "<=" else a < b if term.op == "<" else a == b)


def _affine(start: Fraction, coefficients: Sequence[Fraction], args: list[Column], arrays: Arrays) -> Column:
    factors = [c / a.denominator for c, a in zip(coefficients, args, strict=True)]
    common = lcm(start.denominator, *(f.denominator for f in factors))
    weights, bias = [int(f * common) for f in factors], int(start * common)
    ends = [sorted((w * a.low, w * a.high)) for w, a in zip(weights, args, strict=True)]
    fits = abs(bias) + sum(max(-low, high) for low, high in ends) <= INT64_MAX and all(abs(w) <= INT64_MAX for w in weights)
    total: Any = None
    for weight, argument in zip(weights, args, strict=True):
        values = argument.values if fits else arrays.wide(argument.values)
        values = values if weight == 1 else values * weight
        total = values if total is None else total + values
    if total is None:
        total = arrays.full(bias)
    elif bias:
        total = total + bias
    low, high = bias + sum(low for low, _ in ends), bias + sum(high for _, high in ends)
    return _fitted(total, common, low, high, arrays)


def _divided(op: str, divisor: int, argument: Column, arrays: Arrays) -> Column:
    scaled = divisor * argument.denominator
    values = argument.values if scaled <= INT64_MAX else arrays.wide(argument.values)
    first, last = argument.low // scaled, argument.high // scaled
    if op == "floordiv":
        return _fitted(values // scaled, 1, first, last, arrays)
    low, high = (argument.low % scaled, argument.high % scaled) if first == last else (0, scaled - 1)
    return _fitted(values % scaled, argument.denominator, low, high, arrays)


def _squared(argument: Column, arrays: Arrays) -> Column:
    high = argument.peak**2
    low = 0 if argument.low <= 0 <= argument.high else min(abs(argument.low), abs(argument.high)) ** 2
    values = argument.values if high <= INT64_MAX else arrays.wide(argument.values)
    return _fitted(values * values, argument.denominator**2, low, high, arrays)


def _connective(op: str, args: list[Any]) -> Column:
    result = ~args[0] if op == "not" else args[0]
    for value in args[1:]:
        result = result & value if op == "and" else result | value if op == "or" else result ^ value
    return _truth(result)


def _rescaled(column: Column, denominator: int, arrays: Arrays) -> Column:
    factor = denominator // column.denominator
    if factor == 1:
        return column
    low, high = column.low * factor, column.high * factor
    narrow = max(-low, high, factor) <= INT64_MAX
    return _fitted((column.values if narrow else arrays.wide(column.values)) * factor, denominator, low, high, arrays)


def _fitted(values: Any, denominator: int, low: int, high: int, arrays: Arrays) -> Column:
    return Column((arrays.narrow if max(-low, high) <= INT64_MAX else arrays.wide)(values), denominator, low, high)


def _as_bool(column: Column) -> Any:
    return column.values if column.boolean else column.values != 0


def _as_number(column: Column, arrays: Arrays) -> Column:
    return Column(arrays.narrow(column.values), 1, 0, 1) if column.boolean else column


def _truth(values: Any) -> Column:
    return Column(values, 1, 0, 1, boolean=True)


def _numpy_arrays(count: int) -> Arrays:
    def full(value: int) -> Any:
        return np.full(count, value, dtype=np.int64 if abs(value) <= INT64_MAX else object)

    def stack(columns: list[Any]) -> Any:
        return np.stack(columns, axis=0).T if columns else np.zeros((count, 0), dtype=np.int64)

    return Arrays(
        maximum=np.maximum,
        minimum=np.minimum,
        where=np.where,
        full=full,
        wide=lambda values: values.astype(object),
        narrow=lambda values: values.astype(np.int64, copy=False),
        stack=stack,
    )


def _torch_arrays(inputs: Any) -> Arrays:
    import torch

    def wide(values: Any) -> Any:
        raise Refusal("a value of the term may need more than 63 bits on these inputs: evaluate it on numpy arrays instead")

    def full(value: int) -> Any:
        small = value if abs(value) <= INT64_MAX else wide(value)
        return torch.full((len(inputs),), small, dtype=torch.int64, device=inputs.device)

    def stack(columns: list[Any]) -> Any:
        empty = torch.zeros((len(inputs), 0), dtype=torch.int64, device=inputs.device)
        return torch.stack(columns, dim=1) if columns else empty

    return Arrays(
        maximum=torch.maximum,
        minimum=torch.minimum,
        where=torch.where,
        full=full,
        wide=wide,
        narrow=lambda values: values.to(torch.int64),
        stack=stack,
    )


def scaled(points: Sequence[Sequence[Any]]) -> tuple[Any, int]:
    """(numerators, common denominator) of a list of points with exact coordinates; int64 when they fit, otherwise object."""
    exact = [[rational(value) for value in point] for point in points]
    common = lcm(*(value.denominator for point in exact for value in point))
    whole = [[value.numerator * (common // value.denominator) for value in point] for point in exact]
    fits = all(abs(value) <= INT64_MAX for point in whole for value in point)
    array = np.array(whole, dtype=np.int64 if fits else object)
    return array.reshape(len(exact), -1 if exact else 0), common
