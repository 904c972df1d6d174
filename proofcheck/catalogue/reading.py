"""Which files a construction reads, modules and data alike, with their digests as they were when it first opened them."""

from __future__ import annotations

import hashlib
import os
import sys
import sysconfig
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from proofcheck.catalogue.fingerprint import LARGEST_SOURCE, sha256_of

PACKAGES = {"site-packages", "dist-packages"}  # installed; their versions count, not their files
OPENING = ("open", "ctypes.dlopen")
LISTING = ("os.listdir", "os.scandir", "sqlite3.connect")


@dataclass
class Readings:
    """SHA-256 of each file that was opened, by its absolute path: `note` is an audit hook of Python.

    What native code opens by itself is not seen. Files of the system, of Python, of installed packages and of this package
    are left out.
    """

    digests: dict[str, str] = field(default_factory=dict)
    looked: set[str] = field(default_factory=set)  # folders that were listed, and files that were not there
    busy: bool = False
    given: frozenset[str] = field(default_factory=lambda: frozenset(map(os.path.abspath, sys.path)))

    def note(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Note a file that is about to be opened, or a folder that is about to be listed."""
        if event not in (*OPENING, *LISTING) or self.busy or isinstance(arguments[0], int):
            return
        self.busy = True  # reading it is an event too
        try:
            path = os.path.abspath(os.fsdecode("." if arguments[0] is None else arguments[0]))
            if event in LISTING:
                self.looked.add(path)
            else:
                self._note(path)
        except (OSError, TypeError, ValueError):
            pass  # then opening it fails as well
        finally:
            self.busy = False

    def files(self) -> dict[str, str]:
        """SHA-256 of each file read so far, by path; compiled modules included."""
        for module in list(sys.modules.values()):
            path = getattr(module, "__file__", None)
            if isinstance(path, str) and path.endswith((".so", ".pyd")):
                self._note(os.path.abspath(path))
        return dict(sorted(self.digests.items()))

    def elsewhere(self, root: Path) -> bool:
        """Whether a folder was listed, or a file looked for that was not there, outside this folder and what is installed."""
        looked = (Path(os.path.realpath(path)) for path in self.looked - self.given if not _installed(path))
        return any(path != root and root not in path.parents for path in looked)

    def _note(self, path: str) -> None:
        if path in self.digests or _installed(path):
            return
        if os.path.isfile(path) and os.path.getsize(path) <= LARGEST_SOURCE:
            self.digests[path] = sha256_of(Path(path))
        else:
            self.looked.add(path)


def sources_of(files: Mapping[str, str]) -> str:
    """One SHA-256 for a set of files, whatever folder the project lies in."""
    names: Iterable[str] = (f"{Path(file).name} {digest}" for file, digest in sorted(files.items()))
    return hashlib.sha256("\n".join(names).encode()).hexdigest()


def _installed(path: str) -> bool:
    return f"{path}/".startswith(SYSTEM) or bool(PACKAGES & set(Path(path).parts))


def _system() -> tuple[str, ...]:
    python = (sysconfig.get_path(name) for name in ("stdlib", "platstdlib"))
    package = str(Path(__file__).resolve().parents[1])
    return tuple(f"{folder}/" for folder in ("/proc", "/sys", "/dev", *python, package) if folder)


SYSTEM = _system()
