"""Arithmetic on words: a circuit that adds up the target's integer forms, and the identities that show that it does.

An output is bit k of an integer form over Boolean parts. Every part of weight +-2^k goes into column k; full adders
reduce a column to one literal and pass carries on. Each adder satisfies sum + 2 carry = x + y + z, and these identities,
scaled by 2^k, add up to the word modulo 2^p. The kernel checks all of it; nothing here is believed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np

from proofcheck.checkers.boolean.gates import Gates
from proofcheck.exact import rational_of
from proofcheck.kernel import circuit_of_terms

CONSTANT = -1

Form = dict[int, Fraction]
Identity = tuple[int, tuple[tuple[int, int], ...]]


@dataclass(frozen=True)
class Adders:
    """A circuit for a target of words, as AIGER bytes and with the kernel's gates of the target on top.

    identities: for each word (scale, ((literal, coefficient), ...)), each an affine form that is always 0.
    """

    circuit: bytes
    gates: Gates
    identities: tuple[tuple[Identity, ...], ...]

    def tensors(self) -> dict[str, np.ndarray[Any, np.dtype[np.int64]]]:
        """The arrays of the identities in a certificate."""
        rows = [identity for word in self.identities for identity in word]
        pairs = [pair for _, terms in rows for pair in terms]
        return {
            "word": np.cumsum([0, *map(len, self.identities)]),
            "scale": np.array([scale for scale, _ in rows], np.int64),
            "start": np.cumsum([0, *(len(terms) for _, terms in rows)]),
            "literal": np.array([literal for literal, _ in pairs], np.int64),
            "coefficient": np.array([coefficient for _, coefficient in pairs], np.int64),
        }


@dataclass
class _Build:
    """The circuit under construction, and the identities of the word under construction."""

    circuit: Gates
    parts: Mapping[int, int]
    identities: list[Identity] = field(default_factory=list)

    def reduced(self, column: list[int], k: int) -> tuple[int, list[int]]:
        """(the literal of bit k, the carries into column k + 1)."""
        carries, waiting = [], list(column)
        while len(waiting) > 1:
            x, y, *rest = waiting
            half, both = self.circuit.parity(x, y), self.circuit.conjunction(x, y)
            if 1 in rest:  # x + y + 1
                rest.remove(1)
                total, carry = half ^ 1, self.circuit.disjunction(x, y)
                self.identities.append((k, ((total, 1), (carry, 2), (x, -1), (y, -1), (1, -1))))
            elif rest:
                z, *rest = rest
                total, carry = self.circuit.parity(half, z), self.circuit.disjunction(both, self.circuit.conjunction(half, z))
                self.identities.append((k, ((total, 1), (carry, 2), (x, -1), (y, -1), (z, -1))))
            else:
                total, carry = half, both
                self.identities.append((k, ((total, 1), (carry, 2), (x, -1), (y, -1))))
            carries.append(carry)
            waiting = [total, *rest]
        return (waiting[0] if waiting else 0), carries


def adders(terms: Mapping[str, Any], inputs: int) -> Adders | None:
    """The adders for TERMS over `inputs` bits, or None when an output is not a bit of an integer form over Boolean parts."""
    asked = {"nodes": terms["nodes"], "outputs": [*terms["outputs"], *range(len(terms["nodes"]))]}
    rows, literals = circuit_of_terms(asked, inputs)
    literal = literals[len(terms["outputs"]) :]
    words = _words(terms, literal)
    if words is None:
        return None
    base = Gates(tuple(range(1, inputs + 1)), {v: (a, b) for v, a, b in rows})
    circuit = Gates(base.inputs)
    copied = dict.fromkeys((0, *base.inputs), 0) | {v: 2 * v for v in base.inputs}
    leaves = sorted({j for _, form in words for j in form if j != CONSTANT})
    build = _Build(circuit, {j: _copy(circuit, base, copied, literal[j] or 0) for j in leaves})
    identities = []
    for bits, form in words:
        build.identities = []
        columns = _columns(form, build.parts, bits)
        for k in range(bits):
            output, carries = build.reduced(columns[k], k)
            circuit.outputs.append(output)
            columns[k + 1] += carries
        identities.append(list(build.identities))
    data = circuit.aiger()
    rows, literals = circuit_of_terms(asked, inputs, data)
    literal = literals[len(terms["outputs"]) :]
    for word, (bits, form) in zip(identities, words, strict=True):
        for j, coefficient in form.items():
            if j != CONSTANT and build.parts[j] != literal[j]:
                word += _same(build.parts[j], literal[j] or 0, int(coefficient) % 2**bits, base, rows)
    gates = Gates(circuit.inputs, circuit.gates | {v: (a, b) for v, a, b in rows}, circuit.outputs)
    return Adders(data, gates, tuple(tuple(word) for word in identities))


def _words(terms: Mapping[str, Any], literal: Sequence[int | None]) -> list[tuple[int, Form]] | None:
    """(number of bits, form) of each word of the outputs, as the kernel splits them; forms are over nodes."""
    nodes = terms["nodes"]
    forms: list[Form | None] = []
    for j, (op, *rest) in enumerate(nodes):
        if literal[j] is not None:
            forms.append({j: Fraction(1)})
        elif op == "constant":
            forms.append({CONSTANT: rational_of(rest[0])})
        elif op == "affine":
            forms.append(_affine(rational_of(rest[0]), [(rational_of(q), forms[i]) for q, i in rest[1]]))
        else:
            forms.append(None)
    words: list[tuple[int, Form]] = []
    for j in terms["outputs"]:
        form, place = forms[j], 0
        if nodes[j][0] == "mod" and nodes[j][2] == 2:
            inner = nodes[nodes[j][1]]
            shift = inner[0] == "floordiv" and inner[2] & (inner[2] - 1) == 0
            form, place = (forms[inner[1]], inner[2].bit_length() - 1) if shift else (forms[nodes[j][1]], 0)
        elif literal[j] is None:
            return None
        if form is None or any(q.denominator != 1 for q in form.values()):
            return None
        if place == 0:
            words.append((1, form))
        elif words and words[-1] == (place, form):
            words[-1] = place + 1, form
        else:
            return None
    return words


def _affine(start: Fraction, parts: Sequence[tuple[Fraction, Form | None]]) -> Form | None:
    form = {CONSTANT: start}
    for factor, part in parts:
        if part is None:
            return None
        for j, q in part.items():
            form[j] = form.get(j, Fraction(0)) + factor * q
    return form


def _columns(form: Form, parts: Mapping[int, int], bits: int) -> list[list[int]]:
    """The literals to be added up in each column; -2^k v is 2^k (NOT v) - 2^k."""
    columns: list[list[int]] = [[] for _ in range(bits + 1)]
    constant = int(form.get(CONSTANT, Fraction(0)))
    for j, q in form.items():
        if j == CONSTANT:
            continue
        for k in range(min(bits, abs(int(q)).bit_length())):
            if abs(int(q)) >> k & 1:
                columns[k].append(parts[j] ^ (q < 0))
                constant -= (q < 0) << k
    for k in range(bits):
        if constant >> k & 1:
            columns[k].append(1)  # last, so that it meets two others where there are two
    return columns


def _copy(circuit: Gates, base: Gates, copied: dict[int, int], literal: int) -> int:
    """The literal of `base` rebuilt in `circuit`; `copied` maps variables of base to literals there."""
    for variable in _cone(base, literal >> 1):
        if variable not in copied:
            left, right = (copied[side >> 1] ^ (side & 1) for side in base.gates[variable])
            copied[variable] = circuit.conjunction(left, right)
    return copied[literal >> 1] ^ (literal & 1)


def _cone(base: Gates, variable: int) -> list[int]:
    """The variable and all below it, in topological order."""
    found, stack = {variable}, [variable]
    while stack:
        for side in base.gates.get(stack.pop(), ()):
            if side >> 1 not in found:
                found.add(side >> 1)
                stack.append(side >> 1)
    return sorted(found)


def _same(own: int, literal: int, coefficient: int, base: Gates, rows: Sequence[tuple[int, int, int]]) -> list[Identity]:
    """coefficient * (own - literal) = 0, with the inputs of both named so that the kernel computes them from there."""
    cone = _cone(Gates(base.inputs, {v: (a, b) for v, a, b in rows}), literal >> 1)
    given = [2 * v for v in cone if 0 < v <= len(base.inputs)]
    context = tuple((v, sign) for v in given for sign in (1, -1))
    digits = [k for k in range(coefficient.bit_length()) if coefficient >> k & 1]
    return [(k, ((own, 1), (literal, -1), *context)) for k in digits]
