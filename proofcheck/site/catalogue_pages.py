"""The contexts of the pages about the whole catalogue: list and filters, graph, status, widths, theorems that are not built."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from proofcheck.site import prose
from proofcheck.site.evidence import Witnessed
from proofcheck.site.graph import KINDS, Graph
from proofcheck.site.literature import Literature
from proofcheck.site.pages import short
from proofcheck.site.subject import Subject
from proofcheck.site.views import GLYPHS, ORDER, Mark, Settlement, how_of

STRONGEST = ORDER[::-1]
WORDS = {
    "certified": "certified",
    "established": "established",
    "unrefuted": "unrefuted",
    "unknown": "unknown",
    "refuted": "refuted",
}


def now(subject: Subject, made: Mapping[str, str]) -> str:
    """The one line of a history that has no earlier evidence to compare with."""
    marks = Counter(settlement.mark.how for claim in subject.claims for settlement in claim.settlements)
    words = ", ".join(f"{marks[how]} {how}" for how in STRONGEST if marks[how])
    return f"{made.get('date', 'This evidence')}: {words}. No earlier evidence was given to compare with."


def compact(items: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The records for queries with sizes numbered, as the page's script reads them."""
    found = []
    for record in items:
        sizes = list(dict.fromkeys([s for c in record["claims"] for s in c["settled"]] + [f[1] for f in record["facts"]]))
        number = {size: i for i, size in enumerate(sizes)}
        claims = []
        for claim in record["claims"]:
            settled: dict[str, list[int]] = {}
            for size, how in claim["settled"].items():
                settled.setdefault(how, []).append(number[size])
            claims.append(
                {
                    "name": claim["name"],
                    "kind": claim["kind"],
                    "says": claim["says"],
                    "settled": {h: _runs(i) for h, i in settled.items()},
                }
            )
        facts: dict[tuple[str, str, str], list[list[Any]]] = {}
        for measure, size, op, value, how in record["facts"]:
            facts.setdefault((measure, op, how), []).append([number[size], int(value) if value.lstrip("-").isdigit() else value])
        grouped = [[*key, *map(list, zip(*rows, strict=True))] for key, rows in facts.items()]
        rest = {key: record[key] for key in ("name", "text", "subject", "paper", "act", "form", "scope")}
        found.append(rest | {"sizes": sizes, "claims": claims, "facts": grouped})
    return found


