"""Planted false claims: no checker may ever say that one of them holds, and the plan must refute it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import pytest
from checker_tasks import (
    BUDGET,
    changed,
    computes,
    computes_circuit,
    computes_reference,
    has_sizes,
    ripple,
    satisfies,
    tournament,
    xor_chain,
)

from proofcheck.checkers import Task, exhaustive, exhaustive_certificate, meanings, sampled, settle, sizes, smt
from proofcheck.circuits import emulate, less_than, ripple_adder
from proofcheck.claims.evidence import Strength, Verdict
from proofcheck.domains import Bits, Box, Constraint, Domain, Integers, Permutations, Points, Reals
from proofcheck.domains.sets import BIT
from proofcheck.errors import ConstructionError
from proofcheck.networks import inputs, network, relu, step
from proofcheck.spec import (
    all_of,
    any_of,
    bits_of,
    depth,
    floor,
    maximum,
    minimum,
    mod,
    neurons,
    nonzeros,
    sorted_terms,
    where,
    width,
    word,
)

TINY = Fraction(1, 2**40)


def relu_on(domain, weight=1, bias=0):
    return network(relu(weight * inputs(on=domain) + bias))


def step_on(domain):
    return network(step(inputs(on=domain)))


ON_BITS: dict[str, Callable[[], Task]] = {
    "wrong at the last corner": lambda: computes(xor_chain(8), lambda x: where(all_of(x), 1, mod(sum(x), 2))),
    "wrong at one inner corner": lambda: computes(xor_chain(8), lambda x: where(word(x) == 165, 1, mod(sum(x), 2))),
    "the last carry forgotten": lambda: computes(ripple(5), lambda x, y: bits_of(word(x) + word(y) - 16 * (x[4] & y[4]), 5)),
    "a strict comparison": lambda: computes(emulate(less_than(4)), lambda a, b: [word(a) <= word(b)]),
    "a bit order reversed": lambda: computes(emulate(less_than(4)), lambda a, b: [word(a[::-1]) < word(b[::-1])]),
    "the last weight off by 2^-40": lambda: computes(changed(xor_chain(5), 1, 1 + TINY), lambda x: mod(sum(x), 2)),
    "a bias off by 2^-40": lambda: computes(changed(ripple(3), -2, -2 + TINY), lambda x, y: bits_of(word(x) + word(y), 3)),
    "another circuit": lambda: computes_circuit(emulate(ripple_adder(4)), _carry_dropped(4)),
    "another reference": lambda: computes_reference(xor_chain(6), lambda x: (sum(x[:5]) % 2,)),
    "a property at one corner": lambda: satisfies(xor_chain(6), lambda x, y: any_of([y == 0, ~all_of(x[:5])])),
}

ON_NUMBERS: dict[str, Callable[[], Task]] = {
    "strict where equal": lambda: satisfies(tournament(2), lambda x, y: y[0] > minimum(*x)),
    "equality only on grid points": lambda: computes(_tooth(Box(0, 4)), lambda x: 0 * x),
    "wrong at a single real": lambda: computes(relu_on(Box(-1, 1)), lambda x: where(x == Fraction(1, 3), 0, maximum(x, 0))),
    "wrong on a sliver": lambda: computes(relu_on(Box(0, 1)), lambda x: where((x > TINY) & (x < 2 * TINY), 0, x)),
    "a step at its threshold": lambda: computes(step_on(Box(-1, 1)), lambda x: x > 0),
    "a weight off by 2^-40": lambda: computes(relu_on(Box(-1, 1), 1 + TINY), lambda x: maximum(x, 0)),
    "a bias off by 2^-40": lambda: computes(relu_on(Reals, 1, -TINY), lambda x: maximum(x, 0)),
    "an error just too small": lambda: computes(relu_on(Box(-1, 1), 1, TINY), lambda x: maximum(x, 0), error=TINY * (1 - TINY)),
    "one input forgotten": lambda: computes(tournament(9), lambda x: maximum(*x[:8])),
    "sorted the other way": lambda: computes(_comparator(), lambda x: sorted_terms(x)[::-1]),
    "cells with their slivers": lambda: computes(_staircase(Box(0, 1)), lambda x: minimum(floor(2 * x), 1) / 2),
    "a permutation's maximum": lambda: computes(tournament(4, on=Permutations), lambda x: 3 - (x[0] == 3)),
    "a grid's last point": lambda: computes(relu_on(Points(-1, 1, Fraction(1, 7))), lambda x: where(x == 1, 0, maximum(x, 0))),
    "a large integer": lambda: computes(relu_on(Integers(0, 1000), 2**60), lambda x: where(x == 999, 2**60 * x + 1, 2**60 * x)),
}


def _carry_dropped(p):
    circuit = ripple_adder(p)
    output = circuit.output.copy()
    output[-1] ^= 1
    return replace(circuit, output=output)


def _tooth(on):
    """A tooth on [0, 1]: 0 at every integer, 1/2 at 1/2."""
    x = inputs(on=on)
    return network(relu(x) - 2 * relu(x - Fraction(1, 2)) + relu(x - 1))


def _comparator():
    a, b = inputs(2)
    return network([a - relu(a - b), b + relu(a - b)])


def _staircase(on):
    x = inputs(on=on)
    return network(Fraction(1, 2) * (relu(8 * x - 3) - relu(8 * x - 4)))


ALL = {**ON_BITS, **ON_NUMBERS}
CHECKERS = (sampled, exhaustive, exhaustive_certificate, smt, meanings)


@pytest.mark.parametrize("name", ALL)
def test_no_checker_says_that_a_false_claim_holds(name: str):
    task = ALL[name]()
    for checker in CHECKERS:
        finding = checker(task, replace(BUDGET, samples=50))
        assert finding.verdict is not Verdict.HOLDS, checker.__name__
        assert finding.certificate is None


@pytest.mark.parametrize("name", ALL)
def test_the_plan_refutes_it_with_a_witness(name: str):
    task = ALL[name]()
    finding = settle(task, Strength.CERTIFIED, BUDGET)
    assert finding.verdict is Verdict.REFUTED, finding.reason
    assert finding.witness is not None
    assert task.statement.domain is not None
    assert task.statement.domain.contains(finding.witness.inputs)


SIZES = {
    "one neuron more": lambda: has_sizes(tournament(9), neurons == 9),
    "one layer fewer": lambda: has_sizes(tournament(9), depth <= 3),
    "strictly less": lambda: has_sizes(tournament(9), depth < 4),
    "a width of the layer above": lambda: has_sizes(tournament(9), width == 2),
    "affine nodes forgotten": lambda: has_sizes(ripple(3), nonzeros <= neurons),
    "layered although it skips": lambda: has_sizes(ripple(3), depth == 3, layered=True),
}


@pytest.mark.parametrize("name", SIZES)
def test_a_false_size_is_refuted_with_both_sides(name: str):
    finding = sizes(SIZES[name](), BUDGET)
    assert finding.verdict is Verdict.REFUTED
    assert finding.witness is not None
    assert (finding.witness.inputs, len(finding.witness.found), len(finding.witness.expected)) == ((), 1, 1)


def test_a_vacuous_claim_is_refused_whatever_it_says():
    """x + y = 3 has no solution in bits, and x + y <= -1 none in numbers from 0 on."""
    pair = ((0, Fraction(1)), (1, Fraction(1)))
    bits = Domain((BIT, BIT), (Constraint(pair, "==", Fraction(3)),))
    false = computes(tournament(2, on=Bits), lambda x: maximum(*x) + 1, on=bits)
    for checker in (settle_certified, exhaustive):
        with pytest.raises(ConstructionError, match="which is empty"):
            checker(false, BUDGET)
    assert smt(false, BUDGET).verdict is Verdict.UNKNOWN
    assert exhaustive_certificate(false, BUDGET).verdict is Verdict.UNKNOWN


def settle_certified(task, budget):
    return settle(task, Strength.CERTIFIED, budget)


def test_an_emptiness_that_only_a_solver_sees_gives_no_verdict():
    """x + y <= 1, y + z <= 1, x + z <= 1 leave x + y + z <= 3/2, and at least 2 is asked."""
    one = Fraction(1)
    conditions = [Constraint(((i, one), (j, one)), "<=", one) for i, j in ((0, 1), (1, 2), (0, 2))]
    conditions.append(Constraint(((0, -one), (1, -one), (2, -one)), "<=", Fraction(-2)))
    task = computes(tournament(3), lambda x: maximum(*x) + 1, on=Domain(Reals.of((3,)).sets, tuple(conditions)))
    assert task.statement.domain is not None
    assert task.statement.domain.is_empty() is None
    assert smt(task, BUDGET).reason == "the solver showed no input of the domain, so its answer may be vacuous"
    assert settle(task, Strength.ESTABLISHED, BUDGET).verdict is Verdict.UNKNOWN
