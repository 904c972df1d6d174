"""The certificate for bits: a network as tables of few bits, read off its weights by evaluating corners, never from notes.

A node whose sources are bits is evaluated at every corner of its sources. Where all results are 0 and 1, it is the gate with
that table; where they are not, as for the sum of the two halves of an exclusive or, the corners of what its sources read are
tried. By induction in topological order every node kept is 0 or 1 on the whole domain. Large networks of small gates are read
with arrays, a second time with the sums of two halves as nodes of their own, as they are in no strictly layered network; what
that does not settle is read node by node (network_circuit.py), or refused.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from math import lcm

import numpy as np
import numpy.typing as npt

from proofcheck.domains import Domain, Grid
from proofcheck.engine.lookup import MOST_LEAVES, IntArray, Lookup, lookup_of_circuit
from proofcheck.engine.network_circuit import circuit_of_network
from proofcheck.errors import InputError, Refusal
from proofcheck.networks.network import Network

LARGEST = 1 << 20
"""Weights beyond this, over their common denominator, are not read with arrays."""
CORNERS = 1 << MOST_LEAVES
IDENTITY = 0b10


Form = tuple[Fraction, tuple[tuple[Fraction, int], ...]]
"""(constant, ((factor, number of a bit), ...)): an affine form over the bits that a program puts out."""


def lookup_of_network(network: Network, domain: Domain | None = None, elide: bool = True) -> Lookup:
    """`network` on bits as a program of tables, equal to it at every input of `domain`, by default its own.

    elide: leave out carries, the nodes that are certified to equal a node that they read; without it each is a table of its
    own. Raises Refusal, naming an output or a node, where a node that an output needs is not certified to be 0 or 1, and
    InputError when the domain has another number of coordinates.
    """
    program, forms = bits_and_forms(network, domain, elide)
    plain = all(constant == 0 and len(terms) == 1 and terms[0][0] == 1 for constant, terms in forms)
    if not plain:
        worst = next(i for i, (constant, terms) in enumerate(forms) if constant or len(terms) != 1 or terms[0][0] != 1)
        raise Refusal(f"output {worst} of the network is not always 0 or 1, as far as can be read off")
    return replace(program, output=program.output[[terms[0][1] for _, terms in forms]])


def bits_and_forms(network: Network, domain: Domain | None = None, elide: bool = True) -> tuple[Lookup, tuple[Form, ...]]:
    """(program, forms): as `lookup_of_network`, but an output may also be an affine form over bits, as a number is.

    The program puts out the bits, and forms[i] is output i of the network over them.
    """
    return _read(network, network.domain if domain is None else domain, elide)


@lru_cache(maxsize=8)
def _read(network: Network, domain: Domain, elide: bool) -> tuple[Lookup, tuple[Form, ...]]:
    if domain.dimension != network.input_count:
        raise InputError(f"the domain has {domain.dimension} coordinates, the network {network.input_count} inputs")
    for i, scalar in enumerate(domain.sets):
        if not (isinstance(scalar, Grid) and scalar.low in (0, 1) and scalar.low + scalar.step * (scalar.count - 1) in (0, 1)):
            raise Refusal(f"input {i} is not a bit")
    found = _by_arrays_somehow(network, elide)
    if found is None:
        circuit, _ = circuit_of_network(network)
        plain = tuple((Fraction(0), ((Fraction(1), i),)) for i in range(len(network.output)))
        return lookup_of_circuit(circuit), plain
    return (_elided(found[0]), found[1]) if elide else found


@dataclass(frozen=True, eq=False)
class _Graph:
    """A network with its numbers as integers over `one`; activations by their kinds. A slope is not kept, nor used."""

    inputs: int
    one: int
    activations: tuple[str, ...]
    activation: IntArray
    bias: IntArray
    start: IntArray
    source: IntArray
    weight: IntArray
    output: IntArray

    def value(self, number: int) -> Fraction:
        return Fraction(int(number), self.one)


def _graph(network: Network) -> _Graph | None:
    """None when the numbers are too large, or there are no inputs."""
    used = np.union1d(network.weight, network.bias)
    one = lcm(*(network.values[i].denominator for i in used.tolist()))
    scaled = [int(network.values[i] * one) for i in used.tolist()]
    if one > LARGEST or any(abs(value) > LARGEST for value in scaled) or network.input_count == 0:
        return None
    value = np.zeros(len(network.values), np.int64)
    value[used] = scaled
    kinds = tuple(activation.kind for activation in network.activations)
    return _Graph(
        *(network.input_count, one, kinds, network.activation, value[network.bias], network.start, network.source),
        *(value[network.weight], network.output),
    )


def _by_arrays_somehow(network: Network, elide: bool) -> tuple[Lookup, tuple[Form, ...]] | None:
    """The program read with arrays from the network as it is or from another form of it; None when no form will do."""
    graph = _graph(network)
    if graph is None:
        return None
    graph = _collapsed(graph) if elide else graph
    found = _by_arrays(graph)
    for rewritten in (_paired, _shifted, _shifted):
        if found is None:
            graph = rewritten(graph)
            found = _by_arrays(graph)
    return found


def _by_arrays(graph: _Graph) -> tuple[Lookup, tuple[Form, ...]] | None:
    """The program, or None when some output needs a node that is no table of three sources, or of what two sources read."""
    local = _local(graph)
    inputs = graph.inputs
    leaves = np.where(local.known[:, None], local.reads, -1)
    table, is_bit = _tables(local.values, graph.one)
    good = local.known & is_bit
    halves = np.flatnonzero(local.known & ~good & (np.diff(graph.start) == 2))
    nodes, below, values = _opened(graph, local, halves)
    bits, fine = _tables(values, graph.one)
    good[nodes[fine]], table[nodes[fine]], leaves[nodes[fine]] = True, bits[fine], below[fine]
    good = np.concatenate([np.ones(inputs, bool), good])
    read = np.where(leaves < 0, 0, leaves)
    while True:  # a table counts only when all that it reads are bits
        fine = good[inputs:] & np.all(good[read] | (leaves < 0), axis=1)
        if np.array_equal(fine, good[inputs:]):
            break
        good[inputs:] = fine
    found = _forms(graph, good)
    if found is None:
        return None
    kept = good[inputs:, None] & (leaves >= 0)
    start = np.concatenate([[0], np.cumsum(kept.sum(axis=1))]).astype(np.int64)
    output, forms = found
    return Lookup(inputs, start, leaves[kept], np.where(good[inputs:], table, 0).astype(np.uint8), output), forms


def _forms(graph: _Graph, good: npt.NDArray[np.bool_]) -> tuple[IntArray, tuple[Form, ...]] | None:
    """(nodes, forms): the outputs over bits among the nodes, each a bit itself or an affine node of bits; None otherwise."""
    place: dict[int, int] = {}
    forms: list[Form] = []
    for node in graph.output.tolist():
        i = node - graph.inputs
        if good[node]:
            terms = ((Fraction(1), place.setdefault(node, len(place))),)
            forms.append((Fraction(0), terms))
            continue
        edges = slice(int(graph.start[i]), int(graph.start[i + 1]))
        sources = graph.source[edges].tolist()
        if graph.activations[graph.activation[i]] != "identity" or not all(good[s] for s in sources):
            return None
        weights = [graph.value(w) for w in graph.weight[edges].tolist()]
        numbers = [place.setdefault(s, len(place)) for s in sources]
        forms.append((graph.value(graph.bias[i]), tuple(zip(weights, numbers, strict=True))))
    return np.array(list(place), np.int64), tuple(forms)


@dataclass(frozen=True, eq=False)
class _Local:
    """What is known of each node that is no input.

    reads (N, 3): its sources, -1 for none. values (N, 8): its value over `one` where the k-th source is bit k of the corner.
    known: there are at most 3 sources and the values are integers over `one`.
    """

    reads: IntArray
    values: IntArray
    known: npt.NDArray[np.bool_]


def _local(graph: _Graph) -> _Local:
    fan_in = np.diff(graph.start)
    count, few = len(fan_in), fan_in <= MOST_LEAVES
    reads = np.full((count, MOST_LEAVES), -1, np.int64)
    values = np.repeat(graph.bias[:, None], CORNERS, axis=1)
    corner = np.arange(CORNERS)
    for k in range(MOST_LEAVES):
        nodes = np.flatnonzero(few & (fan_in > k))
        edge = graph.start[nodes] + k
        reads[nodes, k] = graph.source[edge]
        values[nodes] += graph.weight[edge][:, None] * (corner >> k & 1)
    return _Local(reads, values, few & _activate(graph, np.arange(count), values))


def _activate(graph: _Graph, nodes: IntArray, values: IntArray) -> npt.NDArray[np.bool_]:
    """Apply the activation of each node to its row, in place; which rows could be done."""
    done = np.ones(len(nodes), bool)
    for number, kind in enumerate(graph.activations):
        rows = np.flatnonzero(graph.activation[nodes] == number)
        if kind == "relu":
            values[rows] = np.maximum(values[rows], 0)
        elif kind == "step":
            values[rows] = np.where(values[rows] >= 0, graph.one, 0)
        elif kind == "saturated_linear":
            values[rows] = np.clip(values[rows], 0, graph.one)
        elif kind != "identity":
            done[rows] = np.all(values[rows] >= 0, axis=1)
    return done


def _tables(values: IntArray, one: int) -> tuple[IntArray, npt.NDArray[np.bool_]]:
    """(the bits of each row as a number, whether all of its values are 0 and `one`)."""
    true = values == one
    return (true << np.arange(CORNERS)).sum(axis=1), np.all(true | (values == 0), axis=1)


def _opened(graph: _Graph, local: _Local, nodes: IntArray) -> tuple[IntArray, IntArray, IntArray]:
    """(nodes, leaves (., 3), values (., 8)): nodes of two sources over what these read, where that is at most three nodes."""
    inputs = graph.inputs
    pair = local.reads[nodes][:, :2]
    inner = np.where(pair >= inputs, pair - inputs, 0)
    usable = np.all((pair >= inputs) & local.known[inner], axis=1)
    nodes, inner = nodes[usable], inner[usable]
    below = local.reads[inner].reshape(len(nodes), 2 * MOST_LEAVES)
    ordered = np.sort(below, axis=1)
    fresh = (ordered >= 0) & np.concatenate([np.ones((len(nodes), 1), bool), ordered[:, 1:] != ordered[:, :-1]], axis=1)
    few = fresh.sum(axis=1) <= MOST_LEAVES
    nodes, inner, below, ordered, fresh = nodes[few], inner[few], below[few], ordered[few], fresh[few]
    leaves = np.full((len(nodes), MOST_LEAVES), -1, np.int64)
    row, column = np.nonzero(fresh)
    leaves[row, (np.cumsum(fresh, axis=1) - 1)[row, column]] = ordered[row, column]
    place = np.argmax(below[:, :, None] == leaves[:, None, :], axis=2)  # of each leaf of a source among the leaves
    bit = np.where(below[:, :, None] >= 0, np.arange(CORNERS) >> place[:, :, None] & 1, 0)
    values = np.repeat((graph.bias[nodes] * graph.one)[:, None], CORNERS, axis=1)
    for k in range(2):
        index = (bit[:, MOST_LEAVES * k : MOST_LEAVES * (k + 1)] << np.arange(MOST_LEAVES)[None, :, None]).sum(axis=1)
        weight = graph.weight[graph.start[nodes] + k]
        values += weight[:, None] * np.take_along_axis(local.values[inner[:, k]], index, axis=1)
    whole = np.all(values % graph.one == 0, axis=1)
    nodes, leaves, values = nodes[whole], leaves[whole], values[whole] // graph.one
    done = _activate(graph, nodes, values)
    return nodes[done], leaves[done], values[done]


def _collapsed(graph: _Graph) -> _Graph:
    """The same function in which nobody reads a carry: 1 * v + 0, or the relu of that where v is never negative."""
    count, kinds = len(graph.bias), np.array(graph.activations)[graph.activation]
    never_negative = np.concatenate([np.ones(graph.inputs, bool), np.isin(kinds, ("relu", "step", "saturated_linear"))])
    single = np.flatnonzero((np.diff(graph.start) == 1) & (graph.bias == 0))
    edge = graph.start[single]
    carried = (graph.weight[edge] == graph.one) & (
        (kinds[single] == "identity") | ((kinds[single] == "relu") & never_negative[graph.source[edge]])
    )
    root = np.arange(graph.inputs + count)
    root[graph.inputs + single[carried]] = graph.source[edge[carried]]
    root = _roots(root)
    return replace(graph, source=root[graph.source], output=root[graph.output])


def _shifted(graph: _Graph) -> _Graph:
    """The same function on bits, in which nobody reads a node that is p + q b for a bit b: b is read in its place."""
    local = _local(graph)
    _, is_bit = _tables(local.values, graph.one)
    moved = local.known & ~is_bit & (np.diff(graph.start) == 1)
    inner = np.where(graph.source >= graph.inputs, graph.source - graph.inputs, 0)
    low = graph.weight * local.values[inner, 0]
    step = graph.weight * (local.values[inner, 1] - local.values[inner, 0])
    whole = (low % graph.one == 0) & (step % graph.one == 0) & (np.abs(low) <= LARGEST) & (np.abs(step) <= LARGEST)
    edges = np.flatnonzero((graph.source >= graph.inputs) & moved[inner] & whole)
    source, weight, bias = graph.source.copy(), graph.weight.copy(), graph.bias.copy()
    reader = np.repeat(np.arange(len(bias)), np.diff(graph.start))
    source[edges], weight[edges] = local.reads[inner[edges], 0], step[edges] // graph.one
    np.add.at(bias, reader[edges], low[edges] // graph.one)
    return replace(graph, source=source, weight=weight, bias=bias)


def _roots(root: IntArray) -> IntArray:
    """Each node's end when it is followed from node to node."""
    while not np.array_equal(further := root[root], root):
        root = further
    return root


