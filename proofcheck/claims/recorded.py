"""Findings as JSON data, for evidence files and the local cache. Certificates are named by hash, never embedded."""

from __future__ import annotations

import hashlib
from typing import Any

from proofcheck.claims.evidence import Finding, Strength, Verdict, Witness
from proofcheck.errors import InputError, ProofcheckError
from proofcheck.exact import rational_of, text_of

TEXTS = ("method", "scope", "reason")
LISTS = ("trust", "assumptions")


def finding_json(finding: Finding) -> dict[str, Any]:
    """The finding as JSON data; the certificate as its SHA-256."""
    witness = finding.witness
    return {
        "verdict": finding.verdict.value,
        "strength": None if finding.strength is None else finding.strength.name.lower(),
        **{name: getattr(finding, name) for name in TEXTS},
        **{name: list(getattr(finding, name)) for name in LISTS},
        "checked": finding.checked,
        "seconds": round(finding.seconds, 3),
        "witness": witness
        and {name: [text_of(v) for v in getattr(witness, name)] for name in ("inputs", "found", "expected")}
        | {"wire": witness.wire},
        "certificate": None if finding.certificate is None else hashlib.sha256(finding.certificate).hexdigest(),
    }


def finding_of(data: Any, certificate: bytes | None) -> Finding:
    """The finding that `finding_json` wrote, with the certificate's bytes. Raises InputError for anything else."""
    try:
        witness = data["witness"]
        finding = Finding(
            verdict=Verdict(data["verdict"]),
            strength=None if data["strength"] is None else Strength[data["strength"].upper()],
            **{name: str(data[name]) for name in TEXTS},
            **{name: tuple(map(str, data[name])) for name in LISTS},
            checked=int(data["checked"]),
            seconds=float(data["seconds"]),
            witness=None
            if witness is None
            else Witness(
                *(tuple(map(rational_of, witness[name])) for name in ("inputs", "found", "expected")), wire=str(witness["wire"])
            ),
            certificate=certificate,
        )
    except (KeyError, TypeError, ValueError, AttributeError, ProofcheckError) as error:
        raise InputError(f"this is not a recorded finding: {error}") from None
    if (hashlib.sha256(certificate).hexdigest() if certificate is not None else None) != data["certificate"]:
        raise InputError("the certificate is not the one that the finding names")
    return finding
