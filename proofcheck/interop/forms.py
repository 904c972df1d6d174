"""Affine forms over neurons: what a network is once no affine node stands between two neurons.

Readers of foreign files and writers of matrices use the same builder, so that a network which is written and read back
is the same network, to the bit of its digest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import pairwise

from proofcheck.domains import Domain
from proofcheck.errors import Refusal
from proofcheck.networks import IDENTITY, Activation, Network, Port, assemble

Number = int | Fraction
MOST_TERMS = 1 << 25


@dataclass(frozen=True)
class Form:
    """constant + sum of weight * node over `terms`, in increasing order of the nodes, no weight zero."""

    constant: Number
    terms: tuple[tuple[int, Number], ...] = ()

    @property
    def node(self) -> int | None:
        """The node that this form is, None when it is another combination."""
        return self.terms[0][0] if self.constant == 0 and len(self.terms) == 1 and self.terms[0][1] == 1 else None


ZERO = Form(0)


def unit(node: int) -> Form:
    """The form that is one node."""
    return Form(0, ((node, 1),))


def combined(parts: Sequence[tuple[Number, Form]], constant: Number = 0) -> Form:
    """constant + sum of factor * form."""
    live = [(factor, form) for factor, form in parts if factor]
    for factor, form in live:
        if form.constant:
            constant += factor * form.constant
    live = [(factor, form) for factor, form in live if form.terms]
    if len(live) == 1 and live[0][0] == 1:
        return Form(constant, live[0][1].terms)
    if all(len(form.terms) == 1 for _, form in live):  # a row of a matrix: usually nodes in their order, each once
        nodes = [form.terms[0][0] for _, form in live]
        if all(a < b for a, b in pairwise(nodes)):
            weights = [by if type(w) is int and w == 1 else by * w for by, form in live for _, w in form.terms]
            return Form(constant, tuple(zip(nodes, weights, strict=True)))
    total: dict[int, Number] = {}
    for factor, form in live:
        for node, weight in form.terms:
            total[node] = total.get(node, 0) + factor * weight
    return Form(constant, tuple((node, weight) for node, weight in sorted(total.items()) if weight))


@dataclass
class Builder:
    """Nodes in the order in which they are asked for; inputs come first."""

    inputs: tuple[Port, ...]
    _rows: list[tuple[Activation, Form]] = field(default_factory=list)
    _affine: dict[Form, int] = field(default_factory=dict)
    _terms: int = 0

    @property
    def input_count(self) -> int:
        """The number of single inputs."""
        return sum(port.size for port in self.inputs)

    def neuron(self, form: Form, activation: Activation) -> Form:
        """A new node that applies the activation to the form. Raises Refusal when the network grows past 2^25 weights."""
        self._terms += len(form.terms)
        if self._terms > MOST_TERMS:
            raise Refusal("the network has more than 2^25 weights in this form: it is too large to be written as matrices")
        self._rows.append((activation, form))
        return unit(self.input_count + len(self._rows) - 1)

    def shared(self, form: Form) -> Form:
        """The form as one node: itself when it is one, otherwise an affine node that all equal forms share."""
        if form.node is not None:
            return form
        if form not in self._affine:
            self._affine[form] = self._node(self.neuron(form, IDENTITY))
        return unit(self._affine[form])

    def network(self, outputs: Sequence[Form], ports: tuple[Port, ...], domain: Domain) -> Network:
        """The network with these outputs; nodes that no output depends on are left out."""
        output = [self._node(self.shared(form)) for form in outputs]
        first = self.input_count
        needed = set(output)
        for i in range(len(self._rows) - 1, -1, -1):
            if first + i in needed:
                needed.update(node for node, _ in self._rows[i][1].terms)
        place = {node: node for node in range(first)}
        kept = [i for i in range(len(self._rows)) if first + i in needed]
        place.update({first + i: first + number for number, i in enumerate(kept)})
        rows = [self._rows[i] for i in kept]
        kinds = sorted({activation for activation, _ in rows})
        start = [0]
        for _, form in rows:
            start.append(start[-1] + len(form.terms))
        return assemble(
            inputs=self.inputs,
            on=domain,
            start=start,
            source=[place[node] for _, form in rows for node, _ in form.terms],
            weight=[Fraction(weight) for _, form in rows for _, weight in form.terms],
            bias=[Fraction(form.constant) for _, form in rows],
            output=[place[node] for node in output],
            outputs=ports,
            activation=[kinds.index(activation) for activation, _ in rows],
            activations=kinds or (IDENTITY,),
        )

    @staticmethod
    def _node(form: Form) -> int:
        node = form.node
        assert node is not None
        return node


def folded(network: Network) -> Network:
    """The same function with every affine node folded into the neurons and outputs that read it.

    Affine nodes stay only as outputs. Domain and ports are kept, meanings are not. Raises Refusal when that gives more
    than 2^25 weights.
    """
    if _is_folded(network):
        return replace(network, meanings=None)
    builder = Builder(network.inputs)
    known = [unit(i) for i in range(network.input_count)]
    size = 0
    for _, activation, bias, terms in network.nodes():
        form = combined([(weight, known[source]) for source, weight in terms], bias)
        if activation == IDENTITY:
            size += len(form.terms)
            if size > MOST_TERMS:
                raise Refusal("folding the affine nodes gives more than 2^25 weights: the network is too large for matrices")
            known.append(form)
        else:
            known.append(builder.neuron(form, activation))
    return builder.network([known[node] for node in network.output.tolist()], network.outputs, network.domain)


def _is_folded(network: Network) -> bool:
    """Whether folding changes nothing: every affine node is an output read by nobody, after all neurons, in the order of
    the outputs, no two alike and none of them the same as one other node."""
    affine = [i for i, kind in enumerate(network.activation.tolist()) if network.activations[kind] == IDENTITY]
    count, first = len(network.activation), network.input_count
    if affine != list(range(count - len(affine), count)) or len(set(network.source.tolist()) & {first + i for i in affine}):
        return False
    rows = {tuple(row) for row in zip(*_rows_of(network, affine), strict=True)} if affine else set()
    outputs = list(dict.fromkeys(node for node in network.output.tolist() if node >= first + count - len(affine)))
    reached = {*network.output.tolist(), *network.source.tolist()}
    return (
        len(rows) == len(affine)
        and outputs == [first + i for i in affine]
        and all(first + i in reached for i in range(count))
        and not any(_is_unit(network, i) for i in affine)
    )


def _rows_of(network: Network, nodes: Sequence[int]) -> tuple[list[int], list[bytes], list[bytes]]:
    spans = [slice(int(network.start[i]), int(network.start[i + 1])) for i in nodes]
    return (
        network.bias[list(nodes)].tolist(),
        [network.source[span].tobytes() for span in spans],
        [network.weight[span].tobytes() for span in spans],
    )


def _is_unit(network: Network, i: int) -> bool:
    begin, end = int(network.start[i]), int(network.start[i + 1])
    return end == begin + 1 and network.values[network.bias[i]] == 0 and network.values[network.weight[begin]] == 1


def same_by_structure(a: Network, b: Network) -> bool:
    """Whether two networks are certainly equal on all inputs: neuron by neuron, whatever the order and the affine nodes.

    Neurons are equal when activation and affine form over equal neurons are. True is a proof, False shows nothing.
    """
    if a.input_count != b.input_count:
        return False
    classes: dict[tuple[Activation, Form], int] = {}
    return _classified(a, classes) == _classified(b, classes)


def _classified(network: Network, classes: dict[tuple[Activation, Form], int]) -> list[Form]:
    known = [unit(i) for i in range(network.input_count)]
    for _, activation, bias, terms in network.nodes():
        form = combined([(weight, known[source]) for source, weight in terms], bias)
        if activation != IDENTITY:
            form = unit(classes.setdefault((activation, form), network.input_count + len(classes)))
        known.append(form)
    return [known[node] for node in network.output.tolist()]
