"""The context of each construction's page: plain values and ready pieces of HTML, worked out from views, networks and papers."""

from __future__ import annotations

import ast
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from hashlib import sha256
from html import escape
from pathlib import Path
from typing import Any

from proofcheck.catalogue.building import build
from proofcheck.catalogue.description import Description
from proofcheck.catalogue.discovery import ConstructionFile
from proofcheck.catalogue.items import Facts, item, measured, subject_of
from proofcheck.errors import ProofcheckError
from proofcheck.exact import rational_of
from proofcheck.networks import Network, Sizes, read_network, sizes
from proofcheck.site import prose
from proofcheck.site.cite import bibtex, latex_theorem
from proofcheck.site.drawing import across, down
from proofcheck.site.evidence import Witnessed, network_in
from proofcheck.site.figure import MOST_NEURONS, Figure, figure_of
from proofcheck.site.notation import mathml, of_size
from proofcheck.site.plots import FEWEST, Plot
from proofcheck.site.views import ClaimView, Mark, Settlement, claims_of, how_of, mutants_words, scope_html, size_words
from proofcheck.spec.relations import MEASURES, relation_of

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
COUNTED = ("depth", "width", "neurons", "nonzeros")
FIRST = ("computes", "approximates", "forall", "property", "unrolls", "exact")
BEST_NEURONS, MOST_INPUTS = 24, 8
LARGEST_DOWNLOAD = 400_000
MOST_CERTIFICATES = 6


@dataclass(frozen=True)
class Subject:
    """One construction with all that its page is made of. source: the text of its file."""

    file: ConstructionFile
    description: Description
    source: str
    witnessed: Witnessed

    @property
    def name(self) -> str:
        return self.file.name

    @cached_property
    def claims(self) -> list[ClaimView]:
        order = {kind: i for i, kind in enumerate(FIRST)}
        found = claims_of(self.name, self.description, self.witnessed)
        return sorted(found, key=lambda claim: order.get(claim.kind, len(order)))

    @cached_property
    def networks(self) -> dict[str, Network]:
        """The network of each size, out of the certificates that were replayed."""
        found: dict[str, Network] = {}
        known: dict[str, Network] = {}
        for entry in self.witnessed.of(self.name):
            data = self.witnessed.certificate(entry)
            if data is None or entry["size"] in found or entry["size"].startswith("every "):
                continue
            if entry["network"] not in known and (inner := network_in(data)) is not None and len(inner) < 4_000_000:
                known[entry["network"]] = read_network(inner)
            if entry["network"] in known:
                found[entry["size"]] = known[entry["network"]]
        return found

    @cached_property
    def counted(self) -> dict[str, Sizes]:
        return {size: sizes(network) for size, network in self.networks.items()}

    @cached_property
    def drawn(self) -> tuple[str, Network, Figure] | None:
        """The size to draw: the largest network that one still takes in at a glance, else the smallest that can be drawn."""
        about = [claim for claim in self.claims if claim.kind in FIRST and claim.kind != "forall"]
        labels = list(dict.fromkeys(e["size"] for claim in about for e in claim.entries)) or list(self.networks)
        found = {size: self.networks[size] for size in labels if size in self.networks} or self._built(labels)
        small = sorted(found, key=lambda size: len(found[size].activation))
        glance = [size for size in small if _neurons(found[size]) <= BEST_NEURONS and found[size].input_count <= MOST_INPUTS]
        for size in [*glance[::-1], *small]:
            figure = figure_of(found[size], MOST_NEURONS)
            if figure is not None and len(figure.by_layer) <= 14:
                return size, found[size], figure
        return None

    def item(self) -> dict[str, Any]:
        """What queries see."""
        return item(self.name, self.file.shown, self.description, self.standing, self.facts)

    @property
    def standing(self) -> dict[str, dict[str, str]]:
        found: dict[str, dict[str, str]] = {}
        for entry in self.witnessed.of(self.name):
            found.setdefault(entry["claim"], {})[entry["size"]] = how_of(entry)
        return found

    @property
    def facts(self) -> Facts:
        found: dict[str, dict[str, Any]] = {}
        for entry in self.witnessed.of(self.name):
            sentence = entry["sentence"]
            before, _, after = sentence.partition("network ")
            fact: dict[str, Any] = {
                "kind": entry["kind"],
                "says": (before + after.partition(" ")[2])[:300] if after else sentence[:300],
            }
            reading = entry.get("reading") or {}
            if "relation" in reading:
                fact |= {key: reading[key] for key in ("relation", "parameters", "activations")}
            found.setdefault(entry["claim"], {})[entry["size"]] = fact
        return found

    def _built(self, labels: Sequence[str]) -> dict[str, Network]:
        """The networks of the first sizes, built, where no certificate holds one."""
        if self.description.form == "limit" or not labels:
            return {}
        try:
            built = build(self.file, None, tuple(labels[:4]))
        except ProofcheckError:
            return {}  # its evidence says what is wrong with it
        return {job.size: read_network(job.network) for job in built.jobs if job.network and not job.error}


