"""Vacuous: a claim about no input at all."""

from fractions import Fraction

from proofcheck import Computes, Construction, Polyhedron, Reals, Relation, Source, depth, inputs, network, relu
from proofcheck.domains import Constraint

SOURCE = Source("planted fault", fidelity="ours")
BELOW, ABOVE = (Constraint(((0, Fraction(sign)),), "<=", Fraction(bound)) for sign, bound in ((1, 0), (-1, -1)))
NOTHING = Polyhedron((BELOW, ABOVE), on=Reals)


def build(n):
    return network([relu(x) for x in inputs(n)])


construction = Construction(
    title="anything",
    source=SOURCE,
    build=build,
    claims={
        "computes": Computes(lambda x: [a + 1 for a in x], on=NOTHING, at=[1]),
        "depth": Relation(depth == 1, at=[1]),
    },
)
