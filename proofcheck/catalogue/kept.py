"""What a construction built before, as long as nothing has changed that it can depend on: a warm gate starts no child.

An entry is found by the file, what was asked for, the working folder, all that lies in the folder of constructions, this
package, Python and all installed packages, and counts while every file that the construction read has the content that it
had. Of a construction that lists folders elsewhere, or looks there for a file that is not there, nothing is kept: what
appears there could change it. What is found is checked as an answer of a child is; two children agreed on it when it was
kept. A build that depends on anything else, as on the time, is not noticed before it is built again: in a fresh checkout,
with `--recheck`, or after any change.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

from proofcheck.catalogue.building import Built, Wanted, answered, built_of
from proofcheck.catalogue.discovery import ConstructionFile
from proofcheck.catalogue.fingerprint import installed, solver_versions
from proofcheck.catalogue.frame import framed, unframed
from proofcheck.catalogue.store import data_key, local_store
from proofcheck.checkers.processes.limited import KEPT, Running
from proofcheck.errors import ConstructionError

NONCE = "kept"
LONGEST = 2**28
MOST_BESIDE = 20_000  # files and folders; beside more nothing is kept


def build_or_recall(file: ConstructionFile, wanted: Wanted, running: Running | None = None, afresh: bool = False) -> Built:
    """What the construction builds: from the cache where that counts, else from two children. Raises ConstructionError.

    afresh: ask the children in any case.
    """
    store, key = local_store(), _key(file, wanted)
    data = store.recall_bytes(key) if key and store.believed and not afresh else None
    if data is not None:
        with suppress(ConstructionError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return built_of(file, *unframed(data, NONCE), wanted)
    answer, blobs, elsewhere = answered(file, wanted, running)
    built = built_of(file, answer, blobs, wanted)
    kept = framed(answer | {"nonce": NONCE}, blobs)
    whole = len(kept) <= LONGEST and not any(job.error for job in built.jobs)
    if key and whole and not elsewhere and _key(file, wanted) == key:
        store.keep_bytes(key, kept)
    return built


def _key(file: ConstructionFile, wanted: Wanted) -> str:
    """All that a build may depend on but the content of the files that it opens; "" where that is too much to look at."""
    try:
        beside, here = list(_beside(file.root)), os.getcwd()
    except OSError:  # something is changing at this moment
        return ""
    if len(beside) > MOST_BESIDE:
        return ""
    lies = hashlib.sha256("\n".join(sorted(beside)).encode("utf-8", "surrogateescape")).hexdigest()
    told = {name: os.environ.get(name) for name in sorted(KEPT)}  # children see nothing else of the environment
    asked = json.dumps([asdict(wanted), told], sort_keys=True)
    return data_key("built", str(file.path), str(file.root), here, asked, lies, installed(), *solver_versions())


def _beside(root: Path) -> Iterator[str]:
    """What lies below a folder, hidden folders and bytecode apart: names, for another module could come first or a file be
    looked for, and of all but Python files the size and the time, for these may be read otherwise than by opening them."""
    count = 0
    for folder, below, files in os.walk(root):
        below[:] = [name for name in below if not name.startswith(".") and name != "__pycache__"]
        for name in (*below, *files):
            path, count = os.path.join(folder, name), count + 1
            status = os.stat(path) if os.path.exists(path) else os.lstat(path)
            target = os.readlink(path) if os.path.islink(path) else ""
            alike = name.endswith(".py") or name in below
            yield json.dumps([path, target] if alike else [path, target, status.st_size, status.st_mtime_ns])
        if count > MOST_BESIDE:
            return