def page(
    subject: Subject, others: Sequence[Subject], papers: Mapping[str, Any], bounds: Mapping[str, Any], link: str
) -> dict[str, Any]:
    """All that the template of a construction's page reads, without downloads and history."""
    description, claims = subject.description, subject.claims
    idea, derivation = prose.lead(description.docstring)
    score = subject.witnessed.scores.get(subject.name)
    plots = _plots(subject)
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
        "bounds": _bounds(bounds.get(subject.name), others),
        "claims": [_claim(claim, subject) for claim in claims],
        "floors": _floors(claims),
        "mutants": mutants_words(score) if description.form != "limit" else "",
        "mutant_lines": [*score["complaints"], *([f"slack declared: {score['slack']}"] if score["slack"] else [])]
        if score
        else [],
        "figure": _figure(subject),
        "no_figure": _no_figure(subject),
        "plots": plots,
        "table": _table(subject),
        "derivation": prose.paragraphs(derivation),
        "relations": _relations(subject, others),
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
        {"stated": "bound as stated", "after": "after its idea", "ours": "our construction"}[source.fidelity],
    ]
    parts += [subject_of(subject.file.shown), *([", ".join(kinds).replace("relu", "ReLU").replace("_", " ")] if kinds else [])]
    return {
        "name": subject.name,
        "title": prose.title(subject.description.title),
        "idea": prose.inline(subject.description.summary or idea),
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
    from proofcheck.site.views import ORDER

    return min(2, ORDER.index(claim.weakest))  # what is established or certified keeps its order


def _neurons(network: Network) -> int:
    return sum(network.activations[i].kind != "identity" for i in network.activation.tolist())


def _statement(claim: ClaimView) -> dict[str, str]:
    """The claim in words and mathematics: the quantifier in the sentence, the formula on a line of its own."""
    where = scope_html(size_words([entry["size"] for entry in claim.entries]))
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
        at = f" At {scope_html(shown.size)}:" if len(claim.entries) > 1 else ""
        words = f"<p>For {where}.{at} {prose.inline(_readable(shown.sentence))}</p>"
    else:
        words = f"<p>For {where}: {escape(claim.kind)}. No statement is in the evidence.</p>"
    assumed = list(dict.fromkeys(text for s in claim.settlements for text in s.assumptions))
    if assumed:
        after = "Assuming " + "; ".join(prose.inline(text) for text in assumed) + "."
    return {"name": claim.name, "words": words, "formula": formula.replace("<math>", '<math display="block">'), "after": after}


def _readable(sentence: str) -> str:
    before, found, after = sentence.partition("network ")
    words = f"{before}the network {after.partition(' ')[2]}" if found and " " in after else sentence
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


def _bounds(given: Mapping[str, Any] | None, others: Sequence[Subject]) -> dict[str, Any] | None:
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


def _claim(claim: ClaimView, subject: Subject) -> dict[str, Any]:
    head = prose.inline(claim.name[0].upper() + claim.name[1:])
    rows: list[tuple[str, str]] = []
    several = len(claim.settlements) > 1
    for settlement in claim.settlements:
        at = f" at {settlement.mark.scope}" if several else ""
        rows += _settlement(settlement, escape(at))
    floor = claim.description.floor.name.lower()
    rows.append(("Floor", f"{floor}: met" if claim.met else f'{floor}: <span class="under">not met</span>'))
    made = subject.witnessed.made
    dated = made.get("date", "")
    seconds = sum(s.seconds for s in claim.settlements)
    parts = [dated, made.get("versions", ""), f"{seconds:.2f} s" if seconds >= 0.005 else ""]
    checked = "; ".join(part for part in parts if part)
    if checked:
        rows.append(("Checked", escape(checked)))
    if claim.shown is not None and claim.shown.certificate:
        at = f" ({scope_html(claim.shown.size)})" if claim.shown.size else ""
        digest = claim.shown.certificate
        grouped = " ".join(digest[i : i + 4] for i in range(0, 32, 4))
        rows.append(("Certificate", f'<span class="hash" title="{digest}">sha256 {grouped} …</span>{at}'))
    return {"head": head, "marks": claim.marks, "rows": rows}


def _settlement(settlement: Settlement, at: str) -> list[tuple[str, str]]:
    rows: list[tuple[str, str]] = []
    scopes = settlement.scopes
    if scopes and scopes[0] not in ("this network",):
        text = scopes[0] if len(scopes) == 1 else f"{scopes[0]}, …, {scopes[-1].removeprefix('all inputs in ')}"
        rows.append((f"Inputs{at}", scope_html(text if len(text) < 260 else f"{text[:240]} … (in full in the JSON download)")))
    if settlement.methods:
        rows.append(
            (
                f"Method{at}",
                escape(", ".join(settlement.methods))
                + (f"; {settlement.checked} inputs evaluated" if settlement.checked else ""),
            )
        )
    if settlement.mark.how == "certified":
        rows.append((f"Trust{at}", "the kernel and Python’s integers"))
    elif settlement.trust or settlement.mark.how == "established":
        rows.append((f"Trust{at}", escape("; ".join(settlement.trust)) or "the checkers of this package and Python’s integers"))
    if settlement.mark.how in ("certified", "established", "unrefuted"):
        rows.append((f"Assuming{at}", "; ".join(prose.inline(text) for text in settlement.assumptions) or "nothing"))
    if settlement.reasons and settlement.mark.how not in ("certified",):
        rows.append((f"Because{at}", prose.inline("; ".join(settlement.reasons[:3]))))
    for size, witness in settlement.witnesses[:2]:
        values = {key: ", ".join(str(rational_of(v)) for v in witness[key][:12]) for key in ("inputs", "found", "expected")}
        where = f"at {scope_html(size)}: " if size else ""
        point = f"input {values['inputs']}; " if values["inputs"] else ""
        rows.append(("Witness", f"{where}{point}found {values['found']}, expected {values['expected']}"))
    return rows


def _floors(claims: Sequence[ClaimView]) -> str:
    below = sum(not claim.met for claim in claims)
    return "every floor met" if not below else f"{below} below the floor"


def _figure(subject: Subject) -> dict[str, Any] | None:
    if subject.drawn is None:
        return None
    size, network, figure = subject.drawn
    digest = network.digest[:12]
    return {
        "size": scope_html(size),
        "caption": f"{_neurons(network)} neurons in {figure.depth} hidden layer{'s' * (figure.depth != 1)}; network <code>{digest}</code>.",
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


def _plots(subject: Subject) -> list[dict[str, str]]:
    """A plot for each measure of which a claim gives a formula in one whole parameter."""
    found: dict[str, dict[str, str]] = {}
    for claim in subject.claims:
        readings = {str(r["relation"]): r["relation"] for e in claim.entries if "relation" in (r := e.get("reading") or {})}
        if len(readings) != 1 or not claim.relation:
            continue
        relation = relation_of(next(iter(readings.values())))
        names = relation.parameters()
        fact = next((e["reading"] for e in claim.entries if "relation" in (e.get("reading") or {})), None)
        alone = measured(fact) if fact else []
        if len(names) != 1 or not alone or alone[0][0] in found or alone[0][0] not in MEASURES:
            continue
        (parameter,) = names
        measure, op, _ = alone[0]
        side = relation.right if relation.left.op == "measure" else relation.left
        dots = []
        for entry in claim.entries:
            value = (entry.get("reading") or {}).get("parameters", {}).get(parameter)
            if type(value) is int and entry["size"] in subject.counted and hasattr(subject.counted[entry["size"]], measure):
                dots.append((value, Fraction(getattr(subject.counted[entry["size"]], measure))))
        if len(dots) < FEWEST:
            continue

        def claimed(n: int, side: Any = side, parameter: str = parameter) -> Fraction | None:
            try:
                return Fraction(side.value({}, {parameter: n}))
            except ProofcheckError:
                return None

        plot = Plot(measure.replace("_", " "), parameter, tuple(sorted(dots)), claimed, op, mathml(of_size(side)))
        sign = "" if op == "==" else "at most " if op == "<=" else "at least "
        found[measure] = {"title": plot.measure.capitalize(), "formula": sign + plot.formula, "svg": plot.svg()}
    order = [m for m in (*COUNTED, *found) if m in found]
    return [found[m] for m in dict.fromkeys(order)][:6]


def _table(subject: Subject) -> dict[str, Any] | None:
    if not subject.counted:
        return None
    rows = list(subject.counted.items())
    kept = (
        rows
        if len(rows) <= 24
        else [r for i, r in enumerate(rows) if i < 12 or i % max(1, len(rows) // 12) == 0 or i == len(rows) - 1]
    )
    measures = ("inputs", "outputs", *COUNTED, "weight_bits")
    return {
        "measures": [m.replace("_", " ") for m in measures],
        "rows": [(scope_html(size), [str(getattr(found, m)) for m in measures]) for size, found in kept],
    }


def _relations(subject: Subject, others: Sequence[Subject]) -> list[tuple[str, list[dict[str, Any]]]]:
    """Who makes the same statement at some size, who shares its source: found from hashes of statements and from citations."""
    mine = _meanings(subject)
    same, paper = [], []
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
    return [(head, rows) for head, rows in found if rows] or [
        (
            "Compare",
            [{"href": "", "words": "no other construction here makes the same statement or has the same source", "mark": None}],
        )
    ]


def _meanings(subject: Subject) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for entry in subject.witnessed.of(subject.name):
        if entry["kind"] in ("computes", "approximates", "property") and entry["statement"]:
            found.setdefault(entry["statement"], []).append(entry["size"])
    return found


def certificates(subject: Subject) -> list[tuple[str, str, bytes]]:
    """(claim, file name, bytes) of the certificates to offer: of each claim the one that is written out."""
    found = []
    for claim in subject.claims:
        data = subject.witnessed.certificates.get(claim.shown.certificate) if claim.shown is not None else None
        if data is not None and len(data) <= LARGEST_DOWNLOAD and len(found) < MOST_CERTIFICATES:
            words = "".join(c if c.isalnum() else "_" for c in f"{claim.name}.{claim.shown.size if claim.shown else ''}")
            found.append((claim.name, f"{words.strip('_')}.cert", data))
    return found


def _replay(subject: Subject) -> dict[str, str]:
    offered = certificates(subject)
    if offered:
        return {
            "replay_words": "Replay a downloaded certificate with the kernel alone, nothing else installed:",
            "replay": f"python -P -m proofcheck.kernel {offered[0][1]}",
        }
    return {"replay_words": "Judge every claim again:", "replay": f"proofcheck gate {subject.file.shown}"}


def digest_of(data: bytes) -> str:
    """SHA-256 in hex."""
    return sha256(data).hexdigest()


def text_of_file(path: Path) -> str:
    """The text of a construction file."""
    return path.read_text(encoding="utf-8")
