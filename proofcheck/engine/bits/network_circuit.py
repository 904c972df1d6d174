"""The circuit that a network of Boolean nodes emulates, read off the network alone, with the literal that each node carries.

Node by node: what a node reads are affine forms over bits, or functions of a few bits; the node is tabulated over a few
bits below it, and where all its values are 0 and 1 its table becomes gates. Nothing here is believed: the kernel checks
the literals against the gates.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import NamedTuple

import numpy as np

from proofcheck.circuits.builder import Builder
from proofcheck.circuits.circuit import Circuit, IntArray
from proofcheck.circuits.netlist import table
from proofcheck.circuits.words import Word
from proofcheck.domains.sets import BIT
from proofcheck.errors import Refusal
from proofcheck.networks.interpret import RATIONALS
from proofcheck.networks.network import Network

MOST_LEAVES = 8
MOST_OPENED = 8

Number = int | Fraction
Values = tuple[Number, ...]
Form = dict[int, Number]
"""{key: coefficient}: 0 is the constant, a key above it a variable of the builder, one below it a function that is no bit."""


class Function(NamedTuple):
    """values[c] where leaf k, a variable of the builder, is bit k of c."""

    leaves: tuple[int, ...]
    values: Values


def circuit_of_network(network: Network) -> tuple[Circuit, IntArray]:
    """(circuit, literal): a circuit that equals the network on all bits, and for each node that is no input its literal or -1.

    Literals are those of `circuit.aiger()`. Raises Refusal with the first node that is no function of a few bits.
    """
    if any(s != BIT for s in network.domain.sets) or network.domain.constraints or network.domain.different:
        raise Refusal(f"the domain of the network is {network.domain.describe()}, and only bits have a circuit")
    reading = _Reading(network)
    for node in range(network.input_count, network.node_count):
        reading.read(node)
    outputs = [reading.literal[node] for node in network.output.tolist()]
    for i, literal in enumerate(outputs):
        if literal < 0:
            raise Refusal(f"output {i} of the network is not always 0 or 1, as far as can be read off")
    reading.builder.put([Word("y", len(outputs))], outputs)
    circuit = reading.builder.circuit()
    _, variable = circuit.aiger()
    literals, hidden = (np.array(column[network.input_count :], np.int64) for column in (reading.literal, reading.hidden))
    literals = np.where(hidden, -1, literals)
    return circuit, np.where(literals < 0, -1, 2 * variable[literals >> 1] + (literals & 1))


class _Reading:
    """The nodes read so far: their literals (-1 for none) and forms. hidden: nodes whose note would mislead the kernel."""

    def __init__(self, network: Network) -> None:
        self.network, self.builder = network, Builder()
        self.literal = self.builder.inputs("x", network.input_count)
        self.form = [_of_literal(literal) for literal in self.literal]
        self.hidden = [0] * network.input_count
        self.below: dict[int, Function] = {}  # what a key stands for, inputs left out
        self._numbers = [_plain(value) for value in network.values]

    def read(self, node: int) -> None:
        """One more node."""
        network, i = self.network, node - self.network.input_count
        edges = slice(network.start[i], network.start[i + 1])
        sources, weights = network.source[edges].tolist(), network.weight[edges].tolist()
        activation = network.activations[network.activation[i]]
        form: Form = {0: self._numbers[network.bias[i]]}
        for source, weight in zip(sources, weights, strict=True):
            for key, coefficient in self.form[source].items():
                form[key] = _plain(form.get(key, 0) + self._numbers[weight] * coefficient)
        form = {key: coefficient for key, coefficient in form.items() if coefficient or not key}
        near, found = self._cut(form), None
        affine = activation.kind == "identity" or (activation.kind == "relu" and self._least(form) >= 0)
        for sums in self._tabulated(form, near):
            values = sums.values if affine else tuple([_plain(RATIONALS.activation(activation, v)) for v in sums.values])
            if found is None or len({*values}) < len({*found.values}):
                found = Function(sums.leaves, values)
            if {*values} <= {0, 1}:
                break
        self.hidden.append(0)
        if found is not None and {*found.values} <= {0, 1}:
            self._bit(found)
            if found.leaves != near:
                self._hide(sources, found.leaves)
            return
        self.literal.append(-1)
        if not affine:
            if found is None:
                raise Refusal(f"node {node} of the network is no function of at most {MOST_LEAVES} bits that can be read off")
            self.below[-node] = found
            form = {0: 0, -node: 1}
        self.form.append(form)

    def _bit(self, function: Function) -> None:
        """The next node is a bit: gates for its table."""
        bits = sum(1 << c for c, value in enumerate(function.values) if value)
        literal = table(self.builder, [2 * leaf for leaf in function.leaves], bits)
        self.literal.append(literal)
        self.form.append(_of_literal(literal))
        if literal >> 1 > self.network.input_count:
            values = function.values if not literal & 1 else tuple([1 - value for value in function.values])
            self.below.setdefault(literal >> 1, Function(function.leaves, values))

    def _least(self, form: Form) -> Number:
        """No value of the form is below this."""
        total = form[0]
        for key, coefficient in form.items():
            if key:
                ends = (0, 1) if key > 0 else (min(self.below[key].values), max(self.below[key].values))
                total += min(coefficient * end for end in ends)
        return total

    def _tabulated(self, form: Form, near: tuple[int, ...]) -> Iterable[Function]:
        """The values of a form over bits ever further below, as long as these are few."""
        cut = near
        for _ in range(MOST_OPENED):
            if len(cut) > MOST_LEAVES:
                return
            place, total = {leaf: k for k, leaf in enumerate(cut)}, [form[0]] * (1 << len(cut))
            known: dict[int, Values | None] = {}
            for key, coefficient in form.items():
                values = self._values(key, place, known) if key else ()
                if values is None:
                    break
                if key:
                    total = [t + coefficient * v for t, v in zip(total, values, strict=True)]
            else:
                yield Function(cut, tuple([_plain(t) for t in total]))
            wider = [self._lean({*cut, *self.below[v].leaves} - {v}) for v in reversed(cut) if v in self.below]
            if not wider:
                return
            cut = min(wider, key=len)

    def _cut(self, form: Form) -> tuple[int, ...]:
        """The bits that the form speaks of, without those that the others determine."""
        cut = set[int]()
        for key in form:
            cut.update(self.below[key].leaves if key < 0 else (key,) if key else ())
        return self._lean(cut)

    def _lean(self, cut: set[int]) -> tuple[int, ...]:
        for variable in sorted(cut, reverse=True):
            below = self.below.get(variable)
            if below is not None and cut.issuperset(below.leaves):
                cut.discard(variable)
        return tuple(sorted(cut))

    def _values(self, key: int, place: Mapping[int, int], known: dict[int, Values | None]) -> Values | None:
        """The values of a variable or function over the bits in these places; None when they do not determine it."""
        if key in place:
            return tuple([c >> place[key] & 1 for c in range(1 << len(place))])
        if key not in known:
            known[key] = None
            function = self.below.get(key)
            if function is not None and (key < 0 or key > min(place, default=key)):
                known[key] = self._composed(function, place, known)
        return known[key]

    def _composed(self, function: Function, place: Mapping[int, int], known: dict[int, Values | None]) -> Values | None:
        at = [0] * (1 << len(place))
        for k, leaf in enumerate(function.leaves):
            bits = self._values(leaf, place, known)
            if bits is None:
                return None
            at = [index | int(bit) << k for index, bit in zip(at, bits, strict=True)]
        return tuple([function.values[index] for index in at])

    def _hide(self, sources: Iterable[int], cut: tuple[int, ...]) -> None:
        """No notes between a node and the bits that it was read over: the kernel would take them for independent."""
        stack = list(sources)
        while stack:
            s = stack.pop()
            literal, i = self.literal[s], s - self.network.input_count
            if i >= 0 and not self.hidden[s] and (literal < 0 or (literal > 1 and literal >> 1 not in cut)):
                self.hidden[s] = int(literal >= 0)
                stack += self.network.source[self.network.start[i] : self.network.start[i + 1]].tolist()


def _of_literal(literal: int) -> Form:
    if literal < 2:
        return {0: literal}
    return {0: 1, literal >> 1: -1} if literal & 1 else {0: 0, literal >> 1: 1}


def _plain(value: Number) -> Number:
    return value.numerator if value.denominator == 1 else value
