"""Multiplication of an n-bit number by a p-bit number by repeated addition, for every n and p.

Bits come least significant first. Beside the given word a runs a word v of p bits, at first 0. For each bit x of the other number
v + x a is added place by place: x and a digit of a make relu(x + a - 1), their product, and t = v + x a + c is 0, 1, 2 or 3, as in
the ripple adder. The lowest digit of the sum is a digit of the product and is put out; the others, with the carry behind them, are
the next v. So what is put out plus R v is a times the bits so far, where R = 2^k.

The addition is a fold over the p places with its own theorem, (its digits) + W carry = v + x a; of each of the n additions nothing
but this theorem is used.
"""

from proofcheck import (
    Bits,
    Calls,
    Computes,
    Construction,
    Contract,
    Fold,
    ForAll,
    Grows,
    Relation,
    Shifted,
    Source,
    Unrolls,
    bits_of,
    certified,
    is_bit,
    n,
    neurons,
    number_of,
    p,
    relu,
    where,
    word,
)


def place(c, v, a, x):
    """The carry out of a place, and its digit."""
    t = v + relu(x + a - 1) + c
    carry = relu(t - 1) - relu(t - 2)
    return {"c": carry, "s": t - 2 * carry}


addition = Fold(
    inputs={"v": Bits, "a": Bits},
    fixed={"x": Bits},
    units={"U": (1, 2)},
    start=lambda: {"c": 0},
    step=place,
    outputs=lambda c: {"carry": c},
)
multiplication = Calls(addition, {"v": Shifted("s", top="carry", out="low")})


def build(n, p):
    return multiplication.network(n, p)


def product(x, a):
    """The digits of the product; a bit times a number is the number or 0."""
    return [*bits_of(sum(2**i * where(bit, word(a), 0) for i, bit in enumerate(x)), len(x) + len(a))]


SMALL = [(n, p) for n in range(1, 4) for p in range(1, 4)]

construction = Construction(
    title="Multiplication of an n-bit by a p-bit number, for every n and p",
    source=Source(
        "Kratsios, Zvigelsky, Hart, Quantifying the Limits of AI Reasoning, 2025",
        arxiv="2508.18526",
        statement="abstract: networks that equal arithmetic circuits",
        fidelity="after",
    ),
    build=build,
    form="traced",
    claims={
        "for every n and p": ForAll(
            multiplication,
            Contract(
                ghosts={"B": number_of("x", "R"), "E": number_of("low", "R")},
                invariant=lambda v, a, B, E, R: [E + R * v == a * B],
                each=lambda low: [is_bit(low)],
                conclusion=lambda v, a, B, E, R: [E + R * v == a * B],
                block=Contract(
                    ghosts={"V": number_of("v", "U"), "A": number_of("a", "U"), "N": number_of("s", "U")},
                    invariant=lambda c, V, A, N, U, x: [is_bit(c), N + U * c == V + x * A],
                    each=lambda s: [is_bit(s)],
                    conclusion=lambda carry, V, A, N, U, x: [is_bit(carry), N + U * carry == V + x * A],
                ),
            ),
        ),
        "sizes": Grows(multiplication, neurons=(3, 0), depth=(1, 0, 1), exactly=(lambda p: 3 * p, lambda n, p: 3 * n * p)),
        "is the family": Unrolls(multiplication, at=[*SMALL, (8, 8), (3, 24)]),
        "computes": Computes(product, on=Bits, at=SMALL, floor=certified),
        "neurons": Relation(neurons <= 3 * n * p, at=[*SMALL, (8, 8)]),
    },
)
