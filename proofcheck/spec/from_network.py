"""A network as terms: the function that it computes, written in the language of statements."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from proofcheck.networks import Activation, Arithmetic, Network, interpret
from proofcheck.spec.functions import maximum, minimum, where
from proofcheck.spec.term import Term, affine, constant


def from_network(network: Network, inputs: Sequence[Term]) -> tuple[Term, ...]:
    """The outputs of the network as terms over the inputs, one term for each input."""
    return interpret(network, inputs, TERMS)


def _affine(bias: Fraction, terms: Sequence[tuple[Fraction, Term]]) -> Term:
    return affine(bias, terms)


def _activation(kind: Activation, value: Term) -> Term:
    match kind.kind:
        case "relu":
            result = maximum(value, 0)
        case "leaky_relu":
            result = where(value >= 0, value, kind.slope * value)
        case "step":
            result = where(value >= 0, constant(1), constant(0))
        case _:
            result = minimum(maximum(value, 0), 1)
    assert isinstance(result, Term)
    return result


TERMS: Arithmetic[Term] = Arithmetic(lambda value: value, _affine, _activation)
