"""Checkers: each settles one statement about one network in its own way, and `settle` chooses among them.

Anything here may be wrong: a result is certified only where the kernel has replayed a certificate, and refuted only
where an input has been replayed in rationals.
"""

from proofcheck.checkers.boolean.meanings import meanings
from proofcheck.checkers.exhaustive import exhaustive, exhaustive_certificate
from proofcheck.checkers.faults.mutants import Mutant, mutants
from proofcheck.checkers.faults.mutation import mutation_run
from proofcheck.checkers.piecewise.lemmas import lemmas
from proofcheck.checkers.sampled import sampled
from proofcheck.checkers.settle import settle
from proofcheck.checkers.sizes import sizes
from proofcheck.checkers.smt import smt
from proofcheck.checkers.task import Budget, Task, seed_of
from proofcheck.checkers.vertices import vertices
from proofcheck.checkers.witness import replayed

__all__ = [
    "Budget",
    "Mutant",
    "Task",
    "exhaustive",
    "exhaustive_certificate",
    "lemmas",
    "meanings",
    "mutants",
    "mutation_run",
    "replayed",
    "sampled",
    "seed_of",
    "settle",
    "sizes",
    "smt",
    "vertices",
]
