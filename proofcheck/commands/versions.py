"""When and with which versions a gate was run: for evidence files and for the pages made of them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from proofcheck import kernel
from proofcheck.bundle.audit import kernel_digest
from proofcheck.catalogue.fingerprint import solver_versions

VERSION = "0.1.0"


def versions() -> dict[str, str]:
    """The date in UTC, the versions of this package, Python and z3, and the kernel by its lines and its SHA-256."""
    folder = Path(str(kernel.__file__)).parent
    sources = {file.name: file.read_bytes() for file in folder.glob("*.py")}
    lines = sum(data.count(b"\n") for data in sources.values())
    python, *solvers = solver_versions()
    kept = [python.replace("python", "Python").rpartition(" ")[0], *(solver for solver in solvers if solver.startswith("z3"))]
    return {
        "date": datetime.now(UTC).strftime("%-d %B %Y"),
        "versions": f"proofcheck {VERSION}, {', '.join(kept)}",
        "kernel": f"Kernel: {lines} lines of Python, SHA-256 {kernel_digest(sources)[:16]}",
    }
