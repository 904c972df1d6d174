"""Findings as JSON data, for evidence files and the local cache. Certificates are named by hash, never embedded."""

from __future__ import annotations

import hashlib
from typing import Any

from proofcheck.claims.evidence import Finding, Strength, Verdict, Witness
from proofcheck.errors import InputError, ProofcheckError
from proofcheck.exact import rational_of, text_of

VECTORS = ("inputs", "found", "expected")


def finding_json(finding: Finding) -> dict[str, Any]:
    """The finding as JSON data; the certificate as its SHA-256."""
    witness = finding.witness
    return {
        "verdict": finding.verdict.value,
        "strength": None if finding.strength is None else finding.strength.name.lower(),
        "method": finding.method,
        "scope": finding.scope,
        "trust": list(finding.trust),
        "assumptions": list(finding.assumptions),
        "reason": finding.reason,
        "checked": finding.checked,
        "seconds": round(finding.seconds, 3),
        "witness": None if witness is None else witness_json(witness),
        "certificate": None if finding.certificate is None else hashlib.sha256(finding.certificate).hexdigest(),
    }


def finding_of(data: Any, certificate: bytes | None) -> Finding:
    """The finding that `finding_json` wrote, with the certificate's bytes. Raises InputError for anything else."""
    try:
        finding = Finding(
            verdict=Verdict(data["verdict"]),
            strength=None if data["strength"] is None else Strength[data["strength"].upper()],
            method=str(data["method"]),
            scope=str(data["scope"]),
            trust=tuple(map(str, data["trust"])),
            assumptions=tuple(map(str, data["assumptions"])),
            witness=None if data["witness"] is None else witness_of(data["witness"]),
            reason=str(data["reason"]),
            checked=int(data["checked"]),
            certificate=certificate,
            seconds=float(data["seconds"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError, ProofcheckError) as error:
        raise InputError(f"this is not a recorded finding: {error}") from None
    if (hashlib.sha256(certificate).hexdigest() if certificate is not None else None) != data["certificate"]:
        raise InputError("the certificate is not the one that the finding names")
    return finding


def witness_json(witness: Witness) -> dict[str, Any]:
    return {name: [text_of(value) for value in getattr(witness, name)] for name in VECTORS} | {"wire": witness.wire}


def witness_of(data: Any) -> Witness:
    inputs, found, expected = (tuple(map(rational_of, data[name])) for name in VECTORS)
    return Witness(inputs, found, expected, str(data["wire"]))
