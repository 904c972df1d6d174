"""Networks of integers evaluated by the compiled kernel in the narrowest arithmetic that is certified exact (affine.py).

There is no portable twin here: without the compiled kernel the torch modules do the same (exact_module.py).
"""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from proofcheck.domains import Domain
from proofcheck.engine.affine import LIMITS, REPEATED, SLOPES, Affine, affine_of, complaint, fastest
from proofcheck.engine.memory import CACHE_SHARE, VECTOR, aligned, pointer, pointers
from proofcheck.engine.native import kernels, level2_bytes, why_not
from proofcheck.engine.schedule import scheduled_rows
from proofcheck.errors import Refusal, UsageError
from proofcheck.networks.network import Network

Array = npt.NDArray[Any]

KINDS = {"uint8": 0, "int8": 1, "int16": 2, "int32": 3, "int64": 4, "float32": 5, "float64": 6}
ROW_BYTES = (128, 4096)
GATE = np.dtype(
    [("bias", "<i8"), ("slope", "<i8"), *((name, "<i4") for name in ("out", "first", "count", "positive", "capped", "step"))]
)


@dataclass(frozen=True)
class Encoded:
    """A program as the compiled kernel reads it: gates, then for all their terms rows and weights; lanes: values to a row."""

    gates: Array
    row: npt.NDArray[np.int32]
    weight: Array
    bias: Array
    slope: Array
    input: npt.NDArray[np.int32]
    output: npt.NDArray[np.int32]
    zero: int
    slots: int
    lanes: int


@dataclass(frozen=True, eq=False)
class RowEngine:
    """A network of integers in one arithmetic, that of `dtype`; built by `row_engine`."""

    program: Affine
    dtype: np.dtype[Any]

    @cached_property
    def encoded(self) -> Encoded:
        return encoded(self.program, self.dtype)

    def admits(self, numerators: Array) -> bool:
        """Whether all rows (count, inputs) of integers lie within the bounds for which the arithmetic is certified."""
        return admits(self.program, numerators)

    def run(self, columns: Array) -> Array:
        """The outputs (O, count) at input columns (inputs, count), both of the dtype. The caller answers for `admits`."""
        if columns.dtype != self.dtype or columns.ndim != 2 or len(columns) != self.program.inputs:
            given_words = f"columns of the shape {columns.shape} and dtype {columns.dtype} were given"
            raise UsageError(f"{given_words}, ({self.program.inputs}, count) of {self.dtype} is expected")
        library, plan = kernels(), self.encoded
        assert library is not None
        given = np.ascontiguousarray(columns)
        result = np.empty((len(plan.output), given.shape[1]), self.dtype)
        state = aligned(plan.slots * plan.lanes * self.dtype.itemsize)
        library.numbers_run(
            KINDS[self.dtype.name],
            pointer(plan.gates),
            ctypes.c_int64(len(plan.gates)),
            pointer(plan.row),
            pointer(plan.weight),
            pointer(plan.bias),
            pointer(plan.slope),
            *pointers(plan.input),
            *pointers(plan.output),
            ctypes.c_int32(plan.zero),
            pointer(given),
            pointer(result),
            ctypes.c_int64(given.shape[1]),
            pointer(state),
            ctypes.c_int64(plan.lanes),
        )
        return result

    def outputs(self, numerators: Array) -> npt.NDArray[np.int64]:
        """The outputs (count, O) at rows of integers (count, inputs) that were admitted."""
        columns = np.ascontiguousarray(numerators.T, self.dtype)
        return np.ascontiguousarray(self.run(columns).T, np.int64)


def admits(program: Affine, numerators: Array) -> bool:
    """Whether all rows (count, inputs) of integers lie within the bounds of the program's inputs."""
    live = np.flatnonzero(program.live[: program.inputs])
    given = numerators[:, live]
    return bool(np.all(given >= program.low[live]) and np.all(given <= program.high[live]))


