"""ONNX files read as exact networks: every weight is the dyadic rational that the file stores, every operation exact.

The network is the function that the graph describes over the real numbers; what a runtime computes in floats may differ
from it, and is the same where `Exact` holds. Nothing is fetched from other files, and what has no exact reading is
refused by name.
"""

from __future__ import annotations

import json
from dataclasses import replace
from math import prod
from pathlib import Path
from typing import Any

import numpy as np

from proofcheck.domains import Domain, Reals, domain_of
from proofcheck.errors import InputError, ProofcheckError
from proofcheck.interop.forms import Builder, Form
from proofcheck.interop.onnx_arrays import LARGEST_TENSOR, Array, forms, input_forms, numbers
from proofcheck.interop.onnx_ops import ATTRIBUTES, OPERATORS
from proofcheck.interop.optional import decode_error, onnx_package
from proofcheck.networks import Network, Port

NUMERIC = {1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 12, 13, 16}
MOST_NODES = 1 << 20
OLDEST = 7  # the operator set; before it broadcasting was written and meant otherwise


def read_onnx(file: str | Path | bytes) -> Network:
    """The network in an ONNX file, given by its path or its bytes.

    Ports are the graph's inputs and outputs without a leading batch dimension, which must be 1 or free. The domain is the
    one that proofcheck wrote into the file, else all reals. Raises InputError, with the path in front, for a file that is
    no ONNX model or uses an operator without an exact reading; Refusal when the onnx package is missing.
    """
    path = None if isinstance(file, bytes) else file
    try:
        data = file if isinstance(file, bytes) else Path(file).read_bytes()
    except OSError as error:
        raise InputError(f"the file cannot be read: {error.strerror}", path) from None
    onnx = onnx_package()
    try:
        return _network(onnx, data)
    except InputError as error:
        raise InputError(error.message, path) from None


def _network(onnx: Any, data: bytes) -> Network:
    try:
        model = onnx.load_model_from_string(data)
    except (decode_error(), ValueError, RuntimeError):
        raise InputError("this is no ONNX model") from None
    graph = model.graph
    if not graph.input or not graph.output:
        raise InputError("the model has no inputs or no outputs")
    if len(graph.node) > MOST_NODES:
        raise InputError(f"the model has {len(graph.node)} nodes, more than 2^20")
    for opset in model.opset_import:
        if opset.domain not in ("", "ai.onnx"):
            raise InputError(f"the model uses operators of {opset.domain!r}: only those of ONNX itself are read")
        if opset.version < OLDEST:
            raise InputError(f"the model is of operator set {opset.version}: convert it to {OLDEST} or newer")
    if model.functions or graph.sparse_initializer:
        raise InputError("the model has functions of its own or sparse tensors, which are not read: inline and store them")
    values: dict[str, Array] = {}
    for tensor in graph.initializer:
        _set(values, tensor.name, _tensor(onnx, tensor))
    given = [entry for entry in graph.input if entry.name not in values]
    ports, shapes = [], []
    for entry in given:
        shape = _shape_of(entry)
        shapes.append(shape)
        ports.append(Port(entry.name, shape[1:] if shape and shape[0] == 1 and len(shape) > 1 else shape))
    builder = Builder(tuple(ports))
    first = 0
    for entry, shape in zip(given, shapes, strict=True):
        _set(values, entry.name, input_forms(builder, first, shape))
        first += prod(shape)
    for number, node in enumerate(graph.node):
        place = f"node {node.name or number} ({node.op_type})"
        try:
            for name, value in zip(node.output, _apply(onnx, builder, node, values), strict=False):
                if value.size > LARGEST_TENSOR:
                    raise InputError(f"its result has {value.size} entries, more than 2^26")
                if name:
                    _set(values, name, value)
        except ProofcheckError as error:
            text = error.message if isinstance(error, InputError) else str(error)
            raise InputError(f"{place}: {text}") from None
        except (ValueError, IndexError, TypeError, KeyError, ZeroDivisionError, OverflowError, MemoryError) as error:
            raise InputError(f"{place}: it cannot be evaluated, {type(error).__name__}: {error}") from None
    return _finished(model, builder, values)


def _finished(model: Any, builder: Builder, values: dict[str, Array]) -> Network:
    outputs: list[Form] = []
    ports = []
    batched = all(port.shape != _shape_of(entry) for port, entry in zip(builder.inputs, _true_inputs(model), strict=True))
    for entry in model.graph.output:
        if entry.name not in values:
            raise InputError(f"the output {entry.name!r} is computed by no node")
        value = forms(numbers(values[entry.name]))
        outputs += list(value.reshape(-1))
        ports.append(Port(entry.name, value.shape[1:] if batched and value.ndim and value.shape[0] == 1 else value.shape))
    network = builder.network(outputs, tuple(ports), Reals.of((builder.input_count,)))
    return _as_written(model, network)


