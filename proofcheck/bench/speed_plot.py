"""The rates of `proofcheck bench speed` as one SVG: a bar for each way, on a logarithmic axis, circuit under circuit."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from itertools import groupby
from math import ceil, floor, log10
from typing import Any

LEFT, WIDTH, BAR, GAP = 230, 620, 15, 34
OURS, OTHERS, LIMIT = "#2a6f97", "#b0b7bd", "#c1121f"


def plot(rows: Sequence[dict[str, Any]]) -> str:
    """The picture; a red line on a bar is the row limit of its dtype. "" when nothing was measured."""
    measured = [row for row in rows if "rate" in row]
    if not measured:
        return ""
    logs = [log10(value) for row in measured for value in (row["rate"], row["limit_rate"] or row["rate"])]
    low, high = floor(min(logs)), ceil(max(logs))

    def place(rate: float) -> float:
        return LEFT + WIDTH * (log10(rate) - low) / max(high - low, 1)

    parts: list[str] = []
    y = 24.0
    for circuit, own in groupby(measured, key=lambda row: row["circuit"]):
        parts.append(_text(8, y + 12, circuit, "bold"))
        y += 22
        for row in own:
            colour = OURS if row["way"].startswith("ours") else OTHERS
            parts.append(_text(LEFT - 8, y + BAR - 4, row["way"], anchor="end"))
            parts.append(f'<rect x="{LEFT}" y="{y}" width="{place(row["rate"]) - LEFT:.1f}" height="{BAR - 3}" fill="{colour}"/>')
            parts.append(_text(place(row["rate"]) + 4, y + BAR - 4, f"{row['rate'] / 1e9:.3g}"))
            if row["limit_rate"]:
                x = place(row["limit_rate"])
                ends = f'x1="{x:.1f}" x2="{x:.1f}" y1="{y - 1}" y2="{y + BAR - 2}"'
                parts.append(f'<line {ends} stroke="{LIMIT}" stroke-width="2"/>')
            y += BAR
        y += GAP - 22
    for power in range(low, high + 1):
        x = place(10.0**power)
        parts.insert(0, f'<line x1="{x:.1f}" x2="{x:.1f}" y1="20" y2="{y}" stroke="#e3e6e8"/>')
        parts.append(_text(x, y + 14, f"{10.0 ** (power - 9):g}", anchor="middle"))
    parts.append(_text(LEFT + WIDTH / 2, y + 32, "G gates/s; red: the row limit of the dtype", anchor="middle"))
    size = f'width="{LEFT + WIDTH + 60}" height="{y + 44:.0f}" font-family="sans-serif" font-size="11"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>\n' + "\n".join(parts) + "\n</svg>\n"


def _text(x: float, y: float, words: str, weight: str = "normal", anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" font-weight="{weight}" text-anchor="{anchor}">{escape(words)}</text>'
