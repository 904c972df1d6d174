"""Run a program that is not trusted to end, to stay small or to make sense: limits on time, memory and output.

Input and output are temporary files, so that nothing the program does to its pipes can block us. It leads its own
process group, which is killed by SIGKILL in every case, so that neither it nor its children outlive the call; on Linux it
also ends when the caller does, even by SIGKILL. A child that starts a group of its own escapes that: a program that might
is for the fence (`fence.py`) to hold.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from proofcheck.errors import printable

OUTPUT_LIMIT = 2**26
MESSAGE_LIMIT = 300
KEPT = {"PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "TMPDIR", "TZ"}

# The limits are set by a process of its own, because code between fork and exec is unsafe in a threaded parent.
LAUNCHER = """
import os, resource, signal, sys
memory, seconds, output, parent = map(int, sys.argv[1:5])
if sys.platform == "linux":
    import ctypes
    ctypes.CDLL(None).prctl(1, int(signal.SIGKILL))
    if os.getppid() != parent:
        os._exit(1)
for name, limit in (("RLIMIT_AS", memory), ("RLIMIT_CPU", seconds), ("RLIMIT_FSIZE", output), ("RLIMIT_CORE", 0)):
    try:
        resource.setrlimit(getattr(resource, name), (limit, limit))
    except (AttributeError, OSError, ValueError):
        pass
os.execv(sys.argv[5], sys.argv[5:])
"""


@dataclass(frozen=True)
class Outcome:
    """What a limited program left: its standard output, and why that may not be used ("" when it ended well)."""

    output: bytes
    problem: str


@dataclass(eq=False)
class Running:
    """The programs that several threads run for one purpose, so that they can all be ended when it is given up."""

    processes: set[subprocess.Popen[bytes]] = field(default_factory=set)
    ended: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)

    def end(self) -> None:
        """End them, and whatever would be started later."""
        with self.lock:
            self.ended = True
            for process in self.processes:
                _kill_group(process)

    @contextmanager
    def holding(self, process: subprocess.Popen[bytes]) -> Iterator[None]:
        """Count the process while the block lasts; it is ended after it in any case."""
        with self.lock:
            self.processes.add(process)
            if self.ended:
                _kill_group(process)
        try:
            yield
        finally:
            with self.lock:
                self.processes.discard(process)
                _kill_group(process)


def run_limited(
    command: Sequence[str],
    given: bytes,
    seconds: float,
    memory_mb: int,
    output_limit: int = OUTPUT_LIMIT,
    hash_seed: int = 0,
    running: Running | None = None,
) -> Outcome:
    """Run `command` (its first element an absolute path) on the bytes `given` as standard input.

    The wall clock ends it after `seconds`, the operating system when it asks for more than `memory_mb` of address
    space or writes a file of more than `output_limit` bytes. Never raises, whatever the program does, nor when it cannot
    be started, as on a full disk. running: where another thread may end it.
    """
    try:
        return _run(command, given, seconds, memory_mb, output_limit, hash_seed, running or Running())
    except OSError as error:
        return Outcome(b"", f"could not be run: {error.strerror or error}")


def _run(
    command: Sequence[str], given: bytes, seconds: float, memory_mb: int, output_limit: int, hash_seed: int, running: Running
) -> Outcome:
    limits = map(str, (memory_mb * 2**20, int(seconds) + 2, output_limit, os.getpid()))
    launcher = [sys.executable, "-I", "-S", "-c", LAUNCHER, *limits]
    with tempfile.TemporaryFile() as stdin, tempfile.TemporaryFile() as stdout, tempfile.TemporaryFile() as stderr:
        stdin.write(given)
        stdin.seek(0)
        process = subprocess.Popen(
            [*launcher, *command], stdin=stdin, stdout=stdout, stderr=stderr, start_new_session=True, env=_environment(hash_seed)
        )
        with running.holding(process):
            try:
                problem = _problem(process.wait(timeout=seconds), stderr.fileno())
            except subprocess.TimeoutExpired:
                problem = f"gave no answer within {seconds:g} s"
        size = os.fstat(stdout.fileno()).st_size
        output = os.pread(stdout.fileno(), min(size, output_limit), 0)
        if not problem and size >= output_limit:
            problem = f"wrote more than {output_limit} bytes"
        return Outcome(output, problem)


def _problem(code: int, stderr: int) -> str:
    if code == 0:
        return ""
    if code < 0:
        return f"was ended by signal {-code}{_name_of(-code)}"
    size = os.fstat(stderr).st_size
    lines = os.pread(stderr, MESSAGE_LIMIT, max(0, size - MESSAGE_LIMIT)).decode(errors="replace").split("\n")
    said = printable(next((line.strip() for line in reversed(lines) if line.strip()), "no message"))
    return f"ended with exit code {code}: {said}"


def _name_of(number: int) -> str:
    try:
        return f" ({signal.Signals(number).name})"
    except ValueError:  # a real-time signal has no name
        return ""


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    """SIGKILL to the whole group, which may outlive its leader; then reap the leader."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _environment(hash_seed: int) -> dict[str, str]:
    """The environment of a Python child that imports this package: one hash seed, one thread, no user site, no secrets."""
    root = str(Path(__file__).resolve().parents[3])
    keep = {name: value for name, value in os.environ.items() if name in KEPT}
    return keep | {
        "PYTHONPATH": root,
        "PYTHONHASHSEED": str(hash_seed),
        "PYTHONNOUSERSITE": "1",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
    }
