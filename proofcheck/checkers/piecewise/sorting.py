"""Two networks of comparators compute the same: a proof that is made rather than searched for, of polynomial size.

Each output is shown to be at least the other's, and at most: by the order of wires where that is short, else by counting the
wires that reach it. Where both sides have all wires as outputs, one direction will do: their sums are equal.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from typing import Any

from proofcheck.checkers.piecewise.bounds import entry_of, never_bends
from proofcheck.checkers.piecewise.comparators import Comparator, Reading, Side, WireVariables, read
from proofcheck.checkers.piecewise.counting import Counts
from proofcheck.checkers.piecewise.effort import Effort, Failed
from proofcheck.checkers.piecewise.polynomials import Number, Polynomial, difference, linear, variable
from proofcheck.checkers.piecewise.proof_forms import Forms
from proofcheck.checkers.piecewise.scope import Known, Near, Tree
from proofcheck.checkers.piecewise.templates import Templates
from proofcheck.checkers.piecewise.wire_orders import Chain, WireOrders, part, total

NEAR = Near(0)
SHORT, LONG = 40, 2000
"""Leaves of the order of two wires: tried before counting, and after it."""


@dataclass
class Pair:
    """Both sides in the variables of the proof. sums: the lemma high + low == a + b of each comparator that needs it."""

    known: Known
    reading: Reading
    own: Side
    other: Side
    variables: WireVariables
    orders: WireOrders
    counts: Counts = field(init=False)
    sums: dict[int, list[Any]] = field(default_factory=dict)
    ranks: dict[int, tuple[int, int]] = field(default_factory=dict)  # side and place of a wire in what is sorted
    steps: dict[tuple[int, int], Chain] = field(default_factory=dict)  # each is at least the next

    def __post_init__(self) -> None:
        self.counts = Counts(self.known, self.reading, self.variables, self.order)

    def order(self, u: int, v: int) -> Chain | None:
        """Facts that add up to u - v: step by step where both are in one sorted list."""
        (side, start), (same, end) = self.ranks.get(u, (-1, 0)), self.ranks.get(v, (-2, 0))
        if side != same or start > end:
            return self.orders.chain(u, v)
        return tuple(q for k in range(start, end) for q in self.steps[side, k])

    def equal(self, y: int, t: int, above: Chain, below: Chain) -> None:
        """The lemma y == t, from facts that add up to y - t and such that add up to t - y."""
        form = difference(variable(self.variables[y]), variable(self.variables[t]))
        self.known.add_lemma(("==", form), [["sum", total(above)[1], total(below)[1]]])


def equal_comparators(known: Known, templates: Templates, effort: Effort) -> bool:
    """Lemmas by which every output of the network is that of the terms, where both sides are made of comparators.

    False where they are not or no such proof was found; lemmas may have been entered then, all of them true.
    """
    forms = known.forms
    assert isinstance(forms, Forms)
    found = read(forms)
    if found is None or not found[0].comparators:
        return False
    reading, own, other = found
    pairs = list(zip(own.outputs, other.outputs, strict=True))
    if any(reading.wires[y].table != reading.wires[t].table for y, t in pairs):
        return False
    used, variables = reading.used(), WireVariables(reading)
    pair = Pair(known, reading, own, other, variables, WireOrders(known, reading.wires, variables, effort))
    for k, c in enumerate(reading.comparators):
        if c.low in used:
            pair.sums[k] = _sum_lemma(pair, c)
    if not _read_variables(pair, templates, effort):
        return False
    if _sorted(pair, 0, own) and _sorted(pair, 1, other):
        return _all_at_once(pair, effort)
    return all(_one_by_one(pair, y, t) for y, t in pairs if y != t)


def _sum_lemma(pair: Pair, c: Comparator) -> list[Any]:
    high, low, a, b = (pair.variables[w] for w in (c.high, c.low, c.a, c.b))
    tree: Tree = [["split", high]]
    for k in (0, 1):
        tree.append(["split", low])
        for j in (0, 1):
            if j != k:
                tree.append(total(((1, [3, 0]), (1, [3, 1]))))
            else:  # both results are the same argument, so the arguments are equal
                above = [part(1, [0, high, 1 - k]), part(1, [3, 1])]
                tree.append(["sum", above, [part(1, [0, low, 1 - k]), part(-1, [3, 0])]])
    return [1, pair.known.add_lemma(("==", linear(0, ((high, 1), (low, 1), (a, -1), (b, -1)))), tree)]


def _read_variables(pair: Pair, templates: Templates, effort: Effort) -> bool:
    """A lemma for each neuron and term: what it is in wires."""
    known, forms, reading = pair.known, pair.reading.forms, pair.reading
    code = reading.carrier_of | {-1 - k: pair.variables[c.high] for k, c in enumerate(reading.comparators)}
    for v in range(forms.inputs, forms.first):
        if forms.definitions[v].operation == "identity":
            known.define(v)
    for v, shape in reading.bent.items():
        value: Polynomial = {tuple(code.get(u, u) for u in m): q for m, q in shape.items()}
        fact = "==", known.rules.reduced(difference(variable(v), value))
        if v in reading.straight:
            if not _straight(pair, v, value, *reading.straight[v]):
                return False
        elif fact[1]:
            try:
                known.add_lemma(fact, templates.prove(known, fact, effort, NEAR))
            except Failed:
                return False
    return True


def _straight(pair: Pair, v: int, value: Polynomial, p: int, q: int, number: Number) -> bool:
    """The lemma v == value for a neuron of a difference of two wires, of which p is the larger one throughout."""
    known, chain = pair.known, pair.orders.chain(p, q)
    if chain is None:
        return False
    bend = known.rules.reduced(known.forms.definitions[v].arguments[0])
    apart = known.rules.reduced(difference(variable(pair.variables[p]), variable(pair.variables[q])))
    lead = next(iter(apart))
    factor = abs(Fraction(bend[lead]) / apart[lead])
    form = linear(0, ((pair.variables[p], factor), (pair.variables[q], -factor)))
    number_of = known.add_lemma((">=", form), [total(tuple((factor * c, fact) for c, fact in chain))])
    never_bends(known, v, value, entry_of(known, (1, number_of), ">=", form), number > 0)
    return True


def _ranked(pair: Pair, side: Side) -> list[int]:
    return sorted(side.outputs, key=lambda w: -pair.reading.wires[w].table.bit_count())


def _sorted(pair: Pair, number: int, side: Side) -> bool:
    """Whether the outputs are all wires that nothing reads, and it is shown that in some order each is at least the next."""
    ranked = _ranked(pair, side)
    if not side.plain or sorted(ranked) != sorted(side.live) or len(set(ranked)) < len(ranked):
        return False
    if not all(pair.orders.holds(u, v) for u, v in pairwise(ranked)):
        return False
    for k, (u, v) in enumerate(pairwise(ranked)):
        chain = pair.orders.chain(u, v)
        if chain is None:
            return False
        pair.steps[number, k] = chain
    pair.ranks |= {w: (number, k) for k, w in enumerate(ranked)}
    return True


def _all_at_once(pair: Pair, effort: Effort) -> bool:
    """Each output is at least the other's, and their sums are equal."""
    ys, ts = _ranked(pair, pair.own), _ranked(pair, pair.other)
    larger: dict[int, list[Any]] = {}
    for k in (k for k in range(len(ys)) if ys[k] != ts[k]):
        effort.over()
        fact = pair.counts.at_least(pair.own, pair.other, ys[k], ts[k])
        if fact is None:
            return False
        larger[k] = fact
    terms = [(pair.variables[y], 1) for y in ys] + [(pair.variables[t], -1) for t in ts]
    parts = [part(1, pair.sums[k]) for k in pair.own.comparators] + [part(-1, pair.sums[k]) for k in pair.other.comparators]
    whole = pair.counts.lemma(linear(0, terms), [["sum", parts]], "==")
    for k, fact in larger.items():
        rest = tuple((1, other) for j, other in larger.items() if j != k)
        pair.equal(ys[k], ts[k], ((1, fact),), (*rest, (-1, whole)))
    return True


def _one_by_one(pair: Pair, y: int, t: int) -> bool:
    found: list[Chain] = []
    for u, v, own, other in ((y, t, pair.own, pair.other), (t, y, pair.other, pair.own)):
        chain = pair.orders.chain(u, v, SHORT)
        if chain is None:
            fact = pair.counts.at_least(own, other, u, v)
            chain = pair.orders.chain(u, v, LONG) if fact is None else ((1, fact),)
        if chain is None:
            return False
        found.append(chain)
    pair.equal(y, t, *found)
    return True
