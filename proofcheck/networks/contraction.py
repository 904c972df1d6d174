"""What to carry: at each boundary between layers a cheapest basis of the affine values that later layers need.

Affine items are dissolved into their readers as soon as they are complete, except those with a
literal. At boundary l every later reader needs the part of its combination that is available there; the parts fall into
connected components, and a component is carried either item by item or as a basis of the space that its parts span,
whichever takes fewer neurons. Candidates for the basis are the items and the parts themselves: among these the greedy
choice by cost is the cheapest basis.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction

import numpy as np

from proofcheck.networks.flow import Flow, Rows
from proofcheck.networks.interpret import INTERVALS, Bounds
from proofcheck.networks.network import IntArray
from proofcheck.networks.span import Number, Span, Vector, primitive

_MOST_WORK = 500_000  # entries of vectors combined for one plan; after that, items are carried
_MOST_VARIABLES = 4  # behind a new item, where a proof by meanings must enumerate them


def contracted(flow: Flow, available: IntArray, depth: int) -> tuple[Flow, IntArray]:
    """The flow and plan in which sums are formed where that saves carries; the layers of the neurons are kept."""
    state = _State(flow)
    arriving: list[list[int]] = [[] for _ in range(depth + 1)]
    reading: list[list[int]] = [[] for _ in range(depth + 1)]
    for k in range(flow.items):
        if k < flow.inputs or flow.neuron[k]:
            arriving[available[k]].append(k)
        if flow.neuron[k]:
            reading[available[k] - 1].append(k)
    reading[depth] = list(range(flow.items, flow.items + len(flow.outputs)))
    for boundary in range(depth + 1):
        for item in arriving[boundary]:
            state.arrive(item, boundary)
        for reader in reading[boundary]:
            state.settle(reader)
        if boundary < depth:
            state.contract(boundary)
    available = available.copy()
    for item, boundary in state.completed.items():
        available[item] = boundary
    return state.flow(), np.concatenate([available, np.array(state.formed, np.int64)])


class _State:
    """Who needs what after the layers laid so far.

    Readers are numbered like items, the outputs after them. Items formed on the way are numbered on from the items of
    the flow. part: for each reader its combination of available items; needed: for each of those its later readers.
    """

    def __init__(self, flow: Flow) -> None:
        values = [v.numerator if v.denominator == 1 else v for v in flow.table.values]
        total = flow.items + len(flow.outputs)
        self.source = flow
        self.waiting = [0] * total  # for each reader: how many of its sources are not available yet
        self.readers: list[list[tuple[int, Number]]] = [[] for _ in range(flow.items)]
        self.bias: list[Number] = [0] * flow.inputs
        for rows, first in ((flow.rows, flow.inputs), (flow.outputs, flow.items)):
            self.bias += [values[b] for b in rows.bias.tolist()]
            for reader, item, weight in zip(rows.reader.tolist(), rows.source.tolist(), rows.weight.tolist(), strict=True):
                self.waiting[first + reader] += 1
                self.readers[item].append((first + reader, values[weight]))
        self.part: list[dict[int, Number]] = [{} for _ in range(total)]
        self.settled: list[dict[int, Number]] = [{} for _ in range(total)]
        self.needed: dict[int, set[int]] = {}
        self.touched: set[int] = set()
        self.bounds, self.literal = list(flow.bounds), flow.literal.tolist()
        self.named: dict[Vector, tuple[Number, Number, int]] = {}  # affine item = factor * vector + constant
        self.forms: dict[int, tuple[Vector, Number]] = {}
        self.kept = flow.kept.tolist()
        self.completed: dict[int, int] = {}
        self.annotated = bool(np.any(flow.literal >= 0))
        self.variables: dict[int, frozenset[int]] = {}  # of items without a literal: the literals they are made of
        self.work = 0
        self.new: list[Vector] = []
        self.formed: list[int] = []

    def arrive(self, item: int, boundary: int) -> None:
        """An input or neuron becomes available, and with it the affine items that it completes."""
        if self.annotated and self.literal[item] < 0:
            self.variables[item] = self._variables(self.settled[item])
        stack: list[tuple[int, dict[int, Number], Number]] = [(item, {item: 1}, 0)]
        while stack:
            k, combination, constant = stack.pop()
            for reader, weight in self.readers[k]:
                self.bias[reader] += weight * constant
                self._add(reader, combination, weight)
                self.waiting[reader] -= 1
                if self.waiting[reader] == 0 and reader < self.source.items and not self.source.neuron[reader]:
                    complete = dict(self.part[reader])
                    self.settle(reader)
                    self.completed[reader] = boundary
                    if self.kept[reader]:
                        stack.append((reader, {reader: 1}, 0))
                    else:
                        self._name(reader, complete)
                        stack.append((reader, complete, self.bias[reader]))

    def settle(self, reader: int) -> None:
        """A reader takes its combination and needs it no longer."""
        self.settled[reader] = self.part[reader]
        self._replace(reader, {})

    def contract(self, boundary: int) -> None:
        """Form new items in the components of which anything changed."""
        seen: set[int] = set()
        for item in sorted(self.touched):
            if item not in seen and self.needed.get(item):
                items, readers = self._component(item)
                seen |= items
                self._decide(sorted(items), sorted(readers), boundary)
        self.touched = set()

    def flow(self) -> Flow:
        """The flow with the new items; affine items that have been dissolved are read by nobody."""
        old, table = self.source, self.source.table
        stays = (old.neuron | old.kept).tolist()
        own = [self.settled[k] if stays[k] else {} for k in range(old.inputs, old.items)]
        bias = [self.bias[k] if stays[k] else 0 for k in range(old.inputs, old.items)]

        def rows(combinations: list[dict[int, Number]], biases: list[Number]) -> Rows:
            ordered = [sorted(combination.items()) for combination in combinations]
            start = np.cumsum([0, *map(len, ordered)])
            source = np.array([k for terms in ordered for k, _ in terms], np.int64)
            return Rows(start, source, table.indices(w for terms in ordered for _, w in terms), table.indices(biases))

        new = len(self.new)
        return replace(
            old,
            rows=rows(own + [dict(form) for form in self.new], bias + [0] * new),
            outputs=rows(self.settled[old.items :], self.bias[old.items :]),
            neuron=np.concatenate([old.neuron, np.zeros(new, bool)]),
            bounds=self.bounds,
            two_valued=np.concatenate([old.two_valued, np.zeros(new, bool)]),
            literal=np.array(self.literal, np.int64),
        )

    def _add(self, reader: int, combination: dict[int, Number], weight: Number) -> None:
        part = self.part[reader]
        self.forms.pop(reader, None)
        for k, by in combination.items():
            total = part.get(k, 0) + weight * by
            if total != 0:
                part[k] = total
                self.needed.setdefault(k, set()).add(reader)
            else:
                del part[k]
                self.needed[k].discard(reader)
            self.touched.add(k)

    def _replace(self, reader: int, part: dict[int, Number]) -> None:
        self.forms.pop(reader, None)
        for k in self.part[reader]:
            self.needed[k].discard(reader)
            self.touched.add(k)
        self.part[reader] = part
        for k in part:
            self.needed.setdefault(k, set()).add(reader)

    def _name(self, affine: int, combination: dict[int, Number]) -> None:
        """Remember that a combination is a node of the network, whose bounds and literal it then has."""
        form, factor = primitive(combination)
        if form not in self.named or self.literal[affine] >= 0:
            self.named[form] = factor, self.bias[affine], affine

    def _form_of(self, reader: int) -> tuple[Vector, Number]:
        """`primitive` of the part of a reader, kept until the part changes."""
        found = self.forms.get(reader)
        if found is None:
            found = self.forms[reader] = primitive(self.part[reader])
        return found

    def _component(self, item: int) -> tuple[set[int], set[int]]:
        items, readers, stack = {item}, set[int](), [item]
        while stack:
            for reader in self.needed[stack.pop()] - readers:
                readers.add(reader)
                for k in self.part[reader]:
                    if k not in items:
                        items.add(k)
                        stack.append(k)
        return items, readers

    def _decide(self, items: list[int], readers: list[int], boundary: int) -> None:
        forms = {reader: self._form_of(reader) for reader in readers}
        distinct = sorted({form for form, _ in forms.values()}, key=lambda form: (len(form), form))
        if len(items) == 1 or self.work > _MOST_WORK:
            return
        self.work += len(items) + sum(map(len, distinct))
        basis = self._basis(items, distinct)
        if basis is None or sum(self._cost(form)[0] for form in basis) >= sum(self._cost(((k, 1),))[0] for k in items):
            return
        held = [(form[0][0], 1) if len(form) == 1 else self._form(form, boundary) for form in basis]
        span = Span()
        for form in basis:
            span.extend(form)
        for reader, (form, factor) in forms.items():
            self._replace(reader, {held[b][0]: factor * by * held[b][1] for b, by in span.combination(form).items()})
        self.touched.difference_update(items)

    def _basis(self, items: list[int], forms: list[Vector]) -> list[Vector] | None:
        """The cheapest basis of the span of the forms out of the forms and those items that lie in it.

        None when that is known to be no cheaper than the items, which are then independent, or when the forms have
        too many variables for a proof.
        """
        allowed = [form for form in forms if len(form) == 1 or self._provable(form)]
        if len(forms) == 1:
            return allowed or None
        span = Span()
        for form in forms:
            span.extend(form)
        self.work += span.work
        whole = span.rank == len(items)
        if whole and not any(len(form) > 1 and self._cost(form)[0] == 1 for form in forms):
            return None
        units: Iterable[Vector] = (((k, 1),) for k in items)
        candidates = {*allowed, *(unit for unit in units if whole or span.holds(unit))}
        chosen, basis = Span(), list[Vector]()
        for form in sorted(candidates, key=lambda form: (*self._cost(form), form)):
            if len(basis) < span.rank and chosen.extend(form):
                basis.append(form)
        self.work += chosen.work
        return basis if len(basis) == span.rank else None

    def _variables(self, combination: Iterable[int]) -> frozenset[int]:
        return frozenset[int]().union(*(self.variables.get(k, (k,)) for k in combination))

    def _provable(self, form: Vector) -> bool:
        return not self.annotated or len(self._variables(k for k, _ in form)) <= _MOST_VARIABLES

    def _cost(self, form: Vector) -> tuple[int, int]:
        """Neurons a layer, then weights."""
        low, high = self._interval(form)
        return (2 if low is None and high is None else 1), len(form)

    def _interval(self, form: Vector) -> Bounds:
        low, high = INTERVALS.affine(0, [(weight, self.bounds[k]) for k, weight in form])
        if form in self.named:
            factor, constant, affine = self.named[form]
            inverse = Fraction(1) / factor
            a, b = INTERVALS.affine(-constant * inverse, [(inverse, self.bounds[affine])])
            low = a if low is None or (a is not None and a > low) else low
            high = b if high is None or (b is not None and b < high) else high
        return low, high

    def _form(self, form: Vector, boundary: int) -> tuple[int, int]:
        """(item, sign) of a new item that is sign * the combination, where possible a non-negative one."""
        low, high = self._interval(form)
        sign = -1 if high is not None and high <= 0 else 1
        factor, constant, affine = self.named.get(form, (0, 0, -1))
        literal = self.literal[affine]
        if (factor, constant) == (-sign, 1):
            literal ^= 1
        elif (factor, constant) != (sign, 0):
            literal = -1
        self.new.append(tuple((k, sign * weight) for k, weight in form))
        self.formed.append(boundary)
        self.bounds.append(INTERVALS.affine(0, [(sign, (low, high))]))
        self.literal.append(literal)
        if self.annotated and literal < 0:
            self.variables[len(self.bounds) - 1] = self._variables(k for k, _ in form)
        return len(self.bounds) - 1, sign
