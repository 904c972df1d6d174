"""The comparators of odd-even merge sort as a closed form that is right at n = 1, 2 and 4, and wrong from n = 8 on."""

from proofcheck import Construction, ForAll, Grows, OddEvenSort, Reals, Relation, Sorted, Source, Unrolls, neurons, relu


def compare(a, b):
    excess = relu(a - b)
    return {"high": b + excess, "low": a - excess}


sort = OddEvenSort(Reals, compare)

construction = Construction(
    title="Too few comparators",
    source=Source("none", fidelity="ours"),
    build=sort.network,
    form="traced",
    claims={
        "sorts": ForAll(sort, Sorted()),
        "sizes": Grows(sort, neurons=(1,), depth=(1,), exactly=(lambda k, P: k * P + 1, lambda k, P: (3 * k**2 - k) / 2)),
        "is the family": Unrolls(sort, at=[4]),
        "neurons": Relation(neurons == 5, at=[4]),
    },
)
