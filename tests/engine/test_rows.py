"""Laws of the compiled kernel for numbers: every arithmetic that is certified gives the rationals; carries, faults, refusals."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from proofcheck.circuits import emulate, random_circuit, ripple_adder, simulate
from proofcheck.domains import Bits, Domain, Grid, Integers
from proofcheck.engine import evaluate_batch, native
from proofcheck.engine.affine import LIMITS, affine_of, complaint, fastest
from proofcheck.engine.device import twin as device_twin
from proofcheck.engine.device.cuda import cuda
from proofcheck.engine.device.programs import DeviceFault
from proofcheck.engine.device.rows import ARITHMETICS, device_rows
from proofcheck.engine.device.twin import twin
from proofcheck.engine.rows import encoded, row_engine
from proofcheck.engine.scaled import evaluate_scaled
from proofcheck.errors import InputError, Refusal, UsageError
from proofcheck.networks import Activation, Network, Port, inputs, layered, network, relu

COMPILED = pytest.mark.skipif(native.kernels() is None, reason=f"no compiled kernels: {native.why_not()}")
pytestmark = COMPILED
ACTIVATIONS = (
    *(Activation("identity"), Activation("leaky_relu", Fraction(1, 2)), Activation("relu")),
    *(Activation("saturated_linear"), Activation("step")),
)
VALUES = tuple(map(Fraction, (-300, -20, -3, -2, -1, 0, 1, 2, 3, 20, 300, 2**15, 2**25)))


@st.composite
def networks(draw: st.DrawFn) -> Network:
    """Small networks of integers over grids, often with relu(v) + relu(-v)."""
    count, nodes = draw(st.integers(1, 3)), draw(st.integers(1, 7))
    small = draw(st.booleans())
    numbers = [4, 6, 4, 6, 3, 7, 2] if small else list(set(range(len(VALUES))) - {5})
    start, source, weight, bias, kinds = [0], [], [], [], []

    def add(read: list[int], weights: list[int], constant: int, kind: int) -> int:
        source.extend(read)
        weight.extend(weights)
        start.append(len(source))
        bias.append(constant)
        kinds.append(kind)
        return count + len(bias) - 1

    for _ in range(nodes):
        read = draw(st.lists(st.integers(0, count + len(bias) - 1), max_size=draw(st.sampled_from([2, 2, 5])), unique=True))
        weights = [draw(st.sampled_from(numbers)) for _ in read]
        constant = draw(st.sampled_from([5, 5, *numbers]))
        if draw(st.booleans()) and -VALUES[constant] in VALUES and all(-VALUES[w] in VALUES for w in weights):
            turned = list(reversed(read)) if draw(st.booleans()) else read
            opposite = [VALUES.index(-VALUES[weights[read.index(s)]]) for s in turned]
            one = add(read, weights, constant, 2)
            other = add(turned, opposite, VALUES.index(-VALUES[constant]), 2)
            add([one, other], [6, 6], 5, 0)
        else:
            add(read, weights, constant, draw(st.sampled_from([0, 2, 2, 2, 3, 4])))
    output = draw(st.lists(st.integers(0, count + len(bias) - 1), min_size=1, max_size=3))
    grids = [(0, 1, 2), (0, 1, 2), (-3, 1, 6), (0, 5, 3), (7, 1, 1), (-1, 2, 2)]
    sets = tuple(Grid(Fraction(a), Fraction(b), n) for a, b, n in (draw(st.sampled_from(grids)) for _ in range(count)))
    arrays = (np.array(a, np.int64) for a in (kinds, bias, start, source, weight, output))
    return Network((Port("x", (count,)),), (Port("y", (len(output),)),), Domain(sets), VALUES, ACTIVATIONS, *arrays)


def points(net: Network) -> np.ndarray[Any, Any]:
    return net.domain.unrank_scaled(0, net.domain.cardinality())[0]


@settings(max_examples=250, deadline=None)
@given(networks())
def test_every_certified_arithmetic_gives_the_rationals(net: Network) -> None:
    rows = points(net)
    truth, one = evaluate_scaled(net, rows, 1)
    for elide in (True, False):
        for name in LIMITS:
            try:
                engine = row_engine(net, None, name, elide)
            except Refusal:
                continue
            assert engine.admits(rows)
            assert np.array_equal(engine.outputs(rows) * one, truth), (name, elide)


def test_the_law_above_sees_every_arithmetic_and_fused_pairs() -> None:
    """Otherwise it would hold of nothing."""
    seen: set[str] = set()

    @settings(max_examples=150, deadline=None, database=None, derandomize=True)
    @given(networks())
    def collect(net: Network) -> None:
        program = affine_of(net)
        seen.update(name for name in LIMITS if not complaint(program, name))
        seen.update("fastest " + name for name in LIMITS if not complaint(program, name) and fastest(program) == name)
        seen.update(program.kind[program.live[program.inputs :]].tolist())

    collect()
    assert seen >= {*LIMITS, "fastest uint8", "fastest int8", "fastest int16", "fastest int32", "abs", "relu", "step"}


@settings(max_examples=100, deadline=None)
@given(networks())
def test_bounds_hold_every_value_and_every_partial_sum(net: Network) -> None:
    program = affine_of(net, elide=False)
    values = [column.astype(object) for column in points(net).T]
    for i in range(len(program.bias)):
        edges = range(int(program.start[i]), int(program.start[i + 1]))
        terms = [int(program.weight[e]) * values[program.source[e]] for e in edges]
        total = int(program.bias[i]) + sum(terms, np.zeros(len(values[0]), object))
        if program.live[program.inputs + i]:
            assert np.all(abs(int(program.bias[i])) + sum(abs(t) for t in terms) <= int(program.size[i]))
        kind = program.kind[i]
        cut = {"identity": total, "relu": np.maximum(total, 0), "saturated_linear": np.clip(total, 0, 1)}
        values.append(cut[kind] if kind in cut else (total >= 0).astype(object))
        if program.live[program.inputs + i]:
            assert np.all(values[-1] >= int(program.low[program.inputs + i]))
            assert np.all(values[-1] <= int(program.high[program.inputs + i]))


@pytest.mark.parametrize("name", LIMITS)
def test_circuits_in_every_arithmetic_order_and_row_length(name: str) -> None:
    circuit = random_circuit(300, 9, 4, 15)
    bits = np.arange(512)[:, None] >> np.arange(9) & 1
    truth = simulate(circuit, bits)
    for net in (emulate(circuit), layered(emulate(circuit))):
        engine = row_engine(net, None, name)
        assert np.array_equal(engine.outputs(bits), truth)
        for demand in (False, True):
            for vectors in (1, 2, 5, 64):
                engine.__dict__["encoded"] = encoded(engine.program, engine.dtype, demand, vectors)
                assert np.array_equal(engine.outputs(bits), truth)


def test_carries_and_halves_are_left_out_and_nothing_changes() -> None:
    net = layered(emulate(ripple_adder(6)))
    some, all_ = row_engine(net), row_engine(net, elide=False)
    assert len(some.encoded.gates) < len(all_.encoded.gates) / 2
    bits = np.arange(1 << 12)[:, None] >> np.arange(12) & 1
    assert np.array_equal(some.outputs(bits), all_.outputs(bits))


def test_what_would_leave_an_arithmetic_is_refused_in_it() -> None:
    (x,) = inputs(1, on=Integers(0, 100))
    net = network([relu(x + x - 60) + 50])
    assert fastest(affine_of(net)) == "int16"
    with pytest.raises(Refusal, match="a sum can reach 260, uint8 is exact up to 255"):
        row_engine(net, None, "uint8")
    with pytest.raises(Refusal, match="a value can be negative"):
        row_engine(network([x - 1]), None, "uint8")
    with pytest.raises(Refusal, match="int8 has no multiplication, and a weight is larger than 8"):
        row_engine(network([9 * inputs(1, on=Bits)[0]]), None, "int8")
    with pytest.raises(Refusal, match="a sum can reach 16777217, float32 is exact up to 16777216"):
        row_engine(network([x - x + (2**24 + 1)]), None, "float32")
    with pytest.raises(Refusal, match="a weight or bias is no integer"):
        row_engine(network([relu(x / 2)]))
    with pytest.raises(Refusal, match="input 0 is not an integer of a finite grid"):
        row_engine(network([relu(inputs(1)[0])]))
    with pytest.raises(UsageError, match="the arithmetic 'int4' is not known here"):
        row_engine(net, None, "int4")
    with pytest.raises(InputError, match="the domain has 2 coordinates, the network 1 inputs"):
        row_engine(net, Bits.of((2,)))
    with pytest.raises(UsageError, match=r"\(1, count\) of int16 is expected"):
        row_engine(net).run(np.zeros((1, 4), np.int8))


def test_a_sum_that_a_narrower_domain_keeps_small_is_seen_outside_of_it() -> None:
    (x,) = inputs(1, on=Integers(0, 10**6))
    net = network([relu(3 * x - 5)])
    few = Integers(0, 20).of((1,))
    assert row_engine(net, few).dtype == np.uint8
    many = np.arange(0, 10**6, 7)[:, None]
    assert not row_engine(net, few).admits(many)
    found, one = evaluate_batch(net, many, 1, few)
    assert np.array_equal(found[:, 0], np.maximum(3 * many[:, 0] - 5, 0) * one)


@settings(max_examples=100, deadline=None)
@given(networks(), st.booleans(), st.sampled_from([0, 300, 1 << 17]))
def test_every_certified_arithmetic_of_a_device_gives_the_rationals(net: Network, backwards: bool, shared: int) -> None:
    rows = points(net)
    truth, one = evaluate_scaled(net, rows, 1)
    device = replace(twin(backwards), shared_bytes=shared, shared_of_block=shared)
    for name in ARITHMETICS:
        try:
            engine = device_rows(net, device, None, name)
        except Refusal:
            continue
        assert engine.admits(rows)
        assert np.array_equal(engine.run(rows) * one, truth), name


def test_the_law_above_sees_every_arithmetic_and_both_sizes_of_cells() -> None:
    seen: set[str] = set()

    def launch(family: str, kernel: str, *rest: Any) -> None:
        seen.add(kernel)
        twin().launch(family, kernel, *rest)

    for shared in (0, 33 * 13 * 8 + 1024, 1 << 17):
        device = replace(twin(), shared_bytes=shared, shared_of_block=shared, launch=launch)
        for name in ARITHMETICS:
            for gates in (10, 300):
                engine = device_rows(emulate(random_circuit(gates, 9, 4, 5)), device, None, name)
                assert engine.dtype == name
    cells = {name: sorted({kernel.split("_")[2] for kernel in seen if name in kernel}) for name in ARITHMETICS}
    assert {name for name, sizes in cells.items() if len(sizes) == 2} == set(ARITHMETICS), cells
    assert {kernel.split("_")[3] for kernel in seen} == {"shared", "global"}


def test_a_device_takes_packed_bytes_only_up_to_127() -> None:
    for most, name in ((127, "uint8"), (128, "float32")):
        net = network(relu(inputs(on=Integers(0, most))))
        engine = device_rows(net, twin())
        assert engine.dtype == name
        assert engine.run(np.arange(most + 1)[:, None])[:, 0].tolist() == list(range(most + 1))


FAULTS = [
    ("int32", ("value.part[j] += w * x.part[j]", "value.part[j] -= w * x.part[j]")),
    ("int32", ("v = v > other ? v : other", "v = v > other ? v : v")),
    ("int32", ("v = !gate->step ?", "v = gate->step ?")),
    ("int32", ("gate->capped && v > 1", "gate->capped && v > 2")),
    ("int32", ("at + j < work->inputs) result", "at + j + 1 < work->inputs) result")),
    ("uint8", ("not_less * 127", "not_less * 63")),
    ("uint8", ("q.part[j] += x.part[j]", "p.part[j] += x.part[j]")),
    ("uint8", ("d >> 7 & EACH", "d >> 6 & EACH")),
    ("uint8", ("v - positive_part(v, EACH)", "v - positive_part(v, EACH + 1)")),
    ("uint8", ("result[k * work->inputs + at + j] = (u8)", "result[k * work->inputs + at] = (u8)")),
]


@pytest.mark.parametrize(("name", "fault"), FAULTS)
def test_a_device_that_computes_other_numbers_is_not_used(
    name: str, fault: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = device_twin.SOURCE.read_text()
    assert fault[0] in source
    wrong = tmp_path / "columns.cu"
    wrong.write_text(source.replace(*fault))
    monkeypatch.setattr(device_twin, "SOURCE", wrong)
    monkeypatch.setattr(device_twin, "FLAGS", ("-O0", "-x", "c", "-std=gnu11", "-DUINT8", "-DINT32", "-shared", "-fPIC"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    net = emulate(random_circuit(100, 9, 4, 15))
    with pytest.raises(DeviceFault, match=r"is not used|did not compute all outputs"):
        device_rows(net, twin.__wrapped__(), None, name)


def test_what_a_device_cannot_do_is_refused() -> None:
    net = network(relu(300 * inputs(on=Integers(-3, 9))))
    with pytest.raises(Refusal, match="a sum can reach 2700, uint8 is exact up to 255"):
        device_rows(net, twin(), None, "uint8")
    with pytest.raises(UsageError, match="the arithmetic 'int16' is none of a device: choose one of uint8, float32"):
        device_rows(net, twin(), None, "int16")
    assert not device_rows(net, twin()).admits(np.array([[10]]))
    assert device_rows(net, twin()).run(np.zeros((0, 1), np.int64)).shape == (0, 1)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="torch finds no GPU: the true CUDA path is not run here")
@pytest.mark.parametrize("name", ARITHMETICS)
def test_a_true_gpu_gives_the_rationals(name: str) -> None:
    circuit = random_circuit(300, 9, 4, 15)
    bits = np.arange(512)[:, None] >> np.arange(9) & 1
    for shared in (cuda().shared_bytes, 0):
        engine = device_rows(emulate(circuit), replace(cuda(), shared_bytes=shared), None, name)
        assert np.array_equal(engine.run(bits), simulate(circuit, bits))
