"""VNN-LIB and SMT-LIB: solvers answer a written claim as it is, and what is written is read back as the same question."""

from fractions import Fraction
from itertools import product
from math import prod
from operator import eq, ge, gt, le, lt, ne
from pathlib import Path

import pytest
import z3

from proofcheck import (
    Bits,
    Box,
    Cells,
    Graphs,
    InputError,
    Integers,
    NonNegative,
    Permutations,
    Points,
    Reals,
    Refusal,
    absolute,
    evaluate,
    inputs,
    leaky_relu,
    maximum,
    minimum,
    mod,
    network,
    relu,
    saturated_linear,
    square,
    step,
    where,
)
from proofcheck.checkers.task import Task
from proofcheck.circuits import emulate, kogge_stone_adder, ripple_adder, subtractor
from proofcheck.commands.networks import equals_circuit, equals_network
from proofcheck.interop.onnx_read import read_onnx
from proofcheck.interop.questions import Question, question_of
from proofcheck.interop.smtlib import smtlib_text
from proofcheck.interop.vnnlib_read import question_of_text, read_vnnlib
from proofcheck.interop.vnnlib_write import vnnlib_text
from proofcheck.spec import Statement, TermTarget, variables
from proofcheck.spec import evaluate as evaluate_terms
from proofcheck.spec.functions import output_variables

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "cnf_networks"


def z3_answer(text):
    solver = z3.Solver(ctx=z3.Context())
    solver.from_string(text)
    solver.set("rlimit", 20_000_000)
    return str(solver.check())


def cvc5_answer(text):
    cvc5 = pytest.importorskip("cvc5", reason="the package cvc5 is not installed")
    solver = cvc5.Solver(cvc5.TermManager())
    solver.setOption("rlimit", "2000000")
    parser = cvc5.InputParser(solver)
    parser.setStringInput(cvc5.InputLanguage.SMT_LIB_2_6, text, "query")
    said = []
    while not (command := parser.nextCommand()).isNull():
        said.append(command.invoke(solver, parser.getSymbolManager()).strip())
    return "".join(said)


def asked(net, ask, domain=None):
    domain = domain or net.domain
    (x,), (y,) = variables(domain, [(net.input_count,)]), output_variables([(len(net.output),)])
    return Question(domain, ask(x, y))


def larger(on=Reals):
    x = inputs(2, on=on)
    return network([x[1] + relu(x[0] - x[1])])


def tent(on):
    x = inputs(1, on=on)
    return network([2 * relu(x[0]) - 4 * relu(x[0] - Fraction(1, 2))])


def several(on):
    x = inputs(2, on=on)
    a, b, c = step(x[0] - x[1]), saturated_linear(x[0] / 3), leaky_relu(x[1] - 1, Fraction(1, 4))
    return network([a + b, c])


def plain(n, on):
    x = inputs(n, on=on)
    return network([relu(a) for a in x])


