"""Rules for arrays: a local map on the cells of a tape, stages of relaxation on a square array, odd-even merge sort.

Cells and entries are fresh variables, so an obligation holds wherever they stand. Equal indices need no case of their own:
what is shown of two variables is true of one number in both places.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product as tuples
from typing import Any

from .domain import BITS, Domain, contains
from .exact import Work, rational, require
from .files import fields, integer, items
from .proof import ONE, RELATIONS, ZERO, Fact, Polynomial, at_least, combined, equal, product, value_at, variable
from .scene import Obligation, Scene, facts_in, polynomial_of, polynomials_of, sets_of

LETTERS = "ijlm"


def cells(family: Any, contract: Any, work: Work) -> list[Obligation]:
    """A tape of any length, all cells of which are mapped at once, any number of times; beyond its ends stand pads.

    The ghost is the map that is meant. On cells with the invariant both are the same, and the invariant is kept. With `heads`
    the tape holds at most one of something at the start, and always, since what a cell has is the sum of what cells near it
    had and gave: parts that are >= 0 and at most what they had. So the cells near one hold at most one in all.
    """
    inputs, reach, pad, nodes, state, _ = fields(family, "cells", "inputs", "reach", "pad", "nodes", "state", "rule")
    more = ["heads"] if type(contract) is dict and "heads" in contract else []
    ghosts, invariant, *heads = fields(contract, "the contract", "ghosts", "invariant", *more)
    define, becomes = fields(ghosts, "the ghosts", "nodes", "step")
    sets, width = sets_of(inputs), 2 * integer(reach, "the reach", 0, 8) + 1
    size = len(sets)
    require(len(items(state, "the state")) == len(items(becomes, "the ghosts")) == size > 0, "a cell must become a cell")

    start = Scene(work)
    wanted = facts_in(invariant, start.free(sets), work)
    outside = Scene(work)
    ends = outside.named([{(): rational(q, "a pad")} for q in items(pad, "the pad", size, size)])
    kept = facts_in(invariant, ends, work)

    step = Scene(work)
    near = [step.reals(size) for _ in range(width)]
    step.given += [fact for cell in near for fact in facts_in(invariant, cell, work)]
    table = [v for cell in near for v in cell]
    after = step.named(polynomials_of(state, step.define(nodes, list(table), units=()), work, ()))
    meant = step.named(polynomials_of(becomes, step.define(define, list(table)), work))
    same = [equal(variable(v), variable(w)) for v, w in zip(after, meant, strict=True)]
    same += facts_in(invariant, after, work)
    found = [("start", start, wanted), ("pad", outside, kept), ("step", step, same)]
    for raw in heads:
        count, moves, witness = fields(raw, "the heads", "count", "moves", "witness")
        parts = items(moves, "what moves", width, width)
        cell = [rational(q, "the witness") for q in items(witness, "the witness", size, size)]
        none = value_at(polynomial_of(count, range(size), work), cell, work) == 0
        require(none and contains(Domain(tuple(sets)), cell, work), "the witness must be a cell of the inputs without heads")
        kept.append(equal(polynomial_of(count, ends, work), {}))
        had = combined(*((1, polynomial_of(count, cell, work)) for cell in near))
        step.given.append(at_least({(): 1}, had))
        given = combined(*((1, polynomial_of(part, cell, work)) for part, cell in zip(parts, near, strict=True)))
        same.append(equal(polynomial_of(count, after, work), given))
        alone = Scene(work)
        own = alone.reals(size)
        alone.given += facts_in(invariant, own, work)
        gives = [polynomial_of(part, own, work) for part in parts]
        total = combined(*((1, part) for part in gives))
        enough = [at_least(part, {}) for part in gives] + [at_least(polynomial_of(count, own, work), total)]
        found.append(("heads", alone, enough))
    return found


Claim = tuple[list[tuple[str, str, str]], str, str, Any]  # what is read: an array and two letters; finished letters; REL, POLY


def stages(family: Any, contract: Any, work: Work) -> list[Obligation]:
    """A square array D, at first the given one d; stage k replaces every entry at once, from D[i,j], D[i,k] and D[k,j].

    A claim speaks of entries of D, d and of arrays E that are given with premises, for all indices, some of which may have to
    be finished: stages that have been. At the end all are. With `walks` D[i,j] is the least length of a walk from i to j: at
    most that of every walk, by induction along it, and the length of one, since a stage keeps an entry or joins two that meet.
    """
    inputs, nodes, state, _ = fields(family, "stages", "inputs", "nodes", "state", "rule")
    more = ["walks"] if type(contract) is dict and "walks" in contract else []
    others, premises, raw, each, *walks = fields(contract, "the contract", "others", "premises", "claims", "each", *more)
    (entry,) = sets_of(items(inputs, "the sets", 1, 1))
    count = integer(others, "the number of other arrays", 0, 4)
    arrays = ["D", "d", *(f"E{e}" for e in range(count))]
    given = [_claim(part, arrays[1:]) for part in items(premises, "the premises")]
    claims = [_claim(part, arrays) for part in items(raw, "the claims", 1)]
    require(not given or count, "premises are about other arrays")
    require(all(not finished for _, finished, *_ in given), "a premise has no finished indices")
    spoken = all(_speaks_of_another(claim, work) for claim in claims)
    require(not count or spoken, "with other arrays every claim must speak of one")
    require(not count or (each == [] and not walks), "with other arrays nothing is said of a stage alone")
    require(all(said is True for said in walks), "walks must be true, or left out")

    class Entries:
        """The entries of all arrays in one scene, by letters, each made when it is first read."""

        def __init__(self) -> None:
            self.scene = Scene(work)
            self.made: dict[tuple[str, str, str], int] = {}

        def __call__(self, array: str, i: str, j: str) -> int:
            if (array, i, j) not in self.made:
                self.made[array, i, j] = self.scene.add(entry) if array == "d" else self.scene.reals(1)[0]
            return self.made[array, i, j]

        def fact(self, claim: Claim, places: dict[str, str], new: Any = None) -> Fact:
            """The claim at these indices; new: what reads the entries of D instead."""
            reads, _, relation, polynomial = claim
            replaced = new if new is not None else (lambda i, j: self("D", i, j))
            table = [replaced(places[i], places[j]) if a == "D" else self(a, places[i], places[j]) for a, i, j in reads]
            return polynomial_of(polynomial, table, work), relation

        def instances(self, known: Sequence[Claim], letters: Sequence[str], finished: Sequence[str]) -> None:
            """Give every claim at all these letters, with those that must be finished among the finished ones."""
            for claim in known:
                own = letters_of(claim)
                for chosen in tuples(letters, repeat=len(own)):
                    places = dict(zip(own, chosen, strict=True))
                    if all(places[v] in finished for v in claim[1]):
                        self.scene.given.append(self.fact(claim, places))

    found: list[Obligation] = []
    for c, claim in enumerate(claims):
        own = letters_of(claim)
        if not claim[1]:
            base = Entries()
            base.instances(given, own, ())
            found.append((f"base {c}", base.scene, [base.fact(claim, {v: v for v in own}, lambda i, j, b=base: b("d", i, j))]))
        for choice in tuples((False, True), repeat=len(claim[1])):
            last = {v for v, now in zip(claim[1], choice, strict=True) if now}
            step = Entries()
            places = {v: "k" if v in last else v for v in own}
            letters = list(dict.fromkeys([*places.values(), "k"]))
            step.instances(given, letters, ())
            step.instances(claims, letters, [v for v in claim[1] if v not in last])

            def new(i: str, j: str, step: Entries = step) -> int:
                table = [step("D", i, j), step("D", i, "k"), step("D", "k", j)]
                made = step.scene.define(nodes, table, units=())
                return step.scene.named([polynomial_of(state, made, work, ())])[0]

            found.append((f"stage {c}", step.scene, [step.fact(claim, places, new)]))
    alone = Entries()
    table = [alone("D", "i", "j"), alone("D", "i", "k"), alone("D", "k", "j")]
    before = list(table)
    after = alone.scene.named([polynomial_of(state, alone.scene.define(nodes, table, units=()), work, ())])
    wanted = facts_in(each, after + before, work)
    for _ in walks:
        direct, joined = [(1, variable(after[0])), (-1, variable(before[0]))], [(-1, variable(v)) for v in before[1:]]
        wanted.append((product(combined(*direct), combined(direct[0], *joined), work), "=="))
        walk = Entries()
        walk.instances(claims, "ijm", "ijm")
        (length,) = walk.scene.reals(1)
        so_far, ends = [variable(walk(*entry)) for entry in (("D", "i", "j"), ("D", "i", "m"))]
        edge = variable(walk("d", "j", "m"))
        walk.scene.given.append(at_least(variable(length), so_far))
        one = at_least(variable(walk("d", "i", "j")), so_far)
        found.append(("walk", walk.scene, [one, at_least(combined((1, variable(length)), (1, edge)), ends)]))
    return [*found, *([("each", alone.scene, wanted)] if wanted else [])]


def sort(family: Any, contract: Any, work: Work) -> list[Obligation]:
    """Batcher's odd-even merge sort of any number of reals, largest first: it sorts if its comparator gives maximum, minimum.

    At a threshold a sorted list is ones and then zeros, entry i is [i < c]. Two such lists with c and c' ones give E with e and
    O with o ones, e - o from 0 to 2; that each output i of the merge is [i < e + o] is shown place by place, for integers.
    """
    inputs, nodes, high, low, _ = fields(family, "a sort", "inputs", "nodes", "high", "low", "rule")
    (order,) = fields(contract, "the contract", "order")
    require(len(sets_of(inputs)) == 1 and order == "decreasing", "a sort has one set and gives a decreasing order")
    compared = Scene(work)
    a, b = compared.reals(2)
    found = compared.named(polynomials_of([high, low], compared.define(nodes, [a, b], units=()), work, ()))
    meant = [compared.add((operation, [variable(a), variable(b)], 0)) for operation in ("max", "min")]
    same = [equal(variable(v), variable(w)) for v, w in zip(found, meant, strict=True)]
    return [("comparator", compared, same), *(_places(name, work) for name in ("places", "last of O", "last of E", "two"))]


def _places(name: str, work: Work) -> Obligation:
    """What stands where in a merge: entry i is 1 if i < (the number of ones), with high as "or" and low as "and"."""
    scene, wanted = Scene(work), list[Fact]()
    (i, o, h), (r, t) = scene.above(3, 0, strictly=False), scene.free([BITS, BITS])
    place, ones, more = variable(i), variable(o), combined((1, variable(o)), (1, variable(r)), (1, variable(t)))
    both, one = combined((1, ones), (1, more)), combined((1, ONE))

    def less(a: Polynomial, b: Polynomial) -> Polynomial:
        """A bit that is 1 exactly if a < b, for integers: then a + 1 <= b, and else a >= b."""
        z = variable(scene.free([BITS])[0])
        scene.given.append((product(z, combined((1, b), (-1, a), (-1, one)), work), ">="))
        scene.given.append((product(combined((1, one), (-1, z)), combined((1, a), (-1, b)), work), ">="))
        return z

    def at(factor: int, shift: int) -> Polynomial:
        return combined((factor, place), (shift, one))

    if name == "places":  # even and odd places of a list with 2 h + r ones; the first of E; O_i compared with E_(i+1)
        half, count = variable(h), combined((2, variable(h)), (1, variable(r)))
        wanted += [equal(less(at(2, 0), count), less(place, combined((1, half), (1, variable(r)))))]
        wanted += [equal(less(at(2, 1), count), less(place, half)), equal(less(ZERO, more), less(ZERO, both))]
        odd, even = less(place, ones), less(at(1, 1), more)
        low = product(odd, even, work)
        wanted += [equal(combined((1, odd), (1, even), (-1, low)), less(at(2, 1), both)), equal(low, less(at(2, 2), both))]
    elif name == "last of O":  # O_i without a partner: E ends before i + 1
        scene.given.append(at_least(at(1, 1), more))
        wanted.append(equal(less(place, ones), less(at(2, 1), both)))
    elif name == "last of E":  # E_(i+1) without a partner: O ends before i
        scene.given.append(at_least(place, ones))
        wanted.append(equal(less(at(1, 1), more), less(at(2, 1), both)))
    else:  # two lists of one number
        a, b, both = variable(r), variable(t), combined((1, variable(r)), (1, variable(t)))
        low = product(a, b, work)
        wanted += [equal(combined((1, a), (1, b), (-1, low)), less(ZERO, both)), equal(low, less(one, both))]
    return name, scene, wanted


def _speaks_of_another(claim: Claim, work: Work) -> bool:
    """Whether an entry of another array stays in the polynomial when equal terms are put together."""
    reads, _, _, raw = claim
    form = polynomial_of(raw, [reads.index(read) for read in reads], work)
    return any(q and any(reads[v][0][0] == "E" for v in monomial) for monomial, q in form.items())


def letters_of(claim: Claim) -> list[str]:
    """The indices of a claim, each once."""
    return list(dict.fromkeys(letter for _, i, j in claim[0] for letter in (i, j)))


def _claim(raw: Any, arrays: Sequence[str]) -> Claim:
    reads, finished, relation, polynomial = items(raw, "a claim", 4, 4)
    read = []
    for part in items(reads, "what a claim reads", 1, 8):
        array, i, j = items(part, "an entry", 3, 3)
        require(array in arrays and i in LETTERS and j in LETTERS, f"an entry is of {', '.join(arrays)} at letters of {LETTERS}")
        require(type(i) is str and type(j) is str and len(i) == len(j) == 1, "an index is one letter")
        read.append((str(array), i, j))
    known = {letter for _, i, j in read for letter in (i, j)}
    done = items(finished, "the finished indices", 0, 4)
    require(all(v in known for v in done) and len(set(done)) == len(done), "a finished index must be read, and named once")
    require(relation in RELATIONS, f"the relation of a fact must be one of {', '.join(RELATIONS)}")
    return read, "".join(done), str(relation), polynomial
