"""Ask a child process what a construction says and builds, and believe none of it unread.

Two children under different hash seeds must answer alike, bit for bit. Networks, circuits and statements are parsed
here, and what the catalogue demands of them is checked here on the parsed values.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from proofcheck.catalogue.description import Description, description_of
from proofcheck.catalogue.discovery import ConstructionFile
from proofcheck.checkers.limited import run_limited
from proofcheck.errors import ConstructionError

SECONDS = 600
MEMORY_MB = 8192
OUTPUT = 2**30
SEEDS = (1, 2)


@dataclass(frozen=True)
class Job:
    """One claim at one size, as data: a network file, a statement, perhaps a circuit. `error`: why there is none.

    A claim about a limit has no network, and the bytes are empty.
    """

    claim: str
    size: str
    network: bytes = b""
    statement: str = ""
    circuit: bytes | None = None
    reference: bool = False
    error: str = ""


@dataclass(frozen=True)
class Built:
    """What a construction file says, and what it built. `files`: SHA-256 of each source file that it read, by path."""

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
    answer, _ = _ask(file, {"mode": "describe"})
    return _built(file, answer, {})


def build(
    file: ConstructionFile,
    claims: Sequence[str] | None = None,
    labels: Sequence[str] | None = None,
    elements: Sequence[Sequence[int]] | None = None,
) -> Built:
    """Build the networks and statements of the construction, in two children that must agree.

    claims: only these. labels: only the sizes of `at` with these labels. elements: these sizes instead of `at`, each a
    sequence of values for the parameters of `build`. Raises ConstructionError when the file cannot be judged at all; a
    size that cannot be built is a job with an error.
    """
    request = {"mode": "build", "claims": claims, "labels": labels, "elements": elements}
    with ThreadPoolExecutor(len(SEEDS)) as pool:
        runs = [pool.submit(_ask, file, request | {"blobs": seed == SEEDS[0]}, seed) for seed in SEEDS]
        (first, blobs), (second, _) = (run.result() for run in runs)
    if first != second:
        where = _first_difference(first, second)
        raise ConstructionError(
            f"two runs under different hash seeds differ in {where}: build must not depend on hash order, time or chance",
            file.shown,
        )
    return _built(file, first, blobs)


def evaluate_reference(file: ConstructionFile, job: Mapping[str, Any], points: Sequence[Sequence[str]]) -> list[list[str]]:
    """Values of a reference function on points, both as texts of rationals. `job`: claim, size, ports, outputs, elements."""
    answer, _ = _ask(file, {"mode": "evaluate", "points": points, **job})
    values = answer["values"]
    if len(values) != len(points) or any(len(value) != job["outputs"] for value in values):
        raise ConstructionError("the reference function gave another number of values than it was asked for", file.shown)
    return list(values)


def _ask(file: ConstructionFile, request: dict[str, Any], seed: int = 1) -> tuple[dict[str, Any], dict[str, bytes]]:
    """One child, one request. Returns its answer without nonce and blobs, and the blobs by their true SHA-256."""
    nonce = secrets.token_hex(16)
    request = request | {"nonce": nonce, "path": str(file.path), "root": str(file.root)}
    command = [sys.executable, "-m", "proofcheck.catalogue.child"]
    outcome = run_limited(command, json.dumps(request).encode(), SECONDS, MEMORY_MB, OUTPUT, seed)
    if outcome.problem:
        raise ConstructionError(f"the process that builds it {outcome.problem}", file.shown)
    length, _, rest = outcome.output.partition(b"\n")
    try:
        answer = json.loads(rest[: int(length)])
        if answer.pop("nonce") != nonce:
            raise ValueError
        blobs, start = {}, int(length)
        for _, size in answer.pop("blobs"):
            data = rest[start : start + size]
            blobs[hashlib.sha256(data).hexdigest()] = data
            start += size
    except (ValueError, KeyError, TypeError, AttributeError):
        raise ConstructionError("the process that builds it ended without an answer", file.shown) from None
    if answer.get("error"):
        raise ConstructionError(str(answer["error"]), file.shown)
    return answer, blobs


def _built(file: ConstructionFile, answer: dict[str, Any], blobs: dict[str, bytes]) -> Built:
    try:
        description = description_of(answer["description"])
        networks = {str(size["label"]): blobs[size["network"]] for size in answer.get("sizes", ())}
        jobs = tuple(_job(job, networks, blobs) for job in answer.get("jobs", ()))
        files = {str(name): str(digest) for name, digest in answer["files"].items()}
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise ConstructionError(f"the process that builds it gave a malformed answer ({error})", file.shown) from None
    return Built(file, description, files, jobs)


def _job(job: dict[str, Any], networks: dict[str, bytes], blobs: dict[str, bytes]) -> Job:
    claim, size = str(job["claim"]), str(job["size"])
    if job.get("error"):
        return Job(claim, size, error=str(job["error"]))
    circuit = None if job["circuit"] is None else blobs[job["circuit"]]
    return Job(claim, size, networks.get(size, b""), str(job["statement"]), circuit, bool(job["reference"]))


def _first_difference(first: dict[str, Any], second: dict[str, Any]) -> str:
    for a, b in zip(first.get("sizes", ()), second.get("sizes", ()), strict=False):
        if a != b:
            return f"the network at {a['label']}"
    for a, b in zip(first.get("jobs", ()), second.get("jobs", ()), strict=False):
        if a != b:
            return f"the claim {a['claim']!r} at {a['size']}"
    return "what the construction says of itself"
