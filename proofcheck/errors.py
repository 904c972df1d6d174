"""Every exception of the package: what was given, what was expected, what to do.

One class for each *reaction* of a caller, not for each place that can fail. An exception knows the exit code with
which the command line ends when nobody catches it.
"""

from __future__ import annotations

from pathlib import Path


class ProofcheckError(Exception):
    """Base of every error that the package raises on purpose; raised itself only for internal faults."""

    exit_code = 70


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


class ConstructionError(InputError):
    """A construction that may not be judged: no `construction`, a build that is not deterministic, an empty domain."""


class Refusal(ProofcheckError):
    """A request that exactness forbids: a float literal, `if` on a term, a dtype that would round."""

    exit_code = 65
