"""The cellular automaton rule 110 on a tape of n cells for T steps, for every n and T.

A cell with the left neighbour l, itself c and the right neighbour r becomes 1 for 110, 101, 011, 010, 001 and 0 for 111, 100, 000: it
is c or r, unless all three are 1. As c or r = (c + r) - relu(c + r - 1) and all three = relu(l + c + r - 2), two neurons a cell and
step are enough. Beyond the ends of the tape stand zeros. What is meant is the polynomial c + r - c r - l c r, which on bits is the
table above; outside of {0, 1} network and polynomial differ, so the cells must stay bits, which is shown with it.
"""

from proofcheck import Automaton, Bits, Computes, Construction, ForAll, Grows, LocalRule, Relation, Source, Unrolls, any_of, all_of, certified, depth, is_bit, n, neurons, parameter, relu


def mapped(near):
    """The cell after a step."""
    left, cell, right = near
    either = cell.x + right.x - relu(cell.x + right.x - 1)
    return {"x": either - relu(left.x + cell.x + right.x - 2)}


def meant(near):
    """The cell by the table, as a polynomial."""
    left, cell, right = (part.x for part in near)
    return {"x": cell + right - cell * right - left * cell * right}


automaton = Automaton(cell={"x": Bits}, step=mapped, pad={"x": 0})


def build(n, T):
    return automaton.network(n, T)


def by_table(n, T):
    """The tape after T steps, by the rule in words."""

    def target(x):
        tape = list(x)
        for _ in range(T):
            whole = [0, *tape, 0]
            tape = [
                all_of([any_of([c == 1, right == 1]), any_of([left == 0, c == 0, right == 0])])
                for left, c, right in zip(whole, whole[1:], whole[2:], strict=False)
            ]
        return tape

    return target


SIZES = [(n, T) for n in (1, 2, 3, 5, 8) for T in (1, 2, 3)]

construction = Construction(
    title="Rule 110 on a tape of n cells for T steps",
    source=Source(
        "Cook, Universality in Elementary Cellular Automata, Complex Systems 15, 2004",
        statement="rule 110 as defined there; that ReLU networks run it is folklore",
        fidelity="ours",
    ),
    build=build,
    form="traced",
    claims={
        "any tape, any time": ForAll(automaton, LocalRule(means=meant, invariant=lambda x: [is_bit(x)])),
        "sizes": Grows(automaton, neurons=(2,), depth=(1,), attained=True, exactly=lambda n, T: 2 * n * T),
        "is the family": Unrolls(automaton, at=[*SIZES, (30, 20)]),
        "computes": Computes(by_table, on=Bits, at=[s for s in SIZES if s[1] == 1], floor=certified),
        "depth": Relation(depth == parameter("T"), at=SIZES[3:], convention="hidden layers; skips allowed"),
        "neurons": Relation(neurons <= 2 * n * parameter("T"), at=SIZES),
    },
)
