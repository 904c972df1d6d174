"""Tensors of ONNX graphs as numpy arrays, either of numbers or of affine forms, and the arguments of operators read as such.

A tensor of whole numbers keeps its integer dtype through every operator, because ONNX divides and overflows whole numbers
otherwise than reals; every other tensor of numbers is of floats or, once computed with, of exact objects.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from proofcheck.engine.formats import FORMATS
from proofcheck.errors import InputError
from proofcheck.exact import dyadic
from proofcheck.interop.forms import Builder, Form, Number, unit

Array = npt.NDArray[Any]
Attributes = Mapping[str, Any]
Operator = Callable[[Builder, list[Array | None], Attributes], list[Array]]
LARGEST_TENSOR = 1 << 26
FLOATS = {1: FORMATS["float32"], 10: FORMATS["float16"], 11: FORMATS["float64"], 16: FORMATS["bfloat16"]}
"""The formats that ONNX calls by these numbers."""


def is_symbolic(array: Array) -> bool:
    """Whether the tensor holds forms."""
    return array.dtype == object and array.size > 0 and isinstance(array.flat[0], Form)


def number(value: Any) -> Number:
    """A stored number as an int or Fraction. Raises Refusal for NaN and infinities."""
    if isinstance(value, int | Fraction):
        return value
    exact = dyadic(value) if isinstance(value, float) else Fraction(int(value))
    return exact.numerator if exact.denominator == 1 else exact


def numbers(array: Array) -> Array:
    """A tensor of numbers as exact ones."""
    if array.dtype == object:
        return array
    exact = np.empty(array.shape, object)
    flat = [number(value) for value in array.reshape(-1).tolist()]
    exact.reshape(-1)[:] = flat
    return exact


def is_whole(array: Array) -> bool:
    """Whether the tensor is one of whole numbers in ONNX, whose operators round and overflow as those of reals do not."""
    return array.dtype.kind in "iu"


def computed(function: Callable[..., Any], *arrays: Array) -> Array:
    """The function of each entry of tensors of numbers: exact, and of whole numbers within their type."""
    exact = mapped(function, *map(numbers, arrays))
    if not any(map(is_whole, arrays)):
        return exact
    kind = arrays[0].dtype
    if any(array.dtype != kind for array in arrays):
        raise InputError("it computes with numbers of different types")
    ends = np.iinfo(kind)
    if not all(ends.min <= value <= ends.max for value in exact.reshape(-1)):
        raise InputError(f"it computes a whole number that {kind} does not hold")
    return exact.astype(kind)


def forms(array: Array) -> Array:
    """A tensor as forms, numbers as constant ones. Raises InputError for whole numbers, which no form stands for."""
    if is_symbolic(array):
        return array
    if is_whole(array):
        raise InputError("it computes with whole numbers, which is read of Add, Sub, Mul and Neg: cast them to floats first")
    return mapped(lambda value: Form(value), numbers(array))


def mapped(function: Callable[..., Any], *arrays: Array) -> Array:
    arrays = tuple(np.broadcast_arrays(*arrays)) if len(arrays) > 1 else arrays
    result = np.empty(arrays[0].shape, object)
    flat = [function(*values) for values in zip(*(a.reshape(-1) for a in arrays), strict=True)]
    for i, value in enumerate(flat):  # not by assignment of a list: numpy would look into the forms
        result.reshape(-1)[i] = value
    return result


def given(args: list[Array | None], index: int, what: str) -> Array:
    value = args[index] if index < len(args) else None
    if value is None:
        raise InputError(f"its input {index} ({what}) is missing")
    return value


def constant(args: list[Array | None], index: int, what: str) -> Array:
    value = given(args, index, what)
    if is_symbolic(value):
        raise InputError(f"its input {index} ({what}) is computed from the inputs of the network: only constants are allowed")
    return value


def whole(args: list[Array | None], index: int, what: str) -> list[int]:
    value = constant(args, index, what)
    if value.dtype.kind not in "iu":
        raise InputError(f"its input {index} ({what}) is not made of whole numbers")
    return [int(v) for v in value.reshape(-1).tolist()]


def input_forms(builder: Builder, first: int, shape: tuple[int, ...]) -> Array:
    """The tensor of the inputs first, first + 1, ... in this shape."""
    array = np.empty(int(np.prod(shape, dtype=np.int64)), object)
    for i in range(array.size):
        array[i] = unit(first + i)
    return array.reshape(shape)
