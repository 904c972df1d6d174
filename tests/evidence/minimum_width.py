"""Networks of width max(d_x, d_y, 2): every closed cell certified by its vertices, and the constants shown to be tight.

    python -m tests.evidence.minimum_width [--large] [--samples N]

First table: whole networks of the catalogue's function, at the sizes of the catalogue, with --large at larger ones too; the
distance in L^p, with p as stated, is *sampled* at N random points in float64 beside its bound, and proves nothing. Second
table: encoders alone, certified to give each cell its own number, and the same with constants 99/100 of what the derivation
asks for, each of which must be refuted at a vertex. The exit status is 1 when anything ended otherwise.
"""

from __future__ import annotations

import argparse
import importlib.util
import random
import sys
import time
from dataclasses import replace
from fractions import Fraction
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

from proofcheck import Box, Cells, Computes, evaluate, inputs, layered, network, on_cells, resolution, sizes
from proofcheck.checkers import Budget, Task, vertices
from proofcheck.claims.evidence import Finding, Strength, Verdict
from proofcheck.claims.formulate import formulate
from proofcheck.claims.sizes import size_of
from proofcheck.kernel import replay
from proofcheck.networks import COLUMNS, Network, interpret
from proofcheck.networks.minimum_width import Steepness, code, encode, steepness

ROOT = Path(__file__).resolve().parents[2]
LARGE = [(2, 1, 1, Fraction(1, 12)), (2, 2, 1, Fraction(1, 4)), (3, 2, 1, Fraction(1, 2)), (5, 1, 1, Fraction(1, 2))]
ENCODERS = [
    (2, 4, Fraction(1, 10)),
    (2, 4, Fraction(1, 3)),
    (2, 5, Fraction(1, 100)),
    (3, 3, Fraction(1, 10)),
    (4, 2, Fraction(1, 8)),
]
TIGHT = ENCODERS[:2] + ENCODERS[3:4]
SHRUNK = {
    "M": lambda s: replace(s, lines=tuple(m * Fraction(99, 100) for m in s.lines)),
    "M/g": lambda s: replace(s, collapse=s.collapse * Fraction(99, 100)),
    "B": lambda s: replace(s, spare=Fraction(99, 100)),
}


def construction() -> Any:
    """The module of the construction file."""
    path = ROOT / "constructions" / "width" / "minimum_width_by_projections.py"
    specification = importlib.util.spec_from_file_location(path.stem, path)
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def certify(net: Network, claim: Computes, size: tuple[Any, ...] = (), names: tuple[str, ...] = ()) -> tuple[Finding, float]:
    """What vertex propagation finds, and the processor time that it took, the kernel's check included."""
    statement = formulate(claim, net, size_of(size, names), layered=True).statement
    begin = time.process_time()
    return vertices(Task(net, statement), Budget()), time.process_time() - begin


def encoder(d: int, cells: int, g: Fraction, constants: Steepness | None = None) -> tuple[Network, Computes]:
    """The encoder alone, and the claim that it gives each cell its own number."""
    codes = {cell: [code(cell, cells)] for cell in product(range(cells), repeat=d)}
    net = layered(network([encode(inputs(d, on=Box(0, 1), name="x"), cells, g / cells, constants)]))
    return net, Computes(lambda x: on_cells(codes, x), on=Cells(cells, g / cells))


def sampled_distance(net: Network, function: Any, d_x: int, d_y: int, p: int, samples: int) -> float:
    """The p-th root of the mean p-th power of the distance, in the maximum norm over the outputs, at random points."""
    generator = np.random.default_rng(1)
    x = generator.random((d_x, samples))
    made = np.array([np.broadcast_to(np.asarray(y, float), samples) for y in interpret(net, list(x), COLUMNS)])
    wanted = np.array(function([*x], d_y), float)
    return float(np.mean(np.abs(made - wanted).max(axis=0) ** p) ** (1 / p))


