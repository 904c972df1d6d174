"""Other ways to evaluate a circuit's network, for `proofcheck bench speed`.

Each takes bits (count, inputs) to bits (count, outputs), or their transpose. All are run in one thread. A way that is not
installed, or whose weights would not fit, is left out with the reason. CSR is tiled as our own kernels are, by the best of a
few tiles, since without that it is several times slower on large batches.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from proofcheck.networks import Network
from proofcheck.networks.sizes import layers

Bits = npt.NDArray[Any]
Run = Callable[[], Bits]
"""Evaluates the given batch and returns its outputs, (count, outputs) or (outputs, count) of any dtype."""

DENSE_BYTES = 1 << 29
CSR_TILES = (256, 1024)


class NotHere(Exception):
    """Why a way is left out."""


@dataclass(frozen=True)
class Layer:
    """A strict layer: relu(W x + b), or W x + b for the last; rows, columns, weights of W in CSR."""

    start: npt.NDArray[np.int64]
    column: npt.NDArray[np.int64]
    weight: npt.NDArray[np.float32]
    bias: npt.NDArray[np.float32]
    width_below: int
    last: bool


def strict_layers(network: Network) -> list[Layer]:
    """The layers of a strictly layered network, its affine nodes folded into their readers."""
    inputs, values = network.input_count, [float(v) for v in network.values]
    layer, affine = layers(network).tolist(), [a.kind == "identity" for a in network.activations]
    place, width = list(range(inputs)) + [0] * len(network.activation), {0: inputs}
    folded: dict[int, tuple[dict[int, float], float]] = {}
    rows: dict[int, list[tuple[dict[int, float], float]]] = {}
    start, source, weight = network.start.tolist(), network.source.tolist(), network.weight.tolist()
    for i, (kind, bias) in enumerate(zip(network.activation.tolist(), network.bias.tolist(), strict=True)):
        node, row, constant = inputs + i, dict[int, float](), values[bias]
        for e in range(start[i], start[i + 1]):
            s, w = source[e], values[weight[e]]
            below, shift = folded.get(s, ({s: 1.0}, 0.0))
            constant += w * shift
            for neuron, factor in below.items():
                row[neuron] = row.get(neuron, 0.0) + w * factor
        if affine[kind]:
            folded[node] = row, constant
        else:
            own = rows.setdefault(layer[node], [])
            place[node] = len(own)
            own.append((row, constant))
    depth = max(rows, default=0)
    rows[depth + 1] = [folded.get(node, ({node: 1.0}, 0.0)) for node in network.output.tolist()]
    width |= {k: len(own) for k, own in rows.items()}
    return [
        Layer(
            np.cumsum([0, *(len(row) for row, _ in rows[k])]).astype(np.int64),
            np.array([place[s] for row, _ in rows[k] for s in row], np.int64),
            np.array([w for row, _ in rows[k] for w in row.values()], np.float32),
            np.array([constant for _, constant in rows[k]], np.float32),
            width[k - 1],
            k == depth + 1,
        )
        for k in range(1, depth + 2)
    ]


def dense(strict: Sequence[Layer], bits: Bits) -> Run:
    """`nn.Sequential` of dense layers in float32."""
    import torch
    from torch import nn

    _check_dense(strict)
    modules: list[nn.Module] = []
    for layer in strict:
        linear = nn.Linear(layer.width_below, len(layer.bias))
        with torch.no_grad():
            linear.weight.copy_(torch.from_numpy(_matrix(layer).toarray()))
            linear.bias.copy_(torch.from_numpy(layer.bias))
        modules += [linear] if layer.last else [linear, nn.ReLU()]
    model, given = nn.Sequential(*modules), torch.from_numpy(bits.astype(np.float32))

    def run() -> Bits:
        with torch.no_grad():
            return np.asarray(model(given).numpy())

    return run


def onnxruntime_dense(strict: Sequence[Layer], bits: Bits) -> Run:
    """The same as an ONNX graph of Gemm and Relu, by onnxruntime."""
    _check_dense(strict)
    try:
        import onnx
        import onnxruntime
        from onnx import TensorProto, helper, numpy_helper
    except ImportError as error:
        raise NotHere(f"{error.name} is not installed") from None
    nodes, constants, name = [], [], "x"
    for k, layer in enumerate(strict):
        constants += [numpy_helper.from_array(_matrix(layer).toarray(), f"w{k}"), numpy_helper.from_array(layer.bias, f"b{k}")]
        nodes.append(helper.make_node("Gemm", [name, f"w{k}", f"b{k}"], [f"s{k}"], transB=1))
        name = f"s{k}"
        if not layer.last:
            nodes.append(helper.make_node("Relu", [name], [f"r{k}"]))
            name = f"r{k}"
    graph = helper.make_graph(
        nodes,
        "net",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [None, strict[0].width_below])],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, [None, len(strict[-1].bias)])],
        constants,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    given = bits.astype(np.float32)
    assert onnx.__name__
    return lambda: np.asarray(session.run([name], {"x": given})[0])


def torch_csr(strict: Sequence[Layer], bits: Bits) -> Run:
    """A sparse CSR matrix times a tile of columns, then relu, layer by layer, in torch."""
    import warnings

    import torch

    matrices = []
    for layer in strict:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            matrix = torch.sparse_csr_tensor(
                torch.from_numpy(layer.start),
                torch.from_numpy(layer.column),
                torch.from_numpy(layer.weight),
                (len(layer.bias), layer.width_below),
            )
        matrices.append((matrix, torch.from_numpy(layer.bias)[:, None], layer.last))
    given = torch.from_numpy(np.ascontiguousarray(bits.T.astype(np.float32)))

    def tiled(tile: int) -> Bits:
        parts = []
        with torch.no_grad():
            for begin in range(0, given.shape[1], tile):
                x = given[:, begin : begin + tile].contiguous()
                for matrix, bias, last in matrices:
                    x = torch.sparse.mm(matrix, x).add_(bias)
                    if not last:
                        x.relu_()
                parts.append(x)
        return torch.cat(parts, 1).numpy()

    return _best(tiled)


def scipy_csr(strict: Sequence[Layer], bits: Bits) -> Run:
    """The same by scipy."""
    matrices = [(_matrix(layer), layer.bias[:, None], layer.last) for layer in strict]
    given = np.ascontiguousarray(bits.T.astype(np.float32))

    def tiled(tile: int) -> Bits:
        parts = []
        for begin in range(0, given.shape[1], tile):
            x = given[:, begin : begin + tile]
            for matrix, bias, last in matrices:
                x = matrix @ x
                x += bias
                if not last:
                    np.maximum(x, 0, out=x)
            parts.append(x)
        return np.concatenate(parts, 1)

    return _best(tiled)


def _best(tiled: Callable[[int], Bits]) -> Run:
    """The faster tile; both are tried twice."""
    spent = []
    for tile in CSR_TILES:
        tiled(tile)
        started = time.process_time()
        tiled(tile)
        spent.append(time.process_time() - started)
    return partial(tiled, CSR_TILES[int(np.argmin(spent))])


def _matrix(layer: Layer) -> Any:
    from scipy.sparse import csr_matrix

    return csr_matrix((layer.weight, layer.column, layer.start), (len(layer.bias), layer.width_below))


def _check_dense(strict: Sequence[Layer]) -> None:
    size = 4 * sum(len(layer.bias) * layer.width_below for layer in strict)
    if size > DENSE_BYTES:
        raise NotHere(f"dense weights of {size / 2**30:.1f} GiB")
