"""Named nets in any order become a circuit: what the readers of BLIF and .bench share.

Every net is driven once, by a gate or as an input. Equal gates are shared and constants folded.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import NamedTuple

from proofcheck.circuits.builder import Builder
from proofcheck.circuits.circuit import FALSE, TRUE, Circuit
from proofcheck.circuits.order import Cycle, topological_order
from proofcheck.circuits.text import Text, quoted
from proofcheck.circuits.words import words_of

Names = list[tuple[str, int]]  # (name, line)


class Net(NamedTuple):
    """The net `name`, driven in `line`: make(builder, literals of the nets in `reads`) is its literal."""

    name: str
    line: int
    reads: Sequence[str]
    make: Callable[[Builder, list[int]], int]


def circuit_of_nets(text: Text, inputs: Names, outputs: Names, nets: Sequence[Net]) -> Circuit:
    """Raises InputError for a net that is driven twice or not at all, a cycle, and a name put out twice."""
    place: dict[str, int] = {}
    line_of: dict[str, int] = {}
    for i, (name, line) in enumerate([*inputs, *((net.name, net.line) for net in nets)]):
        if name in place:
            text.fault(f"{quoted(name)} is driven twice: first in line {line_of[name]}", line)
        place[name], line_of[name] = i - len(inputs), line
    for net in nets:
        for name in net.reads:
            if name not in place:
                text.fault(f"{quoted(net.name)} reads {quoted(name)}, which nothing drives", net.line)
    seen: set[str] = set()
    for name, line in outputs:
        if name not in place:
            text.fault(f"nothing drives the output {quoted(name)}", line)
        if name in seen:
            text.fault(f"the output {quoted(name)} is listed twice", line)
        seen.add(name)
    reads = [[place[name] for name in net.reads] for net in nets]
    try:
        order = topological_order(reads)
    except Cycle as cycle:
        net = nets[cycle.node]
        text.fault(f"{quoted(net.name)} depends on itself: a circuit without cycles is expected", net.line)
    builder = Builder()
    literal = [0] * len(nets) + builder.declare(words_of([name for name, _ in inputs], "x"))  # place -1 is the last input
    for i in order:
        literal[i] = nets[i].make(builder, [literal[j] for j in reads[i]])
    builder.put(words_of([name for name, _ in outputs], "y"), [literal[place[name]] for name, _ in outputs])
    return builder.circuit()


def cover(builder: Builder, literals: list[int], rows: Sequence[str]) -> int:
    """The disjunction of products; in a row '1' asks for the literal, '0' for its negation, '-' for nothing."""
    if len(rows) == 1:
        return product(builder, literals, rows[0])
    if len(literals) <= 2:
        return table(builder, literals, _table_of(len(literals), frozenset(rows)))
    return builder.or_all([product(builder, literals, row) for row in rows])


def product(builder: Builder, literals: list[int], row: str) -> int:
    """The conjunction that one row asks for."""
    return builder.and_all([literal ^ (c == "0") for literal, c in zip(literals, row, strict=True) if c != "-"])


def table(builder: Builder, literals: list[int], bits: int) -> int:
    """The function with the truth table `bits`, whose bit i is the value when literal k is bit k of i.

    Split on the last literal first; equal halves are one, so that AND, XOR and the like are one gate.
    """
    if not literals or not bits:
        return TRUE if bits else FALSE
    half = 1 << (len(literals) - 1)
    low, high = bits & ((1 << half) - 1), bits >> half
    rest = literals[:-1]
    when_false = table(builder, rest, low)
    return builder.mux(literals[-1], when_false if high == low else table(builder, rest, high), when_false)


@lru_cache(maxsize=1024)  # nearly all covers of a large file are among the same few
def _table_of(count: int, rows: frozenset[str]) -> int:
    """The truth table of a cover of few inputs."""
    bits = 0
    for i in range(1 << count):
        if any(all(c in ("-", "01"[i >> k & 1]) for k, c in enumerate(row)) for row in rows):
            bits |= 1 << i
    return bits
