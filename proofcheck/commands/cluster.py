"""Exhaustive comparisons on the workers of a running Dask cluster: parts of the ranks, each counted once.

The workers are trusted: a part that one of them calls equal is believed, a difference is replayed in rationals here. A part
whose worker is lost is given to another; a part is told once, however often it was computed. `distributed` is an optional
extra, imported when an address is given; the workers need it and this package in the same version.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import lru_cache
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from proofcheck.checkers.batch import unequal_rows
from proofcheck.checkers.comparison import all_bits
from proofcheck.circuits import Circuit, simulate
from proofcheck.commands.networks import specification
from proofcheck.domains import Bits
from proofcheck.engine import evaluate_batch
from proofcheck.engine.bits.boolean import lookup_of_network
from proofcheck.engine.bits.lookup import difference, lookup_of_circuit
from proofcheck.engine.bits.programs import BitEngine, bit_engine
from proofcheck.engine.ranks import RankEngine
from proofcheck.errors import InputError, ProofcheckError, Refusal
from proofcheck.gate.cluster import connected
from proofcheck.networks import Network, network_bytes

Array = npt.NDArray[Any]
Range = tuple[int, int]
AHEAD = 4
"""Parts that wait for each worker thread."""


def engine_of(network: Network, other: Circuit | Network) -> BitEngine | RankEngine:
    """The comparison of the two on the domain of the network: in bits where every node is certified to be one, else by ranks.

    Raises Refusal for an infinite domain, and InputError for a circuit on inputs that are not bits.
    """
    if all_bits(network.domain):
        with suppress(Refusal):
            second = lookup_of_circuit(other) if isinstance(other, Circuit) else lookup_of_network(other, network.domain)
            return bit_engine(difference(lookup_of_network(network), second))
    elif isinstance(other, Circuit) and not network.domain.is_subset(Bits.of((other.input_count,))):
        raise InputError("an input is not a row of bits: a circuit has no output there")
    network.domain.cardinality()

    def fails(numerators: Array, denominator: int) -> Array:
        found = evaluate_batch(network, numerators, denominator)
        if isinstance(other, Circuit):
            return unequal_rows(*found, simulate(other, numerators).astype(np.int64), 1)
        return unequal_rows(*found, *evaluate_batch(other, numerators, denominator, network.domain))

    return RankEngine(network.domain, fails, network.node_count + (0 if isinstance(other, Circuit) else other.node_count))


def search_on_cluster(
    address: str, network: Network, other: Circuit | Network, ranges: Sequence[Range], part: int
) -> Iterator[tuple[int, int, int | None]]:
    """(first, last, a rank at which they differ or None) of every part of the ranges, in any order, each once.

    After a difference only parts of smaller ranks are told. Raises UsageError when there is no cluster at the address, and
    ProofcheckError when a worker answers for something else.
    """
    content = network_bytes(network), other.aiger()[0] if isinstance(other, Circuit) else network_bytes(other)
    name = _name(*content)
    waiting = iter([(a, min(a + part, last)) for first, last in ranges for a in range(first, last, part)])
    smallest: int | None = None
    with connected(address) as (distributed, client):
        threads = sum(client.nthreads().values())

        def submit(work: Range) -> Any:
            return client.submit(try_part, *content, *work, key=f"proofcheck-{name}-{work[0]}-{work[1]}", retries=2)

        first_ones = [submit(work) for work in islice(waiting, AHEAD * threads)]
        running = distributed.as_completed(first_ones, loop=client.loop)
        for future in running:
            first, last, found, told = future.result()
            if told != name:
                raise ProofcheckError("a worker of the cluster answers for another comparison")
            future.release()
            if smallest is None or first < smallest:
                yield first, last, found
            if found is not None:
                smallest = found if smallest is None else min(smallest, found)
            work = next(waiting, None)
            if work is not None and (smallest is None or work[0] < smallest):
                running.add(submit(work))


def try_part(network: bytes, other: bytes, first: int, last: int) -> tuple[int, int, int | None, str]:
    """What a worker does: (first, last, the first rank at which they differ or None, the name of the comparison)."""
    return first, last, _prepared(network, other).first(first, last), _name(network, other)


def _name(network: bytes, other: bytes) -> str:
    """The SHA-256 of what is compared."""
    return sha256(len(network).to_bytes(8, "little") + network + other).hexdigest()


@lru_cache(maxsize=2)
def _prepared(network: bytes, other: bytes) -> BitEngine | RankEngine:
    with tempfile.TemporaryDirectory() as folder:
        values = []
        for name, content in (("network", network), ("other", other)):
            path = Path(folder) / name
            path.write_bytes(content)
            values.append(specification(str(path)))
    one, second = values
    assert isinstance(one, Network)
    return engine_of(one, second)
