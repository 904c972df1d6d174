"""Small true certificates about families, one or two for each rule and method, and whether others of their kind are true.

The proofs are found by proofcheck, not written by hand; what is asked of the kernel is what it makes of them once changed.
The truth about a changed statement is looked for at small n, by evaluation: it is found false there, or only sampled.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import cache
from itertools import islice, product
from math import prod
from typing import Any

from proofcheck import Bits, Reals, inputs, network, relu, sizes
from proofcheck.checkers.certificates import certificate_of
from proofcheck.checkers.families.induction import induction
from proofcheck.checkers.families.reachable import counterexample
from proofcheck.checkers.task import Budget
from proofcheck.families import (
    Automaton,
    Contract,
    Each,
    FamilyStatement,
    Fold,
    InstanceStatement,
    LocalRule,
    Parallel,
    is_bit,
    number_of,
)
from proofcheck.families.arrays import mapped, ordered, staged
from proofcheck.families.calls import Calls, called_over
from proofcheck.families.composition import asked, bound_by, flat, lengths_at, run, shapes
from proofcheck.families.growth import closed_forms
from proofcheck.families.statement import GrowthStatement
from proofcheck.families.unroll import SPLITS, evaluated, folded, merged
from proofcheck.networks import Network, network_bytes
from tests.families import composed
from tests.families import samples as known

FLIP = Fold({"v": Bits}, lambda: {"c": 0}, lambda c, v: {"c": c, "s": 1 - v}, lambda c: c, units={"U": (1, 2)}, fixed={"x": Bits})
FLIPS = Contract(
    lambda v, W: [v * (W - 1 - v) == 0],
    {},
    lambda v, W: [v * (W - 1 - v) == 0],
    block=Contract(
        lambda V, N, U: [N == U - 1 - V],
        {"V": number_of("v", "U"), "N": number_of("s", "U")},
        lambda V, N, U: [N == U - 1 - V],
        each=lambda s: [s * s == s],
    ),
)
SPREAD = Automaton({"x": Bits}, lambda near: {"x": relu(near[0].x + near[2].x - 1)}, {"x": 0})
SPREADS = LocalRule(lambda near: {"x": near[0].x * near[2].x}, lambda x: [is_bit(x)])
WALK = Automaton({"h": Bits}, lambda near: {"h": near[0].h}, {"h": 0})
WALKS = LocalRule(lambda near: {"h": near[0].h}, lambda h: [is_bit(h)], heads=lambda h: h, moves=lambda h: [h, 0, 0])
SHARING = Parallel(known.SHORTEST, shared=["a"])
MOST_INPUTS = 24  # at each n
PAIRS: dict[str, tuple[tuple[Any, Any], ...]] = {
    "induction, fold": ((known.CHAIN, known.MAXIMUM), (known.CAPPED, known.SAMPLES[7].contract)),
    "induction, tree": ((known.TREE, known.MAXIMUM),),
    "induction, calls": ((Calls(FLIP, {"v": "s"}), FLIPS),),
    "induction, cells": ((SPREAD, SPREADS),),
    "induction, heads": ((WALK, WALKS),),
    "induction, stages": ((known.SIGNED, known.ATTAINED),),
    "induction, sort": ((known.SORT, known.Sorted()),),
    "induction, walks": ((known.STAGES, known.WALKS),),
    "induction, parallel": ((SHARING, Each(composed.LENGTHS)),),
    "induction, sequence": ((composed.NORM, composed.COMPOSED[0].contract), (composed.MAXIMIN, composed.COMPOSED[2].contract)),
}
INSTANCES = ((known.CHAIN, (3,), None), (known.TREE, (4,), "halves"), (known.AUTOMATON, (2, 2), 2), (known.SORT, (3,), None),
             (known.STAGES, (2,), None), (known.POPCOUNT, (2, 2), 2), (SHARING, (2, 2), None),
             (composed.NORM, (3,), [None, "halves"]),
             (composed.MAXIMIN, (3, 2), [None, "halves"]))  # fmt: skip
COUNTED = ((SHARING, None, (1, 0), (1, 0), (lambda n: n - 1, lambda m, n: m * n - m)),
           (composed.MAXIMIN, [None, "power"], (1, 0, 1, 0, 0), (1, 0, 1, 0),
            (lambda n: n - 1, lambda n: n - 1, lambda m, n: m * n - 1)),
           (known.CAPPED, None, (1, 0), (1, 0), (lambda n: n,)),
           (known.POPCOUNT, None, (1, 0), (1, 0, 0), (lambda p: p, lambda n, p: n * p)),
           (known.SORT, None, (2,), (1,), (lambda k, P: 2 * k * P + 2, lambda k, P: P * (k * k - k + 4) / 2 - 2)))  # fmt: skip
ATTAINED = (
    (known.CHAIN, None, (1, 0), (1, 0)),
    (known.TREE, "power", (1, 0, 0), (1, 0)),
    (composed.NORM, [None, "halves"], (1, 0, 1, 0, 0), (0, 1, 1, 0)),
)
GROWTHS = ((composed.NORM, [None, "left"], (1, 0, 1, 0, 0), (0, 1, 1, 0)),
           (known.CAPPED, None, (2, 1), (1, 0)), (known.TREE, "power", (1, 0, 0), (1, 0)),
           (known.POPCOUNT, None, (1, 0), (1, 0, 0)),
           (known.AUTOMATON, None, (2,), (1,)), (known.SORT, None, (2,), (1,)))  # fmt: skip


@cache
def certified(name: str, place: int) -> bytes:
    """A certificate about a family."""
    family, contract = PAIRS[name][place]
    found = induction(FamilyStatement(family.data(), contract.data(family)), Budget(seconds=600))
    assert found.certificate is not None, found.reason
    return found.certificate


def instance(place: int) -> bytes:
    family, at, how = INSTANCES[place]
    made = family.network(*at)
    return certificate_of(
        "unrolling", InstanceStatement(family.data(), asked(family, at)[0], how, made.digest).json(), network=network_bytes(made)
    )


def growth(place: int) -> bytes:
    family, how, neurons, depth, *forms = [*GROWTHS, *COUNTED, *ATTAINED][place]
    exactly = closed_forms(family.data(), *forms) if forms else ()
    attained = place >= len(GROWTHS) + len(COUNTED)
    return certificate_of("growth", GrowthStatement(family.data(), how, neurons, depth, exactly, attained).json())


def family_truth(raw: Mapping[str, Any], made: Network | None) -> str:
    """ "false", or "sampled", of a statement about a family; made: the network that an instance speaks of."""
    if raw["claim"] == "family":
        statement = FamilyStatement(raw["family"], raw["contract"])
        return "sampled" if counterexample(statement, Budget(), MOST_INPUTS) is None else "false"
    family, how = raw["family"], raw["how"]
    if raw["claim"] == "instance":
        assert made is not None
        return "sampled" if _same(unrolled(family, raw["n"], how), made) and made.digest == raw["network"] else "false"
    if family["rule"] in ("parallel", "sequence"):
        return (
            "sampled"
            if all(_bounded(raw, list(sizes)) for sizes in product(range(1, 5), repeat=len(shapes(family)[2])))
            else "false"
        )
    for n in range(1, 6):
        for more in (1, 2, 3) if family["rule"] in ("cells", "calls") else (0,):
            counted = sizes(unrolled(family, n, how or more or None))
            most = _bound(family, how, raw["neurons"], n, more), _bound(family, how, raw["depth"], n, more, deep=True)
            if counted.neurons > most[0] or counted.depth > most[1] or ("attained" in raw and counted.depth < most[1]):
                return "false"
            if "exactly" in raw and not _counted(family, raw["exactly"][-1], n, more):
                return "false"
    return "sampled"


def _bounded(raw: Mapping[str, Any], at: list[int]) -> bool:
    """Whether what is said of the sizes of copies or a sequence is true with these parameters, if there are such networks."""
    family = raw["family"]
    _, made, least = shapes(family)
    if any(a < b for a, (_, b) in zip(at, least, strict=True)) or not sum(map(prod, lengths_at(made, at))):
        return True
    counted = sizes(unrolled(family, at, raw["how"]))
    wide, deep = (_most(family, raw["how"], list(raw[key]), at, key == "depth") for key in ("neurons", "depth"))
    fits = counted.neurons <= wide and counted.depth <= deep and ("attained" not in raw or counted.depth == deep)
    return fits and ("exactly" not in raw or evaluated(raw["exactly"][-1], at) == _neurons(family, at))


def _inner(family: Mapping[str, Any], at: Sequence[int]) -> list[int]:
    """The parameters of the second part."""
    bound = bound_by(family["first"], family["second"])
    assert bound is not None
    return [at[p] - less for p, less in bound]


def _most(family: Mapping[str, Any], how: Any, factors: list[int], at: Sequence[int], deep: bool) -> int:
    """The bound that factors say, which are taken from the list part by part."""
    if family["rule"] == "parallel":
        return _most(family["block"], how, factors, at[1:], deep) * (1 if deep else at[0])
    if family["rule"] == "sequence":
        first = _most(family["first"], how[0], factors, at, deep)
        return first + _most(family["second"], how[1], factors, _inner(family, at), deep)
    count = {"fold": 2, "calls": 3 if deep else 2, "tree": 2 if deep else 3}.get(family["rule"], 1)
    own = factors[:count]
    del factors[:count]
    return _bound(family, how, own, at[0], at[-1] if family["rule"] == "calls" else 1, deep)


def _neurons(family: Mapping[str, Any], at: Sequence[int]) -> int:
    """How many neurons the blocks have, with those that nothing depends on."""

    def of(nodes: Any) -> int:
        return sum(kind != "identity" for kind, *_ in nodes)

    rule, n = family["rule"], at[0]
    if rule == "parallel":
        return n * _neurons(family["block"], at[1:])
    if rule == "sequence":
        return _neurons(family["first"], at) + _neurons(family["second"], _inner(family, at))
    if rule == "fold":
        return of(family["nodes"]) * (n - family["first"]) + of(family["last"])
    return of(family["leaf"]["nodes"]) * n + of(family["merge"]["nodes"]) * (n - 1) + of(family["last"])


def unrolled(family: Mapping[str, Any], n: Any, how: Any) -> Network:
    """The network of a family at n, by the library's own unrolling; the sets of inputs are not those of the family."""
    rule = family["rule"]
    if rule in ("parallel", "sequence"):
        lengths = lengths_at([shape for _, shape in shapes(family)[0]], n)
        ports = [inputs(*length, on=Reals, name=f"x{i}") for i, length in enumerate(lengths)]
        return network([value for group in run(family, n, how, ports) for value in flat(group)], ports)
    if rule == "calls":
        block = family["block"]
        x = [list(inputs(n, on=Reals, name=f"x{i}")) for i in range(len(block["fixed"]))]
        a = [list(inputs(how, on=Reals, name=f"a{i}")) for i in range(len(block["inputs"]) - len(family["state"]))]
        out, words = called_over(family, [[*row] for row in zip(*x, strict=True)] if x else [[]] * n, a, how)
        put_out = [value for column in zip(*out, strict=True) for value in column]
        return network([*put_out, *(bit for word in words for bit in word)], [*x, *a])
    if rule == "stages":
        d = inputs(n, n, on=Reals, name="d")
        return network(staged(family, d), d)
    x = [list(inputs(n, on=Reals, name=f"x{i}")) for i in range(len(family["inputs"]))]
    rows = [[*row] for row in zip(*x, strict=True)] if x else [[] for _ in range(n)]
    if rule == "fold":
        f = [inputs(on=Reals, name=f"f{i}") for i in range(len(family["fixed"]))]
        emitted, ends = folded(family, rows, f)
        return network([*(value for column in zip(*emitted, strict=True) for value in column), *ends], [*x, *f])
    if rule == "tree":
        return network(merged(family, rows, SPLITS[how]), x)
    if rule == "cells":
        for _ in range(how):
            rows = mapped(family, rows)
        return network([row[w] for w in range(len(family["inputs"])) for row in rows], x)
    return network(ordered(family, x[0]), x)


