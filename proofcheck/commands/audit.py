"""`proofcheck audit`: the kernel's own command line."""

from __future__ import annotations

from argparse import Namespace

from proofcheck.kernel import main


def audit(options: Namespace) -> int:
    """Replay certificates by the kernel alone."""
    return main(options.certificates)
