"""Parity that begins at 1: every step is right, the start is not."""

from proofcheck import Bits, Construction, Contract, Fold, ForAll, Relation, Source, Unrolls, is_bit, neurons, relu, sign_product

chain = Fold({"x": Bits}, lambda: {"q": 1}, lambda q, x: {"q": relu(q - x) + relu(x - q)}, lambda q: q)

construction = Construction(
    title="Parity that begins at 1",
    source=Source("none", fidelity="ours"),
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
        "is the family": Unrolls(chain, at=[1, 2, 3]),
        "neurons": Relation(neurons >= 0, at=[1, 2, 3]),
    },
)
