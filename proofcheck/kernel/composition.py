"""Families made of families: copies side by side, and one after another. Of a part nothing is known but its contract.

A contract speaks of one copy, so that what is claimed of copies is a fact about each, never about several. What comes second
holds of all inputs in its sets, so it is enough that what comes first puts out members of these.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .domain import BITS, Grid, Intervals
from .exact import Rejected, Work, require
from .files import fields, integer, items
from .proof import LARGEST_DEGREE, ONE, Fact, Polynomial, at_least, combined, product, variable
from .scene import REALS, Obligation, Scene, facts_in, sets_of

Shape = tuple[tuple[int, int], ...]  # the length of each index: a parameter of the family, less a number
Set = Grid | Intervals
Ports = tuple[list[tuple[str, Set, Shape]], list[tuple[str, Shape]], list[tuple[str, int]]]
ROW: Shape = ((0, 0),)
DEEPEST = 8


def parts_of(family: Any, contract: Any) -> list[tuple[str, Any, Any]]:
    """The parts of copies or of a sequence, each with its name and its contract; none of another family."""
    rule = rule_of(family)
    if rule == "parallel":
        return [("copy", fields(family, "copies", "block", "shared", "rule")[0], contract)]
    if rule != "sequence":
        return []
    parts, contracts = (fields(whole, "a sequence", "first", "second", *more) for whole, *more in ((family, "rule"), (contract,)))
    return list(zip(("first", "second"), parts[:2], contracts, strict=True))


def between(family: Any, contract: Any, work: Work) -> list[Obligation]:
    """Of a sequence: whatever the first part puts out lies in the set of the input of the second that it becomes."""
    ports_of(family)  # the shapes are right
    if rule_of(family) == "parallel":
        return []
    taken = ports_of(family["second"])[0]
    require(not _premised(family["second"], contract["second"]), "what comes second holds of all inputs, without premises")
    scene = Scene(work)
    made = _put_out(scene, family["first"], contract["first"], work)
    wanted = [fact for v, (_, values, _) in zip(made, taken, strict=True) for fact in _members(v, values, work)]
    return [("between", scene, wanted)]


def rule_of(family: Any) -> str:
    """The name of the rule."""
    rule = family.get("rule") if type(family) is dict else None
    return rule if type(rule) is str else ""


def ports_of(family: Any, depth: int = DEEPEST) -> Ports:
    """The inputs, each with name, set and shape; the outputs, with name and shape; the parameters, each with its least value.

    Parameters: n, behind it T of cells and p of calls; of copies m before those of one; of a sequence those of its first part.
    """
    rule = rule_of(family)
    require(depth, f"families are made of families at most {DEEPEST} deep")
    if rule == "parallel":
        block, raw, _ = fields(family, "copies", "block", "shared", "rule")
        inputs, outputs, least = ports_of(block, depth - 1)
        shared = items(raw, "whether inputs are shared", *[len(inputs)] * 2)
        require(all(type(same) is bool for same in shared), "whether an input is shared must be true or false")

        def copied(shape: Shape, same: bool = False) -> Shape:
            moved = tuple((p + 1, less) for p, less in shape)
            return moved if same else (*ROW, *moved)

        own = [(name, values, copied(shape, same)) for (name, values, shape), same in zip(inputs, shared, strict=True)]
        inner = [(f"m{int(name[1:] or 0) + 1}" if name[0] == "m" else name, q) for name, q in least]
        return own, [(name, copied(shape)) for name, shape in outputs], [("m", 1), *inner]
    if rule == "sequence":
        *parts, _ = fields(family, "a sequence", "first", "second", "rule")
        before, behind = (ports_of(part, depth - 1) for part in parts)
        (inputs, _, least), (_, outputs, needed), bound = before, behind, binding(before, behind)
        for (p, less), (_, q) in zip(bound, needed, strict=True):
            least[p] = least[p][0], max(least[p][1], q + less)
        return inputs, [(name, tuple((bound[p][0], bound[p][1] + less) for p, less in shape)) for name, shape in outputs], least

    def named(letter: str, sets: Sequence[Set], shape: Shape) -> list[tuple[str, Set, Shape]]:
        return [(f"{letter}{i}", values, shape) for i, values in enumerate(sets)]

    def outputs_of(letter: str, made: Sequence[Any], shape: Shape) -> list[tuple[str, Shape]]:
        return [(f"{letter}{i}", shape) for i in range(len(made))]

    if rule == "calls":
        block, state, word = family["block"], family["state"], ((1, 0),)
        given = [BITS] * (len(block["inputs"]) - len(state))
        put_out = [top for _, top in state if top is not None]
        inputs = named("x", sets_of(block["fixed"]), ROW) + named("a", given, word)
        return inputs, outputs_of("e", put_out, ROW) + outputs_of("v", state, word), [("n", 0), ("p", 1)]
    require(rule in ("fold", "tree", "cells", "stages", "sort"), "a family has no rule, or another one")
    sets, n = sets_of(items(family["inputs"], "the sets", 1, 1) if rule in ("stages", "sort") else family["inputs"]), [("n", 1)]
    if rule == "stages":
        return named("d", sets, ROW * 2), [("D", ROW * 2)], n
    if rule == "tree":
        return named("x", sets, ROW), outputs_of("y", family["outputs"], ()), n
    if rule == "fold":
        first, fixed = integer(family["first"], "the first n", 0, 1), named("f", sets_of(family["fixed"]), ())
        outputs = outputs_of("e", family["emit"], ((0, first),)) + outputs_of("y", family["outputs"], ())
        return named("x", sets, ROW) + fixed, outputs, [("n", first)]
    return named("x", sets, ROW), outputs_of("x" if rule == "cells" else "y", sets, ROW), n + [("T", 0)] * (rule == "cells")


def binding(before: Ports, behind: Ports) -> list[tuple[int, int]]:
    """Of a sequence: what each parameter of the second part is, a parameter of the first less a number.

    Output i of the first part is input i of the second, and has its shape: equal as functions of the parameters, not at some n.
    """
    made, (taken, _, least) = before[1], behind
    require(len(made) == len(taken), f"the first part has {len(made)} outputs, the second {len(taken)} inputs")
    bound: dict[int, tuple[int, int]] = {}
    for (name, have), (other, _, want) in zip(made, taken, strict=True):
        same = len(have) == len(want) and all(bound.setdefault(p, a) == a for a, (p, _) in zip(have, want, strict=True))
        require(same, f"{name} of the first part and {other} of the second have different lengths, as functions of n")
    require(len(bound) == len(least), "the second part has a parameter, of copies or steps, that none of its inputs shows")
    return [bound[p] for p in range(len(least))]


def steps_of(scene: Scene, family: Any, contract: Any, work: Work) -> tuple[list[int], list[int]]:
    """What a fold puts out at an arbitrary step, and at the end, with what its contract says of these."""
    count, first, units = len(contract["ghosts"]["step"]), family["first"], len(family["units"])
    made, ends, g = (scene.reals(size) for size in (len(family["emit"]), len(family["outputs"]), count))
    x, places = scene.free(sets_of(family["inputs"])), scene.above(2, first, strictly=False)
    f, u = scene.free(sets_of(family["fixed"])), scene.above(2 * units, 0, strictly=True)
    scene.given += facts_in(contract["premises"], f, work)
    scene.given += facts_in(contract["each"], made + g + x + f + u[:units] + places[:1], work)
    g = scene.reals(count)
    scene.given += facts_in(contract["conclusion"], ends + g + f + u[units:] + places[1:], work)
    return made, ends


def _put_out(scene: Scene, family: Any, contract: Any, work: Work) -> list[int]:
    """A variable for each output, at one place, with what is known of it by the contract."""
    rule = family["rule"]
    if rule == "parallel":
        return _put_out(scene, family["block"], contract, work)
    if rule == "sequence":
        return _put_out(scene, family["second"], contract["second"], work)
    if rule == "fold":
        made, ends = steps_of(scene, family, contract, work)
        return made + ends
    sets: Sequence[Set] = [REALS] * len(ports_of(family)[1])
    if rule in ("calls", "sort"):  # words are of bits, and a sort puts out what it reads
        sets = [BITS] * len(sets) if rule == "calls" else sets_of(family["inputs"])
    made = scene.free(sets)
    if rule == "tree":
        g = scene.reals(len(contract["ghosts"]["leaf"]))
        scene.given += facts_in(contract["conclusion"], made + g, work)
    if rule == "cells":
        scene.given += facts_in(contract["invariant"], made, work)
    return made


def _members(v: int, values: Set, work: Work) -> list[Fact]:
    """The facts that a variable lies in a set."""
    x = variable(v)
    if isinstance(values, Intervals):
        if len(values.parts) > 1:
            raise Rejected("an input of what comes second must be of one interval, or one of a few numbers")
        ((low, high),) = values.parts
        above = [at_least(x, {(): low})] if low is not None else []
        return above + ([at_least({(): high}, x)] if high is not None else [])
    require(values.count <= LARGEST_DEGREE, f"an input of what comes second must be one of at most {LARGEST_DEGREE} numbers")
    root: Polynomial = ONE
    for k in range(values.count):
        root = product(root, combined((1, x), (-(values.low + k * values.step), ONE)), work)
    return [(root, "==")]


def _premised(family: Any, contract: Any) -> bool:
    """Whether a contract holds of some inputs only."""
    parts = parts_of(family, contract)
    return any(_premised(part, own) for _, part, own in parts) if parts else bool(contract.get("premises") or "heads" in contract)
