"""Ask a child process what a construction says and builds, and believe none of it unread.

Two children under different hash seeds, which build the sizes in opposite orders, must answer alike, bit for bit. A
construction can make its child say anything, so what the catalogue demands is checked here on the parsed values: every
claim at every size asked for, once, and the digests of the files on disk. Networks, circuits and statements are read by
whoever judges them.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from proofcheck.catalogue.asking import ask, one_line
from proofcheck.catalogue.description import Description, description_of
from proofcheck.catalogue.discovery import ConstructionFile
from proofcheck.catalogue.fingerprint import LARGEST_SOURCE, sha256_of, unchanged
from proofcheck.checkers.processes.limited import Running
from proofcheck.claims.sizes import sizes_of
from proofcheck.errors import ConstructionError, ProofcheckError

SEEDS = (1, 2)
MOST_FILES = 10_000


@dataclass(frozen=True)
class Job:
    """One claim at one size, as data: a network file, a statement, perhaps a circuit. `error`: why there is none.

    A claim about a limit or a family has no network, and the bytes are empty. steps: hints for a proof, TERMS as JSON, or "".
    """

    claim: str
    size: str
    network: bytes = b""
    statement: str = ""
    circuit: bytes | None = None
    reference: bool = False
    error: str = ""
    steps: str = ""


@dataclass(frozen=True)
class Wanted:
    """What is to be built: these claims or all, the sizes of `at` with these labels or all, or other sizes, `elements`."""

    claims: Sequence[str] | None = None
    labels: Sequence[str] | None = None
    elements: Sequence[Sequence[int]] | None = None


@dataclass(frozen=True)
class Built:
    """What a construction file says, and what it built. `files`: SHA-256 of each file of a project that it read, by path."""

    file: ConstructionFile
    description: Description
    files: Mapping[str, str]
    jobs: tuple[Job, ...] = ()

    @cached_property
    def sources(self) -> str:
        """One SHA-256 for the files."""
        return hashlib.sha256("\n".join(f"{name} {digest}" for name, digest in sorted(self.files.items())).encode()).hexdigest()


def describe(file: ConstructionFile) -> Built:
    """Import the construction in a child and return what it says, without building. Raises ConstructionError."""
    answer, _ = ask(file, {"mode": "describe"})
    return _built(file, answer, {})


def build(
    file: ConstructionFile,
    claims: Sequence[str] | None = None,
    labels: Sequence[str] | None = None,
    elements: Sequence[Sequence[int]] | None = None,
    running: Running | None = None,
) -> Built:
    """Build the networks and statements of the construction, in two children that must agree.

    claims: only these. labels: only the sizes of `at` with these labels. elements: these sizes instead of `at`, each a
    sequence of values for the parameters of `build`. running: where another thread may end it. Raises ConstructionError
    when the file cannot be judged at all; a size that cannot be built is a job with an error.
    """
    wanted = Wanted(claims, labels, elements)
    answer, blobs, _ = answered(file, wanted, running)
    return built_of(file, answer, blobs, wanted)


def answered(
    file: ConstructionFile, wanted: Wanted, running: Running | None = None
) -> tuple[dict[str, Any], dict[str, bytes], bool]:
    """What two children that build say alike, the byte strings of the first, and whether the construction looked elsewhere:
    what appears there could change what it builds. Raises ConstructionError."""
    request = {"mode": "build", **asdict(wanted)}
    (first, blobs), (second, _) = _ask_both(file, [request, request | {"again": True}], running)
    elsewhere = [bool(answer.pop("elsewhere", True)) for answer in (first, second)]
    if not _alike(first, second):
        where = _first_difference(first, second)
        raise ConstructionError(
            f"two runs under different hash seeds differ in {where}: "
            "build must not depend on hash order, time or chance, nor on what was built before",
            file.shown,
        )
    return first, blobs, any(elsewhere)


def built_of(file: ConstructionFile, answer: dict[str, Any], blobs: dict[str, bytes], wanted: Wanted) -> Built:
    """What an answer says was built, checked: the files are as they were read, each claim is there once at each size."""
    built = _built(file, answer, blobs)
    _check_jobs(built, wanted)
    return built


def evaluate_reference(
    file: ConstructionFile, job: Mapping[str, Any], points: Sequence[Sequence[str]], files: Mapping[str, str] | None = None
) -> list[list[str]]:
    """Values of a reference function on points, both as texts of rationals. `job`: claim, size, ports, outputs, elements.

    Two children are asked, the second for the points in reverse order: what answers differently is no function. files:
    those that the construction read when it was built; ConstructionError when one has changed since.
    """
    requests = [{"mode": "evaluate", "points": order, **job} for order in (points, points[::-1])]
    values, again = (answer.get("values") for answer, _ in _ask_both(file, requests))
    if not _is_table(values, len(points), job["outputs"]):
        raise ConstructionError("the reference function gave another number of values than it was asked for", file.shown)
    if not isinstance(again, list) or values != again[::-1]:
        raise ConstructionError(
            "the reference function gave other values when it was asked again in another order: it may depend on its input only",
            file.shown,
        )
    if files is not None and not unchanged(files):
        raise ConstructionError("its files have changed while it was judged: run again", file.shown)
    return list(values)


def _ask_both(
    file: ConstructionFile, requests: Sequence[dict[str, Any]], running: Running | None = None
) -> list[tuple[dict[str, Any], dict[str, bytes]]]:
    """The answers of two children under different hash seeds, at the same time."""
    running = running or Running()
    with ThreadPoolExecutor(len(SEEDS)) as pool:
        runs = [pool.submit(ask, file, request, seed, running) for request, seed in zip(requests, SEEDS, strict=True)]
        try:
            return [run.result() for run in runs]
        except BaseException:
            running.end()
            raise


def _is_table(values: object, rows: int, columns: int) -> bool:
    """Whether these are so many rows of so many texts."""
    return (
        isinstance(values, list)
        and len(values) == rows
        and all(isinstance(v, list) and len(v) == columns and all(isinstance(text, str) for text in v) for v in values)
    )


def _built(file: ConstructionFile, answer: dict[str, Any], blobs: dict[str, bytes]) -> Built:
    try:
        description = description_of(answer["description"])
        networks = {str(size["label"]): blobs[size["network"]] for size in answer.get("sizes", ())}
        jobs = tuple(_job(job, networks, blobs) for job in answer.get("jobs", ()))
        said = {str(name): str(digest) for name, digest in answer["files"].items()}
        if len(said) > MOST_FILES:
            raise ValueError(f"it names {len(said)} files, more than {MOST_FILES}")
        files = {name: sha256_of(_file(name)) for name in sorted(said.keys() | {str(file.path)})}
    except ProofcheckError as error:
        raise ConstructionError(one_line(error), file.shown) from None
    except OSError as error:
        raise ConstructionError(f"a file that it read cannot be read again: {error.strerror}", file.shown) from None
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise ConstructionError(f"the process that builds it gave a malformed answer ({one_line(error)})", file.shown) from None
    if files != said:
        raise ConstructionError("its files have changed while it was built: run again", file.shown)
    return Built(file, description, files, jobs)


def _file(name: str) -> Path:
    path = Path(name)
    if not path.is_absolute() or not path.is_file() or path.stat().st_size > LARGEST_SOURCE:
        raise ValueError(f"{name} is no file that it can have read")
    return path


def _job(job: dict[str, Any], networks: dict[str, bytes], blobs: dict[str, bytes]) -> Job:
    claim, size = str(job["claim"]), str(job["size"])
    if job.get("error"):
        return Job(claim, size, error=one_line(job["error"]))
    circuit = None if job["circuit"] is None else blobs[job["circuit"]]
    network, statement, steps = networks.get(size, b""), str(job["statement"]), str(job["steps"])
    return Job(claim, size, network, statement, circuit, bool(job["reference"]), steps=steps)


def _check_jobs(built: Built, wanted: Wanted) -> None:
    """Every claim asked for, at every size asked for, once. Raises ConstructionError."""
    description, claims, labels, elements = built.description, wanted.claims, wanted.labels, wanted.elements
    others = None if elements is None else [size.label for size in sizes_of(tuple(map(tuple, elements)), description.parameters)]
    expected = Counter(
        (claim.name, size)
        for claim in description.claims
        if claims is None or claim.name in claims
        for size in (claim.sizes if others is None else others if claim.kind not in ("forall", "grows") else ())
        if others is not None or labels is None or size in labels
    )
    if Counter((job.claim, job.size) for job in built.jobs) != expected:
        raise ConstructionError(
            "the process that builds it did not answer for every claim at every size exactly once", built.file.shown
        )


def _alike(first: dict[str, Any], second: dict[str, Any]) -> bool:
    try:
        return first == second
    except RecursionError:
        return False


def _first_difference(first: dict[str, Any], second: dict[str, Any]) -> str:
    try:
        for a, b in zip(first.get("sizes", ()), second.get("sizes", ()), strict=False):
            if a != b:
                return f"the network at {one_line(a['label'])}"
        for a, b in zip(first.get("jobs", ()), second.get("jobs", ()), strict=False):
            if a != b:
                return f"the claim {one_line(a['claim'])!r} at {one_line(a['size'])}"
    except (KeyError, TypeError, RecursionError):
        pass  # a malformed answer
    return "what the construction says of itself"
