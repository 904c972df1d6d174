"""Which wire of a network of comparators is at least which other one, for every input: small lemmas, each on lower wires.

u >= v follows at once where a wire below u (through maxima) is at least a wire above v (through minima). Else a maximum above v
is one of its two arguments, or a minimum below u is, and each case goes on with more wires at hand. Truth tables at a
threshold say beforehand which pairs are worth it, so the search fails only when it is too long.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from proofcheck.checkers.piecewise.comparators import Wire, WireVariables
from proofcheck.checkers.piecewise.effort import Effort
from proofcheck.checkers.piecewise.polynomials import Number, difference, polynomial_json, variable
from proofcheck.checkers.piecewise.scope import Known, Tree
from proofcheck.exact import text_of

MOST_LEAVES = 2000
TRIED = 3
LONG = 2

Part = tuple[Number, list[Any]]  # a multiplier and a fact
Chain = tuple[Part, ...]  # facts that add up to u - v


@dataclass
class WireOrders:
    """variables: of each wire. chains: what was found about u >= v; None where nothing was."""

    known: Known
    wires: list[Wire]
    variables: WireVariables
    effort: Effort
    chains: dict[tuple[int, int], Chain | None] = field(default_factory=dict)
    leaves: int = 0
    most: int = MOST_LEAVES

    def holds(self, u: int, v: int) -> bool:
        """Whether u >= v at every threshold."""
        return self.wires[u].table | self.wires[v].table == self.wires[u].table

    def chain(self, u: int, v: int, most: int = 0) -> Chain | None:
        """Facts and lemmas that add up to u - v; most: leaves of one search, from here on."""
        if most and most != self.most:
            self.most = most
            self.chains = {pair: found for pair, found in self.chains.items() if found is not None}
        if u == v:
            return ()
        if (u, v) not in self.chains:
            found = self._found(u, v) if self.holds(u, v) else None
            if found is not None and len(found) > LONG:
                found = self._lemma(u, v, [total(found)])
            self.chains[u, v] = found
        return self.chains[u, v]

    def _found(self, u: int, v: int) -> Chain | None:
        self.effort.over()
        below: dict[int, Chain] = {}
        above: dict[int, Chain] = {}
        self._grow(below, u, (), "max")
        self._grow(above, v, (), "min")
        chain = self._closed((u, v), below, above, list(below), list(above))
        if chain is not None:
            return chain
        tree: Tree = []
        budget = self.leaves
        self.leaves = 0
        closed = self._divided((u, v), below, above, frozenset(), 0, tree)
        self.leaves += budget
        return self._lemma(u, v, tree) if closed else None

    def _grow(self, reached: dict[int, Chain], w: int, chain: Chain, op: str) -> list[int]:
        """Enter w and what it is at least (op "max"), or at most ("min"), without a case; what is new."""
        if w in reached:
            return []
        reached[w] = chain
        fresh, wire = [w], self.wires[w]
        if wire.op == op:
            for k, argument in enumerate((wire.a, wire.b)):
                fresh += self._grow(reached, argument, (*chain, (1, [0, self.variables[w], k])), op)
        return fresh

    def _closed(
        self, goal: tuple[int, int], below: dict[int, Chain], above: dict[int, Chain], lower: list[int], upper: list[int]
    ) -> Chain | None:
        """The goal through one of the pairs, where `lower` or `upper` are those that are new."""
        pairs = [(y, x) for y in lower for x in above] + [(y, x) for y in below for x in upper]
        levels = {(self.wires[y].level + self.wires[x].level, y, x) for y, x in pairs if (y, x) != goal and self.holds(y, x)}
        for _, y, x in sorted(levels)[:TRIED]:
            middle = self.chain(y, x)
            if middle is not None:
                return (*below[y], *middle, *above[x])
        return None

    def _divided(
        self,
        goal: tuple[int, int],
        below: dict[int, Chain],
        above: dict[int, Chain],
        divided: frozenset[int],
        depth: int,
        tree: Tree,
    ) -> bool:
        """Append the steps that show the goal where no pair does; false when that takes too many."""
        choices = []
        for reached, others, op in ((above, below, "max"), (below, above, "min")):
            for w in reached:
                wire = self.wires[w]
                if wire.op == op and w not in divided:
                    ends = sum(any(self._joins(goal, a, o, op) for o in others) for a in (wire.a, wire.b))
                    choices.append((-ends, -wire.level, w, op))
        if not choices or self.leaves > self.most:
            return False
        *_, w, op = min(choices)
        wire, sign = self.wires[w], -1 if op == "max" else 1
        tree.append(["split", self.variables[w]])
        for argument in (wire.a, wire.b):
            lower, upper = dict(below), dict(above)
            grown, through = (upper, "min") if op == "max" else (lower, "max")
            fresh = self._grow(grown, argument, (*grown[w], (sign, [3, depth])), through)
            chain = self._closed(goal, lower, upper, [] if op == "max" else fresh, fresh if op == "max" else [])
            if chain is not None:
                tree.append(total(chain))
                self.leaves += 1
            elif not self._divided(goal, lower, upper, divided | {w}, depth + 1, tree):
                return False
        return True

    def _joins(self, goal: tuple[int, int], argument: int, other: int, op: str) -> bool:
        y, x = (other, argument) if op == "max" else (argument, other)
        return (y, x) != goal and self.holds(y, x)

    def _lemma(self, u: int, v: int, tree: Tree) -> Chain:
        form = difference(variable(self.variables[u]), variable(self.variables[v]))
        self.known.lemmas.append([">=", polynomial_json(form), tree])
        return ((1, [1, len(self.known.lemmas) - 1]),)


def total(chain: Chain) -> list[Any]:
    """The end of a case: the facts added up."""
    return ["sum", [part(q, fact) for q, fact in chain]]


def part(q: Number, fact: list[Any]) -> list[Any]:
    """A multiple of one fact, as a certificate has it."""
    return [text_of(Fraction(q)), [], [fact]]
