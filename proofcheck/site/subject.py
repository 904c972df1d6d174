"""One construction with all that its page is made of: its file, what it says of itself, its evidence, its networks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from proofcheck.catalogue.building import build
from proofcheck.catalogue.description import Description
from proofcheck.catalogue.discovery import ConstructionFile
from proofcheck.catalogue.items import Facts, item
from proofcheck.errors import ProofcheckError
from proofcheck.networks import Network, Sizes, read_network, sizes
from proofcheck.site.evidence import Witnessed, network_in
from proofcheck.site.figure import MOST_NEURONS, Figure, figure_of
from proofcheck.site.views import ClaimView, claims_of, how_of

FIRST = ("computes", "approximates", "forall", "property", "unrolls", "exact")
BEST_NEURONS, MOST_INPUTS, MOST_LINES = 24, 8, 100


@dataclass(frozen=True)
class Subject:
    """One construction with all that its page is made of. source: the text of its file."""

    file: ConstructionFile
    description: Description
    source: str
    witnessed: Witnessed

    @property
    def name(self) -> str:
        return self.file.name

    @cached_property
    def claims(self) -> list[ClaimView]:
        order = {kind: i for i, kind in enumerate(FIRST)}
        found = claims_of(self.name, self.description, self.witnessed)
        return sorted(found, key=lambda claim: order.get(claim.kind, len(order)))

    @cached_property
    def networks(self) -> dict[str, Network]:
        """The network of each size, out of the certificates that were replayed."""
        found: dict[str, Network] = {}
        known: dict[str, Network] = {}
        for entry in self.witnessed.of(self.name):
            data = self.witnessed.certificate(entry)
            if data is None or entry["size"] in found or entry["size"].startswith("every "):
                continue
            if entry["network"] not in known and (inner := network_in(data)) is not None and len(inner) < 4_000_000:
                known[entry["network"]] = read_network(inner)
            if entry["network"] in known:
                found[entry["size"]] = known[entry["network"]]
        return found

    @cached_property
    def counted(self) -> dict[str, Sizes]:
        return {size: sizes(network) for size, network in self.networks.items()}

    @cached_property
    def drawn(self) -> tuple[str, Network, Figure] | None:
        """The size to draw: the largest network that one still takes in at a glance, else the smallest that can be drawn."""
        about = [claim for claim in self.claims if claim.kind in FIRST and claim.kind != "forall"]
        labels = list(dict.fromkeys(e["size"] for claim in about for e in claim.entries)) or list(self.networks)
        found = {size: self.networks[size] for size in labels if size in self.networks} or self._built(labels)
        small = sorted(found, key=lambda size: len(found[size].activation))
        glance = [size for size in small if neurons(found[size]) <= BEST_NEURONS and found[size].input_count <= MOST_INPUTS]
        for size in [*glance[::-1], *small]:
            figure = figure_of(found[size], MOST_NEURONS)
            if figure is None or len(figure.by_layer) > 14:
                continue
            if size not in glance or size == glance[0] or sum(len(node.terms) for node in figure.nodes) <= MOST_LINES:
                return size, found[size], figure
        return None

    def item(self) -> dict[str, Any]:
        """What queries see."""
        return item(self.name, self.file.shown, self.description, self.standing, self.facts)

    @property
    def standing(self) -> dict[str, dict[str, str]]:
        found: dict[str, dict[str, str]] = {}
        for entry in self.witnessed.of(self.name):
            found.setdefault(entry["claim"], {})[entry["size"]] = how_of(entry)
        return found

    @property
    def facts(self) -> Facts:
        found: dict[str, dict[str, Any]] = {}
        for entry in self.witnessed.of(self.name):
            sentence = entry["sentence"]
            before, _, after = sentence.partition("network ")
            fact: dict[str, Any] = {
                "kind": entry["kind"],
                "says": (before + after.partition(" ")[2])[:300] if after else sentence[:300],
            }
            reading = entry.get("reading") or {}
            if "relation" in reading:
                fact |= {key: reading[key] for key in ("relation", "parameters", "activations")}
            found.setdefault(entry["claim"], {})[entry["size"]] = fact
        return found

    def _built(self, labels: Sequence[str]) -> dict[str, Network]:
        """The networks of the first sizes, built, where no certificate holds one."""
        if self.description.form == "limit" or not labels:
            return {}
        try:
            built = build(self.file, None, tuple(labels[:4]))
        except ProofcheckError:
            return {}  # its evidence says what is wrong with it
        return {job.size: read_network(job.network) for job in built.jobs if job.network and not job.error}


def neurons(network: Network) -> int:
    """How many nodes of the network are neurons."""
    return sum(network.activations[i].kind != "identity" for i in network.activation.tolist())
