"""CaDiCaL 1.9.5 inside the wheel of python-sat, called through ctypes, because only so does it write LRAT proofs.

The names are those of one compiled wheel, and a wrong call ends the process: this module is for a child process, and
`available` must be asked first. It runs a known instance and compares the proof, so another wheel is a reason, no crash.
Formulas go in as DIMACS text, since only then do clauses keep their numbers; nothing touches the file system.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

PREFIX = "_ZN10CaDiCaL1956Solver"
POINTER, INT, TEXT, BOOL = ctypes.c_void_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_bool
CALLS: dict[str, tuple[str, Any, tuple[Any, ...]]] = {
    "construct": ("C1Ev", None, ()),
    "destroy": ("D1Ev", None, ()),
    "set": ("3setEPKci", BOOL, (TEXT, INT)),
    "limit": ("5limitEPKci", BOOL, (TEXT, INT)),
    "trace": ("11trace_proofEP8_IO_FILEPKc", BOOL, (POINTER, TEXT)),
    "read": ("11read_dimacsEP8_IO_FILEPKcRii", TEXT, (POINTER, TEXT, ctypes.POINTER(INT), INT)),
    "close": ("17close_proof_traceEb", None, (BOOL,)),
    "solve": ("5solveEv", INT, ()),
    "value": ("3valEi", INT, (INT,)),
    "add": ("3addEi", None, (INT,)),
    "assume": ("6assumeEi", None, (INT,)),
}
LARGEST_SOLVER = 4096  # bytes of the object, which is a handful of pointers
SATISFIABLE, UNSATISFIABLE = 10, 20
SELF_TEST = [[1], [-1, 2], [-1, -2, 3], [-3, -2], [1, 2, 3], [1, -2, 3], [-1, 2, 3]]
SELF_TEST_PROOF = [[97, 16, 4, 0, 2, 4, 0], [97, 18, 6, 0, 2, 16, 6, 0], [97, 20, 0, 18, 16, 8, 0]]  # without deletions

Numbers = npt.NDArray[np.int64]


@cache
def _library() -> dict[str, Any]:
    import pysolvers  # the compiled part of python-sat

    library = ctypes.CDLL(pysolvers.__file__)
    calls = {}
    for name, (symbol, result, arguments) in CALLS.items():
        call = calls[name] = getattr(library, PREFIX + symbol)
        call.restype, call.argtypes = result, (POINTER, *arguments)
    return calls


@cache
def _files() -> Any:
    """The C library's files in memory."""
    library = ctypes.CDLL(None)
    library.open_memstream.restype = library.fmemopen.restype = POINTER
    library.open_memstream.argtypes = (POINTER, POINTER)
    library.fmemopen.argtypes = (POINTER, ctypes.c_size_t, TEXT)
    library.fclose.argtypes = library.fflush.argtypes = library.free.argtypes = (POINTER,)
    return library


def lacks() -> str:
    """Why the solver cannot be used here, in words; "" when it can."""
    try:
        answer, proof, _ = refute(SELF_TEST, 1000)
    except (ImportError, OSError, AttributeError) as error:
        return f"the wheel of python-sat has not the solver that is expected ({type(error).__name__}: {str(error)[:120]})"
    records = [row for row in _rows(proof) if row[0] == 97]
    if answer != UNSATISFIABLE or records != SELF_TEST_PROOF:
        return f"the solver of python-sat fails its self-test (answer {answer}, proof {records})"
    return ""


