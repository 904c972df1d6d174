"""Equivalence of piecewise-linear networks over a box: found by lemmas and trees, audited, and refuted where it is wrong.

    python -m tests.evidence.equal_networks [--only WORDS]

prints one line for each pair: neurons on both sides, what was found and by what, processor seconds to find, size of the
certificate, processor seconds to audit it, and how long a wrong variant took to refute: the first output of the second network
is too large by one part in 2^20. The exit status is 1 when a pair that is not marked as out of reach is not certified, or a
wrong variant is not refuted by an input.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from typing import Any

from proofcheck import Box, Reals, inputs, network, relu, sizes
from proofcheck.checkers.settle import settle
from proofcheck.checkers.task import Budget, Task
from proofcheck.claims.evidence import Strength, Verdict
from proofcheck.commands.networks import equals_network
from proofcheck.families import OddEvenSort, Tree
from proofcheck.kernel import replay
from proofcheck.networks import Network, layered

BUDGET = Budget(seconds=150)
OFF = Fraction(1, 1 << 20)
Pair = Callable[[], tuple[Network, Network]]


def chain(n: int) -> Network:
    """The maximum, one number after another."""
    x = inputs(n, on=Reals)
    best = x[0]
    for value in x[1:]:
        best = value + relu(best - value)
    return network(best)


def tournament(n: int) -> Network:
    """The maximum by halves."""
    leaf = {"x": Reals}
    return Tree(leaf, lambda x: {"m": x}, lambda left, right: {"m": right.m + relu(left.m - right.m)}, lambda m: m).network(n)


def bubbles(n: int) -> Network:
    """Sorting by comparing neighbours, again and again, largest first."""
    x = list(inputs(n, on=Reals))
    for last in range(n - 1, 0, -1):
        for i in range(last):
            excess = relu(x[i + 1] - x[i])
            x[i], x[i + 1] = x[i] + excess, x[i + 1] - excess
    return network(x)


def batcher(n: int) -> Network:
    """Sorting by odd-even merge."""

    def compare(a, b):  # type: ignore[no-untyped-def]
        excess = relu(a - b)
        return {"high": b + excess, "low": a - excess}

    return OddEvenSort(Reals, compare).network(n)


def dense(widths: tuple[int, ...], seed: int, twisted: bool = False) -> Network:
    """Fully connected layers with weights k/4; twisted: neurons in another order, each scaled by a power of two."""
    draw, twist = random.Random(seed), random.Random(seed + 1)
    layers = []
    for a, b in pairwise(widths):
        layers.append([[Fraction(draw.randrange(-4, 5), 4) for _ in range(a + 1)] for _ in range(b)])
    values = list(inputs(widths[0], on=Reals))
    scales = [Fraction(1)] * len(values)
    for layer, rows in enumerate(layers):
        order = list(range(len(rows)))
        if twisted and layer < len(layers) - 1:
            twist.shuffle(order)
        made, factors = (
            [*values, *values][: len(rows)] + [values[0]] * max(0, len(rows) - 2 * len(values)),
            [Fraction(1)] * len(rows),
        )
        for i in order:
            factors[i] = Fraction(2) ** twist.randrange(-2, 3) if twisted and layer < len(layers) - 1 else Fraction(1)
            weighted = (w / s * v for w, s, v in zip(rows[i], scales, values, strict=False))
            total = factors[i] * (sum(weighted, start=Fraction(0)) + rows[i][-1])
            made[i] = total if layer == len(layers) - 1 else relu(total)
        values, scales = made, factors
    return network(values)


def lifted(widths: tuple[int, ...], seed: int) -> Network:
    """The same network of inputs that are carried through one more layer, as relu(x) - relu(-x)."""
    x = inputs(widths[0], on=Reals)
    carried = network([relu(v) - relu(-v) for v in x])
    return carried >> dense(widths, seed)


def simplified(widths: tuple[int, ...], seed: int) -> tuple[Network, Network]:
    """A network of larger biases, and it without the neurons that never bend on [-1, 1] by intervals: summed up or left out."""
    draw = random.Random(seed)
    layers: list[list[tuple[list[Fraction], Fraction]]] = []
    for a, b in pairwise(widths):
        most = 8 * a // 3
        layers.append([([Fraction(draw.randrange(-4, 5), 4) for _ in range(a)], Fraction(draw.randrange(-most, most + 1), 4))
                       for _ in range(b)])  # fmt: skip
    found = []
    for simpler in (False, True):
        x: list[Any] = list(inputs(widths[0], on=Reals))
        box = [(Fraction(-1), Fraction(1))] * widths[0]
        for layer in layers:
            y: list[Any] = []
            reach = []
            for weights, bias in layer:
                total = sum((w * v for w, v in zip(weights, x, strict=True)), start=Fraction(0)) + bias
                low = bias + sum(min(w * p, w * q) for w, (p, q) in zip(weights, box, strict=True))
                high = bias + sum(max(w * p, w * q) for w, (p, q) in zip(weights, box, strict=True))
                straight = layer is layers[-1] or (simpler and low >= 0)
                y.append(total if straight else Fraction(0) if simpler and high <= 0 else relu(total))
                reach.append((max(low, Fraction(0)), max(high, Fraction(0))))
            x, box = y, reach
        found.append(network(x))
    return found[0], found[1]


def part(net: Network, output: int) -> Network:
    """One of the outputs."""
    return net >> network(inputs(len(net.output), on=Reals)[output])


def pairs() -> dict[str, Pair]:
    """The pairs by name."""
    found: dict[str, Pair] = {}
    for n in (4, 8, 16, 32):
        found[f"maximum of {n}: chain, tournament"] = lambda n=n: (chain(n), tournament(n))
    for n in (3, 4, 6, 8, 12, 16, 24):
        found[f"sort {n}: bubbles, odd-even merge"] = lambda n=n: (bubbles(n), batcher(n))
    for n in (4, 8):
        found[f"sort {n}: both in strict layers"] = lambda n=n: (layered(bubbles(n)), layered(batcher(n)))
    for n in (5, 9, 15):
        found[f"median of {n}: bubbles, odd-even merge"] = lambda n=n: (part(bubbles(n), n // 2), part(batcher(n), n // 2))
    for widths in ((2, 4, 4, 1), (4, 12, 12, 1), (5, 20, 20, 1), (8, 40, 40, 40, 2), (16, 64, 64, 64, 4)):
        name = "-".join(map(str, widths))
        found[f"dense {name}: neurons scaled and reordered"] = lambda w=widths: (dense(w, 1), dense(w, 1, twisted=True))
    for widths in ((2, 4, 1), (2, 6, 6, 1), (4, 16, 16, 1)):
        found[f"dense {'-'.join(map(str, widths))}: inputs carried"] = lambda w=widths: (dense(w, 3), lifted(w, 3))
    for widths in ((3, 8, 8, 1), (4, 16, 16, 16, 1), (6, 32, 32, 32, 2)):
        found[f"dense {'-'.join(map(str, widths))}: simplified by bounds"] = lambda w=widths: simplified(w, 5)
    return found


OUT_OF_REACH: set[str] = set()
"""Pairs that are not certified yet."""


def damaged(net: Network) -> Network:
    """The first output is too large by one part in 2^20."""
    y = inputs(len(net.output), on=Reals)
    return net >> network([y[0] + OFF * y[0], *y[1:]])


def spent() -> float:
    """Processor seconds of this process and of those it has waited for."""
    return sum(os.times()[:4])


def settled(first: Network, second: Network) -> tuple[object, float]:
    task = Task(first, equals_network(first, second, Box(-1, 1).of((first.input_count,))), other=second)
    begin = spent()
    return settle(task, Strength.CERTIFIED, BUDGET), spent() - begin


def main(argv: list[str]) -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="")
    asked, failed = parser.parse_args(argv), 0
    print(f"{'pair':50} neurons   found              find   certificate   audit   wrong variant")
    for name, make in pairs().items():
        if asked.only not in name:
            continue
        first, second = make()
        finding, seconds = settled(first, second)
        certified, audit, size = finding.certificate is not None, "-", "-"
        if certified:
            begin = spent()
            replay(finding.certificate)
            audit, size = f"{spent() - begin:.2f} s", f"{len(finding.certificate)} B"
        wrong, taken = settled(first, damaged(second))
        refuted = wrong.verdict is Verdict.REFUTED and wrong.witness is not None
        words = f"certified, {finding.method}" if certified else f"{finding.verdict.name.lower()}, {finding.method}"
        neurons = f"{sizes(first).neurons}, {sizes(second).neurons}"
        print(f"{name:50} {neurons:9} {words:18} {seconds:5.1f} s {size:>10} {audit:>8}   "
              f"{'refuted' if refuted else wrong.verdict.name.lower()}, {taken:.1f} s", flush=True)  # fmt: skip
        failed += (not certified and name not in OUT_OF_REACH) or not refuted
    print(
        f"{failed} failed"
        if failed
        else "every pair certified, or marked as out of reach; every wrong variant refuted by an input"
    )
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
