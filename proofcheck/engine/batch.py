"""Exact outputs for many inputs at once, by the fastest way that is exact for the inputs at hand.

The caller's domain only chooses the way: inputs outside of what its certificate covers are seen and evaluated in
scaled integers, so that the result is exact whatever is passed. Torch is imported only when the work is worth it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from math import ceil, floor
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from proofcheck.domains import Domain
from proofcheck.engine.certificate import choose_dtype
from proofcheck.engine.formats import FRACTION
from proofcheck.engine.ranges import Range, analyse
from proofcheck.engine.rows import RowEngine, row_engine
from proofcheck.engine.scaled import INT64_MAX, evaluate_scaled
from proofcheck.errors import InputError, Refusal, UsageError
from proofcheck.networks.network import Network

if TYPE_CHECKING:
    from proofcheck.engine.exact_module import ExactModule

Array = npt.NDArray[Any]
SMALL = 1 << 22
"""Fewer multiplications than this are not worth importing torch for."""
SMALL_ROWS = 1 << 18
"""Fewer are not worth laying a network out for the compiled kernel."""
CHUNK = 1 << 16


def evaluate_batch(network: Network, numerators: Any, denominator: int = 1, domain: Domain | None = None) -> tuple[Array, int]:
    """(numerators (count, m), denominator) of the outputs of `network` at the inputs numerators / denominator.

    numerators: (count, d), int64 or an object array of Python ints, as `Domain.unrank_scaled` gives them. domain: where
    the inputs lie, by default the domain of the network; a narrower one admits faster arithmetic. The result is exact,
    int64 where it fits and otherwise an object array. Raises InputError for another shape or kind of array and
    UsageError for a denominator below 1.
    """
    inputs = _integers(np.asarray(numerators))
    if inputs.ndim != 2 or inputs.shape[1] != network.input_count:
        raise InputError(f"inputs of shape {inputs.shape} were given, (count, {network.input_count}) is expected")
    if denominator < 1:
        raise UsageError(f"the denominator {denominator} was given: it is at least 1")
    work = inputs.shape[0] * (len(network.source) + len(network.activation))
    if inputs.dtype != object and denominator == 1 and work >= SMALL_ROWS:
        rows = _rows(network, network.domain if domain is None else domain)
        if rows is not None and rows.admits(inputs):
            return rows.outputs(inputs), 1
    if inputs.dtype != object and work >= SMALL:
        engine = _engine(network, network.domain if domain is None else domain)
        odd = denominator >> _zeros(denominator)
        if engine is not None and (odd == 1 or (odd <= INT64_MAX and not np.any(inputs % odd))):
            admitted = engine.admit(inputs // odd if odd > 1 else inputs, _zeros(denominator))
            if admitted is not None:
                return engine.run(admitted)
    return evaluate_scaled(network, inputs, denominator)


@dataclass(frozen=True, eq=False)
class Engine:
    """A certified module together with the ranges of its inputs and outputs."""

    module: ExactModule
    inputs: tuple[Range | None, ...]
    outputs: tuple[Range, ...]

    def admit(self, numerators: Array, shift: int) -> Array | None:
        """The inputs numerators / 2^shift in a dtype that numpy shares with torch; None if not covered."""
        if shift > 900:
            return None
        low, high, mask = (np.zeros(len(self.inputs), np.int64) for _ in range(3))
        for i, range_ in enumerate(self.inputs):
            if range_ is None:
                low[i], high[i] = -INT64_MAX - 1, INT64_MAX
                continue
            unit = Fraction(2) ** (range_.exponent + shift)
            low[i] = max(ceil(range_.low * unit), -INT64_MAX)
            high[i] = min(floor(range_.high * unit), INT64_MAX)
            mask[i] = (1 << min(max(range_.exponent + shift, 0), 62)) - 1
        if bool(np.any((numerators < low) | (numerators > high) | (numerators & mask != 0))):
            return None
        if self.module.dtype.is_floating_point:
            return np.ldexp(numerators.astype(np.float64), -shift)
        return numerators >> shift

    def run(self, inputs: Array) -> tuple[Array, int]:
        """The outputs at inputs that were admitted."""
        import torch

        parts = [
            self.module(torch.from_numpy(np.ascontiguousarray(inputs[begin : begin + CHUNK]))).numpy()
            for begin in range(0, len(inputs), CHUNK)
        ]
        outputs = np.concatenate(parts)
        if not self.module.dtype.is_floating_point:
            return outputs.astype(np.int64), 1
        shift = max((-r.exponent for r in self.outputs), default=0)
        shift = max(shift, 0)
        if all(r.magnitude << (r.exponent + shift) <= INT64_MAX for r in self.outputs) and shift <= 900:
            return np.ldexp(outputs.astype(np.float64), shift).astype(np.int64), 1 << shift
        exact = [[int(Fraction(value) * (1 << shift)) for value in row] for row in outputs.astype(np.float64).tolist()]
        return np.array(exact, object).reshape(outputs.shape), 1 << shift


@lru_cache(maxsize=4)
def _engine(network: Network, domain: Domain) -> Engine | None:
    """The module for `domain` in the fastest certified dtype, None when there is none."""
    if domain != network.domain:
        network = replace(network, domain=domain)
    dtype = choose_dtype(network)
    if dtype == FRACTION:
        return None
    from proofcheck.engine.exact_module import ExactModule

    analysis = analyse(network)
    ranges = [None if kind < 0 else analysis.facts[kind].value for kind in analysis.kind]
    outputs = tuple(r for node in network.output.tolist() if (r := ranges[node]) is not None)
    return Engine(ExactModule(network, dtype, check_domain=False), tuple(ranges[: network.input_count]), outputs)


@lru_cache(maxsize=4)
def _rows(network: Network, domain: Domain) -> RowEngine | None:
    """The compiled engine for `domain`, None where there is none."""
    try:
        return row_engine(network, domain)
    except Refusal:
        return None


def _integers(array: Array) -> Array:
    """As int64, or as an object array when the numbers are too large."""
    if array.dtype == object:
        flat = array.reshape(-1).tolist()
        if not all(isinstance(value, int) for value in flat):
            raise InputError("the numerators must be integers: put the fractions over one denominator")
        small = all(-INT64_MAX <= value <= INT64_MAX for value in flat)
        return array.astype(np.int64) if small else array
    if array.dtype.kind not in "biu" or (array.dtype == np.uint64 and array.size and int(array.max()) > INT64_MAX):
        raise InputError(f"numerators of dtype {array.dtype} were given: pass int64, or an object array of Python ints")
    array = array.astype(np.int64, copy=False)
    return array.astype(object) if array.size and int(array.min()) < -INT64_MAX else array


def _zeros(number: int) -> int:
    """How often 2 divides a positive number."""
    return (number & -number).bit_length() - 1
