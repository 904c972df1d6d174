"""Operations on few bits as polynomials of these bits: a lemma for each, so that what rests on many of them need not divide all.

An operation whose arguments are affine in bits takes finitely many values, and equals the polynomial, of degree one in each bit,
that takes them too. Once it is written so, goals about it are polynomials of bits.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from itertools import product

from proofcheck.checkers.families.scenes import SceneForms
from proofcheck.checkers.piecewise.effort import Effort, Failed
from proofcheck.checkers.piecewise.lemmas import shown
from proofcheck.checkers.piecewise.polynomials import Number, Polynomial, add, plain, variables_of
from proofcheck.checkers.piecewise.polynomials import product as times
from proofcheck.checkers.piecewise.scope import Known
from proofcheck.families.unroll import operated

MOST = 4  # bits of one operation
ACTIVATIONS = ("relu", "leaky_relu", "step", "saturated_linear", "abs")


def write_as_corners(known: Known, forms: SceneForms, steps: Mapping[int, int], effort: Effort) -> None:
    """A lemma v == polynomial of bits for each activation v of few bits; steps: of each bit, the step that divides it."""
    for v in sorted(forms.definitions, key=forms.order):
        definition = forms.definitions[v]
        if definition.operation not in ACTIVATIONS or known.rules.get(v) is not None:
            continue
        argument = known.rules.reduced(definition.arguments[0])
        on = sorted(variables_of(argument))
        if not on or len(on) > MOST or not steps.keys() >= set(on):
            continue
        fact: Polynomial = {(v,): 1}
        for corner in product((0, 1), repeat=len(on)):
            value = _value(argument, dict(zip(on, corner, strict=True)))
            add(fact, _indicator(on, corner), -plain(operated(definition.operation, Fraction(definition.number), [value])))
        try:
            tree = shown(known, ("==", fact), effort, [steps[u] for u in on], [v, *(steps[u] for u in on), *on])
        except Failed:
            continue
        known.add_lemma(("==", fact), tree)


def _value(argument: Polynomial, bits: Mapping[int, int]) -> Fraction:
    return sum((Fraction(q) for monomial, q in argument.items() if all(bits[u] for u in monomial)), Fraction(0))


def _indicator(on: list[int], corner: tuple[int, ...]) -> Polynomial:
    """1 at this corner, 0 at the others."""
    total: Polynomial = {(): 1}
    for u, bit in zip(on, corner, strict=True):
        factor: dict[tuple[int, ...], Number] = {(u,): 1} if bit else {(): 1, (u,): -1}
        total = times(total, factor)
    return total
