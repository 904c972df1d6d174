"""Networks with one planted fault, to test whether a claim and its checkers notice.

A claim that its own mutants satisfy says too little, and a checker that passes a wrong network is worthless. Every
mutant must be refuted with a witness or proved to satisfy the claim after all; anything else is a gap.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from proofcheck.checkers.task import Task
from proofcheck.claims.evidence import Finding, Verdict
from proofcheck.networks.network import Network

SMALL = Fraction(1, 2**30)
CHANGES: dict[str, Callable[[Fraction], Fraction]] = {
    "+ 1": lambda v: v + 1,
    "- 1": lambda v: v - 1,
    "+ 2^-30": lambda v: v + SMALL,
    "- 2^-30": lambda v: v - SMALL,
    "negated": lambda v: -v,
    "dropped": lambda v: Fraction(0),
}


@dataclass(frozen=True)
class Mutant:
    """A network that differs in one place; `change` says where and how."""

    change: str
    network: Network


@dataclass(frozen=True)
class MutationReport:
    """How the mutants of one task ended: each with the finding about it. `other` must be empty."""

    refuted: tuple[tuple[Mutant, Finding], ...]
    equal: tuple[tuple[Mutant, Finding], ...]
    other: tuple[tuple[Mutant, Finding], ...]


def mutants(network: Network, count: int, seed: int) -> Iterator[Mutant]:
    """At most `count` mutants of pairwise different places and changes, drawn with the seed.

    A place is a bias, a connection or a neuron; a bias or weight is changed as in `CHANGES`, a neuron is dropped by
    cutting its bias and connections, so that it passes activation(0) on. A change that changes nothing is left out.
    """
    nodes, edges = len(network.activation), len(network.source)
    changes = [("bias", i, change) for i in range(nodes) for change in CHANGES]
    changes += [("weight", e, change) for e in range(edges) for change in CHANGES]
    changes += [("node", i, "dropped") for i in range(nodes)]
    random.Random(seed).shuffle(changes)
    found = 0
    for place, index, change in changes:
        if found == count:
            return
        changed = _node_dropped(network, index) if place == "node" else _value_changed(network, place, index, CHANGES[change])
        if changed.digest != network.digest:
            found += 1
            yield Mutant(f"{_name(network, place, index)} {change}", changed)


def mutation_run(task: Task, settle: Callable[[Task], Finding], count: int, seed: int) -> MutationReport:
    """Settle the task's statement about each of `count` mutants of its network, with the given `settle`."""
    groups: dict[str, list[tuple[Mutant, Finding]]] = {"refuted": [], "equal": [], "other": []}
    for mutant in mutants(task.network, count, seed):
        statement = replace(task.statement, network=mutant.network.digest)
        finding = settle(replace(task, network=mutant.network, statement=statement))
        group = {Verdict.REFUTED: "refuted", Verdict.HOLDS: "equal"}.get(finding.verdict, "other")
        groups[group].append((mutant, finding))
    return MutationReport(**{name: tuple(pairs) for name, pairs in groups.items()})


def _name(network: Network, place: str, index: int) -> str:
    if place != "weight":
        return f"{place} of node {network.input_count + index}" if place == "bias" else f"node {network.input_count + index}"
    reader = int(np.searchsorted(network.start, index, side="right")) - 1
    return f"weight of node {network.input_count + reader} on node {int(network.source[index])}"


def _value_changed(network: Network, place: str, index: int, change: Callable[[Fraction], Fraction]) -> Network:
    indices = {"bias": network.bias.copy(), "weight": network.weight.copy()}
    value = change(network.values[int(indices[place][index])])
    if place == "weight" and value == 0:
        return _without(network, np.arange(len(network.weight)) != index, indices["bias"])
    indices[place][index] = len(network.values)
    return _with(network, (*network.values, value), indices["bias"], indices["weight"], network.source, network.start)


def _node_dropped(network: Network, index: int) -> Network:
    keep = np.ones(len(network.weight), dtype=bool)
    keep[network.start[index] : network.start[index + 1]] = False
    bias = network.bias.copy()
    bias[index] = len(network.values)
    return _without(network, keep, bias, (*network.values, Fraction(0)))


def _without(network: Network, keep: np.ndarray, bias: np.ndarray, values: tuple[Fraction, ...] | None = None) -> Network:
    """Leave out the connections where `keep` is false."""
    start = np.concatenate([[0], np.cumsum(keep)])[network.start]
    return _with(network, values or network.values, bias, network.weight[keep], network.source[keep], start)


def _with(
    network: Network, values: tuple[Fraction, ...], bias: np.ndarray, weight: np.ndarray, source: np.ndarray, start: np.ndarray
) -> Network:
    """The network with these arrays, whose bias and weight index `values` in any order; the table is made canonical."""
    used = sorted({values[i] for i in np.unique(np.concatenate([bias, weight])).tolist()})
    position = {value: i for i, value in enumerate(used)}
    renamed = np.array([position.get(value, -1) for value in values], dtype=np.int64)
    return replace(network, values=tuple(used), bias=renamed[bias], weight=renamed[weight], source=source, start=start)
