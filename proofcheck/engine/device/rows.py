"""Networks of integers on a device, in the first of its arithmetics that is certified exact (affine.py): all outputs leave it.

As for bits (bits.py), a device is not believed unseen: before it is used, a small network of everything and the one asked
for must have the exact outputs at corners and random inputs; and every output of every launch must have been written.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from proofcheck.domains import Domain, Grid, Integers
from proofcheck.engine.affine import Affine, affine_of, complaint
from proofcheck.engine.device.programs import Buffer, Device, DeviceFault, NumberRun, shape_of
from proofcheck.engine.rows import admits, encoded
from proofcheck.engine.scaled import evaluate_scaled
from proofcheck.errors import Refusal, UsageError
from proofcheck.networks import inputs, network, relu, saturated_linear, step
from proofcheck.networks.network import Network

Array = npt.NDArray[Any]

ARITHMETICS = ("uint8", "float32", "int32", "float64", "int64")
"""Fastest first. In uint8 four inputs share a register, so a sum must not exceed 127: it is certified as for int8, too."""
LANES = {"uint8": (16, 4), "float32": (4, 1), "int32": (4, 1), "float64": (2, 1), "int64": (2, 1)}
"""Inputs to a cell, for each of the two sizes that columns.cu has."""
SAMPLES = 256


@dataclass(frozen=True, eq=False)
class DeviceRows:
    """A network on a device in the arithmetic `dtype`; `device_rows` makes it, and compares it with exact outputs first."""

    program: Affine
    device: Device
    dtype: np.dtype[Any]
    rows: int
    outputs: int
    zero: int
    kept: tuple[Buffer, ...]
    counts: tuple[int, int]

    def admits(self, numerators: Array) -> bool:
        """Whether all rows (count, inputs) of integers lie within the bounds for which the arithmetic is certified."""
        return admits(self.program, numerators)

    def run(self, numerators: Array) -> npt.NDArray[np.int64]:
        """The outputs (count, O) at rows of integers (count, inputs) that were admitted. Raises DeviceFault."""
        count = len(numerators)
        if not count:
            return np.zeros((0, self.outputs), np.int64)
        item = self.dtype.itemsize
        lanes = LANES[self.dtype.name]
        shape = shape_of(
            *(self.device, self.rows, tuple(item * n for n in lanes)),
            lambda cell: -(-count * item // cell),
        )
        columns = self.device.put(np.ascontiguousarray(numerators.T, self.dtype))
        unwritten = _unwritten(self.dtype)
        result = self.device.put(np.full((self.outputs, count), unwritten, self.dtype))
        state = self.device.empty(shape.state_bytes) if shape.state_bytes else None
        gates, row, weight, bias, slope, read, output = (buffer.address for buffer in self.kept)
        work = NumberRun(
            *(gates, self.counts[0], row, weight, bias, slope, read, self.counts[1], output, self.outputs, self.zero),
            *(columns.address, result.address, count, 0 if state is None else state.address),
        )
        lanes_here = shape.cell // item // (4 if self.dtype == np.uint8 else 1)
        kernel = f"numbers_{self.dtype.name}_{lanes_here}_{shape.where}"
        self.device.launch(self.dtype.name.upper(), kernel, shape, work)
        found = result.fetch()
        if bool(np.any(found != found) if np.isnan(unwritten) else np.any(found == unwritten)):
            raise DeviceFault(f"{self.device.name} did not compute all outputs")
        return np.ascontiguousarray(found.T, np.int64)


def device_rows(given: Network, device: Device, domain: Domain | None = None, dtype: str = "auto") -> DeviceRows:
    """`given` on the device, in `dtype` or the first arithmetic that is certified exact on `domain`, by default its own.

    Raises Refusal when the arithmetic is not certified or the state has no room, DeviceFault when the device does not give the
    exact outputs, and UsageError for an arithmetic that it has not.
    """
    program = affine_of(given, domain)
    names = ARITHMETICS if dtype == "auto" else (dtype,)
    if dtype != "auto" and dtype not in ARITHMETICS:
        raise UsageError(f"the arithmetic {dtype!r} is none of a device: choose one of {', '.join(ARITHMETICS)}")
    reasons = [_complaint(program, name) for name in names]
    if all(reasons):
        raise Refusal(reasons[-1])
    name = names[reasons.index("")]
    _check_arithmetic(device, name)
    return _checked(given, program, device, name)


@lru_cache(maxsize=32)
def _check_arithmetic(device: Device, name: str) -> None:
    """Raise DeviceFault unless every activation comes out, up to the largest numbers of bytes."""
    x, y, z = inputs(3, on=Integers(0, 126))
    outputs = [relu(z - 1), relu(1 - z), relu(z), saturated_linear(z), z, relu(x - y), relu(x - 2 * y)]
    outputs += [relu(y - x) + relu(x - y), relu(x + y - 40), relu(2 * y - 2)]
    if name != "uint8":  # it has neither steps nor negative values
        outputs += [step(z - 60), step(-1 - z), 100 * x - 77 * y - 5, saturated_linear(5 * x - 5 * y)]
    small = Domain((*(Grid(Fraction(0), Fraction(1), 40) for _ in range(2)), Grid(Fraction(0), Fraction(1), 127)))
    net = replace(network(outputs), domain=small)
    program = affine_of(net)
    assert not _complaint(program, name)
    _checked(net, program, device, name)


def _checked(given: Network, program: Affine, device: Device, name: str) -> DeviceRows:
    plan = encoded(program, np.dtype(name))
    read = np.flatnonzero(plan.input >= 0)
    arrays = (
        *(plan.gates, plan.row, plan.weight, plan.bias, plan.slope),
        *(np.stack([plan.input[read], read], axis=1).astype(np.uint32), plan.output.astype(np.uint32)),
    )
    made = DeviceRows(
        *(program, device, np.dtype(name), plan.slots, len(plan.output), plan.zero),
        *(tuple(device.put(np.ascontiguousarray(array)) for array in arrays), (len(plan.gates), len(read))),
    )
    _check(made, given)
    return made


def _complaint(program: Affine, name: str) -> str:
    """Why the arithmetic might not be exact; "" when it is."""
    return complaint(program, name) or (complaint(program, "int8") if name == "uint8" else "")


def _unwritten(dtype: np.dtype[Any]) -> Any:
    """A value that no output can have: beyond what is certified, or no number."""
    return np.nan if dtype.kind == "f" else 255 if dtype == np.uint8 else np.iinfo(dtype).min


def _check(made: DeviceRows, given: Network) -> None:
    """Raise DeviceFault unless the outputs are exact at corners and random inputs within the bounds."""
    program, count = made.program, made.program.inputs
    live = program.live[:count]
    low, high = np.where(live, program.low[:count], 0), np.where(live, program.high[:count], 0)
    random = np.random.default_rng(0)
    inner = random.integers(low, high, (SAMPLES, count), endpoint=True)
    corners = np.where(random.integers(0, 2, (SAMPLES, count)) == 1, high, low)
    points = np.concatenate([[low, high], corners, inner])
    expected, one = evaluate_scaled(given, points, 1)
    if not np.array_equal(made.run(points) * one, expected):
        raise DeviceFault(f"{made.device.name} does not compute what the processor does: it is not used")
