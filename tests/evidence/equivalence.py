"""Equivalence of circuits that are built differently: found, audited on a bare interpreter, and refuted where it is wrong.

    python -m tests.evidence.equivalence [--only WORDS] [--no-wrong]

prints one line for each pair: AND gates on both sides, what was found, processor time and memory to find, size of the
certificate, processor time and memory to audit it, and whether a wrong variant (one operand in the middle negated) is
refuted by an input. One side is a network that emulates the first circuit; the claim is that it computes the second. The
exit status is 1 when a pair that is not marked as out of reach is not certified, or a wrong variant is not refuted.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from proofcheck.checkers import Budget, Task
from proofcheck.checkers.boolean.clauses import clauses
from proofcheck.circuits import (
    Builder,
    Circuit,
    arithmetic,
    balanced,
    barrel_shifter,
    carry_select_adder,
    emulate,
    kogge_stone_adder,
    less_than,
    multiplier,
    popcount,
    random_circuit,
    read_circuit,
    resynthesised,
    ripple_adder,
    row_multiplier,
    wallace_multiplier,
)
from proofcheck.domains import Bits
from proofcheck.spec import CircuitTarget, Statement
from tests.evidence.real_circuits import DATA, ROOT, step

# The peak of the process itself: what wait4 reports begins with the memory of whoever started it.
AUDIT = """
import sys
from proofcheck.kernel import main
code = main(sys.argv[1:])
print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")))
sys.exit(code)
"""
BUDGET = Budget(seconds=580, conflicts=1_000_000, memory_mb=8192)
Pair = Callable[[], tuple[Circuit, Circuit]]


def rewritten(circuit: Circuit) -> Circuit:
    """Balanced, and resynthesised over four and five leaves, twice."""
    return balanced(resynthesised(balanced(resynthesised(circuit, 1, share=1)), 2, 5))


def commuted(p: int) -> Circuit:
    """y * x."""
    builder = Builder()
    x, y = builder.inputs("x", p), builder.inputs("y", p)
    builder.outputs("product", arithmetic.multiply(builder, y, x, 2 * p))
    return builder.circuit()


def chain(n: int, order: int) -> Circuit:
    """Parity by a chain that takes every `order`-th input."""
    builder = Builder()
    x, total = builder.inputs("x", n), 0
    for i in range(n):
        total = builder.xor(total, x[i * order % n])
    builder.output("parity", total)
    return builder.circuit()


def compared(p: int) -> Circuit:
    """x < y, as the borrow of x - y with the carries of Kogge and Stone."""
    builder = Builder()
    x, y = builder.inputs("x", p), builder.inputs("y", p)
    builder.output("less", arithmetic.prefix_add(builder, y, [bit ^ 1 for bit in x])[1])
    return builder.circuit()


def compared_by_halves(p: int) -> Circuit:
    """x < y: in the upper half, or in the lower one where the upper ones are equal."""
    builder = Builder()
    x, y = builder.inputs("x", p), builder.inputs("y", p)

    def halves(low: int, high: int) -> tuple[int, int]:
        if high - low == 1:
            return builder.and_(x[low] ^ 1, y[low]), builder.xor(x[low], y[low]) ^ 1
        less, same = halves(low, (low + high) // 2)
        above, alike = halves((low + high) // 2, high)
        return builder.or_(above, builder.and_(alike, less)), builder.and_(alike, same)

    builder.output("less", halves(0, p)[0])
    return builder.circuit()


def rotated(k: int) -> Circuit:
    """2^k bits rotated by an amount of k bits: each output one of all bits, chosen by a decoder."""
    builder, n = Builder(), 1 << k
    x, amount = builder.inputs("x", n), builder.inputs("amount", k)
    lines = arithmetic.decode(builder, amount)
    builder.outputs("y", [builder.or_all([builder.and_(lines[j], x[(i - j) % n]) for j in range(n)]) for i in range(n)])
    return builder.circuit()


def counted(n: int) -> Circuit:
    """How many of n bits are 1: the bits are added one after another, by ripple carry."""
    builder = Builder()
    x, total = builder.inputs("x", n), [0] * n.bit_length()
    for bit in x:
        total, _ = arithmetic.add(builder, total, [bit, *([0] * (len(total) - 1))])
    builder.outputs("count", total)
    return builder.circuit()


def renamed(circuit: Circuit, other: Circuit) -> Circuit:
    """The other circuit's gates; only the names of the ports are those of the first."""
    return Circuit(circuit.inputs, circuit.outputs, other.operation, other.left, other.right, other.output)


