"""Evidence in a notebook: verdict with scope, what was judged, and what must be read beside it; all text is escaped."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from proofcheck.errors import printable

if TYPE_CHECKING:
    from proofcheck.claims.judged import Evidence


def evidence_html(evidence: Evidence, verdict: str, lines: list[str]) -> str:
    """The evidence for `_repr_html_`: its status in a word and in bold, never a colour alone."""
    status = evidence.status.name.lower().replace("_", " ")
    name = escape(printable(evidence.identity or evidence.kind))
    body = escape(printable("\n".join(lines)))
    return f"<div><p><strong>{status}</strong>: <code>{name}</code> {escape(printable(verdict))}</p><pre>{body}</pre></div>"
