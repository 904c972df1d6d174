"""A network is a family at one n: the family is unrolled here, and compared with the network neuron by neuron.

Affine nodes are no neurons: they are put into what reads them. A neuron whose argument is a number is that number, and what
no output depends on does not count. Coordinates: each input of all steps or leaves, then the fixed inputs; each output that
the steps emit, then the outputs of the last state.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import prod
from typing import Any

from .composition import Shape, binding, ports_of, rule_of
from .exact import Number, Work, rational, require
from .files import fields, integer, items
from .network import KINDS, Network, activate

Form = dict[int, Number]  # {input or neuron: coefficient}; -1: the constant
Neuron = tuple[str, Number, Form]
MOST, WIDEST = 100_000, 18  # a cell of a tape of so many reads no pad
SPLITS: dict[str, Callable[[int], int]] = {
    "halves": lambda n: (n + 1) // 2,
    "left": lambda n: n - 1,
    "right": lambda n: 1,
    "power": lambda n: 1 << (n - 1).bit_length() - 1,
}


class Unrolled:
    """Neurons in the order in which they are made, over the inputs 0 .. inputs-1; neuron i is the variable inputs + i.

    products: whether a form may be multiplied by what is a number at this size, as a unit is.
    """

    def __init__(self, inputs: int, work: Work, products: bool = True) -> None:
        self.inputs, self.work, self.products = inputs, work, products
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
            require(self.products or len(places) < 2, "a network is affine but for units")
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
        self.work.spend(100 + len(table))
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


def check_instance(family: Any, n: Any, how: Any, network: Network, work: Work) -> str:
    """At which parameters, in words; Rejected unless the network is the family there. n, how: as docs/formats.md has them."""
    rule = rule_of(family)
    given, by = ([n, how], None) if rule in ("calls", "cells") else (n if rule in ("parallel", "sequence") else [n], how)
    where, unrolled, outputs = unrolled_at(family, given, by, work)
    counts = f"{unrolled.inputs} inputs at {where}, the network {network.inputs}"
    require(unrolled.inputs == network.inputs, f"the family has {counts}")
    wanted, found = unrolled.matter(outputs), _read(network, work)
    counts = f"{len(wanted)} neurons and outputs at {where}, the network {len(found)}"
    require(len(wanted) == len(found) and len(outputs) == len(network.output), f"the family has {counts}")
    for i, (a, b) in enumerate(zip(wanted, found, strict=True)):
        require(a == b, f"neuron or output {i} of the network is not that of the family at {where}")
    return where + splits_of(how)


def splits_of(how: Any) -> str:
    """The splits of the trees in a family, in words and in order."""
    return "".join(f" by {split}" for split in _flat(how) if type(split) is str)


def check_readable(family: Any, how: Any) -> str:
    """The least parameters of a family in words; Rejected when it cannot be unrolled there. how: the splits of its trees."""
    least = ports_of(family)[2]
    sizes = [max(WIDEST if name == "n" else 2, q) for name, q in least]
    require(unrolled_at(family, sizes, how, Work())[2], "it puts out nothing")
    return " and ".join(f"{name} >= {q if name == 'T' else max(1, q)}" for name, q in least)


def unrolled_at(family: Any, given: Any, how: Any, work: Work) -> tuple[str, Unrolled, list[Form]]:
    """The parameters in words, and the neurons and outputs of the family there; Rejected when it cannot be read."""
    inputs, _, least = ports_of(family)
    pairs = zip(items(given, "the parameters", *[len(least)] * 2), least, strict=True)
    sizes = [integer(q, name, q0 if name == "T" else max(1, q0), MOST) for q, (name, q0) in pairs]
    total = sum(prod(sizes[p] for p, _ in shape) for _, _, shape in inputs)
    require(total <= 10 * MOST, f"a family is unrolled over at most {10 * MOST} inputs")
    made, places = Unrolled(total, work), iter(range(total))

    def group(shape: Shape) -> Any:
        """The coordinates of an input, those of the last index one after another."""
        return [group(shape[1:]) for _ in range(sizes[shape[0][0]])] if shape else {next(places): 1}

    outputs = _put(made, family, sizes, how, [group(shape) for _, _, shape in inputs])
    where = ", ".join(f"{name} = {q}" for q, (name, _) in zip(sizes, least, strict=True))
    return where, made, [form for output in outputs for form in _flat(output)]


def _flat(group: Any) -> list[Any]:
    return [one for part in group for one in _flat(part)] if isinstance(group, list) else [group]


def _put(made: Unrolled, family: Any, sizes: Sequence[int], how: Any, x: Sequence[Any]) -> list[Any]:
    """The outputs of the family over these inputs, both of the shapes of `ports_of` with the parameters `sizes`."""
    rule = rule_of(family)
    if rule == "parallel":
        made.work.spend(sizes[0] * (16 + len(x)))
        rows = ([g if same else g[i] for g, same in zip(x, family["shared"], strict=True)] for i in range(sizes[0]))
        copies = [_put(made, family["block"], sizes[1:], how, row) for row in rows]
        return [list(column) for column in zip(*copies, strict=True)]
    if rule == "sequence":
        before, behind = family["first"], family["second"]
        made.work.spend(1024 + 64 * len(x))
        one, other = items(how, "the splits of the parts of a sequence", 2, 2)
        bound = [sizes[p] - less for p, less in binding(ports_of(before), ports_of(behind))]
        return _put(made, behind, bound, other, _put(made, before, sizes, one, x))
    if rule == "tree":
        require(type(how) is str and how in SPLITS, f"a tree needs a split: {', '.join(SPLITS)}")
        return _tree(made, family, x, SPLITS[how])
    require(how is None, "only a tree has a split")
    if rule in ("cells", "calls"):
        return _cells(made, family, x, sizes[1]) if rule == "cells" else _calls(made, family, sizes, x)
    if rule == "fold":
        return _fold(made, family, sizes[0], x)
    return _stages(made, family, x[0]) if rule == "stages" else _sort(made, family, x[0])


def _fold(made: Unrolled, family: Any, n: int, x: Sequence[Any]) -> list[Any]:
    width = len(items(family["inputs"], "the inputs"))
    emitted, end = _steps(made, family, [[column[k] for column in x[:width]] for k in range(n)], x[width:])
    return [*([row[i] for row in emitted] for i in range(len(family["emit"]))), *end]


def _steps(made: Unrolled, family: Any, x: list[list[Form]], f: Sequence[Form]) -> tuple[list[list[Form]], list[Form]]:
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


def _calls(made: Unrolled, family: Any, sizes: Sequence[int], x: Sequence[Any]) -> list[Any]:
    block, state, _ = fields(family, "calls", "block", "state", "rule")
    kept = len(items(block["fixed"], "the fixed inputs"))
    require(block["rule"] == "fold" and block["first"] == 0, "a fold from 0 on is called")
    count = len(items(state, "the state", 1, len(items(block["inputs"], "the inputs"))))
    words: list[list[Form]] = [[{}] * sizes[1] for _ in state] + list(x[kept:])
    out: list[list[Form]] = []
    for k in range(sizes[0]):
        row = [column[k] for column in x[:kept]]
        emitted, end = _steps(made, block, [list(place) for place in zip(*words, strict=True)], row)
        columns = [[digits[integer(j, "the digits of a word", 0, len(digits) - 1)] for digits in emitted] for j, _ in state]
        tops = [None if j is None else end[integer(j, "the last digit of a word", 0, len(end) - 1)] for _, j in state]
        out.append([column[0] for column, top in zip(columns, tops, strict=True) if top is not None])
        after = (column if top is None else [*column[1:], top] for column, top in zip(columns, tops, strict=True))
        words[:count] = after
    return [*(list(column) for column in zip(*out, strict=True)), *words[:count]]


def _numbers(values: Sequence[Number]) -> list[Form]:
    return [{-1: value} if value else {} for value in values]


def _tree(made: Unrolled, family: Any, x: Sequence[Any], cut: Callable[[int], int]) -> list[Any]:
    _, leaf, merge, last, outputs, _ = fields(family, "a tree", "inputs", "leaf", "merge", "last", "outputs", "rule")
    blocks = [fields(block, "a block", "nodes", "state") for block in (leaf, merge)]
    waiting, done = [(0, len(x[0]), False)], list[list[Form]]()
    while waiting:
        start, size, ready = waiting.pop()
        if size > 1 and not ready:
            left = cut(size)
            waiting += [(start, size, True), (start + left, size - left, False), (start, left, False)]
            continue
        right = done.pop() if size > 1 else []
        table: list[Form] = [*done.pop(), *right] if size > 1 else [column[start] for column in x]
        nodes, state = blocks[size > 1]
        done.append(made.several(state, made.define(nodes, table)))
    return made.several(outputs, made.define(last, done.pop()))


def _cells(made: Unrolled, family: Any, x: Sequence[Any], steps: int) -> list[Any]:
    inputs, reach, pad, nodes, state, _ = fields(family, "cells", "inputs", "reach", "pad", "nodes", "state", "rule")
    width, reach = len(items(inputs, "the inputs")), integer(reach, "the reach", 0, 8)
    ends = [_numbers([rational(q, "a pad") for q in items(pad, "the pad", width, width)])] * reach
    tape: list[list[Form]] = [list(cell) for cell in zip(*x, strict=True)]
    for _ in range(steps):
        whole = [*ends, *tape, *ends]
        windows = ([form for cell in whole[i : i + 2 * reach + 1] for form in cell] for i in range(len(tape)))
        tape = [made.several(state, made.define(nodes, window)) for window in windows]
    return [list(wire) for wire in zip(*tape, strict=True)]


def _stages(made: Unrolled, family: Any, array: list[list[Form]]) -> list[Any]:
    _, nodes, state, _ = fields(family, "stages", "inputs", "nodes", "state", "rule")
    for k in range(len(array)):
        reads = [[[entry, row[k], other] for entry, other in zip(row, array[k], strict=True)] for row in array]
        array = [[made.polynomial(state, made.define(nodes, near)) for near in row] for row in reads]
    return [array]


def _sort(made: Unrolled, family: Any, x: list[Form]) -> list[Any]:
    _, nodes, high, low, _ = fields(family, "a sort", "inputs", "nodes", "high", "low", "rule")

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

    return [ordered(x)]


def _read(network: Network, work: Work) -> list[Neuron | Form]:
    """The neurons and outputs of a network in the same form."""
    read = Unrolled(network.inputs, work)
    values: list[Form] = [{i: 1} for i in range(network.inputs)]
    for (kind, slope), bias, reads, weights in network.nodes:
        form = read.sum([(bias, {-1: 1}), *((w, values[j]) for w, j in zip(weights, reads, strict=True))])
        values.append(read.neuron(kind, slope, form))
    return read.matter([values[j] for j in network.output])
