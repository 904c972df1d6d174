"""Text files, read line by line with nothing believed: what every reader of a circuit format shares.

A fault is one sentence with file and line. Memory is bounded by the length of the file, whatever a header promises.
"""

from __future__ import annotations

from pathlib import Path
from typing import NoReturn

from proofcheck.errors import InputError

_UNUSED_BITS = 4096


class Text:
    """The lines of a file, `path` being its name in errors; line numbers start at 1."""

    def __init__(self, data: bytes, path: str | Path) -> None:
        """Raises InputError when the bytes are not UTF-8 text. CRLF line ends are read as LF."""
        self.path, self.most_bits = path, most_bits(data)
        nul = data.find(b"\0")
        if nul >= 0:
            self.fault("a NUL byte where text is expected", data.count(b"\n", 0, nul) + 1)
        try:
            self.lines = data.decode("utf-8").replace("\r\n", "\n").split("\n")
        except UnicodeDecodeError as error:
            self.fault("bytes that are not UTF-8 where text is expected", data.count(b"\n", 0, error.start) + 1)
        if self.lines[-1] == "":
            self.lines.pop()

    def fault(self, message: str, line: int | None = None) -> NoReturn:
        """Raise InputError with the place in front."""
        raise InputError(message, self.path, line)

    def number(self, word: str, line: int, what: str, most: int) -> int:
        """The number 0 .. most that `word` is; `what` says what it counts or names."""
        if not (word.isascii() and word.isdigit()):
            kind = "negative" if word[:1] == "-" and word[1:].isdecimal() else "not a number"
            self.fault(f"{quoted(word)} is {kind} where {what} is expected", line)
        if len(word) > 15 or int(word) > most:
            self.fault(f"{what} is {word[:40]}, at most {most} is possible here", line)
        return int(word)


def most_bits(data: bytes) -> int:
    """The largest number of inputs or outputs that a header may promise: one a byte, and some that nothing mentions."""
    return len(data) + _UNUSED_BITS


def quoted(text: str) -> str:
    """A short, printable form of what a file says."""
    return repr(text if len(text) <= 40 else text[:37] + "...")
