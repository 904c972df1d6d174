"""`proofcheck emulate` and `proofcheck prove`: network files from circuits, and whether a network equals its specification."""

from __future__ import annotations

import os
import re
from argparse import Namespace
from dataclasses import replace
from fractions import Fraction
from hashlib import sha256
from pathlib import Path

from proofcheck.checkers.task import Budget, Task
from proofcheck.circuits import Circuit, emulate, read_circuit
from proofcheck.claims.evidence import Finding, Strength, Verdict
from proofcheck.claims.formulate import check_domain
from proofcheck.claims.judged import Evidence, details, verdict_words
from proofcheck.domains import Bits, Box, Domain, product_of
from proofcheck.errors import InputError, UsageError
from proofcheck.interop.files import network_in, with_outputs
from proofcheck.interop.onnx_read import is_onnx, read_onnx
from proofcheck.interop.questions import circuit_terms
from proofcheck.interop.vnnlib_read import read_vnnlib
from proofcheck.networks import Network, layered, read_network, sizes, write_network
from proofcheck.networks.files import write_whole
from proofcheck.spec import CircuitTarget, NetworkTarget, Statement, TermTarget, all_of, output_variables, variables
from proofcheck.spec.from_network import from_network

NUMBER = re.compile(r"-?\d{1,400}(?:/[1-9]\d{0,400}|\.\d{1,400})?")
ANSWERS = {Verdict.HOLDS: "unsat", Verdict.REFUTED: "sat"}


def emulate_circuit(options: Namespace) -> int:
    """Write the network that equals a circuit on bits."""
    check_writable(options.output)
    circuit = read_circuit(options.circuit)
    network = emulate(circuit)
    if options.layered:
        network = layered(network)
    write_network(network, options.output)
    m = sizes(network)
    print(f"{options.output}: {m.neurons} neurons, depth {m.depth}, width {m.width}, {m.nonzeros} non-zeros")
    return 0


def prove(options: Namespace) -> int:
    """Settle whether a network equals a circuit on bits or another network on its domain or a box, or answer a VNN-LIB query."""
    from proofcheck.gate.judging import found

    check_writable(options.output)
    network = with_outputs(network_in(options.network), options.outputs)
    if options.property:
        if options.on is not None:
            raise UsageError("--on says on which inputs two networks are compared: a query says its inputs itself")
        task, words = Task(network, read_vnnlib(options.property).negated(network)), f"never satisfies {options.property}"
        assert task.statement.domain is not None
        check_domain(task.statement.domain, network)
    else:
        task, words = equality(network, options.equals, options.true_at, options.on), f"equals {options.equals}"
        words += f", true where it is {options.true_at}," if options.true_at is not None else ""
    if not network.output.size:
        print(f"{options.network} {words}: nothing was checked, for there are no outputs")
        return 4
    floor = Strength[options.floor.upper()]
    sought = Strength.CERTIFIED if options.output else floor
    blank = Evidence("", "", "computes", "", sought, None, task.statement.json(), network=network.digest)
    evidence = replace(found(blank, task, Budget(), None, True, "", lambda text: None), floor=floor)
    finding = evidence.finding
    assert finding is not None
    print(f"{options.network} {words}: {verdict_words(evidence)}")
    print("".join(f"  {line}\n" for line in details(evidence)), end="")
    if options.property:
        print(f"  the query is {ANSWERS.get(finding.verdict, 'not answered')}")
    if options.output:
        _write_certificate(options.output, finding)
    return int(evidence.status.value)


def equality(network: Network, path: str, true_at: str | None = None, on: str | None = None) -> Task:
    """The task to settle whether the network equals the circuit or network in a file.

    true_at: for a circuit, the number at which an output counts as true, and nowhere else; None: it is 0 or 1. on: for a
    network, the box to compare on. Raises InputError when their ports differ in size, UsageError for what does not fit the file.
    """
    other = specification(path)
    if isinstance(other, Network):
        if true_at is not None:
            raise UsageError(f"--true-at {true_at} was given, and {path} holds a network: it is for circuits")
        box = None if on is None else box_of(on, network.input_count)
        return Task(network, equals_network(network, other, box), other=other)
    if on is not None:
        raise UsageError("--on says on which inputs two networks are compared: a circuit is compared on bits")
    statement = equals_circuit(network, other)
    if true_at is None:
        return Task(network, statement, other)
    if NUMBER.fullmatch(true_at) is None:
        raise UsageError(f"--true-at {true_at!r} was given: write an exact number, such as 1")
    assert statement.domain is not None
    (given,) = variables(statement.domain, [(network.input_count,)])
    (found,) = output_variables([(len(network.output),)])
    same = [(y == Fraction(true_at)) ^ c ^ 1 for y, c in zip(found, circuit_terms(other, given), strict=True)]
    claim = Statement(kind="property", network=network.digest, domain=statement.domain, condition=all_of(same))
    return Task(network, claim)


