"""A machine that writes a 1 where its head stands and moves right, on tapes with any number of heads: two may share a cell.

Each step is right where a cell holds at most one head, and nothing says so.
"""

from proofcheck import Automaton, Bits, Construction, ForAll, LocalRule, Relation, Source, Unrolls, depth, is_bit, parameter, relu


def step(near):
    left, here, right = near
    return {"a": here.a + relu(here.q + here.h - here.a), "q": left.q, "h": right.h}


def means(near):
    left, here, right = near
    return {"a": here.a + (here.q + here.h) * (1 - here.a), "q": left.q, "h": right.h}


machine = Automaton({"a": Bits, "q": Bits, "h": Bits}, step, {"a": 0, "q": 0, "h": 0})

construction = Construction(
    title="Two heads on one tape",
    source=Source("none", fidelity="ours"),
    build=lambda n, T: machine.network(n, T),
    form="traced",
    claims={
        "any tape": ForAll(machine, LocalRule(means, lambda a, q, h: [is_bit(a), is_bit(q), is_bit(h)])),
        "is the family": Unrolls(machine, at=[(2, 1)]),
        "depth": Relation(depth == parameter("T"), at=[(2, 1)]),
    },
)