def _paired(graph: _Graph) -> _Graph:
    """The same function, with relu(v) + relu(-v) a node of its own wherever a node reads both with one weight.

    Which relu belongs to which is guessed by a hash that is linear in the weights. A wrong guess does no harm: the sum of
    any two nodes may be a node, and whether it is a bit is found out afterwards.
    """
    inputs, count = graph.inputs, len(graph.bias)
    reader = np.repeat(np.arange(count), np.diff(graph.start))
    partner = _partners(graph, reader)
    other = partner[graph.source]
    edges = np.flatnonzero(other >= 0)
    pair = np.minimum(graph.source[edges], other[edges])
    order = np.lexsort((graph.source[edges], graph.weight[edges], pair, reader[edges]))
    edges, pair = edges[order], pair[order]
    same = (reader[edges][1:] == reader[edges][:-1]) & (pair[1:] == pair[:-1])
    same &= (graph.weight[edges][1:] == graph.weight[edges][:-1]) & (graph.source[edges][1:] == other[edges][:-1])
    first, second = edges[:-1][same], edges[1:][same]
    if not len(first):
        return graph
    low, number = np.unique(np.minimum(graph.source[first], graph.source[second]), return_inverse=True)
    high = partner[low]
    # a sum goes right behind the later of its two nodes
    key = np.concatenate([2 * np.arange(inputs + count), 2 * np.maximum(low, high) + 1])
    order = np.argsort(key, kind="stable")
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    source = place[graph.source]
    source[first] = place[inputs + count + number]
    kept = np.ones(len(source), bool)
    kept[second] = False
    identity = graph.activations.index("identity") if "identity" in graph.activations else len(graph.activations)
    sums = len(low)
    owner = np.concatenate([place[inputs + reader[kept]], np.repeat(place[inputs + count :], 2)])
    flat = np.concatenate([source[kept], np.stack([place[low], place[high]], axis=1).reshape(-1)])
    weight = np.concatenate([graph.weight[kept], np.full(2 * sums, graph.one)])
    by_owner = np.argsort(owner, kind="stable")
    own = order[inputs:] - inputs
    return _Graph(
        inputs=inputs,
        one=graph.one,
        activations=graph.activations if identity < len(graph.activations) else (*graph.activations, "identity"),
        activation=np.concatenate([graph.activation, np.full(sums, identity)])[own],
        bias=np.concatenate([graph.bias, np.zeros(sums, np.int64)])[own],
        start=np.searchsorted(owner[by_owner], np.arange(inputs, inputs + count + sums + 1)),
        source=flat[by_owner],
        weight=weight[by_owner],
        output=place[graph.output],
    )


