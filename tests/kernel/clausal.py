"""Clausal proofs written without code of proofcheck: the clauses of a miter, and steps by cases on the first variables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

Step = tuple[list[int], list[int]]  # a clause, and the numbers of the clauses that show it


def written(given: int, steps: Sequence[Step], last_uses: bool = True) -> bytes:
    """The bytes of a proof, by the table in docs/formats.md."""
    last = {hint: (k, place) for k, (_, hints) in enumerate(steps) for place, hint in enumerate(hints)}
    numbers: list[int] = []
    for k, (clause, hints) in enumerate(steps):
        done = [int(last_uses and last[hint] == (k, place)) for place, hint in enumerate(hints)]
        numbers += [len(clause), *clause, len(hints)]
        numbers += [2 * (given + k - hint) + gone for hint, gone in zip(hints, done, strict=True)]
    return packed(numbers)


def packed(numbers: Sequence[int]) -> bytes:
    data = bytearray()
    for number in numbers:
        while number > 127:
            data.append(number & 127 | 128)
            number >>= 7
        data.append(number)
    return bytes(data)


def clauses_of(own: Any, other: Any) -> list[tuple[int, ...]]:
    """The clauses of the miter, from docs/formats.md and not from the kernel."""
    n, made, top = own.inputs, [(1,)], own.inputs + 1
    sides = []
    for aig in (own, other):

        def name(literal: int, aig: Any = aig, top: int = top) -> int:
            v = literal >> 1
            return 2 * (v if v <= n else v - n - 1 + top) + (literal & 1)

        for k, gate in enumerate(aig.gates):
            a, b = sorted(map(name, gate))
            own_literal = 2 * (top + k)
            made += [(own_literal + 1, a), (own_literal + 1, b), (own_literal, a ^ 1, b ^ 1)]
        sides.append([name(literal) for literal in aig.outputs])
        top += len(aig.gates)
    pairs = list(zip(*sides, strict=True))
    for k, (a, b) in enumerate(pairs):
        made += [(2 * (top + k) + 1, a, b), (2 * (top + k) + 1, a ^ 1, b ^ 1)]
    return [*made, tuple(2 * (top + k) for k in range(len(pairs)))]


def propagated(clauses: Sequence[Sequence[int]], clause: Sequence[int]) -> list[int] | None:
    """Hints that show the clause, by trying all clauses until one forces nothing; None when there are none."""
    false, used = set(clause), list[int]()
    changed = True
    while changed:
        changed = False
        for k, reason in enumerate(clauses):
            left = set(reason) - false
            if not left:
                return [*used, k]
            if len(left) == 1 and (unit := left.pop()) ^ 1 not in false:
                false.add(unit ^ 1)
                used.append(k)
                changed = True
    return None


def refutation(clauses: Sequence[Sequence[int]], variables: int) -> list[Step] | None:
    """Steps to the empty clause by cases on the first variables, deepest first; None when the clauses can be satisfied."""
    known, steps = [*clauses], list[Step]()

    def shown(path: list[int]) -> bool:
        hints = propagated(known, path)
        if hints is None:
            if len(path) == variables:
                return False
            v = 2 * len(path) + 2
            if not (shown([*path, v]) and shown([*path, v + 1])):
                return False
            hints = propagated(known, path)
            assert hints is not None
        known.append(tuple(path))
        steps.append((path, hints))
        return True

    return steps if shown([]) else None
