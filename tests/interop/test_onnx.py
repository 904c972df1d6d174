"""ONNX: written exactly or refused, read as the exact network, and the same numbers in onnxruntime where certified."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from proofcheck import Bits, Box, InputError, Integers, Points, Refusal, inputs, leaky_relu, network, read_circuit, relu
from proofcheck.circuits import simulate
from proofcheck.interop import forms
from proofcheck.interop.blocks import blocks_of
from proofcheck.interop.forms import folded, same_by_structure
from proofcheck.interop.onnx_read import read_onnx
from proofcheck.interop.onnx_write import arithmetic, onnx_bytes
from proofcheck.networks import is_layered
from tests.interop.examples import NETWORKS, maximum, points

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "cnf_networks"


def run(data, net, xs, dtype):
    """The outputs of onnxruntime at points, as Fractions."""
    runtime = pytest.importorskip("onnxruntime", reason="the package onnxruntime is not installed")
    session = runtime.InferenceSession(data, providers=["CPUExecutionProvider"])
    columns = np.array([[float(v) for v in x] for x in xs], dtype)
    given, first = {}, 0
    for entry, port in zip(session.get_inputs(), net.inputs, strict=True):
        given[entry.name] = columns[:, first : first + port.size].reshape(len(xs), *port.shape)
        first += port.size
    found = [value.reshape(len(xs), -1) for value in session.run(None, given)]
    return [tuple(Fraction(float(v)) for v in row) for row in np.concatenate(found, axis=1)]


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_what_is_certified_runs_exactly(name, dtype):
    net = NETWORKS[name]
    xs = points(net)
    assert run(onnx_bytes(net, dtype), net, xs, dtype) == [net(*x) for x in xs]


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("batch", [True, False])
def test_written_and_read_back_is_the_same_network(name, batch):
    net = NETWORKS[name]
    back = read_onnx(onnx_bytes(net, batch=batch))
    assert (back.inputs, back.outputs, back.domain) == (net.inputs, net.outputs, net.domain)
    assert same_by_structure(net, back)
    if is_layered(net):
        assert back.digest == folded(net).digest
        assert read_onnx(onnx_bytes(back)) == back


@pytest.mark.parametrize("name", NETWORKS)
def test_folding_once_is_folding_and_what_is_folded_is_left_alone(name, monkeypatch):
    once = folded(NETWORKS[name])
    assert folded(once) == once
    monkeypatch.setattr(forms, "_is_folded", lambda network: False)
    assert folded(NETWORKS[name]) == folded(once) == once


def test_a_damaged_file_is_bad_input_or_another_network_and_nothing_else():
    """Each byte in turn changed: no other exception, whatever the bytes say."""
    data = onnx_bytes(NETWORKS["maximum_2"])
    ends = set()
    for place in range(len(data)):
        for change in (1, 0x80, 0xFF):
            damaged = bytearray(data)
            damaged[place] ^= change
            try:
                read_onnx(bytes(damaged))
                ends.add("read")
            except (InputError, Refusal) as error:
                ends.add("refused in a sentence" if "\n" not in str(error) else str(error))
    assert ends == {"read", "refused in a sentence"}


def test_a_layered_network_is_gemm_and_relu_and_nothing_else():
    net = NETWORKS["maximum_8_layered"]
    graph = onnx.load_model_from_string(onnx_bytes(net)).graph
    assert [node.op_type for node in graph.node] == ["Gemm", "Relu"] * 3 + ["Gemm"]
    assert [(entry.name, entry.type.tensor_type.shape.dim[0].dim_param) for entry in graph.input] == [("x", "batch")]
    assert [entry.name for entry in graph.output] == ["out"]


def test_a_weight_that_is_changed_in_the_file_changes_the_network():
    net = NETWORKS["maximum_8_layered"]
    model = onnx.load_model_from_string(onnx_bytes(net))
    tensor = next(t for t in model.graph.initializer if t.name == "_weight_2")
    changed = numpy_helper.to_array(tensor).copy()
    changed[0, 0] += 2.0**-20
    tensor.CopyFrom(numpy_helper.from_array(changed, "_weight_2"))
    back = read_onnx(model.SerializeToString())
    assert not same_by_structure(net, back)
    assert any(back(*x) != net(*x) for x in points(net))


def absorbing(k, on):
    x = inputs(1, on=on)
    return network([relu(2**k * x[0] + 1) - relu(2**k * x[0])])


def test_evaluation_that_rounds_is_refused_with_its_reason_and_does_round():
    net = absorbing(24, Integers(1, 1))
    with pytest.raises(Refusal, match=r"^layer 1 needs 25 bits, float32 has 24; give the inputs it is for by --grid LOW,HIGH"):
        onnx_bytes(net, "float32")
    assert run(onnx_bytes(net, "float32", certified=False), net, [(1,)], "float32") == [(0,)]
    assert net(1) == (1,)
    assert arithmetic(net) == ("float64", "")


def test_a_continuum_is_refused_unless_rounding_is_asked_for():
    net = maximum(3, on=Box(0, 1))
    with pytest.raises(Refusal, match="takes a continuum of values"):
        onnx_bytes(net)
    assert arithmetic(net, certified=False)[0] == "float32"
    assert same_by_structure(read_onnx(onnx_bytes(net, certified=False)), net)


@pytest.mark.parametrize("certified", [True, False])
def test_a_weight_that_no_float_stores_is_always_refused(certified):
    x = inputs(1, on=Bits)
    with pytest.raises(Refusal, match="1/3"):
        onnx_bytes(network([relu(x[0] / 3)]), certified=certified)


@pytest.mark.parametrize("certified", [True, False])
def test_a_slope_is_a_number_of_the_format_like_a_weight(certified):
    """ONNX stores slopes as float32: what does not fit is written in float64, by other operators, and never rounded."""
    slope = Fraction(1, 8) + Fraction(1, 2**30)
    net = network([leaky_relu(inputs(1, on=Integers(-4, 4))[0], slope)])
    with pytest.raises(Refusal):
        onnx_bytes(net, "float32", certified)
    assert arithmetic(net, certified=certified)[0] == "float64"
    back = read_onnx(onnx_bytes(net, certified=certified))
    assert [back(v) for v in range(-4, 5)] == [net(v) for v in range(-4, 5)]
    third = network([leaky_relu(inputs(1, on=Integers(-4, 4))[0], Fraction(1, 3))])
    with pytest.raises(Refusal, match="1/3"):
        onnx_bytes(third, certified=certified)


def test_a_network_too_large_for_matrices_is_refused():
    x = inputs(6000, on=Bits)
    net = network([relu(a - 2 * x[(7 * i) % 6000]) for i, a in enumerate(x)])
    with pytest.raises(Refusal, match=r"more than 2\^25 entries"):
        blocks_of(net)


def model(nodes, inputs_=(("x", [1, 4]),), outputs=(("y", None),), tensors=(), element=TensorProto.FLOAT, opset=13):
    """A model of a few nodes."""
    graph = helper.make_graph(
        nodes,
        "g",
        [helper.make_tensor_value_info(name, element, shape) for name, shape in inputs_],
        [helper.make_tensor_value_info(name, element, shape) for name, shape in outputs],
        [numpy_helper.from_array(np.asarray(value), name) for name, value in tensors],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=8)


def f32(*values):
    return np.array(values, np.float32)


W = np.array([[1, -2, 0.5], [0, 3, -1], [2, 0.25, 1], [-1, 1, 0]], np.float32)
OPERATORS = {
    "gemm": ([("Gemm", ["x", "w", "b"], {"alpha": 0.5, "beta": 2.0})], [("w", W), ("b", f32(1, -1, 0.5))]),
    "gemm_transposed": ([("Gemm", ["x", "w"], {"transB": 1})], [("w", np.ascontiguousarray(W.T))]),
    "gemm_constant_left": ([("Transpose", ["x"], {"perm": [1, 0]}), ("Gemm", ["w", "1"], {"transA": 1})], [("w", W)]),
    "matmul_add": ([("MatMul", ["x", "w"], {}), ("Add", ["1", "b"], {})], [("w", W), ("b", f32(1, -1, 0.5))]),
    "matmul_twice": ([("MatMul", ["x", "w"], {}), ("MatMul", ["1", "v"], {}), ("Relu", ["2"], {})], [("w", W), ("v", W[:3])]),
    "matmul_left": ([("Transpose", ["x"], {"perm": [1, 0]}), ("MatMul", ["v", "1"], {})], [("v", np.ascontiguousarray(W.T))]),
    "vector": ([("MatMul", ["x", "v"], {})], [("v", f32(1, 2, -3, 0))]),
    "sub_neg_mul_div": (
        [("Sub", ["x", "b"], {}), ("Neg", ["1"], {}), ("Mul", ["2", "c"], {}), ("Div", ["3", "c"], {}), ("Relu", ["4"], {})],
        [("b", f32(1, 2, 3, 4)), ("c", f32(2))],
    ),
    "residual": ([("Relu", ["x"], {}), ("Add", ["1", "x"], {}), ("Sub", ["b", "2"], {})], [("b", f32(0.5))]),
    "shapes": (
        [
            ("Reshape", ["x", "s"], {}),
            ("Transpose", ["1"], {"perm": [1, 0]}),
            ("Flatten", ["2"], {"axis": 0}),
            ("Squeeze", ["3", "zero"], {}),
            ("Unsqueeze", ["4", "zero"], {}),
            ("Identity", ["5"], {}),
        ],
        [("s", np.array([2, 2])), ("zero", np.array([0]))],
    ),
    "concat_slice_gather": (
        [
            ("Relu", ["x"], {}),
            ("Concat", ["1", "x"], {"axis": 1}),
            ("Slice", ["2", "from", "to", "axis", "step"], {}),
            ("Gather", ["3", "index"], {"axis": 1}),
        ],
        [(n, np.array(v)) for n, v in (("from", [1]), ("to", [8]), ("axis", [1]), ("step", [2]), ("index", [3, 0, 0]))],
    ),
    "slice_backwards": (
        [("Slice", ["x", "from", "to", "axis", "step"], {})],
        [(n, np.array(v)) for n, v in (("from", [3]), ("to", [-9]), ("axis", [1]), ("step", [-1]))],
    ),
    "leaky": ([("LeakyRelu", ["x"], {"alpha": 0.125})], []),
    "clip_both": ([("Clip", ["x", "a", "b"], {})], [("a", np.float32(-1)), ("b", np.float32(2.5))]),
    "clip_unit": ([("Clip", ["x", "a", "b"], {})], [("a", np.float32(0)), ("b", np.float32(1))]),
    "clip_low": ([("Clip", ["x", "a"], {})], [("a", np.float32(-1.5))]),
    "clip_high": ([("Clip", ["x", "", "b"], {})], [("b", np.float32(0.5))]),
    "max_min": ([("Max", ["x", "a"], {}), ("Min", ["1", "b"], {})], [("a", f32(-1)), ("b", f32(1, 2, 3, 0.5))]),
    "step": ([("GreaterOrEqual", ["x", "a"], {}), ("Cast", ["1"], {"to": 1})], [("a", f32(0.5))]),
    "step_down": ([("LessOrEqual", ["x", "a"], {}), ("Cast", ["1"], {"to": 1})], [("a", f32(0.5))]),
    "sum": ([("ReduceSum", ["x", "axis"], {"keepdims": 1})], [("axis", np.array([1]))]),
    "sum_all": ([("ReduceSum", ["x"], {"keepdims": 0})], []),
    "sum_of_no_axes": ([("ReduceSum", ["x", "axis"], {"noop_with_empty_axes": 1})], [("axis", np.zeros(0, np.int64))]),
    "shape_of": (
        [("Shape", ["x"], {}), ("ConstantOfShape", ["1"], {}), ("Add", ["x", "2"], {}), ("Reshape", ["3", "1"], {})],
        [],
    ),
    "cast": ([("Cast", ["w"], {"to": 11}), ("Cast", ["1"], {"to": 1}), ("Mul", ["2", "x"], {})], [("w", f32(0.75))]),
    "dropout": ([("Dropout", ["x"], {})], []),
    "split": ([("Split", ["x", "sizes"], {"axis": 1})], [("sizes", np.array([3, 1]))]),
    # the dimensions of a product: what follows counts axes, so that one too few or too many gives other sums
    "matmul_stack": (
        [("MatMul", ["x", "w"], {}), ("ReduceSum", ["1", "axis"], {"keepdims": 0})],
        [("w", W[None, None]), ("axis", np.array([1]))],
    ),
    "matmul_vector_left": (
        [
            ("Transpose", ["x"], {"perm": [1, 0]}),
            ("Mul", ["1", "c"], {}),
            ("MatMul", ["v", "2"], {}),
            ("ReduceSum", ["3", "axis"], {"keepdims": 0}),
        ],
        [("c", f32(1, 2)), ("v", f32(1, 2, -3, 0)), ("axis", np.array([0]))],
    ),
    "matmul_two_vectors": (
        [
            ("Squeeze", ["x"], {}),
            ("MatMul", ["v", "1"], {}),
            ("Shape", ["2"], {}),
            ("Cast", ["3"], {"to": 1}),
            ("ReduceSum", ["4"], {"keepdims": 0}),
            ("Add", ["2", "5"], {}),
        ],
        [("v", f32(1, 2, -3, 0))],
    ),
    "gather_one": ([("Squeeze", ["x"], {}), ("Gather", ["1", "index"], {})], [("index", np.array(2))]),
    "whole_numbers": (
        [
            ("Shape", ["x"], {}),
            ("Mul", ["1", "n"], {}),
            ("Sub", ["2", "n"], {}),
            ("Neg", ["3"], {}),
            ("Cast", ["4"], {"to": 1}),
            ("Div", ["5", "c"], {}),
            ("ReduceSum", ["6"], {"keepdims": 0}),
            ("Add", ["x", "7"], {}),
        ],
        [("n", np.array([3, -2])), ("c", f32(2))],
    ),
}


@pytest.mark.parametrize("name", OPERATORS)
def test_an_operator_means_what_onnx_says(name):
    """Against onnx's own reference evaluator, at dyadic points where float64 rounds nothing."""
    from onnx.reference import ReferenceEvaluator

    steps, tensors = OPERATORS[name]
    last = str(len(steps))
    nodes = [helper.make_node(kind, args, [str(i)], **attributes) for i, (kind, args, attributes) in enumerate(steps, 1)]
    if name == "split":
        nodes[0].output.append("rest")
    nodes.append(helper.make_node("Identity", [last], ["y"]))
    built = model(nodes, tensors=tensors)
    net, reference = read_onnx(built.SerializeToString()), ReferenceEvaluator(built)
    for numbers in ([0, 0, 0, 0], [1, -2, 3, -4], [0.5, 0.25, -0.5, 1], [-3, 2.5, 0.5, -0.75]):
        (expected,) = reference.run(None, {"x": np.array([numbers], np.float32)})
        assert net(*map(Fraction, numbers)) == tuple(Fraction(float(v)) for v in np.asarray(expected).reshape(-1))


