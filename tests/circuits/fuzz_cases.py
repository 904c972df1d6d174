"""The cases of the fuzzer: random bytes, damaged real files, files from the grammar of a format, and damaged ones of these.

A case is named by format, seed and number, and always has the same bytes where the same public files are present.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import cache

from tests.circuits.samples import DATA, SAMPLES

FORMATS = {
    "aag": ("aiger", "aag"),
    "aig": ("epfl", "aig"),
    "blif": ("mcnc", "blif"),
    "bench": ("iscas85", "bench"),
    "bristol": ("bristol", "txt"),
    "old": ("bristol", "txt"),
    "pla": ("mcnc", "pla"),
    "cnf": ("equivalence", "cnf"),
}
"""Each format, and where files of it lie in ../shared/data. "old" is the older Bristol format, told apart by its header."""

SUFFIX = {"old": "bristol"}
KINDS = ("random", "damaged", "grammar", "damaged grammar")
SHARES = (1, 4, 3, 3)
LARGEST_SEED_FILE, SMALL = 30_000, 3_000

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
    "old": ["AND", "XOR", "INV", "EQ", "2 1", "1 1", "1 1 1"],
    "pla": [".i", ".o", ".p", ".ilb", ".ob", ".type", ".e", "fd", "fr", "01-", "|", "~"],
    "cnf": ["p cnf", "c", "%", "-1 0", "p"],
}


def case(form: str, seed: int, number: int) -> tuple[str, bytes]:
    """(its kind, the bytes) of one case."""
    draw = random.Random(f"{form} {seed} {number}")
    kind = draw.choices(KINDS, SHARES)[0]
    if kind == "random":
        pieces = [*KEYWORDS[form], *NUMBERS, *WORDS, "\n", "\n", " ", " "]
        text = "".join(draw.choice(pieces) + draw.choice(("", " ", "\n")) for _ in range(draw.randint(0, 60))).encode()
        return kind, text if draw.random() < 0.7 else draw.randbytes(draw.randint(0, 200))
    data = draw.choice(seeds(form)) if kind == "damaged" else GRAMMARS[form](draw)
    return kind, data if kind == "grammar" else damaged(draw, form, data)


@cache
def seeds(form: str) -> list[bytes]:
    """Well-formed files: the small ones of these tests, and public ones when they are on this machine.

    The large ones are rare, so that most cases are small.
    """
    folder, suffix = FORMATS[form]
    paths = [path for path in sorted((DATA / folder).glob(f"*.{suffix}")) if path.stem != "License"] if DATA.is_dir() else []
    files = [data for data in (path.read_bytes() for path in paths) if len(data) < LARGEST_SEED_FILE]
    if form == "old":
        files = [older(data) for data in files]
    built_in = [data for name, data in SAMPLES.items() if name.endswith(f".{SUFFIX.get(form, form)}")]
    small = [data for data in files if len(data) <= SMALL]
    return (built_in * 3 + small) * 4 + [data for data in files if len(data) > SMALL]


def older(data: bytes) -> bytes:
    """A Bristol Fashion file with the header of the older format: the widths of two inputs and of all outputs."""
    first, inputs, outputs, *rest = data.split(b"\n")
    widths = [*map(int, inputs.split()[1:]), 0][:2]
    total = sum(map(int, outputs.split()[1:]))
    return b"\n".join([first, b"%d %d %d" % (*widths, total), *rest])


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


def bristol(draw: random.Random, old: bool = False) -> bytes:
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
    shortened = [f"{widths[0]} {sum(widths[1:])} {outputs}"]
    header = shortened if old else [" ".join(map(str, [len(widths), *widths])), f"1 {outputs}"]
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
    "aag": ascii_aiger, "aig": binary_aiger, "blif": blif, "bench": bench, "bristol": bristol,
    "old": lambda draw: bristol(draw, old=True), "pla": pla, "cnf": cnf,
}  # fmt: skip
