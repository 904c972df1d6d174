"""The kinds of claims: each value is one checkable sentence about one network, or one limit, at each of its sizes, or for all n.

A target, domain or property is given either for the network at hand or as a function of the size, told apart by its
parameters: a function whose parameters are all parameters of `build` is called with the size, any other one with terms
shaped like the ports. `assuming`: premises that no machine checks, one sentence each; they are printed beside every verdict
and cap it at established.

A claim about a function may carry *steps*, the stepping stones of its proof: a function of the inputs and outputs, as the
statement of Property, that returns comparisons. Each is proved before it is used, so they are no part of what is claimed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

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
from proofcheck.spec.reals_statement import ERROR_SHARE

FAMILIES = "expected Fold, Calls, Tree, Automaton, Stages, OddEvenSort, Parallel or Series"
CONTRACTS = "expected Contract, LocalRule, StageContract, Sorted, Each or Then"
established, certified, unrefuted = Strength.ESTABLISHED, Strength.CERTIFIED, Strength.UNREFUTED


@dataclass(frozen=True)
class ReferenceFunction:
    """Plain Python on Fractions, shaped like the ports: readable only by running it, so nothing about it is certified."""

    function: Callable[..., Any]


def reference(function: Callable[..., Any]) -> ReferenceFunction:
    """Mark a target as a reference function; usable as a decorator."""
    return ReferenceFunction(function)


@dataclass(frozen=True)
class Computes:
    """network(x) == target(x) for all x in the domain `on`; by default the network's own domain.

    target: a function of terms, one argument for each input port, that returns terms shaped like the output ports; a
    `reference` function; or a function of the size that returns one of these. circuit: a function of the size that
    returns a circuit, instead of a target. on: a family, a domain, one family for each port, or a function of the size.
    """

    target: Callable[..., Any] | ReferenceFunction | None = None
    on: Any = None
    at: Any = ()
    floor: Strength = established
    assuming: tuple[str, ...] = ()
    circuit: Callable[..., Any] | None = None
    steps: Callable[..., Any] | None = None

    def __post_init__(self) -> None:
        _check_steps(self)
        if (self.target is None) == (self.circuit is None):
            raise ConstructionError("Computes takes a target or a circuit, one of the two: say what the network should compute")
        _check_callable("the target of Computes", self.circuit if self.target is None else self.target)
        _finish(self)


@dataclass(frozen=True)
class Approximates:
    """|network(x) - target(x)| <= error in each output, for all x in the domain `on`.

    error: an exact number >= 0, or a function of the size that returns one.
    """

    target: Callable[..., Any] | ReferenceFunction
    error: Any
    on: Any = None
    at: Any = ()
    floor: Strength = established
    assuming: tuple[str, ...] = ()
    steps: Callable[..., Any] | None = None

    def __post_init__(self) -> None:
        _check_steps(self)
        _check_callable("the target of Approximates", self.target)
        _finish(self)


@dataclass(frozen=True)
class Property:
    """holds(x, network(x)) for all x in the domain `on`.

    holds: a function of terms, one argument for each input port and then one for each output port, that returns a
    Boolean term; or a function of the size that returns such a function.
    """

    holds: Callable[..., Any]
    on: Any = None
    at: Any = ()
    floor: Strength = established
    assuming: tuple[str, ...] = ()
    steps: Callable[..., Any] | None = None

    def __post_init__(self) -> None:
        _check_steps(self)
        _check_callable("the statement of Property", self.holds)
        _finish(self)


@dataclass(frozen=True)
class Exact:
    """Evaluating the network in the number format `dtype` rounds nowhere for all x in `on`, in any order of summation.

    dtype: "float32", "int8", ..., or a function of the size that returns one. `on` needs a least step: a grid, words, bits.
    """

    dtype: Any
    on: Any = None
    at: Any = ()
    floor: Strength = certified
    assuming: tuple[str, ...] = ()
    says: str = field(default="arithmetic", init=False)

    def __post_init__(self) -> None:
        _finish(self)


@dataclass(frozen=True, eq=False)
class Relation:
    """A comparison of measured sizes with functions of the parameters: `depth == ceil_log2(n)`.

    activations: the kinds that the network may use. on: the domain whose volume the relation speaks of.
    convention: how the source counts, in words.
    """

    relation: Any
    at: Any = ()
    activations: str | tuple[str, ...] = ("relu",)
    on: Any = None
    floor: Strength = certified
    convention: str = ""
    assuming: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        kinds = (self.activations,) if isinstance(self.activations, str) else tuple(self.activations)
        object.__setattr__(self, "activations", kinds)
        _finish(self)


@dataclass(frozen=True)
class Enclosure:
    """Comparisons of exact reals are true; only in a construction of the form "limit".

    comparisons: a function of what `build` returns, that gives pairs (name, comparison). about: what the comparisons say, in
    words that no machine checks. assuming: the premises under which they say it. says: "function" or "size".
    """

    comparisons: Callable[..., Any]
    about: str
    assuming: tuple[str, ...]
    says: str = "function"
    at: Any = ()
    floor: Strength = established

    def __post_init__(self) -> None:
        _check_callable("the comparisons of Enclosure", self.comparisons)
        _finish_limit(self)


@dataclass(frozen=True)
class Probably:
    """An experiment fails with probability at most `probability`; only in a construction of the form "limit".

    experiment, mutant: functions of what `build` returns, that give the Experiment and a planted-false variant of it, which
    the same test must refute. trials: the sample size. share: of the gate's error budget. about, assuming, says: as in
    Enclosure.
    """

    experiment: Callable[..., Any]
    mutant: Callable[..., Any]
    about: str
    probability: Fraction
    trials: int
    assuming: tuple[str, ...]
    share: Fraction = ERROR_SHARE
    says: str = "function"
    at: Any = ()
    floor: Strength = established

    def __post_init__(self) -> None:
        _check_callable("the experiment of Probably", self.experiment)
        _check_callable("the planted-false variant of Probably", self.mutant)
        _finish_limit(self)


@dataclass(frozen=True)
class ForAll:
    """The family satisfies the contract for every n: a claim without sizes, shown by induction over the family's rule.

    family: Fold, Calls, Tree, Automaton, Stages, OddEvenSort, Parallel or Series. contract: what holds, with the invariant that
    shows it: a Contract, of an automaton a LocalRule, of stages a StageContract, of a sort Sorted(), of copies Each(...), of a
    series Then(...). It speaks of the family as traced; the network at n is `family.network(n)`.
    """

    family: Family
    contract: Any
    floor: Strength = certified
    at: tuple[Any, ...] = field(default=(), init=False)

    def __post_init__(self) -> None:
        if not isinstance(self.family, Family):
            raise ConstructionError(f"the family of ForAll is {self.family!r}, {FAMILIES}")
        if not isinstance(self.contract, Contract | LocalRule | StageContract | Sorted | Each | Then):
            raise ConstructionError(f"the contract of ForAll is {self.contract!r}, {CONTRACTS}")
        _finish(self)

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
    floor: Strength = certified
    says: str = field(default="instance", init=False)

    def __post_init__(self) -> None:
        if not isinstance(self.family, Family):
            raise ConstructionError(f"the family of Unrolls is {self.family!r}, {FAMILIES}")
        _finish(self)

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
    floor: Strength = certified
    at: tuple[Any, ...] = field(default=(), init=False)
    says: str = field(default="size", init=False)

    def __post_init__(self) -> None:
        if not isinstance(self.family, Family):
            raise ConstructionError(f"the family of Grows is {self.family!r}, {FAMILIES}")
        for name in ("neurons", "depth"):
            factors: Any = getattr(self, name)
            if type(factors) is not tuple or any(type(q) is not int or q < 0 for q in factors):
                raise ConstructionError(f"the factors {name}={factors!r} were given, expected a tuple of integers from 0 on")
        if type(self.attained) is not bool:
            raise ConstructionError(f"attained={self.attained!r} was given, expected True or False")
        _finish(self)

    def statement(self) -> GrowthStatement:
        """The statement."""
        given = self.exactly if isinstance(self.exactly, tuple) else () if self.exactly is None else (self.exactly,)
        data = self.family.data()
        return GrowthStatement(data, splits(self.family), self.neurons, self.depth, closed_forms(data, given), self.attained)


NetworkClaim = Computes | Approximates | Property | Exact | Relation
LimitClaim = Enclosure | Probably
FamilyClaim = ForAll | Grows | Unrolls
Claim = NetworkClaim | LimitClaim | FamilyClaim
FUNCTION_CLAIMS = (Computes, Approximates, Property, ForAll)
LIMIT_CLAIMS = (Enclosure, Probably)


def kind_of(claim: Claim) -> str:
    """The lower-case name of the kind, as in docs/formats.md: "computes", "relation", ..."""
    return type(claim).__name__.lower()


def _finish(claim: Any) -> None:
    """Freeze `at` (so that an iterator is read once) and `assuming`, and check the floor."""
    assuming = getattr(claim, "assuming", ())
    assumptions = (assuming,) if isinstance(assuming, str) else tuple(assuming)
    if hasattr(claim, "assuming"):
        object.__setattr__(claim, "assuming", assumptions)
    for text in assumptions:
        if not isinstance(text, str) or not text.strip() or not text.isprintable():
            raise ConstructionError(f"{text!r} is no assumption: write one printable sentence for each")
    at = claim.at
    if isinstance(at, Iterable) and not isinstance(at, (str, bytes, dict)):
        at = tuple(at)
    else:
        at = (at,)
    object.__setattr__(claim, "at", at)
    if not isinstance(claim.floor, Strength):
        raise ConstructionError(f"the floor {claim.floor!r} is none of established, certified, unrefuted")
    if assumptions and claim.floor is Strength.CERTIFIED:
        raise ConstructionError(
            "the floor of a claim that assumes something is established at most, since no certificate covers what it assumes: "
            "say floor=established"
        )


def _finish_limit(claim: Any) -> None:
    if not claim.assuming:
        raise ConstructionError("a claim about a limit assumes that the limit describes networks: say so in assuming=")
    if claim.says not in ("function", "size"):
        raise ConstructionError(f"says is {claim.says!r}, expected function or size")
    if claim.floor is Strength.CERTIFIED:
        raise ConstructionError("the floor of a claim about exact reals is established: there is no certificate for it")
    _finish(claim)


def _check_steps(claim: Any) -> None:
    if claim.steps is not None:
        _check_callable(f"the value of steps= of {type(claim).__name__}", claim.steps)


def _check_callable(what: str, value: object) -> None:
    if not callable(value) and not isinstance(value, ReferenceFunction):
        raise ConstructionError(f"{what} is {value!r}, expected a function: write lambda x: ...")
