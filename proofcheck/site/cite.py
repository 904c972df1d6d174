"""How to cite: BibTeX of a source, and a construction's claims as a LaTeX theorem to paste. Titles are text, never code."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from proofcheck.claims.source import Source
from proofcheck.site.views import ClaimView, size_words

SPECIAL = {"&": r"\&", "%": r"\%", "#": r"\#", "$": r"\$", "_": r"\_", "{": r"\{", "}": r"\}", "~": r"\~{}", "^": r"\^{}"}
HOW = {
    "certified": "holds, certified by replayed certificates",
    "established": "holds, established by computation",
    "unrefuted": "was not refuted on samples",
    "unknown": "is not settled",
    "refuted": "is refuted",
}


def bibtex(source: Source, papers: Mapping[str, Mapping[str, Any]]) -> str:
    """The entry of a known paper, or what can be said from the citation alone."""
    known = papers.get(source.arxiv) or papers.get(source.doi) or papers.get(source.citation)
    if known is None:
        fields = {"title": source.citation}
        kind, key = "misc", re.sub(r"\W+", "", "".join(source.citation.split()[:2])).lower() or "source"
    else:
        kind, key = str(known["type"]), str(known["key"])
        fields = {name: str(value) for name, value in known.items() if name not in ("type", "key", "short")}
    if source.arxiv:
        fields |= {"eprint": source.arxiv, "archivePrefix": "arXiv"}
    if source.doi:
        fields["doi"] = source.doi
    width = max(map(len, fields))
    rows = ",\n".join(f"  {name:<{width}} = {{{value}}}" for name, value in fields.items())
    return f"@{kind}{{{key},\n{rows}\n}}\n"


def latex_theorem(name: str, title: str, source: Source, claims: Sequence[ClaimView], link: str) -> str:
    """The claims as a theorem; sizes and strengths stand in it, so that it says no more than what is shown."""
    lines = [rf"\begin{{theorem}}[{_plain(title)}]", rf"  \label{{thm:{name.replace('_', '-')}}}"]
    lines.append(
        rf"  After {_plain(source.citation)}; machine-checked statements:"
        if source.fidelity != "ours"
        else "  Machine-checked statements:"
    )
    lines.append(r"  \begin{itemize}")
    for claim in claims:
        for settlement in claim.settlements:
            where = _plain(size_words([entry["size"] for entry in settlement.entries]))
            words = f"for {where} this {HOW[settlement.mark.how]}"
            if settlement.assumptions:
                words += "; assuming " + "; ".join(_plain(text) for text in settlement.assumptions)
            lines.append(rf"    \item \emph{{{_plain(claim.name)}}}: {_formula(claim)}{words}.")
    return "\n".join([*lines, r"  \end{itemize}", rf"  Evidence: \texttt{{{_plain(link)}}}.", r"\end{theorem}", ""])


def _formula(claim: ClaimView) -> str:
    if claim.tex:
        return f"${claim.tex}$; "
    shown = claim.shown
    if shown is None or not shown.tex:
        return ""
    at = f" (written out at {_plain(shown.size)})" if shown.size else ""
    if not shown.verb:
        return f"${shown.tex}$ for all $x \\in$ {_plain(shown.domain)}{at}; "
    verb = "=" if shown.verb == "=" else rf"\text{{ is {shown.verb} }}"
    return f"$N(x) {verb} {shown.tex}$ for all $x$ in {_plain(shown.domain)}{at}; "


def _plain(text: str) -> str:
    """Text for LaTeX, with subscripts and powers of short names as mathematics."""
    escaped = "".join(SPECIAL.get(c, c) for c in text)
    escaped = re.sub(r"\b([a-zA-Z])\\_([a-z0-9])\b", r"$\1_\2$", escaped)
    escaped = re.sub(r"(\w|\})\\\^\{\}(\w+)", r"$\1^{\2}$", escaped)
    return escaped.replace(">=", r"$\ge$").replace("≥", r"$\ge$").replace("<=", r"$\le$")