THIRD = Fraction(1, 3)
QUESTIONS = {
    "maximum": (larger(), lambda x, y: ~(y[0] == maximum(*x)), "unsat"),
    "no maximum": (larger(), lambda x, y: ~(y[0] == minimum(*x)), "sat"),
    "attained": (larger(), lambda x, y: ~((y[0] == x[0]) | (y[0] == x[1])), "unsat"),
    "distance": (larger(), lambda x, y: y[0] - minimum(*x) < absolute(x[0] - x[1]), "unsat"),
    "distance falls": (larger(), lambda x, y: y[0] - minimum(*x) <= absolute(x[0] - x[1]), "sat"),
    "cases": (larger(), lambda x, y: ~(y[0] == where(x[0] >= x[1], x[0], x[1])), "unsat"),
    "non-negative": (larger(NonNegative), lambda x, y: (y[0] < 0) | (x[0] + x[1] < y[0]), "unsat"),
    "peak": (tent(Box(0, 1)), lambda x, y: y[0] >= 1, "sat"),
    "beyond the peak": (tent(Box(0, 1)), lambda x, y: y[0] > 1, "unsat"),
    "no third reaches 1": (tent(Points(0, 1, THIRD)), lambda x, y: y[0] >= 1, "unsat"),
    "a third reaches two": (tent(Points(0, 1, THIRD)), lambda x, y: y[0] == Fraction(2, 3), "sat"),
    "cells": (tent(Cells(2, Fraction(1, 8))), lambda x, y: (x[0] > Fraction(3, 8)) & (x[0] < Fraction(1, 2)), "unsat"),
    "activations": (several(Box(-2, 2)), lambda x, y: (y[0] < 0) | (y[0] >= 2) | (y[1] > 1), "unsat"),
    "step at 0": (several(Box(-2, 2)), lambda x, y: (x[0] == x[1]) & (x[0] == 0) & (y[0] == 1), "sat"),
    "bits": (plain(3, Bits), lambda x, y: ~((x[0] & x[1]) ^ (y[0] + y[1] >= 2) ^ 1), "unsat"),
    "bits as numbers": (plain(3, Bits), lambda x, y: x[0] + x[1] + x[2] > y[0] + y[1] + y[2], "unsat"),
    "permutations": (plain(3, Permutations), lambda x, y: y[0] == y[1], "unsat"),
    "graphs": (network([relu(v) for row in inputs(3, 3, on=Graphs) for v in row]), lambda x, y: y[1] < y[3], "unsat"),
    "true": (larger(), lambda x, y: y[0] == y[0] + 0, "sat"),
}
ROUNDED = {
    "parity": (plain(2, Integers(-3, 3)), lambda x, y: mod(x[0], 2) > 1, "unsat"),
    "floor": (plain(1, Box(-4, 4)), lambda x, y: (x[0] // 3) * 3 > x[0], "unsat"),
    "floor below": (plain(1, Box(-4, 4)), lambda x, y: (x[0] // 3) == -2, "sat"),
    "square": (plain(1, Box(0, 1)), lambda x, y: square(x[0]) > y[0], "unsat"),
}


@pytest.mark.parametrize("name", [*QUESTIONS, *ROUNDED])
def test_z3_and_cvc5_answer_a_written_question_alike(name):
    net, ask, answer = (QUESTIONS | ROUNDED)[name]
    text = smtlib_text(net, asked(net, ask), answer, "a question")
    assert (z3_answer(text), cvc5_answer(text)) == (answer, answer)


def test_a_network_without_a_question_has_an_input():
    assert z3_answer(smtlib_text(several(Box(-2, 2)))) == cvc5_answer(smtlib_text(several(Box(-2, 2)))) == "sat"


@pytest.mark.parametrize("name", QUESTIONS)
def test_the_public_parser_reads_what_is_written_and_so_do_we(name):
    """The question that is read back has the answer of the one that was written."""
    vnnlib = pytest.importorskip("vnnlib", reason="the package vnnlib is not installed")
    net, ask, answer = QUESTIONS[name]
    text = vnnlib_text(net, asked(net, ask))
    query = vnnlib.parse_query_string(text)
    assert [definition.shape for definition in query.networks[0].inputs] == [[1, *port.shape] for port in net.inputs]
    back = question_of_text(text)
    assert z3_answer(smtlib_text(net, back)) == answer


@pytest.mark.parametrize("name", ["distance", "cells", "activations", "graphs", "bits"])
def test_a_question_is_true_of_the_same_points_before_and_after(name):
    net, ask, _ = QUESTIONS[name]
    question = asked(net, ask)
    back = question_of_text(vnnlib_text(net, question))
    values = [Fraction(v, 4) for v in (-2, 0, 1, 2, 3, 4, 6)]
    for turn in range(40):
        x = tuple(values[(turn * 5 + i * (turn + 3)) % len(values)] for i in range(net.input_count))
        inside = question.domain.contains(x)
        y = evaluate(net, x)
        before = inside and evaluate_terms((question.condition,), x, y) == (1,)
        after = back.domain.contains(x) and evaluate_terms((back.condition,), x, y) == (1,)
        assert before == after


def meaning(vnnlib, node, values):
    """What the public parser's tree says at a point: a Fraction, or whether a condition is true. values: by name and indices."""
    kinds = {"GreaterThan": gt, "LessThan": lt, "GreaterEqual": ge, "LessEqual": le, "Equal": eq, "NotEqual": ne}
    kind = type(node).__name__
    if kind in kinds:
        return kinds[kind](meaning(vnnlib, node.lhs, values), meaning(vnnlib, node.rhs, values))
    if kind in ("And", "Or"):
        return (all if kind == "And" else any)(meaning(vnnlib, part, values) for part in node.args)
    if kind == "Var":
        return values[node.name, tuple(node.indices)]
    if kind == "Negate":
        return -meaning(vnnlib, node.expr, values)
    if kind in ("Plus", "Multiply"):
        parts = [meaning(vnnlib, part, values) for part in node.args]
        return sum(parts) if kind == "Plus" else prod(parts)
    if kind == "Minus":
        return meaning(vnnlib, node.head, values) - sum(meaning(vnnlib, part, values) for part in node.rest)
    return Fraction(node.lexeme)


@pytest.mark.parametrize("name", QUESTIONS)
def test_the_public_parser_understands_what_we_mean(name):
    """Its tree, evaluated at points with the outputs of the network, against the question that was written."""
    vnnlib = pytest.importorskip("vnnlib", reason="the package vnnlib is not installed")
    net, ask, _ = QUESTIONS[name]
    question = asked(net, ask)
    query = vnnlib.parse_query_string(vnnlib_text(net, question))
    names = [
        (definition.name, place)
        for network_ in query.networks
        for definition in (*network_.inputs, *network_.outputs)
        for place in product(*map(range, definition.shape))
    ]
    seen = set()
    for turn in range(60):
        choice = (Fraction(v, 8) for v in (-4, 0, 1, 2, 3, 4, 6, 8, 12))
        pool = [*choice, Fraction(0), Fraction(1), Fraction(1, 3)] if turn % 3 else [Fraction(0), Fraction(1), Fraction(2)]
        x = tuple(pool[(turn * 7 + i * (turn + 5)) % len(pool)] for i in range(net.input_count))
        y = evaluate(net, x)
        values = dict(zip(names, (*x, *y), strict=True))
        theirs = all(meaning(vnnlib, assertion.expr, values) for assertion in query.assertions)
        ours = question.domain.contains(x) and evaluate_terms((question.condition,), x, y) == (1,)
        assert theirs == ours
        seen.add(question.domain.contains(x))
    assert True in seen


def test_a_damaged_query_is_bad_input_or_another_question_and_nothing_else():
    text = vnnlib_text(QUESTIONS["activations"][0], asked(*QUESTIONS["activations"][:2]))
    words = ["(", ")", "[", "]", ",", "X", "Y[0]", "1.5", "and", "not", "<=", "declare-input", '"a"', "-", "1e5", "\x00"]
    ends = set()
    for place in range(0, len(text), 3):
        for damaged in (
            text[:place],
            text[:place] + text[place + 2 :],
            f"{text[:place]} {words[place % len(words)]} {text[place:]}",
        ):
            try:
                question_of_text(damaged, "q")
                ends.add("read")
            except InputError as error:
                ends.add("refused in a sentence" if "\n" not in str(error) else str(error))
    assert ends == {"read", "refused in a sentence"}


@pytest.mark.parametrize("name", ROUNDED)
def test_what_vnnlib_cannot_say_is_refused_by_name(name):
    net, ask, _ = ROUNDED[name]
    with pytest.raises(Refusal, match=r"^the statement contains (mod|floordiv|square), which VNN-LIB cannot say"):
        vnnlib_text(net, asked(net, ask))


def test_version_1_says_the_same_or_is_refused():
    net = tent(Box(0, 1))
    question = asked(net, lambda x, y: (y[0] >= 1) & (x[0] == THIRD))
    old, new = (question_of_text(vnnlib_text(net, question, version)) for version in ("1.0", "2.0"))
    assert z3_answer(smtlib_text(net, old)) == z3_answer(smtlib_text(net, new)) == "unsat"
    with pytest.raises(Refusal, match=r"strict comparison, which VNN-LIB 1\.0 cannot say"):
        vnnlib_text(net, asked(net, lambda x, y: y[0] > 1), "1.0")


def test_claims_of_every_target_become_questions():
    """Terms, circuits, other networks, errors: the written claim is unsat when it is true, sat with one gate changed."""
    net = emulate(ripple_adder(2))
    circuit, other = kogge_stone_adder(2), emulate(kogge_stone_adder(2))
    assert z3_answer(smtlib_text(net, question_of(Task(net, equals_circuit(net, circuit), circuit)))) == "unsat"
    assert z3_answer(smtlib_text(net, question_of(Task(net, equals_network(net, other), other=other)))) == "unsat"
    wrong = subtractor(2)
    assert z3_answer(smtlib_text(net, question_of(Task(net, equals_circuit(net, wrong), wrong)))) == "sat"
    f = tent(Box(0, 1))
    (x,) = variables(f.domain, [(1,)])
    for error, answer in ((Fraction(1, 2), "unsat"), (Fraction(127, 256), "sat")):
        near = Statement(
            kind="approximates", network=f.digest, domain=f.domain, target=TermTarget((x[0] * 0 + Fraction(1, 2),)), error=error
        )
        assert z3_answer(smtlib_text(f, question_of(Task(f, near)))) == answer


OLD = "(declare-const X_0 Real)(declare-const Y_0 Real)"
NEW = "(vnnlib-version <2.0>)\n(declare-network f (declare-input X real [2]) (declare-output Y real [1]))\n"
FAULTS = {
    OLD + "(assert (<= X_0 1": "q:1: a ( is never closed: the file is truncated",
    "(declare-const X_0 Real)\n(declare-const X_2 Real)": "q:2: X_2 where X_1 is next: variables are declared in order",
    OLD + "\n\n(assert (<= X_0 Z))": "q:3: 'Z', which is no number and was not declared",
    OLD + "(assert (<= (* X_0 Y_0) 1))": "q:1: a product of two variables: only linear expressions are read",
    "(declare-const X_0 Real)": "q: the query declares no inputs or no outputs",
    OLD + "(assert (<= X_0 0))(assert (>= X_0 1))": "q: input 0 has the bounds 1 and 0: the query is about no input",
    OLD + "(assert (<= X_0 nan))": "q:1: 'nan', which is no number and was not declared",
    "(vnnlib-version <3.0>)": "q:1: version <3.0> where <2.0> is expected",
    NEW + "(assert (<= X[2] 0.0))": "q:3: X[2] is no element of a tensor of the shape [2]",
    NEW + NEW[23:]: "q:3: a second network: queries about one network are read",
    "(exit)": "q:1: exit where a declaration or assert is expected",
    ")": "q:1: a ) without a (",
}


@pytest.mark.parametrize("text", FAULTS)
def test_a_malformed_query_is_said_in_one_sentence(text):
    with pytest.raises(InputError) as error:
        question_of_text(text, "q")
    assert str(error.value) == FAULTS[text]


def test_the_question_must_fit_the_network():
    net = tent(Box(0, 1))
    with pytest.raises(InputError, match="the question is about 2 inputs, the network has 1"):
        asked(larger(), lambda x, y: y[0] > 1).negated(net)


@pytest.mark.skipif(not DATA.is_dir(), reason=f"{DATA} is not there")
@pytest.mark.parametrize("path", sorted(DATA.glob("*.vnnlib")), ids=lambda path: path.stem)
def test_given_queries_have_the_answer_in_their_name(path):
    vnnlib = pytest.importorskip("vnnlib", reason="the package vnnlib is not installed")
    net, question = read_onnx(path.with_suffix(".onnx")), read_vnnlib(path)
    answer = path.name.partition("_")[0]
    text = smtlib_text(net, question)
    assert (z3_answer(text), cvc5_answer(text)) == (answer, answer)
    new = vnnlib_text(net, question)
    vnnlib.parse_query_string(new)
    for version in ("1.0", "2.0"):
        back = question_of_text(vnnlib_text(net, question, version))
        assert (back.domain, back.condition is question.condition) == (question.domain, True)
