"""A program that lies, hangs, eats memory or prints garbage costs its limits and nothing else."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

from proofcheck.checkers.processes.limited import run_limited


def python(source: str, given: bytes = b"", seconds: float = 20, memory_mb: int = 1024, output_limit: int = 2**20):
    return run_limited([sys.executable, "-c", source], given, seconds, memory_mb, output_limit)


def test_a_program_that_ends_well_gives_its_output():
    outcome = python("import sys; sys.stdout.write(sys.stdin.read()[::-1])", b"abc")
    assert (outcome.output, outcome.problem) == (b"cba", "")


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("import time; time.sleep(60)", "gave no answer within 1 s"),
        ("import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)", "gave no answer within 1 s"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSTOP)", "gave no answer within 1 s"),
        ("while True: pass", "gave no answer within 1 s"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "was ended by signal 11 (SIGSEGV)"),
        ("raise SystemExit(3)", "ended with exit code 3: no message"),
        ("raise ValueError('no such theory')", "ended with exit code 1: ValueError: no such theory"),
        ("import os; os._exit(7)", "ended with exit code 7: no message"),
        ("x = bytearray(2 * 2**30)", "ended with exit code 1: MemoryError"),
        ("print('x' * 2**22)", "ended with exit code 1: OSError: [Errno 27] File too large"),
    ],
)
def test_every_bad_end_is_named(source: str, problem: str):
    outcome = python(source, seconds=1 if "within" in problem else 20)
    assert outcome.problem == problem


def test_output_that_reaches_the_limit_is_not_used():
    source = "import os\ntry:\n  while True: os.write(1, b'x' * 4096)\nexcept OSError: os._exit(0)"
    outcome = python(source)
    assert outcome.problem == "wrote more than 1048576 bytes"


def test_neither_the_program_nor_its_children_outlive_the_call(tmp_path: Path):
    """The grandchild would write the file after 2 seconds."""
    late = tmp_path / "late"
    child = f"import time; time.sleep(2); open({str(late)!r}, 'w').close()"
    outcome = python(f"import subprocess, sys\nsubprocess.Popen([sys.executable, '-c', {child!r}])\nprint('done')")
    assert (outcome.output, outcome.problem) == (b"done\n", "")
    time.sleep(2.5)
    assert not late.exists()


def test_the_child_has_a_fixed_hash_seed_and_this_package():
    os.environ.pop("PYTHONHASHSEED", None)
    assert python("import os, proofcheck; print(os.environ['PYTHONHASHSEED'])", memory_mb=4096).output == b"0\n"
