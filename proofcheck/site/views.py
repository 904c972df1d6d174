"""What a page shows of a construction, worked out from its description and its evidence before any template sees it.

A mark is a verdict, a strength and a scope in one value, `Mark`; a template cannot take one part alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from html import escape
from typing import Any

from proofcheck.catalogue.description import ClaimDescription, Description
from proofcheck.claims.score import Outcome
from proofcheck.errors import ProofcheckError
from proofcheck.gate.report import sizes_words
from proofcheck.kernel import Rejected, replay
from proofcheck.site.evidence import Entry, Witnessed
from proofcheck.site.notation import mathml, of_relation, of_terms
from proofcheck.spec import TermTarget, statement_of
from proofcheck.spec.relations import relation_of
from proofcheck.spec.statement import Statement

ORDER = ("refuted", "unknown", "unrefuted", "established", "certified")  # the weakest first
GLYPHS = {"certified": "hc", "established": "he", "unrefuted": "us", "unknown": "un", "refuted": "rf", "cited": "ci"}
LETTERS = {"certified": "C", "established": "E", "unrefuted": "S", "unknown": "?", "refuted": "R", "cited": "L"}
SPOKEN = {
    "certified": "holds, certified",
    "established": "holds, established",
    "unrefuted": "unrefuted, samples only",
    "unknown": "unknown",
    "refuted": "refuted",
    "cited": "cited, not checked",
}
EVERYWHERE = ("forall", "grows")
SIZES = ("relation", "grows")
LONGEST_IN_LISTS = 44
NOT_JUDGED = "it is not in the evidence that these pages are made of"


@dataclass(frozen=True)
class Mark:
    """How strongly something is settled, and for what: the only way in which a page shows a status."""

    how: str
    scope: str
    assuming: bool = False
    below: bool = False

    def __post_init__(self) -> None:
        if self.how not in GLYPHS or not self.scope.strip():
            raise ProofcheckError(f"a mark needs a known status and a scope, it was given {self.how!r} and {self.scope!r}")

    @property
    def glyph(self) -> str:
        return GLYPHS[self.how]

    @property
    def letter(self) -> str:
        return LETTERS[self.how]

    @property
    def spoken(self) -> str:
        return SPOKEN[self.how] + (", under an assumption" if self.assuming else "")

    @property
    def scope_html(self) -> str:
        return scope_html(self.scope)

    @property
    def brief(self) -> str:
        """For lists: a long enumeration is counted; the page of the construction has it in full."""
        return brief_sizes(self.scope)

    @property
    def brief_html(self) -> str:
        return scope_html(self.brief)


@dataclass(frozen=True)
class Settlement:
    """The sizes at which a claim stands alike."""

    mark: Mark
    entries: tuple[Entry, ...]

    @property
    def finding(self) -> Mapping[str, Any]:
        return self.entries[0]["finding"] or {}

    @property
    def methods(self) -> tuple[str, ...]:
        found = [e["finding"]["method"] for e in self.entries if e["finding"]]
        return tuple(dict.fromkeys(method for method in found if method != "none"))

    @property
    def trust(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(text for e in self.entries if e["finding"] for text in e["finding"]["trust"]))

    @property
    def assumptions(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(text for e in self.entries if e["finding"] for text in e["finding"]["assumptions"]))

    @property
    def reasons(self) -> tuple[str, ...]:
        found = [e["finding"]["reason"] if e["finding"] else e["problem"] for e in self.entries]
        return tuple(dict.fromkeys(reason for reason in found if reason))

    @property
    def scopes(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(e["finding"]["scope"] for e in self.entries if e["finding"] and e["finding"]["scope"]))

    @property
    def checked(self) -> int:
        return sum(e["finding"]["checked"] for e in self.entries if e["finding"])

    @property
    def seconds(self) -> float:
        return float(sum(e["finding"]["seconds"] for e in self.entries if e["finding"]))

    @property
    def witnesses(self) -> list[tuple[str, Mapping[str, Any]]]:
        return [(e["size"], e["finding"]["witness"]) for e in self.entries if e["finding"] and e["finding"]["witness"]]


@dataclass(frozen=True)
class Shown:
    """A claim written out at one size: the size, its formula in MathML or "", its domain, the kernel's sentence or ours."""

    size: str
    formula: str
    tex: str
    domain: str
    verb: str
    sentence: str
    by_kernel: bool
    certificate: str
    network: str


