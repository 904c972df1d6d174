"""Hostile circuit files: whatever the bytes, reading gives a circuit or one InputError, in little time and memory.

As a script, `python -m tests.circuits.fuzz --count 20000 --seed 1 [--format blif]`, it runs that many files of each
format, under a memory limit, and prints what came out. A case is named by format, seed and number, and comes back alone
with `--only NUMBER`.
"""

from __future__ import annotations

import argparse
import random
import resource
import sys
import time
from collections import Counter
from collections.abc import Callable
from functools import cache

import numpy as np

from proofcheck.circuits import Circuit, aiger_bytes, blif_bytes, circuit_of_bytes, simulate
from proofcheck.errors import InputError
from tests.circuits.samples import DATA, SAMPLES, slow

FORMATS = {
    "aag": ("aiger", "aag"),
    "aig": ("epfl", "aig"),
    "blif": ("mcnc", "blif"),
    "bench": ("iscas85", "bench"),
    "bristol": ("bristol", "txt"),
    "pla": ("mcnc", "pla"),
    "cnf": ("equivalence", "cnf"),
}
"""Each suffix, and where files of its format lie in ../shared/data."""

MEMORY = 2 << 30  # bytes of address space in the script: numpy alone reserves a good part of one
SLOW = 2.0  # seconds: the script reports every case that takes longer
LARGEST_SEED_FILE = 30_000

NUMBERS = [
    "0",
    "1",
    "2",
    "3",
    "-1",
    "007",
    "1e3",
    "0x8",
    "65536",
    "1048576",
    "1048577",
    "1000000000000",
    "9" * 30,
    "²",
    "",
    "1.5",
]
WORDS = [
    "a",
    "b",
    "c",
    "z",
    "n1",
    "a[0]",
    "a[1]",
    "a[2]",
    "x[999999999]",
    "é",
    "#",
    "\\",
    "=",
    "(",
    ")",
    ",",
    "-",
    "0",
    "1",
    "\r",
    "\t",
]
KEYWORDS = {
    "aag": ["aag", "aig", "i0", "o0", "c", "l0", "b0"],
    "aig": ["aig", "aag", "i0", "o0", "c"],
    "blif": [".model", ".inputs", ".outputs", ".names", ".end", ".latch", ".exdc", ".subckt", ".gate", ".area", "11", "0-", "1"],
    "bench": ["INPUT(", "OUTPUT(", "AND(", "NOT(", "LUT 0x8 (", "vdd", "DFF(", "= XOR(", ")"],
    "bristol": ["AND", "XOR", "INV", "EQ", "EQW", "MAND", "2 1", "1 1"],
    "pla": [".i", ".o", ".p", ".ilb", ".ob", ".type", ".e", "fd", "fr", "01-", "|", "~"],
    "cnf": ["p cnf", "c", "%", "-1 0", "p"],
}


def case(form: str, seed: int, number: int) -> bytes:
    """The bytes of one case: random ones, a damaged file, or one from the grammar of the format."""
    draw = random.Random(f"{form} {seed} {number}")
    kind = draw.choices(("random", "damaged", "grammar", "damaged grammar"), (1, 4, 3, 3))[0]
    if kind == "random":
        pieces = [*KEYWORDS[form], *NUMBERS, *WORDS, "\n", "\n", " ", " "]
        text = "".join(draw.choice(pieces) + draw.choice(("", " ", "\n")) for _ in range(draw.randint(0, 60))).encode()
        return text if draw.random() < 0.7 else draw.randbytes(draw.randint(0, 200))
    data = draw.choice(seeds(form)) if kind == "damaged" else GRAMMARS[form](draw)
    return data if kind == "grammar" else damaged(draw, form, data)


