"""max_i min_j a_ij of a matrix, for all sizes: what the rows of a game secure, and the form of every piecewise-linear function.

Copies of a chain give the least entry of each row, one copy a row, and a tournament gives the largest of these. Affine
functions a_ij in the place of the entries make any continuous piecewise-linear function out of it.
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
    Series,
    Source,
    Then,
    Tree,
    Unrolls,
    ceil_log2,
    depth,
    largest,
    least,
    maximum,
    minimum,
    neurons,
    parameter,
    relu,
)

row = Fold(
    inputs={"a": Reals},
    first=1,
    start=lambda a: {"m": a},
    step=lambda m, a: {"m": a - relu(a - m)},
    outputs=lambda m: m,
)
tournament = Tree(
    inputs={"s": Reals},
    leaf=lambda s: {"m": s},
    merge=lambda left, right: {"m": right.m + relu(left.m - right.m)},
    outputs=lambda m: m,
)
game = Series(Parallel(row), tournament)


def build(rows, columns):
    return game.network(rows, columns)


def secured(a):
    return maximum(*(minimum(*entries) for entries in a))


rows, columns = parameter("rows"), parameter("columns")
SIZES = [(1, 1), (1, 3), (3, 1), (2, 2), (3, 2), (5, 4), (16, 9)]

construction = Construction(
    title="The largest of the least entries of the rows of a matrix",
    source=Source(
        "Tarela, Martinez, Region configurations for realizability of lattice piecewise-linear models, 1999",
        statement="the lattice form: a continuous piecewise-linear function is a maximum of minima of affine ones",
        fidelity="after",
    ),
    build=build,
    form="traced",
    claims={
        "for all sizes": ForAll(
            game,
            Then(
                Each(
                    Contract(
                        ghosts={"t": least("a")}, invariant=lambda m, t: [m == t], conclusion=lambda y, t: [y == t]
                    )
                ),
                Contract(ghosts={"t": largest("s")}, invariant=lambda m, t: [m == t], conclusion=lambda y, t: [y == t]),
            ),
        ),
        "sizes": Grows(
            game,
            neurons=(1, 0, 1, 0, 0),
            depth=(1, 0, 1, 0), attained=True,
            exactly=(lambda n: n - 1, lambda n: n - 1, lambda m, n: m * n - 1),
        ),
        "is the family": Unrolls(game, at=SIZES),
        "computes": Computes(secured, on=Reals, at=SIZES[:5]),
        "depth": Relation(depth == columns - 1 + ceil_log2(rows), at=SIZES, convention="hidden layers; skips allowed"),
        "neurons": Relation(neurons == rows * columns - 1, at=SIZES),
    },
)
