"""Families of networks for every n as data, contracts about them, and their unrolling."""

from proofcheck.families.arrays import Automaton, Everywhere, LocalRule, OddEvenSort, Sorted, StageContract, Stages
from proofcheck.families.calls import Calls, Shifted
from proofcheck.families.composition import Each, Parallel, Series, Then
from proofcheck.families.contract import Contract, Ghost, count_of, is_bit, largest, least, number_of, sign_product, sum_of
from proofcheck.families.expressions import Expression, Fact, indicator
from proofcheck.families.family import Fold, Tree
from proofcheck.families.growth import closed_forms
from proofcheck.families.statement import (
    FamilyStatement,
    GrowthStatement,
    InstanceStatement,
    family_statement_of,
    growth_statement_of,
    instance_statement_of,
)

Family = Fold | Calls | Tree | Automaton | Stages | OddEvenSort | Parallel | Series

__all__ = [
    "Automaton",
    "Calls",
    "Contract",
    "Each",
    "Everywhere",
    "Expression",
    "Fact",
    "Family",
    "FamilyStatement",
    "Fold",
    "Ghost",
    "GrowthStatement",
    "InstanceStatement",
    "LocalRule",
    "OddEvenSort",
    "Parallel",
    "Series",
    "Shifted",
    "Sorted",
    "StageContract",
    "Stages",
    "Then",
    "Tree",
    "closed_forms",
    "count_of",
    "family_statement_of",
    "growth_statement_of",
    "indicator",
    "instance_statement_of",
    "is_bit",
    "largest",
    "least",
    "number_of",
    "sign_product",
    "sum_of",
]
