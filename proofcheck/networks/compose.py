"""Whole networks put together: one after the other, or side by side.

Nothing is simplified: every node of both networks is in the result, so sizes add up, and both operations are
associative to the bit. Meanings speak of one circuit and are dropped.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from proofcheck.domains import product_of
from proofcheck.errors import InputError
from proofcheck.networks.table import Table, merged

if TYPE_CHECKING:
    from proofcheck.networks.network import IntArray, Network, Port


def sequence(f: Network, g: Network) -> Network:
    """g after f: output port i of f feeds input port i of g. Exact; has the domain of f.

    Whether f's outputs lie in g's domain is not checked: the claim about the whole decides that.
    Raises InputError unless the ports of f's outputs and g's inputs have the same sizes in the same order.
    """
    given, wanted = [port.size for port in f.outputs], [port.size for port in g.inputs]
    if given != wanted:
        raise InputError(
            f"f >> g: the outputs of f have the sizes {given}, the inputs of g {wanted}: they must agree port by port"
        )
    place = np.concatenate([f.output, f.node_count + np.arange(len(g.activation))])
    return _joined(f, g, place, outputs=g.outputs, output=place[g.output])


def parallel(f: Network, g: Network) -> Network:
    """f and g side by side: the ports of f, then those of g. A port of g whose name is taken gets the next free number."""
    n = f.input_count
    shift_f = np.concatenate([np.arange(n), np.arange(len(f.activation)) + n + g.input_count])
    place = np.concatenate([np.arange(g.input_count) + n, np.arange(len(g.activation)) + n + g.input_count + len(f.activation)])
    widened = replace(
        f,
        inputs=_renamed(f.inputs, g.inputs),
        domain=product_of((f.domain, g.domain)),
        source=shift_f[f.source],
        output=shift_f[f.output],
        meanings=None,
    )
    output = np.concatenate([widened.output, place[g.output]])
    return _joined(widened, g, place, outputs=_renamed(f.outputs, g.outputs), output=output)


def _joined(f: Network, g: Network, place: IntArray, **fields: Any) -> Network:
    """The nodes of f and then those of g, where node i of g (inputs included) is node place[i] of the result."""
    table = Table()
    of_f, of_g = table.indices(f.values), table.indices(g.values)
    activations = sorted({*f.activations, *g.activations})
    reader = np.repeat(np.arange(len(g.activation)), np.diff(g.start))
    start, source, weight = merged(table, len(g.activation), reader, place[g.source], of_g[g.weight])
    rank, values = table.sorted_subset(np.concatenate([of_f[f.bias], of_g[g.bias], of_f[f.weight], weight]))
    kind = [np.array([activations.index(a) for a in network.activations], np.int64) for network in (f, g)]
    return replace(
        f,
        values=values,
        activations=tuple(activations),
        activation=np.concatenate([kind[0][f.activation], kind[1][g.activation]]),
        bias=rank[np.concatenate([of_f[f.bias], of_g[g.bias]])],
        start=np.concatenate([f.start, start[1:] + f.start[-1]]),
        source=np.concatenate([f.source, source]),
        weight=rank[np.concatenate([of_f[f.weight], weight])],
        meanings=None,
        **fields,
    )


def _renamed(first: tuple[Port, ...], second: tuple[Port, ...]) -> tuple[Port, ...]:
    """All ports, those of `second` renamed x -> x_2, x_3, ... where the name is taken."""
    ports = list(first)
    taken = {port.name for port in first}
    for port in second:
        name = port.name
        if name in taken:
            stem, line, number = name.rpartition("_")
            stem = stem if line and number.isdecimal() else name
            name = next(f"{stem}_{k}" for k in range(2, len(taken) + 3) if f"{stem}_{k}" not in taken)
        taken.add(name)
        ports.append(replace(port, name=name))
    return tuple(ports)
