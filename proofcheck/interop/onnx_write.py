"""ONNX files of networks: Gemm and activation for each layer, or blocks with Concat and Gather where layers are skipped.

Weights are stored exactly or the network is refused. Unless asked otherwise, so is one whose evaluation in float32 and
float64 may round: what onnxruntime then computes equals the rationals, bit for bit.
"""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from proofcheck.engine.certificate import exactness
from proofcheck.engine.formats import FORMATS
from proofcheck.errors import Refusal, UsageError
from proofcheck.exact import text_of
from proofcheck.interop.blocks import Block, Blocks, blocks_of, suited
from proofcheck.interop.optional import onnx_package
from proofcheck.networks import Network, Port

DTYPES = ("float32", "float64")
OPSET, IR_VERSION = 13, 8


def arithmetic(network: Network, dtype: str = "auto", certified: bool = True) -> tuple[str, str]:
    """(dtype, why it rounds): the number format to write a network in; "" when its evaluation there is certified exact.

    dtype "auto" is float32 where that is exact, else float64. Raises Refusal when none that was asked for is exact, or,
    without `certified`, when one does not even store the weights.
    """
    if dtype not in ("auto", *DTYPES):
        raise UsageError(f"the dtype {dtype!r} is not one of ONNX and torch files here: choose auto, float32 or float64")
    asked = DTYPES if dtype == "auto" else (dtype,)
    found = [exactness(network, name) for name in asked]
    exact = next((f for f in found if f.exact), None)
    if exact is not None:
        return exact.dtype, ""
    if certified:
        raise Refusal(
            f"{found[-1].reason}; give the inputs it is for by --grid LOW,HIGH,STEP, or say --uncertified for a file "
            "with exact weights whose evaluation may round"
        )
    used = {network.values[i] for i in np.unique(np.concatenate([network.bias, network.weight])).tolist()}
    used |= {activation.slope for activation in network.activations}
    for f in found:
        if all(FORMATS[f.dtype].stores(value) for value in used):
            return f.dtype, f.reason
    worst = next(value for value in sorted(used) if not FORMATS[found[-1].dtype].stores(value))
    raise Refusal(f"the weight {_short(worst)} is no {found[-1].dtype}: the network cannot be written without rounding")


def onnx_bytes(network: Network, dtype: str = "auto", certified: bool = True, batch: bool = True) -> bytes:
    """The ONNX file of `network`; its inputs and outputs are the ports, with a batch dimension in front.

    batch: whether that dimension is free; otherwise it is 1, as verifiers like it. Exact for all inputs in the domain of
    the network. Raises Refusal as `arithmetic` does, when the onnx package is missing, and for networks too large.
    """
    onnx = onnx_package()
    network = suited(network)
    dtype, rounds = arithmetic(network, dtype, certified)
    graph = _Graph(onnx, dtype, "batch" if batch else 1)
    blocks = blocks_of(network)
    graph.write(blocks)
    words = f"{dtype}: exact weights; evaluation may round, since {rounds}"
    if not rounds:
        words = f"{dtype}: every evaluation is exact, in any order of summation, for all inputs in {network.domain.describe()}"
    model = onnx.helper.make_model(
        graph.model(network, words),
        opset_imports=[onnx.helper.make_opsetid("", OPSET)],
        producer_name="proofcheck",
        ir_version=IR_VERSION,
    )
    entry = model.metadata_props.add()
    entry.key, entry.value = "proofcheck", json.dumps(_metadata(network, dtype, not rounds), sort_keys=True)
    onnx.checker.check_model(model, full_check=True)
    return bytes(model.SerializeToString(deterministic=True))


def _metadata(network: Network, dtype: str, exact: bool) -> dict[str, Any]:
    return {
        "digest": network.digest,
        "domain": network.domain.json(),
        "dtype": dtype,
        "exact": exact,
        "inputs": [[port.name, list(port.shape)] for port in network.inputs],
        "outputs": [[port.name, list(port.shape)] for port in network.outputs],
    }


