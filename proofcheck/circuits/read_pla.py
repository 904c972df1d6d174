"""Espresso PLA files of the types fd (the default) and f: the products where each output is 1.

An output that no row sets is 0. A '-' in the output part is a don't-care; a circuit has a value everywhere, so the
don't-care is read as 0 unless another row says 1. The types fr and fdr leave everything unlisted open and are refused.
"""

from __future__ import annotations

from pathlib import Path

from proofcheck.circuits.builder import Builder
from proofcheck.circuits.circuit import Circuit
from proofcheck.circuits.netlist import product
from proofcheck.circuits.text import Text, quoted
from proofcheck.circuits.words import Word, words_of

_PLAIN = str.maketrans("2", "-", "| \t")  # '2' is an older '-', the bar is decoration


def read_pla(data: bytes, path: str | Path) -> Circuit:
    """The circuit in the bytes of a PLA file. Raises InputError."""
    text = Text(data, path)
    counts: dict[str, int] = {}
    names: dict[str, list[str]] = {}
    rows: list[str] = []
    for number, line in enumerate(text.lines, 1):
        bare = line.partition("#")[0].strip()
        if not bare:
            continue
        words = bare.split()
        kind = words[0]
        if kind in (".e", ".end"):
            break
        if not kind.startswith("."):
            rows.append(_row(text, number, bare, counts))
        elif kind in (".i", ".o", ".p"):
            if len(words) != 2 or kind in counts:
                text.fault(f"{quoted(bare)} where '{kind} number' is expected, once", number)
            counts[kind] = text.number(words[1], number, f"the number after {kind}", text.most_bits)
        elif kind in (".ilb", ".ob"):
            names[kind] = _labels(text, number, words[1:], counts.get(".i" if kind == ".ilb" else ".o"))
        elif kind == ".type" and words[1:] in (["f"], ["fd"]):
            continue
        elif kind == ".type":
            text.fault(f"the type {quoted(' '.join(words[1:]))}: f or fd is expected, 'espresso -o fd' converts", number)
        else:
            text.fault(f"unknown command {quoted(kind)}: known are .i .o .p .ilb .ob .type .e", number)
    for kind in (".i", ".o"):
        if kind not in counts:
            text.fault(f"no {kind}: the numbers of inputs and outputs are expected", 1)
    if counts.get(".p", len(rows)) != len(rows):
        text.fault(f".p promises {counts['.p']} products, {len(rows)} follow", len(text.lines))
    return _circuit(counts[".i"], counts[".o"], names, rows)


def _row(text: Text, number: int, line: str, counts: dict[str, int]) -> str:
    """The characters of inputs and outputs together."""
    if ".i" not in counts or ".o" not in counts:
        text.fault("a product before .i and .o: the numbers of inputs and outputs are expected first", number)
    row = line.translate(_PLAIN)
    inputs, total = counts[".i"], counts[".i"] + counts[".o"]
    if len(row) != total or row[:inputs].strip("01-") or row[inputs:].strip("01-~"):
        text.fault(
            f"{quoted(line)} where {inputs} of '0', '1', '-' and {counts['.o']} of '0', '1', '-', '~' are expected", number
        )
    return row


def _labels(text: Text, number: int, labels: list[str], count: int | None) -> list[str]:
    if count != len(labels):
        text.fault(f"{len(labels)} names are given for {'an unknown number of' if count is None else count} signals", number)
    if len(set(labels)) < len(labels):
        text.fault("a name is given twice", number)
    return labels


def _circuit(inputs: int, outputs: int, names: dict[str, list[str]], rows: list[str]) -> Circuit:
    builder = Builder()
    literals = builder.declare(words_of(names[".ilb"], "x") if ".ilb" in names else (Word("x", inputs),))
    terms: list[list[int]] = [[] for _ in range(outputs)]
    for row in rows:
        term = product(builder, literals, row[:inputs])
        for j, c in enumerate(row[inputs:]):
            if c == "1":
                terms[j].append(term)
    builder.put(words_of(names[".ob"], "y") if ".ob" in names else (Word("y", outputs),), map(builder.or_all, terms))
    return builder.circuit()