def specification(path: str) -> Circuit | Network:
    """The circuit or network in a file, told apart by the content. Raises InputError."""
    if is_onnx(path):
        return read_onnx(path)
    try:
        with open(path, "rb") as file:
            start = file.read(4096)
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", path) from None
    return read_network(path) if start[8:9] == b"{" and b"proofcheck-network" in start else read_circuit(path)


def equals_circuit(network: Network, circuit: Circuit) -> Statement:
    """The statement that the network computes the circuit on all bits. Raises InputError when their ports differ in size."""
    check_ports(network, circuit.input_count, circuit.output_count)
    domain = Bits.of((circuit.input_count,))
    check_domain(domain, network)
    return Statement(
        kind="computes", network=network.digest, domain=domain, target=CircuitTarget(sha256(circuit.aiger()[0]).hexdigest())
    )


def equals_network(network: Network, other: Network, on: Domain | None = None) -> Statement:
    """The statement that two networks agree on the smaller of their domains, or on one inside both.

    On bits the other is named by its digest. Raises InputError where there is nothing to compare on.
    """
    check_ports(network, other.input_count, len(other.output))
    for side in (network, other):
        if on is not None and not on.is_subset(side.domain):
            raise InputError(f"the box {on.describe()} is not inside {side.domain.describe()}, on which a network is defined")
    domain = on if on is not None else _common(network.domain, other.domain)
    check_domain(domain, network)
    if domain == Bits.of((network.input_count,)):
        return Statement(kind="computes", network=network.digest, domain=domain, target=NetworkTarget(other.digest))
    (given,) = variables(domain, [(network.input_count,)])
    return Statement(kind="computes", network=network.digest, domain=domain, target=TermTarget(from_network(other, given)))


def box_of(text: str, count: int) -> Domain:
    """The box that `--on` says: one interval LOW..HIGH for all coordinates, or one for each, separated by commas."""
    parts = text.split(",")
    if len(parts) not in (1, count):
        raise UsageError(f"--on has {len(parts)} intervals, expected one, or one for each of the {count} inputs")
    ends = []
    for part in parts * (count if len(parts) == 1 else 1):
        low, _, high = part.partition("..")
        try:
            ends.append((Fraction(low), Fraction(high)))
        except (ValueError, ZeroDivisionError):
            raise UsageError(f"--on has the interval {part!r}, expected LOW..HIGH such as 0..1 or -1/2..0.5") from None
        if ends[-1][0] > ends[-1][1]:
            raise UsageError(f"--on has the interval {part!r}, which is empty: its low end is above its high end")
    return product_of([Box(low, high).of(()) for low, high in ends])


def check_ports(network: Network, inputs: int, outputs: int) -> None:
    """Raise InputError unless the network has as many inputs and outputs as what it should equal."""
    if (network.input_count, len(network.output)) != (inputs, outputs):
        raise InputError(
            f"the network has {network.input_count} inputs and {len(network.output)} outputs, "
            f"what it should equal has {inputs} and {outputs}"
        )


def check_writable(path: str | None) -> None:
    """Raise UsageError when an output file certainly cannot be written, before any work is done."""
    if not path:
        return
    file = Path(path).resolve()
    if not file.parent.is_dir():
        raise UsageError(f"{path} cannot be written: its folder does not exist")
    if file.is_dir():
        raise UsageError(f"{path} cannot be written: it is a folder, give the name of a file")
    if (file.is_file() or not file.exists()) and not os.access(file.parent, os.W_OK | os.X_OK):  # a device is written to
        raise UsageError(f"{path} cannot be written: its folder is read-only for you")


def _common(a: Domain, b: Domain) -> Domain:
    if a.is_subset(b):
        return a
    if b.is_subset(a):
        return b
    raise InputError(
        f"neither of the domains {a.describe()} and {b.describe()} certainly contains the other: there is nothing to compare on"
    )


def _write_certificate(path: str, finding: Finding) -> None:
    if finding.certificate is None:
        print(f"  no certificate was found, {path} was not written")
        return
    write_whole(finding.certificate, path)
    print(f"  the certificate is in {path}")
