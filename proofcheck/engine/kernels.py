"""Two ways to evaluate a plan on torch tensors. Both only multiply and add numbers that the certificate bounds.

A state has one row for each value that is alive and one column for each input point. Floats: one `embedding_bag` per
level, a fused gather, multiplication and sum. Integers: for j = 0, 1, ... the j-th sources of all nodes of a level are
gathered and added. Neither uses a matrix product, so reduced-precision modes of the device do not apply.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from torch import Tensor

from proofcheck.engine.plan import Block, Plan, Step
from proofcheck.networks.activation import Activation

Arrays = dict[str, Tensor]
Scalar = int | float
WIDE_CHUNK = 1024


@dataclass(frozen=True, eq=False)
class Ready:
    """A block with its slices of the index arrays, so that a tile of inputs costs no slicing."""

    block: Block
    bias: Tensor
    source: Tensor
    weight: Tensor
    offset: Tensor
    steps: tuple[tuple[Step, Tensor, Tensor], ...]


def ready(plan: Plan, arrays: Arrays) -> list[Ready]:
    """The blocks of `plan` with views into the arrays bias, source, weight and offset."""
    source, weight = arrays["source"], arrays["weight"]
    return [
        Ready(
            block,
            arrays["bias"][block.first : block.last, None],
            source[block.first_edge : block.last_edge],
            weight[block.first_edge : block.last_edge],
            arrays["offset"][block.first : block.last],
            tuple((step, source[step.first : step.last], weight[step.first : step.last, None]) for step in block.steps),
        )
        for block in plan.blocks
    ]


@contextmanager
def one_thread(device: torch.device) -> Iterator[None]:
    """Compute in the calling thread alone, on a CPU: a level of a tile is too little work to share.

    Sharing it gains nothing on an idle machine, and on a busy one every operation waits for a thread that is not scheduled.
    """
    if device.type != "cpu":
        yield
        return
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def run_floats(blocks: list[Ready], state: Tensor) -> None:
    """Fill the rows of `state` (slots, batch) level by level; the rows of the inputs are given."""
    for item in blocks:
        if len(item.source):
            total = torch.nn.functional.embedding_bag(item.source, state, item.offset, mode="sum", per_sample_weights=item.weight)
        else:
            total = state.new_zeros(len(item.bias), state.shape[1])
        if item.block.biased:
            total.add_(item.bias)
        _store(item.block, total, state)


def run_integers(blocks: list[Ready], state: Tensor) -> None:
    """As `run_floats`, in integers."""
    rows = max((len(item.bias) for item in blocks), default=0)
    sums, terms = (state.new_empty(rows, state.shape[1]) for _ in range(2))
    for item in blocks:
        total = sums[: len(item.bias)]
        if item.block.constants:
            total.zero_()
        for step, source, weight in item.steps:
            if step.kind == "all":
                _sum_one(total[step.row], state, source, weight)
                continue
            into = total[step.row : step.row + len(source)]
            found = into if step.kind == "first" else terms[: len(source)]
            torch.index_select(state, 0, source, out=found)
            _add_weighted(into, found, step, weight)
        if item.block.biased:
            total.add_(item.bias)
        _store(item.block, total, state)


def _add_weighted(into: Tensor, found: Tensor, step: Step, weight: Tensor) -> None:
    """into = weight * found for the first sources (where both are one tensor), else into += weight * found."""
    first = step.kind == "first"
    if step.runs is None:
        found.mul_(weight)
        if not first:
            into.add_(found)
        return
    for begin, end, value in step.runs:
        if not first:
            into[begin:end].add_(found[begin:end], alpha=int(value))
        elif value == -1:
            into[begin:end].neg_()
        elif value != 1:
            into[begin:end].mul_(int(value))


def _sum_one(into: Tensor, state: Tensor, source: Tensor, weight: Tensor) -> None:
    into.zero_()
    for begin in range(0, len(source), WIDE_CHUNK):
        found = state.index_select(0, source[begin : begin + WIDE_CHUNK]).mul_(weight[begin : begin + WIDE_CHUNK])
        into.add_(found.sum(0, dtype=state.dtype))


def _store(block: Block, total: Tensor, state: Tensor) -> None:
    for write in block.writes:
        into = state[write.slot : write.slot + write.last - write.first]
        _activate(write.activation, total[write.first : write.last], into)


def _activate(activation: Activation, value: Tensor, out: Tensor) -> None:
    """Write the activation of `value` to `out`. -0.0 is never compared by its bits, so it may stay."""
    if activation.kind == "identity":
        out.copy_(value)
    elif activation.kind == "relu":
        torch.clamp(value, min=0, out=out)
    elif activation.kind == "saturated_linear":
        torch.clamp(value, min=0, max=1, out=out)
    elif activation.kind == "step":
        out.copy_(value >= 0)
    elif activation.slope == -1:
        torch.abs(value, out=out)
    else:
        slope = activation.slope
        scalar: Scalar = slope.numerator if slope.denominator == 1 and not value.is_floating_point() else float(slope)
        out.copy_(torch.where(value >= 0, value, value * scalar))
