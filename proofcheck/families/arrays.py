"""Families over arrays: a local map on the cells of a tape, stages of relaxation on a square array, odd-even merge sort."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from types import SimpleNamespace
from typing import Any

from proofcheck.errors import ConstructionError
from proofcheck.exact import rational, rational_of, text_of
from proofcheck.families.expressions import NEURONS, Expression, Fact, Table, variable
from proofcheck.families.family import Json, set_of
from proofcheck.families.reading import apart, called, facts, named, side, variables
from proofcheck.families.unroll import all_of, defined, evaluated
from proofcheck.networks import Network, inputs, network

LETTERS = "ijlm"


@dataclass(frozen=True, eq=False)
class Automaton:
    """A tape all cells of which are mapped at once, T times: new cell = step(near).

    cell: the sets of the wires of a cell by name. reach: how far a cell reads to either side. step: of a list `near` of
    2 * reach + 1 cells from left to right, near[reach] the cell itself, each with its wires as attributes; a dict. pad: the
    wires of the cells beyond the ends.
    """

    cell: Mapping[str, Any]
    step: Callable[..., Any]
    pad: Mapping[str, Any]
    reach: int = 1

    def __post_init__(self) -> None:
        if type(self.reach) is not int or not 0 <= self.reach <= 8:
            raise ConstructionError(f"the reach is {self.reach!r}, expected an integer from 0 to 8")
        if set(self.pad) != set(self.cell):
            raise ConstructionError(f"the pad names {', '.join(self.pad)}, expected the wires of a cell: {', '.join(self.cell)}")
        self.data()

    def data(self) -> Json:
        """FAMILY of docs/formats.md."""
        return self._data

    def near(self) -> tuple[Table, list[SimpleNamespace]]:
        """Fresh cells near one, as a table and as namespaces."""
        cells = [variables(tuple(self.cell)) for _ in range(2 * self.reach + 1)]
        table = Table(*({f"near[{i}].{name}": v for name, v in cell.items()} for i, cell in enumerate(cells)))
        return table, [side(cell) for cell in cells]

    @cached_property
    def _data(self) -> Json:
        apart({"a wire": [*self.cell, "T", "n"]})
        table, near = self.near()
        made = named("the step", called("the step", self.step, {"near": near}))
        if set(made) != set(self.cell):
            raise ConstructionError(f"the step gives {', '.join(made)}, expected the wires of a cell: {', '.join(self.cell)}")
        table.define(list(made.values()), NEURONS)
        return {
            "rule": "cells",
            "inputs": [set_of(name, on) for name, on in self.cell.items()],
            "reach": self.reach,
            "pad": [text_of(rational(self.pad[name])) for name in self.cell],
            "nodes": table.nodes,
            "state": [table.polynomial(made[name]) for name in self.cell],
        }

    def network(self, n: int, T: int) -> Network:
        """The network of T steps on a tape of n cells. Ports: each wire, n numbers, before and after."""
        x = [inputs(n, on=on, name=name) for name, on in self.cell.items()]
        tape = [list(cell) for cell in zip(*x, strict=True)]
        for _ in range(T):
            tape = mapped(self.data(), tape)
        return network({name: [cell[w] for cell in tape] for w, name in enumerate(self.cell)}, x)


def mapped(data: Mapping[str, Any], tape: Sequence[Sequence[Any]]) -> list[list[Any]]:
    """The tape after one step of a local map with the keys of FAMILY: reach, pad, nodes, state."""
    ends = [[rational_of(q) for q in data["pad"]]] * data["reach"]
    whole = [*ends, *tape, *ends]
    windows = (whole[i : i + 2 * data["reach"] + 1] for i in range(len(tape)))
    return [all_of(data["state"], defined(data["nodes"], [v for cell in window for v in cell])) for window in windows]


@dataclass(frozen=True, eq=False)
class Stages:
    """A square array D, at first the input d; stage k replaces all entries at once: D[i,j] by step(D[i,j], D[i,k], D[k,j]).

    entry: the set of an entry of d. step: of `direct`, `first` and `second`, the three entries.
    """

    entry: Any
    step: Callable[..., Any]

    def __post_init__(self) -> None:
        self.data()

    def data(self) -> Json:
        """FAMILY of docs/formats.md."""
        return self._data

    @cached_property
    def _data(self) -> Json:
        table = Table(variables(("direct", "first", "second")))
        (made,) = named("the step", called("the step", self.step, table.names)).values()
        table.define([made], NEURONS)
        entry = [set_of("entry", self.entry)]
        return {"rule": "stages", "inputs": entry, "nodes": table.nodes, "state": table.polynomial(made)}

    def network(self, n: int) -> Network:
        """The network of n stages on an n x n array."""
        d = inputs(n, n, on=self.entry, name="d")
        return network(staged(self.data(), d), d)


def staged(data: Mapping[str, Any], d: Sequence[Sequence[Any]]) -> list[list[Any]]:
    """The array after all stages."""
    D, n = [list(row) for row in d], len(d)
    for k in range(n):
        near = [[[D[i][j], D[i][k], D[k][j]] for j in range(n)] for i in range(n)]
        D = [[evaluated(data["state"], defined(data["nodes"], entry)) for entry in row] for row in near]
    return D


@dataclass(frozen=True, eq=False)
class OddEvenSort:
    """Batcher's odd-even merge sort of n numbers, largest first: sort both halves, merge what stands at even and at odd places,
    and compare neighbours. compare: of `a` and `b`, a dict with `high` and `low`.
    """

    on: Any
    compare: Callable[..., Any]

    def __post_init__(self) -> None:
        self.data()

    def data(self) -> Json:
        """FAMILY of docs/formats.md."""
        return self._data

    @cached_property
    def _data(self) -> Json:
        table = Table(variables(("a", "b")))
        made = named("the comparator", called("the comparator", self.compare, table.names))
        if set(made) != {"high", "low"}:
            raise ConstructionError(f"the comparator gives {', '.join(made)}, expected high and low")
        table.define([made["high"], made["low"]], NEURONS)
        ends = {end: table.polynomial(made[end]) for end in ("high", "low")}
        return {"rule": "sort", "inputs": [set_of("on", self.on)], "nodes": table.nodes, **ends}

    def network(self, n: int) -> Network:
        """The network that sorts n numbers."""
        x = inputs(n, on=self.on, name="x")
        return network(ordered(self.data(), x), x)


def ordered(data: Mapping[str, Any], x: Sequence[Any]) -> list[Any]:
    """The numbers in the order that the sort gives."""
    if len(x) < 2:
        return list(x)
    cut = (len(x) + 1) // 2
    return _merged(data, ordered(data, x[:cut]), ordered(data, x[cut:]))


def _merged(data: Mapping[str, Any], a: list[Any], b: list[Any]) -> list[Any]:
    """Two sorted lists as one: output 0 is the first at even places, then come comparisons of odd i with even i + 1."""
    if not a or not b:
        return a or b
    if len(a) == len(b) == 1:
        return _compared(data, a[0], b[0])
    even, odd = _merged(data, a[::2], b[::2]), _merged(data, a[1::2], b[1::2])
    pairs = [value for one, other in zip(odd, even[1:], strict=False) for value in _compared(data, one, other)]
    return [even[0], *pairs, *odd[len(even) - 1 :], *even[len(odd) + 1 :]]


def _compared(data: Mapping[str, Any], a: Any, b: Any) -> list[Any]:
    return all_of([data["high"], data["low"]], defined(data["nodes"], [a, b]))


@dataclass(frozen=True)
class Sorted:
    """The contract of a sort: the outputs are the inputs in decreasing order."""

    def data(self, family: Any) -> Json:
        """CONTRACT of docs/formats.md."""
        if not isinstance(family, OddEvenSort):
            raise ConstructionError(f"the family is {family!r}, expected OddEvenSort(...)")
        return {"order": "decreasing"}


@dataclass(frozen=True, eq=False)
class LocalRule:
    """The contract of an automaton: what a step means, as a function of `near` that may use maximum and the like.

    invariant: facts about the wires of a cell, which inputs and pads have and a step keeps; the meaning is needed there only.
    heads: of the wires of a cell, what of it there is at most one on the tape: a premise about the tape at the start, of which
    the invariant may make use. moves: of the wires of a cell, what it gives to the next cell of which it is near[0], near[1], ...
    """

    means: Callable[..., Any]
    invariant: Callable[..., Any] | None = None
    heads: Callable[..., Any] | None = None
    moves: Callable[..., Any] | None = None

    def data(self, family: Any) -> Json:
        """CONTRACT of docs/formats.md."""
        if not isinstance(family, Automaton):
            raise ConstructionError(f"the family is {family!r}, expected Automaton(...)")
        table, near = family.near()
        meant = named("the rule", called("the rule", self.means, {"near": near}))
        if set(meant) != set(family.cell):
            raise ConstructionError(f"the rule gives {', '.join(meant)}, expected the wires of a cell: {', '.join(family.cell)}")
        table.define(list(meant.values()))
        alone = Table(variables(tuple(family.cell)))
        found = [] if self.invariant is None else facts("the invariant", called("the invariant", self.invariant, alone.names))
        ghosts = {"nodes": table.nodes, "step": [table.polynomial(meant[name]) for name in family.cell]}
        data = {"ghosts": ghosts, "invariant": alone.facts(found)}
        if (self.heads is None) != (self.moves is None):
            raise ConstructionError("heads= and moves= go together: how many there are in a cell, and where they go")
        if self.heads is not None:
            (count,) = named("the heads", called("the heads", self.heads, alone.names)).values()
            parts = list(named("what moves", called("what moves", self.moves, alone.names)).values())
            if len(parts) != 2 * family.reach + 1:
                raise ConstructionError(f"{len(parts)} moves were given, expected those to {2 * family.reach + 1} cells near")
            moves = [alone.polynomial(part) for part in parts]
            data["heads"] = {"count": alone.polynomial(count), "moves": moves, "witness": data_pad(family)}
        return data


def data_pad(family: Automaton) -> list[str]:
    """The pad of an automaton, which is without heads."""
    return [text_of(rational(family.pad[name])) for name in family.cell]


@dataclass(frozen=True, eq=False)
class Everywhere:
    """A fact about entries for all indices: of D and d, and other arrays, at indices i, j, l, m, such as D[i, j] <= d[i, j].

    finished: indices whose stage has been; at the end all have.
    """

    says: Callable[..., Any]
    finished: str = ""


class _Array:
    """An array that is being read: each entry at two letters is one variable."""

    def __init__(self, name: str, read: dict[tuple[str, str, str], Expression]) -> None:
        self.name, self.read = name, read

    def __getitem__(self, place: tuple[str, str]) -> Expression:
        return self.read.setdefault((self.name, *place), variable(f"{self.name}[{place[0]},{place[1]}]"))


@dataclass(frozen=True, eq=False)
class StageContract:
    """What holds of stages for every n. claims: kept by a stage; true of the last array for all indices.

    others: names of other arrays, with premises about them and d. each: facts about new, direct, first, second of a stage.
    walks: that D[i,j] is the least length of a walk from i to j, for which the claims must suffice.
    """

    claims: Sequence[Everywhere]
    others: Sequence[str] = ()
    premises: Sequence[Everywhere] = field(default_factory=tuple)
    each: Callable[..., Any] | None = None
    walks: bool = False

    def data(self, family: Any) -> Json:
        """CONTRACT of docs/formats.md."""
        if not isinstance(family, Stages):
            raise ConstructionError(f"the family is {family!r}, expected Stages(...)")
        apart({"an array": ["D", "d", *self.others], "an index": [*LETTERS]})
        table = Table(variables(("new", "direct", "first", "second")))
        found = [] if self.each is None else facts("what holds at each stage", called("it", self.each, table.names))
        return {
            "others": len(self.others),
            "premises": [fact for part in self.premises for fact in self._facts(part)],
            "claims": [fact for part in self.claims for fact in self._facts(part)],
            "each": table.facts(found),
        } | ({"walks": True} if self.walks else {})

    def _facts(self, part: Everywhere) -> list[Any]:
        read: dict[tuple[str, str, str], Expression] = {}
        own = {"D": "D", "d": "d"} | {name: f"E{i}" for i, name in enumerate(self.others)}
        arrays = {name: _Array(label, read) for name, label in own.items()}
        found: list[Fact] = facts("a claim", called("a claim", part.says, arrays | {letter: letter for letter in LETTERS}))
        table = Table({"".join(place): entry for place, entry in read.items()})
        return [[[list(place) for place in read], list(part.finished), *row] for row in table.facts(found)]
