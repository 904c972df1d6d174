"""How many wires of a network of comparators reach a threshold: lemmas that the number is the same behind each comparator.

"Wire v reaches wire w" is the term w <= v, a bit. Of the two results of a comparator as many reach w as of its two arguments;
one lemma in each direction, with a tree that is written down and not searched for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from proofcheck.checkers.piecewise.comparators import Reading, Side, WireVariables
from proofcheck.checkers.piecewise.polynomials import Polynomial, add, difference, linear, polynomial_json, variable
from proofcheck.checkers.piecewise.scope import Known, Tree
from proofcheck.checkers.piecewise.wire_orders import Chain, Part, total
from proofcheck.spec.term import compare

Order = Callable[[int, int], Chain | None]


@dataclass
class Counts:
    """variables: of each wire. order: facts that add up to u - v. made: the lemmas about comparators at a threshold."""

    known: Known
    reading: Reading
    variables: WireVariables
    order: Order
    made: dict[tuple[int, int, int], list[Any]] = field(default_factory=dict)

    def at_least(self, own: Side, other: Side, y: int, t: int) -> list[Any] | None:
        """The lemma that a wire y of one side is at least a wire t of the other; None where the numbers do not show it.

        Let w be t. So many wires of the other side reach w as are at least t, and t itself. If y does not, no wire does that
        is at most y. Both sides have the same number of wires that reach w.
        """
        holds = self._holds
        reach, miss = [v for v in other.live if v != t and holds(v, t)], [v for v in own.live if v != y and holds(y, v)]
        if not (own.plain and other.plain and y in own.live and t in other.live) or len(reach) + len(miss) < len(own.live) - 1:
            return None
        above, below = [self.order(v, t) for v in reach], [self.order(y, v) for v in miss]
        parts: list[Part] = []
        for v, chain in [(t, ()), *zip(reach, above, strict=True)]:
            if chain is None:
                return None
            parts.append((1, self._reaches(t, v, chain)))
        parts += [(1, [0, self._bit(t, v), 0]) for v in sorted(other.live - {t, *reach})]
        parts += [(1, self._counted(t, k, -1)) for k in other.comparators]
        parts += [(1, self._counted(t, k, 1)) for k in own.comparators]
        parts += [(1, [0, self._bit(t, v), 1]) for v in sorted(own.live - {y, *miss})]
        for v, chain in zip(miss, below, strict=True):
            if chain is None:
                return None
            parts.append((1, self._follows(t, y, v, chain)))
        parts.append((-1 - len(miss), [3, 1]))
        tree: Tree = [["split", self._bit(t, y)], total(((1, [3, 0]),)), ["never", total(tuple(parts))[1]]]
        return self.lemma(difference(variable(self.variables[y]), variable(self.variables[t])), tree)

    def lemma(self, form: Polynomial, tree: Tree, relation: str = ">=") -> list[Any]:
        """The fact that a lemma is."""
        self.known.lemmas.append([relation, polynomial_json(form), tree])
        return [1, len(self.known.lemmas) - 1]

    def _holds(self, u: int, v: int) -> bool:
        return self.reading.wires[u].table | self.reading.wires[v].table == self.reading.wires[u].table

    def _bit(self, w: int, v: int) -> int:
        wires = self.reading.wires
        return self.reading.forms.term(compare("<=", wires[w].term, wires[v].term))

    def _reaches(self, w: int, v: int, chain: Chain) -> list[Any]:
        """The lemma that v reaches w, from facts that add up to v - w."""
        b = self._bit(w, v)
        tree: Tree = [["split", b], total(((1, [3, 1]),)), ["never", total(((1, [3, 0]), *chain))[1]]]
        return self.lemma(add(variable(b), {(): -1}), tree)

    def _follows(self, w: int, y: int, v: int, chain: Chain) -> list[Any]:
        """The lemma that y reaches what v does, from facts that add up to y - v."""
        b, c = self._bit(w, y), self._bit(w, v)
        reached = ["never", total(((1, [3, 0]), (1, [3, 2]), *chain))[1]]
        end = total(((1, [3, 1]), (-1, [3, 3])))
        tree: Tree = [["split", b], total(((1, [3, 1]), (1, [0, c, 1]))), ["split", c], reached, end]
        return self.lemma(difference(variable(b), variable(c)), tree)

    def _counted(self, w: int, k: int, sign: int) -> list[Any]:
        """The lemma that of comparator k's results as many reach w as of its arguments, or more (1), or fewer (-1)."""
        if (w, k, sign) not in self.made:
            c = self.reading.comparators[k]
            high, low, a, b = (self._bit(w, v) for v in (c.high, c.low, c.a, c.b))
            form = linear(0, ((high, sign), (low, sign), (a, -sign), (b, -sign)))
            larger, smaller = (self.variables[v] for v in (c.high, c.low))
            tree = _no_fewer(high, low, a, b, larger, smaller) if sign > 0 else _no_more(high, low, a, b, larger, smaller)
            self.made[w, k, sign] = self.lemma(form, tree)
        return self.made[w, k, sign]


def _no_fewer(high: int, low: int, a: int, b: int, larger: int, smaller: int) -> Tree:
    """high + low - a - b >= 0 for the bits of a comparator, whose results are the variables `larger` and `smaller`."""
    tree: Tree = [["split", high], ["split", low]]
    tree.append(_sum((1, [3, 1]), (1, [3, 3]), (1, [0, a, 1]), (1, [0, b, 1])))
    tree.append(["split", smaller])
    for own, rest in ((a, b), (b, a)):
        tree += [["split", own], _never((1, [3, 2]), (1, [3, 4]), (1, [3, 5]))]
        tree.append(_sum((1, [3, 1]), (1, [3, 3]), (-1, [3, 6]), (1, [0, rest, 1])))
    tree += [["split", a], _never((1, [3, 0]), (1, [3, 2]), (1, [0, larger, 0]))]
    tree += [["split", b], _never((1, [3, 0]), (1, [3, 4]), (1, [0, larger, 1]))]
    tree.append(_sum((1, [3, 1]), (1, [0, low, 0]), (-1, [3, 3]), (-1, [3, 5])))
    return tree


def _no_more(high: int, low: int, a: int, b: int, larger: int, smaller: int) -> Tree:
    """a + b - high - low >= 0 for the bits of a comparator."""
    tree: Tree = [["split", low], ["split", a], ["split", b]]
    tree.append(_sum((1, [3, 3]), (1, [3, 5]), (-1, [3, 1]), (1, [0, high, 1])))
    tree.append(_never((1, [3, 0]), (1, [3, 4]), (1, [0, smaller, 1])))
    tree.append(_never((1, [3, 0]), (1, [3, 2]), (1, [0, smaller, 0])))
    tree += [["split", high], ["split", larger]]
    for own, rest in ((a, b), (b, a)):
        tree += [["split", own], _sum((1, [3, 6]), (1, [0, rest, 0]), (-1, [3, 3]), (-1, [3, 1]))]
        tree.append(_never((1, [3, 5]), (1, [3, 2]), (-1, [3, 4])))
    tree.append(_sum((1, [0, a, 0]), (1, [0, b, 0]), (-1, [3, 1]), (-1, [3, 3])))
    return tree


def _sum(*parts: Part) -> list[Any]:
    return total(parts)


def _never(*parts: Part) -> list[Any]:
    return ["never", total(parts)[1]]
