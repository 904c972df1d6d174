"""When the kernel rejects meanings: find an input near the first node that does not carry its literal.

A failing corner gives values of a few circuit variables; z3 finds an input at which the circuit has them, by Boolean
reasoning alone; the input counts only if the whole claim fails there in rationals.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

from proofcheck.checkers.boolean.gates import Gates
from proofcheck.checkers.boolean.search import Wiring, wiring_of
from proofcheck.checkers.processes.limited import run_limited
from proofcheck.checkers.smt import CHILD
from proofcheck.checkers.task import Budget, Point, Task
from proofcheck.checkers.witness import replayed
from proofcheck.claims.evidence import Witness
from proofcheck.errors import InputError
from proofcheck.exact import rational_of

MOST_TRIED = 8


def nearby_witness(task: Task, gates: Gates, literals: Sequence[int], budget: Budget) -> Witness | None:
    """A witness at one of the first failing corners, or None; `literals` are the notes of the nodes that are not inputs."""
    wiring = wiring_of(task.network, gates, literals)
    for tried, corner in enumerate(_corners(wiring)):
        if tried == MOST_TRIED:
            break
        point = _input_with(gates, corner, budget)
        witness = None if point is None else replayed(task, point)
        if witness is not None:
            return witness
    return None


def _corners(wiring: Wiring) -> Iterator[Mapping[int, int]]:
    """Corners at which a node is not its literal, node by node, then those of the outputs."""
    network = wiring.network
    claims = [(node, wiring.literal[node]) for node in range(network.input_count, network.node_count)]
    claims += [(node, literal) for node, literal in zip(network.output.tolist(), wiring.gates.outputs, strict=False)]
    for node, literal in claims:
        if literal >= 0 and node >= network.input_count:
            failure = wiring.failure(node, literal)
            if failure is not None and failure.corner is not None:
                yield failure.corner


def _input_with(gates: Gates, corner: Mapping[int, int], budget: Budget) -> Point | None:
    """An input at which the variables have these values, or None when there is none or z3 does not find one."""
    rows = [[variable, *sides] for variable, sides in gates.gates.items()]
    query = {"gates": [list(gates.inputs), rows, gates.outputs], "corner": sorted(corner.items()), "rlimit": budget.rlimit}
    outcome = run_limited(CHILD, json.dumps(query).encode() + b"\n", budget.seconds, budget.memory_mb)
    try:
        values = json.loads(outcome.output)["model"] if not outcome.problem else None
        return None if values is None else tuple(rational_of(value) for value in values)
    except (ValueError, KeyError, TypeError, InputError):
        return None
