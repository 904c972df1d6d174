"""The meanings check: every annotated node of a network carries the literal of a circuit that its note claims.

Induction along the nodes. Where the notes on what a node reads are right, its value is a function of a few circuit
variables; it is computed for every assignment ("corner") of these and must be the literal there. All corners are
treated at once: a set of corners is an integer, bit c standing for corner c.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .aiger import Circuit
from .exact import Number, Rejected, Work, require, shown
from .network import Network, activate

MOST_FREE = 16  # free variables of one node: 2^16 corners
MOST_INNER = 4096  # nodes without a literal between a node and the literals it rests on
MOST_CELLS = 1 << 26  # corners times different values, or times gates, held at one time
REMEMBERED = 256  # values over at most this many corners are remembered

# A value at every corner: the set of corners where it is 1 if it is 0 or 1 everywhere, else (number, corners) pairs.
Value = int | tuple[tuple[Number, int], ...]


def truth_tables(circuit: Circuit, variables: Iterable[int], work: Work) -> tuple[dict[int, int], list[int]]:
    """The corners where each variable is 1, and the free variables: those that the circuit does not compute from the lower ones.

    Corner c sets free variable k to bit k of c. Every assignment that the circuit can produce is among the corners.
    """
    tables, free = {0: 0}, list[int]()
    for variable in sorted(variables, key=circuit.level.__getitem__):
        table = table_of(circuit, variable, tables, free, work)
        size = 1 << len(free)
        if table is None:
            require(len(free) < MOST_FREE, f"more than {MOST_FREE} free circuit variables are needed in one place")
            tables = {known: corners | corners << size for known, corners in tables.items()}
            table = (1 << size) - 1 << size
            free.append(variable)
        tables[variable] = table
        work.spend(1 + (len(tables) * size >> 10))
    return tables, free


def table_of(circuit: Circuit, variable: int, tables: dict[int, int], free: list[int], work: Work) -> int | None:
    """The corners where a variable is 1, computed in the circuit from `tables`; None when it rests on anything else.

    A gate no higher than the lowest free variable cannot rest on the free ones, so the search ends there.
    """
    if variable in tables:
        return tables[variable]
    size = 1 << len(free)
    full, floor = (1 << size) - 1, circuit.level[free[0] if free else variable]
    known, stack = dict(tables), [variable]
    while stack:
        gate = stack[-1]
        if gate in known:
            stack.pop()
            continue
        if gate not in circuit.gates:
            return None
        left, right = circuit.gates[gate]
        missing = [literal >> 1 for literal in (left, right) if literal >> 1 not in known]
        if missing and circuit.level[gate] <= floor:
            return None
        if not missing:
            known[gate] = of_literal(left, known, full) & of_literal(right, known, full)
            require(len(known) * size <= MOST_CELLS, "too many gates stand between two notes")
        stack += sorted(missing, key=circuit.level.__getitem__, reverse=True)  # the lowest first: it fails soonest
        work.spend(1 + (size >> 10))
    return known[variable]


def of_literal(literal: int, tables: dict[int, int], full: int) -> int:
    """The corners where a literal is 1."""
    return tables[literal >> 1] ^ (full if literal & 1 else 0)


def pairs_of(value: Value, full: int) -> tuple[tuple[Number, int], ...]:
    """A value at every corner as (number, corners) pairs."""
    return ((0, full & ~value), (1, value)) if isinstance(value, int) else value


def combine(constant: Number, terms: Iterable[tuple[Number, Value]], full: int, work: Work) -> dict[Number, int]:
    """constant + sum of coefficient * value at every corner, as {number: corners}."""
    sums = {constant: full}
    for coefficient, value in terms:
        parts = pairs_of(value, full)
        before, sums = sums, {}
        for total, corners in before.items():
            for number, where in parts:
                if both := corners & where:
                    key = total + coefficient * number
                    key = key if type(key) is int else work.exact(key)
                    sums[key] = sums.get(key, 0) | both
        work.spend(1 + len(before) * len(parts) * (1 + (full.bit_length() >> 10)))
        require(len(sums) * full.bit_length() <= MOST_CELLS, "a node has too many different values at too many corners")
    for total in sums:
        work.exact(total)
    return sums


def check_meanings(network: Network, circuit: Circuit, meaning: Sequence[int], outputs: Sequence[int] | None, work: Work) -> None:
    """Rejected unless each node with a literal carries it on {0,1}^n, and output i of the network is literal outputs[i]."""
    for carried in {*meaning} - {-1}:
        require(carried >> 1 in circuit.level, f"a node carries literal {carried}, which the circuit does not define")
    check = _Check(network, circuit, tuple(2 * variable for variable in circuit.inputs) + tuple(meaning), work, {})
    for node, carried in enumerate(meaning, network.inputs):
        if carried >= 0:
            check.node(f"node {node}", node, carried, *check.cone(node))
    for i, (node, wanted) in enumerate(zip(network.output, outputs, strict=True) if outputs is not None else ()):
        if check.literal[node] != wanted:
            inner, border = ([], [node]) if check.literal[node] >= 0 else check.cone(node)
            check.node(f"output {i}", node, wanted, inner, border)


@dataclass(frozen=True)
class _Check:
    network: Network
    circuit: Circuit
    literal: tuple[int, ...]
    work: Work
    remembered: dict[object, Value]

    def cone(self, node: int) -> tuple[list[int], list[int]]:
        """The node and the nodes without a literal below it, in order, and the nodes with a literal that these read."""
        inner, border, stack = {node}, dict[int, None](), [node]
        while stack:
            for j in self.network.nodes[stack.pop() - self.network.inputs].reads:
                if self.literal[j] >= 0:
                    border[j] = None
                elif j not in inner:
                    inner.add(j)
                    stack.append(j)
            require(len(inner) <= MOST_INNER, f"node {node} rests on more than {MOST_INNER} nodes without a literal")
        self.work.spend(4 * len(inner))  # each is evaluated as well
        return sorted(inner), list(border)

    def node(self, what: str, node: int, wanted: int, inner: list[int], border: list[int]) -> None:
        """Rejected unless a node is the wanted literal whatever literals stand on its border."""
        tables, free = truth_tables(self.circuit, dict.fromkeys([self.literal[j] >> 1 for j in border]), self.work)
        full = (1 << (1 << len(free))) - 1
        value: dict[int, Value] = {j: of_literal(self.literal[j], tables, full) for j in border}
        cells = 0
        for j in inner:
            found = value[j] = self.value(j, value, full)
            cells += 0 if isinstance(found, int) else len(found) << len(free)
            require(cells <= MOST_CELLS, f"{what} rests on too many different values at too many corners")
        target = table_of(self.circuit, wanted >> 1, tables, free, self.work)
        if target is None:
            rests = ", ".join(str(2 * v) for v in free) or "no variable"
            raise Rejected(f"{what} should be literal {wanted}, but the node rests on {rests}, which do not determine it")
        target ^= full if wanted & 1 else 0
        if value[node] != target:
            raise Rejected(f"{what} should be literal {wanted}: {_difference(value[node], target, full, free)}")

    def value(self, node: int, value: dict[int, Value], full: int) -> Value:
        """The value of a node at every corner, from the values of the nodes it reads."""
        activation, bias, reads, weights = self.network.nodes[node - self.network.inputs]
        parts = tuple([value[j] for j in reads])
        key = full, activation, bias, weights, parts
        if key in self.remembered:
            return self.remembered[key]
        values: dict[Number, int] = {}
        for total, corners in combine(bias, zip(weights, parts, strict=True), full, self.work).items():
            number = activate(activation, total)
            values[number] = values.get(number, 0) | corners
        found = values.get(1, 0) if values.keys() <= {0, 1} else tuple(sorted(values.items()))
        if full.bit_length() <= REMEMBERED and len(values) <= 16:
            self.remembered[key] = found
        return found


def _difference(found: Value, target: int, full: int, free: list[int]) -> str:
    """The first corner where a node is not what it should be, in words."""
    for number, corners in pairs_of(found, full):
        wrong = corners & (target if number == 0 else full & ~target if number == 1 else full)
        if wrong:
            corner = (wrong & -wrong).bit_length() - 1
            where = ", ".join(f"literal {2 * v} is {corner >> k & 1}" for k, v in enumerate(free)) or "nothing is assumed"
            return f"it is {shown(number)} instead of {target >> corner & 1} where {where}"
    return "it differs"
