"""What is to be judged: each claim of each construction at each size, as data that can be sent to another process."""

from __future__ import annotations

import json
import time
from collections import deque
from collections.abc import Generator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeout
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase

from proofcheck.catalogue.building import Built, Job, Wanted
from proofcheck.catalogue.description import ClaimDescription, Description
from proofcheck.catalogue.discovery import ConstructionFile
from proofcheck.catalogue.kept import build_or_recall
from proofcheck.catalogue.listing import described, remember
from proofcheck.checkers.processes.limited import Running
from proofcheck.claims.evidence import Finding, Strength, Verdict
from proofcheck.claims.judged import Evidence
from proofcheck.errors import ProofcheckError, UsageError

AHEAD = 2


@dataclass(frozen=True)
class Selection:
    """Which claims and sizes. only: a pattern for "construction::claim". claim: one name. sizes: as `build` takes them.

    labels: sizes of `at` by label; elements: other sizes instead of `at`.
    """

    only: str = ""
    claim: str = ""
    labels: tuple[str, ...] | None = None
    elements: tuple[tuple[int, ...], ...] | None = None

    def takes(self, construction: str, claim: str) -> bool:
        """Whether the claim is among those asked for."""
        if self.claim and claim != self.claim:
            return False
        return not self.only or matches(self.only, construction, claim)


@dataclass(frozen=True)
class Case:
    """One claim at one size: all that a worker needs to judge it. files, sources: what the construction read, as in `Built`."""

    file: ConstructionFile
    form: str
    claim: ClaimDescription
    job: Job
    sources: str
    files: Mapping[str, str]
    declared: str
    elements: tuple[tuple[int, ...], ...] | None = None


def matches(pattern: str, construction: str, claim: str) -> bool:
    """Whether a pattern names the claim: as a glob of its whole name, its construction or its own name, or as a part."""
    name = f"{construction}::{claim}"
    if any(fnmatchcase(text, pattern) for text in (name, construction, claim)):
        return True
    return not any(c in pattern for c in "*?[") and pattern in name


def plan(
    files: Sequence[ConstructionFile], selection: Selection, end: float | None = None, spent: str = "", afresh: bool = False
) -> Generator[tuple[ConstructionFile, list[Case] | Evidence]]:
    """For each file its cases, or the evidence that it cannot be judged. Builds a little ahead of the reader.

    What is not built at the monotonic time `end` is unknown, because of `spent`. afresh: whatever the local cache holds.
    """
    with ThreadPoolExecutor(AHEAD) as pool:
        waiting: deque[tuple[ConstructionFile, Running, Future[list[Case]]]] = deque()
        rest = iter(files)
        try:
            while True:
                while len(waiting) < AHEAD and (file := next(rest, None)) is not None:
                    running = Running()
                    waiting.append((file, running, pool.submit(_cases, file, selection, running, afresh)))
                if not waiting:
                    return
                file, running, future = waiting[0]
                item: list[Case] | Evidence
                try:
                    item = future.result(None if end is None else max(0.0, end - time.monotonic()))
                except UsageError:
                    raise
                except FutureTimeout:
                    running.end()
                    item = unjudged(file, spent, unknown=True)
                except ProofcheckError as error:
                    item = unjudged(file, str(error))
                except Exception as error:  # noqa: BLE001 - a file that breaks the machinery does not hide the others
                    item = replace(unjudged(file, f"internal fault, {type(error).__name__}: {error}"), fault=True)
                waiting.popleft()
                yield file, item
        finally:
            for _, running, _ in waiting:
                running.end()
            pool.shutdown(wait=False, cancel_futures=True)


def unjudged(file: ConstructionFile, problem: str, unknown: bool = False) -> Evidence:
    """The evidence about a whole file: bad input, or unknown when nobody looked at it."""
    finding = Finding(Verdict.UNKNOWN, None, "none", "", reason=problem) if unknown else None
    return Evidence(
        file.name, "", "construction", "", Strength.ESTABLISHED, finding, problem="" if unknown else problem, path=file.shown
    )


def _cases(file: ConstructionFile, selection: Selection, running: Running, afresh: bool) -> list[Case]:
    names = None
    if selection.only or selection.claim:
        description = described(file)
        if selection.claim and description.claim(selection.claim) is None:
            known = ", ".join(claim.name for claim in description.claims)
            raise UsageError(f"{file.name} has no claim {selection.claim!r}: it has {known}")
        names = [claim.name for claim in description.claims if selection.takes(file.name, claim.name)]
        if not names:
            return []
    built = build_or_recall(file, Wanted(names, selection.labels, selection.elements), running, afresh)
    remember(built)
    return cases_of(built, selection.elements)


def cases_of(built: Built, elements: tuple[tuple[int, ...], ...] | None = None) -> list[Case]:
    """The cases of a construction that was built, claim after claim."""
    order = {claim.name: i for i, claim in enumerate(built.description.claims)}
    jobs = sorted(built.jobs, key=lambda job: order[job.claim])
    declared = {name: declared_by(built.description, name) for name in order}
    return [
        Case(
            built.file,
            built.description.form,
            _claim(built.description, job.claim),
            job,
            built.sources,
            built.files,
            declared[job.claim],
            elements,
        )
        for job in jobs
    ]


def declared_by(description: Description, name: str) -> str:
    """What a construction and its claim of this name declare, as canonical JSON: title, source, form, slack and the like."""
    whole = description.json()
    if not description.slack:
        del whole["slack"]
    claim = next(claim for claim in whole.pop("claims") if claim["name"] == name)
    construction = {key: value for key, value in whole.items() if key not in ("summary", "docstring", "parameters")}
    other = {key: value for key, value in claim.items() if key not in ("name", "kind", "floor", "sizes")}
    return json.dumps({"construction": construction, "claim": other}, sort_keys=True, separators=(",", ":"))


def _claim(description: Description, name: str) -> ClaimDescription:
    claim = description.claim(name)
    assert claim is not None
    return claim
