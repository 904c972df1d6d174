"""The evidence that a site is made of: a gate run of this very moment, or a file that an earlier one wrote.

A file is a report. What is certified in it counts only where the kernel replays the certificate now, and finds the network and
statement that the entry names; a claim whose sources have changed since is unknown. Nothing here can raise a status.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from proofcheck.bundle.archive import BadArchive
from proofcheck.bundle.audit import EVIDENCE, SOURCES, BadBundle, is_bundle, open_bundle
from proofcheck.claims.judged import Evidence
from proofcheck.errors import InputError
from proofcheck.gate.evidence_file import evidence_json, read_entries
from proofcheck.gate.run import Judged
from proofcheck.kernel import Rejected, replay

Entry = Mapping[str, Any]
GONE = "the evidence file names a certificate that is not at hand: run the gate again, or give a bundle"
FEW = 32  # certificates that are not worth another process
CHANGED = "the construction has changed since this evidence was made: run the gate again"


@dataclass(frozen=True)
class Witnessed:
    """Entries as `gate --json` writes them, with what stands behind them.

    certificates: bytes by SHA-256. statements: canonical JSON by (construction, claim, size). scores: of mutants, by
    construction. origin: where all this comes from, in words. sentences: the kernel's own, by SHA-256 of the certificate, where
    it was replayed to make this; made: date and versions.
    """

    entries: tuple[Entry, ...]
    certificates: Mapping[str, bytes]
    statements: Mapping[tuple[str, str, str], str]
    scores: Mapping[str, Entry]
    origin: str
    made: Mapping[str, str] = field(default_factory=dict)
    sentences: Mapping[str, str] = field(default_factory=dict)

    def of(self, construction: str) -> list[Entry]:
        """The entries about one construction."""
        return [entry for entry in self.entries if entry["construction"] == construction]

    def certificate(self, entry: Entry) -> bytes | None:
        """The bytes of the certificate that an entry names, or None."""
        finding = entry["finding"]
        return self.certificates.get(finding["certificate"] or "") if finding else None


def of_run(judged: Judged, code: int, unfenced: str, made: Mapping[str, str]) -> Witnessed:
    """The evidence of a gate that has just ended: its certificates were replayed by it."""
    data = json.loads(evidence_json(judged.evidence, code, (), unfenced, judged.scores))
    certificates = {
        sha256(e.finding.certificate).hexdigest(): e.finding.certificate
        for e in judged.evidence
        if e.finding is not None and e.finding.certificate is not None
    }
    statements = {_key(e): e.statement for e in judged.evidence if e.statement}
    scores = {score["construction"]: score for score in data["mutants"]}
    origin = "a gate run by the command that made these pages"
    return Witnessed(tuple(data["evidence"]), certificates, statements, scores, origin, made)


def of_file(
    path: str | Path, stored: Callable[[str], bytes | None], sources: Mapping[str, Sequence[str]], workers: int = 1
) -> Witnessed:
    """The evidence in a file of `gate --json` or `gate --bundle`; certificates are replayed in so many processes.

    stored: finds a certificate by its SHA-256 for a JSON file. sources: SHA-256 of the files of today, by construction.
    Raises InputError for a file that is neither.
    """
    if is_bundle(str(path)):
        text, found, read = _bundle(path)
    else:
        read_entries(path)  # refuses what is no evidence file
        text, found, read = Path(path).read_bytes(), stored, {}
    data = json.loads(text)
    given: list[tuple[Entry, bytes | None, str]] = []
    for entry in data["evidence"]:
        name, finding = entry["construction"], entry["finding"] or {}
        then = data.get("made", {}).get("sources", {}).get(name, read.get(name))
        certificate = found(finding["certificate"]) if finding.get("certificate") else None
        if certificate is not None and sha256(certificate).hexdigest() != finding["certificate"]:
            certificate = None
        stale = then is not None and not set(then) <= set(sources.get(name, ()))
        given.append((entry, None if stale else certificate, CHANGED if stale else ""))
    proofs = _replayed([certificate for _, certificate, _ in given if certificate is not None], workers)
    entries, certificates, statements = [], dict[str, bytes](), dict[tuple[str, str, str], str]()
    sentences: dict[str, str] = {}
    for entry, certificate, reason in given:
        certified = bool(entry["finding"]) and entry["finding"]["strength"] == "certified"
        proof = proofs.get(sha256(certificate).hexdigest()) if certificate is not None else None
        if proof is not None and (proof.meaning, proof.network) == (entry["statement"], entry["network"]):
            assert certificate is not None
            digest = entry["finding"]["certificate"]
            certificates[digest], sentences[digest] = certificate, proof.sentence
            statements[(entry["construction"], entry["claim"], entry["size"])] = proof.statement
        elif certified and not reason:
            reason = GONE if certificate is None else "the kernel does not find it proved by its certificate"
        entries.append(_unknown(entry, reason) if reason else entry)
    scores = {score["construction"]: score for score in data["mutants"]}
    named = f"the evidence file {Path(path).name}, SHA-256 {sha256(text).hexdigest()[:16]}"
    origin = f"{named}, as its writer reports it; every certificate was replayed"
    made = {key: value for key, value in data.get("made", {}).items() if isinstance(value, str)}
    return Witnessed(tuple(entries), certificates, statements, scores, origin, made, sentences)


def metadata(certificate: bytes) -> Mapping[str, str]:
    """Method and statement of a certificate that was replayed."""
    length = int.from_bytes(certificate[:8], "little")
    found: Mapping[str, str] = json.loads(certificate[8 : 8 + length])["__metadata__"]
    return found


def network_in(certificate: bytes) -> bytes | None:
    """The network file inside a certificate that was replayed; None in one about a family."""
    length = int.from_bytes(certificate[:8], "little")
    header = json.loads(certificate[8 : 8 + length])
    if "network" not in header:
        return None
    begin, end = header["network"]["data_offsets"]
    return certificate[8 + length + begin : 8 + length + end]


def _bundle(path: str | Path) -> tuple[bytes, Callable[[str], bytes | None], dict[str, list[str]]]:
    try:
        bundle = open_bundle(str(path))
        listing = json.loads(bundle.read(SOURCES))
        names = set(bundle.names)

        def found(digest: str) -> bytes | None:
            member = f"certificates/{digest}.cert"
            return bundle.read(member) if member in names else None

        return bundle.read(EVIDENCE), found, {name: [file["sha256"] for file in files] for name, files in listing.items()}
    except (BadBundle, BadArchive, KeyError, ValueError, TypeError) as error:
        raise InputError(f"this is no evidence bundle: {error}", path) from None


@dataclass(frozen=True)
class Proof:
    """What the kernel found proved. meaning: SHA-256 of the statement without the network."""

    meaning: str
    network: str
    statement: str
    sentence: str


def _replayed(certificates: Sequence[bytes], workers: int) -> dict[str, Proof]:
    """What the kernel finds proved by each certificate, by its SHA-256; what it rejects is left out."""
    distinct = list({sha256(data).hexdigest(): data for data in certificates}.items())
    if workers == 1 or len(distinct) < FEW:
        proofs = [_proof(data) for _, data in distinct]
    else:
        with ProcessPoolExecutor(workers) as pool:
            proofs = list(pool.map(_proof, [data for _, data in distinct], chunksize=16))
    return {digest: proof for (digest, _), proof in zip(distinct, proofs, strict=True) if proof is not None}


def _proof(certificate: bytes) -> Proof | None:
    try:
        proved = replay(certificate)
    except Rejected:
        return None
    if proved.assumptions:
        return None
    said = {key: value for key, value in proved.statement.items() if key != "network"}
    meaning = sha256(json.dumps(said, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
    return Proof(meaning, proved.network_digest, metadata(certificate)["statement"], proved.sentence)


def _unknown(entry: Entry, reason: str) -> Entry:
    blank = {"verdict": "unknown", "strength": None, "reason": reason, "certificate": None, "witness": None, "method": "none"}
    return {**entry, "status": "unknown", "finding": {**(entry["finding"] or {}), **BARE, **blank}}


BARE: Mapping[str, Any] = {"scope": "", "trust": [], "assumptions": [], "checked": 0, "seconds": 0}


def _key(evidence: Evidence) -> tuple[str, str, str]:
    return evidence.construction, evidence.claim, evidence.size
