"""A badge (SVG) of an evidence file: how far the claims are settled, and for which; never a colour without its scope."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from xml.sax.saxutils import escape

from proofcheck.claims.evidence import Strength, Verdict
from proofcheck.errors import printable
from proofcheck.gate.evidence_file import Entry
from proofcheck.gate.report import sizes_words

GREEN, BLUE, ORANGE, RED = "#2e7d32", "#1565c0", "#b45309", "#b3261e"
LONGEST = 120
CHARACTER, MARGIN = 6.7, 8  # pixels: of a character of the font on average, and beside a text


def badge_words(entries: Sequence[Entry]) -> tuple[str, str]:
    """(words, colour): green where all that was asked for is certified, blue where it is met, orange and red otherwise."""
    checks = [e for e in entries if e.claim]
    unjudged = [e.construction for e in entries if not e.claim]
    refuted = sum(e.verdict is Verdict.REFUTED for e in checks)
    met = [
        e for e in checks if e.verdict in (Verdict.HOLDS, Verdict.UNREFUTED) and e.strength is not None and e.strength >= e.floor
    ]
    scope = _scope(checks)
    if refuted:
        return f"{refuted} of {len(checks)} refuted, {scope}", RED
    if len(met) < len(checks) or unjudged:
        return f"{len(checks) - len(met) + len(unjudged)} of {len(checks) + len(unjudged)} not met, {scope}", ORANGE
    strengths = Counter(e.strength for e in met)
    if len(strengths) == 1:
        (strength,) = strengths
        words = _word(strength)
    else:
        words = ", ".join(f"{strengths[s]} {_word(s)}" for s in sorted(Strength, reverse=True) if strengths[s])
    return f"{words}, {scope}", GREEN if set(strengths) == {Strength.CERTIFIED} else BLUE


def badge_svg(entries: Sequence[Entry], label: str = "") -> str:
    """The badge; the label is the construction, or the claim of one, unless given. Its title says all in words."""
    words, colour = badge_words(entries)
    names = list(dict.fromkeys("::".join(part for part in (e.construction, e.claim) if part) for e in entries))
    constructions = list(dict.fromkeys(e.construction for e in entries))
    left = label or (names[0] if len(names) == 1 else constructions[0] if len(constructions) == 1 else "proofcheck")
    left, right = _cut(left), _cut(words)
    a, b = (round(len(text) * CHARACTER + 2 * MARGIN) for text in (left, right))
    title = escape(f"{left}: {right}")
    spoken = escape(f"{left}: {right}", {'"': "&quot;"})
    return f"""<svg xmlns="http://www.w3.org/2000/svg" width="{a + b}" height="20" role="img" aria-label="{spoken}">
<title>{title}</title>
<rect width="{a}" height="20" fill="#444"/>
<rect x="{a}" width="{b}" height="20" fill="{colour}"/>
<g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">
<text x="{MARGIN}" y="14" textLength="{a - 2 * MARGIN}" lengthAdjust="spacingAndGlyphs">{escape(left)}</text>
<text x="{a + MARGIN}" y="14" textLength="{b - 2 * MARGIN}" lengthAdjust="spacingAndGlyphs">{escape(right)}</text>
</g>
</svg>
"""


def _scope(checks: Sequence[Entry]) -> str:
    """The sizes of one claim in words; of more, how many claims there are and at how many sizes they were judged."""
    claims = {(e.construction, e.claim) for e in checks}
    constructions = {e.construction for e in checks}
    if len(claims) == 1:
        return sizes_words([e.size for e in checks if e.size]) or "at one size"
    counted = f"{len(claims)} claims at {len(checks)} sizes in all"
    return counted if len(constructions) == 1 else f"{len(constructions)} constructions, {counted}"


def _word(strength: Strength | None) -> str:
    assert strength is not None
    return "unrefuted on samples" if strength is Strength.UNREFUTED else strength.name.lower()


def _cut(text: str) -> str:
    shown = " ".join(printable(text).split())
    return shown if len(shown) <= LONGEST else f"{shown[: LONGEST - 3]}..."
