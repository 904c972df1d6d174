"""The command line of the kernel: replay certificates and print what each proves."""

from __future__ import annotations

import sys
import time

from .exact import Rejected
from .replay import replay

USAGE = "usage: python -m proofcheck.kernel CERTIFICATE...   (prints what each proves; exit code 65 when one is rejected)"


def main(arguments: list[str]) -> int:
    """Replay each file. Returns 0 when all are proved, 65 when one is rejected, 64 for a request that makes no sense."""
    if not arguments or any(argument.startswith("-") for argument in arguments):
        asked = arguments in (["-h"], ["--help"])
        print(USAGE, file=sys.stdout if asked else sys.stderr)
        return 0 if asked else 64
    code = 0
    for path in arguments:
        started = time.perf_counter()
        try:
            proved = replay(path)
        except Rejected as error:
            print(_line(f"{path}: rejected: {error}"), file=sys.stderr)
            code = 65
        else:
            print(_line(f"{path}: proved: {proved.sentence}"))
            for assumption in proved.assumptions:
                print(f"  assuming {assumption}")
            print(f"  by {proved.method} in {time.perf_counter() - started:.2f} s")
            print(f"  network   {proved.network_digest}\n  statement {proved.statement_digest}")
    return code


def _line(text: str) -> str:
    """One line, whatever a file is called: a name must not print a verdict of its own."""
    return "".join(c if c.isprintable() else "?" for c in text)
