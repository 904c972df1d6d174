"""The vertices method: on every cell of the domain, each node is affine, so what holds at the vertices holds throughout.

A cell is a product of intervals and points. A node is affine on it when the vertices give its operation arguments from one
convex set on which that is affine; docs/trust.md has the proof.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import pairwise, product

from .domain import MOST_POINTS, Domain, Grid, Intervals, values_of
from .exact import Number, Rejected, Work, rational, require, shown
from .files import items, json_of
from .network import Network
from .statement import Statement, check_at
from .terms import DIVISIONS, OPERATIONS, Terms

Side = tuple[Number, ...]  # the ends of an interval, or a point


def check_vertices(statement: Statement, domain: Domain, target: Terms, network: Network, cuts: bytes, work: Work) -> int:
    """Check the statement at the vertices of each cell, and that all nodes are affine on it; the number of cells."""
    cells = 0
    for cell in product(*_sides(domain, cuts, work)):
        cells += 1
        shared: list[set[object]] = []  # for each node, the pieces that all vertices so far have in common
        for point in product(*cell):
            found: list[set[object]] = []
            check_at(point, statement, target, network, work, partial(_note, found))
            shared = [a & b for a, b in zip(shared or found, found, strict=True)]
        if not all(shared):
            j, where = shared.index(set()), " x ".join(f"[{shown(side[0])}, {shown(side[-1])}]" for side in cell)
            node = f"node {network.inputs + j}" if j < len(network.nodes) else "a node of the terms"
            raise Rejected(f"on the cell {where} {node} is not shown to be affine: cut there, if at all")
    return cells


def _note(found: list[set[object]], operation: str, arguments: Sequence[Number]) -> None:
    found.append(pieces(operation, arguments))


def _sides(domain: Domain, cuts: bytes, work: Work) -> list[list[Side]]:
    """For each coordinate its points and its intervals, these cut further at `cuts`: a cell has one of each coordinate's."""
    simple = not domain.constraints and not domain.different
    require(simple, "vertices need a domain without constraints and without different coordinates")
    rows = items(json_of(cuts.decode("ascii", "replace"), "the cuts"), "the cuts", len(domain.sets), len(domain.sets))
    sides, vertices = list[list[Side]](), 1
    for i, (values, row) in enumerate(zip(domain.sets, rows, strict=True)):
        sides.append(_side(f"x{i}", values, [rational(cut, "a cut") for cut in items(row, f"the cuts of x{i}")], work))
        vertices *= sum(map(len, sides[-1]))
        work.spend(vertices)
    work.spend(vertices * len(sides))
    return sides


def _side(name: str, values: Grid | Intervals, cuts: list[Number], work: Work) -> list[Side]:
    if isinstance(values, Grid):
        parts = [(v, v) for v in values_of(values, MOST_POINTS) or ()]
        require(parts, f"{name} has more than {MOST_POINTS} values")
    else:
        parts = [(low, high) for low, high in values.parts if low is not None and high is not None]
        require(len(parts) == len(values.parts), f"{name} is unbounded: vertices need a bounded domain")
    work.spend(len(parts) * (1 + len(cuts)))
    require(all(a < b for a, b in pairwise(cuts)), f"the cuts of {name} must be strictly increasing")
    ends = [(low, *(cut for cut in cuts if low < cut < high), high) for low, high in parts]
    require(sum(map(len, ends)) == 2 * len(parts) + len(cuts), f"a cut of {name} lies inside none of its intervals")
    return [(a,) if a == b else (a, b) for row in ends for a, b in pairwise(row)]


def pieces(operation: str, arguments: Sequence[Number]) -> set[object]:
    """Of the convex sets on which an operation is affine, named as one likes, those that the arguments lie in."""
    first, second = (*arguments, 0, 0)[:2]
    if operation == "identity":
        return {0}
    if operation in ("relu", "leaky_relu", "abs"):
        return {"+", "-"} if first == 0 else {"+" if first > 0 else "-"}
    if operation == "saturated_linear":
        return {name for name, inside in (("0", first <= 0), ("z", 0 <= first <= 1), ("1", first >= 1)) if inside}
    if operation in ("max", "min"):
        best = OPERATIONS[operation][1](*arguments)
        return {i for i, argument in enumerate(arguments) if argument == best}
    if operation in DIVISIONS:
        return {first // second}
    simple = {"step": first >= 0, "<=": first <= second, "<": first < second, "where": first}
    simple["=="] = (first > second) - (first < second)
    return {simple[operation] if operation in simple else tuple(arguments)}  # where nothing varies all are affine
