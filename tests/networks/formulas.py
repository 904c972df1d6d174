"""Random programs over wires and over plain rationals: the same program, once traced and once computed."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from hypothesis import strategies as st

from proofcheck.domains import Bits, Box, Integers, NonNegative, Reals
from proofcheck.networks import Network, inputs, leaky_relu, network, relu, saturated_linear, step

NUMBERS = st.fractions(min_value=-3, max_value=3, max_denominator=4)
FAMILIES = {
    "reals": (Reals, st.fractions(min_value=-9, max_value=9, max_denominator=6)),
    "non-negative": (NonNegative, st.one_of(st.just(Fraction(0)), st.fractions(min_value=0, max_value=9, max_denominator=6))),
    "box": (Box(-2, Fraction(1, 2)), st.sampled_from([Fraction(-2), Fraction(0), Fraction(1, 3), Fraction(1, 2)])),
    "below": (Box(-3, 0), st.fractions(min_value=-3, max_value=0, max_denominator=6)),
    "bits": (Bits, st.integers(0, 1).map(Fraction)),
    "integers": (Integers(-2, 2), st.integers(-2, 2).map(Fraction)),
    "a point": (Box(1, 1), st.just(Fraction(1))),
}


@dataclass(frozen=True)
class Program:
    """steps: (operation, operand indices, numbers), each making one more value; outputs: indices of values."""

    ports: tuple[tuple[str, int], ...]
    steps: tuple[tuple[str, tuple[int, ...], tuple[Fraction, ...]], ...]
    outputs: tuple[int, ...]

    def run(self, values, slope=Fraction(-1, 2)):
        """The outputs on wires or on Fractions."""
        known = list(values)
        for operation, places, numbers in self.steps:
            x = [known[p % len(known)] for p in places]
            if operation == "affine":
                known.append(sum((c * v for c, v in zip(numbers[1:], x, strict=True)), start=numbers[0]))
            elif operation == "difference":
                known.append(x[0] - x[-1])
            elif operation == "leaky_relu":
                known.append(leaky_relu(x[0], numbers[0]))
            else:
                known.append({"relu": relu, "step": step, "saturated_linear": saturated_linear}[operation](x[0]))
        return [known[p % len(known)] for p in self.outputs]

    def build(self) -> Network:
        ports = [inputs(size, on=FAMILIES[family][0]) for family, size in self.ports]
        return network(self.run([wire for port in ports for wire in port]), inputs=ports)


@st.composite
def programs(draw, operations=("relu",), families=tuple(FAMILIES), length=14):
    ports = tuple(draw(st.lists(st.tuples(st.sampled_from(families), st.integers(1, 3)), min_size=1, max_size=2)))
    place = st.integers(0, 40)
    one = st.one_of(
        st.tuples(st.just("difference"), st.tuples(place, place), st.just(())),
        st.integers(1, 3).flatmap(
            lambda k: st.tuples(st.just("affine"), st.tuples(*[place] * k), st.tuples(*[NUMBERS] * (k + 1)))
        ),
        st.tuples(st.sampled_from(operations), st.tuples(place), st.tuples(NUMBERS)),
        st.tuples(st.sampled_from(operations), st.tuples(place), st.tuples(NUMBERS)),
    )
    steps = tuple(draw(st.lists(one, min_size=1, max_size=length)))
    last = len(steps) + sum(size for _, size in ports)
    outputs = tuple(draw(st.lists(st.integers(max(0, last - 6), last - 1), min_size=1, max_size=3)))
    return Program(ports, steps, outputs)


def points(program):
    """Inputs of a program's domain, its corners among them."""
    return st.tuples(*(FAMILIES[family][1] for family, size in program.ports for _ in range(size)))
