"""How constructions stand to each other and to the literature: the same statement, the same source, cited bounds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from proofcheck.site import prose
from proofcheck.site.subject import Subject
from proofcheck.site.views import Mark, how_of, size_words

ALONE = "no other construction here makes the same statement or has the same source"


def relations(subject: Subject, others: Sequence[Subject]) -> list[tuple[str, list[dict[str, Any]]]]:
    """Who makes the same statement at some size, who shares its source: found from hashes of statements and from citations."""
    mine = _meanings(subject)
    same: list[dict[str, Any]] = []
    paper: list[dict[str, Any]] = []
    for other in others:
        if other.name == subject.name:
            continue
        shared = mine.keys() & _meanings(other).keys()
        if shared:
            sizes_there = [size for meaning in shared for size in _meanings(other)[meaning]]
            claim = next(c for c in other.claims if any(e["statement"] in shared for e in c.entries))
            kept = [e for e in claim.entries if e["statement"] in shared]
            how = min(
                (how_of(e) for e in kept), key=lambda h: ("refuted", "unknown", "unrefuted", "established", "certified").index(h)
            )
            same.append(
                {
                    "href": f"{other.name}.html",
                    "words": prose.title(other.description.title),
                    "mark": Mark(how, size_words(list(dict.fromkeys(sizes_there)))),
                }
            )
        a, b = subject.description.source, other.description.source
        if (a.arxiv and a.arxiv == b.arxiv) or a.citation == b.citation:
            paper.append({"href": f"{other.name}.html", "words": prose.title(other.description.title), "mark": None})
    found = [
        ("Another construction of the same function", same),
        ("From the same source", [p for p in paper if p["href"] not in {s["href"] for s in same}]),
    ]
    known = [(head, rows) for head, rows in found if rows]
    return known or [("Compare", [{"href": "", "words": ALONE, "mark": None}])]


def bounds_beside(given: Mapping[str, Any] | None, others: Sequence[Subject]) -> dict[str, Any] | None:
    """The cited bounds beside a construction; one that is built here carries the mark of its own claim. None without any."""
    if given is None:
        return None
    rows = []
    for bound in given["rows"]:
        text = prose.inline(bound["text"])
        here = next((other for other in others if other.name == bound.get("here")), None)
        if here is not None:
            claim = next((c for c in here.claims if c.name == bound["claim"]), None)
            if claim is None:
                continue
            text, mark = f'<a href="{here.name}.html">{text}</a>', claim.marks[0]
        elif "here" in bound:
            continue  # a construction that is not among these
        else:
            mark = Mark("cited", bound["scope"])
        rows.append({"text": text, "source": bound.get("source", ""), "mark": mark})
    return {"question": prose.inline(given["question"]), "rows": rows} if rows else None


def _meanings(subject: Subject) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for entry in subject.witnessed.of(subject.name):
        if entry["kind"] in ("computes", "approximates", "property") and entry["statement"]:
            found.setdefault(entry["statement"], []).append(entry["size"])
    return found
