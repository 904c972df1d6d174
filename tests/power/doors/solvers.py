"""Solvers that lie, hang, die and stammer, in z3's place: programs that read the query and answer as they like.

The false claim is false at 1/3 only, where no sample falls, so that nothing but the solver stands between it and a verdict.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from time import monotonic

from proofcheck.checkers import settle
from proofcheck.checkers.smt import smt
from proofcheck.checkers.task import Budget, Task
from proofcheck.claims.evidence import Finding, Strength
from proofcheck.claims.formulate import formulate
from proofcheck.claims.kinds import Computes
from proofcheck.claims.sizes import size_of
from proofcheck.domains import NonNegative
from proofcheck.networks import inputs, network, relu
from proofcheck.spec import where

ANSWER = """
import hashlib, json, os, signal, sys, time
header = json.loads(sys.stdin.buffer.readline())
digest = hashlib.sha256(header["statement"].encode()).hexdigest()
answer = {"statement": digest, "answer": "unsat", "reason": "", "version": "0", "model": None}
answer["rehearsal"] = [["0x0"], ["0x0"], True]
def say(**changes): print(json.dumps(answer | changes))
"""


@dataclass(frozen=True)
class Solver:
    """program: what it does once it has read the query. ends: the verdict about the false claim; words: of the reason."""

    name: str
    tried: str
    program: str
    words: str
    ends: str = "unknown"


SOLVERS = (
    Solver("sat_nowhere", "says sat and gives no model", "say(answer='sat')", "model cannot be replayed"),
    Solver("sat_elsewhere", "says sat with a model outside the domain", "say(answer='sat', model=['0x9'])", "does not replay"),
    Solver(
        "sat_by_mistake",
        "says sat with a model at which the claim is true",
        "say(answer='sat', model=['0x1'])",
        "does not replay",
    ),
    Solver("sat_nan", "says sat with a model of NaN", "say(answer='sat', model=['nan'])", "is not a rational"),
    Solver(
        "sat_infinity",
        "says sat with a number that JSON has not",
        "say(answer='sat', model=[float('inf')])",
        "not a list of 1 rationals",
    ),
    Solver(
        "sat_long", "says sat with a model of two numbers", "say(answer='sat', model=['0x0', '0x0'])", "not a list of 1 rationals"
    ),
    Solver("unsat_of_nothing", "says unsat and shows no input of the domain", "say(rehearsal=None)", "may be vacuous"),
    Solver(
        "unsat_of_another_query",
        "says unsat of a query with other outputs",
        "say(rehearsal=[['0x1'], ['0x0'], True])",
        "disagree at an input",
    ),
    Solver("unsat_of_another_statement", "answers for another statement", "say(statement='0' * 64)", "about another statement"),
    Solver("unsat_and_more", "says unsat, and then sat", "say(); say(answer='sat')", "not JSON"),
    Solver("half_an_answer", "says half of it and ends", "sys.stdout.write(json.dumps(answer)[:50])", "not JSON"),
    Solver(
        "half_and_death",
        "says half of it and dies",
        "sys.stdout.write(json.dumps(answer)[:50]); sys.stdout.flush(); os.abort()",
        "signal 6",
    ),
    Solver("all_and_death", "says unsat and dies", "say(); sys.stdout.flush(); os.kill(os.getpid(), 9)", "signal 9"),
    Solver("all_and_failure", "says unsat and ends with exit code 1", "say(); sys.stdout.flush(); os._exit(1)", "exit code 1"),
    Solver("silence", "says nothing", "pass", "not JSON"),
    Solver("garbage", "says random bytes", "sys.stdout.buffer.write(bytes(range(256)) * 99)", "not JSON"),
    Solver("lists", "says lists in lists in lists", "print('[' * 10**6)", "not JSON"),
    Solver("numbers", "says a number of 10^6 digits", "print('9' * 10**6)", "not JSON"),
    Solver(
        "wrong_types",
        "says true where texts belong",
        "say(answer=True, reason=[], version={})",
        "instead of sat, unsat or unknown",
    ),
    Solver("hang", "hangs", "time.sleep(10**6)", "gave no answer within"),
    Solver(
        "hang_and_ignore",
        "says unsat, ignores SIGTERM and hangs",
        "signal.signal(signal.SIGTERM, signal.SIG_IGN); say(); sys.stdout.flush(); time.sleep(10**6)",
        "gave no answer within",
    ),
    Solver("memory", "takes memory without bound", "x = []\nwhile True: x.append(bytearray(2**20))", "MemoryError"),
    Solver("flood", "says unsat without end", "while True: sys.stdout.write(' ' * 2**22)", "exit code 1"),
    Solver("unsat", "says unsat, and lies", "say()", "", "holds"),
)


def task(false: bool = True) -> Task:
    """relu(x) on [0, 4] is x, but for 1/3 if false."""
    x = inputs(on=NonNegative)
    claim = Computes((lambda x: where(x == Fraction(1, 3), 0, x)) if false else (lambda x: x), on=NonNegative)
    net = network(relu(x))
    return Task(net, formulate(claim, net, size_of({}, ()), layered=False).statement)


@contextmanager
def replacing_z3(solver: Solver) -> Iterator[None]:
    """The solver in z3's place wherever checkers ask it."""
    before = smt.__defaults__
    smt.__defaults__ = (None, (sys.executable, "-c", ANSWER + solver.program))
    try:
        yield
    finally:
        smt.__defaults__ = before


def settled(solver: Solver, floor: Strength = Strength.ESTABLISHED, seconds: float = 5) -> tuple[Finding, float]:
    """The finding about the false claim by this solver, and the time."""
    started = monotonic()
    with replacing_z3(solver):
        finding = settle(task(), floor, Budget(seconds=seconds, memory_mb=512))
    return finding, monotonic() - started


def fault(solver: Solver, finding: Finding) -> str:
    """Why this is not how it must end; a lie about unsat holds, trusting that solver, and a certified floor is never met."""
    right = finding.verdict.value == solver.ends and solver.words in finding.reason and finding.strength is not Strength.CERTIFIED
    trusted = solver.ends != "holds" or finding.trust == ("z3 0",)
    return (
        ""
        if right and trusted
        else f"ended in {finding.verdict.value} ({finding.reason}), expected {solver.ends}, {solver.words!r}"
    )
