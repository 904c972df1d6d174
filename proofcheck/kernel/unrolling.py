"""A network is a family at one n: the family is unrolled here, and compared with the network neuron by neuron.

Affine nodes are no neurons: they are put into what reads them. A neuron whose argument is a number is that number, and what
no output depends on does not count. Coordinates: each input of all steps or leaves, then the fixed inputs; each output that
the steps emit, then the outputs of the last state.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from .exact import Number, Work, rational, require
from .files import fields, integer, items
from .network import KINDS, Network, activate

Form = dict[int, Number]  # {input or neuron: coefficient}; -1: the constant
Neuron = tuple[str, Number, Form]
MOST = 100_000
SPLITS: dict[str, Callable[[int], int]] = {
    "halves": lambda n: (n + 1) // 2,
    "left": lambda n: n - 1,
    "right": lambda n: 1,
    "power": lambda n: 1 << (n - 1).bit_length() - 1,
}


class Unrolled:
    """Neurons in the order in which they are made, over the inputs 0 .. inputs-1; neuron i is the variable inputs + i."""

    def __init__(self, inputs: int, work: Work) -> None:
        self.inputs, self.work = inputs, work
        self.neurons: list[Neuron] = []

    def sum(self, parts: Sequence[tuple[Number, Form]]) -> Form:
        total: Form = {}
        for q, form in parts:
            self.work.spend(1 + len(form))
            for v, coefficient in form.items():
                total[v] = self.work.exact(total.get(v, 0) + q * coefficient)
        return {v: q for v, q in total.items() if q}

    def neuron(self, kind: str, slope: Number, form: Form) -> Form:
        """The value of an activation of a form."""
        if kind == "identity":
            return form
        if form.keys() <= {-1}:
            value = activate((kind, slope), form.get(-1, 0))
            return {-1: value} if value else {}
        self.neurons.append((kind, slope, form))
        require(len(self.neurons) <= MOST, f"a family is unrolled to at most {MOST} neurons")
        return {self.inputs + len(self.neurons) - 1: 1}

    def polynomial(self, raw: Any, table: Sequence[Form]) -> Form:
        """The value of POLY over a table, in which at most one factor of a product is no number."""
        parts = []
        for part in items(raw, "a polynomial"):
            q, places = items(part, "a part of a polynomial", 2, 2)
            factor, form = rational(q, "a coefficient"), Form()
            for v in items(places, "a product", 0, 8):
                value = table[integer(v, "a place", 0, len(table) - 1)]
                if value.keys() <= {-1}:
                    factor = self.work.exact(factor * value.get(-1, 0))
                else:
                    require(not form, "a network is affine but for units")
                    form = value
            parts.append((factor, form or {-1: 1}))
        return self.sum(parts)

    def several(self, raw: Any, table: Sequence[Form]) -> list[Form]:
        return [self.polynomial(part, table) for part in items(raw, "the polynomials")]

    def define(self, raw: Any, table: Sequence[Form]) -> list[Form]:
        """The table with the values of definitions behind it."""
        values = list(table)
        for node in items(raw, "the definitions"):
            kind, number, arguments = items(node, "a definition", 3, 3)
            require(kind in KINDS, f"a network has no {str(kind)[:20]!r}")
            (on,) = items(arguments, kind, 1, 1)
            values.append(self.neuron(kind, rational(number, "a slope"), self.polynomial(on, values)))
        return values

    def matter(self, outputs: Sequence[Form]) -> list[Neuron | Form]:
        """The neurons that the outputs depend on, renumbered in order, and the outputs."""
        used = {v for form in outputs for v in form}
        for i in reversed(range(len(self.neurons))):
            if self.inputs + i in used:
                used.update(self.neurons[i][2])
        kept = [i for i in range(len(self.neurons)) if self.inputs + i in used]
        place = {self.inputs + i: self.inputs + k for k, i in enumerate(kept)}
        renamed = [{place.get(v, v): q for v, q in form.items()} for form in [*(self.neurons[i][2] for i in kept), *outputs]]
        heads = [(*self.neurons[i][:2], form) for i, form in zip(kept, renamed, strict=False)]
        return [*heads, *renamed[len(kept) :]]


def check_instance(family: Any, n: Any, how: Any, network: Network, work: Work) -> None:
    """Rejected unless the network is the family at n; how: a tree's split, the steps of cells, the length of words, or null."""
    count, unrolled, outputs = unrolled_at(family, n, how, work)
    sizes = f"{unrolled.inputs} inputs at n = {count}, the network {network.inputs}"
    require(unrolled.inputs == network.inputs, f"the family has {sizes}")
    wanted, found = unrolled.matter(outputs), _read(network, work)
    sizes = f"{len(wanted)} neurons and outputs at n = {count}, the network {len(found)}"
    require(len(wanted) == len(found) and len(outputs) == len(network.output), f"the family has {sizes}")
    for i, (a, b) in enumerate(zip(wanted, found, strict=True)):
        require(a == b, f"neuron or output {i} of the network is not that of the family at n = {count}")


