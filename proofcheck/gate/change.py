"""One change against an earlier run, as data and as lines of the report."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from proofcheck.gate.report import WIDTH, sizes_words


@dataclass(frozen=True)
class Change:
    """One change of a construction or a claim, at some sizes; `weaker` when less is said or shown than before.

    subject: "adder" or "adder::computes". kind: what changed, in one word, such as "domain". before, after: what stood
    there and what stands there now.
    """

    subject: str
    kind: str
    words: str
    sizes: tuple[str, ...] = ()
    before: str = ""
    after: str = ""
    weaker: bool = True

    @property
    def text(self) -> str:
        """The change in one line, and below it what stood there before and what stands there now."""
        sizes = f", {sizes_words(self.sizes)}" if self.sizes else ""
        told = f"\n  - {self.before}\n  + {self.after}" if self.before or self.after else ""
        return f"{self.subject}: {self.words}{sizes}{told}"


def weaker(changes: Iterable[Change]) -> list[Change]:
    """The changes after which less is said or shown than before."""
    return [change for change in changes if change.weaker]


def change_lines(changes: Sequence[Change]) -> Iterator[str]:
    """The claim diff for people: what became weaker, then what changed otherwise."""
    for title, worse in (("weaker than the base:", True), ("changed since the base, and no weaker:", False)):
        some = [change for change in changes if change.weaker is worse]
        if some:
            yield title
            for change in some:
                first, *told = change.text.split("\n")
                yield from textwrap.wrap(first, WIDTH, initial_indent="  ", subsequent_indent="      ")
                for line in told:
                    yield from textwrap.wrap(f"  {line}", WIDTH, subsequent_indent="        ")
            yield ""
