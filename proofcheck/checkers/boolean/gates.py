"""AND gates numbered as in AIGER: the form in which a search sees circuits and compiled terms.

A *pattern set* is an integer whose bit c is the value under assignment c, so that one & treats all assignments.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from proofcheck.circuits.circuit import XOR, Circuit

STEPS = 512
MOST_FREE = 10


@dataclass
class Gates:
    """inputs: their variables. gates: variable to the two literals whose AND it is, in topological order.

    Variable 0 is false; literal 2*v + s is variable v, negated when s is 1. New gates are for circuits that start with
    the inputs 1 .. n alone; `made` remembers them, so that no two are alike and a search meets each function once.
    """

    inputs: tuple[int, ...]
    gates: dict[int, tuple[int, int]] = field(default_factory=dict)
    outputs: list[int] = field(default_factory=list)
    made: dict[tuple[int, int], int] = field(default_factory=dict)

    def conjunction(self, left: int, right: int) -> int:
        """The literal of the conjunction: one of the operands, of the gate made for them before, or of a new one."""
        operands = max(left, right), min(left, right)
        if operands[1] < 2 or left >> 1 == right >> 1:
            return operands[0] if operands[1] == 1 or left == right else 0
        if operands not in self.made:
            variable = len(self.inputs) + len(self.gates) + 1
            self.gates[variable], self.made[operands] = operands, 2 * variable
        return self.made[operands]

    def disjunction(self, left: int, right: int) -> int:
        return self.conjunction(left ^ 1, right ^ 1) ^ 1

    def parity(self, left: int, right: int) -> int:
        return self.conjunction(self.conjunction(left, right) ^ 1, self.conjunction(left ^ 1, right ^ 1) ^ 1)

    def values(self, inputs: Sequence[int], full: int) -> dict[int, int]:
        """The pattern set of every variable from those of the inputs; `full` has a bit for each pattern."""
        known = {0: 0, **dict(zip(self.inputs, inputs, strict=True))}
        for variable, (left, right) in self.gates.items():
            known[variable] = valued(left, known, full) & valued(right, known, full)
        return known

    def levels(self) -> dict[int, int]:
        """0 for the constant and the inputs, else 1 + the larger level read."""
        level = dict.fromkeys((0, *self.inputs), 0)
        for variable, (left, right) in self.gates.items():
            level[variable] = 1 + max(level[left >> 1], level[right >> 1])
        return level

    def aiger(self) -> bytes:
        """The binary AIGER file; the inputs must be variables 1 .. n and the gates n + 1, n + 2, ... in order."""
        count, first = len(self.gates), len(self.inputs) + 1
        assert self.inputs == tuple(range(1, first))
        assert list(self.gates) == list(range(first, first + count))
        text = f"aig {first - 1 + count} {first - 1} 0 {len(self.outputs)} {count}\n"
        data = bytearray((text + "".join(f"{literal}\n" for literal in self.outputs)).encode())
        for variable, (left, right) in self.gates.items():
            data += _seven_bits(2 * variable - left) + _seven_bits(left - right)
        return bytes(data)


def gates_of(circuit: Circuit) -> Gates:
    """The circuit with the variables of its AIGER file; an XOR is the three ANDs that end in its variable."""
    _, variable = circuit.aiger()
    renamed = variable.tolist()

    def literals(side: Iterable[int]) -> list[int]:
        return [2 * renamed[literal >> 1] + (literal & 1) for literal in side]

    gates: dict[int, tuple[int, int]] = {}
    sides = zip(literals(circuit.left.tolist()), literals(circuit.right.tolist()), strict=True)
    first = 1 + circuit.input_count
    for own, operation, (x, y) in zip(renamed[first:], circuit.operation.tolist(), sides, strict=True):
        if operation == XOR:
            gates[own - 2], gates[own - 1] = (x, y), (x ^ 1, y ^ 1)
            x, y = 2 * own - 3, 2 * own - 1
        gates[own] = x, y
    return Gates(tuple(renamed[1:first]), gates, literals(circuit.output.tolist()))


def valued(literal: int, known: Mapping[int, int], full: int) -> int:
    """The pattern set of a literal."""
    return known[literal >> 1] ^ (full if literal & 1 else 0)


def corners(gates: Gates, level: Mapping[int, int], variables: Iterable[int]) -> tuple[dict[int, int], list[int]] | None:
    """Pattern sets of the variables over all assignments of the *free* ones among them, and the free ones.

    A variable is free when the circuit does not compute it from the lower ones of the list. None when there are more
    than MOST_FREE.
    """
    known, free = {0: 0}, list[int]()
    for variable in sorted(set(variables), key=lambda v: (level[v], v)):
        size = 1 << len(free)
        value = computed(gates, level, variable, known, (1 << size) - 1, level[free[0]] if free else level[variable])
        if value is None:
            if len(free) == MOST_FREE:
                return None
            known = {v: patterns | patterns << size for v, patterns in known.items()}
            value = (1 << size) - 1 << size
            free.append(variable)
        known[variable] = value
    return known, free


def computed(
    gates: Gates, level: Mapping[int, int], variable: int, given: Mapping[int, int], full: int, floor: int
) -> int | None:
    """The pattern set of a variable computed from those given, or None when it rests on others or takes too long.

    No variable given lies below level `floor`, so a gate at or below it cannot be computed.
    """
    known, stack = dict(given), [variable]
    for _ in range(STEPS):
        if variable in known:
            return known[variable]
        gate = stack[-1]
        if gate in known:
            stack.pop()
            continue
        if gate not in gates.gates:
            return None
        left, right = gates.gates[gate]
        missing = [literal >> 1 for literal in (left, right) if literal >> 1 not in known]
        if missing and level[gate] <= floor:
            return None
        stack += missing
        if not missing:
            known[gate] = valued(left, known, full) & valued(right, known, full)
    return known.get(variable)


def _seven_bits(number: int) -> bytes:
    """A number in groups of seven bits, least significant first."""
    groups = bytearray()
    while number > 127:
        groups.append(number & 127 | 128)
        number >>= 7
    groups.append(number)
    return bytes(groups)
