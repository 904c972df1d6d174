"""An adder whose carry is right in itself, a + b + c >= 2, but is not handed on: the next position reads a carry of 0."""

from proofcheck import Bits, Construction, Contract, Fold, ForAll, Relation, Source, Unrolls, is_bit, neurons, number_of, relu


def position(c, a, b):
    t = a + b + c
    carry = relu(t - 1) - relu(t - 2)
    return {"c": 0, "last": carry, "s": t - 2 * carry}


adder = Fold({"a": Bits, "b": Bits}, lambda: {"c": 0, "last": 0}, position, lambda last: last, units={"W": (1, 2)})

construction = Construction(
    title="An adder that forgets its carry",
    source=Source("none", fidelity="ours"),
    build=adder.network,
    form="traced",
    claims={
        "for every p": ForAll(
            adder,
            Contract(
                ghosts={"A": number_of("a", "W"), "B": number_of("b", "W"), "N": number_of("s", "W")},
                invariant=lambda c, last, A, B, N, W: [is_bit(c), is_bit(last), N + W * last == A + B],
                each=lambda s: [is_bit(s)],
                conclusion=lambda y, A, B, N, W: [is_bit(y), N + W * y == A + B],
            ),
        ),
        "is the family": Unrolls(adder, at=[1, 2, 3]),
        "neurons": Relation(neurons >= 0, at=[1, 2, 3]),
    },
)