@cache
def seeds(form: str) -> list[bytes]:
    """Well-formed files: the small ones of these tests, and public ones when they are on this machine."""
    folder, suffix = FORMATS[form]
    files = [path.read_bytes() for path in sorted((DATA / folder).glob(f"*.{suffix}"))] if DATA.is_dir() else []
    built_in = [data for name, data in SAMPLES.items() if name.endswith(f".{form}")]
    return built_in * 3 + [data for data in files if len(data) < LARGEST_SEED_FILE]


def damaged(draw: random.Random, form: str, data: bytes) -> bytes:
    """The data after one to four small changes."""
    for _ in range(draw.randint(1, 4)):
        data = draw.choice(DAMAGES)(draw, form, data)
    return data


def cut(draw: random.Random, _form: str, data: bytes) -> bytes:
    return data[: draw.randint(0, len(data))]


def flip(draw: random.Random, _form: str, data: bytes) -> bytes:
    place = draw.randint(0, len(data))
    return data[:place] + bytes([draw.randrange(256)]) + data[place + 1 :]


def splice(draw: random.Random, form: str, data: bytes) -> bytes:
    place = draw.randint(0, len(data))
    return data[:place] + draw.choice([*KEYWORDS[form], *NUMBERS, *WORDS]).encode() + data[place + draw.randint(0, 3) :]


def other_number(draw: random.Random, _form: str, data: bytes) -> bytes:
    """One of the first words, a header mostly, becomes another number."""
    words = data[:4000].split(b" ")
    words[draw.randrange(min(len(words), 12))] = draw.choice(NUMBERS).encode()
    return b" ".join(words) + data[4000:]


def other_lines(draw: random.Random, _form: str, data: bytes) -> bytes:
    """A line is left out, doubled, moved, or put after a backslash."""
    lines = data.split(b"\n")
    a, b = draw.randrange(len(lines)), draw.randrange(len(lines))
    way = draw.randrange(4)
    if way == 0:
        del lines[a]
    elif way == 1:
        lines.insert(b, lines[a])
    elif way == 2:
        lines[a], lines[b] = lines[b], lines[a]
    else:
        lines[a] += b" \\"
    return b"\n".join(lines)


def other_ends(draw: random.Random, _form: str, data: bytes) -> bytes:
    return data.replace(b"\n", draw.choice((b"\r\n", b"\r", b"\n\n", b" \n")))


def swapped_words(draw: random.Random, _form: str, data: bytes) -> bytes:
    """Two words of the text change places: nets read what comes later, wires are driven twice."""
    words = data.split(b" ")
    a, b = draw.randrange(len(words)), draw.randrange(len(words))
    words[a], words[b] = words[b], words[a]
    return b" ".join(words)


DAMAGES: tuple[Callable[[random.Random, str, bytes], bytes], ...] = (
    cut, flip, flip, splice, splice, other_number, other_lines, other_ends, swapped_words,
)  # fmt: skip


def ascii_aiger(draw: random.Random) -> bytes:
    inputs, gates, outputs = draw.randint(0, 4), draw.randint(0, 8), draw.randint(0, 3)
    most = inputs + gates + draw.choice((0, 0, 0, 0, 1, 5, -1))
    variables = draw.sample(range(1, inputs + gates + 1), inputs + gates)
    gate_rows = [
        f"{2 * variables[k]} {_literal(draw, variables[:k])} {_literal(draw, variables[:k])}"
        for k in range(inputs, inputs + gates)
    ]
    if draw.random() < 0.5:
        draw.shuffle(gate_rows)
    rows = [f"aag {most} {inputs} 0 {outputs} {gates}", *(str(2 * v) for v in variables[:inputs])]
    rows += [str(_literal(draw, variables)) for _ in range(outputs)] + gate_rows
    rows += [f"i{k} {draw.choice(WORDS)}" for k in range(inputs) if draw.random() < 0.2]
    return ("\n".join(rows) + draw.choice(("\n", "\n", "\nc\nend", ""))).encode()


