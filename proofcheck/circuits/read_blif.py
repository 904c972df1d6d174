"""BLIF files: one model of `.names` covers.

A cover lists products of its inputs whose union is where the net is 1 (last column 1) or where it is 0 (last column 0);
no rows make the constant 0. Latches, subcircuits, library gates and external don't-cares are refused; timing is skipped.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

from proofcheck.circuits.builder import Builder
from proofcheck.circuits.circuit import Circuit
from proofcheck.circuits.netlist import Names, Net, circuit_of_nets, cover
from proofcheck.circuits.text import Text, quoted

_REFUSED = {
    ".latch": "a latch: only circuits without state can be read",
    ".mlatch": "a latch: only circuits without state can be read",
    ".subckt": "a subcircuit: flatten the hierarchy first",
    ".search": "another file to be included: put all into one file",
    ".gate": "a gate of a library: map it to .names first",
    ".exdc": "external don't-cares: remove them, a circuit has one value on every input",
    ".start_kiss": "a state machine: only circuits without state can be read",
    ".clock": "a clock: only circuits without state can be read",
}
_SKIPPED = {
    ".area", ".delay", ".wire_load_slope", ".wire", ".input_arrival", ".output_required", ".input_drive", ".output_load",
    ".max_input_load", ".default_input_arrival", ".default_output_required", ".default_input_drive", ".default_output_load",
    ".default_max_input_load",
}  # fmt: skip


def read_blif(data: bytes, path: str | Path) -> Circuit:
    """The circuit in the bytes of a BLIF file. Raises InputError."""
    text = Text(data, path)
    inputs: Names = []
    outputs: Names = []
    covers: list[tuple[int, list[str], list[tuple[int, list[str]]]]] = []
    open_cover = ended = False
    models = 0
    for line, words in _logical_lines(text):
        kind = words[0]
        if not kind.startswith("."):
            if not open_cover:
                text.fault(f"{quoted(' '.join(words))} where a line that starts with '.' is expected", line)
            covers[-1][2].append((line, words))
            continue
        open_cover = kind == ".names"
        if ended or (kind == ".model" and models):
            text.fault("a second model: a file with one model is expected, flatten the hierarchy first", line)
        if kind == ".model":
            models += 1
        elif kind in (".inputs", ".outputs"):
            (inputs if kind == ".inputs" else outputs).extend((name, line) for name in words[1:])
        elif kind == ".names":
            if len(words) < 2:
                text.fault(".names without a net: '.names inputs ... output' is expected", line)
            covers.append((line, words[1:], []))
        elif kind == ".end":
            ended = True
        elif kind not in _SKIPPED:
            text.fault(_REFUSED.get(kind, f"unknown command {quoted(kind)}"), line)
    if not (models or inputs or outputs or covers):
        text.fault("no model: a BLIF file with .model, .inputs, .outputs and .names is expected", 1)
    return circuit_of_nets(text, inputs, outputs, [_net(text, *parts) for parts in covers])


def _logical_lines(text: Text) -> list[tuple[int, list[str]]]:
    """(line number, words) without comments, lines that end with a backslash joined to the next."""
    joined: list[tuple[int, list[str]]] = []
    begun, words = 0, []
    for number, line in enumerate(text.lines, 1):
        bare = line.partition("#")[0].rstrip()
        more = bare.endswith("\\")
        begun = begun or number
        words += bare.removesuffix("\\").split()
        if not more:
            if words:
                joined.append((begun, words))
            begun, words = 0, []
    if begun:
        text.fault("the file ends after a backslash: it is truncated", begun)
    return joined


def _net(text: Text, line: int, nets: list[str], rows: list[tuple[int, list[str]]]) -> Net:
    *reads, name = nets
    products: list[str] = []
    polarity = None
    for number, words in rows:
        row, value = ("", words[0]) if len(words) == 1 and not reads else words if len(words) == 2 else (None, "")
        if row is None or len(row) != len(reads) or row.strip("01-") or value not in ("0", "1"):
            text.fault(f"{quoted(' '.join(words))} where {len(reads)} of '0', '1', '-', then '0' or '1' are expected", number)
        if polarity not in (None, value):
            text.fault(f"the cover of {quoted(name)} has rows for 0 and for 1: rows of one kind are expected", number)
        polarity = value
        products.append(row)
    return Net(name, line, reads, partial(_make, products, polarity == "0"))


def _make(products: list[str], negated: bool, builder: Builder, literals: list[int]) -> int:
    return cover(builder, literals, products) ^ negated
