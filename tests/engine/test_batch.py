"""Batches are exact by whichever way they are evaluated, and large circuits from elsewhere compute what they should."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from proofcheck.domains import Bits, Box, Integers, Points, Reals, Words
from proofcheck.engine import batch as batching
from proofcheck.engine import choose_dtype, evaluate_batch
from proofcheck.engine.scaled import evaluate_scaled
from proofcheck.errors import InputError, UsageError
from proofcheck.networks import IDENTITY, RELU, Network, assemble, evaluate, inputs, leaky_relu, network, relu, saturated_linear

DATA = Path(__file__).parents[3] / "shared" / "data" / "bristol"


def values(found: tuple[np.ndarray[Any, Any], int]) -> list[tuple[Fraction, ...]]:
    return [tuple(Fraction(int(v), found[1]) for v in row) for row in found[0]]


def maximum() -> Network:
    x = inputs(2, on=Reals)
    return network(x[1] + relu(x[0] - x[1]))


def test_real_domains_and_rational_inputs_go_through_scaled_integers() -> None:
    assert values(evaluate_batch(maximum(), [[1, 2], [-5, -7]], 6)) == [(Fraction(1, 3),), (Fraction(-5, 6),)]


def test_thirds_stay_thirds_through_many_layers() -> None:
    x = inputs(on=Box(-1, 1))
    for _ in range(60):
        x = leaky_relu(x * Fraction(2, 3) - Fraction(1, 7), Fraction(3, 5))
    net = network([x, saturated_linear(x * 3**60)])
    numerators = [[-3], [0], [2], [3]]
    found = evaluate_batch(net, numerators, 3)
    assert found[0].dtype == object
    assert values(found) == [evaluate(net, [Fraction(n, 3)]) for (n,) in numerators]


def test_numbers_beyond_64_bits_are_python_integers() -> None:
    huge = np.array([[2**100, 1], [2**63 - 1, -1]], object)
    found = evaluate_batch(maximum(), huge)
    assert found[0].dtype == object
    assert values(found) == [(2**100,), (2**63 - 1,)]
    square = network(relu(inputs(on=Words(62)) * 2**62))
    assert values(evaluate_batch(square, [[2**62 - 1], [3]])) == [((2**62 - 1) * 2**62,), (3 * 2**62,)]


def test_huge_weights_on_zeros_are_harmless() -> None:
    net = network(inputs(on=Bits) * 2**70 + 1)
    assert values(evaluate_batch(net, [[0], [0]])) == [(1,), (1,)]
    assert values(evaluate_batch(net, [[0], [1]])) == [(1,), (2**70 + 1,)]


def test_huge_denominators_are_reduced_or_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    ran = through_torch(monkeypatch)
    net = network(relu(inputs(on=Bits) * 2 - 1))
    assert values(evaluate_batch(net, [[0], [3**39 + 1], [3**39]], 2 * 3**39)) == [(0,), (Fraction(1, 3**39),), (0,)]
    assert values(evaluate_batch(net, [[0], [1]], 3**90)) == [(0,), (0,)]
    assert values(evaluate_batch(network(relu(inputs(on=Bits) / 2**90)), [[0], [-5]])) == [(0,), (0,)]
    assert values(evaluate_batch(maximum(), np.array([[3**60, 0]], object), 3**59)) == [(3,)]
    assert not ran


@pytest.mark.parametrize("edge", [2**63 - 1, -(2**63) + 1, -(2**63)])
def test_sums_at_the_edge_of_64_bits_do_not_wrap(edge: int) -> None:
    x = inputs(2, on=Integers(-(2**63), 2**63))
    net = network([x[0] + x[1], x[0] - x[1], leaky_relu(x[0], 3), relu(-x[0])])
    rows = [[edge, 1], [edge, -1], [edge, edge]]
    assert values(evaluate_batch(net, rows)) == [evaluate(net, row) for row in rows]
    sixths = [[Fraction(v, 6) for v in row] for row in rows]
    assert values(evaluate_scaled(net, np.array(rows), 6)) == [evaluate(net, row) for row in sixths]


def through_torch(patch: pytest.MonkeyPatch) -> list[str]:
    """Let every batch be worth importing torch for; the list returned collects the dtypes that ran."""
    ran: list[str] = []
    run = batching.Engine.run

    def recorded(self: batching.Engine, admitted: Any) -> Any:
        ran.append(str(self.module.dtype))
        return run(self, admitted)

    patch.setattr(batching, "SMALL", 0)
    patch.setattr(batching.Engine, "run", recorded)
    return ran


def test_the_certified_way_is_taken_only_for_inputs_that_it_covers(monkeypatch: pytest.MonkeyPatch) -> None:
    ran = through_torch(monkeypatch)
    net = network(relu(inputs(on=Integers(0, 100))))
    assert values(evaluate_batch(net, [[100]])) == [(100,)]
    assert ran == ["torch.int8"]
    assert values(evaluate_batch(net, [[200]])) == [(200,)]
    assert values(evaluate_batch(net, [[200]], 3)) == [(Fraction(200, 3),)]
    assert values(evaluate_batch(net, [[1]], 2)) == [(Fraction(1, 2),)]
    assert values(evaluate_batch(maximum(), [[1, 3]])) == [(3,)]
    assert ran == ["torch.int8"]
    assert values(evaluate_batch(net, [[600]], 12)) == [(50,)]
    assert values(evaluate_batch(maximum(), [[1, 3]], domain=Words(4).of((2,)))) == [(3,)]
    assert values(evaluate_batch(maximum(), [[1, 999]], domain=Words(10).of((2,)))) == [(999,)]
    assert ran == ["torch.int8", "torch.int8", "torch.int8", "torch.int16"]


def test_fine_steps_and_large_outputs_come_back_from_floats(monkeypatch: pytest.MonkeyPatch) -> None:
    ran = through_torch(monkeypatch)
    x = inputs(on=Points(-1, 1, Fraction(1, 8)))
    net = network([x * Fraction(1, 2**90), x * 2**90, x + 1])
    found = evaluate_batch(net, [[-8], [3], [8]], 8)
    assert found[0].dtype == object
    assert values(found) == [evaluate(net, [Fraction(n, 8)]) for n in (-8, 3, 8)]
    assert ran == ["torch.float32"]


@pytest.mark.parametrize(
    ("numerators", "message"),
    [
        ([[0.5, 1]], "numerators of dtype float64 were given: pass int64, or an object array of Python ints"),
        ([1, 2], "inputs of shape (2,) were given, (count, 2) is expected"),
        ([[1, 2, 3]], "inputs of shape (1, 3) were given, (count, 2) is expected"),
        (np.array([[1, Fraction(1, 2)]], object), "the numerators must be integers: put the fractions over one denominator"),
    ],
)
def test_what_is_not_a_batch_is_refused(numerators: Any, message: str) -> None:
    with pytest.raises(InputError) as caught:
        evaluate_batch(maximum(), numerators)
    assert str(caught.value) == message


def test_denominators_are_positive_and_batches_may_be_empty() -> None:
    with pytest.raises(UsageError, match=r"^the denominator 0 was given: it is at least 1$"):
        evaluate_batch(maximum(), [[1, 2]], 0)
    assert evaluate_batch(maximum(), np.zeros((0, 2), np.int64))[0].shape == (0, 1)


def bristol(path: Path) -> Network:
    """A circuit of the Bristol format: AND is relu(a + b - 1), XOR is a + b - 2 AND as an affine node."""
    rows = [line.split() for line in path.read_text().splitlines() if line.strip()]
    count, (_, *widths) = sum(map(int, rows[1][1:])), map(int, rows[2])
    node = {i: i for i in range(count)}
    start, source, weight, bias, kinds = [0], [], [], [], []

    def add(kind: int, constant: int, terms: list[tuple[int, int]]) -> int:
        source.extend(s for s, _ in terms)
        weight.extend(w for _, w in terms)
        start.append(len(source))
        bias.append(constant)
        kinds.append(kind)
        return count + len(kinds) - 1

    for *wires, gate in rows[3:]:
        read, written = [node[int(i)] for i in wires[2:-1]], int(wires[-1])
        if gate == "INV":
            node[written] = add(0, 1, [(read[0], -1)])
        elif gate == "EQW":
            node[written] = read[0]
        else:
            both = [(read[0], 1), (read[1], 1)]
            conjunction = add(1, -1, both)
            node[written] = conjunction if gate == "AND" else add(0, 0, [*both, (conjunction, -2)])
    wires_count = int(rows[0][1])
    output = [node[i] for i in range(wires_count - sum(widths), wires_count)]
    return assemble(
        inputs=count,
        on=Bits,
        start=start,
        source=source,
        weight=weight,
        bias=bias,
        output=output,
        activation=kinds,
        activations=(IDENTITY, RELU),
    )


@pytest.mark.skipif(not DATA.exists(), reason="the shared benchmark circuits are not on this machine")
@pytest.mark.parametrize(("name", "function"), [("mult64", lambda a, b: a * b), ("adder64", lambda a, b: a + b)])
def test_circuits_from_elsewhere_compute_what_they_should(name: str, function: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    net = bristol(DATA / f"{name}.txt")
    assert choose_dtype(net) == "int8"
    ran = through_torch(monkeypatch)
    rng = np.random.default_rng(0)
    words = [(int(a), int(b)) for a, b in rng.integers(0, 2**64, (300, 2), np.uint64)] + [(0, 0), (2**64 - 1, 2**64 - 1)]
    bits = [[(word >> i) & 1 for word in pair for i in range(64)] for pair in words]
    found, denominator = evaluate_batch(net, bits)
    assert (ran, denominator) == (["torch.int8"], 1)
    assert [sum(int(bit) << i for i, bit in enumerate(row)) for row in found] == [function(a, b) % 2**64 for a, b in words]
    slow, below = evaluate_scaled(net, np.array(bits), 1)
    assert below == 1
    assert np.array_equal(slow, found)
