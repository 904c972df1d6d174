"""Families made of families: copies of one side by side, and one after another. Nothing of a part is used but its contract.

Shapes are functions of the parameters: n, of calls p behind it, of copies their number before it. That one part puts out what the
next one takes is an equality of such functions, not of numbers at some n.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

from proofcheck.domains import domain_of
from proofcheck.errors import ConstructionError
from proofcheck.families.arrays import Automaton, OddEvenSort, Stages, mapped, ordered, staged
from proofcheck.families.calls import Calls, called_over
from proofcheck.families.family import Fold, Json, Tree
from proofcheck.families.unroll import SPLITS, folded, merged
from proofcheck.networks import Network, inputs, network

Part = Any  # one of the classes of families
Shape = tuple[tuple[int, int], ...]  # of each index, its length: a parameter by its place, less a number
ROW: Shape = ((0, 0),)
BITS = ["grid", "0x0", "0x1", 2]
LARGEST = 100_000


@dataclass(frozen=True, eq=False)
class Parallel:
    """m copies of a family side by side, for every m >= 1 and every n.

    block: the family. shared: the names of those of its inputs that all copies read; of the others each copy has its own. What
    is claimed of copies is claimed of each alone, by Each(contract): nothing joint, such as a sum over copies, can be said.
    """

    block: Part
    shared: Collection[str] = ()

    def __post_init__(self) -> None:
        names = names_in(self.block)
        if isinstance(self.shared, str) or not set(self.shared) <= set(names):
            raise ConstructionError(f"shared={self.shared!r} was given, expected a list of some of {', '.join(names)}")

    def data(self) -> Json:
        """FAMILY of docs/formats.md."""
        shared = [name in self.shared for name in names_in(self.block)]
        return {"rule": "parallel", "block": self.block.data(), "shared": shared}

    def network(self, *at: int) -> Network:
        """The network of m copies, at m and what the block is asked for. Ports: those of the block with one index more."""
        return _network(self, at)


@dataclass(frozen=True, eq=False)
class Series:
    """One family after another, for every n: output i of the first part is input i of the second, as they are written.

    So there are as many, of the same shapes as functions of n. What is claimed is Then(first, second), a contract for each part;
    that of the second holds of all inputs in its sets, in which the outputs of the first are shown to lie.
    """

    first: Part
    second: Part

    def __post_init__(self) -> None:
        names_in(self.first)
        made, taken = names_out(self.first), names_in(self.second)
        before, behind = self.first.data(), self.second.data()
        if bound_by(before, behind) is None:
            said = (f"{', '.join(made)} of shapes {_told(shapes(before)[1])}", f"{', '.join(taken)} of {_told(_taken(behind))}")
            raise ConstructionError(f"the first part gives {said[0]}, expected what the second takes: {said[1]}")

    def data(self) -> Json:
        """FAMILY of docs/formats.md."""
        return {"rule": "sequence", "first": self.first.data(), "second": self.second.data()}

    def network(self, *at: int) -> Network:
        """The network at what the first part is asked for. Ports: inputs of the first part, outputs of the second."""
        return _network(self, at)


@dataclass(frozen=True, eq=False)
class Each:
    """The contract of copies: each satisfies the contract of the block."""

    contract: Any

    def data(self, family: Any) -> Json:
        """CONTRACT of docs/formats.md."""
        if not isinstance(family, Parallel):
            raise ConstructionError(f"the family is {family!r}, expected Parallel(...)")
        return dict(self.contract.data(family.block))


@dataclass(frozen=True, eq=False)
class Then:
    """The contract of a series: what the first part satisfies, and what the second does of that which the first puts out."""

    first: Any
    second: Any

    def data(self, family: Any) -> Json:
        """CONTRACT of docs/formats.md."""
        if not isinstance(family, Series):
            raise ConstructionError(f"the family is {family!r}, expected Series(...)")
        return {"first": self.first.data(family.first), "second": self.second.data(family.second)}


def names_in(family: Part) -> list[str]:
    """The names of the inputs of a family. Raises ConstructionError for what is no family."""
    if isinstance(family, Parallel | Series):
        return names_in(family.block if isinstance(family, Parallel) else family.first)
    if isinstance(family, Calls):
        return [*family.block.fixed, *family.given]
    if isinstance(family, Fold | Tree):
        return [*family.inputs, *getattr(family, "fixed", ())]
    if isinstance(family, Automaton):
        return [*family.cell]
    if isinstance(family, Stages | OddEvenSort):
        return ["d" if isinstance(family, Stages) else "x"]
    raise ConstructionError(f"the part is {family!r}, expected a family such as Fold(...), Tree(...) or Parallel(...)")


def names_out(family: Part) -> list[str]:
    """The names of the outputs of a family."""
    if isinstance(family, Parallel | Series):
        return names_out(family.block if isinstance(family, Parallel) else family.second)
    if isinstance(family, Calls):
        return [*family.emitted, *family.words]
    if isinstance(family, Fold | Tree):
        return [*getattr(family, "emitted", ()), *family.results]
    return [*family.cell] if isinstance(family, Automaton) else ["y"]


def asked(family: Part, at: Sequence[Any]) -> tuple[Any, Any]:
    """(n, how) of an instance in docs/formats.md, of the numbers at which `network` is asked for. Raises ConstructionError."""
    names = arguments(family)
    if len(at) != len(names) or any(type(q) is not int or not 0 <= q <= LARGEST for q in at):
        raise ConstructionError(f"the network at {', '.join(map(str, at))} was asked for, expected integers {', '.join(names)}")
    if isinstance(family, Parallel | Series):
        return list(at), splits(family)
    return at[0], at[1] if len(at) > 1 else splits(family)


def splits(family: Part) -> Any:
    """How the trees of a family are divided, as statements about sizes say it."""
    if isinstance(family, Parallel):
        return splits(family.block)
    if isinstance(family, Series):
        return [splits(family.first), splits(family.second)]
    return family.split if isinstance(family, Tree) else None


def arguments(family: Part) -> list[str]:
    """What `network` is asked for: n, of an automaton also T, of calls p, of copies first how many, m, m1, ..."""
    return [name for name, _ in shapes(family.data())[2]]


def shapes(data: Mapping[str, Any]) -> tuple[list[tuple[Any, Shape]], list[Shape], list[tuple[str, int]]]:
    """Of FAMILY: its inputs, each with SET and shape; the shapes of its outputs; its parameters, each with its least value."""
    rule = data["rule"]
    if rule == "parallel":
        taken, made, least = shapes(data["block"])
        more = [(s, _copied(shape, same)) for (s, shape), same in zip(taken, data["shared"], strict=True)]
        inner = [(f"m{int(name[1:] or 0) + 1}" if name[0] == "m" else name, q) for name, q in least]
        return more, [_copied(shape) for shape in made], [("m", 1), *inner]
    if rule == "sequence":
        (taken, _, least), (_, made, needed) = shapes(data["first"]), shapes(data["second"])
        bound = bound_by(data["first"], data["second"])
        if bound is None:
            raise ConstructionError("the parts of a sequence do not fit")
        for (p, less), (_, q) in zip(bound, needed, strict=True):
            least[p] = least[p][0], max(least[p][1], q + less)
        return taken, [tuple((bound[p][0], bound[p][1] + less) for p, less in shape) for shape in made], least
    if rule == "calls":
        word: Shape = ((1, 0),)
        given = [(BITS, word)] * (len(data["block"]["inputs"]) - len(data["state"]))
        out = [ROW for _, top in data["state"] if top is not None]
        return [*((s, ROW) for s in data["block"]["fixed"]), *given], [*out, *(word for _ in data["state"])], [("n", 0), ("p", 1)]
    if rule == "stages":
        return [(s, ROW * 2) for s in data["inputs"]], [ROW * 2], [("n", 1)]
    taken = [(s, ROW) for s in data["inputs"]]
    if rule == "fold":
        each: list[Shape] = [((0, data["first"]),)] * len(data["emit"])
        return [*taken, *((s, ()) for s in data["fixed"])], [*each, *(() for _ in data["outputs"])], [("n", data["first"])]
    out = [() for _ in data["outputs"]] if rule == "tree" else [shape for _, shape in taken]
    return taken, out, [("n", 1), *([("T", 0)] if rule == "cells" else [])]


def bound_by(before: Mapping[str, Any], behind: Mapping[str, Any]) -> list[tuple[int, int]] | None:
    """Each parameter of the second part, as one of the first less a number; None when the parts do not fit for every n."""
    made, needed = shapes(before)[1], shapes(behind)[2]
    found: dict[int, tuple[int, int]] = {}
    if [len(shape) for shape in made] != [len(shape) for shape in _taken(behind)]:
        return None
    for have, want in zip(made, _taken(behind), strict=True):
        for length, (p, _) in zip(have, want, strict=True):
            if found.setdefault(p, length) != length:
                return None
    return [found[p] for p in range(len(needed))] if len(found) == len(needed) else None


def run(data: Mapping[str, Any], sizes: Sequence[int], how: Any, x: Sequence[Any]) -> list[Any]:
    """The outputs of FAMILY over wires or numbers, in nested lists of the shapes that `shapes` says, as the inputs are.

    how: the split of a tree, of a sequence [how, how], of copies that of one.
    """
    rule = data["rule"]
    if rule == "parallel":
        made = (run(data["block"], sizes[1:], how, copy_of(data, x, i)) for i in range(sizes[0]))
        return [list(column) for column in zip(*made, strict=True)]
    if rule == "sequence":
        bound = bound_by(data["first"], data["second"])
        assert bound is not None
        middle = run(data["first"], sizes, how[0], x)
        return run(data["second"], [sizes[p] - less for p, less in bound], how[1], middle)
    if rule == "fold":
        width = len(data["inputs"])
        emitted, ends = folded(data, [[column[k] for column in x[:width]] for k in range(sizes[0])], x[width:])
        return [*([row[i] for row in emitted] for i in range(len(data["emit"]))), *ends]
    if rule == "calls":
        kept = len(data["block"]["fixed"])
        out, words = called_over(data, [[column[k] for column in x[:kept]] for k in range(sizes[0])], x[kept:], sizes[1])
        tops = sum(top is not None for _, top in data["state"])
        return [*([row[i] for row in out] for i in range(tops)), *words]
    if rule == "stages":
        return [staged(data, x[0])]
    if rule == "sort":
        return [ordered(data, x[0])]
    tape: Any = [list(row) for row in zip(*x, strict=True)]
    if rule == "tree":
        return merged(data, tape, SPLITS[how])
    for _ in range(sizes[1]):
        tape = mapped(data, tape)
    return [list(wire) for wire in zip(*tape, strict=True)]


def copy_of(data: Mapping[str, Any], x: Sequence[Any], i: int) -> list[Any]:
    """The inputs of copy i."""
    return [group if same else group[i] for group, same in zip(x, data["shared"], strict=True)]


def grouped(values: Sequence[Any], lengths: Sequence[Sequence[int]]) -> list[Any]:
    """Values one after another, as nested lists of these lengths."""
    left = iter(values)

    def group(length: Sequence[int]) -> Any:
        return [group(length[1:]) for _ in range(length[0])] if length else next(left)

    return [group(length) for length in lengths]


def flat(value: Any) -> list[Any]:
    """What stands in nested lists, one after another."""
    return [one for part in value for one in flat(part)] if isinstance(value, list) else [value]


def lengths_at(of: Sequence[Shape], sizes: Sequence[int]) -> list[tuple[int, ...]]:
    """The lengths of shapes at given parameters."""
    return [tuple(sizes[p] - less for p, less in shape) for shape in of]


def _network(family: Part, at: Sequence[int]) -> Network:
    sizes, how = asked(family, at)
    data = family.data()
    taken, _, least = shapes(data)
    if any(a < max(1, b) for a, (_, b) in zip(sizes, least, strict=True)):
        words = ", ".join(f"{name} >= {max(1, q)}" for name, q in least)
        raise ConstructionError(f"the network at {', '.join(map(str, at))} was asked for, expected {words}")
    x = []
    for name, (one, shape) in zip(names_in(family), taken, strict=True):
        (length,) = lengths_at([shape], sizes)
        domain = domain_of({"sets": [[one, prod(length)]], "constraints": [], "different": []})
        x.append(inputs(*length, on=domain, name=name))
    made = run(data, sizes, how, x)
    ports = zip(names_out(family), made, strict=True)
    return network({name: value for name, value in ports if not isinstance(value, list) or value}, x)


def _copied(shape: Shape, same: bool = False) -> Shape:
    """The shape of copies, of which there are as many as the first parameter says."""
    moved = tuple((p + 1, less) for p, less in shape)
    return moved if same else (*ROW, *moved)


def _taken(data: Mapping[str, Any]) -> list[Shape]:
    return [shape for _, shape in shapes(data)[0]]


def _told(of: Sequence[Shape]) -> str:
    """Shapes in words, with the letters a, b, ... for parameters."""
    words = [["abcdefgh"[p] + (f" - {less}" if less else "") for p, less in shape] for shape in of]
    return ", ".join(f"({' x '.join(shape)})" for shape in words)
