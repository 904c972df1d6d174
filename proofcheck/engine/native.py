"""The compiled kernels: kernels.c, translated quietly by the system's C compiler at the first use, and kept per user.

Never needed: without a compiler everything runs on numpy and torch, and `why_not` says why. A library is kept under a name
that holds the hash of the source, the compiler and the processor, is written whole or not at all, and is taken only from
a folder and file of this user that nobody else may write. It must compute a few known gates before it is used.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import platform
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

SOURCE = Path(__file__).with_name("kernels.c")
FLAGS = ("-O3", "-march=native", "-ffp-contract=fast", "-std=gnu11", "-shared", "-fPIC")
SWITCH = "PROOFCHECK_KERNELS"
"""Set to 0 in the environment, nothing is compiled or loaded."""
SECONDS = 120
VERSION = 1
FORMS = range(16)


class NoKernels(Exception):
    """Why there are no compiled kernels; the text continues the sentence "the portable kernels are used: ..."."""


def kernels() -> ctypes.CDLL | None:
    """The loaded library, or None where there is none."""
    found = _found()
    return None if isinstance(found, str) else found


def why_not() -> str:
    """Why there is no library; "" when there is one."""
    found = _found()
    return found if isinstance(found, str) else ""


def arithmetic_in_use() -> str:
    """Which path runs, in words."""
    reason = why_not()
    return f"portable kernels ({reason})" if reason else "compiled kernels"


def level2_bytes() -> int:
    """The second-level cache of one core, 256 KiB where the system does not say."""
    library = kernels()
    return (0 if library is None else int(library.level2_bytes())) or 1 << 18


@cache
def _found() -> ctypes.CDLL | str:
    try:
        return _load(_compiler())
    except (NoKernels, OSError) as reason:
        return str(reason)


def _compiler() -> list[str]:
    """The command of the C compiler. Raises NoKernels where there is none, or none is to be used."""
    if os.environ.get(SWITCH) == "0":
        raise NoKernels(f"{SWITCH} is 0")
    if os.name != "posix":
        raise NoKernels(f"they are not made on {platform.system()}")
    command = shlex.split(os.environ.get("CC", "")) or ["cc"]
    path = shutil.which(command[0])
    if path is None:
        raise NoKernels(f"there is no C compiler {command[0]!r}")
    return [path, *command[1:]]


def _load(compiler: list[str]) -> ctypes.CDLL:
    return _made(compiler, SOURCE, FLAGS, _checked)


def library_of(source: Path, flags: tuple[str, ...]) -> ctypes.CDLL:
    """Another file of C as a library, made and kept in the same way. Raises NoKernels with the reason why there is none."""
    try:
        return _made(_compiler(), source, flags, lambda path: ctypes.CDLL(str(path)))
    except OSError as reason:
        raise NoKernels(str(reason)) from None


def _made(compiler: list[str], source: Path, flags: tuple[str, ...], loaded: Callable[[Path], ctypes.CDLL]) -> ctypes.CDLL:
    there = os.stat(compiler[0])
    key = repr((source.read_bytes(), compiler, there.st_size, there.st_mtime_ns, flags, _processor()))
    name = f"{source.stem}-{hashlib.sha256(key.encode()).hexdigest()[:32]}.so"
    folder = _folder()
    if folder is not None:
        path = folder / name
        if not _ours(path):
            _translate(compiler, path, source, flags)
        return loaded(path)
    with tempfile.TemporaryDirectory() as temporary:
        path = Path(temporary) / name
        _translate(compiler, path, source, flags)
        return loaded(path)


def _processor() -> str:
    """What -march=native depends on."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.platform() + platform.processor()
    return "".join(dict.fromkeys(line for line in lines if line.startswith(("model name", "flags", "Features"))))


def _folder() -> Path | None:
    """The user's folder for libraries; None where there is none that only the user may write."""
    given = os.environ.get("XDG_CACHE_HOME", "")
    folder = Path(given if os.path.isabs(given) else os.path.expanduser("~/.cache")) / "proofcheck" / "kernels"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError:
        return None
    return folder if folder.is_absolute() and _ours(folder) and os.access(folder, os.W_OK) else None


