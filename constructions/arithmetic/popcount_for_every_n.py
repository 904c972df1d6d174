"""The number of ones among n bits, as a number of p bits, for every n < 2^p.

Bits come least significant first. A word v of p bits, at first 0, counts: for each input x it is incremented by x. The increment runs
over the places with a carry c that begins as x; v + c is 0, 1 or 2, the carry out is relu(v + c - 1), and the digit v + c minus twice it.
So (new digits) + W c = v + x at the end of the word, W = 2^p. If the carry were 1 there, the count of the first k + 1 inputs would be W or
more; but it is at most k + 1 <= n < W. That is the one place where n < 2^p is needed, and without it the claim is false: two ones
in a word of one bit are counted as 0.
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
    Source,
    Unrolls,
    bits_of,
    certified,
    count_of,
    depth,
    is_bit,
    n,
    neurons,
    number_of,
    p,
    relu,
    total,
)


def place(c, v):
    """The carry out of a place, and its digit."""
    carry = relu(v + c - 1)
    return {"c": carry, "s": v + c - 2 * carry}


increment = Fold(
    inputs={"v": Bits},
    fixed={"x": Bits},
    units={"U": (1, 2)},
    start=lambda x: {"c": x},
    step=place,
    outputs=lambda c: {"carry": c},
)
popcount = Calls(increment, {"v": "s"})


def build(n, p):
    return popcount.network(n, p)


SMALL = [(1, 1), (2, 2), (3, 2), (4, 3), (7, 3), (8, 4)]

construction = Construction(
    title="The number of ones among n bits, for every n < 2^p",
    source=Source("folklore", statement="a counter, incremented for each bit", fidelity="ours"),
    build=build,
    form="traced",
    claims={
        "for every n < 2^p": ForAll(
            popcount,
            Contract(
                ghosts={"T": count_of("x")},
                premises=lambda W, n: [n + 1 <= W],
                witness={"n": 1, "p": 1},
                invariant=lambda v, T, k: [v == T, k >= T],
                conclusion=lambda v, T: [v == T],
                block=Contract(
                    ghosts={"V": number_of("v", "U"), "N": number_of("s", "U")},
                    invariant=lambda c, V, N, U, x: [is_bit(c), N + U * c == V + x],
                    each=lambda s: [is_bit(s)],
                    conclusion=lambda carry, V, N, U, x: [is_bit(carry), N + U * carry == V + x],
                ),
            ),
        ),
        "sizes": Grows(popcount, neurons=(1, 0), depth=(1, 0, 0), exactly=(lambda p: p, lambda n, p: n * p)),
        "is the family": Unrolls(popcount, at=[*SMALL, (64, 7)]),
        "computes": Computes(lambda n, p: lambda x: [*bits_of(total(x), p)], on=Bits, at=SMALL, floor=certified),
        "neurons": Relation(neurons <= n * p, at=[*SMALL, (64, 7)]),
        "depth": Relation(depth == n + p - 1, at=[*SMALL, (64, 7)], convention="hidden layers; skips allowed"),
    },
)
