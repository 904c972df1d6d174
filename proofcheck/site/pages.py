"""The context of each construction's page: plain values and ready pieces of HTML, worked out from views, networks and papers."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

from proofcheck.catalogue.items import subject_of
from proofcheck.networks import sizes
from proofcheck.site import prose
from proofcheck.site.box import claim_box, floors_words
from proofcheck.site.cite import bibtex, latex_theorem
from proofcheck.site.drawing import across, down
from proofcheck.site.figure import MOST_NEURONS
from proofcheck.site.growth import plots, table
from proofcheck.site.relations import bounds_beside, relations
from proofcheck.site.subject import Subject, neurons
from proofcheck.site.views import ORDER, ClaimView, brief_sizes, mutants_words, scope_html, size_words

FIDELITY = {
    "stated": "Stated: the bound is the source’s.",
    "after": "After: the idea is the source’s, the construction ours.",
    "ours": "Ours: construction and bounds are ours.",
}
FORMS = {
    "layered": "strictly layered: every neuron reads the layer below it, with carries where values pass on",
    "traced": "as the formula gives it; connections may skip layers",
    "limit": "no network: a limit, about which exact reals are compared",
}
SOURCES = {"stated": "bound as stated", "after": "after its idea", "ours": "our construction"}
NAMED = re.compile(r"(?:the )?(strictly layered )?(?:the )?network [0-9a-f]{12,}")
LARGEST_DOWNLOAD = 400_000
MOST_CERTIFICATES = 6


def page(
    subject: Subject, others: Sequence[Subject], papers: Mapping[str, Any], bounds: Mapping[str, Any], link: str
) -> dict[str, Any]:
    """All that the template of a construction's page reads, without downloads and history."""
    description, claims = subject.description, subject.claims
    idea, derivation = prose.lead(description.docstring)
    score = subject.witnessed.scores.get(subject.name)
    return {
        "name": subject.name,
        "plain_title": description.title,
        "title": prose.title(description.title),
        "idea": prose.inline(idea),
        "subject": subject_of(subject.file.shown),
        "strip": [
            (claim.name, claim.marks)
            for claim in [c for c in claims if not c.about_size][:3] + [c for c in claims if c.about_size][:2]
        ],
        "statements": [_statement(claim) for claim in claims],
        "kernel": _kernel(claims),
        "code": _claims_code(subject.source),
        "about": _about(subject),
        "bounds": bounds_beside(bounds.get(subject.name), others),
        "claims": [claim_box(claim, subject) for claim in claims],
        "floors": floors_words(claims),
        "mutants": mutants_words(score) if description.form != "limit" else "",
        "mutant_lines": [*score["complaints"], *([f"slack declared: {score['slack']}"] if score["slack"] else [])]
        if score
        else [],
        "figure": _figure(subject),
        "no_figure": _no_figure(subject),
        "plots": plots(subject),
        "table": table(subject),
        "derivation": prose.paragraphs(derivation),
        "relations": relations(subject, others),
        "bibtex": bibtex(description.source, papers),
        "theorem": latex_theorem(subject.name, description.title, description.source, claims, link),
        **_replay(subject),
    }


def row(subject: Subject, papers: Mapping[str, Any]) -> dict[str, Any]:
    """One row of the list; the weakest claims first, none hidden behind a stronger one."""
    claims = sorted(subject.claims, key=lambda claim: _weak(claim))
    function, about_size = [c for c in claims if not c.about_size], [c for c in claims if c.about_size]
    source = subject.description.source
    kinds = subject.item()["act"]
    idea = prose.lead(subject.description.docstring)[0]
    parts = [
        short(source.citation, source.arxiv, papers),
        SOURCES[source.fidelity],
    ]
    parts += [subject_of(subject.file.shown), *([", ".join(kinds).replace("relu", "ReLU").replace("_", " ")] if kinds else [])]
    return {
        "name": subject.name,
        "title": prose.title(subject.description.title),
        "idea": prose.inline(summary if (summary := subject.description.summary) != subject.description.title else idea),
        "meta": " · ".join(part for part in parts if part),
        "function": function[:4],
        "more_function": max(0, len(function) - 4),
        "sizes": about_size[:4],
        "more_sizes": max(0, len(about_size) - 4),
    }


