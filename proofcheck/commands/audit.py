"""`proofcheck audit`: certificates by the kernel's own command line, evidence bundles by that of the bundles."""

from __future__ import annotations

from argparse import Namespace

from proofcheck import kernel
from proofcheck.bundle.audit import audit as audit_bundle
from proofcheck.bundle.audit import is_bundle


def audit(options: Namespace) -> int:
    """Replay certificates and bundles by the kernel that is installed; the largest exit code of all."""
    return max(audit_bundle(path, kernel) if is_bundle(path) else kernel.main([path]) for path in options.certificates)
