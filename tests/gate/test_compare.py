"""The claim diff: every kind of weakening against a base is caught, and no strengthening is taken for one."""

import json
from contextlib import suppress
from dataclasses import replace
from fractions import Fraction

import pytest

from proofcheck import Approximates, Bits, Box, Computes, Integers, Property, Reals, Relation, maximum, width
from proofcheck.claims.evidence import Finding, Strength, Verdict
from proofcheck.claims.formulate import formulate
from proofcheck.claims.judged import Evidence
from proofcheck.claims.sizes import Instance, size_of
from proofcheck.domains import Constraint, Domain, Grid, Interval
from proofcheck.errors import InputError
from proofcheck.families import (
    Each,
    FamilyStatement,
    GrowthStatement,
    InstanceStatement,
    Parallel,
    Series,
    Then,
    closed_forms,
    least,
)
from proofcheck.gate.change import change_lines, weaker
from proofcheck.gate.compare import compare
from proofcheck.gate.evidence_file import entries, evidence_json, read_entries
from proofcheck.networks import inputs, network, relu
from proofcheck.spec import statement_of
from proofcheck.spec.reals import Comparison, pi, real
from proofcheck.spec.reals_statement import Coordinate, EnclosureStatement, Experiment, ProbabilityStatement
from proofcheck.spec.relations import depth, n, neurons, parameter
from tests.families.composed import LENGTHS, NORM, PRODUCTS, SIZED, TALL, TALLEST
from tests.families.samples import CHAIN, COUNTS, HALTS, INCREMENT, MACHINE, MAXIMUM, POPCOUNT, SHORT, SHORTEST, STAGES, WALKS

SOURCE = {"citation": "Arora et al.", "arxiv": "1611.01491", "doi": "", "statement": "Lemma 1", "fidelity": "stated"}
DECLARED = {
    "construction": {"title": "The maximum", "source": SOURCE, "form": "layered"},
    "claim": {"convention": "", "assuming": []},
}
HELD = Finding(Verdict.HOLDS, Strength.ESTABLISHED, "z3", "all inputs in R")
OPEN = Finding(Verdict.UNKNOWN, None, "z3", "", reason="canceled")
NETWORK = network(relu((x := inputs(2))[0] - x[1]) + x[1])


def target(x):
    return maximum(*x)


def stated(claim, size=2, names=("n",)):
    return formulate(claim, NETWORK, size_of(size, names), layered=True).statement.json()


def claim(says, name="computes", construction="maximum", **declared):
    data = json.loads(json.dumps(DECLARED))
    for key, value in declared.items():
        place = next(d for d in (data["construction"]["source"], data["claim"], data["construction"], data["claim"]) if key in d)
        place[key] = value
    text = json.dumps(data, sort_keys=True)
    sentence = statement_of(says).sentence() if "network" in says else ""
    return Evidence(construction, name, "computes", "n = 2", Strength.ESTABLISHED, HELD, says, sentence, declared=text)


def changes(base, now):
    return compare(entries([base] if isinstance(base, Evidence) else base), entries([now] if isinstance(now, Evidence) else now))


def box(*sets, constraints=()):
    return Domain(tuple(sets) * (2 if len(sets) == 1 else 1), constraints)


def grid(low, step, count):
    return box(Grid(Fraction(low), Fraction(step), count))


def computes(on, goal=target):
    return claim(stated(Computes(goal, on=on)))


def relation(sizes, at=2, activations=("relu",), layered=True):
    text = formulate(Relation(sizes, activations=activations), NETWORK, size_of(at, ("n",)), layered=layered).statement.json()
    return claim(text, "size")


def enclosure(about="the mean", assumptions=("the limit",), op="<", cases=("m = 1", "m = 2"), bound=4):
    comparisons = tuple(Comparison(pi, op, real(bound + i)) for i in range(len(cases)))
    return claim(EnclosureStatement(about, comparisons, cases, assumptions).json(), "limit")


def probably(probability="1/100", trials=1000, share=Fraction(1, 10**8), about="misread", mean=1, mutant=0, assumptions=()):
    one, other = (Experiment(1, (Coordinate(real(m), ((0, real(1)),), True),)) for m in (mean, mutant))
    return claim(ProbabilityStatement(about, Fraction(probability), trials, one, other, share, assumptions).json(), "limit")


