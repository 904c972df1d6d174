"""`proofcheck badge`: a picture of an evidence file for a README."""

from __future__ import annotations

from argparse import Namespace

from proofcheck.commands.networks import check_writable
from proofcheck.errors import UsageError
from proofcheck.gate.badge import badge_svg, badge_words
from proofcheck.gate.evidence_file import read_entries
from proofcheck.gate.plan import matches
from proofcheck.networks.files import write_whole


def badge(options: Namespace) -> int:
    """Write the badge of the claims in an evidence file, or of those that match --only."""
    check_writable(options.output)
    entries = [e for e in read_entries(options.evidence) if not options.only or matches(options.only, e.construction, e.claim)]
    if not entries:
        raise UsageError(f"no claim of {options.evidence} matches --only {options.only}: a badge of nothing says nothing")
    write_whole(badge_svg(entries, options.label).encode(), options.output)
    print(f"{options.output}: {badge_words(entries)[0]}")
    return 0
