"""Families and contracts that are true for every n, each with its meaning written in plain Python, for tests and evidence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from proofcheck import Bits, Box, NonNegative, Reals, absolute, maximum, minimum, relu
from proofcheck.families import (
    Automaton,
    Calls,
    Contract,
    Everywhere,
    FamilyStatement,
    Fold,
    Ghost,
    LocalRule,
    OddEvenSort,
    Shifted,
    Sorted,
    StageContract,
    Stages,
    Tree,
    count_of,
    is_bit,
    largest,
    least,
    number_of,
    sign_product,
    sum_of,
)

HALF = Fraction(1, 2)


@dataclass(frozen=True)
class Sample:
    """meaning: the outputs of the network, from one list for each input and then the fixed inputs. first: the least n >= 1."""

    name: str
    family: Any
    contract: Any
    meaning: Callable[..., list[Any]]

    @property
    def statement(self) -> FamilyStatement:
        return FamilyStatement(self.family.data(), self.contract.data(self.family))


def word(bits: Any) -> int:
    return sum(int(b) << i for i, b in enumerate(bits))


def bits_of(value: int, p: int) -> list[int]:
    return [value >> i & 1 for i in range(p)]


def adder(start: int = 0, carry: Callable[..., Any] | None = None, digit: Callable[..., Any] | None = None) -> Fold:
    """The ripple adder, or one with another carry at the start, another carry or digit of t = a + b + c and the carry."""

    def step(c: Any, a: Any, b: Any) -> Any:
        t = a + b + c
        c = relu(t - 1) - relu(t - 2) if carry is None else carry(t, a, b, c)
        return {"c": c, "s": t - 2 * c if digit is None else digit(t, c)}

    return Fold(inputs={"a": Bits, "b": Bits}, units={"W": (1, 2)}, start=lambda: {"c": start}, step=step, outputs=lambda c: c)


def subtract(c: Any, a: Any, b: Any) -> Any:
    t = a - b - c
    borrow = relu(-t) - relu(-t - 1)
    return {"c": borrow, "s": t + 2 * borrow}


def tooth(y: Any, f: Any, U: Any) -> Any:
    after = 2 * y - 4 * relu(y - HALF)
    return {"y": after, "f": f - U * after / 4}


CHAIN = Fold({"x": Reals}, lambda x: {"m": x}, lambda m, x: {"m": x + relu(m - x)}, lambda m: m, first=1)
TREE = Tree({"x": Reals}, lambda x: {"m": x}, lambda left, right: {"m": right.m + relu(left.m - right.m)}, lambda m: m)
LEAST = Tree({"x": Reals}, lambda x: {"m": x}, lambda left, right: {"m": right.m - relu(right.m - left.m)}, lambda m: m)
MAXIMUM = Contract(lambda y, t: [y == t], {"t": largest("x")}, lambda m, t: [m == t])
NUMBERS = {"A": number_of("a", "W"), "B": number_of("b", "W")}
ADDER = Contract(
    lambda y, A, B, N, W: [is_bit(y), N + W * y == A + B],
    NUMBERS | {"N": number_of("s", "W")},
    lambda c, A, B, N, W: [is_bit(c), N + W * c == A + B],
    each=lambda s: [is_bit(s)],
)
SUBTRACTOR = Contract(
    lambda y, A, B, N, W: [is_bit(y), N - W * y == A - B],
    NUMBERS | {"N": number_of("s", "W")},
    lambda c, A, B, N, W: [is_bit(c), N - W * c == A - B],
    each=lambda s: [is_bit(s)],
)
COMPARISON = Fold(
    {"a": Bits, "b": Bits},
    lambda: {"q": 1},
    lambda q, a, b: {"q": relu(a - b + q) - relu(a - b + q - 1)},
    lambda q: q,
    units={"W": (1, 2)},
)
COMPARES = Contract(
    lambda y, A, B: [is_bit(y), y * (A - B) >= 0, (1 - y) * (B - A - 1) >= 0],
    NUMBERS,
    lambda q, A, B, W: [is_bit(q), q * W - 1 >= A - B, (q - 1) * (W - 1) <= A - B, W >= 1],
)
PARITY = Fold({"x": Bits}, lambda: {"q": 0}, lambda q, x: {"q": relu(q - x) + relu(x - q)}, lambda q: q)
PARITIES = Contract(
    lambda y, sign: [is_bit(y), 1 - 2 * y == sign], {"sign": sign_product("x")}, lambda q, sign: [is_bit(q), 1 - 2 * q == sign]
)
SQUARE = Fold(
    {},
    lambda x: {"y": x, "f": x},
    tooth,
    lambda f: {"out": f},
    fixed={"x": Box(0, 1)},
    units={"U": (1, Fraction(1, 4))},
)
SQUARES = Contract(
    lambda out, x, U: [out >= x**2, out <= x**2 + U / 4],
    invariant=lambda y, f, x, U: [f - x**2 == U * (y - y**2), y >= 0, y <= 1],
)
SHORTEST = Fold(
    {"a": Reals, "b": Reals}, lambda a, b: {"m": a + b}, lambda m, a, b: {"m": a + b - relu(a + b - m)}, lambda m: m, first=1
)
MINIMA = Fold({"a": Reals, "b": Reals}, lambda: {"m": 0}, lambda m, a, b: {"m": m + b - relu(b - a)}, lambda m: m)
DISTANCE = Fold({"a": Reals, "b": Reals}, lambda: {"m": 0}, lambda m, a, b: {"m": m + relu(a - b) + relu(b - a)}, lambda m: m)
POSITIVE = Fold({"x": Reals}, lambda: {"m": 0}, lambda m, x: {"m": m + relu(x)}, lambda m: m)
MONOTONE = Fold(
    {"a": Reals, "d": NonNegative},
    lambda: {"u": 0, "v": 0},
    lambda u, v, a, d: {"u": u + relu(a), "v": v + relu(a + d)},
    lambda u, v: {"p": u, "q": v},
)
CAPPED = Fold(
    {"x": NonNegative}, lambda v: {"m": v}, lambda m, x, v: {"m": m - x + relu(x - m)}, lambda m: m, fixed={"v": NonNegative}
)


def mapped(near: Any) -> Any:
    left, cell, right = near
    return {"x": cell.x + right.x - relu(cell.x + right.x - 1) - relu(left.x + cell.x + right.x - 2)}


def meant(near: Any) -> Any:
    left, cell, right = (part.x for part in near)
    return {"x": cell + right - cell * right - left * cell * right}


def relaxed(direct: Any, first: Any, second: Any) -> Any:
    return direct - relu(direct - first - second)


def machine(near: Any) -> Any:
    """The two-state busy beaver: a the symbol, A and B the head in a state, H the halted head."""
    left, here, right = near
    return {
        "a": here.a + relu(here.A - here.a) + relu(here.B - here.a),
        "A": relu(right.B - right.a),
        "B": relu(left.A - left.a) + relu(right.A + right.a - 1),
        "H": here.H + relu(left.B + left.a - 1),
    }


def machine_meant(near: Any) -> Any:
    left, here, right = near
    return {
        "a": here.a + (here.A + here.B) * (1 - here.a),
        "A": right.B * (1 - right.a),
        "B": left.A * (1 - left.a) + right.A * right.a,
        "H": here.H + left.B * left.a,
    }


WIRES = ("a", "A", "B", "H")
MACHINE = Automaton(dict.fromkeys(WIRES, Bits), machine, dict.fromkeys(WIRES, 0))
HALTS = LocalRule(
    machine_meant,
    lambda a, A, B, H: [is_bit(wire) for wire in (a, A, B, H)],
    heads=lambda A, B, H: A + B + H,
    moves=lambda a, A, B, H: [A * (1 - a) + B * a, H, A * a + B * (1 - a)],
)
AUTOMATON = Automaton({"x": Bits}, mapped, {"x": 0})
STAGES, SIGNED = Stages(NonNegative, relaxed), Stages(Reals, relaxed)
SORT = OddEvenSort(Reals, lambda a, b: {"high": b + relu(a - b), "low": a - relu(a - b)})
RULE = LocalRule(meant, lambda x: [is_bit(x)])
BELOW = Everywhere(lambda D, d, i, j: D[i, j] <= d[i, j])
TRIANGLE = Everywhere(lambda D, i, j, l: D[i, j] <= D[i, l] + D[l, j], finished="l")  # noqa: E741
SHORT = StageContract([Everywhere(lambda D, i, j: D[i, j] >= 0), BELOW, TRIANGLE])
WALKS = replace(SHORT, walks=True)
METRIC = StageContract(
    [Everywhere(lambda D, E, i, j: D[i, j] >= E[i, j])],
    ["E"],
    [Everywhere(lambda E, d, i, j: E[i, j] <= d[i, j]), Everywhere(lambda E, i, j, l: E[i, j] <= E[i, l] + E[l, j])],  # noqa: E741
)
ATTAINED = StageContract([BELOW], each=lambda new, direct, first, second: [(new - direct) * (new - first - second) == 0])


def approximation(x: Any, m: int) -> Fraction:
    """The interpolant of the square at the multiples of 2^-m."""
    low = Fraction(x * 2**m // 1, 2**m)
    high = low + Fraction(1, 2**m)
    return low**2 + (x - low) * (low + high)


SAMPLES = [
    Sample("maximum by a chain", CHAIN, MAXIMUM, lambda x: [max(x)]),
    Sample("maximum by any tree", TREE, MAXIMUM, lambda x: [max(x)]),
    Sample(
        "minimum by any tree",
        LEAST,
        Contract(lambda y, t: [y == t], {"t": least("x")}, lambda m, t: [m == t]),
        lambda x: [min(x)],
    ),
    Sample(
        "min-plus inner product",
        SHORTEST,
        Contract(lambda y, t: [y == t], {"t": least(lambda a, b: a + b)}, lambda m, t: [m == t]),
        lambda a, b: [min(p + q for p, q in zip(a, b, strict=True))],
    ),
    Sample(
        "sum of minima",
        MINIMA,
        Contract(lambda y, t: [y == t], {"t": sum_of(lambda a, b: minimum(a, b))}, lambda m, t: [m == t]),
        lambda a, b: [sum(map(min, a, b))],
    ),
    Sample(
        "distance in the sum norm",
        DISTANCE,
        Contract(lambda y, t: [y == t], {"t": sum_of(lambda a, b: absolute(a - b))}, lambda m, t: [m == t]),
        lambda a, b: [sum(abs(p - q) for p, q in zip(a, b, strict=True))],
    ),
    Sample(
        "bounds of a sum of positive parts",
        POSITIVE,
        Contract(
            lambda y, t, u: [y >= 0, y >= t, y <= u],
            {"t": sum_of("x"), "u": sum_of(lambda x: absolute(x))},
            lambda m, t, u: [m >= 0, m >= t, m <= u],
        ),
        lambda x: [sum(max(v, 0) for v in x)],
    ),
    Sample(
        "what is left of a stock",
        CAPPED,
        Contract(
            lambda y, t, v: [y >= 0, y >= v - t, y <= v, y <= 10],
            {"t": sum_of("x")},
            lambda m, t, v: [m >= 0, m >= v - t, m <= v],
            premises=lambda v: [v <= 10],
            witness={"v": 1},
        ),
        lambda x, v: [max([v - sum(x), *[0] * len(x)])],
    ),
    Sample(
        "monotone sums",
        MONOTONE,
        Contract(lambda p, q: [p <= q], {}, lambda u, v: [u <= v]),
        lambda a, d: [sum(max(v, 0) for v in a), sum(max(v + w, 0) for v, w in zip(a, d, strict=True))],
    ),
    Sample(
        "ripple adder",
        adder(),
        ADDER,
        lambda a, b: bits_of(word(a) + word(b), len(a) + 1),
    ),
    Sample(
        "ripple subtractor",
        Fold({"a": Bits, "b": Bits}, lambda: {"c": 0}, subtract, lambda c: c, units={"W": (1, 2)}),
        SUBTRACTOR,
        lambda a, b: [*bits_of((word(a) - word(b)) % 2 ** len(a), len(a)), int(word(a) < word(b))],
    ),
    Sample("comparison", COMPARISON, COMPARES, lambda a, b: [int(word(a) >= word(b))]),
    Sample("parity", PARITY, PARITIES, lambda x: [sum(x) % 2]),
]
ARRAYS = [
    Sample("rule 110, any tape, any time", AUTOMATON, RULE, lambda x: x),
    Sample("a Turing machine, any tape, any time", MACHINE, HALTS, lambda x: x),
    Sample("shortest paths: below d, triangle", STAGES, SHORT, lambda d: d),
    Sample("shortest paths: least length of a walk", STAGES, WALKS, lambda d: d),
    Sample("shortest paths: above every metric", SIGNED, METRIC, lambda d: d),
    Sample("shortest paths: attained", SIGNED, ATTAINED, lambda d: d),
    Sample("odd-even merge sort", SORT, Sorted(), lambda x: sorted(x, reverse=True)),
]
SQUARED = Sample("Yarotsky's square", SQUARE, SQUARES, lambda x: [x])  # its meaning depends on n: approximation(x, n)


@dataclass(frozen=True)
class Attack:
    """A statement that must not be proved. refuted: whether a small n shows that it is false, or it is only not inductive."""

    name: str
    family: Any
    contract: Any
    refuted: bool = True


def folded(inputs: Any, start: Any, step: Any, first: int = 0) -> Fold:
    return Fold(inputs, start, step, lambda m: m, first=first)


MEAN = Ghost(lambda x: x, merge=lambda left, right: (left.own + right.own) / 2)
DIFFERENCE = Ghost(lambda x: x, merge=lambda left, right: left.own - right.own)
EQUAL = lambda m, t: [m == t]  # noqa: E731
SAME = lambda y, t: [y == t]  # noqa: E731

ATTACKS = [
    # wrong wiring with a right step, and wrong steps
    Attack("the adder's carry is cut", adder(carry=lambda t, a, b, c: 0 * t), ADDER),
    Attack("the adder's carry comes from a", adder(carry=lambda t, a, b, c: a), ADDER),
    Attack("the adder's carry comes a step late", adder(carry=lambda t, a, b, c: c), ADDER),
    Attack("the adder's digit keeps the carry", adder(digit=lambda t, c: t), ADDER),
    Attack("the adder's digit is shifted", adder(digit=lambda t, c: t - c), ADDER),
    Attack(
        "the chain compares with the wrong sign",
        folded({"x": Reals}, lambda x: {"m": x}, lambda m, x: {"m": x + relu(x - m)}, 1),
        MAXIMUM,
    ),
    Attack("the chain forgets the state", folded({"x": Reals}, lambda x: {"m": x}, lambda m, x: {"m": x}, 1), MAXIMUM),
    Attack("half a comparator", folded({"x": Reals}, lambda x: {"m": x}, lambda m, x: {"m": x + relu(m - x) / 2}, 1), MAXIMUM),
    Attack(
        "comparison with its sides exchanged",
        replace(COMPARISON, step=lambda q, a, b: {"q": relu(b - a + q) - relu(b - a + q - 1)}),
        COMPARES,
    ),
    Attack("comparison that takes equal for less", replace(COMPARISON, start=lambda: {"q": 0}), COMPARES),
    Attack("parity that does not cancel", replace(PARITY, step=lambda q, x: {"q": q + relu(x - q)}), PARITIES),
    Attack("a tooth that is too steep", replace(SQUARE, step=lambda y, f, U: tooth(2 * y, f, U)), SQUARES),
    # merges that are not associative, leaves out of order
    Attack(
        "the mean as a merge",
        Tree({"x": Reals}, lambda x: {"m": x}, lambda left, right: {"m": (left.m + right.m) / 2}, lambda m: m),
        Contract(SAME, {"t": MEAN}, EQUAL),
    ),
    Attack(
        "the difference as a merge",
        Tree({"x": Reals}, lambda x: {"m": x}, lambda left, right: {"m": left.m - right.m}, lambda m: m),
        Contract(SAME, {"t": DIFFERENCE}, EQUAL),
    ),
    Attack(
        "the first leaf, of a network that gives the last",
        Tree({"x": Reals}, lambda x: {"m": x}, lambda left, right: {"m": right.m}, lambda m: m),
        Contract(SAME, {"t": Ghost(lambda x: x, merge=lambda left, right: left.own)}, EQUAL),
    ),
    Attack("the maximum of a tree of minima", LEAST, MAXIMUM),
    # off by one
    Attack("the adder starts with a carry", adder(start=1), ADDER),
    Attack("parity starts at 1", replace(PARITY, start=lambda: {"q": 1}), PARITIES),
    Attack(
        "the maximum starts from 0",
        folded({"x": Reals}, lambda: {"m": 0}, lambda m, x: {"m": x + relu(m - x)}),
        Contract(lambda y, t: [y == t], {"t": Ghost(-1, lambda own, x: maximum(own, x))}, EQUAL),
    ),
    Attack("the square's first tooth is too small", replace(SQUARE, units={"U": (HALF, Fraction(1, 4))}), SQUARES),
    Attack("the square's teeth shrink too slowly", replace(SQUARE, units={"U": (1, HALF)}), SQUARES),
    Attack(
        "the square within a fifth", SQUARE, replace(SQUARES, conclusion=lambda out, x, U: [out >= x**2, out <= x**2 + U / 5])
    ),
    # domains that are too large
    Attack("parity of numbers from 0 to 1", replace(PARITY, inputs={"x": Box(0, 1)}), PARITIES),
    Attack("the adder of numbers from 0 to 1", replace(adder(), inputs={"a": Bits, "b": Box(0, 1)}), ADDER),
    Attack("the square up to 2", replace(SQUARE, fixed={"x": Box(0, 2)}), SQUARES),
    # invariants that do not imply the claim, or are not kept, of networks that are right
    Attack("a maximum that is only at least", CHAIN, replace(MAXIMUM, invariant=lambda m, t: [m >= t]), refuted=False),
    Attack("no invariant", CHAIN, replace(MAXIMUM, invariant=None), refuted=False),
    Attack(
        "the adder's carry is any number",
        adder(),
        replace(ADDER, invariant=lambda c, A, B, N, W: [N + W * c == A + B]),
        refuted=False,
    ),
    Attack(
        "comparison from one side",
        COMPARISON,
        replace(COMPARES, invariant=lambda q, A, B, W: [is_bit(q), q * W - 1 >= A - B, W >= 1]),
        refuted=False,
    ),
    Attack(
        "the teeth leave the interval",
        SQUARE,
        replace(SQUARES, invariant=lambda y, f, x, U: [f - x**2 == U * (y - y**2)]),
        refuted=False,
    ),
    # facts that are too strong
    Attack("a maximum that is larger than all", CHAIN, replace(MAXIMUM, conclusion=lambda y, t: [y > t])),
    Attack("a digit that is 0", adder(), replace(ADDER, each=lambda s: [s == 0])),
    Attack(
        "an invariant that is false at n = 5 only",
        folded({}, lambda: {"m": 0}, lambda m: {"m": m + 1}),
        Contract(lambda y, n: [y == n, (n - 5) ** 2 > 0], {}, lambda m, k: [m == k]),
    ),
    Attack(
        "n is at most 6, which small n do not refute",
        folded({}, lambda: {"m": 0}, lambda m: {"m": m + 1}),
        Contract(lambda y: [y <= 6], {}, lambda m, k: [m == k]),
        refuted=False,
    ),
    # arrays
    Attack("rule 110 with its neighbours exchanged", replace(AUTOMATON, step=lambda near: mapped(near[::-1])), RULE),
    Attack(
        "rule 110 that forgets the three ones",
        replace(AUTOMATON, step=lambda near: {"x": near[1].x + near[2].x - relu(near[1].x + near[2].x - 1)}),
        RULE,
    ),
    Attack("rule 110 of numbers from 0 to 1", replace(AUTOMATON, cell={"x": Box(0, 1)}), RULE),
    Attack("rule 110 with a pad that is no bit", replace(AUTOMATON, pad={"x": 2}), RULE),
    Attack("rule 110 without the invariant", AUTOMATON, replace(RULE, invariant=None), refuted=False),
    Attack("shortest paths without d >= 0", SIGNED, StageContract([BELOW, TRIANGLE])),
    Attack(
        "a stage that reads D[i,k] twice", Stages(NonNegative, lambda direct, first, second: relaxed(direct, first, first)), SHORT
    ),
    Attack("a stage that takes the sum", Stages(NonNegative, lambda direct, first, second: first + second), SHORT),
    Attack(
        "a stage that takes the maximum",
        Stages(NonNegative, lambda direct, first, second: direct + relu(first + second - direct)),
        SHORT,
    ),
    Attack("a triangle before its stage", STAGES, replace(SHORT, claims=[BELOW, replace(TRIANGLE, finished="")]), refuted=False),
    Attack("above what is no metric", SIGNED, replace(METRIC, premises=METRIC.premises[:1])),
    Attack("above a metric that is not below d", SIGNED, replace(METRIC, premises=METRIC.premises[1:])),
    Attack(
        "a comparator that exchanges",
        OddEvenSort(Reals, lambda a, b: {"high": a - relu(a - b), "low": b + relu(a - b)}),
        Sorted(),
    ),
    Attack("a comparator that passes on", OddEvenSort(Reals, lambda a, b: {"high": a, "low": b}), Sorted()),
    Attack("half a comparator in a sort", OddEvenSort(Reals, lambda a, b: {"high": b + relu(a - b), "low": b}), Sorted()),
    Attack(
        "a comparator that keeps the sum only",
        OddEvenSort(Reals, lambda a, b: {"high": (a + b) / 2, "low": (a + b) / 2}),
        Sorted(),
    ),
]


def increment(c: Any, v: Any) -> Any:
    both = relu(c + v - 1)
    return {"c": both, "s": v + c - 2 * both}


def multiply(c: Any, v: Any, a: Any, x: Any) -> Any:
    """A digit of v + x a with a carry: t = v + x a + c is from 0 to 3."""
    t = v + relu(x + a - 1) + c
    carry = relu(t - 1) - relu(t - 2)
    return {"c": carry, "s": t - 2 * carry}


INCREMENT = Fold({"v": Bits}, lambda x: {"c": x}, increment, lambda c: {"carry": c}, fixed={"x": Bits}, units={"U": (1, 2)})
INCREMENTS = Contract(
    lambda carry, V, N, U, x: [is_bit(carry), N + U * carry == V + x],
    {"V": number_of("v", "U"), "N": number_of("s", "U")},
    lambda c, V, N, U, x: [is_bit(c), N + U * c == V + x],
    each=lambda s: [is_bit(s)],
)
POPCOUNT = Calls(INCREMENT, {"v": "s"})
COUNTS = Contract(
    lambda v, T: [v == T],
    {"T": count_of("x")},
    lambda v, T, k: [v == T, k >= T],
    premises=lambda W, n: [n + 1 <= W],
    witness={"n": 1, "p": 1},
    block=INCREMENTS,
)
ADDITION = Fold(
    {"v": Bits, "a": Bits}, lambda: {"c": 0}, multiply, lambda c: {"carry": c}, fixed={"x": Bits}, units={"U": (1, 2)}
)
ADDS = Contract(
    lambda carry, V, A, N, U, x: [is_bit(carry), N + U * carry == V + x * A],
    {"V": number_of("v", "U"), "A": number_of("a", "U"), "N": number_of("s", "U")},
    lambda c, V, A, N, U, x: [is_bit(c), N + U * c == V + x * A],
    each=lambda s: [is_bit(s)],
)
PRODUCT = Calls(ADDITION, {"v": Shifted("s", top="carry", out="lo")})
MULTIPLIES = Contract(
    lambda v, a, B, E, R: [E + R * v == a * B],
    {"B": number_of("x", "R"), "E": number_of("lo", "R")},
    lambda v, a, B, E, R: [E + R * v == a * B],
    each=lambda lo: [is_bit(lo)],
    block=ADDS,
)
CALLS = [
    Sample("popcount", POPCOUNT, COUNTS, lambda x, p: bits_of(int(sum(x)), p)),
    Sample("multiplication by repeated addition", PRODUCT, MULTIPLIES, lambda x, a: bits_of(word(x) * word(a), len(x) + len(a))),
]


def one_more(emit: Any, outputs: Any = lambda c: {"carry": c}, start: Any = lambda x: {"c": x}) -> Fold:
    """The block of popcount with other digits, outputs or start."""
    return Fold(
        {"v": Bits},
        start,
        lambda c, v, x: {"c": relu(c + v - 1), **emit(c, v, x)},
        outputs,
        fixed={"x": Bits},
        units={"U": (1, 2)},
    )


UNCARRIED = Fold(
    {"v": Bits},
    lambda x: {"c": x},
    lambda c, v: {"c": c, "s": v - c},
    lambda c: {"carry": c},
    fixed={"x": Bits},
    units={"U": (1, 2)},
)
NOISY = one_more(lambda c, v, x: {"s": v + c - 2 * relu(c + v - 1), "noise": 3})
ATTACKS += [
    Attack("popcount without a bound on n", POPCOUNT, replace(COUNTS, premises=None)),
    Attack("popcount of n <= 2^p", POPCOUNT, replace(COUNTS, premises=lambda W, n: [n <= W])),
    Attack("popcount that counts one more", POPCOUNT, replace(COUNTS, conclusion=lambda v, T: [v == T + 1])),
    Attack("popcount without the bound on the count", POPCOUNT, replace(COUNTS, invariant=lambda v, T: [v == T]), refuted=False),
    Attack(
        "popcount of digits that are no bits",
        Calls(UNCARRIED, {"v": "s"}),
        Contract(
            lambda v, T, W: [v == T - T * W],
            {"T": count_of("x")},
            lambda v, T, W: [v == T - T * W],
            block=replace(
                INCREMENTS,
                conclusion=lambda carry, V, N, U, x: [carry == x, N + U * carry == V + x],
                invariant=lambda c, V, N, U, x: [c == x, N + U * c == V + x],
                each=lambda s: [s <= 1],
            ),
        ),
    ),
    Attack(
        "popcount with a block that always adds",
        Calls(one_more(lambda c, v, x: {"s": v + c - 2 * relu(c + v - 1)}, start=lambda: {"c": 1}), {"v": "s"}),
        COUNTS,
    ),
    Attack(
        "noise that is spelled as if it were bits",
        Calls(NOISY, {"v": "s"}),
        replace(
            COUNTS,
            conclusion=lambda v, n: [n * (v - 7) == 0],
            invariant=lambda v, k: [k * (v - 7) == 0],
            block=Contract(
                lambda G, U: [G == 3 * U - 3],
                {"G": number_of("noise", "U")},
                lambda G, U, c: [G == 3 * U - 3, is_bit(c)],
                each=lambda s: [is_bit(s)],
            ),
        ),
    ),
    Attack("noise in the place of digits", Calls(NOISY, {"v": "noise"}), replace(COUNTS, premises=None)),
    Attack(
        "a product that does not shift",
        Calls(ADDITION, {"v": "s"}),
        replace(
            MULTIPLIES,
            ghosts={"B": MULTIPLIES.ghosts["B"]},
            invariant=lambda v, a, B: [v == a * B],
            conclusion=lambda v, a, B: [v == a * B],
            each=None,
        ),
    ),
    Attack(
        "a product with its last carry cut", Calls(replace(ADDITION, outputs=lambda: {"carry": 0}), PRODUCT.state), MULTIPLIES
    ),
    Attack(
        "a product of numbers that are no bits",
        Calls(replace(ADDITION, fixed={"x": Box(0, 1)}), PRODUCT.state),
        MULTIPLIES,
    ),
    Attack(
        "a product with the digits put out too early",
        PRODUCT,
        replace(MULTIPLIES, conclusion=lambda v, a, B, E, R: [2 * E + R * v == a * B]),
    ),
    Attack(
        "a product whose block is known to be a bit only",
        PRODUCT,
        replace(MULTIPLIES, block=replace(ADDS, conclusion=lambda carry: [is_bit(carry)])),
        refuted=False,
    ),
]


def twice(near: Any) -> Any:
    """The machine, but from A on 0 the head goes both ways."""
    return machine(near) | {"B": machine(near)["B"] + relu(near[2].A - near[2].a)}


def twice_meant(near: Any) -> Any:
    return machine_meant(near) | {"B": machine_meant(near)["B"] + near[2].A * (1 - near[2].a)}


ATTACKS += [
    Attack("a machine with any number of heads", MACHINE, replace(HALTS, heads=None, moves=None)),
    Attack("a head that goes to the wrong side", replace(MACHINE, step=lambda near: machine(near[::-1])), HALTS),
    Attack("heads that may be two", MACHINE, replace(HALTS, heads=lambda A, B, H: (A + B + H) / 2)),
    Attack("heads that are not counted when they halt", MACHINE, replace(HALTS, heads=lambda A, B: A + B), refuted=False),
    Attack(
        "more moves than there is",
        MACHINE,
        replace(HALTS, moves=lambda a, A, B, H: [A + B, H, A + B]),
        refuted=False,
    ),
    Attack(
        "moves that are negative",
        MACHINE,
        replace(HALTS, moves=lambda a, A, B, H: [A * (1 - a) + B * a - 1, H + 2, A * a + B * (1 - a) - 1]),
        refuted=False,
    ),
    Attack("a head that goes both ways", replace(MACHINE, step=twice), replace(HALTS, means=twice_meant), refuted=False),
    Attack(
        "a head that goes both ways, and the moves say so",
        replace(MACHINE, step=twice),
        replace(HALTS, means=twice_meant, moves=lambda a, A, B, H: [A * (1 - a) + B * a, H, A + B * (1 - a)]),
        refuted=False,
    ),
]
ATTACKS += [
    Attack("walks without the triangle", STAGES, StageContract([BELOW], walks=True), refuted=False),
    Attack("walks without the edge", STAGES, replace(WALKS, claims=[SHORT.claims[0], TRIANGLE]), refuted=False),
    Attack("walks of signed lengths", SIGNED, WALKS),
    Attack(
        "an entry that is no length of a walk",
        Stages(NonNegative, lambda direct, first, second: relaxed(direct, first, second) / 2),
        StageContract([BELOW], walks=True),
    ),
    Attack(
        "a stage that joins an entry with itself",
        Stages(NonNegative, lambda direct, first, second: relaxed(direct, first, first)),
        WALKS,
    ),
    Attack(
        "a stage that does nothing", Stages(NonNegative, lambda direct, first, second: direct), StageContract([BELOW], walks=True)
    ),
]
