"""Attempts to have something false certified, to have the kernel say what it did not prove, or to make it pay for a small file.

The forgeries at random are those of tests/evidence/forged_proofs.py, fewer; each check of the kernel that they rest on is taken
out in turn, and then some are accepted and false, so the forger would notice.
"""

from __future__ import annotations

import json
import tracemalloc
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest

from proofcheck.kernel import Rejected, main, replay
from proofcheck.kernel import exact as kernel_exact
from proofcheck.kernel import proof as kernel_proof
from tests.evidence.forged_proofs import FORGERS, forged
from tests.kernel.written import BITS, Net, by_exhaustion, by_lemmas, certificate, comb, poly, product, statement, terms

REALS, UNIT, TWO = ["interval", None, None], ["interval", "0x0", "0x1"], ["interval", "-0x1", "0x1"]
x0, x1, y0 = ("input", 0), ("input", 1), ("output", 0)
ONE, ZERO = ("constant", 1), ("constant", 0)


@pytest.mark.parametrize("name", FORGERS)
def test_no_forgery_is_accepted_and_false(name: str) -> None:
    found = list(forged(name, 250, seed=7))
    assert [fault for _, _, fault in found if fault] == []
    assert 0 < sum(accepted for _, accepted, _ in found) < len(found)


def without(message: str) -> Callable[[pytest.MonkeyPatch], None]:
    """The kernel without the check that ends with this message."""

    def weaken(monkeypatch: pytest.MonkeyPatch) -> None:
        real = kernel_proof.require
        monkeypatch.setattr(kernel_proof, "require", lambda condition, text: None if message in text else real(condition, text))

    return weaken


def wrong_facts(operation: str, make: Callable[[Any, Any], Any]) -> Callable[[pytest.MonkeyPatch], None]:
    """The kernel with one more fact about an operation, in the place of the first."""

    def weaken(monkeypatch: pytest.MonkeyPatch) -> None:
        real = kernel_proof.facts_of

        def facts(kind: str, v: Any, a: Any, number: Any, work: Any) -> Any:
            right = real(kind, v, a, number, work)
            return [make(v, a), *right[1:]] if kind == operation else right

        monkeypatch.setattr(kernel_proof, "facts_of", facts)

    return weaken


def first_case_only(monkeypatch: pytest.MonkeyPatch) -> None:
    real = kernel_proof.cases_of
    monkeypatch.setattr(kernel_proof, "cases_of", lambda *arguments: real(*arguments)[:1])


def nothing_is_cut_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """The facts of a case stay in scope after it."""
    real = kernel_proof.Proof.fact
    seen: list[Any] = []

    def fact(self: Any, raw: Any, path: Any) -> Any:
        seen.extend(known for known in path if not any(known is other for other in seen))
        place = raw[0] if type(raw) is list and raw else None
        return real(self, raw, [*path, *(k for k in seen if not any(k is p for p in path))] if place == 3 else path)

    monkeypatch.setattr(kernel_proof.Proof, "fact", fact)


WEAKER: dict[str, tuple[str, Callable[[pytest.MonkeyPatch], None]]] = {
    "multipliers of any sign": ("lemmas derived at random", without("only equalities are multiplied")),
    "a sum above its goal": ("lemmas derived at random", without("the sum exceeds the goal")),
    "an equality from inequalities": ("lemmas derived at random", without("an equality needs")),
    "a sum that is not its goal": ("right proofs, changed", without("the sum is not the goal")),
    "open cases": ("lemmas derived at random", without("leaves a case open")),
    "the first case only": ("lemmas derived at random", first_case_only),
    "facts of earlier cases": ("lemmas derived at random", nothing_is_cut_back),
    "relu(z) <= z": ("lemmas derived at random", wrong_facts("relu", lambda v, a: kernel_proof.at_least(a[0], v))),
    "step(z) > 0": ("lemmas derived at random", wrong_facts("step", lambda v, a: kernel_proof.at_least(v, {}, strictly=True))),
    "saturated >= z": ("lemmas derived at random", wrong_facts("saturated_linear", lambda v, a: kernel_proof.at_least(v, a[0]))),
    "leaky >= z, always": ("lemmas derived at random", wrong_facts("leaky_relu", lambda v, a: kernel_proof.at_least(v, a[0]))),
    "max <= its first": ("lemmas derived at random", wrong_facts("max", lambda v, a: kernel_proof.at_least(a[0], v))),
    "k floor(a / k) < a": (
        "lemmas derived at random",
        wrong_facts("floordiv", lambda v, a: kernel_proof.at_least(a[0], v, strictly=True)),
    ),
}


