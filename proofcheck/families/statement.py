"""A statement about a family for every n: canonical JSON whose SHA-256 names it. The kernel reads it and puts it in words."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from proofcheck.errors import InputError
from proofcheck.families.composition import shapes
from proofcheck.families.growth import form_names
from proofcheck.families.words import polynomial_words
from proofcheck.kernel import FamilyObligations, Rejected, family_obligations

LONGEST = 1_000_000
RULES = ("fold", "calls", "tree", "cells", "stages", "sort", "parallel", "sequence")


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

    @property
    def scope(self) -> str:
        """For which n."""
        return _scope(self.family, 0)


@dataclass(frozen=True)
class InstanceStatement:
    """The network with this digest is FAMILY at n (docs/formats.md), of copies and sequences at all their parameters. how: the
    split of a tree, the steps of cells, the places of words, of a sequence [how, how], of copies that of one, else None."""

    family: Any
    n: Any
    how: Any
    network: str

    def json(self) -> str:
        parts = {"family": self.family, "n": self.n, "how": self.how, "network": self.network}
        return _canonical({"claim": "instance"} | parts)

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.json().encode()).hexdigest()

    def sentence(self) -> str:
        name = hashlib.sha256(_canonical(self.family).encode()).hexdigest()[:16]
        composed = self.family["rule"] in ("parallel", "sequence")
        sizes = self.n if composed else [self.n, self.how]
        where = ", ".join(f"{name} = {q}" for (name, _), q in zip(shapes(self.family)[2], sizes, strict=False))
        where += "".join(f" by {split}" for split in _splits(self.how))
        return f"network {self.network[:12]} is the {self.family['rule']} {name} at {where}, neuron by neuron"


@dataclass(frozen=True)
class GrowthStatement:
    """Bounds on the sizes of FAMILY for every n, by the factors of docs/formats.md. how: the split of a tree, of a sequence
    [how, how], else None.

    exactly: closed forms of the number of neurons, POLYs, with those of parts before the last one; or none. attained:
    that the depth is exactly the bound, for every n.
    """

    family: Any
    how: Any
    neurons: tuple[int, ...]
    depth: tuple[int, ...]
    exactly: tuple[Any, ...] = ()
    attained: bool = False

    def json(self) -> str:
        bounds: dict[str, Any] = {"neurons": list(self.neurons), "depth": list(self.depth)}
        bounds |= {"exactly": list(self.exactly)} if self.exactly else {}
        bounds |= {"attained": True} if self.attained else {}
        return _canonical({"claim": "growth", "family": self.family, "how": self.how} | bounds)

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.json().encode()).hexdigest()

    @property
    def family_digest(self) -> str:
        """What stands in the place of a network's digest."""
        return hashlib.sha256(_canonical(self.family).encode()).hexdigest()

    @property
    def scope(self) -> str:
        """For which n."""
        return _scope(self.family, 1)

    def sentence(self) -> str:
        name, how = self.family_digest[:16], "".join(f" by {split}" for split in _splits(self.how))
        factors = f"neurons by the factors {list(self.neurons)}, depth by {list(self.depth)}{', which it has' * self.attained}"
        places = form_names(self.family)
        forms = f", its neurons are {polynomial_words(self.exactly[-1], places)} over {', '.join(places)}" if self.exactly else ""
        return f"for {self.scope} the {self.family['rule']} {name}{how} is bounded: {factors}{forms}"


def growth_statement_of(data: str) -> GrowthStatement:
    """Read what `json` wrote. Raises InputError for anything else."""
    value = _parts(data)
    family, neurons, depth = (value.get(key) for key in ("family", "neurons", "depth"))
    if not isinstance(family, dict) or "rule" not in family or not isinstance(neurons, list) or not isinstance(depth, list):
        raise InputError("the statement about sizes for every n names no family, or no factors")
    exactly = value.get("exactly", [])
    forms = tuple(exactly) if type(exactly) is list else ()
    attained = value.get("attained") is True
    statement = GrowthStatement(family, value.get("how"), tuple(neurons), tuple(depth), forms, attained)
    if statement.json() != data:
        raise InputError("the statement about sizes for every n is not of the form that docs/formats.md gives")
    return statement


def instance_statement_of(data: str) -> InstanceStatement:
    """Read what `json` wrote. Raises InputError for anything else."""
    value = _parts(data)
    family, n = value.get("family"), value.get("n")
    numbers = n if type(n) is list else [n]
    if any(type(q) is not int for q in numbers) or type(family) is not dict or family.get("rule") not in RULES:
        raise InputError("the statement about an instance names no family and no n")
    statement = InstanceStatement(family, n, value.get("how"), str(value.get("network")))
    if statement.json() != data:
        raise InputError("the statement about an instance is not of the form that docs/formats.md gives")
    return statement


def family_statement_of(data: str) -> FamilyStatement:
    """Read what `json` wrote. Raises InputError for anything else."""
    value = _parts(data)
    statement = FamilyStatement(value.get("family"), value.get("contract"))
    if statement.json() != data:
        raise InputError("the statement about a family is not in canonical form: sorted keys, no spaces, no other keys")
    _ = statement.read
    return statement


def _scope(family: Any, least: int) -> str:
    """For which parameters: every n >= 1, ... ; none below `least`."""
    return "every " + " and ".join(f"{name} >= {q if name == 'T' else max(q, least)}" for name, q in shapes(family)[2])


def _splits(how: Any) -> list[str]:
    """The splits of the trees in a family, in order."""
    return [split for part in how for split in _splits(part)] if isinstance(how, list) else [how] if type(how) is str else []


def _parts(data: str) -> dict[str, Any]:
    """The JSON object in a text."""
    if len(data) > LONGEST:
        raise InputError(f"the statement about a family has {len(data)} characters, expected at most {LONGEST}")
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise InputError("the statement about a family is not of the form that docs/formats.md gives")
    return value


def _canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"))
