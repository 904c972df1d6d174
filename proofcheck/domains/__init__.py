"""Sets of inputs: a product of scalar sets, cut by linear constraints and all-different groups.

Everything is exact and immutable. A *domain* has one scalar set for each input coordinate; a *family* (`Reals`,
`Bits`, `Box(0, 1)`, ...) makes the domain of a given shape.
"""

from proofcheck.domains.constraints import Constraint
from proofcheck.domains.domain import Domain, domain_of, product_of
from proofcheck.domains.families import (
    Bits,
    Box,
    Cells,
    DirectedGraphs,
    Family,
    Graphs,
    Integers,
    NonNegative,
    Permutations,
    Points,
    Polyhedron,
    Reals,
    Words,
)
from proofcheck.domains.sets import Grid, Interval, Intervals, ScalarSet

__all__ = [
    "Bits",
    "Box",
    "Cells",
    "Constraint",
    "DirectedGraphs",
    "Domain",
    "Family",
    "Graphs",
    "Grid",
    "Integers",
    "Interval",
    "Intervals",
    "NonNegative",
    "Permutations",
    "Points",
    "Polyhedron",
    "Reals",
    "ScalarSet",
    "Words",
    "domain_of",
    "product_of",
]
