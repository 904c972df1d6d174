"""Which files are constructions. Names only: nothing is imported here.

A construction is a Python file under a folder; its name is the stem and must be unique. Files that start with `_` are
helpers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from proofcheck.errors import InputError, UsageError

DEFAULT_ROOT = "constructions"
NAME = re.compile(r"[A-Za-z0-9_.-]+")


@dataclass(frozen=True)
class ConstructionFile:
    """A construction file; `root` is the folder whose helpers it may import besides its own."""

    path: Path
    root: Path

    @property
    def name(self) -> str:
        return self.path.stem

    @property
    def shown(self) -> str:
        """The path as people write it: relative to the working folder where it lies below that."""
        try:
            return self.path.relative_to(Path.cwd()).as_posix()
        except ValueError:
            return self.path.as_posix()


def is_construction_name(path: Path) -> bool:
    """Whether a file of this name is taken for a construction."""
    return path.suffix == ".py" and not path.name.startswith(("_", "."))


def discover(paths: Iterable[str | Path] = ()) -> list[ConstructionFile]:
    """The construction files under the paths, sorted by name; without paths, those under `constructions`.

    Raises InputError for a path that does not exist or is no Python file, for a name that is not of ASCII letters, digits,
    `_`, `-` and `.`, for two files of one name, and for what is called like a file and is none.
    """
    found: dict[Path, ConstructionFile] = {}
    paths = list(paths)
    for given in paths or [DEFAULT_ROOT]:
        path = Path(given).resolve()
        if path.is_dir():
            for below in sorted(path.rglob("*")):
                if any(part.startswith((".", "_")) for part in below.relative_to(path).parts):
                    continue
                if below.is_symlink() and below.is_dir():
                    raise InputError("this is a link to a folder, and is not followed: give the folder itself", below)
                if is_construction_name(below):
                    _check_plain(below)
                    found.setdefault(below, ConstructionFile(below, path))
        elif not path.exists():
            also = "" if paths else ", or write a first one by proofcheck new NAME"
            raise InputError(f"there is no such file or folder: give a construction file or a folder of them{also}", given)
        elif path.suffix != ".py":
            raise InputError("this is no Python file: give a construction file or a folder of them", given)
        else:
            _check_plain(path)
            found.setdefault(path, ConstructionFile(path, _root_of(path)))
    by_name: dict[str, ConstructionFile] = {}
    for file in sorted(found.values(), key=lambda f: (f.name, f.path)):
        if not NAME.fullmatch(file.name):
            raise InputError(f"{file.name!a} cannot name a construction: use ASCII letters, digits, _, - and .", file.shown)
        if file.name in by_name:
            raise InputError(
                f"two constructions are called {file.name}, the other is {by_name[file.name].shown}: rename one", file.shown
            )
        by_name[file.name] = file
    return list(by_name.values())


def find(name: str, paths: Iterable[str | Path] = ()) -> ConstructionFile:
    """The construction of this name, or the file at this path. Raises UsageError for an unknown name."""
    if name.endswith(".py") or "/" in name:
        return discover([name])[0]
    files = discover(paths)
    for file in files:
        if file.name == name:
            return file
    if not files:
        raise UsageError(f"there is no construction called {name!r}, and none at all: write a first one by proofcheck new NAME")
    near = [file.name for file in files if name in file.name] or [file.name for file in files]
    known = f"known are {', '.join(near[:8])}{', ...' if len(near) > 8 else ''}"
    also = ", and a claim of one is NAME::CLAIM" if ":" in name else ""
    raise UsageError(f"there is no construction called {name!r}: {known}{also}")


def _check_plain(path: Path) -> None:
    """Raise InputError for a pipe or a device, whose bytes come once or for ever; a link to nothing fails when it is built.

    Also for a path that is no text in UTF-8, which neither requests nor reports could name.
    """
    try:
        str(path).encode()
    except UnicodeEncodeError:
        raise InputError("this path is not encoded in UTF-8: rename its folder, or choose a locale in UTF-8", path) from None
    if path.exists() and not path.is_file():
        raise InputError("this is a folder, a pipe or a device, expected a construction file: remove or rename it", path)


def _root_of(path: Path) -> Path:
    """The folder called `constructions` above the file, or the folder it lies in."""
    return next((parent for parent in path.parents if parent.name == DEFAULT_ROOT), path.parent)
