"""Boolean terms compiled to AND gates by the kernel itself, so that a literal can mean a part of a term.

The numbering is fixed (docs/formats.md): gates are made in the order of the nodes, none is shared or simplified away.
Affine forms over the literals are dicts {variable: coefficient} with the constant at key 0; literal 2*v + 1 is 1 - v.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from typing import Any

from .aiger import Circuit, circuit_of, read_aiger
from .domain import BITS, Domain
from .exact import Number, Work
from .terms import COMPARISONS, OPERATIONS, Node, Terms, read_terms

Form = dict[int, Number]


@dataclass(frozen=True)
class Compiled:
    """The circuit with the gates of the terms, and for each output its literal, or None and its place in a word.

    word[i] is (form, k): output i is bit k of the integer value of the form, that is floor(form / 2^k) mod 2.
    """

    circuit: Circuit
    literals: tuple[int | None, ...]
    words: tuple[tuple[Form, int] | None, ...]


class _Gates:
    """The gates made so far; each method makes those of one connective, in the order written here."""

    def __init__(self, base: Circuit, work: Work) -> None:
        self.gates, self.next, self.work = dict(base.gates), max(base.level) + 1, work

    def conjunction(self, left: int, right: int) -> int:
        self.work.spend(32)  # what stays in memory costs more
        self.gates[self.next] = left, right
        self.next += 1
        return 2 * self.next - 2

    def disjunction(self, left: int, right: int) -> int:
        return self.conjunction(left ^ 1, right ^ 1) ^ 1

    def choice(self, condition: int, yes: int, no: int) -> int:
        return self.disjunction(self.conjunction(condition, yes), self.conjunction(condition ^ 1, no))

    def parity(self, left: int, right: int) -> int:
        return self.conjunction(self.conjunction(left, right) ^ 1, self.conjunction(left ^ 1, right ^ 1) ^ 1)

    def comparison(self, form: Form, relation: str) -> int:
        """form <= 0, < 0 or == 0, decided variable by variable: one choice for each partial sum that can arise."""
        constant, variables = form.get(0, 0), [v for v in form if v]
        reached = [{constant}]
        for v in variables:
            self.work.spend(64 * len(reached[-1]))
            reached.append(reached[-1] | {s + form[v] for s in reached[-1]})
        decided = {s: int(OPERATIONS[relation][1](s, 0)) for s in reached.pop()}
        for v, sums in zip(reversed(variables), reversed(reached), strict=True):
            later, decided = decided, {}
            for s in sorted(sums):
                yes, no = later[s + form[v]], later[s]
                decided[s] = yes if yes == no else self.choice(2 * v, yes, no)
        return decided[constant]


def compile_terms(terms: Terms, base: Circuit, work: Work) -> Compiled:
    """Compile onto a circuit: input i is that of `base`, new gates are numbered after all variables of `base`."""
    gates = _Gates(base, work)
    literals: list[int | None] = []
    forms: list[Form | None] = []
    for node in terms.nodes:
        on = [forms[j] for j in node.on]
        literal = _literal(node, [literals[j] for j in node.on], on, base, gates)
        form = None if literal is None else add({}, 1, literal)
        literals.append(literal)
        forms.append(_affine(node.number, node.weights, on, work) if node.operation in ("constant", "affine") else form)
    words = [_bit(j, terms, literals, forms) for j in terms.outputs]
    circuit = circuit_of(base.inputs, gates.gates, base.outputs)
    return Compiled(circuit, tuple(literals[j] for j in terms.outputs), tuple(words))


def _bit(j: int, terms: Terms, literals: list[int | None], forms: list[Form | None]) -> tuple[Form, int] | None:
    """The form and place of which an output is a bit: mod 2 of a form or of its quotient by 2^place, or a Boolean itself."""
    node, place = terms.nodes[j], 0
    if node.operation == "mod" and node.number == 2:
        j = node.on[0]
        inner = terms.nodes[j]
        if inner.operation == "floordiv" and int(inner.number).bit_count() == 1:
            j, place = inner.on[0], int(inner.number).bit_length() - 1
    elif literals[j] is None:
        return None
    form = forms[j]
    return (form, place) if form is not None and _is_whole(form) else None


def add(form: Form, coefficient: Number, literal: int) -> Form:
    """The form, changed to form + coefficient * literal."""
    if literal & 1:
        form[0] = form.get(0, 0) + coefficient
    if literal > 1:
        form[literal >> 1] = form.get(literal >> 1, 0) + (-coefficient if literal & 1 else coefficient)
    return form


def _is_whole(form: Form) -> bool:
    return all(type(q) is int for q in form.values())


def _affine(constant: Number, weights: tuple[Number, ...], on: list[Form | None], work: Work) -> Form | None:
    """constant + sum of weight * form, None when one is not a form."""
    total: Form = {0: constant}
    for weight, form in zip(weights, on, strict=True):
        if form is None:
            return None
        for variable, coefficient in form.items():
            total[variable] = work.exact(total.get(variable, 0) + weight * coefficient)
    return total


def _literal(node: Node, on: list[int | None], forms: list[Form | None], base: Circuit, gates: _Gates) -> int | None:
    """The literal of a node over bits that is Boolean; None for other numbers."""
    operation, number = node.operation, node.number
    if operation == "input":
        return 2 * base.inputs[int(number)]
    if operation == "constant":
        return int(number) if number in (0, 1) else None
    if operation in COMPARISONS:
        difference = _affine(0, (1, -1), forms, gates.work)
        return None if difference is None else gates.comparison(difference, operation)
    if operation == "mod" and number == 2 and forms[0] is not None and _is_whole(forms[0]):
        odd = [2 * v for v, q in forms[0].items() if v and q % 2]
        return (reduce(gates.parity, odd) if odd else 0) ^ int(forms[0].get(0, 0) % 2)
    known = [literal for literal in on if literal is not None]
    if len(known) < len(on) or operation not in ("not", "abs", "and", "min", "or", "max", "xor", "where"):
        return None
    if operation in ("not", "abs"):
        return known[0] ^ (operation == "not")
    if operation in ("xor", "where"):
        return gates.parity(*known) if operation == "xor" else gates.choice(*known)
    return reduce(gates.conjunction if operation in ("and", "min") else gates.disjunction, known)


def circuit_of_terms(terms: Any, inputs: int, circuit: bytes = b"") -> tuple[list[tuple[int, int, int]], list[int | None]]:
    """The gates (variable, left, right) that the kernel makes for TERMS over `inputs` bits, and a literal for each output.

    The literal is None for an output that is not Boolean. With the bytes of an AIGER circuit, the gates are
    numbered after its variables. Raises Rejected for terms that are not valid.
    """
    bits = Domain((BITS,) * inputs)
    base = read_aiger(circuit) if circuit else circuit_of(tuple(range(1, inputs + 1)), {})
    compiled = compile_terms(read_terms(terms, bits), base, Work())
    added = [(v, *gate) for v, gate in compiled.circuit.gates.items() if v not in base.gates]
    return added, list(compiled.literals)
