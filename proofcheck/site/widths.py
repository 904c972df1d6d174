"""The table of minimum widths: cited bounds on both sides, and beside them the constructions that reach a width."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from proofcheck.site import prose
from proofcheck.site.subject import Subject
from proofcheck.site.views import Mark

CELL, FAR = 50, 6
PATHS = {
    "meets": "M1 6h24M13 1v10",
    "gap": "M1 6h7M18 6h7M8 1v10M18 1v10",
    "one side": "M1 6h12M13 1v10",
    "superseded": "M1 6h24M5 11L21 1",
}


def widths(rows: Sequence[Mapping[str, Any]], subjects: Sequence[Subject]) -> dict[str, Any]:
    """The table of minimum widths: cited bounds, and beside them the constructions that reach one."""
    by_name = {subject.name: subject for subject in subjects}
    found = []
    for given in rows:
        here = [by_name[name] for name in given.get("here", ()) if name in by_name]
        upper, lower = given["upper"], given["lower"]
        superseded = bool(given.get("superseded"))
        together = (
            "superseded" if superseded else "one side" if not upper or not lower else "meets" if given.get("meets") else "gap"
        )
        marks = [Mark("cited", upper.get("scope", "all d_x, d_y"))] if upper else []
        for subject in here:
            claim = next((claim for claim in subject.claims if claim.name == given["claim"]), None)
            marks += claim.marks if claim is not None else []
        found.append(
            {
                "id": given["id"],
                "domain": prose.inline(given["domain"]),
                "distance": prose.inline(given["distance"]),
                "activation": given["activation"],
                "condition": prose.inline(given.get("condition", "")),
                "upper": prose.inline(upper["formula"]) if upper else "",
                "lower": prose.inline(lower["formula"]) if lower else "",
                "upper_marks": marks,
                "lower_marks": [Mark("cited", lower.get("scope", "all d_x, d_y"))] if lower else [],
                "upper_key": upper.get("key", "none") if upper else "none",
                "lower_key": lower.get("key", "none") if lower else "none",
                "together": together,
                "drawing": _drawing(together),
                "superseded": superseded,
                "source": prose.inline(given["source"]),
                "note": prose.inline(given.get("note", "")),
                "here": [{"name": s.name, "title": prose.title(s.description.title)} for s in here],
            }
        )
    return {"rows": found, "map": _map()}


def least_needed(d_x: int, d_y: int) -> int:
    """The largest cited lower bound for ReLU networks, uniform distance, on a compact set."""
    low = max(d_x + 1, d_y)
    return max(low, max(d_x, d_y) + 1) if d_y <= 2 * d_x else low


def _map() -> dict[str, str]:
    """The bounds on the least width for uniform approximation by ReLU networks on a compact set, for small d_x and d_y.

    Enough: d_x + d_y, and d_x + 1 for one output (Hanin, Sellke). Needed: max(d_x + 1, d_y) in general, d_y + 1 for
    d_x < d_y <= 2 d_x (Kim, Min, Park), max(d_x, d_y) + 1 for d_y <= 2 d_x (Rochau, Chan, Gottschalk).
    """
    cells, meets = [], 0
    for at in range(1, FAR + 1):
        cells.append(f'<text class="hd" x="{23 + CELL * at}" y="40" text-anchor="middle">{at}</text>')
        cells.append(f'<text class="hd" x="38" y="{27 + CELL * at}" text-anchor="end">{at}</text>')
    for y in range(1, FAR + 1):
        for x in range(1, FAR + 1):
            low, high = least_needed(x, y), x + 1 if y == 1 else x + y
            meets += low == high
            words, kind = (str(low), "m") if low == high else (f"{low}–{high}", "gap")
            cells.append(
                f'<g class="{kind}" data-x="{x}" data-y="{y}"><rect x="{CELL * x}" y="{CELL * y}" width="46" height="46" rx="3"/>'
                f'<text x="{23 + CELL * x}" y="{28 + CELL * y}" text-anchor="middle">{words}</text></g>'
            )
    size = CELL * (FAR + 1) - 2
    spoken = f"Cited bounds on the least width, 1 to {FAR} inputs and outputs; they meet in {meets} of {FAR * FAR} cells"
    svg = (
        f'<svg class="wmap" id="wmap" viewBox="0 0 {size} {size}" role="img" aria-label="{spoken}">'
        f'<text class="hd" x="{size / 2}" y="16" text-anchor="middle">inputs</text>'
        f'<text class="hd" transform="translate(10 {size / 2}) rotate(90)" text-anchor="middle">outputs</text>'
        f"{''.join(cells)}</svg>"
    )
    title = "Uniform distance, compact set, ReLU: cited bounds on the least width"
    return {"title": title, "svg": svg, "words": f"Filled: the bounds meet ({meets} of {FAR * FAR}). Framed: a gap is left."}


def _drawing(together: str) -> str:
    path = PATHS[together]
    return (
        f'<svg aria-hidden="true" viewBox="0 0 26 12"><path d="{path}" fill="none" stroke="currentColor" stroke-width="2"/></svg>'
    )