BELOW = Constraint(((0, Fraction(1)), (1, Fraction(1))), "<=", Fraction(1))
UNIT = Interval(Fraction(0), Fraction(1))
FUNCTION = claim(stated(Computes(target, on=Reals)))
SIZES = [replace(FUNCTION, size=f"n = {i}") for i in (2, 3, 4)]
NEAR = claim(stated(Approximates(target, Fraction(1, 8), on=Reals)))
POSITIVE = claim(stated(Property(lambda x, y: y >= x[0], on=Reals)))

WEAKER = {
    "construction gone": (
        FUNCTION,
        claim("", construction="other"),
        "maximum: the construction is gone; it made 1 claim: computes",
    ),
    "construction renamed": (
        FUNCTION,
        replace(FUNCTION, construction="largest"),
        "maximum: the construction is gone; it made 1 claim: computes; the same is now said under the name largest",
    ),
    "construction cannot be read": (
        FUNCTION,
        Evidence("maximum", "", "construction", "", Strength.ESTABLISHED, None, problem="no file"),
        "maximum: the construction could not be judged\n  - 1 claim: computes\n  + no file",
    ),
    "claim gone": (
        [*SIZES, relation(width == 1)],
        relation(width == 1),
        "maximum::computes: the claim is gone; it was made for n = 2..4",
    ),
    "claim renamed": (
        FUNCTION,
        replace(FUNCTION, claim="equals"),
        "maximum::computes: the claim is gone; it was made for n = 2; the same is now said under the name equals",
    ),
    "sizes removed": (SIZES, SIZES[1], "maximum::computes: the scope has shrunk; it no longer speaks of n = 2, 4"),
    "instance removed": (
        [replace(FUNCTION, size=name) for name in ("adder", "parity")],
        replace(FUNCTION, size="parity"),
        "maximum::computes: the scope has shrunk; it no longer speaks of adder",
    ),
    "floor lowered": (
        replace(FUNCTION, floor=Strength.CERTIFIED),
        FUNCTION,
        "maximum::computes: the floor was lowered from certified to established, n = 2",
    ),
    "strength fallen": (
        FUNCTION,
        replace(FUNCTION, finding=Finding(Verdict.UNKNOWN, None, "z3", "", reason="canceled")),
        "maximum::computes: the evidence has fallen from established to unknown, n = 2",
    ),
    "no longer stated": (
        FUNCTION,
        replace(FUNCTION, statement="", sentence=""),
        "maximum::computes: the statement has changed, n = 2\n"
        "  - network computes maximum(x_0, x_1) for all x in R^2\n  + no statement",
    ),
    "verdict assumes more": (
        FUNCTION,
        replace(FUNCTION, finding=replace(HELD, assumptions=("Lemma 2",))),
        "maximum::computes: more is assumed, n = 2\n  - nothing of the kind\n  + Lemma 2",
    ),
    "title reworded": (
        FUNCTION,
        claim(FUNCTION.statement, title="The largest"),
        "maximum: the title has changed\n  - The maximum\n  + The largest",
    ),
    "source reworded": (
        FUNCTION,
        claim(FUNCTION.statement, statement="Lemma 2"),
        "maximum: the source's statement has changed\n  - Lemma 1\n  + Lemma 2",
    ),
    "source emptied": (
        FUNCTION,
        claim(FUNCTION.statement, arxiv=""),
        "maximum: the source's arxiv has changed\n  - 1611.01491\n  + nothing",
    ),
    "fidelity": (
        FUNCTION,
        claim(FUNCTION.statement, fidelity="after"),
        "maximum: the source's fidelity has changed\n  - stated\n  + after",
    ),
    "fidelity claimed": (
        claim(FUNCTION.statement, fidelity="ours"),
        FUNCTION,
        "maximum: the source's fidelity has changed\n  - ours\n  + stated",
    ),
    "layered to traced": (
        FUNCTION,
        claim(FUNCTION.statement, form="traced"),
        "maximum: the form has changed\n  - layered\n  + traced",
    ),
    "layered to limit": (
        FUNCTION,
        claim(FUNCTION.statement, form="limit"),
        "maximum: the form has changed\n  - layered\n  + limit",
    ),
    "convention": (
        claim(FUNCTION.statement, convention="hidden layers"),
        claim(FUNCTION.statement, convention="all layers"),
        "maximum::computes: the declared convention has changed, n = 2\n  - hidden layers\n  + all layers",
    ),
    "more is assumed": (
        FUNCTION,
        replace(claim(FUNCTION.statement, assuming=["f is smooth"]), finding=replace(HELD, assumptions=("f is smooth",))),
        "maximum::computes: more is assumed, n = 2\n  - nothing of the kind\n  + f is smooth",
    ),
    "more is assumed by a claim that is unknown": (
        replace(FUNCTION, finding=OPEN),
        replace(claim(FUNCTION.statement, assuming=["f is smooth"]), finding=OPEN),
        "maximum::computes: more is assumed, n = 2\n  - nothing of the kind\n  + f is smooth",
    ),
    "another thing is assumed": (
        claim(FUNCTION.statement, assuming=["f is Lipschitz with constant 1"]),
        claim(FUNCTION.statement, assuming=["f is Lipschitz with constant 1/2"]),
        "maximum::computes: the assumptions have changed, n = 2\n"
        "  - f is Lipschitz with constant 1\n  + f is Lipschitz with constant 1/2",
    ),
    "kind of claim": (
        FUNCTION,
        POSITIVE,
        "maximum::computes: the statement has changed, n = 2\n"
        "  - network computes maximum(x_0, x_1) for all x in R^2\n"
        "  + network with outputs y satisfies x_0 <= y_0 for all x in R^2",
    ),
    "target": (
        FUNCTION,
        computes(Reals, lambda x: x[0]),
        "maximum::computes: the target has changed, n = 2\n"
        "  - network computes maximum(x_0, x_1) for all x in R^2\n"
        "  + network computes x_0 for all x in R^2",
    ),
    "property": (
        POSITIVE,
        claim(stated(Property(lambda x, y: y > x[0], on=Reals))),
        "maximum::computes: the property has changed, n = 2\n"
        "  - network with outputs y satisfies x_0 <= y_0 for all x in R^2\n"
        "  + network with outputs y satisfies x_0 < y_0 for all x in R^2",
    ),
    "error allowed": (FUNCTION, NEAR, "maximum::computes: the error has grown, n = 2\n  - 0\n  + 1/8"),
    "error enlarged": (
        NEAR,
        claim(stated(Approximates(target, Fraction(1, 4), on=Reals))),
        "maximum::computes: the error has grown, n = 2\n  - 1/8\n  + 1/4",
    ),
    "sub-box": (
        computes(Box(0, 1)),
        computes(Box(0, Fraction(1, 2))),
        "maximum::computes: the domain has shrunk, n = 2\n  - [0, 1]^2\n  + [0, 1/2]^2",
    ),
    "sub-box in one coordinate": (
        computes(Box(0, 1)),
        computes(box(UNIT, Interval(Fraction(1), Fraction(1)))),
        "maximum::computes: the domain has shrunk, n = 2\n  - [0, 1]^2\n  + [0, 1] x [1, 1]",
    ),
    "shifted box": (
        computes(Box(0, 1)),
        computes(Box(Fraction(1, 2), 2)),
        "maximum::computes: the domain has changed, n = 2\n  - [0, 1]^2\n  + [1/2, 2]^2",
    ),
    "reals to box": (FUNCTION, computes(Box(0, 1)), "maximum::computes: the domain has shrunk, n = 2\n  - R^2\n  + [0, 1]^2"),
    "reals to bits": (
        claim(stated(Computes(lambda x: x[1] + maximum(x[0] - x[1], 0), on=Reals))),
        claim(stated(Computes(lambda x: x[1] + maximum(x[0] - x[1], 0), on=Bits))),
        "maximum::computes: the domain has shrunk, n = 2\n  - R^2\n  + {0,1}^2",
    ),
    "reals to whole numbers": (
        FUNCTION,
        computes(Integers(-9, 9)),
        "maximum::computes: the domain has shrunk, n = 2\n  - R^2\n  + {-9..9}^2",
    ),
    "box to a grid in it": (
        computes(Box(0, 1)),
        computes(grid(0, "1/4", 5)),
        "maximum::computes: the domain has shrunk, n = 2\n  - [0, 1]^2\n  + {0, 1/4, ..., 1}^2",
    ),
    "grid shorter": (
        computes(grid(0, 1, 9)),
        computes(grid(0, 1, 8)),
        "maximum::computes: the domain has shrunk, n = 2\n  - {0..8}^2\n  + {0..7}^2",
    ),
    "grid coarser": (
        computes(grid(0, 1, 9)),
        computes(grid(0, 2, 5)),
        "maximum::computes: the domain has shrunk, n = 2\n  - {0..8}^2\n  + {0, 2, ..., 8}^2",
    ),
    "constraint added": (
        computes(Box(0, 1)),
        computes(box(UNIT, constraints=(BELOW,))),
        "maximum::computes: the domain has shrunk, n = 2\n  - [0, 1]^2\n  + all x in [0, 1]^2 with x_0 + x_1 <= 1",
    ),
    "pairwise different": (
        computes(Integers(0, 3)),
        computes(Domain(Integers(0, 3).of((2,)).sets, (), ((0, 1),))),
        "maximum::computes: the domain has shrunk, n = 2\n  - {0..3}^2\n  + all x in {0..3}^2 with x_0, x_1 pairwise different",
    ),
    "other conditions in the same words": (
        computes(box(UNIT, constraints=(BELOW,) * 6)),
        computes(box(UNIT, constraints=(*(BELOW,) * 6, replace(BELOW, bound=Fraction(1, 2))))),
        None,
    ),
    "bound relaxed": (
        relation(neurons <= 3 * n),
        relation(neurons <= 4 * n),
        "maximum::size: the relation allows more, n = 2\n  - neurons <= 3 * n where n = 2\n  + neurons <= 4 * n where n = 2",
    ),
    "equality to bound": (
        relation(depth == 1),
        relation(depth <= 1),
        "maximum::size: the relation allows more, n = 2\n  - depth == 1\n  + depth <= 1",
    ),
    "strict to not strict": (
        relation(depth < 2),
        relation(depth <= 2),
        "maximum::size: the relation allows more, n = 2\n  - depth < 2\n  + depth <= 2",
    ),
    "upper to lower bound": (
        relation(depth <= 2),
        relation(depth >= 1),
        "maximum::size: the relation has changed, n = 2\n  - depth <= 2\n  + 1 <= depth",
    ),
    "another measure": (
        relation(depth <= 2),
        relation(width <= 2),
        "maximum::size: the relation has changed, n = 2\n  - depth <= 2\n  + width <= 2",
    ),
    "relation of measures": (
        relation(neurons == depth * width),
        relation(neurons <= depth * width),
        "maximum::size: the relation has changed, n = 2\n  - neurons == depth * width\n  + neurons <= depth * width",
    ),
    "relation reworded": (
        relation(depth == n - 1),
        relation(depth == n // 2),
        "maximum::size: the relation is worded differently, n = 2\n"
        "  - depth == n - 1 where n = 2\n  + depth == n // 2 where n = 2",
    ),
    "measure of an instance": (
        relation(neurons <= parameter("gates"), Instance("adder", 2, gates=5)),
        relation(neurons <= parameter("gates"), Instance("adder", 2, gates=6)),
        "maximum::size: the relation allows more, n = 2\n"
        "  - neurons <= gates where gates = 5\n  + neurons <= gates where gates = 6",
    ),
    "activations widened": (
        relation(depth == 1),
        relation(depth == 1, activations=("relu", "step")),
        "maximum::size: more activations are allowed, n = 2\n  - relu\n  + relu, step",
    ),
    "activations exchanged": (
        relation(depth == 1),
        relation(depth == 1, activations=("step",)),
        "maximum::size: other activations are allowed, n = 2\n  - relu\n  + step",
    ),
    "layering dropped": (
        relation(depth == 1),
        relation(depth == 1, layered=False),
        "maximum::size: strict layering is no longer claimed, n = 2",
    ),
    "limit: about reworded": (
        enclosure(),
        enclosure("the variance"),
        "maximum::limit: what the claim is about is worded differently, n = 2\n  - the mean\n  + the variance",
    ),
    "limit: assumption added": (
        enclosure(),
        enclosure(assumptions=("the limit", "a lemma")),
        "maximum::limit: more is assumed, n = 2\n  - nothing of the kind\n  + a lemma",
    ),
    "limit: assumption exchanged": (
        enclosure(),
        enclosure(assumptions=("a lemma",)),
        "maximum::limit: the assumptions have changed, n = 2\n  - the limit\n  + a lemma",
    ),
    "limit: comparison gone": (
        enclosure(),
        enclosure(cases=("m = 1",)),
        "maximum::limit: comparisons are gone, n = 2\n  - m = 2\n  + not compared",
    ),
    "limit: comparison not strict": (
        enclosure(),
        enclosure(op="<="),
        "maximum::limit: comparisons have changed, n = 2\n  - m = 1, m = 2: <\n  + m = 1, m = 2: <=",
    ),
    "limit: other numbers": (enclosure(), enclosure(bound=5), None),
    "limit: probability": (
        probably(),
        probably("1/50"),
        "maximum::limit: the probability of failure has grown, n = 2\n  - 1/100\n  + 1/50",
    ),
    "limit: error share": (
        probably(),
        probably(share=Fraction(1, 10**7)),
        "maximum::limit: the error share has grown, n = 2\n  - 1/100000000\n  + 1/10000000",
    ),
    "limit: trials": (
        probably(),
        probably(trials=10),
        "maximum::limit: the number of trials has fallen, n = 2\n  - 1000\n  + 10",
    ),
    "limit: experiment": (probably(), probably(mean=2), None),
    "limit: planted fault": (probably(), probably(mutant=-1), None),
    "enclosure to probability": (enclosure(), probably(), None),
}

NO_WEAKER = {
    "nothing": (FUNCTION, FUNCTION, []),
    "another network": (FUNCTION, replace(FUNCTION, statement=FUNCTION.statement.replace(NETWORK.digest, "b" * 64)), []),
    "construction added": (
        FUNCTION,
        [FUNCTION, replace(FUNCTION, construction="new")],
        ["new: the construction is new; it makes 1 claim: computes"],
    ),
    "claim added": (FUNCTION, [FUNCTION, relation(depth == 1)], ["maximum::size: the claim is new, n = 2"]),
    "sizes added": (SIZES[0], SIZES, ["maximum::computes: the scope has grown, n = 3, 4"]),
    "floor raised": (
        FUNCTION,
        replace(FUNCTION, floor=Strength.CERTIFIED),
        ["maximum::computes: the floor was raised from established to certified, n = 2"],
    ),
    "strength risen": (
        replace(FUNCTION, finding=replace(HELD, verdict=Verdict.UNREFUTED, strength=Strength.UNREFUTED, checked=9)),
        FUNCTION,
        ["maximum::computes: the evidence has risen from unrefuted to established, n = 2"],
    ),
    "premise proved": (
        replace(FUNCTION, finding=replace(HELD, assumptions=("Lemma 2",))),
        FUNCTION,
        ["maximum::computes: less is assumed, n = 2\n  - Lemma 2\n  + nothing of the kind"],
    ),
    "less is assumed": (
        replace(claim(FUNCTION.statement, assuming=["f is smooth"]), finding=replace(HELD, assumptions=("f is smooth",))),
        FUNCTION,
        ["maximum::computes: less is assumed, n = 2\n  - f is smooth\n  + nothing of the kind"],
    ),
    "a base from before claims could assume anything": (
        replace(FUNCTION, declared=json.dumps(DECLARED | {"claim": {"convention": ""}})),
        FUNCTION,
        [],
    ),
    "source filled in": (
        FUNCTION,
        claim(FUNCTION.statement, doi="10.1/2"),
        ["maximum: the source's doi was filled in\n  - nothing\n  + 10.1/2"],
    ),
    "convention filled in": (
        FUNCTION,
        claim(FUNCTION.statement, convention="hidden layers"),
        ["maximum::computes: the declared convention was filled in, n = 2\n  - nothing\n  + hidden layers"],
    ),
    "traced to layered": (
        claim(FUNCTION.statement, form="traced"),
        FUNCTION,
        ["maximum: the form has changed\n  - traced\n  + layered"],
    ),
    "error lowered": (NEAR, FUNCTION, ["maximum::computes: the error has fallen, n = 2\n  - 1/8\n  + 0"]),
    "domain grown": (
        computes(grid(0, "1/4", 5)),
        computes(Box(0, 1)),
        ["maximum::computes: the domain has grown, n = 2\n  - {0, 1/4, ..., 1}^2\n  + [0, 1]^2"],
    ),
    "constraint dropped": (
        computes(box(UNIT, constraints=(BELOW,))),
        computes(Box(0, 1)),
        ["maximum::computes: the domain has grown, n = 2\n  - all x in [0, 1]^2 with x_0 + x_1 <= 1\n  + [0, 1]^2"],
    ),
    "the same set written otherwise": (computes(grid(0, 1, 2)), computes(Integers(0, 1)), []),
    "bound tightened": (
        relation(neurons <= 4 * n),
        relation(neurons < 3 * n + 1),
        ["maximum::size: the relation allows less, n = 2\n  - neurons <= 4 * n where n = 2\n  + neurons < 3 * n + 1 where n = 2"],
    ),
    "bound to equality": (
        relation(depth >= 1),
        relation(depth == 1),
        ["maximum::size: the relation allows less, n = 2\n  - 1 <= depth\n  + depth == 1"],
    ),
    "measures: bound to equality": (
        relation(neurons >= depth * width),
        relation(neurons == depth * width),
        ["maximum::size: the relation allows less, n = 2\n  - depth * width <= neurons\n  + neurons == depth * width"],
    ),
    "better at one size, the same at another": (
        [replace(relation(neurons <= 2 * n, i), size=f"n = {i}") for i in (1, 2)],
        [replace(relation(neurons <= n + 1, i), size=f"n = {i}") for i in (1, 2)],
        ["maximum::size: the relation allows less, n = 2\n  - neurons <= 2 * n where n = 2\n  + neurons <= n + 1 where n = 2"],
    ),
    "activations narrowed": (
        relation(depth == 1, activations=("relu", "step")),
        relation(depth == 1),
        ["maximum::size: fewer activations are allowed, n = 2\n  - relu, step\n  + relu"],
    ),
    "layering claimed": (
        relation(depth == 1, layered=False),
        relation(depth == 1),
        ["maximum::size: strict layering is now claimed, n = 2"],
    ),
    "limit: premise dropped": (
        enclosure(assumptions=("the limit", "a lemma")),
        enclosure(),
        ["maximum::limit: less is assumed, n = 2\n  - a lemma\n  + nothing of the kind"],
    ),
    "limit: comparison added": (
        enclosure(cases=("m = 1",)),
        enclosure(),
        ["maximum::limit: comparisons were added, n = 2\n  - not compared\n  + m = 2"],
    ),
    "limit: comparison strict": (
        enclosure(op="<="),
        enclosure(),
        ["maximum::limit: comparisons are firmer, n = 2\n  - m = 1, m = 2: <=\n  + m = 1, m = 2: <"],
    ),
    "limit: probability": (
        probably("1/50"),
        probably(),
        ["maximum::limit: the probability of failure has fallen, n = 2\n  - 1/50\n  + 1/100"],
    ),
    "limit: trials": (
        probably(trials=10),
        probably(),
        ["maximum::limit: the number of trials has grown, n = 2\n  - 10\n  + 1000"],
    ),
}


@pytest.mark.parametrize("row", WEAKER)
def test_every_kind_of_weakening_is_caught(row):
    base, now, text = WEAKER[row]
    found = weaker(changes(base, now))
    assert found
    if text is not None:
        assert [change.text for change in found] == [text]
    for change in found:  # told apart even where the words are the same
        assert not change.before or change.before != change.after


@pytest.mark.parametrize("row", NO_WEAKER)
def test_no_strengthening_is_taken_for_a_weakening(row):
    base, now, texts = NO_WEAKER[row]
    assert [change.text for change in changes(base, now)] == texts
    assert weaker(changes(base, now)) == []


def test_a_declaration_that_this_version_does_not_know_may_not_change():
    base, now = (replace(FUNCTION, declared=json.dumps({"construction": {}, "claim": {"slack": s}})) for s in ("1", "2"))
    assert [change.text for change in weaker(changes(base, now))] == [
        "maximum::computes: the declared slack has changed, n = 2\n  - 1\n  + 2"
    ]
    assert weaker(changes(replace(base, declared='{"claim":{},"construction":{}}'), now))


def test_the_diff_is_readable_at_eighty_columns():
    both = changes(SIZES, [replace(SIZES[0], floor=Strength.CERTIFIED), computes(Box(0, 1), lambda x: x[0])])
    assert list(change_lines(changes(SIZES, replace(SIZES[0], floor=Strength.CERTIFIED)))) == [
        "weaker than the base:",
        "  maximum::computes: the scope has shrunk; it no longer speaks of n = 3, 4",
        "",
        "changed since the base, and no weaker:",
        "  maximum::computes: the floor was raised from established to certified, n = 2",
        "",
    ]
    assert max(map(len, change_lines(both))) <= 80


def test_the_changes_stand_in_the_evidence_file(tmp_path):
    found = changes(SIZES, SIZES[:2])
    assert json.loads(evidence_json(SIZES[:2], 2, found))["changes"] == [
        {
            "subject": "maximum::computes",
            "kind": "scope",
            "words": "the scope has shrunk; it no longer speaks of n = 4",
            "sizes": [],
            "before": "",
            "after": "",
            "weaker": True,
        }
    ]


EVERYTHING = [
    *SIZES,
    replace(relation(neurons <= 4 * n), size="n = 9"),
    NEAR and replace(NEAR, claim="near"),
    enclosure(),
    replace(probably(), claim="chance"),
]


@pytest.mark.parametrize("depth_of_damage", [1, 2, 3, 4])
def test_a_base_that_is_damaged_anywhere_is_refused_or_read(tmp_path, depth_of_damage):
    """Each part of the file in turn is replaced by something else: one sentence or a comparison, never another exception."""
    path = tmp_path / "base.json"
    whole = json.loads(evidence_json(EVERYTHING, 0))
    refused = 0
    for where in places(whole["evidence"], depth_of_damage):
        for other in (None, 7, "nonsense", [], {}, [[]], {"sha256": 1}):
            data = json.loads(json.dumps(whole))
            *steps, last = where
            part = data["evidence"]
            for step in steps:
                part = part[step]
            part[last] = other
            path.write_text(json.dumps(data))
            with suppress(InputError):
                compare(read_entries(path), entries(EVERYTHING))
                continue
            refused += 1
    assert refused


def places(value, levels):
    keys = list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else []
    for key in keys:
        if levels == 1:
            yield [key]
        else:
            yield from ([key, *rest] for rest in places(value[key], levels - 1))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            lambda data: data | {"version": 1},
            "this is an evidence file of version 1, expected 3: write it again with `proofcheck gate --json`",
        ),
        (lambda data: data | {"format": "x"}, "this is not an evidence file: give what `proofcheck gate --json` wrote"),
        (lambda data: data | {"evidence": []}, "this evidence file speaks of no claim: there is nothing to compare with"),
        (
            lambda data: data | {"evidence": data["evidence"] * 2},
            "this evidence file speaks of one claim at one size twice: write it again",
        ),
    ],
)
def test_a_base_that_says_nothing_is_refused(tmp_path, change, sentence):
    path = tmp_path / "base.json"
    path.write_text(json.dumps(change(json.loads(evidence_json(SIZES, 0)))))
    with pytest.raises(InputError) as error:
        read_entries(path)
    assert str(error.value) == f"{path}: {sentence}"