def facets(items: Sequence[Mapping[str, Any]], subjects: Sequence[Subject], papers: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The filters with their counts. Within a group one choice is enough, between groups all must hold."""
    hows = [{how for claim in record["claims"] for how in claim["settled"].values()} for record in items]
    cited = [short(s.description.source.citation, s.description.source.arxiv, papers) for s in subjects]
    columns: list[tuple[str, str, list[set[str]], dict[str, str]]] = [
        ("how", "Settled how", hows, GLYPHS),
        ("scope", "Scope", [set(record["scope"]) for record in items], {}),
        ("claim", "Claim", [{claim["kind"] for claim in record["claims"]} for record in items], {}),
        ("subject", "Subject", [{record["subject"]} for record in items], {}),
        ("act", "Activation", [set(record["act"]) for record in items], {}),
        ("cited", "Paper", [{paper} for paper in cited], {}),
    ]
    names = {
        "all": "all sizes",
        "listed": "listed sizes",
        "relation": "size relation",
        "relu": "ReLU",
        "leaky_relu": "leaky ReLU",
        "forall": "for every n",
    }
    found = []
    for name, title, columns_of, glyphs in columns:
        counts = Counter(value for row in columns_of for value in row)
        order = STRONGEST if name == "how" else ("all", "listed") if name == "scope" else tuple(sorted(counts))
        values = [
            (v, names.get(v, v.replace("_", " ")), glyphs.get(v, ""), counts[v])
            for v in order
            if v and (counts[v] or name == "how")
        ]
        if len(values) > (1 if name in ("act", "cited") else 0):
            found.append({"name": name, "title": title, "choices": values})
    return found


def graph_rows(graph: Graph) -> list[dict[str, Any]]:
    """The graph as a list: each node with what it rests on directly."""
    rests: dict[str, list[str]] = {}
    for a, b in graph.edges:
        rests.setdefault(b, []).append(graph.nodes[a].title)
    return [
        {"title": n.title, "kind": KINDS[n.kind], "mark": n.mark, "page": n.page, "rests": "; ".join(rests.get(n.key, ()))}
        for n in graph.nodes.values()
    ]


def status(subjects: Sequence[Subject], notes: Literature, witnessed: Witnessed) -> dict[str, Any]:
    """Tally, what is not settled, corrections, status by subject, what has to be believed."""
    settlements = [(s, claim, settlement) for s in subjects for claim in s.claims for settlement in claim.settlements]
    entries = [entry for _, _, settlement in settlements for entry in settlement.entries]
    counts, claims = Counter(how_of(entry) for entry in entries), sum(len(s.claims) for s in subjects)
    open_ones = [(s, c, t) for s, c, t in settlements if t.mark.how in ORDER[:3] or t.mark.below]
    premises: dict[str, dict[str, None]] = {}
    for subject, _, settlement in settlements:
        for text in settlement.assumptions:
            premises.setdefault(text, {})[subject.name] = None
    return {
        "lede": f"{claims} claims of {len(subjects)} constructions, {len(entries)} with their sizes, as the gate found them.",
        "tally": [(GLYPHS[how], WORDS[how], counts[how]) for how in STRONGEST],
        "counted": "Counted is each claim at each of its sizes; a claim for every n counts once.",
        "unsettled": [_open(s, c.name, t) for s, c, t in sorted(open_ones, key=lambda row: ORDER.index(row[2].mark.how))],
        "assumed": [{"text": prose.inline(text), "names": list(found)} for text, found in premises.items()],
        "ledger": [_ledger(section) for section in notes.corrections],
        "subjects": _by_subject(subjects),
        "columns": [(GLYPHS[how], WORDS[how]) for how in STRONGEST],
        "methods": _methods(entries),
    }


def theorems(groups: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What is not built, and what no machine can check, with the reason."""
    found = []
    for group in groups:
        rows = [
            {
                "id": f"{group['id']}-{i + 1}",
                "paper": entry["paper"],
                "arxiv": f'<a href="https://arxiv.org/abs/{escape(entry["arxiv"])}">arXiv {escape(entry["arxiv"])}</a>'
                if entry.get("arxiv")
                else "",
                "says": prose.inline(entry["says"]),
                "why": prose.inline(entry["why"]),
            }
            for i, entry in enumerate(group["rows"])
        ]
        found.append({key: group[key] for key in ("id", "title", "words", "column")} | {"rows": rows})
    count = sum(len(group["rows"]) for group in found)
    words = f"{count} results. Not every arXiv number was seen in print: check one before you cite it."
    return {"groups": found, "words": words}


def _open(subject: Subject, claim: str, settlement: Settlement) -> dict[str, Any]:
    why = "; ".join(settlement.reasons[:2]) or ("weaker than its floor" if settlement.mark.below else "only samples were tried")
    if settlement.mark.how == "refuted":
        why = "a witness replays; it is on the page"
    return {
        "name": subject.name,
        "title": prose.title(subject.description.title),
        "claim": claim,
        "mark": settlement.mark,
        "why": why,
    }


def _ledger(section: Mapping[str, Any]) -> dict[str, Any]:
    rows = [
        {
            "id": f"fix-{given['id']}",
            "paper": given["paper"],
            "place": prose.inline(given["place"]),
            "written": prose.inline(given["written"]),
            "holds": prose.inline(given["holds"]),
            "mark": Mark("cited", given["scope"]),
            "witness": prose.inline(given.get("witness", "")),
            "status": given.get("status", ""),
        }
        for given in section["rows"]
    ]
    return {key: section[key] for key in ("id", "title", "words", "label")} | {"rows": rows}


def _by_subject(subjects: Sequence[Subject]) -> list[dict[str, Any]]:
    groups: dict[str, list[Subject]] = {}
    for subject in subjects:
        groups.setdefault(subject.item()["subject"] or "none", []).append(subject)
    found = []
    for name, members in sorted(groups.items()):
        counts = Counter(claim.weakest for subject in members for claim in subject.claims)
        bar = [(GLYPHS[how], counts[how]) for how in STRONGEST if counts[how]]
        found.append(
            {
                "name": name,
                "constructions": len(members),
                "length": 8 * sum(counts.values()),
                "bar": bar,
                "counts": [(WORDS[how], counts[how]) for how in STRONGEST],
            }
        )
    return found


def _methods(entries: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    counts: Counter[str] = Counter()
    trust: dict[str, dict[str, None]] = {}
    for entry in entries:
        finding = entry["finding"]
        if finding and finding["method"] != "none":
            counts[finding["method"]] += 1
            trust.setdefault(finding["method"], {}).update(dict.fromkeys(finding["trust"]))
    return [{"name": method, "count": count, "trust": "; ".join(trust[method])} for method, count in counts.most_common()]


def _runs(numbers: Sequence[int]) -> list[Any]:
    """Numbers with runs as pairs [first, last], to keep the page small."""
    runs: list[Any] = []
    for number in sorted(numbers):
        if runs and isinstance(runs[-1], list) and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return runs
