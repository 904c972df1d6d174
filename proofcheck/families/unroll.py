"""Unrolling: the data of a family run over wires, which gives the network at n, or over numbers, which gives its values.

Ports and coordinates come in the order of docs/formats.md: each input of all steps or leaves, then the fixed inputs; each
output that the steps emit, then the outputs of the last state.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Any

from proofcheck.errors import ConstructionError
from proofcheck.exact import rational_of
from proofcheck.networks import Network, inputs, leaky_relu, network, relu, saturated_linear, step
from proofcheck.networks.wire import Wire

LARGEST = 100_000
SPLITS: Mapping[str, Callable[[int], int]] = {
    "halves": lambda n: (n + 1) // 2,
    "left": lambda n: n - 1,
    "right": lambda n: 1,
    "power": lambda n: 1 << (n - 1).bit_length() - 1,
}
"""How many of n >= 2 leaves go to the left: from 1 to n - 1."""
Value = Any  # a Wire or a Fraction


_number = lru_cache(1 << 12)(rational_of)


def evaluated(polynomial: Sequence[Any], table: Sequence[Value]) -> Value:
    """The value of POLY over a table; at most one factor of a product may be a wire."""
    total: Value = Fraction(0)
    for q, places in polynomial:
        part: Value = _number(q)
        wires = [table[v] for v in places if isinstance(table[v], Wire)]
        for v in places:
            if not isinstance(table[v], Wire):
                part = part * table[v]
        for wire in wires:
            part = part * wire
        total = total + part
    return total


def operated(operation: str, number: Fraction, on: Sequence[Value]) -> Value:
    """The value of an operation; on wires activations only."""
    if operation == "leaky_relu":
        return leaky_relu(on[0], number)
    activations: Mapping[str, Callable[[Value], Value]] = {"relu": relu, "step": step, "saturated_linear": saturated_linear}
    if operation in activations:
        return activations[operation](on[0])
    if operation in ("floordiv", "mod"):
        whole = Fraction(on[0] // number)
        return whole if operation == "floordiv" else on[0] - whole * number
    plain: Mapping[str, Callable[..., Value]] = {
        "identity": lambda a: a,
        "max": lambda *a: max(a),
        "min": lambda *a: min(a),
        "abs": abs,
        "square": lambda a: a * a,
        "<=": lambda a, b: Fraction(a <= b),
        "<": lambda a, b: Fraction(a < b),
        "==": lambda a, b: Fraction(a == b),
    }
    return plain[operation](*on)


def defined(nodes: Sequence[Any], table: Sequence[Value]) -> list[Value]:
    """The table with the values of the nodes behind it."""
    values = list(table)
    for operation, number, arguments in nodes:
        values.append(operated(operation, _number(number), [evaluated(a, values) for a in arguments]))
    return values


def all_of(polynomials: Sequence[Any], table: Sequence[Value]) -> list[Value]:
    """The values of several polynomials."""
    return [evaluated(polynomial, table) for polynomial in polynomials]


def units_at(family: Mapping[str, Any], k: int) -> list[Fraction]:
    """The values of the units of a fold at step k."""
    return [_number(start) * _number(ratio) ** k for start, ratio in family["units"]]


def folded(family: Mapping[str, Any], x: Sequence[Sequence[Value]], f: Sequence[Value]) -> tuple[list[list[Value]], list[Value]]:
    """(what each step emits, the outputs) of a fold over the inputs x of all steps."""
    first = family["first"]
    state = all_of(family["init"], [*x[0], *f] if first else f)
    emitted = []
    for k in range(first, len(x)):
        table = defined(family["nodes"], [*state, *x[k], *f, *units_at(family, k)])
        state = all_of(family["state"], table)
        emitted.append(all_of(family["emit"], table))
    last = defined(family["last"], [*state, *f, *units_at(family, len(x))])
    return emitted, all_of(family["outputs"], last)


def merged(family: Mapping[str, Any], x: Sequence[Sequence[Value]], split: Callable[[int], int]) -> list[Value]:
    """The outputs of a tree over the inputs x of all leaves."""

    def state(first: int, count: int) -> list[Value]:
        waiting: list[tuple[int, int, bool]] = [(first, count, False)]
        made: list[list[Value]] = []
        while waiting:
            start, size, ready = waiting.pop()
            if size == 1:
                leaf = family["leaf"]
                made.append(all_of(leaf["state"], defined(leaf["nodes"], x[start])))
            elif ready:
                right, left = made.pop(), made.pop()
                block = family["merge"]
                made.append(all_of(block["state"], defined(block["nodes"], [*left, *right])))
            else:
                cut = split(size)
                waiting += [(start, size, True), (start + cut, size - cut, False), (start, cut, False)]
        return made.pop()

    return all_of(family["outputs"], defined(family["last"], state(0, len(x))))


def fold_network(
    data: Mapping[str, Any], n: int, names: Sequence[Sequence[str]], sets: Sequence[Any], kept: Sequence[Any]
) -> Network:
    """The network of n steps. names: of the inputs, the fixed inputs, what a step emits and the outputs."""
    _check(n)
    x = [inputs(n, on=on, name=name) for name, on in zip(names[0], sets, strict=True)]
    f = [inputs(on=on, name=name) for name, on in zip(names[1], kept, strict=True)]
    emitted, ends = folded(data, list(zip(*x, strict=True)) if x else [()] * n, f)
    ports: dict[str, Any] = {name: [row[i] for row in emitted] for i, name in enumerate(names[2]) if emitted}
    ports |= dict(zip(names[3], ends, strict=True))
    if not ports:
        raise ConstructionError(f"the network at n = {n} has no outputs: it has no step yet")
    return network(ports, [*x, *f])


def tree_network(data: Mapping[str, Any], n: int, split: str, names: Sequence[Sequence[str]], sets: Sequence[Any]) -> Network:
    """The network over n leaves. names: of the inputs and of the outputs."""
    _check(n)
    x = [inputs(n, on=on, name=name) for name, on in zip(names[0], sets, strict=True)]
    ends = merged(data, list(zip(*x, strict=True)), SPLITS[split])
    return network(dict(zip(names[1], ends, strict=True)), x)


def _check(n: Any) -> None:
    if type(n) is not int or not 1 <= n <= LARGEST:
        raise ConstructionError(f"the network at n = {n!r} was asked for, expected an integer from 1 to {LARGEST}")
