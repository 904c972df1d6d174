"""A Turing machine on a tape of n cells for T steps, for every tape, n and T: the busy beaver with three states, which stops.

A cell holds its symbol a, a bit, and a bit for each state, which is 1 where the head stands in that state; the halted head stays where
it is for ever. What a cell becomes depends on itself and its two neighbours: the head comes from a neighbour that moves it here. As
q and a = relu(q + a - 1), and q and not a = relu(q - a), a rule (q, a) -> (write, move, next) is one neuron in each cell that uses it.

The table is meant as polynomials: q a or q (1 - a) for each rule. Network and polynomials agree on bits. But cells stay bits only if
no two heads meet, and a look at three cells cannot tell whether there is a second head further off. So the claim is about tapes
with at most one head, and that this stays so is shown by what moves: what a cell has of the head, it gives to one of three cells.
Beyond the ends of the tape nothing is kept: a head that leaves it is gone.
"""

from proofcheck import (
    Automaton,
    Bits,
    Construction,
    ForAll,
    Grows,
    LocalRule,
    Property,
    Relation,
    Source,
    Unrolls,
    all_of,
    any_of,
    depth,
    implies,
    is_bit,
    n,
    neurons,
    parameter,
    relu,
    total,
)

STATES = ("A", "B", "C")
LEFT, RIGHT = -1, 1
TABLE = {
    ("A", 0): (1, RIGHT, "B"),
    ("A", 1): (1, RIGHT, "H"),
    ("B", 0): (0, RIGHT, "C"),
    ("B", 1): (1, RIGHT, "B"),
    ("C", 0): (1, LEFT, "C"),
    ("C", 1): (1, LEFT, "A"),
}


def by_neuron(state, symbol, cell):
    """1 where the head is in this state on this symbol."""
    head = getattr(cell, state)
    return relu(head + cell.a - 1) if symbol else relu(head - cell.a)


def by_product(state, symbol, cell):
    """The same as a polynomial."""
    head = getattr(cell, state)
    return head * cell.a if symbol else head * (1 - cell.a)


def stepped(near, reads):
    """The cell after a step; reads: how to say that the head is in a state on a symbol."""
    here = near[1]
    cell = {"a": here.a, "A": 0, "B": 0, "C": 0, "H": here.H}
    for (state, symbol), (write, move, after) in TABLE.items():
        if write != symbol:
            cell["a"] = cell["a"] + (write - symbol) * reads(state, symbol, here)
        cell[after] = cell[after] + reads(state, symbol, near[1 - move])
    return cell


def moves(a, A, B, C, H):
    """What of the head a cell gives to the cell on its right, keeps, and gives to the cell on its left."""
    heads, given = {"A": A, "B": B, "C": C}, {LEFT: 0, RIGHT: 0}
    for (state, symbol), (_, move, _) in TABLE.items():
        given[move] = given[move] + heads[state] * (a if symbol else 1 - a)
    return [given[RIGHT], H, given[LEFT]]


machine = Automaton(
    cell=dict.fromkeys(("a", *STATES, "H"), Bits),
    step=lambda near: stepped(near, by_neuron),
    pad=dict.fromkeys(("a", *STATES, "H"), 0),
)


def build(n, T):
    return machine.network(n, T)


def as_the_table(a, A, B, C, H, a_after, A_after, B_after, C_after, H_after):
    """One step, told from the head: if there is one, symbols, states and place after the step are by the table."""
    before, after = {"A": A, "B": B, "C": C, "H": H}, {"A": A_after, "B": B_after, "C": C_after, "H": H_after}
    count, said = len(a), []
    for place in range(count):
        untouched = all_of([a_after[i] == a[i] for i in range(count) if i != place])
        for (state, symbol), (write, move, entered) in TABLE.items():
            stands = all_of([before[state][place] == 1, a[place] == symbol])
            there = [after[q][i] == int(q == entered and i == place + move) for q in after for i in range(count)]
            said.append(implies(stands, all_of([a_after[place] == write, untouched, *there])))
        said.append(implies(H[place] == 1, all_of([H_after[place] == 1, a_after[place] == a[place], untouched])))
    several = total([*A, *B, *C, *H]) >= 2
    return any_of([several, all_of(said)])


SIZES = [(n, T) for n in (1, 2, 3, 5) for T in (1, 2, 3)]

construction = Construction(
    title="A Turing machine on a tape of n cells for T steps, for every tape",
    source=Source(
        "Rado, On non-computable functions, Bell System Technical Journal 41, 1962",
        statement="the three-state machine that leaves six ones; that ReLU networks run Turing machines is folklore",
        fidelity="ours",
    ),
    build=build,
    form="traced",
    claims={
        "any tape, any time": ForAll(
            machine,
            LocalRule(
                means=lambda near: stepped(near, by_product),
                invariant=lambda a, A, B, C, H: [is_bit(bit) for bit in (a, A, B, C, H)],
                heads=lambda A, B, C, H: A + B + C + H,
                moves=moves,
            ),
        ),
        "sizes": Grows(machine, neurons=(9,), depth=(1,), attained=True),
        "is the family": Unrolls(machine, at=[*SIZES, (16, 14)]),
        "by the table": Property(as_the_table, on=Bits, at=[(1, 1), (2, 1), (3, 1)]),
        "depth": Relation(depth == parameter("T"), at=SIZES[6:], convention="hidden layers; skips allowed"),
        "neurons": Relation(neurons <= 9 * n * parameter("T"), at=SIZES),
    },
)
