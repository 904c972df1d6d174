"""Both sides of a statement read as comparators: wires, and the larger and the smaller one of two wires.

A neuron that bends where two wires are equal is their maximum up to what both carry, so a sorting network is read off its
affine sums, however it was written. Each wire has its truth table at a threshold: which inputs reach a number decides
whether the wire does. The tables guide the search for proofs; nothing here is believed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from random import Random

from proofcheck.checkers.piecewise.bends import Key, key_of, parts_of
from proofcheck.checkers.piecewise.polynomials import Number, Polynomial, add, difference, linear, scaled, variable
from proofcheck.checkers.piecewise.proof_forms import Forms
from proofcheck.spec.term import Term, extremum

MOST_INPUTS = 64
FEW_INPUTS = 12
"""So many have a table of all choices of the inputs that reach the threshold; more, of some."""
DRAWN = 1 << 14
MOST_WIRES = 4000


@dataclass(frozen=True)
class Wire:
    """An input, or the larger ("max") or smaller ("min") one of two wires before it. level: the comparators below it."""

    op: str
    a: int
    b: int
    level: int
    table: int
    term: Term


@dataclass(frozen=True)
class Comparator:
    """Wires by number: high is the larger one of a and b, low the smaller."""

    a: int
    b: int
    high: int
    low: int


@dataclass
class Side:
    """One side: its comparators by number, the wires that no comparator has read, and the wire of each output.

    plain: every wire was read by one comparator at most.
    """

    live: set[int]
    comparators: list[int] = field(default_factory=list)
    plain: bool = True
    outputs: list[int] = field(default_factory=list)


@dataclass
class Reading:
    """meaning: each variable that bends, as (factor, rest, comparator, wire): rest + factor * (high - wire)."""

    forms: Forms
    wires: list[Wire] = field(default_factory=list)
    shapes: list[Polynomial] = field(default_factory=list)  # over inputs, and -1 - k for the high wire of comparator k
    by_shape: dict[Key, int] = field(default_factory=dict)
    comparators: list[Comparator] = field(default_factory=list)
    by_pair: dict[frozenset[int], int] = field(default_factory=dict)
    carriers: dict[Key, int] = field(default_factory=dict)  # neurons that carry something, by what
    carrier_of: dict[int, int] = field(default_factory=dict)  # the variable that such a code stands for
    straight: dict[int, tuple[int, int, Number]] = field(default_factory=dict)  # number * (p - q), where p >= q throughout
    values: dict[int, Polynomial] = field(default_factory=dict)
    ends: set[int] = field(default_factory=set)
    bent: dict[int, Polynomial] = field(default_factory=dict)  # variables that bend, over inputs and -1 - k

    def side(self, variables: list[int], outputs: list[int]) -> Side | None:
        """One side; None where a variable is no comparator's or an output no wire."""
        side = Side(set(range(self.forms.inputs)))
        for v in variables:
            definition = self.forms.definitions[v]
            if definition.operation in ("identity", "affine", "constant"):
                found = self.value(definition.arguments[0])
            else:
                parts = parts_of(definition)
                kept = self._kept(v)
                found = kept if kept is not None else None if parts is None else self._bent(side, v, *parts)
                if found is not None:
                    self.bent[v] = found
            if found is None or len(self.wires) > MOST_WIRES:
                return None
            self.values[v] = found
        for v in outputs:
            shape = self.value(variable(v))
            wire = None if shape is None else self.by_shape.get(key_of(shape))
            if wire is None:
                return None
            side.outputs.append(wire)
            self.ends.add(wire)
        return side

    def value(self, polynomial: Polynomial) -> Polynomial | None:
        """The polynomial over inputs and high wires; None where it is not linear or has a variable that was not read."""
        total: Polynomial = {}
        for m, q in polynomial.items():
            if len(m) > 1 or (m and m[0] not in self.values):
                return None
            add(total, self.values[m[0]] if m else {(): 1}, q)
        return total

    def _bent(self, side: Side, v: int, rest: Polynomial, factor: Number, bend: Polynomial) -> Polynomial | None:
        start, inner = self.value(rest), self.value(bend)
        if start is None or inner is None:
            return None
        if not inner:
            return start
        found = self._apart(side, inner)
        if found is None:
            return None if self._argument(v) is None else self._carried(v, inner)
        p, q, scale = found
        larger, smaller = self.wires[p].table, self.wires[q].table
        compared = {p, q} <= side.live or self.by_pair.get(frozenset((p, q))) in side.comparators
        if not compared and self._argument(v) is not None and larger | smaller in (larger, smaller):
            self.straight[v] = (p, q, scale) if larger | smaller == larger else (q, p, 0)
            return inner if larger | smaller == larger else {}
        k = self._comparator(side, p, q)
        return add(dict(start), difference({(-1 - k,): 1}, self.shapes[q]), factor * scale)

    def _kept(self, v: int) -> Polynomial | None:
        """The value of relu(u) for a neuron u, which is carried on."""
        argument = self._argument(v)
        parts = list((argument or {}).items())
        if argument is None or len(parts) != 1 or len(parts[0][0]) != 1 or parts[0][1] < 0:
            return None
        return None if self._argument(parts[0][0][0]) is None else self.value(argument)

    def _argument(self, v: int) -> Polynomial | None:
        """z where v is a neuron relu(z), or a term max(z, 0)."""
        definition = self.forms.definitions.get(v)
        if definition is None or definition.operation not in ("relu", "max"):
            return None
        rest = definition.arguments[1:]
        return definition.arguments[0] if len(rest) < 2 and all(self.value(other) == {} for other in rest) else None

    def _carried(self, v: int, inner: Polynomial) -> Polynomial:
        """A neuron of a pair relu(z), relu(-z), which carries z through a layer: the first is itself, the second that less z."""
        known = self.carriers.get(key_of(inner))
        if known is not None:
            return {(known,): 1}
        other = self.carriers.get(key_of(scaled(inner, -1)))
        if other is not None:
            return add(dict(inner), {(other,): 1})
        code = -MOST_WIRES - 1 - len(self.carriers)
        self.carrier_of[code] = v
        self.carriers[key_of(inner)] = code
        return {(code,): 1}

    def _apart(self, side: Side, bend: Polynomial) -> tuple[int, int, Number] | None:
        """Wires p, q and a number > 0 with bend == number * (p - q); such as no comparator has read, where there are any."""
        if sum(bend.values()) or () in bend:  # of each wire the coefficients add up to 1
            return None
        found: tuple[int, int, Number] | None = None
        for scale in sorted({abs(Fraction(q)) for q in bend.values()}):
            apart = scaled(bend, 1 / scale)
            for q, shape in enumerate(self.shapes):
                p = self.by_shape.get(key_of(add(dict(apart), shape)))
                if p is None:
                    continue
                if {p, q} <= side.live or self.by_pair.get(frozenset((p, q))) in side.comparators:
                    return p, q, scale
                found = found or (p, q, scale)
        return found

    def _comparator(self, side: Side, p: int, q: int) -> int:
        pair = frozenset((p, q))
        if pair not in self.by_pair:
            self.by_pair[pair] = len(self.comparators)
            a, b = min(p, q), max(p, q)
            high: Polynomial = {(-1 - len(self.comparators),): 1}
            low = difference(add(dict(self.shapes[a]), self.shapes[b]), high)
            self.comparators.append(Comparator(a, b, self._wire("max", a, b, high), self._wire("min", a, b, low)))
        k = self.by_pair[pair]
        if k not in side.comparators:
            side.comparators.append(k)
            side.plain = side.plain and pair <= side.live
            side.live = (side.live - pair) | {self.comparators[k].high, self.comparators[k].low}
        return k

    def _wire(self, op: str, a: int, b: int, shape: Polynomial) -> int:
        left, right = self.wires[a], self.wires[b]
        table = left.table | right.table if op == "max" else left.table & right.table
        term = extremum(op, (left.term, right.term))
        return self._enter(Wire(op, a, b, 1 + max(left.level, right.level), table, term), shape)

    def _enter(self, wire: Wire, shape: Polynomial) -> int:
        self.wires.append(wire)
        self.shapes.append(shape)
        self.by_shape.setdefault(key_of(shape), len(self.wires) - 1)
        return len(self.wires) - 1

    def start(self) -> None:
        """The inputs as wires."""
        for i, table in enumerate(tables_of(self.forms.inputs)):
            self.values[i] = linear(0, [(i, 1)])
            self._enter(Wire("input", i, i, 0, table, self.forms.named[i]), self.values[i])

    def used(self) -> set[int]:
        """The wires that a comparator or a neuron reads, or an output is."""
        read = {w for p, q, _ in self.straight.values() for w in (p, q)} | self.ends
        return read | {w for wire in self.wires if wire.op != "input" for w in (wire.a, wire.b)}


