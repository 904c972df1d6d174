"""What a construction says of itself, as data: read from a child's answer or from the cache, and shown by every surface."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from proofcheck.claims.evidence import Strength
from proofcheck.claims.source import Source


@dataclass(frozen=True)
class ClaimDescription:
    """One claim: its kind, its floor, and the labels of the sizes it is made at."""

    name: str
    kind: str
    floor: Strength
    convention: str
    sizes: tuple[str, ...]


@dataclass(frozen=True)
class Description:
    """Title, summary, derivation, source, declared form, parameters of `build`, claims."""

    title: str
    summary: str
    docstring: str
    source: Source
    form: str
    parameters: tuple[str, ...]
    claims: tuple[ClaimDescription, ...]

    def claim(self, name: str) -> ClaimDescription | None:
        """The claim of this name."""
        return next((claim for claim in self.claims if claim.name == name), None)

    def json(self) -> dict[str, Any]:
        """The description as JSON data."""
        claims = [asdict(claim) | {"floor": claim.floor.name.lower(), "sizes": list(claim.sizes)} for claim in self.claims]
        return asdict(self) | {"parameters": list(self.parameters), "claims": claims}


def description_of(data: Any) -> Description:
    """Read what `json` wrote. Raises KeyError, TypeError, ValueError or ConstructionError for anything else."""
    claims = tuple(
        ClaimDescription(
            name=str(claim["name"]),
            kind=str(claim["kind"]),
            floor=Strength[claim["floor"].upper()],
            convention=str(claim["convention"]),
            sizes=tuple(map(str, claim["sizes"])),
        )
        for claim in data["claims"]
    )
    texts = {name: str(data[name]) for name in ("title", "summary", "docstring", "form")}
    return Description(source=Source(**data["source"]), parameters=tuple(map(str, data["parameters"])), claims=claims, **texts)
