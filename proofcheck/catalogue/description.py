"""What a construction says of itself, as data: read from a child's answer or from the cache, and shown by every surface."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from proofcheck.claims.construction import FORMS
from proofcheck.claims.evidence import Strength
from proofcheck.claims.sizes import is_label
from proofcheck.claims.source import Source
from proofcheck.errors import ConstructionError, printable

LONGEST_NAME, LONGEST_LINE = 200, 10_000
NOT_OF_FUNCTIONS = {"relation", "grows", "exact", "unrolls"}


@dataclass(frozen=True)
class ClaimDescription:
    """One claim: its kind, its floor, the labels of the sizes it is made at.

    assuming: the premises of a claim about a network; one about a limit has them in its statement.
    """

    name: str
    kind: str
    floor: Strength
    convention: str
    assuming: tuple[str, ...]
    sizes: tuple[str, ...]


@dataclass(frozen=True)
class Description:
    """Title, summary, derivation, source, declared form, parameters of `build`, claims, declared slack."""

    title: str
    summary: str
    docstring: str
    source: Source
    form: str
    parameters: tuple[str, ...]
    claims: tuple[ClaimDescription, ...]
    slack: str = ""

    def claim(self, name: str) -> ClaimDescription | None:
        """The claim of this name."""
        return next((claim for claim in self.claims if claim.name == name), None)

    def json(self) -> dict[str, Any]:
        """The description as JSON data."""
        claims = [
            asdict(c) | {"floor": c.floor.name.lower(), "assuming": list(c.assuming), "sizes": list(c.sizes)} for c in self.claims
        ]
        return asdict(self) | {"parameters": list(self.parameters), "claims": claims}


def description_of(data: Any) -> Description:
    """Read what `json` wrote. Raises KeyError, TypeError, ValueError, AttributeError or ConstructionError for anything else.

    What a construction must say of itself is demanded here again, since its own process may have been talked out of it.
    """
    claims = tuple(
        ClaimDescription(
            name=_name(claim["name"], "claim"),
            kind=_line(claim["kind"]),
            floor=Strength[claim["floor"].upper()],
            convention=_line(claim["convention"]),
            assuming=tuple(_line(text) for text in claim["assuming"]),
            sizes=tuple(_name(size, "size") for size in claim["sizes"]),
        )
        for claim in data["claims"]
    )
    texts = {name: _line(data[name]) for name in ("title", "summary", "form", "slack")}
    source = Source(**{name: _line(text) for name, text in data["source"].items()})
    parameters = tuple(_name(name, "parameter") for name in data["parameters"])
    description = Description(
        docstring=printable(str(data["docstring"])), source=source, parameters=parameters, claims=claims, **texts
    )
    _check(description)
    return description


def _check(description: Description) -> None:
    names = [claim.name for claim in description.claims]
    kinds = {claim.kind for claim in description.claims}
    sized, of_families = kinds & {"relation", "grows"}, kinds & {"forall", "grows"}
    if len(set(names)) < len(names) or any(not c.sizes or len(set(c.sizes)) < len(c.sizes) for c in description.claims):
        raise ConstructionError("a claim or one of its sizes is named twice, or a claim is made at no size")
    for claim in description.claims:
        for size in claim.sizes if claim.kind not in ("forall", "grows") else ():  # the scope of these is compared when judged
            if not is_label(size, description.parameters):
                raise ConstructionError(f"{size[:60]!a} names no size of {', '.join(description.parameters)} and no instance")
    if any(claim.assuming and claim.floor is Strength.CERTIFIED for claim in description.claims):
        raise ConstructionError("the floor of a claim that assumes something is established at most")
    if description.form not in FORMS or not names or (description.form != "limit" and not (sized and kinds - NOT_OF_FUNCTIONS)):
        raise ConstructionError("a construction needs a form, a claim about its function and one about its size")
    if of_families and "unrolls" not in kinds:
        raise ConstructionError("a claim about a family needs one that build gives its networks")


def _name(text: Any, what: str) -> str:
    """A name of a claim, size or parameter: printable ASCII, so that none passes for another, and short."""
    name = _line(text)
    if not 0 < len(name) <= LONGEST_NAME:
        raise ConstructionError(f"a name of {len(name)} characters was given to a {what}, expected 1 to {LONGEST_NAME}")
    if not name.isascii() or any(c in name for c in "[]:"):
        raise ConstructionError(f"{name[:60]!a} cannot name a {what}: give a name in ASCII without brackets and colons")
    return name


def _line(text: Any) -> str:
    if not isinstance(text, str) or not text.isprintable():
        raise ConstructionError(f"{ascii(text)[:60]} is not one line of printable text")
    if len(text) > LONGEST_LINE:
        raise ConstructionError(f"a line of {len(text)} characters was given, expected at most {LONGEST_LINE}: {text[:60]!a}")
    return text
