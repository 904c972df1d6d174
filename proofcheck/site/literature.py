"""Notes on literature beside the constructions, in `_literature/*.json`: papers, bounds, widths, what is not built, corrections.

These notes are cited, never checked, and no page shows them with the mark of a settled claim. Each file may be absent.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from proofcheck.errors import InputError

FOLDER = "_literature"
NEEDED = {
    "papers": ("type", "key", "title", "author", "year", "short"),
    "bounds": ("question", "rows"),
    "widths": ("id", "domain", "distance", "activation", "upper", "lower", "source"),
    "roster": ("id", "title", "words", "column", "rows"),
    "corrections": ("id", "title", "words", "label", "rows"),
}


@dataclass(frozen=True)
class Literature:
    """papers: by arXiv number, DOI or citation. bounds: by construction. The others are lists in the order of their page."""

    papers: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    bounds: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    widths: Sequence[Mapping[str, Any]] = ()
    roster: Sequence[Mapping[str, Any]] = ()
    corrections: Sequence[Mapping[str, Any]] = ()


def read(root: Path | None) -> Literature:
    """The notes below a folder of constructions. Raises InputError for a file that is not of the form that is read here."""
    folder = None if root is None else root / FOLDER
    if folder is None or not folder.is_dir():
        return Literature()
    return Literature(
        **{name: _read(folder / f"{name}.json", needed) for name, needed in NEEDED.items() if (folder / f"{name}.json").exists()}
    )


def _read(path: Path, needed: Sequence[str]) -> Any:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"these notes cannot be read as JSON: {error}", path) from None
    rows = list(data.values()) if isinstance(data, dict) else data
    for row in rows if isinstance(rows, list) else [None]:
        lacking = [key for key in needed if not isinstance(row, dict) or key not in row]
        if lacking:
            raise InputError(f"a note lacks {', '.join(lacking)}: each has {', '.join(needed)}", path)
    return data
