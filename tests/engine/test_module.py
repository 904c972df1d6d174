"""The module gives the exact values or refuses: wrong inputs, casts, autocast, foreign and modified contents."""

from __future__ import annotations

import copy
import subprocess
import sys
from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import torch

from proofcheck.domains import Bits, Constraint, DirectedGraphs, Domain, Graphs, Integers, Permutations, Points, Polyhedron, Reals
from proofcheck.engine import ExactModule, evaluate_batch, module
from proofcheck.engine.kernels import WIDE_CHUNK
from proofcheck.engine.membership import membership
from proofcheck.engine.plan import FEW, RUNS
from proofcheck.errors import Refusal, UsageError
from proofcheck.networks import Network, assemble, evaluate, inputs, leaky_relu, network, relu, saturated_linear, step

DTYPES = ("int8", "int16", "int32", "int64", "float16", "bfloat16", "float32", "float64")


def majority() -> Network:
    a, b, c = inputs(3, on=Bits)
    return network([relu(a + b + c - 1) - relu(a + b + c - 2), a])


def mixed() -> Network:
    """Every activation, a constant, an output that is an input, an output twice, an input nobody reads."""
    x = inputs(4, on=Integers(-3, 3))
    nodes = [leaky_relu(x[0] - x[1], 2), step(x[1]), saturated_linear(x[0] + x[1] + x[3]), relu(x[3] * 0 + 5), x[0] + 1]
    total = relu(sum(nodes) - 2 * relu(nodes[0]))
    return network([total, *nodes, x[1], total], inputs=x)


def truth(net: Network, rows: torch.Tensor) -> list[tuple[Fraction, ...]]:
    return [evaluate(net, [Fraction(v) for v in row]) for row in rows.tolist()]


def fractions(outputs: torch.Tensor) -> list[tuple[Fraction, ...]]:
    return [tuple(Fraction(v) for v in row) for row in outputs.tolist()]


@pytest.mark.parametrize("dtype", DTYPES)
def test_all_points_of_a_domain_in_every_dtype(dtype: str) -> None:
    net = mixed()
    points, _ = net.domain.unrank_scaled(0, net.domain.cardinality())
    rows = torch.from_numpy(points)
    found = module(net, dtype)(rows)
    assert found.dtype == getattr(torch, dtype)
    assert fractions(found) == truth(net, rows)


@pytest.mark.parametrize("dtype", DTYPES)
def test_any_tile_gives_the_same(dtype: str, monkeypatch: pytest.MonkeyPatch) -> None:
    net = mixed()
    rows = torch.from_numpy(net.domain.unrank_scaled(0, 60)[0])
    built = module(net, dtype)
    whole = built(rows)
    for tile in (1, 7, 59, 60, 61):
        monkeypatch.setattr(ExactModule, "_tile", lambda self, device, tile=tile: tile)
        assert torch.equal(built(rows), whole)
    assert built(rows[:0]).shape == (0, len(net.output))


@pytest.mark.parametrize("dtype", ["int16", "float32"])
@pytest.mark.parametrize("fan_in", [FEW, FEW + 1, WIDE_CHUNK + 1])
def test_nodes_with_many_sources_and_many_different_weights(dtype: str, fan_in: int) -> None:
    rng = np.random.default_rng(fan_in)
    rows = 3 * RUNS
    start = np.concatenate([[0], np.cumsum([fan_in, 0, *[2 + i % 3 for i in range(rows)]])])
    source = np.concatenate([np.arange(b - a) for a, b in pairwise(start.tolist())])
    weight = rng.integers(1, 4, len(source)) * rng.choice([-1, 1], len(source))
    net = assemble(inputs=fan_in, on=Bits, start=start, source=source, weight=weight, bias=3, output=fan_in + np.arange(rows + 2))
    x = torch.from_numpy(rng.integers(0, 2, (9, fan_in)))
    assert fractions(module(net, dtype)(x)) == truth(net, x)


