"""The certificate for bits: a network as tables of few bits, read off its weights by evaluating corners, never from notes.

A node whose sources are bits is evaluated at every corner of its sources. Where all results are 0 and 1, it is the gate with
that table; where they are not, as for the sum of the two halves of an exclusive or, the corners of what its sources read are
tried. By induction in topological order every node kept is 0 or 1 on the whole domain. Large networks of small gates are read
with arrays, a second time with the sums of two halves as nodes of their own, as they are in no strictly layered network; what
that does not settle is read node by node (network_circuit.py), or refused.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from proofcheck.domains import Domain, Grid
from proofcheck.engine.bits.corners import Graph, graph_of, local_of, opened, tables
from proofcheck.engine.bits.lookup import IntArray, Lookup, lookup_of_circuit
from proofcheck.engine.bits.network_circuit import circuit_of_network
from proofcheck.engine.bits.rewriting import collapsed, paired, roots, shifted
from proofcheck.errors import InputError, Refusal
from proofcheck.networks.network import Network

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


def _by_arrays_somehow(network: Network, elide: bool) -> tuple[Lookup, tuple[Form, ...]] | None:
    """The program read with arrays from the network as it is or from another form of it; None when no form will do."""
    graph = graph_of(network)
    if graph is None:
        return None
    graph = collapsed(graph) if elide else graph
    found = _by_arrays(graph)
    for rewritten in (paired, shifted, shifted):
        if found is None:
            graph = rewritten(graph)
            found = _by_arrays(graph)
    return found


def _by_arrays(graph: Graph) -> tuple[Lookup, tuple[Form, ...]] | None:
    """The program, or None when some output needs a node that is no table of three sources, or of what two sources read."""
    local = local_of(graph)
    inputs = graph.inputs
    leaves = np.where(local.known[:, None], local.reads, -1)
    table, is_bit = tables(local.values, graph.one)
    good = local.known & is_bit
    halves = np.flatnonzero(local.known & ~good & (np.diff(graph.start) == 2))
    nodes, below, values = opened(graph, local, halves)
    bits, fine = tables(values, graph.one)
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


def _forms(graph: Graph, good: npt.NDArray[np.bool_]) -> tuple[IntArray, tuple[Form, ...]] | None:
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


def _elided(program: Lookup) -> Lookup:
    """The same program in which nobody reads a table that equals its one source."""
    fan_in = np.diff(program.start)
    carries = np.flatnonzero((fan_in == 1) & (program.table & 3 == IDENTITY))
    root = np.arange(program.inputs + program.gates)
    root[program.inputs + carries] = program.source[program.start[carries]]
    root = roots(root)
    return Lookup(program.inputs, program.start, root[program.source], program.table, root[program.output])