def own_pairs() -> dict[str, Pair]:
    """The pairs that need no file."""
    pairs: dict[str, Pair] = {}
    for p in (64, 128):
        pairs[f"adder {p}: ripple, Kogge-Stone"] = lambda p=p: (ripple_adder(p), kogge_stone_adder(p))
    pairs["adder 128: carry select, Kogge-Stone"] = lambda: (carry_select_adder(128), kogge_stone_adder(128))
    pairs["adder 128: ripple, rewritten"] = lambda: (ripple_adder(128), rewritten(ripple_adder(128)))
    for p in (8, 12, 16, 24, 32):
        pairs[f"multiplier {p}: array, rewritten"] = lambda p=p: (multiplier(p), rewritten(multiplier(p)))
    for p in (5, 6, 7):
        pairs[f"multiplier {p}: x*y, y*x"] = lambda p=p: (multiplier(p), commuted(p))
    for p in (5, 6, 7, 8, 9):
        pairs[f"multiplier {p}: rows, Wallace tree"] = lambda p=p: (row_multiplier(p), wallace_multiplier(p))
    for g in (1000, 5000):
        pairs[f"random {g}: itself, rewritten"] = lambda g=g: (random_circuit(g, 64, 1), rewritten(random_circuit(g, 64, 1)))
    for p in (32, 64, 128):
        pairs[f"comparison {p}: chain, prefix borrow"] = lambda p=p: (less_than(p), compared(p))
        pairs[f"comparison {p}: chain, halves"] = lambda p=p: (less_than(p), compared_by_halves(p))
    for k in (4, 5, 6):
        pairs[f"rotation of {1 << k}: multiplexers, decoder"] = lambda k=k: (barrel_shifter(k), rotated(k))
    for n in (12, 16, 24):
        pairs[f"popcount {n}: carry-save, one by one"] = lambda n=n: (popcount(n), counted(n))
    for n in (16, 24, 32):
        pairs[f"parity {n}: two chains"] = lambda n=n: (chain(n, 1), chain(n, 7))
    return pairs


def file_pairs() -> dict[str, Pair]:
    """Two files of one circuit, and rewritten files, where ../shared/data is at hand."""
    pairs: dict[str, Pair] = {}
    for path in sorted(DATA.glob("epfl/*.blif")):
        if path.with_suffix(".aig").exists():
            pairs[f"epfl {path.stem}: .aig, .blif"] = lambda path=path: (
                read_circuit(path.with_suffix(".aig")),
                read_circuit(path),
            )
    for path in sorted([*DATA.glob("epfl/*.aig"), *DATA.glob("iscas85/*.bench")]):
        pairs[f"{path.parent.name} {path.stem}: itself, rewritten"] = lambda path=path: (
            read_circuit(path),
            rewritten(read_circuit(path)),
        )
    adder = DATA / "bristol" / "adder64.txt"
    if adder.exists():
        pairs["bristol adder64, Kogge-Stone"] = lambda: (read_circuit(adder), kogge_stone_adder(64))
    return pairs


OUT_OF_REACH = {"multiplier 9: rows, Wallace tree", "parity 32: two chains"}


