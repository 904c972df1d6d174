"""What the kernel's tests give it to read: a plugin for pytest that keeps each file.

    RECORD=FOLDER python -m pytest -p tests.evidence.kernel_corpus tests/kernel

writes every certificate of at most LONGEST bytes that the kernel is asked to replay into FOLDER, called by its SHA-256.
"""

from __future__ import annotations

import hashlib
import os
import sys
from pathlib import Path

LONGEST = 200_000


def pytest_configure() -> None:
    """Stand before the kernel."""
    folder = Path(os.environ["RECORD"])
    import proofcheck.kernel  # noqa: F401 - its module of this name is hidden by the function

    module = sys.modules["proofcheck.kernel.replay"]
    inner = module._replay

    def recorded(data: bytes) -> object:
        if len(data) <= LONGEST:
            (folder / hashlib.sha256(data).hexdigest()).write_bytes(data)
        return inner(data)

    module._replay = recorded  # type: ignore[attr-defined]
