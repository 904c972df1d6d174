"""The construction value: what a construction file ends with, and what a catalogue refuses about it at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from proofcheck.claims.family_kinds import ForAll, Grows, Unrolls
from proofcheck.claims.kinds import LIMIT_CLAIMS, Claim, Relation
from proofcheck.claims.sizes import parameters_of, sizes_of
from proofcheck.claims.source import Source
from proofcheck.errors import ConstructionError

FORMS = ("layered", "traced", "limit")

KINDS = "Computes, Approximates, Property, Exact, Relation, ForAll, Grows or Unrolls"


@dataclass(frozen=True, eq=False)
class Construction:
    """A theorem as a program: `build` gives the network of a size, `claims` say what must hold of it.

    form: "layered" judges the strictly layered network, "traced" the one that `build` returns, which may skip layers;
    "limit" has no network: `build` returns a value out of which the claims, Enclosure and Probably, read exact reals.
    summary: one sentence for lists; the title when empty. slack: what the claims about the function leave open on purpose,
    in words, where another function may satisfy them all and none of them states an error. Raises ConstructionError for a
    construction that has no source, no claim about the function, none about a size, a claim without sizes, a size that does
    not fit `build`, or a claim about a family of which no claim says that `build` gives its networks.
    """

    title: str
    source: Source
    build: Callable[..., Any]
    claims: Mapping[str, Claim]
    form: str = "layered"
    summary: str = ""
    slack: str = ""

    def __post_init__(self) -> None:
        if not isinstance(self.source, Source):
            raise ConstructionError("the construction has no source: write source=Source(citation, ...)")
        if not self.title.strip():
            raise ConstructionError("the construction has no title: say in one line what it builds")
        if not callable(self.build):
            raise ConstructionError(f"build is {self.build!r}, expected a function of the size")
        if self.form not in FORMS:
            raise ConstructionError(f"the form {self.form!r} is none of {', '.join(FORMS)}")
        if not isinstance(self.slack, str) or not self.slack.isprintable():
            raise ConstructionError(f"slack is {self.slack!r}, expected words on one line: say what the claims leave open")
        object.__setattr__(self, "slack", self.slack.strip())
        if not isinstance(self.claims, Mapping):
            raise ConstructionError(f"claims is a {type(self.claims).__name__}, expected a dict: give each claim a name")
        object.__setattr__(self, "claims", dict(self.claims))
        for name, claim in self.claims.items():
            if not isinstance(claim, Claim):
                raise ConstructionError(f"the claim {name!r} is {claim!r}, expected {KINDS}")
            if isinstance(claim, LIMIT_CLAIMS) != (self.form == "limit"):
                raise ConstructionError(
                    f'the claim {name!r} does not fit the form {self.form}: Enclosure and Probably go with form="limit"'
                )
            if isinstance(claim, Unrolls) and self.form != "traced":
                raise ConstructionError(f'the claim {name!r} speaks of a network as the family gives it: write form="traced"')
            if not name or any(c in name for c in "[]:\n"):
                raise ConstructionError(f"{name!r} cannot name a claim: give a name without brackets and colons")
        said = {getattr(claim, "says", "size" if isinstance(claim, Relation) else "function") for claim in self.claims.values()}
        if "function" not in said:
            raise ConstructionError("no claim says what the network computes: add Computes, Approximates or Property")
        if "size" not in said:
            raise ConstructionError("no claim speaks of a size: add a Relation, such as Relation(depth == n, at=...)")
        unrolled = [_without_sets(claim.family.data()) for claim in self.claims.values() if isinstance(claim, Unrolls)]
        for name, claim in self.claims.items():
            if isinstance(claim, ForAll | Grows) and _without_sets(claim.family.data()) not in unrolled:
                raise ConstructionError(
                    f"the claim {name!r} speaks of a family, and no claim that build gives its networks: "
                    "add Unrolls(family, at=...)"
                )
        names = parameters_of(self.build)
        if not names:
            raise ConstructionError("build takes no parameter: give it one, such as n, also where a single size is all there is")
        for name, claim in self.claims.items():
            if isinstance(claim, ForAll | Grows):
                continue
            if not claim.at:
                raise ConstructionError(f"the claim {name!r} is made at no size: give at=range(...) or a list of sizes")
            sizes_of(claim.at, names)


def _without_sets(family: Any) -> Any:
    """The data of a family with the numbers of its inputs for their sets, on which no neuron depends: a claim may have others."""
    if not isinstance(family, Mapping):
        return family
    return {key: len(part) if key in ("inputs", "fixed") else _without_sets(part) for key, part in family.items()}
