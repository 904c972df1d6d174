"""The ONNX operators that only move entries or tell shapes: no value is computed, so all of them are exact."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from proofcheck.errors import InputError
from proofcheck.interop.forms import Builder
from proofcheck.interop.onnx_arrays import (
    FLOATS,
    Array,
    Attributes,
    constant,
    forms,
    given,
    is_symbolic,
    numbers,
    whole,
)

WHOLE = {6: np.int32, 7: np.int64}
"""The types of whole numbers that are cast to, by their numbers in ONNX."""


def flatten(builder: Builder, args: list[Array | None], attributes: Attributes) -> list[Array]:
    a, axis = given(args, 0, "input"), attributes.get("axis", 1)
    axis = axis + a.ndim if axis < 0 else axis
    return [a.reshape(int(np.prod(a.shape[:axis], dtype=np.int64)), -1 if a.size else 0)]


def reshape(builder: Builder, args: list[Array | None], attributes: Attributes) -> list[Array]:
    a, shape = given(args, 0, "data"), whole(args, 1, "shape")
    if not attributes.get("allowzero", 0):
        shape = [a.shape[i] if extent == 0 and i < a.ndim else extent for i, extent in enumerate(shape)]
    try:
        return [a.reshape(shape)]
    except ValueError:
        raise InputError(f"it gives {a.size} values the shape {shape}, which does not fit") from None


def transpose(builder: Builder, args: list[Array | None], attributes: Attributes) -> list[Array]:
    a = given(args, 0, "data")
    return [np.transpose(a, attributes.get("perm"))]


def axes_of(args: list[Array | None], attributes: Attributes) -> list[int] | None:
    if "axes" in attributes:
        return list(attributes["axes"])
    return whole(args, 1, "axes") if len(args) > 1 and args[1] is not None else None


def squeeze(builder: Builder, args: list[Array | None], attributes: Attributes) -> list[Array]:
    a, axes = given(args, 0, "data"), axes_of(args, attributes)
    return [np.squeeze(a, None if axes is None else tuple(axes))]


def unsqueeze(builder: Builder, args: list[Array | None], attributes: Attributes) -> list[Array]:
    a, axes = given(args, 0, "data"), axes_of(args, attributes)
    return [np.expand_dims(a, tuple(axes or ()))]


def concat(builder: Builder, args: list[Array | None], attributes: Attributes) -> list[Array]:
    parts = [given(args, i, "input") for i in range(len(args))]
    symbolic = any(is_symbolic(part) for part in parts)
    return [np.concatenate([forms(part) if symbolic else part for part in parts], attributes["axis"])]


def sliced(builder: Builder, args: list[Array | None], attributes: Attributes) -> list[Array]:
    a = given(args, 0, "data")
    if "starts" in attributes:
        starts, ends = list(attributes["starts"]), list(attributes["ends"])
        axes, steps = list(attributes.get("axes", range(len(starts)))), [1] * len(starts)
    else:
        starts, ends = whole(args, 1, "starts"), whole(args, 2, "ends")
        axes = whole(args, 3, "axes") if len(args) > 3 and args[3] is not None else list(range(len(starts)))
        steps = whole(args, 4, "steps") if len(args) > 4 and args[4] is not None else [1] * len(starts)
    index: list[slice] = [slice(None)] * a.ndim
    for start, end, axis, step in zip(starts, ends, axes, steps, strict=True):
        if step < 0 and start < -a.shape[axis]:
            raise InputError(f"it counts down from {start}, which lies before the first of {a.shape[axis]} entries")
        index[axis] = slice(start, None if step < 0 and end < -a.shape[axis] else end, step)
    return [a[tuple(index)]]


def gather(builder: Builder, args: list[Array | None], attributes: Attributes) -> list[Array]:
    a, indices = given(args, 0, "data"), constant(args, 1, "indices")
    taken = np.take(a, indices.astype(np.int64), attributes.get("axis", 0))
    return [np.asarray(taken, a.dtype)]  # of a single entry numpy gives what is in it


def split(builder: Builder, args: list[Array | None], attributes: Attributes) -> list[Array]:
    a, axis = given(args, 0, "input"), attributes.get("axis", 0)
    sizes = attributes.get("split") or (whole(args, 1, "split") if len(args) > 1 and args[1] is not None else None)
    count = attributes["outputs"]
    if sizes and (sum(sizes) != a.shape[axis] or len(sizes) != count):
        raise InputError(f"it splits {a.shape[axis]} entries into {list(sizes)} for {count} outputs, which does not fit")
    ends = np.cumsum(sizes)[:-1] if sizes else -(-a.shape[axis] // count) * np.arange(1, count)
    return list(np.split(a, ends, axis))


def identity(builder: Builder, args: list[Array | None], attributes: Attributes) -> list[Array]:
    return [given(args, 0, "input")]


def dropout(builder: Builder, args: list[Array | None], attributes: Attributes) -> list[Array]:
    if len(args) > 2 and args[2] is not None and constant(args, 2, "training_mode").any():
        raise InputError("it drops values at random, as in training: export the network for inference")
    return identity(builder, args[:1], attributes)


def cast(builder: Builder, args: list[Array | None], attributes: Attributes) -> list[Array]:
    """To a float format: constants must be its numbers, the rest is not rounded; to whole numbers only what is whole."""
    a, to = given(args, 0, "input"), attributes.get("to")
    if to in FLOATS:
        if not is_symbolic(a) and not all(FLOATS[to].stores(Fraction(v)) for v in numbers(a).reshape(-1)):
            raise InputError(f"it rounds a constant to {FLOATS[to].name}: store the rounded value in the file")
        return [numbers(a)]
    if not is_symbolic(a) and to in WHOLE and all(v == int(v) for v in numbers(a).reshape(-1)):
        return [np.array([int(v) for v in numbers(a).reshape(-1)], WHOLE[to]).reshape(a.shape)]
    raise InputError("it casts to a type that is no float: that is read of whole constants only")


def shape_of(builder: Builder, args: list[Array | None], attributes: Attributes) -> list[Array]:
    shape = np.array(given(args, 0, "data").shape, np.int64)
    return [shape[attributes.get("start", 0) : attributes.get("end", len(shape))]]
