"""Plain torch: a Python file that needs torch and nothing else, and a state_dict in safetensors.

Weights are exact. The file checks itself: run as a program it compares outputs at inputs of the domain with the exact
ones that were computed when it was written, by ==, and ends with 1 where they differ.
"""

from __future__ import annotations

import json
from base64 import b64encode
from fractions import Fraction
from typing import Any
from zlib import compress

import numpy as np

from proofcheck.engine.batch import evaluate_batch
from proofcheck.errors import Refusal
from proofcheck.interop.blocks import Blocks, blocks_of, suited
from proofcheck.interop.onnx_write import arithmetic
from proofcheck.networks import Network
from proofcheck.spec import sample

READABLE, SAMPLES = 400, 16


def torch_text(network: Network, dtype: str = "auto", certified: bool = True) -> str:
    """The Python file: `network()` returns a torch.nn.Module, (batch, inputs) to (batch, outputs).

    A strictly layered ReLU network is a Sequential of Linear and ReLU. Raises Refusal as `arithmetic` does.
    """
    network = suited(network)
    dtype, rounds = arithmetic(network, dtype, certified)
    blocks = blocks_of(network)
    inputs, outputs = _samples(network)
    exact = f"exact for all inputs in {network.domain.describe()}, in any order of summation"
    note = f"Evaluation in {dtype} is {exact}."
    if rounds:
        note = f"The weights are exact; evaluation in {dtype} may round, since {rounds}."
    body = _sequential(blocks, dtype) if _plain(blocks) else _general(blocks, dtype)
    return _TEMPLATE.format(
        digest=network.digest,
        inputs=network.input_count,
        outputs=len(network.output),
        note=_escaped(note),
        body=body,
        dtype=dtype,
        given=_literal(np.array([[float(v) for v in row] for row in inputs]).reshape(-1, network.input_count), dtype),
        expected=_literal(np.array([[float(v) for v in row] for row in outputs]).reshape(-1, len(network.output)), dtype),
        compared="==" if not rounds else "up to rounding",
        test="torch.equal(found, expected)" if not rounds else "torch.allclose(found, expected, rtol=1e-4, atol=1e-4)",
    )


def state_dict_bytes(network: Network, dtype: str = "auto", certified: bool = True) -> bytes:
    """The state_dict of the Sequential of `torch_text`, as safetensors: "0.weight", "0.bias", "2.weight", ...

    Raises Refusal for a network that is not strictly layered with ReLU, and as `arithmetic` does.
    """
    network = suited(network)
    dtype, _ = arithmetic(network, dtype, certified)
    blocks = blocks_of(network)
    if not _plain(blocks):
        raise Refusal("a state_dict is written of strictly layered ReLU networks: write a .py file, or layer the network first")
    tensors = {}
    for index, block in enumerate(blocks.blocks):
        tensors[f"{2 * index}.weight"] = block.matrix.astype(dtype)
        tensors[f"{2 * index}.bias"] = block.bias.astype(dtype)
    header: dict[str, Any] = {"__metadata__": {"format": "pt", "network": network.digest}}
    end = 0
    for name, array in tensors.items():
        begin, end = end, end + array.nbytes
        kind = "F32" if dtype == "float32" else "F64"
        header[name] = {"dtype": kind, "shape": list(array.shape), "data_offsets": [begin, end]}
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    little = "<f4" if dtype == "float32" else "<f8"
    return b"".join([len(text).to_bytes(8, "little"), text, *(a.astype(little).tobytes() for a in tensors.values())])


def _plain(blocks: Blocks) -> bool:
    """Linear, ReLU, Linear, ..., ending with a Linear or a ReLU."""
    kinds = [block.activation.kind for block in blocks.blocks]
    return blocks.sequential and bool(kinds) and all(kind == "relu" for kind in kinds[:-1]) and kinds[-1] in ("relu", "identity")


def _samples(network: Network) -> tuple[list[tuple[Fraction, ...]], list[tuple[Fraction, ...]]]:
    """Inputs of the domain that are float64, and the exact outputs there."""
    numerators, denominator = sample(network.domain, SAMPLES, 0)
    values, scale = evaluate_batch(network, numerators, denominator)
    rows = [
        (tuple(Fraction(int(v), denominator) for v in x), tuple(Fraction(int(v), scale) for v in y))
        for x, y in zip(numerators, values, strict=True)
    ]
    kept = [(x, y) for x, y in rows if all(float(v) == v for v in (*x, *y))]
    return [x for x, _ in kept], [y for _, y in kept]