@lru_cache(maxsize=8)
def row_engine(network: Network, domain: Domain | None = None, dtype: str = "auto", elide: bool = True) -> RowEngine:
    """`network` in `dtype`, by default the fastest that is certified exact on `domain`, by default the network's own.

    Raises Refusal when the arithmetic is not certified, or there is no compiled kernel; UsageError for an unknown dtype.
    """
    if kernels() is None:
        raise Refusal(f"there are no compiled kernels: {why_not()}")
    program = affine_of(network, domain, elide)
    name = fastest(program) if dtype == "auto" else dtype
    if name not in LIMITS:
        raise UsageError(f"the arithmetic {dtype!r} is not known here: choose one of {', '.join(LIMITS)}")
    if reason := complaint(program, name):
        raise Refusal(reason)
    return RowEngine(program, np.dtype(name))


def encoded(program: Affine, dtype: np.dtype[Any], demand: bool | None = None, vectors: int | None = None) -> Encoded:
    """The program in the order that needs fewer rows, with its terms as the kernel reads them."""
    order, slot, slots = scheduled_rows(program.inputs, program.start, program.source, program.output, demand)
    zero = slots if dtype.name in REPEATED else -1
    slots += zero >= 0
    gates = np.zeros(len(order), GATE)
    kind = program.kind[order]
    slope = np.zeros(len(order), np.int64)
    for name, factor in SLOPES.items():
        slope[kind == name] = factor
    gates["bias"], gates["slope"], gates["out"] = program.bias[order], slope, slot[program.inputs + order]
    gates["capped"], gates["step"] = kind == "saturated_linear", kind == "step"
    row, weight, count, positive = _terms(program, order, slot, zero)
    gates["first"], gates["count"], gates["positive"] = np.cumsum(count) - count, count, positive
    room = int(level2_bytes() * CACHE_SHARE) // max(slots, 1)
    least, most = ROW_BYTES
    row_bytes = (vectors or min(max(room, least), most) // VECTOR) * VECTOR
    return Encoded(
        gates,
        np.ascontiguousarray(row, np.int32),
        np.ascontiguousarray(weight).astype(dtype),
        program.bias[order].astype(dtype),
        slope.astype(dtype),
        np.ascontiguousarray(slot[: program.inputs]),
        np.ascontiguousarray(slot[program.output]),
        zero,
        slots,
        row_bytes // dtype.itemsize,
    )


def _terms(
    program: Affine, order: npt.NDArray[np.int64], slot: npt.NDArray[np.int32], zero: int
) -> tuple[Array, Array, Array, Array]:
    """(row of each term, its weight, terms of each gate, how many of these are added).

    With multiplication a term is an edge. Without, it is a row, added terms first; a gate of at most two rows to add and two to
    subtract has just two rows, or is given four, with rows of zeros.
    """
    lengths = (program.start[1:] - program.start[:-1])[order]
    ends = np.cumsum(lengths)
    edges = np.repeat(program.start[order] - ends + lengths, lengths) + np.arange(ends[-1] if len(ends) else 0)
    weight, source = program.weight[edges], slot[program.source[edges]]
    if zero < 0:
        return source, weight, lengths, np.zeros(len(order), np.int64)
    gate = np.repeat(np.arange(len(order)), lengths)
    times = np.abs(weight)
    gate, source, negative = np.repeat(gate, times), np.repeat(source, times), np.repeat(weight < 0, times)
    added = np.bincount(gate[~negative], minlength=len(order))
    taken = np.bincount(gate[negative], minlength=len(order))
    small = (added <= 2) & (taken <= 2) & (added + taken != 2)
    missing = np.concatenate([np.repeat(np.flatnonzero(small), n[small]) for n in (2 - added, 2 - taken)])
    signs = np.repeat([False, True], [int((2 - n)[small].sum()) for n in (added, taken)])
    gate, negative = np.concatenate([gate, missing]), np.concatenate([negative, signs])
    source = np.concatenate([source, np.full(len(missing), zero)])
    by_gate = np.lexsort((negative, gate))
    count = np.where(small, 4, added + taken)
    return source[by_gate], np.ones(len(source), np.int64), count, np.where(small, 2, added)
