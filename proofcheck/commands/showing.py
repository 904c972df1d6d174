"""One network of a construction for `proofcheck show`: its sizes, its wires, and what is known of the claims about it."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator
from fractions import Fraction

from proofcheck.catalogue.building import Job, build
from proofcheck.catalogue.description import Description
from proofcheck.catalogue.discovery import ConstructionFile
from proofcheck.catalogue.listing import remember, standing
from proofcheck.errors import ConstructionError
from proofcheck.families import family_statement_of, growth_statement_of, instance_statement_of
from proofcheck.gate.sizes_asked import sizes_asked
from proofcheck.networks import Network, layers, read_network, sizes
from proofcheck.spec import statement_of
from proofcheck.spec.reals_statement import real_statement_of

MOST_NODES = 64
WIDTH = 80


def shown_size(file: ConstructionFile, description: Description, size: str | None) -> Iterator[str]:
    """The lines about the construction at one size: the one asked for, or the first at which a claim on the function is made."""
    labels, elements = sizes_asked(size, description) if size is not None else ((_first(description),), None)
    if labels is not None:
        labels += tuple(label for claim in description.claims if claim.kind in ("forall", "grows") for label in claim.sizes)
    built = build(file, None, labels, elements)
    remember(built)
    job = next((job for job in built.jobs if not job.error), None)
    if job is None:
        raise ConstructionError(built.jobs[0].error if built.jobs else f"no claim is made at {size}", file.shown)
    yield f"at {job.size}"
    if job.network:
        network = read_network(job.network)
        yield "  " + ", ".join(f"{name} {value}" for name, value in measures(network).items())
        yield ""
        yield from (f"  {line}" for line in wires(network))
        yield ""
    settled = standing(file, built.sources)
    everywhere = {label for claim in description.claims if claim.kind in ("forall", "grows") for label in claim.sizes}
    for other in built.jobs:
        if (other.size == job.size or other.size in everywhere) and not other.error:
            word = settled.get(other.claim, {}).get(other.size, "not judged yet")
            text = f"  {other.claim}: {word}: {_sentence(other)}"
            yield from textwrap.wrap(text, WIDTH, subsequent_indent="      ")


def _sentence(job: Job) -> str:
    kind = json.loads(job.statement)["claim"]
    if kind == "family":
        return family_statement_of(job.statement).sentence()
    if kind == "growth":
        return growth_statement_of(job.statement).sentence()
    if kind == "instance":
        return instance_statement_of(job.statement).sentence()
    return statement_of(job.statement).sentence() if job.network else real_statement_of(job.statement).sentence()


def measures(network: Network) -> dict[str, Fraction | int]:
    """The sizes of the network by name."""
    found = sizes(network)
    names = ("inputs", "outputs", "depth", "width", "neurons", "nonzeros", "largest_weight", "weight_bits")
    return {name: getattr(found, name) for name in names}


def wires(network: Network) -> Iterator[str]:
    """Each node as a formula, with its layer; for a large network only the number of neurons in each layer."""
    layer = layers(network).tolist()
    neurons = [(node, kind) for node, kind, _, _ in network.nodes() if kind.kind != "identity"]
    if network.node_count > MOST_NODES:
        counts: dict[int, int] = {}
        for node, _ in neurons:
            counts[layer[node]] = counts.get(layer[node], 0) + 1
        text = ", ".join(f"{count} in layer {number}" for number, count in sorted(counts.items()))
        yield from textwrap.wrap(f"neurons: {text}", WIDTH - 2)
        return
    names = _input_names(network)
    for node, kind, bias, terms in network.nodes():
        names.append(f"v{node}")
        formula = _sum(bias, [(names[source], weight) for source, weight in terms])
        if kind.kind != "identity":
            formula = f"{kind.kind}({formula})"
        yield f"v{node} = {formula}{f'    layer {layer[node]}' if kind.kind != 'identity' else ''}"
    outputs = [names[node] for node in network.output.tolist()]
    yield from textwrap.wrap(f"outputs: {', '.join(outputs)}", WIDTH - 2, subsequent_indent="  ")


def _first(description: Description) -> str:
    sized = [claim for claim in description.claims if claim.kind not in ("forall", "grows")]
    claim = next((claim for claim in sized if claim.kind != "relation"), sized[0] if sized else description.claims[0])
    return claim.sizes[0]


def _input_names(network: Network) -> list[str]:
    names = []
    for port in network.inputs:
        for index in range(port.size):
            place = []
            for extent in reversed(port.shape):
                index, i = divmod(index, extent)
                place.append(i)
            names.append(port.name + (f"[{','.join(map(str, reversed(place)))}]" if port.shape else ""))
    return names


def _sum(bias: Fraction, terms: list[tuple[str, Fraction]]) -> str:
    parts = [f"{bias}"] if bias or not terms else []
    for name, weight in terms:
        size = "" if abs(weight) == 1 else f"{abs(weight)}*"
        sign = ("- " if weight < 0 else "+ ") if parts else ("-" if weight < 0 else "")
        parts.append(f"{sign}{size}{name}")
    return " ".join(parts)
