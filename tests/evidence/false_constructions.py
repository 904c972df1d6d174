"""What the gate says of ten deliberately false constructions: `python -m tests.evidence.false_constructions`."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.power.test_false_constructions import EXPECTED, gate


def main() -> int:
    """Print exit code and report of each; returns 1 when an exit code is not the expected one."""
    wrong = 0
    for name, code, _, _ in EXPECTED:
        with tempfile.TemporaryDirectory() as folder:
            found, report = gate(name, Path(folder))
        wrong += found != code
        print(f"{name}: exit {found}\n    {report}\n", flush=True)
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