@dataclass(frozen=True)
class ClaimView:
    """A claim with all its settlements, weakest first. relation: the general formula of a size claim, where there is one."""

    description: ClaimDescription
    settlements: tuple[Settlement, ...]
    shown: Shown | None
    relation: str
    tex: str

    @property
    def name(self) -> str:
        return self.description.name

    @property
    def kind(self) -> str:
        return self.description.kind

    @property
    def about_size(self) -> bool:
        return self.kind in SIZES

    @property
    def weakest(self) -> str:
        return self.settlements[0].mark.how

    @property
    def marks(self) -> list[Mark]:
        return [settlement.mark for settlement in self.settlements]

    @property
    def met(self) -> bool:
        return all(entry["status"] == "met" for settlement in self.settlements for entry in settlement.entries)

    @property
    def entries(self) -> list[Entry]:
        return [entry for settlement in self.settlements for entry in settlement.entries]


def claims_of(name: str, description: Description, witnessed: Witnessed) -> list[ClaimView]:
    """Every claim of a construction with what is known of it; one without evidence is unknown."""
    entries: dict[str, dict[str, Entry]] = {}
    for entry in witnessed.of(name):
        entries.setdefault(entry["claim"], {})[entry["size"]] = entry
    return [_claim(name, claim, entries.get(claim.name, {}), witnessed) for claim in description.claims]


def how_of(entry: Entry) -> str:
    """One of ORDER. Whatever is no finding of holds, refuted or unrefuted is unknown."""
    finding = entry["finding"]
    if not finding:
        return "unknown"
    if finding["verdict"] == "holds" and finding["strength"] in ("certified", "established"):
        return str(finding["strength"])
    return str(finding["verdict"]) if finding["verdict"] in ("refuted", "unrefuted") else "unknown"


def mutants_words(score: Entry | None) -> str:
    """The mutation score in one line, none of its numbers left out."""
    if score is None:
        return "not in this evidence"
    if score["problem"]:
        return f"not run: {score['problem']}"
    counts, total = score["counts"], len(score["mutants"])
    parts = [f"{counts['refuted']} of {total} refuted"]
    parts += [
        f"{counts[o.value]} {o.value}" for o in (Outcome.EQUAL, Outcome.SLACK, Outcome.WIDER, Outcome.NARROWER) if counts[o.value]
    ]
    return ", ".join([*parts, f"{counts['survivor']} survive"]) + f"; at {score['size']}"


def scope_html(text: str) -> str:
    """Sizes and domains as HTML: "R^4" with a real R and an exponent, "d_x" with a subscript."""
    words = escape(text, quote=False)
    words = re.sub(r"(?<!\w)R\^", "ℝ^", words).replace("inf)", "∞)")
    words = re.sub(r"\^(\d+|\w)", r"<sup>\1</sup>", words)
    words = re.sub(r"(?<!\w)([a-z])_([a-z])(?!\w)", r"<i>\1</i><sub>\2</sub>", words)
    return re.sub(r"(?<![\w/<&])([bdk-np]|T)(?= = | &gt;=| ≥)", r"<i>\1</i>", words)


def size_words(sizes: Sequence[str]) -> str:
    """Sizes together; "every n >= 1" is "all n ≥ 1"."""
    whole = [size.replace("every ", "all ").replace(">=", "≥") for size in sizes if size.startswith("every ")]
    rest = [size for size in sizes if not size.startswith("every ")]
    return "; ".join([*whole, *([sizes_words(rest)] if rest else [])]) or "all of it"


def brief_sizes(words: str) -> str:
    """Sizes in few words: a long enumeration is counted, "11 listed sizes"."""
    if len(words) <= LONGEST_IN_LISTS:
        return words
    whole, found, rest = words.rpartition("; ")
    count = rest.count("), (") + 1 if "), (" in rest else rest.count(", ") + 1
    return f"{whole}{found}{count} listed sizes"