def _sequential(blocks: Blocks, dtype: str) -> str:
    layers = []
    for block in blocks.blocks:
        layers.append(f"        linear({_literal(block.matrix, dtype)}, {_literal(block.bias, dtype)}),")
        if block.activation.kind == "relu":
            layers.append("        nn.ReLU(),")
    return "\n".join(
        ["def network():", '    """The network as a torch module."""', "    return nn.Sequential(", *layers, "    )"]
    )


def _general(blocks: Blocks, dtype: str) -> str:
    lines = ["class Network(nn.Module):", '    """Blocks of neurons; each reads the blocks named in its line."""', ""]
    lines += ["    def __init__(self):", "        super().__init__()", "        self.blocks = nn.ModuleList(["]
    for block in blocks.blocks:
        lines.append(f"            linear({_literal(block.matrix, dtype)}, {_literal(block.bias, dtype)}),")
    lines += ["        ])", "", "    def forward(self, x):", "        values = [x]"]
    for index, block in enumerate(blocks.blocks):
        read = [f"values[{b}]" for b in block.reads]
        source = read[0] if len(read) == 1 else f"torch.cat([{', '.join(read)}], dim=1)"
        if block.columns is not None:
            source = f"{source}[:, {list(block.columns)}]"
        value = f"self.blocks[{index}]({source})"
        lines.append(f"        values.append({_activated(block.activation.kind, block.activation.slope, value)})")
    used = sorted({block for block, _ in blocks.output})
    joined = f"torch.cat([{', '.join(f'values[{b}]' for b in used)}], dim=1)"
    start, total = {}, 0
    for number in used:
        start[number] = total
        total += blocks.network.input_count if number == 0 else len(blocks.blocks[number - 1].nodes)
    lines.append(f"        return {joined}[:, {[start[block] + row for block, row in blocks.output]}]")
    return "\n".join([*lines, "", "", "def network():", '    """The network as a torch module."""', "    return Network()"])


def _activated(kind: str, slope: Fraction, value: str) -> str:
    match kind:
        case "relu":
            return f"torch.relu({value})"
        case "leaky_relu":
            return f"nn.functional.leaky_relu({value}, {float(slope)!r})"
        case "step":
            return f"({value} >= 0).to(x.dtype)"
        case "saturated_linear":
            return f"{value}.clamp(0, 1)"
    return value


def _literal(array: Any, dtype: str) -> str:
    """The tensor as an expression: numbers in full where they are few, else compressed bytes."""
    if array.size <= READABLE:
        return f"tensor({array.tolist()!r}, {list(array.shape)})"
    little = "<f4" if dtype == "float32" else "<f8"
    return f"packed({b64encode(compress(array.astype(little).tobytes(), 9)).decode()!r}, {list(array.shape)})"


def _escaped(text: str) -> str:
    return text.replace("\\", "/").replace('"', "'")


_TEMPLATE = '''"""A neural network with exact weights, written by proofcheck: {inputs} inputs, {outputs} outputs.

{note}
Digest of the network: {digest}.
Run this file to compare its outputs with the exact ones. On a GPU leave TF32 off for matrix products, as it is by default.
"""

import base64
import sys
import zlib

import torch
from torch import nn

DTYPE = torch.{dtype}


def tensor(values, shape):
    return torch.tensor(values, dtype=torch.float64).reshape(shape).to(DTYPE)


def packed(text, shape):
    data = bytearray(zlib.decompress(base64.b64decode(text)))
    return torch.frombuffer(data, dtype=DTYPE).reshape(shape).clone()


def linear(weight, bias):
    layer = nn.Linear(1, 1, dtype=DTYPE)
    layer.in_features, layer.out_features = weight.shape[1], weight.shape[0]
    layer.weight, layer.bias = nn.Parameter(weight), nn.Parameter(bias)
    return layer


{body}


def check():
    """Whether the outputs at inputs of the domain are the exact ones, compared {compared}; None when no input is a float."""
    given = {given}
    expected = {expected}
    with torch.no_grad():
        found = network()(given)
    return {test} if len(given) else None


if __name__ == "__main__":
    good = check()
    if good is None:
        print("nothing was compared: no input that was tried is a float")
        sys.exit(4)
    print("equal to the exact outputs" if good else "DIFFERENT from the exact outputs")
    sys.exit(0 if good else 1)
'''
