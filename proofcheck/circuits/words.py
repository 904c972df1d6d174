"""Names of the bits that go in and out of a circuit, in words.

A word is a run of bits, least significant first where it is read as a number. The names `a[0]`, `a[1]`, ... of a file
become one word `a`; every other name is a bit of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple


class Word(NamedTuple):
    """`width` bits name[0] .. name[width-1]; width None is a single bit, called `name` itself."""

    name: str
    width: int | None = None

    @property
    def size(self) -> int:
        return 1 if self.width is None else self.width

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of a network port that carries this word."""
        return () if self.width is None else (self.width,)

    def names(self) -> list[str]:
        return [self.name] if self.width is None else [f"{self.name}[{i}]" for i in range(self.width)]


_INDEXED = re.compile(r"(.+)\[(0|[1-9][0-9]{0,8})\]", re.DOTALL)


def words_of(names: Sequence[str], default: str) -> tuple[Word, ...]:
    """Group bit names into words, in order.

    When that would give two words one name, as `a b[0] a[0]` with `a[0]` does, all bits are one word `default`.
    """
    words: list[Word] = []
    for name in names:
        match = _INDEXED.fullmatch(name)
        base, index = (match[1], int(match[2])) if match else (name, -1)
        if index > 0 and words and words[-1] == (base, index):
            words[-1] = Word(base, index + 1)
        else:
            words.append(Word(base, 1) if index == 0 else Word(name))
    return tuple(words) if len({word.name for word in words}) == len(words) else (Word(default, len(names)),)


def bit_names(words: Iterable[Word]) -> list[str]:
    """The name of every bit, in order."""
    return [name for word in words for name in word.names()]