def relu_node():
    return helper.make_node("Relu", ["x"], ["y"])


def external():
    built = model([helper.make_node("Add", ["x", "w"], ["y"])], tensors=[("w", f32(1))])
    tensor = built.graph.initializer[0]
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL
    entry = tensor.external_data.add()
    entry.key, entry.value = "location", "../../etc/passwd"
    return built


def with_note(text):
    built = model([relu_node()])
    entry = built.metadata_props.add()
    entry.key, entry.value = "proofcheck", text
    return built


def whole_numbers(*steps, values):
    """The input plus what the steps make of whole numbers, cast to floats."""
    nodes = [helper.make_node(kind, args, [str(i)]) for i, (kind, args) in enumerate(steps, 1)]
    nodes += [helper.make_node("Cast", [str(len(steps))], ["float"], to=1), helper.make_node("Add", ["x", "float"], ["y"])]
    return model(nodes, inputs_=[("x", [1, 2])], tensors=[("n", np.array(values))])


FAULTS = {
    "not a model": (lambda: b"\x00\x01 nonsense", "this is no ONNX model"),
    "empty": (lambda: b"", "the model has no inputs or no outputs"),
    "truncated": (lambda: model([relu_node()]).SerializeToString()[:40], "this is no ONNX model"),
    "external data": (external, "the tensor 'w' lies in another file: store it in the model"),
    "unknown operator": (
        lambda: model([helper.make_node("Sigmoid", ["x"], ["y"], name="s")]),
        "node s (Sigmoid): this operator has no exact reading here; read are ",
    ),
    "product": (
        lambda: model([helper.make_node("Mul", ["x", "x"], ["y"])]),
        "node 0 (Mul): it multiplies two tensors that depend on the inputs of the network: that is not piecewise linear",
    ),
    "NaN": (
        lambda: model([helper.make_node("Add", ["x", "w"], ["y"])], tensors=[("w", f32(np.nan))]),
        "the tensor 'w' holds NaN or infinity, which are no numbers",
    ),
    "shapes": (
        lambda: model([helper.make_node("MatMul", ["x", "w"], ["y"])], tensors=[("w", W[:3])]),
        "node 0 (MatMul): its factors have the shapes [1, 4] and [3, 3], which do not fit",
    ),
    "undriven": (
        lambda: model([helper.make_node("Relu", ["z"], ["y"])]),
        "node 0 (Relu): its input 'z' is given by no earlier node",
    ),
    "no output": (lambda: model([helper.make_node("Relu", ["x"], ["z"])]), "the output 'y' is computed by no node"),
    "twice": (lambda: model([relu_node(), relu_node()]), "node 1 (Relu): the value 'y' is given twice"),
    "other domain": (
        lambda: model([helper.make_node("Relu", ["x"], ["y"], domain="com.example")]),
        "node 0 (Relu): it is an operator of 'com.example': only those of ONNX itself are read",
    ),
    "integers": (lambda: model([relu_node()], element=TensorProto.INT64), "the input 'x' is no tensor of floats"),
    "division": (
        lambda: model([helper.make_node("Div", ["x", "w"], ["y"])], tensors=[("w", f32(0))]),
        "node 0 (Div): it divides by 0",
    ),
    "old": (lambda: model([relu_node()], opset=6), "the model is of operator set 6: convert it to 7 or newer"),
    "rounded constant": (
        lambda: model(
            [helper.make_node("Cast", ["w"], ["v"], to=10), helper.make_node("Mul", ["x", "v"], ["y"])], tensors=[("w", f32(0.1))]
        ),
        "node 0 (Cast): it rounds a constant to float16: store the rounded value in the file",
    ),
    "free extents": (
        lambda: model([relu_node()], inputs_=[("x", ["batch", "width"])]),
        "the input 'x' has extents that are not given: only the first, the batch, may be free",
    ),
    "attribute": (
        lambda: model([helper.make_node("Relu", ["x"], ["y"], leak=1.0)]),
        "node 0 (Relu): its attribute 'leak' is not read here, and could change what it means",
    ),
    "training": (
        lambda: model(
            [helper.make_node("Dropout", ["x", "r", "t"], ["y"])], tensors=[("r", np.float32(0.5)), ("t", np.array(True))]
        ),
        "node 0 (Dropout): it drops values at random, as in training: export the network for inference",
    ),
    "offset": (
        lambda: model([helper.make_node("Gemm", ["x", "w", "b"], ["y"])], tensors=[("w", W), ("b", f32([1], [2]))]),
        "node 0 (Gemm): its offset has the shape [2, 1], which does not fit [1, 3]",
    ),
    "rounded division": (
        lambda: whole_numbers(("Add", ["n", "n"]), ("Div", ["1", "n"]), values=[7, 2]),
        "node 1 (Div): it divides whole numbers, which rounds: only division of floats is read",
    ),
    "rounded division of a sum": (
        lambda: whole_numbers(("ReduceSum", ["n"]), ("Div", ["1", "n"]), values=[7, 2]),
        "node 0 (ReduceSum): it computes with whole numbers, which is read of Add, Sub, Mul and Neg: cast them to floats first",
    ),
    "rounded division of a product": (
        lambda: whole_numbers(("MatMul", ["n", "n"]), ("Div", ["1", "n"]), values=[7, 2]),
        "node 0 (MatMul): it multiplies matrices of whole numbers: cast them to floats first",
    ),
    "overflow": (
        lambda: whole_numbers(("Mul", ["n", "n"]), values=[2**32, 1]),
        "node 0 (Mul): it computes a whole number that int64 does not hold",
    ),
    "types": (
        lambda: model(
            [helper.make_node("Add", ["m", "n"], ["y"])], tensors=[("m", np.array([1])), ("n", np.array([1], np.int32))]
        ),
        "node 0 (Add): it computes with numbers of different types",
    ),
    "forged note": (lambda: with_note('{"inputs": [["x", [5]]]}'), "the note of proofcheck in the file does not fit its graph"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_what_cannot_be_read_is_said_in_one_sentence(name):
    make, expected = FAULTS[name]
    built = make()
    with pytest.raises(InputError) as error:
        read_onnx(built if isinstance(built, bytes) else built.SerializeToString())
    assert str(error.value).startswith(expected)
    assert "\n" not in str(error.value)


def test_weights_enter_as_the_dyadics_they_store():
    built = model([helper.make_node("Mul", ["x", "w"], ["y"])], tensors=[("w", f32(0.1))])
    assert read_onnx(built.SerializeToString())(1, 0, 0, 0)[0] == Fraction(13421773, 2**27)


@pytest.mark.skipif(not DATA.is_dir(), reason=f"{DATA} is not there")
@pytest.mark.parametrize("path", sorted(DATA.glob("*.onnx")), ids=lambda path: path.stem)
def test_given_networks_say_1_exactly_where_their_formula_holds(path):
    net, circuit = read_onnx(path), read_circuit(path.with_suffix(".dimacs"))
    domain = Bits.of((net.input_count,))
    corners = domain.unrank_many(0, domain.cardinality())
    assert [net(*x)[0] == 1 for x in corners.tolist()] == [bool(v) for v in simulate(circuit, corners)[:, 0]]
    back = read_onnx(onnx_bytes(net, certified=False))
    assert back == net
    grid = Points(0, 1, Fraction(1, 8)).of((net.input_count,))
    narrow = replace(net, domain=grid)
    xs = points(narrow)
    assert run(onnx_bytes(narrow), narrow, xs, "float32") == [net(*x) for x in xs]