def damaged(circuit: Circuit) -> Circuit:
    """One operand in the middle negated, of the gates that an output depends on."""
    left, first = circuit.left.copy(), circuit.input_count + 1
    alive = {int(literal) >> 1 for literal in circuit.output}
    for gate in reversed(range(len(left))):
        if first + gate in alive:
            alive |= {int(circuit.left[gate]) >> 1, int(circuit.right[gate]) >> 1}
    gates = [gate for gate in range(len(left)) if first + gate in alive]
    left[gates[len(gates) // 2]] ^= 1
    return Circuit(circuit.inputs, circuit.outputs, circuit.operation, left, circuit.right, circuit.output)


def find(name: str, wrong: bool, path: str) -> None:
    """In a process of its own: settle one pair, write the certificate, print what was found as JSON."""
    first, second = (own_pairs() | file_pairs())[name]()
    second = renamed(first, damaged(second) if wrong else second)
    network = emulate(first)
    domain, target = Bits.of((first.input_count,)), CircuitTarget(sha256(second.aiger()[0]).hexdigest())
    task = Task(network, Statement(kind="computes", network=network.digest, domain=domain, target=target), second)
    begin = spent()
    finding = clauses(task, BUDGET)
    seconds = spent() - begin
    if finding.certificate is not None:
        Path(path).write_bytes(finding.certificate)
    gates = [first.and_count + 3 * first.xor_count, second.and_count + 3 * second.xor_count]
    witness = finding.witness is not None and finding.witness.found != finding.witness.expected
    row = {"gates": gates, "verdict": finding.verdict.name.lower(), "reason": finding.reason, "seconds": seconds}
    print(json.dumps(row | {"witness": witness, "steps": finding.checked}))


def spent() -> float:
    """Processor seconds of this process and of those it has waited for."""
    return sum(os.times()[:4])


def main(argv: list[str]) -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="")
    parser.add_argument("--no-wrong", action="store_true")
    parser.add_argument("--find", nargs=3, metavar=("NAME", "WRONG", "CERT"))
    asked = parser.parse_args(argv)
    if asked.find:
        find(asked.find[0], asked.find[1] == "wrong", asked.find[2])
        return 0
    failed = 0
    heads = ("pair", "ANDs", "ANDs", "found", "find", "memory", "certificate", "audit", "memory", "wrong variant")
    print("{:40} {:>6} {:>6} {:>9} {:>8} {:>7} {:>11} {:>8} {:>7}  {}".format(*heads), flush=True)
    for name in own_pairs() | file_pairs():
        if asked.only not in name:
            continue
        with tempfile.TemporaryDirectory() as folder:
            cert = str(Path(folder) / "pair.cert")
            this = (sys.executable, "-m", "tests.evidence.equivalence", "--find", name)
            found = step(*this, "right", cert)
            row = _row(found.output)
            size, audit, before = "-", None, spent()
            if Path(cert).exists():
                size = f"{Path(cert).stat().st_size / 1e6:.2f} MB"
                audit = step(sys.executable, "-S", "-c", AUDIT, cert)
                before = spent() - before
            certified = audit is not None and audit.status == 0
            wrong = {} if asked.no_wrong else _row(step(*this, "wrong", cert).output)
            refuted = f"{wrong['verdict']}, {wrong['seconds']:.1f} s" if wrong else "-"
            cells = [f"{before:.1f} s", f"{int(audit.output.split()[-1]) / 1024:.0f} MB"] if audit else ["-", "-"]
            line = [name, *row["gates"], "certified" if certified else row["verdict"], f"{row['seconds']:.1f} s"]
            line += [f"{found.megabytes:.0f} MB", size, *cells, refuted if certified else f"{refuted} ({row['reason']})"]
            print("{:40} {:>6} {:>6} {:>9} {:>8} {:>7} {:>11} {:>8} {:>7}  {}".format(*line), flush=True)
            failed += (not certified and name not in OUT_OF_REACH) or (bool(wrong) and not wrong["witness"])
    print(
        f"{failed} failed"
        if failed
        else "every pair certified, or marked as out of reach; every wrong variant refuted by an input"
    )
    return int(failed > 0)


def _row(output: str) -> dict:
    try:
        return json.loads(output.strip().splitlines()[-1])
    except (ValueError, IndexError):
        return {"gates": [0, 0], "verdict": "fault", "reason": output[-200:], "seconds": 0.0, "witness": False}


if __name__ == "__main__":
    assert Path.cwd() == ROOT, f"run it in {ROOT}"
    sys.exit(main(sys.argv[1:]))