def test_deep_json_is_refused(tmp_path):
    path = tmp_path / "base.json"
    path.write_text("[" * 10**5)
    with pytest.raises(InputError, match="this is not an evidence file"):
        read_entries(path)


ROWS_OF, SIZED_FIRST = (PRODUCTS, Each(Each(LENGTHS))), (NORM, Then(SIZED, TALL))


def of_family(family=CHAIN, contract=MAXIMUM):
    statement = FamilyStatement(family.data(), contract.data(family))
    said = statement.json(), statement.sentence()
    return Evidence("c", "for every n", "forall", statement.scope, Strength.CERTIFIED, HELD, *said)


@pytest.mark.parametrize(
    ("now", "words"),
    [
        (of_family(contract=replace(MAXIMUM, conclusion=lambda y, t: [y >= t])), ["the contract has changed"]),
        (of_family(contract=replace(MAXIMUM, ghosts={"t": least("x")})), ["the contract has changed"]),
        (of_family(family=replace(CHAIN, inputs={"x": Box(0, 1)})), ["it is claimed for other inputs or under other premises"]),
        (of_family(contract=replace(MAXIMUM, invariant=lambda m, t: [m == t, m >= t])), []),
        (of_family(family=replace(CHAIN, step=lambda m, x: {"m": m + relu(x - m)})), []),
    ],
)
def test_a_contract_that_says_something_else_is_weaker_and_an_invariant_is_no_part_of_it(now, words):
    found = changes(of_family(), now)
    assert [change.words for change in found if change.weaker] == words
    assert not changes(now, now)


