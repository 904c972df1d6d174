"""A statement about a family for every n: canonical JSON whose SHA-256 names it. The kernel reads it and puts it in words."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from proofcheck.domains import Domain, domain_of
from proofcheck.errors import InputError
from proofcheck.kernel import FamilyObligations, Rejected, family_obligations

LONGEST = 1_000_000


@dataclass(frozen=True)
class FamilyStatement:
    """FAMILY satisfies CONTRACT for every n (docs/formats.md)."""

    family: Any
    contract: Any

    def json(self) -> str:
        return _canonical({"claim": "family", "family": self.family, "contract": self.contract})

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.json().encode()).hexdigest()

    @property
    def family_digest(self) -> str:
        """What stands in the place of a network's digest."""
        return hashlib.sha256(_canonical(self.family).encode()).hexdigest()

    @cached_property
    def read(self) -> FamilyObligations:
        """What the kernel makes of it. Raises InputError for a statement that it refuses."""
        try:
            return family_obligations(self.json())
        except Rejected as reason:
            raise InputError(f"the statement about the family is refused: {reason}") from None

    def sentence(self) -> str:
        return self.read.sentence

    def domain_at(self, n: int) -> Domain:
        """All inputs at n: those of all steps or leaves, one after another, then the fixed inputs."""
        raw = self.family["inputs"] * n + self.family.get("fixed", [])
        return Domain(tuple(s for one in raw for s in domain_of({"sets": [[one, 1]], "constraints": [], "different": []}).sets))

    @property
    def scope(self) -> str:
        """For which n."""
        return f"every n >= {self.family['first'] if self.family['rule'] == 'fold' else 1}"


def family_statement_of(data: str) -> FamilyStatement:
    """Read what `json` wrote. Raises InputError for anything else."""
    if len(data) > LONGEST:
        raise InputError(f"the statement about a family has {len(data)} characters, expected at most {LONGEST}")
    try:
        value = json.loads(data)
        statement = FamilyStatement(value["family"], value["contract"])
    except (ValueError, KeyError, TypeError, RecursionError):
        raise InputError("the statement about a family is not of the form that docs/formats.md gives") from None
    if statement.json() != data:
        raise InputError("the statement about a family is not in canonical form: sorted keys, no spaces, no other keys")
    _ = statement.read
    return statement


def _canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"))
