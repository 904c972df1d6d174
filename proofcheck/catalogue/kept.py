"""What a construction built before, as long as nothing has changed that it can depend on: a warm gate starts no child.

An entry is found by the file, what was asked for, the names beside it, this package, Python and all installed packages, and
counts while every file that the construction read has the content that it had. What is found is checked as an answer of a
child is; two children agreed on it when it was kept. A build that depends on anything else, as on the time, is not noticed
before it is built again: in a fresh checkout, with `--recheck`, or after any change.
"""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from dataclasses import asdict
from importlib.machinery import EXTENSION_SUFFIXES

from proofcheck.catalogue.building import Built, Wanted, answered, built_of
from proofcheck.catalogue.discovery import ConstructionFile
from proofcheck.catalogue.fingerprint import installed, solver_versions
from proofcheck.catalogue.frame import framed, unframed
from proofcheck.catalogue.store import data_key, local_store
from proofcheck.checkers.limited import Running
from proofcheck.errors import ConstructionError

NONCE = "kept"
LONGEST = 2**28
MODULES = ("", ".py", *EXTENSION_SUFFIXES)


def build_or_recall(file: ConstructionFile, wanted: Wanted, running: Running | None = None, afresh: bool = False) -> Built:
    """What the construction builds: from the cache where that counts, else from two children. Raises ConstructionError.

    afresh: ask the children in any case.
    """
    store, key = local_store(), _key(file, wanted)
    data = store.recall_bytes(key) if store.believed and not afresh else None
    if data is not None:
        with suppress(ConstructionError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return built_of(file, *unframed(data, NONCE), wanted)
    answer, blobs = answered(file, wanted, running)
    built = built_of(file, answer, blobs, wanted)
    kept = framed(answer | {"nonce": NONCE}, blobs)
    if len(kept) <= LONGEST and not any(job.error for job in built.jobs):
        store.keep_bytes(key, kept)
    return built


def _key(file: ConstructionFile, wanted: Wanted) -> str:
    """All that a build may depend on but the content of files: also the modules beside it, for another could come first."""
    names = sorted({str(path) for folder in (file.path.parent, file.root) for path in folder.iterdir() if path.suffix in MODULES})
    beside = hashlib.sha256("\n".join(names).encode("utf-8", "surrogateescape")).hexdigest()
    asked = json.dumps(asdict(wanted), sort_keys=True)
    return data_key("built", str(file.path), str(file.root), asked, beside, installed(), *solver_versions())