def refute(clauses: Iterable[Sequence[int]], conflicts: int) -> tuple[int, Numbers, list[int]]:
    """(answer, proof, model) for clauses in DIMACS literals, in at most so many conflicts.

    answer: 20 with the numbers of a binary LRAT proof, 10 with the true literals of a model, 0 for neither.
    """
    rows = [" ".join(map(str, clause)) for clause in clauses]
    largest = max((abs(literal) for clause in clauses for literal in clause), default=1)
    text = f"p cnf {largest} {len(rows)}\n{' 0 '.join(rows)} 0\n".encode()
    calls, files = _library(), _files()
    solver = ctypes.create_string_buffer(LARGEST_SOLVER)
    written, length = POINTER(), ctypes.c_size_t()
    calls["construct"](solver)
    calls["set"](solver, b"lrat", 1)
    calls["set"](solver, b"binary", 1)
    calls["limit"](solver, b"conflicts", conflicts)
    trace = files.open_memstream(ctypes.byref(written), ctypes.byref(length))
    calls["trace"](solver, trace, b"proof")
    given = ctypes.create_string_buffer(text, len(text))  # must live as long as the file on it
    source = files.fmemopen(given, len(text), b"r")
    error = calls["read"](solver, source, b"formula", ctypes.byref(INT()), 1)
    files.fclose(source)
    answer = 0 if error else int(calls["solve"](solver))
    model = [calls["value"](solver, v) for v in range(1, largest + 1)] if answer == SATISFIABLE else []
    calls["close"](solver, False)
    files.fflush(trace)
    proof = ctypes.string_at(written.value, length.value) if answer == UNSATISFIABLE and written.value else b""
    calls["destroy"](solver)
    files.fclose(trace)
    files.free(written)
    if error:
        raise OSError(f"the solver cannot read the formula: {error.decode(errors='replace')[:200]}")
    return answer, numbers_of(proof), model


class Incremental:
    """One solver that is asked many questions about the same clauses; it writes no proof."""

    def __init__(self, clauses: Iterable[Sequence[int]]) -> None:
        self._calls, self._solver = _library(), ctypes.create_string_buffer(LARGEST_SOLVER)
        self._calls["construct"](self._solver)
        for clause in clauses:
            self.add(clause)

    def add(self, clause: Sequence[int]) -> None:
        """One more clause, in DIMACS literals."""
        add, solver = self._calls["add"], self._solver
        for literal in clause:
            add(solver, literal)
        add(solver, 0)

    def ask(self, assumptions: Sequence[int], conflicts: int) -> int:
        """10 when the clauses can be true together with the literals assumed, 20 when not, 0 when that takes too long."""
        for literal in assumptions:
            self._calls["assume"](self._solver, literal)
        self._calls["limit"](self._solver, b"conflicts", conflicts)
        return int(self._calls["solve"](self._solver))

    def true(self, variable: int) -> bool:
        """Whether a variable is true in the model of the last answer, 10."""
        return int(self._calls["value"](self._solver, variable)) > 0

    def close(self) -> None:
        """Free its memory; it must not be used any more."""
        self._calls["destroy"](self._solver)


def numbers_of(data: bytes, block: int = 1 << 20) -> Numbers:
    """Numbers in groups of seven bits, least significant first, block by block so that memory stays small."""
    code = np.frombuffer(data, np.uint8)
    ends = np.flatnonzero(code < 128)
    parts = []
    for k in range(0, len(ends), block):
        last = ends[k : k + block]
        first = np.concatenate([[ends[k - 1] + 1 if k else 0], last[:-1] + 1])
        piece = code[first[0] : last[-1] + 1]
        shift = np.arange(len(piece)) - np.repeat(first - first[0], last - first + 1)
        parts.append(np.add.reduceat((piece & 127).astype(np.int64) << (7 * shift), first - first[0]))
    return np.concatenate([np.zeros(0, np.int64), *parts])


def _rows(numbers: Numbers) -> list[list[int]]:
    """The records of a short proof."""
    rows, rest = [], numbers.tolist()
    while rest:
        zeros = 2 if rest[0] == 97 else 1
        end = [k for k, number in enumerate(rest) if number == 0][zeros - 1 : zeros]
        end = end or [len(rest) - 1]
        rows.append(rest[: end[0] + 1])
        rest = rest[end[0] + 1 :]
    return rows
