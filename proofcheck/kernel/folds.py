"""A state that runs through n steps: folds, and words of p bits at each step of which a proved fold is called over their places.

The induction is the same: an invariant holds at the start, is kept by an arbitrary step, and implies the conclusion. Of a call
only the contract of the fold that is called is known, and that contract is shown in the same proof, so none rests on itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from .composition import steps_of
from .domain import BITS, Domain, Grid, Intervals, contains
from .exact import Number, Work, rational, require
from .files import fields, integer, items
from .proof import at_least, combined, equal, value_at, variable
from .scene import Obligation, Scene, facts_in, polynomial_of, polynomials_of, sets_of

CONTRACT = ("ghosts", "premises", "witness", "invariant", "each", "conclusion")
BIT, DOUBLING = ["grid", "0x0", "0x1", 2], ["0x1", "0x2"]


@dataclass(frozen=True)
class Run:
    """A state that runs through n steps, as a rule describes it to the induction; each part adds to the scene of an obligation.

    fixed: the variables f that all steps share, with what is given of them. start: the state from x_0 (if first is 1) and f.
    step: from state, x, f, units and k the next state, and what is put out. last: the outputs.
    """

    first: int
    read: Sequence[Grid | Intervals]
    units: Sequence[Sequence[Number]]
    size: int
    fixed: Callable[[Scene], list[int]]
    start: Callable[[Scene, list[int]], list[int]]
    step: Callable[[Scene, list[int], list[int], list[int], list[int], int], tuple[list[int], list[int]]]
    last: Callable[[Scene, list[int], list[int], list[int], int], list[int]]


def fold(family: Any, contract: Any, work: Work) -> list[Obligation]:
    """A block for each step: its state and outputs from the state before, the inputs of the step, fixed inputs and units."""
    keys = ("first", "inputs", "fixed", "units", "init", "nodes", "state", "emit", "last", "outputs")
    first, inputs, fixed, units, init, nodes, state, emit, last, outputs, _ = fields(family, "a fold", *keys, "rule")
    pairs = [[rational(q, "a unit") for q in items(unit, "a unit", 2, 2)] for unit in items(units, "the units")]
    kept, size = sets_of(fixed), len(items(state, "the state"))
    require(size == len(items(init, "the start")), "start and step have different lengths")
    _, premises, witness, *_ = parts = fields(contract, "the contract", *CONTRACT)
    numbers = [rational(q, "the witness") for q in items(witness, "the witness", *[len(kept)] * 2)]
    require(contains(Domain(tuple(kept)), numbers, work), "the witness lies outside the sets of the fixed inputs")
    _satisfied(premises, numbers, work)

    def step(scene: Scene, s: list[int], x: list[int], f: list[int], u: list[int], k: int) -> tuple[list[int], list[int]]:
        table = scene.define(nodes, s + x + f + u, units=u)
        after, made = (scene.named(polynomials_of(raw, table, work, u)) for raw in (state, emit))
        return after, made

    def end(scene: Scene, s: list[int], f: list[int], u: list[int], k: int) -> list[int]:
        return scene.named(polynomials_of(outputs, scene.define(last, s + f + u, units=u), work, u))

    run = Run(
        integer(first, "the first n", 0, 1),
        sets_of(inputs),
        pairs,
        size,
        lambda scene: scene.free(kept),
        lambda scene, xf: scene.named(polynomials_of(init, xf, work, ())),
        step,
        end,
    )
    return _induction(run, parts, work)


def calls(family: Any, contract: Any, work: Work) -> list[Obligation]:
    """Words of p bits, at first 0: at each step the block, a fold, runs over their places, and what it puts out is their next.

    A variable stands for the number that a word spells. Its block reads the words of the state, then the given words, place by
    place, and the inputs of the step as its fixed inputs. A word becomes the digits e of the block; or, with an output y of the
    block, these without the first and with y behind the last, and the first is put out. Fixed are the numbers of the given
    words, W = 2^p and n; the one unit is R = 2^k.
    """
    block, state, _ = fields(family, "calls", "block", "state", "rule")
    *parts, of_block = fields(contract, "the contract", *CONTRACT, "block")
    require(type(block) is dict and block.get("rule") == "fold" and block.get("first") == 0, "a fold from 0 on is called")
    proved = [(f"block {name}", scene, wanted) for name, scene, wanted in fold(block, of_block, work)]  # and well-formed
    width, e, y = (len(block[key]) for key in ("inputs", "emit", "outputs"))
    require(of_block["premises"] == [], "what is called holds of all inputs: the contract of a block has no premises")
    require(block["inputs"] == [BIT] * width and block["units"] == [DOUBLING], "words are of bits, the unit of a block is 2^k")
    moves = [items(move, "a word of the state", 2, 2) for move in items(state, "the state", 1, width)]
    digits = [integer(j, "the digits of a word", 0, e - 1) for j, _ in moves]
    tops = [None if j is None else integer(j, "the last digit of a word", 0, y - 1) for _, j in moves]
    given, ghosts, inputs = width - len(moves), of_block["ghosts"], sets_of(block["fixed"])
    spelled = _spelled(block, ghosts, work)
    n_and_p = [integer(q, "the witness", 0, 4096) for q in items(parts[2], "the witness, n and p", 2, 2)]
    require(n_and_p[1] > 0, "a word has a place")
    _satisfied(parts[1], [0] * given + [1 << n_and_p[1], n_and_p[0]], work)

    def number(scene: Scene, W: int) -> int:
        (word,) = scene.above(1, 0, strictly=False)
        scene.given.append(at_least(combined((1, variable(W)), (-1, {(): 1})), variable(word)))
        return word

    def fixed(scene: Scene) -> list[int]:
        (W,), (n,) = scene.above(1, 2, strictly=False), scene.above(1, 0, strictly=False)
        return [*(number(scene, W) for _ in range(given)), W, n]

    def step(scene: Scene, s: list[int], x: list[int], f: list[int], u: list[int], k: int) -> tuple[list[int], list[int]]:
        W, n, words = *f[given:], [*s, *f[:given]]
        scene.given.append(at_least(variable(n), combined((1, variable(k)), (1, {(): 1}))))
        ends, p = scene.reals(y), scene.above(1, 1, strictly=False)
        made = [number(scene, W) if j in digits else scene.reals(1)[0] for j in range(e)]  # of others nothing is known
        own = [words[i] if kind == "inputs" else made[i] if kind else scene.reals(1)[0] for kind, i in spelled]
        scene.given += facts_in(of_block["conclusion"], ends + own + x + [W] + p, work)
        after, out = list[int](), list[int]()
        for j, top in zip(digits, tops, strict=True):
            after.append(made[j] if top is None else number(scene, W))
            if top is not None:  # the digits and y behind them spell the first digit and twice what follows it
                out += scene.free([BITS])
                whole = combined((1, variable(made[j])), (1, {tuple(sorted((W, ends[top]))): 1}))
                scene.given.append(equal(whole, combined((1, variable(out[-1])), (2, variable(after[-1])))))
        return after, out

    def end(scene: Scene, s: list[int], f: list[int], u: list[int], k: int) -> list[int]:
        scene.given.append(equal(variable(k), variable(f[-1])))
        return s

    bits = Scene(work)  # what becomes a digit of a word is a bit, wherever it is put out
    made, ends = steps_of(bits, block, of_block, work)
    used = [*(made[j] for j in digits), *(ends[top] for top in tops if top is not None)]
    wanted = [equal({(v, v): 1}, variable(v)) for v in used]

    run = Run(0, inputs, [[1, 2]], len(moves), fixed, lambda scene, _: scene.named([{}] * len(moves)), step, end)
    return [*proved, ("digits", bits, wanted), *_induction(run, parts, work)]


def _spelled(block: Any, ghosts: Any, work: Work) -> list[tuple[str, int]]:
    """Which ghosts of a block are, by their recursion, the number that an array spells: inputs or emit, its place; else ""."""
    begin, define, go_on = ghosts["init"], ghosts["nodes"], ghosts["step"]
    counts = {key: len(block[key]) for key in ("inputs", "fixed", "units", "emit")}
    table = range(len(go_on) + sum(counts.values()) + len(define))
    unit = len(go_on) + counts["inputs"] + counts["fixed"]
    arrays = [("inputs", len(go_on)), ("emit", unit + 1)]
    found = []
    for i, raw in enumerate(go_on):
        form = {m: q for m, q in polynomial_of(raw, table, work).items() if q}
        sums = {(kind, j): {(i,): 1, tuple(sorted((unit, at + j))): 1} for kind, at in arrays for j in range(counts[kind])}
        own = [key for key, sum_of_digits in sums.items() if form == sum_of_digits and begin[i] == []]
        found.append(own[0] if own else ("", 0))
    return found


def _induction(run: Run, parts: Sequence[Any], work: Work) -> list[Obligation]:
    """State and ghosts run through n steps: the invariant holds at the start, is kept by a step, and implies the conclusion."""
    ghosts, premises, _, invariant, each, conclusion = parts
    begin, define, go_on = fields(ghosts, "the ghosts", "init", "nodes", "step")
    count = len(items(go_on, "the ghosts"))
    require(count == len(items(begin, "the start")), "start and step have different lengths")
    starts, ratios = ([pair[i] for pair in run.units] for i in (0, 1))
    require(all(q > 0 for q in starts + ratios), "the start and the ratio of a unit must be positive")

    def scene() -> tuple[Scene, list[int], list[int], list[int], list[int], list[int]]:
        """An arbitrary step k: state, ghosts, what is fixed, units and k, with all that is known of them."""
        made = Scene(work)
        f, s, g = run.fixed(made), made.reals(run.size), made.reals(count)
        u, k = made.above(len(starts), 0, strictly=True), made.above(1, run.first, strictly=False)
        made.given += facts_in(premises, f, work) + facts_in(invariant, s + g + f + u + k, work)
        return made, s, g, f, u, k

    base = Scene(work)
    f = run.fixed(base)
    xf = (base.free(run.read) if run.first else []) + f
    s, g = run.start(base, xf), base.named(polynomials_of(begin, xf, work))
    u = base.named([{(): start * (ratio if run.first else 1)} for start, ratio in zip(starts, ratios, strict=True)])
    base.given += facts_in(premises, f, work)
    wanted = facts_in(invariant, s + g + f + u + base.named([{(): run.first}]), work)

    step, s, g, f, u, k = scene()
    x = step.free(run.read)
    after, made = run.step(step, s, x, f, u, k[0])
    grown = step.named(polynomials_of(go_on, step.define(define, g + x + f + u + made), work))
    more = step.named([combined((ratio, variable(v))) for v, ratio in zip(u, ratios, strict=True)])
    more += step.named([combined((1, variable(k[0])), (1, {(): 1}))])
    kept_up = facts_in(invariant, after + grown + f + more, work) + facts_in(each, made + g + x + f + u + k, work)

    claim, s, g, f, u, k = scene()
    made = run.last(claim, s, f, u, k[0])
    shown = facts_in(conclusion, made + g + f + u + k, work)
    require(shown or each, "a contract without a conclusion says nothing")
    return [("base", base, wanted), ("step", step, kept_up), ("claim", claim, shown)]


def _satisfied(premises: Any, numbers: Sequence[Number], work: Work) -> None:
    """Rejected unless the witness, a number for each place, satisfies the premises: from false ones anything follows."""
    for polynomial, relation in facts_in(premises, range(len(numbers)), work):
        total = value_at(polynomial, numbers, work)
        met = total == 0 if relation == "==" else total > 0 or (total == 0 and relation == ">=")
        require(met, "the witness breaks a premise")
