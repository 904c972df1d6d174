"""DIMACS CNF as a circuit: the inputs are the variables 1 .. V, the one output is 1 when every clause holds."""

from __future__ import annotations

from pathlib import Path

from proofcheck.circuits.builder import Builder
from proofcheck.circuits.circuit import Circuit
from proofcheck.circuits.text import Text, quoted


def read_cnf(data: bytes, path: str | Path) -> Circuit:
    """The circuit in the bytes of a CNF file. Comments may stand anywhere; a line `%` ends it. Raises InputError."""
    text = Text(data, path)
    header: tuple[int, int] | None = None
    clauses = []
    clause: list[int] = []
    begun = 1
    for number, line in enumerate(text.lines, 1):
        words = line.split()
        if not words or words[0].startswith("c"):
            continue
        if words[0] == "%":
            break
        if words[0] == "p":
            if header is not None:
                text.fault("a second header", number)
            header = _header(text, number, words)
            continue
        if header is None:
            text.fault(f"{quoted(line)} where the header 'p cnf variables clauses' is expected", number)
        for word in words:
            begun = begun if clause else number
            variable = text.number(word.removeprefix("-"), number, "a variable", header[0])
            if variable:
                clause.append(2 * variable + (word[0] == "-"))
            else:
                clauses.append(clause)
                clause = []
    if header is None:
        text.fault("no header: 'p cnf variables clauses' is expected", 1)
    if clause:
        text.fault("the last clause does not end with 0: the file is truncated", begun)
    if len(clauses) != header[1]:
        text.fault(f"{header[1]} clauses are promised, {len(clauses)} follow", len(text.lines))
    builder = Builder()
    builder.inputs("x", header[0])
    builder.output("satisfied", builder.and_all([builder.or_all(literals) for literals in clauses]))
    return builder.circuit()


def _header(text: Text, number: int, words: list[str]) -> tuple[int, int]:
    if len(words) != 4 or words[1] != "cnf":
        text.fault(f"{quoted(' '.join(words))} where 'p cnf variables clauses' is expected", number)
    variables = text.number(words[2], number, "the number of variables", text.most_bits)
    return variables, text.number(words[3], number, "the number of clauses", 1 << 40)