@pytest.mark.parametrize("name", WEAKER)
def test_the_forger_notices_a_weaker_kernel(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    forger, weaken = WEAKER[name]
    weaken(monkeypatch)
    assert any(fault for _, _, fault in forged(forger, 1500, seed=7))


def passes(n: int = 1) -> Net:
    """A network that passes its inputs on."""
    net = Net(n)
    net.output = list(range(n))
    return net


def one(kind: str, slope: Any = 0, bias: Any = 0) -> Net:
    """One node of this kind, which reads x0."""
    net = Net(1)
    net.output = [net.node(kind, bias, {0: 1}, slope)]
    return net


def told(condition: Any, tree: Any, domain: Any, net: Net | None = None, lemmas: Any = (), **keys: Any) -> bytes:
    net = net or passes(sum(count for _, count in domain["sets"]))
    return by_lemmas(net, domain, [tree], lemmas, "property", property=terms(condition), **keys)


def shown(comparison: int, true: Any, false: Any) -> list[Any]:
    """p == 1 of a comparison: where it is true, and a sum that shows it never false."""
    return [["split", comparison], ["sum", comb((1, [3, true]))], ["never", false]]


LINE, INTERVAL = product((REALS, 1)), product((TWO, 1))
CELLS = ["intervals", [["0x0", "0x1"], ["0x2", "0x3"]]]


def lemma_of(net: Net, relation: str, polynomial: Any, tree: Any, domain: Any = LINE, **keys: Any) -> bytes:
    """A lemma beside a goal that is true by itself: what is passed on is passed on."""
    net.output = [0]
    return by_lemmas(net, domain, [[["sum", []]]], [[relation, polynomial, tree]], target={"terms": terms(x0)}, **keys)


# Each of these would prove something false if the kernel took it.
FALSE: dict[str, Callable[[], bytes]] = {
    "leaky_relu of slope 3 is not above its argument": lambda: lemma_of(
        one("leaky_relu", 3), ">=", poly((1, 1), (-1, 0)), [["sum", comb((1, [0, 1, 0]))]]
    ),
    "leaky_relu of slope 3 is not above 3 times its argument": lambda: lemma_of(
        one("leaky_relu", 3), ">=", poly((1, 1), (-3, 0)), [["sum", comb((1, [0, 1, 1]))]]
    ),
    "leaky_relu of slope -1 is not below its argument": lambda: lemma_of(
        one("leaky_relu", -1), ">=", poly((-1, 1), (1, 0)), [["sum", comb((-1, [0, 1, 0]))]]
    ),
    "a step is not positive": lambda: lemma_of(one("step"), ">", poly((1, 1)), [["sum", comb((1, [0, 1, 0]))]]),
    "a step at 0 is 1": lambda: lemma_of(
        one("step"),
        "==",
        poly((1, 1)),
        [["split", 1], ["never", comb((1, [3, 0]))], ["sum", comb((1, [3, 1]))]],
        product((["interval", "0x0", "0x0"], 1)),
    ),
    "a saturated value is not its argument": lambda: lemma_of(
        one("saturated_linear"),
        "==",
        poly((1, 1), (-1, 0)),
        [["split", 1], *[["sum", comb((1, [3, 1]), (-1, [3, 0])), comb((-1, [3, 1]), (1, [3, 0]))]] * 3],
    ),
    "relu(x) is not x because two cases meet at 0": lambda: lemma_of(
        one("relu"),
        "==",
        poly((1, 1), (-1, 0)),
        [["split", 1], ["sum", comb((1, [3, 1]))], ["sum", comb((1, [3, 1]), (1, [3, 0])), comb((-1, [3, 1]))]],
    ),
    "x <= 1/2 is no end of [-1, 1]": lambda: told(
        ("<=", x0, ("constant", Fraction(1, 2))), shown(3, 1, comb((1, [3, 0]), (1, [0, 0, 1]), (1, [0, 2, 0]))), INTERVAL
    ),
    "an unbounded end gives nothing": lambda: lemma_of(one("relu"), ">=", poly((1, 0)), [["sum", comb((1, [0, 0, 0]))]]),
    "the first of two intervals is not all": lambda: lemma_of(
        one("relu"), ">=", poly((1,), (-1, 0)), [["sum", comb((1, [0, 0, 1]))]], product((CELLS, 1))
    ),
    "a gap on its right side": lambda: lemma_of(
        one("relu"),
        ">=",
        poly((1, 0), (-2,)),
        [["gap", 0, 0], ["sum", comb((1, [3, 0]))], ["sum", comb((1, [3, 0]))]],
        product((CELLS, 1)),
    ),
    "a grid of one point has no gap": lambda: lemma_of(
        one("relu"), "==", [], [["gap", 0, 0], ["sum", []], ["sum", []]], product((["grid", "0x3", "0x1", 1], 1))
    ),
    "a negative member": lambda: lemma_of(one("relu"), "==", [], [["gap", 0, -1], ["sum", []], ["sum", []]], product((CELLS, 1))),
    "x^2 > 0 by a square": lambda: lemma_of(one("relu"), ">", poly((1, 0, 0)), [["sum", comb((1, [4, poly((1, 0))]))]]),
    "x > 0 since x times a fact above 0 is": lambda: lemma_of(
        one("relu"),
        ">",
        poly((1, 0), (1, 0, 0)),
        [["sum", comb((1, (0,), [0, 0, 0]))]],
        product((["interval", "-0x1", "0x0"], 1)),
    ),
    "0 < x^2 on [0, 1] from weak factors": lambda: told(
        ("<", ZERO, ("square", x0)),
        shown(4, 1, comb((1, [3, 0]), (1, [0, 3, 0]), (1, [0, 0, 0], [0, 0, 0]), (-1, [0, 1, 0]))),
        product((["interval", "0x0", "0x1"], 1)),
    ),
    "a lemma of itself": lambda: lemma_of(one("relu"), "==", poly((1, 0)), [["sum", comb((1, [1, 0]))]]),
    "the second lemma in the first": lambda: by_lemmas(
        passes(),
        LINE,
        [[["sum", []]]],
        [[">", poly((1,)), [["sum", comb((1, [1, 1]))]]], [">", poly((1,)), [["sum", []]]]],
        target={"terms": terms(x0)},
    ),
    "x0 is x1 because outputs are named alike": lambda: by_lemmas(
        passes(2), product((REALS, 2)), [[["sum", []]], [["sum", []]]], target={"terms": terms(x1, x0)}
    ),
    "an output in the target": lambda: by_lemmas(one("relu"), LINE, [[["sum", []]]], target={"terms": terms(y0)}),
    "no goal for the second output": lambda: by_lemmas(
        passes(2), product((REALS, 2)), [[["sum", []]]], target={"terms": terms(x0, x0)}
    ),
    "a constraint that is not there": lambda: lemma_of(one("relu"), ">=", poly((1, 0)), [["sum", comb((1, [2, 0]))]]),
    "a point that the constraints exclude": lambda: told(
        ("<", x0, ZERO), [["sum", []]], product((TWO, 1), constraints=[[[[0, "0x1"]], "<=", "-0x2"]]), point=["-0x1"]
    ),
    "a point with equal entries that must differ": lambda: told(
        ("<", x0, ZERO), [["sum", []]], product((["grid", "0x0", "0x1", 1], 2), different=[[0, 1]]), point=["0x0", "0x0"]
    ),
    "a number that is not Boolean as a property": lambda: told(("affine", 0, (1, x0)), [["sum", []]], LINE),
    "relu reads not its own value": lambda: lemma_of(
        one("relu"), ">=", poly((-1, 1)), [["split", 1], ["sum", comb((-1, [3, 1]), (1, [3, 0]))], ["sum", comb((-1, [3, 1]))]]
    ),
}


CANCEL, EXCEEDS = "the sum is not the goal, its parts do not cancel", "the sum exceeds the goal"
MULTIPLIED = "only equalities are multiplied by variables or negative numbers"
REASONS = {
    "leaky_relu of slope -1 is not below its argument": MULTIPLIED,
    "a step is not positive": EXCEEDS,
    "a saturated value is not its argument": MULTIPLIED,
    "x <= 1/2 is no end of [-1, 1]": EXCEEDS,
    "the first of two intervals is not all": EXCEEDS,
    "a grid of one point has no gap": r"variable 0 has no members 0 and 0 \+ 1",
    "a negative member": "the number of a member must be an integer from 0",
    "x^2 > 0 by a square": EXCEEDS,
    "x > 0 since x times a fact above 0 is": MULTIPLIED,
    "0 < x^2 on [0, 1] from weak factors": EXCEEDS,
    "a lemma of itself": "the number of a lemma must be an integer from 0 to -1",
    "the second lemma in the first": "the number of a lemma must be an integer from 0 to -1",
    "an output in the target": "node 0 of the terms must be an integer from 0 to -1",
    "no goal for the second output": "the goals must be an array of 2 to 2 entries",
    "a constraint that is not there": "the number of a given fact must be an integer from 0 to -1",
    "a point that the constraints exclude": "the point is not in the domain: a statement about no input says nothing",
    "a point with equal entries that must differ": "the point is not in the domain: a statement about no input says nothing",
    "a number that is not Boolean as a property": "a property must be one Boolean term",
}


@pytest.mark.parametrize("name", FALSE)
def test_an_attack_is_refused(name: str) -> None:
    with pytest.raises(Rejected, match=REASONS.get(name, CANCEL)):
        replay(FALSE[name]())


def test_a_variable_twice_in_a_product_is_its_square() -> None:
    """x * x - x^2 == 0 is proved, x * x - x == 0 is not."""
    square = ("affine", 0, (1, ("square", x0)))
    extra = terms(square)["nodes"]
    lemma = ["==", poly((1, 0, 0), (-1, 3)), [["sum", comb((-1, [0, 3, 0]))]]]
    rows = [["square", 0], *extra[2:]]
    keys = {"extra": [rows[0]], "target": {"terms": terms(x0)}}
    assert replay(
        by_lemmas(
            passes(), LINE, [[["sum", []]]], [[lemma[0], poly((1, 0, 0), (-1, 2)), [["sum", comb((-1, [0, 2, 0]))]]]], **keys
        )
    )
    with pytest.raises(Rejected):
        replay(
            by_lemmas(
                passes(), LINE, [[["sum", []]]], [["==", poly((1, 0, 0), (-1, 0)), [["sum", comb((-1, [0, 2, 0]))]]]], **keys
            )
        )


# Spellings. The proof is right where the spelling is; every other one is refused.

RIGHT = {"point": None, "terms": [], "lemmas": [[">=", [["0x1", []]], [["sum", []]]]], "goals": [[["sum", []]]]}


def spelled(text: str) -> bytes:
    told = statement(passes(), domain=LINE, target={"terms": terms(x0)})
    return certificate("lemmas", told, passes().file(LINE), proof=text.encode())


def test_one_spelling_is_accepted() -> None:
    text = json.dumps(RIGHT, sort_keys=True, separators=(",", ":"))
    assert replay(spelled(text)).measures["lemmas"] == 1
    others = [
        ('"0x1"', other)
        for other in (
            '"0x01"',
            '"0X1"',
            '"1"',
            '"+0x1"',
            '" 0x1"',
            '"0x1 "',
            '"0x1/0x1"',
            '"0x2/0x2"',
            '"0x_1"',
            '"0b1"',
            '"0x1/0x0"',
        )
    ]
    others += [
        ('"0x1"', other)
        for other in ('"\\u0661"', '"0x\\uff11"', "1", "1.0", "1e0", "true", "null", "NaN", "Infinity", "-Infinity")
    ]
    others += [
        ('"0x1"', '"0x1' + "0" * 70_000 + '"'),
        ('"0x1"', "9" * 5000),
        ('"point":null', '"point":false'),
        ('"point":null', '"point":[]'),
    ]
    others += [
        ('"point":null', '"point":null,"point":null'),
        ('"point":null', '"point": null'),
        ('"terms":[]', '"terms":[],"x":0'),
    ]
    others += [
        ('"terms":[]', '"terms":{}'),
        ('"terms":[]', '"terms":""'),
        (text, text + " "),
        (text, text + "\x00"),
        (text, "[" * 100_000),
    ]
    for old, new in others:
        changed = text.replace(old, new)
        assert changed != text
        with pytest.raises(Rejected):
            replay(spelled(changed))


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        (("==", ("square", ("constant", -1)), ONE), "((-1)^2 = 1)"),
        (("==", ("square", ("constant", Fraction(2, 3))), ("constant", Fraction(4, 9))), "((2/3)^2 = 4/9)"),
        (("<=", ("square", ("abs", x0)), ONE), "((|x0|)^2 <= 1)"),
        (("<=", ("square", ("affine", -1, (1, x0))), ONE), "((x0 + -1)^2 <= 1)"),
        (("or", ("<=", ("not", x0), x1), ("not", ("or", x0, x1))), "or(((not x0) <= x1), (not or(x0, x1)))"),
        (("<=", ("affine", 0, (1, ("not", x0)), (1, x1)), ("constant", 2)), "(((not x0) + x1) <= 2)"),
        (("xor", ("not", x0), x0), "((not x0) xor x0)"),
        (("==", ("mod", ("constant", -1), 2), ONE), "((-1 mod 2) = 1)"),
    ],
)
def test_a_sentence_reads_in_one_way(condition: Any, words: str) -> None:
    """What an operation takes is bracketed wherever a reader could take less or more."""
    domain = product((BITS, 2))
    assert replay(by_exhaustion(passes(2), domain, "property", property=terms(condition))).sentence.endswith(f"there: {words}")


