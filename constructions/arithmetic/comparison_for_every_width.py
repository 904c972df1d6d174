"""Whether A >= B, for two p-bit numbers and every p.

Bits come least significant first, so the last place that differs decides. Let q say whether A >= B so far, 1 at the start. In the
next place t = a - b + q is at least 1 exactly if a > b, or a = b and q = 1: q' = relu(t) - relu(t - 1). What q says of A - B in numbers
is the invariant, where W = 2^k is the value of the next place: A - B is from 0 to W - 1 if q = 1, from 1 - W to -1 if q = 0.
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
    certified,
    depth,
    is_bit,
    neurons,
    number_of,
    p,
    relu,
    word,
)

comparison = Fold(
    inputs={"a": Bits, "b": Bits},
    units={"W": (1, 2)},
    start=lambda: {"q": 1},
    step=lambda q, a, b: {"q": relu(a - b + q) - relu(a - b + q - 1)},
    outputs=lambda q: q,
)


def build(p):
    return comparison.network(p)


construction = Construction(
    title="Comparison of two p-bit numbers, for every p",
    source=Source("folklore", statement="comparison from the least significant bit on", fidelity="ours"),
    build=build,
    form="traced",
    claims={
        "for every p": ForAll(
            comparison,
            Contract(
                ghosts={"A": number_of("a", "W"), "B": number_of("b", "W")},
                invariant=lambda q, A, B, W: [is_bit(q), q * W - 1 >= A - B, (q - 1) * (W - 1) <= A - B, W >= 1],
                conclusion=lambda y, A, B: [is_bit(y), y * (A - B) >= 0, (1 - y) * (B - A - 1) >= 0],
            ),
        ),
        "sizes": Grows(comparison, neurons=(2, 0), depth=(1, 0), attained=True),
        "is the family": Unrolls(comparison, at=[*range(1, 9), 64]),
        "computes": Computes(lambda a, b: word(a) >= word(b), on=Bits, at=[1, 2, 3, 4, 8], floor=certified),
        "depth": Relation(depth == p, at=range(1, 65), convention="hidden layers; skips allowed"),
        "neurons": Relation(neurons == 2 * p, at=range(1, 65)),
    },
)