def _claim(name: str, claim: ClaimDescription, entries: Mapping[str, Entry], witnessed: Witnessed) -> ClaimView:
    groups: dict[tuple[str, bool, bool], list[Entry]] = {}
    for size in [*claim.sizes, *(other for other in entries if other not in claim.sizes)]:
        entry = entries.get(size) or _absent(name, claim, size)
        finding = entry["finding"] or {}
        key = (how_of(entry), bool(finding.get("assumptions")), entry["status"] == "weaker")
        groups.setdefault(key, []).append(entry)
    settlements = [
        Settlement(Mark(how, size_words([e["size"] for e in group]), assuming, below), tuple(group))
        for (how, assuming, below), group in sorted(groups.items(), key=lambda item: (ORDER.index(item[0][0]), not item[0][1]))
    ]
    relation, tex = _general(name, claim, entries, witnessed)
    return ClaimView(claim, tuple(settlements), _shown(name, claim, entries, witnessed), relation, tex)


def _absent(name: str, claim: ClaimDescription, size: str) -> Entry:
    finding: dict[str, Any] = {
        "verdict": "unknown",
        "strength": None,
        "method": "none",
        "reason": NOT_JUDGED,
        "scope": "",
        "trust": [],
    }
    finding |= {"assumptions": [], "checked": 0, "seconds": 0, "witness": None, "certificate": None}
    base = {"construction": name, "claim": claim.name, "kind": claim.kind, "size": size, "floor": claim.floor.name.lower()}
    return {**base, "status": "unknown", "finding": finding, "sentence": "", "network": "", "problem": "", "statement": ""}


def _general(name: str, claim: ClaimDescription, entries: Mapping[str, Entry], witnessed: Witnessed) -> tuple[str, str]:
    """The relation of a size claim in MathML and LaTeX, where it is the same formula at every size."""
    from proofcheck.site.notation import tex

    found = {}
    for size in entries:
        reading = entries[size].get("reading") or {}
        if "relation" in reading:
            found[str(reading["relation"])] = reading["relation"]
    if len(found) != 1:
        return "", ""
    formula = of_relation(relation_of(next(iter(found.values()))))
    return mathml(formula, block=True), tex(formula)


def _shown(name: str, claim: ClaimDescription, entries: Mapping[str, Entry], witnessed: Witnessed) -> Shown | None:
    """The claim written out, at the largest of its first sizes at which that fits a line."""
    sizes = [size for size in claim.sizes if size in entries][:5]
    best: Shown | None = None
    for size in sizes:
        shown = _written(entries[size], witnessed.statements.get((name, claim.name, size), ""), witnessed)
        if best is None or (shown.formula and len(shown.formula) < 2500):
            best = shown
    if best is None or not best.certificate:
        return best
    sentence = witnessed.sentences.get(best.certificate) or _kernel_sentence(witnessed.certificates.get(best.certificate))
    return best if not sentence else Shown(**{**best.__dict__, "sentence": sentence, "by_kernel": True})


def _kernel_sentence(certificate: bytes | None) -> str:
    try:
        return replay(certificate).sentence if certificate is not None else ""
    except Rejected:
        return ""


def _written(entry: Entry, text: str, witnessed: Witnessed) -> Shown:
    from proofcheck.site.notation import tex

    formula, domain, verb = None, "", ""
    data = witnessed.certificate(entry)
    try:
        statement: Statement | None = statement_of(text) if text and '"network":' in text else None
    except ProofcheckError:
        statement = None  # about a family or a limit
    if statement is not None:
        if isinstance(statement.target, TermTarget):
            formula, verb = of_terms(statement.target.terms), "=" if statement.error is None else "≈"
        elif statement.condition is not None:
            formula = of_terms((statement.condition,))
        scopes = (entry["finding"] or {}).get("scope", "")
        domain = (
            str(scopes).removeprefix("all inputs in ").rpartition(" inputs drawn from ")[2]
            if statement.domain is not None
            else ""
        )
        if statement.error is not None and formula is not None:
            verb = f"within {statement.error} of"
    return Shown(
        entry["size"],
        mathml(formula, block=True) if formula else "",
        tex(formula) if formula else "",
        domain if domain != "this network" else "",
        verb,
        entry["sentence"],
        False,
        sha256(data).hexdigest() if data is not None else "",
        entry["network"],
    )