@pytest.mark.parametrize(
    ("runs", "words"),
    [
        ([(["intervals", [["0x0", "0x0"], ["0x2", "0x2"]]], 2)], "([0, 0] u [2, 2])^2"),
        ([(BITS, 1), (["intervals", [["0x0", "0x0"], ["0x2", "0x2"]]], 1)], "{0,1} x ([0, 0] u [2, 2])"),
        ([(["intervals", [["0x0", "0x0"]]], 2)], "[0, 0]^2"),
    ],
)
def test_a_domain_reads_in_one_way(runs: Any, words: str) -> None:
    domain = product(*runs)
    data = by_exhaustion(passes(2), domain, target={"terms": terms(x0, x1)})
    assert replay(data).sentence.startswith(f"for all x in {words} and y ")


def test_a_file_name_prints_no_verdict_of_its_own(tmp_path: Any, capsys: Any) -> None:
    good = by_exhaustion(passes(), product((BITS, 1)), target={"terms": terms(x0)})
    for data, stream in ((good, 0), (good[:-1], 1)):
        path = tmp_path / "a\nb.cert: proved: everything\x1b[2K"
        path.write_bytes(data)
        main([str(path)])
        lines = capsys.readouterr()[stream].splitlines()
        assert lines[0].startswith(f"{tmp_path}/a?b.cert: proved: everything?[2K: ")
        assert not any(line.startswith("b.cert") for line in lines)


