"""Inputs at which claims failed in earlier runs, so that the next run tries them first.

A failure is kept twice: under what the claim says, and under its place in the catalogue, so that it is met again by a changed
network and by a reworded claim. None is believed: whoever recalls one evaluates it exactly. Entries are sealed like those of
the cache, so what comes with a project is not even tried. Each is a file of its own that appears whole: runs at once lose
nothing of each other's. Their number and size are bounded; the oldest go first.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from proofcheck.catalogue.store import Store
from proofcheck.errors import InputError
from proofcheck.exact import rational_of, text_of

FOLDER = "failures"
NAME = re.compile("[0-9a-f]{64}-[0-9a-f]{32}[.]json")
MOST_OF_A_KEY = 4
MOST, MOST_BYTES = 4096, 2**26
LARGEST = 2**20
LOOKED_AT = 64
"""Entries that are opened to find those of a key, where some are damaged."""


@dataclass(frozen=True)
class Failure:
    """An input, and the digest of the network at which it was seen to fail last."""

    point: tuple[Fraction, ...]
    network: str


def keys_of(construction: str, claim: str, size: str, meaning: str) -> tuple[str, str]:
    """The two keys of a claim at a size; meaning: the SHA-256 of its statement without the network."""
    place = json.dumps([construction, claim, size])
    return _digest(f"statement {meaning}"), _digest(f"place {place}")


def recall_failures(store: Store, keys: Sequence[str]) -> list[Failure]:
    """The failures kept under any of the keys, the latest first, each point once. Damaged entries are not among them."""
    found: dict[tuple[Fraction, ...], Failure] = {}
    for key in keys:
        good = 0
        for file in _latest(file for file in _files(store, key[:2]) if file.name.startswith(key))[:LOOKED_AT]:
            failure = _read(store, file)
            if failure is not None and good < MOST_OF_A_KEY:
                found.setdefault(failure.point, failure)
                good += 1
    return list(found.values())


def keep_failure(store: Store, keys: Sequence[str], failure: Failure) -> None:
    """Keep a failure under each of the keys. One that is too long is not kept, and a cache that cannot be written is no error."""
    point = [text_of(value) for value in failure.point]
    text = json.dumps(point)
    if len(text) > LARGEST // 2:
        return
    digest = _digest(text)[:32]
    for key in keys:
        store.keep_file(f"{FOLDER}/{key[:2]}/{key}-{digest}.json", {"point": point, "network": failure.network})
        _forget(_latest(file for file in _files(store, key[:2]) if file.name.startswith(key))[MOST_OF_A_KEY:])
    _bound(store)


def _read(store: Store, file: Path) -> Failure | None:
    with suppress(OSError):
        if file.lstat().st_size > LARGEST:
            return None
    data = store.recall_file(file.relative_to(store.folder).as_posix())
    try:
        return None if data is None else Failure(tuple(rational_of(text) for text in data["point"]), str(data["network"]))
    except (KeyError, TypeError, AttributeError, InputError):
        return None


def _bound(store: Store) -> None:
    """Forget the oldest entries where there are too many, or where they are too long together."""
    kept, size = 0, 0
    for file in _latest(_files(store)):
        with suppress(OSError):
            size += file.lstat().st_size
            kept += 1
            if kept > MOST or size > MOST_BYTES:
                _forget([file])


def _files(store: Store, part: str = "") -> Iterator[Path]:
    """The files that are called like entries, in one folder or all; no link is followed."""
    top = store.folder / FOLDER
    with suppress(OSError):
        if store.folder.is_symlink() or top.is_symlink():
            return
        for folder in [top / part] if part else sorted(top.iterdir()):
            if folder.is_dir() and not folder.is_symlink():
                yield from (Path(entry.path) for entry in os.scandir(folder) if NAME.fullmatch(entry.name))


def _latest(files: Iterator[Path]) -> list[Path]:
    """The latest first; one that is gone meanwhile is left out."""
    times = []
    for file in files:
        with suppress(OSError):
            times.append((file.lstat().st_mtime_ns, file))
    return [file for _, file in sorted(times, reverse=True)]


def _forget(files: Sequence[Path]) -> None:
    for file in files:
        with suppress(OSError):
            file.unlink()


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
