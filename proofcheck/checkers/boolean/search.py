"""Find which circuit literal each node of a network carries; nothing found here is believed before the kernel checks it.

Random inputs give every node and every variable a signature; equal signatures make candidates. A candidate is taken
when the node follows from what it reads by the rule that the kernel will apply. A node without one is internal.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from proofcheck.checkers.boolean.gates import Gates, computed, corners, valued
from proofcheck.networks.interpret import COLUMNS, RATIONALS, interpret_nodes
from proofcheck.networks.network import Network

PATTERNS = 192
DENSITIES = (1 / 2, 1 / 2, 1 / 8, 7 / 8)
MOST_INNER = 512
CANDIDATES = 4096
TRIED = 4
MOST_BETWEEN = 256


@dataclass(frozen=True)
class Failure:
    """A node that does not carry its literal, and values of circuit variables under which that shows (if it was found)."""

    node: int
    literal: int
    corner: Mapping[int, int] | None


@dataclass(frozen=True)
class Wiring:
    """A network beside gates: literal[j] is what node j carries, or -1. hidden: the gates inside an XOR of three ANDs."""

    network: Network
    gates: Gates
    level: Mapping[int, int]
    literal: list[int]
    hidden: Set[int]

    def failure(self, node: int, literal: int) -> Failure | None:
        """None when the node is the literal at all corners of what it rests on, by the rule of docs/formats.md."""
        cone = self._cone(node)
        if cone is None:
            return Failure(node, literal, None)
        inner, border = cone
        found = corners(self.gates, self.level, [self.literal[j] >> 1 for j in border])
        if found is None or literal >> 1 not in self.level:
            return Failure(node, literal, None)
        known, free = found
        count = 1 << len(free)
        full = (1 << count) - 1
        floor = self.level[free[0]] if free else self.level[literal >> 1]
        target = computed(self.gates, self.level, literal >> 1, known, full, floor)
        if target is None:
            return Failure(node, literal, None)
        value: dict[int, list[int | Fraction]] = {}
        for j in border:
            patterns = valued(self.literal[j], known, full)
            value[j] = [patterns >> c & 1 for c in range(count)]
        for j in inner:
            value[j] = self._values(j, value, count)
        for c, number in enumerate(value[node]):
            if number != (target >> c & 1) ^ (literal & 1):
                return Failure(node, literal, {v: c >> k & 1 for k, v in enumerate(free)})
        return None

    def nearest(self, node: int, candidates: Sequence[int], used: Mapping[int, int], wanted: int | None) -> list[int]:
        """The few candidates that rest on what the node rests on: the one wanted first, then those that rest on most of it.

        Equivalent variables make equal signatures, and the wrong one would leave the readers of the node without support.
        """
        cone = self._cone(node) if candidates else None
        if cone is None:
            return []
        border = {0, *(self.literal[j] >> 1 for j in cone[1])}
        ranked = []
        for literal in candidates[:CANDIDATES]:
            between = self._between(literal >> 1, border)
            if between is not None:
                gates, missed = between
                ranked.append((literal != wanted, missed, gates, literal >> 1 in self.hidden, used[literal >> 1], literal))
        return [literal for *_, literal in sorted(ranked)[:TRIED]]

    def _between(self, variable: int, border: Set[int]) -> tuple[int, int] | None:
        """How many gates compute the variable from the border, and how much of it they miss; None when they need more."""
        found, stack, gates = {variable}, [variable], 0
        while stack:
            gate = stack.pop()
            if gate in border:
                continue
            gates += 1
            if gate not in self.gates.gates or gates > MOST_BETWEEN:
                return None
            for side in self.gates.gates[gate]:
                if side >> 1 not in found:
                    found.add(side >> 1)
                    stack.append(side >> 1)
        return gates, len(border - found)

    def _values(self, node: int, value: Mapping[int, list[int | Fraction]], count: int) -> list[int | Fraction]:
        network, i = self.network, node - self.network.input_count
        bias, activation = _plain(network.values[network.bias[i]]), network.activations[network.activation[i]]
        edges = slice(network.start[i], network.start[i + 1])
        pairs = [
            (_plain(network.values[w]), value[s])
            for w, s in zip(network.weight[edges].tolist(), network.source[edges].tolist(), strict=True)
        ]
        sums = [RATIONALS.affine(bias, [(w, column[c]) for w, column in pairs]) for c in range(count)]
        return sums if activation.kind == "identity" else [RATIONALS.activation(activation, total) for total in sums]

    def _cone(self, node: int) -> tuple[list[int], list[int]] | None:
        """The node and the nodes without a literal below it, in order; the nodes with a literal that these read."""
        network, inner, border, stack = self.network, {node}, dict[int, None](), [node]
        while stack:
            i = stack.pop() - network.input_count
            for j in network.source[network.start[i] : network.start[i + 1]].tolist():
                if self.literal[j] >= 0:
                    border[j] = None
                elif j not in inner:
                    inner.add(j)
                    stack.append(j)
            if len(inner) > MOST_INNER:
                return None
        return sorted(inner), list(border)


def wiring_of(network: Network, gates: Gates, literals: Sequence[int] = ()) -> Wiring:
    """The network beside the gates, with the literals of its inputs and of the nodes that follow them."""
    return Wiring(network, gates, gates.levels(), [*(2 * variable for variable in gates.inputs), *literals], _hidden(gates))


def find_literals(network: Network, gates: Gates, seed: int) -> list[int]:
    """A literal or -1 for each node that is not an input."""
    signatures = _signatures(network, seed)
    full = (1 << PATTERNS) - 1
    variables = gates.values([signature or 0 for signature in signatures[: network.input_count]], full)
    by_signature: dict[int, list[int]] = {}
    for variable, signature in variables.items():
        by_signature.setdefault(signature, []).append(2 * variable)
        by_signature.setdefault(signature ^ full, []).append(2 * variable + 1)
    outputs = dict(zip(network.output.tolist(), gates.outputs, strict=False))
    wiring = wiring_of(network, gates)
    used: Counter[int] = Counter()
    for node in range(network.input_count, network.node_count):
        own = signatures[node]
        wiring.literal.append(-1)
        for literal in wiring.nearest(node, by_signature.get(own, []) if own is not None else [], used, outputs.get(node)):
            if wiring.failure(node, literal) is None:
                wiring.literal[node] = literal
                used[literal >> 1] += 1
                break
    return wiring.literal[network.input_count :]


def _hidden(gates: Gates) -> set[int]:
    """The gates p = (a, b) and q = (not a, not b) of each gate (not p, not q)."""
    hidden = set()
    for left, right in gates.gates.values():
        p, q = (gates.gates.get(side >> 1, (0, 0)) for side in (left, right))
        if left & right & 1 and {p[0], p[1]} == {q[0] ^ 1, q[1] ^ 1}:
            hidden |= {left >> 1, right >> 1}
    return hidden


def _signatures(network: Network, seed: int) -> list[int | None]:
    """For each node its values on random inputs as a pattern set, None where one is neither 0 nor 1.

    Computed in machine arithmetic, which may round: a wrong signature costs a candidate, nothing else.
    """
    generator = np.random.default_rng(seed)
    density = generator.choice(DENSITIES, size=PATTERNS)
    bits = (generator.random((network.input_count, PATTERNS)) < density).astype(np.float64)
    signatures: list[int | None] = []
    for column in interpret_nodes(network, list(bits), COLUMNS):
        values = np.broadcast_to(column, PATTERNS)
        ones = values == 1
        boolean = bool(np.all(ones | (values == 0)))
        signatures.append(int.from_bytes(np.packbits(ones, bitorder="little").tobytes(), "little") if boolean else None)
    return signatures


def _plain(value: Fraction) -> int | Fraction:
    return value.numerator if value.denominator == 1 else value
