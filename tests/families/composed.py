"""Families made of families, with contracts that are true for every n, and statements about them that must not be proved."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from proofcheck import Bits, Box, NonNegative, Reals, relu
from proofcheck.families import (
    Contract,
    Each,
    Fold,
    Parallel,
    Series,
    Sorted,
    Then,
    Tree,
    is_bit,
    largest,
    least,
    number_of,
)
from tests.families.samples import (
    ATTAINED,
    CAPPED,
    CHAIN,
    LEAST,
    MAXIMUM,
    SAMPLES,
    SHORTEST,
    SIGNED,
    SORT,
    TREE,
    Attack,
    Sample,
    adder,
    word,
)

SIZES = Fold({"x": Reals}, None, lambda x: {"z": 2 * relu(x) - x})
SIZED = Contract(each=lambda z, x: [z >= 0, z * z == x * x])
TALLEST = Tree({"z": NonNegative}, lambda z: {"m": z}, TREE.merge, lambda m: m)
TALL = Contract(lambda y, t: [y == t], {"t": largest("z")}, lambda m, t: [m == t])
NORM = Series(SIZES, TALLEST)
LENGTHS = next(s for s in SAMPLES if s.family is SHORTEST).contract
PRODUCTS = Parallel(Parallel(SHORTEST, shared=["a"]), shared=["b"])
ROWS = replace(CHAIN, step=lambda m, x: {"m": x - relu(x - m)})
LOWEST = Contract(lambda y, t: [y == t], {"t": least("x")}, lambda m, t: [m == t])
MAXIMIN = Series(Parallel(ROWS), TREE)
OPPOSITES = Fold({"a": Bits, "b": Bits}, None, lambda a, b: {"p": a, "q": 1 - b})
OPPOSED = Contract(each=lambda p, q, a, b: [p == a, q == 1 - b])
CARRIES = replace(adder(start=1), inputs={"p": Bits, "q": Bits}, step=lambda c, p, q: adder(start=1).step(c, p, q))
CARRIED = Contract(
    lambda y, A, B, N, W: [is_bit(y), N + W * y == A + B + 1],
    {"A": number_of("p", "W"), "B": number_of("q", "W"), "N": number_of("s", "W")},
    lambda c, A, B, N, W: [is_bit(c), N + W * c == A + B + 1],
    each=lambda s: [is_bit(s)],
)
DIFFERENCES = Series(OPPOSITES, CARRIES)
STOCKS = Parallel(CAPPED, shared=["v"])
STOCK = next(s for s in SAMPLES if s.family is CAPPED).contract
SECOND_LARGEST = Series(SORT, Fold({"x": Reals}, lambda x: {"m": x}, lambda x: {"m": x}, lambda m: m, first=1))
LAST = Contract(lambda y, t: [y == t], {"t": replace(largest("x"), step=lambda x: x)}, lambda m, t: [m == t])


def rows(values: list[Any], size: int) -> list[list[Any]]:
    return [values[k : k + size] for k in range(0, len(values), size)]


def products(a: list[Any], b: list[Any], n: int) -> list[Any]:
    return [min(p + q for p, q in zip(row, column, strict=True)) for row in rows(a, n) for column in rows(b, n)]


COMPOSED = [
    Sample("largest size: sizes, then any tree", NORM, Then(SIZED, TALL), lambda x: [max(map(abs, x))]),
    Sample("min-plus product of matrices: copies of copies", PRODUCTS, Each(Each(LENGTHS)), lambda x: x),
    Sample("largest of least entries: copies, then any tree", MAXIMIN, Then(Each(LOWEST), MAXIMUM), lambda x: x),
    Sample("difference: complements, then a ripple adder", DIFFERENCES, Then(OPPOSED, CARRIED), lambda a, b: [word(a), word(b)]),
    Sample("what is left of stocks, copies that share v", STOCKS, Each(STOCK), lambda x: x),
    Sample("the least, as the last of a sort", SECOND_LARGEST, Then(Sorted(), LAST), lambda x: [min(x)]),
]
"""The meaning of a sample with copies is in `meant`, which knows how many there are."""


def meant(sample: Sample, x: list[Any], *at: int) -> list[Any]:
    """The outputs in plain Python."""
    if sample.family is PRODUCTS:
        return products(x[: at[0] * at[2]], x[at[0] * at[2] :], at[2])
    if sample.family is MAXIMIN:
        return [max(map(min, rows(x, at[1])))]
    if sample.family is STOCKS:
        return [max([x[-1] - sum(row), 0]) for row in rows(x[:-1], at[1])]
    if sample.family is DIFFERENCES:
        a, b = word(x[: at[0]]), word(x[at[0] :])
        return [*((a - b) % 2 ** at[0] >> i & 1 for i in range(at[0])), int(a >= b)]
    return sample.meaning(x)


SUMS = Fold({"z": Box(0, 1)}, lambda: {"m": 0}, lambda m, z: {"m": m + z}, lambda m: m)
SHARES = Parallel(
    Fold({"x": Box(0, 1)}, lambda f: {"m": f}, lambda m, x: {"m": m - relu(m - x)}, lambda m: m, fixed={"f": Box(0, 1)}),
    shared=["f"],
)
SHARED = Contract(lambda y, f: [y >= 0, y <= f], {}, lambda m, f: [m >= 0, m <= f])
ORDERED = Fold({"a": Reals, "b": Reals}, None, lambda a, b: {"p": b + relu(a - b), "q": a - relu(a - b)})
ABOVE = Contract(each=lambda p, q: [p >= q])
GAPS = Fold({"p": Reals, "q": Reals}, lambda: {"m": 0}, lambda m, p, q: {"m": m + p - q}, lambda m: m)
GAP = Contract(lambda y: [y >= 0], {}, lambda m: [m >= 0])

ATTACKS = [
    # wrong wiring
    Attack(
        "sizes handed on beside the numbers themselves",
        Series(replace(SIZES, step=lambda x: {"z": x}), TALLEST),
        Then(Contract(each=lambda z, x: [z == x]), TALL),
    ),
    Attack(
        "complements of the wrong number",
        Series(replace(OPPOSITES, step=lambda a, b: {"p": 1 - a, "q": b}), CARRIES),
        Then(OPPOSED, CARRIED),
    ),
    Attack(
        "a second part that starts with no carry",
        Series(OPPOSITES, replace(CARRIES, start=lambda: {"c": 0})),
        Then(OPPOSED, CARRIED),
    ),
    Attack("the least of rows, then the least", Series(Parallel(ROWS), LEAST), Then(Each(LOWEST), MAXIMUM)),
    Attack("copies of a chain of minima, claimed to be maxima", Parallel(ROWS), Each(MAXIMUM)),
    # what is put out is not what comes next asks for
    Attack(
        "sizes that are not known to be sizes",
        NORM,
        Then(replace(SIZED, each=lambda z, x: [z * z == x * x]), TALL),
        refuted=False,
    ),
    Attack(
        "half a size",
        Series(replace(SIZES, step=lambda x: {"z": relu(x) - x / 2 - 1}), TALLEST),
        Then(Contract(each=lambda z: [z >= -1]), TALL),
    ),
    Attack(
        "digits from 0 to 1 for bits",
        Series(replace(OPPOSITES, inputs={"a": Bits, "b": Box(0, 1)}), CARRIES),
        Then(OPPOSED, CARRIED),
    ),
    Attack("what several outputs have in common", Series(ORDERED, GAPS), Then(ABOVE, GAP), refuted=False),
    Attack("numbers sorted, for which none need be above 0", Series(SORT, TALLEST), Then(Sorted(), TALL)),
    Attack("entries of stages, of which nothing is handed on", Series(SIGNED, Parallel(TALLEST)), Then(ATTAINED, Each(TALL))),
    # joint claims about copies that share an input
    Attack(
        "shares of one f, claimed to add up to f",
        Series(SHARES, SUMS),
        Then(Each(SHARED), Contract(lambda y: [y <= 1], {}, lambda m: [m <= 1])),
    ),
    Attack("premises on what copies share, dropped", STOCKS, Each(replace(STOCK, premises=None, witness={}))),
    # off by one
    Attack(
        "running maxima, one fewer than there are numbers",
        Series(Fold({"x": Reals}, lambda x: {"m": x}, lambda m, x: {"m": x + relu(m - x), "e": m}, None, first=1), TREE),
        Then(
            Contract(each=lambda e, t: [e == t], ghosts={"t": largest("x")}, invariant=lambda m, t: [m == t]),
            replace(MAXIMUM, conclusion=lambda y, t: [y == t + 1]),
        ),
    ),
]
