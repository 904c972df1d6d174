"""Every exception of the package: what was given, what was expected, what to do.

One class for each *reaction* of a caller, not for each place that can fail. An exception knows the exit code with
which the command line ends when nobody catches it.
"""

from __future__ import annotations

from pathlib import Path


class ProofcheckError(Exception):
    """Base of every error that the package raises on purpose; raised itself only for internal faults."""

    exit_code = 70

    def __init__(self, message: str = "") -> None:
        super().__init__(printable(message))


class UsageError(ProofcheckError):
    """The request makes no sense as asked: an unknown name, options that exclude each other, a bad size."""

    exit_code = 64


class InputError(ProofcheckError):
    """Data or a file that cannot be used: truncated, malformed, of absurd size, not of the expected kind.

    The text is one sentence; `path` and `line` are put in front of it when they are known.
    """

    exit_code = 65

    def __init__(self, message: str, path: str | Path | None = None, line: int | None = None) -> None:
        self.message, self.path, self.line = message, path, line
        place = "" if path is None else f"{path}: " if line is None else f"{path}:{line}: "
        super().__init__(place + message)


def printable(text: str) -> str:
    """The text with every character that could steer a terminal or begin a new line of a log shown as "?"."""
    return "".join(c if c.isprintable() or c == "\n" else "?" for c in text)


class ConstructionError(InputError):
    """A construction that may not be judged: no `construction`, a build that is not deterministic, an empty domain."""


class Refusal(ProofcheckError):
    """A request that exactness forbids: a float literal, `if` on a term, a dtype that would round."""

    exit_code = 65
