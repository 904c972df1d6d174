"""The ONNX operators that have an exact reading over the rationals: affine maps, ReLU and its kin, and reshuffling.

A tensor is a numpy array, either of numbers or of affine forms. An operator that is not linear in the forms, or whose
result depends on their values otherwise, is refused by name.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from proofcheck.errors import InputError
from proofcheck.interop import onnx_shapes
from proofcheck.interop.forms import Builder, Form, Number, combined
from proofcheck.interop.onnx_arrays import (
    Array,
    Attributes,
    Operator,
    computed,
    constant,
    forms,
    given,
    is_symbolic,
    is_whole,
    mapped,
    number,
    numbers,
)
from proofcheck.interop.onnx_shapes import axes_of
from proofcheck.networks import RELU, SATURATED_LINEAR, STEP, Activation


def _sum(sign: int) -> Operator:
    def apply(builder: Builder, args: list[Array | None], attributes: Attributes) -> list[Array]:
        a, b = given(args, 0, "A"), given(args, 1, "B")
        if not is_symbolic(a) and not is_symbolic(b):
            return [computed(lambda x, y: x + sign * y, a, b)]
        return [mapped(lambda x, y: combined([(1, x), (sign, y)]), forms(a), forms(b))]

    return apply


def _neg(builder: Builder, args: list[Array | None], attributes: Attributes) -> list[Array]:
    a = given(args, 0, "X")
    return [mapped(lambda x: combined([(-1, x)]), a) if is_symbolic(a) else computed(lambda x: -x, a)]


def _mul(builder: Builder, args: list[Array | None], attributes: Attributes) -> list[Array]:
    a, b = given(args, 0, "A"), given(args, 1, "B")
    if is_symbolic(a) and is_symbolic(b):
        raise InputError("it multiplies two tensors that depend on the inputs of the network: that is not piecewise linear")
    if not is_symbolic(a) and not is_symbolic(b):
        return [computed(lambda x, y: x * y, a, b)]
    form, factor = (a, b) if is_symbolic(a) else (b, a)
    return [mapped(lambda x, by: combined([(by, x)]), form, numbers(factor))]


def _div(builder: Builder, args: list[Array | None], attributes: Attributes) -> list[Array]:
    a, b = given(args, 0, "A"), constant(args, 1, "B")
    divisor = numbers(b)
    if any(v == 0 for v in divisor.reshape(-1)):
        raise InputError("it divides by 0")
    if is_whole(a) or is_whole(b):
        raise InputError("it divides whole numbers, which rounds: only division of floats is read")
    inverse = mapped(lambda v: Fraction(1) / v, divisor)
    return _mul(builder, [a, inverse], attributes)


def _matmul(builder: Builder, args: list[Array | None], attributes: Attributes) -> list[Array]:
    a, b = given(args, 0, "A"), given(args, 1, "B")
    stack = np.broadcast_shapes(a.shape[:-2], b.shape[:-2])
    shape = (*stack, *a.shape[-2:-1], *(b.shape[-1:] if b.ndim > 1 else ()))
    return [_product(builder, a, b).reshape(shape)]


def _product(builder: Builder, a: Array, b: Array) -> Array:
    """The entries of the matrix product, in their order; one of the factors is constant. Dimensions of 1 may be missing."""
    if is_symbolic(a) and is_symbolic(b):
        raise InputError("it multiplies two tensors that depend on the inputs of the network: that is not piecewise linear")
    if is_whole(a) or is_whole(b):
        raise InputError("it multiplies matrices of whole numbers: cast them to floats first")
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
    a, b = given(args, 0, "A"), given(args, 1, "B")
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
        return [mapped(lambda form: builder.neuron(form, activation), forms(given(args, 0, "X")))]

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

    return [mapped(clipped, forms(given(args, 0, "X")))]


def _bound(args: list[Array | None], index: int, attributes: Attributes, name: str) -> Number | None:
    if name in attributes:
        return number(attributes[name])
    if index >= len(args) or args[index] is None:
        return None
    value = constant(args, index, name)
    if value.size != 1:
        raise InputError(f"its {name} is no single number")
    return number(value.reshape(-1)[0].item() if value.dtype != object else value.reshape(-1)[0])


def _at_least(builder: Builder, args: list[Array | None], attributes: Attributes) -> list[Array]:
    a, b = forms(given(args, 0, "A")), forms(given(args, 1, "B"))
    return [mapped(lambda x, y: builder.neuron(combined([(1, x), (-1, y)]), STEP), a, b)]


def _at_most(builder: Builder, args: list[Array | None], attributes: Attributes) -> list[Array]:
    return _at_least(builder, [given(args, 1, "B"), given(args, 0, "A")], attributes)


def _extreme(sign: int) -> Operator:
    """Max and Min of tensors, two at a time: max(a, b) = b + relu(a - b)."""

    def apply(builder: Builder, args: list[Array | None], attributes: Attributes) -> list[Array]:
        best = forms(given(args, 0, "data"))
        for index in range(1, len(args)):
            other = forms(given(args, index, "data"))
            best = mapped(
                lambda a, b: combined([(1, b), (sign, builder.neuron(combined([(sign, a), (-sign, b)]), RELU))]), best, other
            )
        return [best]

    return apply


def _reduce_sum(builder: Builder, args: list[Array | None], attributes: Attributes) -> list[Array]:
    a, axes = forms(given(args, 0, "data")), axes_of(args, attributes)
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
    "Cast": onnx_shapes.cast,
    "Clip": _clip,
    "Concat": onnx_shapes.concat,
    "Div": _div,
    "Dropout": onnx_shapes.dropout,
    "Flatten": onnx_shapes.flatten,
    "Gather": onnx_shapes.gather,
    "Gemm": _gemm,
    "GreaterOrEqual": _at_least,
    "Identity": onnx_shapes.identity,
    "LeakyRelu": _leaky,
    "LessOrEqual": _at_most,
    "MatMul": _matmul,
    "Max": _extreme(1),
    "Min": _extreme(-1),
    "Mul": _mul,
    "Neg": _neg,
    "ReduceSum": _reduce_sum,
    "Relu": _activation(RELU),
    "Reshape": onnx_shapes.reshape,
    "Shape": onnx_shapes.shape_of,
    "Slice": onnx_shapes.sliced,
    "Split": onnx_shapes.split,
    "Squeeze": onnx_shapes.squeeze,
    "Sub": _sum(-1),
    "Transpose": onnx_shapes.transpose,
    "Unsqueeze": onnx_shapes.unsqueeze,
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
