"""The local cache of findings: never committed, and never believed where the kernel can look for itself.

An entry is found by everything that a verdict depends on, and sealed by the user's secret, so that nothing that comes with
a project or out of a construction passes for an entry. An established finding is taken as it was kept, where the system
fences constructions off; a certified one counts only after the kernel has replayed its certificate and found this very
statement proved of this very network. An entry that is damaged in any way is as if it were not there. Two runs may share
a cache, and one that is killed leaves at most a file in `unfinished`, which nobody reads.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import re
import stat
import time
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from proofcheck.catalogue.fingerprint import installed, package_sources, solver_versions
from proofcheck.catalogue.secret import seal
from proofcheck.checkers.processes import fence
from proofcheck.claims.evidence import Finding, Strength, Verdict
from proofcheck.claims.recorded import finding_json, finding_of
from proofcheck.errors import InputError
from proofcheck.kernel import Rejected, replay
from proofcheck.networks.files import write_whole

CACHE = ".proofcheck"
FORMAT = 2
DIGEST = re.compile("[0-9a-f]{64}")
LONGEST_ENTRY, LONGEST_CERTIFICATE = 2**24, 2**30
OLD = 3600  # seconds after which an unfinished file belongs to no run
DAMAGE = (OSError, InputError, ValueError, KeyError, TypeError, AttributeError, RecursionError, MemoryError)


@dataclass(frozen=True)
class Store:
    """A cache folder. Nothing is created before the first finding is kept.

    believed: whether a finding that the kernel cannot check counts when it is found here.
    """

    folder: Path
    believed: bool = True

    def recall(self, key: str, network: str, statement: str) -> Finding | None:
        """The finding kept under `key` about the network and statement with these digests, or None."""
        entry = self._read(self._entry(key), key)
        if entry is None:
            return None
        certificate = None
        with suppress(*DAMAGE):
            if entry["certificate"] is not None:
                certificate = _bytes(self._certificate(entry["certificate"]), LONGEST_CERTIFICATE)
            finding = finding_of(entry, certificate)
            if finding.verdict not in (Verdict.HOLDS, Verdict.UNREFUTED):
                return None
            if self.believed if finding.strength is not Strength.CERTIFIED else _proves(certificate, network, statement):
                return finding
        return None

    def keep(self, key: str, finding: Finding) -> None:
        """Keep a finding of *holds* or *unrefuted*. A cache that cannot be written is no error: the next run works again."""
        if finding.verdict not in (Verdict.HOLDS, Verdict.UNREFUTED):
            return
        entry = finding_json(finding)
        with suppress(OSError):
            if finding.certificate is not None:
                self._write(self._certificate(entry["certificate"]), finding.certificate)
            self._write(self._entry(key), _sealed(key, entry))

    def recall_bytes(self, key: str) -> bytes | None:
        """Bytes kept by `keep_bytes`, or None."""
        return self._body(self.folder / "built" / f"{key}.bin", key, LONGEST_CERTIFICATE)

    def keep_bytes(self, key: str, data: bytes) -> None:
        """Keep bytes that are no finding: what a construction built."""
        with suppress(OSError):
            self._write(self.folder / "built" / f"{key}.bin", seal(key.encode(), data) + b"\n" + data)

    def recall_data(self, key: str) -> dict[str, Any] | None:
        """Data kept by `keep_data`, or None."""
        return self._read(self.folder / "data" / f"{key}.json", key)

    def keep_data(self, key: str, data: dict[str, Any]) -> None:
        """Keep JSON data that is no finding: what `list` shows, the mutants of a construction."""
        with suppress(OSError):
            self._write(self.folder / "data" / f"{key}.json", _sealed(key, data))

    def recall_file(self, place: str) -> dict[str, Any] | None:
        """Data kept by `keep_file` at this path below the folder, or None."""
        return self._read(self.folder / place, place)

    def keep_file(self, place: str, data: dict[str, Any]) -> None:
        """Keep JSON data at a path of its own below the folder, sealed under it."""
        with suppress(OSError):
            self._write(self.folder / place, _sealed(place, data))

    def _entry(self, key: str) -> Path:
        return self.folder / "findings" / key[:2] / f"{key}.json"

    def _certificate(self, digest: str) -> Path:
        if not DIGEST.fullmatch(digest):
            raise ValueError(digest)
        return self.folder / "certificates" / f"{digest}.cert"

    def _read(self, path: Path, key: str) -> dict[str, Any] | None:
        with suppress(*DAMAGE):
            body = self._body(path, key, LONGEST_ENTRY)
            data = None if body is None else json.loads(body)
            return data if isinstance(data, dict) else None
        return None

    def _body(self, path: Path, key: str, most: int) -> bytes | None:
        with suppress(*DAMAGE):
            self._check_folders(path)
            found, _, body = _bytes(path, most).partition(b"\n")
            return body if hmac.compare_digest(found, seal(key.encode(), body)) else None
        return None

    def _write(self, path: Path, data: bytes) -> None:
        unfinished = self.folder / "unfinished"
        for folder in (path.parent, unfinished):
            self._check_folders(folder / "any")
            folder.mkdir(parents=True, exist_ok=True)
        _sweep(unfinished)
        write_whole(data, path, unfinished)

    def _check_folders(self, path: Path) -> None:
        """Raise OSError for a link among the folders: it may come with a project, and lead to files that are no cache."""
        for folder in path.parents:
            if folder.is_symlink():
                raise OSError(f"{folder} is a link")
            if folder == self.folder:
                return


def local_store() -> Store:
    """The store `.proofcheck` of the nearest project above the working folder: one with a cache, a repository or a
    pyproject.toml. Without one, that of the working folder itself. It is believed where constructions are fenced off."""
    here, believed = Path.cwd(), not fence.lacks()
    for folder in (here, *here.parents):
        if any((folder / mark).exists() for mark in (CACHE, ".git", "pyproject.toml")):
            return Store(folder / CACHE, believed)
    return Store(here / CACHE, believed)


def finding_key(network: bytes, statement: str, floor: Strength, budget: str, sources: str = "") -> str:
    """The key of a finding: whatever it depends on. `sources`: a hash of the files that a reference function reads, "" without
    one; with one, the versions of all installed packages count as well."""
    parts = [
        str(FORMAT),
        hashlib.sha256(network).hexdigest(),
        statement,
        floor.name,
        budget,
        sources,
        installed() if sources else "",
        package_sources(),
        *solver_versions(),
    ]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def data_key(*parts: str) -> str:
    """The key of data that depends on these parts and on this package's sources."""
    return hashlib.sha256("\n".join((str(FORMAT), package_sources(), *parts)).encode()).hexdigest()