def _ours(path: Path) -> bool:
    """Whether the file or folder is there, is this user's and nobody else may write it."""
    try:
        found = os.stat(path, follow_symlinks=False)
    except OSError:
        return False
    return found.st_uid == os.geteuid() and not found.st_mode & 0o022


def _translate(compiler: list[str], path: Path, source: Path, given: tuple[str, ...]) -> None:
    """Compile to `path`, whole or not at all. Raises NoKernels."""
    with tempfile.TemporaryDirectory(dir=path.parent) as temporary:
        made = Path(temporary) / "made.so"
        for flags in (given, [flag for flag in given if not flag.startswith("-march")]):  # not every compiler knows "native"
            command = [*compiler, *flags, "-o", str(made), str(source)]
            try:
                done = subprocess.run(command, capture_output=True, timeout=SECONDS, stdin=subprocess.DEVNULL, check=False)
            except (OSError, subprocess.SubprocessError) as error:
                raise NoKernels(f"the C compiler could not be run: {type(error).__name__}") from None
            if not done.returncode and made.exists():
                break
        else:
            first = done.stderr.decode(errors="replace").strip().splitlines()[:1]
            raise NoKernels(f"{compiler[0]} ended with {done.returncode}" + "".join(f": {line}" for line in first))
        made.chmod(0o600)
        made.replace(path)


def _checked(path: Path) -> ctypes.CDLL:
    """The library, after it has computed every gate of two bits, some of three, and sums in each arithmetic. Raises NoKernels."""
    library = ctypes.CDLL(str(path))
    for name in ("kernels_version", "level2_bytes", "schedule", "bits_search"):
        getattr(library, name).restype = ctypes.c_int64
    for name in ("bits_run", "numbers_run", "rows_limit"):
        getattr(library, name).restype = None
    if library.kernels_version() != VERSION:
        raise NoKernels(f"{path} is of another version")
    if not _computes(library) or not _adds(library):
        raise NoKernels(f"the kernels that {path.name} holds do not compute what they should")
    return library


