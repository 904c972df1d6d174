"""The instances of the suite: small networks after theorems, each with a query whose answer the theorem gives."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, pairwise
from typing import Any

from proofcheck.circuits import emulate, kogge_stone_adder, ripple_adder
from proofcheck.domains import Bits, Box
from proofcheck.interop.questions import Question
from proofcheck.networks import Activation, Arithmetic, Network, Wire, inputs, interpret, network, relu
from proofcheck.networks.gadgets import compare_exchange, larger, smaller
from proofcheck.spec import all_of, any_of, total, variables
from proofcheck.spec.functions import output_variables
from proofcheck.spec.term import Term

MARGIN = Fraction(1, 1024)
Ask = Callable[[Sequence[Term], Sequence[Term]], Term]


@dataclass(frozen=True)
class Instance:
    """A network, a question about it, and the answer with the reason. witness: an input, for "sat"."""

    name: str
    network: Network
    question: Question
    answer: str
    theorem: str
    witness: tuple[Fraction, ...] | None = None


def instances() -> tuple[Instance, ...]:
    """All instances, in order of their families; the same ones in every run."""
    families = (maxima, sorting, shortest_paths, sawteeth, absorption, adders, pigeonholes)
    return tuple(instance for family in families for instance in family())


def maxima() -> Iterator[Instance]:
    """The maximum of n numbers by a tournament, and beside it by a chain."""
    for n in (4, 8, 16):
        f = network(tournament(inputs(n, on=Box(-1, 1))))
        yield _unsat(
            f"maximum_{n}_is_no_less",
            f,
            lambda x, y: any_of([y[0] <= a - MARGIN for a in x]),
            "the output is the maximum of the inputs, and no input is above it",
        )
        yield _unsat(
            f"maximum_{n}_is_attained",
            f,
            lambda x, y: all_of([y[0] >= a + MARGIN for a in x]),
            "the output is the maximum of the inputs, and so one of them",
        )
        yield _sat(
            f"maximum_{n}_at_a_corner",
            f,
            lambda x, y: all_of([y[0] >= 1, total(x) <= 2 - len(x)]),
            "only the points with one input 1 and all others -1 answer it",
            [1] + [-1] * (n - 1),
        )
        x = inputs(n, on=Box(-1, 1))
        yield _unsat(
            f"maximum_{n}_by_two_networks",
            network([tournament(x) - chain(x)]),
            lambda x, y: any_of([y[0] >= MARGIN**2, y[0] <= -(MARGIN**2)]),
            "the output is the difference of two networks that compute the same maximum, by a tournament and by a chain",
        )


def sorting() -> Iterator[Instance]:
    """n numbers in order, by a network of comparators."""
    for n in (3, 5, 7):
        f = network(in_order(inputs(n, on=Box(0, 1))))
        yield _unsat(
            f"sorting_{n}_is_in_order",
            f,
            lambda x, y: any_of([a >= b + MARGIN for a, b in pairwise(y)]),
            "the outputs are the inputs in increasing order",
        )
        yield _unsat(
            f"sorting_{n}_keeps_the_sum",
            f,
            lambda x, y: any_of([total(y) - total(x) >= MARGIN, total(x) - total(y) >= MARGIN]),
            "the outputs are the inputs in another order, so that their sum is the same",
        )
        yield _sat(
            f"sorting_{n}_at_a_point",
            f,
            lambda x, y: all_of([y[0] >= Fraction(1, 3), y[-1] <= Fraction(1, 3)]),
            "only the point with all inputs 1/3, which is no binary float, answers it",
            [Fraction(1, 3)] * n,
        )


def shortest_paths() -> Iterator[Instance]:
    """Lengths of shortest walks between n vertices, by relaxation."""
    for n in (3, 4):
        d: Any = inputs(n, n, on=Box(0, 1))
        for k in range(n):
            d = [[smaller(d[i][j], d[i][k] + d[k][j]) if k not in (i, j) else d[i][j] for j in range(n)] for i in range(n)]
        f = network(d)

        def triangles(x: Sequence[Term], y: Sequence[Term], n: int = n) -> Term:
            paths = [(i, j, k) for i in range(n) for j in range(n) for k in range(n) if len({i, j, k}) == 3]
            return any_of([y[i * n + j] >= y[i * n + k] + y[k * n + j] + MARGIN for i, j, k in paths])

        yield _unsat(
            f"shortest_paths_{n}_triangles",
            f,
            triangles,
            "the outputs are lengths of shortest walks, which satisfy the triangle inequality",
        )
        yield _unsat(
            f"shortest_paths_{n}_are_no_longer",
            f,
            lambda x, y: any_of([b >= a + MARGIN for a, b in zip(x, y, strict=True)]),
            "an edge is a walk, so that no shortest walk is longer",
        )


def sawteeth() -> Iterator[Instance]:
    """The tent map composed m times: 1 exactly at the odd multiples of 2^-m in [0, 1]."""
    for m in (4, 12, 24, 40):
        (x,) = inputs(1, on=Box(0, 1))
        for _ in range(m):
            x = 2 * relu(x) - 4 * relu(x - Fraction(1, 2))
        f = network([x])
        step = Fraction(1, 2**m)
        peak = (2 ** (m - 1) | 1) * step
        yield _unsat(f"sawtooth_{m}_ends_at_1", f, lambda x, y: y[0] >= 1 + MARGIN, "the tent map sends [0, 1] into itself")
        yield _sat(
            f"sawtooth_{m}_at_a_peak",
            f,
            _top(peak - step / 2, peak + step / 2),
            "of the inputs asked for only the odd multiple of 2^-m in the middle reaches 1",
            [peak],
        )
        yield _unsat(
            f"sawtooth_{m}_beside_a_peak",
            f,
            _top(peak + step / 4, peak + step),
            "the inputs asked for hold no odd multiple of 2^-m, and only those reach 1",
        )


def _top(low: Fraction, high: Fraction) -> Ask:
    """Whether the output reaches 1 for an input from low to high."""
    return lambda x, y: all_of([x[0] >= low, x[0] <= high, y[0] >= 1])


def absorption() -> Iterator[Instance]:
    """relu(2^k x + 1) - relu(2^k x), which is 1 for x >= 0; a float with fewer than k bits drops the 1."""
    for k in (24, 30, 53, 60):
        (x,) = inputs(1, on=Box(1, 2))
        f = network([relu(2**k * x + 1) - relu(2**k * x)])
        yield _unsat(f"absorption_{k}_is_never_half", f, lambda x, y: y[0] <= Fraction(1, 2), "the output is 1 for every x >= 0")
        yield _sat(f"absorption_{k}_is_one", f, lambda x, y: y[0] >= 1, "the output is 1 for every x >= 0", [Fraction(4, 3)])


def adders() -> Iterator[Instance]:
    """Two adders of p bits, by ripple carry and by parallel prefixes, and their difference."""
    for p in (2, 4, 8):
        x = inputs(2 * p, on=Bits)
        pair = [interpret(emulate(circuit(p)), x, WIRES) for circuit in (ripple_adder, kogge_stone_adder)]
        f = network([a - b for a, b in zip(*pair, strict=True)])
        yield _unsat(
            f"adders_{p}_agree",
            f,
            lambda x, y: any_of([part for v in y for part in (v >= Fraction(1, 2), v <= Fraction(-1, 2))]),
            "on bits both networks add modulo 2^p, so that every output is 0",
        )


def pigeonholes() -> Iterator[Instance]:
    """Pigeons into holes: the output is 0 exactly where all inputs are bits that put each into a hole of its own."""
    for holes in (2, 3, 4):
        for pigeons in (holes, holes + 1):
            x: Any = inputs(pigeons, holes, on=Box(0, 1))
            clauses = [relu(1 - sum(row[1:], row[0])) for row in x]
            clauses += [relu(x[i][h] + x[j][h] - 1) for h in range(holes) for i, j in combinations(range(pigeons), 2)]
            bits = [smaller(v, 1 - v) for row in x for v in row]
            parts = [*clauses, *bits]
            f = network([sum(parts[1:], parts[0])])
            name = f"pigeons_{pigeons}_holes_{holes}"

            def ask(x: Sequence[Term], y: Sequence[Term]) -> Term:
                return y[0] <= 0

            if pigeons > holes:
                yield _unsat(name, f, ask, "the output is 0 only where each pigeon has a hole of its own: there are too few")
            else:
                seats = [Fraction(i == h) for i in range(pigeons) for h in range(holes)]
                yield _sat(name, f, ask, "the output is 0 exactly at the permutations", seats)


def tournament(x: Sequence[Wire]) -> Wire:
    """The maximum by rounds of pairs."""
    x = list(x)
    while len(x) > 1:
        x = [larger(a, b) for a, b in zip(x[::2], x[1::2], strict=False)] + x[len(x) // 2 * 2 :]
    return x[0]


def chain(x: Sequence[Wire]) -> Wire:
    """The maximum from left to right."""
    best = x[0]
    for a in x[1:]:
        best = larger(a, best)
    return best


def in_order(x: Sequence[Wire]) -> list[Wire]:
    """The inputs in increasing order, by neighbours in odd and even turns."""
    x = list(x)
    for turn in range(len(x)):
        for i in range(turn % 2, len(x) - 1, 2):
            x[i], x[i + 1] = compare_exchange(x[i], x[i + 1])
    return x


def _affine(bias: Any, terms: Sequence[tuple[Any, Wire]]) -> Any:
    return sum((weight * wire for weight, wire in terms), bias)


def _activation(kind: Activation, value: Wire) -> Wire:
    assert kind.kind == "relu"
    return relu(value)


WIRES: Arithmetic[Any] = Arithmetic(lambda value: value, _affine, _activation)
"""A network on wires: its neurons become neurons of the network that is being traced."""


def _unsat(name: str, f: Network, ask: Ask, theorem: str) -> Instance:
    return Instance(name, f, _question(f, ask), "unsat", theorem)


def _sat(name: str, f: Network, ask: Ask, theorem: str, witness: Sequence[int | Fraction]) -> Instance:
    return Instance(name, f, _question(f, ask), "sat", theorem, tuple(map(Fraction, witness)))


def _question(f: Network, ask: Ask) -> Question:
    (x,) = variables(f.domain, [(f.input_count,)])
    (y,) = output_variables([(len(f.output),)])
    return Question(f.domain, ask(x, y))