def random_circuit(layered: bool, seed: int) -> Network:
    """400 random gates in 20 levels, each a relu of two bits; layered: bits that are read later are carried."""
    rng, start, source, weight, bias = np.random.default_rng(seed), [0], [], [], []
    available, count, gates = list(range(12)), 12, [((1, 1), -1), ((1, -1), 0), ((-1, -1), 1)]
    for _ in range(20):
        fresh = []
        carried = [([a], [1], 0) for a in available[-40:]] if layered else []
        built = [(rng.choice(available[-40:], 2, replace=False), *gates[rng.integers(3)]) for _ in range(20)]
        for read, weights, b in carried + built:
            source += list(read)
            weight += list(weights)
            start.append(len(source))
            bias.append(b)
            fresh.append(count)
            count += 1
        available = fresh if layered else available + fresh
    return assemble(inputs=12, on=Bits, start=start, source=source, weight=weight, bias=bias, output=available[-8:])


@pytest.mark.parametrize("layered", [False, True])
def test_random_circuits_agree_with_rationals_and_reuse_rows(layered: bool) -> None:
    net = random_circuit(layered, 1)
    x = torch.from_numpy(np.random.default_rng(2).integers(0, 2, (40, 12)))
    expected = truth(net, x)
    for dtype in ("int8", "float32", "float64"):
        built = module(net, dtype)
        assert fractions(built(x)) == expected
        assert built.plan.slots < len(net.activation) / (5 if layered else 1)


def test_auto_takes_the_narrowest_certified_dtype() -> None:
    assert module(majority()).dtype == torch.int8
    assert module(network(inputs(on=Bits) + 2**14)).dtype == torch.int16
    assert module(network(inputs(on=Bits) / 4)).dtype == torch.float32
    assert module(network(inputs(on=Bits) + 2**40)).dtype == torch.float64
    with pytest.raises(Refusal, match=r"no dtype of torch is exact here, evaluate it in fractions$"):
        module(network(inputs(on=Reals)))
    with pytest.raises(UsageError, match=r"^fractions are not a dtype of torch: use evaluate_batch$"):
        module(majority(), "fraction")


def test_inputs_of_any_dtype_are_taken_when_their_values_fit() -> None:
    built = module(majority(), "float32")
    for dtype in (torch.bool, torch.uint8, torch.int8, torch.int64, torch.float16, torch.bfloat16, torch.float64):
        assert built(torch.tensor([[1, 0, 1]]).to(dtype)).tolist() == [[1, 1]]
    for bad in (torch.complex64, torch.uint64):
        with pytest.raises(UsageError, match=r"were given: pass integers of up to 64 bits, bools or floats$"):
            built(torch.zeros(1, 3).to(bad))
    for shape in ((3,), (1, 2), (1, 1, 3)):
        with pytest.raises(UsageError, match=r"^inputs of shape \(.*\) were given, \(batch, 3\) is expected$"):
            built(torch.zeros(shape))


def test_inputs_outside_the_domain_are_refused_with_row_and_value() -> None:
    net = network([x * 1 for x in inputs(2, on=Points(-1, 1, Fraction(1, 2)))])
    for dtype in ("float32", "bfloat16"):
        built = module(net, dtype)
        inside = torch.tensor([[-0.0, 0.5]], dtype=torch.float64)
        assert built(inside).tolist() == [[0, 0.5]]
        for value, text in [
            (0.25, "input 1 is 1/4"),
            (float("nan"), "input 1 is nan"),
            (float("-inf"), "input 1 is -inf"),
            (1.5, "input 1 is 3/2"),
            (0.5 + 2**-40, "input 1 is 549755813889/1099511627776"),
            (5e-324, "input 1 is "),
            (1e308, "input 1 is "),
        ]:
            bad = torch.cat([inside, torch.tensor([[0.5, value]], dtype=torch.float64)])
            described = net.domain.describe()
            with pytest.raises(Refusal) as caught:
                built(bad)
            assert str(caught.value).startswith(
                f"row 1 of the inputs is not in {described}, for which the network is exact: {text}"
            )
    unchecked = module(net, "float32", check_domain=False)
    assert unchecked(torch.tensor([[7.0, 0.25]])).tolist() == [[7, 0.25]]


