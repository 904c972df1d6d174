"""`proofcheck gate` and `proofcheck check`: judge constructions, print what was found, end with the exit code."""

from __future__ import annotations

import re
import sys
from argparse import Namespace
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from proofcheck.catalogue.discovery import ConstructionFile, discover, find
from proofcheck.catalogue.listing import described
from proofcheck.checkers.processes.fence import lacks
from proofcheck.claims.judged import NOTHING_CHECKED, Evidence, Status
from proofcheck.commands.networks import check_writable
from proofcheck.commands.versions import versions
from proofcheck.errors import UsageError, printable
from proofcheck.gate.bundle import bundle_bytes
from proofcheck.gate.change import Change, change_lines, weaker
from proofcheck.gate.compare import compare
from proofcheck.gate.error_budget import error_budget_lines
from proofcheck.gate.evidence_file import entries, evidence_json, read_entries
from proofcheck.gate.github import in_actions, muted, tell
from proofcheck.gate.machine_reports import junit_xml
from proofcheck.gate.plan import Selection
from proofcheck.gate.report import brief_lines, fence_lines, final_code, report_lines, settled_word, summary_lines
from proofcheck.gate.run import Judged, Options, Watch, run_gate
from proofcheck.gate.sarif import sarif_json
from proofcheck.gate.shards import Shard, part_of
from proofcheck.gate.sizes_asked import sizes_asked
from proofcheck.networks.files import write_whole

UNITS = {"": 1, "s": 1, "m": 60, "h": 3600}
COLOURS = {
    "ok": "green",
    "REFUTED": "bold red",
    "WEAKER": "bold yellow",
    "UNKNOWN": "bold yellow",
    "ERROR": "bold red",
    "FAULT": "bold red",
}


def gate(options: Namespace) -> int:
    """Judge every claim of the constructions at the given paths."""
    files = discover(options.paths)
    base = None if options.base is None else read_entries(options.base)
    if options.mutants < 0:
        raise UsageError(f"--mutants {options.mutants} was given: the number of mutants is at least 0")
    if options.workers < 1:
        raise UsageError(f"-j {options.workers} was given: the number of processes is at least 1")
    for path in (options.json, options.junit, options.sarif, options.bundle):
        check_writable(path)
    shard = _shard(options)
    run = Options(
        Selection(only=options.only),
        deadline=seconds(options.budget),
        recheck=options.recheck,
        workers=options.workers,
        mutants=0 if shard else options.mutants,
        shard=shard,
        cluster=options.cluster,
    )
    judged = _judged(files, run)
    evidence, scores = judged.evidence, judged.scores
    changes: list[Change] = []
    if base is not None:
        changes = compare([e for e in base if not e.claim or run.selection.takes(e.construction, e.claim)], entries(evidence))
    worse = [change.text for change in weaker(changes)]
    code = final_code(evidence, worse, scores)
    remarks = [] if run.mutants else ["no mutants were run: how much the claims say was not measured"]
    if options.only and not evidence and not shard:
        remarks = [f"no claim matches --only {options.only}: proofcheck list shows what there is"]
    if shard:
        remarks += [f"part {shard.number} of {shard.count}: the other parts are to be judged too (proofcheck merge)"]
        code = 0 if code == NOTHING_CHECKED else code  # nothing fell into this part
    part = None if shard is None else part_of(shard, options.only, judged.planned)
    in_job = options.github or in_actions()
    with muted(in_job):
        _print(judged, changes, remarks, options.summary)
    if options.json:
        content = evidence_json(evidence, code, changes, lacks(), scores, versions(), part)
        write_whole(content.encode(), options.json)
    if options.junit:
        write_whole(junit_xml(evidence, worse, scores).encode(), options.junit)
    if options.sarif:
        write_whole(sarif_json(evidence, worse, scores, code).encode(), options.sarif)
    if options.bundle:
        write_whole(bundle_bytes(evidence, code, changes, lacks(), scores), options.bundle)
    if in_job:
        tell(evidence, worse, scores, code)
    return code


