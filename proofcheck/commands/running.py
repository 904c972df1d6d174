"""`proofcheck run`: evaluate a network exactly on inputs from a file, on all inputs, or on some; compare it if asked."""

from __future__ import annotations

import re
import sys
from argparse import Namespace
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any, TextIO

import numpy as np
import numpy.typing as npt

from proofcheck.checkers.batch import unequal_rows
from proofcheck.circuits import Circuit, simulate
from proofcheck.commands.comparing import compare
from proofcheck.commands.networks import check_ports, specification
from proofcheck.domains import Domain
from proofcheck.errors import InputError, Refusal, UsageError
from proofcheck.interop.files import network_in
from proofcheck.networks import Network
from proofcheck.spec import sample, scaled

Array = npt.NDArray[Any]
Batch = tuple[Array, int]
Evaluator = Callable[[Array, int], Batch]

CHUNK, CELLS = 2**13, 2**24
MOST_INPUTS = 2**24
NUMBER = re.compile(r"-?\d{1,4000}(?:/\d{1,4000}|\.\d{1,4000})?")


def run(options: Namespace) -> int:
    """Print the outputs, one line for each input; or compare them and end with 1 at the first difference."""
    network = network_in(options.network)
    other = None if options.equals is None else specification(options.equals)
    if isinstance(other, Circuit):
        check_ports(network, other.input_count, other.output_count)
    elif other is not None:
        check_ports(network, other.input_count, len(other.output))
    if other is not None and (code := compare(network, other, options)) is not None:
        return code
    if any(given is not None for given in (options.shard, options.receipt, options.cluster)):
        raise UsageError("--shard, --receipt and --cluster are for --exhaustive --equals")
    evaluate = evaluator(network, options.dtype, options.device)
    checked = 0
    for numerators, denominator in _batches(network.domain, options):
        values, scale = evaluate(numerators, denominator)
        if other is None:
            sys.stdout.writelines(f"{_words(row, scale)}\n" for row in values)
        else:
            expected, other_scale = _expected(other, numerators, denominator)
            differing = unequal_rows(values, scale, expected, other_scale)
            if differing.size:
                row = int(differing[0])
                print(f"input     {_words(numerators[row], denominator)}")
                print(f"output    {_words(values[row], scale)}")
                print(f"expected  {_words(expected[row], other_scale)}")
                return 1
        checked += len(numerators)
    if other is not None and checked:
        which = f"all inputs in {network.domain.describe()}" if options.exhaustive else "which proves nothing about others"
        print(f"equal on {checked} input{'s' * (checked != 1)}, {which}")
    if not checked:
        print("proofcheck: there were no inputs: nothing was checked", file=sys.stderr)
    return 0 if checked else 4


def evaluator(network: Network, dtype: str, device: str) -> Evaluator:
    """Exact evaluation of batches: rationals for "exact", the engine's choice for "auto" on the cpu, otherwise its module.

    On another device a kernel for integers comes first, where there is one; which of the two it is goes to standard error.
    Raises Refusal for a dtype that would round and UsageError for one, or a device, that does not exist.
    """
    if dtype == "exact":
        from proofcheck.engine.scaled import evaluate_scaled

        return lambda numerators, denominator: evaluate_scaled(network, numerators, denominator)
    if (dtype, device) == ("auto", "cpu"):
        from proofcheck.engine import evaluate_batch

        return lambda numerators, denominator: evaluate_batch(network, numerators, denominator)
    return _module(network, dtype, device) if device == "cpu" else _on_device(network, dtype, device)


def _on_device(network: Network, dtype: str, device: str) -> Evaluator:
    from proofcheck.engine.device.choice import device_named
    from proofcheck.engine.device.programs import DeviceFault, NoDevice
    from proofcheck.engine.device.rows import device_rows

    portable = _module(network, dtype, "cpu" if device == "twin" else device)
    try:
        rows = device_rows(network, device_named(device), None, dtype)
    except (NoDevice, DeviceFault, Refusal, UsageError) as reason:
        print(f"proofcheck: no kernel on the device {device}: {reason}: evaluated by torch, level by level", file=sys.stderr)
        return portable
    print(f"proofcheck: evaluated in {rows.dtype} by a kernel on {rows.device.name}, which is trusted", file=sys.stderr)

    def evaluate(numerators: Array, denominator: int) -> Batch:
        if denominator == 1 and numerators.dtype != object and rows.admits(numerators):
            return rows.run(numerators), 1
        return portable(numerators, denominator)  # which refuses what lies outside the domain

    return evaluate