SCOPE = "it is claimed for other inputs or under other premises"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ((MACHINE, HALTS), (MACHINE, replace(HALTS, heads=lambda H: H)), SCOPE),
        ((POPCOUNT, COUNTS), (POPCOUNT, replace(COUNTS, premises=lambda W, n: [2 * n <= W])), SCOPE),
        ((POPCOUNT, COUNTS), (replace(POPCOUNT, block=replace(INCREMENT, fixed={"x": Box(0, 1)})), COUNTS), SCOPE),
        ((POPCOUNT, COUNTS), (POPCOUNT, replace(COUNTS, conclusion=lambda v, T: [v >= T])), "the contract has changed"),
        ((POPCOUNT, COUNTS), (POPCOUNT, replace(COUNTS, invariant=lambda v, T, k: [v == T, k >= T, v >= 0])), ""),
        (ROWS_OF, (Parallel(Parallel(SHORTEST, shared=["a"])), ROWS_OF[1]), SCOPE),
        (ROWS_OF, (ROWS_OF[0], Each(Each(replace(LENGTHS, conclusion=lambda y, t: [y >= t])))), "the contract has changed"),
        (ROWS_OF, (ROWS_OF[0], Each(Each(replace(LENGTHS, invariant=lambda m, t: [m == t, m <= t])))), ""),
        (SIZED_FIRST, (Series(replace(NORM.first, inputs={"x": Box(0, 1)}), TALLEST), SIZED_FIRST[1]), SCOPE),
        (SIZED_FIRST, (NORM, Then(SIZED, replace(TALL, conclusion=lambda y, t: [y >= t]))), "the contract has changed"),
        (SIZED_FIRST, (NORM, Then(replace(SIZED, each=lambda z: [z >= 0]), TALL)), "the contract has changed"),
        (SIZED_FIRST, (NORM, Then(SIZED, replace(TALL, invariant=lambda m, t: [m == t, m <= t]))), ""),
        ((STAGES, WALKS), (STAGES, SHORT), "the contract has changed"),
    ],
)
def test_what_families_of_words_tapes_and_walks_are_claimed_for_is_compared(old, new, words):
    found = changes(of_family(*old), of_family(*new))
    assert [change.words for change in found] == [words] * bool(words)