def unrolled_at(family: Any, n: Any, how: Any, work: Work) -> tuple[int, Unrolled, list[Form]]:
    """n, and the neurons and outputs of the family there; Rejected when it cannot be read."""
    rule = family.get("rule") if type(family) is dict else None
    count = integer(n, "n", 1, MOST)
    if rule == "tree":
        require(type(how) is str and how in SPLITS, f"a tree needs a split: {', '.join(SPLITS)}")
        unrolled, outputs = _tree(family, count, SPLITS[how], work)
    elif rule == "cells":
        unrolled, outputs = _cells(family, count, integer(how, "the number of steps", 0, MOST), work)
    elif rule == "calls":
        unrolled, outputs = _calls(family, count, integer(how, "the length of a word", 1, MOST), work)
    else:
        rules = {"fold": _fold, "stages": _stages, "sort": _sort}
        require(type(rule) is str and rule in rules and how is None, "folds, stages and sorts have no split and no steps")
        unrolled, outputs = rules[str(rule)](family, count, work)
    return count, unrolled, outputs


def _fold(family: Any, n: int, work: Work) -> tuple[Unrolled, list[Form]]:
    width, kept = len(items(family["inputs"], "the inputs")), len(items(family["fixed"], "the fixed inputs"))
    made = Unrolled(width * n + kept, work)
    x: list[list[Form]] = [[{j * n + k: 1} for j in range(width)] for k in range(n)]
    emitted, end = _steps(made, family, x, [{width * n + i: 1} for i in range(kept)])
    return made, [*(form for column in zip(*emitted, strict=True) for form in column), *end]


def _steps(made: Unrolled, family: Any, x: list[list[Form]], f: list[Form]) -> tuple[list[list[Form]], list[Form]]:
    """What each step of a fold puts out, and its outputs, from the inputs of the steps and the fixed ones."""
    keys = ("first", "inputs", "fixed", "units", "init", "nodes", "state", "emit", "last", "outputs")
    first, _, _, units, init, nodes, state, emit, last, outputs, _ = fields(family, "a fold", *keys, "rule")
    first = integer(first, "the first n", 0, 1)
    unit = [[rational(q, "a unit") for q in items(pair, "a unit", 2, 2)] for pair in items(units, "the units")]
    u = [start * (ratio if first else 1) for start, ratio in unit]
    s = made.several(init, [*(x[0] if first else []), *f])
    emitted: list[list[Form]] = []
    for row in x[first:]:
        table = made.define(nodes, [*s, *row, *f, *_numbers(u)])
        s = made.several(state, table)
        emitted.append(made.several(emit, table))
        u = [made.work.exact(value * ratio) for value, (_, ratio) in zip(u, unit, strict=True)]
    return emitted, made.several(outputs, made.define(last, [*s, *f, *_numbers(u)]))


def _calls(family: Any, n: int, p: int, work: Work) -> tuple[Unrolled, list[Form]]:
    block, state, _ = fields(family, "calls", "block", "state", "rule")
    width, kept = len(items(block["inputs"], "the inputs")), len(items(block["fixed"], "the fixed inputs"))
    count = len(items(state, "the state", 1, width))
    made = Unrolled(kept * n + (width - count) * p, work)
    words: list[list[Form]] = [[{} for _ in range(p)] for _ in state]
    words += [[{kept * n + w * p + i: 1} for i in range(p)] for w in range(width - count)]
    out: list[list[Form]] = []
    for k in range(n):
        emitted, end = _steps(made, block, [list(row) for row in zip(*words, strict=True)], [{j * n + k: 1} for j in range(kept)])
        columns = [[row[integer(j, "the digits of a word", 0, len(row) - 1)] for row in emitted] for j, _ in state]
        tops = [None if j is None else end[integer(j, "the last digit of a word", 0, len(end) - 1)] for _, j in state]
        out.append([column[0] for column, top in zip(columns, tops, strict=True) if top is not None])
        after = (column if top is None else [*column[1:], top] for column, top in zip(columns, tops, strict=True))
        words[:count] = after
    return made, [*(form for column in zip(*out, strict=True) for form in column), *(form for w in words[:count] for form in w)]


