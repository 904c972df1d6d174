"""Tensors of ONNX graphs as numpy arrays, either of numbers or of affine forms, and the arguments of operators read as such."""

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


def forms(array: Array) -> Array:
    """A tensor as forms, numbers as constant ones."""
    if is_symbolic(array):
        return array
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