def growing(neurons=(2, 1), depth=(1, 1), exactly=(), attained=False, family=CHAIN, how=None):
    statement = GrowthStatement(family.data(), how, neurons, depth, closed_forms(family.data(), exactly), attained)
    return Evidence("c", "sizes", "grows", "", Strength.CERTIFIED, HELD, statement.json(), statement.sentence())


LINE, SQUARE = (lambda n: 2 * n,), (lambda n: n * n,)


@pytest.mark.parametrize(
    ("old", "new", "words", "is_weaker"),
    [
        ({}, {"neurons": (1, 1)}, "the factors of its neurons have fallen", False),
        ({}, {"neurons": (1, 2)}, "the factors of its neurons have changed", True),
        ({}, {"depth": (1, 0)}, "the factors of its depth have fallen", False),
        ({}, {"depth": (1, 2)}, "the factors of its depth have changed", True),
        ({"attained": True}, {"attained": True, "depth": (1, 0)}, "the factors of its depth have fallen", True),
        ({}, {"attained": True}, "the depth is now said to be its bound", False),
        ({"attained": True}, {}, "the depth is no longer said to be its bound", True),
        ({}, {"exactly": LINE}, "the closed form of its neurons is now claimed", False),
        ({"exactly": LINE}, {}, "the closed form of its neurons is gone", True),
        ({"exactly": LINE}, {"exactly": SQUARE}, "the closed form of its neurons has changed", True),
        ({}, {"family": replace(CHAIN, inputs={"x": Box(0, 1)})}, SCOPE, True),
        ({"how": "halves"}, {"how": "left"}, "its trees are split otherwise", True),
        ({}, {"family": replace(CHAIN, step=lambda m, x: {"m": m + relu(x - m)})}, "", False),
    ],
)
def test_bounds_for_every_n_are_compared_in_their_order(old, new, words, is_weaker):
    found = changes(growing(**old), growing(**new))
    assert [(change.words, change.weaker) for change in found] == ([(words, is_weaker)] if words else [])


