"""`proofcheck site`: the catalogue as static pages, from constructions and evidence alone."""

from __future__ import annotations

import time
from argparse import Namespace
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from proofcheck.catalogue.discovery import DEFAULT_ROOT, ConstructionFile, discover
from proofcheck.catalogue.fingerprint import sha256_of
from proofcheck.catalogue.listing import known
from proofcheck.catalogue.store import local_store
from proofcheck.checkers.processes.fence import lacks
from proofcheck.commands.versions import versions
from proofcheck.errors import InputError, ProofcheckError, UsageError
from proofcheck.gate.compare import compare
from proofcheck.gate.evidence_file import Entry, read_entries
from proofcheck.gate.report import final_code
from proofcheck.gate.run import Options, run_gate
from proofcheck.site.build import Made, subject_of_file, write_site
from proofcheck.site.evidence import Witnessed, of_file, of_run
from proofcheck.site.subject import Subject


def site(options: Namespace) -> int:
    """Write the pages. With --evidence nothing is judged; otherwise a gate runs first, through the local cache."""
    begin = time.monotonic()
    if options.mutants < 0 or options.workers < 1:
        raise UsageError("--mutants is at least 0, -j at least 1")
    files = discover(options.paths)
    earlier = [read_entries(path) for path in options.earlier]
    witnessed = _of_file(options.evidence, files, options.workers) if options.evidence else _of_run(files, options)
    subjects = []
    for file in files:
        try:
            subjects.append(subject_of_file(file, witnessed))
        except ProofcheckError as error:
            raise InputError(f"no page can be made of it: {error}", file.shown) from None
    manual = Path(options.docs or "docs")
    if options.docs and not manual.is_dir():
        raise UsageError(f"--docs {options.docs} is no folder: give one of Markdown files")
    history = _history(subjects, earlier)
    made = write_site(options.folder, subjects, witnessed, _root(files), history, manual if any(manual.glob("*.md")) else None)
    print("\n".join(_summary(made, len(subjects), time.monotonic() - begin)))
    return 0


def _of_run(files: Sequence[ConstructionFile], options: Namespace) -> Witnessed:
    from proofcheck.commands.judging import watching

    with watching() as watch:
        judged = run_gate(files, Options(workers=options.workers, mutants=options.mutants), watch)
    return of_run(judged, final_code(judged.evidence, (), judged.scores), lacks(), versions())


def _of_file(path: str, files: Sequence[ConstructionFile], workers: int) -> Witnessed:
    folder = local_store().folder

    def stored(digest: str) -> bytes | None:
        try:
            return (folder / "certificates" / f"{digest}.cert").read_bytes()
        except OSError:
            return None

    with ThreadPoolExecutor(workers) as pool:
        read = list(pool.map(known, files))
    sources = {file.name: [*built.files.values(), sha256_of(file.path)] for file, built in zip(files, read, strict=True)}
    found = of_file(path, stored, sources, workers)
    kernel_words = {"kernel": versions()["kernel"]}
    return replace(found, made={**kernel_words, **found.made})


def _root(files: Sequence[ConstructionFile]) -> Path | None:
    """The folder of constructions whose notes on literature are shown."""
    roots = {file.root for file in files}
    return next((root for root in roots if root.name == DEFAULT_ROOT), next(iter(roots), None))


def _history(subjects: Sequence[Subject], earlier: Sequence[Sequence[Entry]]) -> Mapping[str, Sequence[str]]:
    """What changed between older evidence files, in the order given, by construction."""
    lines: dict[str, list[str]] = {}
    names = {subject.name for subject in subjects}
    for before, after in pairwise(earlier):
        for change in compare(before, after):
            name = change.subject.partition("::")[0]
            if name in names:
                lines.setdefault(name, []).append(change.text)
    return lines


def _summary(made: Made, constructions: int, seconds: float) -> list[str]:
    pages = {name: size for name, size in made.files.items() if name.endswith(".html")}
    heaviest = max(pages, key=lambda name: pages[name])
    shared = made.files["site.css"] + made.files["site.js"]
    return [
        f"{made.folder}: {len(pages)} pages of {constructions} construction{'s' * (constructions != 1)} in {seconds:.1f} s",
        f"the heaviest page is {heaviest}, {(pages[heaviest] + shared) / 1000:.0f} kB with style and script",
    ]
