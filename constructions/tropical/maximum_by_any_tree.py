"""The maximum of n reals by a tournament, for every n and every way to pair.

A match max(a, b) = b + relu(a - b) is one neuron. Over n numbers any binary tree of matches has n - 1 of them; halving makes
it as flat as possible, depth ceil(log2 n). That the root is the maximum is shown for all trees at once: a leaf carries its
number, a match of two maxima is the maximum of both sides, and the maximum of maxima does not depend on the tree.
"""

from proofcheck import (
    Computes,
    Construction,
    Contract,
    ForAll,
    Grows,
    Reals,
    Relation,
    Source,
    Tree,
    Unrolls,
    ceil_log2,
    depth,
    largest,
    maximum,
    n,
    neurons,
    relu,
)

tournament = Tree(
    inputs={"x": Reals},
    leaf=lambda x: {"m": x},
    merge=lambda left, right: {"m": right.m + relu(left.m - right.m)},
    outputs=lambda m: m,
)

construction = Construction(
    title="The maximum of n reals by any tournament",
    source=Source(
        "Arora, Basu, Mianjy, Mukherjee, ICLR 2018", arxiv="1611.01491", statement="the max-of-n lemma", fidelity="after"
    ),
    build=tournament.network,
    form="traced",
    claims={
        "for every n and tree": ForAll(
            tournament,
            Contract(
                ghosts={"t": largest("x")},
                invariant=lambda m, t: [m == t],
                conclusion=lambda y, t: [y == t],
            ),
        ),
        "sizes": Grows(tournament, neurons=(1, 0, 0), depth=(1, 0), attained=True, exactly=lambda n: n - 1),
        "is the family": Unrolls(tournament, at=[*range(1, 9), 64]),
        "computes": Computes(lambda x: maximum(*x), on=Reals, at=range(2, 9)),
        "depth": Relation(depth == ceil_log2(n), at=range(1, 65), convention="hidden layers; skips allowed"),
        "neurons": Relation(neurons == n - 1, at=range(1, 65)),
    },
)