def unrolled(family=CHAIN, n=3):
    statement = InstanceStatement(family.data(), n, None, "0" * 64)
    return Evidence("c", "is the family", "unrolls", "n = 3", Strength.CERTIFIED, HELD, statement.json(), statement.sentence())


def test_an_instance_is_compared_by_what_it_is_an_instance_of_and_at_which_n():
    assert [change.words for change in changes(unrolled(), unrolled(n=4)) if change.weaker] == ["it is the family at another n"]
    assert [change.words for change in changes(unrolled(), unrolled(replace(CHAIN, inputs={"x": Box(0, 1)})))] == [SCOPE]
    assert not changes(unrolled(), unrolled(replace(CHAIN, step=lambda m, x: {"m": m + relu(x - m)})))


@pytest.mark.parametrize("kind", [growing(), growing(exactly=LINE, attained=True), unrolled(), of_family()])
@pytest.mark.parametrize("value", [None, 1.5, {"a": 1}, ["x"]])
def test_a_base_with_other_things_in_the_place_of_sizes_is_refused(tmp_path, kind, value):
    whole = json.loads(evidence_json([kind], 0))
    for key in whole["evidence"][0]["reading"]:
        forged = json.loads(json.dumps(whole))
        forged["evidence"][0]["reading"][key] = value
        path = tmp_path / "base.json"
        path.write_text(json.dumps(forged))
        if key == "exactly" and value is None:
            continue
        with pytest.raises(InputError):
            read_entries(path)