def rounding(net: Network, d_x: int, points: int = 20) -> float:
    """The largest difference between float64 and exact arithmetic at random points: how far to believe a sampled distance."""
    draw = random.Random(2)
    worst = 0.0
    for _ in range(points):
        x = [Fraction(draw.randrange(2**20), 2**20) for _ in range(d_x)]
        exact, near = evaluate(net, x), interpret(net, [np.array([float(t)]) for t in x], COLUMNS)
        worst = max(worst, *(abs(float(a) - float(np.asarray(b).flat[0])) for a, b in zip(exact, near, strict=True)))
    return worst


def networks(large: bool, samples: int) -> bool:
    """Print the first table; True when every row is certified, of the width it should have, and sampled below its bound."""
    module, right = construction(), True
    print("(d_x, d_y) p  eps     K    gap  Q cells width layers  largest weight   bytes   find  kernel  bound  sampled  rounding")
    for size in [*module.SIZES, *(LARGE if large else [])]:
        d_x, d_y, p, eps = size
        cells, gap, base = resolution(1, p, eps, d_x, d_y)
        net = layered(module.build(*size))
        measured, claim = sizes(net), module.construction.claims["exact on the cells"]
        finding, seconds = certify(net, claim, size, ("d_x", "d_y", "p", "eps"))
        begin = time.process_time()
        proved = replay(finding.certificate) if finding.certificate else None
        kernel = time.process_time() - begin
        bad = 1 - (1 - (cells - 1) * gap) ** d_x
        bound = float((Fraction(1, 2 * cells) + (Fraction(1, 2 * base) if d_y > 1 else 0)) ** p + bad) ** (1 / p)
        distance = sampled_distance(net, module.function, d_x, d_y, p, samples)
        row = f"({d_x}, {d_y})    {p:2}  {eps!s:5} {cells:3} {gap!s:>6} {base:2} {cells**d_x:5}"
        row += f" {measured.width:5} {measured.depth:6}"
        row += f" {float(measured.largest_weight):15.6g} {len(finding.certificate or b''):7} {seconds:6.2f} {kernel:7.2f}"
        print(f"{row} {bound:6.4f} {distance:8.4f} {rounding(net, d_x):9.1e}", flush=True)
        right &= finding.strength is Strength.CERTIFIED and proved is not None and proved.measures["cells"] == cells**d_x
        right &= measured.width == max(d_x, d_y, 2) and distance <= bound <= eps
    return right


def encoders() -> bool:
    """Print the second table; True when the encoders are certified and those with smaller constants refuted."""
    right = True
    print("d  K  g      cells layers  largest weight  as derived  99/100 of M   99/100 of M/g  99/100 of B")
    for d, cells, g in ENCODERS:
        net, claim = encoder(d, cells, g)
        measured, found = sizes(net), [certify(net, claim)[0]]
        for change in SHRUNK.values() if (d, cells, g) in TIGHT else ():
            found.append(certify(*encoder(d, cells, g, change(steepness(d, cells, g / cells))))[0])
        words = [f"{finding.verdict.value:13}" for finding in found]
        size = f"{d}  {cells}  {g!s:6} {cells**d:5} {measured.depth:6} {float(measured.largest_weight):15.6g}"
        print(f"{size}  {' '.join(words)}", flush=True)
        right &= found[0].strength is Strength.CERTIFIED and measured.width == d
        wanted = [Verdict.REFUTED, Verdict.REFUTED, Verdict.HOLDS if d == 2 else Verdict.REFUTED]
        right &= len(found) == 1 or [finding.verdict for finding in found[1:]] == wanted
    print("B occurs from d = 3 on")
    return right


def main(argv: list[str]) -> int:
    """Print both tables; returns 1 when something is not as it should be."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--large", action="store_true")
    parser.add_argument("--samples", type=int, default=100_000)
    asked = parser.parse_args(argv)
    return 0 if all([networks(asked.large, asked.samples), encoders()]) else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
