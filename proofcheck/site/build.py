"""Write the site: every page from constructions, evidence and the notes on literature beside the constructions.

The pages are written into a fresh folder that then takes the place of the old one, so a site is never half new. Nothing is
written over that is no site.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from proofcheck.catalogue.discovery import ConstructionFile
from proofcheck.catalogue.listing import described
from proofcheck.errors import InputError, UsageError
from proofcheck.networks import network_bytes
from proofcheck.site import catalogue_pages, literature
from proofcheck.site.evidence import Witnessed
from proofcheck.site.exports import exports
from proofcheck.site.graph import graph_of
from proofcheck.site.manual import Document, documents, menu
from proofcheck.site.pages import LARGEST_DOWNLOAD, certificates, file_name, page, row, script_json, text_of_file
from proofcheck.site.reference import reference
from proofcheck.site.subject import Subject
from proofcheck.site.views import LETTERS
from proofcheck.site.widths import widths

HERE = Path(__file__).parent
MARKER = ".proofcheck-site"
LEGEND = (
    ("hc", LETTERS["certified"], "certified", "the kernel replayed a certificate"),
    ("he", LETTERS["established"], "established", "exhausted, solved, enclosed or tested; names whom to trust"),
    ("us", LETTERS["unrefuted"], "unrefuted", "only samples were tried"),
    ("un", LETTERS["unknown"], "unknown", "with the reason"),
    ("rf", LETTERS["refuted"], "refuted", "a witness replays exactly"),
    ("if", "", "assuming", "rests on a premise nobody checked"),
)
NAV = (
    ("index.html", "Constructions"),
    ("graph.html", "Dependencies"),
    ("widths.html", "Widths"),
    ("theorems.html", "Not built"),
    ("status.html", "Status"),
    ("docs/index.html", "Docs"),
)


@dataclass(frozen=True)
class Made:
    """What was written: files with their sizes in bytes, relative to the folder."""

    folder: Path
    files: Mapping[str, int]


@dataclass
class Writer:
    """Collects files below a folder."""

    folder: Path
    sizes: dict[str, int] = field(default_factory=dict)

    def write(self, name: str, data: bytes | str) -> None:
        raw = data.encode() if isinstance(data, str) else data
        target = self.folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(raw)
        self.sizes[name] = len(raw)


def write_site(
    folder: str | Path,
    subjects: Sequence[Subject],
    witnessed: Witnessed,
    root: Path | None = None,
    history: Mapping[str, Sequence[str]] | None = None,
    manual: Path | None = None,
) -> Made:
    """Write the site of these constructions. root: where their `_literature` folder lies. history: lines by construction.
    manual: a folder of Markdown files that become pages of the site.

    Raises UsageError for a folder that exists and is no site, InputError for notes on literature that are malformed.
    """
    target = Path(folder)
    if target.exists() and not (target / MARKER).is_file() and (not target.is_dir() or any(target.iterdir())):
        raise UsageError(f"{folder} exists and holds no site: give a new folder, or one that this command wrote")
    if not subjects:
        raise InputError("there are no constructions to make pages of")
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{target.name}.", dir=target.parent) as fresh:
        writer = Writer(Path(fresh) / "site")
        _write(writer, subjects, witnessed, literature.read(root), history or {}, documents(manual) if manual is not None else [])
        writer.write(MARKER, "a site written by proofcheck: this folder is replaced as a whole\n")
        old = Path(fresh) / "old"
        if target.exists():
            target.rename(old)
        writer.folder.rename(target)
        shutil.rmtree(old, ignore_errors=True)
    return Made(target, writer.sizes)


def _write(
    writer: Writer,
    subjects: Sequence[Subject],
    witnessed: Witnessed,
    notes: literature.Literature,
    history: Mapping[str, Sequence[str]],
    manual: Sequence[Document],
) -> None:
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    nav = [entry for entry in NAV if entry[0] != "widths.html" or notes.widths]
    nav = [entry for entry in nav if entry[0] != "theorems.html" or notes.roster]
    nav = [entry for entry in nav if entry[0] != "docs/index.html" or manual]
    claims = [claim for subject in subjects for claim in subject.claims]
    made = witnessed.made
    dated = f"of {made['date']} " if "date" in made else ""
    site = {
        "nav": nav,
        "legend": LEGEND,
        "count_words": f"{len(subjects)} construction{'s' * (len(subjects) != 1)} and {len(claims)} claims",
        "built": f"Built from {len(subjects)} constructions and {dated}evidence: {witnessed.origin}.",
        "kernel": made.get("kernel", ""),
        "licence": "Code and statements under Apache-2.0",
    }

    def render(name: str, template: str, **context: Any) -> None:
        up = "../" * name.count("/")
        writer.write(name, environment.get_template(template).render(site=site, here=name, up=up, **context))

    for subject in subjects:
        downloads, note = _downloads(writer, subject)
        context = page(subject, subjects, notes.papers, notes.bounds, f"c/{subject.name}.html")
        context |= {
            "downloads": downloads,
            "download_note": note,
            "history": list(history.get(subject.name, ())) or [catalogue_pages.now(subject, made)],
        }
        render(f"c/{subject.name}.html", "construction.html", c=context)
    items = [subject.item() for subject in subjects]
    rows = [row(subject, notes.papers) for subject in subjects]
    render(
        "index.html",
        "index.html",
        rows=rows,
        items=script_json(catalogue_pages.compact(items)),
        facets=catalogue_pages.facets(items, subjects, notes.papers),
    )
    graph = graph_of((s.name, s.description.form, s.source, s.claims) for s in subjects)
    render("graph.html", "graph.html", graph=graph, data=script_json(graph.data()), rows=catalogue_pages.graph_rows(graph))
    render("status.html", "status.html", **catalogue_pages.status(subjects, notes, witnessed))
    if notes.widths:
        render("widths.html", "widths.html", **widths(notes.widths, subjects))
    if notes.roster:
        render("theorems.html", "theorems.html", **catalogue_pages.theorems(notes.roster))
    if manual:
        pages = [*manual, reference()]
        for document in pages:
            listed = menu(pages, document.name)
            render(f"docs/{document.name}.html", "manual.html", page=document, menu=listed)
        start = next((document for document in pages if document.name == "tutorial"), pages[0])
        render("docs/index.html", "manual.html", page=start, menu=menu(pages, start.name))
    for name in ("site.css", "site.js"):
        writer.write(name, (HERE / "static" / name).read_bytes())


def _downloads(writer: Writer, subject: Subject) -> tuple[list[dict[str, str]], str]:
    """Write what can be downloaded of a construction, and list it."""
    base = f"d/{subject.name}"
    found: list[dict[str, str]] = []

    def offer(name: str, data: bytes, words: str, note: str) -> None:
        writer.write(f"{base}/{name}", data)
        found.append({"href": f"{base}/{name}", "words": words, "note": f"{note}, {_kilobytes(len(data))}"})

    if subject.drawn is not None:
        size, network, _ = subject.drawn
        data = network_bytes(network)
        if len(data) <= LARGEST_DOWNLOAD:
            offer(f"{subject.name}.{file_name(size)}.net", data, "Network", size)
    for claim, name, data in certificates(subject):
        offer(name, data, "Certificate", claim)
    refused = []
    for export in exports(subject):
        if export.data is None:
            refused.append(f"{export.words}: {export.note}")
        elif len(export.data) <= LARGEST_DOWNLOAD:
            offer(f"{subject.name}.{export.ending}", export.data, export.words, export.note)
    everything = {
        "name": subject.name,
        "path": subject.file.shown,
        "description": subject.description.json(),
        "evidence": [dict(entry) for entry in subject.witnessed.of(subject.name)],
        "mutants": dict(subject.witnessed.scores.get(subject.name, {})),
        "origin": subject.witnessed.origin,
        "made": dict(subject.witnessed.made),
    }
    offer(f"{subject.name}.json", json.dumps(everything, indent=1, sort_keys=True).encode(), "JSON", "all evidence")
    offer(f"{subject.name}.py", subject.source.encode(), "Construction", "Python")
    note = f"Certificates of all sizes: proofcheck gate {subject.file.shown} --bundle {subject.name}.bundle"
    return found, ". ".join([note, *refused])


def _kilobytes(size: int) -> str:
    return f"{max(1, round(size / 1000))} kB"


def subject_of_file(file: ConstructionFile, witnessed: Witnessed) -> Subject:
    """What a page is made of, from a construction's file and its evidence. Raises ConstructionError for no construction."""
    return Subject(file, described(file), text_of_file(file.path), witnessed)
