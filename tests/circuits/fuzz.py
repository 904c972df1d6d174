"""Hostile files: whatever the bytes, reading gives a value or one error of the package, in little time and memory.

As a script, `python -m tests.circuits.fuzz --count 100000 --seed 1 [--format blif] [--workers 2]`, it runs that many inputs
of each format, each under a watch on its time and all under a limit on memory, and prints what came out of each kind. A case
is named by format, seed and number, and comes back alone with `--only NUMBER`.
"""

from __future__ import annotations

import argparse
import resource
import signal
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from types import FrameType
from zlib import crc32

import numpy as np

from proofcheck.circuits import Circuit, aiger_bytes, blif_bytes, circuit_of_bytes, simulate
from proofcheck.errors import InputError
from tests.circuits.fuzz_cases import FORMATS, KINDS, SUFFIX, case
from tests.circuits.fuzz_files import OWN, own_case, own_outcome
from tests.circuits.samples import slow

MEMORY = 2 << 30  # bytes of address space of a worker: numpy alone reserves a good part of one
GROWTH = 192 << 10  # KiB that the peak of a worker may grow while it reads small files
SLOW, HANGS = 2.0, 20.0  # seconds of processor time: a case that takes longer is a fault; it is ended
CHUNK, TOGETHER = 2000, 25
Results = dict[str, Counter[str]]


class Hangs(Exception):
    """A case did not end."""


def outcome(form: str, data: bytes) -> str:
    """What came of it: "refused" or, as it may be, "circuit", "read", "proved"; raises anything for a fault."""
    if form in OWN:
        return own_outcome(form, data)
    name = f"f.{SUFFIX.get(form, form)}"
    try:
        circuit = circuit_of_bytes(data, name)
    except InputError as error:
        text = str(error)
        assert text.startswith(name + ":"), f"no place in {text!r}"
        assert text.isprintable(), f"more than one plain sentence in {text!r}"
        assert len(text) < 300, f"{len(text)} characters in {text[:300]!r}"
        return "refused"
    small = circuit.input_count <= 64 and circuit.gate_count <= 64
    if small or (crc32(data) % 8 == 0 and circuit.input_count <= 4096 and circuit.gate_count <= 20_000):
        agree(circuit)
    return "circuit"


def agree(circuit: Circuit) -> None:
    """The circuit, the slow simulator, its own AIGER file and what the writers make of it compute the same."""
    rows = np.random.default_rng(len(circuit.left)).integers(0, 2, (2, circuit.input_count))
    expected = [slow(circuit, row) for row in rows.tolist()]
    files = {"c.aig": circuit.aiger()[0], "w.aig": aiger_bytes(circuit), "w.aag": aiger_bytes(circuit, ascii=True)}
    for name, data in (*files.items(), ("w.blif", blif_bytes(circuit))):
        assert simulate(circuit_of_bytes(data, name), rows).tolist() == expected, f"{name} differs"


def made(form: str, seed: int, number: int) -> tuple[str, bytes]:
    """(its kind, the bytes) of one case."""
    return own_case(form, seed, number) if form in OWN else case(form, seed, number)


def tried(form: str, seed: int, numbers: range) -> tuple[Results, list[str], float, int]:
    """(what came of each kind, the faults in words, the seconds of the slowest case, the peak of memory in KiB)."""
    results: Results = {kind: Counter() for kind in KINDS}
    faults: list[str] = []
    slowest, before = 0.0, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    signal.signal(signal.SIGPROF, _ended)
    for number in numbers:
        kind, data = made(form, seed, number)
        signal.setitimer(signal.ITIMER_PROF, HANGS)
        start, words = time.process_time(), ""
        try:
            results[kind][outcome(form, data)] += 1
        except Exception as error:  # noqa: BLE001 - every other exception is what is looked for
            words = f"{type(error).__name__}: {error}"
        signal.setitimer(signal.ITIMER_PROF, 0)
        took = time.process_time() - start
        slowest = max(slowest, took)
        if took > SLOW:
            words = f"{took:.1f} s for {len(data)} bytes"
        if number % TOGETHER == TOGETHER - 1 or number == numbers[-1]:
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            if peak > before + GROWTH:
                words, before = f"{peak >> 10} MiB for this case or one of the {TOGETHER} before it", peak
        if words:
            results[kind]["fault"] += 1
            faults.append(f"--format {form} --seed {seed} --only {number}: {words[:300]}\n  {data[:200]!r}")
    return results, faults, slowest, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _ended(number: int, frame: FrameType | None) -> None:
    raise Hangs(f"it did not end in {HANGS:g} s")


def _limited() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def main(arguments: list[str]) -> int:
    """Print counts for each format and kind; returns 1 when there was a fault."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=1000, help="files of each format")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--format", choices=(*FORMATS, *OWN), action="append")
    parser.add_argument("--only", type=int, help="the number of one case")
    parser.add_argument("--workers", type=int, default=1)
    options = parser.parse_args(arguments)
    forms, begun = options.format or (*FORMATS, *OWN), time.monotonic()
    numbers = range(options.count) if options.only is None else range(options.only, options.only + 1)
    chunks = [numbers[start : start + CHUNK] for start in range(0, len(numbers), CHUNK)]
    faults, inputs, most = 0, 0, 0
    print(f"{'format':8}" + "".join(f"{kind:>26}" for kind in KINDS) + f"{'inputs':>10}{'faults':>8}{'slowest':>9}{'memory':>9}")
    with ProcessPoolExecutor(options.workers, initializer=_limited) as pool:
        work = {form: [pool.submit(tried, form, options.seed, chunk) for chunk in chunks] for form in forms}
        for form, futures in work.items():
            results: Results = {kind: Counter() for kind in KINDS}
            slowest, peak, found = 0.0, 0, 0
            for future in futures:
                part, words, longest, memory = future.result()
                for kind in KINDS:
                    results[kind] += part[kind]
                slowest, peak, found = max(slowest, longest), max(peak, memory), found + len(words)
                for text in words:
                    print(text, flush=True)
            columns = [
                f"{sum(n for k, n in counts.items() if k != 'refused')} read, {counts['refused']} refused"
                for counts in results.values()
            ]
            total = sum(counts.total() for counts in results.values())
            row = "".join(f"{column:>26}" for column in columns)
            print(f"{form:8}{row}{total:10}{found:8}{slowest:8.2f}s{peak >> 10:5} MiB", flush=True)
            faults, inputs, most = faults + found, inputs + total, max(most, peak)
    print(f"{inputs} inputs, {faults} faults, peak memory {most >> 10} MiB, {time.monotonic() - begun:.0f} s")
    return int(faults > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
