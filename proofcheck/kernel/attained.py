"""The depth of a family is not only bounded but attained, for every n: a path of that many neurons is followed step by step.

Steps are unrolled one after another, with affine nodes put into what reads them, so that nothing cancels unseen. A neuron is on a
path if it reads one of its own step or of the step before with a coefficient that is not 0. No other step has those, so from the
second step on the coefficients are the same at each, as nothing is multiplied, by a unit or by a state that is a number at some
steps; once all paths have grown by as much in a step, they do so for ever.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from typing import Any

from .composition import ports_of
from .exact import Rejected, Work, require
from .growth import growth_of
from .unrolling import Form, Unrolled

MOST_STEPS = 64
UNKNOWN = -1 << 62  # the length where no path is followed


def check_attained(family: Any, how: Any, factors: Sequence[int], work: Work, each: bool = False) -> None:
    """Rejected unless some output has the depth that these factors say, for every n; with `each` every one, at all places."""
    rule = family["rule"]
    if rule == "parallel":
        return check_attained(family["block"], how, factors, work, each)
    if rule == "sequence":
        # a path through the second part begins at an input, which is an output of the first; no other one may cancel that
        before, size = family["first"], len(growth_of(family["first"], how[0])[1])
        alone = len(ports_of(before)[1]) == 1 and not _shared(before)
        require(alone, "that the depth is attained is shown where the first part has one output, and what it reads is not shared")
        check_attained(before, how[0], factors[:size], work, True)
        return check_attained(family["second"], how[1], factors[size:], work, each)
    if rule in ("calls", "sort") or (each and rule in ("cells", "stages")):
        raise Rejected(f"that the depth is attained is not shown of a family by the rule {rule}")
    made, fresh = Unrolled(0, work, products=False), count(-2, -1)  # inputs are -2, -3, ..., apart from all neurons
    known: dict[int, int] = {}  # the inputs and neurons that a path may come from, with the number of neurons on it

    def inputs(size: int, begins: bool = False) -> list[Form]:
        places = [next(fresh) for _ in range(size)]
        known.update(dict.fromkeys(places, 0) if begins else {})
        return [{v: 1} for v in places]

    def run(nodes: Any, table: Sequence[Form]) -> list[Form]:
        """The table with the values of a block behind it, whose neurons become known."""
        begin = len(made.neurons)
        values = made.define(nodes, table)
        for v, (_, _, form) in enumerate(made.neurons[begin:], made.inputs + begin):
            lengths = [known[w] for w in form if w in known]
            known.update({v: 1 + max(lengths)} if lengths else {})
        return values

    def long(forms: Sequence[Form]) -> list[int]:
        return [max([known[v] for v in form if v in known], default=UNKNOWN) for form in forms]

    a, b, first = factors[0], [*factors, 0][1], family.get("first", 0)
    x, f = (inputs(len(family.get(key, [])), True) for key in ("inputs", "fixed"))
    u = inputs(len(family.get("units", [])))  # whatever they are: a coefficient with a unit is none that stays the same
    t, state, block, following = 0, x, family.get("nodes"), family.get("state")
    if rule == "fold":
        state, t = made.several(family["init"], x * first + f), 0
        require(not each or not (family["emit"] and (family["state"] or family["outputs"])), "not every output is as deep")
    elif rule == "tree":
        block, following = family["merge"]["nodes"], family["merge"]["state"]
        state = made.several(family["leaf"]["state"], run(family["leaf"]["nodes"], x))
    elif rule == "stages":  # entry 0, 0: at stage 0 all that it reads is itself
        following = [family["state"]]
        t, state = 1, made.several(following, run(block, x * 3))
    emitted, patterns = list[int](), list[list[int]]()
    while True:
        before = dict(known)
        ends = state
        if rule in ("fold", "tree"):
            ends = made.several(family["outputs"], run(family["last"], [*state, *f, *u]))
        lengths = emitted + long(ends)
        known = dict(before)
        if t or first or rule != "fold":
            found = min(lengths) if each else max(lengths)
            has = f"after {t} steps {f'a path has {found} neurons' if found >= 0 else 'no path is left'}"
            require(found == a * t + b, f"{has}, and the depth is said to be {a * t + b}")
        if len(patterns) > 1 and patterns[-1] == patterns[-2]:
            return None
        require(t < MOST_STEPS, f"paths do not grow alike within {MOST_STEPS} steps")
        x = x if t == 0 and not first else inputs(len(x), a == 0)
        aside = inputs((len(state) if rule != "cells" else len(x) * family["reach"]) * (2 if rule == "stages" else 1))
        table = [*state, *x, *f, *u] if rule == "fold" else [*aside, *state] if how == "right" else [*state, *aside]
        values = run(block, [*aside, *state, *aside] if rule == "cells" else table)
        emitted = long(made.several(family.get("emit", []), values))
        state, t = made.several(following, values), t + 1
        patterns.append([q - a * t if q >= 0 else UNKNOWN for q in long(values[len(values) - len(block) :])])
        known = {v: q for v, q in known.items() if v not in before or (a == 0 and {v: 1} in x)}


def _shared(family: Any) -> bool:
    """Whether outputs at different places read the same inputs."""
    if family["rule"] == "sequence":
        return _shared(family["first"]) or _shared(family["second"])
    return any(family["shared"]) or _shared(family["block"]) if family["rule"] == "parallel" else bool(family.get("fixed"))
