"""The kinds of claims: each value is one checkable sentence about one network, or one limit, at each of its sizes, or for all n.

A target, domain or property is given either for the network at hand or as a function of the size, told apart by its
parameters: a function whose parameters are all parameters of `build` is called with the size, any other one with terms
shaped like the ports. `assuming`: premises that no machine checks, one sentence each; they are printed beside every verdict
and cap it at established.

A claim about a function may carry *steps*, the stepping stones of its proof: a function of the inputs and outputs, as the
statement of Property, that returns comparisons. Each is proved before it is used, so they are no part of what is claimed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from proofcheck.claims.checks import check_callable, check_steps, finish, finish_limit
from proofcheck.claims.evidence import Strength
from proofcheck.claims.family_kinds import ForAll, Grows, Unrolls
from proofcheck.claims.reference import ReferenceFunction
from proofcheck.errors import ConstructionError
from proofcheck.spec.reals_statement import ERROR_SHARE

established, certified, unrefuted = Strength.ESTABLISHED, Strength.CERTIFIED, Strength.UNREFUTED


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
        check_steps(self)
        if (self.target is None) == (self.circuit is None):
            raise ConstructionError("Computes takes a target or a circuit, one of the two: say what the network should compute")
        check_callable("the target of Computes", self.circuit if self.target is None else self.target)
        finish(self)


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
        check_steps(self)
        check_callable("the target of Approximates", self.target)
        finish(self)


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
        check_steps(self)
        check_callable("the statement of Property", self.holds)
        finish(self)


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
        finish(self)


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
        finish(self)


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
        check_callable("the comparisons of Enclosure", self.comparisons)
        finish_limit(self)


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
        check_callable("the experiment of Probably", self.experiment)
        check_callable("the planted-false variant of Probably", self.mutant)
        finish_limit(self)


NetworkClaim = Computes | Approximates | Property | Exact | Relation
LimitClaim = Enclosure | Probably
FamilyClaim = ForAll | Grows | Unrolls
Claim = NetworkClaim | LimitClaim | FamilyClaim
FUNCTION_CLAIMS = (Computes, Approximates, Property, ForAll)
LIMIT_CLAIMS = (Enclosure, Probably)


def kind_of(claim: Claim) -> str:
    """The lower-case name of the kind, as in docs/formats.md: "computes", "relation", ..."""
    return type(claim).__name__.lower()