def _numbers(values: Sequence[Number]) -> list[Form]:
    return [{-1: value} if value else {} for value in values]


def _tree(family: Any, n: int, cut: Callable[[int], int], work: Work) -> tuple[Unrolled, list[Form]]:
    inputs, leaf, merge, last, outputs, _ = fields(family, "a tree", "inputs", "leaf", "merge", "last", "outputs", "rule")
    width = len(items(inputs, "the inputs"))
    made = Unrolled(width * n, work)
    blocks = [fields(block, "a block", "nodes", "state") for block in (leaf, merge)]
    waiting, done = [(0, n, False)], list[list[Form]]()
    while waiting:
        start, size, ready = waiting.pop()
        if size > 1 and not ready:
            left = cut(size)
            waiting += [(start, size, True), (start + left, size - left, False), (start, left, False)]
            continue
        right = done.pop() if size > 1 else []
        table: list[Form] = [*done.pop(), *right] if size > 1 else [{j * n + start: 1} for j in range(width)]
        nodes, state = blocks[size > 1]
        done.append(made.several(state, made.define(nodes, table)))
    return made, made.several(outputs, made.define(last, done.pop()))


def _cells(family: Any, n: int, steps: int, work: Work) -> tuple[Unrolled, list[Form]]:
    inputs, reach, pad, nodes, state, _ = fields(family, "cells", "inputs", "reach", "pad", "nodes", "state", "rule")
    width, reach = len(items(inputs, "the inputs")), integer(reach, "the reach", 0, 8)
    made = Unrolled(width * n, work)
    ends = [_numbers([rational(q, "a pad") for q in items(pad, "the pad", width, width)])] * reach
    tape: list[list[Form]] = [[{w * n + i: 1} for w in range(width)] for i in range(n)]
    for _ in range(steps):
        whole = [*ends, *tape, *ends]
        windows = ([form for cell in whole[i : i + 2 * reach + 1] for form in cell] for i in range(n))
        tape = [made.several(state, made.define(nodes, window)) for window in windows]
    return made, [cell[w] for w in range(width) for cell in tape]


def _stages(family: Any, n: int, work: Work) -> tuple[Unrolled, list[Form]]:
    inputs, nodes, state, _ = fields(family, "stages", "inputs", "nodes", "state", "rule")
    items(inputs, "the inputs", 1, 1)
    made = Unrolled(n * n, work)
    array: list[list[Form]] = [[{i * n + j: 1} for j in range(n)] for i in range(n)]
    for k in range(n):
        old = array
        array = [
            [made.polynomial(state, made.define(nodes, [old[i][j], old[i][k], old[k][j]])) for j in range(n)] for i in range(n)
        ]
    return made, [form for row in array for form in row]


def _sort(family: Any, n: int, work: Work) -> tuple[Unrolled, list[Form]]:
    inputs, nodes, high, low, _ = fields(family, "a sort", "inputs", "nodes", "high", "low", "rule")
    items(inputs, "the inputs", 1, 1)
    made = Unrolled(n, work)

    def merged(a: list[Form], b: list[Form]) -> list[Form]:
        if not a or not b:
            return a or b
        if len(a) == len(b) == 1:
            return compared(a[0], b[0])
        even, odd = merged(a[::2], b[::2]), merged(a[1::2], b[1::2])
        pairs = [form for one, other in zip(odd, even[1:], strict=False) for form in compared(one, other)]
        return [even[0], *pairs, *odd[len(even) - 1 :], *even[len(odd) + 1 :]]

    def compared(a: Form, b: Form) -> list[Form]:
        return made.several([high, low], made.define(nodes, [a, b]))

    def ordered(x: list[Form]) -> list[Form]:
        cut = (len(x) + 1) // 2
        return merged(ordered(x[:cut]), ordered(x[cut:])) if len(x) > 1 else x

    return made, ordered([{i: 1} for i in range(n)])


def _read(network: Network, work: Work) -> list[Neuron | Form]:
    """The neurons and outputs of a network in the same form."""
    read = Unrolled(network.inputs, work)
    values: list[Form] = [{i: 1} for i in range(network.inputs)]
    for (kind, slope), bias, reads, weights in network.nodes:
        form = read.sum([(bias, {-1: 1}), *((w, values[j]) for w, j in zip(weights, reads, strict=True))])
        values.append(read.neuron(kind, slope, form))
    return read.matter([values[j] for j in network.output])
