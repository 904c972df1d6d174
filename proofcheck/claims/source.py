"""Where a construction comes from, and how faithful it is to that place."""

from __future__ import annotations

from dataclasses import dataclass

from proofcheck.errors import ConstructionError

FIDELITIES = ("stated", "after", "ours")


@dataclass(frozen=True)
class Source:
    """A citation.

    statement: the place in the source, in words ("Theorem 1"). fidelity: *stated*, the bound is the source's;
    *after*, the idea is the source's and the construction ours; *ours*, both are.
    """

    citation: str
    arxiv: str = ""
    doi: str = ""
    statement: str = ""
    fidelity: str = "after"

    def __post_init__(self) -> None:
        if not self.citation.strip():
            raise ConstructionError("a source without a citation was given: say who published it, or who knows it")
        if self.fidelity not in FIDELITIES:
            raise ConstructionError(f"the fidelity {self.fidelity!r} is none of {', '.join(FIDELITIES)}")
