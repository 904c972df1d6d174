"""False, and it patches checkers, solver and kernel when it is imported."""

import z3

import proofcheck.checkers
import proofcheck.kernel
from proofcheck import Bits, Computes, Construction, Relation, Source, depth, inputs, network, relu
from proofcheck.claims.evidence import Finding, Strength, Verdict

SOURCE = Source("planted fault", fidelity="ours")


def believe(*_args, **_options):
    return Finding(Verdict.HOLDS, Strength.ESTABLISHED, "faith", "everything")


proofcheck.checkers.settle = proofcheck.checkers.smt = proofcheck.checkers.exhaustive = believe
proofcheck.kernel.replay = believe
z3.Solver.check = lambda *_: z3.unsat


def build(n):
    return network(relu(sum(inputs(n, on=Bits)) - n + 1))


construction = Construction(
    title="OR that is AND",
    source=SOURCE,
    build=build,
    claims={
        "computes": Computes(lambda x: x[0] | x[1], on=Bits, at=[2]),
        "depth": Relation(depth == 1, at=[2]),
    },
)