def short(citation: str, arxiv: str, papers: Mapping[str, Any]) -> str:
    """ "Arora et al. 2018" of a paper that is known, else the beginning of the citation."""
    known = papers.get(arxiv) or papers.get(citation)
    return str(known["short"]) if known else citation.split(",")[0]


def _weak(claim: ClaimView) -> int:
    return min(2, ORDER.index(claim.weakest))  # what is established or certified keeps its order


def _statement(claim: ClaimView) -> dict[str, str]:
    """The claim in words and mathematics: the quantifier in the sentence, the formula on a line of its own."""
    where = scope_html(brief_sizes(size_words([entry["size"] for entry in claim.entries])))
    shown = claim.shown
    words, formula, after = "", "", ""
    convention = f" ({escape(claim.description.convention)})" if claim.description.convention else ""
    if claim.relation:
        words, formula = f"<p>For {where}, the network{convention} has</p>", claim.relation
    elif shown is not None and shown.formula:
        domain = f" in {scope_html(shown.domain)}" if shown.domain else ""
        verb = {"=": "computes", "": "has outputs <i>y</i> with"}.get(shown.verb, f"is {escape(shown.verb)}")
        at = f"; at {scope_html(shown.size)}" if len(claim.entries) > 1 else ""
        words, formula = f"<p>For {where} and all <i>x</i>{domain}{at}, the network {verb}</p>", shown.formula
    elif claim.kind == "forall":
        words = f"<p>For {where} the whole family keeps its contract; the kernel’s sentence is below.</p>"
    elif shown is not None and shown.sentence:
        at = f"; at {scope_html(shown.size)}" if len(claim.entries) > 1 else ""
        words = f"<p>For {where}{at}: {prose.inline(_readable(shown.sentence))}</p>"
    else:
        words = f"<p>For {where}: {escape(claim.kind)}. No statement is in the evidence.</p>"
    assumed = list(dict.fromkeys(text for s in claim.settlements for text in s.assumptions))
    if assumed:
        after = "Assuming " + "; ".join(prose.inline(text) for text in assumed) + "."
    return {"name": claim.name, "words": words, "formula": formula, "after": after}


def _readable(sentence: str) -> str:
    words = NAMED.sub(lambda found: f"the {found[1] or ''}network", sentence)
    return words if len(words) < 420 else f"{words[:400]} … ({len(words)} characters in the JSON download)"


def _kernel(claims: Sequence[ClaimView]) -> list[dict[str, str]]:
    """The kernel's own sentences: for each claim about the function, at the size written out."""
    found = []
    for claim in claims:
        if claim.shown is None or not claim.shown.by_kernel or (claim.about_size and claim.kind != "grows"):
            continue
        at = f", at {claim.shown.size}" if claim.shown.size and not claim.shown.size.startswith("every") else ""
        sentence = claim.shown.sentence
        if len(sentence) > 900:
            sentence = f"{sentence[:880]} … ({len(sentence)} characters; the certificate has all of them)"
        found.append({"head": f"What the kernel says it proved: {claim.name}{at}", "sentence": sentence})
    return found[:4]


def _claims_code(source: str) -> str:
    """The claims as Python, out of the construction file's text."""
    for statement in ast.walk(ast.parse(source)):
        if isinstance(statement, ast.Call) and isinstance(statement.func, ast.Name) and statement.func.id == "Construction":
            for keyword in statement.keywords:
                if keyword.arg == "claims":
                    lines = (ast.get_source_segment(source, keyword.value) or "").split("\n")
                    margin = min((len(line) - len(line.lstrip()) for line in lines[1:] if line.strip()), default=0)
                    return "\n".join([lines[0], *(line[margin:] for line in lines[1:])])
    return ""