DOMAINS: list[Domain] = [
    Bits.of((3,)),
    Permutations.of((4,)),
    Graphs.of((3, 3)),
    DirectedGraphs.of((2, 2)),
    Points(Fraction(-3, 4), Fraction(3, 2), Fraction(3, 4)).of((2,)),
    Points(0, 1, Fraction(1, 3)).of((2,)),
    Points(2**40 - 6, 2**40, 3).of((1,)),
    Integers(-(2**60), 2**60).of((1,)),
    Reals.of((1,)),
    Points(0, 2**800, 2**800).of((1,)),
    Polyhedron((Constraint(((0, Fraction(2**62)), (1, Fraction(2**62))), "<=", Fraction(1)),), Integers(-2, 2)).of((2,)),
    Polyhedron((Constraint(((0, Fraction(1, 3)), (1, Fraction(-2))), "<=", Fraction(1, 2)),), Integers(-2, 2)).of((2,)),
    Polyhedron((Constraint(((0, Fraction(1)),), "==", Fraction(1)),), Integers(-2, 2)).of((2,)),
    Polyhedron((Constraint(((0, Fraction(1)), (1, Fraction(1))), "<=", Fraction(1)),), Reals).of((2,)),
]


@pytest.mark.parametrize("domain", DOMAINS, ids=lambda d: d.describe()[:40])
@pytest.mark.parametrize("dtype", [torch.float64, torch.float32, torch.int64, torch.int8])
def test_membership_of_rows_is_that_of_rationals(domain: Domain, dtype: torch.dtype) -> None:
    rng = np.random.default_rng(3)
    low, high = (-128, 127) if dtype == torch.int8 else (-(2**62), 2**62)
    pool = [0, 0, 1, 1, 2, 3, -1, -2, 2**40, 2**40 - 1, 2**40 - 3, 2**60, 2**60 + 2**10, -(2**62), 4]
    pool = [v for v in pool if low <= v <= high]
    if dtype.is_floating_point:
        pool += [0.75, -0.75, 1.5, 0.25, float("nan"), float("inf"), 1 / 3, 1e-300, 1e300]
    rows = torch.tensor([[pool[k] for k in row] for row in rng.integers(0, len(pool), (300, domain.dimension))], dtype=dtype)
    if domain.is_finite and domain.cardinality() < 10**4:
        numerators, denominator = domain.unrank_scaled(0, domain.cardinality())
        rows = torch.cat([rows, torch.tensor((numerators / denominator).astype(np.float64)).to(dtype)])
    conditions = membership(domain)
    expected = [all(v - v == 0 for v in row) and domain.contains([Fraction(v) for v in row]) for row in rows.tolist()]
    found = [conditions.first_outside(row[None]) is None for row in rows]
    assert found == expected
    inside = torch.stack([row for row, good in zip(rows, expected, strict=True) if good] or [rows[0]])
    assert (conditions.first_outside(inside) is None) == any(expected)
    assert conditions.first_outside(rows) == (expected.index(False) if False in expected else None)


def test_conditions_on_several_inputs_are_checked() -> None:
    p = inputs(3, on=Permutations)
    built = module(network(p[0] - p[1]))
    assert built(torch.tensor([[0, 2, 1]])).tolist() == [[-2]]
    with pytest.raises(Refusal, match=r": a condition on several inputs fails$"):
        built(torch.tensor([[0, 2, 1], [0, 2, 2]]))


SPOILERS: dict[str, tuple[str, Callable[[ExactModule], Any], str]] = {
    "half": ("float32", lambda m: m.half(), 'build it with module(network, dtype="float16") instead'),
    "double": ("float32", lambda m: m.double(), 'build it with module(network, dtype="float64") instead'),
    "bfloat16": ("float64", lambda m: m.to(torch.bfloat16), 'build it with module(network, dtype="bfloat16") instead'),
    "a weight in place": ("float32", lambda m: m.weight.mul_(2), "weight of the module is not what was certified"),
    "a weight of integers": ("int8", lambda m: m.weight.neg_(), "weight of the module is not what was certified"),
    "a bias replaced": ("float32", lambda m: setattr(m, "bias", m.bias + 1), "bias of the module is not what was certified"),
    "a source": ("float32", lambda m: m.source.fill_(0), "source of the module is not what was certified"),
    "outputs swapped": ("int8", lambda m: m.output.copy_(m.output.flip(0)), "output of the module is not what was certified"),
    "another shape": ("float32", lambda m: setattr(m, "weight", m.weight[:-1]), "weight of the module is not what was certified"),
    "no storage": ("float32", lambda m: m.to("meta"), "the module is on the device meta, which holds no numbers"),
}


