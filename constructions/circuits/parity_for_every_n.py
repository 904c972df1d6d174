"""The parity of n bits, one after another, for every n.

The parity of q and b is |q - b| = relu(q - b) + relu(b - q). A bit b has the sign 1 - 2b, and the sign of the parity is the product
of the signs: that is the invariant, and says what parity is without the network's own recursion.
"""

from proofcheck import Bits, Computes, Construction, Contract, Fold, ForAll, Grows, Relation, Source, Unrolls, certified, depth, is_bit, mod, n, neurons, relu, sign_product

chain = Fold(
    inputs={"x": Bits},
    start=lambda: {"q": 0},
    step=lambda q, x: {"q": relu(q - x) + relu(x - q)},
    outputs=lambda q: q,
)

construction = Construction(
    title="The parity of n bits by 2 n neurons",
    source=Source("folklore", statement="a xor b = |a - b| on bits", fidelity="ours"),
    build=chain.network,
    form="traced",
    claims={
        "for every n": ForAll(
            chain,
            Contract(
                ghosts={"sign": sign_product("x")},
                invariant=lambda q, sign: [is_bit(q), 1 - 2 * q == sign],
                conclusion=lambda y, sign: [is_bit(y), 1 - 2 * y == sign],
            ),
        ),
        "sizes": Grows(chain, neurons=(2, 0), depth=(1, 0), attained=True),
        "is the family": Unrolls(chain, at=[*range(1, 9), 64]),
        "computes": Computes(lambda x: mod(sum(x), 2), on=Bits, at=[1, 2, 3, 4, 8], floor=certified),
        "depth": Relation(depth == n, at=range(1, 65), convention="hidden layers; skips allowed"),
        "neurons": Relation(neurons == 2 * n, at=range(1, 65)),
    },
)