def _literal(draw: random.Random, variables: list[int]) -> int:
    """A literal of one of the variables or a constant, now and then of any other."""
    return 2 * (draw.choice([0, *variables, *variables]) if draw.random() < 0.98 else draw.randint(0, 20)) + draw.randint(0, 1)


def binary_aiger(draw: random.Random) -> bytes:
    inputs, gates, outputs = draw.choice((0, 1, 4, 70)), draw.randint(0, 8), draw.randint(0, 3)
    most = inputs + gates
    head = f"aig {most} {inputs} 0 {outputs} {gates}\n" + "".join(f"{draw.randint(0, 2 * most + 1)}\n" for _ in range(outputs))
    body = bytearray()
    for own in range(2 * inputs + 2, 2 * most + 2, 2):
        left = draw.randint(0, own - (draw.random() < 0.99))
        for difference in (own - left, left - draw.randint(0, left)):
            body += bytes([difference]) if difference < 128 else bytes([difference & 127 | 128, difference >> 7])
    return head.encode() + body + draw.choice((b"", b"i0 a\n", b"c\nx", b"o0 z\nc\n"))


def blif(draw: random.Random) -> bytes:
    nets = [f"n{i}" for i in range(draw.randint(1, 8))]
    inputs = nets[: draw.randint(0, len(nets))]
    lines = [".model m", ".inputs " + " ".join(inputs), ".outputs " + " ".join(draw.sample(nets, draw.randint(0, len(nets))))]
    for i in range(len(inputs), len(nets)):
        reads = draw.choices(nets[:i] if draw.random() < 0.9 and i else nets, k=draw.randint(0, 4))
        value = draw.choice("01")
        lines.append(" ".join([".names", *reads, nets[i]]))
        for _ in range(draw.randint(0, 3)):
            lines.append(" ".join(["".join(draw.choices("01-", k=len(reads))), value] if reads else [value]))
    return ("\n".join(lines) + draw.choice(("\n.end\n", "\n", ""))).encode()


def bench(draw: random.Random) -> bytes:
    nets = [f"n{i}" for i in range(draw.randint(1, 8))]
    cut_at = draw.randint(0, len(nets))
    lines = [f"INPUT({net})" for net in nets[:cut_at]] + [f"OUTPUT({net})" for net in nets if draw.random() < 0.3]
    for i in range(cut_at, len(nets)):
        reads = draw.choices(nets[:i] if draw.random() < 0.9 and i else nets, k=draw.randint(1, 4))
        kind = draw.choice(["AND", "nand", "OR", "NOR", "XOR", "XNOR", "NOT", "BUFF", "vdd", "LUT", "LUT"])
        if kind == "LUT":
            kind = f"LUT {draw.getrandbits(1 << len(reads)):#x}"
        reads = reads[:1] if kind in ("NOT", "BUFF") else reads
        lines.append(f"{nets[i]} = {kind}" + ("" if kind == "vdd" else f"({', '.join(reads)})"))
    draw.shuffle(lines)
    return "\n".join(lines).encode()


def bristol(draw: random.Random) -> bytes:
    widths = [draw.randint(0, 3) for _ in range(draw.randint(1, 2))]
    wires = sum(widths)
    rows = []
    for _ in range(draw.randint(0, 8)):
        kind = draw.choice(["AND", "XOR", "INV", "EQW", "EQ", "MAND"])
        drives = draw.randint(1, 2) if kind == "MAND" else 1
        reads = 2 * drives if kind in ("AND", "XOR", "MAND") else 1
        sources = [draw.randint(0, 1 if kind == "EQ" else max(wires - (draw.random() < 0.95), 0)) for _ in range(reads)]
        rows.append(" ".join(map(str, [reads, drives, *sources, *range(wires, wires + drives), kind])))
        wires += drives
    outputs = draw.randint(0, min(3, wires))
    old = [f"{widths[0]} {sum(widths[1:])} {outputs}"]
    header = old if draw.random() < 0.3 else [" ".join(map(str, [len(widths), *widths])), f"1 {outputs}"]
    return "\n".join([f"{len(rows)} {wires}", *header, "", *rows, ""]).encode()


