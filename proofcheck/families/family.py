"""Families of networks: a block and the rule that wires copies of it, for every n. Values; the data is all that counts.

`network(n)` unrolls the data, not the functions, so the network at n and what is stated for every n are about one object.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from proofcheck.errors import ConstructionError
from proofcheck.exact import rational, text_of
from proofcheck.families.expressions import NEURONS, Table
from proofcheck.families.reading import apart, called, named, side, variables
from proofcheck.families.unroll import SPLITS, fold_network, tree_network
from proofcheck.networks import Network

Json = dict[str, Any]


@dataclass(frozen=True, eq=False)
class Fold:
    """A state run through n steps: s_0 = start, (s_{k+1}, emitted) = step(s_k, x_k), outputs = outputs(s_n).

    inputs: the sets of the inputs of one step by name, such as {"x": Reals}. start: the state before the first step, a
    dict by name, affine; None where there is no state. step: a dict with the state after a step under the names of `start`;
    what else it names is an output at each step. Neurons are written with relu and the like. outputs: outputs of the last
    state; none by default.
    first: 0, or 1 where `start` reads the inputs of step 0 and the steps begin at 1. fixed: sets of inputs that every step
    reads. units: name: (start, ratio), the number start * ratio^k at step k, both > 0, by which a step may multiply.
    Functions name what they read. Raises ConstructionError or Refusal for what is no such family.
    """

    inputs: Mapping[str, Any]
    start: Callable[..., Any] | None
    step: Callable[..., Any]
    outputs: Callable[..., Any] | None = None
    first: int = 0
    fixed: Mapping[str, Any] = field(default_factory=dict)
    units: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.first not in (0, 1):
            raise ConstructionError(f"first is {self.first!r}, expected 0 or 1: whether the start reads the inputs of step 0")
        for name, pair in self.units.items():
            if not isinstance(pair, tuple) or len(pair) != 2 or not all(rational(q) > 0 for q in pair):
                raise ConstructionError(f"the unit {name!r} is {pair!r}, expected (start, ratio), two numbers above 0")
        self.data()

    def data(self) -> Json:
        """FAMILY of docs/formats.md."""
        return self._traced[0]

    @property
    def state(self) -> tuple[str, ...]:
        """The names of the state."""
        return self._traced[1]

    @property
    def emitted(self) -> tuple[str, ...]:
        """The names of the outputs of a step."""
        return self._traced[2]

    @property
    def results(self) -> tuple[str, ...]:
        """The names of the outputs of the last state."""
        return self._traced[3]

    @cached_property
    def _traced(self) -> tuple[Json, tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
        x, f, u = variables(tuple(self.inputs)), variables(tuple(self.fixed)), variables(tuple(self.units))
        beginning = x | f if self.first else f
        start = {} if self.start is None else named("the start", called("the start", self.start, beginning))
        s = variables(tuple(start))
        apart({"an input": self.inputs, "a fixed input": self.fixed, "a unit": self.units, "a state": start})  # type: ignore[dict-item]
        made = named("the step", called("the step", self.step, s | x | f | u))
        missing = [name for name in start if name not in made]
        if missing:
            raise ConstructionError(f"the step does not say what becomes of {missing[0]!r}: it gives {', '.join(made)}")
        emitted = {name: part for name, part in made.items() if name not in start}
        ends = {} if self.outputs is None else named("the outputs", called("the outputs", self.outputs, s | f | u))
        if not emitted and not ends:
            raise ConstructionError("the family has no outputs: give outputs=, or let the step emit some")
        of_step = [*self.inputs, *self.fixed, *self.units, "k", "n"]
        apart({"an input": of_step, "what a step emits": [*emitted], "an output": [*ends]})
        begin = Table(x if self.first else {}, f)
        table, last = Table(s, x, f, u), Table(s, f, u)
        table.define(list(made.values()), NEURONS)
        last.define(list(ends.values()), NEURONS)
        data = {
            "rule": "fold",
            "first": self.first,
            "inputs": _sets(self.inputs),
            "fixed": _sets(self.fixed),
            "units": [[text_of(rational(q)) for q in pair] for pair in self.units.values()],
            "init": [begin.polynomial(part) for part in start.values()],
            "nodes": table.nodes,
            "state": [table.polynomial(made[name]) for name in start],
            "emit": [table.polynomial(part) for part in emitted.values()],
            "last": last.nodes,
            "outputs": [last.polynomial(part) for part in ends.values()],
        }
        return data, tuple(start), tuple(emitted), tuple(ends)

    def network(self, n: int) -> Network:
        """The network of n steps, unrolled. Ports: each input of n numbers, fixed inputs; what the steps emit, outputs."""
        names = (tuple(self.inputs), tuple(self.fixed), self.emitted, self.results)
        return fold_network(self.data(), n, names, [*self.inputs.values()], [*self.fixed.values()])


@dataclass(frozen=True, eq=False)
class Tree:
    """n leaves in order, merged two at a time by any binary tree: leaf(x) and merge(left, right) give the state as a dict.

    inputs: the sets of the inputs of a leaf by name. merge: reads left.m, right.m, ... for the state m of either side.
    outputs: outputs of the state of the root. split: what `network` takes for the tree: how many leaves go to the left, "halves"
    (rounded up), "left" (all but one), "right" (one) or "power" (the largest power of two below n).
    """

    inputs: Mapping[str, Any]
    leaf: Callable[..., Any]
    merge: Callable[..., Any]
    outputs: Callable[..., Any]
    split: str = "halves"

    def __post_init__(self) -> None:
        if self.split not in SPLITS:
            raise ConstructionError(f"the split is {self.split!r}, expected one of {', '.join(SPLITS)}")
        self.data()

    def data(self) -> Json:
        """FAMILY of docs/formats.md."""
        return self._traced[0]

    @property
    def state(self) -> tuple[str, ...]:
        """The names of the state."""
        return self._traced[1]

    @property
    def results(self) -> tuple[str, ...]:
        """The names of the outputs."""
        return self._traced[2]

    @cached_property
    def _traced(self) -> tuple[Json, tuple[str, ...], tuple[str, ...]]:
        x = variables(tuple(self.inputs))
        leaf = named("the leaf", called("the leaf", self.leaf, x))
        left, right, s = (variables(tuple(leaf)) for _ in range(3))
        apart({"an input": [*self.inputs], "a state": [*leaf]})
        both = {"left": side(left), "right": side(right)}
        merged = named("the merge", called("the merge", self.merge, both))
        if set(merged) != set(leaf):
            raise ConstructionError(f"the merge gives {', '.join(merged)}, expected what a leaf has: {', '.join(leaf)}")
        ends = named("the outputs", called("the outputs", self.outputs, s))
        apart({"an input": [*self.inputs, "n"], "an output": [*ends]})
        start, last = Table(x), Table(s)
        table = Table({f"left.{k}": v for k, v in left.items()}, {f"right.{k}": v for k, v in right.items()})
        start.define(list(leaf.values()), NEURONS)
        table.define(list(merged.values()), NEURONS)
        last.define(list(ends.values()), NEURONS)
        data = {
            "rule": "tree",
            "inputs": _sets(self.inputs),
            "leaf": {"nodes": start.nodes, "state": [start.polynomial(part) for part in leaf.values()]},
            "merge": {"nodes": table.nodes, "state": [table.polynomial(merged[name]) for name in leaf]},
            "last": last.nodes,
            "outputs": [last.polynomial(part) for part in ends.values()],
        }
        return data, tuple(leaf), tuple(ends)

    def network(self, n: int) -> Network:
        """The network over n leaves, unrolled by `split`. Ports: each input of n numbers; the outputs."""
        return tree_network(self.data(), n, self.split, (tuple(self.inputs), self.results), [*self.inputs.values()])


def _sets(families: Mapping[str, Any]) -> list[Any]:
    """SET for each name."""
    return [set_of(name, family) for name, family in families.items()]


def set_of(name: str, family: Any) -> list[Any]:
    """SET of a domain family. Raises ConstructionError for anything else."""
    if not hasattr(family, "of"):
        raise ConstructionError(f"the set of {name!r} is {family!r}, expected a family such as Reals, Bits or Box(0, 1)")
    domain = family.of(())
    if domain.constraints or domain.different:
        raise ConstructionError(f"the set of {name!r} has constraints, expected a set of single numbers")
    ((raw, _),) = domain.json()["sets"]
    return list(raw)