def _module(network: Network, dtype: str, device: str) -> Evaluator:
    import torch

    from proofcheck.engine import module

    try:
        exact = module(network, dtype, device)
    except (RuntimeError, AssertionError) as error:
        raise UsageError(f"the device {device!r} cannot be used: {str(error).splitlines()[0]}") from None

    def evaluate(numerators: Array, denominator: int) -> Batch:
        given = torch.from_numpy(_stored(numerators, denominator)).to(device)
        values = exact(given).cpu()
        whole = values.double() if values.is_floating_point() else values
        return scaled([tuple(Fraction(v) for v in row) for row in whole.tolist()])

    return evaluate


def _stored(numerators: Array, denominator: int) -> Array:
    """The inputs as int64, or as float64 where that stores each exactly. Raises Refusal."""
    if denominator == 1 and numerators.dtype != object:
        return numerators
    values = np.array([[int(v) / denominator for v in row] for row in numerators], dtype=np.float64)
    for row, stored in zip(numerators, values, strict=True):
        for exact, value in zip(row, stored, strict=True):
            if Fraction(int(exact), denominator) != Fraction(float(value)):
                raise Refusal(f"the input {Fraction(int(exact), denominator)} has no exact value in float64: say --dtype exact")
    return values


def _expected(other: Circuit | Network, numerators: Array, denominator: int) -> Batch:
    if isinstance(other, Circuit):
        if denominator != 1 or not bool(np.all((numerators == 0) | (numerators == 1))):
            raise InputError("an input is not a row of bits: a circuit has no output there")
        return simulate(other, numerators.astype(np.int64)).astype(np.int64), 1
    return evaluator(other, "auto", "cpu")(numerators, denominator)


def _batches(domain: Domain, options: Namespace) -> Iterator[Batch]:
    if options.exhaustive:
        total = domain.cardinality()
        if total > MOST_INPUTS:
            raise UsageError(
                f"{domain.describe()} has {total} inputs, more than 2^24: say --random N, or settle it by proofcheck prove"
            )
        yield from _ranked(domain, total)
    elif options.random is not None:
        if not 1 <= options.random <= MOST_INPUTS:
            raise UsageError(f"--random {options.random} was given: ask for 1 to 2^24 inputs")
        yield from _random(domain, options.random)
    elif options.inputs == "-":
        yield from _read(sys.stdin, "standard input", domain)
    else:
        with open(options.inputs, encoding="utf-8", errors="replace") as file:
            yield from _read(file, options.inputs, domain)


def _ranked(domain: Domain, total: int) -> Iterator[Batch]:
    for start in range(0, total, CHUNK):
        yield domain.unrank_scaled(start, min(start + CHUNK, total))


def _random(domain: Domain, count: int) -> Iterator[Batch]:
    """`count` inputs of the domain, or all when there are no more; drawn in parts, so that memory does not grow with them."""
    try:
        total = domain.cardinality()
    except Refusal:
        total = count + 1
    if 0 < total <= count:
        yield from _ranked(domain, total)
        return
    part = max(CHUNK, CELLS // max(1, domain.dimension))
    for seed, begin in enumerate(range(0, count, part)):
        numerators, denominator = sample(domain, min(part, count - begin), seed)
        for start in range(0, len(numerators), CHUNK):
            yield numerators[start : start + CHUNK], denominator


def _read(file: TextIO, path: str, domain: Domain) -> Iterator[Batch]:
    points: list[tuple[Fraction, ...]] = []
    for number, line in enumerate(file, 1):
        if line.strip():
            points.append(_point(line, path, number, domain))
        if len(points) == CHUNK:
            yield scaled(points)
            points = []
    if points:
        yield scaled(points)


def _point(line: str, path: str, number: int, domain: Domain) -> tuple[Fraction, ...]:
    """One input: exact numbers with blanks between, or 0s and 1s in a row. Raises InputError with the line."""
    words, count = line.split(), domain.dimension
    if len(words) == 1 and count > 1 and set(words[0]) <= {"0", "1"}:
        words = list(words[0])
    if len(words) != count:
        raise InputError(f"{len(words)} numbers are given, the network has {count} inputs", path, number)
    for word in words:
        if NUMBER.fullmatch(word) is None:
            raise InputError(f"{word[:40]!r} is no exact number: write 3, -3/4 or 0.75", path, number)
    try:
        point = tuple(Fraction(word) for word in words)
    except ZeroDivisionError:
        raise InputError("a number has the denominator 0", path, number) from None
    if not domain.contains(point):
        raise InputError(f"the input is not in {domain.describe()}, the domain of the network", path, number)
    return point


def _words(row: Array, denominator: int) -> str:
    return " ".join(str(Fraction(int(value), denominator)) for value in row)