def _sealed(key: str, data: dict[str, Any]) -> bytes:
    """A line with the seal of key and body, then the body: a torn, misplaced or foreign entry does not pass for one."""
    body = json.dumps(data, sort_keys=True, separators=(",", ":")).encode()
    return seal(key.encode(), body) + b"\n" + body


def _bytes(path: Path, most: int) -> bytes:
    """The bytes of a plain file. Raises OSError for a link, a pipe, a device, and for more than `most` bytes."""
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(handle, "rb") as file:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode) or status.st_size > most:
            raise OSError(f"{path} is no plain file of at most {most} bytes")
        return file.read(most)


@cache
def _sweep(unfinished: Path) -> None:
    """Remove what runs that were killed have left there; once in a run."""
    for file in unfinished.glob("*.part"):
        with suppress(OSError):
            status = file.lstat()
            if stat.S_ISREG(status.st_mode) and status.st_mtime < time.time() - OLD:
                file.unlink()


def _proves(certificate: bytes | None, network: str, statement: str) -> bool:
    if certificate is None:
        return False
    try:
        proved = replay(certificate)
    except Rejected:
        return False
    return (proved.network_digest, proved.statement_digest) == (network, statement)


def replayed(finding: Finding, network: str, statement: str) -> Finding:
    """The finding, at most established unless the kernel replays its certificate and finds this statement proved."""
    if finding.strength is not Strength.CERTIFIED or _proves(finding.certificate, network, statement):
        return finding
    reason = "the kernel does not find this statement proved by the certificate that a checker handed in"
    return replace(finding, verdict=Verdict.UNKNOWN, strength=None, certificate=None, reason=reason)
