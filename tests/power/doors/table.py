"""All doors, in the groups that are judged by one gate each."""

from __future__ import annotations

from dataclasses import dataclass

from tests.power.doors import claims, constructions, neighbours, places
from tests.power.doors.door import Door
from tests.power.doors.places import Place

SHORT = "20 700 20000000"  # seconds, megabytes and bytes for what never ends


@dataclass(frozen=True)
class Group:
    """Doors of one kind. limits, arguments: of the gate that judges them."""

    name: str
    doors: tuple[Door, ...]
    limits: str = ""
    arguments: tuple[str, ...] = ()


GROUPS = (
    Group("patches the checker", constructions.PATCHES),
    Group("reaches for others", constructions.REACHES),
    Group("ends early", constructions.ENDS),
    Group("prints and forges", constructions.PRINTS),
    Group("is another each time", constructions.CHANGES),
    Group("never ends", constructions.ENDLESS, SHORT),
    Group("cheats by its target", claims.TARGETS),
    Group("cheats by its domain", claims.DOMAINS),
    Group("cheats by its sizes", claims.SIZES),
    Group("cheats by its floor", claims.FLOORS),
    Group("refers to a liar", claims.REFERENCES),
    Group("has neighbours", neighbours.NEIGHBOURS),
    Group("has neighbours, judged in two processes", neighbours.NEIGHBOURS, arguments=("-j", "2")),
)
TOLD = Group("states another claim than it seems to, which the report shows", constructions.TOLD)
PLACES: dict[str, tuple[Place, ...]] = {
    "is no file": places.FILES,
    "is no base": places.BASES,
    "cannot be written": places.OUTPUTS,
    "is no cache": places.STORES,
    "is too long": places.LONG,
}
EVERY = 5
SUITE = Group("some of each kind", tuple(door for g in GROUPS if not g.limits and not g.arguments for door in g.doors[::EVERY]))
"""What the test suite judges; `python -m tests.evidence.doors` judges all."""
