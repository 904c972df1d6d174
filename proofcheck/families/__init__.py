"""Families of networks for every n as data, contracts about them, and their unrolling."""

from proofcheck.families.contract import Contract, Ghost, count_of, is_bit, largest, least, number_of, sign_product, sum_of
from proofcheck.families.expressions import Expression, Fact, indicator
from proofcheck.families.family import Family, Fold, Tree
from proofcheck.families.statement import FamilyStatement, InstanceStatement, family_statement_of, instance_statement_of

__all__ = [
    "Contract",
    "Expression",
    "Fact",
    "Family",
    "FamilyStatement",
    "Fold",
    "Ghost",
    "InstanceStatement",
    "Tree",
    "count_of",
    "family_statement_of",
    "indicator",
    "instance_statement_of",
    "is_bit",
    "largest",
    "least",
    "number_of",
    "sign_product",
    "sum_of",
]