class _Graph:
    """The nodes and tensors of one ONNX graph while it is written."""

    def __init__(self, onnx: Any, dtype: str, batch: str | int) -> None:
        self.onnx, self.dtype, self.batch = onnx, np.dtype(dtype), batch
        self.nodes: list[Any] = []
        self.tensors: list[Any] = []
        self.names: dict[str, str] = {}

    def model(self, network: Network, words: str) -> Any:
        helper = self.onnx.helper
        inputs, outputs = (
            [self._info(name, port) for name, port in zip(names, ports, strict=True)]
            for names, ports in zip(tensor_names(network), (network.inputs, network.outputs), strict=True)
        )
        return helper.make_graph(self.nodes, "network", inputs, outputs, self.tensors, doc_string=words)

    def write(self, blocks: Blocks) -> None:
        network = blocks.network
        inputs, outputs = tensor_names(network)
        flat = [
            name if len(port.shape) == 1 else self._op("Reshape", [name, self._shape(f"{name}_flat", [-1, port.size])])
            for name, port in zip(inputs, network.inputs, strict=True)
        ]
        if not flat:
            raise Refusal("the network has no inputs: an ONNX file needs one")
        values = [flat[0] if len(flat) == 1 else self._op("Concat", flat, axis=1)]
        direct = blocks.sequential and len(outputs) == 1 and len(network.outputs[0].shape) == 1 and bool(blocks.blocks)
        for index, block in enumerate(blocks.blocks, 1):
            last = direct and index == len(blocks.blocks)
            values.append(self._block(block, index, values, outputs[0] if last else ""))
        if not direct:
            self._outputs(blocks, values, outputs)

    def _block(self, block: Block, index: int, values: list[str], name: str) -> str:
        read = [values[b] for b in block.reads]
        source = read[0] if len(read) == 1 else self._op("Concat", read, axis=1)
        if block.columns is not None:
            source = self._op("Gather", [source, self._whole(f"columns_{index}", block.columns)], axis=1)
        weight = self._tensor(f"weight_{index}", block.matrix)
        bias = self._tensor(f"bias_{index}", block.bias)
        kind = block.activation.kind
        value = self._op("Gemm", [source, weight, bias], name if kind == "identity" else "", transB=1)
        match kind:
            case "identity":
                return value
            case "relu":
                return self._op("Relu", [value], name)
            case "saturated_linear":
                return self._op("Clip", [value, self._tensor("zero", 0), self._tensor("one", 1)], name)
            case "step":
                at_least = self._op("GreaterOrEqual", [value, self._tensor("zero", 0)])
                return self._op("Cast", [at_least], name, to=self.onnx.helper.np_dtype_to_tensor_dtype(self.dtype))
        slope = float(block.activation.slope)
        if slope != block.activation.slope:
            raise Refusal(f"the slope {block.activation.slope} is no float: it cannot be written without rounding")
        if self.dtype == np.float32:
            return self._op("LeakyRelu", [value], name, alpha=slope)
        # onnxruntime has no LeakyRelu of doubles: the negative part is scaled, and one of the two summands is zero
        positive = self._op("Relu", [value])
        negative = self._op("Sub", [value, positive])
        return self._op("Add", [positive, self._op("Mul", [negative, self._tensor(f"slope_{index}", slope)])], name)

    def _outputs(self, blocks: Blocks, values: list[str], names: list[str]) -> None:
        used = sorted({block for block, _ in blocks.output}) or [0]
        sizes = [len(b.nodes) for b in blocks.blocks]
        start, total = {}, 0
        for block in used:
            start[block] = total
            total += blocks.network.input_count if block == 0 else sizes[block - 1]
        joined = values[used[0]] if len(used) == 1 else self._op("Concat", [values[block] for block in used], axis=1)
        columns = [start[block] + row for block, row in blocks.output]
        first = 0
        for name, port in zip(names, blocks.network.outputs, strict=True):
            mine = columns[first : first + port.size]
            first += port.size
            plain = len(port.shape) == 1
            gathered = self._op("Gather", [joined, self._whole(f"{name}_columns", mine)], name if plain else "", axis=1)
            if not plain:
                self._op("Reshape", [gathered, self._shape(f"{name}_shape", [-1, *port.shape])], name)

    def _op(self, kind: str, inputs: list[str], name: str = "", **attributes: Any) -> str:
        value = name or self._fresh(kind.lower())
        self.nodes.append(self.onnx.helper.make_node(kind, inputs, [value], name=f"{kind}_{len(self.nodes)}", **attributes))
        return value

    def _fresh(self, stem: str) -> str:
        return f"_{stem}_{len(self.nodes)}"

    def _tensor(self, name: str, value: Any) -> str:
        stored = np.asarray(value, np.float64)
        return self._constant(name, np.ascontiguousarray(stored.astype(self.dtype)) if stored.ndim else self.dtype.type(stored))

    def _whole(self, name: str, values: Any) -> str:
        return self._constant(name, np.array(values, np.int64))

    _shape = _whole

    def _constant(self, name: str, array: Any) -> str:
        name = f"_{name}"
        if name not in self.names:
            self.names[name] = name
            self.tensors.append(self.onnx.numpy_helper.from_array(np.asarray(array), name))
        return name

    def _info(self, name: str, port: Port) -> Any:
        element = self.onnx.helper.np_dtype_to_tensor_dtype(self.dtype)
        return self.onnx.helper.make_tensor_value_info(name, element, [self.batch, *port.shape])


def tensor_names(network: Network) -> tuple[list[str], list[str]]:
    """Names of the input and output tensors: those of the ports, made distinct; the writer's own names begin with "_"."""
    taken: set[str] = set()

    def named(port: Port, other: str) -> str:
        name = port.name if port.name and not port.name.startswith("_") else f"{other}{port.name}"
        while name in taken:
            name = f"{name}_{other}"
        taken.add(name)
        return name

    return [named(p, "in") for p in network.inputs], [named(p, "out") for p in network.outputs]


def _short(value: Any) -> str:
    text = text_of(value) if value.denominator.bit_length() > 64 else str(value)
    return text if len(text) <= 60 else f"{text[:60]}..."
