"""How neurons carry a value on to later layers.

A neuron computes an activation, so a value v passes a layer only if its activation is undone there: a value known to
be at least -C is one neuron relu(v + C), of which C is taken off again by whoever reads it; a free real is two.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from proofcheck.errors import Refusal
from proofcheck.networks.activation import RELU, Activation
from proofcheck.networks.interpret import Bound

Number = int | Fraction


@dataclass(frozen=True)
class Carry:
    """A way to carry a value v.

    first: for each part (weight, bias) with part = activation(weight * v + bias). back, offset: the value is
    offset + sum of back[p] * part p, in every layer. again: for each part the weights on the parts one layer before,
    and again_bias its bias. plain: the one part equals v itself.
    """

    first: tuple[tuple[Number, Number], ...]
    back: tuple[Number, ...]
    offset: Number
    again: tuple[tuple[Number, ...], ...]
    again_bias: Number = 0

    @property
    def plain(self) -> bool:
        return self.first == ((1, 0),) and self.offset == 0


def carry_of(activation: Activation, low: Bound, high: Bound, two_valued: bool = False) -> Carry:
    """The cheapest carry by neurons of one activation of a value in [low, high]; two_valued: it is one of the two ends.

    Raises Refusal when such neurons cannot carry the value.
    """
    if activation.kind in ("relu", "leaky_relu"):
        return _one_sided(low, high) or _pair(activation)
    if low is not None and high is not None:
        if activation.kind == "step" and two_valued:
            return Carry(((1, -high),), (high - low,), low, ((1,),), -1)
        if activation.kind == "saturated_linear":
            if low >= 0 and high <= 1:
                return _PLAIN
            scale = Fraction(1) / (high - low)
            return Carry(((scale, -low * scale),), (high - low,), low, ((1,),))
    what = "a value that takes more than two values" if low is not None and high is not None else "an unbounded value"
    raise Refusal(f"{activation.kind} neurons cannot carry {what} to a later layer: pass carry=RELU to layered()")


_PLAIN = Carry(((1, 0),), (1,), 0, ((1,),))


def _one_sided(low: Bound, high: Bound) -> Carry | None:
    """One neuron, above whose kink the value always stays."""
    if low is not None and low >= 0:
        return _PLAIN
    if high is not None and high <= 0:
        return Carry(((-1, 0),), (-1,), 0, ((1,),))
    if low is not None:
        return Carry(((1, -low),), (1,), low, ((1,),))
    return None if high is None else Carry(((-1, high),), (-1,), high, ((1,),))


def _pair(activation: Activation) -> Carry:
    """v = relu(v) - relu(-v), and (1 + s) * v = f(v) - f(-v) for a leaky f of slope s."""
    if activation == RELU:
        return Carry(((1, 0), (-1, 0)), (1, -1), 0, ((1, 0), (0, 1)))
    if activation.slope == -1:
        raise Refusal("leaky_relu of slope -1 is the absolute value and cannot carry a free real: pass carry=RELU to layered()")
    back = 1 / (1 + activation.slope)
    return Carry(((1, 0), (-1, 0)), (back, -back), 0, ((back, -back), (-back, back)))
