"""Programs of tables on a device: a launch searches millions of words, and a least rank and a count are all that leaves it.

A device is not believed unseen. Before a program is used its gates, all of them, must come out as numpy has them at the first
words, the last ones and some random ones, in blocks as large as those that search afterwards; of each launch the count of words
must be that of the range. What is then still believed is named in the evidence: the device.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

import numpy as np
import numpy.typing as npt

from proofcheck.engine.bits.inputs import WORD, Words, input_words
from proofcheck.engine.bits.lookup import IntArray, Lookup, lookup
from proofcheck.engine.bits.portable import portable
from proofcheck.engine.device.grouping import GAP, grouped, rows_of_groups
from proofcheck.engine.device.programs import BitProgram, BitRun, BitSearch, Buffer, Device, DeviceFault, Shape, shape_of
from proofcheck.engine.schedule import polynomials, scheduled_rows
from proofcheck.errors import Refusal

CELLS = (16, 8, 4)
MOST_ROWS = 1 << 23
NOTHING = (1 << 64) - 1
LAUNCH_WORK = 1 << 42
"""Gates times inputs of a launch: short enough that a screen on the same GPU does not stand still, and nobody ends the launch."""
DIGEST = np.uint32(0x01000193)
GUARD_WORK, GUARD_WORDS = 1 << 22, (16, 512)
"""Gates times words that are compared with numpy, and how many words at least and at most."""
GROUPS = (1, 4)
WAVES = 4
TOP = 61
"""Programs of more inputs have no last rank that fits."""


@dataclass(frozen=True, eq=False)
class DeviceBits:
    """A program on a device; `device_bits` makes it, and compares it with numpy first.

    order: its gates as they are run, in groups of `group`, with gaps.
    """

    program: Lookup
    device: Device
    group: int
    order: IntArray
    rows: int
    gates: Buffer
    read: Buffer
    reads: int
    output: Buffer
    found: int

    def first(self, first: int, last: int, seed: int | None) -> int | None:
        """The least rank in the words first .. last - 1 at which the only output is 1. Raises DeviceFault."""
        step = max(LAUNCH_WORK // (max(len(self.order), 1) * WORD), 1)
        for begin in range(first, last, step):
            end = min(begin + step, last)
            least, tried, _ = self._launched(begin, end, seed, digest=False)
            if least != NOTHING:
                if not begin * WORD <= least < end * WORD:
                    raise DeviceFault(f"{self.device.name} found an input that it was not given")
                return least
            if tried != 2 * (end - begin):
                raise DeviceFault(f"{self.device.name} tried {tried} of {2 * (end - begin)} halves of words")
        return None

    def run(self, columns: Words) -> Words:
        """The outputs (O, words) at the input columns (inputs, words), 64 inputs to a word."""
        outputs, halves = len(self.program.output), 2 * columns.shape[1]
        shape = self.shape(halves)
        given = self.device.put(np.ascontiguousarray(columns, "<u8"))
        result = self.device.put(np.zeros((outputs, columns.shape[1]), "<u8"))
        program, kept = self._program(shape)
        work = BitRun(program, self.output.address, outputs, given.address, result.address, halves)
        self._launch("run", shape, work)
        del kept
        return np.asarray(result.fetch(), np.uint64)

    def _launched(self, first: int, last: int, seed: int | None, digest: bool) -> tuple[int, int, Buffer | None]:
        """(least rank found or NOTHING, halves tried, their digests)."""
        shape = self.shape(2 * (last - first))
        ends = self.device.put(np.array([NOTHING, 0], np.uint64))
        digests = self.device.put(np.zeros(2 * (last - first), np.uint32)) if digest else None
        program, kept = self._program(shape)
        work = BitSearch(
            *(program, self.program.inputs, int(seed is not None), (seed or 0) & NOTHING, 2 * first, 2 * last, self.found),
            *(ends.address, ends.address + 8, 0 if digests is None else digests.address),
        )
        self._launch("search", shape, work)
        del kept
        least, tried = (int(number) for number in ends.fetch())
        return least, tried, digests

    def timed(self, words: int) -> None:
        """Run so many words and forget what comes out."""
        self._launched(0, words, 1, digest=False)

    def _launch(self, what: str, shape: Shape, work: BitSearch | BitRun) -> None:
        name = f"{shape.cell // 4}_{self.group}"
        self.device.launch(f"BITS_{name}", f"bits_{what}_{shape.where}_{name}", shape, work)

    def shape(self, halves: int) -> Shape:
        """Of a launch on so many halves of words."""
        return shape_of(self.device, self.rows, CELLS, lambda cell: -(-4 * halves // cell))

    def _program(self, shape: Shape) -> tuple[BitProgram, Buffer | None]:
        """The program for a launch, and the memory of its state, which must live until the end of the launch."""
        state = self.device.empty(shape.state_bytes) if shape.state_bytes else None
        address = 0 if state is None else state.address
        return BitProgram(self.gates.address, len(self.order), self.read.address, self.reads, address), state

    @cached_property
    def _every_gate(self) -> Lookup:
        """The program with all gates that are run as its outputs, and at the end the output that is looked at."""
        gates = self.program.inputs + self.order[self.order != GAP]
        return replace(self.program, output=np.append(gates, self.program.output[:1]))

    def _expected(self, first: int, count: int, seed: int | None) -> tuple[npt.NDArray[np.uint32], int]:
        """By numpy, of the words first .. first + count - 1: the digest of each half, the least rank found or NOTHING."""
        values = portable(self._every_gate, input_words(self.program.inputs, first, count, seed))
        halves = iter(np.ascontiguousarray(values, "<u8").view("<u4"))
        total = np.zeros(2 * count, np.uint32)
        with np.errstate(over="ignore"):
            for gate in self.order.tolist():
                total *= DIGEST
                if gate != GAP:
                    total += next(halves)
        sought = values[-1] if len(self.program.output) else np.zeros(count, np.uint64)
        for place in np.flatnonzero(sought)[:1].tolist():
            word = int(sought[place])
            return total, (first + place) * WORD + (word & -word).bit_length() - 1
        return total, NOTHING

    def check(self) -> None:
        """Raise DeviceFault unless the device computes the gates as numpy does, and finds the same, at words of each kind."""
        gates = max(len(self.order), 1)
        least, most = GUARD_WORDS
        words = min(max(GUARD_WORK // gates, least), most)
        total = max((1 << min(self.program.inputs, TOP)) // WORD, 1)
        for first, seed in ((0, None), (max(total - words, 0), None), (0, 1)):
            last = first + words if seed is not None else min(first + words, total)
            found, tried, digests = self._launched(first, last, seed, digest=True)
            assert digests is not None
            if tried != 2 * (last - first):
                raise DeviceFault(f"{self.device.name} tried {tried} of {2 * (last - first)} halves of words")
            expected, sought = self._expected(first, last - first, seed)
            if not np.array_equal(expected, digests.fetch()):
                raise DeviceFault(f"{self.device.name} does not compute what the processor does: it is not used")
            if found != sought:
                raise DeviceFault(f"{self.device.name} does not find what the processor does: it is not used")


def device_bits(program: Lookup, device: Device, group: int | None = None) -> DeviceBits:
    """The program, ready to run on the device after a comparison with numpy.

    group: 1, or 4 for gates in groups; by default the faster of the two here, which changes no result. Raises DeviceFault where
    the comparison fails, and Refusal for a program whose state has no room there.
    """
    _check_tables(device)
    made = [_made(program, device, size) for size in (GROUPS if group is None else (group,))]
    chosen = min(made, key=_seconds) if len(made) > 1 else made[0]
    chosen.check()
    return chosen


@lru_cache(maxsize=8)
def _check_tables(device: Device) -> None:
    """Raise DeviceFault unless all tables of three bits come out, and the first 1 of one of them is found at 5."""
    program = lookup(3, [3] * 256, list(range(3)) * 256, list(range(256)), [3 + 0b10100000, *range(3, 259)])
    for group in GROUPS:
        _made(program, device, group).check()


def _made(program: Lookup, device: Device, group: int) -> DeviceBits:
    order, slot, rows = scheduled_rows(program.inputs, program.start, program.source, program.output)
    if group > 1:
        order = grouped(program, order, group)
        slot, rows = rows_of_groups(program, order, group)
    if rows + 1 >= MOST_ROWS:
        raise Refusal(f"a state of {rows} rows is more than a device takes: 2^23")
    place = np.flatnonzero(order != GAP)
    own, a, b, c, low, high = polynomials(program, order[place], slot)
    form = low | high << 4 | np.where(high != 0, 256 | c << 9, 0)
    gates = np.zeros((len(order) + group, 4), np.uint32)  # those past the end are fetched, and not run
    gates[: len(order), :3] = rows  # a gap computes 0 in a row of its own
    gates[place] = np.stack([own, a, b, form], axis=1)
    rows += len(place) < len(order)
    read = np.flatnonzero(slot[: program.inputs] >= 0)
    output = slot[program.output]
    return DeviceBits(
        *(program, device, group, order, rows, device.put(gates)),
        *(device.put(np.stack([slot[read], read], axis=1).astype(np.uint32)), len(read)),
        *(device.put(output.astype(np.uint32)), int(output[0]) if len(output) else 0),
    )


def _seconds(made: DeviceBits) -> float:
    """How long a launch takes that fills the device a few times, the second of two."""
    words = WAVES * max(made.shape(1 << 40).threads * made.shape(1 << 40).cell // 8, 1)
    spent = 0.0
    for _ in range(2):
        started = time.perf_counter()
        made.timed(words)
        spent = time.perf_counter() - started
    return spent / words  # which is little where the program is 1 soon: then nothing depends on the choice
