"""The number of ones among n bits in p bits, for n <= 2^p: the bound is off by one, and 2^p ones are counted as 0."""

from proofcheck import (
    Bits,
    Calls,
    Construction,
    Contract,
    Fold,
    ForAll,
    Relation,
    Source,
    Unrolls,
    count_of,
    is_bit,
    n,
    neurons,
    number_of,
    p,
    relu,
)


def place(c, v):
    carry = relu(v + c - 1)
    return {"c": carry, "s": v + c - 2 * carry}


increment = Fold({"v": Bits}, lambda x: {"c": x}, place, lambda c: {"carry": c}, fixed={"x": Bits}, units={"U": (1, 2)})
popcount = Calls(increment, {"v": "s"})

construction = Construction(
    title="A count that overflows",
    source=Source("none", fidelity="ours"),
    build=lambda n, p: popcount.network(n, p),
    form="traced",
    claims={
        "for every n and p": ForAll(
            popcount,
            Contract(
                ghosts={"T": count_of("x")},
                premises=lambda W, n: [n <= W],
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
        "is the family": Unrolls(popcount, at=[(2, 2)]),
        "neurons": Relation(neurons <= n * p, at=[(2, 2)]),
    },
)