@pytest.mark.parametrize("spoiler", SPOILERS)
def test_a_module_that_was_changed_refuses_to_run(spoiler: str) -> None:
    dtype, spoil, reason = SPOILERS[spoiler]
    x = torch.tensor([[1, 1, 0]])
    for warm in (False, True):
        built = module(majority(), dtype)
        if warm:
            built(x)
        spoil(built)
        with pytest.raises(Refusal) as caught:
            built(x.to(built.output.device))
        assert reason in str(caught.value)


def test_autocast_is_refused() -> None:
    built = module(majority(), "float32")
    refused = pytest.raises(
        Refusal, match=r"^the module was called under autocast, which rounds to another dtype: call it outside$"
    )
    with refused, torch.autocast("cpu", dtype=torch.bfloat16):
        built(torch.tensor([[1, 1, 0]]))


def test_only_its_own_state_is_loaded() -> None:
    built, other = module(majority(), "float32"), module(network([relu(x) for x in inputs(3, on=Bits)]), "float32")
    built.load_state_dict(module(majority(), "float32").state_dict())
    assert built(torch.tensor([[1, 1, 0]])).tolist() == [[1, 1]]
    foreign = {name: tensor + 1 if name == "bias" else tensor for name, tensor in built.state_dict().items()}
    with pytest.raises(Refusal, match=r"^bias of the module is not what was certified: build a new module from the network$"):
        built.load_state_dict(foreign)
    with pytest.raises(Refusal):
        built(torch.tensor([[1, 1, 0]]))
    with pytest.raises(RuntimeError, match="size mismatch"):
        built.load_state_dict(other.state_dict())
    holder = torch.nn.ModuleList([module(majority(), "float32")])
    holder.load_state_dict({f"0.{name}": tensor for name, tensor in foreign.items()})
    with pytest.raises(Refusal):
        holder[0](torch.tensor([[1, 1, 0]]))


def test_harmless_calls_change_nothing() -> None:
    built = module(majority(), "float32")
    x = torch.tensor([[1, 1, 0], [0, 1, 0]])
    expected = built(x)
    same = copy.deepcopy(built)
    assert list(built.parameters()) == []
    for version in (built.train(), built.eval(), built.requires_grad_(True), built.float(), built.to("cpu"), same):
        assert torch.equal(version(x), expected)
    with torch.inference_mode():
        assert torch.equal(module(majority(), "float32")(x), expected)
        assert torch.equal(built(x), expected)
    assert not built(x.float().requires_grad_()).requires_grad
    assert "Network" in repr(built)
    threads = torch.get_num_threads()
    built(x)
    assert torch.get_num_threads() == threads
    assert module(majority(), "int8").half()(x).tolist() == expected.tolist()


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
@pytest.mark.parametrize("dtype", DTYPES)
def test_another_device_gives_the_same(dtype: str) -> None:
    net = mixed()
    rows = torch.from_numpy(net.domain.unrank_scaled(0, net.domain.cardinality())[0])
    assert torch.equal(module(net, dtype, "cuda")(rows.cuda()).cpu(), module(net, dtype)(rows))


def test_importing_the_engine_does_not_import_torch() -> None:
    code = (
        "import sys, proofcheck.engine as e; from proofcheck.networks import *; from proofcheck.domains import Bits\n"
        "net = network(relu(inputs(on=Bits))); assert e.exactness(net, 'int8').exact; e.evaluate_batch(net, [[0], [1]])\n"
        "assert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
    assert evaluate_batch(majority(), [[1, 1, 0]])[0].tolist() == [[1, 1]]
