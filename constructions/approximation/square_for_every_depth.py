"""The square on [0, 1] to within 4^-(m+1) by m sawteeth, for every m.

The tooth g(t) = 2t - 4 relu(t - 1/2) maps [0, 1] to itself, and h(t) = t - t^2 satisfies 4 h(t) = h(g(t)) + g(t). So with y_0 = f_0 = x,
y_{k+1} = g(y_k) and f_{k+1} = f_k - y_{k+1} / 4^(k+1), the error is at every step f_k - x^2 = 4^-k h(y_k): that is the invariant, with
0 <= y_k <= 1. As 0 <= h <= 1/4 on [0, 1], 0 <= f_m - x^2 <= 4^-(m+1) for every m. See square_by_sawteeth for the layered network.
"""

from fractions import Fraction

from proofcheck import Approximates, Box, Construction, Contract, Fold, ForAll, Grows, Relation, Source, Unrolls, depth, m, neurons, relu, square


def tooth(y, f, U):
    """One more tooth; U is 4^-k."""
    after = 2 * y - 4 * relu(y - Fraction(1, 2))
    return {"y": after, "f": f - U * after / 4}


sawteeth = Fold(
    inputs={},
    fixed={"x": Box(0, 1)},
    units={"U": (1, Fraction(1, 4))},
    start=lambda x: {"y": x, "f": x},
    step=tooth,
    outputs=lambda f: {"out": f},
)


def build(m):
    return sawteeth.network(m)


construction = Construction(
    title="The square on [0, 1] to within 4^-(m+1), for every m",
    source=Source(
        "Yarotsky, Error bounds for approximations with deep ReLU networks, Neural Networks 94, 2017",
        arxiv="1610.01145",
        statement="Proposition 2 and its proof: error 2^(-2m-2) with depth, weights and units O(m)",
        fidelity="after",
    ),
    build=build,
    form="traced",
    claims={
        "for every m": ForAll(
            sawteeth,
            Contract(
                invariant=lambda y, f, x, U: [f - x**2 == U * (y - y**2), y >= 0, y <= 1],
                conclusion=lambda out, x, U: [out >= x**2, out <= x**2 + U / 4],
            ),
        ),
        "sizes": Grows(sawteeth, neurons=(1, 0), depth=(1, 0)),
        "is the family": Unrolls(sawteeth, at=[*range(1, 9), 64]),
        "within": Approximates(square, error=lambda m: Fraction(1, 4 ** (m + 1)), on=Box(0, 1), at=range(1, 7)),
        "depth": Relation(depth == m, at=range(1, 65), convention="hidden layers; skips allowed"),
        "neurons": Relation(neurons == m, at=range(1, 65)),
    },
)
