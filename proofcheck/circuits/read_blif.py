"""BLIF files: one model of `.names` covers.

A cover lists products of its inputs whose union is where the net is 1 (last column 1) or where it is 0 (last column 0);
no rows make the constant 0. Latches, subcircuits, library gates and external don't-cares are refused; timing is skipped.
"""

from __future__ import annotations

from collections.abc import Iterator
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
    nets: list[Net] = []
    rows: list[str] | None = None  # of the cover that is open
    models, lists, ended = 0, 0, False  # numbers of .model and .outputs commands, whether .end was read
    for line, words in _logical_lines(text):
        kind = words[0]
        if not kind.startswith("."):
            if rows is None:
                text.fault(f"{quoted(' '.join(words))} where a line that starts with '.' is expected", line)
            rows.append(_row(text, line, words, nets[-1], rows))
            continue
        rows = None
        if ended or (kind == ".model" and models):
            text.fault("a second model: a file with one model is expected, flatten the hierarchy first", line)
        if kind == ".names":
            if len(words) < 2:
                text.fault(".names without a net: '.names inputs ... output' is expected", line)
            rows = []
            nets.append(Net(words[-1], line, words[1:-1], partial(_literal, rows)))
        elif kind in (".inputs", ".outputs"):
            (inputs if kind == ".inputs" else outputs).extend((name, line) for name in words[1:])
            lists += kind == ".outputs"
        elif kind == ".model":
            models += 1
        elif kind == ".end":
            ended = True
        elif kind not in _SKIPPED:
            text.fault(_REFUSED.get(kind, f"unknown command {quoted(kind)}"), line)
    if not lists:
        text.fault("no .outputs: a list of outputs is expected, the file may be truncated", len(text.lines))
    return circuit_of_nets(text, inputs, outputs, nets)


def _logical_lines(text: Text) -> Iterator[tuple[int, list[str]]]:
    """(line number, words) without comments, lines that end with a backslash joined to the next."""
    begun, words = 0, []
    for number, line in enumerate(text.lines, 1):
        bare = line.partition("#")[0].rstrip()
        begun = begun or number
        if bare.endswith("\\"):
            words += bare[:-1].split()
            continue
        words += bare.split()
        if words:
            yield begun, words
        begun, words = 0, []
    if begun:
        text.fault("the file ends after a backslash: it is truncated", begun)


def _row(text: Text, line: int, words: list[str], net: Net, rows: list[str]) -> str:
    """A row of the cover of `net`, input part and value in one string; all rows of a cover have one value."""
    row = "".join(words)
    width = len(net.reads)
    if (
        len(words) != min(width, 1) + 1
        or len(words[-1]) != 1
        or len(row) != width + 1
        or row[:-1].strip("01-")
        or row[-1] not in "01"
    ):
        text.fault(f"{quoted(' '.join(words))} where {width} of '0', '1', '-', then '0' or '1' are expected", line)
    if rows and rows[0][-1] != row[-1]:
        text.fault(f"the cover of {quoted(net.name)} has rows for 0 and for 1: rows of one kind are expected", line)
    return row


def _literal(rows: list[str], builder: Builder, literals: list[int]) -> int:
    """The net that a cover drives."""
    return cover(builder, literals, [row[:-1] for row in rows]) ^ (bool(rows) and rows[0][-1] == "0")