def _about(subject: Subject) -> list[tuple[str, str]]:
    description, source = subject.description, subject.description.source
    place = [prose.inline(source.citation)]
    if source.statement:
        place.append(prose.inline(source.statement))
    if source.arxiv:
        place.append(f'<a href="https://arxiv.org/abs/{escape(source.arxiv)}">arXiv {escape(source.arxiv)}</a>')
    if source.doi:
        place.append(f'<a href="https://doi.org/{escape(source.doi)}">doi {escape(source.doi)}</a>')
    rows = [("Source", ". ".join(place)), ("Fidelity", FIDELITY[source.fidelity])]
    free = "for every n" if any(c.kind == "forall" for c in subject.claims) else "only the listed sizes are claimed"
    names = ", ".join(prose.inline(name) for name in description.parameters)
    rows.append(("Parameters", f"{names}; {free}" if names else free))
    kinds = ", ".join(subject.item()["act"]).replace("relu", "ReLU").replace("_", " ")
    rows.append(("Network", f"{kinds + '; ' if kinds else ''}{FORMS[description.form]}"))
    limits = [prose.inline(description.slack)] if description.slack else []
    samples = [c.name for c in subject.claims if c.weakest in ("unrefuted", "unknown", "refuted")]
    if samples:
        limits.append(f"not settled: {escape(', '.join(samples))}")
    if not any(c.kind == "exact" for c in subject.claims) and description.form != "limit":
        limits.append("nothing is claimed about floating-point arithmetic: the statements are about exact numbers")
    if limits:
        rows.append(("Limits", "; ".join(limits)))
    rows.append(("File", f"<code>{escape(subject.file.shown)}</code>"))
    return rows


def _figure(subject: Subject) -> dict[str, Any] | None:
    if subject.drawn is None:
        return None
    size, network, figure = subject.drawn
    digest, layers = network.digest[:12], f"{figure.depth} hidden layer{'s' * (figure.depth != 1)}"
    return {
        "size": scope_html(size),
        "caption": f"{neurons(network)} neurons in {layers}; network <code>{digest}</code>.",
        "across": across(figure),
        "down": down(figure),
        "nodes": [node for node in figure.nodes if node.role != "input"],
        "data": script_json({"nodes": figure.data(), "domain": [list(d) for d in figure.domain]}),
    }


def script_json(value: Any) -> str:
    """JSON that may stand in a script element."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).replace("</", "<\\/").replace("<!--", "<\\!--")


def _no_figure(subject: Subject) -> str:
    if subject.description.form == "limit":
        return (
            "This construction speaks of a limit: there is no network of finite size to draw. Its evidence compares exact reals."
        )
    if not subject.networks:
        return "No network is at hand: the evidence holds no certificate of this construction."
    size, network = min(subject.networks.items(), key=lambda item: len(item[1].activation))
    found = sizes(network)
    return (
        f"The smallest network, at {scope_html(size)}, has {found.neurons} neurons in {found.depth} hidden layers, "
        f"too many to draw: no more than {MOST_NEURONS} would be readable. It is among the downloads."
    )


def certificates(subject: Subject) -> list[tuple[str, str, bytes]]:
    """(claim, file name, bytes) of the certificates to offer: of each claim the one that is written out."""
    found: list[tuple[str, str, bytes]] = []
    for claim in subject.claims:
        data = subject.witnessed.certificates.get(claim.shown.certificate) if claim.shown is not None else None
        if data is not None and len(data) <= LARGEST_DOWNLOAD and len(found) < MOST_CERTIFICATES:
            size = claim.shown.size if claim.shown is not None else ""
            found.append((claim.name, f"{file_name(f'{claim.name} {size}')}.cert", data))
    return found


def file_name(words: str) -> str:
    """Words as a file name: "computes n = 4" is computes_n_4."""
    return "_".join("".join(c if c.isalnum() else " " for c in words).split())


def _replay(subject: Subject) -> dict[str, str]:
    offered = certificates(subject)
    if offered:
        return {
            "replay_words": "Replay a downloaded certificate with the kernel alone, nothing else installed:",
            "replay": f"python -P -m proofcheck.kernel {offered[0][1]}",
        }
    return {"replay_words": "Judge every claim again:", "replay": f"proofcheck gate {subject.file.shown}"}


def text_of_file(path: Path) -> str:
    """The text of a construction file."""
    return path.read_text(encoding="utf-8")