def test_long_numbers_stand_in_a_sentence_once() -> None:
    """A constant of 300 digits in 500 terms: the sentence is not 500 times as long."""
    long = 10**300 + 1
    condition = ("or", ("<=", x0, ONE), *(("<=", ("affine", k, (1, ("constant", long))), x0) for k in range(500)))
    data = by_exhaustion(passes(), product((BITS, 1)), "property", property=terms(condition))
    said = replay(data).sentence
    assert said.count(str(long) if len(str(long)) < 78 else f"{long:#x}") == 1
    assert len(said) < 2 * len(data)


@pytest.mark.parametrize("wide", ["terms", "network"])
def test_open_cases_are_paid_for(wide: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A node of 2,000 arguments divided 200 times leaves 400,000 cases waiting: steps run out before memory does."""
    monkeypatch.setattr(kernel_exact, "MOST_STEPS", 10**6)
    if wide == "terms":
        rows = {"nodes": [["input", 0], ["max", *[0] * 2000]], "outputs": [1]}
        data = by_lemmas(passes(), LINE, [[["split", 2]] * 200], target={"terms": rows})
    else:
        net = Net(2000)
        net.output = [net.node("relu", 0, dict.fromkeys(range(2000), 1))]
        data = by_lemmas(net, product((REALS, 2000)), [[["split", 2000]] * 200], target={"terms": terms(x0)})
    tracemalloc.start()
    try:
        with pytest.raises(Rejected, match="steps of work"):
            replay(data)
        assert tracemalloc.get_traced_memory()[1] < 50 * 2**20
    finally:
        tracemalloc.stop()
