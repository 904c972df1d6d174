"""The min-plus product of two matrices, c_ij = min_k (a_ik + b_kj), for all sizes: copies of an inner product, side by side.

An entry is the inner product of a row and a column, a chain of n - 1 neurons. The entries of one row of the product are copies
of it that share the row of a; the rows are copies of this that share all columns of b, which come as the rows of its transpose.
A copy is proved once, with nothing known of the others. What is claimed of all is a claim about each entry.
"""

from proofcheck import (
    Computes,
    Construction,
    Contract,
    Each,
    Fold,
    ForAll,
    Grows,
    Parallel,
    Reals,
    Relation,
    Source,
    Unrolls,
    depth,
    least,
    minimum,
    neurons,
    parameter,
    relu,
)

entry = Fold(
    inputs={"a": Reals, "b": Reals},
    first=1,
    start=lambda a, b: {"m": a + b},
    step=lambda m, a, b: {"m": a + b - relu(a + b - m)},
    outputs=lambda m: m,
)
product = Parallel(Parallel(entry, shared=["a"]), shared=["b"])


def build(rows, columns, terms):
    return product.network(rows, columns, terms)


def entries(a, b):
    """min_k (a_ik + b_jk)."""
    return [[minimum(*(p + q for p, q in zip(row, column, strict=True))) for column in b] for row in a]


rows, columns, terms = (parameter(name) for name in ("rows", "columns", "terms"))
SIZES = [(1, 1, 1), (2, 2, 2), (2, 3, 4), (4, 1, 3), (3, 3, 3)]

construction = Construction(
    title="The min-plus product of two matrices, entry by entry",
    source=Source("folklore", statement="min(a, b) = b - relu(b - a)", fidelity="ours"),
    build=build,
    form="traced",
    claims={
        "for all sizes": ForAll(
            product,
            Each(
                Each(
                    Contract(
                        ghosts={"t": least(lambda a, b: a + b)},
                        invariant=lambda m, t: [m == t],
                        conclusion=lambda y, t: [y == t],
                    )
                )
            ),
        ),
        "sizes": Grows(
            product, neurons=(1, 0), depth=(1, 0), attained=True, exactly=(lambda n: n - 1, lambda m, m1, n: m * m1 * (n - 1))
        ),
        "is the family": Unrolls(product, at=SIZES),
        "computes": Computes(entries, on=Reals, at=SIZES[:4]),
        "depth": Relation(depth == terms - 1, at=SIZES, convention="hidden layers; skips allowed"),
        "neurons": Relation(neurons == rows * columns * (terms - 1), at=SIZES),
    },
)
