"""What a verdict depends on besides network and statement: the sources of this package and the versions of its solvers."""

from __future__ import annotations

import hashlib
import sys
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

SOLVERS = ("numpy", "python-sat", "sympy", "torch", "z3-solver")


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
    """ "z3-solver 4.15.4" for each solver, "absent" where one is not installed, and Python's own version."""
    return (f"python {sys.version.split()[0]}", *(f"{name} {_version(name)}" for name in SOLVERS))


def sha256_of(file: Path) -> str:
    """SHA-256 (hex) of a file's bytes."""
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "absent"
