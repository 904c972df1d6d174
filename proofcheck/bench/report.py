"""What a benchmark hands to the surfaces: lines for people, a table for a terminal, data for machines, an exit code."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Done = Callable[[str], None]


@dataclass(frozen=True)
class Cell:
    """Some text, and whether it is good news (True), bad (False) or neither (None)."""

    text: str
    good: bool | None = None


@dataclass(frozen=True)
class Report:
    """lines: the whole report as plain text. columns, rows: the same as a table.

    summary: the lines below the table. data: what `--json` writes. svg: what `--plot` writes, "" when there is no plot.
    """

    lines: tuple[str, ...]
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    summary: tuple[str, ...]
    data: dict[str, Any]
    exit_code: int
    svg: str = ""