def _shard(options: Namespace) -> Shard | None:
    """The part that is asked for. Raises UsageError for no such part, or with what needs all of them."""
    if options.shard is None:
        return None
    found = re.fullmatch(r"([0-9]{1,6})/([0-9]{1,6})", options.shard)
    if found is None:
        raise UsageError(f"the shard {options.shard!r} was asked for: i/k with 1 <= i <= k is expected")
    if options.base is not None or options.bundle is not None:
        raise UsageError("--base and --bundle are of a whole gate: leave them out with --shard, and compare what merge wrote")
    return Shard(int(found[1]), int(found[2]))


def check(options: Namespace) -> int:
    """Judge one construction, or one of its claims, at its own sizes or at those asked for."""
    name, _, claim = options.name.partition("::")
    file = find(name)
    labels, elements = sizes_asked(options.size, described(file)) if options.size is not None else (None, None)
    judged = _judged([file], Options(Selection(claim=claim, labels=labels, elements=elements)))
    _print(judged, [])
    return final_code(judged.evidence)


def seconds(text: str | None) -> float | None:
    """A time such as 90s, 10m, 2h in seconds. Raises UsageError for anything else."""
    if text is None:
        return None
    match = re.fullmatch(r"(\d+(?:\.\d+)?)([smh]?)", text)
    if match is None:
        raise UsageError(f"{text!r} is no time: write 90s, 10m or 2h")
    return float(match[1]) * UNITS[match[2]]


def _judged(files: Sequence[ConstructionFile], options: Options) -> Judged:
    with watching() as watch:
        return run_gate(files, options, watch)


@contextmanager
def watching() -> Iterator[Watch]:
    """A progress bar on standard error when that is a terminal; otherwise nothing."""
    if not sys.stderr.isatty():
        yield Watch()
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    left = (TextColumn("left"), TimeRemainingColumn(compact=True))
    found = TextColumn("{task.fields[found]}")
    columns = (BarColumn(20), MofNCompleteColumn(), TimeElapsedColumn(), *left, found, TextColumn("{task.description}"))
    counts: Counter[str] = Counter()
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("building", total=0, found="")

        def planned(count: int) -> None:
            progress.update(task, total=(progress.tasks[0].total or 0) + count)

        def done(evidence: Evidence) -> None:
            counts[settled_word(evidence)] += 1
            words = ", ".join(f"{count} {how}" for how, count in counts.most_common())
            progress.update(task, advance=1 if evidence.claim else 0, found=words)
            if evidence.status is not Status.MET:
                progress.console.print(f"{evidence.status.name.lower()}: {evidence.identity}", markup=False, highlight=False)

        yield Watch(planned, lambda text: progress.update(task, description=text), done)


def _print(judged: Judged, changes: Sequence[Change], remarks: Sequence[str] = (), brief: bool = False) -> None:
    """The report on standard output, coloured only on a terminal; the words alone say everything."""
    evidence = judged.evidence
    lines = [
        *(brief_lines(evidence, judged.scores) if brief else report_lines(evidence, judged.scores)),
        *change_lines(changes),
        *error_budget_lines(evidence),
        *fence_lines(lacks()),
        *remarks,
        *summary_lines(evidence, [change.text for change in weaker(changes)], judged.scores),
    ]
    if not sys.stdout.isatty():
        print(printable("\n".join(lines)))
        return
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False)
    for line in lines:
        text = Text(printable(line), no_wrap=True, overflow="ignore")
        mark = line[2:10].strip()
        if line.startswith("  ") and mark in COLOURS:
            text.stylize(COLOURS[mark], 2, 2 + len(mark))
        elif line and not line.startswith(" "):
            text.stylize("bold")
        console.print(text, soft_wrap=True)