@dataclass(frozen=True)
class WireVariables:
    """The variable of each wire in the proof; its term is made when it is first asked for."""

    reading: Reading

    def __getitem__(self, w: int) -> int:
        return self.reading.forms.term(self.reading.wires[w].term)


def tables_of(n: int) -> list[int]:
    """For each input which of the choices of inputs include it, as the bits of a number: all choices, or many of any size."""
    if n <= FEW_INPUTS:
        choices = list(range(1 << n))
    else:
        draw = Random(n)
        choices = [sum(1 << i for i in draw.sample(range(n), draw.randrange(n + 1))) for _ in range(DRAWN)]
        choices += [(1 << n) - 1 ^ 1 << i for i in range(n)] + [1 << i for i in range(n)]
    return [sum((choice >> i & 1) << bit for bit, choice in enumerate(choices)) for i in range(n)]


def read(forms: Forms) -> tuple[Reading, Side, Side] | None:
    """The network's side and that of the terms it should compute; None where one is not made of comparators."""
    if forms.inputs > MOST_INPUTS or forms.statement.error is not None or forms.statement.condition is not None:
        return None
    reading = Reading(forms)
    reading.start()
    own = reading.side(list(range(forms.inputs, forms.first)), forms.output)
    if own is None:
        return None
    terms = sorted((v for v in forms.terms.values() if forms.rank[v][0] == 1), key=forms.order)
    other = reading.side(terms, [forms.terms[root] for root in forms.roots])
    return None if other is None else (reading, own, other)