def _computes(library: ctypes.CDLL) -> bool:
    """Whether all gates of two bits, and three bits with each of these as second part, come out as polynomials say."""
    rows = [0xAAAAAAAAAAAAAAAA, 0xCCCCCCCCCCCCCCCC, 0xF0F0F0F0F0F0F0F0]
    a, b, c = rows
    full = (1 << 64) - 1

    def polynomial(form: int) -> int:
        terms = ((full, 1), (a, 2), (b, 4), (a & b, 8))
        value = 0
        for term, bit in terms:
            value ^= term if form & bit else 0
        return value

    gates: list[int] = []
    expected: list[int] = []
    for form in FORMS:
        gates += [3 + len(expected), 0, 1, form]
        expected.append(polynomial(form))
    for form in FORMS:
        gates += [3 + len(expected), 0, 1, 256 | (15 - form) | form << 4, 0, 2, 0, 0]
        expected.append(polynomial(15 - form) ^ (c & polynomial(form)))
    columns, result = (ctypes.c_uint64 * 3)(*rows), (ctypes.c_uint64 * len(expected))()
    inputs, outputs = (ctypes.c_int32 * 3)(0, 1, 2), (ctypes.c_int32 * len(expected))(*range(3, 3 + len(expected)))
    space = ctypes.create_string_buffer(64 * (4 + len(expected)) * 3)
    state = ctypes.c_void_p((ctypes.addressof(space) + 63) // 64 * 64)
    for wide, kind in ((0, ctypes.c_uint16), (1, ctypes.c_uint32)):
        for vecs in (1, 2):
            table = (kind * len(gates))(*gates)
            library.bits_run(
                table,
                ctypes.c_int64(len(gates) // 4),
                wide,
                ctypes.c_int64(3),
                inputs,
                ctypes.c_int64(len(expected)),
                outputs,
                columns,
                result,
                ctypes.c_int64(1),
                state,
                ctypes.c_int64(vecs),
            )
            if list(result) != expected:
                return False
    return True


class _Gate(ctypes.Structure):
    """A gate of numbers, as kernels.c declares it."""

    _fields_: ClassVar = [
        *((name, ctypes.c_int64) for name in ("bias", "slope")),
        *((name, ctypes.c_int32) for name in ("out", "first", "count", "positive", "capped", "step")),
    ]


_C = ctypes
NUMBERS: tuple[Any, ...] = (_C.c_uint8, _C.c_int8, _C.c_int16, _C.c_int32, _C.c_int64, _C.c_float, _C.c_double)


def _adds(library: ctypes.CDLL) -> bool:
    """Whether relu, identity and absolute value of small sums come out in each arithmetic, over two rows and over more."""
    x, y = (3, 0, 7, 1), (5, 2, 0, 1)
    cases = [  # (bias, slope, rows to add, rows to subtract, expected)
        (1, 0, (0, 1), (2, 2), [a + b + 1 for a, b in zip(x, y, strict=True)]),
        (-2, 0, (0, 2), (2, 1), [max(a - b - 2, 0) for a, b in zip(x, y, strict=True)]),
        (1, -1, (0, 2), (1, 2), [abs(a - b + 1) for a, b in zip(x, y, strict=True)]),
        (9, 1, (0, 0, 1), (1, 1), [2 * a - b + 9 for a, b in zip(x, y, strict=True)]),
        (-1, 0, (0, 0, 0), (1,), [max(3 * a - b - 1, 0) for a, b in zip(x, y, strict=True)]),
        (-3, -1, (1, 1, 1), (0,), [abs(3 * b - a - 3) for a, b in zip(x, y, strict=True)]),
        (-2, 0, (0, 1), (), [max(a + b - 2, 0) for a, b in zip(x, y, strict=True)]),
        (1, 0, (0,), (1,), [max(a - b + 1, 0) for a, b in zip(x, y, strict=True)]),
        (3, 0, (), (0, 1), [max(3 - a - b, 0) for a, b in zip(x, y, strict=True)]),
        (-2, -1, (0, 1), (), [abs(a + b - 2) for a, b in zip(x, y, strict=True)]),
        (0, -1, (1,), (0,), [abs(b - a) for a, b in zip(x, y, strict=True)]),
        (2, -1, (), (0, 1), [abs(2 - a - b) for a, b in zip(x, y, strict=True)]),
    ]
    for kind, number in enumerate(NUMBERS):
        gates, rows, weights = (_Gate * len(cases))(), list[int](), list[int]()
        for place, (bias, slope, plus, minus, _) in enumerate(cases):
            terms = [(r, 1) for r in plus] + [(r, -1) for r in minus]
            if kind > 1:
                terms = [(r, w) for r, w in terms if r != 2]
            gates[place] = _Gate(bias, slope, 3 + place, len(rows), len(terms), len(plus), 0, 0)
            rows += [r for r, _ in terms]
            weights += [w for _, w in terms]
        columns, result = (number * 8)(*x, *y), (number * (4 * len(cases)))()
        lanes = 64 // ctypes.sizeof(number) * 5
        space = ctypes.create_string_buffer((3 + len(cases)) * 64 * 5 + 64)
        library.numbers_run(
            kind,
            gates,
            ctypes.c_int64(len(cases)),
            (ctypes.c_int32 * len(rows))(*rows),
            (number * len(weights))(*(weights if kind > 1 else [0] * len(weights))),
            (number * len(cases))(*(case[0] if kind else 0 for case in cases)),
            (number * len(cases))(*(case[1] if kind else 0 for case in cases)),
            ctypes.c_int64(2),
            (ctypes.c_int32 * 2)(0, 1),
            ctypes.c_int64(len(cases)),
            (ctypes.c_int32 * len(cases))(*range(3, 3 + len(cases))),
            2,
            columns,
            result,
            ctypes.c_int64(4),
            ctypes.c_void_p((ctypes.addressof(space) + 63) // 64 * 64),
            ctypes.c_int64(lanes),
        )
        if list(result) != [v for case in cases for v in case[4]]:
            return False
    return True
