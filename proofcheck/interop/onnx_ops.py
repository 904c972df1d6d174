"""The ONNX operators that have an exact reading over the rationals: affine maps, ReLU and its kin, and reshuffling.

A tensor is a numpy array, either of numbers or of affine forms. An operator that is not linear in the forms, or whose
result depends on their values otherwise, is refused by name.
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
from proofcheck.interop.forms import Builder, Form, Number, combined, unit
from proofcheck.networks import RELU, SATURATED_LINEAR, STEP, Activation

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
    return _map(lambda value: Form(value), numbers(array))


def _map(function: Callable[..., Any], *arrays: Array) -> Array:
    arrays = tuple(np.broadcast_arrays(*arrays)) if len(arrays) > 1 else arrays
    result = np.empty(arrays[0].shape, object)
    flat = [function(*values) for values in zip(*(a.reshape(-1) for a in arrays), strict=True)]
    for i, value in enumerate(flat):  # not by assignment of a list: numpy would look into the forms
        result.reshape(-1)[i] = value
    return result


def _given(args: list[Array | None], index: int, what: str) -> Array:
    value = args[index] if index < len(args) else None
    if value is None:
        raise InputError(f"its input {index} ({what}) is missing")
    return value


def _constant(args: list[Array | None], index: int, what: str) -> Array:
    value = _given(args, index, what)
    if is_symbolic(value):
        raise InputError(f"its input {index} ({what}) is computed from the inputs of the network: only constants are allowed")
    return value


def _whole(args: list[Array | None], index: int, what: str) -> list[int]:
    value = _constant(args, index, what)
    if value.dtype.kind not in "iu":
        raise InputError(f"its input {index} ({what}) is not made of whole numbers")
    return [int(v) for v in value.reshape(-1).tolist()]


def _sum(sign: int) -> Operator:
    def apply(builder: Builder, args: list[Array | None], attributes: Attributes) -> list[Array]:
        a, b = _given(args, 0, "A"), _given(args, 1, "B")
        if not is_symbolic(a) and not is_symbolic(b):
            return [_map(lambda x, y: x + sign * y, numbers(a), numbers(b))]
        return [_map(lambda x, y: combined([(1, x), (sign, y)]), forms(a), forms(b))]

    return apply


def _neg(builder: Builder, args: list[Array | None], attributes: Attributes) -> list[Array]:
    a = _given(args, 0, "X")
    return [_map(lambda x: combined([(-1, x)]), a) if is_symbolic(a) else _map(lambda x: -x, numbers(a))]


def _mul(builder: Builder, args: list[Array | None], attributes: Attributes) -> list[Array]:
    a, b = _given(args, 0, "A"), _given(args, 1, "B")
    if is_symbolic(a) and is_symbolic(b):
        raise InputError("it multiplies two tensors that depend on the inputs of the network: that is not piecewise linear")
    if not is_symbolic(a) and not is_symbolic(b):
        return [_map(lambda x, y: x * y, numbers(a), numbers(b))]
    form, factor = (a, b) if is_symbolic(a) else (b, a)
    return [_map(lambda x, by: combined([(by, x)]), form, numbers(factor))]


def _div(builder: Builder, args: list[Array | None], attributes: Attributes) -> list[Array]:
    a, b = _given(args, 0, "A"), _constant(args, 1, "B")
    divisor = numbers(b)
    if any(v == 0 for v in divisor.reshape(-1)):
        raise InputError("it divides by 0")
    if a.dtype.kind in "iu":
        raise InputError("it divides whole numbers, which rounds: only division of floats is read")
    inverse = _map(lambda v: Fraction(1) / v, divisor)
    return _mul(builder, [a, inverse], attributes)


def _matmul(builder: Builder, args: list[Array | None], attributes: Attributes) -> list[Array]:
    return [_product(builder, _given(args, 0, "A"), _given(args, 1, "B"))]


def _product(builder: Builder, a: Array, b: Array) -> Array:
    """The matrix product; one of the factors is constant. Vectors as numpy.matmul has them."""
    if is_symbolic(a) and is_symbolic(b):
        raise InputError("it multiplies two tensors that depend on the inputs of the network: that is not piecewise linear")
    if a.ndim == 0 or b.ndim == 0:
        raise InputError("a factor of the matrix product has no dimension")
    if not is_symbolic(a) and not is_symbolic(b):
        return np.asarray(np.matmul(numbers(a), numbers(b)), object)
    if is_symbolic(b):
        swapped = _product(builder, b.reshape(-1, 1).T if b.ndim == 1 else np.swapaxes(b, -1, -2), _transposed(a))
        return swapped[..., 0, :] if b.ndim == 1 else np.swapaxes(swapped, -1, -2)
    if b.ndim == 1:
        return _product(builder, a, b.reshape(-1, 1))[..., 0]
    if b.ndim != 2:
        if any(extent != 1 for extent in b.shape[:-2]):
            raise InputError("it multiplies by a stack of matrices: only one matrix is read")
        b = b.reshape(b.shape[-2:])
    if a.shape[-1] != b.shape[0]:
        raise InputError(f"its factors have the shapes {list(a.shape)} and {list(b.shape)}, which do not fit")
    columns = []
    for column in np.asarray(b).T:
        used = np.flatnonzero(column != 0).tolist()
        columns.append([(i, number(column[i].item() if isinstance(column[i], np.generic) else column[i])) for i in used])
    rows = a.reshape(-1, a.shape[-1])
    result = np.empty((len(rows), b.shape[1]), object)
    for r, row in enumerate(rows):
        nodes = [builder.shared(form) if len(form.terms) > 1 else form for form in row]
        for c, column in enumerate(columns):
            result[r, c] = combined([(weight, nodes[i]) for i, weight in column])
    return result.reshape(*a.shape[:-1], b.shape[1])


def _transposed(a: Array) -> Array:
    return a.reshape(-1, 1) if a.ndim == 1 else np.swapaxes(a, -1, -2)


def _gemm(builder: Builder, args: list[Array | None], attributes: Attributes) -> list[Array]:
    a, b = _given(args, 0, "A"), _given(args, 1, "B")
    if a.ndim != 2 or b.ndim != 2:
        raise InputError("Gemm multiplies matrices, its inputs have another rank")
    a, b = (a.T if attributes.get("transA", 0) else a), (b.T if attributes.get("transB", 0) else b)
    product = _product(builder, a, b)
    alpha, beta = (np.array(number(attributes.get(name, 1.0)), object) for name in ("alpha", "beta"))
    if alpha != 1:
        (product,) = _mul(builder, [product, alpha], {})
    offset = args[2] if len(args) > 2 else None
    if offset is None or beta == 0:
        return [product]
    if beta != 1:
        (offset,) = _mul(builder, [offset, beta], {})
    (total,) = _sum(1)(builder, [product, offset], {})
    if total.shape != product.shape:
        raise InputError(f"its offset has the shape {list(offset.shape)}, which does not fit {list(product.shape)}")
    return [total]


def _activation(activation: Activation) -> Operator:
    def apply(builder: Builder, args: list[Array | None], attributes: Attributes) -> list[Array]:
        return [_map(lambda form: builder.neuron(form, activation), forms(_given(args, 0, "X")))]

    return apply


def _leaky(builder: Builder, args: list[Array | None], attributes: Attributes) -> list[Array]:
    slope = Fraction(number(attributes.get("alpha", float(np.float32(0.01)))))
    return _activation(RELU if slope == 0 else Activation("leaky_relu", slope))(builder, args, attributes)


def _clip(builder: Builder, args: list[Array | None], attributes: Attributes) -> list[Array]:
    """Clip(x, low, high): one neuron where it is relu or the saturated line, else max by one ReLU and min by another."""
    low, high = (_bound(args, index, attributes, name) for index, name in ((1, "min"), (2, "max")))
    if low is not None and high is not None and low > high:
        raise InputError("its minimum is above its maximum")

    def clipped(form: Form) -> Form:
        if (low, high) == (0, 1):
            return builder.neuron(form, SATURATED_LINEAR)
        if low is not None:
            form = combined([(1, builder.neuron(combined([(1, form)], -low), RELU))], low)
        if high is not None:
            form = combined([(-1, builder.neuron(combined([(-1, form)], high), RELU))], high)
        return form

    return [_map(clipped, forms(_given(args, 0, "X")))]


def _bound(args: list[Array | None], index: int, attributes: Attributes, name: str) -> Number | None:
    if name in attributes:
        return number(attributes[name])
    if index >= len(args) or args[index] is None:
        return None
    value = _constant(args, index, name)
    if value.size != 1:
        raise InputError(f"its {name} is no single number")
    return number(value.reshape(-1)[0].item() if value.dtype != object else value.reshape(-1)[0])


def _at_least(builder: Builder, args: list[Array | None], attributes: Attributes) -> list[Array]:
    a, b = forms(_given(args, 0, "A")), forms(_given(args, 1, "B"))
    return [_map(lambda x, y: builder.neuron(combined([(1, x), (-1, y)]), STEP), a, b)]


def _at_most(builder: Builder, args: list[Array | None], attributes: Attributes) -> list[Array]:
    return _at_least(builder, [_given(args, 1, "B"), _given(args, 0, "A")], attributes)


def _extreme(sign: int) -> Operator:
    """Max and Min of tensors, two at a time: max(a, b) = b + relu(a - b)."""

    def apply(builder: Builder, args: list[Array | None], attributes: Attributes) -> list[Array]:
        best = forms(_given(args, 0, "data"))
        for index in range(1, len(args)):
            other = forms(_given(args, index, "data"))
            best = _map(
                lambda a, b: combined([(1, b), (sign, builder.neuron(combined([(sign, a), (-sign, b)]), RELU))]), best, other
            )
        return [best]

    return apply


def _flatten(builder: Builder, args: list[Array | None], attributes: Attributes) -> list[Array]:
    a, axis = _given(args, 0, "input"), attributes.get("axis", 1)
    axis = axis + a.ndim if axis < 0 else axis
    return [a.reshape(int(np.prod(a.shape[:axis], dtype=np.int64)), -1 if a.size else 0)]


def _reshape(builder: Builder, args: list[Array | None], attributes: Attributes) -> list[Array]:
    a, shape = _given(args, 0, "data"), _whole(args, 1, "shape")
    if not attributes.get("allowzero", 0):
        shape = [a.shape[i] if extent == 0 and i < a.ndim else extent for i, extent in enumerate(shape)]
    try:
        return [a.reshape(shape)]
    except ValueError:
        raise InputError(f"it gives {a.size} values the shape {shape}, which does not fit") from None


def _transpose(builder: Builder, args: list[Array | None], attributes: Attributes) -> list[Array]:
    a = _given(args, 0, "data")
    return [np.transpose(a, attributes.get("perm"))]


def _axes(args: list[Array | None], attributes: Attributes) -> list[int] | None:
    if "axes" in attributes:
        return list(attributes["axes"])
    return _whole(args, 1, "axes") if len(args) > 1 and args[1] is not None else None


def _squeeze(builder: Builder, args: list[Array | None], attributes: Attributes) -> list[Array]:
    a, axes = _given(args, 0, "data"), _axes(args, attributes)
    return [np.squeeze(a, None if axes is None else tuple(axes))]


def _unsqueeze(builder: Builder, args: list[Array | None], attributes: Attributes) -> list[Array]:
    a, axes = _given(args, 0, "data"), _axes(args, attributes)
    return [np.expand_dims(a, tuple(axes or ()))]


def _concat(builder: Builder, args: list[Array | None], attributes: Attributes) -> list[Array]:
    parts = [_given(args, i, "input") for i in range(len(args))]
    symbolic = any(is_symbolic(part) for part in parts)
    return [np.concatenate([forms(part) if symbolic else part for part in parts], attributes["axis"])]


def _slice(builder: Builder, args: list[Array | None], attributes: Attributes) -> list[Array]:
    a = _given(args, 0, "data")
    if "starts" in attributes:
        starts, ends = list(attributes["starts"]), list(attributes["ends"])
        axes, steps = list(attributes.get("axes", range(len(starts)))), [1] * len(starts)
    else:
        starts, ends = _whole(args, 1, "starts"), _whole(args, 2, "ends")
        axes = _whole(args, 3, "axes") if len(args) > 3 and args[3] is not None else list(range(len(starts)))
        steps = _whole(args, 4, "steps") if len(args) > 4 and args[4] is not None else [1] * len(starts)
    index: list[slice] = [slice(None)] * a.ndim
    for start, end, axis, step in zip(starts, ends, axes, steps, strict=True):
        if step < 0 and start < -a.shape[axis]:
            raise InputError(f"it counts down from {start}, which lies before the first of {a.shape[axis]} entries")
        index[axis] = slice(start, None if step < 0 and end < -a.shape[axis] else end, step)
    return [a[tuple(index)]]


def _gather(builder: Builder, args: list[Array | None], attributes: Attributes) -> list[Array]:
    a, indices = _given(args, 0, "data"), _constant(args, 1, "indices")
    return [np.take(a, indices.astype(np.int64), attributes.get("axis", 0))]


def _split(builder: Builder, args: list[Array | None], attributes: Attributes) -> list[Array]:
    a, axis = _given(args, 0, "input"), attributes.get("axis", 0)
    sizes = attributes.get("split") or (_whole(args, 1, "split") if len(args) > 1 and args[1] is not None else None)
    count = attributes["outputs"]
    if sizes and (sum(sizes) != a.shape[axis] or len(sizes) != count):
        raise InputError(f"it splits {a.shape[axis]} entries into {list(sizes)} for {count} outputs, which does not fit")
    ends = np.cumsum(sizes)[:-1] if sizes else -(-a.shape[axis] // count) * np.arange(1, count)
    return list(np.split(a, ends, axis))


def _identity(builder: Builder, args: list[Array | None], attributes: Attributes) -> list[Array]:
    return [_given(args, 0, "input")]


def _dropout(builder: Builder, args: list[Array | None], attributes: Attributes) -> list[Array]:
    if len(args) > 2 and args[2] is not None and _constant(args, 2, "training_mode").any():
        raise InputError("it drops values at random, as in training: export the network for inference")
    return _identity(builder, args[:1], attributes)


def _cast(builder: Builder, args: list[Array | None], attributes: Attributes) -> list[Array]:
    """To a float format: constants must be its numbers, the rest is not rounded; to whole numbers only what is whole."""
    a, to = _given(args, 0, "input"), attributes.get("to")
    if to in FLOATS:
        if not is_symbolic(a) and not all(FLOATS[to].stores(Fraction(v)) for v in numbers(a).reshape(-1)):
            raise InputError(f"it rounds a constant to {FLOATS[to].name}: store the rounded value in the file")
        return [a]
    if not is_symbolic(a) and to in (6, 7) and all(v == int(v) for v in numbers(a).reshape(-1)):
        return [np.array([int(v) for v in numbers(a).reshape(-1)], np.int64).reshape(a.shape)]
    raise InputError("it casts to a type that is no float: that is read of whole constants only")


def _shape(builder: Builder, args: list[Array | None], attributes: Attributes) -> list[Array]:
    shape = np.array(_given(args, 0, "data").shape, np.int64)
    return [shape[attributes.get("start", 0) : attributes.get("end", len(shape))]]


def _reduce_sum(builder: Builder, args: list[Array | None], attributes: Attributes) -> list[Array]:
    a, axes = forms(_given(args, 0, "data")), _axes(args, attributes)
    if not axes and attributes.get("noop_with_empty_axes", 0):
        return [a]
    kept = [axis % a.ndim for axis in axes] if axes else range(a.ndim)
    moved = np.moveaxis(a, list(kept), list(range(len(kept)))).reshape(-1, *[e for i, e in enumerate(a.shape) if i not in kept])
    result = np.empty(moved.shape[1:], object)
    for place in np.ndindex(*moved.shape[1:]):
        result[place] = combined([(1, form) for form in moved[(slice(None), *place)]])
    return [np.expand_dims(result, tuple(kept)) if attributes.get("keepdims", 1) else result]


OPERATORS: dict[str, Operator] = {
    "Add": _sum(1),
    "Cast": _cast,
    "Clip": _clip,
    "Concat": _concat,
    "Div": _div,
    "Dropout": _dropout,
    "Flatten": _flatten,
    "Gather": _gather,
    "Gemm": _gemm,
    "GreaterOrEqual": _at_least,
    "Identity": _identity,
    "LeakyRelu": _leaky,
    "LessOrEqual": _at_most,
    "MatMul": _matmul,
    "Max": _extreme(1),
    "Min": _extreme(-1),
    "Mul": _mul,
    "Neg": _neg,
    "ReduceSum": _reduce_sum,
    "Relu": _activation(RELU),
    "Reshape": _reshape,
    "Shape": _shape,
    "Slice": _slice,
    "Split": _split,
    "Squeeze": _squeeze,
    "Sub": _sum(-1),
    "Transpose": _transpose,
    "Unsqueeze": _unsqueeze,
}
"""`Constant` and `ConstantOfShape` are read with the graph."""

ATTRIBUTES = {
    "Cast": {"to", "saturate"},
    "Clip": {"min", "max"},
    "Concat": {"axis"},
    "Dropout": {"ratio", "seed"},
    "Flatten": {"axis"},
    "Gather": {"axis"},
    "Gemm": {"alpha", "beta", "transA", "transB"},
    "LeakyRelu": {"alpha"},
    "ReduceSum": {"axes", "keepdims", "noop_with_empty_axes"},
    "Reshape": {"allowzero"},
    "Shape": {"start", "end"},
    "Slice": {"starts", "ends", "axes"},
    "Split": {"axis", "split", "num_outputs"},
    "Squeeze": {"axes"},
    "Transpose": {"perm"},
    "Unsqueeze": {"axes"},
}
"""The attributes that an operator is read with; one that is not listed could change what it means, and is refused."""


def input_forms(builder: Builder, first: int, shape: tuple[int, ...]) -> Array:
    """The tensor of the inputs first, first + 1, ... in this shape."""
    array = np.empty(int(np.prod(shape, dtype=np.int64)), object)
    for i in range(array.size):
        array[i] = unit(first + i)
    return array.reshape(shape)
