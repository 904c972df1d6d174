"""What a verdict depends on besides network and statement: the sources of this package and the versions of its solvers."""

from __future__ import annotations

import hashlib
import platform
import sys
from collections.abc import Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, distributions, version
from pathlib import Path

SOLVERS = ("cvc5", "numpy", "python-sat", "scipy", "sympy", "torch", "z3-solver")
LARGEST_SOURCE = 2**30


@cache
def package_sources() -> str:
    """SHA-256 over every Python file of this package, by relative path."""
    root = Path(__file__).resolve().parents[1]
    state = hashlib.sha256()
    for file in sorted(root.rglob("*.py")):
        state.update(f"{file.relative_to(root).as_posix()}\0{sha256_of(file)}\n".encode())
    return state.hexdigest()


@cache
def solver_versions() -> tuple[str, ...]:
    """ "z3-solver 4.15.4" for each solver, "absent" where one is not installed, and Python's own version and machine."""
    return (f"python {sys.version.split()[0]} {platform.machine()}", *(f"{name} {_version(name)}" for name in SOLVERS))


@cache
def installed() -> str:
    """SHA-256 over the names and versions of all installed packages: what a reference function may import."""
    names = sorted(f"{found.metadata['Name']} {found.version}" for found in distributions())
    return hashlib.sha256("\n".join(names).encode()).hexdigest()


def sha256_of(file: Path) -> str:
    """SHA-256 (hex) of a file's bytes."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def unchanged(files: Mapping[str, str]) -> bool:
    """Whether each file, by its path, still has its SHA-256."""
    try:
        return all(sha256_of(Path(name)) == digest for name, digest in files.items())
    except OSError:
        return False


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "absent"
