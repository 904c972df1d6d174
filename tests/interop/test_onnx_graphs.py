"""Random ONNX graphs mean what onnx's reference evaluator says; later axes count the dimensions of earlier results.

Numbers are small dyadics, so that nothing rounds in float32. A graph may be refused; what is read must agree.
"""

from __future__ import annotations

import random
from fractions import Fraction
from math import prod

import numpy as np
import pytest

onnx = pytest.importorskip("onnx")

from onnx import TensorProto, helper, numpy_helper  # noqa: E402
from onnx.reference import ReferenceEvaluator  # noqa: E402

from proofcheck.errors import InputError  # noqa: E402
from proofcheck.interop.onnx_read import read_onnx  # noqa: E402

SHAPES = ((1, 4), (1, 2, 3), (2, 3), (4,), (1, 1, 2, 2), (3, 2))
NUMBERS = (0, 1, -1, 2, -2, 0.5, -0.5, 0.25, 3)
STEPS = ("product", "product", "sum", "extent", "gather", "whole", "join", "move", "linear", "bend")


class Graph:
    """A graph that grows at its last value, whose shape the reference evaluator tells."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.shape = self.given = self.random.choice(SHAPES)
        self.nodes, self.tensors, self.last, self.count = [], [], "x", 0

    def numbers(self, *shape: int) -> np.ndarray:
        return np.array([self.random.choice(NUMBERS) for _ in range(prod(shape))], np.float32).reshape(shape)

    def constant(self, value: object) -> str:
        self.count += 1
        self.tensors.append(numpy_helper.from_array(np.asarray(value), f"c{self.count}"))
        return f"c{self.count}"

    def node(self, kind: str, *args: str, **attributes: object) -> str:
        self.count += 1
        self.nodes.append(helper.make_node(kind, args, [f"t{self.count}"], **attributes))
        return f"t{self.count}"

    def model(self) -> onnx.ModelProto:
        ends = [[helper.make_tensor_value_info(n, TensorProto.FLOAT, s)] for n, s in (("x", self.given), (self.last, None))]
        graph = helper.make_graph(self.nodes, "g", *ends, self.tensors)
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)

    def grow(self) -> None:
        before = self.last, len(self.nodes), len(self.tensors)
        self.last = getattr(self, self.random.choice(STEPS))()
        shape = np.shape(ReferenceEvaluator(self.model()).run(None, {"x": np.zeros(self.given, np.float32)})[0])
        if 0 < prod(shape) <= 48:
            self.shape = shape
        else:
            self.last, nodes, tensors = before
            del self.nodes[nodes:], self.tensors[tensors:]

    def product(self) -> str:
        if not self.shape:
            return self.linear()
        stack = self.random.choice(((), (1,), (1, 1)))
        if self.random.random() < 0.5:
            right = self.random.choice(((self.shape[-1],), (*stack, self.shape[-1], 2)))
            return self.node("MatMul", self.last, self.constant(self.numbers(*right)))
        inner = self.shape[-2] if len(self.shape) > 1 else self.shape[0]
        left = self.random.choice(((inner,), (*stack, 2, inner)))
        return self.node("MatMul", self.constant(self.numbers(*left)), self.last)

    def sum(self) -> str:
        if not self.shape:
            return self.linear()
        axis = self.constant(np.array([self.random.randrange(-len(self.shape), len(self.shape))]))
        return self.node("ReduceSum", self.last, axis, keepdims=self.random.randint(0, 1))

    def extent(self) -> str:
        shape = self.node("Cast", self.node("Shape", self.last), to=TensorProto.FLOAT)
        return self.node("Add", self.last, self.node("ReduceSum", shape, keepdims=0))

    def gather(self) -> str:
        if not self.shape:
            return self.linear()
        axis = self.random.randrange(len(self.shape))
        index = np.array([self.random.randrange(-self.shape[axis], self.shape[axis]) for _ in range(2)])
        return self.node("Gather", self.last, self.constant(self.random.choice((index, index[0]))), axis=axis)

    def whole(self) -> str:
        values = [self.constant(np.array(self.random.choices((-7, -2, 1, 2, 3, 5), k=2))) for _ in range(3)]
        inner = self.node(self.random.choice(("Add", "Mul", "Sub")), *values[:2])
        outer = self.node(self.random.choice(("Add", "Div")), inner, values[2])
        floats = self.node("Cast", outer, to=TensorProto.FLOAT)
        return self.node("Add", self.last, self.node("ReduceSum", floats, keepdims=0))

    def join(self) -> str:
        if not self.shape:
            return self.linear()
        parts = [self.last, self.constant(self.numbers(*self.shape))]
        self.random.shuffle(parts)
        return self.node("Concat", *parts, axis=self.random.randrange(-len(self.shape), len(self.shape)))

    def move(self) -> str:
        if not self.shape:
            return self.linear()
        order = list(range(len(self.shape)))
        self.random.shuffle(order)
        flat = self.constant(np.array([-1]))
        return (
            self.node("Transpose", self.last, perm=order) if self.random.random() < 0.6 else self.node("Reshape", self.last, flat)
        )

    def linear(self) -> str:
        shape = self.random.choice((self.shape, self.shape[-1:], (), (2, *self.shape)))
        args = [self.last, self.constant(self.numbers(*shape))]
        self.random.shuffle(args)
        return self.node(self.random.choice(("Add", "Sub", "Mul", "Max", "Min")), *args)

    def bend(self) -> str:
        low, high = sorted(self.random.sample(NUMBERS, 2))
        if self.random.random() < 0.5:
            return self.node("Clip", self.last, *(self.constant(np.float32(v)) for v in (low, high)))
        return self.node("LeakyRelu", self.last, alpha=self.random.choice((0.0, 0.5, -1.0)))


def test_random_graphs_mean_what_onnx_says():
    read = 0
    for seed in range(300):
        graph = Graph(seed)
        for _ in range(graph.random.randint(2, 5)):
            graph.grow()
        model = graph.model()
        if graph.last == "x":
            continue
        try:
            net = read_onnx(model.SerializeToString())
        except InputError as error:
            if "whole numbers" not in str(error):  # their division rounds
                raise
            continue
        reference = ReferenceEvaluator(model)
        for _ in range(2):
            x = graph.numbers(*graph.given)
            expected = np.asarray(reference.run(None, {"x": x})[0]).reshape(-1)
            assert net(*(Fraction(float(v)) for v in x.reshape(-1))) == tuple(Fraction(float(v)) for v in expected), seed
        read += 1
    assert read > 200
