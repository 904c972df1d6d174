"""z3 in a process of its own: true claims hold, false ones have replayed witnesses, a bad solver gives unknown."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from fractions import Fraction

import pytest
from checker_tasks import BUDGET, computes, computes_circuit, computes_reference, ripple, satisfies, tournament, xor_chain

from proofcheck.checkers import smt
from proofcheck.circuits import emulate, equality, kogge_stone_adder, less_than
from proofcheck.claims.evidence import Strength, Verdict
from proofcheck.domains import Bits, Box, Cells, Permutations, Points, Reals
from proofcheck.networks import inputs, leaky_relu, network, relu, saturated_linear, step
from proofcheck.spec import all_of, bits_of, floor, maximum, minimum, mod, sorted_terms, where, word

TINY = Fraction(1, 2**40)
VACUOUS = "the solver showed no input of the domain, so its answer may be vacuous"
BAD = "the solver's answer cannot be used: "

HOLDS = {
    "maximum": lambda: computes(tournament(6), lambda x: maximum(*x)),
    "identity gadget": lambda: computes(_identity(), lambda x: x),
    "minimum on a box": lambda: computes(_minimum(Box(-1, 1)), lambda x: minimum(*x)),
    "words of bits": lambda: computes(ripple(4), lambda x, y: bits_of(word(x) + word(y), 4)),
    "parity": lambda: computes(xor_chain(6), lambda x: mod(sum(x), 2)),
    "grid with a step": lambda: computes(_minimum(Points(-1, 1, Fraction(1, 3))), lambda x: minimum(*x)),
    "permutations": lambda: computes(tournament(4, on=Permutations), lambda x: 3 + 0 * x[0]),
    "cells": lambda: computes(_staircase(), lambda x: minimum(floor(2 * x), 1) / 2),
    "leaky": lambda: computes(network(leaky_relu(inputs(), Fraction(1, 3))), lambda x: maximum(x, x / 3)),
    "saturated": lambda: computes(network(saturated_linear(inputs())), lambda x: maximum(0, minimum(x, 1))),
    "step": lambda: computes(network(step(inputs())), lambda x: x >= 0),
    "property": lambda: satisfies(tournament(3), lambda x, y: all_of(y[0] >= a for a in x)),
    "error met": lambda: computes(_identity(), lambda x: x + Fraction(1, 10**9), error=Fraction(1, 10**9)),
    "circuit": lambda: computes_circuit(emulate(kogge_stone_adder(3)), kogge_stone_adder(3)),
}


def _identity():
    x = inputs(on=Box(-1, 1))
    return network(relu(x) - relu(-x))


def _minimum(on):
    x, y = inputs(2, on=on)
    return network(x - relu(x - y))


def _staircase():
    """floor(2x)/2 on [0, 1] without a sliver below 1/2."""
    x = inputs(on=Cells(2, Fraction(1, 8)))
    return network(Fraction(1, 2) * (relu(8 * x - 3) - relu(8 * x - 4)))


@pytest.mark.parametrize("name", HOLDS)
def test_true_claims_are_established(name: str):
    finding = smt(HOLDS[name](), BUDGET)
    assert (finding.verdict, finding.strength) == (Verdict.HOLDS, Strength.ESTABLISHED), finding.reason
    assert finding.trust[0].startswith("z3 ")


FALSE = {
    "maximum of the others": lambda: computes(tournament(3), lambda x: maximum(*x[:2])),
    "strict where equal": lambda: satisfies(tournament(2), lambda x, y: y[0] > minimum(*x)),
    "one corner": lambda: computes(xor_chain(5), lambda x: where(all_of(x), 0, mod(sum(x), 2))),
    "between grid points": lambda: computes(network(relu(inputs(on=Box(0, 4)))), lambda x: where(x == Fraction(1, 3), 0, x)),
    "sorted": lambda: computes(network(list(inputs(3, on=Reals))), lambda x: sorted_terms(x)),
    "error 2^-80 too small": lambda: computes(_identity(), lambda x: x + TINY, error=TINY - Fraction(1, 2**80)),
    "another circuit": lambda: computes_circuit(emulate(less_than(2)), equality(2)),
}


@pytest.mark.parametrize("name", FALSE)
def test_false_claims_are_refuted_by_a_witness_in_the_domain(name: str):
    task = FALSE[name]()
    finding = smt(task, BUDGET)
    assert finding.verdict is Verdict.REFUTED, finding.reason
    assert finding.witness is not None
    assert task.statement.domain is not None
    assert task.statement.domain.contains(finding.witness.inputs)
    assert finding.witness.found != finding.witness.expected


def answering(**changes):
    """A solver that answers as told, after reading the query."""
    source = (
        "import hashlib, json, sys\n"
        "header = json.loads(sys.stdin.buffer.readline())\n"
        "answer = {'statement': hashlib.sha256(header['statement'].encode()).hexdigest(), 'answer': 'unsat', 'reason': '',\n"
        "          'version': '0', 'rehearsal': [['0x0', '0x0'], ['0x0'], True], 'model': None}\n"
        f"answer.update(json.loads({json.dumps(changes)!r}))\n"
        "print(json.dumps(answer))"
    )
    return [sys.executable, "-c", source]


@pytest.mark.parametrize(
    ("solver", "reason"),
    [
        (answering(answer="sat", model=["0x1", "0x2"]), "the solver's model does not replay in rationals"),
        (answering(answer="sat", model=["0x9", "0x0"]), "the solver's model does not replay in rationals"),
        (answering(answer="sat", reason="(root-obj x)"), "the solver's model cannot be replayed: (root-obj x)"),
        (answering(answer="unknown", reason="canceled"), "z3 0 gave up: canceled"),
        (answering(rehearsal=None), VACUOUS),
        (answering(rehearsal=[["0x9", "0x0"], ["0x0"], True]), VACUOUS),
        (answering(rehearsal=[["0x1", "0x2"], ["0x2"], True]), "the solver's query and the rationals disagree at an input"),
        (answering(rehearsal=[["0x1", "0x2"], ["0x1"], False]), "the solver's query and the rationals disagree at an input"),
        (answering(answer="UNSAT"), BAD + "it says 'UNSAT' instead of sat, unsat or unknown"),
        (answering(statement="0" * 64), BAD + "it is about another statement"),
        (answering(rehearsal=True), BAD + "its rehearsal is not a point, outputs and a truth value"),
        (answering(rehearsal=[["0x0"], ["0x0"], True]), BAD + "a point of it is not a list of 2 rationals"),
        (answering(rehearsal=[["nan", "inf"], ["0x0"], True]), BAD + "'nan' is not a rational in canonical hexadecimal form"),
        (answering(model=[0.5, "0x0"]), BAD + "a point of it is not a list of 2 rationals"),
        ([sys.executable, "-c", "print('unsat')"], BAD + "it is not JSON but b'unsat\\n'"),
        ([sys.executable, "-c", "print('[' * 10**5)"], BAD + "it is not JSON but b'" + "[" * 60 + "'"),
        ([sys.executable, "-c", ""], BAD + "it is not JSON but b''"),
        ([sys.executable, "-c", "import os; os.abort()"], "the solver was ended by signal 6 (SIGABRT)"),
        (
            [sys.executable, "-c", "import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(99)"],
            "the solver gave no answer within 1 s",
        ),
        ([sys.executable, "-c", "x = bytearray(2**33)"], "the solver ended with exit code 1: MemoryError"),
    ],
)
def test_a_solver_that_lies_hangs_dies_or_babbles_gives_unknown(solver: list[str], reason: str):
    task = computes(_minimum(Box(0, 4)), lambda x: minimum(*x))
    finding = smt(task, replace(BUDGET, seconds=1 if "within" in reason else 20), child=solver)
    assert (finding.verdict, finding.reason) == (Verdict.UNKNOWN, reason)


def test_the_budget_is_counted_in_resource_units_and_not_in_time():
    """The same small budget gives up on the same query, whatever the machine does meanwhile."""
    task = computes(tournament(16), lambda x: maximum(*reversed(x)))
    found = [smt(task, replace(BUDGET, rlimit=2_000)) for _ in range(2)]
    assert [finding.verdict for finding in found] == [Verdict.UNKNOWN] * 2
    assert found[0].reason == found[1].reason
    assert "gave up" in found[0].reason


def test_a_reference_function_is_not_given_to_a_solver():
    task = computes_reference(tournament(2, on=Bits), lambda x: (max(x),))
    assert smt(task, BUDGET).reason == "a reference function can only be run, not read by a solver"