def _counted(family: Mapping[str, Any], form: Any, n: int, more: int) -> bool:
    """Whether a closed form is the number of neurons that the blocks have at n; of a sort at 2^(n - 1)."""
    rule = family["rule"]

    def of(nodes: Any) -> int:
        return sum(kind != "identity" for kind, *_ in nodes)

    def compared(size: int) -> int:
        return 0 if size == 1 else 2 * compared(size // 2) + joined(size // 2)

    def joined(size: int) -> int:
        return 1 if size == 1 else 2 * joined(size // 2) + size - 1

    if rule == "fold":
        return evaluated(form, [n]) == of(family["nodes"]) * (n - family["first"]) + of(family["last"])
    if rule == "calls":
        return evaluated(form, [n, more]) == n * (more * of(family["block"]["nodes"]) + of(family["block"]["last"]))
    if rule == "sort":
        return evaluated(form, [n - 1, 2 ** (n - 1)]) == of(family["nodes"]) * compared(2 ** (n - 1))
    raise ValueError(f"no sample has a closed form for {rule}")


def _same(one: Network, other: Network) -> bool:
    """Whether two networks have the same outputs at some inputs."""
    if (one.input_count, len(one.output)) != (other.input_count, len(other.output)):
        return False
    draw = random.Random(1)
    points = ([Fraction(draw.randrange(-9, 9), draw.choice([1, 2, 3])) for _ in range(one.input_count)] for _ in range(40))
    return all(one(point) == other(point) for point in islice(points, 40))


def _bound(family: Mapping[str, Any], how: Any, factors: Sequence[int], n: int, more: int, deep: bool = False) -> int:
    """The bound that factors say, by docs/formats.md."""
    rule, levels = family["rule"], (n - 1).bit_length()
    if rule == "fold":
        return factors[0] * (n - family["first"]) + factors[1]
    if rule == "calls":
        shifted = any(top is not None for _, top in family["state"])
        way = 2 * n + more - 2 if shifted else n + more - 1
        return factors[0] * way + factors[1] * n + factors[2] if deep else factors[0] * n * more + factors[1] * n
    if rule == "tree":
        joined = levels if how in ("halves", "power") else n - 1
        return factors[0] * joined + factors[1] if deep else factors[0] * (n - 1) + factors[1] * n + factors[2]
    if rule == "cells":
        return factors[0] * more * (1 if deep else n)
    if rule == "stages":
        return factors[0] * (n if deep else n**3)
    return factors[0] * levels * (levels + 1) // 2 if deep else factors[0] * n * levels * (levels + 1) // 4


SAMPLES = {name: tuple((lambda name=name, i=i: certified(name, i)) for i in range(len(pairs))) for name, pairs in PAIRS.items()}
SAMPLES |= {
    "unrolling": tuple((lambda i=i: instance(i)) for i in range(len(INSTANCES))),
    "growth": tuple((lambda i=i: growth(i)) for i in range(len(GROWTHS) + len(COUNTED) + len(ATTAINED))),
}
