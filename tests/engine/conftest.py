"""What several engine tests share: evaluation as a float program without any certificate would do it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

import pytest
import torch

from proofcheck.networks import Network

Rows = list[tuple[Fraction | None, ...]]


def naive(net: Network, dtype: torch.dtype, rows: Sequence[Sequence[Fraction | int]]) -> list[Rows]:
    """The outputs of plain torch arithmetic in `dtype` at each row, for several orders of summation.

    A result that is not finite is None. Nodes that no output depends on are left out.
    """

    def stored(value: Fraction | int) -> torch.Tensor:
        return torch.tensor(float(value) if dtype.is_floating_point else int(value), dtype=dtype)

    nodes = {node: (activation, bias, terms) for node, activation, bias, terms in net.nodes()}
    live = set(net.output.tolist())
    for node in reversed(nodes):
        if node in live:
            live.update(s for s, _ in nodes[node][2])
    found = []
    for rotation in range(6):
        state = {i: torch.stack([stored(row[i]) for row in rows]) for i in range(net.input_count) if i in live}
        for node in sorted(live.intersection(nodes)):
            activation, bias, terms = nodes[node]
            parts = [stored(w) * state[s] for s, w in terms] + [stored(bias).expand(len(rows))]
            parts = parts[rotation % len(parts) :] + parts[: rotation % len(parts)]
            total = torch.zeros(len(rows), dtype=dtype)
            for part in parts[:: -1 if rotation % 2 else 1]:
                total = total + part
            match activation.kind:
                case "relu":
                    total = total.clamp(min=0)
                case "leaky_relu":
                    total = torch.where(total >= 0, total, stored(activation.slope) * total)
                case "step":
                    total = (total >= 0).to(dtype)
                case "saturated_linear":
                    total = total.clamp(0, 1)
            state[node] = total
        out = zip(*(state[j].tolist() for j in net.output.tolist()), strict=True)
        found.append([tuple(Fraction(v) if v - v == 0 else None for v in row) for row in out])
    return found


@pytest.fixture(scope="session", name="naive")
def _naive() -> Callable[..., list[Rows]]:
    return naive
