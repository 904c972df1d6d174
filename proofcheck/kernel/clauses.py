"""Clausal proofs: two circuits over the same inputs never differ, by unit propagation.

The clauses are made here, from the circuits; the file gives only steps. A step is a clause and the earlier clauses that
show it: when all its literals are false, the first of them forces a literal, then the next, until one is false.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from .aiger import Circuit
from .exact import Rejected, Work, require

Clause = tuple[int, ...]
LONGEST = 42  # bits of a number in a proof


def miter(circuits: Sequence[Circuit], outputs: Sequence[Sequence[int]], work: Work) -> list[Clause]:
    """Clauses that some assignment satisfies if the two circuits differ at some input, numbered 0, 1, ...

    Variable 0 is false, 1 .. n are the inputs, then come the gates of each circuit, by increasing variable, then one
    variable for each pair of outputs, which may be true only where the two differ. Literals are as in AIGER.
    """
    clauses: list[Clause] = [(1,)]
    top, sides = len(circuits[0].inputs) + 1, list[list[int]]()
    for circuit, literals in zip(circuits, outputs, strict=True):
        gates = sorted(circuit.gates)
        variable = {0: 0} | {v: i for i, v in enumerate(circuit.inputs, 1)} | {v: i for i, v in enumerate(gates, top)}
        work.spend(16 * (len(gates) + len(literals)))
        for gate in gates:
            own, (a, b) = 2 * variable[gate], sorted(2 * variable[p >> 1] + (p & 1) for p in circuit.gates[gate])
            clauses += [(own ^ 1, a), (own ^ 1, b), tuple({own, a ^ 1, b ^ 1})]
        sides.append([2 * variable[p >> 1] + (p & 1) for p in literals])
        top += len(gates)
    for k, (a, b) in enumerate(zip(*sides, strict=True), top):
        clauses += [tuple({2 * k + 1, a, b}), tuple({2 * k + 1, a ^ 1, b ^ 1})]
    return [*clauses, tuple(range(2 * top, 2 * (top + len(sides[0])), 2))]


def check_refutation(clauses: Sequence[Clause], proof: bytes, work: Work) -> int:
    """The number of steps of a proof that no assignment satisfies the clauses; Rejected unless it is one.

    A step is the number of its literals, these, the number of its hints, and these: a hint is twice the distance back to
    a clause, plus 1 when that clause is not needed any more. The clause of the last step is empty.
    """
    known, numbers, first = dict(enumerate(clauses)), _numbers(proof), len(clauses)
    for own, size in enumerate(numbers, first):
        clause, count = tuple(islice(numbers, size)), next(numbers, 0)
        false, closed, hints = set(clause), False, 0
        for hints, hint in enumerate(islice(numbers, count), 1):
            reason = known.get(own - (hint >> 1))
            if reason is None:
                raise Rejected(f"step {own - first} rests on clause {own - (hint >> 1)}, which is not there")
            if closed:
                raise Rejected(f"step {own - first} goes on after its contradiction")
            unit = -1
            for literal in reason:  # the loop that takes nearly all of the time
                if literal not in false:
                    if unit >= 0:
                        raise Rejected(f"hint {hints} of step {own - first} does not follow from those before it")
                    unit = literal
            closed = unit < 0
            if not closed:
                false.add(unit ^ 1)
            if hint & 1:
                del known[own - (hint >> 1)]
            work.spend(len(reason))
        require(len(clause) == size and hints == count, f"the proof ends in the middle of step {own - first}")
        require(closed, f"step {own - first} does not follow from its hints")
        if not clause:
            require(next(numbers, None) is None, "the proof goes on after the empty clause")
            return own - first + 1
        known[own] = clause
    raise Rejected("the proof ends without the empty clause")


def _numbers(data: bytes) -> Iterator[int]:
    """The numbers of a proof, in groups of seven bits, least significant first; the top bit says that more follow."""
    value = shift = 0
    for byte in data:
        if byte < 128:
            yield value | byte << shift
            value = shift = 0
        else:
            value |= (byte & 127) << shift
            shift += 7
            require(shift < LONGEST, f"the proof has a number of more than {LONGEST} bits")
    require(shift == 0, "the proof ends in the middle of a number")
