"""The anchors: exact gadgets, ties, empty sets, weight errors of 2^-40, attained bounds, weights of 10^12.

Each true answer follows from a line of algebra, which stands beside it. Most are stated so that the question to a float
verifier contains no strict inequality: whatever it answers, it answers the very question.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import partial
from itertools import pairwise
from typing import Any

from proofcheck.bench import networks
from proofcheck.bench.anchors import Anchor, Atom, Case, Number, Truth
from proofcheck.claims.kinds import Approximates, Computes, Property
from proofcheck.domains import Box, Domain, Interval
from proofcheck.networks import Network
from proofcheck.spec import Term, absolute, bits_of, maximum, minimum, word
from proofcheck.spec import square as square_of

HOLDS, FAILS, EMPTY = Truth.HOLDS, Truth.FAILS, Truth.EMPTY
SHIFT = Fraction(1, 2**40)
FINE = Fraction(1, 2**42)
BITS = "its inputs are bits, and a box has points between them"
PIECES = "its target has eight pieces"
NOT_LINEAR = "the square is not piecewise linear"

Building = Callable[[], Network]


def _below(name: str, says: str, network: Building, bound: Number, truth: Truth, because: str, on: Any = None) -> Anchor:
    """The first output is < bound: it fails where the output is at least that, and no strictness is lost."""
    fails = (Case((Atom({0: 1}, bound),), reached=truth is FAILS),)
    return Anchor(name, says, truth, because, network, Property(lambda x, y: y < bound, on=on), fails)


def _tie(*atoms: Atom, reached: bool = False) -> Case:
    """Strict atoms that no input meets by the margin, though one meets them all at least with equality."""
    return Case(atoms, reached, reached_by_margin=False, reached_weakly=True)


def _zero(name: str, says: str, network: Building, because: str) -> Anchor:
    """The output is exactly 0."""
    sides = (_tie(Atom({0: 1}, strict=True)), _tie(Atom({0: -1}, strict=True)))
    return Anchor(name, says, HOLDS, because, network, Computes(lambda x: 0 * x), sides)


def _maximum(name: str, says: str, error: Number, truth: Truth, because: str) -> Anchor:
    """It fails where the output is above all inputs, or below one; the wrong network is off by at most 2^-40."""
    above = tuple(Atom({0: 1}, x={i: -1}, strict=True) for i in range(4))
    under = [Atom({0: -1}, x={i: 1}, strict=True) for i in range(4)]
    wrong = truth is FAILS
    fails = (_tie(*above, reached=wrong), _tie(under[0], reached=wrong), *(_tie(atom) for atom in under[1:]))
    network = partial(networks.maximum_of_4, error)
    return Anchor(name, says, truth, because, network, Computes(lambda x: maximum(*x)), fails)


def _adder(name: str, says: str, error: Number, truth: Truth, because: str) -> Anchor:
    claim = Computes(lambda x, y: bits_of(word(x) + word(y), 3))
    return Anchor(name, says, truth, because, partial(networks.adder_3, error), claim, BITS)


def _folded(x: Any) -> Any:
    """g_3 as a term: three times 1 - |2t - 1|."""
    for _ in range(3):
        x = 1 - absolute(2 * x - 1)
    return x


def _square(m: int, less: Number, truth: Truth, because: str) -> Anchor:
    error = Fraction(1, 4 ** (m + 1)) - less
    says = f"f_{m}(x) is within 2^-{2 * m + 2}{' - 2^-60' * bool(less)} of x^2 on [0, 1]"
    name = f"square m={m}{', less' * bool(less)}"
    claim = Approximates(square_of, error, steps=partial(_teeth, m))
    return Anchor(name, says, truth, because, partial(networks.square, m), claim, NOT_LINEAR)


def _teeth(m: int, x: Term, y: Term) -> Iterator[Term]:
    """What the line of algebra goes through: each g_s is in [0, 1], 4 h(g_s) = g_(s+1) + h(g_(s+1)), and h <= 1/4."""
    teeth = [x]
    for _ in range(m):
        teeth.append(minimum(2 * teeth[-1], 2 - 2 * teeth[-1]))
    for g in teeth:
        yield from (g >= 0, g <= 1)
    for g, following in pairwise(teeth):
        yield 4 * (g - square_of(g)) == following + following - square_of(following)
    yield square_of(teeth[-1] - Fraction(1, 2)) >= 0


ANCHORS: tuple[Anchor, ...] = (
    *(
        _below(
            f"residual 1e-{k}",
            f"relu(x) - relu(-x) - x < 10^-{k} on [-1, 1]",
            networks.gadget,
            Fraction(1, 10**k),
            HOLDS,
            "it is 0",
        )
        for k in (3, 6, 7, 8, 9, 10)
    ),
    _zero("residual 0", "relu(x) - relu(-x) - x = 0 on [-1, 1]", networks.gadget, "relu(x) - relu(-x) = x"),
    *(
        _below(
            f"relu 1e-{k}",
            f"relu(x) < 1 + 10^-{k} on [-1, 1]",
            networks.positive_part,
            1 + Fraction(1, 10**k),
            HOLDS,
            "relu is monotone, and relu(1) = 1",
        )
        for k in (3, 6, 9)
    ),
    _below("relu 1", "relu(x) < 1 on [-1, 1]", networks.positive_part, 1, FAILS, "relu(1) = 1"),
    Anchor(
        "y0 >= 0",
        "y0 >= 0 for y = relu(x) on [0, 1]^2",
        HOLDS,
        "relu is never negative",
        networks.positive_parts,
        Property(lambda x, y: y[0] >= 0),
        (_tie(Atom({0: -1}, strict=True)),),
    ),
    Anchor(
        "excluded middle",
        "y0 <= y1 or y1 <= y0 for y = relu(x) on [0, 1]^2",
        HOLDS,
        "any two numbers can be compared",
        networks.positive_parts,
        Property(lambda x, y: (y[0] <= y[1]) | (y[1] <= y[0])),
        (_tie(Atom({0: 1, 1: -1}, strict=True), Atom({0: -1, 1: 1}, strict=True)),),
    ),
    Anchor(
        "y0 > 0",
        "y0 > 0 for y = relu(x) on [0, 1]^2",
        FAILS,
        "relu(0) = 0",
        networks.positive_parts,
        Property(lambda x, y: y[0] > 0),
        (Case((Atom({0: -1}),), reached=True),),
    ),
    Anchor(
        "empty box",
        "x < 0 for all x with 1.5 <= x <= 0.5",
        EMPTY,
        "there is no such x, so nothing is claimed",
        networks.same,
        Property(lambda x, y: y < 0, on=lambda: Domain((Interval(Fraction(3, 2), Fraction(1, 2)),))),
        (Case(()),),
        box=((Fraction(3, 2), Fraction(1, 2)),),
    ),
    Anchor(
        "contradiction",
        "not (relu(x) >= 1.5 and relu(x) <= 0.5) on [-1, 1]",
        HOLDS,
        "1.5 > 0.5",
        networks.positive_part,
        Property(lambda x, y: ~((y >= Fraction(3, 2)) & (y <= Fraction(1, 2)))),
        (Case((Atom({0: 1}, Fraction(3, 2)), Atom({0: -1}, Fraction(-1, 2)))),),
    ),
    _maximum("maximum of 4", "the tournament computes max(x0, x1, x2, x3) on [-1, 1]^4", 0, HOLDS, "max(a, b) = b + relu(a - b)"),
    _maximum(
        "maximum of 4, 2^-40",
        "the same with one weight 1 + 2^-40",
        SHIFT,
        FAILS,
        "it differs by 2^-40 x0 where x0 is the largest",
    ),
    _adder("adder", "the ripple adder adds two words of 3 bits modulo 8", 0, HOLDS, "t - 2 [t >= 2] is the parity of t <= 3"),
    _adder("adder, 2^-40", "the same with one weight 2 + 2^-40", SHIFT, FAILS, "a digit is off by 2^-40 where a carry leaves it"),
    Anchor(
        "sawtooth",
        "three folds compute g(g(g(x))), g(x) = 1 - |2x - 1|, on [0, 1]",
        HOLDS,
        "g(t) = 2t - 4 relu(t - 1/2) on [0, 1], and it stays there",
        networks.sawtooth_3,
        Computes(_folded),
        PIECES,
    ),
    _below("sawtooth below", "and stay below 1 + 2^-42", networks.sawtooth_3, 1 + FINE, HOLDS, "g maps [0, 1] to [0, 1]"),
    _below(
        "sawtooth below, 2^-40",
        "and so with one weight 2 + 2^-40",
        partial(networks.sawtooth_3, SHIFT),
        1 + FINE,
        FAILS,
        "it is 1 + 2^-41 where g(g(x)) = 1/2",
    ),
    *(_square(m, 0, HOLDS, "f_m - x^2 = h(g_m(x))/4^m, and 0 <= h <= 1/4") for m in (2, 4)),
    *(_square(m, Fraction(1, 2**60), FAILS, "h(g_m(x)) = 1/4 at the midpoints") for m in (2, 4)),
    _below(
        "square at 1/16",
        "f_3(1/16) < 2^-7 + 2^-50",
        partial(networks.square, 3),
        Fraction(1, 2**7) + Fraction(1, 2**50),
        HOLDS,
        "f_3(1/16) = 2^-8 + 2^-8",
        on=Box(Fraction(1, 16), Fraction(1, 16)),
    ),
    _below(
        "square at 1/16, less",
        "f_3(1/16) < 2^-7",
        partial(networks.square, 3),
        Fraction(1, 2**7),
        FAILS,
        "f_3(1/16) = 2^-8 + 2^-8",
        on=Box(Fraction(1, 16), Fraction(1, 16)),
    ),
    Anchor(
        "sum of 3",
        "relu(x0) + relu(x1) + relu(x2) <= 3 on [-1, 1]^3",
        HOLDS,
        "each is at most 1",
        networks.positive_sum,
        Property(lambda x, y: y <= 3),
        (_tie(Atom({0: 1}, 3, strict=True)),),
    ),
    _below(
        "sum of 3, 1e-9",
        "relu(x0) + relu(x1) + relu(x2) < 3 + 10^-9 on [-1, 1]^3",
        networks.positive_sum,
        3 + Fraction(1, 10**9),
        HOLDS,
        "each is at most 1",
    ),
    _below(
        "sum of 3, less",
        "relu(x0) + relu(x1) + relu(x2) < 3 on [-1, 1]^3",
        networks.positive_sum,
        3,
        FAILS,
        "it is 3 at (1, 1, 1)",
    ),
    Anchor(
        "two orders",
        "max(max(a,b), max(c,d)) = max(a, max(b, max(c,d))) on [-1, 1]^4",
        HOLDS,
        "max is associative",
        networks.maxima_in_two_orders,
        Property(lambda x, y: y[0] == y[1]),
        (_tie(Atom({0: 1, 1: -1}, strict=True)), _tie(Atom({0: -1, 1: 1}, strict=True))),
    ),
    Anchor(
        "two orders, 1e-9",
        "they differ by less than 10^-9",
        HOLDS,
        "max is associative",
        networks.maxima_in_two_orders,
        Property(lambda x, y: absolute(y[0] - y[1]) < Fraction(1, 10**9)),
        (Case((Atom({0: 1, 1: -1}, Fraction(1, 10**9)),)), Case((Atom({0: -1, 1: 1}, Fraction(1, 10**9)),))),
    ),
    Anchor(
        "sorted",
        "three comparators give y0 <= y1 <= y2 on [-1, 1]^3",
        HOLDS,
        "(0,1), (1,2), (0,1) is a sorting network",
        networks.sorted_3,
        Property(lambda x, y: (y[0] <= y[1]) & (y[1] <= y[2])),
        (_tie(Atom({0: 1, 1: -1}, strict=True)), _tie(Atom({1: 1, 2: -1}, strict=True))),
    ),
    Anchor(
        "sorted strictly",
        "and y0 < y1 < y2",
        FAILS,
        "equal inputs give equal outputs",
        networks.sorted_3,
        Property(lambda x, y: (y[0] < y[1]) & (y[1] < y[2])),
        (Case((Atom({0: 1, 1: -1}),), reached=True), Case((Atom({1: 1, 2: -1}),), reached=True)),
    ),
    _zero(
        "large weights",
        "relu(K x) - K relu(x) = 0 on [-1, 1], K = 10^12",
        networks.homogeneous,
        "relu(K x) = K relu(x) for K > 0",
    ),
    _below(
        "large weights, 1e-9",
        "relu(K x) - K relu(x) < 10^-9 on [-1, 1], K = 10^12",
        networks.homogeneous,
        Fraction(1, 10**9),
        HOLDS,
        "it is 0",
    ),
    _below(
        "steep ramp",
        "relu(K x) - relu(K x - 1) < 1 + 10^-6 on [-1, 1], K = 10^12",
        networks.steep_ramp,
        1 + Fraction(1, 10**6),
        HOLDS,
        "relu(t) - relu(t - 1) is at most 1",
    ),
    _below(
        "steep ramp, less",
        "relu(K x) - relu(K x - 1) < 1 on [-1, 1], K = 10^12",
        networks.steep_ramp,
        1,
        FAILS,
        "it is 1 from x = 10^-12 on",
    ),
)
