"""Subtraction of two p-bit numbers with the borrow out, for every p.

Bits come least significant first. With a borrow c the difference t = a - b - c is 1, 0, -1 or -2; the next borrow is 1 below 0, and
what remains is the digit: c' = relu(-t) - relu(-t - 1), s = t + 2 c'. So (digits so far) - W c' keeps step with A - B, where W = 2^k
is the value of the next place; at the end the digits are A - B modulo 2^p, and the borrow says whether A < B.
"""

from proofcheck import (
    Bits,
    Computes,
    Construction,
    Contract,
    Fold,
    ForAll,
    Grows,
    Relation,
    Source,
    Unrolls,
    bits_of,
    certified,
    depth,
    is_bit,
    neurons,
    number_of,
    p,
    relu,
    word,
)


def position(c, a, b):
    """The borrow out of a position, and its digit."""
    t = a - b - c
    borrow = relu(-t) - relu(-t - 1)
    return {"c": borrow, "s": t + 2 * borrow}


subtractor = Fold(
    inputs={"a": Bits, "b": Bits},
    units={"W": (1, 2)},
    start=lambda: {"c": 0},
    step=position,
    outputs=lambda c: {"borrow": c},
)


def build(p):
    return subtractor.network(p)


construction = Construction(
    title="Subtraction of two p-bit numbers, for every p",
    source=Source("folklore", statement="the ripple-borrow subtractor", fidelity="ours"),
    build=build,
    form="traced",
    claims={
        "for every p": ForAll(
            subtractor,
            Contract(
                ghosts={"A": number_of("a", "W"), "B": number_of("b", "W"), "N": number_of("s", "W")},
                invariant=lambda c, A, B, N, W: [is_bit(c), N - W * c == A - B],
                each=lambda s: [is_bit(s)],
                conclusion=lambda borrow, A, B, N, W: [is_bit(borrow), N - W * borrow == A - B],
            ),
        ),
        "sizes": Grows(subtractor, neurons=(2, 0), depth=(1, 0), attained=True),
        "is the family": Unrolls(subtractor, at=[*range(1, 9), 64]),
        "computes": Computes(
            lambda a, b: [*bits_of(word(a) - word(b), len(a)), word(a) < word(b)], on=Bits, at=[1, 2, 3, 4, 5], floor=certified
        ),
        "depth": Relation(depth == p, at=range(1, 65), convention="hidden layers; skips allowed"),
        "neurons": Relation(neurons == 2 * p, at=range(1, 65)),
    },
)