def _partners(graph: _Graph, reader: IntArray) -> IntArray:
    """For each node the relu that is likely to read the negative of what it reads, -1 for none."""
    inputs, count = graph.inputs, len(graph.bias)
    random = np.random.default_rng(0).integers(0, 1 << 63, inputs + count + 1, dtype=np.int64)
    with np.errstate(over="ignore"):
        total = graph.bias * random[-1]
        np.add.at(total, reader, graph.weight * random[graph.source])
        negated = -total
    partner = np.full(inputs + count, -1, np.int64)
    if "relu" in graph.activations:
        nodes = np.flatnonzero((graph.activation == graph.activations.index("relu")) & (total != 0))
        order = nodes[np.argsort(total[nodes], kind="stable")]
        at = np.minimum(np.searchsorted(total[order], negated[nodes]), max(len(order) - 1, 0))
        met = total[order[at]] == negated[nodes]
        partner[inputs + nodes[met]] = inputs + order[at[met]]
        mutual = partner[partner] == np.arange(inputs + count)
        partner = np.where((partner >= 0) & mutual, partner, -1)
    return partner


def _elided(program: Lookup) -> Lookup:
    """The same program in which nobody reads a table that equals its one source."""
    fan_in = np.diff(program.start)
    carries = np.flatnonzero((fan_in == 1) & (program.table & 3 == IDENTITY))
    root = np.arange(program.inputs + program.gates)
    root[program.inputs + carries] = program.source[program.start[carries]]
    root = _roots(root)
    return Lookup(program.inputs, program.start, root[program.source], program.table, root[program.output])