def pla(draw: random.Random) -> bytes:
    inputs, outputs = draw.randint(0, 5), draw.randint(0, 4)
    rows = [
        "".join(draw.choices("01-", k=inputs)) + draw.choice((" ", "|", "")) + "".join(draw.choices("01-~", k=outputs))
        for _ in range(draw.randint(0, 8))
    ]
    lines = [f".i {inputs}", f".o {outputs}", *([f".p {len(rows)}"] if draw.random() < 0.5 else []), *rows, ".e"]
    if draw.random() < 0.3:
        lines.insert(2, ".ilb " + " ".join(f"a[{i}]" for i in range(inputs)))
    return "\n".join(lines).encode()


def cnf(draw: random.Random) -> bytes:
    variables, clauses = draw.randint(0, 6), draw.randint(0, 8)
    body = "".join(
        " ".join(str(draw.choice((1, -1)) * draw.randint(1, max(variables, 1))) for _ in range(draw.randint(0, 4))) + " 0\n"
        for _ in range(clauses)
    )
    return f"c any\np cnf {variables} {clauses}\n{body}".encode()


GRAMMARS: dict[str, Callable[[random.Random], bytes]] = {
    "aag": ascii_aiger, "aig": binary_aiger, "blif": blif, "bench": bench, "bristol": bristol, "pla": pla, "cnf": cnf,
}  # fmt: skip


def outcome(form: str, data: bytes) -> str:
    """'circuit', or the message of the InputError without what varies; raises AssertionError or anything else for a fault."""
    name = f"f.{form}"
    try:
        circuit = circuit_of_bytes(data, name)
    except InputError as error:
        text = str(error)
        assert text.startswith(name + ":"), f"no place in {text!r}"
        assert text.isprintable(), f"more than one plain sentence in {text!r}"
        assert len(text) < 300, f"{len(text)} characters in {text[:300]!r}"
        return "refused"
    if circuit.input_count <= 4096 and circuit.gate_count <= 20_000:
        agree(circuit)
    return "circuit"


def agree(circuit: Circuit) -> None:
    """The circuit, the slow simulator, its own AIGER file and what the writers make of it compute the same."""
    rows = np.random.default_rng(len(circuit.left)).integers(0, 2, (2, circuit.input_count))
    expected = [slow(circuit, row) for row in rows.tolist()]
    files = {"c.aig": circuit.aiger()[0], "w.aig": aiger_bytes(circuit), "w.aag": aiger_bytes(circuit, ascii=True)}
    for name, data in (*files.items(), ("w.blif", blif_bytes(circuit))):
        assert simulate(circuit_of_bytes(data, name), rows).tolist() == expected, f"{name} differs"


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=1000, help="files of each format")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--format", choices=FORMATS, action="append")
    parser.add_argument("--only", type=int, help="the number of one case")
    options = parser.parse_args(arguments)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    faults = 0
    for form in options.format or FORMATS:
        found: Counter[str] = Counter()
        slowest = 0.0
        for number in range(options.count) if options.only is None else [options.only]:
            data = case(form, options.seed, number)
            start = time.process_time()
            try:
                found[outcome(form, data)] += 1
            except Exception as error:  # noqa: BLE001 - every other exception is what is looked for
                faults += 1
                print(
                    f"{form} --seed {options.seed} --only {number}: {type(error).__name__}: {error}\n  {data[:300]!r}", flush=True
                )
            took = time.process_time() - start
            slowest = max(slowest, took)
            if took > SLOW:
                faults += 1
                print(f"{form} --seed {options.seed} --only {number}: {took:.1f} s for {len(data)} bytes", flush=True)
        print(f"{form}: {dict(found)}, slowest {slowest:.3f} s", flush=True)
    print(f"{faults} faults, peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10} MiB")
    return int(faults > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