def _as_written(model: Any, network: Network) -> Network:
    """With the ports and the domain that proofcheck wrote into the file, if they fit."""
    note = next((entry.value for entry in model.metadata_props if entry.key == "proofcheck"), None)
    if note is None:
        return network
    try:
        data = json.loads(note)
        inputs, outputs = (
            tuple(Port(str(name), tuple(int(v) for v in shape)) for name, shape in data[side]) for side in ("inputs", "outputs")
        )
        domain: Domain = domain_of(data["domain"])
        return replace(network, inputs=inputs, outputs=outputs, domain=domain)
    except (ValueError, TypeError, KeyError, RecursionError, InputError):
        raise InputError(
            "the note of proofcheck in the file does not fit its graph: write it again by proofcheck export"
        ) from None


def _true_inputs(model: Any) -> list[Any]:
    stored = {tensor.name for tensor in model.graph.initializer}
    return [entry for entry in model.graph.input if entry.name not in stored]


def _shape_of(entry: Any) -> tuple[int, ...]:
    """The shape of a graph input; a leading dimension without a number is the batch, read as 1."""
    kind = entry.type.tensor_type
    if not entry.type.HasField("tensor_type") or kind.elem_type not in (1, 10, 11, 16):
        raise InputError(f"the input {entry.name!r} is no tensor of floats")
    if not kind.HasField("shape") or not all(d.HasField("dim_value") for d in kind.shape.dim[1:]):
        raise InputError(f"the input {entry.name!r} has extents that are not given: only the first, the batch, may be free")
    shape = tuple(d.dim_value if d.HasField("dim_value") else 1 for d in kind.shape.dim)
    if not all(extent > 0 for extent in shape) or prod(shape) > LARGEST_TENSOR:
        raise InputError(
            f"the input {entry.name!r} has the shape {list(shape)}: positive extents, at most 2^26 values, are expected"
        )
    return shape


def _apply(onnx: Any, builder: Builder, node: Any, values: dict[str, Array]) -> list[Array]:
    attributes = {a.name: _attribute(onnx, a) for a in node.attribute}
    if node.domain not in ("", "ai.onnx"):
        raise InputError(f"it is an operator of {node.domain!r}: only those of ONNX itself are read")
    args: list[Array | None] = []
    for name in node.input:
        if name and name not in values:
            raise InputError(f"its input {name!r} is given by no earlier node")
        args.append(values[name] if name else None)
    if node.op_type == "Constant":
        return [_constant(attributes)]
    if node.op_type == "ConstantOfShape":
        shape = args[0]
        if shape is None or shape.dtype.kind not in "iu" or prod(int(v) for v in shape) > LARGEST_TENSOR:
            raise InputError("its shape is no small constant")
        fill = np.asarray(attributes.get("value", np.zeros(1, np.float32))).reshape(-1)
        return [np.full(tuple(int(v) for v in shape), fill[0], fill.dtype)]
    if node.op_type not in OPERATORS:
        known = ", ".join(sorted([*OPERATORS, "Constant", "ConstantOfShape"]))
        raise InputError(f"this operator has no exact reading here; read are {known}")
    unread = attributes.keys() - ATTRIBUTES.get(node.op_type, set())
    if unread:
        raise InputError(f"its attribute {min(unread)!r} is not read here, and could change what it means")
    attributes["outputs"] = len(node.output)
    return OPERATORS[node.op_type](builder, args, attributes)


def _constant(attributes: dict[str, Any]) -> Array:
    for name in ("value", "value_float", "value_floats", "value_int", "value_ints"):
        if name in attributes:
            value = attributes[name]
            kind = np.float64 if name in ("value_float", "value_floats") else np.int64
            return value if name == "value" else np.asarray(value, kind)
    raise InputError("it has no numeric value")


def _attribute(onnx: Any, attribute: Any) -> Any:
    if attribute.type == onnx.AttributeProto.TENSOR:
        return _tensor(onnx, attribute.t)
    if attribute.type in (onnx.AttributeProto.GRAPH, onnx.AttributeProto.GRAPHS):
        raise InputError("it contains a graph of its own: control flow has no reading here")
    return onnx.helper.get_attribute_value(attribute)


def _tensor(onnx: Any, tensor: Any) -> Array:
    if tensor.data_location == onnx.TensorProto.EXTERNAL or tensor.external_data:
        raise InputError(f"the tensor {tensor.name!r} lies in another file: store it in the model")
    if tensor.data_type not in NUMERIC:
        raise InputError(f"the tensor {tensor.name!r} has an element type without an exact reading")
    try:
        array = np.asarray(onnx.numpy_helper.to_array(tensor))
    except (ValueError, TypeError) as error:
        raise InputError(f"the tensor {tensor.name!r} is malformed: {error}") from None
    if array.dtype.kind == "f" or tensor.data_type == 16:
        array = array.astype(np.float64)  # exact: every format read is part of float64
        if not np.all(np.isfinite(array)):
            raise InputError(f"the tensor {tensor.name!r} holds NaN or infinity, which are no numbers")
    return array


def _set(values: dict[str, Array], name: str, value: Array) -> None:
    if name in values:
        raise InputError(f"the value {name!r} is given twice")
    values[name] = value


def is_onnx(path: str | Path) -> bool:
    """Whether a file is to be read as ONNX: its name says so."""
    return str(path).lower().endswith(".onnx")
