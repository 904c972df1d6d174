"""Addition of two p-bit numbers with the carry out, for every p.

Bits come least significant first. With a carry c the sum t = a + b + c is 0, 1, 2 or 3; the next carry is 1 from t = 2 on, and what
remains is the digit: c' = relu(t - 1) - relu(t - 2), s = t - 2 c'. So W c' + (digits so far) keeps step with the numbers so far,
where W = 2^k is the value of the next place: that is the invariant, with c a bit. Without the digits being bits the claim
would be hollow: a network that puts the whole sum into its first digit would satisfy it.
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
    """The carry out of a position, and its digit."""
    t = a + b + c
    carry = relu(t - 1) - relu(t - 2)
    return {"c": carry, "s": t - 2 * carry}


adder = Fold(
    inputs={"a": Bits, "b": Bits},
    units={"W": (1, 2)},
    start=lambda: {"c": 0},
    step=position,
    outputs=lambda c: {"carry": c},
)


def build(p):
    return adder.network(p)


construction = Construction(
    title="Addition of two p-bit numbers, for every p",
    source=Source(
        "Kratsios, Zvigelsky, Hart, Quantifying the Limits of AI Reasoning, 2025",
        arxiv="2508.18526",
        statement="abstract: networks that equal arithmetic circuits, modular overflow included",
        fidelity="after",
    ),
    build=build,
    form="traced",
    claims={
        "for every p": ForAll(
            adder,
            Contract(
                ghosts={"A": number_of("a", "W"), "B": number_of("b", "W"), "N": number_of("s", "W")},
                invariant=lambda c, A, B, N, W: [is_bit(c), N + W * c == A + B],
                each=lambda s: [is_bit(s)],
                conclusion=lambda carry, A, B, N, W: [is_bit(carry), N + W * carry == A + B],
            ),
        ),
        "sizes": Grows(adder, neurons=(2, 0), depth=(1, 0), attained=True, exactly=lambda n: 2 * n),
        "is the family": Unrolls(adder, at=[*range(1, 9), 64]),
        "computes": Computes(
            lambda a, b: [*bits_of(word(a) + word(b), len(a) + 1)], on=Bits, at=[1, 2, 3, 4, 8, 16, 32], floor=certified
        ),
        "depth": Relation(depth == p, at=range(1, 65), convention="hidden layers; skips allowed"),
        "neurons": Relation(neurons == 2 * p, at=range(1, 65)),
    },
)
