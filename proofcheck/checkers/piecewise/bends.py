"""Where a variable bends: v = rest + factor * relu(bend). Variables that bend at the same place are affine in each other.

Two networks that differ in the scale, sign and order of their neurons have equal bends once what these read is expressed by
the same variables, so they are matched without a sample, and the lemma that ties two of them is small.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from proofcheck.checkers.piecewise.polynomials import (
    Number,
    Polynomial,
    add,
    constant,
    difference,
    is_constant,
    scaled,
    variable,
    variables_of,
)
from proofcheck.checkers.piecewise.proof_forms import Definition, Variables
from proofcheck.checkers.piecewise.rules import Rules

Key = frozenset[tuple[tuple[int, ...], Number]]


@dataclass
class Bends:
    """What is known of relu(s), for each bend s that has been met, with the coefficient 1 of its highest variable."""

    forms: Variables
    rules: Rules
    known: dict[Key, Polynomial] = field(default_factory=dict)

    def value(self, v: int) -> Polynomial | None:
        """v as an affine combination of an earlier variable of the same bend and of what both read; None where there is none."""
        parts = self._parts(v)
        if parts is None:
            return None
        rest, factor, bend, inner, below = parts
        if not inner:
            return add(dict(rest), constant(max(bend.get((), 0), 0)), factor)
        earlier = self.known.get(key_of(inner))
        if earlier is None:
            return None
        return self.rules.reduced(add(add(dict(rest), earlier, factor), inner, -factor if below else 0))

    def enter(self, v: int) -> None:
        """Let later variables be found to bend where v does, unless it is the larger or smaller one of two that vary.

        Those two belong together as well, but neither is to be written by the other: both may be wanted as they are.
        """
        parts = self._parts(v)
        if parts is None or not parts[3]:
            return
        if self.forms.definitions[v].operation in ("max", "min") and not is_constant(parts[0]):
            return
        rest, factor, _, inner, below = parts
        own = scaled(difference(variable(v), rest), 1 / Fraction(factor))
        self.known.setdefault(key_of(inner), add(own, inner) if below else own)

    def _parts(self, v: int) -> tuple[Polynomial, Number, Polynomial, Polynomial, bool] | None:
        """rest, factor, bend, inner, below: v = rest + factor * relu(inner), or with relu(-inner) where `below`.

        inner is the bend scaled; {} where the bend is a number.
        """
        found = parts_of(self.forms.definitions[v])
        if found is None:
            return None
        rest, factor, bend = (self.rules.reduced(found[0]), found[1], self.rules.reduced(found[2]))
        if is_constant(bend):
            return rest, factor, bend, {}, False
        if any(len(m) > 1 for m in bend):
            return None
        lead = Fraction(bend[max(variables_of(bend), key=self.forms.order),])
        return rest, factor * abs(lead), bend, scaled(bend, 1 / lead), lead < 0


def parts_of(definition: Definition) -> tuple[Polynomial, Number, Polynomial] | None:
    """rest, factor and bend of an operation that bends once; None for any other."""
    a = definition.arguments
    if definition.operation == "relu":
        return {}, 1, a[0]
    if definition.operation == "leaky_relu" and definition.number != 1:
        return scaled(a[0], definition.number), 1 - definition.number, a[0]
    if definition.operation == "abs":
        return scaled(a[0], -1), 2, a[0]
    if definition.operation == "max" and len(a) == 2:
        return a[1], 1, difference(a[0], a[1])
    if definition.operation == "min" and len(a) == 2:
        return a[0], -1, difference(a[0], a[1])
    return None


def key_of(inner: Polynomial) -> Key:
    """The polynomial as a key."""
    return frozenset(inner.items())
