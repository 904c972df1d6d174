"""A network whose weights are not negative is monotone, at every depth: here of width 2, with an input and a shift at each layer.

relu is monotone, and so is a sum with weights >= 0; so every layer is, and by induction the whole network. To say so, run the same
layers twice, on inputs x and on inputs x + d with d >= 0. The invariant is that each neuron of the first run is at most that of the
second, and the conclusion that its output is. A single negative weight on a neuron or an input makes the claim false.
"""

from proofcheck import (
    Construction,
    Contract,
    Fold,
    ForAll,
    Grows,
    NonNegative,
    Property,
    Reals,
    Relation,
    Source,
    Unrolls,
    depth,
    n,
    neurons,
    relu,
)


def layer(u, v, x):
    """The two neurons of a layer, from those before and its input."""
    return relu(2 * u + v + x - 1), relu(u + 3 * v + 2 * x + 1)


def layers(u, v, p, q, x, d):
    """A layer of both runs."""
    u, v = layer(u, v, x)
    p, q = layer(p, q, x + d)
    return {"u": u, "v": v, "p": p, "q": q}


runs = Fold(
    inputs={"x": Reals, "d": NonNegative},
    start=lambda: {"u": 0, "v": 0, "p": 0, "q": 0},
    step=layers,
    outputs=lambda u, v, p, q: {"lower": u + 2 * v, "upper": p + 2 * q},
)

construction = Construction(
    title="A network with weights that are not negative is monotone, at every depth",
    source=Source(
        "Sill, Monotonic Networks, NIPS 1997", statement="weights that are not negative give monotone networks", fidelity="after"
    ),
    build=runs.network,
    form="traced",
    slack="the claim is that the network is monotone, which others with weights >= 0 are too",
    claims={
        "for every depth": ForAll(
            runs,
            Contract(
                invariant=lambda u, v, p, q: [u <= p, v <= q],
                conclusion=lambda lower, upper: [lower <= upper],
            ),
        ),
        "sizes": Grows(runs, neurons=(4, 0), depth=(1, 0), attained=True),
        "is the family": Unrolls(runs, at=[*range(1, 9), 64]),
        "in order": Property(lambda x, d, lower, upper: lower <= upper, at=range(1, 4)),
        "depth": Relation(depth == n, at=range(1, 65), convention="hidden layers; skips allowed"),
        "neurons": Relation(neurons == 4 * n, at=range(1, 65)),
    },
)
