"""The same function by other gates: circuits rebuilt so that they look little like what they were made from.

Balancing regroups conjunctions and exclusive ors into trees of low depth; resynthesis expresses gates anew by multiplexers
over a few gates below them. Both keep every output exactly; equivalence checkers are tried on the results.
"""

from __future__ import annotations

import heapq
from collections import Counter
from functools import cache

import numpy as np

from proofcheck.circuits.builder import Builder
from proofcheck.circuits.circuit import AND, Circuit
from proofcheck.circuits.netlist import table
from proofcheck.errors import UsageError

MOST_LEAVES = 8


def balanced(circuit: Circuit) -> Circuit:
    """Chains of one operation as trees of low depth: operands are joined lowest level first."""
    reads = Counter((np.concatenate([circuit.left, circuit.right, circuit.output]) >> 1).tolist())
    rebuilt = _Rebuilt(circuit)
    level = dict.fromkeys(rebuilt.made, 0)
    for v in range(1 + circuit.input_count, circuit.variable_count):
        operation, operands = rebuilt.operation(v), list[int]()
        stack = list(rebuilt.reads(v))
        while stack:
            literal = stack.pop()
            inner = literal >> 1
            single = inner > circuit.input_count and reads[inner] == 1 and rebuilt.operation(inner) == operation
            if single and (operation != AND or not literal & 1):
                stack += [rebuilt.reads(inner)[0] ^ (literal & 1), rebuilt.reads(inner)[1]]
            else:
                operands.append(rebuilt.literal(literal))
        heap = [(level.get(literal & -2, 0), literal) for literal in operands]
        heapq.heapify(heap)
        while len(heap) > 1:
            (_, a), (height, b) = heapq.heappop(heap), heapq.heappop(heap)
            joined = rebuilt.builder.and_(a, b) if operation == AND else rebuilt.builder.xor(a, b)
            level.setdefault(joined & -2, height + 1)
            heapq.heappush(heap, (level[joined & -2], joined))
        rebuilt.made.append(heap[0][1])
    return rebuilt.circuit()


def resynthesised(circuit: Circuit, seed: int, leaves: int = 4, share: float = 0.5) -> Circuit:
    """About `share` of the gates expressed anew over at most `leaves` variables below them, where that takes no more gates.

    The same for the same arguments. Raises UsageError unless 2 <= leaves <= 8 and 0 <= share <= 1.
    """
    if not 2 <= leaves <= MOST_LEAVES or not 0 <= share <= 1:
        raise UsageError(f"{leaves} leaves and a share of {share} were given: 2 to {MOST_LEAVES} and 0 to 1 are expected")
    stream = np.random.PCG64(seed)
    rebuilt, level = _Rebuilt(circuit), circuit.levels.tolist()
    for v in range(1 + circuit.input_count, circuit.variable_count):
        left, right = rebuilt.reads(v)
        cut, inner = _cut(rebuilt, v, level, leaves)
        order = [cut[i] for i in np.argsort([int(stream.random_raw()) for _ in cut]).tolist()]
        function = _tabulated(rebuilt, inner, order)
        if int(stream.random_raw()) >> 11 < share * 2**53 and _gates(function, len(order)) <= len(inner):
            rebuilt.made.append(table(rebuilt.builder, [rebuilt.made[leaf] for leaf in order], function))
        else:
            make = rebuilt.builder.and_ if rebuilt.operation(v) == AND else rebuilt.builder.xor
            rebuilt.made.append(make(rebuilt.literal(left), rebuilt.literal(right)))
    return rebuilt.circuit()


def pruned(circuit: Circuit) -> Circuit:
    """Without the gates that no output rests on."""
    needed = np.zeros(circuit.variable_count, bool)
    needed[circuit.output >> 1] = True
    first = 1 + circuit.input_count
    for k in range(circuit.gate_count - 1, -1, -1):
        if needed[first + k]:
            needed[circuit.left[k] >> 1] = needed[circuit.right[k] >> 1] = True
    kept = needed[first:]
    name = np.concatenate([np.arange(first), first + np.cumsum(kept) - 1])
    left, right, output = (2 * name[side >> 1] + (side & 1) for side in (circuit.left[kept], circuit.right[kept], circuit.output))
    return Circuit(circuit.inputs, circuit.outputs, circuit.operation[kept], left, right, output)


class _Rebuilt:
    """A circuit and the builder of the new one: made[v] is the new literal of variable v."""

    def __init__(self, circuit: Circuit) -> None:
        self.old, self.builder = circuit, Builder()
        self.made = [0, *self.builder.declare(circuit.inputs)]
        self._rows = list(zip(circuit.operation.tolist(), circuit.left.tolist(), circuit.right.tolist(), strict=True))

    def operation(self, v: int) -> int:
        return int(self._rows[v - 1 - self.old.input_count][0])

    def reads(self, v: int) -> tuple[int, int]:
        _, left, right = self._rows[v - 1 - self.old.input_count]
        return left, right

    def literal(self, literal: int) -> int:
        return self.made[literal >> 1] ^ (literal & 1)

    def circuit(self) -> Circuit:
        self.builder.put(self.old.outputs, [self.literal(literal) for literal in self.old.output.tolist()])
        return pruned(self.builder.circuit())


def _cut(rebuilt: _Rebuilt, v: int, level: list[int], leaves: int) -> tuple[list[int], list[int]]:
    """Variables that v is a function of, and the gates between: the highest leaf is opened while few stay."""
    inner, cut = [v], {literal >> 1 for literal in rebuilt.reads(v)} - {0}
    while True:
        gates = [leaf for leaf in cut if leaf > rebuilt.old.input_count]
        opened = max(gates, key=lambda leaf: (level[leaf], leaf), default=None)
        if opened is None:
            break
        wider = (cut - {opened}) | {literal >> 1 for literal in rebuilt.reads(opened)} - {0}
        if len(wider) > leaves:
            break
        cut = wider
        inner.append(opened)
    return sorted(cut), inner


@cache
def _gates(function: int, leaves: int) -> int:
    """How many gates a truth table becomes."""
    builder = Builder()
    table(builder, builder.inputs("x", leaves), function)
    return builder.circuit().gate_count


def _tabulated(rebuilt: _Rebuilt, inner: list[int], order: list[int]) -> int:
    """The truth table of inner[0] over the leaves in this order; leaf k is bit k of the place."""
    size = 1 << len(order)
    full, known = (1 << size) - 1, {0: 0}
    for k, leaf in enumerate(order):
        known[leaf] = sum(1 << c for c in range(size) if c >> k & 1)
    for v in sorted(inner):
        a, b = ((known[literal >> 1] ^ (full if literal & 1 else 0)) for literal in rebuilt.reads(v))
        known[v] = a & b if rebuilt.operation(v) == AND else a ^ b
    return known[inner[0]]
