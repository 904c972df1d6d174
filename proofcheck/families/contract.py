"""Contracts: what a family is claimed to do for every n, and why. Ghosts are functions of the inputs by the same recursion.

The statement is the conclusion, with the ghosts, the premises and the sets of the inputs; the invariant is how it is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from proofcheck.errors import ConstructionError
from proofcheck.exact import rational, text_of
from proofcheck.families.calls import RESERVED, Calls
from proofcheck.families.expressions import Expression, Fact, Table, lifted
from proofcheck.families.family import Fold, Json, Tree
from proofcheck.families.reading import Reads, apart, called, facts, side, variables
from proofcheck.spec import maximum, minimum


@dataclass(frozen=True, eq=False)
class Ghost:
    """A function of the inputs of all steps or leaves, which no network reads.

    start: its value at the start of a fold, or at a leaf. step: its value after a step, from ghosts, inputs, fixed inputs,
    units and what the step emits; `own` is its value before. merge: its value from two sides, left.own and right.own.
    empty: its value of no inputs, where a fold begins with none and that is not `start`.
    """

    start: Any
    step: Any = None
    merge: Any = None
    empty: Any = None


@dataclass(frozen=True, eq=False)
class Contract:
    """What holds of a family for every n.

    ghosts: by name. invariant: facts between state, ghosts, fixed inputs, units and k, true at the start and kept by a step.
    conclusion: facts about outputs, ghosts, fixed inputs, units and n. each: facts about what a step emits, the ghosts
    before it, its inputs, and k. premises: facts about the fixed inputs; witness: numbers for these that satisfy them.
    Each is a function that names what it reads and gives a list of comparisons.

    Of Calls: a word is read as the number that it spells, W is 2^p, R is 2^k at step k, and n can be read everywhere. premises
    are about given words, W and n; witness gives n and p, with which the premises must hold when given words are 0.
    block: what holds of the block, the one thing that is known of it.
    """

    conclusion: Callable[..., Any] | None = None
    ghosts: Mapping[str, Ghost] = field(default_factory=dict)
    invariant: Callable[..., Any] | None = None
    each: Callable[..., Any] | None = None
    premises: Callable[..., Any] | None = None
    witness: Mapping[str, Any] = field(default_factory=dict)
    block: Contract | None = None

    def data(self, family: Any) -> Json:
        """CONTRACT of docs/formats.md. Raises ConstructionError or Refusal for a contract that does not fit the family."""
        for name, ghost in self.ghosts.items():
            if not isinstance(ghost, Ghost):
                raise ConstructionError(f"the ghost {name!r} is {ghost!r}, expected largest(...) or Ghost(start, step)")
        if isinstance(family, Calls) != isinstance(self.block, Contract):
            raise ConstructionError("a contract has block=Contract(...), what holds of the block, for Calls(...) and only there")
        if isinstance(family, Tree):
            return self._tree(family)
        if isinstance(family, Calls):
            return self._calls(family)
        if not isinstance(family, Fold):
            raise ConstructionError(f"the family is {family!r}, expected Fold(...), Tree(...) or Calls(...)")
        return self._fold(family)

    def _calls(self, family: Calls) -> Json:
        g, x, a, v, e = (
            variables(tuple(part)) for part in (self.ghosts, family.block.fixed, family.given, family.words, family.emitted)
        )
        fixed, unit, k = a | variables(("W", "n")), variables(("R",)), variables(("k",))
        apart({"a word": [*v, *a], "an input": [*x], "a bit put out": [*e], "a ghost": [*g], "a parameter": [*RESERVED]})
        begin = Table(fixed)
        start = {name: _start(name, ghost, begin, True) for name, ghost in self.ghosts.items()}
        table = Table(g, x, fixed, unit, e)
        grown = {name: _step(name, ghost, table) for name, ghost in self.ghosts.items()}
        table.define(list(grown.values()))
        if set(self.witness) - {"n", "p"} or any(type(q) is not int for q in self.witness.values()):
            raise ConstructionError(f"the witness is {dict(self.witness)!r}, expected integers n and p that satisfy the premises")
        assert self.block is not None
        return {
            "ghosts": {
                "init": [begin.polynomial(part) for part in start.values()],
                "nodes": table.nodes,
                "step": [table.polynomial(part) for part in grown.values()],
            },
            "premises": _facts("the premises", self.premises, Table(fixed)),
            "witness": [self.witness.get("n", 1), self.witness.get("p", 1)],
            "invariant": _facts("the invariant", self.invariant, Table(v, g, fixed, unit, k)),
            "each": _facts("what holds at each step", self.each, Table(e, g, x, fixed, unit, k)),
            "conclusion": _facts("the conclusion", self.conclusion, Table(v, g, fixed, unit)),
            "block": self.block.data(family.block),
        }

    def _fold(self, family: Fold) -> Json:
        g, x, f, u = (variables(tuple(part)) for part in (self.ghosts, family.inputs, family.fixed, family.units))
        s, e, y, k = (variables(part) for part in (family.state, family.emitted, family.results, ("k",)))
        of_family = [*x, *f, *u, *s, *e, "k", "n"]
        apart({"a part of the family": of_family, "a ghost": [*g]})
        apart({"an output": [*y], "a ghost": [*g]})
        begin = Table(x if family.first else {}, f)
        start = {name: _start(name, ghost, begin, not family.first) for name, ghost in self.ghosts.items()}
        table = Table(g, x, f, u, e)
        grown = {name: _step(name, ghost, table) for name, ghost in self.ghosts.items()}
        table.define(list(grown.values()))
        if set(self.witness) != set(f if self.premises is not None else ()):
            raise ConstructionError(
                f"the witness names {', '.join(self.witness) or 'nothing'}, expected the fixed inputs, so that premises are "
                f"known to be satisfiable: {', '.join(f if self.premises is not None else ()) or 'there are no premises'}"
            )
        n = {"n": k["k"]}
        return {
            "ghosts": {
                "init": [begin.polynomial(part) for part in start.values()],
                "nodes": table.nodes,
                "step": [table.polynomial(part) for part in grown.values()],
            },
            "premises": _facts("the premises", self.premises, Table(f)),
            "witness": [text_of(rational(self.witness.get(name, 0))) for name in f] if self.premises else _members(family),
            "invariant": _facts("the invariant", self.invariant, Table(s, g, f, u, k)),
            "each": _facts("what holds at each step", self.each, Table(e, g, x, f, u, k)),
            "conclusion": _facts("the conclusion", self.conclusion, Table(y, g, f, u, n)),
        }

    def _tree(self, family: Tree) -> Json:
        for what, part in (("each", self.each), ("premises", self.premises)):
            if part is not None:
                raise ConstructionError(f"a tree has no steps and no fixed inputs: leave out {what}=")
        x, s, y = (variables(part) for part in (tuple(family.inputs), family.state, family.results))
        g, left, right = (variables(tuple(self.ghosts)) for _ in range(3))
        apart({"a part of the family": [*x, *s, "n"], "a ghost": [*g]})
        apart({"an output": [*y], "a ghost": [*g]})
        begin, table = Table(x), Table({f"left.{v}": w for v, w in left.items()}, {f"right.{v}": w for v, w in right.items()})
        start = {name: _start(name, ghost, begin) for name, ghost in self.ghosts.items()}
        merged = {}
        for name, ghost in self.ghosts.items():
            if ghost.merge is None:
                raise ConstructionError(f"the ghost {name!r} has no merge: give Ghost(start, merge=lambda left, right: ...)")
            both = {"left": side(left, name), "right": side(right, name)}
            merged[name] = _one(f"the ghost {name!r}", called(f"the merge of the ghost {name!r}", ghost.merge, both))
        table.define(list(merged.values()))
        return {
            "ghosts": {
                "leaf": [begin.polynomial(part) for part in start.values()],
                "nodes": table.nodes,
                "merge": [table.polynomial(part) for part in merged.values()],
            },
            "invariant": _facts("the invariant", self.invariant, Table(s, g)),
            "conclusion": _facts("the conclusion", self.conclusion, Table(y, g)),
        }


def _members(family: Fold) -> list[str]:
    """A member of the set of each fixed input: without premises any one is a witness."""
    return [text_of(_member(on.of(()))) for on in family.fixed.values()]


def _member(domain: Any) -> Any:
    if domain.is_finite:
        return domain.unrank(0)[0]
    low, high = domain.bounds(0)
    return low if low is not None else high if high is not None else 0


def _start(name: str, ghost: Ghost, table: Table, empty: bool = False) -> Expression:
    value = ghost.empty if empty and ghost.empty is not None else ghost.start
    if callable(value) or isinstance(value, Reads):
        value = called(f"the start of the ghost {name!r}", value, table.names)
    return _one(f"the start of the ghost {name!r}", value)


def _step(name: str, ghost: Ghost, table: Table) -> Expression:
    if ghost.step is None:
        raise ConstructionError(f"the ghost {name!r} has no step: in a fold give Ghost(start, step=lambda ...: ...)")
    names = table.names | {"own": table.names[name]}
    return _one(f"the ghost {name!r}", called(f"the step of the ghost {name!r}", ghost.step, names))


def _one(what: str, value: Any) -> Expression:
    if isinstance(value, Fact | list | tuple | dict):
        raise ConstructionError(f"{what} gives {value!r}, expected one expression")
    return lifted(value)


def _facts(what: str, function: Callable[..., Any] | None, table: Table) -> list[Any]:
    if function is None:
        return []
    found = facts(what, called(what, function, table.names))
    return table.facts(found)


def _reader(of: Any) -> Callable[[Mapping[str, Any]], Expression]:
    """What reads a value out of the names: a name, or a function of some of them."""
    if isinstance(of, str):
        return lambda names: lifted(_found(names, of))
    return lambda names: _one("what a ghost reads", called("what a ghost reads", of, names))


def _found(names: Mapping[str, Any], name: str) -> Any:
    if name not in names:
        raise ConstructionError(f"a ghost reads {name!r}, expected one of {', '.join(names) or 'no names: use first=1'}")
    return names[name]


def _aggregate(of: Any, together: Callable[[Any, Any], Any], empty: Any = None) -> Ghost:
    """The values of `of` at all steps, put together one after another; empty: of none, or None where there is no such value."""
    read = _reader(of)
    grow = Reads(lambda names: together(names["own"], read(names)))
    return Ghost(Reads(read), grow, lambda left, right: together(left.own, right.own), empty)


def largest(of: Any) -> Ghost:
    """The largest value; of: the name of an input, or a function of inputs. In a fold with first=1 only: none has no largest."""
    return _aggregate(of, maximum)


def least(of: Any) -> Ghost:
    """The least value, like `largest`."""
    return _aggregate(of, minimum)


def sum_of(of: Any) -> Ghost:
    """The sum of the values; of: as in `largest`, also of what steps emit."""
    return _aggregate(of, lambda a, b: a + b, 0)


def count_of(of: Any) -> Ghost:
    """The number of ones among bits."""
    return sum_of(of)


def sign_product(of: Any) -> Ghost:
    """The product of 1 - 2 b over bits b: 1 where an even number of them is 1, else -1."""
    read = _reader(of)
    return _aggregate(Reads(lambda names: 1 - 2 * read(names)), lambda a, b: a * b, 1)


def number_of(of: Any, unit: str) -> Ghost:
    """The number whose digits are the values, least significant first: the sum of unit * value, in a fold with first=0."""
    read = _reader(of)
    return Ghost(0, Reads(lambda names: names["own"] + _found(names, unit) * read(names)))


def is_bit(value: Expression) -> Fact:
    """The fact that a value is 0 or 1."""
    return value * value == value
