"""Circuit files of every known format; which one it is shows in the content first, then in the suffix."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from proofcheck.circuits.circuit import Circuit
from proofcheck.circuits.read_aiger import read_aiger
from proofcheck.circuits.read_bench import read_bench
from proofcheck.circuits.read_blif import read_blif
from proofcheck.circuits.read_bristol import read_bristol
from proofcheck.circuits.read_cnf import read_cnf
from proofcheck.circuits.read_pla import read_pla
from proofcheck.errors import InputError

Reader = Callable[[bytes, str | Path], Circuit]

READERS: dict[str, Reader] = {
    ".aag": read_aiger,
    ".aig": read_aiger,
    ".bench": read_bench,
    ".blif": read_blif,
    ".bristol": read_bristol,
    ".cnf": read_cnf,
    ".dimacs": read_cnf,
    ".pla": read_pla,
}
"""The reader for each suffix; a Bristol file often ends in .txt and is known by its content."""


def read_circuit(path: str | Path) -> Circuit:
    """The circuit in a file: AIGER, BLIF, .bench, Bristol Fashion and its predecessor, espresso PLA, DIMACS CNF.

    Raises InputError, with the path and where possible the line, for a file that is missing, malformed or of no known format.
    """
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror or error}", path) from None
    return circuit_of_bytes(data, path)


def circuit_of_bytes(data: bytes, path: str | Path) -> Circuit:
    """The circuit in the bytes of a file; `path` gives the suffix and stands in errors. Raises InputError."""
    reader = read_aiger if data.startswith((b"aag ", b"aig ")) else READERS.get(Path(path).suffix.lower()) or _guess(data)
    if not data:
        raise InputError("the file is empty", path)
    if reader is None:
        raise InputError("no circuit in a known format: AIGER, BLIF, .bench, Bristol, PLA or DIMACS CNF is expected", path)
    return reader(data, path)


def _guess(data: bytes) -> Reader | None:
    """The reader that the first lines which say something ask for."""
    for line in data[:1_000_000].splitlines():
        words = line.split()
        if not words or words[0].startswith(b"#") or words[0] == b"c":
            continue
        if words[0] in (b".model", b".inputs", b".outputs", b".names"):
            return read_blif
        if words[0] in (b".i", b".o", b".type", b".ilb", b".ob", b".p"):
            return read_pla
        if words[:2] == [b"p", b"cnf"]:
            return read_cnf
        if len(words) == 2 and all(word.isdigit() for word in words):
            return read_bristol
        if b"(" in line and (b"=" in line or words[0][:6].upper() in (b"INPUT", b"INPUT(", b"OUTPUT")):
            return read_bench
        break
    return None
