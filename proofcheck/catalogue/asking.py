"""One question to a child process, one answer: data in a frame, and nothing of it believed unread.

The answer carries the question's nonce. It comes through a descriptor of its own; what the child prints goes elsewhere and
is never read as data.
"""

from __future__ import annotations

import json
import secrets
import sys
from typing import Any

from proofcheck.catalogue.discovery import ConstructionFile
from proofcheck.catalogue.frame import unframed
from proofcheck.catalogue.secret import secret_folder
from proofcheck.checkers.processes.limited import Running, run_limited
from proofcheck.errors import ConstructionError, printable

SECONDS = 600
MEMORY_MB = 8192
OUTPUT = 2**30
LONGEST_SENTENCE = 1000
COMMAND = (sys.executable, "-P", "-m", "proofcheck.catalogue.child")


def ask(
    file: ConstructionFile, request: dict[str, Any], seed: int = 1, running: Running | None = None
) -> tuple[dict[str, Any], dict[str, bytes]]:
    """Its answer without the frame, and the byte strings by their true SHA-256. Raises ConstructionError.

    seed: of Python's hashes in the child, from 1 up. running: where another thread may end it.
    """
    nonce, hidden = secrets.token_hex(16), secret_folder()
    question = request | {"nonce": nonce, "path": str(file.path), "root": str(file.root)}
    question["hidden"] = [] if hidden is None else [str(hidden)]
    outcome = run_limited(COMMAND, json.dumps(question).encode(), SECONDS, MEMORY_MB, OUTPUT, seed, running)
    if outcome.problem:
        raise ConstructionError(f"the process that builds it {outcome.problem}", file.shown)
    try:
        answer, blobs = unframed(outcome.output, nonce)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise ConstructionError("the process that builds it ended without an answer", file.shown) from None
    if answer.get("error"):
        raise ConstructionError(one_line(answer["error"]), file.shown)
    return answer, blobs


def one_line(text: object) -> str:
    """What a child says went wrong, as one line of bounded length that can be printed."""
    return printable(" ".join(str(text).split()))[:LONGEST_SENTENCE]
