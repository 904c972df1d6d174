"""Evidence bundles: what `gate --bundle` writes, one file from which a reviewer audits the certified claims offline.

Same evidence, same bytes: what differs from run to run (times, what the cache held) is left out. Nothing in a bundle
needs to be believed; `proofcheck.bundle.audit` checks it, and a copy of that and of the kernel lies in it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import proofcheck.bundle
from proofcheck import kernel
from proofcheck.bundle.archive import BadArchive, archive_bytes
from proofcheck.bundle.audit import EVIDENCE, README, SOURCES, START, kernel_digest
from proofcheck.claims.evidence import Strength
from proofcheck.claims.judged import Evidence
from proofcheck.claims.score import Score
from proofcheck.errors import InputError
from proofcheck.gate.change import Change
from proofcheck.gate.evidence_file import evidence_json

UNPLAIN = re.compile(r"[^A-Za-z0-9_./-]|(?<![^/])[.-]")
STARTER = '''"""Audit this bundle: `python -I -S F.bundle`, or `python -I -S FOLDER` where it is unpacked; see README.txt."""

import sys
from pathlib import Path

import kernel
from bundle.audit import main

sys.exit(main(sys.argv[1:] or [str(Path(__file__).parent)], kernel))
'''
WORDS = """\
An evidence bundle of proofcheck

It holds what `proofcheck gate` found about {claims} claims (each at one size) of {constructions} constructions, and all that
is needed to check again, offline, what is certified among it: {certified} of them.

Audit it with nothing but Python 3.11 or newer:
    python3 -I -S THIS_FILE            without unpacking it
    python3 -I -S FOLDER               where it is unpacked
This prints each claim, and for a certified one what the kernel proved, in the kernel's own words. Compare these with what
the claim is meant to say. It ends with exit code 0 when every certified claim was replayed, 4 when none is certified, and
65 at the first thing that is wrong.

That command runs the kernel in this bundle. If you do not trust whoever made the bundle, use a copy of your own, from the
project's repository: `proofcheck audit THIS_FILE`, or there on a bare interpreter `python3 -S -m proofcheck.bundle THIS_FILE`.

What is inside
    evidence.json           every claim with its verdict, as the gate found it; a report, believed by nobody
    certificates/SHA.cert   the certificates behind what is certified, each named by its SHA-256
    kernel/                 the source of the kernel that replays certificates; read it in an hour or two
    bundle/, __main__.py    the source of the audit
    sources/, sources.json  the files that the constructions read, and which construction read which

What the audit does not check
    Claims that are established, refuted, unrefuted or unknown: it lists them, with what they rest on. Whether a construction
    in sources/ builds the network of its certificate: judge it again with `proofcheck gate`. Whether a statement says what a
    paper says: read the statement.

The kernel in this bundle has the SHA-256
    {kernel}
over the lines "NAME SHA-256" of its files. The same evidence always gives the same bundle, byte for byte.
"""


def bundle_bytes(
    evidence: Sequence[Evidence],
    code: int,
    changes: Sequence[Change] = (),
    unfenced: str = "",
    scores: Sequence[Score] = (),
) -> bytes:
    """The bundle of this evidence; the arguments are those of `evidence_json`.

    Raises InputError when a source has changed since it was judged, or when the bundle would be too large.
    """
    timeless = [_timeless(item) for item in evidence]
    certificates = [e.finding.certificate for e in timeless if e.finding is not None and e.finding.certificate is not None]
    checker = _folder(kernel.__file__)
    listing, sources = _sources(timeless)
    words = WORDS.format(
        claims=sum(bool(e.claim) for e in timeless),
        constructions=len({e.construction for e in timeless}),
        certified=len(certificates),
        kernel=kernel_digest(checker),
    )
    files = {
        README: words.encode(),
        START: STARTER.encode(),
        EVIDENCE: evidence_json(timeless, code, changes, unfenced, scores).encode(),
        SOURCES: (json.dumps(listing, indent=1, sort_keys=True) + "\n").encode(),
        **{f"certificates/{sha256(data).hexdigest()}.cert": data for data in certificates},
        **{f"kernel/{name}": data for name, data in checker.items()},
        **{f"bundle/{name}": data for name, data in _folder(proofcheck.bundle.__file__).items() if name != START},
        **sources,
    }
    try:
        return archive_bytes(files)
    except BadArchive as error:
        raise InputError(f"no bundle can be made of this: {error}; judge fewer constructions at a time") from None


def _timeless(item: Evidence) -> Evidence:
    """The evidence without what differs from run to run, and without certificates that nothing certified rests on."""
    if item.finding is None:
        return replace(item, recalled=False)
    certificate = item.finding.certificate if item.finding.strength is Strength.CERTIFIED else None
    return replace(item, recalled=False, finding=replace(item.finding, seconds=0.0, certificate=certificate))


def _folder(module: str | None) -> dict[str, bytes]:
    """The Python files beside a module, by name."""
    return {file.name: file.read_bytes() for file in Path(str(module)).parent.glob("*.py")}


def _sources(evidence: Sequence[Evidence]) -> tuple[dict[str, list[dict[str, str]]], dict[str, bytes]]:
    """Which construction read which files, as sources.json lists it, and the files by member name. Raises InputError."""
    listing: dict[str, list[dict[str, str]]] = {}
    files: dict[str, bytes] = {}
    for item in evidence:
        if item.construction not in listing:
            listing[item.construction] = []
            for path, digest in item.files:
                shown = _shown(Path(path))
                member = _member(shown, digest, files)
                files[member] = _unchanged(path, shown, digest)
                listing[item.construction].append({"member": member, "path": shown, "sha256": digest})
    return listing, files


def _shown(path: Path) -> str:
    """The path as people write it: relative to the working folder where it lies below that."""
    return (path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path).as_posix()


def _member(shown: str, digest: str, taken: Mapping[str, bytes]) -> str:
    """A plain name for a file, kept apart by its digest from another file that would have the same."""
    name = "sources/" + UNPLAIN.sub("_", shown.lstrip("/"))[-150:].lstrip("./-")
    clash = next((other for other in taken if other.lower() == name.lower()), None)
    if clash is None or (clash == name and sha256(taken[clash]).hexdigest() == digest):
        return name
    return f"sources/{digest[:16]}/{name.rpartition('/')[2]}"


def _unchanged(path: str, shown: str, digest: str) -> bytes:
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        raise InputError(f"this source cannot be read for the bundle: {error.strerror}", shown) from None
    if sha256(data).hexdigest() != digest:
        raise InputError("this source has changed since it was judged: run the gate again", shown)
    return data
