"""Hostile files: made to cost time or memory. Each is refused in a sentence, or done with, within the bounds.

    python -m tests.evidence.hostile [--only NAME] [--small]

writes certificates, networks, circuits, evidence and bundles, gives each to the command that reads it, in a process with a
limit on its address space, and prints how it ended, how long it took and the most memory that it held. The bounds are
SECONDS of processor time and MEGABYTES beside MULTIPLE times the length of the file. --small scales the files down. The exit
status is 1 when a file exceeds them or ends in anything but an answer or one sentence.
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SECONDS, MEGABYTES, MULTIPLE = 90, 1024, 30
LIMIT = 3 << 30  # bytes of address space: what reaches it has exceeded the bounds

COMMANDS: dict[str, tuple[str, ...]] = {
    "kernel": ("-S", "-m", "proofcheck.kernel", "{}"),
    "audit": ("-S", "-m", "proofcheck.bundle", "{}"),
    "run": ("-m", "proofcheck", "run", "{}", "--random", "10"),
    "emulate": ("-m", "proofcheck", "emulate", "{}", "-o", "{}.out"),
    "base": ("-m", "proofcheck", "gate", "--base", "{}"),
}


@dataclass(frozen=True)
class Ended:
    """How a command ended on one file."""

    code: int
    seconds: float
    megabytes: float
    words: str


def ended(reader: str, path: Path) -> Ended:
    """Run the reader on the file, in the folder of the file and with limits, and wait for it."""
    command = [sys.executable, *(part.format(path) for part in COMMANDS[reader])]
    pid = os.fork()
    if pid == 0:
        try:
            os.chdir(ROOT)
            resource.setrlimit(resource.RLIMIT_AS, (LIMIT, LIMIT))
            resource.setrlimit(resource.RLIMIT_CPU, (2 * SECONDS, 2 * SECONDS))
            log = os.open(f"{path}.log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
            os.dup2(log, 1)
            os.dup2(log, 2)
            os.execv(command[0], command)
        finally:
            os._exit(127)
    _, status, usage = os.wait4(pid, 0)
    words = Path(f"{path}.log").read_text(errors="replace")
    return Ended(os.waitstatus_to_exitcode(status), usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, words)


def fault(found: Ended, size: int) -> str:
    """What is wrong with how it ended, "" when nothing is."""
    most = MEGABYTES + MULTIPLE * size / (1 << 20)
    if found.code not in (0, 1, 3, 4, 65):
        return f"ended with {found.code}"
    if "Traceback" in found.words:
        return "a traceback"
    if found.seconds > SECONDS or found.megabytes > most:
        return f"more than {SECONDS} s or {most:.0f} MB"
    return ""


def main(argv: list[str]) -> int:
    """Print the table; returns 1 when a bound was exceeded."""
    from tests.evidence.hostile_files import FILES

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="")
    parser.add_argument("--small", action="store_true")
    asked = parser.parse_args(argv)
    faults = 0
    print(f"{'file':58} {'reader':8} {'size':>9} {'exit':>4} {'time':>8} {'memory':>9}  sentence")
    for (reader, name), make in FILES.items():
        if asked.only and asked.only not in f"{reader}: {name}":
            continue
        with tempfile.TemporaryDirectory() as folder:
            path, made = Path(folder) / f"hostile.{SUFFIX.get(name.split()[0], 'cert')}", make(0.01 if asked.small else 1)
            path.write_bytes(made)
            found = ended(reader, path)
            wrong = fault(found, len(made))
        faults += bool(wrong)
        words = found.words.replace(str(path), "FILE").strip().split("\n")[-1][-150:]
        print(
            f"{name:58} {reader:8} {len(made) / 1e6:6.2f} MB {found.code:4} {found.seconds:6.1f} s {found.megabytes:6.0f} MB  "
            f"{'FAULT: ' + wrong + ': ' if wrong else ''}{words}",
            flush=True,
        )
    print(f"{faults} faults")
    return int(faults > 0)


SUFFIX = {"aig": "aig", "aag": "aag", "blif": "blif", "bench": "bench", "bristol": "txt", "pla": "pla", "cnf": "cnf"}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
