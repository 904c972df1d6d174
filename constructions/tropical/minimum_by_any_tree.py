"""The minimum of n reals by a tree, for every n and every binary tree over them.

min(a, b) = b - relu(b - a): one neuron for each of the n - 1 merges. The minimum of two sides is the minimum of all, and taking minima
is associative, so the tree does not matter: only the depth depends on it, ceil(log2 n) where sides are halves, n - 1 in a chain.
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
    certified,
    depth,
    least,
    minimum,
    n,
    neurons,
    relu,
)

tree = Tree(
    inputs={"x": Reals},
    leaf=lambda x: {"m": x},
    merge=lambda left, right: {"m": right.m - relu(right.m - left.m)},
    outputs=lambda m: m,
)

construction = Construction(
    title="The minimum of n reals, by any tree",
    source=Source(
        "Arora, Basu, Mianjy, Mukherjee, ICLR 2018",
        arxiv="1611.01491",
        statement="the max-of-n lemma, for minima",
        fidelity="after",
    ),
    build=tree.network,
    form="traced",
    claims={
        "for every n": ForAll(
            tree,
            Contract(ghosts={"t": least("x")}, invariant=lambda m, t: [m == t], conclusion=lambda y, t: [y == t]),
        ),
        "sizes": Grows(tree, neurons=(1, 0, 0), depth=(1, 0), attained=True, exactly=lambda n: n - 1),
        "is the family": Unrolls(tree, at=[*range(1, 9), 64]),
        "computes": Computes(lambda x: minimum(*x), on=Reals, at=range(2, 9), floor=certified),
        "depth": Relation(depth == ceil_log2(n), at=range(1, 65), convention="hidden layers; skips allowed"),
        "neurons": Relation(neurons == n - 1, at=range(1, 65)),
    },
)
