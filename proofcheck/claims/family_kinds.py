"""The kinds of claims about families: a sentence about the networks at every n, or that one network is such a network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from proofcheck.claims.checks import finish
from proofcheck.claims.evidence import Strength
from proofcheck.errors import ConstructionError
from proofcheck.families import (
    Contract,
    Each,
    Family,
    FamilyStatement,
    GrowthStatement,
    InstanceStatement,
    LocalRule,
    Sorted,
    StageContract,
    Then,
    closed_forms,
)
from proofcheck.families.composition import arguments, asked, splits

FAMILIES = "expected Fold, Calls, Tree, Automaton, Stages, OddEvenSort, Parallel or Series"
CONTRACTS = "expected Contract, LocalRule, StageContract, Sorted, Each or Then"


@dataclass(frozen=True)
class ForAll:
    """The family satisfies the contract for every n: a claim without sizes, shown by induction over the family's rule.

    family: Fold, Calls, Tree, Automaton, Stages, OddEvenSort, Parallel or Series. contract: what holds, with the invariant that
    shows it: a Contract, of an automaton a LocalRule, of stages a StageContract, of a sort Sorted(), of copies Each(...), of a
    series Then(...). It speaks of the family as traced; the network at n is `family.network(n)`.
    """

    family: Family
    contract: Any
    floor: Strength = Strength.CERTIFIED
    at: tuple[Any, ...] = field(default=(), init=False)

    def __post_init__(self) -> None:
        if not isinstance(self.family, Family):
            raise ConstructionError(f"the family of ForAll is {self.family!r}, {FAMILIES}")
        if not isinstance(self.contract, Contract | LocalRule | StageContract | Sorted | Each | Then):
            raise ConstructionError(f"the contract of ForAll is {self.contract!r}, {CONTRACTS}")
        finish(self)

    def statement(self) -> FamilyStatement:
        """The statement. Raises ConstructionError or Refusal for a contract that does not fit the family."""
        return FamilyStatement(self.family.data(), self.contract.data(self.family))


@dataclass(frozen=True)
class Unrolls:
    """The network is the family at n, neuron by neuron; only in a construction of the form "traced" whose build is the family's.

    So what is claimed for every n is claimed of this network.
    """

    family: Family
    at: Any = ()
    floor: Strength = Strength.CERTIFIED
    says: str = field(default="instance", init=False)

    def __post_init__(self) -> None:
        if not isinstance(self.family, Family):
            raise ConstructionError(f"the family of Unrolls is {self.family!r}, {FAMILIES}")
        finish(self)

    def statement(self, network: str, given: Sequence[Any]) -> InstanceStatement:
        """The statement about the network with this digest, at the size with these arguments. Raises ConstructionError."""
        wanted = arguments(self.family)
        if len(given) != len(wanted) or any(type(argument) is not int for argument in given):
            raise ConstructionError(f"Unrolls speaks of a build with the parameters of its family, here {' and '.join(wanted)}")
        return InstanceStatement(self.family.data(), *asked(self.family, given), network)


@dataclass(frozen=True)
class Grows:
    """Bounds on neurons and depth of the family as traced, for every n, by factors that depend on the family's rule.

    Fold: a (n - first) + b for both. Tree: a (n - 1) + b n + c neurons, depth a ceil(log2 n) + b, with a (n - 1) for the splits
    left and right. Calls: a n p + b n neurons, depth a (n + p - 1) + b n + c, with 2 n + p - 2 where words are shifted.
    Automaton: a n T, depth a T. Stages: a n^3, depth a n. Sort: a n L (L + 1) / 4, depth a L (L + 1) / 2 with
    L = ceil(log2 n). Of copies the factors are those of one; of a series those of its parts.

    exactly: a closed form of the neurons that the blocks have, a function of n; of an automaton of n and T; of stages of k and
    n, after k of n stages; of calls two functions, of n and p: the neurons of one call, and all; of a sort two, of k and P,
    for n = P = 2^k: merging two lists of P numbers, and all; of copies and of a series functions for the folds, trees and calls
    in it, and one of all, of m (m1, m2, ... for copies of copies) and n. Shown by base and step of the recurrence.

    attained: that the depth is not only bounded by its factors, but is this number for every n; not for calls and sorts.
    """

    family: Family
    neurons: tuple[int, ...]
    depth: tuple[int, ...]
    exactly: Any = None
    attained: bool = False
    floor: Strength = Strength.CERTIFIED
    at: tuple[Any, ...] = field(default=(), init=False)
    says: str = field(default="size", init=False)

    def __post_init__(self) -> None:
        if not isinstance(self.family, Family):
            raise ConstructionError(f"the family of Grows is {self.family!r}, {FAMILIES}")
        for name in ("neurons", "depth"):
            factors: Any = getattr(self, name)
            if type(factors) is not tuple or any(type(q) is not int or q < 0 for q in factors):
                raise ConstructionError(
                    f"the factors {name}={factors!r} were given, expected a tuple of integers from 0 on: (1, 0) of a fold says "
                    "1 (n - first) + 0, other families have other factors (see Grows)"
                )
        if type(self.attained) is not bool:
            raise ConstructionError(f"attained={self.attained!r} was given, expected True or False")
        finish(self)

    def statement(self) -> GrowthStatement:
        """The statement."""
        given = self.exactly if isinstance(self.exactly, tuple) else () if self.exactly is None else (self.exactly,)
        data = self.family.data()
        return GrowthStatement(data, splits(self.family), self.neurons, self.depth, closed_forms(data, given), self.attained)
